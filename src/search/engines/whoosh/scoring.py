"""Score the matching passages term at a time over arrays, and find the best.

Exact scores have two ways, the cheaper one is taken: add up all postings of all terms and read off
the matching passages, or look each matching passage up in every term's postings. Both add the same
numbers in the same order, so a passage's score does not depend on the way.

Where many passages match and few are shown, scores are first added up in whole steps that are
never below the exact ones and above by at most one step a term (``term_postings``). A passage whose
steps fall short of those of the last one shown, by more than that, cannot be shown; for the others,
mostly a few dozen, exact scores decide. So what is shown, and its order, is what exact scores alone
give.

When the budget is spent, the terms not yet looked at add nothing.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

import numpy as np

from ...analysis.text import fold
from ...budget import current
from ...documents.document import Passage
from ...index.answers import Explanation, NodeMatch, TermShare
from ...query.nodes import Alike, InField, Literal, Near, Node, Query, Wildcard
from ..formula import K1, B, ScoredTerm, scored_terms
from .container import Floats, Ints
from .matching import Units, as_numbers, match_units
from .scored_fields import ScoredField
from .segment import Segment
from .snapshot import Snapshot
from .term_postings import Postings, impacts, most_steps

_LOOKUP_COST = 10
"""Looking one passage up in a posting list costs about as much as adding this many postings."""
_FEW = 256
"""So many passages are scored exactly at once."""
_SPREAD = 16
"""From 1/16 of all passages on, adding up whole tables is cheaper than reading places in them."""
_SEARCH = 12
"""With less than 1/12 as many passages as postings, passages are searched in these."""
_MOST = 2**16 - 1
_BLOCKS = 256

_scratch = threading.local()

T = TypeVar("T")


class _Part(NamedTuple):
    """One term in a field of a segment: its postings and its weight, idf included."""

    field: ScoredField
    postings: Postings
    weight: float
    mean_length: float

    def steps(self) -> Ints:
        """As ``Postings.steps``."""
        return self.postings.steps(self.field.lengths, self.mean_length, self.weight)

    def table(self) -> Ints:
        """As ``Postings.table``."""
        return self.postings.table(self.field.lengths, self.mean_length, self.weight)


class Scorer:
    """Scores passages for one query on one snapshot."""

    def __init__(self, snapshot: Snapshot, terms: Iterable[ScoredTerm]) -> None:
        self._mean_lengths: dict[str, float] = {}
        self._terms: dict[str, list[tuple[bytes, float]]] = {}
        for name, text, boost in terms:
            known = snapshot.term(name, text)
            if known is not None:
                term, rarity = known
                self._terms.setdefault(name, []).append((term, boost * rarity))
                self._mean_lengths[name] = snapshot.mean_length(name)

    @property
    def is_empty(self) -> bool:
        """Whether every passage scores 0."""
        return not self._terms

    def best(self, segment: Segment, matched: Units, stop: int) -> tuple[Ints, Floats]:
        """Passages that can be among the first ``stop`` of some by score, and their scores.

        All that tie with one of the first are among them.
        """
        terms = self._in(segment)
        few = max(_FEW, 4 * stop)
        is_mask = matched.dtype == np.bool_
        size = np.count_nonzero(matched) if is_mask else len(matched)
        if size > few and terms.can_step:
            matched = terms.candidates(matched, stop)
        numbers = as_numbers(matched)
        return numbers, terms.scores(numbers)

    def scores(self, segment: Segment, passages: Ints) -> Floats:
        """Exact scores of passages of a segment."""
        return self._in(segment).scores(passages)

    def _in(self, segment: Segment) -> _SegmentTerms:
        parts = [
            _Part(field, postings, weight, self._mean_lengths[name])
            for name, terms in self._terms.items()
            for field in (segment.scored_fields[name],)
            for term, weight in _within_budget(terms)
            if (postings := field.postings(term)).size
        ]
        return _SegmentTerms(segment.passages, parts)


class _SegmentTerms:
    """The terms of a query that occur in one segment."""

    def __init__(self, passages: int, parts: list[_Part]) -> None:
        self._universe = passages
        self._parts = parts

    def scores(self, passages: Ints) -> Floats:
        """Exact scores of some passages, by the cheaper way."""
        parts = self._parts
        postings = sum(part.postings.size for part in parts)
        if len(passages) * len(parts) * _LOOKUP_COST < postings + self._universe:
            return _look_up(parts, passages)
        return _add_up(parts, self._universe).take(passages)

    @property
    def can_step(self) -> bool:
        """Whether ``candidates`` can be asked: the sum of all steps fits its type."""
        return sum(most_steps(part.weight) for part in self._parts) <= _MOST

    def candidates(self, matched: Units, stop: int) -> Ints:
        """The numbers of those of many passages that can be among the first ``stop``."""
        # One step more than is needed, for the rounding of doubles.
        slack = len(self._parts) + 1
        if matched.dtype == np.bool_:
            everywhere = _add_everywhere(self._parts, self._universe)
            everywhere *= matched
            # Below 1 are the passages that do not match.
            least = _largest(everywhere, stop) - slack
            matched = np.flatnonzero(matched if least < 1 else everywhere >= least)
            steps = everywhere.take(matched)
        else:
            steps = _add_steps(self._parts, matched, self._universe)
        return matched.compress(steps >= max(0, _largest(steps, stop) - slack))


def _look_up(parts: Sequence[_Part], units: Ints) -> Floats:
    """(units,) what the terms add to units given by any numbers. The steps of ``ranking.impacts``,
    with what depends on the unit alone done once for each field."""
    total = np.zeros(len(units), np.float64)
    field: ScoredField | None = None
    wanted = units.astype(np.uint32)
    for part in _within_budget(parts):
        if part.field is not field:
            field = part.field
            scale = K1 * B / part.mean_length if part.mean_length else 0.0
            below = np.multiply(field.lengths.take(units), scale, dtype=np.float64)
            below += K1 * (1 - B)
        counts = part.postings.counts_in(wanted)
        if not counts.any():
            continue
        impact = counts * (K1 + 1)
        impact /= below + counts
        impact *= part.weight
        total += impact
    return total


def _add_up(parts: Sequence[_Part], units: int) -> Floats:
    """(units,) the scores of all units."""
    total = np.zeros(units, np.float64)
    for field, postings, weight, mean in _within_budget(parts):
        of = postings.units
        impact = impacts(postings.counts, field.lengths.take(of), mean)
        impact *= weight
        # Several times faster than one bincount over the terms' concatenated postings.
        np.add.at(total, of, impact)
    return total


def _add_steps(parts: Sequence[_Part], passages: Ints, universe: int) -> Ints:
    """(passages,) the steps of all terms; their sum must not exceed ``_MOST``."""
    if len(parts) > 1 and len(passages) * _SPREAD > universe:
        return _add_everywhere(parts, universe).take(passages)
    if len(parts) == 1 and parts[0].postings.has_table(parts[0].weight):
        return parts[0].table().take(passages).astype(np.uint16)
    total = np.zeros(len(passages), np.uint16)
    for part in _within_budget(parts):
        postings = part.postings
        if postings.has_table(part.weight):
            total += part.table().take(passages)
        elif len(passages) * _SEARCH < postings.size:
            total += postings.steps_in(passages.astype(np.uint32), part.steps())
        else:
            table, units = _zeros(universe), postings.units
            table[units] = part.steps()[:-1]
            total += table.take(passages)
            table[units] = 0
    return total


def _add_everywhere(parts: Sequence[_Part], universe: int) -> Ints:
    """(universe,) the steps of all terms, uint16; likewise."""
    everywhere = np.zeros(universe, np.uint16)
    for part in _within_budget(parts):
        if part.postings.has_table(part.weight):
            everywhere += part.table()
        else:
            np.add.at(everywhere, part.postings.units, part.steps()[:-1])
    return everywhere


def _within_budget(parts: Iterable[T]) -> Iterator[T]:
    budget = current()
    return itertools.takewhile(lambda _: not budget.is_spent(), parts)


def _zeros(size: int) -> Ints:
    """(at least ``size``,) zeros, uint16, of this thread; to be left as zeros."""
    table: Ints | None = getattr(_scratch, "table", None)
    if table is None or len(table) < size:
        table = _scratch.table = np.zeros(size, np.uint16)
    return table


def _largest(values: Ints | Floats, stop: int) -> float:
    """At most the ``stop``-th largest of more than ``stop`` values, and mostly near it.

    Of the maxima of disjoint parts the ``stop``-th largest is not above it; one pass of maxima is
    several times faster than a partition of everything.
    """
    columns = len(values) // _BLOCKS
    if columns >= 4 * stop:
        values = values[: columns * _BLOCKS].reshape(_BLOCKS, columns).max(axis=0)
    place = max(0, len(values) - stop)
    return float(np.partition(values, place)[place])


def explain(snapshot: Snapshot, segment: Segment, number: int, query: Query) -> Explanation:
    """The explanation of one passage of a segment, given by its number."""
    shares = []
    budget = current()
    for name, text, boost in scored_terms(query):
        budget.spend()
        term = text.encode("utf-8", "surrogatepass")
        field = segment.scored_fields[name]
        count = int(field.postings(term).counts_in(np.array([number], np.uint32))[0])
        length = int(field.lengths[number])
        rarity = snapshot.rarity(name, term)
        impact = 0.0
        if count:
            one = np.array([count]), np.array([length])
            impact = float(impacts(*one, snapshot.mean_length(name))[0])
        shares.append(
            TermShare(
                field=name,
                term=text,
                frequency=count,
                length=length,
                idf=rarity,
                weight=boost,
                share=boost * rarity * impact,
            )
        )
    passage = segment.passage(number)
    alone = _Passage(segment, number, passage, fold(passage.text))
    return Explanation(
        passage_id=passage.passage_id,
        match=NodeMatch.of(query.match, alone.has),
        score=sum(share.share for share in shares),
        terms=tuple(shares),
    )


@dataclass(frozen=True, slots=True)
class _Passage:
    """One passage, looked at by itself: what a search looks for in an index stands in its text."""

    segment: Segment
    number: int
    passage: Passage
    folded: str

    def has(self, node: Node) -> bool:
        """Whether a leaf of a tree matches it."""
        current().spend()
        match node:
            case Literal(text):
                return text in self.folded
            case Alike() | Near() | Wildcard():
                return node.matches(self.folded)
            case InField(field, text):
                value = getattr(self.passage, field)
                if value is None:
                    return False
                folded = fold(value)
                return text.text in folded if isinstance(text, Literal) else text.matches(folded)
        units = as_numbers(match_units(node, self.segment.text))
        place = int(np.searchsorted(units, self.number))
        return place < len(units) and int(units[place]) == self.number
