"""Comparing, years as bars, leaving out and long facets in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from click.testing import CliRunner

from search.cli import main as duansou

from .conftest import PHONE, Open, path, served

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

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
    assert path(page.url) == "/compare"
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


@pytest.fixture(scope="module")
def years(tmp_path_factory: pytest.TempPathFactory, seeds_dir: Path) -> Iterator[str]:
    """Where documents of twelve years are served."""
    folder = tmp_path_factory.mktemp("years")
    seed = next(seeds_dir.glob("004*")).read_text(encoding="utf-8")
    for year in range(2007, 2019):
        text = seed.replace("2018年12月18日", f"{year}年12月18日")
        (folder / f"{year}.txt").write_text(text, encoding="utf-8")
    done = CliRunner().invoke(duansou, ["index", str(folder), "--index", str(folder / "index")])
    assert done.exit_code == 0, done.output
    with served(folder / "index") as address:
        yield address


def drawing_at(page: Page, part: float) -> tuple[float, float]:
    """A place in the drawing of years, by its share of the width."""
    box = page.locator("svg.years").first.bounding_box()
    assert box is not None
    return box["x"] + part * box["width"], box["y"] + 20


@SCRIPT
def test_a_range_of_years_by_two_fields(
    years: str, contexts: Callable[..., BrowserContext], script: bool
) -> None:
    page = contexts(java_script_enabled=script).new_page()
    page.goto(f"{years}/?q={QUERY}")
    before = total(page)
    page.locator("#year-from").fill("2009")
    page.locator("#year-to").fill("2017")
    page.locator(".year-range button").first.click()
    page.wait_for_url("**year=*")
    assert parameters(page) == {"q": ["信访"], "year": ["2009..2017"]}
    assert 0 < total(page) < before
    assert "2009–2017" in page.locator("a.chip").inner_text()
    assert page.locator("path.column.chosen").count() == 1


def test_a_year_by_its_bar_and_a_range_by_dragging_and_the_shift_key(
    years: str, contexts: Callable[..., BrowserContext]
) -> None:
    page = contexts().new_page()
    page.goto(f"{years}/?q={QUERY}")
    page.mouse.move(*drawing_at(page, 0.01))
    assert re.fullmatch(r"2007 年，\d+ 段", page.locator(".axis").first.inner_text())
    page.evaluate("() => { window.sameDocument = true; }")
    page.mouse.down()
    page.mouse.up()
    page.wait_for_url("**year=*")
    assert parameters(page)["year"] == ["2007"]
    assert page.evaluate("() => window.sameDocument === true")
    page.keyboard.down("Shift")
    page.mouse.click(*drawing_at(page, 0.3))
    page.keyboard.up("Shift")
    page.wait_for_url("**year=*..*")
    assert parameters(page)["year"] == ["2007..2010"]
    page.mouse.move(*drawing_at(page, 0.5))
    page.mouse.down()
    page.mouse.move(*drawing_at(page, 0.99), steps=6)
    page.mouse.up()
    page.wait_for_url("**year=2013*")
    assert parameters(page)["year"] == ["2013..2018"]


def test_a_value_is_left_out_and_comes_back(open_page: Open) -> None:
    page = open_page(f"/?q={QUERY}")
    before = total(page)
    option = page.locator("[aria-labelledby=facet-topic] a.option").nth(1)
    count = int(option.locator(".number").inner_text())
    # It is there for the mouse and for the key, and Tab does not stop at it.
    assert page.locator(".leave-out").count() == 0
    option.hover()
    assert page.locator(".leave-out").get_attribute("tabindex") == "-1"
    page.locator(".leave-out").click()
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
    page.locator("[aria-labelledby=facet-topic] a.option").nth(1).focus()
    page.keyboard.press("-")
    page.wait_for_url("**not_topic=*")
    assert total(page) == before - count


def test_without_script_every_value_has_a_link_that_leaves_it_out(open_page: Open) -> None:
    page = open_page(f"/?q={QUERY}", java_script_enabled=False)
    before = total(page)
    page.locator("[aria-labelledby=facet-topic] .all-values").click()
    choice = page.locator(".every .choice").nth(1)
    count = int(choice.locator(".number").inner_text())
    choice.hover()
    choice.locator(".leave-out").click()
    assert total(page) == before - count


def test_without_script_a_long_facet_is_a_page(open_page: Open) -> None:
    page = open_page("/", java_script_enabled=False)
    page.locator("[aria-labelledby=facet-topic] .all-values").click()
    every = page.locator(".every a.option").count()
    page.locator("#find").fill("工")
    page.get_by_role("button", name="找").click()
    assert 0 < page.locator(".every a.option").count() < every
    page.get_by_role("link", name="按名称").click()
    page.locator(".every a.option").first.click()
    assert path(page.url) == "/"
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
