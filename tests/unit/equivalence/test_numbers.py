"""A number in digits, with 万 and in Chinese signs is one number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis.equivalence.numbers import number_texts
from search.query.nodes import Alike


@pytest.mark.parametrize(
    "number",
    ["13.6万", "136000", "136,000", "十三万六千"],
)
def test_each_way_of_writing_a_number_leads_to_the_others(number: str) -> None:
    others = {"13.6万", "136000", "136,000", "十三万六千"} - {number}
    assert others <= set(number_texts(number))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("94.01%", "百分之九十四点零一"),
        ("百分之九十四点零一", "94.01%"),
        ("100%", "百分之百"),
        ("百分之百", "100%"),
        ("15个部门", "十五个部门"),
        ("十五个部门", "15个部门"),
        ("3.5亿元", "三亿五千万元"),
        ("二千三百", "两千三百"),
        ("一百零五", "105"),
        ("10005", "一万零五"),
        ("二十一世纪", "21世纪"),
    ],
)
def test_a_number_is_written_in_another_way(one: str, other: str) -> None:
    assert other in set(number_texts(one))


@pytest.mark.parametrize(
    "text",
    ["1+10+n", "gb/t 7714-2025", "统一", "万一", "2018年", "99", "三百五", "七八", "a1b", "007"],
)
def test_what_may_be_no_number_is_left_alone(text: str) -> None:
    assert not list(number_texts(text))


@given(st.integers(100, 10**12))
def test_a_number_written_in_chinese_is_read_as_the_same(number: int) -> None:
    written = [text for text in number_texts(str(number)) if not set(text) & set("0123456789")]
    assert written
    for text in written:
        back = {other.replace(",", "") for other in number_texts(text)}
        assert str(number) in back or "点" in text


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("共136000人", True),
        ("136000,其中", True),
        ("共2136000人", False),
        ("136000.5元", False),
        ("1,136000", False),
        ("136000万元", False),
        ("到2018年,136000人", True),
    ],
)
def test_a_number_is_found_only_by_itself(text: str, is_found: bool) -> None:
    assert Alike(tuple("136000"), is_whole=True).matches(text) is is_found
