"""Find the passage that stands for its document, and how many it stands for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from ...documents.document import Passage
from ...index.engine import EngineRequest
from ..formula import blocks_of, repeats_last, scored_terms
from .container import Floats, Ints
from .matching import Units, as_numbers
from .scoring import Scorer
from .snapshot import Snapshot


def best_of_each(documents: Ints, keys: npt.NDArray[Any] | None) -> tuple[Ints, Ints]:
    """(index of the best element of each document, elements of the document).

    ``documents`` is the document of each element; those of one document stand together, in document
    order. The best has the smallest key, and of equals it is the first; without keys, the first is.
    """
    fresh = np.empty(len(documents), np.bool_)
    fresh[:1] = True
    np.not_equal(documents[1:], documents[:-1], out=fresh[1:])
    first = np.flatnonzero(fresh)
    sizes = np.diff(first, append=len(documents))
    if keys is None or not len(first):
        return first, sizes
    best = np.flatnonzero(keys == np.repeat(np.minimum.reduceat(keys, first), sizes))
    # Of several best ones the first at or after the document's first element.
    return best[np.searchsorted(best, first)], sizes


_BLOCK = 256


def select(keys: npt.NDArray[Any], ties: Callable[[Ints], Ints], start: int, stop: int) -> Ints:
    """Indices of the elements at places ``[start, stop)`` when sorted by (key, tie) ascending.

    ``ties`` gives the ties of elements by their indices; they have no repeats, so the order is
    total and slices of it partition the elements. Only elements whose key lies between those of
    the first and the last place are sorted.
    """
    stop = min(stop, len(keys))
    if start >= stop:
        return np.empty(0, np.intp)
    near = _not_after(keys, stop)
    if near is not None:
        chosen = keys[near]
        return near[select(chosen, lambda indices: ties(near[indices]), start, stop)]
    bounds = np.partition(keys, (start, stop - 1))
    low, high = bounds[start], bounds[stop - 1]
    before = int(np.count_nonzero(keys < low))
    region = np.flatnonzero((keys >= low) & (keys <= high))
    order = region[np.lexsort((ties(region), keys[region]))]
    return order[start - before : stop - before]


def _not_after(keys: npt.NDArray[Any], stop: int) -> Ints | None:
    """The few elements that can be among the first ``stop``, None where they are not few.

    Of ``stop`` blocks with the smallest minima each has an element not above the largest of these
    minima, so no element above it is among the first ``stop``. One pass of minima is ten times
    faster than a partition of everything.
    """
    blocks = len(keys) // _BLOCK
    if blocks < 4 * stop:
        return None
    minima = keys[: blocks * _BLOCK].reshape(blocks, _BLOCK).min(axis=1)
    near = np.flatnonzero(keys <= np.partition(minima, stop - 1)[stop - 1])
    return near if len(near) < len(keys) // 2 else None


Hits = tuple[tuple[Passage, float], ...]


def slice_of_hits(
    snapshot: Snapshot, request: EngineRequest, matched: list[Units]
) -> tuple[Hits, tuple[int, ...], tuple[bool, ...]]:
    """The slice of the order that was asked for, from matching passages per segment.

    ``matched`` has fewer elements than there are segments where time ran out. Also gives how many
    more passages of its document each hit stands for, where the request is by document, and which
    hits repeat the text of one above, where it is by score.
    """
    if not matched:
        return (), (), ()
    scorer = Scorer(snapshot, scored_terms(request.query, request.scored_fields))
    by_score = request.sort == "relevance" and not scorer.is_empty
    start, stop = request.offset, request.offset + request.limit
    in_blocks = by_score and not request.by_document
    if in_blocks:
        start, stop = blocks_of(request.offset, request.limit)
    parts: list[Floats] = []
    found: list[Ints] = []
    for segment, units in zip(snapshot.segments, matched, strict=False):
        if in_blocks:
            numbers, scores_of_each = scorer.best(segment, units, stop)
            parts.append(scores_of_each)
        else:
            numbers = as_numbers(units)
            if by_score:
                parts.append(scorer.scores(segment, numbers))
        found.append(numbers)
    order = _Order(snapshot, found)
    scores: Floats | None = _joined(parts) if parts else None
    keys: Any = None
    if scores is not None:
        keys = -scores
    elif request.sort == "date":
        keys = _joined([snapshot.date_ranks(i, n) for i, n in enumerate(found)])
    elif len(found) > 1:
        keys = _joined([snapshot.passage_ranks(i, n) for i, n in enumerate(found)])
    if request.by_document:
        best, sizes = best_of_each(order.documents(), keys)
        keys = None if keys is None else keys[best]
        chosen = _chosen(keys, lambda i: order.ranks(best[i]), len(best), request.offset, stop)
        further = tuple((sizes[chosen] - 1).tolist())
        chosen = best[chosen]
    else:
        further = ()
        chosen = _chosen(keys, order.ranks, len(order.numbers), start, stop)
    repeats: tuple[bool, ...] = ()
    if in_blocks:
        shown = repeats_last(order.texts(chosen))
        shown = shown[request.offset - start :][: request.limit]
        chosen = chosen[[place for place, _ in shown]]
        repeats = tuple(is_repeat for _, is_repeat in shown)
    return order.hits(chosen, scorer, scores), further, repeats


def _chosen(keys: Any, ranks: Any, size: int, start: int, stop: int) -> Ints:
    if keys is None:
        # The passages of one segment stand in document order.
        return np.arange(min(start, size), min(stop, size))
    return select(keys, ranks, start, stop)


class _Order:
    """Matching passages of all segments, one after another; an index counts through all."""

    def __init__(self, snapshot: Snapshot, found: list[Ints]) -> None:
        self._snapshot = snapshot
        self._found = found
        self._ends = np.cumsum([len(numbers) for numbers in found])
        self.numbers: Ints = _joined(found)

    def ranks(self, indices: Ints) -> Ints:
        """Place in document order of some of the passages."""
        if len(self._found) == 1:
            return self.numbers.take(indices)
        at, result = self._segment_of(indices), np.empty(len(indices), np.int64)
        for segment in range(len(self._found)):
            here = at == segment
            result[here] = self._snapshot.passage_ranks(segment, self.numbers[indices[here]])
        return result

    def documents(self) -> Ints:
        """The document of each passage, numbered through all segments."""
        parts, before = [], 0
        for segment, numbers in zip(self._snapshot.segments, self._found, strict=False):
            columns = segment.columns
            parts.append(columns.document_of.take(columns.cells_of(numbers)) + before)
            before += segment.documents
        documents: Ints = _joined(parts)
        return documents

    def texts(self, indices: Ints) -> list[int]:
        """What tells the texts of some passages apart."""
        keys = np.empty(len(indices), np.uint64)
        at, numbers = self._segment_of(indices), self.numbers.take(indices)
        for segment in set(at.tolist()):
            here = at == segment
            keys[here] = self._snapshot.segments[segment].text_keys.take(numbers[here])
        texts: list[int] = keys.tolist()
        return texts

    def hits(self, chosen: Ints, scorer: Scorer, scores: Floats | None) -> Hits:
        """The passages of some indices with their scores, in this order."""
        segments = self._snapshot.segments
        at = self._segment_of(chosen)
        numbers = self.numbers.take(chosen)
        if scores is None:
            of_each = np.zeros(len(chosen), np.float64)
            for number in set(at.tolist()):
                here = np.flatnonzero(at == number)
                of_each[here] = scorer.scores(segments[number], numbers[here])
        else:
            of_each = scores.take(chosen)
        rows = zip(at.tolist(), numbers.tolist(), of_each.tolist(), strict=True)
        return tuple((segments[segment].passage(n), score) for segment, n, score in rows)

    def _segment_of(self, indices: Ints) -> Ints:
        segments: Ints = self._ends.searchsorted(indices, side="right")
        return segments


def _joined(arrays: list[Any]) -> Any:
    """Arrays one after another; a single one is not copied."""
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays)
