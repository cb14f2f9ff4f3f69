"""An index of every format that there was keeps its promises when this version meets it."""

from __future__ import annotations

import base64
import json
import random
import shutil
import zlib
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from durability import FAULTS, failing, names_of_commit
from older_indexes import (
    ERASED,
    FOLDER,
    Kept,
    answers,
    broken_promises,
    check_killed,
    check_whole,
    files_of,
    format_of,
    kept_indexes,
    run,
    settle,
)
from oracles import cases
from search import open_index
from search.config import load_settings
from search.documents.document import sha256_hex
from search.engines.unloading import copy_whole
from search.engines.upgrading import upgrade
from search.engines.whoosh import container
from search.engines.whoosh import toc as tables
from search.engines.whoosh.toc import WriterLock
from search.errors import IndexStateError
from search.web import create_app

KEPT = kept_indexes()
OLDER = [kept for kept in KEPT if kept.is_older]
LAST = OLDER[-1]
MEMORY_MB = 256


@pytest.fixture(scope="module", params=KEPT, ids=lambda kept: kept.name)
def upgraded(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, Any], dict[str, Any]]:
    """An index brought up to date by the command: its folder, what it answered, what it does."""
    kept: Kept = request.param
    before = kept.answers
    index = kept.unpack(tmp_path_factory.mktemp(kept.name))
    code, out, err = run(index, "upgrade")
    assert code == 0, err
    assert ("brought up to date" in err) == (kept in OLDER or kept.has_older_terms), out + err
    return index, before, answers(index, before["shown"])


def test_the_present_format_is_kept(tmp_path: Path) -> None:
    """Whoever changes the format keeps an index of it: python tools/keep_index.py."""
    (tmp_path / "a.txt").write_text(
        "一段足够长的正文，用来看看现在的索引是第几版。", encoding="utf-8"
    )
    assert run(tmp_path / "index", "index", tmp_path / "a.txt", "--quiet")[0] == 0
    name = format_of(tmp_path / "index")
    # One number raises both.
    assert name == f"{container.VERSION}.{container.VERSION + 2}"
    assert (FOLDER / f"{name}.zip").exists()


def test_every_promise_is_kept(upgraded: tuple[Path, dict[str, Any], dict[str, Any]]) -> None:
    """Documents, ids, wordings, citations, manifest, and what searches find and count."""
    _, before, after = upgraded
    assert len(before["shown"]) > 20
    assert sum(found["total"] for found in before["searches"].values()) > 10
    assert broken_promises(before, after) == []


def test_what_was_erased_is_gone_and_stays_so(
    upgraded: tuple[Path, dict[str, Any], dict[str, Any]],
) -> None:
    index, before, after = upgraded
    forgotten = list(before["manifest"].get("forgotten", {}))
    document_id = (
        forgotten[0]
        if forgotten
        else next(d["document_id"] for d in before["documents"] if d["paths"] == ["机密.txt"])
    )
    passage_id = f"{sha256_hex(ERASED)[:20]}-{sha256_hex(document_id)[:8]}"
    with open_index(index) as opened:
        page = create_app(opened, load_settings()).test_client()
        # The first formats had no forgetting: what they had is still there.
        assert page.get(f"/p/{passage_id}").status_code == (410 if forgotten else 200)
    kept = json.dumps([after["documents"], after["manifest"]], ensure_ascii=False)
    for entries in after["manifest"].get("archive", {}).values():
        kept += "".join(zlib.decompress(base64.b64decode(e["data"])).decode() for e in entries)
    assert "鞭炮" in kept
    assert ("紫云英" in kept) == (not forgotten)
    assert not (index / ".upgrading").exists()


def test_nothing_of_the_old_index_is_left(
    upgraded: tuple[Path, dict[str, Any], dict[str, Any]],
) -> None:
    index, *_ = upgraded
    assert {path.name for path in index.iterdir()} == names_of_commit(index)
    assert run(index, "check")[0] == 0
    generation = tables.read_toc(index).generation
    code, out, _ = run(index, "upgrade")
    assert code == 0
    assert "nothing was done" in out
    assert tables.read_toc(index).generation == generation


@pytest.mark.parametrize("kept", [OLDER[0], Kept("2.4-history"), LAST], ids=lambda k: k.name)
def test_indexing_upgrades_says_so_and_loses_no_address(kept: Kept, tmp_path: Path) -> None:
    index, before = kept.unpack(tmp_path), kept.answers
    settle(index, tmp_path / "documents", before["root"])
    code, _, err = run(index, "index", tmp_path / "documents")
    assert code == 0, err
    assert err.count("brought up to date") == 1
    after = answers(index, before["shown"])
    for passage_id, shown in before["shown"].items():
        now = after["shown"][passage_id]
        if shown["code"] == 0:
            assert (now["code"], now["text"]) == (0, shown["text"])
    assert after["manifest"]["assigned"] == before["manifest"]["assigned"]
    assert after["manifest"]["captured"] == before["manifest"]["captured"]
    if before["manifest"]["reader_version"] == after["manifest"]["reader_version"]:
        # One commit, the upgrade: the run had nothing to read and nothing to change.
        assert after["generation"] == before["generation"] + 1
        assert after["documents"] == before["documents"]


