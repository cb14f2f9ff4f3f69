"""The basket: ids in an address, their order, what they stand for, and one list of references."""

from __future__ import annotations

import pytest

from search.citing.basket import BASKET_LIMIT, Basket, bibliography, items_of, passage_ids
from search.citing.styles import DEFAULT_STYLE
from search.errors import UsageError
from search.searching.index import Index

from .web.corpus import DATONG, GUIGANG, REPRINT, SHARED_TEXT, index_of


@pytest.fixture(scope="module")
def index() -> Index:
    return index_of(GUIGANG, DATONG, REPRINT)


def ids_of(index: Index, document_id: str) -> list[str]:
    return [passage.passage_id for passage in index.passages_in(document_id)]


def basket(*ids: str) -> Basket:
    return Basket.from_params([("id", each) for each in ids])


def test_an_address_is_a_basket_and_back() -> None:
    params = [
        ("id", "a"),
        ("id", "b"),
        ("style", "gbt7714-2015"),
        ("accessed", "2026-07-01"),
    ]
    assert Basket.from_params(params).to_params() == params
    assert Basket.from_params([*params, ("id", "a"), ("q", "x"), ("id", "")]).to_params() == params
    assert Basket().to_params() == []


def test_pasted_addresses_are_put_behind_the_others(index: Index) -> None:
    first, second, third = ids_of(index, GUIGANG.document_id)
    text = f"见 https://ds.example/p/{second}?q=网格 和 /p/{third}#x，{second}。"
    assert passage_ids(text) == (second, third)
    assert Basket.from_params([("add", text), ("id", first)]).ids == (second, third, first)
    whole = f"http://x/basket?id={first}&id={third}-2"
    assert passage_ids(whole) == (first, f"{third}-2")
    with pytest.raises(UsageError, match="no passage id"):
        Basket.from_params([("add", "没有编号")])


def test_passages_move_and_leave() -> None:
    chosen = basket("a", "b", "c")
    assert chosen.moved("c", -1).ids == ("a", "c", "b")
    assert chosen.moved("a", 1).ids == ("b", "a", "c")
    assert chosen.moved("a", -1).ids == chosen.moved("c", 1).ids == ("a", "b", "c")
    assert chosen.without("b").ids == ("a", "c")


def test_a_full_basket_and_an_unknown_style_are_said() -> None:
    assert len(basket(*map(str, range(BASKET_LIMIT))).ids) == BASKET_LIMIT
    with pytest.raises(UsageError, match=r"201 passages.*at most 200"):
        basket(*map(str, range(BASKET_LIMIT + 1)))
    with pytest.raises(UsageError, match="no citation style 'x'"):
        Basket.from_params([("style", "x")])


def test_a_document_is_one_reference_and_each_passage_has_its_mark(index: Index) -> None:
    first, _, third = ids_of(index, GUIGANG.document_id)
    other = ids_of(index, DATONG.document_id)[1]
    items = items_of(index, basket(third, other, first))
    cited = bibliography(items, DEFAULT_STYLE, "2026-07-01")
    assert [reference.number for reference in cited.references] == [1, 2]
    assert [r.document.document_id for r in cited.references] == [
        GUIGANG.document_id,
        DATONG.document_id,
    ]
    assert cited.in_text == {third: "[1]第3段", other: "[2]第2段", first: "[1]第1段"}
    with pytest.raises(UsageError, match="access date"):
        bibliography(items, DEFAULT_STYLE, "gestern")


def test_ids_that_stand_for_no_passage_are_kept_and_named(index: Index) -> None:
    text = ids_of(index, DATONG.document_id)[0].split("-")[0]
    shared = ids_of(index, REPRINT.document_id)[0].split("-")[0]
    assert SHARED_TEXT
    asked = (f"{text}-00000000", f"{shared}-00000000", "0" * 20 + "-" + "0" * 8, "<b>", "/../")
    items = items_of(index, basket(*asked))
    assert [item.asked for item in items] == list(asked)
    assert [item.state for item in items] == ["moved", "several", "unknown", "unknown", "unknown"]
    assert len(items[1].candidates) == 2
    assert len(bibliography(items, DEFAULT_STYLE).references) == 1
