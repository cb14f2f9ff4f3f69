"""Propose synonyms of a collection, from what its texts show; whoever keeps it decides.

Three kinds of evidence, of which each proposal names its own:

* *named*: a text says so, 最低生活保障（以下简称低保） or 机动车驾驶证（俗称驾照）.
* *short*: one word has some characters of the other in their order, and not side by side (业委会,
  业主委员会), and both stand in the same places.
* *sounds*: two words are read alike (账户, 帐户), and both stand in the same places.

A place is what stands before and after a word; that two words share places alone says only that
they are of one kind (苹果, 梨), so it is never enough.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from ...analysis.equivalence import Synonyms
from ...analysis.text import HAN, fold, is_han_run
from ...analysis.words import Analyzer
from ..vocabulary import CHARACTERS_READ
from .completion import syllables

Evidence = Literal["named", "short", "sounds"]

_NAMED = re.compile(
    rf"(?P<long>[{HAN}]{{2,30}})\((?P<how>(?:以下)?简称|俗称|又称|也称|亦称|又名|也叫)[:\"]?"
    rf"(?P<short>[{HAN}]{{2,10}})\"?(?=[),;])"
)
_NUMERALS = frozenset("第〇零一二三四五六七八九十百千万")
_ALONE_CHARS = 8
"""A name that is no abbreviation is another name of all that stands before it, where that is so
short and no part of a sentence."""
_TIMES_AS_LONG = 4
"""A name is no more times as long as what is short for it."""
_PLACES = 3
"""So many different places two words must share at least,"""
_SHARE = 0.1
"""and so much of those of the one that has fewer."""
_PLACES_KEPT = 2000
"""Of a word; one with more has enough."""
_SHORT_CHARS, _LONGEST_CHARS = 4, 10
"""Of what is short for another word, and of any word."""
_BEFORE_CHARS, _AFTER_CHARS = 10, 40
"""What is shown around an example."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """That ``word`` may also find ``other``; ``count`` times it is named so, or so many places are
    shared. ``example`` is where one of them stands."""

    word: str
    other: str
    evidence: Evidence
    count: int
    example: str


def propose_synonyms(
    texts: Callable[[], Iterable[str]],
    analyzer: Analyzer,
    known: Synonyms,
    *,
    fewest: int = 5,
    limit: int = 100,
) -> tuple[Proposal, ...]:
    """At most ``limit`` pairs that are not known yet, those that a text names first.

    Other words occur at least ``fewest`` times. Reads the texts twice, of them as much as
    ``find_new_words`` does.
    """
    named: Counter[tuple[str, str]] = Counter()
    counts: Counter[str] = Counter()
    examples: dict[tuple[str, str], str] = {}
    for folded in _bounded(texts()):
        for pair, at in _names(folded, analyzer):
            named[pair] += 1
            examples.setdefault(pair, folded[max(0, at - _BEFORE_CHARS) : at + _AFTER_CHARS])
        counts.update(analyzer.words(folded))
    found = [
        Proposal(word, other, "named", count, examples[word, other])
        for (word, other), count in named.most_common()
    ]
    often = (word for word, count in counts.items() if count >= fewest and _may_be_one(word))
    likely = _Likely(sorted(often))
    for folded in _bounded(texts()):
        likely.look_at(folded, ["", *analyzer.words(folded), ""])
    found += sorted(likely.proposals(fewest), key=lambda p: (-p.count, p.word, p.other))
    fresh: dict[frozenset[str], Proposal] = {}
    for proposal in found:
        if proposal.other not in known.others.get(proposal.word, ()):
            fresh.setdefault(frozenset((proposal.word, proposal.other)), proposal)
    return tuple(fresh.values())[:limit]


def _bounded(texts: Iterable[str]) -> Iterator[str]:
    left = CHARACTERS_READ
    for text in texts:
        yield (folded := fold(text)[:left])
        left -= len(folded)
        if left <= 0:
            return


def _may_be_one(word: str) -> bool:
    """Numbers stand in the same places, and are not the same."""
    is_name = 2 <= len(word) <= _LONGEST_CHARS and is_han_run(word)
    return is_name and _NUMERALS.isdisjoint(word)


def _names(folded: str, analyzer: Analyzer) -> Iterator[tuple[tuple[str, str], int]]:
    """((name, what it stands for), where) as a text says."""
    for match in _NAMED.finditer(folded):
        short, long = match["short"], match["long"]
        whole = _whole_name(short, analyzer.words(long))
        if whole is None and "简" not in match["how"] and len(long) <= _ALONE_CHARS:
            whole = long
        # A word that stands in the other finds it anyway.
        if whole is not None and short not in whole:
            yield (short, whole), match.start()


def _whole_name(short: str, words: list[str]) -> str | None:
    """The fewest last words that have all characters of an abbreviation in their order."""
    for first in range(len(words) - 1, -1, -1):
        whole = "".join(words[first:])
        if _is_abbreviation(short, whole):
            return whole
        if len(whole) > _TIMES_AS_LONG * len(short) or words[first] == "的":
            return None
    return None


def _is_abbreviation(short: str, whole: str) -> bool:
    rest = iter(whole)
    return all(character in rest for character in short)


def _is_narrowed(short: str, whole: str) -> bool:
    """Whether the other is only the word with more in one place: 采取措施, 采取有效措施.

    Of two characters, which always begin and end it, each stands for half of the other.
    """
    if len(short) == 2:
        return short in whole or len(whole) != 2 * len(short)
    return any(
        whole.startswith(short[:at]) and whole.endswith(short[at:]) for at in range(len(short) + 1)
    )


class _Likely:
    """Words that are short for others or are read alike, and the places at which they stand.

    A long word is one or two of the analyzer's: 居民, 委员会.
    """

    def __init__(self, words: list[str]) -> None:
        self._shorts: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        sounding: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
        for word in words:
            sounding[tuple(syllables(word))].append(word)
            if len(word) <= _SHORT_CHARS:
                self._shorts[word[0], word[-1]].append(word)
        self._pairs: dict[tuple[str, str], Evidence] = {
            (one, other): "sounds"
            for group in sounding.values()
            for one in group
            for other in group
            if one < other
        }
        self._words = {word for pair in self._pairs for word in pair}
        self._looked_at: set[str] = set()
        self._counts: Counter[str] = Counter()
        self._places: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
        self._examples: dict[str, str] = {}

    def look_at(self, folded: str, words: list[str]) -> None:
        """The words of a text, with an empty one at both ends."""
        for at in range(1, len(words) - 1):
            word = words[at]
            if self._is_likely(word):
                self._note(word, words[at - 1], words[at + 1], folded)
            two = word + words[at + 1]
            if at + 2 < len(words) and self._is_likely(two):
                self._note(two, words[at - 1], words[at + 2], folded)

    def _note(self, word: str, before: str, after: str, folded: str) -> None:
        self._counts[word] += 1
        if (before or after) and len(self._places[word]) < _PLACES_KEPT:
            self._places[word].add((before, after))
        if word not in self._examples:
            start = max(0, folded.find(word) - _BEFORE_CHARS)
            self._examples[word] = folded[start : start + _AFTER_CHARS]

    def _is_likely(self, word: str) -> bool:
        if word in self._words:
            return True
        shorts = self._shorts.get((word[0], word[-1]))
        if not shorts or word in self._looked_at:
            return False
        self._looked_at.add(word)
        for short in shorts if _may_be_one(word) else ():
            if _is_abbreviation(short, word) and not _is_narrowed(short, word):
                self._pairs[short, word] = "short"
                self._words |= {short, word}
        return word in self._words

    def proposals(self, fewest: int) -> Iterator[Proposal]:
        """Those that share places enough."""
        for (word, other), evidence in self._pairs.items():
            one, two = self._places[word], self._places[other]
            shared = len(one & two)
            often = min(self._counts[word], self._counts[other]) >= fewest
            if often and shared >= max(_PLACES, _SHARE * min(len(one), len(two))):
                yield Proposal(word, other, evidence, shared, self._examples[word])
