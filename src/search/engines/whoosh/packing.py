"""How are lists of small numbers kept small? Byte widths with patches, decoded by whole arrays.

A group (the postings of one term) of ``n`` numbers below 2^32 is packed as

    1 byte                    code: low width, exception width (each 0, 1, 2 or 4 bytes)
    n × low width             the numbers that fit the low width, little-endian; 0 for the others
    ceil(n / 8)               bitmap of the exceptions, first number in the highest bit; only if any
    e × exception width       the exceptions in full

The low width is the one that makes the group smallest: 1 for the gaps of a frequent term, of which
few exceed 255; 0 for the counts of a term that rarely stands twice in a passage. The idea of
patching is that of PFOR (Zukowski et al., "Super-Scalar RAM-CPU Cache Compression", 2006), with
bytes for bits, because numpy decodes bytes without a step per number.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from .container import Ints

__all__ = ["pack", "unpack", "unpack_many"]

_WIDTHS = (0, 1, 2, 4)
"""Code → width in bytes."""
_WIDTH_OF = np.array(_WIDTHS, np.int64)
_BITS = np.array([128, 64, 32, 16, 8, 4, 2, 1], np.uint8)
_TYPES: Mapping[int, np.dtype[Any]] = {1: np.dtype("u1"), 2: np.dtype("<u2"), 4: np.dtype("<u4")}
_CHUNK = 1 << 21
"""Numbers packed at a time, which bounds the memory for it to about 100 MB."""


def pack(numbers: Ints, ends: Ints) -> tuple[Ints, Ints]:
    """Pack groups of numbers; group ``i`` is ``numbers[ends[i - 1] : ends[i]]``, never empty.

    Gives the bytes of all groups, dtype uint8, and where each group ends in them, int64.
    """
    ends = ends.astype(np.int64)
    parts: list[Ints] = []
    sizes: list[Ints] = []
    first_group = first_number = 0
    while first_group < len(ends):
        last = int(np.searchsorted(ends, first_number + _CHUNK, side="right"))
        last = max(last, first_group + 1)
        chunk_ends = ends[first_group:last] - first_number
        data, size = _pack_chunk(numbers[first_number : int(ends[last - 1])], chunk_ends)
        parts.append(data)
        sizes.append(size)
        first_group, first_number = last, int(ends[last - 1])
    if not parts:
        return np.empty(0, np.uint8), np.empty(0, np.int64)
    return np.concatenate(parts), np.cumsum(np.concatenate(sizes))


def unpack(data: Ints, count: int) -> Ints:
    """The ``count`` numbers of one group, dtype intp. ``data`` are its bytes."""
    code = int(data[0])
    width, patch = _WIDTHS[code & 3], _WIDTHS[code >> 2]
    at = 1 + count * width
    low = data[1:at].view(_TYPES[width]) if width else None
    numbers: Ints = np.zeros(count, np.intp) if low is None else low.astype(np.intp)
    if patch:
        patches = at + (count + 7) // 8
        flags = np.unpackbits(data[at:patches], count=count).view(np.bool_)
        # By places: with a mask numpy goes through all numbers one by one.
        numbers[np.flatnonzero(flags)] = data[patches:].view(_TYPES[patch])
    return numbers


def unpack_many(data: Ints, starts: Ints, counts: Ints) -> Ints:
    """The numbers of many groups, one after another, dtype int64.

    ``starts`` is where each group begins in ``data``, ``counts`` how many numbers it has.
    """
    starts, counts = starts.astype(np.int64), counts.astype(np.int64)
    codes = data[starts]
    widths, patches = _WIDTH_OF[codes & 3], _WIDTH_OF[codes >> 2]
    group, index = _positions(counts)
    numbers = np.zeros(len(group), np.int64)
    _gather(data, numbers, (starts + 1)[group] + index * widths[group], widths[group])
    patched = np.flatnonzero(patches[group])
    flags_at = starts + 1 + counts * widths
    of, place = group[patched], index[patched]
    flagged = data[flags_at[of] + (place >> 3)] & _BITS[place & 7] != 0
    exceptions, of = patched[flagged], of[flagged]
    values_at = (flags_at + (counts + 7) // 8)[of] + _rank_in_group(of) * patches[of]
    values = np.zeros(len(exceptions), np.int64)
    _gather(data, values, values_at, patches[of])
    numbers[exceptions] = values
    return numbers


def _pack_chunk(numbers: Ints, ends: Ints) -> tuple[Ints, Ints]:
    """(bytes, size of each group) of groups that are packed together."""
    numbers = numbers.astype(np.int64)
    starts = np.concatenate([[0], ends[:-1]])
    counts = ends - starts
    patch_codes = _code_for(np.maximum.reduceat(numbers, starts))
    patches = _WIDTH_OF[patch_codes]
    flag_bytes = (counts + 7) // 8
    costs = []
    for width in _WIDTHS:
        exceeding = np.add.reduceat((numbers >> (8 * width)) > 0, starts, dtype=np.int64)
        patching = np.where(exceeding > 0, flag_bytes + exceeding * patches, 0)
        costs.append(counts * width + patching)
    cost = np.stack(costs)
    codes = np.argmin(cost, axis=0)
    widths = _WIDTH_OF[codes]
    sizes = 1 + cost.min(axis=0)
    begins = np.cumsum(sizes) - sizes

    group, index = _positions(counts)
    exceeds = (numbers >> (8 * widths[group])) > 0
    any_exception = np.zeros(len(ends), np.bool_)
    any_exception[group[exceeds]] = True

    data = np.zeros(int(sizes.sum()), np.uint8)
    data[begins] = codes | np.where(any_exception, patch_codes << 2, 0)
    low = np.where(exceeds, 0, numbers)
    _scatter(data, low, (begins + 1)[group] + index * widths[group], widths[group])
    exceptions = np.flatnonzero(exceeds)
    of, place = group[exceptions], index[exceptions]
    flags_at = begins + 1 + counts * widths
    # Distinct bits: their sum is their union.
    flag_at = flags_at[of] + (place >> 3)
    if len(flag_at):
        first = np.flatnonzero(np.concatenate([[True], flag_at[1:] != flag_at[:-1]]))
        data[flag_at[first]] = np.add.reduceat(_BITS[place & 7].astype(np.int64), first)
    values_at = (flags_at + flag_bytes)[of] + _rank_in_group(of) * patches[of]
    _scatter(data, numbers[exceptions], values_at, patches[of])
    return data, sizes


def _code_for(largest: Ints) -> Ints:
    """Code of the smallest width that holds each number, at least one byte."""
    codes: Ints = 1 + (largest > 0xFF).astype(np.int64) + (largest > 0xFFFF)
    return codes


def _positions(counts: Ints) -> tuple[Ints, Ints]:
    """For every number of every group: its group, and its index in the group."""
    group = np.repeat(np.arange(len(counts)), counts)
    starts = np.cumsum(counts) - counts
    return group, np.arange(len(group)) - starts[group]


def _rank_in_group(group: Ints) -> Ints:
    """For ascending group numbers: how many equal ones stand before."""
    if not len(group):
        return group
    first = np.concatenate([[True], group[1:] != group[:-1]])
    begins = np.flatnonzero(first)
    ranks: Ints = np.arange(len(group)) - begins[np.cumsum(first) - 1]
    return ranks


def _scatter(data: Ints, numbers: Ints, at: Ints, widths: Ints) -> None:
    """Write numbers of given widths into ``data``, little-endian."""
    for byte in range(4):
        chosen = widths > byte if byte < 2 else widths == 4
        data[at[chosen] + byte] = (numbers[chosen] >> (8 * byte)) & 0xFF


def _gather(data: Ints, numbers: Ints, at: Ints, widths: Ints) -> None:
    """Add numbers of given widths from ``data``, little-endian."""
    for byte in range(4):
        chosen = np.flatnonzero(widths > byte if byte < 2 else widths == 4)
        numbers[chosen] += data[at[chosen] + byte].astype(np.int64) << (8 * byte)
