"""How does Whoosh's own machinery read the same arrays? The read side of a codec, and an index.

``ArrayIndex(snapshot).searcher(weighting=FieldBM25(snapshot))`` is the stock Whoosh searcher on a
commit of ours: every Whoosh query type runs on it, a document of Whoosh being a passage. It answers
posting by posting and is the oracle of the array-at-a-time executor. The write side refuses: only
the bulk writer makes segments.

Title and headings are stored once per document and per section; here they are expanded to the
passages, as Whoosh knows no other unit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from ...errors import IndexStateError
from ..formula import K1, B
from .container import Ints
from .postings import Field
from .ranking import idf
from .segment import SCORED_FIELDS, Segment
from .snapshot import Snapshot
from .stock import analysis, fields, index, matching, reading, scoring
from .stock import codec as base

_STORED = ("passage_id", "document_id", "path", "text")


def schema() -> Any:
    """The Whoosh schema: the scored fields, whose terms come segmented, and what is stored."""
    text = fields.TEXT(analyzer=analysis.IDTokenizer(), phrase=False)
    return fields.Schema(
        **dict.fromkeys(SCORED_FIELDS, text),
        **{name: fields.STORED() for name in _STORED},
    )


class ArrayIndex(index.Index):  # type: ignore[misc]
    """One commit as a Whoosh index, for reading."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self.schema = schema()

    def latest_generation(self) -> int:
        """Number of the commit."""
        return self._snapshot.toc.generation

    def is_empty(self) -> bool:
        """Whether it has no segment."""
        return not self._snapshot.segments

    def reader(self, reuse: Any = None) -> Any:
        """A reader of all segments."""
        readers = [
            reading.SegmentReader(None, self.schema, ArraySegment(segment))
            for segment in self._snapshot.segments
        ]
        if not readers:
            return reading.EmptyReader(self.schema)
        return readers[0] if len(readers) == 1 else reading.MultiReader(readers)

    def writer(self, **kwargs: Any) -> Any:
        """Refuses."""
        _refuse()


class ArraySegment(base.Segment):  # type: ignore[misc]
    """A segment as Whoosh sees it; ``arrays`` is the segment itself."""

    def __init__(self, arrays: Segment) -> None:
        super().__init__("duansou")
        self.segid = arrays.entry.file.name
        self.arrays = arrays

    def codec(self) -> ArrayCodec:
        """How it is read."""
        return ArrayCodec()

    def should_assemble(self) -> bool:
        """It is one file already."""
        return False


class ArrayCodec(base.Codec):  # type: ignore[misc]
    """Reads array segments; refuses to write them posting by posting."""

    def terms_reader(self, storage: Any, segment: ArraySegment) -> ArrayTermsReader:
        """The inverted index of a segment."""
        return ArrayTermsReader(segment.arrays)

    def per_document_reader(self, storage: Any, segment: ArraySegment) -> ArrayPassageReader:
        """The values of each passage of a segment."""
        return ArrayPassageReader(segment.arrays)

    def per_document_writer(self, storage: Any, segment: Any) -> Any:
        """Refuses."""
        _refuse()

    def field_writer(self, storage: Any, segment: Any) -> Any:
        """Refuses."""
        _refuse()

    def postings_writer(self, dbfile: Any, byteids: bool = False) -> Any:
        """Refuses."""
        _refuse()

    def new_segment(self, storage: Any, indexname: str) -> Any:
        """Refuses."""
        _refuse()


