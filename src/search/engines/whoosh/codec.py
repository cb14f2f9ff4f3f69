"""Read our segments through Whoosh's codec interface: a document of Whoosh is a passage.

Positions of words are not stored: where a phrase asks for them, the text of the few passages that
have all its words is analysed again. The write side refuses: only the bulk writer makes segments.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, cached_property, lru_cache, partial
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from whoosh import columns as whoosh_columns
from whoosh import matching as whoosh_matching
from whoosh import reading as whoosh_reading
from whoosh.codec import base as whoosh_codec

from ...analysis.words import Analyzer
from ...errors import IndexStateError
from .container import Ints
from .passage_fields import SORTABLE, ListedTerms, Terms, column_of, fields_of, stored_values
from .segment import Segment
from .term_postings import POSTINGS_CACHE_MB, PostingsCache
from .toc import SegmentEntry

# Releases of Whoosh differ in how far they are typed.
base: Any = whoosh_codec
columns: Any = whoosh_columns
matching: Any = whoosh_matching
reading: Any = whoosh_reading

_ANALYSED = 512
"""The passages whose words are remembered with their positions."""


class ArraySegment(base.Segment):  # type: ignore[misc]
    """A segment as Whoosh sees it, known by its entry in the table of contents."""

    def __init__(
        self,
        entry: SegmentEntry | None,
        user_words: tuple[str, ...] = (),
        arrays: Segment | None = None,
    ) -> None:
        super().__init__("duansou")
        self.segid = entry.file.name if entry else "nothing"
        self.entry = entry
        self.user_words = user_words
        self._arrays = arrays

    def __eq__(self, other: object) -> bool:
        # Where a searcher is refreshed, whoosh3 adds every segment that it had and that is in none
        # of the new ones: what was deleted or merged would come back. Which reader stands for which
        # segment it tells by the hash first.
        return isinstance(other, ArraySegment)

    def __hash__(self) -> int:
        return hash(self.entry)

    def arrays(self, storage: Any) -> Segment | None:
        """The segment itself, opened in the folder of a storage; None for that of no commit."""
        if self._arrays is None and self.entry is not None:
            folder = Path(storage.folder)
            try:
                self._arrays = Segment(folder, self.entry, _postings())
            except IndexStateError:
                # A later commit may have removed its files: Whoosh then looks for that.
                for file in (self.entry.file, self.entry.deleted or self.entry.file):
                    (folder / file.name).stat()
                raise
        return self._arrays

    def codec(self) -> ArrayCodec:
        """How it is read."""
        return ArrayCodec()

    def doc_count_all(self) -> int:
        """Refuses: of a segment, only Whoosh's writers ask this."""
        refuse_to_write()

    def should_assemble(self) -> bool:
        """It is one file already."""
        return False


class ArrayCodec(base.Codec):  # type: ignore[misc]
    """Reads array segments; refuses to write them posting by posting."""

    def terms_reader(self, storage: Any, segment: ArraySegment) -> ArrayTermsReader:
        """The inverted index of a segment."""
        return ArrayTermsReader(segment.arrays(storage), segment.user_words)

    def per_document_reader(self, storage: Any, segment: ArraySegment) -> ArrayPassageReader:
        """The values of each passage of a segment."""
        return ArrayPassageReader(segment.arrays(storage), segment.user_words)

    def per_document_writer(self, storage: Any, segment: Any) -> Any:
        """Refuses."""
        refuse_to_write()

    def field_writer(self, storage: Any, segment: Any) -> Any:
        """Refuses."""
        refuse_to_write()

    def postings_writer(self, dbfile: Any, byteids: bool = False) -> Any:
        """Refuses."""
        refuse_to_write()

    def new_segment(self, storage: Any, indexname: str) -> Any:
        """Refuses."""
        refuse_to_write()


