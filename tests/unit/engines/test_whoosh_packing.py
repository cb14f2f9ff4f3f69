"""Packing gives back what it took, one group or many at a time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.engines.whoosh import packing
from search.engines.whoosh.packing import pack, unpack, unpack_many

NUMBERS = st.one_of(
    st.just(0), st.integers(0, 255), st.integers(0, 65_535), st.integers(0, 2**32 - 1)
)
GROUPS = st.lists(st.lists(NUMBERS, min_size=1, max_size=40), max_size=12)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(groups=GROUPS, chunk=st.sampled_from([1, 7, 1 << 21]))
def test_round_trip(groups: list[list[int]], chunk: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packing, "_CHUNK", chunk)
        numbers = np.array([n for group in groups for n in group], np.int64)
        counts = np.array([len(group) for group in groups], np.int64)
        data, ends = pack(numbers, np.cumsum(counts))
    starts = np.concatenate([[0], ends[:-1]]).astype(np.int64)[: len(groups)]
    for start, end, group in zip(starts, ends, groups, strict=True):
        assert unpack(data[start:end], len(group)).tolist() == group
    assert unpack_many(data, starts, counts).tolist() == numbers.tolist()
    if len(groups) > 1:
        assert (
            unpack_many(data, starts[1:], counts[1:]).tolist() == numbers[len(groups[0]) :].tolist()
        )


def test_small_numbers_take_a_byte_and_zeros_take_none() -> None:
    gaps = np.full(1_000, 30)
    gaps[500] = 70_000
    data, _ = pack(gaps, np.array([1_000]))
    assert len(data) == 1 + 1_000 + 125 + 4
    data, _ = pack(np.zeros(1_000, np.int64), np.array([1_000]))
    assert len(data) == 1
