"""Other writings of a text that count as the same: kinds, each on request.

A text has *forms*: other texts for it (numbers, years, words written in two ways, former names of
places, the collection's synonyms, official words for everyday ones). And each character of a form
may have characters *alike* to it (script, variant characters). Which kinds are on is the reader's
choice, and each one that changed anything is named.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal, get_args

from ...facets.gazetteer import other_names
from ..text import fold
from .numbers import ZEROS, number_texts, year_texts
from .scripts import conversions, same_characters, same_in_scripts, simplified, variant_words
from .synonyms import Synonyms, everyday_texts, everyday_words

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

    def alike(self, folded: str) -> tuple[str, ...]:
        """For each character of a folded text all that are alike to it, itself included."""
        return tuple(map(self._class_of(), folded))

    def _class_of(self) -> Callable[[str], str]:
        script, variants = "script" in self.kinds, "variants" in self.kinds
        zeros = "years" in self.kinds

        def alike(character: str) -> str:
            same = {character}
            if script:
                same.update(same_in_scripts(simplified(character)))
            if variants:
                same.update(*map(same_characters, tuple(same)))
                if script:
                    same.update(*(same_in_scripts(simplified(one)) for one in tuple(same)))
            if zeros and character == "〇":
                same.update(ZEROS)
            return "".join(sorted({fold(one) for one in same} if len(same) > 1 else same))

        return alike

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


NO_EQUIVALENCES = Equivalences()
