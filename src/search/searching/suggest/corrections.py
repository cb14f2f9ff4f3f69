"""Find texts of the collection that are one slip away from what was typed.

Slips are one character taken for another (a homophone first of all), two neighbours swapped, one
left out, one too many. What could stand there instead is read off the pairs of characters of the
collection: a character is tried where it makes pairs with both neighbours that are far commoner
than those that were typed. Nothing is known of the language beyond that and how characters sound.
"""

from __future__ import annotations

import math
import re
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias
from typing import Literal as OneOf

import numpy as np
import numpy.typing as npt

from ...analysis.text import HAN, NUMERALS, fold, is_han
from ...analysis.words import Analyzer
from ...facets.gazetteer import Gazetteer
from ...query.fields import FIELD_NAMES
from ...query.items import left_out
from ..results import Correction
from .completion import readings, syllables

Ints: TypeAlias = npt.NDArray[np.integer[Any]]
Slip = OneOf["homophone", "swap", "shape", "missing", "extra"]
"""How a text differs from what was meant; "shape" is any other character in the place of one."""

_HAN_RUN = re.compile(rf"[{HAN}]{{2,}}")
_NUMERAL = f"[{NUMERALS}]"
_NUMBERS = re.compile(rf"(?<=第){_NUMERAL}+|{_NUMERAL}{{2,}}|[二三四五六七八九]")
"""Numbers; 一, 十, 百 and 两 by themselves are parts of words (统一, 百姓)."""
_OF_NUMBER = re.compile(rf"{_NUMERAL}{{2}}.")
"""What so begins is a name made of numerals: 二十大, 十四五."""
_LONGEST_SLIP_CHARS = 24
"""Longer texts are sentences: a slip in one is looked for in its first characters only."""
_LEAST_GAIN = 3.0
"""A pair that is put right is at least so many times as frequent as what was typed."""
PENALTY: dict[Slip, float] = {
    "homophone": 0.0,
    "swap": 0.0,
    "shape": 5.0,
    "missing": 6.0,
    "extra": 6.0,
}
"""How much less likely it is to have slipped to just this text than by a homophone, as a natural
logarithm. A character has about ten homophones and is swapped with one of two neighbours, while any
of some thousand could stand in its place: e⁵ is 150."""
_SHORTEST: dict[Slip, int] = {"homophone": 2, "swap": 2, "shape": 3, "missing": 4, "extra": 4}
"""How long a run must be for its other characters to say what was meant."""
_EACH_PLACE = 12


@dataclass(frozen=True, slots=True)
class Proposal:
    """A text that may have been meant, and the slip that leads to what was typed.

    ``run`` is the run of Han characters that was changed, folded; ``score`` how much commoner its
    pairs are, less the penalty of the slip.
    """

    text: str
    run: str
    slip: Slip
    score: float


