"""In which order are the values of a facet listed, and which exclusions are lifted for each?

Both as ``Engine.search`` says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ...query.request import PLACE_FACETS, YEAR_FACETS
from .values import UNKNOWN_YEAR, Value, ancestors

Pattern = frozenset[Any]
"""The exclusions that are lifted for some values."""

_SINGLE = ("year", "source")
"""Whoever has one value only is left out by that value only."""


def in_order(name: str, passages: Mapping[Value, int]) -> list[Value]:
    """The values with passages, in the port's order."""
    known: list[Value] = [v for v, count in passages.items() if count and v is not None]
    if name in YEAR_FACETS:
        known.sort(key=lambda year: -int(year or 0))
    elif name in PLACE_FACETS:
        known.sort(key=lambda value: [_place(a, passages) for a in ancestors(str(value))])
    else:
        known.sort(key=lambda value: _place(value, passages))
    return [*known, None] if passages.get(None) else known


def _place(value: Value, passages: Mapping[Value, int]) -> tuple[bool, int, str]:
    # A parent that is not listed is no place to sort by, and comes before those that are.
    count = passages.get(value, 0)
    return (True, -count, str(value)) if count else (False, 0, "")


def patterns(name: str, excluded: Sequence[Any]) -> list[Pattern]:
    """The sets of exclusions that can be lifted for a value, each once."""
    if not excluded or name in _SINGLE:
        return [frozenset(excluded)]
    if name not in YEAR_FACETS:
        return [frozenset(), *(frozenset((e,)) for e in dict.fromkeys(excluded))]
    ranges = [e for e in excluded if e is not None]
    # The years between two borders have the same exclusions, so the first of each tells.
    borders = {UNKNOWN_YEAR + 1, *(first for first, _ in ranges), *(last + 1 for _, last in ranges)}
    samples: list[Value] = [None, *borders]
    return list(dict.fromkeys(lifted(name, excluded, value) for value in samples))


def lifted(name: str, excluded: Iterable[Any], value: Value) -> Pattern:
    """The exclusions that name this very value, or years that it is one of."""
    if name in _SINGLE:
        return frozenset(excluded)
    if name not in YEAR_FACETS:
        return frozenset(e for e in excluded if e == value)
    if value is None:
        return frozenset(e for e in excluded if e is None)
    return frozenset(e for e in excluded if e is not None and e[0] <= int(value) <= e[1])
