"""Texts become postings of characters and pairs: folded as one array, sorted by whole arrays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from ...analysis.text import fold, form_of, is_han, is_letter
from ...analysis.words import characters as scored_characters
from .blocks import Spill, Spills
from .container import ArrayFileWriter, Bools, Ints, smallest_unsigned
from .packing import pack

ENCODING = "utf-32-le"
BREAK = ord("\n")
"""Stands after every text. No folded text contains it, folding leaves no other space than " "."""

_ALL_CODE_POINTS = 0x110000
_KNOWN, _HAN, _SCORED, _LETTER, _DIGIT, _UNSEEN, _LONGER = (1 << n for n in range(7))
_kinds = np.zeros(_ALL_CODE_POINTS, np.uint8)
"""Flags of every code point met so far."""
_folded = np.zeros(_ALL_CODE_POINTS, np.uint32)


def fold_texts(texts: Sequence[str]) -> Ints:
    """The folded texts one after another as code points, dtype uint32, each followed by BREAK."""
    codes, ends = _codes(texts)
    kinds = _looked_at(codes)
    longer = np.flatnonzero(kinds & _LONGER)
    if len(longer):
        # Few texts have a character that counts as several.
        texts = list(texts)
        for number in np.unique(np.searchsorted(ends, longer, "right")).tolist():
            texts[number] = fold(texts[number])
        codes, ends = _codes(texts)
        kinds = _looked_at(codes)
    is_text = np.ones(len(codes) + len(texts), np.bool_)
    is_text[ends + np.arange(len(texts))] = False
    result = np.full(len(is_text), BREAK, np.uint32)
    result[is_text] = _folded[codes]
    if (kinds & _UNSEEN).any():
        is_text[is_text] = kinds & _UNSEEN == 0
        is_text |= result == BREAK
        result = result[is_text]
    space = result == ord(" ")
    if not space.any():
        return result
    before, after = np.zeros_like(space), np.zeros_like(space)
    before[1:], after[:-1] = space[:-1], space[1:]
    firsts, lasts = np.flatnonzero(space & ~before), np.flatnonzero(space & ~after)
    # At 0 there is nothing before; what stands at -1 is a break, which is no letter and no digit.
    both = _kinds[result[firsts - 1]] & _kinds[result[lasts + 1]]
    kept = ~space
    kept[firsts[both & (_LETTER | _DIGIT) != 0]] = True
    kept_codes: Ints = result[kept]
    return kept_codes


def _codes(texts: Sequence[str]) -> tuple[Ints, Ints]:
    """(code points of all texts, where each ends among them)."""
    codes = np.frombuffer("".join(texts).encode(ENCODING, "surrogatepass"), "<u4")
    return codes, np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)))


def is_han_code(codes: Ints) -> Bools:
    """Which code points of folded texts are Han."""
    han: Bools = _kinds[codes] & _HAN != 0
    return han


def is_scored_code(codes: Ints) -> Bools:
    """Which code points of folded texts score: letters, digits, Han."""
    scored: Bools = _kinds[codes] & _SCORED != 0
    return scored


def _looked_at(codes: Ints) -> Ints:
    """The flags of code points; about those not met before they are found out."""
    kinds: Ints = _kinds[codes]
    new = codes[kinds & _KNOWN == 0]
    if not len(new):
        return kinds
    if len(new) > _ALL_CODE_POINTS >> 6:
        # Flags take as long for many as for few; sorting does not.
        met = np.zeros(_ALL_CODE_POINTS, np.bool_)
        met[new] = True
        new = np.flatnonzero(met)
    for code in dict.fromkeys(new.tolist()):
        form = form_of(code)
        if len(form) == 1 and form != chr(code):
            _find_out(ord(form), form)
        _find_out(code, form)
    return _kinds[codes]


def _find_out(code: int, form: str) -> None:
    flags = _KNOWN
    if len(form) == 1:
        _folded[code] = ord(form)
        flags |= _HAN if is_han(form) else 0
        flags |= _SCORED if scored_characters(form) else 0
        flags |= _LETTER if is_letter(form) else 0
        flags |= _DIGIT if form.isdecimal() else 0
    else:
        flags |= _LONGER if form else _UNSEEN
    _kinds[code] = flags


_MOST_16 = (1 << 16) - 1
_RANGE_TOKENS = 1 << 19
"""Occurrences inverted at a time; as one range is packed meanwhile, about 50 MB are taken."""


@dataclass(frozen=True, slots=True)
class TermRange:
    """Consecutive terms with their postings, before packing. Every term has a posting.

    ``terms`` is (UTF-8 bytes, where each term ends); ``posting_ends`` is (terms,); ``units`` and
    ``counts`` are (postings,), the units ascending inside a term; ``offsets`` are (occurrences,) in
    order of the postings, None for fields without positions.
    """

    terms: tuple[Ints, Ints]
    posting_ends: Ints
    units: Ints
    counts: Ints
    offsets: Ints | None = None


@dataclass(frozen=True, slots=True)
class Inverted:
    """A field before packing: its terms in ranges, ascending, and the lengths of its units."""

    ranges: Iterable[TermRange]
    lengths: Ints


def without_offsets(inverted: Inverted) -> Inverted:
    """A field as it is, but for the positions."""
    return Inverted((replace(r, offsets=None) for r in inverted.ranges), inverted.lengths)


def write_field(file: ArrayFileWriter, name: str, field: Inverted) -> dict[str, int]:
    """Write a field; gives the sizes that reading it needs without touching the arrays."""
    with Spills(file.path.parent) as spills:
        waiting = {column: spills.new() for column in ("term", "gap", "count", "offset")}
        _write_field(file, name, _ahead(field.ranges), field.lengths, waiting)
    return {"units": len(field.lengths), "length": int(field.lengths.sum(dtype=np.int64))}


def _ahead(ranges: Iterable[TermRange]) -> Iterator[TermRange]:
    """The ranges; while one is packed, the next is inverted in another thread: Numpy lets it.

    Most fields have one range, and need no thread.
    """
    left = iter(ranges)
    part, after = next(left, None), next(left, None)
    if part is not None:
        yield part
    if after is not None:
        with ThreadPoolExecutor(1) as beside:
            coming = beside.submit(next, left, None)
            yield after
            while (part := coming.result()) is not None:
                coming = beside.submit(next, left, None)
                yield part


def _write_field(
    file: ArrayFileWriter,
    name: str,
    ranges: Iterable[TermRange],
    lengths: Ints,
    spills: Mapping[str, Spill],
) -> None:
    columns = {column: _Ends() for column in ("term", "posting", "gap", "count", "offset")}

    def add_packed(column: str, numbers: Ints, ends: Ints) -> None:
        data, data_ends = pack(numbers, ends)
        spills[column].add(data)
        columns[column].add(data_ends)

    for part in ranges:
        spills["term"].add(part.terms[0])
        columns["term"].add(part.terms[1])
        ends = part.posting_ends.astype(np.int64)
        columns["posting"].add(ends)
        # Between the last unit of a term and the first of the next this wraps, and is replaced.
        gaps = np.diff(part.units.astype(np.uint32, copy=False), prepend=np.uint32(0))
        gaps[ends[:-1]] = part.units[ends[:-1]]
        add_packed("gap", gaps, ends)
        add_packed("count", part.counts - 1, ends)
        if part.offsets is not None:
            occurrence_ends = np.cumsum(part.counts, dtype=np.int64)[ends - 1]
            add_packed("offset", part.offsets, occurrence_ends)
    file.add_parts(f"{name}.terms", np.uint8, spills["term"].parts())
    file.add(f"{name}.term_ends", columns["term"].take())
    file.add(f"{name}.posting_ends", columns["posting"].take())
    for column in ("gap", "count", "offset"):
        if spills[column].size or column != "offset":
            file.add_parts(f"{name}.{column}s", np.uint8, spills[column].parts())
            file.add(f"{name}.{column}_ends", columns[column].take())
    file.add(f"{name}.lengths", lengths.astype(smallest_unsigned(int(lengths.max(initial=0)))))


class _Ends:
    """Ends of consecutive things, collected part by part, each counting from 0."""

    def __init__(self) -> None:
        self._parts: list[Ints] = []
        self._last = 0

    def add(self, ends: Ints) -> None:
        if len(ends):
            # In the smallest type, since all parts of a field are held until its end.
            self._parts.append(ends.astype(smallest_unsigned(int(ends[-1]))))
            self._last += int(ends[-1])

    def take(self) -> Ints:
        """All ends; nothing is held any more."""
        result = np.empty(sum(map(len, self._parts)), smallest_unsigned(self._last))
        place = base = 0
        for part in self._parts:
            result[place : place + len(part)] = part.astype(result.dtype) + result.dtype.type(base)
            place += len(part)
            base += int(part[-1])
        self._parts.clear()
        return result


def frequencies(numbers: Ints, count: int) -> Ints:
    """(count,) how often each number below ``count`` stands in an array, dtype int64."""
    result = np.zeros(count, np.int64)
    # In parts, since counting first makes wide numbers of them.
    for start in range(0, len(numbers), _RANGE_TOKENS):
        result += np.bincount(numbers[start : start + _RANGE_TOKENS], minlength=count)
    return result


def split_evenly(sizes: Ints) -> Iterator[tuple[int, int]]:
    """Ranges of consecutive terms that are inverted together, from the occurrences of each."""
    ends = np.cumsum(sizes, dtype=np.int64)
    first = 0
    while first < len(ends):
        done = int(ends[first - 1]) if first else 0
        last = int(np.searchsorted(ends, done + _RANGE_TOKENS, side="right"))
        last = max(last, first + 1)
        yield first, last
        first = last


def postings(terms: Ints, units: Ints) -> tuple[Ints, Ints, Ints]:
    """(posting_ends, units, counts) of occurrences: the term number and the unit of each.

    The units of one term do not descend, and every term number from 0 to the largest occurs.
    """
    order = stable_order(terms)
    terms, units = terms.take(order), units.take(order)
    fresh = np.empty(len(terms), np.bool_)
    fresh[:1] = True
    np.not_equal(terms[1:], terms[:-1], out=fresh[1:])
    fresh[1:] |= units[1:] != units[:-1]
    begins = np.flatnonzero(fresh)
    counts = np.diff(begins, append=len(terms)).astype(np.uint32)
    return np.cumsum(np.bincount(terms.take(begins))), units.take(begins), counts


def stable_order(numbers: Ints) -> Ints:
    """(numbers,) the places of numbers below 2**32, ascending by these and then by place; intp.

    Numpy sorts 16 bits by radix, in two passes twice as fast as it sorts the whole by comparing.
    """
    order: Ints = numbers.astype(np.uint16).argsort(kind="stable")
    if len(numbers) and int(numbers.max()) > _MOST_16:
        high = np.right_shift(numbers, 16).astype(np.uint16).take(order)
        order = order.take(high.argsort(kind="stable"))
    return order


_CODE_POINTS = 0x110000


class CharacterInverter:
    """Takes batches of folded texts, each of which is the next unit."""

    def __init__(self) -> None:
        self._parts: list[Ints] = []
        self._seen = np.zeros(_CODE_POINTS, np.bool_)

    def add(self, codes: Ints) -> None:
        """The next texts, as ``fold_texts`` gave them."""
        self._seen[codes] = True
        narrow = int(codes.max(initial=0)) < 1 << 16
        self._parts.append(codes.astype(np.uint16) if narrow else codes)

    def invert(self) -> tuple[Inverted, Inverted]:
        """The fields of the characters and of the pairs of everything added."""
        self._seen[BREAK] = False
        alphabet = np.flatnonzero(self._seen).astype(np.uint32)
        last = len(alphabet)
        # The break gets the highest rank: it is in no range of characters.
        rank_of = np.full(_CODE_POINTS, last, np.min_scalar_type(last))
        rank_of[alphabet] = np.arange(last, dtype=rank_of.dtype)
        ranks = np.empty(sum(map(len, self._parts)), rank_of.dtype)
        # From the end, so that a part goes as soon as its ranks are there.
        end = len(ranks)
        while self._parts:
            part = self._parts.pop()
            ranks[end - len(part) : end] = rank_of[part]
            end -= len(part)
        breaks = np.flatnonzero(ranks == last)
        begins = np.zeros(len(breaks), np.int64)
        begins[1:] = breaks[:-1] + 1
        scores = np.append(is_scored_code(alphabet), np.False_)[ranks]
        lengths = _sums(scores, begins)
        # Of the last character, a break, on: a break does not score.
        scores[:-1] &= scores[1:]
        pair_lengths = _sums(scores, begins)
        del scores
        texts = _Texts(alphabet, ranks, begins, np.diff(breaks, prepend=-1))
        return Inverted(texts.characters(), lengths), Inverted(texts.pairs(), pair_lengths)


class _Texts:
    """Units one after another: ranks in ``alphabet``, a break after each; where each begins."""

    def __init__(self, alphabet: Ints, ranks: Ints, begins: Ints, sizes: Ints) -> None:
        self._alphabet = alphabet
        self._ranks = ranks
        self._begins = begins.astype(np.uint32)
        self._unit_of = np.repeat(np.arange(len(begins), dtype=np.uint32), sizes)
        self._ranges = list(split_evenly(frequencies(ranks, len(alphabet) + 1)[:-1]))

    def characters(self) -> Iterator[TermRange]:
        for first, last in self._ranges:
            here = self._places(first, last)
            terms = self._ranks[here] - self._ranks.dtype.type(first)
            yield TermRange(
                _encoded(self._alphabet[first:last, None]),
                *postings(terms, self._unit_of[here]),
            )

    def pairs(self) -> Iterator[TermRange]:
        for first, last in self._ranges:
            part = self._pairs(first, last)
            if part is not None:
                yield part

    def _pairs(self, first: int, last: int) -> TermRange | None:
        """Pairs whose first character has a rank in ``[first, last)``; None without any."""
        ranks, alphabet = self._ranks, self._alphabet
        here = self._places(first, last)
        here = here[ranks[here + 1] != len(alphabet)]
        if not len(here):
            return None
        size = len(alphabet)
        first_rank, second_rank = ranks[here] - ranks.dtype.type(first), ranks[here + 1]
        order = stable_order(second_rank)
        order = order.take(stable_order(first_rank.take(order)))
        keys = first_rank.take(order).astype(np.int64)
        keys *= size
        keys += second_rank.take(order)
        place = here.take(order)
        unit = self._unit_of[place]
        fresh = np.empty(len(keys), np.bool_)
        fresh[:1] = True
        np.not_equal(keys[1:], keys[:-1], out=fresh[1:])
        term_begins = np.flatnonzero(fresh)
        distinct = keys[term_begins]
        fresh[1:] |= unit[1:] != unit[:-1]
        begins = np.flatnonzero(fresh)
        letters = np.stack([alphabet[first + distinct // size], alphabet[distinct % size]], axis=1)
        return TermRange(
            _encoded(letters),
            np.append(np.searchsorted(begins, term_begins), len(begins))[1:],
            unit[begins],
            np.diff(begins, append=len(keys)).astype(np.uint32),
            place.astype(np.uint32) - self._begins[unit],
        )

    def _places(self, first: int, last: int) -> Ints:
        """Where characters with a rank in ``[first, last)`` stand."""
        return np.flatnonzero((self._ranks >= first) & (self._ranks < last))


def _sums(flags: Bools, begins: Ints) -> Ints:
    """How many flags are set in each unit."""
    if not len(begins):
        return np.empty(0, np.int64)
    return np.add.reduceat(flags.view(np.uint8), begins, dtype=np.int64)


def _encoded(codes: Ints) -> tuple[Ints, Ints]:
    """Terms given as rows of code points, (terms, characters): their UTF-8 and where each ends."""
    text = codes.astype("<u4").tobytes().decode(ENCODING, "surrogatepass")
    blob = np.frombuffer(text.encode("utf-8", "surrogatepass"), np.uint8)
    widths = 1 + (codes >= 0x80).astype(np.int64) + (codes >= 0x800) + (codes >= 0x10000)
    return blob, np.cumsum(widths.sum(axis=1))
