"""The page in English in a real browser: chosen by a link, kept, read by machines, and it fits."""

from __future__ import annotations

import json
from urllib.parse import quote
from urllib.request import urlopen

import pytest

from .conftest import Open

pytestmark = pytest.mark.browser

QUERY = quote("网格化管理")


@pytest.fixture(scope="session")
def english(site: str) -> dict[str, str]:
    """The main pages, each with the choice of English in its address."""
    with urlopen(f"{site}/api/v1/search?q={QUERY}") as answer:  # noqa: S310
        hit = json.load(answer)["hits"][0]
    passage, document = f"/p/{hit['passage_id']}", f"/d/{hit['document_id']}"
    return {
        "results": f"/?q={QUERY}&lang=en",
        "passage": f"{passage}?q={QUERY}&from=2&to=9&lang=en",
        "document": f"{document}?q={QUERY}&lang=en",
        "compare": f"/compare?q={QUERY}&lang=en",
        "record": f"/record?q={QUERY}&lang=en",
        "help": "/help?lang=en",
        "quotes": "/quotes?lang=en",
    }


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_english_is_chosen_by_the_keyboard_and_kept(open_page: Open, script: bool) -> None:
    page = open_page(f"/?q={QUERY}", java_script_enabled=script)
    page.locator(".top-links summary").press("Enter")
    link = page.get_by_role("link", name="English")
    link.focus()
    link.press("Enter")
    page.wait_for_url("**lang=en" if not script else f"**/?q={QUERY}")
    assert page.locator("html").get_attribute("lang") == "en"
    assert "passages in" in page.locator("h1").inner_text()
    page.locator(".hit h2 a").first.click()
    assert "lang=" not in page.url
    assert page.locator("#cite-title").inner_text() == "Cite"
    assert page.locator("#text").get_attribute("lang") == "zh-Hans"
    kept = page.context.cookies()
    assert [(c["name"], c["value"], c["sameSite"], c["httpOnly"]) for c in kept] == [
        ("lang", "en", "Lax", True)
    ]
    page.locator(".top-links summary").click()
    page.get_by_role("link", name="中文").click()
    assert page.locator("html").get_attribute("lang") == "zh-Hans"


def test_the_script_speaks_english(open_page: Open) -> None:
    page = open_page(f"/?q={QUERY}&lang=en")
    button = page.locator("a.to-basket").first
    assert button.inner_text() == "Add to basket"
    button.click()
    assert button.inner_text() == "Remove from basket"
    assert page.locator("#said").inner_text() == "Added to the basket; passages in it: 1"
    page.locator("#q").fill("贵g")
    option = page.get_by_role("option").first
    option.wait_for()
    assert "passage" in option.inner_text()
    assert option.locator(".completion").get_attribute("lang") == "zh-Hans"


@pytest.mark.parametrize(
    "kind", ["results", "passage", "document", "compare", "record", "help", "quotes"]
)
def test_english_pages_are_accessible_and_fit_a_phone(
    open_page: Open, english: dict[str, str], kind: str
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is missing")
    page = open_page(english[kind], viewport={"width": 320, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    results = axe.Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
