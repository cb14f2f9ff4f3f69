"""Exports of a whole search: streamed, whole or refused, with its record; feeds."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Any

import pytest
from lxml import etree

from naive_engine import NaiveStore
from search.citing import exporting
from search.citing.exporting import COLUMNS, EXPORTS, Export, atom_feed, export_lines, prepare
from search.citing.search_record import read_record
from search.citing.styles import DEFAULT_STYLE
from search.documents.document import passages_of
from search.engines.whoosh.segment import Segment
from search.errors import UsageError
from search.query.request import SearchRequest
from search.searching.index import Index

from .web.corpus import DATONG, GUIGANG, HOSTILE, REPRINT, SCRIPT, document, index_of

NASTY = document(
    "eeeeeeeeeeeeeeee",
    [
        ("body", "body", '=HYPERLINK("http://evil.example")\u2028第二行\n第三行，"引号"@x信访'),
        ("body", "body", "+1 控制\x01字符\x0b与\ufffe信访"),
    ],
    title="@SUM(1) {标题} % \\end",
    source="-来源",
    published="2019-02-30",
)


def everything() -> Index:
    return index_of(GUIGANG, DATONG, HOSTILE, NASTY)


def exported(
    index: Index, form: str, request: SearchRequest, *, limit: int = 1000, first: int | None = None
) -> str:
    return "".join(lines(prepared(index, request, limit=limit, first=first), form))


def prepared(
    index: Index, request: SearchRequest, *, limit: int = 1000, first: int | None = None
) -> Export:
    return prepare(
        index, request, limit=limit, program="duansou test", base="https://ds.example", first=first
    )


def lines(export: Export, form: str) -> Iterator[str]:
    return export_lines(
        export.passages(),
        export.index,
        EXPORTS[form],
        record=export.record,
        base=export.record.base,
        style=DEFAULT_STYLE,
    )


def rows(text: str) -> list[dict[str, str]]:
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text[1:], newline="")))


def test_csv_is_a_table_of_passages_with_the_record_beside_them() -> None:
    found = rows(exported(everything(), "csv", SearchRequest("信访", sort="document")))
    assert tuple(found[0]) == COLUMNS
    assert [row["title"] for row in found[:2]] == [
        "贵港市提升安全感工作综述",
        "大同市满意度创新高",
    ]
    second = found[1]
    assert second["address"] == f"https://ds.example/p/{second['passage_id']}"
    assert second["city"] == "山西省/大同市"
    assert second["topics"] == "信访工作"
    assert second["citation"].startswith("大同市满意度创新高[N/OL]. 山西法制报, 2018-11-15.")
    export = prepared(everything(), SearchRequest("信访", sort="document"))
    assert len(found) == 4
    assert {row["record_id"] for row in found} == {export.record.record_id}
    told = {name: found[0][f"record_{name}"] for name in ("query", "passages", "documents")}
    assert told == {"query": "信访", "passages": "4", "documents": "3"}
    assert found[0]["record_address"] == export.record.record_address
    assert found[0]["record_command"] == export.record.command
    assert not any(row["record_query"] or row["record_command"] for row in found[1:])
    assert not any(cell.startswith(("{", "[")) for row in found for cell in row.values())


def test_no_cell_is_run_as_a_formula_and_none_breaks_a_row() -> None:
    text = exported(everything(), "csv", SearchRequest())
    found = rows(text)
    assert len(found) == 8
    for row in found:
        for cell in row.values():
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
            assert not set(cell) & set("\n\r\u2028\u2029\x00")
    assert any(row["text"].startswith("'=HYPERLINK") for row in found)
    assert any(row["source"] == "'-来源" for row in found)


def test_a_search_that_finds_nothing_gives_the_names_of_the_columns() -> None:
    text = exported(everything(), "csv", SearchRequest("不存在"))
    assert text == "\ufeff" + ",".join(COLUMNS) + "\r\n"
    first, last = map(
        json.loads, exported(everything(), "jsonl", SearchRequest("不存在")).split("\n", 1)
    )
    assert first["counts"]["passages"] == 0
    assert last == {"type": "end", "passages": 0}


def test_json_lines_begin_with_the_record_and_say_where_they_end() -> None:
    text = exported(everything(), "jsonl", SearchRequest("信访"))
    values = [json.loads(line) for line in text.splitlines() if line]
    assert [value["type"] for value in values] == [
        "duansou-search-record",
        *["passage"] * 4,
        "end",
    ]
    assert values[-1]["passages"] == 4
    texts = {value["text"] for value in values[1:-1]}
    assert "+1 控制\x01字符\x0b与\ufffe信访" in texts
    assert read_record(text, "the file").counts.passages == 4


@pytest.mark.parametrize("sort", ["relevance", "date", "document"])
def test_the_order_is_that_of_the_search_whatever_the_size_of_the_parts(
    sort: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = everything()
    request = SearchRequest("信访 OR 网格 OR 安全", sort=sort)
    wanted = [hit.passage_id for hit in index.run(replace(request, limit=100)).hits]
    assert len(wanted) > 4
    for size in (1, 2, 1000):
        monkeypatch.setattr(exporting, "AT_ONCE", size)
        given = [passage.passage_id for passage in prepared(index, request).passages()]
        assert given == wanted


@pytest.mark.parametrize("first", [None, 7])
def test_reference_managers_get_every_passage_below_its_document(first: int | None) -> None:
    index, request = everything(), SearchRequest()
    items = json.loads(exported(index, "csl-json", request, first=first))
    wanted = list(prepared(index, request, first=first).passages())
    assert len(wanted) == (first or 8)
    assert sorted(item["id"] for item in items) == sorted(
        {f"duansou-{passage.document_id}" for passage in wanted}
    )
    for item in items:
        own = [p for p in wanted if item["id"].endswith(p.document_id)]
        notes = item["note"].split("\n")
        assert len(notes) == len(own)
        assert {f"https://ds.example/p/{p.passage_id}" for p in own} == {
            note.partition("永久地址：")[2].partition(" | ")[0] for note in notes
        }


def test_reprints_are_exported_one_by_one() -> None:
    index = index_of(GUIGANG, REPRINT)
    export = prepared(index, SearchRequest("矛盾纠纷", collapse=True))
    assert len(list(export.passages())) == export.record.counts.passages == 2
    assert not export.record.request.collapse


def test_passages_are_read_as_they_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    index = everything()
    export = prepared(index, SearchRequest())
    monkeypatch.setattr(exporting, "AT_ONCE", 2)
    asked: list[int] = []
    search = index.reader.search

    def counted(request: Any) -> Any:
        asked.append(request.offset)
        return search(request)

    monkeypatch.setattr(index.reader, "search", counted)
    written = lines(export, "jsonl")
    assert asked == []
    head = list(islice(written, 2))
    assert json.loads(head[1])["type"] == "passage"
    assert asked == [0]
    assert len(list(written)) == 8  # seven passages more, and the end
    assert asked == [0, 2, 4, 6]


def test_too_many_are_refused_with_what_to_do() -> None:
    with pytest.raises(UsageError, match=r"finds 8 passages, and at most 7 .*DUANSOU_EXPORT_LIMIT"):
        prepared(everything(), SearchRequest(), limit=7)
    export = prepared(everything(), SearchRequest(), limit=7, first=3)
    assert len(list(export.passages())) == 3
    assert not export.is_whole


def test_an_index_that_changes_meanwhile_is_exported_as_it_was(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store = NaiveStore()
    with store.writer() as writer:
        writer.put(GUIGANG)
        writer.commit({})
    monkeypatch.setattr(exporting, "AT_ONCE", 1)
    export = prepared(Index(store.engine()), SearchRequest())
    passages = export.passages()
    texts = [next(passages).text]
    with store.writer() as writer:
        writer.delete(GUIGANG.document_id)
        writer.put(DATONG)
        writer.commit({})
    texts += [passage.text for passage in passages]
    assert texts == [passage.text for passage in passages_of(GUIGANG)]
    assert len(texts) == export.record.counts.passages


ATOM = "{http://www.w3.org/2005/Atom}"
RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)")


def feed(index: Index, request: SearchRequest) -> Any:
    text = atom_feed(
        index.run(replace(request, sort="date", limit=50)),
        indexed_at="2026-07-01T08:00:00+00:00",
        base="https://ds.example",
        self_path="/feed.atom?q=x",
    )
    return etree.fromstring(text.encode())


def test_the_feed_has_what_atom_asks_for() -> None:
    root = feed(everything(), SearchRequest())
    assert root.tag == f"{ATOM}feed"
    entries = root.findall(f"{ATOM}entry")
    assert len(entries) == 8
    for element in (root, *entries):
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"{ATOM}{name}")) == 1, name
        assert element.find(f"{ATOM}id").text.startswith("urn:uuid:")
        assert RFC3339.fullmatch(element.find(f"{ATOM}updated").text)
        assert element.find(f"{ATOM}author/{ATOM}name").text
        for moment in element.findall(f"{ATOM}published"):
            datetime.fromisoformat(moment.text)
    for link in root.iter(f"{ATOM}link"):
        assert link.get("href").startswith("https://ds.example/")
    assert {link.get("rel") for link in root.findall(f"{ATOM}link")} == {"self", "alternate"}
    assert len({entry.find(f"{ATOM}id").text for entry in entries}) == 8


def test_the_newest_come_first_and_a_date_that_is_none_is_not_given() -> None:
    entries = feed(everything(), SearchRequest()).findall(f"{ATOM}entry")
    given = [entry.findtext(f"{ATOM}published") for entry in entries]
    known = [moment for moment in given if moment]
    assert known == sorted(known, reverse=True)
    assert "2018-11-15T00:00:00+08:00" in known
    assert "2017-08-10T10:54:00+08:00" in known
    assert not [moment for moment in known if moment.startswith("2019-02-30")]


def test_ids_are_those_of_the_passages_on_any_site() -> None:
    one, other = everything(), index_of(DATONG)
    ids = {entry.findtext(f"{ATOM}id") for entry in feed(one, SearchRequest()).iter(f"{ATOM}entry")}
    few = {
        entry.findtext(f"{ATOM}id") for entry in feed(other, SearchRequest()).iter(f"{ATOM}entry")
    }
    assert few < ids


def test_hostile_text_stays_text_in_the_feed() -> None:
    root = feed(everything(), SearchRequest())
    texts = [entry.findtext(f"{ATOM}content") for entry in root.iter(f"{ATOM}entry")]
    assert any(SCRIPT in text for text in texts)
    assert "+1 控制\ufffd字符\ufffd与\ufffd信访" in texts
    assert not list(root.iter("script"))


@pytest.mark.parametrize("form", ["csv", "ris", "text"])
def test_a_reference_is_written_without_reading_what_else_a_document_says(
    monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    index, request = everything(), SearchRequest("信访")
    whole = Index.document
    with monkeypatch.context() as patched:
        patched.setattr(Index, "document", lambda self, identity, **_: whole(self, identity))
        before = exported(index, form, request)
    # What reads a document as a whole asks what its paragraphs are.
    monkeypatch.delattr(Segment, "_verdict")
    now = exported(index, form, request)
    moment = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.+]+")
    assert moment.sub("", now) == moment.sub("", before)
