"""Does a recorded search give the same counts today, and if not, what may it be due to?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields

from ...index.answers import FacetCount
from ...searching.collection_state import CollectionState
from ...searching.index import Index
from .record import Counts, SearchRecord, record_search

_REASONS = {
    "documents": "the collection has another number of documents",
    "passages": "the collection has another number of passages",
    "files": "documents were added, taken out or changed",
    "dictionary": "the dictionary was changed, so words are cut otherwise",
    "taxonomy": "the taxonomy was changed, so topics are others",
    "synonyms": "the synonyms were changed",
    "overrides": "the overrides were changed, so places, years or titles may be others",
    "gazetteer": "the gazetteer is of another month, so places may be others",
    "reader": "a newer reader judges which lines are paragraphs",
    "format": "the index has another format",
    "generation": "the index was written anew since",
    "indexed_at": "the index was brought up to date since",
}
"""Field of a collection → what its change says, the likeliest cause first."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What was recorded and what is found now; ``why`` says what a change of the state means."""

    name: str
    recorded: str | int | None
    now: str | int | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """A record, the same search today, the counts that differ, and what changed meanwhile."""

    recorded: SearchRecord
    now: SearchRecord
    counts: tuple[Difference, ...]
    changes: tuple[Difference, ...]

    @property
    def is_same(self) -> bool:
        """Whether every recorded count is what it was."""
        return not self.counts


def check(index: Index, recorded: SearchRecord, *, program: str, base: str) -> Check:
    """Run a recorded search again and compare. Raises what ``Index.run`` does."""
    now = record_search(index, recorded.request, program=program, base=base)
    return compared(recorded, now)


def compared(recorded: SearchRecord, now: SearchRecord) -> Check:
    """What differs between two records of one search; facets only where both have them."""
    counts = list(_counts(recorded.counts, now.counts))
    if recorded.counts.facets:
        counts += _facets(recorded.counts.facets, now.counts.facets)
    changes = list(_collection(recorded.collection, now.collection))
    if recorded.program != now.program:
        why = "another version of the program searched"
        changes.append(Difference("program", recorded.program, now.program, why))
    if recorded.formula != now.formula:
        why = "the query is understood otherwise"
        changes.append(Difference("understood", recorded.formula, now.formula, why))
    if recorded.counts.partial or now.counts.partial:
        why = "a search ran out of time, so its counts are lower bounds"
        changes.append(
            Difference("partial", str(recorded.counts.partial), str(now.counts.partial), why)
        )
    return Check(recorded, now, tuple(counts), tuple(changes))


def _counts(recorded: Counts, now: Counts) -> Iterator[Difference]:
    for name in ("passages", "documents", "literally", "labels", "wider"):
        before, after = getattr(recorded, name), getattr(now, name)
        if before != after:
            yield Difference(name, before, after)


def _facets(
    recorded: Mapping[str, tuple[FacetCount, ...]], now: Mapping[str, tuple[FacetCount, ...]]
) -> Iterator[Difference]:
    for facet in dict.fromkeys([*recorded, *now]):
        before = {c.value: c.count for c in recorded.get(facet, ())}
        after = {c.value: c.count for c in now.get(facet, ())}
        for value in dict.fromkeys([*before, *after]):
            if before.get(value, 0) != after.get(value, 0):
                name = f"{facet} {'unknown' if value is None else value}"
                yield Difference(name, before.get(value, 0), after.get(value, 0))


def _collection(recorded: CollectionState, now: CollectionState) -> Iterator[Difference]:
    known = [f.name for f in fields(CollectionState)]
    for name in sorted(known, key=list(_REASONS).index):
        before, after = getattr(recorded, name), getattr(now, name)
        if before != after:
            yield Difference(name, before, after, _REASONS[name])
