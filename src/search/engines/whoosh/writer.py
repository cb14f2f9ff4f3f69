"""Change an index: new segments and deletion bitmaps beside the old, then one rename."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from ...analysis.words import Analyzer
from ...documents.document import Document
from ...errors import IndexStateError
from .segment import Segment
from .segment_layout import order_key
from .segment_merge import merge_segments
from .segment_writer import SegmentBuilder
from .snapshot import document_order
from .toc import (
    FileEntry,
    SegmentEntry,
    Toc,
    WriterLock,
    committed_toc,
    remove_leftovers,
    write_file,
    write_toc,
    write_whoosh_toc,
)

_MEMORY_MB = 512
_MEMORY_BASE_MB = 240
"""What the process takes by itself: interpreter, dictionaries, a range of terms being inverted."""
_MEMORY_BYTES_PER_CHAR = 13
"""What a character takes while the segment that it is in is written, measured."""
_WAITING_WEIGHT = 4
"""A character of a document that waits takes so many times as much."""
_LEAST_BUFFER_CHARS = 300_000
_HAND_ON_CHARS = 50_000
"""Documents wait until they have so many characters: they may come in a slightly different order,
or be replaced at once."""

_MERGE_BELOW_PASSAGES = 2_000


def open_writer(
    index_dir: Path,
    analyzer: Analyzer,
    *,
    memory_mb: int = _MEMORY_MB,
    passing_over: Container[str] = (),
) -> WhooshWriter:
    """Begin to change the index in a folder, which is made if missing.

    ``memory_mb`` is about how much memory the process may take: more documents than fit in it are
    written as several segments and merged at commit. Less than about 250 is taken for 250, and a
    single document takes what it takes. With another analyzer than before, everything is segmented
    again at commit. Segments whose names are in ``passing_over`` are gone with the commit. Raises
    IndexBusyError, IndexBrokenError, IndexTooNewError or IndexTooOldError.
    """
    return WhooshWriter(index_dir, analyzer, memory_mb, passing_over)


class _Open:
    """A segment and the documents of it that this writer takes out."""

    def __init__(self, segment: Segment) -> None:
        self.segment = segment
        self.deleted: set[int] = set()

    @property
    def live_passages(self) -> int:
        return sum(len(self.segment.passage_range(n)) for n in self.live_documents())

    @property
    def has_deletions(self) -> bool:
        return bool(self.deleted) or self.segment.entry.deleted is not None

    def is_live(self, number: int) -> bool:
        return number not in self.deleted and self.segment.is_live(number)

    def live_documents(self) -> Iterator[int]:
        return filter(self.is_live, range(self.segment.documents))


class _Building:
    """A segment in the making, with the documents that stay in it and those to take out again."""

    def __init__(self, folder: Path, analyzer: Analyzer) -> None:
        self.builder = SegmentBuilder(folder, analyzer)
        self.numbers: dict[str, int] = {}
        self.deleted: set[int] = set()
        self.last_key = b""
        self.chars = 0

    def add(self, document: Document) -> None:
        self.builder.add(document)
        self.numbers[document.document_id] = len(self.numbers) + len(self.deleted)
        self.last_key = order_key(document)
        self.chars += len(document.text)

    def delete(self, document_id: str) -> None:
        number = self.numbers.pop(document_id, None)
        if number is not None:
            self.deleted.add(number)


class WhooshWriter:
    """Changes an index; nothing is seen before ``commit``.

    Segments of fewer than ``merge_below_passages`` are always merged with each other: it takes a
    fraction of a second. 0 never merges, so that segments can be tested.

    Documents that come in document order, as files are found, are taken apart soon after they come
    and become a segment when this has ``buffer_chars``. Others have to be sorted first, and are
    collected for that: a segment then has a quarter of it.
    """

    def __init__(
        self,
        index_dir: Path,
        analyzer: Analyzer,
        memory_mb: int = _MEMORY_MB,
        passing_over: Container[str] = (),
    ) -> None:
        self._folder = index_dir
        self._passing_over = passing_over
        self._analyzer = analyzer
        self.merge_below_passages = _MERGE_BELOW_PASSAGES
        room = (memory_mb - _MEMORY_BASE_MB) * 1_000_000
        self.buffer_chars = max(_LEAST_BUFFER_CHARS, room // _MEMORY_BYTES_PER_CHAR)
        self._lock: WriterLock | None = None
        self._toc: Toc | None = None
        self._segments: list[_Open] = []
        self._buffer: dict[str, Document] = {}
        self._buffered_chars = 0
        self._building: _Building | None = None
        self._continues = True
        self._erasing = False
        with self._translated():
            # Before anything is written, so that a foreign folder stays as it is.
            committed_toc(index_dir)
            index_dir.mkdir(parents=True, exist_ok=True)
            self._lock = WriterLock(index_dir)
        try:
            with self._translated():
                self._begin()
        except BaseException:
            self.cancel()
            raise

    def __enter__(self) -> WhooshWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self.cancel()

    def put(self, document: Document) -> None:
        """Add a document with all its passages, replacing the one of the same id."""
        self._require_open()
        self.delete(document.document_id)
        self._buffer[document.document_id] = document
        self._buffered_chars += len(document.text)
        building = self._building
        # Whether all that waits can stand after what is in the segment in the making.
        self._continues &= building is None or order_key(document) > building.last_key
        held = _WAITING_WEIGHT * self._buffered_chars + (building.chars if building else 0)
        with self._translated():
            if held >= self.buffer_chars:
                self._flush()
            elif self._continues and self._buffered_chars >= _HAND_ON_CHARS:
                self._hand_on()

    def delete(self, document_id: str) -> None:
        """Take a document and its passages out; unknown ids are ignored."""
        self._require_open()
        replaced = self._buffer.pop(document_id, None)
        if replaced is not None:
            self._buffered_chars -= len(replaced.text)
        if self._building is not None:
            self._building.delete(document_id)
        for opened in self._segments:
            # A segment of this run may hold several versions, all but the last taken out already.
            opened.deleted.update(opened.segment.find_documents(document_id))

    def erase(self, document_id: str) -> None:
        """Take a document out, and at commit write anew every segment with something deleted."""
        self.delete(document_id)
        self._erasing = True

    def commit(self, manifest: Mapping[str, Any]) -> None:
        """Make all changes visible at once, with the manifest that goes with them."""
        self._require_open()
        with self._translated():
            self._flush()
            self._merge()
            segments = tuple(self._entry(opened) for opened in self._segments)
            toc = Toc(
                generation=self._toc.generation + 1 if self._toc else 1,
                user_words=self._analyzer.user_words,
                analyzer_digest=self._analyzer.digest,
                segments=segments,
                order=self._write_order(),
                manifest=write_file(self._folder, "manifest", json.dumps(manifest).encode()),
            )
            write_toc(self._folder, toc)
            self._begin()

    def cancel(self) -> None:
        """Forget all changes since the last commit and release the lock. Safe to call twice."""
        if self._lock is None:
            return
        try:
            # What is committed is what the folder says, even if we failed right after the rename.
            # Where it cannot tell, nothing is removed.
            with contextlib.suppress(OSError, IndexStateError):
                remove_leftovers(self._folder, committed_toc(self._folder))
        finally:
            self._close_building()
            self._segments.clear()
            self._buffer.clear()
            self._lock.release()
            self._lock = None

    def _begin(self) -> None:
        """Start from the last commit."""
        self._toc = committed_toc(self._folder)
        self._segments = []
        self._buffer = {}
        self._buffered_chars = 0
        self._close_building()
        self._erasing = False
        if self._toc:
            self._segments = [
                _Open(Segment(self._folder, entry))
                for entry in self._toc.segments
                if entry.file.name not in self._passing_over
            ]
            # Before the files of the commit that Whoosh may see are gone.
            write_whoosh_toc(self._folder, self._toc)
        remove_leftovers(self._folder, self._toc)

    def _hand_on(self) -> None:
        """Put all that waits into the segment in the making, after what is in it."""
        if self._building is None:
            self._building = _Building(self._folder, self._analyzer)
        building = self._building
        waiting = sorted(self._buffer.values(), key=order_key, reverse=True)
        self._buffer.clear()
        self._buffered_chars = 0
        with self._whole():
            # A document goes as soon as it is taken apart.
            while waiting:
                building.add(waiting.pop())

    def _flush(self) -> None:
        """Write all that came as segments: one, unless some of it belongs before the rest."""
        if not self._continues:
            self._finish_building()
        if self._buffer:
            self._hand_on()
        self._finish_building()

    def _finish_building(self) -> None:
        building = self._building
        if building is not None:
            with self._whole():
                self._add(building.builder.write())
            self._segments[-1].deleted |= building.deleted
        self._close_building()

    def _close_building(self) -> None:
        if self._building is not None:
            self._building.builder.close()
        self._building = None
        self._continues = True

    @contextlib.contextmanager
    def _whole(self) -> Iterator[None]:
        """Nothing can be committed after a failure that leaves half a segment."""
        try:
            yield
        except BaseException:
            self.cancel()
            raise

    def _add(self, entry: SegmentEntry) -> None:
        self._segments.append(_Open(Segment(self._folder, entry)))

    def _merge(self) -> None:
        """Drop empty segments and merge what is small beside the rest.

        Sizes fall by half or more from one segment to the next, so there are about log2(passages)
        of them and a passage is rewritten about as often. A segment more than a third deleted is
        written anew, and everything is if the analyzer has changed.
        """
        sizes = [(opened.live_passages, opened) for opened in self._segments]
        sizes = [(size, o) for size, o in sizes if any(True for _ in o.live_documents())]
        sizes.sort(key=lambda item: -item[0])
        self._segments = [opened for _, opened in sizes]
        small = self.merge_below_passages
        changed = self._toc is not None and self._toc.analyzer_digest != self._analyzer.digest
        merged: list[_Open] = list(self._segments) if changed else []
        if small and not changed:
            kept = len(sizes)
            tail = 0
            for place in range(len(sizes) - 1, -1, -1):
                size = sizes[place][0]
                if place < len(sizes) - 1 and (tail * 2 >= size or size < small):
                    kept = place
                tail += size
            merged = self._segments[kept:]
            merged += [o for size, o in sizes[:kept] if o.segment.passages > 3 * size // 2 + small]
        if self._erasing and not changed:
            merged += [o for o in self._segments if o not in merged and o.has_deletions]
        if not merged:
            return
        for opened in merged:
            # What is damaged would have sound checksums once it is written again.
            opened.segment.file.verify()
        documents = sorted(
            (opened.segment.order_keys[number], at, number)
            for at, opened in enumerate(merged)
            for number in opened.live_documents()
        )
        if changed:
            self._write_anew([(merged[at].segment, number) for _, at, number in documents])
            return
        entry = merge_segments(
            self._folder,
            [opened.segment for opened in merged],
            [(at, number) for _, at, number in documents],
        )
        self._segments = [opened for opened in self._segments if opened not in merged]
        self._add(entry)

    def _write_anew(self, documents: Sequence[tuple[Segment, int]]) -> None:
        """Segment documents, given in document order, again: they become the whole index."""
        parts: list[Segment] = []
        waiting = iter(documents)
        first = next(waiting, None)
        while first is not None:
            chars = 0
            with SegmentBuilder(self._folder, self._analyzer) as builder:
                while first is not None and chars < self.buffer_chars:
                    document = first[0].document(first[1])
                    builder.add(document)
                    chars += len(document.text)
                    first = next(waiting, None)
                parts.append(Segment(self._folder, builder.write()))
        entry = parts[0].entry
        if len(parts) > 1:
            order = [(at, n) for at, part in enumerate(parts) for n in range(part.documents)]
            entry = merge_segments(self._folder, parts, order)
        self._segments = []
        self._add(entry)

    def _entry(self, opened: _Open) -> SegmentEntry:
        """The segment with its deletions written down."""
        if not opened.deleted:
            return opened.segment.entry
        deleted = np.ones(opened.segment.documents, np.bool_)
        deleted[list(opened.live_documents())] = False
        bitmap = write_file(self._folder, "deleted", np.packbits(deleted).tobytes())
        return replace(opened.segment.entry, deleted=bitmap)

    def _write_order(self) -> FileEntry | None:
        """Document order across segments; None where one segment has it in itself."""
        if len(self._segments) < 2:
            return None
        order = document_order([opened.segment for opened in self._segments])
        return write_file(self._folder, "order", order)

    def _require_open(self) -> None:
        if self._lock is None:
            raise IndexStateError("writer-finished", place=self._folder)

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise IndexStateError(
                "index-unwritable", place=self._folder, reason=error.strerror or error
            ) from error
