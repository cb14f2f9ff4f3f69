"""The command that completes a text from the vocabulary of the index: suggest."""

from __future__ import annotations

import sys
from dataclasses import asdict

import click

from ..errors import EXIT_NOTHING_FOUND
from .options import Where, index_option, json_option
from .terminal import echo, print_json


@click.command("suggest")
@click.argument("text")
@click.option("--limit", type=click.IntRange(1, 100), default=8, show_default=True, metavar="N")
@json_option
@index_option
def suggest_command(text: str, limit: int, as_json: bool, where: Where) -> None:
    """Complete TEXT: words, titles, places and topics of the index.

    TEXT may be characters, pinyin, initials or a mixture: 贵港, guigang, gg, 贵g. Only its last
    item is completed. Exit code 1 if nothing fits.
    """
    with where.open() as index:
        found = index.suggest(text, limit)
    if as_json:
        print_json([asdict(suggestion) for suggestion in found])
    else:
        for suggestion in found:
            echo(
                f"{suggestion.kind:>6}  {suggestion.text}  ({suggestion.passages} passages)"
                + (f"  {suggestion.value}" if suggestion.kind in ("title", "place") else "")
            )
    if not found:
        sys.exit(EXIT_NOTHING_FOUND)
