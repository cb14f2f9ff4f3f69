"""The command that lists every occurrence with the text around it: kwic."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import click

from .. import __version__
from ..errors import EXIT_NOTHING_FOUND
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
from .options import Where, chosen_request, filter_options, index_option
from .terminal import columns, echo, secho, write_exact

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
        secho(notice.en, fg="yellow", err=True)
    if beside:
        counted = neighbours(found.lines, analyzer, request.near_chars)
        _print_counts(found)
        _print_neighbours("before", counted.left)
        _print_neighbours("after", counted.right)
    elif form == "text":
        _print_lines(found.lines[:limit], width)
        _print_counts(found)
    else:
        write_exact((csv_lines if form == "csv" else json_lines)(found, origin))
    if not found.occurrences:
        sys.exit(EXIT_NOTHING_FOUND)


def _print_counts(found: Concordance) -> None:
    least = "at least " if found.partial else ""
    echo(
        f"{least}{found.occurrences} occurrences in {found.passages} passages of "
        f"{found.documents} documents",
        err=True,
    )
    if found.passages < found.matching:
        echo(
            f"{found.matching - found.passages} more passages match without having it literally "
            "(duansou search lists them)",
            err=True,
        )


def _print_lines(lines: Sequence[Line], width: int) -> None:
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


def _print_neighbours(where: str, found: Sequence[Neighbour]) -> None:
    echo(f"\n{where} the match: {len(found)} different")
    for neighbour in found[:_NEIGHBOURS_SHOWN]:
        name = neighbour.text or "(edge of the passage)"
        echo(
            f"{neighbour.occurrences:>8}  {name}  ({neighbour.passages} passages)",
        )


def _on_one_line(text: str) -> str:
    """Without line breaks and without what would command a terminal."""
    return "".join(" " if c.isspace() or not c.isprintable() else c for c in text)
