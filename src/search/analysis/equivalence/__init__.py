"""Other writings of a text that count as the same: kinds, each on request.

A text has *forms*: other texts for it (numbers, years, words written in two ways, former names of
places, the collection's synonyms, official words for everyday ones). And each character of a form
may have characters *alike* to it (script, variant characters). Which kinds are on is the reader's
choice, and each one that changed anything is named.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Literal, get_args

from ...errors import UsageError
from ...facets.gazetteer import Gazetteer, other_names
from ..text import fold
from ..words import Analyzer
from .numbers import NUMERALS, ZEROS, number_texts, year_texts

if TYPE_CHECKING:
    import opencc

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
def in_simplified(text: str) -> str:
    """A text as it is usually written in simplified script."""
    return _converter("t2s").convert(text)


@lru_cache(maxsize=256)
def conversions(text: str) -> tuple[str, ...]:
    """A text as it is usually written in simplified and in traditional script, others than itself.

    Traditional as the standard of OpenCC, of Taiwan and of Hong Kong have it.
    """
    plain = in_simplified(text)
    others = (plain, *(_converter(name).convert(plain) for name in _TRADITIONAL))
    return tuple(other for other in dict.fromkeys(others) if other != text)


Kind = Literal["script", "variants", "numbers", "years", "places", "synonyms", "everyday"]
KINDS: tuple[Kind, ...] = get_args(Kind)

_FORMS_LIMIT = 12
"""The most forms of one text."""


_SHOWN_LIMIT = 3
"""So many of the characters written for one are shown."""
_SHOWN_FORMS = 60
"""With so many forms of one text no more are made: each is as long as the text."""


@dataclass(frozen=True, slots=True)
class Form:
    """Another text that says the same, folded, and by which kind.

    ``is_whole`` asks that no sign of a number stands directly beside it (see ``numbers``).
    ``replaced`` is the one word that differs and what stands for it, where that is known.
    """

    text: str
    kind: Kind
    is_whole: bool = False
    replaced: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Equivalences:
    """The kinds that are on."""

    kinds: frozenset[Kind] = frozenset()
    synonyms: Synonyms = field(default_factory=Synonyms)

    @classmethod
    def of(cls, names: Container[str], synonyms: Synonyms) -> Equivalences:
        """Of kinds by their names, which are among KINDS."""
        return cls(frozenset(kind for kind in KINDS if kind in names), synonyms)

    def forms(self, folded: str, *, is_word: bool = False) -> tuple[Form, ...]:
        """Other texts for a folded one, at most _FORMS_LIMIT, none twice.

        ``is_word`` is for a word of a longer text: no numbers, which are more than one word.
        """
        found: dict[str, Form] = {}
        for kind, texts in self._sources(folded, is_word=is_word):
            for text in texts:
                if text and text != folded and text not in found and len(found) < _FORMS_LIMIT:
                    found[text] = Form(text, kind, is_whole=kind == "numbers")
        if "everyday" in self.kinds:
            for text, word, other in self._everyday(folded, is_word=is_word):
                if text not in found and len(found) < _FORMS_LIMIT:
                    found[text] = Form(text, "everyday", replaced=(word, other))
        return tuple(found.values())

    def _sources(self, folded: str, *, is_word: bool) -> Iterator[tuple[Kind, Iterable[str]]]:
        if "synonyms" in self.kinds:
            yield "synonyms", self.synonyms.others.get(folded, ())
        if "places" in self.kinds:
            yield "places", map(fold, other_names(folded))
        if "variants" in self.kinds:
            yield "variants", variant_words().texts(folded)
        if "years" in self.kinds:
            yield "years", year_texts(folded)
        if "numbers" in self.kinds and not is_word:
            yield "numbers", number_texts(folded)

    @staticmethod
    def _everyday(folded: str, *, is_word: bool) -> Iterable[tuple[str, str, str]]:
        if not is_word:
            return everyday_texts(folded)
        return ((other, folded, other) for other in everyday_words().others.get(folded, ()))

    def may_apply(self, folded: str) -> bool:
        """Whether any part of a folded text may have another writing of a kind but script.

        It says so of some that have none: of whatever has a sign of a number, or is a place.
        """
        words, longest = _words_with_others()
        others = self.synonyms.others
        longest = max(longest, max(map(len, others), default=0))
        parts = [
            folded[start:end]
            for start in range(len(folded))
            for end in range(start + 1, min(start + longest, len(folded)) + 1)
        ]
        return not words.isdisjoint(parts) or not others.keys().isdisjoint(parts)

    def alike(self, folded: str) -> tuple[str, ...]:
        """For each character of a folded text all that are alike to it, itself included."""
        kinds = self.kinds & _OF_CHARACTERS
        return tuple(_alike(character, kinds) for character in folded)

    def shown(self, folded: str) -> tuple[Form, ...]:
        """Usual writings of a text in characters alike to its own, to be shown and to score."""
        found: dict[str, Form] = {}
        if "script" in self.kinds:
            for text in map(fold, conversions(folded)):
                found[text] = Form(text, "script")
        if "variants" in self.kinds:
            for character in dict.fromkeys(folded):
                if len(found) >= _SHOWN_FORMS:
                    break
                for other in same_characters(character)[:_SHOWN_LIMIT]:
                    text = fold(folded.replace(character, other))
                    found.setdefault(text, Form(text, "variants"))
        return tuple(form for form in found.values() if form.text != folded)


@cache
def _words_with_others() -> tuple[frozenset[str], int]:
    """(signs of numbers, characters and words that may have another writing, the longest)."""
    characters, words = _groups()
    signs = (*NUMERALS, *ZEROS, *characters)
    found = frozenset(
        (*signs, *words, *everyday_words().others, *Gazetteer.with_places("").names_with_others)
    )
    return found, max(map(len, found))


_OF_CHARACTERS: frozenset[Kind] = frozenset(("script", "variants", "years"))
"""The kinds that say of characters that they are alike."""


@lru_cache(maxsize=50_000)
def _alike(character: str, kinds: frozenset[Kind]) -> str:
    same = {character}
    if "script" in kinds:
        same.update(same_in_scripts(simplified(character)))
    if "variants" in kinds:
        same.update(*map(same_characters, tuple(same)))
        if "script" in kinds:
            same.update(*(same_in_scripts(simplified(one)) for one in tuple(same)))
    if "years" in kinds and character == "〇":
        same.update(ZEROS)
    return "".join(sorted({fold(one) for one in same} if len(same) > 1 else same))


NO_EQUIVALENCES = Equivalences()
