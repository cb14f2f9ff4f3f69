"""What does each matching passage score? Term at a time over arrays, for the passages that match.

Two ways, the cheaper one is taken: add up all postings of all terms and read off the matching
passages, or look each matching passage up in every term's postings. Both add the same numbers in
the same order, so a passage's score does not depend on the way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .compile import ScoredTerm
from .container import Floats, Ints
from .postings import Field, Postings
from .ranking import idf, impacts
from .segment import Segment
from .snapshot import Snapshot

__all__ = ["Scorer"]

_LOOKUP_COST = 60
"""Looking one passage up in a posting list costs about as much as adding this many postings."""

_PASSAGE_FIELDS = ("words", "pairs", "characters")


class Scorer:
    """Scores passages for one query on one snapshot."""

    def __init__(self, snapshot: Snapshot, terms: Sequence[ScoredTerm]) -> None:
        self._snapshot = snapshot
        self._terms: dict[str, list[tuple[bytes, float]]] = {}
        for name, text, boost in terms:
            term = text.encode("utf-8", "surrogatepass")
            frequency = snapshot.frequency(name, term)
            if frequency:
                weight = boost * idf(snapshot.field_units[name], frequency)
                self._terms.setdefault(name, []).append((term, weight))

    @property
    def is_empty(self) -> bool:
        """Whether every passage scores 0."""
        return not self._terms

    def scores(self, segment: Segment, passages: Ints) -> Floats:
        """Scores of passages of a segment, given by ascending numbers."""
        parts = [
            part
            for name in _PASSAGE_FIELDS
            for part in self._parts(name, getattr(segment.text, name))
        ]
        postings = sum(len(part.postings.units) for part in parts)
        if len(parts) == 1 and passages is parts[0].postings.units:
            # One word that decides and scores: its postings are the passages.
            total = parts[0].scores()
        elif len(passages) * len(parts) * _LOOKUP_COST < postings + segment.passages:
            total = np.zeros(len(passages), np.float64)
            for part in parts:
                part.look_up(passages, total)
        else:
            total = _add_up(parts, segment.passages)[passages]
        documents = segment.cell_document[segment.cell_of[passages]]
        for name, field, unit_of in (
            ("title", segment.title, documents),
            ("headings", segment.headings, segment.section_of[passages]),
        ):
            parts = self._parts(name, field)
            if parts:
                total += _add_up(parts, field.units)[unit_of]
        return total

    def _parts(self, name: str, field: Field) -> list[_Part]:
        """What each term of the query in a field contributes."""
        mean = self._snapshot.mean_lengths[name]
        return [
            _Part(field, postings, weight, mean)
            for term, weight in self._terms.get(name, ())
            for postings in (field.postings(term),)
            if len(postings.units)
        ]


@dataclass(frozen=True, slots=True)
class _Part:
    """One term: its postings in a segment and its weight, idf included."""

    field: Field
    postings: Postings
    weight: float
    mean_length: float

    def scores(self) -> Floats:
        """(postings,) what each adds."""
        return self.weight * self.postings.impacts(self.field.lengths, self.mean_length)

    def add_to(self, total: Floats) -> None:
        """Add to the scores of all units."""
        # Several times faster than one bincount over the terms' concatenated postings.
        np.add.at(total, self.postings.units, self.scores())

    def look_up(self, wanted: Ints, total: Floats) -> None:
        """Add to the scores of the wanted units."""
        units = self.postings.units
        place = np.searchsorted(units, wanted)
        place[place == len(units)] = 0
        found = np.flatnonzero(units[place] == wanted)
        lengths = self.field.lengths[wanted[found]]
        counts = self.postings.counts[place[found]]
        total[found] += self.weight * impacts(counts, lengths, self.mean_length)


def _add_up(parts: Sequence[_Part], units: int) -> Floats:
    total = np.zeros(units, np.float64)
    for part in parts:
        part.add_to(total)
    return total
