"""Commands that count what a search finds: compare over two facets, kwic word by word."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
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
from ..searching.concordance import (
    ORDERS,
    WIDTH_LIMIT_CHARS,
    Concordance,
    ConcordanceRequest,
    Line,
    Neighbour,
    csv_lines,
    json_lines,
    neighbours,
    provenance,
)
from .options import Where, chosen_request, filter_options, index_option, json_option
from .terminal import (
    Styled,
    columns,
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


_NEIGHBOURS_SHOWN = 20


@click.command("kwic")
@click.argument("query")
@filter_options
@click.option(
    "--sort",
    type=click.Choice(ORDERS),
    default="document",
    show_default=True,
    help="Order of the lines: as in the documents, by what stands before or after, by the match.",
)
@click.option(
    "--width",
    type=click.IntRange(0, WIDTH_LIMIT_CHARS),
    default=20,
    show_default=True,
    metavar="N",
    help="Characters of context on either side.",
)
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Lines printed as text.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "csv", "jsonl"]),
    default="text",
    show_default=True,
    help="csv and jsonl begin with a header: query, filters, counts, date, version of the index.",
)
@click.option("--neighbours", "beside", is_flag=True, help="Count the neighbours instead.")
@click.option(
    "--near",
    default="word",
    show_default=True,
    metavar="N",
    help="What a neighbour is: the next word, or 1 to 5 characters.",
)
@index_option
def kwic_command(
    query: str,
    sort: Any,
    width: int,
    limit: int | None,
    form: str,
    beside: bool,
    near: str,
    where: Where,
    **chosen: Any,
) -> None:
    """List every occurrence of what QUERY asks for literally, each with the text around it.

    Words that a passage has apart are no occurrence. Counts are exact; at most DUANSOU_KWIC_LIMIT
    occurrences are listed and sorted. Exit code 1 if there is none.
    """
    request = ConcordanceRequest.from_params([("near", near)])
    request = replace(request, search=chosen_request(query, **chosen), order=sort, width=width)
    with where.open() as index:
        found = index.concordance(request)
        origin = {"program": f"duansou {__version__}", **provenance(index.reader)}
        analyzer = index.analyzer
    for notice in found.notices:
        secho(told(notice), fg="yellow", err=True)
    if beside:
        counted = neighbours(found.lines, analyzer, request.near_chars)
        _print_counts(found)
        _print_neighbours(phrase("before-match", count=len(counted.left)), counted.left)
        _print_neighbours(phrase("after-match", count=len(counted.right)), counted.right)
    elif form == "text":
        _print_occurrences(found.lines[:limit], width)
        _print_counts(found)
    else:
        write_exact((csv_lines if form == "csv" else json_lines)(found, origin))
    if not found.occurrences:
        sys.exit(EXIT_NOTHING_FOUND)


def _print_counts(found: Concordance) -> None:
    counts = phrase(
        "occurrences-found",
        least=Sentence("at-least") if found.partial else "",
        occurrences=found.occurrences,
        passages=found.passages,
        documents=found.documents,
    )
    echo(counts, err=True)
    if found.passages < found.matching:
        echo(
            phrase("more-not-literal", passages=found.matching - found.passages),
            err=True,
        )


def _print_occurrences(lines: Sequence[Line], width: int) -> None:
    """The matches below each other: a Han character takes two columns of a terminal."""
    for line in lines:
        left = _on_one_line(line.before(width))
        echo(" " * (2 * width - columns(left)) + left, nl=False)
        secho(_on_one_line(line.match), fg="red", bold=True, nl=False)
        right = _on_one_line(line.after(width))
        passage = line.passage
        echo(right, nl=False)
        secho(
            f"  {passage.title or passage.path} ¶{passage.paragraph}  {passage.passage_id}",
            dim=True,
        )


def _print_neighbours(heading: str, found: Sequence[Neighbour]) -> None:
    echo(f"\n{heading}")
    for neighbour in found[:_NEIGHBOURS_SHOWN]:
        name = neighbour.text or phrase("edge-of-passage")
        echo(
            f"{neighbour.occurrences:>8}  "
            + phrase("neighbour-passages", text=name, passages=neighbour.passages)
        )


def _on_one_line(text: str) -> str:
    """Without line breaks and without what would command a terminal."""
    return "".join(" " if c.isspace() or not c.isprintable() else c for c in text)
