"""Find the passage that stands for its document, and how many it stands for."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from .container import Ints


def best_of_each(documents: Ints, keys: npt.NDArray[Any] | None) -> tuple[Ints, Ints]:
    """(index of the best element of each document, elements of the document).

    ``documents`` is the document of each element; those of one document stand together, in document
    order. The best has the smallest key, and of equals it is the first; without keys, the first is.
    """
    fresh = np.empty(len(documents), np.bool_)
    fresh[:1] = True
    np.not_equal(documents[1:], documents[:-1], out=fresh[1:])
    first = np.flatnonzero(fresh)
    sizes = np.diff(first, append=len(documents))
    if keys is None or not len(first):
        return first, sizes
    best = np.flatnonzero(keys == np.repeat(np.minimum.reduceat(keys, first), sizes))
    # Of several best ones the first at or after the document's first element.
    return best[np.searchsorted(best, first)], sizes
