"""Facets on the page of results: lists, trees, chips of what is chosen, bars of years.

The page of results has the first values of each facet, and a page of its own has all of them, with
a link that leaves each out. Their markup is written here and not in a template, where a macro takes
ten times as long, and most of every address is made once (``ChoiceAddresses``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import quote_plus, urlencode

from markupsafe import Markup

from ..documents.document import UNCLASSIFIED, shown_place
from ..documents.facets import ALL_FACETS, UNKNOWN, Facet, FacetName, Value, ancestors
from ..index.answers import FacetCount, distinct_values
from ..query.request import NOT, SearchRequest
from ..searching.results import SearchResults
from . import wording
from .addresses import Addresses
from .languages import chinese_tagged, counted
from .languages import gettext as _
from .safety import escaped
from .wording import thousands

_INSIDE = '<span class="inside" aria-hidden="true">›</span>'


@dataclass(frozen=True, slots=True)
class FacetOption:
    """One value: its counts and the address that chooses it, or takes the choice back.

    ``excluded`` says that it is left out, and then ``address`` lets it in again; else
    ``without_address`` leaves it out. ``inside`` is how many places lie in it that are listed only
    once it is chosen.
    """

    label: str
    value: str
    count: int
    documents: int
    chosen: bool
    address: str
    children: tuple[FacetOption, ...] = ()
    inside: int = 0
    excluded: bool = False
    without_address: str | None = None

    @property
    def said(self) -> str:
        """Its counts, and what choosing it does where that needs saying."""
        passages = counted("%(num)s 个段落", self.count)
        documents = counted("%(num)s 篇文献", self.documents)
        counts = _("%(passages)s，%(documents)s", passages=passages, documents=documents)
        if self.excluded:
            return _("%(counts)s，已排除；点按恢复", counts=counts)
        if self.inside:
            return counted("%(counts)s；选定后列出其中 %(num)s 处", self.inside, counts=counts)
        return counts

    @property
    def choosing(self) -> str:
        """A link that chooses it, or takes the choice back."""
        state = " chosen" if self.chosen else " excluded" if self.excluded else ""
        state += " unknown" if self.value in (UNKNOWN, UNCLASSIFIED) else ""
        current = ' aria-current="true"' if self.chosen else ""
        meaning = ""
        if self.chosen:
            meaning = _unseen(_("（已选，点按取消）"))
        elif self.excluded:
            meaning = _unseen(_("（已排除，点按恢复）"))
        # Every part is escaped where it is put in.
        return (
            f'<a class="option{state}" href="{escaped(self.address)}"{current}'
            f' title="{escaped(self.said)}" rel="nofollow"><span class="value">'
            f"{chinese_tagged(self.label)}{_INSIDE if self.inside else ''}</span>{meaning}"
            f'<span class="number">{thousands(self.count)}</span></a>'
        )

    @property
    def markup(self) -> Markup:
        """A link that chooses it and one that leaves it out."""
        leaving = ""
        if self.without_address:
            said = escaped(_("不含“%(value)s”", value=self.label))
            # Of escaped parts; to have markup put them together takes as long as all the rest.
            unseen = escaped(_("不含%(value)s")) % {"value": chinese_tagged(self.label)}
            leaving = (
                f'<a class="leave-out" href="{escaped(self.without_address)}" title="{said}"'
                f' rel="nofollow"><span aria-hidden="true">−</span>'
                f'<span class="unseen">{unseen}</span></a>'
            )
        return Markup(f'<span class="choice">{self.choosing}{leaving}</span>')  # noqa: S704


def listed(options: Iterable[FacetOption]) -> Markup:
    """A list of values, each with a list of those that lie in it."""
    return Markup(f"<ul>{_items(options)}</ul>")  # noqa: S704 - made of markup


def _items(options: Iterable[FacetOption]) -> str:
    return "".join(
        f"<li>{option.choosing}"
        + (f"<ul>{_items(option.children)}</ul>" if option.children else "")
        + "</li>\n"
        for option in options
    )


def _unseen(text: str) -> str:
    return f'<span class="unseen">{escaped(text)}</span>'


_quoted = lru_cache(maxsize=4096)(quote_plus)


class ChoiceAddresses:
    """Addresses of a search with one more value of a facet chosen, or left out."""

    def __init__(self, facet: FacetName, request: SearchRequest, addresses: Addresses) -> None:
        self._facet: FacetName = facet
        self._request = request
        self._addresses = addresses
        self._in_force = {*request.chosen(facet), *request.excluded(facet)}
        self._choosing = _around(request, facet, addresses)
        self._without = _around(request, f"not_{facet}", addresses)

    def choosing(self, value: str, typed: Mapping[str, str] | None = None) -> str:
        """With ``value`` chosen, or no longer if it is.

        ``typed`` has the values that choices stand for, with each as typed. A place replaces those
        that lie in it or around it: choosing 贵港市 under a chosen 广西 is meant to narrow, and
        inside one facet any choice may hold.
        """
        request = self._request
        replaced = [
            choice
            for other, choice in (typed or {}).items()
            if value.startswith(f"{other}/") or other.startswith(f"{value}/")
        ]
        if not replaced and value not in self._in_force:
            return f"{self._choosing[0]}{_quoted(value)}{self._choosing[1]}"
        for choice in replaced:
            request = request.toggled(self._facet, choice)
        return self._addresses.search(request.toggled(self._facet, value))

    def without(self, value: str) -> str:
        """With ``value`` left out, or no longer if it is."""
        if value not in self._in_force:
            return f"{self._without[0]}{_quoted(value)}{self._without[1]}"
        return self._addresses.search(self._request.without(self._facet, value))


@lru_cache(maxsize=64)
def choice_addresses(
    facet: FacetName, request: SearchRequest, addresses: Addresses
) -> ChoiceAddresses:
    """The addresses for one facet of a search."""
    return ChoiceAddresses(facet, request, addresses)


def _around(request: SearchRequest, name: str, addresses: Addresses) -> tuple[str, str]:
    """What stands before and after one more value of the parameter ``name``."""
    before, after = request.around(name)
    opening = "".join(f"{part}&" for part in (urlencode(before),) if part)
    rest = urlencode(after)
    return f"{addresses.root}/?{opening}{name}=", f"&{rest}" if rest else ""


_LEAST_VALUES = 2
"""With fewer there is nothing to choose."""

_OPEN_TREE = 24
"""A place tree of at most so many nodes is shown whole; a larger one opens along the choice."""


@dataclass(frozen=True, slots=True)
class FacetList:
    """One facet as offered: its first values and what is chosen, those without a value last.

    ``number`` is how many values it has in all. Many years are drawn instead. ``in_force`` says
    that something is chosen or left out, ``misfits`` that most of the collection has no value.
    """

    facet: Facet
    options: tuple[FacetOption, ...]
    number: int
    in_force: bool
    years: YearHistogram | None
    misfits: bool


@dataclass(frozen=True, slots=True)
class Chip:
    """One choice or exclusion in force and the address of the search without it."""

    facet: str
    label: str
    address: str
    excludes: bool


def facet_lists(
    results: SearchResults, addresses: Addresses, misfits: bool
) -> tuple[FacetList, ...]:
    """Every facet in which there is something to choose, or chosen, in the order of ``ALL_FACETS``.

    ``misfits`` says that the topics do not fit the collection.
    """
    request = results.request
    lists = []
    for facet in ALL_FACETS:
        number = len(distinct_values(facet, results.facets.get(facet.name, ())))
        unfit = misfits and facet.name == "topic"
        asked = request.chosen(facet.name) or request.excluded(facet.name)
        if number < _LEAST_VALUES and not asked and not unfit:
            continue
        values = _values_of(facet, results, addresses)
        years = None
        if facet.kind == "year" and len(values.counts) > _YEARS_LISTED:
            years = year_histogram(values)
        options = values.tree() if facet.kind == "place" else values.first(drawn=bool(years))
        in_force = bool(values.chosen or values.left_out)
        lists.append(FacetList(facet, tuple(options), number, in_force, years, unfit))
    return tuple(lists)


def flat_options(
    facet: Facet, results: SearchResults, addresses: Addresses
) -> tuple[FacetOption, ...]:
    """Every value of one facet by itself, with what is chosen or left out but not found."""
    values = _values_of(facet, results, addresses)
    return tuple(map(values.option, values.counts))


def chips(request: SearchRequest, address: Callable[[SearchRequest], str]) -> tuple[Chip, ...]:
    """Every choice in force; ``address`` is that of what is shown, for another search."""
    return tuple(
        Chip(
            wording.facet_label(facet),
            wording.shown_value(facet, value),
            address(take_back(facet.name, value)),
            excludes,
        )
        for excludes, values_of, take_back in (
            (False, request.chosen, request.toggled),
            (True, request.excluded, request.without),
        )
        for facet in ALL_FACETS
        for value in values_of(facet.name)
    )


@dataclass(frozen=True, slots=True)
class FacetValues:
    """The values of one facet of a search, what is chosen but not found as 0 so that it can be
    taken back here too.

    ``chosen`` and ``left_out`` have each value that a choice stands for, with that choice as typed.
    """

    facet: Facet
    request: SearchRequest
    addresses: Addresses
    counts: Sequence[FacetCount]
    chosen: Mapping[str, str]
    left_out: Mapping[str, str]

    def option(
        self,
        count: FacetCount,
        label: str | None = None,
        children: tuple[FacetOption, ...] = (),
        inside: int = 0,
    ) -> FacetOption:
        """One value, with those of ``children`` below it."""
        facet, request, addresses = self.facet, self.request, self.addresses
        value = UNKNOWN if count.value is None else str(count.value)
        places = choice_addresses(facet.name, request, addresses)
        if value in self.left_out:
            address = addresses.search(request.without(facet.name, self.left_out[value]))
        elif value in self.chosen:
            address = addresses.search(request.toggled(facet.name, self.chosen[value]))
        else:
            address = places.choosing(value, self.chosen if facet.kind == "place" else None)
        return FacetOption(
            label=label or wording.shown_value(facet, value),
            value=value,
            count=count.count,
            documents=count.documents,
            chosen=value in self.chosen,
            address=address,
            children=children,
            inside=inside,
            excluded=value in self.left_out,
            without_address=None if value in self.left_out else places.without(value),
        )

    def first(self, *, drawn: bool) -> Iterator[FacetOption]:
        """As many as are listed, none of the known ones where these are ``drawn``."""
        facet = self.facet
        known = [c for c in self.counts if c.value not in (None, facet.missing)]
        for at, count in enumerate(known):
            in_force = str(count.value) in self.chosen or str(count.value) in self.left_out
            if not drawn and (in_force or at < _listed_of(facet, known)):
                yield self.option(count)
        yield from map(self.option, (c for c in self.counts if c.value in (None, facet.missing)))

    def tree(self) -> Iterator[FacetOption]:
        """Places below the places they lie in; the counts list parents before their children."""
        values = {str(c.value) for c in self.counts if c.value is not None}
        below: dict[str | None, list[FacetCount]] = {}
        for count in self.counts:
            parent = str(count.value).rpartition("/")[0]
            known = count.value is not None and parent in values
            below.setdefault(parent if known else None, []).append(count)
        roots = below.get(None, [])
        open_all = len(self.counts) <= _OPEN_TREE

        def branch(count: FacetCount, depth: int) -> FacetOption:
            if count.value is None:
                return self.option(count)
            value = str(count.value)
            name = value.rsplit("/", 1)[-1]
            children = below.get(value, [])
            if len(children) == 1 and str(children[0].value) == f"{value}/{name}":
                children = below.get(str(children[0].value), [])
            is_open = open_all or self._leads_to_choice(value) or (depth == 0 and len(roots) == 1)
            shown = children if is_open else []
            inside = tuple(branch(child, depth + 1) for child in shown)
            return self.option(count, name, inside, len(children) - len(shown))

        placed = [count for count in roots if count.value is not None]
        limit = _listed_of(self.facet, placed)
        for at, count in enumerate(placed):
            if at < limit or self._leads_to_choice(str(count.value)):
                yield branch(count, 0)
        yield from (branch(count, 0) for count in roots if count.value is None)

    def _leads_to_choice(self, place: str) -> bool:
        return any(_is_in(value, place) for value in (*self.chosen, *self.left_out))


def _values_of(facet: Facet, results: SearchResults, addresses: Addresses) -> FacetValues:
    counts = results.facets.get(facet.name, ())
    listed = {UNKNOWN if c.value is None else str(c.value): c.value for c in counts}
    missing: dict[str, FacetCount] = {}
    meant: list[dict[str, str]] = []
    for name in (facet.name, f"{NOT}{facet.name}"):
        typed: dict[str, str] = {}
        resolved = getattr(results.filters, name)
        for choice, value in zip(results.request.choice(name), resolved, strict=True):
            shown = [each for each, known in listed.items() if _is_meant(facet, known, value)]
            if not shown and choice != UNKNOWN:
                shown = [choice]
                levels: Sequence[Value] = shown
                if facet.kind == "place":
                    levels = ancestors(value)
                    shown = [str(each) for each in levels if _is_meant(facet, each, value)]
                missing |= {str(e): FacetCount(e, 0, 0) for e in levels if e not in listed}
            typed |= dict.fromkeys(shown, choice)
        meant.append(typed)
    known = [c for c in counts if c.value is not None]
    unknown = [c for c in counts if c.value is None]
    return FacetValues(
        facet,
        results.request,
        addresses,
        [*known, *missing.values(), *unknown] if missing else counts,
        *meant,
    )


def _is_meant(facet: Facet, known: Value, value: Any) -> bool:
    """Whether a value is that of a resolved choice, or lies in it where that is a range of years;
    a municipality is the same place twice.
    """
    if facet.kind == "year":
        return facet.has(known, (value,))
    is_place = facet.kind == "place" and value is not None
    return known == value or (is_place and known == shown_place(value))


def _listed_of(facet: Facet, known: Sequence[FacetCount]) -> int:
    """How many are listed: a list that stops one or two before its end is no shorter."""
    return facet.shown if len(known) > facet.shown + 2 else len(known)


def _is_in(place: str, above: str) -> bool:
    return place == above or place.startswith(f"{above}/")


HEIGHT = 60
"""Of the drawing; a bar is one wide. Both are stretched to the room there is."""

_LEAST_HEIGHT = 2
_YEARS_LISTED = 9
"""So few are a list, and say more than bars."""
_YEAR = re.compile("[0-9]{1,4}")
_YEARS_LIMIT = 150
"""A longer line of years would have bars that nobody can see; there the list stands alone."""


@dataclass(frozen=True, slots=True)
class YearHistogram:
    """All years from the first to the last, and the range that is chosen.

    ``bars`` are the outlines of those that are neither chosen nor left out, are chosen, are left
    out. ``counts`` has the number of passages of each year, for a script.
    """

    bars: tuple[tuple[str, str], ...]
    counts: tuple[int, ...]
    first: int
    last: int
    chosen_first: int
    chosen_last: int
    height: int = HEIGHT


def year_histogram(values: FacetValues) -> YearHistogram | None:
    """The drawing of a facet of years; None where there are not two to compare, or too many."""
    # What is chosen and not there may be a range: 1999..2007.
    by_year = {int(str(c.value)): c.count for c in values.counts if str(c.value).isdecimal()}
    if len(by_year) < 2 or max(by_year) - min(by_year) >= _YEARS_LIMIT:
        return None
    first, last = min(by_year), max(by_year)
    most = max(1, *by_year.values())
    bars = {"column": "", "column chosen": "", "column excluded": ""}
    for year, count in by_year.items():
        if count:
            is_out = " excluded" if str(year) in values.left_out else ""
            state = " chosen" if str(year) in values.chosen else is_out
            height = max(_LEAST_HEIGHT, round(HEIGHT * count / most))
            bars[f"column{state}"] += f"M{year - first}.1 {HEIGHT}v-{height}h.8v{height}z"
    chosen = [int(end) for years in values.chosen for end in _YEAR.findall(years)]
    return YearHistogram(
        bars=tuple((name, outline) for name, outline in bars.items() if outline),
        counts=tuple(by_year.get(year, 0) for year in range(first, last + 1)),
        first=first,
        last=last,
        chosen_first=min(chosen, default=first),
        chosen_last=max(chosen, default=last),
    )
