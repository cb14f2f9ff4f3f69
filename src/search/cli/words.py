"""Commands about the user dictionary: words suggest."""

from __future__ import annotations

import sys
from dataclasses import asdict

import click

from ..errors import EXIT_NOTHING_FOUND
from ..searching.new_words import find_new_words
from .options import Where, index_option, json_option
from .terminal import echo, print_json


@click.group("words")
def words_command() -> None:
    """Find words for the dictionary."""


@words_command.command("suggest")
@click.option(
    "--limit", type=click.IntRange(1, 10_000), default=100, show_default=True, metavar="N"
)
@click.option(
    "--fewest",
    type=click.IntRange(2, 1_000_000),
    default=10,
    show_default=True,
    metavar="N",
    help="How often a word must occur.",
)
@json_option
@index_option
def suggest_words_command(limit: int, fewest: int, as_json: bool, where: Where) -> None:
    """List words of the index that the dictionary lacks: word, count, an example.

    The output is a dictionary file, the words that the index has already first: save it, delete
    the lines that are no words, and index again with --dictionary FILE. Exit code 1 if no new word
    was found.
    """
    with where.open() as index:
        analyzer = index.analyzer
        texts = (passage.text for passage in index.passages())
        found = find_new_words(texts, analyzer, fewest=fewest, limit=limit)
    if as_json:
        print_json([asdict(word) for word in found])
    else:
        if analyzer.user_words:
            echo("# in the dictionary of this index already")
        for word in analyzer.user_words:
            echo(word)
        if found:
            echo("# new: word, how often it occurs, an example")
        for new in found:
            echo(f"{new.word}\t{new.count}\t{new.example}")
    if not found:
        echo(
            "No new word was found: index more documents, or ask for rarer ones with --fewest.",
            err=True,
        )
        sys.exit(EXIT_NOTHING_FOUND)
