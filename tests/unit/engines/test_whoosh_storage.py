"""The folder of an index: what is refused, what survives, what is cleaned away."""

from __future__ import annotations

import errno
import json
import os
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from durability import names_of_commit
from search.analysis.words import Analyzer
from search.documents.document import Document, Paragraph
from search.engines.whoosh import container, toc
from search.engines.whoosh import writer as writer_module
from search.engines.whoosh.engine import open_engine
from search.engines.whoosh.integrity import check_index
from search.engines.whoosh.segment_writer import SegmentBuilder
from search.engines.whoosh.writer import open_writer
from search.errors import (
    IndexBrokenError,
    IndexBusyError,
    IndexMissingError,
    IndexStateError,
    IndexTooNewError,
    IndexTooOldError,
)
from search.index.engine import EngineRequest
from search.platforms import IS_WINDOWS
from search.query.parser import parse_query

ANALYZER = Analyzer()


def document(document_id: str, body: str) -> Document:
    return Document(
        document_id=document_id,
        paths=(document_id,),
        text=body,
        paragraphs=(Paragraph(0, len(body), "body", "body", "", 1),),
        sha256="",
    )


def commit(folder: Path, *documents: Document, analyzer: Analyzer = ANALYZER) -> None:
    with open_writer(folder, analyzer) as writer:
        for each in documents:
            writer.put(each)
        writer.commit({"n": len(documents)})


def found(folder: Path, text: str = "") -> list[str]:
    engine = open_engine(folder)
    hits = (
        engine.reader()
        .search(EngineRequest(parse_query(text, engine.reader().analyzer), limit=100))
        .hits
    )
    engine.close()
    return [passage.text for passage, _ in hits]


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


# Places without an index


def test_no_index_yet(tmp_path: Path) -> None:
    with pytest.raises(IndexMissingError):
        open_engine(tmp_path / "missing")
    with pytest.raises(IndexMissingError):
        open_engine(tmp_path)
    (tmp_path / ".gitkeep").touch()
    with pytest.raises(IndexMissingError):
        open_engine(tmp_path)
    commit(tmp_path, document("a", "甲"))
    assert found(tmp_path) == ["甲"]
    assert ".gitkeep" in names(tmp_path)


def test_a_foreign_folder_is_never_touched(tmp_path: Path) -> None:
    (tmp_path / "论文.docx").write_bytes(b"precious")
    before = names(tmp_path)
    with pytest.raises(IndexBrokenError, match=r"论文\.docx"):
        open_engine(tmp_path)
    with pytest.raises(IndexBrokenError, match=r"论文\.docx"):
        open_writer(tmp_path, ANALYZER)
    assert names(tmp_path) == before


def test_foreign_files_beside_an_index_stay(tmp_path: Path) -> None:
    commit(tmp_path, document("a", "甲"))
    for name in ("notes.txt", "duansou-mine.segment", "duansou-0123456789ab.segment.bak"):
        (tmp_path / name).write_text("mine")
    commit(tmp_path, document("b", "乙"))
    assert {"notes.txt", "duansou-mine.segment", "duansou-0123456789ab.segment.bak"} <= names(
        tmp_path
    )


def test_a_file_in_place_of_the_folder(tmp_path: Path) -> None:
    place = tmp_path / "index"
    place.write_text("x")
    with pytest.raises(IndexBrokenError, match="file"):
        open_engine(place)
    with pytest.raises(IndexBrokenError, match="file"):
        open_writer(place, ANALYZER)
    assert place.read_text() == "x"


# Damage


def changed_toc(folder: Path, change: Callable[[dict[str, Any]], None]) -> None:
    path = folder / toc.TOC_NAME
    envelope = json.loads(path.read_text())
    change(envelope)
    path.write_text(json.dumps(envelope))


