"""Find words that a collection uses and the dictionary lacks, off its characters alone.

A word is a run of characters that holds together and stands in many surroundings: the pointwise
mutual information of its parts is high (Church and Hanks 1990), and so is the entropy of what
stands before and after it (Harris 1955; as used for Chinese by Zhao and Kit 2008). Of these, what
the analyzer cuts into a piece of one character is a word that it does not know; what it cuts into
words of two and more is a phrase.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from ..analysis.text import HAN, fold, is_han
from ..analysis.words import Analyzer
from ..facets.gazetteer import Gazetteer

Numbers: TypeAlias = npt.NDArray[np.integer[Any]]
Floats: TypeAlias = npt.NDArray[np.floating[Any]]

CHARACTERS_READ = 24_000_000
"""So many characters are read, about 400,000 passages: what bounds time and memory."""
_LONGEST = 4
_BITS = 12
"""Five characters fit into 60 bits: of the kinds of character the 4,095 commonest are told apart,
any other ends a run as a comma does."""
_PARTS = 4
"""The runs are counted in so many parts by their first character, to need as much less memory."""
_LEAST_COHESION = 4.0
"""e⁴: the rarer split of the run occurs so many times as often as by chance."""
_LEAST_ENTROPY = 1.2
"""As many surroundings as about three equally common characters before it and after it."""
_SAME_WORD = 0.7
"""A run that occurs in a longer one so much of the time is a part of that."""
_EXAMPLE_CHARS = 12
_GRAMMAR = frozenset(
    "的地得了着过吗呢吧和与及或跟同并且而但则若如即因故虽在于自从由向往到对为以按把被将给让比"
    "是有无非不未没勿已曾正再又也都还就才很更最太其该此这那各每某本所可能会应须需要使等者们"
    "中内外里上下前后间时起止个种次条款项目号章节元日月年第"
    "〇零一二三四五六七八九十百千万亿两"
)
"""Function words, words of place, measures, numerals: what begins or ends so is grammar."""


@dataclass(frozen=True, slots=True)
class NewWord:
    """A word of 2 to 4 characters, how often it occurs, and one of its occurrences."""

    word: str
    count: int
    example: str


@dataclass(frozen=True, slots=True)
class _Runs:
    """Runs of one length that are frequent: keys ascending, how often, entropy at their sides."""

    keys: Numbers
    counts: Numbers
    entropy: Floats


def find_new_words(
    texts: Iterable[str], analyzer: Analyzer, *, fewest: int = 10, limit: int = 200
) -> tuple[NewWord, ...]:
    """At most ``limit`` words that occur at least ``fewest`` times, the likeliest first."""
    text = "\n".join(_bounded(texts))
    codes, kinds = _codes(text)
    total = int(np.count_nonzero(codes)) or 1
    runs = {size: _runs(codes, size, fewest) for size in range(1, _LONGEST + 1)}
    found: dict[str, tuple[float, int]] = {}
    for size in range(2, _LONGEST + 1):
        here = runs[size]
        cohesion = _cohesion(runs, size, total)
        good = np.flatnonzero((cohesion >= _LEAST_COHESION) & (here.entropy >= _LEAST_ENTROPY))
        for place in good.tolist():
            key, count = int(here.keys[place]), int(here.counts[place])
            shifts = range(_BITS * (size - 1), -1, -_BITS)
            word = "".join(kinds[key >> shift & (1 << _BITS) - 1] for shift in shifts)
            found[word] = (float(cohesion[place]) * float(np.log(count)), count)
    for word in sorted(found, key=len, reverse=True):
        for part in {word[i:j] for i in range(len(word)) for j in range(i + 2, len(word) + 1)}:
            if part != word and part in found and found[word][1] >= _SAME_WORD * found[part][1]:
                del found[part]
    unknown = (
        word
        for word in found
        if _GRAMMAR.isdisjoint((word[0], word[-1])) and _lacks(analyzer, word)
    )
    ranked = sorted(unknown, key=lambda word: (-found[word][0], word))[:limit]
    return tuple(NewWord(word, found[word][1], _example(text, word)) for word in ranked)


def _bounded(texts: Iterable[str]) -> Iterator[str]:
    left = CHARACTERS_READ
    for text in texts:
        folded = fold(text).replace("\n", " ")
        yield folded[:left]
        left -= len(folded)
        if left <= 0:
            return


def _codes(text: str) -> tuple[Numbers, list[str]]:
    """((characters,) the number of each kind of Han character, 0 for all else; the kinds)."""
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    counts = np.bincount(points) if len(points) else np.zeros(1, np.int64)
    common = np.argsort(-counts, kind="stable")
    han = [p for p in common[: np.count_nonzero(counts)].tolist() if is_han(chr(p))]
    kinds = sorted(han[: (1 << _BITS) - 1])
    number = np.zeros(len(counts), np.uint16)
    number[kinds] = np.arange(1, len(kinds) + 1)
    return number[points], ["", *map(chr, kinds)]


def _runs(codes: Numbers, size: int, fewest: int) -> _Runs:
    """The runs of a length that occur at least ``fewest`` times."""
    # With a break at both ends, and more at the last, every run has a neighbour on either side.
    padded = np.concatenate((np.zeros(1, np.uint16), codes, np.zeros(_LONGEST + 1, np.uint16)))
    within = codes > 0
    for shift in range(1, size):
        within &= padded[1 + shift : 1 + shift + len(codes)] > 0
    parts = []
    for part in range(_PARTS):
        mine = np.flatnonzero(within & (codes % _PARTS == part))
        keys = np.zeros(len(mine), np.int64)
        for shift in range(size):
            keys <<= _BITS
            keys |= codes[mine + shift]
        right = _sides(keys << _BITS | padded[mine + 1 + size], fewest)
        left = _sides(keys << _BITS | padded[mine], fewest)
        parts.append(_Runs(right.keys, right.counts, np.minimum(right.entropy, left.entropy)))
    keys = np.concatenate([p.keys for p in parts])
    order = np.argsort(keys)
    return _Runs(
        keys[order],
        np.concatenate([p.counts for p in parts])[order],
        np.concatenate([p.entropy for p in parts])[order],
    )


def _sides(keys: Numbers, fewest: int) -> _Runs:
    """Runs with the entropy of the neighbour in the lowest bits of each key; sorts ``keys``.

    A break is a neighbour of its own each time: at the end of a sentence anything could follow.
    """
    keys.sort()
    pairs, pair_counts = _distinct(keys)
    runs, first = np.unique(pairs >> _BITS, return_index=True)
    if not len(runs):
        return _Runs(runs, runs, np.empty(0))
    counts = np.add.reduceat(pair_counts, first)
    of = np.repeat(np.arange(len(runs)), np.diff(first, append=len(pairs)))
    share = pair_counts / counts[of]
    is_break = pairs & (1 << _BITS) - 1 == 0
    surprise = np.where(is_break, np.log(counts[of]), -np.log(share))
    entropy = np.add.reduceat(share * surprise, first)
    kept = counts >= fewest
    return _Runs(runs[kept], counts[kept], entropy[kept])


def _distinct(ascending: Numbers) -> tuple[Numbers, Numbers]:
    first = np.flatnonzero(np.diff(ascending, prepend=-1))
    return ascending[first], np.diff(first, append=len(ascending))


def _cohesion(runs: dict[int, _Runs], size: int, total: int) -> Floats:
    """(runs,) pointwise mutual information, natural logarithm, of the weakest split in two."""
    here = runs[size]
    weakest = np.full(len(here.keys), np.inf)
    for left in range(1, size):
        shift = _BITS * (size - left)
        counts = [
            # Both parts occur wherever the run does, so they are among the frequent ones.
            part.counts[np.searchsorted(part.keys, keys)].astype(np.float64)
            for part, keys in (
                (runs[left], here.keys >> shift),
                (runs[size - left], here.keys & (1 << shift) - 1),
            )
        ]
        weakest = np.minimum(weakest, np.log(here.counts / counts[0] / counts[1] * total))
    return weakest


def _lacks(analyzer: Analyzer, word: str) -> bool:
    """Whether the analyzer cuts a word into pieces of which one is a single character."""
    pieces = analyzer.words(word)
    return len(pieces) > 1 and min(map(len, pieces)) == 1


def _example(text: str, word: str) -> str:
    """An occurrence with some of its line around."""
    at = text.find(word)
    begin = max(text.rfind("\n", 0, at) + 1, at - _EXAMPLE_CHARS)
    end = text.find("\n", at)
    return text[begin : min(end if end >= 0 else len(text), at + len(word) + _EXAMPLE_CHARS)]


_WORD = re.compile(rf"[{HAN}]{{2,8}}\Z")
_FEWEST_PASSAGES = 3
_LARGEST_SHARE = 0.3
"""A word in more of the passages than this is no topic but the collection's way of speaking."""
_CANDIDATES = 600
_LEAST_ASSOCIATION = 0.25


