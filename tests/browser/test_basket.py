"""Gathering passages to be cited, records and exports in a browser, with and without script."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from .conftest import PHONE, Open, path

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

QUERY = quote("网格化管理")


def ids_in(page: Page) -> list[str]:
    return parse_qs(urlsplit(page.url).query).get("id", [])


def count(page: Page) -> str:
    counted = page.locator("#basket-link .basket-count")
    return counted.inner_text() if counted.count() else ""


def test_passages_are_gathered_across_searches_and_pages(open_page: Open, site: str) -> None:
    page = open_page(f"/?q={QUERY}")
    assert count(page) == ""
    buttons = page.locator(".hit a.to-basket")
    buttons.nth(0).click()
    buttons.nth(1).focus()
    page.keyboard.press("Space")
    assert page.url == f"{site}/?q={QUERY}"
    assert count(page) == "2"
    assert buttons.nth(0).inner_text() == "移出引文篮"
    assert buttons.nth(0).get_attribute("role") == "button"
    page.locator("#said", has_text="共 2 段").wait_for(state="attached")

    page.goto(f"{site}/?q={quote('信访')}&sort=document&page=2")
    assert count(page) == "2"
    page.locator(".hit h2 a").first.click()
    page.locator(".cite a.to-basket").click()
    assert count(page) == "3"

    page.locator("#basket-link").click()
    page.locator(".basket-items").wait_for()
    assert page.locator(".basket-items > li").count() == 3
    # The address is for sharing: it does not claim to be anybody's own.
    assert "kept" not in page.url
    before = ids_in(page)
    page.get_by_role("button", name="第 3 段上移").click()
    page.locator(".basket-items").wait_for()
    assert ids_in(page) == [before[0], before[2], before[1]]
    page.get_by_role("button", name="第 1 段移出引文篮").click()
    page.locator("#basket[data-kept]").wait_for()
    assert ids_in(page) == [before[2], before[1]]
    assert count(page) == "2"
    page.goto(f"{site}/")
    assert count(page) == "2"


def test_taking_out_and_emptying(open_page: Open) -> None:
    page = open_page(f"/?q={QUERY}")
    button = page.locator(".hit a.to-basket").first
    button.click()
    button.click()
    assert count(page) == ""
    assert button.inner_text() == "加入引文篮"
    button.click()
    page.locator("#basket-link").click()
    page.get_by_role("link", name="清空引文篮").click()
    page.get_by_text("引文篮还是空的").wait_for()
    assert count(page) == ""


def test_the_basket_of_somebody_else_is_merged_never_written_over(
    open_page: Open, site: str
) -> None:
    page = open_page(f"/?q={QUERY}")
    page.locator(".hit a.to-basket").nth(2).click()
    page.locator("details.menu summary", has_text="导出").click()
    page.get_by_role("link", name="引用本页").click()
    page.locator(".basket-items").wait_for()
    theirs = ids_in(page)
    assert len(theirs) == 3
    assert count(page) == "1"
    page.get_by_role("button", name="并入我的引文篮").click()
    page.locator("#basket[data-kept]").wait_for()
    assert sorted(ids_in(page)) == sorted(theirs)
    assert ids_in(page)[0] == theirs[2]
    assert count(page) == str(len(theirs))
    assert not page.locator("#basket-adopt").is_visible()


def test_a_full_basket_says_so(open_page: Open) -> None:
    page = open_page(f"/?q={QUERY}")
    page.evaluate(
        """() => localStorage.setItem("duansou.basket", JSON.stringify(
            [...Array(200).keys()].map((n) => `${String(n).padStart(20, "0")}-00000000`)))"""
    )
    page.reload()
    assert count(page) == "200"
    page.locator(".hit a.to-basket").first.click()
    page.locator("#said", has_text="引文篮已满").wait_for(state="attached")
    assert page.locator(".hit a.to-basket").first.inner_text() == "加入引文篮"


def test_what_is_stored_is_not_trusted(open_page: Open) -> None:
    page = open_page("/")
    stored = ('["<img src=x>", 5, null, "a&kept=0"]', "{", '{"a": 1}', "7")
    for each in stored:
        page.evaluate("value => localStorage.setItem('duansou.basket', value)", each)
        page.reload()
        href = page.locator("#basket-link").get_attribute("href")
        assert href is not None
        assert (path(href), urlsplit(href).query) in (("/basket", ""), ("/basket", "kept=1"))
        page.locator(".hit a.to-basket").first.click()
        page.wait_for_load_state()
        page.goto(page.url.split("basket")[0])


def test_without_script_links_and_the_form_are_enough(open_page: Open, site: str) -> None:
    page = open_page(f"/?q={QUERY}", java_script_enabled=False)
    other = page.locator(".hit h2 a").nth(1).get_attribute("href")
    page.locator(".hit a.to-basket").first.click()
    assert page.locator(".basket-items > li").count() == 1
    page.get_by_label("再加入").fill(f"{site}{other}")
    page.get_by_label("引用日期").fill("2026-07-01")
    page.get_by_role("button", name="更新").click()
    assert page.locator(".basket-items > li").count() == 2
    first, second = (
        page.locator(".basket-items > li").nth(n).get_attribute("data-id") for n in (0, 1)
    )
    page.get_by_role("button", name="第 2 段上移").click()
    assert ids_in(page) == [second, first]
    page.get_by_label("著录格式").select_option("gbt7714-2015")
    page.get_by_role("button", name="更新").click()
    assert "2026-07-01" in page.locator(".basket-references").inner_text()
    page.get_by_role("button", name="第 1 段移出引文篮").click()
    assert ids_in(page) == [first]
    with page.expect_download() as started:
        page.get_by_role("link", name="RIS").click()
    assert started.value.suggested_filename == "duansou-basket.ris"


def test_all_of_it_is_copied(open_page: Open) -> None:
    page = open_page(f"/?q={QUERY}", permissions=["clipboard-read", "clipboard-write"])
    page.locator("details.menu summary", has_text="导出").click()
    page.get_by_role("link", name="引用本页").click()
    page.get_by_text("纯文本，可整段复制").click()
    page.get_by_role("button", name="复制全部").click()
    page.locator("#said", has_text="已复制").wait_for(state="attached")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator("#basket-text").text_content()
    assert "参考文献\n[1] " in copied


@pytest.mark.parametrize("script", [True, False])
def test_results_lead_to_a_record_and_to_files(open_page: Open, script: bool) -> None:
    page = open_page(f"/?q={QUERY}", java_script_enabled=script)
    with page.expect_download() as started:
        page.locator("details.menu summary", has_text="导出").click()
        page.get_by_role("link", name="CSV", exact=True).click()
    assert started.value.suggested_filename == "duansou.csv"
    assert started.value.path().read_bytes().startswith(b"\xef\xbb\xbfpassage_id,")
    if not page.get_by_role("link", name="检索记录").is_visible():
        page.locator("details.menu summary", has_text="导出").click()
    page.get_by_role("link", name="检索记录").click()
    assert "duansou search '网格化管理'" in page.locator("#record-command").inner_text()
    with page.expect_download() as started:
        page.get_by_role("link", name="下载 JSON").click()
    assert started.value.suggested_filename.startswith("duansou-record-")


def test_the_pages_pass_axe_and_fit(open_page: Open) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    nobody = "0" * 20 + "-00000000"
    for look in ("light", "dark"):
        for viewport in (None, PHONE, {"width": 320, "height": 640}):
            options = {"viewport": viewport} if viewport else {}
            page = open_page(f"/?q={QUERY}", color_scheme=look, **options)
            page.locator(".hit a.to-basket").first.click()
            basket = page.locator(".take a", has_text="引用本页").get_attribute("href")
            addresses = (
                "",
                f"{basket}&id={nobody}",
                "/basket",
                f"/record?q={QUERY}&also=all",
                "/record?q=没有这个词",
                "/?q=没有这个词",
            )
            root = page.url.split("/?")[0]
            for address in addresses:
                if address:
                    page.goto(root + address)
                found = axe.run(page)
                assert found.violations_count == 0, found.generate_report()
                width = page.evaluate("document.documentElement.scrollWidth")
                assert width <= page.evaluate("window.innerWidth"), address


@pytest.mark.parametrize("script", [True, False])
def test_chosen_results_are_taken_together(open_page: Open, script: bool) -> None:
    page = open_page(f"/?q={QUERY}", java_script_enabled=script)
    bar = page.locator("#chosen")
    assert not bar.is_visible()
    boxes = page.locator(".choose input")
    boxes.nth(0).check()
    boxes.nth(2).check()
    assert bar.is_visible()
    with page.expect_download() as taken:
        bar.get_by_role("button", name="RIS").click()
    assert taken.value.path().read_text("utf-8").count("N1  - ") == 2
    bar.get_by_role("button", name="引用所选").click()
    page.locator(".basket-items").wait_for()
    assert len(ids_in(page)) == 2
