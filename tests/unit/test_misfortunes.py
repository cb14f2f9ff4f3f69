"""What befalls a machine is said in one sentence, and costs nothing that was committed."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote

import pytest
from click.testing import CliRunner

from search.cli import main

from .web.test_processes import needs_proc, served

TEXT = "今年全市共排查矛盾纠纷三百余起，信访工作要依法进行。"
# Even root may not write what is read-only without the right to override that.
_UNPRIVILEGED = (
    ("setpriv", "--bounding-set=-all")
    if hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("setpriv")
    else ()
)
posix = pytest.mark.skipif("sys.platform == 'win32'", reason="rights and limits of POSIX")


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """An index of two documents, one of which has no file any more."""
    documents = tmp_path / "documents"
    documents.mkdir()
    for number in range(2):
        (documents / f"{number}.txt").write_text(f"{TEXT}第{number}篇。\n", encoding="utf-8")
    run("index", documents, index=tmp_path / "index")
    (documents / "0.txt").unlink()
    return tmp_path / "index"


def run(*arguments: object, index: Path, expect: int = 0) -> str:
    """What a command says."""
    command = [*map(str, arguments), "--index", str(index)]
    done = CliRunner().invoke(main, command)
    assert done.exit_code == expect, done.output
    return done.output


def run_apart(
    *arguments: object, index: Path, limit: Callable[[], None] | None = None
) -> tuple[int, str]:
    """Exit code and output of a command as a process of its own, without the rights of root."""
    command = [sys.executable, "-m", "search", *map(str, arguments), "--index", str(index)]
    done = subprocess.run(
        [*_UNPRIVILEGED, *command],
        capture_output=True,
        encoding="utf-8",
        preexec_fn=limit,
        timeout=60,
    )
    return done.returncode, done.stdout + done.stderr


def one_sentence(said: str, *, within: str) -> None:
    """It is one, and no traceback."""
    assert within in said
    assert len(said.strip().splitlines()) == 1, said


def documents_of(index: Path) -> int:
    """How many there are, having looked whether all of it is whole."""
    assert "complete" in run("check", index=index)
    return int(json.loads(run("stats", "--json", index=index))["documents"])


@pytest.mark.parametrize("kind", ["segment", "manifest", "toc"])
@pytest.mark.parametrize("code", [errno.EACCES, errno.EMFILE])
def test_what_cannot_be_read_now_is_not_taken_for_damaged(
    index: Path, monkeypatch: pytest.MonkeyPatch, kind: str, code: int
) -> None:
    """A file that nobody may read, or for which no descriptor is left, is as it was written."""

    def refusing(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(path: Any, *args: Any, **kwargs: Any) -> Any:
            if str(path).endswith(f".{kind}") and index.name in str(path):
                raise OSError(code, os.strerror(code), str(path))
            return function(path, *args, **kwargs)

        return call

    with monkeypatch.context() as patch:
        patch.setattr(os, "open", refusing(os.open))
        patch.setattr(Path, "open", refusing(Path.open))
        for command in ("search 信访", "check", f"index {index.parent}/documents", "stats"):
            said = run(*command.split(), index=index, expect=4)
            one_sentence(said, within="cannot be read now")
    assert documents_of(index) == 2


@posix
def test_a_folder_that_is_read_only_is_read_and_not_written(index: Path) -> None:
    for file in index.iterdir():
        file.chmod(0o444)
    index.chmod(0o555)
    try:
        code, said = run_apart("search", "信访", index=index)
        assert (code, "矛盾纠纷" in said) == (0, True)
        for command in (("index", index.parent / "documents"), ("forget", "0" * 16)):
            code, said = run_apart(*command, index=index)
            assert code == 4
            one_sentence(said, within="what was committed before is intact")
    finally:
        index.chmod(0o755)
    assert documents_of(index) == 2


@posix
def test_files_that_may_not_grow_leave_the_commit_before(index: Path) -> None:
    """As on a full disk: the system itself refuses to write."""
    import resource
    import signal

    (index.parent / "documents" / "2.txt").write_text(TEXT * 40, encoding="utf-8")

    def limited() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (5_000, 5_000))

    code, said = run_apart("index", index.parent / "documents", index=index, limit=limited)
    assert code == 4
    one_sentence(said, within="what was committed before is intact")
    assert documents_of(index) == 2


@needs_proc
def test_a_folder_deleted_under_the_server_is_said_and_a_new_one_is_served(index: Path) -> None:
    documents = index.parent / "documents"
    with served(index) as server:

        def statuses() -> set[int]:
            found = set()
            for path in ("?q=信访", "api/v1/search?q=信访", "readyz", "export.csv?q=信访"):
                try:
                    server.get(quote(path, safe="?/=."))
                    found.add(200)
                except HTTPError as error:
                    found.add(error.code)
                    error.close()
            return found

        assert statuses() == {200}
        shutil.rmtree(index)
        for _ in range(4):
            assert statuses() == {503}
        run("index", documents, index=index)
        assert statuses() == {200}
        server.process.terminate()
        assert server.process.stderr is not None
        said = server.process.stderr.read()
    assert "Traceback" not in said
    assert len(said.splitlines()) <= 2


def test_too_little_memory(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr("search.engines.whoosh.writer.write_toc", fail)
        said = run("index", index.parent / "documents", "--prune", index=index, expect=2)
    one_sentence(said, within="too little memory")
    assert documents_of(index) == 2
