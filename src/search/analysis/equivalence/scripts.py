"""Characters and words that are written in two ways: scripts and variants."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import opencc


class Replacing:
    """Words, each with others that may stand for it."""

    def __init__(self, others: Mapping[str, Sequence[str]]) -> None:
        self._others = others
        longest_first = sorted(others, key=len, reverse=True)
        self._any = re.compile("|".join(map(re.escape, longest_first)) if others else r"(?!)")

    def texts(self, text: str) -> Iterator[str]:
        """The text with another word in the place of one word, wherever that stands."""
        for word in dict.fromkeys(self._any.findall(text)):
            for other in self._others[word]:
                yield text.replace(word, other)


@cache
def _groups() -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    characters: dict[str, str] = {}
    words: dict[str, tuple[str, ...]] = {}
    for line in files(__package__).joinpath("variants.tsv").read_text("utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        group = line.split("\t")
        for one in group:
            if len(one) == 1:
                characters[one] = "".join(group)
            else:
                words[one] = tuple(other for other in group if other != one)
    return characters, words


def same_characters(character: str) -> str:
    """All characters written for this one, itself included."""
    return _groups()[0].get(character, character)


@cache
def variant_words() -> Replacing:
    """The words written in two ways, each with its other ways."""
    return Replacing(_groups()[1])


_TRADITIONAL = ("s2t", "s2tw", "s2hk")


@cache
def _converter(name: str) -> opencc.OpenCC | _ByCharacter:
    # Its dictionaries take 25 ms each, and few searches need one.
    try:
        import opencc
    except ImportError:  # There is no wheel for every system.
        return _ByCharacter(name)
    return opencc.OpenCC(name)


class _ByCharacter:
    """Converts a text character by character: words that are written otherwise as a whole are not.

    A character that several become (发 of 發 and 髮) becomes the one that OpenCC makes of it alone.
    """

    def __init__(self, name: str) -> None:
        rows = _rows()
        self._table = str.maketrans(*(rows[:2] if name == "t2s" else rows[2:]))

    def convert(self, text: str) -> str:
        """The text in the other script."""
        return text.translate(self._table)


@cache
def _rows() -> list[str]:
    """Characters and below each its simplified one, then simplified ones and the traditional ones.

    The file is what OpenCC makes, written by tools/build_scripts.py: converting all takes 60 ms.
    """
    return files(__package__).joinpath("scripts.tsv").read_text(encoding="utf-8").splitlines()


@cache
def _tables() -> tuple[dict[str, str], dict[str, str]]:
    """(character → its simplified one, where another; simplified → all that become it)."""
    to = dict(zip(*_rows()[:2], strict=True))
    members: dict[str, str] = {}
    for one, other in to.items():
        members[other] = members.get(other, other) + one
    return to, members


def simplified(character: str) -> str:
    """The simplified character that stands for all that are alike."""
    return _tables()[0].get(character, character)


def same_in_scripts(character: str) -> str:
    """All characters alike to a simplified one, itself included and first."""
    return _tables()[1].get(character, character)


@lru_cache(maxsize=256)
def conversions(text: str) -> tuple[str, ...]:
    """A text as it is usually written in simplified and in traditional script, others than itself.

    Traditional as the standard of OpenCC, of Taiwan and of Hong Kong have it.
    """
    plain = _converter("t2s").convert(text)
    others = (plain, *(_converter(name).convert(plain) for name in _TRADITIONAL))
    return tuple(other for other in dict.fromkeys(others) if other != text)
