"""The score of a hit over arrays: the sum that ``engines.formula`` writes down.

N, df and the mean of the lengths L are those of all segments; like everywhere in Whoosh, deleted
passages count until their segment is merged.
"""

from __future__ import annotations

import math

import numpy as np

from ..formula import K1, B
from .container import Floats, Ints


def idf(units: int, frequency: int) -> float:
    """Weight of a term that occurs in ``frequency`` of ``units``."""
    return math.log(1 + (units - frequency + 0.5) / (frequency + 0.5))


def impacts(counts: Ints, lengths: Ints, mean_length: float) -> Floats:
    """Score of each posting before idf and weights."""
    scale = K1 * B / mean_length if mean_length else 0.0
    # In place: fresh memory for every step costs a dense term more than the arithmetic.
    result: Floats = counts.astype(np.float64)
    below: Floats = np.multiply(lengths, scale, dtype=np.float64)
    below += K1 * (1 - B)
    below += result
    result *= K1 + 1
    result /= below
    return result
