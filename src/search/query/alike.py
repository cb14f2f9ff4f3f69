"""Match a text in characters of which several are alike: one of each, in their order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from ..analysis.equivalence.numbers import NUMERALS


@dataclass(frozen=True, slots=True)
class Alike:
    """Matches where, one after another, one character of each of ``characters`` stands.

    With ``is_whole`` only where no sign of a number stands directly before a first sign of a
    number, or after a last one: 136000 is not in 2136000, nor in 136000.5 or 1,136000. Raises
    ValueError without characters.
    """

    characters: tuple[str, ...]
    is_whole: bool = False

    def __post_init__(self) -> None:
        if not self.characters or not all(self.characters):
            raise ValueError("there is a character at each place")

    @property
    def pattern(self) -> str:
        """It as it is shown: the characters of a place in brackets where they are several."""
        return "".join(c if len(c) == 1 else f"[{c}]" for c in self.characters)

    def spans(self, folded: str) -> Iterator[tuple[int, int]]:
        """Where it matches in a folded text, overlapping places too."""
        size = len(self.characters)
        return ((at.start(), at.start() + size) for at in _expression(self).finditer(folded))

    def matches(self, folded: str) -> bool:
        """Whether it matches anywhere in a folded text."""
        return _expression(self).search(folded) is not None


@cache
def _expression(alike: Alike) -> re.Pattern[str]:
    text = "".join(f"[{re.escape(same)}]" for same in alike.characters)
    if alike.is_whole:
        before, after = _around(alike.characters[0], alike.characters[-1])
        text = f"{before}{text}{after}"
    # Looking ahead only, the next place is sought one character further: places may overlap.
    return re.compile(f"(?={text})")


def _around(first: str, last: str) -> tuple[str, str]:
    """What must stand around a number that begins and ends with one of these characters."""
    before = after = ""
    if not set(first).isdisjoint(NUMERALS):
        before = rf"(?<![{NUMERALS}.])(?<![0-9],)"
    if not set(last).isdisjoint(NUMERALS):
        after = rf"(?![{NUMERALS}])(?![.,][0-9])"
    return before, after
