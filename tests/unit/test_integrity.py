"""Damage in an index: nothing that rests on it is said, and what can be mended is."""

from __future__ import annotations

import hashlib
import json
import os
import random
import re
import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from integrity import CASES, Made, check_case, make
from search.documents.document import passage_id, passages_of, sha256_hex
from search.engines.opensearch.schema import passage_of
from search.engines.unloading import unload
from search.engines.whoosh import segment_writer
from search.engines.whoosh.container import ArrayFile
from search.engines.whoosh.engine import open_engine
from search.errors import IndexBrokenError
from search.searching.index import Index
from search.web import create_app, serve
from unit.collection import FIRST, SECOND, THIRD, Desk, article

# A small fixed part of ``python -m proofs.integrity``


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make(tmp_path_factory.mktemp("made"), "several segments with deletions")


@pytest.mark.parametrize("kind", CASES)
def test_a_damaged_index_answers_as_before_or_refuses(made: Made, kind: str) -> None:
    for number, change in enumerate(("a bit", "a cut")):
        case = check_case(made, kind, change, random.Random(f"{kind} {number}"))
        assert case.worst in ("same", "sentence"), (change, case)


# One damage at a known place


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    for number in range(6):
        texts = [f"{text[:-1]}，第{number}次。" for text in (FIRST, SECOND, THIRD)]
        desk.write(f"{number}.txt", article(f"某县工作报告之{number}", *texts))
    assert desk.run("index", desk.documents).code == 0
    return desk


def segment_of(desk: Desk) -> Path:
    (segment,) = desk.index_dir.glob("*.segment")
    return segment


def damage(path: Path, section: str, place: float = 0.5) -> None:
    """Flip one bit of an array, in place."""
    file = ArrayFile(path, path.stat().st_size)
    at = file._sections[section]
    data = bytearray(path.read_bytes())
    data[at.offset + int(at.size_bytes * place)] ^= 4
    with path.open("r+b") as opened:
        opened.write(data)


def ids_of(desk: Desk) -> list[str]:
    with closing(open_engine(desk.index_dir)) as engine:
        return [passage.passage_id for passage in engine.reader().passages()]


def test_a_changed_text_is_not_cited_but_refused_with_file_and_command(desk: Desk) -> None:
    identity = ids_of(desk)[0]
    damage(segment_of(desk), "texts.blocks")
    for command in (("show", identity), ("cite", identity), ("search", "矛盾纠纷"), ("export", "")):
        answer = desk.run(*command)
        assert answer.code == 4
        assert answer.out == ""
        (said,) = answer.err.splitlines()
        assert segment_of(desk).name in said
        assert "duansou index FOLDER" in said


def test_check_names_file_section_documents_and_command(desk: Desk) -> None:
    damage(segment_of(desk), "passage.pairs.gaps")
    answer = desk.run("check")
    assert answer.code == 4
    name = segment_of(desk).name
    assert answer.out == f"{name}: damaged in passage.pairs.gaps; 6 documents are in it\n"
    assert "duansou index FOLDER" in answer.err
    damage(segment_of(desk), "texts.blocks")
    (said,) = desk.run("check").out.splitlines()
    assert said.startswith(f"{name}: damaged in ")
    assert "texts.blocks" in said
    assert re.search(r"6 documents are in it, [1-6] of them cannot be read$", said)


def test_forgetting_does_not_launder_damage(desk: Desk) -> None:
    with closing(open_engine(desk.index_dir)) as engine:
        gone = next(engine.reader().documents()).document_id
    damage(segment_of(desk), "passage.words.counts")
    before = segment_of(desk).read_bytes()
    answer = desk.run("forget", gone)
    assert answer.code == 4
    assert "passage.words.counts" in answer.err
    assert segment_of(desk).read_bytes() == before
    assert desk.run("check").code == 4


def test_indexing_again_takes_over_what_is_sound(desk: Desk) -> None:
    before = ids_of(desk)
    damage(segment_of(desk), "passage.pairs.terms")
    for path in desk.documents.iterdir():
        # Not one of the files is needed.
        path.unlink()
    desk.write("7.txt", article("新的报告", FIRST))
    answer = desk.run("index", desk.documents)
    assert answer.code == 0
    assert "damaged and are written anew: 1;" in answer.err
    assert "6 documents were sound in them, 0 were read again" in answer.err
    assert ids_of(desk)[: len(before)] == before
    assert desk.run("check").code == 0