class Spelling:
    """Proposes from the pairs of a collection, (pair, passages that have it) by code points."""

    def __init__(self, pairs: Iterable[tuple[str, int]]) -> None:
        # A million pairs: as lists of numbers they would take 80 MB while they are read.
        codes, counts = array("I"), array("q")
        for pair, count in pairs:
            if len(pair) == 2:
                codes.extend(map(ord, pair))
                counts.append(count)
        found = np.frombuffer(codes, np.uint32)
        distinct, of_each = np.unique(found, return_inverse=True)
        han = np.fromiter((is_han(chr(code)) for code in distinct.tolist()), bool, distinct.size)
        kept = han[of_each].reshape(-1, 2).all(axis=1)
        first, second = found.reshape(-1, 2)[kept].astype(np.int64).T
        forward, back = first << 32 | second, second << 32 | first
        order = np.argsort(back, kind="stable")
        number = np.frombuffer(counts, np.int64)[kept]
        self._forward = _Neighbours(forward, number)
        self._back = _Neighbours(back[order], number[order])

    def propose(self, query: str) -> tuple[Proposal, ...]:
        """At most 24 texts one slip away from a query, the likeliest first.

        Each differs in one run of Han characters; operators, quotation marks, what is excluded and
        what is not Han stay as they are.
        """
        found: dict[str, Proposal] = {}
        left = _LONGEST_SLIP_CHARS
        for match in _HAN_RUN.finditer(query):
            is_field = match[0] in FIELD_NAMES and query[match.end() :].startswith((":", "："))
            if is_field or query[: match.start()].endswith(("-", "－")):
                continue
            run = fold(match.group())[:left]
            rest = match.group()[len(run) :]
            left -= len(run)
            for text, slip, score in self._of_run(run):
                whole = query[: match.start()] + text + rest + query[match.end() :]
                proposal = Proposal(whole, text, slip, score)
                if whole not in found or found[whole].score < score:
                    found[whole] = proposal
            if left < 2:
                break
        ranked = sorted(found.values(), key=lambda p: (-p.score, p.text))
        return tuple(ranked[:24])

    def _of_run(self, run: str) -> Iterator[tuple[str, Slip, float]]:
        size = len(run)
        for i in range(size):
            before, after = run[i - 1] if i else None, run[i + 1] if i + 1 < size else None
            typed = self._support(before, run[i], after)
            found = []
            for other, gain in self._between(before, after, typed):
                if other == run[i]:
                    continue
                slip: Slip = "homophone" if _sound_alike(run, i, other) else "shape"
                if size >= _SHORTEST[slip]:
                    found.append((gain - PENALTY[slip], slip, other))
            found.sort(key=lambda item: (-item[0], item[2]))
            for score, slip, other in found[:_EACH_PLACE]:
                yield run[:i] + other + run[i + 1 :], slip, score
            if i + 1 < size and run[i] != run[i + 1]:
                swapped = run[:i] + run[i + 1] + run[i] + run[i + 2 :]
                yield from self._if_better(run, swapped, "swap", i - 1, i + 2, i + 2)
            if size > _SHORTEST["extra"]:
                shorter = run[:i] + run[i + 1 :]
                yield from self._if_better(run, shorter, "extra", i - 1, i + 1, i)
            if before and size >= _SHORTEST["missing"]:
                pair = self._support(before, run[i], None)
                between = sorted(
                    self._between(before, run[i], pair), key=lambda item: (-item[1], item[0])
                )
                for other, gain in between[:_EACH_PLACE]:
                    yield run[:i] + other + run[i:], "missing", gain - PENALTY["missing"]

    def _if_better(
        self, run: str, other: str, slip: Slip, first: int, last: int, last_of_other: int
    ) -> Iterator[tuple[str, Slip, float]]:
        """``other`` where its rarest pair in [first, last] gains over that of ``run``."""
        gain = _log(self._rarest(other, first, last_of_other)) - _log(
            self._rarest(run, first, last)
        )
        if gain >= math.log(_LEAST_GAIN):
            yield other, slip, gain - PENALTY[slip]

    def _rarest(self, run: str, first: int, last: int) -> int:
        places = range(max(first, 0), min(last, len(run) - 1))
        return min((self._forward.count(run[i], run[i + 1]) for i in places), default=0)

    def _support(self, before: str | None, character: str, after: str | None) -> int:
        counts = []
        if before:
            counts.append(self._forward.count(before, character))
        if after:
            counts.append(self._forward.count(character, after))
        return min(counts)

    def _between(
        self, before: str | None, after: str | None, typed: int
    ) -> Iterator[tuple[str, float]]:
        """(character, gain of its rarer pair over ``typed`` passages) of all that stand between
        two neighbours and gain enough.
        """
        if before is None or after is None:
            codes, counts = self._forward.of(before) if before else self._back.of(after or "")
        else:
            first, first_counts = self._forward.of(before)
            second, second_counts = self._back.of(after)
            codes, a, b = np.intersect1d(first, second, assume_unique=True, return_indices=True)
            counts = np.minimum(first_counts[a], second_counts[b])
        # Nearly all gain nothing.
        enough = counts + 0.5 >= (typed + 0.5) * _LEAST_GAIN
        base = _log(typed)
        for code, count in zip(codes[enough].tolist(), counts[enough].tolist(), strict=True):
            yield chr(code), _log(count) - base


class _Neighbours:
    """Pairs by their first character: ``keys`` ascending, first << 32 | second."""

    def __init__(self, keys: Ints, counts: Ints) -> None:
        self._keys = keys
        self._counts = counts

    def of(self, character: str) -> tuple[Ints, Ints]:
        """(code points of the characters after one, passages with each pair), ascending."""
        low, high = np.searchsorted(self._keys, [ord(character) << 32, (ord(character) + 1) << 32])
        return self._keys[low:high] & 0xFFFFFFFF, self._counts[low:high]

    def count(self, first: str, second: str) -> int:
        """Passages with one pair."""
        key = ord(first) << 32 | ord(second)
        place = int(np.searchsorted(self._keys, key))
        found = place < len(self._keys) and int(self._keys[place]) == key
        return int(self._counts[place]) if found else 0


