"""Sketch sets by MinHash and find those that meet: ``rensa`` in pure Python, where that is missing.

Other hashes, so other sketches, but the same promise: two sets of a high resemblance meet in a
band, and what is proposed is compared in truth anyway.
"""

from __future__ import annotations

import random
import zlib
from collections.abc import Iterable

_PRIME = (1 << 61) - 1
"""A Mersenne prime above every hash, as Carter and Wegman's functions need it (1979)."""


class RMinHash:
    """The smallest value that each of so many hash functions takes on a set."""

    def __init__(self, num_perm: int, seed: int) -> None:
        numbers = random.Random(seed)  # noqa: S311 - the same functions in every run
        self._functions = [
            (numbers.randrange(1, _PRIME), numbers.randrange(_PRIME)) for _ in range(num_perm)
        ]
        self.values = [_PRIME] * num_perm

    def update(self, items: Iterable[str]) -> None:
        """Add to the set."""
        hashes = [zlib.crc32(item.encode("utf-8", "surrogatepass")) for item in items]
        self.values = [
            min([value, *((factor * each + summand) % _PRIME for each in hashes)])
            for value, (factor, summand) in zip(self.values, self._functions, strict=True)
        ]


class RMinHashLSH:
    """Which sketches have a band in common with another; the bands decide, not ``threshold``."""

    def __init__(self, threshold: float, num_perm: int, num_bands: int) -> None:
        self._rows = num_perm // num_bands
        self._bands: list[dict[tuple[int, ...], list[int]]] = [{} for _ in range(num_bands)]

    def insert(self, key: int, sketch: RMinHash) -> None:
        """Remember a sketch under a number."""
        for band, rows in zip(self._bands, self._cut(sketch), strict=True):
            band.setdefault(rows, []).append(key)

    def query(self, sketch: RMinHash) -> list[int]:
        """The numbers of those that may be alike, each once."""
        found = (b.get(rows, ()) for b, rows in zip(self._bands, self._cut(sketch), strict=True))
        return list({key: None for keys in found for key in keys})

    def _cut(self, sketch: RMinHash) -> list[tuple[int, ...]]:
        starts = range(0, len(sketch.values), self._rows)
        return [tuple(sketch.values[at : at + self._rows]) for at in starts]
