"""How do many texts become postings of words? Segmented in batches, beside what else is done.

The segmenter lets other Python threads run while it cuts, so it has a thread of its own. Batches
are numbered in the order in which they come, which keeps the result the same from run to run.
"""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np

from ...analysis import RUN_BREAK, TEXT_BREAK, Analyzer, other_runs
from .container import Ints
from .folding import BREAK, ENCODING, is_han_code, is_scored_code
from .inversion import Inverted, TermRange, postings, split_evenly

__all__ = ["WordInverter"]

_WAITING = 4
"""Batches at most that wait to be segmented, which bounds the memory for them."""


class _Numbers(dict[str, int]):
    """Numbers strings in the order in which they are first met."""

    def __missing__(self, value: str) -> int:
        self[value] = number = len(self)
        return number


class _Words(dict[str, int]):
    """Numbers words as they are met, and writes down the numbers of the terms of each."""

    def __init__(self, analyzer: Analyzer) -> None:
        super().__init__()
        self._analyzer = analyzer
        self.terms = _Numbers()
        self._members = array("I")
        self._ends = array("I")
        self[TEXT_BREAK] = 0
        self[RUN_BREAK] = 1
        self._ends.extend((0, 0))

    def __missing__(self, word: str) -> int:
        self[word] = number = len(self)
        self._members.extend(map(self.terms.__getitem__, self._analyzer.inner_terms(word)))
        self._ends.append(len(self._members))
        return number

    def expand(self, words: list[str]) -> tuple[Ints, Ints]:
        """(term numbers, the text of each) of words and breaks."""
        numbers = np.fromiter(map(self.__getitem__, words), np.intp, len(words))
        ends = np.array(self._ends, np.int64)
        members = np.array(self._members, np.uint32)
        sizes = np.diff(ends, prepend=0)
        text = np.cumsum(numbers == 0)
        size = sizes[numbers]
        inside = np.arange(int(size.sum())) - np.repeat(np.cumsum(size) - size, size)
        return members[np.repeat((ends - sizes)[numbers], size) + inside], np.repeat(text, size)


class WordInverter:
    """Takes batches of folded texts, whose terms are the words of the next units."""

    def __init__(self, analyzer: Analyzer, pool: ThreadPoolExecutor) -> None:
        self._words = _Words(analyzer)
        self._analyzer = analyzer
        self._pool = pool
        self._waiting: deque[Future[tuple[Ints, Ints]]] = deque()
        self._parts: list[tuple[Ints, Ints]] = []
        self._units = 0

    def add(self, codes: Ints) -> None:
        """The next texts, as ``fold_texts`` gave them."""
        first, self._units = self._units, self._units + int(np.count_nonzero(codes == BREAK))
        self._waiting.append(self._pool.submit(self._segment, codes, first))
        if len(self._waiting) > _WAITING:
            self._parts.append(self._waiting.popleft().result())

    def invert(self) -> Inverted:
        """The field of everything added."""
        while self._waiting:
            self._parts.append(self._waiting.popleft().result())
        numbers = np.concatenate([np.empty(0, np.uint32), *(n for n, _ in self._parts)])
        units = np.concatenate([np.empty(0, np.uint32), *(u for _, u in self._parts)])
        self._parts.clear()
        known = self._words.terms
        terms = sorted(known)
        order = np.fromiter(map(known.__getitem__, terms), np.intp, len(terms))
        rank = np.empty(len(terms), np.uint32)
        rank[order] = np.arange(len(terms), dtype=np.uint32)
        ranks = rank[numbers]
        del numbers
        lengths = np.bincount(units, minlength=self._units)
        return Inverted(_ranges(terms, ranks, units, self._units), lengths)

    def _segment(self, codes: Ints, first_unit: int) -> tuple[Ints, Ints]:
        """(term numbers, unit of each) of one batch."""
        han, ends = is_han_code(codes), codes == BREAK
        marked = np.where(han, codes, np.uint32(ord(RUN_BREAK)))
        marked[ends] = ord(TEXT_BREAK)
        kept = han | ends
        kept[1:] |= han[:-1]
        words = self._analyzer.cut_joined(_string(marked[kept]))
        numbers, text = self._words.expand(words)
        parts = [(numbers, text)]
        # Dots and percent signs can belong to a number; all else only ends a run.
        other = is_scored_code(codes) & ~han
        if other.any():
            inside = other | (codes == ord(".")) | (codes == ord("%"))
            marked = np.where(inside | ends, codes, np.uint32(ord(" ")))
            kept = inside | ends
            kept[1:] |= inside[:-1]
            runs = other_runs(_string(marked[kept]))
            known = self._words.terms
            # A break is looked up under a name that no run has.
            at = np.fromiter((run == "\n" for run in runs), np.bool_, len(runs))
            text = np.cumsum(at)[~at]
            terms = [run for run in runs if run != "\n"]
            found = np.fromiter(map(known.__getitem__, terms), np.uint32, len(terms))
            parts.append((found, text))
        return (
            np.concatenate([n for n, _ in parts]),
            (np.concatenate([t for _, t in parts]) + first_unit).astype(np.uint32),
        )


def _string(codes: Ints) -> str:
    return codes.astype("<u4", copy=False).tobytes().decode(ENCODING, "surrogatepass")


def _ranges(terms: list[str], ranks: Ints, units: Ints, unit_count: int) -> Iterator[TermRange]:
    """Ranges of terms with about equally many tokens."""
    sizes = np.bincount(ranks, minlength=len(terms))
    for first, last in split_evenly(sizes):
        here = np.flatnonzero((ranks >= first) & (ranks < last))
        encoded = [term.encode("utf-8", "surrogatepass") for term in terms[first:last]]
        ends = np.cumsum(np.fromiter(map(len, encoded), np.int64, len(encoded)))
        blob = np.frombuffer(b"".join(encoded), np.uint8)
        numbers = ranks[here] - np.uint32(first)
        yield TermRange((blob, ends), *postings(numbers, units[here], unit_count))
