"""Resolve the values of filters and fields to what the facets of this collection hold.

A name may be short, or stand for several values; what was made of it is said. An unknown one
matches nothing and is no error, as a query is typed and a filter is chosen.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..analysis.text import fold
from ..documents.facets import ALL_FACETS, BY_NAME, UNKNOWN, Facet, FacetName, YearRange
from ..errors import FilterError
from ..index.engine import Reader
from ..languages.sentences import Sentence
from ..query.fields import Resolved, as_written, is_unknown
from ..query.nodes import FacetIs, Notice
from ..query.request import NOT, Filters, SearchRequest, parse_years
from .collection import collection_values, gazetteer

_SHOWN = 8
"""So many names are listed in a sentence."""


class FieldValues:
    """Resolves the values of queries in a commit."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

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
        counts = collection_values(self._reader, named=True)[facet]
        return [count.value for count in counts if count.value is not None]

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
        here, elsewhere = places_meant(name, known, self._reader)
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


def places_meant(name: str, known: Sequence[str], reader: Reader) -> tuple[list[str], list[str]]:
    """(the known paths that a place name can mean, all paths that it can mean), sorted."""
    candidates = {"/".join(p for p in place if p) for place in gazetteer(reader).resolve(name)}
    candidates |= {path for path in known if path.rsplit("/", 1)[-1] == name}
    return sorted(candidates & set(known)), sorted(candidates)


def _several(facet: FacetName, value: str, names: Sequence[str]) -> Notice:
    row = BY_NAME[facet]
    label, label_en = row.label, row.label_en
    if len(names) == 1:
        return Notice(
            "value-understood", label=label, label_en=label_en, value=value, name=names[0]
        )
    more: Sentence | str = ""
    if len(names) > _SHOWN:
        more = Sentence("and-more", count=len(names), further=len(names) - _SHOWN)
    names = tuple(names[:_SHOWN])
    return Notice(
        "value-ambiguous", label=label, label_en=label_en, value=value, names=names, more=more
    )


def _nothing(facet: FacetName, value: str, known: Sequence[str]) -> Notice:
    there: Sentence | str = ""
    if known:
        more = Sentence("and-so-on") if len(known) > _SHOWN else ""
        there = Sentence("there-are", names=tuple(known[:_SHOWN]), more=more)
    row = BY_NAME[facet]
    return Notice("value-unknown", label=row.label, label_en=row.label_en, value=value, there=there)


def resolve_filters(
    request: SearchRequest,
    reader: Reader,
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
                raise FilterError("choices-too-many", count=len(values), limit=limit)
            resolved[name] = _resolved(facet, values, reader, notices)
    return Filters(**resolved)


def _resolved(
    facet: Facet, values: tuple[str, ...], reader: Reader, notices: list[Notice]
) -> tuple[str | YearRange | None, ...]:
    if facet.kind == "place":
        return _places(facet, values, reader, notices)
    if facet.kind == "year":
        return tuple(parse_years(value) for value in values)
    return tuple(facet.missing if value == UNKNOWN else value for value in values)


def _places(
    facet: Facet, names: tuple[str, ...], reader: Reader, notices: list[Notice]
) -> tuple[str | None, ...]:
    if not names:
        return ()
    counts = collection_values(reader, named=facet.named)[facet.name]
    known = [str(c.value) for c in counts if c.value is not None]
    return tuple(
        None if name == UNKNOWN else _place(facet, name, known, reader, notices) for name in names
    )


def _place(facet: Facet, name: str, known: list[str], reader: Reader, notices: list[Notice]) -> str:
    """The full path a place name means in this collection. Raises FilterError if several."""
    name = name.strip().strip("/")
    if name in known:
        return name
    here, elsewhere = places_meant(name, known, reader)
    choices = here or elsewhere
    if len(here) == 1:
        return here[0]
    if len(choices) > 1:
        raise FilterError("place-ambiguous", name=name, choices=tuple(choices))
    place = choices[0] if choices else name
    meaning = (
        Sentence("no-passage-names", place=place)
        if facet.named
        else Sentence("no-document-about", place=place)
    )
    notices.append(Notice("place-unknown", meaning=meaning))
    return place
