"""Steps of a search in place: what changes is fetched, the address follows, nothing is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

from .conftest import PHONE, Open, path

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

pytestmark = pytest.mark.browser


def mark(page: Page) -> None:
    """Something that a page that is loaded anew would not have."""
    page.evaluate("() => { window.sameDocument = true; }")


def is_same(page: Page) -> bool:
    return bool(page.evaluate("() => window.sameDocument === true"))


def parameters(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def city(page: Page, name: str) -> Any:
    return page.locator("[aria-labelledby=facet-city] a.option", has_text=name)


def test_a_facet_changes_results_address_title_and_form_in_the_same_document(
    open_page: Open,
) -> None:
    page = open_page("/?q=信访")
    mark(page)
    option = city(page, "贵港市")
    count = option.locator(".number").inner_text()
    option.click()
    assert is_same(page)
    assert parameters(page) == {"q": ["信访"], "city": ["广西壮族自治区/贵港市"]}
    assert page.locator("h1 strong").first.inner_text() == count
    assert page.locator("form.search input[name=city]").input_value() == "广西壮族自治区/贵港市"
    assert "city=" in (page.locator("link[type='application/json']").get_attribute("href") or "")
    # The next search keeps the filter, and its title is its own.
    page.locator("#q").fill("网格")
    page.locator("#q").press("Enter")
    assert is_same(page)
    assert parameters(page) == {"q": ["网格"], "city": ["广西壮族自治区/贵港市"]}
    assert page.title().startswith("网格")
    whole = open_page(page.url.removeprefix(page.url.split("/?")[0]))
    # What leaves a value out stands beside the one that has the focus or the mouse.
    shown = page.locator("main").inner_text().replace("−\n", "")
    assert whole.locator("main").inner_text() == shown


def test_back_and_forward_show_what_was_there_where_it_was(open_page: Open) -> None:
    page = open_page("/?q=信访", viewport={"width": 1000, "height": 400})
    mark(page)
    page.evaluate("() => scrollTo(0, 300)")
    first = page.locator("h1").inner_text()
    page.locator(".hits a.tag").first.click()
    narrowed = page.locator("h1").inner_text()
    assert narrowed != first
    assert page.evaluate("() => scrollY") == 0
    page.go_back()
    assert page.locator("h1").inner_text() == first
    assert parameters(page) == {"q": ["信访"]}
    assert page.evaluate("() => scrollY") == 300
    page.go_forward()
    assert page.locator("h1").inner_text() == narrowed
    assert is_same(page)


def test_the_keyboard_stays_on_the_value_that_was_chosen(open_page: Open) -> None:
    page = open_page("/?q=信访")
    option = city(page, "贵港市")
    option.focus()
    option.press("Enter")
    focused = page.locator("*:focus")
    assert "贵港市" in focused.inner_text()
    assert focused.get_attribute("aria-current") == "true"
    focused.press("Enter")
    assert parameters(page) == {"q": ["信访"]}
    page.locator("details.menu summary", has_text="排序").click()
    page.locator(".ways a", has_text="日期").press("Enter")
    assert page.evaluate("() => document.activeElement.id") == "main"


def test_what_was_found_is_said(open_page: Open) -> None:
    page = open_page("/?q=信访")
    city(page, "贵港市").click()
    page.wait_for_function("() => /个段落/.test(document.getElementById('said').textContent)")


def test_what_is_in_place_does_what_a_page_does(open_page: Open) -> None:
    page = open_page("/?q=信访")
    city(page, "贵港市").click()
    around = page.locator("a.whole").first
    around.click()
    page.locator(".around-text p").first.wait_for()
    assert around.get_attribute("aria-expanded") == "true"
    page.locator("a.to-basket").first.click()
    assert "in-basket" in (page.locator("a.to-basket").first.get_attribute("class") or "")
    assert page.locator(".basket-count").inner_text() == "1"
    page.keyboard.press("j")
    assert page.evaluate("() => document.activeElement.closest('.hit') !== null")


def test_a_new_tab_and_other_pages_are_the_browsers_business(open_page: Open) -> None:
    page = open_page("/?q=信访")
    mark(page)
    with page.context.expect_page() as opened:
        city(page, "贵港市").click(modifiers=["ControlOrMeta"])
    assert "city=" in opened.value.url
    assert parameters(page) == {"q": ["信访"]}
    page.locator(".hit h2 a").first.click()
    assert path(page.url).startswith("/p/")
    assert not is_same(page)
    page.go_back()
    assert parameters(page) == {"q": ["信访"]}


def test_where_a_step_fails_the_link_is_followed(open_page: Open) -> None:
    page = open_page("/?q=信访")
    mark(page)
    failures = 1

    def fail_once(route: Route) -> None:
        nonlocal failures
        if failures:
            failures -= 1
            route.fulfill(status=429, body="", content_type="text/html")
        else:
            route.continue_()

    page.route("**/?q=*city=*", fail_once)
    option = city(page, "贵港市")
    page.evaluate("() => { window.sameDocument = true; }")
    with page.expect_navigation():
        option.click()
    assert not is_same(page)
    assert parameters(page)["city"] == ["广西壮族自治区/贵港市"]


def test_of_two_quick_steps_the_last_counts(open_page: Open) -> None:
    page = open_page("/?q=信访")
    page.evaluate(
        """() => {
          const facet = document.querySelector("[aria-labelledby=facet-topic]");
          const [first, second] = facet.querySelectorAll("a.option");
          first.click();
          second.click();
        }"""
    )
    page.locator("html:not([data-step])").wait_for(state="attached")
    assert len(parameters(page)["topic"]) == 1
    second = page.locator("[aria-labelledby=facet-topic] a.option.chosen .value").all_inner_texts()
    assert second == parameters(page)["topic"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_put_in_place_has_no_barriers(open_page: Open, scheme: str) -> None:
    page = open_page("/?q=信访", color_scheme=scheme, viewport=PHONE)
    page.locator("details.facets > summary").click()
    city(page, "贵港市").click()
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is missing")
    found = axe.Axe().run(page).response["violations"]
    assert [violation["id"] for violation in found] == []
