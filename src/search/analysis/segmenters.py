"""Segment Han runs with the dictionary and the model of jieba, by jieba itself or by rjieba.

rjieba is the same algorithm with the same dictionary, compiled: about ten times faster. A test
holds the two to the same words; of several hundred thousand runs of characters one may be cut
otherwise, where two ways are equally probable (``proofs.words``). This is the only module that
knows either library.

The dictionary of jieba is read from its own package: its tokenizer would else keep a model in the
shared temporary folder, where anybody could put one before.
"""

from __future__ import annotations

import math
import mmap
import sys
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol, cast

from ..config import load_settings
from ..errors import UsageError

_SHORT = 12
"""Characters of a run up to which looking words up one by one beats loading the dictionary."""

_TOTAL = 60_101_967
"""Sum of the frequencies of that dictionary, the denominator of its probabilities."""


class Segmenter(Protocol):
    """What the analyzer asks of either library."""

    def cut(self, text: str) -> list[str]:
        """The words of a text, joined they are it."""

    def cut_for_search(self, text: str) -> list[str]:
        """The words, and before each longer one the dictionary words of 2 and 3 inside of it."""

    def has_word(self, word: str) -> bool:
        """Whether a word is in the dictionary."""


@dataclass(frozen=True, slots=True)
class UserWord:
    """A line of a user dictionary: a word, and how often it counts where that is given."""

    word: str
    frequency: int | None = None

    @classmethod
    def parse(cls, line: str) -> UserWord | None:
        """From ``word [frequency] [part of speech]``, which is jieba's format; None for no word.

        What follows a tab is no part of it, as in what ``duansou words suggest`` prints.
        """
        word, *rest = line.split("\t")[0].split() or [""]
        number = rest[0] if rest and rest[0].isascii() and rest[0].isdecimal() else None
        return cls(word, int(number) if number else None) if word else None

    def __str__(self) -> str:
        return self.word if self.frequency is None else f"{self.word} {self.frequency}"


def default_segmenter(user_words: Sequence[UserWord] = ()) -> Segmenter:
    """The segmenter that the settings choose, with some words more.

    Raises UsageError where rjieba is asked for and not installed.
    """
    return segmenter(load_settings().segmenter, user_words)


def segmenter(name: str, user_words: Sequence[UserWord] = ()) -> Segmenter:
    """``jieba``, ``rjieba``, or for the empty name the second where it is installed."""
    if name != "jieba":
        try:
            return _rjieba(user_words)
        except ModuleNotFoundError as error:
            if name == "rjieba":
                raise UsageError("segmenter-missing") from error
    return _Jieba(user_words) if user_words else _shared_jieba()


def _rjieba(user_words: Iterable[UserWord]) -> Segmenter:
    import rjieba

    # The module has loaded a dictionary already.
    return _rjieba_with(tuple(user_words)) if user_words else cast(Segmenter, rjieba)


@lru_cache(maxsize=1)
def _rjieba_with(user_words: tuple[UserWord, ...]) -> Segmenter:
    """One for all commits that have these words: a dictionary takes 0.1 s and 25 MB."""
    import rjieba

    segmenter = rjieba.Jieba()
    for entry in user_words:
        segmenter.add_word(entry.word, entry.frequency, None)
    return cast(Segmenter, segmenter)


@cache
def _shared_jieba() -> Segmenter:
    return _Jieba()


class _Jieba:
    """The reference, with a dictionary of its own."""

    def __init__(self, user_words: Iterable[UserWord] = ()) -> None:
        self._tokenizer = _tokenizer()
        for entry in user_words:
            self._tokenizer.add_word(entry.word, entry.frequency)

    def cut(self, text: str) -> list[str]:
        return list(self._tokenizer.cut(text))

    def cut_for_search(self, text: str) -> list[str]:
        return list(self._tokenizer.cut_for_search(text))

    def has_word(self, word: str) -> bool:
        return bool(self._tokenizer.FREQ.get(word))


def _tokenizer() -> Any:
    """A tokenizer of jieba with the dictionary of the package, and nothing else, of its own."""
    tokenizer = jieba_module().Tokenizer()
    frequencies, tokenizer.total = _frequencies()
    tokenizer.FREQ = dict(frequencies)
    tokenizer.initialized = True
    return tokenizer


