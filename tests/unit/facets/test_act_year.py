"""The year of a regulation, where a date tells it and where only an approval does."""

from __future__ import annotations

import pytest

from search.facets.topic import Taxonomy
from search.facets.year import chinese_number, publication_year
from search.reading.acts import year_of_act
from search.reading.dates import days_in
from search.reading.document import read_document

APPROVED = "2018年11月29日 某省第十三届人民代表大会常务委员会第七次会议批准"


def test_the_year_is_that_of_the_date_of_publication() -> None:
    assert publication_year("2018-12-18T21:52") == 2018
    assert publication_year(None) is None


@pytest.mark.parametrize(
    ("header", "articles", "year"),
    [
        # Published by the congress that passed it: on the spot.
        (["2018年11月29日 某省第十三届人民代表大会常务委员会第七次会议通过"], [], 2018),
        # Approved from above: published afterwards, at the end of the year maybe in the next one.
        ([APPROVED], [], None),
        ([APPROVED], ["第五十条 本条例自2019年5月1日起施行。"], None),
        ([APPROVED], ["第五十条 本条例自2019年1月1日起施行。"], 2018),
        ([APPROVED], ["第五十条 本条例自二〇一八年十二月二十日起施行。"], 2018),
        # The articles of an amended act say when its first version took force.
        (
            [APPROVED + "的《关于修改部分地方性法规的决定》修正"],
            ["本条例自2019年1月1日起施行。"],
            None,
        ),
        ([APPROVED + "2018年11月29日某市人民代表大会常务委员会公告公布"], [], 2018),
        (["2018年9月29日 某省第十三届人民代表大会常务委员会第五次会议批准"], [], 2018),
    ],
)
def test_an_approval_late_in_the_year_leaves_the_year_open_unless_the_text_bounds_it(
    header: list[str], articles: list[str], year: int | None
) -> None:
    newest = max(day.isoformat() for day, _ in days_in(header[0]))
    found, why = year_of_act(newest, header, articles)
    assert found == year
    assert newest in why


def test_an_open_year_is_unknown_with_the_reason_and_the_date_of_approval_stays() -> None:
    text = f"# 某市绿化条例\n{APPROVED}\n第一条 为了加强绿化管理，改善环境，制定本条例。\n"
    document = read_document(text.encode(), "x.md", Taxonomy.load())
    assert document.published == "2018-11-29"
    assert document.year is None
    assert "公布在其后" in document.evidence["year"][0].note


@pytest.mark.parametrize(("number", "year"), [("2025", 2025), ("2024", 2024), ("2019", 2024)])
def test_an_act_is_of_the_year_of_its_number_where_that_is_after_its_passing(
    number: str, year: int
) -> None:
    passed = "2024年6月27日最高人民法院审判委员会第1930次会议通过，2024年6月28日公布"
    text = f"# 关于办理某案若干问题的解释\n{passed}\n法释〔{number}〕1号\n第一条 为了办理案件。\n"
    assert read_document(text.encode(), "x.md", Taxonomy.load()).year == year


@pytest.mark.parametrize(
    ("text", "number"),
    [("二〇一七", 2017), ("二十三", 23), ("十", 10), ("廿六", 26), ("元", 1), ("2017", 2017)],
)
def test_chinese_numerals_are_read_digit_by_digit_or_by_tens(text: str, number: int) -> None:
    assert chinese_number(text) == number


def test_a_day_that_does_not_exist_is_no_day() -> None:
    assert list(days_in("2017年2月30日通过，二〇一七年十三月一日通过")) == []
