"""Which words would tell the topics of a collection? A draft of a taxonomy, to be edited by hand.

Words are weighted by TF-IDF over the passages (Spärck Jones 1972: how often a word occurs, times
the logarithm of how few passages have it). The weightiest word leads a group; words that share
passages with it more often than chance (normalized pointwise mutual information, Bouma 2009) join.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from ..analysis.text import HAN, fold
from ..analysis.words import Analyzer
from ..facets.gazetteer import Gazetteer

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
    texts: Iterable[str], analyzer: Analyzer, *, groups: int = 20, words: int = 12
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
    places = Gazetteer.load()
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