@pytest.mark.parametrize("kept", OLDER, ids=lambda kept: kept.name)
def test_reading_an_older_index_says_what_to_do(kept: Kept, tmp_path: Path) -> None:
    index = kept.unpack(tmp_path)
    there = files_of(index)
    for command in (["search", "网格"], ["check"], ["stats"], ["forget", "0"], ["serve"]):
        code, out, err = run(index, *command)
        assert (code, out) == (4, "")
        assert err.count("\n") == 1
        assert f"`duansou upgrade --index {index}`" in err
    assert files_of(index) == there


@pytest.mark.parametrize("kind", FAULTS)
def test_an_upgrade_on_a_failing_disk(kind: str, tmp_path: Path) -> None:
    documents = LAST.answers["documents"]
    template = LAST.unpack(tmp_path / "kept")
    struck = 0
    for at in (1, 5, 60):
        index = tmp_path / str(at)
        shutil.copytree(template, index)
        with failing(kind, at) as has_struck:
            try:
                upgrade(index, memory_mb=MEMORY_MB)
            except IndexStateError:
                struck += 1
            else:
                assert not has_struck() or kind == "failed removal"
                struck += has_struck()
        check_whole(index, files_of(template), documents)
        if not has_struck():
            break
    assert struck


def test_an_upgrade_that_is_killed(tmp_path: Path) -> None:
    random_ = random.Random(8)
    for number in range(cases(10)):
        check_killed(LAST, tmp_path / str(number), random_)


def test_a_damaged_older_index_is_named_and_left_alone(tmp_path: Path) -> None:
    for number, kept in enumerate(OLDER):
        index = kept.unpack(tmp_path / kept.name)
        # Each time another of its files.
        damaged = sorted(path for path in index.iterdir())[number % len(list(index.iterdir()))]
        data = bytearray(damaged.read_bytes())
        data[len(data) // 2] ^= 1
        damaged.write_bytes(data)
        there = files_of(index)
        code, out, err = run(index, "upgrade", "--quiet")
        assert (code, out) == (4, "")
        assert damaged.name in err
        assert err.count("\n") == 1
        assert files_of(index) == there


def test_an_older_index_that_another_process_writes(tmp_path: Path) -> None:
    index = LAST.unpack(tmp_path)
    lock = WriterLock(index)
    try:
        for command in (["upgrade"], ["index", tmp_path / "documents"]):
            code, _, err = run(index, *command)
            assert code == 4
            assert "is being written by process" in err
    finally:
        lock.release()
    assert run(index, "upgrade")[0] == 0


def test_an_upgrade_goes_on_where_it_was_cut_short(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = LAST.unpack(tmp_path)
    told: list[tuple[int, int, int]] = []

    def stop(done: int, resumed: int, total: int) -> None:
        told.append((done, resumed, total))
        if done > 100:
            raise KeyboardInterrupt

    by_parts = partial(copy_whole, part_passages=50)
    monkeypatch.setattr("search.engines.upgrading.copy_whole", by_parts)
    with pytest.raises(KeyboardInterrupt):
        upgrade(index, memory_mb=MEMORY_MB, progress=stop)
    total = told[-1][2]
    upgrade(index, memory_mb=MEMORY_MB, progress=lambda *numbers: told.append(numbers))
    assert told[-1][0] == total == len(LAST.answers["passages"])
    assert told[-1][1] > 0
    with open_index(index) as opened:
        assert [p.passage_id for p in opened.passages()] == LAST.answers["passages"]


def test_an_index_that_was_folded_otherwise_is_made_anew_of_its_texts(
    upgraded: tuple[Path, dict[str, Any], dict[str, Any]],
) -> None:
    """What counts as the same today finds what was indexed before, without its sources."""
    index, *_ = upgraded
    with open_index(index) as opened:
        for query in ('"平台于 2017 年"', "第1条，青河县 1901 年", '"两⽉" OR "县综治办每⽉通报"'):
            assert opened.search(query).total == 1, query


def test_an_index_of_an_older_dictionary_is_segmented_anew(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("网格员每天走访。\n\n另一段说的是别的。\n", encoding="utf-8")
    index = tmp_path / "index"
    assert run(index, "index", tmp_path / "a.txt", "--quiet")[0] == 0
    toc = tables.read_toc(index)
    with open_index(index) as opened:
        before = list(opened.documents()), opened.manifest()
    tables.write_toc(index, replace(toc, analyzer_digest="of an older jieba"))
    code, _, err = run(index, "search", "网格员")
    assert code == 4
    assert "duansou upgrade" in err
    assert run(index, "upgrade")[0] == 0
    with open_index(index) as opened:
        assert (list(opened.documents()), opened.manifest()) == before
        assert opened.search("网格员").total == 1
