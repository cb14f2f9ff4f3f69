"""Resolve the values of filters and fields to what the facets of this collection hold.

A name may be short, or stand for several values; what was made of it is said. An unknown one
matches nothing and is no error, as a query is typed and a filter is chosen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from ..analysis.text import fold
from ..documents.facets import ALL_FACETS, BY_NAME, UNKNOWN, Facet, FacetName, YearRange
from ..errors import FilterError
from ..facets.gazetteer import Gazetteer
from ..index.answers import FacetCount
from ..query.fields import Resolved, as_written, is_unknown
from ..query.nodes import FacetIs, Notice
from ..query.request import NOT, Filters, SearchRequest, parse_years

_SHOWN = 8
"""So many names are listed in a sentence."""

Counts = Mapping[str, tuple[FacetCount, ...]]


class FieldValues:
    """Resolves the values of one query; ``facet_values`` gives those of the collection."""

    def __init__(self, facet_values: Callable[[], Counts]) -> None:
        self._facet_values = facet_values
        self._counts: Counts | None = None

    def __call__(self, facet: FacetName, value: str) -> Resolved:
        """The values that are meant, and how that is said where it may surprise."""
        if is_unknown(value):
            return as_written(facet, value)
        if BY_NAME[facet].kind == "year":
            return self._years(facet, value)
        if BY_NAME[facet].kind == "place":
            return self._places(facet, value)
        return self._names(facet, value)

    def _known(self, facet: FacetName) -> list[str | int]:
        if self._counts is None:
            self._counts = self._facet_values()
        return [count.value for count in self._counts[facet] if count.value is not None]

    def _years(self, facet: FacetName, value: str) -> Resolved:
        resolved = as_written(facet, value)
        if resolved.notices or not isinstance(resolved.node, FacetIs):
            return resolved
        (years,) = resolved.node.values
        assert isinstance(years, tuple)  # noqa: S101 - as_written read a range
        known = self._known(facet)
        if any(years[0] <= int(year) <= years[1] for year in known):
            return resolved
        return Resolved(resolved.node, (_nothing(facet, value, [str(year) for year in known]),))

    def _places(self, facet: FacetName, value: str) -> Resolved:
        name = value.strip().strip("/")
        known = [str(path) for path in self._known(facet)]
        if name in known:
            return Resolved(FacetIs(facet, (name,)))
        here, elsewhere = places_meant(name, known)
        if len(here) == 1:
            return Resolved(FacetIs(facet, (here[0],)))
        if here:
            return Resolved(FacetIs(facet, tuple(here)), (_several(facet, value, here),))
        notice = _nothing(facet, elsewhere[0] if len(elsewhere) == 1 else value, [])
        return Resolved(FacetIs(facet, (elsewhere[0] if elsewhere else name,)), (notice,))

    def _names(self, facet: FacetName, value: str) -> Resolved:
        known = [str(name) for name in self._known(facet)]
        wanted = fold(value.strip())
        exact = [name for name in known if fold(name) == wanted]
        if exact:
            return Resolved(FacetIs(facet, tuple(exact)))
        partly = [name for name in known if wanted and wanted in fold(name)]
        if partly:
            return Resolved(FacetIs(facet, tuple(partly)), (_several(facet, value, partly),))
        known = [name for name in known if name != BY_NAME[facet].missing]
        return Resolved(FacetIs(facet, (value,)), (_nothing(facet, value, known),))


def places_meant(name: str, known: Sequence[str]) -> tuple[list[str], list[str]]:
    """(the known paths that a place name can mean, all paths that it can mean), sorted."""
    candidates = {"/".join(p for p in place if p) for place in Gazetteer.load().resolve(name)}
    candidates |= {path for path in known if path.rsplit("/", 1)[-1] == name}
    return sorted(candidates & set(known)), sorted(candidates)


def _several(facet: FacetName, value: str, names: Sequence[str]) -> Notice:
    zh, en = BY_NAME[facet].label, BY_NAME[facet].label_en
    some = names[:_SHOWN]
    more_zh = f"等 {len(names)} 个" if len(names) > _SHOWN else ""
    more_en = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    if len(names) == 1:
        return Notice(
            "value-understood",
            f"{zh}“{value}”按 {names[0]} 理解。",
            f"The {en} “{value}” was read as {names[0]}.",
        )
    return Notice(
        "value-ambiguous",
        f"{zh}“{value}”可能指 {'、'.join(some)}{more_zh}：已按其中任何一个检索，写全称可选定一个。",
        f"The {en} “{value}” may be {', '.join(some)}{more_en}: any of them was searched; "
        "write one in full to choose it.",
    )


def _nothing(facet: FacetName, value: str, known: Sequence[str]) -> Notice:
    zh, en = BY_NAME[facet].label, BY_NAME[facet].label_en
    some = known[:_SHOWN]
    listed_zh = f"，可用 {'、'.join(some)}{'等' if len(known) > _SHOWN else ''}" if some else ""
    listed_en = (
        f"; there are {', '.join(some)}{' …' if len(known) > _SHOWN else ''}" if some else ""
    )
    return Notice(
        "value-unknown",
        f"文献库里没有{zh}“{value}”，这一项没有段落符合{listed_zh}。",
        f"There is no {en} “{value}” in this collection: nothing matches it{listed_en}.",
    )


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
        for name in (facet.name, f"{NOT}{facet.name}"):
            values = request.choice(name)
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
    return tuple(facet.missing if value == UNKNOWN else value for value in values)


def _places(
    facet: Facet, names: tuple[str, ...], facet_values: _FacetValues, notices: list[Notice]
) -> tuple[str | None, ...]:
    if not names:
        return ()
    counts = facet_values(named=facet.named)[facet.name]
    known = [str(c.value) for c in counts if c.value is not None]
    return tuple(None if name == UNKNOWN else _place(facet, name, known, notices) for name in names)


def _place(facet: Facet, name: str, known: list[str], notices: list[Notice]) -> str:
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
            f"No {'passage names' if facet.named else 'document is about'} "
            f"{choices[0] if choices else name}.",
        )
    )
    return choices[0] if choices else name


def _nothing_there(facet: Facet, place: str) -> str:
    return f"没有段落写到“{place}”。" if facet.named else f"没有关于“{place}”的文献。"
