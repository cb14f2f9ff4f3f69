"""A commit while others read: it is prepared aside, shares what it can, and the old one goes."""

from __future__ import annotations

import gc
import os
import threading
import time
import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest

from generated import document_of
from search.analysis.words import Analyzer
from search.engines.whoosh import segment
from search.engines.whoosh.container import ArrayFile
from search.engines.whoosh.engine import WhooshEngine, open_engine
from search.engines.whoosh.toc import TOC_NAME
from search.engines.whoosh.writer import open_writer
from search.index.engine import EngineRequest, Reader
from search.query.parser import parse_query
from search.searching.index import Index

ANALYZER = Analyzer()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    commit(tmp_path, "信访接待", "矛盾化解")
    return tmp_path


@pytest.fixture
def engine(folder: Path) -> Iterator[WhooshEngine]:
    engine = open_engine(folder)
    yield engine
    engine.close()


def commit(folder: Path, *texts: str) -> None:
    """Each text as a document of its own, numbered as they come; what was there is replaced."""
    with open_writer(folder, ANALYZER) as writer:
        for number, text in enumerate(texts):
            writer.put(document_of(f"d{number}", text))
        writer.commit({})


def total(reader: Reader, text: str) -> int:
    return reader.search(EngineRequest(parse_query(text, ANALYZER))).total


class Held:
    """A preparation that goes on until it may end."""

    def __init__(self) -> None:
        self.begun, self.may_end = threading.Event(), threading.Event()
        self.found: list[int] = []

    def __call__(self, reader: Reader) -> None:
        self.begun.set()
        assert self.may_end.wait(20)
        self.found.append(total(reader, "网格"))


@pytest.fixture
def held(folder: Path, engine: WhooshEngine) -> Held:
    """The preparation of a commit with 网格, begun."""
    held = Held()
    engine.prepare(held)
    commit(folder, "网格管理")
    assert total(engine.reader(), "网格") == 0
    assert held.begun.wait(20)
    return held


def ended(engine: WhooshEngine, held: Held) -> None:
    preparing = engine._preparing
    assert preparing is not None
    held.may_end.set()
    preparing.join(20)


def test_readers_are_of_the_commit_before_until_the_next_is_prepared(
    engine: WhooshEngine, held: Held
) -> None:
    assert total(engine.reader(), "信访") == 1
    assert held.found == []
    ended(engine, held)
    assert held.found == [1]
    assert (total(engine.reader(), "网格"), total(engine.reader(), "信访")) == (1, 0)


def test_what_is_soon_prepared_is_seen_by_the_first_who_asks(
    folder: Path, engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.engines.whoosh.engine._PATIENCE_S", 20)
    engine.prepare(lambda reader: total(reader, "网格"))
    commit(folder, "网格管理")
    assert total(engine.reader(), "网格") == 1


def test_of_a_commit_that_nobody_asked_for_the_first_who_asks_has_it_prepared(
    folder: Path, engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer by what was there hours ago would be wrong, most of all after an erasure."""
    monkeypatch.setattr("search.engines.whoosh.engine._PATIENCE_S", 0)
    engine.prepare(lambda reader: time.sleep(0.3))
    commit(folder, "网格管理")
    an_hour_ago = time.time() - 3600
    os.utime(folder / TOC_NAME, (an_hour_ago, an_hour_ago))
    assert total(engine.reader(), "网格") == 1


def test_a_commit_that_cannot_be_prepared_is_read_all_the_same(
    folder: Path, engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.engines.whoosh.engine._PATIENCE_S", 20)

    def prepare(reader: Reader) -> None:
        raise MemoryError

    engine.prepare(prepare)
    for text in ("网格管理", "志愿服务"):
        commit(folder, text)
        assert total(engine.reader(), text[:2]) == 1


def test_a_thread_that_is_not_there_any_more_is_not_waited_for(
    folder: Path, engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a process that is forked while another prepares."""
    monkeypatch.setattr("search.engines.whoosh.engine._PATIENCE_S", 20)
    engine.prepare(lambda reader: total(reader, "网格"))
    commit(folder, "网格管理")
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", lambda thread: None)
        patch.setattr(threading.Thread, "join", lambda thread, timeout=None: None)
        assert total(engine.reader(), "网格") == 0
    assert total(engine.reader(), "网格") == 1


def test_a_commit_that_is_prepared_replaces_no_newer_one(
    folder: Path, engine: WhooshEngine, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit(folder, "志愿服务")
    with monkeypatch.context() as patch:
        # A file that was changed in place has the newest commit opened at once.
        patch.setattr("search.engines.whoosh.snapshot.Snapshot.is_changed", lambda snapshot: True)
        assert total(engine.reader(), "志愿") == 1
    ended(engine, held)
    assert total(engine.reader(), "志愿") == 1


def test_where_no_thread_can_be_had_the_commit_is_read_unprepared(
    folder: Path, engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    engine.prepare(lambda reader: None)
    commit(folder, "网格管理")
    monkeypatch.setattr(threading.Thread, "start", refuse)
    assert total(engine.reader(), "网格") == 1


def test_a_commit_goes_with_its_last_reader(folder: Path) -> None:
    """By itself: what a server holds from its beginning, no collection of garbage looks at."""
    gc.collect()
    gc.disable()
    try:
        with Index(open_engine(folder)) as index:
            with index.newest() as newest:
                newest.prepare()
                newest.search("化解 信访")
                engine = newest._engine
                assert isinstance(engine, WhooshEngine)
                before = weakref.ref(engine.snapshot())
            del newest
            assert before() is not None
            commit(folder, "网格管理")
            with index.newest() as newest:
                assert newest.search("网格").total == 1
            assert before() is None
    finally:
        gc.enable()


def test_a_segment_of_which_something_is_deleted_is_not_read_again(
    folder: Path, engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_writer(folder, ANALYZER) as writer:
        writer.merge_below_passages = 0
        writer.put(document_of("d9", "网格管理"))
        writer.commit({})
    assert total(engine.reader(), "信访") == 1
    opened: list[Path] = []

    def noted(path: Path, size_bytes: int, *, mapped: bool = False) -> ArrayFile:
        opened.append(path)
        return ArrayFile(path, size_bytes, mapped=mapped)

    monkeypatch.setattr(segment, "ArrayFile", noted)
    before = engine.reader()
    with open_writer(folder, ANALYZER) as writer:
        writer.merge_below_passages = 0
        writer.delete("d0")
        writer.commit({})
    opened.clear()
    after = engine.reader()
    assert (total(before, "信访"), total(after, "信访")) == (1, 0)
    assert dict(after.terms("words")).get("信访") is None
    assert dict(before.terms("words"))["信访"] == 1
    assert dict(after.terms("words"))["化解"] == 1
    assert opened == []
