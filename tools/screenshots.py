"""Pictures of every page, for the manual and for the eye: desktop, phone, dark.

    python tools/screenshots.py                    of seeds/, indexed into a temporary folder
    python tools/screenshots.py --url http://…     of a page that is already being served

Needs playwright and Chromium; writes PNG files into docs/screenshots/.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).resolve().parent.parent
FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
QUERY = "网格化管理"
LOOKS: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "phone": {
        "viewport": {"width": 390, "height": 844},
        "color_scheme": "light",
        "device_scale_factor": 2,
        "is_mobile": True,
        "has_touch": True,
    },
}


def main() -> int:
    """Take the pictures; 1 where there is no Chromium."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--url", help="address of a page that is being served")
    parser.add_argument("--out", type=Path, default=HERE / "docs" / "screenshots")
    options = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        print("There is no Chromium: install Debian's package chromium.", file=sys.stderr)
        return 1
    options.out.mkdir(parents=True, exist_ok=True)
    with served(options.url) as url, sync_playwright() as playwright:
        sandbox = [] if os.geteuid() else ["--no-sandbox"]
        browser = playwright.chromium.launch(
            executable_path=chromium, headless=True, args=FLAGS + sandbox
        )
        for look in LOOKS:
            shoot(browser, look, url, options.out)
        browser.close()
    return 0


@contextmanager
def served(url: str | None) -> Iterator[str]:
    """The address given, else that of the seeds, indexed and served for as long as it takes."""
    if url:
        yield url.rstrip("/")
        return
    from click.testing import CliRunner
    from waitress.server import create_server

    from search import open_index
    from search.cli import main as duansou
    from search.web import create_app

    with tempfile.TemporaryDirectory() as folder:
        done = CliRunner().invoke(duansou, ["index", str(HERE / "seeds"), "--index", folder])
        if done.exit_code:
            raise SystemExit(done.output)
        with open_index(folder) as index:
            server = create_server(create_app(index), host="127.0.0.1", port=0)
            threading.Thread(target=server.run, daemon=True).start()
            yield f"http://127.0.0.1:{server.effective_port}"
            server.close()


def shoot(browser: Browser, look: str, url: str, out: Path) -> None:
    """The pages in one look: all of them on a desk, the three main ones elsewhere."""
    context = browser.new_context(**LOOKS[look], locale="zh-CN")
    page = context.new_page()

    def take(name: str, address: str, *, whole: bool = False) -> None:
        page.goto(url + address)
        page.screenshot(path=out / f"{name}-{look}.png", full_page=whole)

    results = f"/?q={quote(QUERY)}"
    # The first search of a process loads the dictionary, which nobody waits for again.
    page.goto(url + results)
    take("results", results)
    passage = first(page, ".hit h2 a")
    narrowed = first(page, ".facet .option")
    take("passage", passage, whole=look != "phone")
    document = first(page, "main a[href*='/d/']").split("#")[0]
    take("document", document)
    if look == "phone":
        page.goto(url + results)
        page.locator(".facets > summary").click()
        page.screenshot(path=out / f"filters-{look}.png")
    if look == "desktop":
        take("filtered", narrowed)
        take("empty", f"/?q={quote('“网格化治安巡逻”')}&topic={quote('考核督查')}")
        take("everything", "/")
        take("kwic", f"/kwic?q={quote('信访')}&order=left&limit=15")
        take("like", f"{passage.split('?')[0]}/like")
        take("document-all", f"{document}&all=1")
        take("error", "/p/0000")
        take("help", "/help")
        take("range", f"{passage}&from=14&to=36", whole=True)
        take("compare", f"/compare?q={quote('信访')}&measure=share")
        take("record", f"/record?q={quote('网格化治安巡逻')}")
        take("basket", f"/basket?id={passage.split('?')[0].rsplit('/', 1)[-1]}")
        take("about", "/about")
    context.close()


def first(page: Page, selector: str) -> str:
    """Where the first such link leads."""
    return page.locator(selector).first.get_attribute("href") or "/"


if __name__ == "__main__":
    raise SystemExit(main())
