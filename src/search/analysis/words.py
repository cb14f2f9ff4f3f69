"""How does text become tokens? Han runs by jieba's dictionary, other runs by a rule of ours.

The text is folded, split into Han runs and other runs, and only Han runs are segmented: there
``rjieba`` and the reference ``jieba`` agree entirely (a test holds them to it), and no ASCII is
ever dropped by the segmenter. This is the only module that knows either library.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, cast

import rjieba

from .text import HAN, fold, fold_with_offsets

RUN_BREAK, TEXT_BREAK = "。", "；"
"""Stand after every Han run and every text for ``Analyzer.cut_joined``: they are in no word."""

_RUN = re.compile(rf"(?P<han>[{HAN}]+)|[^\W_{HAN}]+(?:\.[0-9]+)*%?")
"""A Han run, or a run of letters and digits of another script; decimals hold together, with %."""

_OTHER_RUN = re.compile(rf"\n|[^\W_{HAN}]+(?:\.[0-9]+)*%?")
"""A line break, or a run as in ``_RUN`` that is not Han."""

_SCORED_RUN = re.compile(rf"(?:[{HAN}]|[^\W_])+")


class _Segmenter(Protocol):
    def cut(self, text: str) -> list[str]: ...

    def cut_for_search(self, text: str) -> list[str]: ...

    def has_word(self, word: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a text: ``text[start_char:end_char]`` of the original folds to ``term``.

    ``position`` counts tokens from 0 in order of (start, end). Overlapping tokens (安全 in 安全感)
    have positions of their own; phrases never depend on them, they are matched by characters.
    """

    term: str
    position: int
    start_char: int
    end_char: int


class Analyzer:
    """Text to tokens, with the words of a user dictionary added to the built-in one.

    ``digest`` identifies the segmentation: two analyzers with one digest give the same tokens.
    """

    def __init__(self, user_words: Iterable[str] = ()) -> None:
        self.user_words = tuple(sorted({fold(word).strip() for word in user_words} - {""}))

    @cached_property
    def _segmenter(self) -> _Segmenter:
        if not self.user_words:
            # The module has loaded a dictionary already; one more takes 0.1 s and 25 MB.
            return cast(_Segmenter, rjieba)
        segmenter = rjieba.Jieba()
        for word in self.user_words:
            segmenter.add_word(word, None, None)
        return cast(_Segmenter, segmenter)

    @property
    def digest(self) -> str:
        """12 hex digits naming the dictionary in use."""
        words = "\n".join(("jieba-0.42.1", *self.user_words))
        return hashlib.sha256(words.encode()).hexdigest()[:12]

    def tokens(self, text: str) -> list[Token]:
        """All tokens of ``text``, sub-words included, with offsets into the original."""
        folded = fold_with_offsets(text)
        spans = sorted(self._spans(folded.text))
        return [
            Token(folded.text[start:end], position, *folded.original_range(start, end))
            for position, (start, end) in enumerate(spans)
        ]

    def terms(self, folded: str) -> list[str]:
        """The terms of an already folded text, in segmenter order, sub-words included."""
        terms: list[str] = []
        for match in _RUN.finditer(folded):
            run = match.group()
            if match.lastgroup == "han" and len(run) > 1:
                terms.extend(self._segmenter.cut_for_search(run))
            else:
                terms.append(run)
        return terms

    def cut_joined(self, runs: str) -> list[str]:
        """The words of many Han runs, each of which a break follows, and the breaks.

        One call for many texts: half the time of a call for each run is spent on calling. Other
        Python threads run meanwhile. With ``inner_terms`` of each word and ``other_runs`` these
        are the terms of the texts.
        """
        return self._segmenter.cut(runs)

    def inner_terms(self, word: str) -> list[str]:
        """The terms of a word that ``cut_joined`` gave: its sub-words, and the word itself."""
        return [term for term, _ in _with_inner_words(self._segmenter, word)]

    def words(self, folded: str) -> list[str]:
        """The words of an already folded text without sub-words: 安全感满意度 → 安全感, 满意度."""
        words: list[str] = []
        for match in _RUN.finditer(folded):
            run = match.group()
            if match.lastgroup == "han" and len(run) > 1:
                words.extend(self._segmenter.cut(run))
            else:
                words.append(run)
        return words

    def _spans(self, folded: str) -> Iterator[tuple[int, int]]:
        for match in _RUN.finditer(folded):
            run, base = match.group(), match.start()
            if match.lastgroup != "han" or len(run) == 1:
                yield match.span()
                continue
            start = 0
            for word in self._segmenter.cut(run):
                # Search mode adds the dictionary words inside a longer word.
                for term, offset in _with_inner_words(self._segmenter, word):
                    yield base + start + offset, base + start + offset + len(term)
                start += len(word)


def _with_inner_words(segmenter: _Segmenter, word: str) -> Iterator[tuple[str, int]]:
    """A word and its dictionary words of two and three characters, as jieba's search mode does."""
    for size in (2, 3):
        if len(word) > size:
            for offset in range(len(word) - size + 1):
                inner = word[offset : offset + size]
                if segmenter.has_word(inner):
                    yield inner, offset
    yield word, 0


def other_runs(lines: str) -> list[str]:
    """The terms that are not Han of many folded texts, and the line break after each text."""
    return _OTHER_RUN.findall(lines)


def characters(folded: str) -> list[str]:
    """The single characters of a folded text that score: letters, digits, Han; no punctuation."""
    return [c for match in _SCORED_RUN.finditer(folded) for c in match.group()]


def pairs(folded: str) -> list[str]:
    """Adjacent characters of a folded text that score, two by two."""
    return [
        run[i : i + 2]
        for match in _SCORED_RUN.finditer(folded)
        for run in (match.group(),)
        for i in range(len(run) - 1)
    ]
