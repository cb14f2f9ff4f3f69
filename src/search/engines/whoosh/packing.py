"""Pack lists of small numbers: one bit width for most, patches for the others.

A group (the postings of one term) of ``n`` numbers below 2^32 is packed as

    1 byte                    code of the low width, and 8 × code of the patch width
    ceil(n × low width / 8)   the numbers that fit the low width, little-endian; 0 for the others
    ceil(n / 8)               bitmap of the patched, first number in the highest bit; only if any
    ceil(e × patch width / 8) the patched numbers in full

Widths are 0, 1, 2, 4, 8, 16 or 32 bits: those that numpy takes apart without a step per number.
The low width is the one that makes the group smallest: 4 for the gaps of a term that every second
passage has, 0 for the counts of one that rarely stands twice in a passage. The idea of patching is
that of PFOR (Zukowski et al., "Super-Scalar RAM-CPU Cache Compression", 2006).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from .container import Ints

_WIDTHS = (0, 1, 2, 4, 8, 16, 32)
"""Code → width in bits."""
_WIDTH_OF = np.array(_WIDTHS, np.int64)
_LEAST_PATCH = 3
"""Code of the smallest width of patches."""
_TYPES: Mapping[int, np.dtype[Any]] = {8: np.dtype("u1"), 16: np.dtype("<u2"), 32: np.dtype("<u4")}
_BITS = np.array([128, 64, 32, 16, 8, 4, 2, 1], np.uint8)
_CODE_OF = np.full((1 << 16) + 1, 6, np.uint8)
"""Number below 2^16 → code of the smallest width that holds it."""
for _code in range(5, -1, -1):
    _CODE_OF[: 1 << _WIDTHS[_code]] = _code
_FLAGS, _LOW, _PATCH = 7, 8, 16
"""Kinds of bytes while packing; the code is added to the last two."""
_UNPACKED_ALONE, _PACKED_ALONE = 64, 1_024
"""Numbers from which on a group is unpacked or packed by itself: some steps for the group are then
less than finding out for each number in which group it is."""
_CHUNK = 1 << 20
"""Numbers packed at a time, which bounds the memory for it to about 30 MB."""


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
    """The ``count`` numbers of one group, dtype intp. ``data`` are its bytes, and any others."""
    code = int(data[0])
    width, patch = _WIDTHS[code & 7], _WIDTHS[code >> 3]
    at = 1 + (count * width + 7) // 8
    numbers = np.zeros(count, np.intp) if not width else _opened(data[1:at], width, count)
    if patch:
        patches = at + (count + 7) // 8
        flags = np.unpackbits(data[at:patches], count=count).view(np.bool_)
        # By places: with a mask numpy goes through all numbers one by one.
        (places,) = flags.nonzero()
        size = (len(places) * patch + 7) // 8
        numbers[places] = _opened(data[patches : patches + size], patch, len(places))
    return numbers


def unpack_many(data: Ints, starts: Ints, counts: Ints) -> Ints:
    """The numbers of many groups, one after another, dtype int64.

    ``starts`` is where each group begins in ``data``, ``counts`` how many numbers it has.
    """
    starts, counts = starts.astype(np.int64), counts.astype(np.int64)
    large = counts >= _UNPACKED_ALONE
    if not large.any():
        return _unpack_small(data, starts, counts)
    ends = np.cumsum(counts)
    numbers = np.empty(int(ends[-1]), np.int64)
    numbers[np.repeat(~large, counts)] = _unpack_small(data, starts[~large], counts[~large])
    groups = np.stack([starts, counts, ends], axis=1)[large]
    for start, count, end in groups.tolist():
        numbers[end - count : end] = unpack(data[start:], count)
    return numbers


def _unpack_small(data: Ints, starts: Ints, counts: Ints) -> Ints:
    codes = data[starts]
    widths, patches = _WIDTH_OF[codes & 7], _WIDTH_OF[codes >> 3]
    group = np.repeat(np.arange(len(counts)), counts)
    index = np.arange(len(group)) - (np.cumsum(counts) - counts)[group]
    numbers = _gathered(data, starts + 1, widths, group, index)
    patched = np.flatnonzero(patches[group])
    flags_at = starts + 1 + (counts * widths + 7) // 8
    of, place = group[patched], index[patched]
    flagged = data[flags_at[of] + (place >> 3)] & _BITS[place & 7] != 0
    of = of[flagged]
    values_at = flags_at + (counts + 7) // 8
    numbers[patched[flagged]] = _gathered(data, values_at, patches, of, _rank_in_group(of))
    return numbers


def _opened(data: Ints, width: int, count: int) -> Ints:
    """``count`` numbers of a width that is not 0, dtype intp."""
    if width >= 8:
        return data.view(_TYPES[width]).astype(np.intp)
    if width == 1:
        return np.unpackbits(data, count=count, bitorder="little").astype(np.intp)
    per_byte, mask = 8 // width, np.uint8((1 << width) - 1)
    # As bytes first: writing every n-th of wide numbers takes several times as long.
    numbers = np.empty((len(data), per_byte), np.uint8)
    for place in range(per_byte):
        np.right_shift(data, np.uint8(place * width), out=numbers[:, place])
    numbers &= mask
    return numbers.ravel()[:count].astype(np.intp)


def _closed(numbers: Ints, width: int, counts: Ints) -> Ints:
    """Bytes of numbers of one width; each of the groups begins with a new byte."""
    if width >= 8:
        return numbers.astype(_TYPES[width]).view(np.uint8)
    numbers = _padded(numbers.astype(np.uint8), counts, 8 // width).reshape(-1, 8 // width)
    data = numbers[:, 0].copy()
    for place in range(1, 8 // width):
        data |= numbers[:, place] << np.uint8(place * width)
    return data


def _padded(numbers: Ints, counts: Ints, multiple: int) -> Ints:
    """Groups filled up with zeros to a multiple of so many numbers."""
    sizes = -(-counts // multiple) * multiple
    result = np.zeros(int(sizes.sum()), numbers.dtype)
    if len(counts) == 1:
        result[: len(numbers)] = numbers
        return result
    taken = np.repeat(
        np.tile(np.array([True, False]), len(counts)),
        np.stack([counts, sizes - counts], axis=1).reshape(-1),
    )
    result[taken] = numbers
    return result


def _pack_chunk(numbers: Ints, ends: Ints) -> tuple[Ints, Ints]:
    """(bytes, size of each group) of groups that are held in memory together."""
    numbers = numbers.astype(np.uint32, copy=False)
    counts = np.diff(ends, prepend=0)
    large = counts >= _PACKED_ALONE
    if not large.any():
        return _pack_small(numbers, counts)
    alone = [
        _pack_large(numbers[end - count : end])
        for end, count in zip(ends[large].tolist(), counts[large].tolist(), strict=True)
    ]
    sizes = np.empty(len(counts), np.int64)
    sizes[large] = [len(data) for data in alone]
    small = np.empty(0, np.uint8)
    if len(alone) < len(counts):
        small, sizes[~large] = _pack_small(numbers[np.repeat(~large, counts)], counts[~large])
    data = np.empty(int(sizes.sum()), np.uint8)
    data[np.repeat(~large, sizes)] = small
    for end, packed in zip(np.cumsum(sizes)[large].tolist(), alone, strict=True):
        data[end - len(packed) : end] = packed
    return data, sizes


def _pack_large(numbers: Ints) -> Ints:
    """The bytes of one group, packed by itself."""
    count = np.array([len(numbers)])
    code_of = _CODE_OF[np.minimum(numbers, 1 << 16)]
    codes, patch_codes, patched, _ = _cheapest(count, np.bincount(code_of, minlength=7)[None])
    code, patch_code = int(codes[0]), int(patch_codes[0])
    if not patched[0]:
        low = _closed(numbers, _WIDTHS[code], count) if code else np.empty(0, np.uint8)
        return np.concatenate([np.array([code], np.uint8), low])
    exceeds = code_of > code
    low = np.where(exceeds, np.uint32(0), numbers)
    return np.concatenate(
        [
            np.array([code | patch_code << 3], np.uint8),
            _closed(low, _WIDTHS[code], count) if code else np.empty(0, np.uint8),
            np.packbits(exceeds),
            _closed(numbers[exceeds], _WIDTHS[patch_code], patched),
        ]
    )


def _cheapest(counts: Ints, needing: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    """(code of the low width, code of the patch width, patched numbers, bytes) of each group.

    ``needing`` is (groups, 7): how many of its numbers need each width.
    """
    # How many need more than each width.
    exceeding = counts[:, None] - np.cumsum(needing, axis=1)
    patch_codes = np.maximum((exceeding > 0).sum(axis=1), _LEAST_PATCH)
    patching = -(-counts // 8)[:, None] - (-exceeding * _WIDTH_OF[patch_codes][:, None] // 8)
    cost = -(-counts[:, None] * _WIDTH_OF // 8) + np.where(exceeding > 0, patching, 0)
    codes = np.argmin(cost, axis=1)
    chosen = np.arange(len(counts)), codes
    return codes, patch_codes, exceeding[chosen], 1 + cost[chosen]


def _pack_small(numbers: Ints, counts: Ints) -> tuple[Ints, Ints]:
    """(bytes, size of each group) of groups that are packed together."""
    groups = len(counts)
    code_of = _CODE_OF[np.minimum(numbers, 1 << 16)]
    group = np.repeat(np.arange(groups, dtype=np.int32), counts)
    needing = np.bincount(group * 7 + code_of, minlength=groups * 7).reshape(groups, 7)
    codes, patch_codes, patched, sizes = _cheapest(counts, needing)
    has_patches = patched > 0

    # What every byte is, and then all bytes of one kind at once.
    flag_bytes = np.where(has_patches, -(-counts // 8), 0)
    low_bytes = -(-counts * _WIDTH_OF[codes] // 8)
    lengths = np.stack(
        [np.ones_like(sizes), low_bytes, flag_bytes, sizes - 1 - low_bytes - flag_bytes], axis=1
    )
    kinds = np.stack(
        [np.zeros_like(codes), _LOW + codes, np.full_like(codes, _FLAGS), _PATCH + patch_codes],
        axis=1,
    )
    kind = np.repeat(kinds.astype(np.uint8).reshape(-1), lengths.reshape(-1))
    data = np.zeros(len(kind), np.uint8)
    data[kind == 0] = codes | np.where(has_patches, patch_codes << 3, 0)
    exceeds = code_of > codes.astype(np.uint8)[group]
    low = np.where(exceeds, np.uint32(0), numbers)
    low_code = codes.astype(np.uint8)[group]
    for code in _present(codes[codes > 0]):
        chosen = low[low_code == code]
        data[kind == _LOW + code] = _closed(chosen, _WIDTHS[code], counts[codes == code])
    if has_patches.any():
        flags = exceeds[has_patches[group]].astype(np.uint8)
        data[kind == _FLAGS] = np.packbits(_padded(flags, counts[has_patches], 8))
        values = numbers[exceeds]
        value_code = patch_codes[group[exceeds]]
        for code in _present(value_code):
            of = patched[has_patches & (patch_codes == code)]
            chosen = values[value_code == code]
            data[kind == _PATCH + code] = _closed(chosen, _WIDTHS[code], of)
    return data, sizes


def _present(codes: Ints) -> list[int]:
    """The distinct codes, ascending."""
    present: list[int] = np.flatnonzero(np.bincount(codes)).tolist()
    return present


def _rank_in_group(group: Ints) -> Ints:
    """For ascending group numbers: how many equal ones stand before."""
    if not len(group):
        return group
    first = np.concatenate([[True], group[1:] != group[:-1]])
    begins = np.flatnonzero(first)
    ranks: Ints = np.arange(len(group)) - begins[np.cumsum(first) - 1]
    return ranks


def _gathered(data: Ints, at: Ints, widths: Ints, group: Ints, index: Ints) -> Ints:
    """Number ``index`` of each ``group``, whose numbers of ``widths`` bits begin at byte ``at``."""
    numbers = np.zeros(len(group), np.int64)
    width = widths.astype(np.uint8)[group]
    for bits in (1, 2, 4, 8, 16, 32):
        (chosen,) = (width == bits).nonzero()
        if not len(chosen):
            continue
        begins, place = at[group[chosen]], index[chosen] * bits
        if bits < 8:
            low = data[begins + (place >> 3)] >> (place & 7).astype(np.uint8)
            numbers[chosen] = low & ((1 << bits) - 1)
            continue
        begins += place >> 3
        for byte in range(bits // 8):
            numbers[chosen] += data[begins + byte].astype(np.int64) << (8 * byte)
    return numbers
