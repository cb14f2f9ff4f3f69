"""A range of characters inside a passage, and its address for good.

The address is ``/p/<id>?from=12&to=48``.

The characters of a passage are counted from 0, in Unicode code points of its unchanged text, line
breaks and white space included; ``from`` is the first one quoted, ``to`` the first one after. That
is how Python slices; a script counts UTF-16 units and has to convert. A passage id is made from the
text itself, so the range of an id never comes to mean other characters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..errors import UsageError
from .document import sha256_hex

_NUMBER = re.compile(r"[0-9]{1,9}\Z")


@dataclass(frozen=True, slots=True)
class TextRange:
    """The characters ``[start, end)`` of a passage, at least one: ``quote``."""

    start: int
    end: int
    quote: str

    @property
    def sha256(self) -> str:
        """The hash of the quotation."""
        return sha256_hex(self.quote)

    def to_params(self) -> list[tuple[str, str]]:
        """The parameters of an address that ``parse_range`` reads."""
        return [("from", str(self.start)), ("to", str(self.end))]


def parse_range(text: str, start: str | None, end: str | None) -> TextRange | None:
    """The range that two values of an address, or of the command line, mean in a passage.

    None where neither was given. Raises UsageError where one is missing, no whole number, or the
    range is empty or reaches beyond the text.
    """
    if start is None and end is None:
        return None
    for name, value in (("from", start), ("to", end)):
        if value is None:
            raise UsageError(
                f"A range needs both from and to, and {name} is missing: give both, such as from=0 "
                "and to=12.",
                zh=f"一处引文要有 from 和 to 两个数，缺 {name}：请补上，如 ?from=0&to=12。",
            )
        if not _NUMBER.match(value):
            raise UsageError(
                f"{name} is {value[:40]!r}, which is no whole number: count the characters of the "
                "passage from 0.",
                zh=f"{name} 写的是“{value[:40]}”，不是整数：请从 0 起数本段的字。",
            )
    return _within(text, int(start or 0), int(end or 0))


def counted_range(text: str, first: str, last: str) -> TextRange:
    """The range from the ``first`` to the ``last`` character as people count: from 1, both in it.

    Raises UsageError as ``parse_range`` does.
    """
    for value in (first, last):
        if not _NUMBER.match(value) or int(value) < 1:
            raise UsageError(
                f"{value[:40]!r} is no number of a character: count them from 1.",
                zh=f"“{value[:40]}”不是第几个字：请从 1 起数本段的字。",
            )
    return _within(text, int(first) - 1, int(last))


def _within(text: str, start: int, end: int) -> TextRange:
    if start >= end:
        raise UsageError(
            f"The range from {start} to {end} has no character in it: from must be less than to.",
            zh=f"从 {start} 到 {end} 一个字也没有：from 要小于 to。",
        )
    if end > len(text):
        raise UsageError(
            f"The range ends at {end}, but the passage has {len(text)} characters: let it end at "
            f"{len(text)} at most.",
            zh=f"引文到第 {end} 字为止，而本段只有 {len(text)} 字：to 最大是 {len(text)}。",
        )
    return TextRange(start, end, text[start:end])


def permanent_path(passage_id: str, chosen: TextRange | None = None) -> str:
    """The permanent address of a passage, or of a range in it, below where the page is mounted."""
    query = "&".join(f"{name}={value}" for name, value in chosen.to_params()) if chosen else ""
    return f"/p/{passage_id}" + (f"?{query}" if query else "")
