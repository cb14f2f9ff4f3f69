"""All words of places and topics in a text, found in one pass."""

from __future__ import annotations

from functools import lru_cache

from .clues import Word, WordFinder
from .gazetteer import Gazetteer
from .mentions import Candidate
from .topic import Taxonomy


class FacetWords:
    """The words of a gazetteer and of a taxonomy."""

    def __init__(self, taxonomy: Taxonomy, gazetteer: Gazetteer) -> None:
        self._names = gazetteer.words
        self._topics = len(taxonomy.words)
        # A word of both is there twice, and found as both.
        self._finder = WordFinder((*taxonomy.words, *gazetteer.words))

    def find(self, text: str) -> tuple[list[Candidate], list[Word]]:
        """The words of places and those of topics, each in order of start, the longest first."""
        found = self._finder.find(text)
        first, names = self._topics, self._names
        places = [(start, end, names[n - first]) for n, start, end in found if n >= first]
        return places, [word for word in found if word[0] < first]


@lru_cache(maxsize=2)
def facet_words(taxonomy: Taxonomy, gazetteer: Gazetteer) -> FacetWords:
    """Those of a taxonomy and a gazetteer, made once for all documents of a run."""
    return FacetWords(taxonomy, gazetteer)
