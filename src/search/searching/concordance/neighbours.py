"""What stands directly beside the matches, and how often? By words or by characters."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from ...analysis.text import fold
from ...analysis.words import Analyzer
from .lines import Line

_SEEN_CHARS = 16
"""So much of the text beside a match is cut into words: longer words are rare."""
_WORD = re.compile(r"[^\W_]")


class Neighbour(NamedTuple):
    """Folded text beside a match, empty at the edge of a passage; lines and passages that have it.

    (A tuple, because there are many.)
    """

    text: str
    occurrences: int
    passages: int


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The neighbours on both sides, the commonest first, equals by code points."""

    left: tuple[Neighbour, ...]
    right: tuple[Neighbour, ...]


def neighbours(lines: Iterable[Line], analyzer: Analyzer, near_chars: int = 0) -> Neighbours:
    """Count the neighbours of lines.

    ``near_chars`` characters beside the match, fewer at the edge of a passage; 0 is the next word
    of the analyzer, or the sign that stands there. White space beside a match is passed over.
    """
    listed = tuple(lines)
    before: Callable[[str], str] = partial(_word_before, analyzer)
    after: Callable[[str], str] = partial(_word_after, analyzer)
    if near_chars:
        before, after = (lambda text: text[-near_chars:]), (lambda text: text[:near_chars])
    return Neighbours(
        _counted(listed, lambda line: fold(line.left).rstrip()[-_SEEN_CHARS:], before),
        _counted(listed, lambda line: fold(line.right).lstrip()[:_SEEN_CHARS], after),
    )


def _counted(
    lines: tuple[Line, ...], beside: Callable[[Line], str], nearest: Callable[[str], str]
) -> tuple[Neighbour, ...]:
    counts: Counter[str] = Counter()
    passages: dict[str, set[str]] = {}
    known: dict[str, str] = {}
    for line in lines:
        around = beside(line)
        text = known.get(around)
        if text is None:
            text = known[around] = nearest(around)
        counts[text] += 1
        passages.setdefault(text, set()).add(line.passage.passage_id)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Neighbour(text, count, len(passages[text])) for text, count in ordered)


def _word_before(analyzer: Analyzer, text: str) -> str:
    if not text or not _WORD.match(text[-1]):
        return text[-1:]
    return (analyzer.words(text) or [text])[-1]


def _word_after(analyzer: Analyzer, text: str) -> str:
    if not text or not _WORD.match(text[0]):
        return text[:1]
    return (analyzer.words(text) or [text])[0]
