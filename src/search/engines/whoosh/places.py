"""Find where texts stand in some units, from the positions of adjacent characters.

Only pairs of neighbours have positions. A single character is where it begins a pair, or ends the
last pair of its unit.
"""

from __future__ import annotations

import numpy as np

from ...budget import current
from .container import Bools, Ints
from .postings import Field, TextFields, common_places

UNIT_BITS = 32
"""A place is one number: the unit above this many bits, the character offset below."""

_FEW = 8
"""With less than 1/8 as many units as postings, the units are looked up in these."""

_POSTINGS_AT_ONCE = 200_000
"""So many postings are looked through in 10 ms, and take 10 MB."""

_PLACE_BYTES = 8 * 4
"""Of a place, what is kept of it and what making it takes."""

_LONG = 64
"""So long a text is found faster by reading the few units that contain it."""


def places_within(fields: TextFields, text: str, within: Ints) -> Ints:
    """Where a text begins in some units, all of which contain it; ascending."""
    if len(text) > _LONG:
        return _places_read(fields, text, within)
    if len(text) == 1:
        return _places_of_character(fields, text.encode("utf-8", "surrogatepass"), within)
    places: Ints | None = None
    budget = current()
    for shift in {*range(0, len(text) - 1, 2), len(text) - 2}:
        budget.spend()
        pair = text[shift : shift + 2].encode("utf-8", "surrogatepass")
        occurrences = fields.pairs.occurrences(pair, within)
        if occurrences is None:
            return np.empty(0, np.int64)
        units, offsets = occurrences
        # An offset below the shift would borrow from the unit before.
        here = ((units << UNIT_BITS) + (offsets - shift))[offsets >= shift]
        places = here if places is None else common_places(places, here)
    assert places is not None  # noqa: S101 - there is at least one pair
    return places


def _places_of_character(fields: TextFields, character: bytes, within: Ints) -> Ints:
    """Where a character stands in some units, all of which contain it; ascending."""
    pairs = fields.pairs
    places = _places_of_prefix(fields, character, within)
    # Where it occurs more often than it begins a pair, it also stands at the end.
    everywhere = fields.characters.postings(character)
    counted = everywhere.counts[np.searchsorted(everywhere.units, within)]
    begun = np.searchsorted(within, places >> UNIT_BITS)
    at_end = within[counted > np.bincount(begun, minlength=len(within))]
    parts = [places]
    if len(at_end):
        budget = current()
        for number in pairs.terms.ending_with(character).tolist():
            budget.spend()
            term = pairs.terms[number]
            # Places in other units do no harm, and looking up many units costs more than reading.
            few = len(at_end) * _FEW < pairs.frequency(term)
            occurrences = pairs.occurrences(term, at_end if few else None)
            if occurrences is not None:
                parts.append((occurrences[0] << UNIT_BITS) + occurrences[1] + 1)
    # The same place twice does no harm.
    return np.sort(np.concatenate(parts), kind="stable")


def _places_of_prefix(fields: TextFields, character: bytes, within: Ints) -> Ints:
    """Where a character begins a pair in some units, maybe not ascending."""
    pairs = fields.pairs
    first, last = pairs.terms.first_from(character), _end_of_prefix(pairs, character)
    budget, parts, found = current(), [np.empty(0, np.int64)], 0
    wanted = _Members(within, fields.words.units)
    ends = pairs.posting_ends
    while first < last:
        begun = int(ends[first - 1]) if first else 0
        stop = int(np.searchsorted(ends[first:last], begun + _POSTINGS_AT_ONCE, side="right"))
        stop = first + max(1, stop)
        budget.require_memory((found + int(ends[stop - 1]) - begun) * _PLACE_BYTES)
        budget.spend()
        _, units, counts, offsets = pairs.read_terms(first, stop)
        assert offsets is not None  # noqa: S101 - pairs have positions
        kept = np.flatnonzero(np.repeat(wanted.of(units), counts))
        parts.append((np.repeat(units, counts)[kept] << UNIT_BITS) + offsets[kept])
        found += len(kept)
        first = stop
    return np.concatenate(parts)


def _places_read(fields: TextFields, text: str, within: Ints) -> Ints:
    """Where a long text begins: looked up in the texts themselves, as few units contain it."""
    places = []
    budget = current()
    for unit in within.tolist():
        budget.spend()
        folded = fields.folded_text(unit)
        at = folded.find(text)
        while at >= 0:
            places.append((unit << UNIT_BITS) + at)
            at = folded.find(text, at + 1)
    return np.array(places, np.int64)


class _Members:
    """Which units are among some, ascending and not empty, of so many in all."""

    def __init__(self, within: Ints, universe: int) -> None:
        self._within = within
        self._mask: Bools | None = None
        if len(within) * _FEW > universe:
            self._mask = np.zeros(universe, np.bool_)
            self._mask[within] = True

    def of(self, units: Ints) -> Bools:
        if self._mask is not None:
            return self._mask.take(units)
        place = np.searchsorted(self._within, units)
        place[place == len(self._within)] = 0
        members: Bools = self._within[place] == units
        return members


def _end_of_prefix(field: Field, prefix: bytes) -> int:
    """The number of the first term after those that begin so."""
    # No byte of UTF-8 is 0xFF.
    return field.terms.first_from(prefix + b"\xff")


def places_before_others(fields: TextFields, characters: str, within: Ints) -> Ints:
    """Where one of some characters stands in some units, not at their end; ascending."""
    each = [
        _places_of_prefix(fields, character.encode("utf-8", "surrogatepass"), within)
        for character in characters
    ]
    return np.sort(np.concatenate(each), kind="stable")
