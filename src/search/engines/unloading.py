"""Say of what a whole index is copied, and whether it is still what it was before a copy was cut
short.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from .. import platforms
from ..analysis.words import Analyzer
from ..documents.document import Document
from ..errors import DuansouError, IndexMissingError, InputError
from ..index.engine import EngineStats, Reader
from ..index.registry import Copied
from .whoosh.engine import open_engine
from .whoosh.writer import open_writer


class Source(Protocol):
    """What a copy is made of: every reader, and an index of an older format."""

    @property
    def analyzer(self) -> Analyzer:
        """The analyzer with its user words."""
        ...

    def documents(self) -> Iterator[Document]:
        """Every document in document order."""
        ...

    def manifest(self) -> Mapping[str, Any]:
        """The JSON value of the last commit's writer."""
        ...

    def stats(self) -> EngineStats:
        """Counts of what is committed."""
        ...


def fingerprint(source: Source) -> str:
    """16 hex digits that change with every commit to an index."""
    stats = source.stats()
    parts = (
        stats.format_version,
        stats.generation,
        stats.documents,
        stats.passages,
        source.analyzer.digest,
        source.manifest(),
    )
    text = json.dumps(parts, ensure_ascii=True, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


_PART_PASSAGES = 100_000
_MARK = "loading"
"""The key of the manifest that a part has; that of the source never has it."""


def unload(
    source: Reader,
    folder: Path,
    *,
    memory_mb: int,
    restart: bool = False,
    progress: Callable[[int, int], None] = lambda done, resumed: None,
) -> Copied:
    """Copy every document of an index, with its manifest, into a folder that is not there yet.

    ``progress`` is told the passages that are there, and how many of them were when the copy went
    on. The source is verified first. Raises InputError where the folder holds something else, and
    what the engines raise.
    """
    source.verify()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        return _there_already(source, folder)
    beside = folder.with_name(f".{folder.name}.loading")
    done = copy_whole(source, beside, memory_mb=memory_mb, restart=restart, progress=progress)
    if folder.exists():
        folder.rmdir()  # it is empty
    platforms.replace(beside, folder)
    return done


def copy_whole(
    source: Source,
    beside: Path,
    *,
    memory_mb: int,
    restart: bool = False,
    progress: Callable[[int, int], None] = lambda done, resumed: None,
    part_passages: int = _PART_PASSAGES,
) -> Copied:
    """Copy every document, and then the manifest, into a folder that only copies are made in.

    Goes on where a copy of the same was cut short. Arguments and errors are those of ``unload``.
    """
    mark = fingerprint(source)
    done, passages = _progress_of(beside, source, mark, restart=restart)
    resumed, resumed_passages = done, passages
    progress(passages, resumed_passages)
    remaining = islice(source.documents(), done, None)
    with open_writer(beside, source.analyzer, memory_mb=memory_mb) as writer:
        if not done:
            _clear(beside, writer.delete)
        since = passages
        for document in remaining:
            writer.put(document)
            done += 1
            passages += document.passage_count
            progress(passages, resumed_passages)
            if passages - since >= part_passages:
                writer.commit({_MARK: {"source": mark, "documents": done, "passages": passages}})
                since = passages
        writer.commit(source.manifest())
    return Copied(done, passages, resumed)


def _there_already(source: Source, folder: Path) -> Copied:
    """What is there, if it is what would be copied."""
    try:
        with closing(open_engine(folder)) as engine, engine.reader() as there:
            stats, same = there.stats(), there.manifest() == source.manifest()
    except DuansouError:
        same = False
    if not same:
        raise InputError("folder-not-empty", folder=folder)
    return Copied(stats.documents, stats.passages, was_there=True)


def _progress_of(beside: Path, source: Source, mark: str, *, restart: bool) -> tuple[int, int]:
    """Documents and passages that an interrupted copy of the same has committed."""
    try:
        with closing(open_engine(beside)) as engine, engine.reader() as reader:
            stats, manifest = reader.stats(), reader.manifest()
            if not restart and manifest == source.manifest():
                return stats.documents, stats.passages  # only the rename was missing
            part = manifest.get(_MARK, {})
    except IndexMissingError:
        return 0, 0
    if restart or part.get("source") != mark:
        return 0, 0
    return part["documents"], part["passages"]


def _clear(beside: Path, delete: Callable[[str], None]) -> None:
    """Take out what an interrupted copy of something else has left."""
    try:
        with closing(open_engine(beside)) as engine, engine.reader() as reader:
            for document in reader.documents():
                delete(document.document_id)
    except IndexMissingError:
        return
