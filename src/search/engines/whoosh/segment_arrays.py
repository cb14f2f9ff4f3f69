"""Give the columns of a segment, each verified when it is first read, and look up by id.

What is stored is held to ids here: the first digits of the id of a passage are a hash of its text
and stand in ``passage.keys``; ``document.keys`` has a hash of each document's id.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from ...errors import IndexBrokenError
from .container import ArrayFile, Bools, Ints, broken
from .named_facets import SegmentNames
from .segment_columns import SegmentColumns, topic_sets
from .segment_layout import FieldSizes
from .toc import SegmentEntry, read_checked


class SegmentArrays:
    """The columns of one segment as of one commit. Numbers count from 0 in the segment.

    Opening reads the directory of the file and the bitmap of deletions; nothing else is read
    before it is asked for. Raises IndexBrokenError for what is not as it was written.
    """

    def __init__(self, folder: Path, entry: SegmentEntry, *, mapped: bool) -> None:
        self.entry = entry
        # Read now: a later commit removes it, while an open file stays readable.
        self._deleted = read_checked(folder, entry.deleted) if entry.deleted else None
        self.file = ArrayFile(folder / entry.file.name, entry.file.size, mapped=mapped)
        try:
            self._read_values(self.file.values)
        except (KeyError, TypeError) as error:
            raise broken(self.file.path, "lacks something in its directory") from error
        self._views: dict[str, memoryview] = {}
        self._keys: dict[str, tuple[memoryview, memoryview]] = {}

    def _read_values(self, values: Mapping[str, Any]) -> None:
        self.documents: int = values["documents"]
        self.passages: int = values["passages"]
        self.sections: int = values["sections"]
        self.cells: int = values["cells"]
        self.labels: int = values["labels"]
        self.published: list[str] = values["published"]
        self.topics: list[str] = values["topics"]
        self.field_sizes: FieldSizes = values["fields"]
        if (self.documents, self.passages) != (self.entry.documents, self.entry.passages):
            raise TypeError("other numbers than in the table of contents")

    # Of each column what is read first verifies it, so opening does not read them.

    @cached_property
    def cell_of(self) -> Ints:
        """(passages,) the cell of each."""
        return self.file["passage.cell"]

    @cached_property
    def section_of(self) -> Ints:
        """(passages,) the section of each."""
        return self.file["passage.section"]

    @cached_property
    def text_keys(self) -> Ints:
        """(passages,) the first 16 digits of the hash of each text."""
        keys = np.empty(self.passages, np.uint64)
        keys[self.file["passage.by_key"]] = self.file["passage.keys"]
        return keys

    @cached_property
    def cell_document(self) -> Ints:
        """(cells,) the document of each."""
        return self.file["cell.document"]

    @cached_property
    def published_of(self) -> Ints:
        """(documents,) the number of its date."""
        return self.file["document.published"]

    @cached_property
    def first_passage(self) -> Ints:
        """(documents + 1,) where the passages of each begin."""
        return self.file["document.first_passage"]

    @cached_property
    def first_paragraph(self) -> Ints:
        """(documents + 1,) where the paragraphs of each begin."""
        return self.file["document.first_paragraph"]

    @cached_property
    def label_document(self) -> Ints:
        """(labels,) the document of each."""
        return self.file["label.document"]

    @cached_property
    def live_documents(self) -> Bools | None:
        """(documents,) True where not deleted; None where none is deleted."""
        if self._deleted is None:
            return None
        packed = np.frombuffer(self._deleted, np.uint8)
        return ~np.unpackbits(packed, count=self.documents).astype(np.bool_)

    @cached_property
    def live_cells(self) -> Bools | None:
        """(cells,) True where the document is not deleted; None where none is deleted."""
        live = self.live_documents
        return None if live is None else live[self.cell_document]

    @cached_property
    def columns(self) -> SegmentColumns:
        """What its passages belong to, for counting."""
        return SegmentColumns(self.file, self.live_documents)

    @cached_property
    def names(self) -> SegmentNames:
        """Which places and years its passages name."""
        return SegmentNames(self.file, self.passages)

    def documents_of(self, passages: Ints) -> Ints:
        """(passages,) the document of each of some passages."""
        return self.cell_document.take(self.cell_of.take(passages))

    @cached_property
    def topic_sets(self) -> list[tuple[int, ...]]:
        """The topic numbers of every set of topics."""
        return topic_sets(self.file)

    @cached_property
    def order_keys(self) -> list[bytes]:
        """Sort key of every document, ascending."""
        blob = self.file["document.order_keys"].tobytes()
        ends = self.file["document.order_ends"].tolist()
        return [blob[a:b] for a, b in pairwise([0, *ends])]

    def first_of(self, kind: str) -> Ints:
        """(documents + 1,) the first section, passage, cell ... of each document."""
        documents = np.arange(self.documents + 1)
        if kind == "document":
            return documents
        if kind in ("label", "cell"):
            of = self.label_document if kind == "label" else self.cell_document
            return np.searchsorted(of, documents)
        return self.file[f"document.first_{kind}"].astype(np.int64)

    def is_live(self, document: int) -> bool:
        """Whether a document is not deleted."""
        return self.live_documents is None or bool(self.live_documents[document])

    def document_of(self, passage: int) -> int:
        """The document of a passage."""
        return self.number("cell.document", self.number("passage.cell", passage))

    def passage_range(self, document: int) -> range:
        """The passages of a document."""
        return range(int(self.first_passage[document]), int(self.first_passage[document + 1]))

    def paragraph_range(self, document: int) -> range:
        """The paragraphs of a document."""
        return range(int(self.first_paragraph[document]), int(self.first_paragraph[document + 1]))

    def number(self, column: str, place: int) -> int:
        """One number of a column."""
        view = self._views.get(column)
        if view is None:
            view = self._view(column)
        number: int = view[place]
        return number

    def _view(self, column: str) -> memoryview:
        """A whole column. Memory views give single numbers several times faster than arrays."""
        view = self._views.get(column)
        if view is None:
            view = self._views[column] = memoryview(self.file[column].data)
        return view

    def by_key(self, kind: str, key: int) -> list[int]:
        """The passages or documents that are looked up by this key, ascending."""
        keys, by_key = self._keys.get(kind) or self._read_keys(kind)
        first = bisect_left(keys, key)
        # The permutation is stable, so equal keys come in document order.
        numbers: list[int] = by_key[first : bisect_right(keys, key, first)].tolist()
        return numbers

    def _read_keys(self, kind: str) -> tuple[memoryview, memoryview]:
        found = self._view(f"{kind}.keys"), self._view(f"{kind}.by_key")
        self._keys[kind] = found
        return found

    def require_key(self, kind: str, key: int, number: int) -> None:
        """Raise IndexBrokenError unless a passage or document is the one that was written."""
        keys, by_key = self._keys.get(kind) or self._read_keys(kind)
        at = bisect_left(keys, key)
        if at < len(keys) and by_key[at] != number:
            # A text that many documents have.
            at = bisect_left(by_key, number, at, bisect_right(keys, key, at))
        if at == len(keys) or keys[at] != key or by_key[at] != number:
            raise self.not_as_written(kind, number)

    def not_as_written(self, kind: str, number: int) -> IndexBrokenError:
        """The error for a passage or document that is not what its key says."""
        return broken(self.file.path, f"gives {kind} {number} not as it was written")
