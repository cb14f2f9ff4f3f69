"""Turn text into tokens: Han runs by jieba's dictionary, other runs by a rule of ours.

The text is folded, split into Han runs and other runs, and only Han runs are segmented, so that no
ASCII is ever dropped by the segmenter. ``segmenters`` knows the libraries that segment.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from .segmenters import Segmenter, UserWord, default_segmenter, few_words
from .text import HAN, fold, fold_with_offsets

RUN_BREAK, TEXT_BREAK = "。", "；"
"""Stand after every Han run and every text for ``Analyzer.cut_joined``: they are in no word."""

_RUN = re.compile(rf"(?P<han>[{HAN}]+)|[^\W_{HAN}]+(?:\.[0-9]+)*%?")
"""A Han run, or a run of letters and digits of another script; decimals hold together, with %."""

_OTHER_RUN = re.compile(rf"\n|[^\W_{HAN}]+(?:\.[0-9]+)*%?")
"""A line break, or a run as in ``_RUN`` that is not Han."""

_FOLDING = "folding 2"
"""Another number, whenever a text folds to something else: then an index is made anew of its texts
by ``duansou upgrade``, as for another dictionary."""

_SCORED_RUN = re.compile(rf"(?:[{HAN}]|[^\W_])+")


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a text: ``text[start_char:end_char]`` of the original folds to ``term``.

    ``position`` counts words from 0; the words inside of a word (安全 in 安全感) have its position.
    Our own phrases never depend on it, they are matched by characters.
    """

    term: str
    position: int
    start_char: int
    end_char: int


class Analyzer:
    """Text to tokens, with the words of a user dictionary added to the built-in one.

    An entry of ``user_words`` is a word, and after a space how often it counts, as in the user
    dictionaries of jieba; without a number it counts so often that it is a word. ``digest``
    identifies the segmentation: two analyzers with one digest give the same tokens.
    """

    def __init__(self, user_words: Iterable[str] = ()) -> None:
        entries = filter(None, map(UserWord.parse, user_words))
        known = {fold(entry.word): replace(entry, word=fold(entry.word)) for entry in entries}
        self.user_words = tuple(sorted(str(entry) for entry in known.values()))
        self._user_words = tuple(known[word] for word in sorted(known))
        self._loaded: Segmenter | None = None

    @property
    def _segmenter(self) -> Segmenter:
        if self._loaded is None:
            self._loaded = default_segmenter(self._user_words)
        return self._loaded

    @property
    def digest(self) -> str:
        """12 hex digits naming the folding and the dictionary in use."""
        words = "\n".join((_FOLDING, "jieba-0.42.1", *self.user_words))
        return hashlib.sha256(words.encode()).hexdigest()[:12]

    def tokens(self, text: str, *, inner: bool = True) -> list[Token]:
        """The tokens of ``text``, with the words inside of words, by offsets into the original."""
        folded = fold_with_offsets(text)
        return [
            Token(folded.text[start:end], position, *folded.original_range(start, end))
            for start, end, position in sorted(self._spans(folded.text, inner=inner))
        ]

    def spans_of(self, terms: Collection[str], folded: str) -> Iterator[tuple[int, int]]:
        """Where tokens that are one of some terms stand in a folded text, unordered.

        Only the runs that have one of them are cut.
        """
        for start, end, _ in self._spans(folded, inner=True, having=terms):
            if folded[start:end] in terms:
                yield start, end

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
                words.extend(self._cut(run))
            else:
                words.append(run)
        return words

    def _cut(self, run: str) -> list[str]:
        """The words of a Han run: a short one is no reason to load a whole dictionary."""
        words = None
        if self._loaded is None and not self._user_words:
            words = few_words(run)
        return self._segmenter.cut(run) if words is None else words

    def _spans(
        self, folded: str, *, inner: bool, having: Collection[str] = ()
    ) -> Iterator[tuple[int, int, int]]:
        """(start, end, number of the word that it is or is in) of every token, unordered.

        ``having`` leaves out the runs without any of these terms; numbers count the rest then.
        """
        position = 0
        for match in _RUN.finditer(folded):
            run, base = match.group(), match.start()
            if having and not any(term in run for term in having):
                continue
            if match.lastgroup != "han" or len(run) == 1:
                yield *match.span(), position
                position += 1
                continue
            start = 0
            for word in self._segmenter.cut(run) if inner else self._cut(run):
                # Search mode adds the dictionary words inside a longer word.
                terms = _with_inner_words(self._segmenter, word) if inner else [(word, 0)]
                for term, offset in terms:
                    yield base + start + offset, base + start + offset + len(term), position
                start += len(word)
                position += 1


def _with_inner_words(segmenter: Segmenter, word: str) -> Iterator[tuple[str, int]]:
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
