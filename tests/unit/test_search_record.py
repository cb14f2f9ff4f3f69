"""The record of a search: what it says, how it is read back, how it is compared."""

from __future__ import annotations

import json
import shlex
from dataclasses import replace
from typing import Any

import pytest
from click.testing import CliRunner

from naive_engine import NaiveStore
from search.citing.search_record import (
    SearchRecord,
    check,
    compared,
    expression,
    read_record,
    record_search,
    record_text,
)
from search.cli import main
from search.errors import InputError
from search.query.nodes import And, Every, Literal, Near, Not, Or, Word
from search.query.request import SearchRequest
from search.searching.index import Index

from .web.corpus import DATONG, GUIGANG, HOSTILE, SCRIPT, index_of

REQUEST = SearchRequest(
    "-上访 信访", also=("script",), city=("大同市",), year=("2018",), sort="date"
)


@pytest.fixture(scope="module")
def index() -> Index:
    return index_of(GUIGANG, DATONG, HOSTILE)


def recorded(index: Index, request: SearchRequest, base: str = "") -> SearchRecord:
    return record_search(index, request, program="duansou test", base=base)


def test_a_record_says_what_was_asked_counted_and_on_what(index: Index) -> None:
    record = recorded(index, REQUEST, "https://example.org/ds/").to_json()
    assert record["search"]["query"] == "-上访 信访"
    assert record["search"]["filters"] == {"city": ["大同市"], "year": ["2018"]}
    assert record["search"]["also"] == ["script"]
    assert (record["counts"]["passages"], record["counts"]["documents"]) == (1, 1)
    assert {c["value"]: c["count"] for c in record["facets"]["city"]}["山西省/大同市"] == 1
    assert record["collection"]["passages"] == 6
    assert record["understood"]["node"] == "and"
    assert record["address"].startswith("https://example.org/ds/?q=")
    assert record["record_address"].startswith("https://example.org/ds/record?q=")


def test_nothing_found_is_a_record_as_well(index: Index) -> None:
    record = recorded(index, SearchRequest("不存在的词"))
    assert record.counts.passages == 0
    assert "0 个段落 passages" in record_text(record)
    assert record.address == "/?q=%E4%B8%8D%E5%AD%98%E5%9C%A8%E7%9A%84%E8%AF%8D"


@pytest.mark.parametrize("short", [True, False])
@pytest.mark.parametrize(
    "request_",
    [
        REQUEST,
        SearchRequest(),
        SearchRequest("“信访” OR 网?化", any_term=True, also=("all",), collapse=True),
        SearchRequest(f"{SCRIPT}'\"\n\x00", source=("~unknown",), named_year=("2017..2018",)),
        SearchRequest("信访", not_city=("贵港市",), not_topic=("~unknown", "甲"), year=("2018",)),
    ],
)
def test_a_record_comes_back_from_its_json(
    index: Index, request_: SearchRequest, short: bool
) -> None:
    record = recorded(index, request_, "http://localhost:8765")
    back = read_record(json.dumps(record.to_json(short=short)), "it")
    assert back.to_json(short=True) == record.to_json(short=True)
    assert back.record_id == record.record_id
    assert compared(back, record).is_same
    assert not compared(back, record).changes


def test_the_id_depends_on_search_counts_and_state_not_on_time_or_site(index: Index) -> None:
    record = recorded(index, REQUEST)
    assert replace(record, made="2001-01-01", base="http://x").record_id == record.record_id
    assert recorded(index, replace(REQUEST, page=3, limit=7)).record_id == record.record_id
    assert recorded(index, REQUEST.only("year")).record_id != record.record_id
    assert recorded(index_of(DATONG), REQUEST).record_id != record.record_id


def test_the_command_runs_the_same_search() -> None:
    hostile = "-$(rm x) '\"`\\ 网格化"
    wanted = SearchRequest(
        hostile,
        any_term=True,
        also=("script", "years"),
        city=("-x",),
        named_year=("2017",),
        not_topic=("-y", "信访"),
        not_named_year=("1999..2001",),
        sort="date",
        collapse=True,
    )
    words = shlex.split(recorded(index_of(DATONG), wanted).command)
    assert words[:2] == ["duansou", "search"]
    seen: dict[str, Any] = {}
    command = main.get_command(None, "search")  # type: ignore[arg-type]
    assert command is not None
    context = command.make_context("search", words[2:])
    seen.update(context.params)
    assert seen["query"] == hostile
    assert seen["city"] == ("-x",)
    assert seen["named_year"] == ("2017",)
    assert (seen["any_term"], seen["also"], seen["sort"]) == (True, "script,years", "date")
    assert seen["collapse"] is True


def test_a_changed_collection_is_found_and_named(index: Index) -> None:
    before = recorded(index, SearchRequest("信访"))
    found = check(index_of(DATONG), before, program="duansou later", base="")
    assert not found.is_same
    counts = {d.name: (d.recorded, d.now) for d in found.counts}
    assert counts["passages"] == (2, 1)
    assert counts["city 广西壮族自治区"] == (1, 0)
    changed = {d.name for d in found.changes}
    assert {"documents", "passages", "program"} <= changed


