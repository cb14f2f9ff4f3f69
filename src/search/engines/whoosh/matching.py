"""Find the units that a query tree matches, array at a time, in one segment.

A set of units is either their numbers, ascending, dtype intp, or a mask with one boolean per unit:
numbers while few, a mask where ``Not`` or ``Every`` or a large union makes it the cheaper one.

When the budget is spent, a leaf not yet looked at, or not to its end, counts as matching nothing,
or everything below a ``Not``: so whatever is found does match.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ...budget import Budget, current
from ...errors import BusyError, OverBudgetError
from ...query.nodes import (
    Alike,
    And,
    Every,
    FacetIs,
    InField,
    Literal,
    Near,
    Node,
    Not,
    Or,
    Wildcard,
    Word,
)
from .container import Bools, Ints
from .places import alike_units, near_units, pattern_units
from .postings import TextFields, all_places, phrase_units
from .term_postings import Postings

Units = npt.NDArray[Any]
"""Ascending numbers (intp) or a mask (bool)."""

_NONE = np.empty(0, np.intp)

_SHARED_BYTES = 32_000_000
"""What a reader keeps of the sets of leaves: those of twenty common texts of a million passages."""

_SPARSE = 32
"""A union of fewer than 1/32 of all units stays numbers."""
_DENSE = 3
"""From 1/3 of all units on, a mask is cheaper to count and to score than numbers."""
_HELD_BYTES = 16_000_000
"""Sets of more than this are made one before the next is looked for: a thousand of a million
passages each would take 8 GB."""
_MANY = 16
"""Searching one number costs about as much as setting 16 places of a mask, or clearing 256."""


class SharedSets:
    """The sets of leaves that the questions of one reader have in common, each looked for once.

    A page asks for a search, its literal part and its other writings, whose trees share most
    leaves. What has not been used for long goes first.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sets: OrderedDict[tuple[TextFields, Node], Units] = OrderedDict()
        self._bytes = 0

    def units(self, leaf: Node, fields: TextFields) -> Units:
        """What ``leaf_units`` gives; kept where that is all of it. Raises what it raises."""
        key = fields, leaf
        with self._lock:
            known = self._sets.get(key)
            if known is not None:
                self._sets.move_to_end(key)
                return known
        units = leaf_units(leaf, fields)
        if current().was_spent:
            return units  # maybe not all
        with self._lock:
            if key not in self._sets and units.nbytes <= _SHARED_BYTES:
                self._sets[key] = units
                self._bytes += units.nbytes
                while self._bytes > _SHARED_BYTES:
                    self._bytes -= self._sets.popitem(last=False)[1].nbytes
        return units


def match_units(node: Node, fields: TextFields, shared: SharedSets | None = None) -> Units:
    """The units of ``fields`` that a tree matches; ``shared`` has sets looked for before."""
    return _Matching(fields, current(), shared or SharedSets()).units(node, sure=True)


def leaf_units(leaf: Node, fields: TextFields) -> Units:
    """The units that a leaf other than a word matches, ascending, or a mask of all."""
    match leaf:
        case Literal(text):
            return phrase_units(fields, text)
        case Near():
            return near_units(fields, leaf)
        case Alike():
            return alike_units(fields, leaf)
        case Wildcard():
            return pattern_units(fields, leaf)
        case InField():
            return fields.facts.with_field(leaf)
        case FacetIs():
            return fields.facts.with_value(leaf)
    raise TypeError(f"{type(leaf).__name__} is no leaf that is looked for")


