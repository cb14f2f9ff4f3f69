"""In which characters do two texts differ? Both side by side, and that as one line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher

__all__ = ["Pair", "first_difference", "notation", "side_by_side"]

Pair = tuple[str, str]
"""A stretch of the one text and what the other has there: equal where nothing was changed, one of
them empty where something was left out or added."""

_AROUND = 8


def side_by_side(one: str, other: str) -> tuple[Pair, ...]:
    """The two texts in stretches; all the first halves together are ``one``, the others ``other``.

    Stretches that are the same and stretches that differ take turns.
    """
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return tuple(_joined((one[i1:i2], other[j1:j2]) for _, i1, i2, j1, j2 in matcher.get_opcodes()))


def _joined(found: Iterable[Pair]) -> Iterator[Pair]:
    """Changes that stand next to each other as one."""
    last: Pair | None = None
    for pair in found:
        if last is not None and last[0] != last[1] and pair[0] != pair[1]:
            last = (last[0] + pair[0], last[1] + pair[1])
            continue
        if last is not None:
            yield last
        last = pair
    if last is not None:
        yield last


def first_difference(one: str, other: str) -> int | None:
    """Where the texts first have different characters, or one of them ends; None for equal ones."""
    if one == other:
        return None
    pairs = zip(one, other, strict=False)
    return next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def notation(found: Sequence[Pair]) -> str:
    """The changes in one line: ``[-one-]{+other+}`` among the characters around them."""
    pieces = []
    for number, (one, other) in enumerate(found):
        if one != other:
            pieces.append(f"[-{one}-]" if one else "")
            pieces.append(f"{{+{other}+}}" if other else "")
        elif len(one) <= 2 * _AROUND + 2:
            pieces.append(one)
        elif number == 0:
            pieces.append(f"…{one[-_AROUND:]}")
        elif number == len(found) - 1:
            pieces.append(f"{one[:_AROUND]}…")
        else:
            pieces.append(f"{one[:_AROUND]}…{one[-_AROUND:]}")
    return "".join(pieces)
