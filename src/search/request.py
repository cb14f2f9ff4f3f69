"""What exactly is being asked? An immutable search state that is an address and back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal as OneOf
from typing import cast, get_args
from urllib.parse import urlencode

from .equivalence import KINDS, Kind
from .errors import FilterError, UsageError

__all__ = [
    "ALL_FACETS",
    "ALL_WRITINGS",
    "FACETS",
    "NAMED_FACETS",
    "UNKNOWN",
    "Facet",
    "FacetName",
    "Filters",
    "SearchRequest",
    "Sort",
    "YearRange",
    "parse_years",
]

UNKNOWN = "~unknown"
"""The filter value for "not known", in every facet."""

ALL_WRITINGS = "all"
"""In ``also``: every kind of other writings."""

Sort = OneOf["relevance", "date", "document"]
FacetName = OneOf["city", "year", "topic", "source", "place", "named_year"]
YearRange = tuple[int, int]
"""First and last year, both included."""

_YEARS = re.compile(r"([0-9]{1,4})(?:\.\.([0-9]{1,4}))?\Z")


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet as offered: its name in addresses and JSON, its label on the page, its values."""

    name: FacetName
    label: str
    kind: OneOf["place", "year", "text"] = "text"


FACETS = (
    Facet("city", "地区", "place"),
    Facet("year", "年份", "year"),
    Facet("topic", "主题"),
    Facet("source", "来源"),
)
"""What a document is about, when and where it was published, and the topics of a passage."""

NAMED_FACETS = (
    Facet("place", "文中地名", "place"),
    Facet("named_year", "文中年份", "year"),
)
"""What the passage itself names, which is another question."""

ALL_FACETS = (*FACETS, *NAMED_FACETS)


