"""Find what is damaged in an index, and take what is sound out of damaged segments.

Nothing else has to be kept for this: every file stands in the table of contents with its hash, and
a segment has checksums of its own by which its damage is narrowed down. A document needs no more of
its segment than its text and its records, so that damaged postings cost no document and a damaged
block costs those that lie in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from ...documents.document import Document
from ...errors import IndexBrokenError
from .container import MENDED, ArrayFile
from .segment import Segment
from .toc import FileEntry, SegmentEntry, Toc, is_as_written, read_checked, read_toc, whoosh_toc


@dataclass(frozen=True, slots=True)
class Damage:
    """A file that is missing or not what was written.

    ``sections`` are the damaged ones, where these can be told; ``documents`` is how many are in the
    segment that the file is of, ``unreadable`` how many of them cannot be read from it. One that
    ``is_derived`` only repeats what others say.
    """

    path: Path
    sections: tuple[str, ...] = ()
    documents: int = 0
    unreadable: int = 0
    is_derived: bool = False

    @property
    def can_be_mended(self) -> bool:
        """Whether indexing again into the same folder writes it anew."""
        return self.is_derived or self.path.suffix in MENDED


def check_index(folder: Path) -> tuple[Damage, ...]:
    """The damaged files of the last commit. Reads all of them.

    Raises what ``read_toc`` raises.
    """
    toc = read_toc(folder)
    entries = {segment.file.name: segment for segment in toc.segments}
    of_bitmaps = {segment.deleted.name: segment for segment in toc.segments if segment.deleted}
    found = []
    for entry in toc.files():
        path = folder / entry.name
        if is_as_written(path, entry):
            continue
        segment = entries.get(entry.name)
        if segment is not None:
            found.append(_narrowed(folder, segment))
        else:
            concerned = of_bitmaps.get(entry.name)
            found.append(Damage(path, documents=concerned.documents if concerned else 0))
    name, contents = whoosh_toc(toc)
    # An index that is older than these has none until it is written again.
    if (folder / name).exists() and (folder / name).read_bytes() != contents:
        found.append(Damage(folder / name, is_derived=True))
    return tuple(found)


def is_seen_by_whoosh(folder: Path) -> bool:
    """Whether the last commit has its table of contents for Whoosh."""
    return (folder / whoosh_toc(read_toc(folder))[0]).exists()


def sound_part(folder: Path, toc: Toc) -> tuple[Toc, Remains | None]:
    """A commit without what is damaged, and what is left of that; None where nothing is."""
    kept: list[SegmentEntry] = []
    damaged: list[SegmentEntry] = []
    for entry in toc.segments:
        (kept if _is_sound(folder, entry) else damaged).append(entry)
    order_is_sound = toc.order is None or _is_whole(folder, toc.order)
    if not damaged and order_is_sound:
        return toc, None
    # Without a stored order it is made from the segments.
    sound = replace(toc, segments=tuple(kept), order=None)
    return sound, Remains(folder, kept, damaged, len(damaged) + (not order_is_sound))


class Remains:
    """What is left of the damaged segments of a commit, beside those that are ``kept``.

    ``files`` is how many files are damaged, ``names`` are those of the segments among them.
    """

    def __init__(
        self,
        folder: Path,
        kept: Iterable[SegmentEntry],
        damaged: Iterable[SegmentEntry],
        files: int,
    ) -> None:
        self.files = files
        self._kept = [Segment(folder, entry) for entry in kept]
        self._opened: list[Segment] = []
        self.names = frozenset(entry.file.name for entry in damaged)
        for entry in damaged:
            # Of which nothing can be told is not taken: what was deleted must not come back.
            with suppress(IndexBrokenError):
                self._opened.append(Segment(folder, entry))

    def lacks(self, document_ids: Iterable[str]) -> frozenset[str]:
        """Those of some documents that are in no sound segment."""
        return frozenset(
            identity
            for identity in document_ids
            if not any(segment.find_documents(identity) for segment in self._kept)
        )

    def documents(self) -> Iterator[Document]:
        """Every document that can still be read from a damaged segment as it was written."""
        for segment in self._opened:
            for number in _live(segment):
                with suppress(IndexBrokenError):
                    yield segment.document(number)

    def document(self, document_id: str) -> Document | None:
        """One of them."""
        for segment in self._opened:
            with suppress(IndexBrokenError):
                for number in segment.find_documents(document_id):
                    return segment.document(number)
        return None


def _is_sound(folder: Path, entry: SegmentEntry) -> bool:
    try:
        Segment(folder, entry).file.verify()
    except IndexBrokenError:
        return False
    return True


def _is_whole(folder: Path, entry: FileEntry) -> bool:
    try:
        read_checked(folder, entry)
    except IndexBrokenError:
        return False
    return True


def _narrowed(folder: Path, entry: SegmentEntry) -> Damage:
    """What can be told of a damaged segment."""
    path, documents = folder / entry.file.name, entry.documents
    try:
        sections = ArrayFile(path, entry.file.size).damaged()
        segment = Segment(folder, replace(entry, deleted=None))
    except IndexBrokenError:
        return Damage(path, documents=documents, unreadable=documents)
    readable = 0
    for number in range(documents):
        with suppress(IndexBrokenError):
            segment.document(number)
            readable += 1
    return Damage(path, sections, documents, documents - readable)


def _live(segment: Segment) -> Iterator[int]:
    return (number for number in range(segment.documents) if segment.is_live(number))
