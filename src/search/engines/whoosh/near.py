"""Which units hold two texts close together? From the positions of adjacent characters.

Only pairs of neighbours have positions. A single character is where it begins a pair, or ends the
last pair of its unit.
"""

from __future__ import annotations

import numpy as np

from ...query import Near
from .container import Bools, Ints
from .postings import Field, TextFields, phrase_units

__all__ = ["near_units"]

_UNIT = 32
"""A place is one number: the unit above this many bits, the character offset below."""

_FEW = 8
"""With less than 1/8 as many units as postings, the units are looked up in these."""

_FARTHEST = 2**31 - 1
"""No text is longer, so a greater distance asks for no less."""


def near_units(fields: TextFields, near: Near) -> Ints:
    """The units that match, ascending, dtype intp."""
    both = np.intersect1d(
        phrase_units(fields, near.first), phrase_units(fields, near.second), assume_unique=True
    )
    if not len(both):
        return both.astype(np.intp, copy=False)
    first = _places(fields, near.first, both)
    second = _places(fields, near.second, both)
    found = np.zeros(fields.words.units, np.bool_)
    found[_followed(first, len(near.first), second, near.distance)] = True
    found[_followed(second, len(near.second), first, near.distance)] = True
    return np.flatnonzero(found)


def _followed(left: Ints, size: int, right: Ints, distance: int) -> Ints:
    """The units of the places ``left`` after whose end a place of ``right`` comes soon enough."""
    ends = left + size
    # The next place at or after each end; of two candidates the nearer one decides.
    place = np.searchsorted(right, ends)
    ends, nearest = ends[place < len(right)], right[place[place < len(right)]]
    near = nearest - ends <= min(distance, _FARTHEST)
    near &= nearest >> _UNIT == ends >> _UNIT
    units: Ints = nearest[near] >> _UNIT
    return units


def _places(fields: TextFields, text: str, within: Ints) -> Ints:
    """Where a text begins in some units, all of which contain it; ascending."""
    if len(text) == 1:
        return _places_of_character(fields, text.encode("utf-8", "surrogatepass"), within)
    places: Ints | None = None
    for shift in {*range(0, len(text) - 1, 2), len(text) - 2}:
        pair = text[shift : shift + 2].encode("utf-8", "surrogatepass")
        occurrences = fields.pairs.occurrences(pair, within)
        if occurrences is None:
            return np.empty(0, np.int64)
        units, offsets = occurrences
        # An offset below the shift would borrow from the unit before.
        here = ((units << _UNIT) + (offsets - shift))[offsets >= shift]
        places = here if places is None else np.intersect1d(places, here, assume_unique=True)
    assert places is not None  # noqa: S101 - there is at least one pair
    return places


def _places_of_character(fields: TextFields, character: bytes, within: Ints) -> Ints:
    """Where a character stands in some units, all of which contain it; ascending."""
    pairs = fields.pairs
    first, last = pairs.terms.first_from(character), _end_of_prefix(pairs, character)
    places = np.empty(0, np.int64)
    if first < last:
        _, units, counts, offsets = pairs.read_terms(first, last)
        assert offsets is not None  # noqa: S101 - pairs have positions
        units = np.repeat(units, counts)
        wanted = _members(units, within)
        places = (units[wanted] << _UNIT) + offsets[wanted]
    # Where it occurs more often than it begins a pair, it also stands at the end.
    everywhere = fields.characters.postings(character)
    counted = everywhere.counts[np.searchsorted(everywhere.units, within)]
    begun = np.searchsorted(within, places >> _UNIT)
    at_end = within[counted > np.bincount(begun, minlength=len(within))]
    parts = [places]
    if len(at_end):
        for number in pairs.terms.ending_with(character).tolist():
            term = pairs.terms[number]
            # Places in other units do no harm, and looking up many units costs more than reading.
            few = len(at_end) * _FEW < pairs.frequency(term)
            occurrences = pairs.occurrences(term, at_end if few else None)
            if occurrences is not None:
                parts.append((occurrences[0] << _UNIT) + occurrences[1] + 1)
    # The same place twice does no harm.
    return np.sort(np.concatenate(parts))


def _members(units: Ints, within: Ints) -> Bools:
    """Which of ``units`` are in ``within``, ascending and not empty."""
    place = np.searchsorted(within, units)
    place[place == len(within)] = 0
    members: Bools = within[place] == units
    return members


def _end_of_prefix(field: Field, prefix: bytes) -> int:
    """The number of the first term after those that begin so."""
    # No byte of UTF-8 is 0xFF.
    return field.terms.first_from(prefix + b"\xff")