def _sound_alike(run: str, place: int, other: str) -> bool:
    """Whether another character in a place is read like the one there: as both are mostly read, or
    as the other is beside its neighbours.
    """
    typed, every = readings(run[place])[:1], readings(other)
    if not typed or typed[0] not in every:
        return False
    before, after = run[max(place - 1, 0) : place], run[place + 1 : place + 2]
    return typed == every[:1] or syllables(before + other + after)[len(before)] == typed[0]


def _log(count: int) -> float:
    return math.log(count + 0.5)


FINDS_LITTLE = 3
"""A query that finds more passages than this is taken to mean what it says."""
_LONGEST_CHARS = 16
"""A longer query is a quotation, and has a slip at each of many places."""

_SHOWN = 3
_FEWEST: dict[Slip, int] = {"homophone": 3, "swap": 3, "shape": 5, "missing": 8, "extra": 8}
"""A correction finds at least so many passages,"""
_FEWEST_INSTEAD = 2
_TIMES: dict[Slip, int] = {"homophone": 10, "swap": 10, "shape": 20, "missing": 30, "extra": 30}
"""and at least so many times as many as the query itself."""
_WORSE = 2.0
"""A further correction is shown if it is at most e² times less likely than the first."""
_APART = 0.02
"""What a passage counts that has all the words, but apart."""
_ONE_WORD: frozenset[Slip] = frozenset(("shape", "missing", "extra"))
"""Two or three characters say too little of which other was meant, unless they make one word;"""
_WORD_CHARS = 4
_PAIR_CHARS = 3
"""and so do two of any slip, where finding something is all that speaks for another text."""


def slips(
    query: str,
    total: int,
    spelling: Callable[[], Spelling],
    analyzer: Analyzer,
    places: Gazetteer,
) -> tuple[Proposal, ...]:
    """The texts that may have been meant by a query that finds ``total`` passages.

    ``spelling`` is asked for only where it is needed. Numbers and places stay as they are:
    another is as good as the one that was typed. Nothing where ``total`` is above
    ``FINDS_LITTLE``, or for a query of a whole sentence.
    """
    if total > FINDS_LITTLE or len(query) > _LONGEST_CHARS:
        return ()

    typed = fold(query)
    runs = _HAN_RUN.findall(typed)
    kept = [run for run in runs if _OF_NUMBER.fullmatch(run)]
    kept += [word for run in runs for word in analyzer.words(run) if places.resolve(word)]
    numbers = Counter(_NUMBERS.findall(typed))

    def is_told(proposal: Proposal) -> bool:
        text = fold(proposal.text)
        if not (numbers <= Counter(_NUMBERS.findall(text)) and all(name in text for name in kept)):
            return False
        # 的公司法 and 在公司法 stand everywhere, and are no texts that are meant.
        first = analyzer.words(proposal.run)[0]
        if len(first) == 1 and first not in typed and left_out(first, analyzer):
            return False
        shortest = _WORD_CHARS if proposal.slip in _ONE_WORD else 0 if total else _PAIR_CHARS
        return len(proposal.run) >= shortest or len(analyzer.words(proposal.run)) == 1

    return tuple(filter(is_told, spelling().propose(query)))


def correct(
    proposals: Sequence[Proposal], total: int, found: Sequence[int], occurs: Sequence[int]
) -> tuple[Correction, ...]:
    """What was meant of some proposals, the likeliest first.

    ``found`` is how many passages each finds, ``occurs`` in how many its run stands literally, as
    a word where it has two characters only.
    """
    # Bayes' rule: how often the text occurs, times how often one slips like that.
    ranked: list[tuple[float, str, int]] = []
    for proposal, passages, literally in zip(proposals, found, occurs, strict=True):
        slip = proposal.slip
        # Where nothing was found, what is found at all is worth showing.
        fewest = max(_FEWEST[slip], _TIMES[slip] * total) if total else _FEWEST_INSTEAD
        # Any character can be tried, and its words be found apart: 在 for 交 in 物业费不交会怎么样.
        by_chance = not literally and (slip in _ONE_WORD or len(proposal.run) == 2)
        if passages >= fewest and not by_chance:
            evidence = literally + _APART * passages
            ranked.append((PENALTY[slip] - math.log(evidence), proposal.text, passages))
    ranked.sort()
    best = ranked[0][0] if ranked else 0.0
    return tuple(
        Correction("query", text, passages)
        for score, text, passages in ranked[:_SHOWN]
        if score <= best + _WORSE
    )