def test_a_newer_format(tmp_path: Path) -> None:
    commit(tmp_path, document("a", "甲"))
    changed_toc(tmp_path, lambda envelope: envelope.update(version=container.VERSION + 1))
    before = names(tmp_path)
    with pytest.raises(IndexTooNewError, match="update Duansou"):
        open_engine(tmp_path)
    with pytest.raises(IndexTooNewError):
        open_writer(tmp_path, ANALYZER)
    assert names(tmp_path) == before


@pytest.mark.parametrize(
    "change",
    [
        lambda envelope: envelope.update(format="lucene"),
        lambda envelope: envelope.update(sha256="0" * 64),
        lambda envelope: envelope.update(version="1"),
        lambda envelope: envelope["body"].update(generation=7),
        lambda envelope: envelope.pop("body"),
    ],
)
def test_a_damaged_table_of_contents(
    tmp_path: Path, change: Callable[[dict[str, Any]], None]
) -> None:
    commit(tmp_path, document("a", "甲"))
    changed_toc(tmp_path, change)
    with pytest.raises(IndexBrokenError, match=r"duansou\.toc"):
        open_engine(tmp_path)
    with pytest.raises(IndexBrokenError):
        open_writer(tmp_path, ANALYZER)


@pytest.mark.parametrize("data", [b"", b"\x80\x04pickle", b"[]", b"{"])
def test_not_a_table_of_contents(tmp_path: Path, data: bytes) -> None:
    (tmp_path / toc.TOC_NAME).write_bytes(data)
    with pytest.raises(IndexBrokenError, match=r"duansou\.toc"):
        open_engine(tmp_path)


