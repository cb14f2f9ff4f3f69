"""What must hold of an index whose writer is killed, or whose disk fails, at any moment?

Afterwards the commit before, or the new one, is whole: every file is what was written and all
documents are of one commit. The next writer starts at once and completes, and a reader that was
open all the time goes on.
"""

from __future__ import annotations

import contextlib
import errno
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from search import platforms
from search.analysis.words import Analyzer
from search.documents.document import Document, Paragraph
from search.engines.whoosh import toc
from search.engines.whoosh.engine import WhooshEngine, open_engine
from search.engines.whoosh.integrity import check_index
from search.engines.whoosh.writer import open_writer
from search.errors import IndexStateError
from search.index.engine import EngineRequest
from search.query.parser import parse_query

ANALYZER = Analyzer()
_LIVE = 20
"""Documents of every commit."""


def document(document_id: str, body: str) -> Document:
    """A document of one paragraph."""
    return Document(
        document_id=document_id,
        paths=(document_id,),
        text=body,
        paragraphs=(Paragraph(0, len(body), "body", "body", "", 1),),
        sha256="",
    )


def write_commit(folder: Path, number: int) -> None:
    """Commit number ``number``: all documents are replaced, two go, two come.

    Merging varies, so that there are one and several segments, deletions and merges.
    """
    with open_writer(folder, ANALYZER) as writer:
        writer.merge_below_passages = (0, 2_000, 30)[number % 3]
        for gone in range(2):
            writer.delete(f"d{number - 1 + gone}")
        for n in range(_LIVE):
            writer.put(document(f"d{number + n}", _body(number)))
        for n in range(number - 3, number):
            writer.delete(f"d{n}")
        writer.commit({"number": number})


def number_of(engine: WhooshEngine) -> int:
    """Which commit a reader sees, having checked that it sees it whole."""
    query = parse_query("第", ANALYZER)
    found = engine.reader().search(EngineRequest(query, limit=100))
    texts = {passage.text for passage, _ in found.hits}
    assert len(texts) == 1, texts
    (text,) = texts
    number = int(text[1 : text.index("次")])
    assert text == _body(number)
    ids = sorted(passage.document_id for passage, _ in found.hits)
    assert ids == sorted(f"d{number + n}" for n in range(_LIVE))
    assert found.total == found.documents == _LIVE
    return number


def _body(number: int) -> str:
    return f"第{number}次" + "安全管理" * (number % 50)


def check_after(folder: Path, reader: WhooshEngine, allowed: Sequence[int]) -> int:
    """Check everything after a failure; gives the number of the commit that is there."""
    assert check_index(folder) == ()
    with contextlib.closing(open_engine(folder)) as fresh:
        number = number_of(fresh)
        assert fresh.reader().manifest() == {"number": number}
    assert number in allowed
    assert number_of(reader) == number
    write_commit(folder, number + 1)
    assert number_of(reader) == number + 1
    assert check_index(folder) == ()
    check_nothing_is_left(folder)
    return number + 1


def check_nothing_is_left(folder: Path) -> None:
    """Only the files of the last commit are there; on Windows when nobody reads those before."""
    if platforms.IS_WINDOWS:
        open_writer(folder, ANALYZER).cancel()
    assert {path.name for path in folder.iterdir()} == names_of_commit(folder)


def names_of_commit(folder: Path) -> set[str]:
    """The files that a folder has after a commit: those of the commit, and what names them."""
    commit = toc.read_toc(folder)
    fixed = {toc.TOC_NAME, toc.whoosh_toc(commit)[0], "duansou-writer.lock"}
    return {entry.name for entry in commit.files()} | fixed


_WRITE_FOREVER = """
import itertools, sys
from pathlib import Path
from durability import write_commit
for number in itertools.count(int(sys.argv[2])):
    write_commit(Path(sys.argv[1]), number)
    print(number, flush=True)
"""


