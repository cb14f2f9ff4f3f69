"""Checking the quotations of a draft in a browser, with and without script."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import PHONE, Open

pytestmark = pytest.mark.browser

DRAFT = (
    "各地推行“网格化”管理，提出“安全不安全，群众说了算，满意不满意是关键”，"
    "也有“这一句在哪里都没有出现过”的说法。“网格员……矛盾纠纷”"
)


@pytest.mark.parametrize("script", [True, False])
def test_a_pasted_draft_gets_its_verdicts(open_page: Open, script: bool) -> None:
    page = open_page("/", java_script_enabled=script)
    page.locator(".top-links summary").click()
    page.get_by_role("link", name="核对引文").click()
    page.locator("#draft-text").fill(DRAFT)
    page.get_by_role("button", name="核对").click()
    page.locator(".checked").wait_for()
    assert page.locator(".checked > li").count() == 4
    assert page.locator("#quote-1 .verdict").inner_text().endswith("一字不差")
    assert page.locator("#quote-3 .verdict").inner_text().endswith("没有找到")
    assert page.locator("#draft-text").input_value() == DRAFT
    page.locator("#draft-3").click()
    assert page.url.endswith("#quote-3")
    page.locator("#quote-1 .place a").first.click()
    page.locator("#text mark").first.wait_for()


def test_a_file_is_sent(open_page: Open, tmp_path: Path) -> None:
    draft = tmp_path / "稿.md"
    draft.write_text("“**网格化**”", encoding="utf-8")
    page = open_page("/quotes")
    page.locator("input[type=file]").set_input_files(draft)
    page.get_by_role("button", name="核对").click()
    assert page.locator("#quote-1 .quoted").inner_text() == "网格化"


def test_the_checked_draft_passes_axe(open_page: Open) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    for look in ("light", "dark"):
        for viewport in (None, PHONE):
            options = {"viewport": viewport} if viewport else {}
            page = open_page("/quotes", color_scheme=look, **options)
            page.locator("#draft-text").fill(DRAFT)
            page.get_by_role("button", name="核对").click()
            page.locator(".checked").wait_for()
            found = axe.run(page)
            assert found.violations_count == 0, found.generate_report()
            width = page.evaluate("document.documentElement.scrollWidth")
            assert width <= page.evaluate("window.innerWidth")


def test_the_sources_are_taken_away_without_script(open_page: Open) -> None:
    page = open_page("/quotes", java_script_enabled=False)
    page.locator("#draft-text").fill(DRAFT)
    page.get_by_role("button", name="核对").click()
    page.locator(".take li").first.wait_for()
    page.locator(".take select[name=format]").select_option("ris")
    with page.expect_download() as download:
        page.get_by_role("button", name="下载参考文献").click()
    assert download.value.suggested_filename == "bibliography.ris"
    assert download.value.path().read_text(encoding="utf-8").startswith("TY  - ")
