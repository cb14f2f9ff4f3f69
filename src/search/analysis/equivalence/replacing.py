"""Find the words of a list in a text, and write it with others in their place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence


class Replacing:
    """Words, each with others that may stand for it."""

    def __init__(self, others: Mapping[str, Sequence[str]]) -> None:
        self._others = others
        longest_first = sorted(others, key=len, reverse=True)
        self._any = re.compile("|".join(map(re.escape, longest_first)) if others else r"(?!)")

    def texts(self, text: str) -> Iterator[str]:
        """The text with another word in the place of one word, wherever that stands."""
        for word in dict.fromkeys(self._any.findall(text)):
            for other in self._others[word]:
                yield text.replace(word, other)