def test_indexing_again_reads_what_is_lost_from_its_files_wherever_they_are(desk: Desk) -> None:
    before = ids_of(desk)
    desk.write("0.txt", article("某县工作报告之0", FIRST, SECOND))
    desk.run("index", desk.documents)
    edited = ids_of(desk)
    for segment in desk.index_dir.glob("*.segment"):
        damage(segment, "texts.blocks")
    others = desk.documents.parent / "others"
    others.mkdir()
    (others / "a.txt").write_text(article("别处", SECOND), encoding="utf-8")
    answer = desk.run("index", others, "--json")
    assert answer.code == 0
    report = json.loads(answer.out)
    assert (report["damaged_files"], report["taken_over"], report["read_again"]) == (1, 0, 6)
    assert report["lost"] == []
    assert set(edited) < set(ids_of(desk))
    # What the manifest keeps is not touched: the old wording has its address still.
    (superseded,) = set(before) - set(edited) - {before[0], before[1]} or {before[2]}
    assert desk.run("show", superseded).code == 0
    assert desk.run("check").code == 0


def test_what_nothing_has_any_more_is_named_and_comes_back_with_its_file(desk: Desk) -> None:
    before = ids_of(desk)
    damage(segment_of(desk), "texts.blocks")
    away = desk.documents / "3.txt"
    text = away.read_text(encoding="utf-8")
    away.unlink()
    answer = desk.run("index", desk.documents)
    assert answer.code == 3
    assert "lost by damage, no file has it any more: 3.txt" in answer.err
    assert "vanished" not in answer.err
    assert len(ids_of(desk)) == len(before) - 3
    assert desk.run("stats", "--json").json["documents"] == 5
    desk.write("3.txt", text)
    assert desk.run("index", desk.documents).code == 0
    assert ids_of(desk) == before


