"""Match paths by patterns with ``*`` in the time of path times pattern, whatever they hold."""

from __future__ import annotations

import re

_TOKENS = re.compile(r"\*\*/|\*\*|\*|\?|[^*?]", re.DOTALL)
_LITERAL = re.compile(r"[^*?]+")


class PathPattern:
    """``*`` is any part of a name, ``?`` one character of it, ``**`` anything, ``**/`` any folders.

    A pattern without a slash is of the name alone, one that ends in a slash of all in a folder.
    Brackets, frequent in file names, stand for themselves.

    All places of the pattern that a path may have come to are followed at once (Thompson, CACM 11,
    1968), so that nothing is tried twice: as a regular expression ``*a*a*a…b`` would take years.
    """

    def __init__(self, pattern: str) -> None:
        pattern = pattern.strip().removeprefix("./")
        if pattern.endswith("/"):
            pattern += "**"
        if "/" not in pattern and pattern != "**":
            pattern = f"**/{pattern}"
        pattern = pattern.removeprefix("/")
        self._tokens = _TOKENS.findall(pattern)
        self._literals = sorted(_LITERAL.findall(pattern.replace("**/", "*")), key=len)[-1:]
        self._reached = [frozenset((len(self._tokens),))]
        for at in range(len(self._tokens) - 1, -1, -1):
            may_be_empty = self._tokens[at] in ("*", "**", "**/")
            beyond = self._reached[0] if may_be_empty else frozenset()
            self._reached.insert(0, beyond | {at})

    def matches(self, path: str) -> bool:
        """Whether a whole path is of this pattern."""
        if any(literal not in path for literal in self._literals):
            return False  # most paths, for most patterns
        places: set[int] = set(self._reached[0])
        for character in path:
            places = self._after(places, character)
            if not places:
                return False
        return len(self._tokens) in places

    def _after(self, places: set[int], character: str) -> set[int]:
        """Where the pattern may stand after one character more."""
        following: set[int] = set()
        for at in places:
            if at == len(self._tokens):
                continue
            sign = self._tokens[at]
            if sign == "**/":
                following.add(at)
                if character == "/":
                    following |= self._reached[at + 1]
            elif sign == "**" or (sign == "*" and character != "/"):
                following |= self._reached[at]
            elif sign == character or (sign == "?" and character != "/"):
                following |= self._reached[at + 1]
        return following
