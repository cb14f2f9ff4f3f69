"""Every page is valid HTML: the checker of the W3C finds no error."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from urllib.parse import quote
from urllib.request import urlopen

import pytest

from unit.web.test_site import crawl

pytestmark = pytest.mark.browser

_POM = Path(__file__).with_name("validator.xml")
_LATER = (
    # The checker is of 2020; both are in the standard since.
    "Attribute “enterkeyhint” not allowed on element “input”",
    "Bad value “dialog” for attribute “method” on element “form”",
)


def test_pages_are_valid_html(site: str, tmp_path: Path) -> None:
    if shutil.which("java") is None or shutil.which("mvn") is None:
        pytest.skip("the checker needs Java, and Maven to fetch it: apt-get install maven")

    def get(address: str) -> tuple[int, str, str]:
        with urlopen(f"{site}{address}", timeout=30) as answer:  # noqa: S310 - it is our own site
            text = answer.read().decode("utf-8", "replace")
            return answer.status, answer.headers.get_content_type(), text

    begins = [
        f"/?q={quote(q)}" for q in ("网格化管理", "网格化 没有的词", "zzz", "矛盾纠芬", "貴港")
    ]
    begins += ["/compare?q=x", "/quotes", "/basket", f"/?q={quote('矛盾')}&lang=en&by=document"]
    pages = {address: text for begin in begins for address, text in crawl(get, begin).items()}
    checked = {}
    for number, (address, text) in enumerate(pages.items()):
        if text.lower().startswith("<!doctype html>"):
            path = tmp_path / f"{number}.html"
            path.write_text(text, encoding="utf-8")
            checked[path.as_uri()] = address
    assert len(checked) > 40
    errors = [
        (checked[one["url"].replace("file:/", "file:///", 1)], one.get("lastLine"), one["message"])
        for one in _messages(tmp_path)
        if one["type"] == "error" and not one["message"].startswith(_LATER)
    ]
    assert errors == []


def _messages(folder: Path) -> list[dict[str, str]]:
    classes = folder / "classpath"
    maven = ["mvn", "--batch-mode", "--quiet", "--file", str(_POM), "dependency:build-classpath"]
    subprocess.run([*maven, f"-Dmdep.outputFile={classes}"], check=True, timeout=300)
    checker = ["java", "-cp", classes.read_text(), "nu.validator.client.SimpleCommandLineValidator"]
    pages = sorted(map(str, folder.glob("*.html")))
    done = subprocess.run(
        [*checker, "--format", "json", "--exit-zero-always", *pages],
        capture_output=True,
        text=True,
        timeout=300,
    )
    messages: list[dict[str, str]] = json.loads(done.stderr[done.stderr.index('{"messages"') :])[
        "messages"
    ]
    return messages
