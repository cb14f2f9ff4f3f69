"""What does "literally" mean? Exact folding: one code point to one, offsets kept.

A query occurs literally in a passage when ``fold(query) in fold(text)``. Folding maps full-width
ASCII to ASCII, the ideographic space to a space, letters to lower case, and the listed quotation
marks and dashes to one of their kind. It never composes, never converts scripts (no NFKC). White
space between Han characters is dropped; elsewhere a run of it counts as one space.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

HAN = (
    "\u2e80-\u2fdf"  # radicals, as some PDF texts have them
    "\u3005-\u3007"  # 々 〆 〇
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003fffd"
)
"""Inside of a regular-expression class: every Han character."""

_DOUBLE_QUOTES = "“”„‟「」『』〝〞〟«»"
_SINGLE_QUOTES = "‘’‚‛"
_DASHES = "‐‑‒–—―−─━﹣﹘"
_PAIRS = {
    "｡": "。",
    "､": "、",
    "｢": '"',
    "｣": '"',
    "︰": ":",
    "﹐": ",",
    "﹔": ";",
    "﹕": ":",
    "﹖": "?",
}


class _FoldTable(dict[int, int]):
    """Translation table filled on demand, so that every code point maps to exactly one."""

    def __missing__(self, code_point: int) -> int:
        folded = code_point - 0xFEE0 if 0xFF01 <= code_point <= 0xFF5E else code_point
        lower = chr(folded).lower()
        folded = ord(lower) if len(lower) == 1 else folded
        self[code_point] = folded
        return folded


_TABLE = _FoldTable(
    {ord(c): ord('"') for c in _DOUBLE_QUOTES}
    | {ord(c): ord("'") for c in _SINGLE_QUOTES}
    | {ord(c): ord("-") for c in _DASHES}
    | {ord(c): ord(to) for c, to in _PAIRS.items()}
)

_INNER_SPACE = re.compile(rf"(?<=[{HAN}])\s+(?=[{HAN}])")
_SPACE = re.compile(r"\s+")
_HAN_RUN = re.compile(rf"[{HAN}]+\Z")


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded text with the way back.

    ``offsets[i]`` is the offset in the original text of folded character ``i``;
    ``offsets[len(text)]`` is the length of the original.
    """

    text: str
    offsets: tuple[int, ...]

    def original_range(self, start: int, end: int) -> tuple[int, int]:
        """The range of the original text that folded ``[start, end)`` stands for (start < end)."""
        return self.offsets[start], self.offsets[end - 1] + 1


def is_han(character: str) -> bool:
    """Whether one character is Han."""
    return _HAN_RUN.match(character) is not None


def is_han_run(text: str) -> bool:
    """Whether the text is not empty and Han characters only."""
    return _HAN_RUN.match(text) is not None


def fold(text: str) -> str:
    """The form of ``text`` that literal matching compares."""
    folded = text.translate(_TABLE)
    if _SPACE.search(folded) is None:
        return folded
    return _SPACE.sub(" ", _INNER_SPACE.sub("", folded))


def fold_with_offsets(text: str) -> Folded:
    """``fold(text)`` together with the original offset of each folded character."""
    folded = text.translate(_TABLE)
    parts: list[str] = []
    offsets: list[int] = []
    done = 0
    for space in _SPACE.finditer(folded):
        start, end = space.span()
        parts.append(folded[done:start])
        offsets.extend(range(done, start))
        between_han = (
            start > 0 and end < len(folded) and is_han(folded[start - 1]) and is_han(folded[end])
        )
        if not between_han:
            parts.append(" ")
            offsets.append(start)
        done = end
    parts.append(folded[done:])
    offsets.extend(range(done, len(folded) + 1))
    return Folded("".join(parts), tuple(offsets))