@cache
def _frequencies() -> tuple[dict[str, int], int]:
    """The words of the dictionary and all that they begin with, and the sum of how often."""
    with _dictionary_path().open("rb") as lines:
        found: tuple[dict[str, int], int] = jieba_module().Tokenizer.gen_pfdict(lines)
    return found


@cache
def jieba_module() -> Any:
    """The package jieba, imported without its warnings and without what it only tries."""
    # It asks pkg_resources for its files where that is installed, which takes 0.2 s and warns.
    hidden = "pkg_resources" not in sys.modules
    if hidden:
        sys.modules["pkg_resources"] = cast(Any, None)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import jieba
    finally:
        if hidden:
            del sys.modules["pkg_resources"]
    return jieba


def _dictionary_path() -> Path:
    package = find_spec("jieba")
    assert package is not None  # noqa: S101 - it is a dependency
    assert package.submodule_search_locations  # noqa: S101 - it is a package
    return Path(package.submodule_search_locations[0]) / "dict.txt"


def few_words(run: str) -> list[str] | None:
    """The words of a short Han run, looked up in the file of the dictionary; None for a long one.

    The most probable path, as jieba finds it. None too where that leaves characters together that
    are no words, which the model of jieba then joins, and for a character that it does not know.
    """
    if len(run) > _SHORT or not all("\u4e00" <= character <= "\u9fd5" for character in run):
        return None
    # best[i]: (logarithm of the probability of run[i:], end of its first word). At equal
    # probability the longer word is taken.
    best: list[tuple[float, int]] = [(0.0, 0)] * (len(run) + 1)
    for start in range(len(run) - 1, -1, -1):
        best[start] = max(
            (math.log(count or 1) - math.log(_TOTAL) + best[end][0], end)
            for end, count in _words_at(run, start)
        )
    words: list[str] = []
    start = 0
    while start < len(run):
        end = best[start][1]
        if end - start == 1 and words and len(words[-1]) == 1:
            return None
        words.append(run[start:end])
        start = end
    return words


def _words_at(run: str, start: int) -> list[tuple[int, int]]:
    """(end, frequency) of the words of the dictionary that begin there; else of one character."""
    found, lines = [], _lines_of(run[start])
    for end in range(start + 1, len(run) + 1):
        word = b"\n" + run[start:end].encode()
        if word not in lines:
            break  # nor does any longer one
        at = lines.rfind(word + b" ")
        if at >= 0:
            frequency = int(lines[at + len(word) + 1 :].split(b" ", 1)[0])
            found.append((end, frequency))
    return found or [(start + 1, 0)]


def part_of_speech(word: str) -> str | None:
    """The tag that the dictionary gives a Han word (n, v, nr for a person), None where it has none.

    Tags are those of the People's Daily corpus.
    """
    lines, key = _lines_of(word[0]), f"\n{word} ".encode()
    at = lines.find(key)
    if at < 0:
        return None
    line = lines[at + len(key) : lines.find(b"\n", at + len(key))]
    return line.decode().split()[-1]


@lru_cache(256)
def _lines_of(character: str) -> bytes:
    """The lines of the dictionary, ``word frequency part-of-speech``, that begin with a character.

    The dictionary is in the order of first characters from the line of 一 on; what comes before is
    of other scripts, or holds letters of these.
    """
    lines = _dictionary()
    first = lines.find("\n一 ".encode()) + 1
    begin, end = (_first_from(lines, chr(ord(character) + n).encode(), first) for n in (0, 1))
    return b"\n" + lines[begin:end]


def _first_from(lines: mmap.mmap, key: bytes, low: int) -> int:
    """Where the first line from ``low`` on begins that is not before ``key``."""
    high = len(lines)
    while low < high:
        begin = lines.rfind(b"\n", 0, (low + high) // 2) + 1
        end = lines.find(b"\n", begin)
        if lines[begin:end] < key:
            low = end + 1
        else:
            high = begin
    return low


@cache
def _dictionary() -> mmap.mmap:
    with _dictionary_path().open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
