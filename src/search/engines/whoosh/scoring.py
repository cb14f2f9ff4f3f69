"""What does each matching passage score, and which are the best? Term at a time over arrays.

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
from typing import NamedTuple, TypeVar

import numpy as np

from ...budget import current
from ..formula import K1, B, ScoredTerm
from .container import Floats, Ints
from .matching import Units, as_numbers
from .postings import Field
from .ranking import impacts
from .segment import Segment
from .snapshot import Snapshot
from .term_postings import Postings, most_steps

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

_PASSAGE_FIELDS = ("words", "pairs", "characters")
_scratch = threading.local()

T = TypeVar("T")


class _Part(NamedTuple):
    """One term in a field of a segment: its postings and its weight, idf included."""

    field: Field
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
        self._mean_lengths = snapshot.mean_lengths
        self._terms: dict[str, list[tuple[bytes, float]]] = {}
        for name, text, boost in terms:
            known = snapshot.term(name, text)
            if known is not None:
                term, rarity = known
                self._terms.setdefault(name, []).append((term, boost * rarity))

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
        by_field = {
            name: [
                _Part(field, postings, weight, self._mean_lengths[name])
                for field in (segment.scored_field(name),)
                for term, weight in _within_budget(terms)
                if (postings := field.postings(term)).size
            ]
            for name, terms in self._terms.items()
        }
        return _SegmentTerms(segment, by_field)


class _SegmentTerms:
    """The terms of a query that occur in one segment."""

    def __init__(self, segment: Segment, by_field: dict[str, list[_Part]]) -> None:
        self._segment = segment
        self._universe = segment.passages
        self._inside = [part for name in _PASSAGE_FIELDS for part in by_field.get(name, ())]
        self._title = by_field.get("title", [])
        self._headings = by_field.get("headings", [])

    def scores(self, passages: Ints) -> Floats:
        """Exact scores of some passages."""
        total = self._exact(self._inside, passages, self._universe)
        # What is around passages is added up by itself, so that the ways do not differ in rounding.
        if self._title or self._headings:
            columns = self._segment.columns
            sections = columns.sections_of(passages)
            around = self._exact(self._headings, sections, self._segment.sections)
            documents = columns.document_of_section.take(sections)
            around += self._exact(self._title, documents, self._segment.documents)
            total += around
        return total

    def _exact(self, parts: Sequence[_Part], units: Ints, universe: int) -> Floats:
        """(units,) what some terms of fields with the same units add, by the cheaper way."""
        postings = sum(part.postings.size for part in parts)
        if len(units) * len(parts) * _LOOKUP_COST < postings + universe:
            return _look_up(parts, units)
        return _add_up(parts, universe).take(units)

    @property
    def can_step(self) -> bool:
        """Whether ``candidates`` can be asked: the sum of all steps fits its type."""
        parts = (*self._inside, *self._title, *self._headings)
        return sum(most_steps(part.weight) for part in parts) <= _MOST

    def candidates(self, matched: Units, stop: int) -> Ints:
        """The numbers of those of many passages that can be among the first ``stop``."""
        around = self._steps_around()
        # One step more than is needed, for the rounding of doubles.
        slack = len(self._inside) + len(self._title) + len(self._headings) + 1
        if matched.dtype == np.bool_:
            everywhere = _add_everywhere(self._inside, self._universe)
            everywhere *= matched
            # Below 1 are the passages that do not match.
            least = _largest(everywhere, stop) - slack
            most_around = 0 if around is None else int(around.max(initial=0))
            if least - most_around < 1:
                matched = np.flatnonzero(matched)
            else:
                matched = np.flatnonzero(everywhere >= least - most_around)
            steps = everywhere.take(matched)
        else:
            steps = _add_steps(self._inside, matched, self._universe)
        if around is not None:
            steps += around.take(self._segment.columns.sections_of(matched))
        return matched.compress(steps >= max(0, _largest(steps, stop) - slack))

    def _steps_around(self) -> Ints | None:
        """(sections,) the steps of title and headings for the passages of each; uint16."""
        if not (self._title or self._headings):
            return None
        steps = _add_everywhere(self._headings, self._segment.sections)
        if self._title:
            titles = _add_everywhere(self._title, self._segment.documents)
            steps += titles.take(self._segment.columns.document_of_section)
        return steps


def _look_up(parts: Sequence[_Part], units: Ints) -> Floats:
    """(units,) what the terms add to units given by any numbers. The steps of ``ranking.impacts``,
    with what depends on the unit alone done once for each field."""
    total = np.zeros(len(units), np.float64)
    field: Field | None = None
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
