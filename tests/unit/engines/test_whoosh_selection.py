"""Selecting a slice of the order gives what sorting everything gives."""

from __future__ import annotations

import numpy as np
import pytest

from search.engines.whoosh.hits import select


@pytest.mark.parametrize("distinct", [1, 3, 500, 1_000_000])
@pytest.mark.parametrize("size", [1, 10, 1_023, 20_000])
def test_slices_of_the_sorted_order(size: int, distinct: int) -> None:
    random = np.random.default_rng(size * distinct)
    keys = -random.integers(0, distinct, size).astype(np.float64) / 7
    ties = random.permutation(size)
    expected = np.lexsort((ties, keys))
    for start, stop in [(0, 1), (0, 10), (7, 9), (0, size), (size - 1, size + 5), (size, size + 1)]:
        chosen = select(keys, ties.__getitem__, start, stop)
        assert chosen.tolist() == expected[start:stop].tolist()


def test_the_best_of_a_large_array_that_is_mostly_one_value() -> None:
    keys = np.zeros(100_000)
    keys[[5, 99_999, 50_000]] = [-1.0, -2.0, -1.0]
    chosen = select(keys, lambda indices: indices, 0, 5)
    assert chosen.tolist() == [99_999, 5, 50_000, 0, 1]
