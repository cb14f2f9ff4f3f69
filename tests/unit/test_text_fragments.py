"""Text fragments: slices of the text, ends where words part, and no other place that fits first."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis.text import fold
from search.citing.text_fragments import is_word_boundary, link_to_text, text_fragment

PAGE = "标题\n全县推进平安建设,成效明显。群众说:好!\n第二段,群众说:好!信访下降2-3个百分点,A&B。\n"


def link(wanted: str, page: str = PAGE, url: str = "https://a.cn/1") -> str | None:
    start = page.index(wanted)
    return link_to_text(url, page, start, start + len(wanted))


def decoded(address: str | None) -> str:
    assert address is not None
    return unquote(address.partition("#")[2])


def test_a_short_text_is_named_whole_and_encoded() -> None:
    assert link("下降2-3个百分点,A&B。") == (
        "https://a.cn/1#:~:text=%E4%BF%A1%E8%AE%BF-,"
        "%E4%B8%8B%E9%99%8D2%2D3%E4%B8%AA%E7%99%BE%E5%88%86%E7%82%B9%2CA%26B%E3%80%82"
    )


def test_what_stands_twice_is_told_apart_by_what_is_around_it() -> None:
    assert decoded(link("群众说:好!")) == ":~:text=成效明显。-,群众说:好!"


def test_a_long_text_is_named_by_its_ends() -> None:
    long = "".join(f"第{n}条 应当加强对网格化管理工作的领导,落实责任。" for n in "一二三四")
    fragment = text_fragment(long, 0, len(long))
    assert fragment is not None
    assert fragment.start == "第一条 应当加强对网格化管理工作的领导"
    assert fragment.end == "第四条 应当加强对网格化管理工作的领导,落实责任。"


@pytest.mark.parametrize(
    "url", [None, "", "javascript:alert(1)", "ftp://a.cn/1", "file:///x", "http://[", "a.cn/1"]
)
def test_only_pages_have_fragments(url: str | None) -> None:
    assert link_to_text(url, PAGE, 0, 2) is None


def test_an_anchor_of_the_address_stays_and_another_directive_goes() -> None:
    assert (link("标题", url="https://a.cn/1?q=1#s") or "").startswith(
        "https://a.cn/1?q=1#s:~:text="
    )
    assert (link("标题", url="https://a.cn/1#s:~:text=x") or "").count(":~:") == 1


def test_what_nothing_tells_apart_has_none() -> None:
    repeated = "好\n\n" * 9
    assert link_to_text("https://a.cn/1", repeated, 12, 13) is None
    assert text_fragment("a b", 1, 2) is None


@pytest.mark.parametrize(
    ("text", "at", "expected"),
    [
        ("安全,感", 2, True),
        ("安全,感", 3, True),
        ("安全感", 1, False),
        ("94.01%", 2, False),
        ("94.01%", 3, False),
        ("94.01%", 5, True),
        ("QQ群", 2, True),
        ("it's", 2, False),
        ("1，2", 1, False),
        ("安，全", 1, True),
        ("a b", 1, True),
        ("e\u0301", 1, False),
    ],
)
def test_words_part_where_every_browser_parts_them(text: str, at: int, expected: bool) -> None:
    assert is_word_boundary(text, at) is expected


@given(st.text("安全感市,。“”()ab1-& \n", min_size=1, max_size=200), st.data())
def test_terms_are_slices_and_the_first_place_that_fits_is_the_right_one(
    text: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    fragment = text_fragment(text, start, end)
    wanted = text[start:end].strip()
    if fragment is None:
        return
    # Decoded, the terms are what they were: the directive's own signs are all encoded.
    directive = fragment.directive.removeprefix("text=")
    terms = directive.split(",")
    assert re.fullmatch(r"[A-Za-z0-9._~%,-]+", directive)
    given_terms = [fragment.prefix, fragment.start, fragment.end, fragment.suffix]
    assert [unquote(t.strip("-")) for t in terms] == [t for t in given_terms if t is not None]
    assert wanted.startswith(fragment.start)
    assert wanted.endswith(fragment.end or fragment.start)
    assert all(not re.search(r"\s{2,}|\n", t) for t in given_terms if t)
    # A browser takes the first place where prefix and beginning, then end and suffix, stand.
    at = text.index(wanted, start)
    gap = r"\s*"
    looked_for = (
        (re.escape(fold(fragment.prefix)) + gap if fragment.prefix else "")
        + re.escape(fold(fragment.start))
        + (f"(?:.|\n)*?{re.escape(fold(fragment.end))}" if fragment.end else "")
        + (gap + re.escape(fold(fragment.suffix)) if fragment.suffix else "")
    )
    found = re.search(looked_for, fold(text))
    assert found is not None
    before = text[: at - len(fragment.prefix or "")].strip()
    assert fold(text[:at]).startswith(fold(text)[: found.start()])
    assert found.start() >= len(fold(before)) - len(before)
    # Words part where its first and its last term begin and end, or what is around them says so.
    first = at if fragment.prefix is None else text.rindex(fragment.prefix, 0, at)
    assert is_word_boundary(text, first)
    last = at + len(wanted)
    if fragment.suffix is not None:
        last = text.index(fragment.suffix, last) + len(fragment.suffix)
    assert is_word_boundary(text, last)
