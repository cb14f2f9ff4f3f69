"""The search box that completes: keys, pointer, composition, late answers, no script."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from .conftest import PHONE, Open, path

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.browser


def options(page: Page) -> Locator:
    return page.locator("#completions [role=option]")


def asks(url: str) -> list[str]:
    """What an address asks the server to complete: nothing, or one text."""
    return parse_qs(urlsplit(url).query).get("q", []) if path(url) == "/api/v1/suggest" else []


def asked(page: Page) -> list[str]:
    """Collects what the page asks the server to complete from now on."""
    found: list[str] = []
    page.on("request", lambda request: found.extend(asks(request.url)))
    return found


def test_the_keyboard_chooses_and_leaves(open_page: Open) -> None:
    page = open_page("/")
    box = page.locator("#q")
    box.press_sequentially("guigang")
    options(page).first.wait_for()
    assert box.get_attribute("aria-expanded") == "true"
    assert options(page).count() <= 8
    box.press("ArrowDown")
    first = options(page).first
    assert first.get_attribute("aria-selected") == "true"
    assert box.get_attribute("aria-activedescendant") == first.get_attribute("id")
    box.press("Escape")
    assert not page.locator("#completions").is_visible()
    assert box.input_value() == "guigang"
    assert box.get_attribute("aria-expanded") == "false"
    box.press("Backspace")
    options(page).first.wait_for()
    box.press("ArrowUp")
    assert options(page).last.get_attribute("aria-selected") == "true"
    box.press("ArrowDown")
    assert box.get_attribute("aria-activedescendant") is None
    box.press("ArrowDown")
    assert "贵港市" in options(page).first.inner_text()
    box.press("Enter")
    page.wait_for_url("**/?city=*")
    assert parse_qs(urlsplit(page.url).query) == {"city": ["广西壮族自治区/贵港市"]}


def test_enter_without_a_choice_searches_for_what_was_typed(open_page: Open) -> None:
    page = open_page("/")
    page.locator("#q").press_sequentially("网格")
    options(page).first.wait_for()
    page.locator("#q").press("Enter")
    page.wait_for_url("**/?q=*")
    assert parse_qs(urlsplit(page.url).query) == {"q": ["网格"]}


def test_a_finger_chooses_on_a_phone(open_page: Open) -> None:
    page = open_page("/", viewport=PHONE, has_touch=True)
    page.locator("#q").press_sequentially("wangge")
    word = page.locator("#completions li", has_text="词").first
    word.wait_for()
    text = word.locator(".completion").inner_text()
    count = word.locator(".number").inner_text()
    word.tap()
    page.wait_for_url("**/?q=*")
    assert page.locator("#q").input_value() == text
    found = re.match(r"[\d,]+", page.locator("h1").inner_text())
    assert found is not None
    assert count == f"{found[0]} 段"


def test_nothing_is_asked_during_composition(open_page: Open) -> None:
    page = open_page("/")
    box = page.locator("#q")
    box.focus()
    requests = asked(page)
    session = page.context.new_cdp_session(page)
    for typed in ("w", "wa", "wang", "wangge"):
        session.send(
            "Input.imeSetComposition",
            {"text": typed, "selectionStart": len(typed), "selectionEnd": len(typed)},
        )
    page.wait_for_timeout(400)
    assert requests == []
    assert not page.locator("#completions").is_visible()
    session.send("Input.insertText", {"text": "网格"})
    options(page).first.wait_for()
    assert requests == ["网格"]


def test_quick_typing_asks_once_and_late_answers_are_dropped(open_page: Open) -> None:
    page = open_page("/")
    # The page's clock stands: how fast this machine types does not matter.
    page.clock.install()
    page.clock.pause_at(datetime.now() + timedelta(hours=1))
    box = page.locator("#q")
    box.focus()
    requests = asked(page)
    box.press_sequentially("xinfang")
    assert requests == []
    page.clock.run_for(1_000)
    options(page).first.wait_for()
    assert requests == ["xinfang"]
    # The answer to 网 comes when 信访 has long been typed over it, and must not be shown.
    page.evaluate(
        """() => {
          const real = window.fetch;
          window.fetch = async (address, options) => {
            const answer = await real(address);
            const late = new URL(address, location).searchParams.get("q") === "网";
            if (late) await new Promise((done) => { window.answerLate = done; });
            return answer;
          };
        }"""
    )
    box.fill("网")
    with page.expect_response(lambda answer: asks(answer.url) == ["网"]):
        page.clock.run_for(1_000)
    box.fill("信访")
    page.clock.run_for(1_000)
    options(page).filter(has_text="信访").first.wait_for()
    page.evaluate("window.answerLate()")
    assert all("信访" in text for text in options(page).locator(".completion").all_inner_texts())


def test_the_box_is_plain_without_script(open_page: Open) -> None:
    page = open_page("/", java_script_enabled=False)
    assert page.locator("#q").get_attribute("role") is None
    assert page.locator("#completions").count() == 0


def test_an_open_list_passes_axe(open_page: Open) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    for look in ("light", "dark"):
        page = open_page("/", color_scheme=look)
        page.locator("#q").press_sequentially("wang")
        options(page).first.wait_for()
        page.locator("#q").press("ArrowDown")
        found = axe.run(page)
        assert found.violations_count == 0, found.generate_report()
