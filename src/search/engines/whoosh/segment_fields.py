"""Invert many texts into postings of words, segmented in batches beside what else is done.

The segmenter lets other Python threads run while it cuts, so it has a thread of its own. Batches
are numbered in the order in which they come, which keeps the result the same from run to run.
"""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np

from ...analysis.words import RUN_BREAK, TEXT_BREAK, Analyzer, other_runs
from .blocks import Spills
from .container import ArrayFileWriter, Ints, smallest_unsigned
from .inversion import (
    BREAK,
    ENCODING,
    CharacterInverter,
    Inverted,
    TermRange,
    fold_texts,
    frequencies,
    is_han_code,
    is_scored_code,
    postings,
    split_evenly,
    without_offsets,
    write_field,
)
from .segment_layout import FieldSizes

_WAITING = 4
"""Batches at most that wait to be segmented, which bounds the memory for them."""
_RANKED_AT_ONCE = 1 << 20
"""Term numbers that are replaced by ranks at a time, so that they are never all there twice."""


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
    """Takes batches of folded texts, whose terms are the words of the next units.

    What is found waits in ``spills``: it is not needed before all of it is.
    """

    def __init__(self, analyzer: Analyzer, pool: ThreadPoolExecutor, spills: Spills) -> None:
        self._words = _Words(analyzer)
        self._analyzer = analyzer
        self._pool = pool
        self._waiting: deque[Future[tuple[Ints, Ints, Ints]]] = deque()
        self._numbers, self._unit_of = spills.new(), spills.new()
        self._lengths: list[Ints] = []
        self._units = 0

    def add(self, codes: Ints) -> None:
        """The next texts, as ``fold_texts`` gave them."""
        first, self._units = self._units, self._units + int(np.count_nonzero(codes == BREAK))
        self._waiting.append(self._pool.submit(self._segment, codes, first))
        if len(self._waiting) > _WAITING:
            self._keep_first()

    def invert(self) -> Inverted:
        """The field of everything added."""
        while self._waiting:
            self._keep_first()
        known = self._words.terms
        terms = sorted(known)
        order = np.fromiter(map(known.__getitem__, terms), np.intp, len(terms))
        rank = np.empty(len(terms), np.uint32)
        rank[order] = np.arange(len(terms), dtype=np.uint32)
        ranks = self._numbers.take(np.uint32)
        for start in range(0, len(ranks), _RANKED_AT_ONCE):
            part = ranks[start : start + _RANKED_AT_ONCE]
            part[:] = rank[part]
        lengths = np.concatenate([np.empty(0, np.int64), *self._lengths])
        units = self._unit_of.take(np.uint32)
        return Inverted(_ranges(terms, ranks, units, self._units), lengths)

    def _keep_first(self) -> None:
        numbers, units, lengths = self._waiting.popleft().result()
        self._numbers.add(numbers.view(np.uint8))
        self._unit_of.add(units.view(np.uint8))
        self._lengths.append(lengths.astype(smallest_unsigned(int(lengths.max(initial=0)))))

    def _segment(self, codes: Ints, first_unit: int) -> tuple[Ints, Ints, Ints]:
        """(term numbers, unit of each, how many each unit has) of one batch."""
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
        text = np.concatenate([t for _, t in parts])
        return (
            np.concatenate([n for n, _ in parts]),
            (text + first_unit).astype(np.uint32),
            np.bincount(text, minlength=int(np.count_nonzero(ends))),
        )


def _string(codes: Ints) -> str:
    return codes.astype("<u4", copy=False).tobytes().decode(ENCODING, "surrogatepass")


def _ranges(terms: list[str], ranks: Ints, units: Ints, unit_count: int) -> Iterator[TermRange]:
    """Ranges of terms with about equally many tokens."""
    sizes = frequencies(ranks, len(terms))
    for first, last in split_evenly(sizes):
        here = np.flatnonzero((ranks >= first) & (ranks < last))
        encoded = [term.encode("utf-8", "surrogatepass") for term in terms[first:last]]
        ends = np.cumsum(np.fromiter(map(len, encoded), np.int64, len(encoded)))
        blob = np.frombuffer(b"".join(encoded), np.uint8)
        numbers = ranks[here] - np.uint32(first)
        yield TermRange((blob, ends), *postings(numbers, units[here]))


_BATCH_CHARS = 250_000
_HEADING_BREAK = "；"
"""Between title and headings of a section: no word goes beyond it."""


class _Texts:
    """Texts of one kind of unit, folded and handed on in batches."""

    def __init__(self, words: WordInverter) -> None:
        self.words = words
        self.characters = CharacterInverter()
        self._batch: list[str] = []
        self._batch_chars = 0

    def add(self, texts: Sequence[str]) -> None:
        self._batch += texts
        self._batch_chars += sum(map(len, texts))
        if self._batch_chars >= _BATCH_CHARS:
            self.hand_on()

    def hand_on(self) -> None:
        if not self._batch:
            return
        codes = fold_texts(self._batch)
        self._batch.clear()
        self._batch_chars = 0
        self.words.add(codes)
        self.characters.add(codes)


class AnalyzedFields:
    """Hears of every unit in order, then writes the fields. The pool has one thread."""

    def __init__(self, analyzer: Analyzer, pool: ThreadPoolExecutor, spills: Spills) -> None:
        self._passages, self._labels, self._sections = (
            _Texts(WordInverter(analyzer, pool, spills)) for _ in range(3)
        )

    def add_section(self, title: str, headings: Sequence[str]) -> None:
        """The next section begins; the title of its document may be empty."""
        self._sections.add((_HEADING_BREAK.join((title, *headings)),))

    def add_passages(self, texts: Sequence[str]) -> None:
        """The next passages."""
        self._passages.add(texts)

    def add_labels(self, texts: Sequence[str]) -> None:
        """The next titles, headings and captions."""
        self._labels.add(texts)

    def write(self, file: ArrayFileWriter) -> FieldSizes:
        """Write all fields."""
        kinds = {
            "passage": self._passages,
            "label": self._labels,
            "section": self._sections,
        }
        for texts in kinds.values():
            texts.hand_on()
        sizes: FieldSizes = {kind: {} for kind in kinds}
        # Characters first: meanwhile the last batches are segmented.
        for kind, texts in kinds.items():
            characters, pairs = texts.characters.invert()
            if kind == "section":
                # Nothing is sought there by its place or by one character.
                pairs = without_offsets(pairs)
            else:
                sizes[kind]["characters"] = write_field(file, f"{kind}.characters", characters)
            sizes[kind]["pairs"] = write_field(file, f"{kind}.pairs", pairs)
        for kind, texts in kinds.items():
            sizes[kind]["words"] = write_field(file, f"{kind}.words", texts.words.invert())
        return sizes
