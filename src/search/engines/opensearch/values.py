"""How is a value of a facet written in the cluster, and read again? Unknown is a value too."""

from __future__ import annotations

from ...documents.facets import BY_NAME, UNKNOWN, Value
from .tokens import safe

UNKNOWN_YEAR = -(2**31)
"""The number that stands for a year not known: no range of years reaches it."""

_ESCAPE = "~"


def stored_value(value: Value, facet: str = "") -> str | int:
    """A text as it is, but one that begins like the word for unknown gets a sign more before it.

    ``facet`` says whether unknown is the number for years.
    """
    if value is None:
        return UNKNOWN_YEAR if facet and BY_NAME[facet].kind == "year" else UNKNOWN
    if isinstance(value, int):
        return value
    return safe(f"{_ESCAPE}{value}" if value.startswith(_ESCAPE) else value)


def read_value(stored: str | int) -> Value:
    """The value that ``stored_value`` wrote."""
    if stored in (UNKNOWN, UNKNOWN_YEAR):
        return None
    if isinstance(stored, str) and stored.startswith(_ESCAPE):
        return stored[1:]
    return stored
