"""Which Whoosh query is a Duansou query? The tree that both executors, ours and Whoosh's, run.

    AndMaybe(Unscored(match), Or(scored terms))

so that the right side adds score and never matches. Without scored terms it is the left side.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ...query.alike import Alike
from ...query.nodes import And, Every, FacetIs, InField, Literal, Near, Node, Not, Or, Query, Word
from ...query.wildcards import Wildcard
from ..formula import scored_terms
from .alike import alike_units
from .container import Bools, Ints
from .near import near_units
from .patterns import pattern_units
from .postings import TextFields, phrase_units
from .stock import matching
from .stock import query as whoosh_query


class IndexLeaf(whoosh_query.Query):  # type: ignore[misc]
    """A leaf that the arrays of a segment decide. ``asked`` is what it looks for."""

    def __init__(self, *asked: Any, boost: float = 1.0) -> None:
        self.asked = asked
        self.boost = boost

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, IndexLeaf)
            and type(other) is type(self)
            and (self.asked, self.boost) == (other.asked, other.boost)
        )

    def __hash__(self) -> int:
        return hash((type(self), self.asked, self.boost))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(map(repr, self.asked))})"

    __str__ = __repr__

    def units(self, fields: TextFields) -> Ints | Bools:
        """The units that match, ascending, or a mask of all."""
        raise NotImplementedError

    def is_leaf(self) -> bool:
        """It has no children."""
        return True

    def field(self) -> str:
        """The field that its positions are in."""
        return "pairs"

    def estimate_size(self, reader: Any) -> int:
        """At most how many passages match."""
        size: int = reader.doc_count()
        return size

    def matcher(self, searcher: Any, context: Any = None) -> Any:
        """For the stock searcher on one segment."""
        whoosh_segment = searcher.reader().segment()
        if whoosh_segment is None:
            return matching.NullMatcher()
        segment = whoosh_segment.arrays
        units = self.units(segment.text)
        if units.dtype == np.bool_:
            units = np.flatnonzero(units)
        if segment.live_cells is not None:
            units = units[segment.live_cells[segment.cell_of[units]]]
        return matching.ListMatcher(units.tolist())


class CharacterPhrase(IndexLeaf):
    """Matches where the folded ``text`` (not empty) occurs in the folded passage, literally."""

    def __init__(self, text: str, boost: float = 1.0) -> None:
        super().__init__(text, boost=boost)
        self.text = text

    def units(self, fields: TextFields) -> Ints:
        """The units that match, ascending."""
        return phrase_units(fields, self.text)


class CharacterNear(IndexLeaf):
    """Matches where two folded texts occur literally, as ``query.Near`` says."""

    def __init__(self, near: Near, boost: float = 1.0) -> None:
        super().__init__(near, boost=boost)
        self.near = near

    def units(self, fields: TextFields) -> Ints:
        """The units that match, ascending."""
        return near_units(fields, self.near)


class CharacterAlike(IndexLeaf):
    """Matches where a text occurs in characters that are alike, as ``query.Alike`` says."""

    def __init__(self, alike: Alike, boost: float = 1.0) -> None:
        super().__init__(alike, boost=boost)
        self.alike = alike

    def units(self, fields: TextFields) -> Ints:
        """The units that match, ascending."""
        return alike_units(fields, self.alike)


class CharacterPattern(IndexLeaf):
    """Matches where texts occur with gaps between them, as ``query.Wildcard`` says."""

    def __init__(self, pattern: Wildcard, boost: float = 1.0) -> None:
        super().__init__(pattern, boost=boost)
        self.pattern = pattern

    def units(self, fields: TextFields) -> Ints:
        """The units that match, ascending."""
        return pattern_units(fields, self.pattern)


class HasField(IndexLeaf):
    """Matches where the document's field has a text, as ``query.InField`` says."""

    def __init__(self, node: InField, boost: float = 1.0) -> None:
        super().__init__(node, boost=boost)
        self.node = node

    def units(self, fields: TextFields) -> Bools:
        """A mask of all units."""
        return fields.facts.with_field(self.node)


class HasValue(IndexLeaf):
    """Matches where a facet has one of some values, as ``query.FacetIs`` says."""

    def __init__(self, node: FacetIs, boost: float = 1.0) -> None:
        super().__init__(node, boost=boost)
        self.node = node

    def units(self, fields: TextFields) -> Bools:
        """A mask of all units."""
        return fields.facts.with_value(self.node)


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
        """It has a child."""
        return False

    def children(self) -> Iterator[Any]:
        """The query that decides."""
        yield self.child

    def estimate_size(self, reader: Any) -> int:
        """At most how many passages match."""
        size: int = self.child.estimate_size(reader)
        return size

    def matcher(self, searcher: Any, context: Any = None) -> Any:
        """For the stock searcher."""
        numbers = list(self.child.matcher(searcher, context).all_ids())
        return matching.ListMatcher(numbers, weights=[0.0] * len(numbers))


def compile_query(query: Query) -> Any:
    """The whole query: what matches, and what adds score."""
    match = compile_match(query.match)
    terms = [
        whoosh_query.Term(field, term, boost=boost) for field, term, boost in scored_terms(query)
    ]
    if not terms:
        return match
    return whoosh_query.AndMaybe(Unscored(match), whoosh_query.Or(terms))


def compile_match(node: Node) -> Any:
    """The part that decides what matches."""
    match node:
        case Every() | Literal(""):
            return whoosh_query.Every()
        case Literal(text):
            return CharacterPhrase(text)
        case Near():
            return CharacterNear(node)
        case Alike():
            return CharacterAlike(node)
        case Wildcard():
            return CharacterPattern(node)
        case InField():
            return HasField(node)
        case FacetIs():
            return HasValue(node)
        case Word(term):
            return whoosh_query.Term("words", term)
        case And(children):
            return whoosh_query.And([compile_match(child) for child in children])
        case Or(children):
            return whoosh_query.Or([compile_match(child) for child in children])
        case Not(child):
            return whoosh_query.Not(compile_match(child))