class _FieldOfPassages:
    """A field with the passage as its unit, whatever unit it is stored by."""

    def __init__(self, segment: Segment, name: str) -> None:
        self.field: Field
        self._unit_of: Callable[[], Ints] | None = None
        if name == "title":
            self.field = segment.title
            self._unit_of = lambda: segment.cell_document[segment.cell_of]
        elif name == "headings":
            self.field = segment.headings
            self._unit_of = lambda: segment.section_of
        else:
            self.field = getattr(segment.text, name)

    def postings(self, term: bytes) -> tuple[Ints, Ints]:
        """(passages, counts) of a term. Raises KeyError where it does not occur."""
        postings = self.field.postings(term)
        if not postings.size:
            # Not TermNotFound, which escapes from readers of several segments.
            raise KeyError(term)
        if self._unit_of is None:
            return postings.units, postings.counts.astype(np.int64)
        counts = np.zeros(self.field.units, np.int64)
        counts[postings.units] = postings.counts
        of_passages = counts[self._unit_of()]
        passages = np.flatnonzero(of_passages)
        if not len(passages):
            raise KeyError(term)
        return passages, of_passages[passages]

    def lengths(self) -> Ints:
        """(passages,)"""
        lengths = self.field.lengths
        return lengths if self._unit_of is None else lengths[self._unit_of()]


class ArrayTermsReader(base.TermsReader):  # type: ignore[misc]
    """Terms and postings of a segment. Terms are UTF-8 bytes."""

    def __init__(self, segment: Segment) -> None:
        self._fields = {name: _FieldOfPassages(segment, name) for name in SCORED_FIELDS}

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        try:
            self._fields[term[0]].postings(term[1])
        except KeyError:
            return False
        return True

    def indexed_field_names(self) -> list[str]:
        """The scored fields."""
        return list(self._fields)

    def terms(self) -> Iterator[tuple[str, bytes]]:
        """(field, term) of every term, ascending."""
        for name in sorted(self._fields):
            yield from self.terms_from(name, b"")

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        """(field, term) of the terms of a field from ``prefix`` on."""
        terms = self._fields[fieldname].field.terms
        return ((fieldname, terms[n]) for n in range(terms.first_from(prefix), len(terms)))

    def items(self) -> Iterator[tuple[tuple[str, bytes], Any]]:
        """((field, term), statistics) of every term."""
        return ((term, self.term_info(*term)) for term in self.terms())

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[tuple[str, bytes], Any]]:
        """((field, term), statistics) of the terms of a field from ``prefix`` on."""
        return ((t, self.term_info(*t)) for t in self.terms_from(fieldname, prefix))

    def term_info(self, fieldname: str, text: bytes) -> Any:
        """Statistics of a term. Raises KeyError."""
        passages, counts = self._fields[fieldname].postings(text)
        lengths = self._fields[fieldname].lengths()[passages]
        return reading.TermInfo(
            weight=float(counts.sum()),
            df=len(passages),
            minlength=int(lengths.min()),
            maxlength=int(lengths.max()),
            maxweight=float(counts.max()),
            minid=int(passages[0]),
            maxid=int(passages[-1]),
        )

    def frequency(self, fieldname: str, text: bytes) -> float:
        """How often a term occurs. Raises KeyError."""
        return float(self._fields[fieldname].postings(text)[1].sum())

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        """In how many passages a term occurs. Raises KeyError."""
        return len(self._fields[fieldname].postings(text)[0])

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> Any:
        """The postings of a term. Raises KeyError."""
        passages, counts = self._fields[fieldname].postings(text)
        return matching.ListMatcher(
            passages.tolist(),
            weights=counts.astype(np.float64).tolist(),
            format=format_,
            scorer=scorer,
            term=(fieldname, text),
            terminfo=self.term_info(fieldname, text),
        )

    def cursor(self, fieldname: str, fieldobj: Any) -> TermCursor:
        """Moves over the terms of a field; fuzzy queries use it."""
        return TermCursor(self._fields[fieldname].field, fieldobj)

    def close(self) -> None:
        """Nothing is held."""


