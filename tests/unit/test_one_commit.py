"""No page, file, JSON or command mixes two commits, whatever is committed while it is made."""

from __future__ import annotations

from collections.abc import Iterator
from inspect import isfunction
from pathlib import Path

import pytest

from restless import (
    ADDRESSES,
    COMMANDS,
    FIRST,
    QUESTIONS,
    SECOND,
    Turns,
    torn_in_commands,
    torn_on_pages,
    write,
)
from search import open_index
from search.documents.document import Document
from search.engines.whoosh.engine import WhooshEngine, WhooshReader
from search.engines.whoosh.toc import TOC_NAME
from search.engines.whoosh.writer import open_writer
from search.errors import CommitGoneError
from search.index.engine import Reader
from search.web import create_app

from .web.corpus import ANALYZER


@pytest.fixture
def turns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Turns]:
    # However busy the machine is, no answer is a part only.
    monkeypatch.setenv("DUANSOU_QUERY_BUDGET_MS", "0")
    # A commit is one rename: here of one of two tables of contents whose files are all there.
    tables: dict[int, bytes] = {}
    files: dict[Path, bytes] = {}
    for documents in (FIRST, SECOND):
        write(open_writer(tmp_path, ANALYZER), documents)
        tables[len(documents)] = (tmp_path / TOC_NAME).read_bytes()
        files |= {path: path.read_bytes() for path in tmp_path.glob("duansou-*.*")}
    for path, data in files.items():
        path.write_bytes(data)

    def commit(documents: tuple[Document, ...]) -> None:
        beside = tmp_path / ".toc"
        beside.write_bytes(tables[len(documents)])
        beside.replace(tmp_path / TOC_NAME)

    commit(FIRST)
    turning = Turns(monkeypatch, WhooshEngine, WhooshReader, commit)
    yield turning
    turning.on = False


def test_every_question_of_the_port_is_disturbed() -> None:
    asked = {name for name, value in vars(Reader).items() if isfunction(value)}
    assert {name for name in asked if name[0] != "_"} - {"verify", "once", "close"} == set(
        QUESTIONS
    )


def test_addresses(turns: Turns, tmp_path: Path) -> None:
    with open_index(tmp_path) as index:
        assert torn_on_pages(turns, index, (*ADDRESSES, "/quotes")) == []


def test_commands(turns: Turns, tmp_path: Path) -> None:
    assert torn_in_commands(turns, COMMANDS, "--index", str(tmp_path)) == []


def test_a_request_whose_commit_is_gone_is_begun_anew_once(
    turns: Turns, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    search, times = WhooshReader.search, 1

    def gone(reader: WhooshReader, *args: object) -> object:
        nonlocal times
        times -= 1
        if times >= 0:
            raise CommitGoneError("commit-gone", place="x")
        return search(reader, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(WhooshReader, "search", gone)
    with open_index(tmp_path) as index:
        client = create_app(index, config={"TESTING": True}).test_client()
        assert client.get("/api/v1/search?q=网格").json["total"] == 6  # type: ignore[index]
        times = 2
        refused = client.get("/api/v1/search?q=网格")
    assert refused.status_code == 503
    assert "请稍后再试" in refused.text
