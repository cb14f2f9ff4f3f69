"""Invert many texts into postings of characters and pairs by sorting numbers, range by range.

All characters are found, punctuation included. The lengths of units count only what scores
(letters, digits, Han). A pair never spans two texts.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from .container import Bools, Ints
from .folding import BREAK, ENCODING, is_scored_code
from .inversion import Inverted, TermRange, frequencies, postings, split_evenly, stable_order

_CODE_POINTS = 0x110000


class CharacterInverter:
    """Takes batches of folded texts, each of which is the next unit."""

    def __init__(self) -> None:
        self._parts: list[Ints] = []
        self._seen = np.zeros(_CODE_POINTS, np.bool_)

    def add(self, codes: Ints) -> None:
        """The next texts, as ``fold_texts`` gave them."""
        self._seen[codes] = True
        narrow = int(codes.max(initial=0)) < 1 << 16
        self._parts.append(codes.astype(np.uint16) if narrow else codes)

    def invert(self) -> tuple[Inverted, Inverted]:
        """The fields of the characters and of the pairs of everything added."""
        self._seen[BREAK] = False
        alphabet = np.flatnonzero(self._seen).astype(np.uint32)
        last = len(alphabet)
        # The break gets the highest rank: it is in no range of characters.
        rank_of = np.full(_CODE_POINTS, last, np.min_scalar_type(last))
        rank_of[alphabet] = np.arange(last, dtype=rank_of.dtype)
        ranks = np.empty(sum(map(len, self._parts)), rank_of.dtype)
        # From the end, so that a part goes as soon as its ranks are there.
        end = len(ranks)
        while self._parts:
            part = self._parts.pop()
            ranks[end - len(part) : end] = rank_of[part]
            end -= len(part)
        breaks = np.flatnonzero(ranks == last)
        begins = np.zeros(len(breaks), np.int64)
        begins[1:] = breaks[:-1] + 1
        scores = np.append(is_scored_code(alphabet), np.False_)[ranks]
        lengths = _sums(scores, begins)
        # Of the last character, a break, on: a break does not score.
        scores[:-1] &= scores[1:]
        pair_lengths = _sums(scores, begins)
        del scores
        texts = _Texts(alphabet, ranks, begins, np.diff(breaks, prepend=-1))
        return Inverted(texts.characters(), lengths), Inverted(texts.pairs(), pair_lengths)


class _Texts:
    """Units one after another: ranks in ``alphabet``, a break after each; where each begins."""

    def __init__(self, alphabet: Ints, ranks: Ints, begins: Ints, sizes: Ints) -> None:
        self._alphabet = alphabet
        self._ranks = ranks
        self._begins = begins.astype(np.uint32)
        self._unit_of = np.repeat(np.arange(len(begins), dtype=np.uint32), sizes)
        self._ranges = list(split_evenly(frequencies(ranks, len(alphabet) + 1)[:-1]))

    def characters(self) -> Iterator[TermRange]:
        for first, last in self._ranges:
            here = self._places(first, last)
            terms = self._ranks[here] - self._ranks.dtype.type(first)
            yield TermRange(
                _encoded(self._alphabet[first:last, None]),
                *postings(terms, self._unit_of[here]),
            )

    def pairs(self) -> Iterator[TermRange]:
        for first, last in self._ranges:
            part = self._pairs(first, last)
            if part is not None:
                yield part

    def _pairs(self, first: int, last: int) -> TermRange | None:
        """Pairs whose first character has a rank in ``[first, last)``; None without any."""
        ranks, alphabet = self._ranks, self._alphabet
        here = self._places(first, last)
        here = here[ranks[here + 1] != len(alphabet)]
        if not len(here):
            return None
        size = len(alphabet)
        first_rank, second_rank = ranks[here] - ranks.dtype.type(first), ranks[here + 1]
        order = stable_order(second_rank)
        order = order.take(stable_order(first_rank.take(order)))
        keys = first_rank.take(order).astype(np.int64)
        keys *= size
        keys += second_rank.take(order)
        place = here.take(order)
        unit = self._unit_of[place]
        fresh = np.empty(len(keys), np.bool_)
        fresh[:1] = True
        np.not_equal(keys[1:], keys[:-1], out=fresh[1:])
        term_begins = np.flatnonzero(fresh)
        distinct = keys[term_begins]
        fresh[1:] |= unit[1:] != unit[:-1]
        begins = np.flatnonzero(fresh)
        letters = np.stack([alphabet[first + distinct // size], alphabet[distinct % size]], axis=1)
        return TermRange(
            _encoded(letters),
            np.append(np.searchsorted(begins, term_begins), len(begins))[1:],
            unit[begins],
            np.diff(begins, append=len(keys)).astype(np.uint32),
            place.astype(np.uint32) - self._begins[unit],
        )

    def _places(self, first: int, last: int) -> Ints:
        """Where characters with a rank in ``[first, last)`` stand."""
        return np.flatnonzero((self._ranks >= first) & (self._ranks < last))


def _sums(flags: Bools, begins: Ints) -> Ints:
    """How many flags are set in each unit."""
    if not len(begins):
        return np.empty(0, np.int64)
    return np.add.reduceat(flags.view(np.uint8), begins, dtype=np.int64)


def _encoded(codes: Ints) -> tuple[Ints, Ints]:
    """Terms given as rows of code points, (terms, characters): their UTF-8 and where each ends."""
    text = codes.astype("<u4").tobytes().decode(ENCODING, "surrogatepass")
    blob = np.frombuffer(text.encode("utf-8", "surrogatepass"), np.uint8)
    widths = 1 + (codes >= 0x80).astype(np.int64) + (codes >= 0x800) + (codes >= 0x10000)
    return blob, np.cumsum(widths.sum(axis=1))
