"""Leave out what only makes a question of a query: words of ``question_words.txt``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from ..analysis.words import Analyzer


@cache
def _listed() -> dict[str, frozenset[str]]:
    """The words of each section of the list."""
    found: dict[str, list[str]] = {}
    section: list[str] = []
    for line in files(__package__).joinpath("question_words.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            section = found.setdefault(line.strip("[]"), [])
        elif not line.startswith("#"):
            section += line.split()
    return {name: frozenset(words) for name, words in found.items()}


QUESTION_WORDS = _listed()["asking"]
"""The interrogatives of Chinese in both scripts, closed but for measure words. Not 是否, 能否, 几
and 何 alone, which statutes and names have too."""
_LEFT_OUT = QUESTION_WORDS | _listed()["particles"]
"""What takes no part in matching beside other words."""
_ASKING = re.compile(
    "|".join(map(re.escape, sorted((w for w in QUESTION_WORDS if len(w) > 1), key=len)[::-1]))
)


def telling_words(
    folded: str, analyzer: Analyzer, known: Sequence[str] = ()
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(the words of a folded text that tell something, those that only ask), each once, in order.

    A text that only asks is asked for itself: all its words tell. ``known`` are words wherever they
    stand.
    """
    telling: dict[str, None] = {}
    asking: dict[str, None] = {}
    longest_first = sorted(known, key=len, reverse=True)
    cut = re.compile(f"({'|'.join(map(re.escape, longest_first))})") if known else None
    for text in cut.split(folded) if cut else (folded,):
        for run in (text,) if text in known else _runs(text):
            is_one = run in known or run in _LEFT_OUT
            for word in (run,) if is_one else analyzer.words(run):
                (asking if word in _LEFT_OUT else telling)[word] = None
    return (tuple(telling), tuple(asking)) if telling else (tuple(asking), ())


def left_out(folded: str, analyzer: Analyzer) -> tuple[str, ...]:
    """The words of a folded text where all of them only ask; else none."""
    words = tuple(word for run in _runs(folded) for word in analyzer.words(run))
    return words if words and _LEFT_OUT.issuperset(words) else ()


def _runs(folded: str) -> list[str]:
    """A text cut before and after each word that asks: jieba takes 哪些地方 for one word."""
    runs: list[str] = []
    end = 0
    for match in _ASKING.finditer(folded):
        runs += [folded[end : match.start()], match[0]]
        end = match.end()
    return [run for run in (*runs, folded[end:]) if run]


def without_question_words(folded: str, analyzer: Analyzer) -> str:
    """A folded text with a line break in place of each interrogative, so that nothing new becomes
    adjacent.

    A text that is nothing else is asked for itself, and stays.
    """
    words = analyzer.words(folded)
    if QUESTION_WORDS.isdisjoint(words):
        return folded
    kept: list[str] = []
    end = 0
    for word in words:
        start = folded.index(word, end)
        kept.append(folded[end:start])
        kept.append("\n" if word in QUESTION_WORDS else word)
        end = start + len(word)
    kept.append(folded[end:])
    left = "".join(kept)
    return left if analyzer.words(left) else folded
