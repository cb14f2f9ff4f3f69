"""The same query and the same score, worked out by Whoosh's own searcher on the same arrays.

The tree of Whoosh is ``AndMaybe(Unscored(match), Or(scored terms))``: the right side adds score and
never matches.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import Any

import numpy as np

from search.engines.formula import FIELD_WEIGHTS, K1, SIGN_WEIGHTS, B, scored_terms
from search.engines.whoosh.codec import (
    ArrayCodec,
    ArrayPassageReader,
    ArraySegment,
    ArrayTermsReader,
)
from search.engines.whoosh.container import Ints
from search.engines.whoosh.matching import leaf_units
from search.engines.whoosh.passage_fields import ListedTerms
from search.engines.whoosh.scored_fields import ScoredField
from search.engines.whoosh.segment import Segment
from search.engines.whoosh.snapshot import Snapshot
from search.query.nodes import And, Every, Literal, Node, Not, Or, Query, Word

# Untyped: the stubs of one Whoosh are not those of another.
analysis: Any = importlib.import_module("whoosh.analysis")
fields: Any = importlib.import_module("whoosh.fields")
matching: Any = importlib.import_module("whoosh.matching")
reading: Any = importlib.import_module("whoosh.reading")
scoring: Any = importlib.import_module("whoosh.scoring")
searching: Any = importlib.import_module("whoosh.searching")
whoosh_query: Any = importlib.import_module("whoosh.query")

_SCORED = "scored_"
"""Before the name of a field, or a sign, as it scores: with what stands around a passage."""
_NAMES = (*FIELD_WEIGHTS, *SIGN_WEIGHTS)


class _Scored:
    """A field that scores as Whoosh reads fields."""

    terms = ListedTerms(())

    def __init__(self, field: ScoredField) -> None:
        self._field = field

    def __contains__(self, term: bytes) -> bool:
        return self._field.postings(term).size > 0

    def postings(self, term: bytes) -> tuple[Ints, Ints]:
        postings = self._field.postings(term)
        return postings.units, postings.counts.astype(np.int64)

    def lengths(self) -> Ints:
        return self._field.lengths


def _scored(segment: Segment | None) -> dict[str, Any]:
    fields = segment.scored_fields if segment else {}
    return {f"{_SCORED}{name}": _Scored(fields[name]) for name in _NAMES if name in fields}


class _Terms(ArrayTermsReader):
    def __init__(self, segment: Segment | None, user_words: tuple[str, ...] = ()) -> None:
        super().__init__(segment, user_words)
        self._columns |= _scored(segment)


class _Passages(ArrayPassageReader):
    def __init__(self, segment: Segment | None, user_words: tuple[str, ...] = ()) -> None:
        super().__init__(segment, user_words)
        self._fields |= _scored(segment)


class _Codec(ArrayCodec):
    def terms_reader(self, storage: Any, segment: ArraySegment) -> ArrayTermsReader:
        return _Terms(segment.arrays(storage), segment.user_words)

    def per_document_reader(self, storage: Any, segment: ArraySegment) -> ArrayPassageReader:
        return _Passages(segment.arrays(storage), segment.user_words)


class _Segment(ArraySegment):
    def codec(self) -> ArrayCodec:
        return _Codec()


def stock_searcher(snapshot: Snapshot) -> Any:
    """Whoosh's searcher on a commit, with every scored field and our formula."""
    text = fields.TEXT(analyzer=analysis.IDTokenizer(), phrase=False)
    schema = fields.Schema(
        text=text,
        **dict.fromkeys((f"{_SCORED}{name}" for name in _NAMES), text),
        passage_id=fields.STORED(),
        document_id=fields.STORED(),
    )
    readers = [
        reading.SegmentReader(None, schema, _Segment(segment.entry, (), segment))
        for segment in snapshot.segments
    ]
    if not readers:
        return searching.Searcher(reading.EmptyReader(schema))
    several = readers[0] if len(readers) == 1 else reading.MultiReader(readers)
    return searching.Searcher(several, weighting=FieldBM25(snapshot))