@dataclass(frozen=True, slots=True)
class Filters:
    """Chosen facet values, resolved. Inside one facet any may hold; between facets all must.

    ``city`` holds full paths and includes everything below each; ``topic`` and ``source`` hold
    values; ``place`` holds full paths and ``named_year`` years that the passage itself names. None
    stands for unknown, or nothing named, in every one. An empty tuple does not filter.
    """

    city: tuple[str | None, ...] = ()
    year: tuple[YearRange | None, ...] = ()
    topic: tuple[str | None, ...] = ()
    source: tuple[str | None, ...] = ()
    place: tuple[str | None, ...] = ()
    named_year: tuple[YearRange | None, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """One state of the search page. ``to_params`` and ``from_params`` are inverse.

    Filter values are as typed: city names or paths, ``2017`` or ``2017..2021``, topics, sources,
    ``~unknown``. ``also`` are the kinds of other writings that count (``equivalence.KINDS``, or
    ``all``). ``collapse`` shows each text once where it was reprinted, and changes no count.
    ``page`` counts from 1; ``limit`` None means the default page size.
    """

    query: str = ""
    any_term: bool = False
    also: tuple[str, ...] = ()
    city: tuple[str, ...] = ()
    year: tuple[str, ...] = ()
    topic: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    place: tuple[str, ...] = ()
    named_year: tuple[str, ...] = ()
    sort: Sort = "relevance"
    collapse: bool = False
    page: int = 1
    limit: int | None = None

    @classmethod
    def from_params(cls, params: Iterable[tuple[str, str]]) -> SearchRequest:
        """From the parameters of an address; unknown names are ignored, empty values dropped.

        Raises UsageError for a sort, page, limit, any or also that does not exist.
        """
        chosen: dict[str, list[str]] = {facet.name: [] for facet in ALL_FACETS}
        request = cls()
        for name, value in params:
            if name in chosen:
                if value and value not in chosen[name]:
                    chosen[name].append(value)
            elif name == "q":
                request = replace(request, query=value)
            elif name == "any":
                request = replace(request, any_term=_flag(value))
            elif name == "also":
                for kind in filter(None, value.split(",")):
                    request = request.with_also(kind)
            elif name == "collapse":
                request = replace(request, collapse=_flag(value))
            elif name == "sort" and value:
                if value not in get_args(Sort):
                    raise UsageError(
                        f"sort is {value!r}; it can be {', '.join(get_args(Sort))}.",
                        zh=f"没有“{value}”这种排序：可用 relevance、date、document。",
                    )
                request = replace(request, sort=cast("Sort", value))
            elif name == "page" and value:
                request = replace(request, page=_positive(name, value))
            elif name == "limit" and value:
                request = replace(request, limit=_positive(name, value))
        return request._with({name: tuple(values) for name, values in chosen.items()})

    def to_params(self) -> list[tuple[str, str]]:
        """The parameters of its address, defaults left out, in a fixed order."""
        params: list[tuple[str, str]] = []
        if self.query:
            params.append(("q", self.query))
        if self.any_term:
            params.append(("any", "1"))
        params.extend(("also", kind) for kind in self.also)
        for facet in ALL_FACETS:
            params.extend((facet.name, value) for value in self.chosen(facet.name))
        if self.sort != "relevance":
            params.append(("sort", self.sort))
        if self.collapse:
            params.append(("collapse", "1"))
        if self.page != 1:
            params.append(("page", str(self.page)))
        if self.limit is not None:
            params.append(("limit", str(self.limit)))
        return params

    def to_query_string(self) -> str:
        """``to_params`` as the part of an address after the question mark, maybe empty."""
        return urlencode(self.to_params())

    def chosen(self, facet: FacetName) -> tuple[str, ...]:
        """The chosen values of one facet, as typed."""
        return cast("tuple[str, ...]", getattr(self, facet))

    def toggled(self, facet: FacetName, value: str) -> SearchRequest:
        """With one choice added, or taken away if it is there; back to the first page."""
        values = self.chosen(facet)
        changed = tuple(v for v in values if v != value) if value in values else (*values, value)
        return self._with({facet: changed}, page=1)

    def cleared(self, facet: FacetName | None = None) -> SearchRequest:
        """Without the choices of one facet, or of all; back to the first page."""
        names = [facet] if facet else [f.name for f in ALL_FACETS]
        return self._with(dict.fromkeys(names, ()), page=1)

    def _with(
        self, choices: Mapping[str, tuple[str, ...]], *, page: int | None = None
    ) -> SearchRequest:
        return replace(
            self,
            city=choices.get("city", self.city),
            year=choices.get("year", self.year),
            topic=choices.get("topic", self.topic),
            source=choices.get("source", self.source),
            place=choices.get("place", self.place),
            named_year=choices.get("named_year", self.named_year),
            page=page or self.page,
        )

    def on_page(self, page: int) -> SearchRequest:
        """Another page of the same search."""
        return replace(self, page=page)

    def sorted_by(self, sort: Sort) -> SearchRequest:
        """The same search in another order, from the first page."""
        return replace(self, sort=sort, page=1)

    def collapsed(self, collapse: bool) -> SearchRequest:
        """With or without reprints shown once, from the first page."""
        return replace(self, collapse=collapse, page=1)

    def with_also(self, *kinds: str) -> SearchRequest:
        """With further kinds of other writings, from the first page.

        Raises UsageError for one that does not exist.
        """
        for kind in kinds:
            if kind != ALL_WRITINGS and kind not in KINDS:
                known = ", ".join((*KINDS, ALL_WRITINGS))
                raise UsageError(
                    f"also is {kind!r}; it can be {known}.",
                    zh=f"没有“{kind}”这种写法：可用 {known}。",
                )
        chosen = {*self.also, *kinds}
        if ALL_WRITINGS in chosen:
            return replace(self, also=(ALL_WRITINGS,), page=1)
        return replace(self, also=tuple(k for k in KINDS if k in chosen), page=1)

    @property
    def writings(self) -> tuple[Kind, ...]:
        """The kinds of other writings that count."""
        return KINDS if ALL_WRITINGS in self.also else tuple(k for k in KINDS if k in self.also)

    @property
    def is_filtered(self) -> bool:
        """Whether any facet value is chosen."""
        return any(self.chosen(facet.name) for facet in ALL_FACETS)


def parse_years(value: str) -> YearRange | None:
    """``2017``, ``2017..2021`` (either order) or ``~unknown``. Raises FilterError otherwise."""
    if value == UNKNOWN:
        return None
    match = _YEARS.match(value)
    if match is None:
        raise FilterError(
            f"year is {value!r}; write one year (2017), a range (2017..2021) or {UNKNOWN}.",
            zh=f"年份“{value}”看不懂：请写 2017、2017..2021 或 {UNKNOWN}。",
        )
    first = int(match[1])
    last = int(match[2]) if match[2] else first
    return (min(first, last), max(first, last))


def _positive(name: str, value: str) -> int:
    if re.fullmatch(r"[0-9]{1,9}", value) and int(value) > 0:
        return int(value)
    raise UsageError(
        f"{name} is {value!r}; it must be a whole number from 1.",
        zh=f"{name} 应是从 1 起的整数，现在是“{value}”。",
    )


def _flag(value: str) -> bool:
    return value.lower() not in {"", "0", "false", "no", "off"}
