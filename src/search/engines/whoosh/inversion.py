"""Invert texts into postings by whole-array sorting, without a Python step per character.

A *unit* is what a posting points at: a passage, a label or a section (the title of its document and
its headings). A field is written as these arrays (``name.*``), all in CSR form:

    terms, term_ends       the sorted UTF-8 terms, one after another, and where each ends
    posting_ends           (terms,) where the postings of each term end: units in which it occurs
    gaps, gap_ends         packed, a group per term: its first unit, then the distances to the next
    counts, count_ends     packed, a group per term: occurrences in each of these units, less 1
    offsets, offset_ends   packed, a group per term, pairs only: character offset of each one
    lengths                (units,) scored occurrences in the unit

``packing`` says what packed is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from .container import ArrayFileWriter, Ints, smallest_unsigned
from .packing import pack
from .spill import Spill, Spills

_MOST_16 = (1 << 16) - 1
_RANGE_TOKENS = 1 << 20
"""Occurrences inverted at a time, which bounds the memory for it to about 50 MB."""


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
        _write_field(file, name, field, waiting)
    return {"units": len(field.lengths), "length": int(field.lengths.sum(dtype=np.int64))}


def _write_field(
    file: ArrayFileWriter, name: str, field: Inverted, spills: Mapping[str, Spill]
) -> None:
    columns = {column: _Ends() for column in ("term", "posting", "gap", "count", "offset")}

    def add_packed(column: str, numbers: Ints, ends: Ints) -> None:
        data, data_ends = pack(numbers, ends)
        spills[column].add(data)
        columns[column].add(data_ends)

    for part in field.ranges:
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
    lengths = field.lengths
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
