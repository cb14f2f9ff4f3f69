"""The main job in Firefox: with and without script, by mouse and by keys, without barriers."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from .conftest import path
from .every_page import KINDS
from .firefox import ENTER, Firefox, firefox_program, opened_firefox

pytestmark = pytest.mark.browser

CITY = "[aria-labelledby=facet-city] a.option"


def program() -> str:
    pytest.importorskip("websockets", reason="websockets is not installed")
    found = firefox_program()
    if found is None:
        pytest.skip("there is no Firefox on this machine")
    return found


@pytest.fixture(scope="module")
def firefox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    with opened_firefox(program(), tmp_path_factory.mktemp("firefox") / "profile") as opened:
        yield opened


@pytest.fixture(scope="module")
def dark_firefox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    folder = tmp_path_factory.mktemp("firefox") / "profile"
    with opened_firefox(program(), folder, dark=True) as opened:
        yield opened


@pytest.fixture(scope="module")
def still_firefox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    """Firefox in which pages run no script."""
    folder = tmp_path_factory.mktemp("firefox") / "profile"
    with opened_firefox(program(), folder, script=False) as opened:
        yield opened


def parameters(firefox: Firefox) -> dict[str, list[str]]:
    return parse_qs(urlsplit(firefox.address()).query)


def test_search_narrow_open_cite_and_walk_back(firefox: Firefox, site: str) -> None:
    firefox.open(f"{site}/")
    firefox.click("#q")
    firefox.press("信访", ENTER)
    firefox.wait_for("location.search !== '' && document.querySelector('.hit mark')")
    assert parameters(firefox) == {"q": ["信访"]}
    firefox.run("window.sameDocument = true")
    firefox.click(f"{CITY}:not(.chosen)")
    firefox.wait_for("document.querySelector('a.chip')")
    assert firefox.evaluate("window.sameDocument === true")
    chosen = parameters(firefox)["city"]
    narrowed = firefox.evaluate("document.querySelector('h1 strong').textContent")
    assert firefox.evaluate(f"document.querySelector('{CITY}.chosen .number').textContent") == (
        narrowed
    )
    firefox.click(".hit h2 a")
    firefox.wait_for(f"location.href.startsWith('{site}/p/')")
    assert firefox.evaluate("document.querySelector('#text mark').textContent") == "信访"
    assert firefox.evaluate("document.querySelector('.reference').textContent.length") > 20
    firefox.back()
    firefox.wait_for(f"location.href.startsWith('{site}/?')")
    assert parameters(firefox) == {"q": ["信访"], "city": chosen}
    firefox.back()
    firefox.wait_for("!document.querySelector('a.chip')")
    assert parameters(firefox) == {"q": ["信访"]}


def test_results_are_reached_opened_and_cited_by_keys(firefox: Firefox, site: str) -> None:
    firefox.open(f"{site}/?q={quote('信访')}")
    # A page that is opened by a program has no focus before it is clicked.
    firefox.click("h1")
    at = "[...document.querySelectorAll('.hit')].indexOf(document.activeElement.closest('.hit'))"
    for number in range(2):
        firefox.press("j")
        firefox.wait_for(f"{at} === {number}")
    firefox.press("c")
    firefox.wait_for("location.hash === '#cite-title'")
    firefox.wait_for("document.readyState === 'complete'")
    firefox.click("h1")
    firefox.press("/")
    firefox.wait_for("document.activeElement.id === 'q'")


def test_without_script_everything_is_a_link_or_a_form(still_firefox: Firefox, site: str) -> None:
    still_firefox.open(f"{site}/?q={quote('信访')}")
    still_firefox.follow(f"{CITY}:not(.chosen)")
    assert set(parameters(still_firefox)) == {"q", "city"}
    still_firefox.follow("a.chip")
    assert parameters(still_firefox) == {"q": ["信访"]}
    still_firefox.follow(".hit h2 a")
    assert path(still_firefox.address()).startswith("/p/")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_to_complain_about(
    request: pytest.FixtureRequest, site: str, addresses: dict[str, str], kind: str, scheme: str
) -> None:
    axe = pytest.importorskip("axe_playwright_python.base", reason="axe is missing")
    firefox = request.getfixturevalue("firefox" if scheme == "light" else "dark_firefox")
    for width in (390, 768, 1280):
        firefox.resize(width, 900)
        firefox.open(site + addresses[kind])
        assert firefox.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") is (
            scheme == "dark"
        )
        assert firefox.evaluate("document.documentElement.scrollWidth") <= width
        firefox.run(axe.AXE_SCRIPT)
        found = firefox.evaluate(
            "axe.run({ resultTypes: ['violations'] }).then((r) => [r.passes.length,"
            " r.violations.map((v) => [v.id, v.nodes.map((n) => n.html)])])"
        )
        assert found[0] > 10
        assert found[1] == []
