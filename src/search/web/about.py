"""What the collection is: a page for whoever wants to judge what is found in it, and its JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from flask import Blueprint, Response, jsonify

from .. import __version__
from ..documents.declared import Says, json_of, view
from ..documents.facets import FACETS, UNKNOWN, FacetName
from ..index.answers import distinct_values
from ..index.engine import EngineStats
from ..query.request import SearchRequest
from ..searching.about import Collection, describe
from . import wording
from .context import addresses, current_index
from .facets import shown_value
from .languages import language
from .results_view import Choice
from .templating import render_template

bp = Blueprint("about", __name__)

_LISTED = 20


@dataclass(frozen=True, slots=True)
class PublicCollection:
    """What everybody is told of a collection."""

    version: str
    collection: Annotated[Collection, Collection.PUBLIC]

    JSON = view("version *collection")


@dataclass(frozen=True, slots=True)
class Part:
    """One facet of the collection: its largest values, how many there are, what is not known."""

    name: FacetName
    label: str
    values: int
    listed: tuple[tuple[Choice, int], ...]
    every_address: str
    unknown: int
    unknown_label: str
    unknown_address: str
    unknown_share: str


@dataclass(frozen=True, slots=True)
class Health:
    """That all is well, with what."""

    stats: EngineStats
    status: Annotated[str, Says(const="ok")] = "ok"
    version: str = __version__

    JSON = view(
        "status documents=stats.documents passages=stats.passages"
        " format_version=stats.format_version version"
    )


@bp.get("/about")
def page() -> str:
    """What is here, from when, from where, and what is not known."""
    found = describe(current_index())
    return render_template(
        "about.html",
        found=found,
        skipped=found.skipped.told(language()),
        parts_of=_parts(found),
        gaps=_runs(found.year_gaps),
        version=__version__,
    )


@bp.get("/api/v1/about")
def as_json() -> Response:
    """The same as JSON."""
    return jsonify(json_of(PublicCollection(__version__, describe(current_index()))))


def _parts(found: Collection) -> tuple[Part, ...]:
    parts = []
    for facet in FACETS:
        counts = distinct_values(facet, found.facets[facet.name])
        shown = counts
        if facet.kind == "place":
            shown = tuple(c for c in counts if "/" not in str(c.value))
        elif facet.kind == "year":
            shown = ()
        unknown = found.unknown[facet.name]
        parts.append(
            Part(
                name=facet.name,
                label=wording.facet_label(facet),
                values=len(counts),
                listed=tuple(
                    (
                        Choice(
                            shown_value(facet, str(c.value)),
                            addresses().search(SearchRequest().only(facet.name, str(c.value))),
                        ),
                        c.count,
                    )
                    for c in shown[:_LISTED]
                ),
                every_address=addresses().facet(facet.name, SearchRequest()),
                unknown=unknown,
                unknown_label=wording.value_label(facet, None),
                unknown_address=addresses().search(SearchRequest().only(facet.name, UNKNOWN)),
                unknown_share=f"{100 * unknown / found.passages:.1f}%" if found.passages else "0%",
            )
        )
    return tuple(parts)


def _runs(years: tuple[int, ...]) -> str:
    """Years with runs put together: 1950–1956、1960."""
    runs: list[tuple[int, int]] = []
    for year in years:
        if runs and runs[-1][1] == year - 1:
            runs[-1] = (runs[-1][0], year)
        else:
            runs.append((year, year))
    return wording.listed(str(a) if a == b else f"{a}–{b}" for a, b in runs)
