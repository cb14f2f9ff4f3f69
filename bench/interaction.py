"""``python -m bench.interaction INDEX``: how long from a click on a facet to its results painted?

A page of the index is opened in Chromium and values of its facets are clicked one after another.
Counted is from the moment of the click to the first task after the frame that shows the results,
which is later than the next paint that browsers report, as that need not show them.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

_ARM = """() => {
  window.painted = new Promise((give) => {
    let clicked = 0;
    const begin = (event) => { clicked = event.timeStamp; };
    addEventListener("click", begin, { capture: true, once: true });
    document.addEventListener("duansou:shown", () => requestAnimationFrame(() => {
      const after = new MessageChannel();
      after.port1.onmessage = () => {
        const fetched = performance.getEntriesByType("resource").at(-1);
        give([
          performance.now() - clicked,
          fetched.responseStart - fetched.requestStart,
          fetched.encodedBodySize,
        ]);
      };
      after.port2.postMessage(0);
    }), { once: true });
  });
}"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures; the exit code is 0 whatever they are, 2 without a browser."""
    parser = argparse.ArgumentParser(prog="python -m bench.interaction", description=__doc__)
    parser.add_argument("index", help="folder of an index")
    parser.add_argument("--queries", nargs="+", default=["管理", "应当 规定", "环境保护", "罚款"])
    parser.add_argument("--clicks", type=int, default=5, metavar="N", help="for each query")
    options = parser.parse_args(arguments)
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        print("bench: there is no Chromium on this machine.", file=sys.stderr)
        return 2
    serving = [sys.executable, "-m", "search", "serve", "--index", options.index, "--port", "0"]
    with subprocess.Popen(  # noqa: S603
        serving, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as server:
        assert server.stdout is not None  # noqa: S101
        site = server.stdout.readline().split("http://", 1)[1].split("/", 1)[0]
        try:
            figures = _clicked(f"http://{site}", chromium, options.queries, options.clicks)
        finally:
            server.terminate()
    for name, at, unit in (("results painted", 0, "ms"), ("server", 1, "ms"), ("page", 2, "bytes")):
        values = sorted(figure[at] for figure in figures)
        print(
            f"{name}: median {statistics.median(values):.0f} {unit}, "
            f"p95 {values[int(0.95 * (len(values) - 1))]:.0f} {unit}, {len(values)} clicks"
        )
    return 0


def _clicked(site: str, chromium: str, queries: Sequence[str], clicks: int) -> list[list[float]]:
    """(paint, server, bytes) of every click."""
    from playwright.sync_api import sync_playwright

    figures: list[list[float]] = []
    with sync_playwright() as playwright:
        browser: Any = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        for query in queries:
            page.goto(f"{site}/?q={query}")
            for number in range(clicks):
                options = page.locator(".facet a.option:visible")
                if number >= options.count():
                    break
                page.evaluate(_ARM)
                options.nth(number * 3 % options.count()).click()
                figures.append(page.evaluate("() => window.painted"))
        browser.close()
    return figures


if __name__ == "__main__":
    sys.exit(main())
