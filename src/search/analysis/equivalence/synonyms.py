"""Read the file of words that mean the same to the readers of a collection.

A group in a line, ``信访 = 上访 = 来信来访``: each also finds the others. With an arrow,
``留守儿童 -> 农村留守儿童``, the left also finds the right, not the other way round; several may
follow, with commas. Lines that begin with ``#`` and empty lines are passed over.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from functools import cache, cached_property
from importlib.resources import files

from ...errors import UsageError
from ..text import fold
from ..words import Analyzer

_ARROW = re.compile(r"\s*(?:->|→|=>)\s*")
_EQUALS = re.compile(r"\s*[=＝]\s*")
_COMMA = re.compile(r"\s*[,，、]\s*")
_LONGEST = 50


class Synonyms:
    """``source`` is the file's text, kept by the index; ``others`` maps folded words."""

    def __init__(self, source: str = "", others: dict[str, tuple[str, ...]] | None = None) -> None:
        self.source = source
        self.others = others or {}

    @cached_property
    def digest(self) -> str:
        """12 hex digits naming the list; the same for lists that say the same."""
        said = "\n".join(
            f"{word}>{'|'.join(sorted(of))}" for word, of in sorted(self.others.items())
        )
        return hashlib.sha256(said.encode()).hexdigest()[:12]

    @staticmethod
    def parse(source: str, name: str) -> Synonyms:
        """From a file's text. Raises UsageError with the line that cannot be read."""
        others: dict[str, dict[str, None]] = {}
        for number, line in enumerate(source.removeprefix("\ufeff").splitlines(), 1):
            text = line.strip()
            if not text or text.startswith("#"):
                continue
            arrow = _ARROW.split(text)
            if len(arrow) == 2:
                left, right = [arrow[0]], _COMMA.split(arrow[1])
            elif len(arrow) == 1 and len(_EQUALS.split(text)) > 1:
                left = right = _EQUALS.split(text)
            else:
                raise _wrong(name, number, line)
            words = [fold(word).strip() for word in (*left, *right)]
            if not all(words) or max(map(len, words)) > _LONGEST:
                raise _wrong(name, number, line)
            for one in words[: len(left)]:
                others.setdefault(one, {}).update(
                    dict.fromkeys(other for other in words[len(left) :] if other != one)
                )
        return Synonyms(source, {word: tuple(of) for word, of in others.items() if of})


@cache
def everyday_words() -> Synonyms:
    """The list in ``everyday.txt``: everyday words, each with official ones for it."""
    name = "everyday.txt"
    return Synonyms.parse(files(__package__).joinpath(name).read_text("utf-8"), name)


def everyday_texts(folded: str) -> Iterator[tuple[str, str, str]]:
    """(a folded text with an official word for an everyday one in it, the one, the other).

    An everyday word is one or several whole words of the text: 裁员 is not in 仲裁员.
    """
    others = everyday_words().others
    found = [
        (start, end)
        for start in range(len(folded) - 1)
        for end in range(min(start + _longest_everyday_word(), len(folded)), start + 1, -1)
        if folded[start:end] in others
    ]
    if not found:
        return
    starts, ends, at = set(), set(), 0
    for word in Analyzer().words(folded):
        at = folded.index(word, at)
        starts.add(at)
        at += len(word)
        ends.add(at)
    for start, end in found:
        if start in starts and end in ends:
            word = folded[start:end]
            for other in others[word]:
                yield folded[:start] + other + folded[end:], word, other


@cache
def _longest_everyday_word() -> int:
    return max(map(len, everyday_words().others))


def _wrong(name: str, number: int, line: str) -> UsageError:
    shown = line.strip()[:40]
    return UsageError(
        "synonym-line-unreadable", number=number, name=name, shown=shown, longest=_LONGEST
    )
