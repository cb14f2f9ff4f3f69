"""Match units that hold two texts close together, by the positions of adjacent characters."""

from __future__ import annotations

import numpy as np

from ...budget import current
from ...query.nodes import Near
from .container import Ints
from .places import UNIT_BITS, places_within
from .postings import TextFields, common_places, phrase_units

_FARTHEST = 2**31 - 1
"""No text is longer, so a greater distance asks for no less."""


def near_units(fields: TextFields, near: Near) -> Ints:
    """The units that match, ascending, dtype intp."""
    both = common_places(
        *sorted((phrase_units(fields, text) for text in (near.first, near.second)), key=len)
    )
    if not len(both):
        return both.astype(np.intp, copy=False)
    first = places_within(fields, near.first, both)
    second = first if near.second == near.first else places_within(fields, near.second, both)
    current().spend()
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
    near &= nearest >> UNIT_BITS == ends >> UNIT_BITS
    units: Ints = nearest[near] >> UNIT_BITS
    return units
