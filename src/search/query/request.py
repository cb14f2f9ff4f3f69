"""The search state: an immutable value that becomes an address and back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Annotated, Any, cast, get_args
from typing import Literal as OneOf
from urllib.parse import urlencode

from ..analysis.equivalence import KINDS, Kind
from ..documents.declared import Keys, view
from ..documents.facets import ALL_FACETS, UNKNOWN, FacetName, YearRange
from ..errors import FilterError, UsageError

ALL_WRITINGS = "all"
"""In ``also``: every kind of other writings."""

NOT = "not_"
"""Before the name of a facet: what is left out (``not_city=贵港市``)."""

Sort = OneOf["relevance", "date", "document"]

_YEARS = re.compile(r"([0-9]{1,4})(?:\.\.([0-9]{1,4}))?\Z")

CHOICES = tuple(f"{start}{facet.name}" for start in ("", NOT) for facet in ALL_FACETS)
"""The names of what is chosen and left out, in the order of an address."""

FacetChoices = Mapping[str, Iterable[int | str] | int | str]
"""Values of facets as Python code gives them, by the names of ``CHOICES``: one or several each."""

Filtered = Annotated[
    Mapping[str, tuple[str, ...]],
    Keys((), tuple(f"{start}{facet.name}" for facet in ALL_FACETS for start in ("", NOT))),
]
"""What is chosen and left out, by name; what is empty is not there."""

Chosen = tuple[tuple[str, tuple[Any, ...]], ...]
"""A mapping from name to choices that can be compared: in the order of ``CHOICES``, none empty."""


def _merged(before: Chosen, changes: Mapping[str, Iterable[Any]]) -> Chosen:
    """Raises TypeError for a name that no facet has."""
    for name in changes:
        if name not in CHOICES:
            raise TypeError(f"there is no facet {name!r}")
    merged = {**dict(before), **changes}
    return tuple((name, tuple(values)) for name in CHOICES if (values := merged.get(name)))


class _Choosing:
    """By facet, what is chosen and what is left out."""

    __slots__ = ()
    choices: Chosen

    def choice(self, name: str) -> tuple[Any, ...]:
        """What stands under a name of ``CHOICES``."""
        return next((values for other, values in self.choices if other == name), ())

    def chosen(self, facet: FacetName) -> tuple[Any, ...]:
        """The choices of one facet, any of which may hold; none does not filter."""
        return self.choice(facet)

    def excluded(self, facet: FacetName) -> tuple[Any, ...]:
        """What of one facet is left out."""
        return self.choice(f"{NOT}{facet}")

    def __getattr__(self, name: str) -> tuple[Any, ...]:
        if name in CHOICES:
            return self.choice(name)
        raise AttributeError(f"{type(self).__name__} has no {name}")


@dataclass(frozen=True, slots=True, init=False)
class Filters(_Choosing):
    """Chosen facet values, resolved. Inside one facet any may hold; between facets all must.

    A facet of places holds full paths and includes everything below each, one of years ranges, any
    other values; None stands for unknown, or nothing named. What is left out is under the facet's
    name with ``NOT`` before it; a passage that has any of these values is left out, whatever else
    it has, so a passage with two topics goes when one of them is excluded.

    ``Filters(city=("山西省",)).city`` is what is chosen; ``TypeError`` for what is no facet.
    """

    choices: Chosen

    def __init__(self, choices: Chosen = (), **by_name: Iterable[Any]) -> None:
        object.__setattr__(self, "choices", _merged(choices, by_name))


_ASKED = view("query any=any_term also=writings filters=filters_json")


@dataclass(frozen=True, slots=True, init=False)
class SearchRequest(_Choosing):
    """One state of the search page. ``to_params`` and ``from_params`` are inverse.

    Choices are as typed: city names or paths, ``2017`` or ``2017..2021``, topics, sources,
    ``~unknown``; given by the name of the facet, those left out with ``NOT`` before it. ``also``
    are the kinds of other writings that count (``equivalence.KINDS``, or ``all``). ``collapse``
    shows each text once where it was reprinted, ``by_document`` the best passage of each document
    only, whatever ``collapse`` is; neither changes a count. ``page`` counts from 1; ``limit`` None
    means the default page size. Raises TypeError for what is no facet.
    """

    query: str
    any_term: bool
    also: tuple[str, ...]
    choices: Chosen
    sort: Sort
    collapse: bool
    by_document: bool
    page: int
    limit: int | None

    JSON = _ASKED + view("sort collapse by_document")

    def __init__(
        self,
        query: str = "",
        any_term: bool = False,
        also: tuple[str, ...] = (),
        choices: Chosen = (),
        sort: Sort = "relevance",
        collapse: bool = False,
        by_document: bool = False,
        page: int = 1,
        limit: int | None = None,
        **by_name: Iterable[str],
    ) -> None:
        values = query, any_term, also, _merged(choices, by_name), sort, collapse, by_document
        for field, value in zip(fields(self), (*values, page, limit), strict=True):
            object.__setattr__(self, field.name, value)

    @classmethod
    def from_params(cls, params: Iterable[tuple[str, str]]) -> SearchRequest:
        """From the parameters of an address; unknown names are ignored, empty values dropped.

        Raises UsageError for a sort, page, limit, any or also that does not exist.
        """
        chosen: dict[str, dict[str, None]] = {name: {} for name in CHOICES}
        request = cls()
        for name, value in params:
            if name in chosen:
                if value:
                    chosen[name][value] = None
            elif name == "q":
                request = replace(request, query=value)
            elif name == "any":
                request = replace(request, any_term=_flag(value))
            elif name == "also":
                for kind in filter(None, value.split(",")):
                    request = request.with_also(kind).on_page(request.page)
            elif name == "collapse":
                request = replace(request, collapse=_flag(value))
            elif name == "by" and value:
                if value != "document":
                    raise UsageError("by-unknown", value=value)
                request = replace(request, by_document=True)
            elif name == "sort" and value:
                if value not in get_args(Sort):
                    raise UsageError("sort-unknown", value=value, known=tuple(get_args(Sort)))
                request = replace(request, sort=cast("Sort", value))
            elif name == "page" and value:
                request = replace(request, page=_positive(name, value))
            elif name == "limit" and value:
                request = replace(request, limit=_positive(name, value))
        return request._with({name: tuple(values) for name, values in chosen.items()}, request.page)

    def choosing(self, choices: FacetChoices) -> SearchRequest:
        """With other values of the facets that are given. Raises TypeError for an unknown name."""
        return self._with({name: as_strings(values) for name, values in choices.items()})

    def to_params(self) -> list[tuple[str, str]]:
        """The parameters of its address, defaults left out, in a fixed order."""
        params: list[tuple[str, str]] = []
        if self.query:
            params.append(("q", self.query))
        if self.any_term:
            params.append(("any", "1"))
        params.extend(("also", kind) for kind in self.also)
        params.extend(self.filter_params())
        if self.sort != "relevance":
            params.append(("sort", self.sort))
        if self.collapse:
            params.append(("collapse", "1"))
        if self.by_document:
            params.append(("by", "document"))
        if self.page != 1:
            params.append(("page", str(self.page)))
        if self.limit is not None:
            params.append(("limit", str(self.limit)))
        return params

    def to_query_string(self) -> str:
        """``to_params`` as the part of an address after the question mark, maybe empty."""
        return urlencode(self.to_params())

    def around(self, name: str) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
        """The parameters of its first page before and after one more value of a choice ``name``."""
        params = self._with({name: (*self.choice(name), "")}).to_params()
        place = max(at for at, (other, _) in enumerate(params) if other == name)
        return params[:place], params[place + 1 :]

    def filter_params(self) -> list[tuple[str, str]]:
        """The parameters of what is chosen and left out, in the order of the facets."""
        return [(name, value) for name, values in self.choices for value in values]

    def filters_json(self) -> Filtered:
        """What is chosen and left out, as JSON types; what is empty is not named."""
        return dict(self.choices)

    def toggled(self, facet: FacetName, value: str) -> SearchRequest:
        """With one choice added, or taken away if it is there; back to the first page.

        What is chosen is no longer left out.
        """
        return self._toggled(facet, f"{NOT}{facet}", value)

    def without(self, facet: FacetName, value: str) -> SearchRequest:
        """With one value left out, or no longer if it is; back to the first page.

        What is left out is no longer chosen.
        """
        return self._toggled(f"{NOT}{facet}", facet, value)

    def cleared(self, facet: FacetName | None = None) -> SearchRequest:
        """Without choices and exclusions of one facet, or of all; back to the first page."""
        names = [facet, f"{NOT}{facet}"] if facet else CHOICES
        return self._with(dict.fromkeys(names, ()))

    def only(self, facet: FacetName, *values: str) -> SearchRequest:
        """With these as the only choices of a facet, from the first page; exclusions stay."""
        return self._with({facet: values})

    def _toggled(self, name: str, other: str, value: str) -> SearchRequest:
        values, others = self.choice(name), self.choice(other)
        changed = tuple(v for v in values if v != value) if value in values else (*values, value)
        return self._with({name: changed, other: tuple(v for v in others if v != value)})

    def _with(self, choices: Mapping[str, tuple[str, ...]], page: int = 1) -> SearchRequest:
        return replace(self, choices=_merged(self.choices, choices), page=page)

    def on_page(self, page: int) -> SearchRequest:
        """Another page of the same search."""
        return replace(self, page=page)

    def sorted_by(self, sort: Sort) -> SearchRequest:
        """The same search in another order, from the first page."""
        return replace(self, sort=sort, page=1)

    def collapsed(self, collapse: bool) -> SearchRequest:
        """With or without reprints shown once, from the first page."""
        return replace(self, collapse=collapse, by_document=False, page=1)

    def grouped(self) -> SearchRequest:
        """With the best passage of each document only, from the first page."""
        return replace(self, collapse=False, by_document=True, page=1)

    def with_also(self, *kinds: str) -> SearchRequest:
        """With further kinds of other writings, from the first page.

        Raises UsageError for one that does not exist.
        """
        for kind in kinds:
            if kind != ALL_WRITINGS and kind not in KINDS:
                known = ", ".join((*KINDS, ALL_WRITINGS))
                raise UsageError("writing-kind-unknown", kind=kind, known=known)
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
        """Whether any facet value is chosen or left out."""
        return bool(self.filter_params())


Asked = Annotated[SearchRequest, _ASKED]
"""What decides which passages are found, of all that is sent."""


def parse_years(value: str) -> YearRange | None:
    """``2017``, ``2017..2021`` (either order) or ``~unknown``. Raises FilterError otherwise."""
    if value == UNKNOWN:
        return None
    match = _YEARS.match(value)
    if match is None:
        raise FilterError("year-filter-unreadable", value=value, unknown=UNKNOWN)
    first = int(match[1])
    last = int(match[2]) if match[2] else first
    return (min(first, last), max(first, last))


def as_strings(values: object) -> tuple[str, ...]:
    """One value or several, as they stand in an address."""
    if isinstance(values, Iterable) and not isinstance(values, str):
        return tuple(str(value) for value in values)
    return (str(values),)


def _positive(name: str, value: str) -> int:
    if re.fullmatch(r"[0-9]{1,9}", value) and int(value) > 0:
        return int(value)
    raise UsageError("number-unreadable", name=name, value=value)


def _flag(value: str) -> bool:
    return value.lower() not in {"", "0", "false", "no", "off"}
