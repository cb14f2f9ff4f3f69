"""Comparing, years as bars, leaving out and long facets in a real browser."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from .conftest import PHONE, Open

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

QUERY = quote("信访")
SCRIPT = pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
ADDRESSES = {
    "compare": f"/compare?q={QUERY}",
    "share": f"/compare?q={QUERY}&measure=share&rows=topic&columns=place&not_topic=%E7%BD%91",
    "nothing": f"/compare?q={quote('“没有这样一句话”')}",
    "facet": "/facet/topic?find=%E5%B7%A5",
    "left out": f"/?q={QUERY}&not_year=2018&not_topic={quote('信访工作')}",
    "about": "/about",
}


def total(page: Page) -> int:
    """How many passages the page says there are."""
    found = re.match(r"([\d,]+) 个段落", page.locator("h1").inner_text())
    return int(found[1].replace(",", "")) if found else 0


def parameters(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


@SCRIPT
def test_a_number_of_the_table_leads_to_its_passages_and_back(
    open_page: Open, script: bool
) -> None:
    page = open_page(f"/?q={QUERY}", java_script_enabled=script)
    page.get_by_role("link", name="对比").click()
    assert urlsplit(page.url).path == "/compare"
    page.get_by_role("link", name="省级").click()
    number = page.locator(".heat tbody tr:not(.sums) td a").first
    count = int(number.inner_text())
    number.click()
    assert total(page) == count
    assert set(parameters(page)) == {"q", "city", "year"}
    page.go_back()
    page.get_by_role("link", name="每千段").click()
    assert "÷" in str(page.locator(".heat td.sum").last.get_attribute("title"))
    page.get_by_role("link", name="行列互换").click()
    assert page.locator(".heat .corner").inner_text() == "年份"
    page.get_by_role("link", name="← 回到检索结果").click()
    assert parameters(page) == {"q": ["信访"]}


@SCRIPT
def test_a_year_is_chosen_by_its_bar_and_a_range_by_two_fields(
    open_page: Open, script: bool
) -> None:
    page = open_page(f"/?q={QUERY}", java_script_enabled=script)
    bar = page.locator("a[data-year='2018']")
    label = str(bar.get_attribute("aria-label"))
    assert (found := re.fullmatch(r"2018 年，(\d+) 段", label)) is not None
    bar.click()
    assert parameters(page) == {"q": ["信访"], "year": ["2018"]}
    assert total(page) == int(found[1])
    # The other years keep their counts: the choice is not held against its own facet.
    assert page.locator("a[data-year]").count() > 1
    page.locator("#year-from").fill("2009")
    page.locator("#year-to").fill("2017")
    page.locator(".year-range button").click()
    assert parameters(page) == {"q": ["信访"], "year": ["2009..2017"]}
    assert "2009–2017" in page.locator("a.chip").inner_text()
    assert page.locator("a[data-year].chosen").count() >= 2


def test_a_range_of_years_by_dragging_and_by_the_shift_key(open_page: Open) -> None:
    page = open_page(f"/?q={QUERY}")
    bars = [box for bar in page.locator("a[data-year] .hold").all() if (box := bar.bounding_box())]
    first, last = bars[0], bars[-1]
    page.mouse.move(first["x"] + 2, first["y"] + 30)
    page.mouse.down()
    page.mouse.move(last["x"] + 2, last["y"] + 30, steps=6)
    assert page.locator("a.in-range").count() == len(bars)
    page.mouse.up()
    page.wait_for_url("**year=*")
    (chosen,) = parameters(page)["year"]
    assert re.fullmatch(r"\d{4}\.\.\d{4}", chosen)
    page.locator("a.chip").click()
    page.locator("a[data-year]").first.click()
    page.wait_for_url("**year=*")
    page.locator("a[data-year]").last.click(modifiers=["Shift"])
    page.wait_for_url("**year=*..*")
    assert parameters(page)["year"] == [chosen]


def test_the_bars_are_one_stop_of_the_tab_key(open_page: Open) -> None:
    page = open_page(f"/?q={QUERY}")
    first, second = (page.locator("a[data-year]").nth(n) for n in (0, 1))
    year = second.get_attribute("data-year")
    first.focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.dataset.year") == year
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "year-from"
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**year=*")
    assert parameters(page)["year"] == [year]


@SCRIPT
def test_a_value_is_left_out_and_comes_back(open_page: Open, script: bool) -> None:
    page = open_page(f"/?q={QUERY}", java_script_enabled=script)
    before = total(page)
    option = page.locator("[aria-labelledby=facet-topic] .choice").nth(1)
    count = int(option.locator(".number").inner_text())
    option.hover()
    option.locator(".leave-out").click()
    assert list(parameters(page)) == ["q", "not_topic"]
    assert total(page) == before - count
    assert "不含" in page.locator("a.chip").inner_text()
    page.locator("#q").fill("群众")
    page.locator("#q").press("Enter")
    page.wait_for_url("**not_topic=*")
    page.go_back()
    back = page.locator("[aria-labelledby=facet-topic] a.excluded")
    assert int(back.locator(".number").inner_text()) == count
    back.click()
    assert total(page) == before


def test_a_box_finds_a_value_of_a_long_facet(open_page: Open) -> None:
    page = open_page("/")
    facet = page.locator(".facet[data-find]").first
    name = str(facet.get_attribute("aria-labelledby")).removeprefix("facet-")
    box = facet.locator(".find-value")
    box.fill("工")
    shown = [li for li in facet.locator("li").all() if li.is_visible()]
    assert shown
    assert all("工" in li.inner_text() for li in shown)
    box.press("Enter")
    page.wait_for_url("**/facet/*")
    assert urlsplit(page.url).path == f"/facet/{name}"
    assert parameters(page)["find"] == ["工"]
    assert page.locator(".every a.option").count() > 0


def test_without_script_a_long_facet_is_a_page(open_page: Open) -> None:
    page = open_page("/", java_script_enabled=False)
    assert page.locator(".find-value").count() == 0
    page.locator(".every-link a").first.click()
    every = page.locator(".every a.option").count()
    page.locator("#find").fill("工")
    page.get_by_role("button", name="找").click()
    assert 0 < page.locator(".every a.option").count() < every
    page.get_by_role("link", name="按名称").click()
    page.locator(".every a.option").first.click()
    assert urlsplit(page.url).path == "/"
    assert page.locator("a.chip").count() == 1


@pytest.mark.parametrize("kind", ADDRESSES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 768, 1280])
def test_axe_finds_nothing_and_no_page_is_too_wide(
    open_page: Open, kind: str, scheme: str, width: int
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is missing")
    page = open_page(ADDRESSES[kind], color_scheme=scheme, viewport={"width": width, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for fold in page.locator("main details > summary").all():
        if fold.is_visible():
            fold.click()
    results = axe.Axe().run(page)
    assert len(results.response["passes"]) > 10
    assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize(
    "options", [{}, {"viewport": PHONE, "is_mobile": True}], ids=["desk", "phone"]
)
def test_the_table_scrolls_by_itself_and_keeps_its_names(
    open_page: Open, options: dict[str, Any]
) -> None:
    page = open_page("/compare?rows=city&columns=topic&level=county", **options)
    region = page.locator(".heat-region").first
    region.focus()
    region.evaluate("region => { region.scrollLeft = 200; }")
    name = page.locator(".heat tbody th").nth(1)
    assert name.bounding_box()["x"] - region.bounding_box()["x"] < 3  # type: ignore[index]
    assert page.evaluate("document.documentElement.scrollLeft") == 0


def test_a_printed_table_is_whole(open_page: Open) -> None:
    page = open_page("/compare?rows=topic&columns=city")
    page.emulate_media(media="print")
    region = page.locator(".heat-region").first
    assert region.evaluate("region => getComputedStyle(region).overflowX") == "visible"
    assert not page.locator(".axes").is_visible()
