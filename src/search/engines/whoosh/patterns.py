"""Match units against a pattern with wildcards, by the positions of its texts, as in ``near``."""

from __future__ import annotations

import numpy as np

from ...budget import current
from ...query.wildcards import SENTENCE_ENDS, Wildcard
from .container import Ints
from .places import UNIT_BITS, places_before_others, places_within
from .postings import TextFields, common_places, phrase_units

_NONE = np.empty(0, np.intp)


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
            return _NONE
    assert within is not None  # noqa: S101 - a pattern has at least one text
    budget, known = current(), dict[str, Ints]()
    places = known[pattern.texts[0]] = places_within(fields, pattern.texts[0], within)
    ends = places[_offsets(places) >= pattern.before] + len(pattern.texts[0])
    sentence_ends = np.empty(0, np.int64)
    if any(gap.more for gap in pattern.gaps):
        sentence_ends = places_before_others(fields, SENTENCE_ENDS, within)
    for gap, text in zip(pattern.gaps, pattern.texts[1:], strict=True):
        if not len(ends):
            return _NONE
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
    return np.unique(units).astype(np.intp, copy=False)


def _offsets(places: Ints) -> Ints:
    offsets: Ints = places & ((1 << UNIT_BITS) - 1)
    return offsets
