"""The main job in a real browser, with and without JavaScript, on a desk and on a phone."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote, urlsplit
from urllib.request import urlopen

import pytest

from .conftest import DESKTOP, PHONE, Open, path
from .every_page import KINDS, STATUS

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = pytest.mark.browser

QUERY = quote("网格化管理")
SCRIPT = pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
WIDTHS = pytest.mark.parametrize("width", [320, 390, 768, 1280])


def total(page: Page) -> int:
    """How many passages the page says there are."""
    found = re.match(r"([\d,]+) 个段落", page.locator("h1").inner_text())
    return int(found[1].replace(",", "")) if found else 0


def parameters(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


@SCRIPT
def test_search_narrow_open_and_walk_back(open_page: Open, script: bool) -> None:
    page = open_page("/", java_script_enabled=script)
    everything = total(page)
    assert everything > 50

    page.locator("#q").fill("信访")
    page.locator("#q").press("Enter")
    assert parameters(page) == {"q": ["信访"]}
    found = total(page)
    assert 0 < found < everything
    assert set(page.locator(".hit mark").all_inner_texts()) == {"信访"}

    # What documents are about, not what passages name, which is a facet further down.
    option = page.locator("[aria-labelledby=facet-city] a.option", has_text="贵港市")
    count = int(option.locator(".number").inner_text())
    option.click()
    assert parameters(page) == {"q": ["信访"], "city": ["广西壮族自治区/贵港市"]}
    assert total(page) == count
    assert "贵港市" in page.locator("a.chip").inner_text()

    page.locator(".hit h2 a").first.click()
    assert path(page.url).startswith("/p/")
    assert page.locator("#text mark").first.inner_text() == "信访"
    page.get_by_role("link", name="回到检索结果").click()
    assert total(page) == count

    page.locator("a.chip").click()
    assert total(page) == found
    page.go_back()
    assert total(page) == count


@SCRIPT
def test_pages_sorting_and_documents_are_plain_links(open_page: Open, script: bool) -> None:
    page = open_page("/", java_script_enabled=script)
    first = page.locator(".hit h2").first.inner_text()
    page.get_by_role("link", name="下一页").click()
    assert parameters(page) == {"page": ["2"]}
    assert page.locator(".hit h2").first.inner_text() != first
    page.locator("details.menu summary", has_text="排序").click()
    page.get_by_role("link", name="日期", exact=True).click()
    assert parameters(page) == {"sort": ["date"]}
    dates = page.locator(".hit time").evaluate_all("all => all.map(t => t.dateTime.slice(0, 10))")
    assert dates == sorted(dates, reverse=True)

    page.locator(".hit h2 a").first.click()
    page.get_by_role("link", name="全文").first.click()
    assert path(page.url).startswith("/d/")
    assert page.locator(".row:target").count() == 1
    page.get_by_role("link", name="看每一行").click()
    assert page.locator(".role-boilerplate .reason").count() > 0
    page.get_by_role("link", name="只看正文").click()
    assert page.locator(".role-boilerplate").count() == 0


def test_the_citation_is_copied(open_page: Open, site: str) -> None:
    page = open_page(f"/?q={QUERY}", permissions=["clipboard-read", "clipboard-write"])
    page.locator(".hit h2 a").first.click()
    button = page.get_by_role("button", name="复制著录")
    button.click()
    # A polled function would be evaluated as a string, which the page's policy forbids.
    page.locator("#said", has_text="已复制").wait_for(state="attached")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator("#reference-gbt7714-2025").inner_text()
    page.get_by_role("button", name="复制永久地址").click()
    address = ""
    for _ in range(50):
        address = page.evaluate("navigator.clipboard.readText()")
        if address.startswith("http"):
            break
        page.wait_for_timeout(100)
    assert re.fullmatch(re.escape(site) + r"/p/[0-9a-f]{20}-[0-9a-f]{8}", address)


def test_the_slash_key_leads_to_the_search_box(open_page: Open) -> None:
    page = open_page(f"/?q={QUERY}")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.press("/")
    assert page.locator("#q").input_value() == "/"


def test_single_keys_walk_open_and_cite(open_page: Open) -> None:
    page = open_page(f"/?q={QUERY}")
    focused = "document.activeElement.closest('.hit')?.querySelector('h2').id"
    page.keyboard.press("j")
    assert page.evaluate(focused) == "hit-1"
    page.keyboard.press("ArrowDown")
    assert page.evaluate(focused) == "hit-2"
    page.keyboard.press("k")
    assert page.evaluate(focused) == "hit-1"
    page.keyboard.press("c")
    page.wait_for_url("**/p/*#cite-title")
    page.go_back()
    page.keyboard.press("j")
    page.keyboard.press("o")
    page.wait_for_url(re.compile(r"/p/[^#]*$"))


def test_the_table_of_keys_opens_and_turns_them_off(open_page: Open) -> None:
    page = open_page(f"/?q={QUERY}")
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    page.get_by_label("启用这些单键").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.closest('.hit')") is None
    page.reload()
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") != "q"
    page.keyboard.press("?")
    page.get_by_label("启用这些单键").check()
    page.get_by_role("button", name="关闭").click()
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"


def test_neighbours_open_in_place_and_close_again(open_page: Open) -> None:
    page = open_page(f"/?q={QUERY}")
    hit = page.locator(".hit").first
    control = hit.get_by_role("button", name="前后段落")
    control.click()
    hit.locator(".around-text p").first.wait_for()
    assert control.get_attribute("aria-expanded") == "true"
    assert page.url.startswith(page.url.split("?")[0] + "?")
    control.press("Space")
    assert hit.locator(".around-text p").first.is_hidden()


def test_without_script_the_neighbours_are_a_link(open_page: Open) -> None:
    page = open_page(f"/?q={QUERY}", java_script_enabled=False)
    page.locator(".hit").first.get_by_role("link", name="前后段落").click()
    page.wait_for_url("**/p/*#text")


def test_composing_characters_triggers_nothing(open_page: Open) -> None:
    page = open_page("/")
    outcome = page.evaluate(
        """() => {
            const key = (target, key) => target.dispatchEvent(new KeyboardEvent("keydown",
                { key, isComposing: true, bubbles: true, cancelable: true }));
            key(document.body, "/");
            const box = document.getElementById("q");
            const jumped = document.activeElement === box;
            box.focus();
            return { jumped, sends: key(box, "Enter") };
        }"""
    )
    assert outcome == {"jumped": False, "sends": False}


def test_the_main_job_by_keyboard_alone(open_page: Open) -> None:
    page = open_page("/")
    for goal in ("results", "filters"):
        page.locator(f"a.skip[href='#{goal}']").focus()
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == goal
    page.keyboard.press("/")
    page.keyboard.type("网格化管理")
    page.keyboard.press("Enter")
    page.wait_for_url("**/?q=*")
    for _ in range(13):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('.hit h2') !== null"):
            break
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    page.keyboard.press("Enter")
    page.wait_for_url("**/p/*")
    assert page.locator("#text mark").count() > 0


@SCRIPT
@pytest.mark.parametrize(("viewport", "most"), [(PHONE, 300), (DESKTOP, 200)])
def test_the_first_hit_is_near(
    open_page: Open, script: bool, viewport: dict[str, int], most: int
) -> None:
    page = open_page(f"/?q={QUERY}", java_script_enabled=script, viewport=viewport)
    box = page.locator(".hit").first.bounding_box()
    assert box is not None
    assert box["y"] <= most
    head = [page.locator("h1"), *page.locator(".ways > *").all()]
    boxes = [box for part in head if (box := part.bounding_box())]
    assert len(boxes) == 6
    # One line: none begins below the middle of another.
    assert max(b["y"] for b in boxes) < min(b["y"] + b["height"] for b in boxes)
    stops = 0
    while not page.evaluate("document.activeElement.closest('.hit') !== null"):
        page.keyboard.press("Tab")
        stops += 1
        assert stops <= 13
    assert stops - 1 <= 12


@SCRIPT
def test_a_hit_is_cited_where_it_stands(open_page: Open, script: bool) -> None:
    page = open_page(f"/?q={QUERY}", java_script_enabled=script)
    hit = page.locator(".hit").first
    hit.get_by_text("引用", exact=True).click()
    if not script:
        page.wait_for_url("**/p/*#cite-title")
        return
    reference = hit.locator(".cited-here .reference").first
    reference.wait_for()
    assert "[EB/OL]" in reference.inner_text()
    assert hit.get_by_role("button", name="复制引文").is_visible()
    assert "/p/" not in page.url
    hit.locator(".cite-here").press("Space")
    assert reference.is_hidden()


def test_a_menu_closes_by_itself(open_page: Open) -> None:
    page = open_page(f"/?q={QUERY}")
    menus = page.locator(".ways details.menu")
    menus.nth(0).locator("summary").click()
    menus.nth(1).locator("summary").click()
    assert page.locator("details.menu[open]").count() == 1
    page.keyboard.press("Escape")
    assert page.locator("details.menu[open]").count() == 0
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


@SCRIPT
def test_on_a_phone_the_filters_fold_away(open_page: Open, script: bool) -> None:
    page = open_page(
        f"/?q={QUERY}",
        viewport=PHONE,
        is_mobile=True,
        has_touch=True,
        java_script_enabled=script,
    )
    option = page.locator(".facet a.option").first
    assert not option.is_visible()
    page.locator(".facets > summary").click()
    assert option.is_visible()
    option.click()
    assert page.locator("a.chip").count() == 1


def test_on_a_desk_the_filters_stand_open(open_page: Open) -> None:
    page = open_page(f"/?q={QUERY}", java_script_enabled=False)
    assert page.locator(".facet a.option").first.is_visible()
    assert not page.locator(".facets > summary").is_visible()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_to_complain_about(
    open_page: Open, addresses: dict[str, str], kind: str, scheme: str, width: int
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is missing")
    page = open_page(
        addresses[kind],
        expect_status=STATUS.get(kind, 200),
        color_scheme=scheme,
        viewport={"width": width, "height": 900},
    )
    if width < 800 and kind == "results":
        page.locator(".facets > summary").click()
    results = axe.Axe().run(page)
    assert len(results.response["passes"]) > 10
    assert results.violations_count == 0, results.generate_report()


@WIDTHS
@pytest.mark.parametrize("kind", KINDS)
def test_no_page_is_wider_than_its_window(
    open_page: Open, addresses: dict[str, str], kind: str, width: int
) -> None:
    page = open_page(
        addresses[kind],
        expect_status=STATUS.get(kind, 200),
        viewport={"width": width, "height": 800},
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@contextmanager
def arriving_slowly(site: str) -> Iterator[str]:
    """An address where a page of the site comes in pieces; its files come whole."""

    class Slow(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            with urlopen(f"{site}{self.path}") as answer:  # noqa: S310
                content = answer.read()
                self.send_response(200)
                self.send_header("Content-Type", answer.headers["Content-Type"])
                self.end_headers()
            if self.path.startswith("/static/"):
                self.wfile.write(content)
                return
            # Not within a text, whose last line may be broken elsewhere when more of it comes.
            for piece in re.split(rb"(?=<a |\n)", content):
                self.wfile.write(piece)
                time.sleep(0.002)

        def log_message(self, *of: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Slow) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(
    "options", [{}, {"viewport": PHONE, "is_mobile": True}], ids=["desk", "phone"]
)
def test_nothing_moves_while_a_page_loads(
    contexts: Callable[..., BrowserContext], site: str, options: dict[str, Any]
) -> None:
    with arriving_slowly(site) as slow:
        page = contexts(**options).new_page()
        page.goto(f"{slow}/?q={QUERY}")
        moved = page.evaluate(
            """() => new Promise((resolve) => {
                const moved = [];
                new PerformanceObserver((list) => {
                    for (const entry of list.getEntries()) {
                        moved.push(entry.sources.map(({ node }) => node?.textContent));
                    }
                }).observe({ type: "layout-shift", buffered: true });
                setTimeout(() => resolve(moved), 300);
            })"""
        )
    assert moved == []
    assert page.locator(".bar").is_visible()


@SCRIPT
def test_occurrences_stand_below_each_other_and_lead_to_passages(
    open_page: Open, script: bool
) -> None:
    page = open_page(f"/?q={quote('信访')}", java_script_enabled=script)
    page.get_by_role("link", name="逐例").click()
    assert path(page.url) == "/kwic"
    assert re.match(r"\d+ 处，见于 \d+ 个段落", page.locator("h1").inner_text())
    page.get_by_role("link", name="按左文").click()
    assert parameters(page) == {"q": ["信访"], "order": ["left"]}
    marks = page.locator(".kwic mark")
    assert set(marks.all_inner_texts()) == {"信访"}
    boxes = [mark.bounding_box() for mark in marks.all()[:5]]
    assert len({round(box["x"]) for box in boxes if box}) == 1
    page.locator(".kwic .where a").first.click()
    assert page.locator("#text mark").first.inner_text() == "信访"
    page.get_by_role("link", name="找相近的段落").click()
    assert page.locator(".shared").count() > 0


@pytest.mark.parametrize("script", [True, False])
def test_another_style_is_chosen_and_the_citation_taken_away(open_page: Open, script: bool) -> None:
    page = open_page("/?q=网格化", java_script_enabled=script)
    page.locator(".hit a").first.click()
    page.locator(".complete select[name=style]").select_option("chicago")
    page.get_by_role("button", name="换格式").click()
    page.locator("#reference-chicago").wait_for()
    assert page.locator("#in-text").inner_text().startswith("1. ")
    page.locator(".export summary").click()
    with page.expect_download() as download:
        page.locator(".downloads a", has_text="BibTeX").click()
    assert download.value.path().read_text(encoding="utf-8").startswith("@")
