"""The command that compares a search over two facets: compare."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import click

from .. import __version__
from ..documents.declared import json_of
from ..documents.facets import BY_NAME
from ..errors import EXIT_NOTHING_FOUND
from ..languages.sentences import Sentence
from ..searching.compare import (
    LEVELS,
    MEASURES,
    PAGE_BOUNDS,
    WHOLE_BOUNDS,
    Amount,
    CompareRequest,
    Comparison,
    Gap,
    Heading,
    compare_csv,
)
from ..searching.concordance import provenance
from .options import Where, chosen_request, filter_options, index_option, json_option
from .terminal import (
    Styled,
    cut,
    echo,
    is_terminal,
    phrase,
    print_json,
    print_table,
    secho,
    told,
    width,
    write_exact,
)

_NAME_COLUMNS = 24
_CELL_COLUMNS = 8
"""Of a terminal: a number of seven digits, or a year, and the space before it."""

_FACET = click.Choice(list(BY_NAME))


@click.command("compare")
@click.argument("query", default="")
@filter_options
@click.option("--rows", type=_FACET, help="Facet of the rows (default: city).")
@click.option("--columns", type=_FACET, help="Facet of the columns (default: year).")
@click.option(
    "--measure",
    type=click.Choice(MEASURES),
    default="count",
    show_default=True,
    help="Passages, passages for each 1,000 of the collection's, or documents.",
)
@click.option(
    "--level",
    type=click.Choice(LEVELS),
    default="city",
    show_default=True,
    help="Level at which places are compared.",
)
@click.option("--csv", "as_csv", is_flag=True, help="Write all rows and columns as CSV.")
@json_option
@index_option
def compare_command(
    query: str,
    rows: Any,
    columns: Any,
    measure: Any,
    level: Any,
    as_csv: bool,
    as_json: bool,
    where: Where,
    **chosen: Any,
) -> None:
    """Count what QUERY finds over two facets, city and year if not said.

    Every number is the total of a search with that row and that column chosen. A share is what was
    found of every 1,000 passages of that cell under the same filters; one of fewer than 50 passages
    has a *. Totals are counted, not added up. The largest rows and columns are printed, the others
    named. Exit code 1 if nothing was found.
    """
    params = [("rows", rows or ""), ("columns", columns or ""), ("measure", measure)]
    search = chosen_request(query, **chosen)
    request = CompareRequest.from_params([*search.to_params(), *params, ("level", level)])
    with where.open() as index:
        found = index.compare(request, WHOLE_BOUNDS if as_csv else PAGE_BOUNDS)
        origin = {"program": f"duansou {__version__}", **provenance(index.reader)}
    for notice in found.notices:
        secho(told(notice), fg="yellow", err=True)
    if as_csv:
        write_exact(compare_csv(found, origin))
    elif as_json:
        print_json(json_of(found))
    else:
        _print(found)
    if not found.passages:
        sys.exit(EXIT_NOTHING_FOUND)


def _print(found: Comparison) -> None:
    """A table at a terminal, else one line for each row; totals and what has something."""
    counts = phrase(
        "compared",
        least=Sentence("at-least") if found.partial else "",
        passages=found.passages,
        documents=found.documents,
        measure=found.request.measure,
        rows=found.request.rows,
        columns=found.request.columns,
    )
    echo(counts, err=True)
    others: Sequence[Heading] = ()
    if is_terminal():
        others = _print_table(found)
    else:
        _print_lines(found)
    for is_row, rest in ((True, found.rest_rows), (False, (*others, *found.rest_columns))):
        if rest:
            listed = tuple(f"{_name(h)} {_shown(h.total)}" for h in rest)
            said = phrase("more-rows" if is_row else "more-columns", count=len(rest), listed=listed)
            echo(cut(said, width()) if is_terminal() else said)
    if found.coarser_rows:
        echo(phrase("places-above-level", count=found.coarser_rows))


def _print_table(found: Comparison) -> list[Heading]:
    """Rows and columns that have something, the newest year first; gives the columns for which
    there is no room."""
    columns = [(i, column) for i, column in enumerate(found.columns) if column.total.found]
    if BY_NAME[found.request.columns].kind == "year":
        columns.sort(key=lambda each: str(each[1].value or ""), reverse=True)
    room = max(1, (width() - _NAME_COLUMNS) // _CELL_COLUMNS)
    columns, others = columns[:room], columns[room:]
    headings = ["", phrase("total"), *(_short(column) for _, column in columns)]
    totals = [found.total, *(column.total for _, column in columns)]
    table = [[phrase("total"), *map(_shown, totals)]]
    for row, cells in zip(found.rows, found.cells, strict=True):
        if row.total.found:
            of_row = [row.total, *(cells[i] for i, _ in columns)]
            table.append([_short(row), *(_shown(each) if each.found else "·" for each in of_row)])
    faint = [[Styled(text, dim=text == "·", bold=i < 1) for i, text in enumerate(r)] for r in table]
    print_table(faint, headings, numbers=True)
    return [column for _, column in others]


def _short(heading: Heading) -> str:
    return cut(_name(heading).rpartition("/")[2], _NAME_COLUMNS)


def _print_lines(found: Comparison) -> None:
    if found.rows:
        secho(f"{phrase('total')}  {_shown(found.total)}", bold=True)
        for column in found.columns:
            if column.total.found:
                echo(f"  {_name(column)}  {_shown(column.total)}")
    for row, cells in zip(found.rows, found.cells, strict=True):
        secho(f"{_name(row)}  {_shown(row.total)}", bold=True)
        shown = [
            f"{_name(column)} {_shown(cell)}"
            for column, cell in zip(found.columns, cells, strict=True)
            if cell.found
        ]
        echo(f"  {', '.join(shown)}")


def _name(heading: Heading) -> str:
    value = heading.value
    if isinstance(value, Gap):
        return f"{value.first}–{value.last}"
    return "unknown" if value is None else str(value)


def _shown(amount: Amount) -> str:
    if amount.base is None:
        return str(amount.found)
    if amount.per_thousand is None:
        return "–"
    return f"{amount.per_thousand:.1f}{'*' if amount.is_small else ''}"
