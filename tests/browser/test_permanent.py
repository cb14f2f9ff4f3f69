"""A selection becomes an address, the address marks it again, and it is copied as it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from generated import document_of
from search.analysis.words import Analyzer
from search.documents.document import Passage, passages_of
from search.engines.whoosh.writer import open_writer

from .conftest import DESKTOP, PHONE, Open, served

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = pytest.mark.browser

WIDTHS = pytest.mark.parametrize(
    "options",
    [{"viewport": DESKTOP}, {"viewport": PHONE, "is_mobile": True, "has_touch": True}],
    ids=["desk", "phone"],
)

SELECT = """([from, to]) => {
  const walker = document.createTreeWalker(document.getElementById("text"), NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  let done = 0;
  while (walker.nextNode()) {
    const data = walker.currentNode.data;
    for (let at = 0; at <= data.length; at++) {
      const points = done + [...data.slice(0, at)].length;
      if (points === from) range.setStart(walker.currentNode, at);
      if (points === to) range.setEnd(walker.currentNode, at);
    }
    done += [...data].length;
  }
  getSelection().removeAllRanges();
  getSelection().addRange(range);
}"""


@pytest.fixture(scope="module")
def rare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Passage]]:
    """A passage with characters above U+FFFF and a carriage return, and where it is served."""
    folder = tmp_path_factory.mktemp("rare")
    text = "𠮷林县推进平安建设,𪚥字号网格员\r\n共有𡈽五千人(含专职),群众满意度达94.01%."
    document = document_of("f" * 16, text, title="𠮷林县工作综述", captured="2026-07-01T08:00:00")
    with open_writer(folder, Analyzer()) as writer:
        writer.put(document)
        writer.commit({})
    with served(folder) as address:
        yield address, next(passages_of(document))


def opened(
    contexts: Callable[..., BrowserContext], rare: tuple[str, Passage], query: str, **options: Any
) -> Page:
    address, passage = rare
    context = contexts(permissions=["clipboard-read", "clipboard-write"], **options)
    page = context.new_page()
    page.goto(f"{address}/p/{passage.passage_id}{query}")
    return page


def drag(page: Page, start: int, end: int) -> None:
    """Select from one character to another of the first line with the mouse."""
    page.evaluate(SELECT, [start, end])
    box = page.evaluate("getSelection().getRangeAt(0).getBoundingClientRect().toJSON()")
    page.evaluate("getSelection().removeAllRanges()")
    page.mouse.move(box["x"] + 1, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 1, box["y"] + box["height"] / 2, steps=4)
    page.mouse.up()


def copied(page: Page, button: str) -> str:
    page.get_by_role("button", name=button, exact=True).click()
    page.locator("#said", has_text="已复制").wait_for(state="attached")
    return str(page.evaluate("navigator.clipboard.readText()"))


@WIDTHS
def test_a_selection_leads_to_its_address_which_marks_and_copies_it(
    contexts: Callable[..., BrowserContext], rare: tuple[str, Passage], options: dict[str, Any]
) -> None:
    text = rare[1].text
    start, end = text.index("𪚥"), text.index("五千人") + 2
    assert "𡈽" in text[start:end]
    page = opened(contexts, rare, f"?q={quote('平安')}", **options)
    assert page.locator("#text").evaluate("e => e.textContent") == text
    page.evaluate(SELECT, [start, end])
    link = page.get_by_role("link", name=f"引用所选 {end - start} 字")
    link.wait_for()
    box = link.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= options["viewport"]["width"]
    assert box["y"] + box["height"] <= options["viewport"]["height"]
    link.click()
    page.wait_for_url("**from=**")
    query = parse_qs(urlsplit(page.url).query)
    assert query == {"from": [str(start)], "to": [str(end)], "q": ["平安"]}
    for part in ("#range", "#quote"):
        assert page.locator(part).evaluate("e => e.textContent") == text[start:end]
    assert copied(page, "复制引文").replace("\r\n", "\n") == text[start:end].replace("\r\n", "\n")
    assert page.evaluate("document.documentElement.scrollWidth") <= options["viewport"]["width"]


def test_the_link_is_copied_with_its_site_and_all_of_a_citation_at_once(
    contexts: Callable[..., BrowserContext], rare: tuple[str, Passage]
) -> None:
    address, passage = rare
    page = opened(contexts, rare, "?from=0&to=3&q=x")
    assert copied(page, "链接：复制永久地址") == f"{address}/p/{passage.passage_id}?from=0&to=3"
    reference = page.locator("#reference-gbt7714-2025").inner_text()
    whole = copied(page, "复制引文和著录")
    assert whole == f"“{passage.text[:3]}”[1]第1段\n\n[1] {reference}"


def test_the_adapted_copy_is_copied_and_said_to_be_that(
    contexts: Callable[..., BrowserContext], rare: tuple[str, Passage]
) -> None:
    text = rare[1].text
    page = opened(contexts, rare, f"?from=0&to={text.index('𪚥')}")
    page.locator(".adapted summary").click()
    assert copied(page, "规范标点复制") == "𠮷林县推进平安建设，"
    assert "标点已规范化" in page.locator("#said").inner_text()
    assert page.locator(".adapted .sure").inner_text() == "标点已规范化"
    assert page.locator(".replacements li").count() == 1


def test_a_selection_beyond_the_passage_counts_inside_it_only(open_page: Open) -> None:
    page = open_page("/")
    page.locator(".hit h2 a").nth(1).click()
    page.wait_for_url("**/p/*")
    page.evaluate("() => getSelection().selectAllChildren(document.querySelector('.text-column'))")
    link = page.locator(".quote-bar a")
    link.wait_for()
    whole = page.evaluate("[...document.getElementById('text').textContent].length")
    query = parse_qs(urlsplit(link.get_attribute("href") or "").query)
    assert (query["from"], query["to"]) == (["0"], [str(whole)])
    page.evaluate("() => getSelection().selectAllChildren(document.querySelector('.top'))")
    link.wait_for(state="hidden")


def test_the_control_is_reached_by_the_keyboard_and_closed_by_escape(
    contexts: Callable[..., BrowserContext], rare: tuple[str, Passage]
) -> None:
    page = opened(contexts, rare, "")
    # By the mouse, as a reader does: what was pressed is where Tab goes on from.
    drag(page, 1, 6)
    page.locator(".quote-bar a").wait_for()
    page.locator("#said", has_text="Tab").wait_for(state="attached")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "引用所选 5 字"
    page.wait_for_timeout(300)
    page.keyboard.press("Escape")
    page.locator(".quote-bar a").wait_for(state="hidden")
    drag(page, 1, 6)
    page.locator(".quote-bar a").wait_for()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**?from=1&to=6#quotation")


def test_without_script_a_form_that_counts_leads_to_the_range(
    contexts: Callable[..., BrowserContext], rare: tuple[str, Passage]
) -> None:
    page = opened(contexts, rare, "", java_script_enabled=False)
    assert page.locator(".quote-bar").count() == 0
    page.locator(".counted summary").click()
    page.locator("input[name=first]").fill("1")
    page.locator("input[name=last]").fill("3")
    page.get_by_role("button", name="标出").click()
    assert page.url.endswith("?from=0&to=3#quotation")
    assert page.locator("#quote").inner_text() == "𠮷林县"
    assert not page.get_by_role("button", name="复制引文").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@WIDTHS
def test_axe_finds_nothing_to_complain_about_in_a_range(
    contexts: Callable[..., BrowserContext],
    rare: tuple[str, Passage],
    options: dict[str, Any],
    scheme: str,
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is missing")
    query = f"?from=0&to=30&q={quote('平安')}"
    page = opened(contexts, rare, query, color_scheme=scheme, **options)
    page.locator(".adapted summary").click()
    page.locator(".counted summary").click()
    page.evaluate(SELECT, [2, 8])
    page.locator(".quote-bar a").wait_for()
    results = axe.Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
