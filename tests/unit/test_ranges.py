"""Ranges of a passage: code points from 0, the end not in it; what is none says so."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.documents.document import TextRange, counted_range, parse_range, permanent_path
from search.errors import UsageError

TEXT = "安全𠮷感。\r\n好"


def test_characters_outside_the_basic_plane_count_as_one() -> None:
    assert parse_range(TEXT, "2", "4") == TextRange(2, 4, "𠮷感")
    assert counted_range(TEXT, "3", "4") == TextRange(2, 4, "𠮷感")


def test_without_both_there_is_no_range() -> None:
    assert parse_range(TEXT, None, None) is None


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        ("1", None, "to is missing"),
        (None, "1", "from is missing"),
        ("-1", "2", "no whole number"),
        ("", "2", "no whole number"),
        ("１", "2", "no whole number"),
        ("1.0", "2", "no whole number"),
        ("1\n", "2", "no whole number"),
        ("9" * 5000, "2", "no whole number"),
        ("2", "2", "no character"),
        ("3", "2", "no character"),
        ("0", "9", "has 8 characters"),
    ],
)
def test_what_is_no_range_is_told_in_one_sentence(
    start: str | None, end: str | None, said: str
) -> None:
    with pytest.raises(UsageError, match=said) as error:
        parse_range(TEXT, start, end)
    assert error.value.sentence.said("zh") != error.value.message
    assert len(error.value.message) < 200


@pytest.mark.parametrize(("first", "last"), [("0", "1"), ("2", "1"), ("", "1"), ("1", "9")])
def test_characters_are_counted_from_one_in_the_form(first: str, last: str) -> None:
    with pytest.raises(UsageError):
        counted_range(TEXT, first, last)


@given(st.text(min_size=1), st.data())
def test_an_address_gives_its_range_back(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    first = parse_range(text, str(start), str(end))
    assert first is not None
    assert first.quote == text[start:end]
    assert counted_range(text, str(start + 1), str(end)) == first
    params = dict(first.to_params())
    assert parse_range(text, params["from"], params["to"]) == first
    assert permanent_path("x", first) == f"/p/x?from={start}&to={end}"
