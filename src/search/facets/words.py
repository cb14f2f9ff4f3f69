"""All words of places and topics in a text, found in one pass."""

from __future__ import annotations

from functools import lru_cache

from .clues import WordFinder
from .gazetteer import Gazetteer
from .topic import Taxonomy

Words = list[tuple[int, int, str]]
"""(start, end, word), in order of start, the longest first."""


class FacetWords:
    """The words of a gazetteer and of a taxonomy."""

    def __init__(self, taxonomy: Taxonomy, gazetteer: Gazetteer) -> None:
        self._places = frozenset(gazetteer.words)
        self._topics = frozenset(taxonomy.words)
        self._finder = WordFinder(self._places | self._topics)

    def find(self, text: str) -> tuple[Words, Words]:
        """The words of places, and those of topics; a word may be of both."""
        found = self._finder.find(text)
        places, topics = self._places, self._topics
        return (
            [each for each in found if each[2] in places],
            [each for each in found if each[2] in topics],
        )


@lru_cache(maxsize=2)
def facet_words(taxonomy: Taxonomy, gazetteer: Gazetteer) -> FacetWords:
    """Those of a taxonomy and a gazetteer, made once for all documents of a run."""
    return FacetWords(taxonomy, gazetteer)
