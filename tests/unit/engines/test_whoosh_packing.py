"""Packing gives back what it took, one group or many at a time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oracles import cases
from search.engines.whoosh import packing
from search.engines.whoosh.packing import pack, unpack, unpack_many

NUMBERS = st.one_of(
    st.just(0), st.integers(0, 255), st.integers(0, 65_535), st.integers(0, 2**32 - 1)
)
GROUPS = st.lists(st.lists(NUMBERS, min_size=1, max_size=40), max_size=12)


@settings(max_examples=cases(200))
@given(groups=GROUPS, chunk=st.sampled_from([1, 7, 1 << 21]), alone=st.sampled_from([1, 9, 99]))
def test_large_groups_are_packed_as_small_ones_and_all_come_back(
    groups: list[list[int]], chunk: int, alone: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packing, "_CHUNK", chunk)
        patch.setattr(packing, "_PACKED_ALONE", alone)
        numbers = np.array([n for group in groups for n in group], np.int64)
        counts = np.array([len(group) for group in groups], np.int64)
        data, ends = pack(numbers, np.cumsum(counts))
        patch.setattr(packing, "_PACKED_ALONE", 1 << 32)
        together, _ = pack(numbers, np.cumsum(counts))
    assert data.tolist() == together.tolist()
    starts = np.concatenate([[0], ends[:-1]]).astype(np.int64)[: len(groups)]
    for start, end, group in zip(starts, ends, groups, strict=True):
        assert unpack(data[start:end], len(group)).tolist() == group
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packing, "_UNPACKED_ALONE", alone)
        assert unpack_many(data, starts, counts).tolist() == numbers.tolist()
        rest = numbers[len(groups[0]) if groups else 0 :]
        assert unpack_many(data, starts[1:], counts[1:]).tolist() == rest.tolist()


def test_small_numbers_take_a_byte_and_zeros_take_none() -> None:
    gaps = np.full(1_000, 30)
    gaps[500] = 70_000
    data, _ = pack(gaps, np.array([1_000]))
    assert len(data) == 1 + 1_000 + 125 + 4
    data, _ = pack(np.zeros(1_000, np.int64), np.array([1_000]))
    assert len(data) == 1
