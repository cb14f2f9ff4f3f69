"""Which terms do several dictionaries have together? As numbers where every term is short.

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

__all__ = ["MergedTerms", "merge_terms"]


class MergedTerms(Protocol):
    """Distinct terms, ascending."""

    def __len__(self) -> int: ...

    def encoded(self, numbers: Ints) -> tuple[Ints, Ints]:
        """(UTF-8 of some of them, dtype uint8, where each ends, dtype int64)."""
        ...


def merge_terms(dictionaries: Sequence[TermDictionary]) -> tuple[MergedTerms, list[Ints]]:
    """All terms, and per dictionary the number among these of each of its terms, ascending."""
    short = [dictionary.as_numbers() for dictionary in dictionaries]
    known = [numbers for numbers in short if numbers is not None]
    if len(known) == len(short) and len({characters for *_, characters in known} - {0}) <= 1:
        keys, first = np.unique(np.concatenate([k for k, _, _ in known]), return_index=True)
        sizes = np.concatenate([sizes for _, sizes, _ in known])[first]
        return _ShortTerms(keys, sizes), [np.searchsorted(keys, k) for k, _, _ in known]
    terms = sorted({term for dictionary in dictionaries for term in dictionary})
    place = {term: number for number, term in enumerate(terms)}
    return _AnyTerms(terms), [
        np.fromiter((place[term] for term in dictionary), np.int64, len(dictionary))
        for dictionary in dictionaries
    ]


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
