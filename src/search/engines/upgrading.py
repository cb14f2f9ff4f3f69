"""Bring an index of an older format up to date in its own folder, without its source files.

The new index is made in a folder inside, from every document and the manifest as they are; then its
files move up, and replacing the table of contents is the commit. Before it the old index is whole,
after it the new one is; what is left of the old one goes then, or with the next writer.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from ..analysis.words import Analyzer
from ..errors import (
    DuansouError,
    IndexBusyError,
    IndexMissingError,
    IndexStateError,
    IndexTooOldError,
)
from ..index.registry import Copied
from ..platforms import replace as replace_file
from .unloading import copy_whole
from .whoosh.older_formats import OlderIndex
from .whoosh.toc import (
    UPGRADING_NAME,
    WriterLock,
    read_checked,
    read_toc,
    remove_leftovers,
    write_toc,
)
from .whoosh.writer import open_writer

_Progress = Callable[[int, int, int], None]


def upgrade(
    folder: Path, *, memory_mb: int, progress: _Progress = lambda done, resumed, total: None
) -> Copied | None:
    """Make an index one of the present format; None where it is one already.

    ``progress`` is told passages: those done, those of them by a run before that was cut short, and
    all. ``memory_mb`` is what ``open_writer`` takes. Raises IndexMissingError, IndexBusyError,
    IndexTooNewError, IndexBrokenError where a file of the old index is not what was written, and
    IndexStateError where the folder cannot be written; the old index is then as it was.
    """
    try:
        toc = read_toc(folder)
    except IndexTooOldError:
        try:
            return _replaced(folder, memory_mb, progress)
        except OSError as error:
            reason = error.strerror or error
            raise IndexStateError("upgrade-failed", folder=folder, reason=reason) from error
    analyzer = Analyzer(toc.user_words)
    if analyzer.digest == toc.analyzer_digest:
        # Opening it writes what Whoosh reads, where that is missing.
        open_writer(folder, analyzer, memory_mb=memory_mb).cancel()
        return None
    with open_writer(folder, analyzer, memory_mb=memory_mb) as writer:
        # Only now nobody else changes it. A commit with another analyzer segments everything anew.
        user_words, toc = toc.user_words, read_toc(folder)
        if toc.user_words != user_words:
            raise IndexBusyError("index-changed", place=folder)
        writer.commit(json.loads(read_checked(folder, toc.manifest)))
    return Copied(
        sum(segment.documents for segment in toc.segments),
        sum(segment.passages for segment in toc.segments),
    )


def _replaced(folder: Path, memory_mb: int, progress: _Progress) -> Copied | None:
    lock = WriterLock(folder)
    try:
        if not _is_too_old(folder):
            return None  # whoever held the lock until now has done it
        older = OlderIndex(folder)
        total = older.stats().passages
        beside = folder / UPGRADING_NAME
        _drop_torn(beside)
        done = copy_whole(
            older,
            beside,
            memory_mb=memory_mb,
            progress=lambda done, resumed: progress(done, resumed, total),
        )
        toc = replace(read_toc(beside), generation=older.generation + 1)
        for entry in toc.files():
            replace_file(beside / entry.name, folder / entry.name)
        write_toc(folder, toc)
        remove_leftovers(folder, toc)
        return done
    finally:
        lock.release()


def _is_too_old(folder: Path) -> bool:
    try:
        read_toc(folder)
    except IndexTooOldError:
        return True
    return False


def _drop_torn(beside: Path) -> None:
    """Begin anew where a run was cut short while its files moved up, or was of another version."""
    try:
        whole = all((beside / entry.name).exists() for entry in read_toc(beside).files())
    except IndexMissingError:
        return
    except DuansouError:
        whole = False
    if not whole:
        shutil.rmtree(beside)
