"""Keep a copy of an index in another folder, and make the index of it again.

A backup is an index: the files of one commit under their own names, with its table of contents,
which comes last. Files are written once and never changed, so a later backup copies those that are
new. All of a commit's files are opened before the first is copied, so that a writer that commits
meanwhile takes none away; each is held to its hash as it is copied. Whoever breaks off leaves the
backup before as it was.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from ...errors import IndexBrokenError, IndexStateError, UsageError
from ...index.registry import Kept
from ...platforms import replace as replace_file
from ...platforms import sync_folder
from .container import broken
from .toc import (
    LOCK_NAME,
    TOC_NAME,
    FileEntry,
    Toc,
    WriterLock,
    committed_toc,
    is_as_written,
    new_name,
    put_file,
    read_toc,
    remove_leftovers,
    require_ours,
    write_toc,
)

MARK_NAME = "duansou-backup.json"
"""Says of which folder a backup is: no other index, and no index in use, is taken for it."""
_BEGUN = re.compile(rf"{re.escape(MARK_NAME)}|{re.escape(LOCK_NAME)}|duansou-[0-9a-f]{{12}}\.toc")
"""All that a first backup leaves that was broken off at once: its mark may not be named yet."""

_AT_ONCE_BYTES = 1 << 20
_ATTEMPTS = 20
"""So many commits may clear a file away between the reading of their contents and its opening."""

Progress = Callable[[int, int], None]
"""Told bytes that are done, and those in all."""


@dataclass(frozen=True, slots=True)
class _Source:
    """A file of a commit, open for as long as it is to be read."""

    entry: FileEntry
    path: Path
    file: BinaryIO


def back_up(folder: Path, target: Path, progress: Progress) -> Kept:
    """Bring the backup in ``target`` up to the newest commit of an index.

    Raises UsageError where ``target`` holds anything else, IndexBrokenError where the index is
    damaged, IndexBusyError where another backup is made there, and what ``read_toc`` raises.
    """
    of = str(folder.resolve())
    if target.resolve() == folder.resolve():
        raise UsageError("backup-onto-itself", folder=target)
    read_toc(folder)
    if not (target / MARK_NAME).exists():
        _require_free(target)
    target.mkdir(parents=True, exist_ok=True)
    with _locked(target), _opened(folder) as (toc, sources):
        _claim(target, of)
        kept = _copy(sources, target, toc, progress)
        write_toc(target, toc)
        remove_leftovers(target, toc)
    return kept


def restore(source: Path, folder: Path, *, force: bool, progress: Progress) -> Kept:
    """Make the index in ``folder`` what the backup in ``source`` holds; all at once, or nothing.

    Raises UsageError where ``source`` is no backup, or where there is an index in ``folder`` and
    no ``force``; IndexBrokenError where the backup is damaged, which is looked for before anything
    is written; IndexBusyError where the index is written.
    """
    if not ((source / MARK_NAME).exists() and (source / TOC_NAME).exists()):
        raise UsageError("backup-none", folder=source)
    if source.resolve() == folder.resolve():
        raise UsageError("backup-onto-itself", folder=folder)
    toc = _sound(source)
    _require_place(folder, force=force)
    folder.mkdir(parents=True, exist_ok=True)
    with _locked(folder), _opened(source) as (opened, sources):
        # Until the lock is held another process may make an index there.
        _require_place(folder, force=force)
        if opened != toc:
            raise IndexBrokenError("backup-damaged", folder=source, file=TOC_NAME)
        kept = _copy(sources, folder, toc, progress)
        with contextlib.suppress(IndexStateError):
            before = committed_toc(folder)
            if before is not None and before.generation >= toc.generation:
                # Commits are counted upwards, whatever they hold.
                toc = replace(toc, generation=before.generation + 1)
        write_toc(folder, toc)
        remove_leftovers(folder, toc)
    return kept


def _require_place(folder: Path, *, force: bool) -> None:
    """Raise UsageError where there is an index and no ``force``, or anything that is not ours."""
    if not (folder / TOC_NAME).exists():
        require_ours(folder)
    elif not force:
        raise UsageError("restore-over-index", folder=folder)


def _claim(target: Path, of: str) -> None:
    """Make a folder the place of the backups of one index, or see that it is. Its lock is held."""
    mark = target / MARK_NAME
    try:
        owner = json.loads(mark.read_bytes())["of"]
    except FileNotFoundError:
        owner = None
    except (ValueError, KeyError, TypeError) as error:
        if (target / TOC_NAME).exists():
            raise IndexBrokenError("backup-damaged", folder=target, file=MARK_NAME) from error
        owner = None  # the first backup was broken off
    if owner is None:
        _require_free(target)
        put_file(target, MARK_NAME, json.dumps({"of": of}, ensure_ascii=True).encode())
    elif owner != of:
        raise UsageError("backup-of-another", folder=target, other=owner)


def _require_free(target: Path) -> None:
    """Raise UsageError where a folder has anything that no first backup leaves."""
    if target.exists() and not all(_BEGUN.fullmatch(entry.name) for entry in target.iterdir()):
        raise UsageError("backup-foreign", folder=target)


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    lock = WriterLock(folder)
    try:
        yield
    finally:
        lock.release()


@contextlib.contextmanager
def _opened(folder: Path) -> Iterator[tuple[Toc, list[_Source]]]:
    """The newest commit with all of its files open."""
    with contextlib.ExitStack() as stack:
        for attempt in range(_ATTEMPTS):
            toc = read_toc(folder)
            sources = []
            try:
                for entry in toc.files():
                    path = folder / entry.name
                    sources.append(_Source(entry, path, stack.enter_context(path.open("rb"))))
                break
            except FileNotFoundError as error:
                stack.close()
                if attempt == _ATTEMPTS - 1 or read_toc(folder) == toc:
                    raise broken(path, "is missing") from error
        yield toc, sources


def _copy(sources: list[_Source], folder: Path, toc: Toc, progress: Progress) -> Kept:
    """Have every file of a commit in a folder; those that are there, and sound, stay."""
    in_all = sum(source.entry.size for source in sources)
    done = copied = copied_bytes = 0
    for source in sources:
        target = folder / source.entry.name
        if not is_as_written(target, source.entry):
            _copy_one(source, target)
            copied, copied_bytes = copied + 1, copied_bytes + source.entry.size
        done += source.entry.size
        progress(done, in_all)
    sync_folder(folder)
    return Kept(
        generation=toc.generation,
        documents=sum(segment.documents for segment in toc.segments),
        files=len(sources),
        bytes=in_all,
        copied_files=copied,
        copied_bytes=copied_bytes,
    )


def _copy_one(source: _Source, target: Path) -> None:
    temporary = target.with_name(new_name("segment"))
    digest, size = hashlib.sha256(), 0
    try:
        with temporary.open("xb") as file:
            while part := source.file.read(_AT_ONCE_BYTES):
                digest.update(part)
                size += len(part)
                file.write(part)
            file.flush()
            os.fsync(file.fileno())
        if size != source.entry.size or digest.hexdigest() != source.entry.sha256:
            raise broken(source.path, "is damaged")
        replace_file(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)


def _sound(source: Path) -> Toc:
    """What a backup holds, all of it held to its hashes."""
    try:
        toc = read_toc(source)
    except IndexBrokenError as error:
        raise IndexBrokenError("backup-damaged", folder=source, file=TOC_NAME) from error
    for entry in toc.files():
        if not is_as_written(source / entry.name, entry):
            raise IndexBrokenError("backup-damaged", folder=source, file=entry.name)
    return toc
