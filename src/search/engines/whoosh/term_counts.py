"""In how many passages each term is, over the segments of a commit, without what is deleted.

A commit deletes little of a segment, and decoding its postings to count them takes seconds at
300,000 passages. So what was counted for the commit before is kept with the segment, and the terms
of the passages that are gone since are taken off.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from ...analysis.text import fold
from ...analysis.words import Analyzer
from ...index.engine import TermKind
from .container import Bools, Ints
from .postings import Field
from .segment import Segment

_POSTINGS_AT_ONCE = 1_000_000
_DECODES = 6
"""Finding the terms of a passage takes as long as decoding the postings of so many."""


def term_counts(
    segments: Sequence[Segment], kind: TermKind, analyzer: Analyzer
) -> Iterator[tuple[str, int]]:
    """(term, passages that have it) over all segments, by code points.

    The order of UTF-8 is that of code points, and that of the terms of a segment.
    """
    others: Counter[bytes] = Counter()
    largest, *rest = sorted(segments, key=lambda segment: -segment.passages) or (None,)
    for segment in rest:
        others.update(dict(_counted(segment, kind, analyzer)))
    waiting = deque(sorted(others))
    # The largest is not held, and has nearly all terms.
    for term, count in _counted(largest, kind, analyzer) if largest is not None else ():
        while waiting and waiting[0] < term:
            before = waiting.popleft()
            yield _text(before), others[before]
        if waiting and waiting[0] == term:
            count += others[waiting.popleft()]
        yield _text(term), count
    yield from ((_text(term), others[term]) for term in waiting)


def _text(term: bytes) -> str:
    return term.decode("utf-8", "surrogatepass")


def _counted(segment: Segment, kind: TermKind, analyzer: Analyzer) -> Iterator[tuple[bytes, int]]:
    field = segment.field("passage", kind)
    counts = _live_counts(segment, kind, field, analyzer)
    return (
        (term, count) for term, count in zip(field.terms, counts.tolist(), strict=True) if count
    )


def _live_counts(segment: Segment, kind: TermKind, field: Field, analyzer: Analyzer) -> Ints:
    """(terms,) in how many live passages of a segment each term is."""
    every = np.diff(field.posting_ends.astype(np.int64), prepend=0)
    live = segment.live_documents
    if live is None:
        return every
    lived, counts = segment.counted.get(kind, (None, every))
    if lived is not None and (live & ~lived).any():
        # A reader of an older commit than the one that was counted.
        lived, counts = None, every
    gone = np.flatnonzero(~live if lived is None else lived & ~live).tolist()
    if sum(len(segment.passage_range(number)) for number in gone) * _DECODES < segment.passages:
        counts = counts - _terms_of(segment, gone, kind, field, analyzer)
    else:
        counts = _decoded(field, live[segment.documents_of(np.arange(segment.passages))])
    segment.counted[kind] = live, counts
    return counts


def _terms_of(
    segment: Segment, documents: Sequence[int], kind: TermKind, field: Field, analyzer: Analyzer
) -> Ints:
    """(terms,) in how many passages of some documents each term is."""
    found: Counter[str] = Counter()
    for document in documents:
        for passage in segment.passage_range(document):
            folded = fold(segment.passage_text(passage))
            pairs = map("".join, pairwise(folded))
            found.update(set(analyzer.terms(folded) if kind == "words" else pairs))
    encoded = {term.encode("utf-8", "surrogatepass"): count for term, count in found.items()}
    of_each = (encoded.get(term, 0) for term in field.terms)
    return np.fromiter(of_each, np.int64, len(field.terms))


def _decoded(field: Field, live: Bools) -> Ints:
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
