"""Find where texts stand in some units, from the positions of adjacent characters.

Only pairs of neighbours have positions. A single character is where it begins a pair, or ends the
last pair of its unit.
"""

from __future__ import annotations

import numpy as np

from ...budget import current
from ...query.nodes import SENTENCE_ENDS, Alike, Near, Wildcard
from .container import Bools, Ints
from .postings import Field, TextFields, all_places, common_places, distinct_places, phrase_units

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


_NO_PLACES = np.empty(0, np.intp)


def pattern_units(fields: TextFields, pattern: Wildcard) -> Ints:
    """The units that match, ascending, dtype intp.

    Text by text the places at which it may end are carried on. Of several ends before a text only
    the nearest is looked at: its gap is a part of the gaps of all others.
    """
    within: Ints | None = None
    for text in dict.fromkeys(pattern.texts):
        units = phrase_units(fields, text)
        within = units if within is None else common_places(*sorted((within, units), key=len))
        if not len(within):
            return _NO_PLACES
    assert within is not None  # noqa: S101 - a pattern has at least one text
    budget, known = current(), dict[str, Ints]()
    places = known[pattern.texts[0]] = places_within(fields, pattern.texts[0], within)
    ends = places[_offsets(places) >= pattern.before] + len(pattern.texts[0])
    sentence_ends = np.empty(0, np.int64)
    if any(gap.more for gap in pattern.gaps):
        sentence_ends = places_before_others(fields, SENTENCE_ENDS, within)
    for gap, text in zip(pattern.gaps, pattern.texts[1:], strict=True):
        if not len(ends):
            return _NO_PLACES
        budget.spend()
        if text not in known:
            known[text] = places_within(fields, text, within)
        places = known[text]
        nearest = ends.searchsorted(places - gap.least, side="right") - 1
        # A place without an end before it takes the last one, which is in no unit before it.
        end = ends[nearest]
        run = end + gap.least
        kept = (nearest >= 0) & (end >> UNIT_BITS == places >> UNIT_BITS)
        kept &= (run <= places) & (places - run <= gap.more)
        if len(sentence_ends):
            next_end = sentence_ends.searchsorted(run)
            next_end[next_end == len(sentence_ends)] = 0
            stop = sentence_ends[next_end]
            kept &= (stop < run) | (stop >= places)
        ends = places[kept] + len(text)
    units = ends >> UNIT_BITS
    if pattern.after:
        units = units[_offsets(ends) + pattern.after <= fields.sizes[units]]
    return all_places([units]).astype(np.intp, copy=False)


def _offsets(places: Ints) -> Ints:
    offsets: Ints = places & ((1 << UNIT_BITS) - 1)
    return offsets


_NONE = np.empty(0, np.intp)
_FEWER = 2
"""With less than half as many candidates as postings, only these are asked where a pair is."""


def alike_units(fields: TextFields, alike: Alike) -> Ints:
    """The units that match, ascending, dtype intp."""
    characters = alike.characters
    if len(characters) == 1:
        found = [fields.characters.postings(_utf8(c)).units for c in characters[0]]
        return _whole(fields, alike, all_places(found))
    pairs = [_pairs_at(fields, characters, shift) for shift in range(len(characters) - 1)]
    rarest = min(frequency for frequency, _, _ in pairs)
    if not rarest:
        return _NONE
    begins: Ints | None = None
    budget = current()
    # Every second pair covers the text; the rarest of all says where it may begin.
    cover = {*pairs[::2], pairs[-1], min(pairs)}
    for frequency, shift, terms in sorted(cover):
        budget.spend()
        within = None
        if begins is not None and len(begins) * _FEWER < frequency:
            within = distinct_places(begins >> UNIT_BITS)
        parts = []
        for term in terms:
            occurrences = fields.pairs.occurrences(term, within)
            if occurrences is not None:
                units, offsets = occurrences
                # An offset below the shift would borrow from the unit before.
                parts.append(((units << UNIT_BITS) + (offsets - shift))[offsets >= shift])
        here = parts[0] if len(parts) == 1 else np.sort(np.concatenate(parts), kind="stable")
        begins = here if begins is None else common_places(begins, here)
        if not len(begins):
            return _NONE
    assert begins is not None  # noqa: S101 - there is at least one pair
    units = distinct_places(begins >> UNIT_BITS).astype(np.intp, copy=False)
    return _whole(fields, alike, units)


def _pairs_at(
    fields: TextFields, characters: tuple[str, ...], shift: int
) -> tuple[int, int, tuple[bytes, ...]]:
    """(how often the pairs at a place occur together, the place, those that occur)."""
    terms = [_utf8(a + b) for a in characters[shift] for b in characters[shift + 1]]
    frequencies = [fields.pairs.frequency(term) for term in terms]
    found = tuple(term for term, often in zip(terms, frequencies, strict=True) if often)
    return sum(frequencies), shift, found


def _whole(fields: TextFields, alike: Alike, units: Ints) -> Ints:
    """Those of some units in which what stands around lets the text count."""
    if not alike.is_whole:
        return units
    # A number with a sign of a number beside it is told by reading: few units have the number.
    budget, found = current(), []
    for unit in units.tolist():
        budget.spend()
        if alike.matches(fields.folded_text(unit)):
            found.append(unit)
    return np.array(found, np.intp)


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
