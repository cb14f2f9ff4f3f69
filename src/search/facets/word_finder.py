"""Where do the words of a list stand in a text? All of them in one pass, overlapping ones too."""

from __future__ import annotations

from collections.abc import Iterable

import ahocorasick_rs


class WordFinder:
    """An Aho-Corasick automaton over the words (Aho and Corasick, CACM 18(6), 1975).

    Words must not be empty. Safe to share between threads.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self.words = tuple(words)
        self._automaton = ahocorasick_rs.AhoCorasick(self.words, store_patterns=False)

    def find(self, text: str) -> list[tuple[int, int, str]]:
        """(start, end, word) of every occurrence, in order of start, the longest first."""
        try:
            found = self._automaton.find_matches_as_indexes(text, overlapping=True)
        except UnicodeEncodeError:
            # Half a character is no text for the library; one code point stays one.
            whole = text.encode("utf-8", "replace").decode()
            found = self._automaton.find_matches_as_indexes(whole, overlapping=True)
        if not found:
            return []
        words = self.words
        occurrences = [(start, end, words[number]) for number, start, end in found]
        occurrences.sort(key=lambda occurrence: (occurrence[0], -occurrence[1]))
        return occurrences
