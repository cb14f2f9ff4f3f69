"""Count the live passages of each term: whole dictionaries, read once and in order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from heapq import merge
from itertools import groupby

import numpy as np

from ...index.engine import TermKind
from .container import Bools, Ints
from .postings import Field
from .segment import Segment

_POSTINGS_AT_ONCE = 1_000_000


def term_counts(segments: Sequence[Segment], kind: TermKind) -> Iterator[tuple[str, int]]:
    """(term, passages that have it) over all segments, by code points.

    The order of UTF-8 is that of code points, so the dictionaries are merged as they stand.
    """
    streams = [_counted(segment, kind) for segment in segments]
    if len(streams) == 1:
        yield from streams[0]
        return
    for term, same in groupby(merge(*streams), key=lambda counted: counted[0]):
        yield term, sum(count for _, count in same)


def _counted(segment: Segment, kind: TermKind) -> Iterator[tuple[str, int]]:
    field = segment.field("passage", kind)
    live = segment.live_documents
    if live is None:
        counts = np.diff(field.posting_ends.astype(np.int64), prepend=0)
    else:
        counts = _live_counts(field, live[segment.documents_of(np.arange(segment.passages))])
    for term, count in zip(field.terms, counts.tolist(), strict=True):
        if count:
            yield term.decode("utf-8", "surrogatepass"), count


def _live_counts(field: Field, live: Bools) -> Ints:
    """(terms,) postings of each term in live passages: decoded in runs of bounded size."""
    counts = np.zeros(len(field.terms), np.int64)
    ends = field.posting_ends.astype(np.int64)
    first = 0
    while first < len(ends):
        begin = int(ends[first - 1]) if first else 0
        last = max(first + 1, int(np.searchsorted(ends, begin + _POSTINGS_AT_ONCE, side="right")))
        sizes, units, *_ = field.read_terms(first, last)
        starts = np.cumsum(sizes) - sizes
        counts[first:last] = np.add.reduceat(live[units], starts, dtype=np.int64)
        first = last
    return counts
