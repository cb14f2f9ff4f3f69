"""Fields as they score: a passage read with what stands around it, and the signs of an answer.

What ``engines.formula`` counts as a passage's own is stored once for each section (title and
headings) or with another passage (the sentence that leads into a list); here it is put together,
for the terms that are asked for. What is put together is remembered like other postings.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, lru_cache, partial
from typing import Protocol

import numpy as np

from ...documents.document import ARTICLE
from ...errors import OverBudgetError
from ..formula import FLOORS, ITEM_FLOORS, MEANING, NAMING, OPENING_CHARS
from .container import Ints, smallest_unsigned
from .places import UNIT_BITS
from .postings import Field, TextFields, all_places, common_places, distinct_places, phrase_places
from .term_postings import NO_POSTINGS, Postings, PostingsCache

_DENSE = 16
"""Postings of more than 1/16 of all passages are put together by adding whole columns."""
_SIGNS_REMEMBERED = 1024
_ITEMS = 3
"""So many items of a query have signs; the places of all are asked for twice."""


class ScoredField(Protocol):
    """What scoring asks of a field. Units are passages."""

    @property
    def units(self) -> int:
        """How many there are."""

    @property
    def lengths(self) -> Ints:
        """(units,) the length of each that counts."""

    @property
    def total_length(self) -> int:
        """Their sum."""

    def postings(self, term: bytes) -> Postings:
        """The postings of a term, empty where it does not occur."""


class Around:
    """Where the passages of a segment stand: their sections, and what leads into items of lists.

    ``sections`` is (passages,) and ascending, ``forms`` what ``list_items`` says of each.
    """

    def __init__(self, sections: Callable[[], Ints], forms: Callable[[], Ints]) -> None:
        self._sections, self._forms = sections, forms

    @cached_property
    def sections(self) -> Ints:
        """(passages,) the section of each, ascending."""
        return self._sections()

    @cached_property
    def items(self) -> Ints:
        """The passages that are items, ascending in ``leads``; their lead-ins are before them."""
        return np.flatnonzero(self._forms() > ARTICLE)

    @cached_property
    def leads(self) -> Ints:
        """(items,) the passage that leads into each, ascending."""
        leads: Ints = self.items - self._forms().take(self.items).astype(np.intp) + 1
        return leads

    @cached_property
    def first_items(self) -> Ints:
        """(passages + 1,) where in ``items`` those begin that each passage leads into."""
        return _begins(self.leads, len(self.sections))

    @cached_property
    def first_passages(self) -> Ints:
        """(sections + 1,) the passage with which each section begins."""
        return _begins(self.sections, 0)

    @cached_property
    def articles(self) -> Ints:
        """The passages that begin an article, ascending."""
        return np.flatnonzero(self._forms() == ARTICLE)


class PassageField:
    """Words, pairs or characters of passages, with ``context``, those of their sections, if any.

    One that has no ``floors`` has no lead-ins either.
    """

    def __init__(
        self,
        name: str,
        own: Field,
        context: Field | None,
        around: Around,
        cache: PostingsCache,
        *,
        floors: bool = True,
    ) -> None:
        self._own, self._around, self._cache = own, around, cache
        self._context = context
        self._floors = (FLOORS[name], ITEM_FLOORS[name]) if floors else None
        self._owner = cache.new_owner()
        self.units = own.units

    @cached_property
    def lengths(self) -> Ints:
        """(passages,) terms of each that count, of the smallest type."""
        lengths = self._own.lengths.astype(np.int64)
        around = self._around
        if self._floors is not None:
            least, of_items = self._floors
            lengths = np.maximum(lengths, least)
            lengths[around.items] = np.maximum(lengths[around.items], of_items)
        if self._context is not None:
            lengths += self._context.lengths.take(around.sections)
            if self._floors is not None:
                lengths[around.items] += self._own.lengths.take(around.leads)
        return lengths.astype(smallest_unsigned(int(lengths.max(initial=0))))

    @cached_property
    def total_length(self) -> int:
        """Of all passages."""
        return int(self.lengths.sum(dtype=np.int64))

    def postings(self, term: bytes) -> Postings:
        """The passages that have a term, in themselves or around them."""
        context = self._context
        if context is None:
            return self._own.postings(term)
        # Terms of texts count up from 0, those that are only in titles or headings down from -1.
        number = self._own.terms.find(term)
        if number is None:
            of_context = context.terms.find(term)
            if of_context is None:
                return NO_POSTINGS
            number = -1 - of_context
        key = (self._owner, number)
        known = self._cache.get(key)
        if known is None:
            known = self._put_together(self._own.postings(term), context.postings(term))
            self._cache.put(key, known)
        return known

    def _put_together(self, own: Postings, context: Postings) -> Postings:
        around, units = self._around, self.units
        if (own.size + context.size) * _DENSE > units:
            # No term stands more often in a passage than there are terms.
            kind = np.promote_types(self.lengths.dtype, np.uint16)
            counts = np.zeros(units, kind)
            counts[own.units] = own.counts
            if self._floors is not None:
                led = counts.take(around.leads)
            if context.size:
                of_sections = np.zeros(self._context_units + 1, kind)
                of_sections[context.units] = context.counts
                counts += of_sections.take(around.sections)
            if self._floors is not None:
                counts[around.items] += led
            passages = np.flatnonzero(counts)
            return _postings(passages, counts.take(passages), units)
        parts = [(own.units, own.counts)]
        if context.size:
            parts.append(_spread(around.first_passages, context))
        if self._floors is not None and own.size:
            places, counts = _spread(around.first_items, own)
            parts.append((around.items.take(places), counts))
        if all(not len(passages) for passages, _ in parts[1:]):
            return own
        return _postings(*_summed(parts), units)

    @property
    def _context_units(self) -> int:
        return 0 if self._context is None else self._context.units


class SignField:
    """A sign of an answer: the passages that have it for an item, each once and of length 1."""

    def __init__(self, units: int, find: Callable[[str], Ints]) -> None:
        self.units = units
        self._find = find
        self._found = lru_cache(_SIGNS_REMEMBERED)(self._looked_for)

    @cached_property
    def lengths(self) -> Ints:
        """(passages,) 1 each."""
        return np.ones(self.units, np.uint8)

    @property
    def total_length(self) -> int:
        """As many as there are passages: the mean is 1, and what a sign adds is its weight."""
        return self.units

    def postings(self, term: bytes) -> Postings:
        """The passages that have the sign for an item; none where time ran out."""
        try:
            return self._found(term)
        except OverBudgetError:
            return NO_POSTINGS

    def _looked_for(self, item: bytes) -> Postings:
        passages = self._find(item.decode("utf-8", "surrogatepass"))
        return _postings(passages, np.ones(len(passages), np.uint8), self.units)


class Signs:
    """The passages of a segment that answer for an item of 2 to 128 characters, by its places.

    The places of what stands beside an item where it is defined are looked up once.
    """

    def __init__(self, text: TextFields, around: Around) -> None:
        self._text, self._around = text, around
        self._places = lru_cache(_ITEMS)(partial(phrase_places, text))

    def definitions(self, item: str) -> Ints:
        """Those that say what it is, ascending."""
        places = self._places(item)
        named = common_places(places, self._after_naming)
        ends = places + len(item)
        return all_places(
            [named >> UNIT_BITS]
            + [common_places(ends, meaning) >> UNIT_BITS for meaning in self._meanings]
        )

    def openings(self, item: str) -> Ints:
        """Those that begin an article and have it near their beginning, ascending."""
        places = self._places(item)
        near = places.compress(places & ((1 << UNIT_BITS) - 1) <= OPENING_CHARS)
        return common_places(distinct_places(near >> UNIT_BITS), self._around.articles)

    @cached_property
    def _after_naming(self) -> Ints:
        return phrase_places(self._text, NAMING) + len(NAMING)

    @cached_property
    def _meanings(self) -> tuple[Ints, ...]:
        return tuple(phrase_places(self._text, meaning) for meaning in MEANING)


def _summed(parts: list[tuple[Ints, Ints]]) -> tuple[Ints, Ints]:
    """(passages, counts) of several, each ascending, as one; counts of the same are added."""
    passages = np.concatenate([p for p, _ in parts])
    # A stable sort merges what is in order already.
    order = passages.argsort(kind="stable")
    passages = passages.take(order)
    fresh = np.empty(len(passages), np.bool_)
    fresh[:1] = True
    np.not_equal(passages[1:], passages[:-1], out=fresh[1:])
    begins = np.flatnonzero(fresh)
    counts = np.concatenate([c.astype(np.uint32) for _, c in parts]).take(order)
    return passages.take(begins), np.add.reduceat(counts, begins)


def _begins(ascending: Ints, least: int) -> Ints:
    """(n + 1,) where each number below n begins among some; n is above all of them."""
    sizes = np.bincount(ascending, minlength=least)
    begins = np.zeros(len(sizes) + 1, np.uint32)
    np.cumsum(sizes, out=begins[1:])
    return begins


def _spread(begins: Ints, postings: Postings) -> tuple[Ints, Ints]:
    """(places, counts) of the ranges of places that some units have, those of each with its count.

    A range goes from where that of its unit begins to where the next begins.
    """
    units = postings.units
    # What is above all that begin has an empty range at the end.
    first = begins.take(units, mode="clip").astype(np.intp)
    sizes = begins.take(units + 1, mode="clip") - first
    several = np.flatnonzero(sizes)
    first, sizes, counts = first.take(several), sizes.take(several), postings.counts.take(several)
    inside = np.arange(int(sizes.sum())) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return np.repeat(first, sizes) + inside, np.repeat(counts, sizes)


def _postings(passages: Ints, counts: Ints, units: int) -> Postings:
    return Postings(np.diff(passages, prepend=0), counts, units)