@pytest.mark.skipif(IS_WINDOWS, reason="Windows lets nobody cut a file that is read")
def test_missing_short_and_altered_files_are_named(tmp_path: Path) -> None:
    commit(tmp_path, document("a", "甲" * 500))
    assert check_index(tmp_path) == ()
    (segment,) = tmp_path.glob("*.segment")
    whole = segment.read_bytes()

    altered = bytearray(whole)
    altered[len(whole) // 2] ^= 1
    segment.write_bytes(altered)
    assert [damage.path for damage in check_index(tmp_path)] == [segment]

    segment.write_bytes(whole[:-1])
    with pytest.raises(IndexBrokenError, match=segment.name):
        open_engine(tmp_path)
    assert [damage.path for damage in check_index(tmp_path)] == [segment]

    segment.unlink()
    with pytest.raises(IndexBrokenError, match=segment.name):
        open_engine(tmp_path)
    assert [damage.path for damage in check_index(tmp_path)] == [segment]


@pytest.mark.skipif(IS_WINDOWS, reason="Windows lets nobody cut a file that is read")
def test_a_segment_of_another_make_is_refused(tmp_path: Path) -> None:
    commit(tmp_path, document("a", "甲"))
    (segment,) = tmp_path.glob("*.segment")
    data = bytearray(segment.read_bytes())
    data[7] -= 1
    segment.write_bytes(data)
    with pytest.raises(IndexBrokenError, match="index the documents again"):
        open_engine(tmp_path)


# One writer


def test_a_second_writer_hears_who_writes(tmp_path: Path) -> None:
    with open_writer(tmp_path, ANALYZER) as writer:
        with pytest.raises(IndexBusyError, match=f"process {os.getpid()} on .* since 20"):
            open_writer(tmp_path, ANALYZER)
        writer.put(document("a", "甲"))
        writer.commit({})
        with pytest.raises(IndexBusyError):
            open_writer(tmp_path, ANALYZER)
    commit(tmp_path, document("b", "乙"))
    assert found(tmp_path) == ["甲", "乙"]


def test_a_finished_writer_refuses(tmp_path: Path) -> None:
    with open_writer(tmp_path, ANALYZER) as writer:
        writer.cancel()
        uses: list[Callable[[], None]] = [
            lambda: writer.put(document("a", "甲")),
            lambda: writer.delete("a"),
            lambda: writer.commit({}),
        ]
        for use in uses:
            with pytest.raises(IndexStateError, match="finished"):
                use()


def test_a_closed_engine_refuses(tmp_path: Path) -> None:
    commit(tmp_path)
    engine = open_engine(tmp_path)
    engine.close()
    with pytest.raises(IndexStateError, match="closed"):
        engine.reader().stats()


# The analyzer


def test_an_older_format(tmp_path: Path) -> None:
    commit(tmp_path, document("a", "甲"))
    changed_toc(tmp_path, lambda envelope: envelope.update(version=1))
    before = names(tmp_path)
    with pytest.raises(IndexTooOldError, match=r"format version 1.*duansou upgrade --index"):
        open_engine(tmp_path)
    with pytest.raises(IndexTooOldError):
        open_writer(tmp_path, ANALYZER)
    assert names(tmp_path) == before


def test_the_analyzer_comes_with_the_index(tmp_path: Path) -> None:
    commit(tmp_path, document("a", "我在老鸦市"))
    assert open_engine(tmp_path).reader().analyzer.user_words == ()
    engine = open_engine(tmp_path)
    commit(tmp_path, document("b", "在老鸦市"), analyzer=Analyzer(["老鸦市"]))
    assert engine.reader().analyzer.user_words == ("老鸦市",)
    # What was there before is segmented anew.
    query = parse_query("老鸦市", engine.reader().analyzer, any_term=True)
    assert engine.reader().search(EngineRequest(query)).total == 2
    with open_writer(tmp_path, ANALYZER) as writer:
        # More than is taken into memory at once.
        writer.buffer_chars = 1
        writer.commit({})
    assert check_index(tmp_path) == ()
    assert list(engine.reader().analyzer.user_words) == []
    assert [d.document_id for d in engine.reader().documents()] == ["a", "b"]
    engine.close()


# Commits


def test_a_reader_sees_the_newest_commit_and_keeps_it(tmp_path: Path) -> None:
    commit(tmp_path, document("a", "甲"))
    engine = open_engine(tmp_path)
    first = engine.reader()
    for number in range(12):
        commit(tmp_path, document(f"b{number:02}", "乙"))
        assert engine.reader().stats().documents == number + 2
        # Its files are deleted by now; what was not read yet is still there.
        assert first.stats().documents == 1
    assert [d.document_id for d in first.documents()] == ["a"]
    engine.close()


def test_threads_read_while_commits_happen(tmp_path: Path) -> None:
    """Every answer is of one commit: all documents of generation n, or all of n + 1."""
    commit(tmp_path, *(document(f"d{n}", "第零次") for n in range(5)))
    engine = open_engine(tmp_path)
    query = parse_query("", engine.reader().analyzer)
    stop = threading.Event()
    failures: list[object] = []

    def read() -> None:
        while not stop.is_set():
            try:
                reader = engine.reader()
                found = reader.search(EngineRequest(query))
                texts = {passage.text for passage, _ in found.hits}
                if found.total != 5 or len(texts) != 1:
                    failures.append(texts)
                if reader.manifest() != {"n": 5}:
                    failures.append(reader.manifest())
            except Exception as error:
                failures.append(error)

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(10):
        commit(tmp_path, *(document(f"d{n}", f"第{number}次") for n in range(5)))
    stop.set()
    for thread in threads:
        thread.join()
    assert failures == []
    engine.close()


def test_commits_leave_no_files_behind(tmp_path: Path) -> None:
    for number in range(16):
        commit(tmp_path, document(f"a{number % 7}", f"甲{number}"))
    with open_writer(tmp_path, ANALYZER) as writer:
        writer.put(document("x", "丙"))
    assert names(tmp_path) == names_of_commit(tmp_path)
    assert len(found(tmp_path)) == 7


def test_leftovers_of_a_dead_writer_are_cleaned(tmp_path: Path) -> None:
    leftover = tmp_path / "duansou-0123456789ab.segment"
    leftover.write_bytes(b"half")
    with pytest.raises(IndexMissingError):
        open_engine(tmp_path)
    commit(tmp_path, document("a", "甲"))
    assert not leftover.exists()


class Killed(BaseException):
    """Stands for the end of the process."""


@pytest.mark.parametrize("moment", range(14))
def test_a_writer_that_stops_anywhere_leaves_the_commit_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: int
) -> None:
    """Stop at the n-th time that the writer syncs, renames or removes; nothing is cleaned up."""
    commit(tmp_path, document("a", "甲"), document("b", "乙"))
    commit(tmp_path, document("b", "新"))
    calls = 0

    def stopping(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            nonlocal calls
            calls += 1
            if calls > moment:
                raise Killed
            return function(*args, **kwargs)

        return call

    engine = open_engine(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", stopping(os.fsync))
        patch.setattr(Path, "replace", stopping(Path.replace))
        patch.setattr(Path, "unlink", stopping(Path.unlink))
        try:
            commit(tmp_path, document("a", "改"), document("c", "丙"))
        except Killed:
            assert found(tmp_path) in (["甲", "新"], ["改", "新", "丙"])
    assert check_index(tmp_path) == ()
    before = found(tmp_path)
    commit(tmp_path, document("d", "丁"))
    assert found(tmp_path) == [*before, "丁"]
    assert engine.reader().stats().documents == len(before) + 1
    engine.close()


# Documents on their way into a segment


def test_documents_in_order_become_one_segment_of_all_that_was_not_taken_out_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer_module, "_HAND_ON_CHARS", 2)
    with open_writer(tmp_path, ANALYZER) as writer:
        for number in range(6):
            writer.put(document(f"d{number}", f"第{number}甲"))
        writer.delete("d1")
        writer.put(document("d5", "改"))
        writer.put(document("d6", "新"))
        writer.put(document("d2", "改"))
        writer.erase("d4")
        writer.commit({})
    assert found(tmp_path) == ["第0甲", "改", "第3甲", "改", "新"]
    assert check_index(tmp_path) == ()
    assert len(list(tmp_path.glob("*.segment"))) == 1


def test_of_a_document_put_again_and_again_in_one_run_the_last_version_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer_module, "_HAND_ON_CHARS", 2)
    with open_writer(tmp_path, ANALYZER) as writer:
        # Two versions in one segment, which is then full.
        writer.put(replace(document("d1", "第一版"), paths=("a",)))
        writer.put(replace(document("d1", "第二版"), paths=("b",)))
        writer.buffer_chars = 1
        writer.put(replace(document("d2", "别的甲"), paths=("c",)))
        writer.put(replace(document("d1", "第三版"), paths=("a",)))
        writer.commit({})
    assert found(tmp_path) == ["第三版", "别的甲"]
    assert check_index(tmp_path) == ()


def test_documents_in_any_order_stand_in_document_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer_module, "_HAND_ON_CHARS", 2)
    with open_writer(tmp_path, ANALYZER) as writer:
        writer.merge_below_passages = 0
        for number in (3, 4, 1, 5, 0, 2):
            writer.put(document(f"d{number}", f"第{number}甲"))
        writer.commit({})
    assert found(tmp_path) == [f"第{number}甲" for number in range(6)]
    # One of what came in order, one of what did not.
    assert len(list(tmp_path.glob("*.segment"))) == 2


def test_after_a_failure_in_a_segment_in_the_making_nothing_can_be_committed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit(tmp_path, document("a", "甲"))
    monkeypatch.setattr(writer_module, "_HAND_ON_CHARS", 2)
    writer = open_writer(tmp_path, ANALYZER)
    writer.put(document("b", "第一甲"))

    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(SegmentBuilder, "add", fail)
    with pytest.raises(IndexStateError, match="No space left"):
        writer.put(document("c", "第二甲"))
    with pytest.raises(IndexStateError, match="open another"):
        writer.commit({})
    assert found(tmp_path) == ["甲"]
    monkeypatch.undo()
    commit(tmp_path, document("b", "乙"))
    assert found(tmp_path) == ["甲", "乙"]
