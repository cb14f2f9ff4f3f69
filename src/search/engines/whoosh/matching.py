"""Which units does a Whoosh query tree match? Array at a time, for one segment.

A set of units is either their numbers, ascending, dtype intp, or a mask with one boolean per unit:
numbers while few, a mask where ``Not`` or ``Every`` or a large union makes it the cheaper one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from .compile import CharacterPhrase
from .container import Bools, Ints
from .postings import TextFields, phrase_units
from .stock import query as whoosh_query

__all__ = ["Units", "as_numbers", "match_units"]

Units = npt.NDArray[Any]
"""Ascending numbers (intp) or a mask (bool)."""

_SPARSE = 32
"""A union of fewer than 1/32 of all units stays numbers."""
_MANY = 16
"""Searching one number costs about as much as setting 16 places of a mask, or clearing 256."""


def match_units(query: Any, fields: TextFields) -> Units:
    """The units of ``fields`` that a query tree made by ``compile_match`` matches."""
    universe = fields.words.units
    match query:
        case whoosh_query.Term():
            return fields.words.postings(query.text.encode("utf-8", "surrogatepass")).units
        case CharacterPhrase():
            return phrase_units(fields, query.text)
        case whoosh_query.Every():
            return np.ones(universe, np.bool_)
        case whoosh_query.And():
            children = [match_units(child, fields) for child in query.subqueries]
            return _intersection(children, universe)
        case whoosh_query.Or():
            return _union([match_units(child, fields) for child in query.subqueries], universe)
        case whoosh_query.Not():
            return ~_as_mask(match_units(query.query, fields), universe)
    raise TypeError(f"{type(query).__name__} is not part of a compiled query")


def as_numbers(units: Units) -> Ints:
    """The set as ascending numbers."""
    return np.flatnonzero(units) if units.dtype == np.bool_ else units


def _as_mask(units: Units, universe: int) -> Bools:
    if units.dtype == np.bool_:
        return units
    mask = np.zeros(universe, np.bool_)
    mask[units] = True
    return mask


def _intersection(sets: Sequence[Units], universe: int) -> Units:
    numbers = sorted((s for s in sets if s.dtype != np.bool_), key=len)
    masks = [s for s in sets if s.dtype == np.bool_]
    if not numbers:
        everywhere: Bools = np.logical_and.reduce(masks)
        return everywhere
    result = numbers[0]
    for other in numbers[1:]:
        if not len(result):
            return result
        if len(result) * _MANY > len(other) + universe // 16:
            result = result[_as_mask(other, universe)[result]]
            continue
        # ``other`` is not empty: it is at least as long as what was left.
        found = np.searchsorted(other, result)
        found[found == len(other)] = 0
        result = result[other[found] == result]
    for mask in masks:
        result = result[mask[result]]
    return result


def _union(sets: Sequence[Units], universe: int) -> Units:
    if all(s.dtype != np.bool_ for s in sets) and sum(map(len, sets)) * _SPARSE < universe:
        return np.unique(np.concatenate(sets))
    mask = np.zeros(universe, np.bool_)
    for units in sets:
        if units.dtype == np.bool_:
            mask |= units
        else:
            mask[units] = True
    return mask
