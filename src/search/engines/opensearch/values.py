"""How is a value of a facet written in the cluster, and read again? Unknown is a value too."""

from __future__ import annotations

from collections.abc import Sequence

from ...documents.document import Document, Passage, Place, place_path
from ...query.request import UNKNOWN, YEAR_FACETS
from .tokens import safe

Value = str | int | None

UNKNOWN_YEAR = -(2**31)
"""The number that stands for a year not known: no range of years reaches it."""

_ESCAPE = "~"


def stored_value(value: Value, facet: str = "") -> str | int:
    """A text as it is, but one that begins like the word for unknown gets a sign more before it.

    ``facet`` says whether unknown is the number for years.
    """
    if value is None:
        return UNKNOWN_YEAR if facet in YEAR_FACETS else UNKNOWN
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


def ancestors(path: str) -> tuple[str, ...]:
    """A path and every path above it, the highest first."""
    levels = path.split("/")
    return tuple("/".join(levels[: i + 1]) for i in range(len(levels)))


def document_values(document: Document) -> dict[str, list[str | int]]:
    """The facets that all passages of a document share."""
    return {
        "city": _places([document.city]),
        "year": [UNKNOWN_YEAR if document.year is None else document.year],
        "source": [stored_value(document.source)],
    }


def passage_values(passage: Passage) -> dict[str, list[str | int]]:
    """The facets that each passage has of its own."""
    years = {year for n in passage.named_years for year in range(n.first, n.last + 1)}
    return {
        "topic": [stored_value(topic) for topic in passage.topics],
        "place": _places([named.place for named in passage.named_places]),
        "named_year": [*sorted(years)] or [UNKNOWN_YEAR],
    }


def _places(places: Sequence[Place]) -> list[str | int]:
    paths = [path for place in places if (path := place_path(place))]
    return [
        stored_value(p) for p in dict.fromkeys(a for path in paths for a in ancestors(path))
    ] or [stored_value(None)]
