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
from .declared import Count, Sha256, view
from .document import sha256_hex

_NUMBER = re.compile(r"[0-9]{1,9}\Z")


@dataclass(frozen=True, slots=True)
class TextRange:
    """The characters ``[start, end)`` of a passage, at least one: ``quote``."""

    start: Count
    end: int
    quote: str

    JSON = view("from=start to=end quote sha256")

    @property
    def sha256(self) -> Sha256:
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
            raise UsageError("range-half", name=name)
        if not _NUMBER.match(value):
            raise UsageError("range-no-number", name=name, value=value[:40])
    return _within(text, int(start or 0), int(end or 0))


def counted_range(text: str, first: str, last: str) -> TextRange:
    """The range from the ``first`` to the ``last`` character as people count: from 1, both in it.

    Raises UsageError as ``parse_range`` does.
    """
    for value in (first, last):
        if not _NUMBER.match(value) or int(value) < 1:
            raise UsageError("character-number-unreadable", value=value[:40])
    return _within(text, int(first) - 1, int(last))


def _within(text: str, start: int, end: int) -> TextRange:
    if start >= end:
        raise UsageError("range-empty", start=start, end=end)
    if end > len(text):
        raise UsageError("range-past-end", end=end, length=len(text))
    return TextRange(start, end, text[start:end])


def permanent_path(passage_id: str, chosen: TextRange | None = None) -> str:
    """The permanent address of a passage, or of a range in it, below where the page is mounted."""
    query = "&".join(f"{name}={value}" for name, value in chosen.to_params()) if chosen else ""
    return f"/p/{passage_id}" + (f"?{query}" if query else "")
