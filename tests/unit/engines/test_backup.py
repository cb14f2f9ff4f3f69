"""A backup is whole, costs what is new, and never takes the place of anything unasked."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from click.testing import CliRunner, Result

from search import open_index
from search.cli import main
from search.engines.whoosh import backup
from search.engines.whoosh.backup import MARK_NAME, back_up, restore
from search.engines.whoosh.toc import TOC_NAME, WriterLock, _digest, read_toc
from search.engines.whoosh.writer import open_writer
from search.errors import IndexBrokenError, UsageError

from ..web.corpus import ANALYZER, DATONG, GUIGANG, document

EXTRA = [
    document(
        f"{number:016x}",
        [("body", "body", f"第{number}篇的网格化管理办法。")],
        title=f"第{number}篇",
    )
    for number in range(1, 20)
]


def write(folder: Path, *documents: Any) -> None:
    with open_writer(folder, ANALYZER) as writer:
        for each in documents:
            writer.put(each)
        writer.commit({})


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, catch_exceptions=False)


def contents(folder: Path) -> list[Any]:
    with open_index(folder) as index:
        return [p.to_json() if hasattr(p, "to_json") else p for p in index.passages()]


def ignore(done: int, in_all: int) -> None:
    """Nobody looks."""


@pytest.fixture
def index(tmp_path: Path) -> Path:
    write(tmp_path / "index", GUIGANG, DATONG)
    return tmp_path / "index"


def backed_up(index: Path, target: Path) -> dict[str, Any]:
    done = run("backup", str(target), "--index", str(index), "--json")
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_what_is_restored_is_what_was_there(index: Path, tmp_path: Path) -> None:
    before = contents(index)
    backed_up(index, tmp_path / "kept")
    # It is an index itself.
    assert contents(tmp_path / "kept") == before
    shutil.rmtree(index)
    done = run("restore", str(tmp_path / "kept"), "--index", str(index))
    assert done.exit_code == 0, done.output
    assert contents(index) == before
    assert run("check", "--index", str(index)).exit_code == 0
    # And goes on as one.
    write(index, EXTRA[0])
    assert len(contents(index)) == len(before) + 1


def test_a_later_backup_copies_what_is_new(index: Path, tmp_path: Path) -> None:
    target = tmp_path / "kept"
    first = backed_up(index, target)
    assert first["copied_files"] == first["files"]
    again = backed_up(index, target)
    assert (again["files"], again["copied_files"], again["copied_bytes"]) == (first["files"], 0, 0)
    before = {path.name: path.stat().st_ino for path in target.glob("*.segment")}
    write(index, EXTRA[0])
    names = {entry.name for entry in read_toc(index).files()}
    later = backed_up(index, target)
    new = names - {path.name for path in target.iterdir() if path.name in before}
    assert later["copied_files"] == len(new - before.keys())
    for name in before.keys() & names:
        assert (target / name).stat().st_ino == before[name]
    # What the newest commit does not need is gone.
    kept = {path.name for path in target.glob("duansou-*.segment")}
    assert kept == {name for name in names if name.endswith(".segment")}
    assert contents(target) == contents(index)


def test_a_made_up_backup_writes_nothing_elsewhere(index: Path, tmp_path: Path) -> None:
    made = tmp_path / "kept"
    backed_up(index, made)
    toc = json.loads((made / TOC_NAME).read_bytes())
    (tmp_path / "payload.txt").write_text("not ours", encoding="utf-8")
    manifest = made / toc["body"]["manifest"]["name"]
    for name in ("../payload.txt", str(tmp_path / "payload.txt"), "sub/payload.txt", ".bashrc"):
        toc["body"]["manifest"]["name"] = name
        toc["sha256"] = _digest(toc["body"])
        (made / TOC_NAME).write_text(json.dumps(toc), encoding="utf-8")
        there = tmp_path / "a" / "b"
        with pytest.raises(IndexBrokenError):
            restore(made, there / "index", force=False, progress=ignore)
        assert not there.exists()
    assert manifest.exists()
    assert (tmp_path / "payload.txt").read_text(encoding="utf-8") == "not ours"


@pytest.mark.parametrize("begun", [b"", b"{", b'{"of"'])
@pytest.mark.parametrize("name", [MARK_NAME, "duansou-0123456789ab.toc"])
def test_a_first_backup_that_was_broken_off_is_made_anew(
    index: Path, tmp_path: Path, begun: bytes, name: str
) -> None:
    target = tmp_path / "kept"
    target.mkdir()
    (target / name).write_bytes(begun)
    backed_up(index, target)
    assert contents(target) == contents(index)
    assert (target / name).exists() == (name == MARK_NAME)


def test_of_two_first_backups_at_once_one_has_the_folder(index: Path, tmp_path: Path) -> None:
    other, target = tmp_path / "other", tmp_path / "kept"
    shutil.copytree(index, other)
    looked = backup._require_free

    def look(folder: Path) -> None:
        looked(folder)
        if not (target / MARK_NAME).exists():
            with mock.patch.object(backup, "_require_free", looked):
                back_up(other, target, ignore)

    with mock.patch.object(backup, "_require_free", look), pytest.raises(UsageError):
        back_up(index, target, ignore)
    assert json.loads((target / MARK_NAME).read_bytes())["of"] == str(other.resolve())


def test_a_file_of_the_backup_that_decayed_is_copied_anew(index: Path, tmp_path: Path) -> None:
    target = tmp_path / "kept"
    backed_up(index, target)
    segment = next(target.glob("*.segment"))
    damage(segment)
    assert backed_up(index, target)["copied_files"] == 1
    assert run("check", "--index", str(target)).exit_code == 0


def test_a_commit_in_the_middle_of_it_changes_nothing(index: Path, tmp_path: Path) -> None:
    target, before = tmp_path / "kept", contents(index)
    commits: list[int] = []

    def commit(done: int, in_all: int) -> None:
        if not commits:
            commits.append(done)
            # All is segmented again and what was there is cleared away.
            for each in EXTRA:
                write(index, each)

    back_up(index, target, commit)
    assert commits
    assert contents(target) == before
    back_up(index, target, ignore)
    assert len(contents(target)) == len(before) + len(EXTRA)


def test_while_a_writer_commits_each_backup_is_one_commit(index: Path, tmp_path: Path) -> None:
    first = len(contents(index))
    is_done = threading.Event()

    def commit_all() -> None:
        try:
            for each in EXTRA:
                write(index, each)
        finally:
            is_done.set()

    writing = threading.Thread(target=commit_all)
    writing.start()
    made = 0
    while not is_done.is_set():
        kept = back_up(index, tmp_path / "kept", ignore)
        found = len(contents(tmp_path / "kept"))
        assert found == first + (kept.generation - 1)
        made += 1
    writing.join()
    assert made > 2


def damage(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


@pytest.mark.parametrize("harm", [damage, cut, Path.unlink])
@pytest.mark.parametrize("is_there", [True, False])
def test_a_damaged_backup_is_refused_and_touches_nothing(
    index: Path, tmp_path: Path, harm: Callable[[Path], None], is_there: bool
) -> None:
    write(index, *EXTRA[:2])
    target = tmp_path / "kept"
    backed_up(index, target)
    into = index if is_there else tmp_path / "new"
    before = {p.name: p.read_bytes() for p in index.iterdir()}
    for entry in (*read_toc(target).files(),):
        whole = (target / entry.name).read_bytes()
        harm(target / entry.name)
        done = run("restore", str(target), "--index", str(into), "--force")
        assert done.exit_code == 4
        assert entry.name in done.stderr
        assert len(done.stderr.splitlines()) == 1
        assert not (tmp_path / "new").exists()
        (target / entry.name).write_bytes(whole)
    harm(target / TOC_NAME)
    done = run("restore", str(target), "--index", str(into), "--force")
    assert done.exit_code in (2, 4)
    assert len(done.stderr.splitlines()) == 1
    assert {p.name: p.read_bytes() for p in index.iterdir()} == before


def test_an_index_that_is_there_stays_unless_it_is_said(index: Path, tmp_path: Path) -> None:
    target, kept = tmp_path / "kept", contents(index)
    backed_up(index, target)
    write(index, *EXTRA[:3])
    with open_index(index) as reading:
        assert len(list(reading.newest().passages())) == len(kept) + 3
        refused = run("restore", str(target), "--index", str(index))
        assert refused.exit_code == 2
        assert "--force" in refused.stderr
        assert len(contents(index)) == len(kept) + 3
        generation = read_toc(index).generation
        assert run("restore", str(target), "--index", str(index), "--force").exit_code == 0
        # Who reads sees it at once, and as a later commit.
        assert len(list(reading.newest().passages())) == len(kept)
        assert read_toc(index).generation == generation + 1
    assert contents(index) == kept
    assert run("check", "--index", str(index)).exit_code == 0


def test_an_index_that_is_made_there_meanwhile_stays(index: Path, tmp_path: Path) -> None:
    target, there = tmp_path / "kept", tmp_path / "there"
    backed_up(index, target)

    def late(folder: Path) -> WriterLock:
        write(folder, *EXTRA[:3])
        return WriterLock(folder)

    with mock.patch.object(backup, "WriterLock", late):
        refused = run("restore", str(target), "--index", str(there))
    assert refused.exit_code == 2
    assert "--force" in refused.stderr
    assert len(contents(there)) == 3


def test_a_broken_index_is_restored_over(index: Path, tmp_path: Path) -> None:
    target, kept = tmp_path / "kept", contents(index)
    backed_up(index, target)
    damage(index / TOC_NAME)
    damage(next(index.glob("*.segment")))
    assert run("restore", str(target), "--index", str(index), "--force").exit_code == 0
    assert contents(index) == kept


@pytest.mark.parametrize("place", ["foreign", "another", "itself", "index"])
def test_no_other_folder_is_taken_for_a_backup(index: Path, tmp_path: Path, place: str) -> None:
    target = tmp_path / "target"
    if place == "foreign":
        target.mkdir()
        (target / "notes.txt").write_text("keep", encoding="utf-8")
    elif place == "index":
        write(target, EXTRA[0])
    elif place == "another":
        write(tmp_path / "other", EXTRA[0])
        backed_up(tmp_path / "other", target)
    else:
        target = index
    before = {path.name: path.read_bytes() for path in target.iterdir()}
    done = run("backup", str(target), "--index", str(index))
    assert done.exit_code == 2
    assert len(done.stderr.splitlines()) == 1
    assert {path.name: path.read_bytes() for path in target.iterdir()} == before


@pytest.mark.parametrize("place", ["nothing", "empty", "index"])
def test_what_is_no_backup_is_not_restored(index: Path, tmp_path: Path, place: str) -> None:
    source = tmp_path / "source"
    if place == "empty":
        source.mkdir()
    elif place == "index":
        write(source, EXTRA[0])
    done = run("restore", str(source), "--index", str(tmp_path / "new"))
    assert done.exit_code == 2
    assert "duansou backup" in done.stderr


def test_one_that_is_broken_off_leaves_the_one_before(index: Path, tmp_path: Path) -> None:
    target = tmp_path / "kept"

    def fail(done: int, in_all: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        back_up(index, target, fail)
    assert run("restore", str(target), "--index", str(tmp_path / "new")).exit_code == 2
    backed_up(index, target)
    before = contents(target)
    write(index, *EXTRA[:3])
    with pytest.raises(KeyboardInterrupt):
        back_up(index, target, fail)
    assert contents(target) == before
    restore(target, tmp_path / "new", force=False, progress=ignore)
    assert contents(tmp_path / "new") == before
    backed_up(index, target)
    assert contents(target) == contents(index)


def test_a_damaged_index_is_not_kept_over_a_sound_backup(index: Path, tmp_path: Path) -> None:
    target = tmp_path / "kept"
    backed_up(index, target)
    before = contents(target)
    write(index, *EXTRA[:3])
    for segment in index.glob("*.segment"):
        damage(segment)
    with pytest.raises(IndexBrokenError):
        back_up(index, target, ignore)
    assert contents(target) == before


def test_an_index_in_no_folder_says_what_to_do(tmp_path: Path) -> None:
    done = run("backup", str(tmp_path / "kept"), "--engine", "opensearch")
    assert done.exit_code == 2
    assert "cluster snapshot" in done.stderr
    assert not (tmp_path / "kept").exists()
    with pytest.raises(UsageError):
        restore(tmp_path, tmp_path, force=True, progress=ignore)