def test_a_changed_dictionary_is_named(index: Index) -> None:
    record = recorded(index, SearchRequest("信访"))
    other = replace(record, collection=replace(record.collection, dictionary="other"))
    found = compared(other, record)
    assert found.is_same
    assert [(d.name, d.recorded) for d in found.changes] == [("dictionary", "other")]
    assert "dictionary" in found.changes[0].why


def damaged(**changes: object) -> str:
    record = recorded(index_of(DATONG), SearchRequest("信访")).to_json()
    return json.dumps({**record, **changes})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("段搜检索记录", "is not JSON"),
        ("[1]", "no search record"),
        ("{}", "no search record"),
        ("[" * 100_000, "is not JSON"),
        (damaged(version=99), "version 99"),
        (damaged(counts={}), "damaged"),
        (damaged(search={"query": 5}), "damaged"),
        (damaged(search=None), "damaged"),
        (damaged(formula="\ud800"), "damaged"),
        (damaged(address=None), "damaged"),
        (damaged(facets={"city": [{"value": [], "count": 1, "documents": 1}]}), "damaged"),
        (damaged(collection={"format": 1}), "damaged"),
    ],
)
def test_what_is_no_record_is_said(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_record(text, "file.json")


def test_a_text_has_one_line_for_each_statement_whatever_was_asked(index: Index) -> None:
    text = record_text(recorded(index, SearchRequest("信访\n检索时间 searched: 1999\x1b[31m")))
    assert len([line for line in text.splitlines() if line.startswith("检索时间")]) == 1
    assert "\x1b" not in text


def test_the_formula_says_what_is_literal_and_what_is_words() -> None:
    tree = And((Or((Literal("安全感"), Word("安全"))), Not(Near("矛盾", "化解", 5))))
    assert expression(tree) == "((“安全感” OR word(安全)) AND NOT near(“矛盾”, “化解”, 5))"
    assert expression(Every()) == "every passage"


def test_an_index_that_is_written_to_between_says_so() -> None:
    store = NaiveStore()
    with store.writer() as writer:
        writer.put(DATONG)
        writer.commit({"indexed_at": "2026-01-01T00:00:00+00:00", "files": {"r": {"a": ["h1"]}}})
    index = Index(store.engine())
    before = recorded(index, SearchRequest("信访"))
    with store.writer() as writer:
        writer.put(GUIGANG)
        files = {"r": {"a": ["h1"], "b": ["h2"]}}
        writer.commit({"indexed_at": "2026-02-01T00:00:00+00:00", "files": files})
    found = check(index.newest(), before, program="duansou test", base="")
    assert {"files", "indexed_at", "documents"} <= {d.name for d in found.changes}


def test_records_are_made_printed_and_checked_on_the_command_line(tmp_path: Any) -> None:
    def run(*args: str, stdin: str | None = None) -> Any:
        where = ["--index", str(tmp_path / "index")]
        return CliRunner().invoke(main, [*args, *where], input=stdin)

    documents = tmp_path / "documents"
    documents.mkdir()
    (documents / "a.txt").write_text("标题\n\n信访工作要依法化解矛盾纠纷。\n", encoding="utf-8")
    run("index", str(documents))
    file, text = tmp_path / "r.json", tmp_path / "r.txt"
    assert run("search", "信访", "--record", str(file)).exit_code == 0
    run("search", "信访", "--record", str(text))
    assert "信访" in text.read_text(encoding="utf-8")
    printed = run("search", "没有这个词", "--record", "-")
    assert printed.exit_code == 1
    assert json.loads(printed.stdout)["counts"]["passages"] == 0

    same = run("record", "check", str(file))
    assert same.exit_code == 0, same.output
    assert "same counts: 1 passages" in same.output
    (documents / "b.txt").write_text("标题二\n\n各地信访总量明显下降。\n", encoding="utf-8")
    run("index", str(documents))
    changed = run("record", "check", str(file))
    assert changed.exit_code == 1
    assert "passages: 1 -> 2" in changed.output
    assert "documents were added, taken out or changed" in changed.output
    as_json = run("record", "check", "-", "--json", stdin=file.read_text(encoding="utf-8"))
    assert json.loads(as_json.stdout)["same"] is False

    undecoded = run("search", "\udcff信访", "--record", str(file))
    assert undecoded.exit_code == 1, undecoded.output
    assert run("record", "check", str(file)).exit_code == 0

    for bad in (text, tmp_path / "missing.json"):
        wrong = run("record", "check", str(bad))
        assert wrong.exit_code == 2, wrong.output
    lost = run("search", "信访", "--record", str(tmp_path / "no" / "r.json"))
    assert lost.exit_code == 2
    assert "cannot be written" in lost.output
