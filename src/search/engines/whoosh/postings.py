"""One field of a segment: a term dictionary searched in place, and its postings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import pairwise

import numpy as np

from ...budget import current
from .container import ArrayFile, Ints
from .packing import unpack, unpack_many
from .term_postings import NO_POSTINGS, Postings, PostingsCache
from .unit_facts import UnitFacts

_TERMS_REMEMBERED = 4096
_FEW = 8
"""With less than 1/8 as many candidates as places, the candidates are looked up in these."""
LONG_CHARS = 128
"""The longest text that is wholly covered by its pairs."""
_SAMPLED = 64
"""By about so many pairs a longer one is sought."""
_POSTINGS_AT_ONCE = 1_000_000
_NO_IDS = np.empty(0, np.intp)
_NO_PLACES = np.empty(0, np.int64)


class TermDictionary:
    """Sorted UTF-8 terms in a file of arrays; a look-up touches about log2(terms) of them."""

    def __init__(self, file: ArrayFile, name: str) -> None:
        self._file, self._name = file, name
        self._find = lru_cache(_TERMS_REMEMBERED)(self._search)

    # Memory views index several times faster than arrays.

    @cached_property
    def _terms(self) -> memoryview:
        return memoryview(self._file[f"{self._name}.terms"].data)

    @cached_property
    def _ends(self) -> memoryview:
        return memoryview(self._file[f"{self._name}.term_ends"].data)

    def __len__(self) -> int:
        return len(self._ends)

    def __getitem__(self, number: int) -> bytes:
        start = self._ends[number - 1] if number else 0
        return bytes(self._terms[start : self._ends[number]])

    def __iter__(self) -> Iterator[bytes]:
        blob = bytes(self._terms)
        return (blob[a:b] for a, b in pairwise([0, *self._ends.tolist()]))

    def as_numbers(self) -> tuple[Ints, Ints, int] | None:
        """(terms as big-endian numbers, uint64, their sizes in bytes, uint8, characters of each).

        None unless all terms have equally many characters, one or two. Empty: of 0 characters.
        """
        blob = np.frombuffer(self._terms, np.uint8)
        ends = np.array(self._ends, np.int64)
        sizes = np.diff(ends, prepend=0)
        if not len(ends):
            return np.empty(0, np.uint64), np.empty(0, np.uint8), 0
        if int(sizes.max()) > 8:
            return None
        # Characters begin at the bytes that do not continue one.
        characters = np.add.reduceat((blob & 0xC0) != 0x80, ends - sizes, dtype=np.int64)
        if characters[0] > 2 or (characters != characters[0]).any():
            return None
        keys = np.zeros(len(ends), np.uint64)
        for place in range(8):
            has = np.flatnonzero(sizes > place)
            byte = blob[(ends - sizes)[has] + place].astype(np.uint64)
            keys[has] |= byte << np.uint64(56 - 8 * place)
        return keys, sizes.astype(np.uint8), int(characters[0])

    def let_go(self) -> None:
        """Give back the memory of what was read of the file."""
        self._file.let_go()

    def find(self, term: bytes) -> int | None:
        """The number of a term, None if it does not occur."""
        return self._find(term)

    def _search(self, term: bytes) -> int | None:
        number = self.first_from(term)
        return number if number < len(self) and self[number] == term else None

    def first_from(self, term: bytes) -> int:
        """The number of the first term that is not before ``term``."""
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            if self[middle] < term:
                low = middle + 1
            else:
                high = middle
        return low

    def ending_with(self, character: bytes) -> Ints:
        """The numbers of the terms that end with a whole character. Reads all of them."""
        terms, ends = np.asarray(self._terms), np.asarray(self._ends)
        numbers = np.flatnonzero(ends >= len(character))
        # A term begins with a whole character, so a match never reaches into the term before.
        for back, byte in enumerate(reversed(character), 1):
            numbers = numbers[terms[ends[numbers] - back] == byte]
        return numbers


class Field:
    """Reads what ``inversion.write_field`` wrote. ``sizes`` is what it returned."""

    def __init__(
        self, file: ArrayFile, name: str, sizes: Mapping[str, int], cache: PostingsCache
    ) -> None:
        self.terms = TermDictionary(file, name)
        self._cache = cache
        self._owner = cache.new_owner()
        self._file, self._name = file, name
        self._gaps = _Packed(file, f"{name}.gap")
        self._counts = _Packed(file, f"{name}.count")
        self._offsets = _Packed(file, f"{name}.offset") if f"{name}.offsets" in file else None
        self.total_length = sizes["length"]
        self.units = sizes["units"]

    def frequency(self, term: bytes) -> int:
        """In how many units a term occurs."""
        number = self.terms.find(term)
        return 0 if number is None else self._size(number)

    def postings(self, term: bytes) -> Postings:
        """The postings of a term, empty where it does not occur."""
        number = self.terms.find(term)
        return NO_POSTINGS if number is None else self._postings(number)

    def occurrences(self, term: bytes, within: Ints | None = None) -> tuple[Ints, Ints] | None:
        """(unit, character offset) of every occurrence, ascending; None where there is none.

        With ``within``, ascending units, only of occurrences in these.
        """
        number = self.terms.find(term)
        if number is None or self._offsets is None:
            return None
        postings = self._postings(number)
        counts = postings.counts
        several = np.flatnonzero(counts != 1)
        more = counts.take(several).astype(np.intp) - 1
        offsets = self._offsets.read(number, len(counts) + int(more.sum()))
        if within is None:
            units = postings.units
            return (np.repeat(units, counts) if len(several) else units), offsets
        place = postings.places(within)
        # Most postings have one occurrence, so only where others are do places move.
        before = np.concatenate(([0], np.cumsum(more))).take(several.searchsorted(place))
        sizes = counts.take(place).astype(np.intp)
        begins = place + before
        units = postings.units.take(place)
        if not len(several):
            return units, offsets.take(begins)
        inside = np.arange(int(sizes.sum())) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        return np.repeat(units, sizes), offsets.take(np.repeat(begins, sizes) + inside)

    def read_terms(self, first: int, last: int) -> tuple[Ints, Ints, Ints, Ints | None]:
        """Everything of the terms ``[first, last)``, one after another.

        (postings per term, units, counts, offsets of all occurrences or None), dtype int64.
        """
        ends = self.posting_ends[first:last].astype(np.int64)
        sizes = np.diff(ends, prepend=int(self.posting_ends[first - 1]) if first else 0)
        gaps = self._gaps.read_many(first, last, sizes)
        counts = self._counts.read_many(first, last, sizes) + 1
        starts = np.cumsum(sizes) - sizes
        units = np.cumsum(gaps)
        # Each term counts from its own first unit.
        units -= np.repeat(units[starts] - gaps[starts], sizes)
        if self._offsets is None:
            return sizes, units, counts, None
        occurrences = np.add.reduceat(counts, starts)
        return sizes, units, counts, self._offsets.read_many(first, last, occurrences)

    @cached_property
    def posting_ends(self) -> Ints:
        """(terms,) where the postings of each term end."""
        return self._file[f"{self._name}.posting_ends"]

    @cached_property
    def lengths(self) -> Ints:
        """(units,) how many occurrences each has."""
        return self._file[f"{self._name}.lengths"]

    def _size(self, number: int) -> int:
        start = int(self.posting_ends[number - 1]) if number else 0
        return int(self.posting_ends[number]) - start

    def _postings(self, number: int) -> Postings:
        key = (self._owner, number)
        postings = self._cache.get(key)
        if postings is None:
            size = self._size(number)
            counts = self._counts.read(number, size)
            counts += 1
            postings = Postings(self._gaps.read(number, size), counts, self.units)
            self._cache.put(key, postings)
        return postings


class _Packed:
    """Packed groups of a file, one for each term. Only what is read of them is verified."""

    def __init__(self, file: ArrayFile, name: str) -> None:
        self._file, self._name = file, name

    @cached_property
    def _ends(self) -> Ints:
        return self._file[f"{self._name}_ends"]

    def read(self, number: int, count: int) -> Ints:
        start = int(self._ends[number - 1]) if number else 0
        return unpack(self._file.part(f"{self._name}s", start, int(self._ends[number])), count)

    def read_many(self, first: int, last: int, counts: Ints) -> Ints:
        starts = np.empty(last - first, np.int64)
        starts[:1] = int(self._ends[first - 1]) if first else 0
        starts[1:] = self._ends[first : last - 1]
        begin, end = int(starts[0]), int(self._ends[last - 1])
        return unpack_many(self._file.part(f"{self._name}s", begin, end), starts - begin, counts)


class TextFields:
    """The three fields of one kind of text: words, adjacent characters, single characters.

    ``facts`` is what else is known of its units.
    """

    def __init__(
        self,
        file: ArrayFile,
        name: str,
        sizes: Mapping[str, Mapping[str, int]],
        cache: PostingsCache,
        facts: UnitFacts,
    ) -> None:
        self.facts = facts
        self.words = Field(file, f"{name}.words", sizes["words"], cache)
        self.pairs = Field(file, f"{name}.pairs", sizes["pairs"], cache)
        self.characters = Field(file, f"{name}.characters", sizes["characters"], cache)

    def folded_text(self, unit: int) -> str:
        """The folded text of a unit."""
        return self.facts.folded_text(unit)

    @cached_property
    def sizes(self) -> Ints:
        """(units,) how many characters the folded text of each has."""
        sizes = np.zeros(self.characters.units, np.int64)
        ends = self.characters.posting_ends.astype(np.int64)
        first = 0
        while first < len(ends):
            begun = int(ends[first - 1]) if first else 0
            last = max(first + 1, int(np.searchsorted(ends, begun + _POSTINGS_AT_ONCE)))
            _, units, counts, _ = self.characters.read_terms(first, last)
            sizes += np.bincount(units, counts, len(sizes)).astype(np.int64)
            first = last
        return sizes


def phrase_units(fields: TextFields, text: str) -> Ints:
    """The units whose folded text contains the folded ``text`` (not empty), ascending, intp.

    A very long one is sought by some of its pairs, and the few units that have them are read.
    """
    if len(text) == 1:
        return fields.characters.postings(_utf8(text)).units
    if len(text) == 2:
        return fields.pairs.postings(_utf8(text)).units
    if len(text) <= LONG_CHARS:
        return _units_of(phrase_places(fields, text))
    pairs = _frequencies(fields, text, len(text) // _SAMPLED)
    if not min(pairs)[0]:
        return _NO_IDS
    budget, units = current(), []
    for unit in _units_of(_places_with(fields, text, pairs)).tolist():
        budget.spend()
        if text in fields.folded_text(unit):
            units.append(unit)
    return np.array(units, np.intp)


def phrase_places(fields: TextFields, text: str) -> Ints:
    """Where a folded text of 2 to 128 characters begins: the unit above 32 bits, the character
    offset below; ascending, int64.

    It is covered by pairs of neighbours: the rarest says where it may begin, and the others confirm
    it, the rarer first.
    """
    pairs = _frequencies(fields, text, 1)
    rarest = min(pairs)[0]
    if not rarest:
        return _NO_PLACES
    # Every second pair covers the text, unless one between them is so rare that it decides.
    cover = [*pairs[::2], *pairs[-1:]]
    return _places_with(fields, text, pairs if rarest * _FEW < min(cover)[0] else cover)


def phrase_counts(fields: TextFields, text: str) -> tuple[Ints, Ints]:
    """(units whose folded text contains a folded text of 1 to 128 characters, ascending, and in how
    many places each has it)."""
    if len(text) == 1:
        postings = fields.characters.postings(_utf8(text))
        return postings.units, postings.counts
    units = phrase_places(fields, text) >> 32
    first = np.flatnonzero(np.diff(units, prepend=-1))
    return units[first], np.diff(first, append=len(units))


def _frequencies(fields: TextFields, text: str, step: int) -> list[tuple[int, int]]:
    """(units that have it, its shift) of every so manieth pair of a text."""
    shifts = range(0, len(text) - 1, step)
    return [(fields.pairs.frequency(_utf8(text[i : i + 2])), i) for i in shifts]


def _places_with(fields: TextFields, text: str, cover: list[tuple[int, int]]) -> Ints:
    """Where pairs of a text, (frequency, shift) of each, stand at their distances; as above.

    A pair of which both characters are confirmed is passed over.
    """
    begins: Ints | None = None
    uncovered = set(range(len(text)))
    budget = current()
    for frequency, shift in sorted(cover):
        budget.spend()
        if uncovered.isdisjoint((shift, shift + 1)):
            continue
        uncovered -= {shift, shift + 1}
        within = None
        if begins is not None and len(begins) * _FEW < frequency:
            within = distinct_places(begins >> 32)
        occurrences = fields.pairs.occurrences(_utf8(text[shift : shift + 2]), within)
        if occurrences is None:
            return _NO_PLACES
        units, offsets = occurrences
        # An offset below 0 would borrow from the unit before.
        here = (units << 32) + (offsets - shift)
        here = here[offsets >= shift] if shift else here
        begins = here if begins is None else common_places(begins, here)
        if not len(begins):
            return _NO_PLACES
    assert begins is not None  # noqa: S101 - there is at least one pair
    return begins


def _units_of(places: Ints) -> Ints:
    return distinct_places(places >> 32).astype(np.intp, copy=False)


def distinct_places(ascending: Ints) -> Ints:
    """Ascending numbers without repeats."""
    fresh = np.empty(len(ascending), np.bool_)
    fresh[:1] = True
    np.not_equal(ascending[1:], ascending[:-1], out=fresh[1:])
    return ascending[fresh]


def all_places(parts: Sequence[Ints]) -> Ints:
    """The numbers in any of some arrays, each once, ascending.

    numpy's ``unique`` loads its masked arrays, which takes a tenth of a whole command.
    """
    return distinct_places(np.sort(np.concatenate(parts), kind="stable"))


def common_places(few: Ints, many: Ints) -> Ints:
    """The elements of ``few`` that are in ``many``; both ascending without repeats."""
    if len(few) * _FEW > len(many):
        # What stands in both stands twice when they are sorted together; a stable sort merges
        # what is in order already, ten times faster than the other sorts it.
        both = np.concatenate((few, many))
        both.sort(kind="stable")
        common: Ints = both[:-1].compress(both[1:] == both[:-1])
        return common
    if not len(many):
        return many
    found = np.searchsorted(many, few)
    found[found == len(many)] = 0
    return few.compress(many.take(found) == few)


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
