"""A search state is an address and back."""

from __future__ import annotations

import pytest

from search.documents.facets import ALL_FACETS, UNKNOWN
from search.errors import FilterError, UsageError
from search.query.request import SearchRequest, parse_years


def test_the_plain_page_has_no_parameters() -> None:
    assert SearchRequest().to_params() == []
    assert SearchRequest().to_query_string() == ""
    assert SearchRequest.from_params([]) == SearchRequest()


def test_parameters_come_in_a_fixed_order_and_repeat() -> None:
    request = SearchRequest(
        query="网格化 管理",
        any_term=True,
        city=("贵港市", "大同市"),
        year=("2017..2021",),
        topic=("信访工作",),
        source=("贵港日报",),
        place=("桂平",),
        named_year=("1937",),
        sort="date",
        collapse=True,
        page=2,
        limit=20,
    )
    assert request.to_params() == [
        ("q", "网格化 管理"),
        ("any", "1"),
        ("city", "贵港市"),
        ("city", "大同市"),
        ("year", "2017..2021"),
        ("topic", "信访工作"),
        ("source", "贵港日报"),
        ("place", "桂平"),
        ("named_year", "1937"),
        ("sort", "date"),
        ("collapse", "1"),
        ("page", "2"),
        ("limit", "20"),
    ]
    assert SearchRequest.from_params(request.to_params()) == request


def test_the_page_stays_wherever_it_stands() -> None:
    params = [("page", "2"), ("also", "script"), ("any", "1"), ("sort", "date"), ("city", "贵港市")]
    forwards, backwards = SearchRequest.from_params(params), SearchRequest.from_params(params[::-1])
    assert forwards == backwards
    assert forwards.page == 2


def test_foreign_parameters_empty_values_and_repeats_are_dropped() -> None:
    params = [("utm", "x"), ("city", ""), ("city", "贵港市"), ("city", "贵港市"), ("sort", "")]
    assert SearchRequest.from_params(params) == SearchRequest(city=("贵港市",))


def test_many_values_are_not_compared_with_each_other() -> None:
    class Value(str):
        compared = 0
        __hash__ = str.__hash__

        def __eq__(self, other: object) -> bool:
            Value.compared += 1
            return str.__eq__(self, other)

    SearchRequest.from_params(("city", Value(number)) for number in range(500))
    assert Value.compared < 5_000


@pytest.mark.parametrize("value", ["1", "true", "yes", "on"])
def test_any_is_on(value: str) -> None:
    assert SearchRequest.from_params([("any", value)]).any_term


@pytest.mark.parametrize("value", ["", "0", "false", "No", "off"])
def test_any_is_off(value: str) -> None:
    assert not SearchRequest.from_params([("any", value)]).any_term


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("sort", "newest"),
        ("page", "0"),
        ("page", "-1"),
        ("page", "1.5"),
        ("page", "二"),
        ("page", "٣"),
        ("page", "1" * 10),
        ("limit", "0"),
        ("limit", "ten"),
    ],
)
def test_a_wrong_value_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(UsageError) as refused:
        SearchRequest.from_params([(name, value)])
    assert name in refused.value.message
    assert value in refused.value.sentence.said("zh")


def test_toggling_twice_changes_nothing_but_the_page() -> None:
    request = SearchRequest(city=("贵港市",), page=3)
    added = request.toggled("city", "大同市")
    assert (added.city, added.page) == (("贵港市", "大同市"), 1)
    assert added.toggled("city", "大同市") == request.on_page(1)
    assert request.toggled("city", "贵港市").city == ()


def test_clearing_takes_one_facet_or_all() -> None:
    request = SearchRequest(query="信访", city=("贵港市",), year=("2017",), page=2)
    assert request.cleared("city") == SearchRequest(query="信访", year=("2017",))
    assert request.cleared() == SearchRequest(query="信访")
    assert request.is_filtered
    assert not request.cleared().is_filtered


def test_another_order_begins_at_the_first_page() -> None:
    assert SearchRequest(page=4).sorted_by("date") == SearchRequest(sort="date")


def test_every_facet_has_choices_of_its_own() -> None:
    for facet in ALL_FACETS:
        chosen = SearchRequest().toggled(facet.name, "甲")
        assert chosen.chosen(facet.name) == ("甲",)
        assert sum(bool(chosen.chosen(other.name)) for other in ALL_FACETS) == 1


def test_years_are_one_a_range_or_unknown() -> None:
    assert parse_years("2017") == (2017, 2017)
    assert parse_years("2017..2021") == (2017, 2021)
    assert parse_years("2021..2017") == (2017, 2021)
    assert parse_years(UNKNOWN) is None


@pytest.mark.parametrize(
    "value", ["", "2017-2021", "2017..", "..2021", "二〇一七", "20170", "2017\n"]
)
def test_other_years_are_refused(value: str) -> None:
    with pytest.raises(FilterError):
        parse_years(value)