class TermCursor(base.FieldCursor):  # type: ignore[misc]
    """A place among the sorted terms of a field; terms are given as text."""

    def __init__(self, field: Field, fieldobj: Any) -> None:
        self._terms = field.terms
        self._fieldobj = fieldobj
        self._place = 0

    def first(self) -> str | None:
        """To the first term."""
        self._place = 0
        return self.text()

    def find(self, term: str | bytes) -> str | None:
        """To the first term that is not before ``term``."""
        wanted = term if isinstance(term, bytes) else self._fieldobj.to_bytes(term)
        self._place = self._terms.first_from(wanted)
        return self.text()

    def next(self) -> str | None:
        """To the next term."""
        self._place += 1
        return self.text()

    def text(self) -> str | None:
        """The term here; None past the last."""
        if not self.is_valid():
            return None
        return self._terms[self._place].decode("utf-8", "surrogatepass")

    def is_valid(self) -> bool:
        """Whether there is a term here."""
        return self._place < len(self._terms)


class ArrayPassageReader(base.PerDocumentReader):  # type: ignore[misc]
    """Lengths, deletions and stored values of the passages of a segment."""

    def __init__(self, segment: Segment) -> None:
        self._segment = segment
        self._lengths: dict[str, Ints] = {}
        deleted: Ints = np.empty(0, np.intp)
        if segment.live_cells is not None:
            deleted = np.flatnonzero(~segment.live_cells[segment.cell_of])
        self._deleted = frozenset(deleted.tolist())

    def close(self) -> None:
        """Nothing is held."""

    def doc_count(self) -> int:
        """Live passages."""
        return self._segment.passages - len(self._deleted)

    def doc_count_all(self) -> int:
        """Passages, deleted ones included."""
        return self._segment.passages

    def has_deletions(self) -> bool:
        """Whether any passage is deleted."""
        return bool(self._deleted)

    def is_deleted(self, docnum: int) -> bool:
        """Whether one passage is deleted."""
        return docnum in self._deleted

    def deleted_docs(self) -> frozenset[int]:
        """The deleted passages."""
        return self._deleted

    def supports_columns(self) -> bool:
        """Facets are counted by cells, not by Whoosh's columns."""
        return False

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        """Exact length of a field of a passage."""
        lengths = self._lengths.get(fieldname)
        if lengths is None:
            lengths = _FieldOfPassages(self._segment, fieldname).lengths()
            self._lengths[fieldname] = lengths
        return int(lengths[docnum])

    def field_length(self, fieldname: str) -> int:
        """Sum of the lengths of a field."""
        lengths = _FieldOfPassages(self._segment, fieldname).lengths()
        return int(lengths.sum(dtype=np.int64))

    def min_field_length(self, fieldname: str) -> int:
        """Shortest length of a field."""
        return int(_FieldOfPassages(self._segment, fieldname).lengths().min(initial=0))

    def max_field_length(self, fieldname: str) -> int:
        """Longest length of a field."""
        return int(_FieldOfPassages(self._segment, fieldname).lengths().max(initial=0))

    def has_vector(self, docnum: int, fieldname: str) -> bool:
        """There are no term vectors."""
        return False

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        """What identifies a passage, and its text."""
        passage = self._segment.passage(docnum)
        return {name: getattr(passage, name) for name in _STORED}


class FieldBM25(scoring.WeightingModel):  # type: ignore[misc]
    """The formula of ``ranking`` for the stock searcher."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def scorer(self, searcher: Any, fieldname: str, text: bytes, qf: int = 1) -> Any:
        """The scorer of one term."""
        return _FieldBM25Scorer(self._snapshot, searcher, fieldname, text)


class _FieldBM25Scorer(scoring.WeightLengthScorer):  # type: ignore[misc]
    def __init__(self, snapshot: Snapshot, searcher: Any, fieldname: str, text: bytes) -> None:
        self._idf = idf(snapshot.field_units[fieldname], snapshot.frequency(fieldname, text))
        self._mean = snapshot.mean_lengths[fieldname]
        self.setup(searcher, fieldname, text)

    def _score(self, weight: float, length: int) -> float:
        norm = 1 - B + B * length / self._mean if self._mean else 1 - B
        return self._idf * weight * (K1 + 1) / (weight + K1 * norm)


def _refuse() -> None:
    raise IndexStateError(
        "This index is written in bulk by Duansou's own writer, not document by document.",
        zh="这个索引由段搜自己的写入程序成批写入，不能逐条写入。",
    )