def compile_query(query: Query) -> Any:
    """The whole query: what matches, and what adds score."""
    match = compile_match(query.match)
    terms = [
        whoosh_query.Term(f"{_SCORED}{field}", term, boost=boost)
        for field, term, boost in scored_terms(query)
    ]
    if not terms:
        return match
    return whoosh_query.AndMaybe(Unscored(match), whoosh_query.Or(terms))


def compile_match(node: Node) -> Any:
    """The part that decides what matches."""
    match node:
        case Every() | Literal(""):
            return whoosh_query.Every()
        case Word(term):
            return whoosh_query.Term("text", term)
        case And(children):
            return whoosh_query.And([compile_match(child) for child in children])
        case Or(children):
            return whoosh_query.Or([compile_match(child) for child in children])
        case Not(child):
            return whoosh_query.Not(compile_match(child))
    return Leaf(node)


class Leaf(whoosh_query.Query):  # type: ignore[misc]
    """A leaf that the arrays of a segment decide."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self.boost = 1.0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Leaf) and self.node == other.node

    def __hash__(self) -> int:
        return hash(self.node)

    def __repr__(self) -> str:
        return f"Leaf({self.node!r})"

    __str__ = __repr__

    def is_leaf(self) -> bool:
        return True

    def field(self) -> str:
        return "pairs"

    def estimate_size(self, reader: Any) -> int:
        size: int = reader.doc_count()
        return size

    def matcher(self, searcher: Any, context: Any = None) -> Any:
        if searcher.reader().segment() is None:
            return matching.NullMatcher()
        segment = searcher.reader().segment().arrays(None)
        units = leaf_units(self.node, segment.text)
        if units.dtype == np.bool_:
            units = np.flatnonzero(units)
        if segment.live_cells is not None:
            units = units[segment.live_cells[segment.cell_of[units]]]
        return matching.ListMatcher(units.tolist())


class Unscored(whoosh_query.Query):  # type: ignore[misc]
    """Matches what ``child`` does with the score 0.

    Whoosh's own ConstantScoreQuery takes a constant of 0 for "not given" and adds 1.
    """

    def __init__(self, child: Any) -> None:
        self.child = child
        self.boost = 1.0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Unscored) and self.child == other.child

    def __hash__(self) -> int:
        return hash((type(self), self.child))

    def __repr__(self) -> str:
        return f"Unscored({self.child!r})"

    __str__ = __repr__

    def is_leaf(self) -> bool:
        return False

    def children(self) -> Iterator[Any]:
        yield self.child

    def estimate_size(self, reader: Any) -> int:
        size: int = self.child.estimate_size(reader)
        return size

    def matcher(self, searcher: Any, context: Any = None) -> Any:
        numbers = list(self.child.matcher(searcher, context).all_ids())
        return matching.ListMatcher(numbers, weights=[0.0] * len(numbers))


class FieldBM25(scoring.WeightingModel):  # type: ignore[misc]
    """The formula of ``engines.formula`` for Whoosh's searcher."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def scorer(self, searcher: Any, fieldname: str, text: bytes, qf: int = 1) -> Any:
        if not fieldname.startswith(_SCORED):
            # It decides what matches, under ``Unscored``.
            return scoring.WeightScorer(1.0)
        return _FieldBM25Scorer(self._snapshot, searcher, fieldname, text)


class _FieldBM25Scorer(scoring.WeightLengthScorer):  # type: ignore[misc]
    def __init__(self, snapshot: Snapshot, searcher: Any, fieldname: str, text: bytes) -> None:
        self._field = fieldname.removeprefix(_SCORED)
        self._idf = snapshot.rarity(self._field, text)
        self._mean = snapshot.mean_length(self._field)
        self.setup(searcher, fieldname, text)

    def _score(self, weight: float, length: int) -> float:
        if self._field in SIGN_WEIGHTS:
            return 1.0
        norm = 1 - B + B * length / self._mean if self._mean else 1 - B
        return self._idf * weight * (K1 + 1) / (weight + K1 * norm)
