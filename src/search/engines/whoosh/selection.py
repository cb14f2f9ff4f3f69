"""Select the hits at places ``start`` to ``stop`` of the order without sorting all of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from .container import Ints

_BLOCK = 256


def select(keys: npt.NDArray[Any], ties: Callable[[Ints], Ints], start: int, stop: int) -> Ints:
    """Indices of the elements at places ``[start, stop)`` when sorted by (key, tie) ascending.

    ``ties`` gives the ties of elements by their indices; they have no repeats, so the order is
    total and slices of it partition the elements. Only elements whose key lies between those of
    the first and the last place are sorted.
    """
    stop = min(stop, len(keys))
    if start >= stop:
        return np.empty(0, np.intp)
    near = _not_after(keys, stop)
    if near is not None:
        chosen = keys[near]
        return near[select(chosen, lambda indices: ties(near[indices]), start, stop)]
    bounds = np.partition(keys, (start, stop - 1))
    low, high = bounds[start], bounds[stop - 1]
    before = int(np.count_nonzero(keys < low))
    region = np.flatnonzero((keys >= low) & (keys <= high))
    order = region[np.lexsort((ties(region), keys[region]))]
    return order[start - before : stop - before]


def _not_after(keys: npt.NDArray[Any], stop: int) -> Ints | None:
    """The few elements that can be among the first ``stop``, None where they are not few.

    Of ``stop`` blocks with the smallest minima each has an element not above the largest of these
    minima, so no element above it is among the first ``stop``. One pass of minima is ten times
    faster than a partition of everything.
    """
    blocks = len(keys) // _BLOCK
    if blocks < 4 * stop:
        return None
    minima = keys[: blocks * _BLOCK].reshape(blocks, _BLOCK).min(axis=1)
    near = np.flatnonzero(keys <= np.partition(minima, stop - 1)[stop - 1])
    return near if len(near) < len(keys) // 2 else None
