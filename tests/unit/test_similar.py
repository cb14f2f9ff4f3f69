"""Passages like one: by shared telling words, itself and its reprints apart."""

from __future__ import annotations

import pytest

from search.documents.declared import json_of
from search.errors import NotFoundError
from search.query.request import SearchRequest
from search.searching.index import Index

from .web.corpus import SHARED_TEXT, document, index_of

FILLER = document(
    "1111111111111111",
    [("body", "body", f"第{n}项天气晴朗，适合出行。") for n in range(12)],
    title="天气",
    year=2019,
)
SOURCE = document("2222222222222222", [("body", "body", SHARED_TEXT)], title="本段", year=2019)
REPRINT = document(
    "3333333333333333", [("body", "body", SHARED_TEXT.replace("，", ","))], title="转载", year=2020
)
LIKE = document(
    "4444444444444444",
    [("body", "body", "本市网格化工作见效，中心化解矛盾纠纷，服务群众。")],
    title="相近",
    year=2018,
)
ONE_WORD = document(
    "5555555555555555", [("body", "body", "这家企业的管理很好。")], title="偶合", year=2018
)


@pytest.fixture
def index() -> Index:
    return index_of(FILLER, SOURCE, REPRINT, LIKE, ONE_WORD)


def passage_of(index: Index, title: str) -> str:
    return next(p.passage_id for p in index.passages() if p.title == title)


def test_the_likest_come_first_with_the_words_they_share(index: Index) -> None:
    found = index.similar(passage_of(index, "本段"))
    assert [like.passage.title for like in found.passages] == ["相近"]
    assert set(found.passages[0].shared) >= {"化解矛盾", "纠纷", "网格化"}
    assert set(found.passages[0].shared) <= set(found.terms)


def test_itself_is_left_out_and_near_identical_texts_stand_apart(index: Index) -> None:
    found = index.similar(passage_of(index, "本段"))
    assert [like.passage.title for like in found.reprints] == ["转载"]
    both = (*found.passages, *found.reprints)
    assert passage_of(index, "本段") not in [like.passage.passage_id for like in both]


def test_filters_apply_and_the_limit_holds(index: Index) -> None:
    here = passage_of(index, "本段")
    assert not index.similar(here, SearchRequest(year=("2021",))).passages
    assert len(index.similar(here, SearchRequest(year=("2018",))).passages) == 1
    assert not index.similar(here, limit=0).passages


def test_words_of_more_than_a_third_of_the_passages_tell_nothing(index: Index) -> None:
    common = next(p.passage_id for p in index.passages() if p.title == "天气")
    assert index.similar(common).terms == ()
    assert json_of(index.similar(common))["passages"] == []


def test_an_unknown_passage_is_not_found(index: Index) -> None:
    with pytest.raises(NotFoundError):
        index.similar("0" * 20 + "-" + "0" * 8)
