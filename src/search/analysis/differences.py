"""The characters in which two texts differ: both side by side, or as one line."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher

Pair = tuple[str, str]
"""A stretch of the one text and what the other has there: equal where nothing was changed, one of
them empty where something was left out or added."""

_AROUND = 8
_STEPS = 20_000_000
"""So many comparisons take half a second. Two texts that differ by a few words take thousands; two
of 1,000 characters that repeat two in turn would take half a billion."""
NUMBER = re.compile(r"[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?")
_TOKEN = re.compile(f"{NUMBER.pattern}|.", re.DOTALL)
"""A number is another one as a whole, whichever of its digits differ."""
_CLAUSE = re.compile(r"[^，、；。！？\s]*[，、；。！？\s]?")


def side_by_side(one: str, other: str) -> tuple[Pair, ...]:
    """The two texts in stretches; all the first halves together are ``one``, the others ``other``.

    Stretches that are the same and stretches that differ take turns. Texts that it would take too
    long to compare are compared clause by clause first; what then still would, differs as a whole.
    """
    return tuple(_joined(_compared(one, other)))


def _compared(one: str, other: str) -> Iterator[Pair]:
    these, those = _TOKEN.findall(one), _TOKEN.findall(other)
    if _is_quick(these, those):
        matcher = SequenceMatcher(None, these, those, autojunk=False)
        for _, i1, i2, j1, j2 in matcher.get_opcodes():
            yield "".join(these[i1:i2]), "".join(those[j1:j2])
        return
    start = _common(one, other)
    end = _common(one[start:][::-1], other[start:][::-1])
    yield one[:start], one[:start]
    yield from _by_clause(one[start : len(one) - end], other[start : len(other) - end])
    yield one[len(one) - end :], one[len(one) - end :]


def _by_clause(one: str, other: str) -> Iterator[Pair]:
    these, those = _CLAUSE.findall(one), _CLAUSE.findall(other)
    if not _is_quick(these, those):
        yield one, other
        return
    clauses = SequenceMatcher(None, these, those, autojunk=False)
    for kind, i1, i2, j1, j2 in clauses.get_opcodes():
        pair = "".join(these[i1:i2]), "".join(those[j1:j2])
        if kind == "replace" and _is_quick(*pair):
            yield from _compared(*pair)
        else:
            yield pair


def _is_quick(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether a comparison takes less than _STEPS: each match found looks at all equal pairs."""
    if one == other:
        return True
    ours, theirs = Counter(one), Counter(other)
    pairs = sum(count * theirs[value] for value, count in ours.items())
    return pairs * min(len(one), len(other)) <= _STEPS


def _common(one: str, other: str) -> int:
    """With how many equal characters two texts begin."""
    different = first_difference(one, other)
    return len(one) if different is None else different


def _joined(found: Iterable[Pair]) -> Iterator[Pair]:
    """Changes, and what is the same, that stand next to each other as one."""
    last: Pair | None = None
    for pair in found:
        if pair == ("", ""):
            continue
        if last is not None and (last[0] != last[1]) == (pair[0] != pair[1]):
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
