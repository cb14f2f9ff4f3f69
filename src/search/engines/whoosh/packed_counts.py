"""Count passages and their documents at once, in one number each.

Passages stand above 26 bits, documents below. Sums of such numbers are exact as doubles, in which
numpy's bincount adds up, below 2^27 passages: more than an index of one machine has.
"""

from __future__ import annotations

from .container import Ints

_DOCUMENT_BITS = 26
_DOCUMENTS = (1 << _DOCUMENT_BITS) - 1


def packed(passages: Ints) -> Ints:
    """From the passages of each document, int64; one with passages counts as one document."""
    both: Ints = passages << _DOCUMENT_BITS
    both += passages > 0
    return both


def together(passages: Ints, documents: Ints) -> Ints:
    """From counts of both, int64."""
    both: Ints = (passages << _DOCUMENT_BITS) + documents
    return both


def passages_in(counts: Ints) -> Ints:
    """The passages of packed counts."""
    return counts >> _DOCUMENT_BITS


def documents_in(counts: Ints) -> Ints:
    """The documents of packed counts."""
    return counts & _DOCUMENTS
