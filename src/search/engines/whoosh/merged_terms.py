"""Merge term dictionaries, as numbers where every term is short.

A dictionary of pairs has a million terms, which as Python objects would take more memory than all
that is merged. Terms of one or two characters have at most 8 bytes of UTF-8 and are compared as
numbers, the first byte being the highest. Equal numbers are equal terms: no character's UTF-8
begins with that of another, so two terms of equally many characters cannot differ in trailing
zero bytes only.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from .container import Ints
from .postings import TermDictionary


class MergedTerms(Protocol):
    """Distinct terms, ascending."""

    def __len__(self) -> int: ...

    def encoded(self, numbers: Ints) -> tuple[Ints, Ints]:
        """(UTF-8 of some of them, dtype uint8, where each ends, dtype int64)."""
        ...


def merge_terms(dictionaries: Sequence[TermDictionary]) -> tuple[MergedTerms, list[Ints]]:
    """All terms, and per dictionary the number among these of each of its terms, ascending."""
    keys = _short_keys(dictionaries)
    if keys is not None:
        sizes = np.zeros(len(keys), np.uint8)
        places = []
        # Read again rather than kept: the numbers of all dictionaries take more than the places.
        for dictionary in dictionaries:
            numbers = dictionary.as_numbers()
            assert numbers is not None  # noqa: S101 - the keys are of these
            places.append(np.searchsorted(keys, numbers[0]).astype(np.int32))
            sizes[places[-1]] = numbers[1]
            dictionary.let_go()
        return _ShortTerms(keys, sizes), places
    terms = sorted({term for dictionary in dictionaries for term in dictionary})
    place = {term: number for number, term in enumerate(terms)}
    return _AnyTerms(terms), [
        np.fromiter((place[term] for term in dictionary), np.int32, len(dictionary))
        for dictionary in dictionaries
    ]


def _short_keys(dictionaries: Sequence[TermDictionary]) -> Ints | None:
    """All terms as numbers, ascending; None unless all have equally many characters, one or two."""
    keys = np.empty(0, np.uint64)
    lengths = set()
    for dictionary in dictionaries:
        numbers = dictionary.as_numbers()
        if numbers is None:
            return None
        both = np.concatenate([keys, numbers[0]])
        # Two ascending runs: a stable sort only merges them.
        both.sort(kind="stable")
        fresh = np.ones(len(both), np.bool_)
        np.not_equal(both[1:], both[:-1], out=fresh[1:])
        keys = both[fresh]
        lengths.add(numbers[2])
        dictionary.let_go()
    return keys if len(lengths - {0}) <= 1 else None


class _ShortTerms:
    """Of equally many characters, at most 8 bytes each: as numbers, with their sizes in bytes."""

    def __init__(self, keys: Ints, sizes: Ints) -> None:
        self._keys = keys
        self._sizes = sizes

    def __len__(self) -> int:
        return len(self._keys)

    def encoded(self, numbers: Ints) -> tuple[Ints, Ints]:
        """(UTF-8 of some of them, where each ends)."""
        bytes_ = self._keys[numbers].astype(">u8").view(np.uint8).reshape(-1, 8)
        sizes = self._sizes[numbers].astype(np.int64)
        return bytes_[np.arange(8) < sizes[:, None]], np.cumsum(sizes)


class _AnyTerms:
    def __init__(self, terms: Sequence[bytes]) -> None:
        self._terms = terms

    def __len__(self) -> int:
        return len(self._terms)

    def encoded(self, numbers: Ints) -> tuple[Ints, Ints]:
        """(UTF-8 of some of them, where each ends)."""
        encoded = [self._terms[number] for number in numbers.tolist()]
        ends = np.cumsum(np.fromiter(map(len, encoded), np.int64, len(encoded)))
        return np.frombuffer(b"".join(encoded), np.uint8), ends
