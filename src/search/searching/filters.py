"""Which values do the filters of a search mean in a collection?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from ..documents.document import UNCLASSIFIED
from ..errors import FilterError
from ..index.answers import FacetCount
from ..query.nodes import Notice
from ..query.request import (
    ALL_FACETS,
    NAMED_FACETS,
    NOT,
    UNKNOWN,
    Facet,
    FacetName,
    Filters,
    SearchRequest,
    YearRange,
    parse_years,
)
from .field_values import places_meant


class _FacetValues(Protocol):
    """Gives the facet values of the collection; ``named`` adds what single passages name."""

    def __call__(self, *, named: bool) -> Mapping[str, tuple[FacetCount, ...]]: ...


def resolve_filters(
    request: SearchRequest,
    facet_values: _FacetValues,
    notices: list[Notice],
    *,
    limit: int,
) -> Filters:
    """The filters of a search state. Raises FilterError for one that is ambiguous or malformed, or
    for more than ``limit`` choices of one facet.

    What is not among the values of the collection is noticed. They are asked for only where they
    are needed, and with what passages name only where that is chosen or left out.
    """
    resolved: dict[str, Any] = {}
    for facet in ALL_FACETS:
        for name, values in (
            (facet.name, request.chosen(facet.name)),
            (f"{NOT}{facet.name}", request.excluded(facet.name)),
        ):
            if len(values) > limit:
                raise FilterError(
                    f"One facet has {len(values)} choices; at most {limit} can be.",
                    zh=f"一个分面选了 {len(values)} 项，最多 {limit} 项。",
                )
            resolved[name] = _resolved(facet, values, facet_values, notices)
    return Filters(**resolved)


def _resolved(
    facet: Facet, values: tuple[str, ...], facet_values: _FacetValues, notices: list[Notice]
) -> tuple[str | YearRange | None, ...]:
    if facet.kind == "place":
        return _places(facet, values, facet_values, notices)
    if facet.kind == "year":
        return tuple(parse_years(value) for value in values)
    unknown = UNCLASSIFIED if facet.name == "topic" else None
    return tuple(unknown if value == UNKNOWN else value for value in values)


def _places(
    facet: Facet, names: tuple[str, ...], facet_values: _FacetValues, notices: list[Notice]
) -> tuple[str | None, ...]:
    if not names:
        return ()
    counts = facet_values(named=facet in NAMED_FACETS)[facet.name]
    known = [str(c.value) for c in counts if c.value is not None]
    return tuple(
        None if name == UNKNOWN else _place(facet.name, name, known, notices) for name in names
    )


def _place(facet: FacetName, name: str, known: list[str], notices: list[Notice]) -> str:
    """The full path a place name means in this collection. Raises FilterError if several."""
    name = name.strip().strip("/")
    if name in known:
        return name
    here, elsewhere = places_meant(name, known)
    choices = here or elsewhere
    if len(here) == 1:
        return here[0]
    if len(choices) > 1:
        listed = "、".join(choices)
        raise FilterError(
            f"The place {name!r} may be {', '.join(choices)}: choose one by its full path.",
            zh=f"“{name}”可能指 {listed}：请写全路径，选定其中一个。",
        )
    notices.append(
        Notice(
            "place-unknown",
            _nothing_there(facet, choices[0] if choices else name),
            f"No {'document is about' if facet == 'city' else 'passage names'} "
            f"{choices[0] if choices else name}.",
        )
    )
    return choices[0] if choices else name


def _nothing_there(facet: FacetName, place: str) -> str:
    return f"没有关于“{place}”的文献。" if facet == "city" else f"没有段落写到“{place}”。"
