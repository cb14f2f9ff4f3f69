"""How do the years of a search look side by side? Bars of a drawing, each of which is a link."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ..query.request import UNKNOWN, SearchRequest
from .facet_option import FacetOption
from .languages import counted
from .safety import escaped

HEIGHT = 60
"""Of the drawing; a bar is one wide. Both are stretched to the room there is."""

_LEAST_HEIGHT = 2
_YEARS_LIMIT = 150
"""A longer line of years would have bars that nobody can see; there the list stands alone."""


@dataclass(frozen=True, slots=True)
class YearBar:
    """One year: where its bar stands and how high it is. ``option`` None is a year with nothing."""

    year: int
    x: int
    y: int
    height: int
    option: FacetOption | None

    @property
    def markup(self) -> Markup:
        """A link that chooses the year or takes the choice back; empty where there is nothing.

        Written here and not in a template, as an option is.
        """
        option = self.option
        if option is None:
            return Markup("")
        state = ""
        if option.chosen:
            state = " chosen"
            said = counted("%(year)s 年，%(num)s 段，已选", option.count, year=self.year)
        elif option.excluded:
            state = " excluded"
            said = counted("%(year)s 年，%(num)s 段，已排除", option.count, year=self.year)
        else:
            said = counted("%(year)s 年，%(num)s 段", option.count, year=self.year)
        said = escaped(said)
        # Every part is a number or escaped.
        return Markup(  # noqa: S704
            f'<a href="{escaped(option.address)}" class="bar-link{state}" data-year="{self.year}"'
            f' aria-label="{said}" rel="nofollow"><title>{said}</title>'
            f'<rect class="hold" x="{self.x}" y="0" width="1" height="{HEIGHT}"/>'
            f'<rect class="column" x="{self.x + 0.1:.1f}" y="{self.y}" width="0.8"'
            f' height="{self.height}"/></a>'
        )


@dataclass(frozen=True, slots=True)
class YearHistogram:
    """All years from the first to the last, the unknown apart, and the range that is chosen.

    ``kept`` are the parameters of the search without its years, for a form that chooses a range.
    """

    bars: tuple[YearBar, ...]
    first: int
    last: int
    most: int
    chosen_first: int
    chosen_last: int
    is_chosen: bool
    unknown: FacetOption | None
    kept: tuple[tuple[str, str], ...]
    height: int = HEIGHT


def year_histogram(options: Sequence[FacetOption], request: SearchRequest) -> YearHistogram | None:
    """The drawing of the options of the year; None where there are not two years to compare."""
    by_year = {int(o.value): o for o in options if o.value.isdecimal()}
    if len(by_year) < 2 or max(by_year) - min(by_year) >= _YEARS_LIMIT:
        return None
    first, last = min(by_year), max(by_year)
    most = max(option.count for option in by_year.values())
    chosen = [year for year, option in by_year.items() if option.chosen]
    bars = []
    for at, year in enumerate(range(first, last + 1)):
        option = by_year.get(year)
        height = 0
        if option and option.count:
            height = max(_LEAST_HEIGHT, round(HEIGHT * option.count / most))
        bars.append(YearBar(year, at, HEIGHT - height, height, option))
    return YearHistogram(
        bars=tuple(bars),
        first=first,
        last=last,
        most=most,
        chosen_first=min(chosen, default=first),
        chosen_last=max(chosen, default=last),
        is_chosen=bool(chosen),
        unknown=next((o for o in options if o.value == UNKNOWN), None),
        kept=tuple(request.only("year").to_params()),
    )