@dataclass(frozen=True, slots=True)
class WordGroup:
    """Words that go together, the leading one first; each with the passages that have it."""

    words: tuple[str, ...]
    passages: tuple[int, ...]


def suggest_groups(
    texts: Iterable[str],
    analyzer: Analyzer,
    places: Gazetteer,
    *,
    groups: int = 20,
    words: int = 12,
) -> tuple[WordGroup, ...]:
    """At most ``groups`` groups of at most ``words`` words, the weightiest first."""
    frequency: Counter[str] = Counter()
    spread: Counter[str] = Counter()
    passages: list[frozenset[str]] = []
    for text in texts:
        found = [w for w in analyzer.words(fold(text)) if _WORD.match(w)]
        frequency.update(found)
        passages.append(frozenset(found))
        spread.update(passages[-1])
    total = len(passages)
    most = max(_FEWEST_PASSAGES, _LARGEST_SHARE * total)
    weights = {
        word: frequency[word] * math.log(total / count)
        for word, count in spread.items()
        if _FEWEST_PASSAGES <= count <= most
    }
    ranked = sorted(weights, key=lambda word: (-weights[word], word))
    # The place is a facet of its own.
    ranked = [word for word in ranked[: 2 * _CANDIDATES] if not places.resolve(word)][:_CANDIDATES]
    together = _together(passages, frozenset(ranked))
    chosen: list[WordGroup] = []
    taken: set[str] = set()
    for leader in ranked:
        if len(chosen) == groups:
            break
        if leader in taken:
            continue
        near = {
            word: _association(spread[leader], spread[word], count, total)
            for word, count in together.get(leader, {}).items()
            if word not in taken
        }
        joining = sorted(
            (word for word, value in near.items() if value >= _LEAST_ASSOCIATION),
            key=lambda word: (-near[word] * weights[word], word),
        )
        members = (leader, *joining[: words - 1])
        taken.update(members)
        chosen.append(WordGroup(members, tuple(spread[word] for word in members)))
    return tuple(chosen)