def test_a_broken_order_or_bitmap_is_written_anew(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.engines.whoosh.writer._MERGE_BELOW_PASSAGES", 0)
    desk.write("2.txt", article("某县工作报告之2", THIRD, FIRST))
    assert desk.run("index", desk.documents).code == 0
    before = ids_of(desk)
    for kind in ("order", "deleted"):
        (path,) = desk.index_dir.glob(f"*.{kind}")
        path.write_bytes(bytes([path.read_bytes()[0] ^ 1]) + path.read_bytes()[1:])
        refused = desk.run("search", "矛盾")
        assert refused.code == 4
        assert path.name in refused.err
        assert desk.run("index", desk.documents).code == 0
        assert ids_of(desk) == before
        assert desk.run("check").code == 0


# A server


@pytest.fixture
def served(desk: Desk) -> Iterator[Index]:
    with Index(open_engine(desk.index_dir), path=desk.index_dir) as index:
        yield index


def _cut(path: Path) -> None:
    os.truncate(path, 5_000)


def _written_into(path: Path) -> None:
    damage(path, "passage.cell", 0)


@pytest.mark.parametrize("change", [_cut, _written_into])
def test_a_server_says_that_a_file_was_changed_under_it_and_goes_on(
    desk: Desk, served: Index, change: Callable[[Path], None]
) -> None:
    client = create_app(served).test_client()
    address = "/api/v1/search?q=矛盾"
    before: Any = client.get(address).json
    segment = segment_of(desk)
    whole = segment.read_bytes()
    change(segment)
    for asked in (address, f"/api/v1/passages/{before['hits'][0]['passage_id']}"):
        answer = client.get(asked)
        said: Any = answer.json
        assert answer.status_code == 503
        assert segment.name in said["error"]["message_en"]
        assert "duansou index" in said["error"]["message"]
        assert str(desk.index_dir) not in answer.text
    assert client.get("/?q=矛盾").status_code == 503
    segment.write_bytes(whole)
    assert client.get(address).json == before


def test_a_file_that_is_cut_while_a_request_is_answered_does_not_end_the_server(
    desk: Desk, served: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if it were cut after it was last looked at: of a mapped file, reading on is SIGBUS."""
    client = create_app(served).test_client()
    client.get("/api/v1/search?q=矛盾")
    os.truncate(segment_of(desk), 0)
    monkeypatch.setattr(ArrayFile, "is_changed", lambda self: False)
    for address in (
        "/api/v1/search?q=监控",
        "/api/v1/facets",
        "/kwic.csv?q=经费",
        "/export.bib?q=",
    ):
        assert client.get(address).status_code in (200, 503)
    assert client.get("/export.csv?q=经费").status_code == 503


def test_a_server_verifies_everything_when_it_starts(
    desk: Desk, served: Index, capsys: pytest.CaptureFixture[str]
) -> None:
    app = create_app(served)
    serve._warm_up(app, served)
    assert capsys.readouterr().err == ""
    damage(segment_of(desk), "label.pairs.offsets")
    serve._warm_up(app, served)
    (said,) = capsys.readouterr().err.splitlines()
    assert "label.pairs.offsets" in said


def test_a_damaged_index_is_not_copied(desk: Desk, tmp_path: Path) -> None:
    damage(segment_of(desk), "label.words.terms")
    with closing(open_engine(desk.index_dir)) as engine, pytest.raises(IndexBrokenError):
        unload(engine.reader(), tmp_path / "copy", memory_mb=300)
    assert not (tmp_path / "copy").exists()


# Hashes


def test_a_passage_is_held_to_its_id_whatever_the_checksums_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if a text had changed in memory before it was written."""
    desk = Desk(tmp_path)
    desk.write("a.txt", article("报告", FIRST))

    def other(data: bytes) -> object:
        return hashlib.sha256(data + b"!")

    with monkeypatch.context() as patch:
        patch.setattr(segment_writer, "hashlib", SimpleNamespace(sha256=other))
        desk.run("index", desk.documents)
    assert desk.run("check").code == 0
    for command in (("search", "矛盾"), ("documents",), ("export", "")):
        answer = desk.run(*command)
        assert answer.code == 4
        assert "not as it was written" in answer.err


def test_a_passage_of_a_cluster_is_held_to_its_id(desk: Desk) -> None:
    with closing(open_engine(desk.index_dir)) as engine:
        passage = next(engine.reader().passages())
        assert [passage, *passages_of(next(engine.reader().documents()))][1] == passage
    fields = dict(passage.__dict__, topic_evidence=[], named_places=[], named_years=[])
    assert passage_of({"record": json.dumps(fields)}).text == passage.text
    repeat = dict(fields, passage_id=passage_id(passage.text, passage.document_id, 3))
    assert passage_of({"record": json.dumps(repeat)}).passage_id.endswith("-3")
    changed = passage.text.replace("纠纷", "纷纠")
    for wrong in (
        {"text": changed},
        {"text": changed, "sha256": sha256_hex(changed)},
        {"document_id": "0" * 16},
    ):
        with pytest.raises(IndexBrokenError, match="not as it was written"):
            passage_of({"record": json.dumps({**fields, **wrong})})


# A directory with a sound checksum that makes no sense


@pytest.mark.parametrize(
    "directory",
    [
        b"[]",
        b"null",
        b'{"arrays": {}}',
        b'{"arrays": {"a": ["<u4", 1]}, "values": {}}',
        b'{"arrays": {"a": ["<u4", -1, 64, []]}, "values": {}}',
        b'{"arrays": {"a": ["<u4", 1, 1e3, [0]]}, "values": {}}',
        b'{"arrays": {"a": ["<u4", 1000000, 64, [0]]}, "values": {}}',
        b'{"arrays": {"a": ["<u4", 1, 64, []]}, "values": {}}',
        b'{"arrays": {"a": ["O", 1, 64, [0]]}, "values": {}}',
        b'{"arrays": {"a": ["nothing", 1, 64, [0]]}, "values": {}}',
        b'{"arrays": [], "values": []}',
        b"[" * 100_000,
        b"\xff\xfe",
    ],
)
def test_a_directory_that_makes_no_sense_is_refused(tmp_path: Path, directory: bytes) -> None:
    path = tmp_path / "duansou-0123456789ab.segment"
    magic = b"DUANSOU\x05"
    head = magic + bytes(120)
    footer = struct.pack("<QII8s", len(head), zlib.crc32(directory), len(directory), magic)
    path.write_bytes(head + directory + footer)
    with pytest.raises(IndexBrokenError, match="directory"):
        ArrayFile(path, path.stat().st_size)
