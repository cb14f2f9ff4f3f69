"""Which characters of a quotation count."""

from __future__ import annotations

import pytest

from search.citing.quotes.finding import content, parts_at_ellipses


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("安全，稳定。", "安全稳定"),
        ("安全, 稳定", "安全 ， 稳定"),
        ("（试行）", "(试行)"),
        ("“网格”", "「网格」"),
        ("〔2018〕3号", "（2018）3号"),
        ("第1、2条", "第1,2条"),
        ("ＧＤＰ增长", "gdp增长"),
        ("关于 GDP 增长", "关于GDP增长"),
        ("GB/T 7714", "GB/T7714"),
        ("⽂件⼯作", "文件工作"),
        ("每㎡造价", "每m²造价"),
        ("调\u200b解\u00ad委\u2060员会", "调解委员会"),
    ],
)
def test_punctuation_width_and_case_are_not_content(one: str, other: str) -> None:
    assert content(one).text == content(other).text


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("增长1.5倍", "增长15倍"),
        ("第1、2条", "第12条"),
        ("第1, 2条", "第12条"),
        ("下降-5度", "下降5度"),
        ("占5%", "占5‰"),
        ("占5%", "占5"),
        ("10:30", "1030"),
        ("2017-2018年", "20172018年"),
        ("1+10+N", "110N"),
        ("new york", "newyork"),
        ("12 3", "123"),
        ("10²个", "102个"),
        ("10①", "101"),
    ],
)
def test_what_changes_a_value_is_content(one: str, other: str) -> None:
    assert content(one).text != content(other).text


def test_content_knows_the_way_back() -> None:
    text = "甲，　乙\n丙（ＡB）"
    found = content(text)
    assert found.text == "甲乙丙ab"
    assert [text[at] for at in found.offsets[:-1]] == ["甲", "乙", "丙", "Ａ", "B"]


def test_ellipses_part_a_quotation_but_not_at_its_ends() -> None:
    assert parts_at_ellipses("……安全……稳定...发展……") == ("安全", "稳定", "发展")
    assert parts_at_ellipses("安全……。") == ("安全",)
    assert parts_at_ellipses("……") == ()
