"""Commands that ask the index: search, like, documents, show, stats, check."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import click

from ..documents.declared import json_of
from ..errors import EXIT_NOTHING_FOUND, UsageError
from ..index.answers import EXPLANATION
from ..index.registry import kind_of
from ..searching.about import describe
from ..searching.results import SearchAnswer
from ..searching.similar import SIMILAR_LIMIT, Like
from . import listing
from .options import (
    Where,
    chosen_request,
    facet_options,
    filter_options,
    index_option,
    json_option,
    record_option,
)
from .terminal import cut, echo, phrase, print_json, secho, told


@click.command("search")
@click.argument("query", default="")
@filter_options
@click.option(
    "--sort",
    type=click.Choice(["relevance", "date", "document"]),
    default="relevance",
    show_default=True,
    help="Order of the passages.",
)
@click.option("--collapse", is_flag=True, help="Show each text once (see duansou reprints).")
@click.option("--by-document", is_flag=True, help="Show the best passage of each document only.")
@click.option("--limit", type=click.IntRange(min=1), default=10, show_default=True, metavar="N")
@click.option("--page", type=click.IntRange(min=1), default=1, show_default=True, metavar="N")
@click.option("--explain", is_flag=True, help="Say why each passage matches, and its score.")
@click.option("--facets", "all_facets", is_flag=True, help="List all values of the facets.")
@click.option("--whoosh", "by_whoosh", is_flag=True, help="QUERY is in the language of Whoosh.")
@record_option
@json_option
@index_option
def search_command(
    query: str,
    sort: Any,
    collapse: bool,
    by_document: bool,
    limit: int,
    page: int,
    explain: bool,
    all_facets: bool,
    by_whoosh: bool,
    record_to: str | None,
    as_json: bool,
    where: Where,
    **chosen: Any,
) -> None:
    """Find passages. An empty QUERY lists everything under the filters.

    \b
    QUERY: 甲 乙 both, "甲乙" exactly, 甲 OR 乙 either, -甲 without, (甲 OR 乙) 丙,
    "甲 乙"~5 near, 甲?乙 甲*乙 wildcards, title: author: source: city: place:
    year:2017..2021 topic: fields. Quote it for the shell: '(甲 OR 乙) -丙'.
    With --whoosh it is a query of Whoosh: text:网格化 AND city:贵港.
    With examples: the page /help of duansou serve, and docs/en/queries.md. Begin a
    QUERY that excludes first with --: duansou search -- '-甲 乙'.

    Choices of one kind widen (--year 2017 --year 2018), kinds narrow (--year and --topic).
    --city and --year are of the document: what it is about, when it was published; --place and
    --named-year are what the passage itself names. ~unknown stands for a value that is not known
    or not named. Exit code 1 if nothing was found.
    """
    request = replace(
        chosen_request(query, **chosen),
        sort=sort,
        collapse=collapse,
        by_document=by_document,
        page=page,
        limit=limit,
    )
    if by_whoosh and (explain or record_to or collapse or request.any_term or request.also):
        raise UsageError("whoosh-goes-not-with")
    with where.open() as index:
        results = index.run_whoosh(request) if by_whoosh else index.run(request)
        meant = results.readings.corrections
        explanations = {
            hit.passage_id: index.explain(results.query, hit.passage_id)
            for hit in (results.hits if explain else ())
        }
        if record_to:
            from .exporting import write_record

            write_record(index, results, record_to)
    if record_to == "-":
        pass  # The record stands in place of the results.
    elif as_json:
        record = json_of(SearchAnswer(results, meant))
        if by_whoosh:
            del record["understood"]  # Whoosh has understood it.
        for hit in record["hits"] if explain else ():
            hit["explanation"] = json_of(explanations[hit["passage_id"]], EXPLANATION)
        print_json(record)
    else:
        listing.print_results(results, explanations, meant, all_facets=all_facets)
    if not results.total:
        sys.exit(EXIT_NOTHING_FOUND)


@click.command("documents")
@json_option
@index_option
def documents_command(as_json: bool, where: Where) -> None:
    """List the documents: path, title, source, date, place, number of passages."""
    with where.open() as index:
        documents = list(index.documents())
    if as_json:
        print_json([json_of(document) for document in documents])
    else:
        listing.print_documents(documents)
    if not documents:
        sys.exit(EXIT_NOTHING_FOUND)


@click.command("show")
@click.argument("passage_id")
@click.option("--from", "start", metavar="N", help="First character of a range, counted from 0.")
@click.option("--to", "end", metavar="N", help="The first character after the range.")
@click.option("--proof", is_flag=True, help="Print the file that duansou verify checks.")
@json_option
@index_option
def show_command(
    passage_id: str, start: str | None, end: str | None, proof: bool, as_json: bool, where: Where
) -> None:
    """Show one passage with its neighbours, its facets and its citation.

    --from and --to choose a range of it, as the address /p/ID?from=12&to=48 does: code points of
    its text from 0, the end not included. A passage that was edited or pruned since is shown in its
    old wording, marked as that, with the difference to the present one.
    """
    from ..citing.proof import proof_json, proof_of
    from ..citing.showing import Shown, chosen_in, show, shown_json
    from ..citing.styles import EDITIONS, cite

    with where.open() as index:
        shown = show(index, passage_id)
        chosen = chosen_in(shown, start, end)
        if proof:
            if not isinstance(shown, Shown) or shown.passage.passage_id != passage_id:
                raise UsageError("proof-elsewhere", passage_id=passage_id)
            echo(proof_json(proof_of(index, shown, chosen)), nl=False)
            return
    if as_json:
        print_json(shown_json(shown, chosen))
    elif isinstance(shown, Shown):
        citations = [cite(shown.document, shown.passage, style=style) for style in EDITIONS]
        listing.print_passage(shown, citations, chosen)
    else:
        listing.print_candidates(passage_id, shown)


@click.command("stats")
@json_option
@index_option
def stats_command(as_json: bool, where: Where) -> None:
    """Say what is in the index: counts, sizes, facets, versions, gaps."""

    with where.open() as index:
        collection = describe(index)
    if as_json:
        print_json(json_of(collection))
    else:
        listing.print_stats(collection)


@click.command("check")
@index_option
def check_command(where: Where) -> None:
    """Verify that the index is whole, and name what is damaged.

    Of a folder every file is compared with its checksum; another engine has its own ways.
    """
    settings = where.settings()
    kind_of(settings).check(settings, lambda line: echo(told(line)))


_SHOWN_COLUMNS = 240


@click.command("like")
@click.argument("passage_id")
@facet_options
@click.option(
    "--limit", type=click.IntRange(1, SIMILAR_LIMIT), default=5, show_default=True, metavar="N"
)
@json_option
@index_option
def like_command(passage_id: str, limit: int, as_json: bool, where: Where, **facets: Any) -> None:
    """Find the passages that share the telling words of the passage PASSAGE_ID, and say which.

    Telling are words that stand often in it and seldom elsewhere. Passages with nearly the same
    text are listed apart. Exit code 1 if there is none.
    """
    request = chosen_request("", any_term=False, also="", **facets)
    with where.open() as index:
        found = index.similar(passage_id, request, limit)
    if as_json:
        print_json(json_of(found))
    else:
        _print(found.passages)
        if found.reprints:
            echo("\n" + phrase("nearly-the-same"))
            _print(found.reprints)
        if not found.passages:
            echo(phrase("nothing-like-it"))
    if not found.passages and not found.reprints:
        sys.exit(EXIT_NOTHING_FOUND)


def _print(likes: Sequence[Like]) -> None:
    for like in likes:
        passage = like.passage
        echo()
        secho(f"{passage.title or passage.path} ¶{passage.paragraph}", bold=True)
        echo(cut(" ".join(passage.text.split()), _SHOWN_COLUMNS))
        echo("  " + phrase("shares", shared="、".join(like.shared)))
        secho(f"  {passage.passage_id}", dim=True)