def as_taxonomy(groups: Iterable[WordGroup]) -> str:
    """The groups as a taxonomy file: the leading word names the topic and is enough by itself."""
    lines = ["# A draft: rename the topics, move the words, set their weights (3 is enough alone)."]
    for group in groups:
        lines += ["", "[[topic]]", f"name = {_quoted(group.words[0])}", "[topic.words]"]
        for number, (word, count) in enumerate(zip(group.words, group.passages, strict=True)):
            weight = 3 if number == 0 else 2
            lines.append(f"{_quoted(word)} = {weight}  # in {count} passages")
    return "\n".join(lines) + "\n"


def _together(passages: Iterable[frozenset[str]], words: frozenset[str]) -> dict[str, Counter[str]]:
    """In how many passages each two of these words stand."""
    together: dict[str, Counter[str]] = {}
    for passage in passages:
        here = passage & words
        for word in here:
            together.setdefault(word, Counter()).update(here - {word})
    return together


def _association(first: int, second: int, both: int, total: int) -> float:
    """Normalized pointwise mutual information, from -1 to 1."""
    if both == total:
        return 0.0
    return math.log(both * total / (first * second)) / -math.log(both / total)


def _quoted(word: str) -> str:
    # A JSON string of Han characters is a TOML string too.
    return json.dumps(word, ensure_ascii=False)
