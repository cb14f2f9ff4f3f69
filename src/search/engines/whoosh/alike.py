"""Match texts of which some characters are alike: as a phrase, by pairs of characters.

A place in the text stands for several pairs: one for each character alike to its first with each
alike to its second, as far as the index has them.
"""

from __future__ import annotations

import numpy as np

from ...budget import current
from ...query.alike import Alike
from .container import Ints
from .places import UNIT_BITS
from .postings import TextFields, common_places, distinct_places

_NONE = np.empty(0, np.intp)
_FEWER = 2
"""With less than half as many candidates as postings, only these are asked where a pair is."""


def alike_units(fields: TextFields, alike: Alike) -> Ints:
    """The units that match, ascending, dtype intp."""
    characters = alike.characters
    if len(characters) == 1:
        found = [fields.characters.postings(_utf8(c)).units for c in characters[0]]
        return _whole(fields, alike, np.unique(np.concatenate(found)))
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
