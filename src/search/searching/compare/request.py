"""Which table is being asked for? The search, its two facets, what is measured; ↔ address."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, get_args
from typing import Literal as OneOf

from ...errors import UsageError
from ...query.request import ALL_FACETS, FacetName, SearchRequest

Measure = OneOf["count", "share", "documents"]
"""Passages; passages for each 1,000 of the collection's; documents."""

Level = OneOf["province", "city", "county"]

MEASURES: tuple[Measure, ...] = get_args(Measure)
LEVELS: tuple[Level, ...] = get_args(Level)

_FACETS: tuple[FacetName, ...] = get_args(FacetName)
_ALLOWED: dict[str, tuple[str, ...]] = {
    "rows": _FACETS,
    "columns": _FACETS,
    "measure": MEASURES,
    "level": LEVELS,
}


@dataclass(frozen=True, slots=True)
class CompareRequest:
    """One state of the page that compares. ``to_params`` and ``from_params`` are inverse.

    ``search`` says which passages; its page, limit, order and collapsing do not matter. Places
    are compared at one ``level``. Raises UsageError where rows and columns are one facet.
    """

    search: SearchRequest = field(default_factory=SearchRequest)
    rows: FacetName = "city"
    columns: FacetName = "year"
    measure: Measure = "count"
    level: Level = "city"

    def __post_init__(self) -> None:
        if self.rows == self.columns:
            raise UsageError(
                f"rows and columns are both {self.rows}: choose two facets.",
                zh=f"行和列都是 {self.rows}：请选两个不同的分面。",
            )

    @classmethod
    def from_params(cls, params: Iterable[tuple[str, str]]) -> CompareRequest:
        """From the parameters of an address: those of a search and rows, columns, measure, level.

        Where only one of rows and columns is given and is the default of the other, the other
        makes room. Raises UsageError for a value that does not exist.
        """
        given = list(params)
        chosen: dict[str, Any] = {}
        for name, value in given:
            if name in _ALLOWED and value:
                if value not in _ALLOWED[name]:
                    known = ", ".join(_ALLOWED[name])
                    raise UsageError(
                        f"{name} is {value!r}; it can be {known}.",
                        zh=f"{name} 没有“{value}”：可用 {known}。",
                    )
                chosen[name] = value
        if chosen.get("rows") == "year":
            chosen.setdefault("columns", "city")
        elif chosen.get("columns") == "city":
            chosen.setdefault("rows", "year")
        return cls(_plain(SearchRequest.from_params(given)), **chosen)

    def to_params(self) -> list[tuple[str, str]]:
        """The parameters of its address, defaults left out, in a fixed order."""
        params = _plain(self.search).to_params()
        if (self.rows, self.columns) != ("city", "year"):
            params += [("rows", self.rows), ("columns", self.columns)]
        if self.measure != "count":
            params.append(("measure", self.measure))
        if self.level != "city":
            params.append(("level", self.level))
        return params

    def turned(self) -> CompareRequest:
        """With rows and columns exchanged."""
        return replace(self, rows=self.columns, columns=self.rows)

    def with_facet(self, side: OneOf["rows", "columns"], facet: FacetName) -> CompareRequest:
        """With another facet on one side; the other side takes its place where it was that one."""
        if side == "rows":
            other = self.rows if facet == self.columns else self.columns
            return replace(self, rows=facet, columns=other)
        other = self.columns if facet == self.rows else self.rows
        return replace(self, rows=other, columns=facet)

    @property
    def has_places(self) -> bool:
        """Whether the level matters."""
        kinds = {facet.name: facet.kind for facet in ALL_FACETS}
        return "place" in (kinds[self.rows], kinds[self.columns])


def _plain(search: SearchRequest) -> SearchRequest:
    """What is found, without the way in which it is listed."""
    return replace(search, page=1, limit=None, sort="relevance", collapse=False, by_document=False)