def check_kills(folder: Path, moments: int, random_: random.Random) -> Iterator[int]:
    """Kill a writing process at random moments, reading all the while; gives reads between."""
    write_commit(folder, 1)
    number = 1
    with contextlib.closing(open_engine(folder)) as reader:
        for _ in range(moments):
            process = subprocess.Popen(
                [sys.executable, "-c", _WRITE_FOREVER, str(folder), str(number + 1)],
                stdout=subprocess.PIPE,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            )
            assert process.stdout is not None
            assert process.stdout.readline()
            # A commit takes about 20 to 60 ms.
            end = time.monotonic() + random_.uniform(0, 0.15)
            reads = 0
            try:
                while time.monotonic() < end:
                    seen = number_of(reader)
                    assert seen >= number
                    number = seen
                    reads += 1
            finally:
                process.kill()
                process.wait()
                process.stdout.close()
            number = check_after(folder, reader, range(number, number + 1_000))
            yield reads


class _Fault:
    """Counts calls of one kind and fails at the n-th."""

    def __init__(self, at: int) -> None:
        self.at = at
        self.calls = 0

    def strikes(self) -> bool:
        self.calls += 1
        return self.calls == self.at


class _File:
    """A file whose writes can fail, with nothing or half of it written."""

    def __init__(self, file: Any, fault: _Fault, written: int) -> None:
        self._file, self._fault, self._written = file, fault, written

    def write(self, data: Any) -> int:
        if self._fault.strikes():
            self._file.write(bytes(data)[: len(data) * self._written // 2])
            self._file.flush()
            raise OSError(errno.ENOSPC, "No space left on device")
        return int(self._file.write(data))

    def __enter__(self) -> _File:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def _failing(fault: _Fault, function: Callable[..., Any]) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        if fault.strikes():
            raise OSError(errno.EIO, "Input/output error")
        return function(*args, **kwargs)

    return call


def _inject_write(patch: pytest.MonkeyPatch, fault: _Fault, written: int) -> None:
    open_ = Path.open

    def opening(path: Path, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
        file = open_(path, mode, *args, **kwargs)
        return _File(file, fault, written) if "x" in mode or "w" in mode else file

    patch.setattr(Path, "open", opening)
    patch.setattr(os, "write", _failing(fault, os.write))


def _inject_rename(patch: pytest.MonkeyPatch, fault: _Fault) -> None:
    patch.setattr(platforms, "_replaced", _failing(fault, platforms._replaced))
    patch.setattr(Path, "rename", _failing(fault, Path.rename))


FAULTS: dict[str, Callable[[pytest.MonkeyPatch, _Fault], None]] = {
    "disk full": lambda patch, fault: _inject_write(patch, fault, 0),
    "short write": lambda patch, fault: _inject_write(patch, fault, 1),
    "failed rename": _inject_rename,
    "failed fsync": lambda p, f: p.setattr(os, "fsync", _failing(f, os.fsync)),
    "failed removal": lambda p, f: p.setattr(Path, "unlink", _failing(f, Path.unlink)),
}


@contextlib.contextmanager
def failing(kind: str, at: int) -> Iterator[Callable[[], bool]]:
    """Let the ``at``-th call of a kind fail; tells whether there were so many."""
    fault = _Fault(at)
    with pytest.MonkeyPatch.context() as patch:
        FAULTS[kind](patch, fault)
        yield lambda: fault.calls >= at


def check_fault(folder: Path, kind: str, at: int, first: int) -> bool:
    """Fail the ``at``-th call of a kind in a commit; gives whether there were so many calls.

    ``first`` is the number of the commit before; it decides which kind of commit fails.
    """
    write_commit(folder, first - 2)
    write_commit(folder, first - 1)
    write_commit(folder, first)
    with contextlib.closing(open_engine(folder)) as reader:
        with failing(kind, at) as has_struck:
            try:
                write_commit(folder, first + 1)
                failed = False
            except IndexStateError:
                failed = True
        struck = has_struck()
        # Only cleaning up may fail without a word.
        assert failed == struck or (struck and kind == "failed removal")
        # A commit of which it is not sure that it will last through a crash is said to have failed.
        check_after(folder, reader, (first, first + 1) if failed else (first + 1,))
    return struck
