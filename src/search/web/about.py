"""What the collection is: a page for whoever wants to judge what is found in it, and its JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated

from flask import Blueprint, Response, jsonify

from .. import __version__
from ..documents.declared import Says, json_of, view
from ..documents.facets import FACETS, Facet
from ..index.answers import FacetCount, distinct_values
from ..index.engine import EngineStats
from ..searching.about import Collection, describe
from . import wording
from .context import current_index
from .languages import language
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
        parts_of=tuple(_parts(found)),
        gaps=_runs(found.year_gaps),
        version=__version__,
    )


@bp.get("/api/v1/about")
def as_json() -> Response:
    """The same as JSON."""
    return jsonify(json_of(PublicCollection(__version__, describe(current_index()))))


def _parts(found: Collection) -> Iterator[tuple[Facet, int, Sequence[FacetCount]]]:
    """Each facet of the collection: how many values it has, and the largest of them."""
    for facet in FACETS:
        counts = distinct_values(facet, found.facets[facet.name])
        shown: Sequence[FacetCount] = counts
        if facet.kind == "place":
            shown = [c for c in counts if "/" not in str(c.value)]
        elif facet.kind == "year":
            shown = ()
        yield facet, len(counts), shown[:_LISTED]


def _runs(years: tuple[int, ...]) -> str:
    """Years with runs put together: 1950–1956、1960."""
    runs: list[tuple[int, int]] = []
    for year in years:
        if runs and runs[-1][1] == year - 1:
            runs[-1] = (runs[-1][0], year)
        else:
            runs.append((year, year))
    return wording.listed(str(a) if a == b else f"{a}–{b}" for a, b in runs)
