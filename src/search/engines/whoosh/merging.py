"""Merge the fields of several segments: postings renumbered and sorted anew.

Texts are not segmented again. Terms are handled a range at a time, which bounds the memory to that
of the term dictionaries, some 40 bytes a term, and of about 65,000 postings, some 200 bytes each. A
term that has more is merged at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from .container import Ints
from .inversion import Inverted, TermRange
from .merged_terms import MergedTerms, merge_terms
from .postings import Field

_CHUNK_POSTINGS = 1 << 16


@dataclass(frozen=True, slots=True)
class Source:
    """A field, and for each of its units the number in the merged field, -1 where it is gone.

    Units that stay keep their order among themselves.
    """

    field: Field
    numbers: Ints


def merge_fields(sources: Sequence[Source], units: int) -> Inverted:
    """One field of ``units`` units, of the terms that still have a posting."""
    terms, places = merge_terms([source.field.terms for source in sources])
    lengths = np.zeros(units, np.int64)
    for source in sources:
        stays = source.numbers >= 0
        lengths[source.numbers[stays]] = source.field.lengths[stays]
    return Inverted(_merge_ranges(sources, places, terms), lengths)


def _merge_ranges(
    sources: Sequence[Source], places: Sequence[Ints], terms: MergedTerms
) -> Iterator[TermRange]:
    for first, last in _ranges(sources, places, len(terms)):
        part = _merge_range(sources, places, terms, first, last)
        if part is not None:
            yield part
        for source in sources:
            source.field.terms.let_go()


def _ranges(
    sources: Sequence[Source], places: Sequence[Ints], terms: int
) -> Iterator[tuple[int, int]]:
    """Ranges of merged terms with about ``_CHUNK_POSTINGS`` postings each."""
    sizes = np.zeros(terms, np.int64)
    for source, place in zip(sources, places, strict=True):
        ends = np.concatenate([[0], source.field.posting_ends.astype(np.int64)])
        sizes[place] += ends[1:] - ends[:-1]
    ends = np.cumsum(sizes, out=sizes)
    first = 0
    while first < terms:
        done = int(ends[first - 1]) if first else 0
        last = int(np.searchsorted(ends, done + _CHUNK_POSTINGS, side="right"))
        last = max(last, first + 1)
        yield first, last
        first = last


def _merge_range(
    sources: Sequence[Source], places: Sequence[Ints], terms: MergedTerms, first: int, last: int
) -> TermRange | None:
    """Merge the postings of the merged terms ``[first, last)``; None without any."""
    keys: list[Ints] = []
    counts: list[Ints] = []
    starts: list[Ints] = []
    offsets: list[Ints] = []
    occurrences = 0
    for source, place in zip(sources, places, strict=True):
        # Of the type of the places, which would be converted otherwise.
        low, high = np.searchsorted(place, np.array([first, last], place.dtype)).tolist()
        if low == high:
            continue
        sizes, units, count, offset = source.field.read_terms(low, high)
        number = source.numbers[units]
        stays = number >= 0
        term = np.repeat(place[low:high].astype(np.int64) - first, sizes)
        keys.append((term[stays] << 32) | number[stays])
        counts.append(count[stays])
        if offset is not None:
            starts.append((np.cumsum(count) - count + occurrences)[stays])
            offsets.append(offset)
            occurrences += len(offset)
    key = np.concatenate(keys) if keys else np.empty(0, np.int64)
    if not len(key):
        return None
    order = np.argsort(key, kind="stable")
    key = key[order]
    count = np.concatenate(counts)[order]
    moved = None
    if offsets:
        # Where the offsets of each posting stood, one after another in the new order.
        begins = np.repeat(np.concatenate(starts)[order], count)
        inside = np.arange(len(begins)) - np.repeat(np.cumsum(count) - count, count)
        moved = np.concatenate(offsets)[begins + inside]
    sizes = np.bincount(key >> 32, minlength=last - first)
    # A term whose every posting is gone is gone.
    kept = np.flatnonzero(sizes)
    return TermRange(
        terms=terms.encoded(first + kept),
        posting_ends=np.cumsum(sizes[kept]),
        units=(key & 0xFFFFFFFF).astype(np.uint32),
        counts=count,
        offsets=moved,
    )