@dataclass(frozen=True, slots=True)
class _Matching:
    fields: TextFields
    budget: Budget
    shared: SharedSets

    def units(self, node: Node, *, sure: bool) -> Units:
        """The units that match; if time runs out none too many (``sure``) or none too few."""
        universe = self.fields.words.units
        match node:
            case Every() | Literal(""):
                return np.ones(universe, np.bool_)
            case And(children):
                return self._joined(children, _intersection, sure=sure)
            case Or(children):
                return self._joined(children, _union, sure=sure)
            case Not(child):
                return ~_as_mask(self.units(child, sure=not sure), universe)
        if self.budget.is_spent():
            return _NONE if sure else np.ones(universe, np.bool_)
        try:
            if isinstance(node, Word):
                return _as_units(self._word(node))
            return self.shared.units(node, self.fields)
        except BusyError:
            raise
        except OverBudgetError:
            if not self.budget.was_spent:
                raise
            return _NONE if sure else np.ones(universe, np.bool_)

    def _joined(
        self,
        children: Sequence[Node],
        join: Callable[[Sequence[Units | Postings], int], Units],
        *,
        sure: bool,
    ) -> Units:
        """The sets of some subqueries as one, those of one node once."""
        universe = self.fields.words.units
        parts: list[Units | Postings] = []
        held = 0
        for child in dict.fromkeys(children):
            part: Units | Postings
            if isinstance(child, Word) and not self.budget.is_spent():
                part = self._word(child)
            else:
                part = self.units(child, sure=sure)
            parts.append(part)
            if isinstance(part, Postings):
                continue
            held += part.nbytes
            if held > _HELD_BYTES:
                parts = [join(parts, universe)]
                held = 0
        return join(parts, universe)

    def _word(self, word: Word) -> Postings:
        return self.fields.words.postings(word.term.encode("utf-8", "surrogatepass"))


def as_numbers(units: Units) -> Ints:
    """The set as ascending numbers."""
    return np.flatnonzero(units) if units.dtype == np.bool_ else units


def _as_mask(units: Units, universe: int) -> Bools:
    if units.dtype == np.bool_:
        return units
    mask = np.zeros(universe, np.bool_)
    mask[units] = True
    return mask


def _intersection(sets: Sequence[Units | Postings], universe: int) -> Units:
    numbers = sorted((s for s in sets if not _is_mask(s)), key=_size)
    masks = [s for s in sets if not isinstance(s, Postings) and s.dtype == np.bool_]
    if not numbers:
        everywhere: Bools = np.logical_and.reduce(masks)
        return everywhere
    result = _numbers_of(numbers[0])
    for other in numbers[1:]:
        if not len(result):
            return result
        table = other.some_table() if isinstance(other, Postings) else None
        if table is not None:
            result = result.compress(table.take(result) != 0)
            continue
        if len(result) * _MANY > _size(other) + universe // 16:
            mask = np.zeros(universe, np.bool_)
            mask[_numbers_of(other)] = True
            result = result.compress(mask.take(result))
            continue
        if isinstance(other, Postings):
            result = result.compress(other.counts_in(result.astype(np.uint32)) != 0)
            continue
        # The other is not empty: it is at least as long as what was left.
        found = np.searchsorted(other, result)
        found[found == len(other)] = 0
        result = result.compress(other.take(found) == result)
    for mask in masks:
        result = result.compress(mask.take(result))
    return result


def _as_units(found: Units | Postings) -> Units:
    if not isinstance(found, Postings):
        return found
    table = found.some_table()
    if table is not None and found.size * _DENSE > found.universe:
        mask: Bools = table != 0
        return mask
    return found.units


def _union(sets: Sequence[Units | Postings], universe: int) -> Units:
    if not any(_is_mask(s) for s in sets) and sum(map(_size, sets)) * _SPARSE < universe:
        return all_places([_numbers_of(s) for s in sets])
    mask = np.zeros(universe, np.bool_)
    for found in sets:
        table = found.some_table() if isinstance(found, Postings) else None
        if table is not None:
            mask |= table != 0
            continue
        units = _as_units(found)
        if units.dtype == np.bool_:
            mask |= units
        else:
            mask[units] = True
    return mask


def _size(found: Units | Postings) -> int:
    # Of both it is an attribute: of a numpy array of one dimension, its length.
    return found.size


def _is_mask(found: Units | Postings) -> bool:
    return not isinstance(found, Postings) and found.dtype == np.bool_


def _numbers_of(found: Units | Postings) -> Ints:
    return found.units if isinstance(found, Postings) else found
