"""Where nothing has all that was asked for, the passages with most of it, and what they lack."""

from __future__ import annotations

import json
from pathlib import Path

from generated import document_of
from naive_engine import NaiveStore
from search.searching.index import Index
from search.web import create_app

from .collection import Desk, article

BODIES = ("甲乙丙 网格化", "甲乙", "甲 戊", "丁")


def index_of(*bodies: str) -> Index:
    store = NaiveStore()
    with store.writer() as writer:
        writer.put(document_of("d", *bodies, title="题", year=2017))
        writer.commit({})
    return Index(store.engine())


def compared(index: Index, query: str) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    results = index.search(query)
    assert (results.total, results.hits) == (0, ())
    return [(c.hit.text, c.has, c.lacks) for c in results.closest]


def test_the_passages_with_most_parts_come_first_and_say_what_they_lack() -> None:
    index = index_of(*BODIES)
    assert compared(index, "甲 乙 丙 丁") == [("甲乙丙 网格化", ("甲", "乙", "丙"), ("丁",))]
    found = compared(index, "甲 乙 丙 戊 己 庚 辛 壬 癸")
    assert found[0][1] == ("甲", "乙", "丙")
    assert {text for text, _, _ in found} == {"甲乙丙 网格化", "甲乙", "甲 戊"}


def test_words_of_an_item_and_groups_are_parts() -> None:
    index = index_of(*BODIES)
    assert compared(index, "网格化管理") == [("甲乙丙 网格化", ("网格化",), ("管理",))]
    assert compared(index, "(丙 OR 己) 丁")[0][1] in (("(丙 OR 己)",), ("丁",))


def test_what_is_about_the_place_or_of_the_year_comes_before_what_is_not() -> None:
    store = NaiveStore()
    with store.writer() as writer:
        for name, city, year in (
            ("a", ("浙江省", "杭州市", None), 2017),
            ("b", ("浙江省", "宁波市", None), 2018),
        ):
            writer.put(document_of(name, f"垃圾分类{name}", title="题", city=city, year=year))
        writer.commit({})
    index = Index(store.engine())
    for query, first in (("杭州 垃圾 丁", "a"), ("宁波 垃圾 丁", "b"), ("2018 垃圾 丁", "b")):
        assert compared(index, query)[0][0] == f"垃圾分类{first}"
        (near, *_) = index.search(query).closest
        assert (near.around, near.absent) == ((query[:4].split()[0],), ("丁",))


def test_exclusions_and_fields_hold_for_partial_matches() -> None:
    index = index_of(*BODIES)
    assert compared(index, "甲 丁 -乙") == [
        ("甲 戊", ("甲",), ("丁",)),
        ("丁", ("丁",), ("甲",)),
    ] or {text for text, _, _ in compared(index, "甲 丁 -乙")} == {"甲 戊", "丁"}
    assert compared(index, "甲 丁 year:2018") == []


def test_nothing_is_offered_beside_what_was_found_nor_for_one_part() -> None:
    index = index_of(*BODIES)
    assert index.search("甲 乙").closest == ()
    assert compared(index, "癸") == []
    assert compared(index, "“癸”") == []


def test_page_api_and_command_line_mark_them_as_partial(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    body = "今年以来，全县共排查各类矛盾纠纷三百余起，调处成功率达到百分之九十八。"
    desk.write("a.txt", article("全县平安建设综述", body))
    assert desk.run("index", desk.documents).code == 0
    said = desk.run("search", "矛盾纠纷 “外星人”")
    assert said.code == 1
    assert "0 passages" in said.out
    assert "Closest, not counted" in said.out
    assert "lacks 外星人" in said.out
    answer = desk.run("search", "矛盾纠纷 “外星人”", "--json").json
    assert (answer["total"], answer["hits"]) == (0, [])
    assert answer["closest"][0]["lacks"] == ["外星人"]
    assert answer["closest"][0]["text"] == body

    index = index_of(*BODIES)
    client = create_app(index, config={"TESTING": True}).test_client()
    page = client.get("/", query_string={"q": "甲 乙 丙 丁 <b>"}).get_data(as_text=True)
    assert "没有找到段落" in page
    assert "部分符合，不计入结果" in page
    assert "&lt;b&gt;" in page
    assert "<b>&lt;" not in page
    record = json.loads(client.get("/api/v1/search", query_string={"q": "丙 丁"}).data)
    assert record["total"] == 0
    assert {tuple(c["has"]) for c in record["closest"]} == {("丙",), ("丁",)}