class ArrayTermsReader(base.TermsReader):  # type: ignore[misc]
    """Terms and postings of a segment."""

    def __init__(self, segment: Segment | None, user_words: tuple[str, ...] = ()) -> None:
        self._segment, self._user_words = segment, user_words
        self._columns = fields_of(segment, partial(shared_analyzer, user_words))

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        column = self._columns.get(term[0])
        return column is not None and term[1] in column

    def indexed_field_names(self) -> list[str]:
        """Every field that has terms."""
        return list(self._columns)

    def terms(self) -> Iterator[tuple[str, bytes]]:
        """(field, term) of every term, ascending."""
        for name in sorted(self._columns):
            yield from self.terms_from(name, b"")

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        """(field, term) of the terms of a field from ``prefix`` on."""
        if fieldname in self._columns:
            terms = self._columns[fieldname].terms
            for number in range(terms.first_from(prefix), len(terms)):
                yield fieldname, terms[number]

    def items(self) -> Iterator[tuple[tuple[str, bytes], Any]]:
        """((field, term), statistics) of every term."""
        return ((term, self.term_info(*term)) for term in self.terms())

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[tuple[str, bytes], Any]]:
        """((field, term), statistics) of the terms of a field from ``prefix`` on."""
        return ((t, self.term_info(*t)) for t in self.terms_from(fieldname, prefix))

    def _postings(self, fieldname: str, text: bytes) -> tuple[Ints, Ints]:
        if (fieldname, text) not in self:
            # Not TermNotFound, which escapes from readers of several segments.
            raise KeyError(text)
        return self._columns[fieldname].postings(text)

    def term_info(self, fieldname: str, text: bytes) -> Any:
        """Statistics of a term. Raises KeyError."""
        passages, counts = self._postings(fieldname, text)
        lengths = self._columns[fieldname].lengths()[passages]
        return reading.TermInfo(
            weight=float(counts.sum()),
            df=len(passages),
            minlength=int(lengths.min()) if len(lengths) else 0,
            maxlength=int(lengths.max(initial=0)),
            maxweight=float(counts.max(initial=0)),
            minid=int(passages[0]) if len(passages) else 0,
            maxid=int(passages[-1]) if len(passages) else 0,
        )

    def frequency(self, fieldname: str, text: bytes) -> float:
        """How often a term occurs. Raises KeyError."""
        return float(self._postings(fieldname, text)[1].sum())

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        """In how many passages a term occurs. Raises KeyError."""
        return len(self._postings(fieldname, text)[0])

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> Any:
        """The postings of a term. Raises KeyError."""
        passages, counts = self._postings(fieldname, text)
        found = _PassageMatcher(
            passages.tolist(),
            weights=counts.astype(np.float64).tolist(),
            format=format_,
            scorer=scorer,
            term=(fieldname, text),
            terminfo=self.term_info(fieldname, text),
        )
        found.words_of = self._words_of(fieldname)
        return found

    def _words_of(self, fieldname: str) -> Callable[[int], Mapping[str, Sequence[int]]]:
        """Passage → the words of a field of it with their positions."""
        return partial(self._analysed, fieldname)

    @cached_property
    def _analysed(self) -> Callable[[str, int], Mapping[str, Sequence[int]]]:
        assert self._segment is not None  # noqa: S101 - who asks has postings of it
        segment, analyzer = self._segment, shared_analyzer(self._user_words)

        @lru_cache(_ANALYSED)
        def analysed(fieldname: str, passage: int) -> Mapping[str, Sequence[int]]:
            words: dict[str, list[int]] = {}
            for token in analyzer.tokens(stored_values(segment, passage).get(fieldname, "")):
                words.setdefault(token.term, []).append(token.position)
            return words

        return analysed

    def cursor(self, fieldname: str, fieldobj: Any) -> TermCursor:
        """Moves over the terms of a field; fuzzy queries use it."""
        column = self._columns.get(fieldname)
        return TermCursor(column.terms if column else ListedTerms(()), fieldobj)

    def close(self) -> None:
        """Nothing is held."""


class TermCursor(base.FieldCursor):  # type: ignore[misc]
    """A place among the sorted terms of a field; terms are given as text."""

    def __init__(self, terms: Terms, fieldobj: Any) -> None:
        self._terms = terms
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


