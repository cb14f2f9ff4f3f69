"""Characters and words that are written in two ways: those listed in ``variants.tsv``.

Words are those of the First Table of Variant Word Forms (第一批异形词整理表, GF 1001-2001) that
occur in official texts, and a few of the same kind. Characters are interchangeable wherever they
stand: 账 and 帐, and the middle dots of foreign names.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from .replacing import Replacing


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
