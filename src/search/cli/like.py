"""Commands that compare passages with each other: like, reprints."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import click
from tqdm import tqdm

from ..documents.declared import json_of
from ..errors import EXIT_NOTHING_FOUND
from ..index.registry import changing
from ..index.reprints import link_reprints
from ..searching.similar import SIMILAR_LIMIT, Like
from .options import Where, chosen_request, facet_options, index_option, json_option
from .terminal import cut, echo, phrase, print_json, secho


@click.command("reprints")
@click.option("--quiet", is_flag=True, help="No progress bar and no summary.")
@json_option
@index_option
def reprints_command(quiet: bool, as_json: bool, where: Where) -> None:
    """Link passages of different documents that are the same or nearly the same.

    Searches can then show each text once (search --collapse, or the switch on the page). Run it
    again after indexing; links between passages that are still there hold until then.
    """
    settings = where.settings()
    with changing(settings) as (reader, writer):
        total = reader.stats().passages
        silent = quiet or as_json
        with tqdm(total=total, unit="passage", desc="comparing", disable=silent or None) as bar:
            reprints = link_reprints(reader.passages(), lambda done: bar.update(done - bar.n))
        writer.commit(reprints.changed_in(reader.manifest()))
    if as_json:
        print_json(
            {
                "compared": reprints.compared,
                "groups": [list(group) for group in reprints.groups],
                "linked": reprints.linked,
            }
        )
    elif not quiet:
        echo(
            phrase(
                "reprints-compared",
                passages=reprints.compared,
                linked=reprints.linked,
                texts=len(reprints.groups),
            )
        )


_SHOWN_COLUMNS = 240


@click.command("like")
@click.argument("passage_id")
@facet_options
@click.option(
    "--limit",
    type=click.IntRange(1, SIMILAR_LIMIT),
    default=5,
    show_default=True,
    metavar="N",
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