class _PassageMatcher(matching.ListMatcher):  # type: ignore[misc]
    """The postings of a term, with positions made where they are asked for."""

    words_of: Callable[[int], Mapping[str, Sequence[int]]]

    def copy(self) -> _PassageMatcher:
        """Another at the same place."""
        other = type(self)(
            self._ids,
            weights=self._weights,
            format=self._format,
            scorer=self._scorer,
            position=self._i,
            term=self._term,
            terminfo=self._terminfo,
        )
        other.words_of = self.words_of
        return other

    def skip_to(self, id: int) -> None:  # noqa: A002 - as Whoosh calls it
        """To the first passage that is not before one."""
        self._i: int = bisect_left(self._ids, id, self._i)

    def value_as(self, astype: str) -> Any:
        """How often the term occurs, or at which positions."""
        if astype not in ("positions", "position_boosts"):
            return self.weight()
        positions = self.words_of(self.id()).get(self._term[1].decode("utf-8", "replace"), ())
        return list(positions) if astype == "positions" else [(place, 1.0) for place in positions]


class ArrayPassageReader(base.PerDocumentReader):  # type: ignore[misc]
    """Lengths, deletions, columns and stored values of the passages of a segment."""

    def __init__(self, segment: Segment | None, user_words: tuple[str, ...] = ()) -> None:
        self._segment = segment
        self._fields = fields_of(segment, partial(shared_analyzer, user_words))
        self._passages = 0 if segment is None else segment.passages
        deleted: Ints = np.empty(0, np.intp)
        if segment is not None and segment.live_cells is not None:
            deleted = np.flatnonzero(~segment.live_cells[segment.cell_of])
        self._deleted = frozenset(deleted.tolist())
        self._lengths = lru_cache(None)(self._lengths_of)

    def close(self) -> None:
        """Nothing is held."""

    def doc_count(self) -> int:
        """Live passages."""
        return self._passages - len(self._deleted)

    def doc_count_all(self) -> int:
        """Passages, deleted ones included."""
        return self._passages

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
        """Whether ``column_reader`` gives any."""
        return True

    def has_column(self, fieldname: str) -> bool:
        """Whether a passage has one value of the field, the first of several topics."""
        return self._segment is not None and (fieldname in SORTABLE or fieldname == "published")

    def column_reader(self, fieldname: str, column: Any) -> Any:
        """The value of each passage, encoded as Whoosh does."""
        assert self._segment is not None  # noqa: S101 - it has columns
        return _ColumnReader(*column_of(self._segment, fieldname))

    def _lengths_of(self, fieldname: str) -> Ints:
        column = self._fields.get(fieldname)
        return np.zeros(0, np.int64) if column is None else column.lengths()

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        """Exact length of a field of a passage."""
        lengths = self._lengths(fieldname)
        return int(lengths[docnum]) if docnum < len(lengths) else default

    def field_length(self, fieldname: str) -> int:
        """Sum of the lengths of a field."""
        return int(self._lengths(fieldname).sum(dtype=np.int64))

    def min_field_length(self, fieldname: str) -> int:
        """Shortest length of a field."""
        return int(self._lengths(fieldname).min(initial=0))

    def max_field_length(self, fieldname: str) -> int:
        """Longest length of a field."""
        return int(self._lengths(fieldname).max(initial=0))

    def has_vector(self, docnum: int, fieldname: str) -> bool:
        """There are no term vectors: what is stored is analysed."""
        return False

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        """The passage, and its document as far as a passage has it."""
        assert self._segment is not None  # noqa: S101 - it has passages
        return stored_values(self._segment, docnum)


class _ColumnReader(columns.ColumnReader):  # type: ignore[misc]
    def __init__(self, keys: Sequence[Any], numbers: Ints) -> None:
        self._keys, self._numbers, self._sign = keys, numbers, 1

    def __len__(self) -> int:
        return len(self._numbers)

    def __getitem__(self, docnum: int) -> Any:
        return self._keys[self._numbers[docnum]]

    def sort_key(self, docnum: int) -> Any:
        return self[docnum] if self._sign > 0 else -self[docnum]

    def __iter__(self) -> Iterator[Any]:
        return (self._keys[number] for number in self._numbers.tolist())

    def set_reverse(self) -> None:
        self._sign = -1


@cache
def _postings() -> PostingsCache:
    """What is remembered of postings for all that Whoosh has open."""
    return PostingsCache(POSTINGS_CACHE_MB * 1_000_000)


@lru_cache(4)
def shared_analyzer(user_words: tuple[str, ...]) -> Analyzer:
    """The analyzer with these words, which has loaded its dictionary once."""
    return Analyzer(user_words)


def refuse_to_write() -> NoReturn:
    """Raise what whoever would write through Whoosh is told."""
    raise IndexStateError("whoosh-read-only")
