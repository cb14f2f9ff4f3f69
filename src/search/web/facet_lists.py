"""What can the reader choose, and where does each choice lead? Facet counts → lists of links."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ..documents.document import shown_place
from ..errors import FilterError
from ..index.answers import FacetCount, distinct_values
from ..query.request import ALL_FACETS, UNKNOWN, Facet, SearchRequest, parse_years
from ..searching.results import SearchResults
from . import wording
from .addresses import Addresses
from .choice_addresses import choice_addresses
from .facet_option import FacetOption
from .year_histogram import YearHistogram, year_histogram

_SHOWN = {"city": 12, "year": 8, "topic": 10, "source": 8, "place": 6, "named_year": 4}
"""How many values of a facet stand open; the rest is folded."""

MANY_VALUES = 15
"""With more values nothing is folded: a page has all of them, and a box finds one."""

_OPEN_TREE = 24
"""A place tree of at most so many nodes is shown whole; a larger one opens along the choice."""


@dataclass(frozen=True, slots=True)
class FacetList:
    """One facet as offered; ``folded`` are values beyond those that stand open.

    ``values`` is how many it has in all; where they are many, ``every_address`` leads to a page
    with all, and none is folded. ``years`` is drawn where the facet is the year of the documents.
    """

    name: str
    label: str
    options: tuple[FacetOption, ...]
    folded: tuple[FacetOption, ...]
    cleared: str | None
    values: int = 0
    every_address: str | None = None
    years: YearHistogram | None = None


@dataclass(frozen=True, slots=True)
class Chip:
    """One choice or exclusion in force and the address of the search without it."""

    facet: str
    label: str
    address: str
    excludes: bool = False


def facet_lists(results: SearchResults, addresses: Addresses) -> tuple[FacetList, ...]:
    """Every facet that has a value or a choice, in the order of ``ALL_FACETS``."""
    request = results.request
    return tuple(
        _facet_list(facet, results.facets.get(facet.name, ()), request, addresses)
        for facet in ALL_FACETS
        if results.facets.get(facet.name)
        or request.chosen(facet.name)
        or request.excluded(facet.name)
    )


def flat_options(
    facet: Facet, counts: Sequence[FacetCount], request: SearchRequest, addresses: Addresses
) -> tuple[FacetOption, ...]:
    """Every value of one facet by itself, with what is chosen or left out but not found."""
    counts = _with_choices(facet, counts, request)
    typed = _typed(facet, counts, request.chosen(facet.name))
    out = _typed(facet, counts, request.excluded(facet.name))
    return tuple(_option(facet, c, request, addresses, typed, out) for c in counts)


def chips(request: SearchRequest, address: Callable[[SearchRequest], str]) -> tuple[Chip, ...]:
    """Every choice in force; ``address`` is that of what is shown, for another search."""
    chosen = [
        Chip(
            wording.facet_label(facet),
            shown_value(facet, value),
            address(request.toggled(facet.name, value)),
        )
        for facet in ALL_FACETS
        for value in request.chosen(facet.name)
    ]
    left_out = [
        Chip(
            wording.facet_label(facet),
            shown_value(facet, value),
            address(request.without(facet.name, value)),
            excludes=True,
        )
        for facet in ALL_FACETS
        for value in request.excluded(facet.name)
    ]
    return (*chosen, *left_out)


def shown_value(facet: Facet, value: str) -> str:
    """A filter value for reading."""
    if value == UNKNOWN:
        return wording.unknown_label(facet)
    if facet.kind == "place":
        return shown_place(value).replace("/", " › ")
    if facet.name == "topic":
        return wording.topic_label(value)
    return wording.years(value) if facet.kind == "year" else value


def _facet_list(
    facet: Facet, counts: Sequence[FacetCount], request: SearchRequest, addresses: Addresses
) -> FacetList:
    counts = _with_choices(facet, counts, request)
    typed = _typed(facet, counts, request.chosen(facet.name))
    out = _typed(facet, counts, request.excluded(facet.name))
    if facet.kind == "place":
        options = _tree(facet, counts, request, addresses, typed, out)
    else:
        options = tuple(_option(facet, c, request, addresses, typed, out) for c in counts)
    limit = _SHOWN[facet.name]
    # A folded list of one or two is no gain over showing them.
    limit = len(options) if len(options) <= limit + 2 else limit
    values = len(distinct_values(facet, counts))
    many = values > MANY_VALUES
    shown = tuple(o for i, o in enumerate(options) if i < limit or _holds_choice(o))
    folded = () if many else tuple(o for o in options[limit:] if not _holds_choice(o))
    return FacetList(
        name=facet.name,
        label=wording.facet_label(facet),
        options=shown,
        folded=folded,
        cleared=addresses.search(request.cleared(facet.name)) if typed or out else None,
        values=values,
        every_address=addresses.facet(facet.name, request) if many else None,
        years=year_histogram(options, request) if facet.name == "year" else None,
    )


def _typed(facet: Facet, counts: Sequence[FacetCount], choices: Sequence[str]) -> Mapping[str, str]:
    """Each listed value that a choice stands for, with that choice as typed."""
    return {value: choice for choice in choices for value in _meant(facet, choice, counts)}


def _with_choices(
    facet: Facet, counts: Sequence[FacetCount], request: SearchRequest
) -> Sequence[FacetCount]:
    """The counts with what is chosen but not found, as 0, so that it can be taken back here too."""
    listed = [c.value for c in counts]
    missing: list[FacetCount] = []
    for choice in (*request.chosen(facet.name), *request.excluded(facet.name)):
        if choice == UNKNOWN or _meant(facet, choice, counts):
            continue
        levels = choice.split("/") if facet.kind == "place" else [choice]
        for depth in range(len(levels)):
            value = "/".join(levels[: depth + 1])
            if value not in listed:
                listed.append(value)
                missing.append(FacetCount(value, 0, 0))
    known = [c for c in counts if c.value is not None]
    return [*known, *missing, *(c for c in counts if c.value is None)] if missing else counts


def _holds_choice(option: FacetOption) -> bool:
    return (
        option.chosen or option.excluded or any(_holds_choice(child) for child in option.children)
    )


def _meant(facet: Facet, choice: str, counts: Sequence[FacetCount]) -> list[str]:
    """The listed values that a choice as typed stands for."""
    values = [UNKNOWN if c.value is None else str(c.value) for c in counts]
    if choice in values:
        return [choice]
    if facet.kind == "place":
        last = {value: value.rsplit("/", 1)[-1] for value in values if value != UNKNOWN}
        return (
            [value for value, name in last.items() if name == choice]
            or [value for value, name in last.items() if name.startswith(choice)]
        )[:1]
    if facet.kind == "year":
        try:
            span = parse_years(choice)
        except FilterError:
            return []
        if span is None:
            return []
        return [v for v in values if v != UNKNOWN and span[0] <= int(v) <= span[1]]
    return []


def _option(
    facet: Facet,
    count: FacetCount,
    request: SearchRequest,
    addresses: Addresses,
    typed: Mapping[str, str],
    out: Mapping[str, str],
    *,
    label: str | None = None,
    children: tuple[FacetOption, ...] = (),
    inside: int = 0,
) -> FacetOption:
    value = UNKNOWN if count.value is None else str(count.value)
    places = choice_addresses(facet.name, request, addresses)
    if value in out:
        address = addresses.search(request.without(facet.name, out[value]))
    elif value in typed:
        address = addresses.search(request.toggled(facet.name, typed[value]))
    else:
        address = places.choosing(value, typed if facet.kind == "place" else None)
    return FacetOption(
        label=label or shown_value(facet, value),
        value=value,
        count=count.count,
        documents=count.documents,
        chosen=value in typed,
        address=address,
        children=children,
        inside=inside,
        excluded=value in out,
        without_address=None if value in out else places.without(value),
    )


def _tree(
    facet: Facet,
    counts: Sequence[FacetCount],
    request: SearchRequest,
    addresses: Addresses,
    typed: Mapping[str, str],
    out: Mapping[str, str],
) -> tuple[FacetOption, ...]:
    """Places below the places they lie in; the counts list parents before their children."""
    values = {str(c.value) for c in counts if c.value is not None}
    below: dict[str | None, list[FacetCount]] = {}
    for count in counts:
        parent = str(count.value).rpartition("/")[0]
        known = count.value is not None and parent in values
        below.setdefault(parent if known else None, []).append(count)
    roots = below.get(None, [])
    open_all = len(counts) <= _OPEN_TREE

    def is_open(value: str, depth: int) -> bool:
        on_way = any(c == value or c.startswith(f"{value}/") for c in (*typed, *out))
        return open_all or on_way or (depth == 0 and len(roots) == 1)

    def branch(count: FacetCount, depth: int) -> FacetOption:
        value = str(count.value)
        children = below.get(value, []) if count.value is not None else []
        if len(children) == 1 and str(children[0].value) == f"{value}/{value.rsplit('/', 1)[-1]}":
            children = below.get(str(children[0].value), [])
        label = wording.unknown_label(facet) if count.value is None else value.rsplit("/", 1)[-1]
        shown = children if is_open(value, depth) else []
        return _option(
            facet,
            count,
            request,
            addresses,
            typed,
            out,
            label=label,
            children=tuple(branch(child, depth + 1) for child in shown),
            inside=len(children) - len(shown),
        )

    return tuple(branch(count, 0) for count in roots)
