"""The whole job: how a share developed by year and city, the best passages, their citations."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from .conftest import Open

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_from_a_word_to_a_table_to_a_list_of_references(open_page: Open, script: bool) -> None:
    page = open_page("/", java_script_enabled=script)
    page.locator("#q").fill("网格化管理")
    page.get_by_role("button", name="检索").click()
    page.wait_for_url("**/?q=*")

    # How the share developed, by year and city.
    page.get_by_role("link", name="对比", exact=True).click()
    page.get_by_role("link", name="每千段", exact=True).click()
    page.wait_for_url("**measure=share*")
    table = page.locator(".heat")
    assert table.locator("thead th", has_text="2021").count() == 1
    assert table.locator("tbody th", has_text="池州市").count() == 1
    assert page.locator("svg.line").count() == 1

    # What stands behind one of its numbers.
    row = table.locator("tbody tr", has=page.locator("th", has_text="池州市"))
    row.locator("td a").last.click()
    page.wait_for_url("**/?q=*city=*")
    assert parse_qs(urlsplit(page.url).query)["year"] == ["2021"]
    assert page.locator(".hit mark").count() > 0

    # The strongest passages, and their citations in one list.
    page.goto(page.url.split("?")[0] + "?q=网格化管理")
    assert page.locator(".hit").count() == 3
    if script:
        for hit in page.locator(".hit a.to-basket").all():
            hit.click()
        page.locator("#basket-link").click()
    else:
        page.locator("details.menu summary", has_text="导出").click()
        page.get_by_role("link", name="引用本页").click()
    page.wait_for_url("**/basket?*")
    assert page.locator(".basket-items > li").count() == 3
    references = page.locator(".basket-references").inner_text()
    assert "[1]" in references
    assert "贵池区委政法委" in references
    marks = page.locator(".in-text-mark").all_inner_texts()
    assert all("段" in mark for mark in marks)
    assert len(marks) == 3
