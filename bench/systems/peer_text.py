"""What every peer is given: the tokens of a passage, joined by spaces."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from search.analysis.text import fold
from search.analysis.words import Analyzer, characters, pairs

from ..corpus import BenchDocument
from ..values import UNKNOWN, Cell

_ANALYZER = Analyzer()


def rows(documents: Iterable[BenchDocument]) -> Iterator[tuple[str, str, Cell]]:
    """Text, folded text and facets of every passage."""
    for document in documents:
        for passage in document.passages:
            yield passage.text, fold(passage.text), cell_of(document, passage.topic)


def cell_of(document: BenchDocument, topic: str) -> Cell:
    """Facets with the unknown written as the peers write it."""
    return (document.city or UNKNOWN, document.year or 0, topic)


def joined_words(folded: str) -> str:
    """The analyzer's terms."""
    return " ".join(_ANALYZER.terms(folded))


def joined_pairs(folded: str) -> str:
    """Adjacent characters."""
    return " ".join(pairs(folded))


def joined_characters(folded: str) -> str:
    """Single characters."""
    return " ".join(characters(folded))
