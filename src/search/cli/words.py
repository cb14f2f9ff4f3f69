"""Commands on words and topics of a collection: suggest, words suggest, topics test and suggest."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import click

from ..documents.declared import json_of
from ..documents.document import UNCLASSIFIED
from ..errors import EXIT_NOTHING_FOUND, DuansouError, InputError
from ..evaluation.readings import TopicScore, TopicsResult, evaluate_topics, read_labels
from ..searching.collection import gazetteer
from ..searching.suggest.synonyms import propose_synonyms
from ..searching.vocabulary import as_taxonomy, find_new_words, suggest_groups
from .options import Where, index_option, json_option, taxonomy
from .terminal import echo, label, phrase, print_json


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
                f"{label(suggestion.kind, 6)}  "
                + phrase("neighbour-passages", text=suggestion.text, passages=suggestion.passages)
                + (f"  {suggestion.value}" if suggestion.kind in ("title", "place") else "")
            )
    if not found:
        sys.exit(EXIT_NOTHING_FOUND)


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
            echo(f"# {phrase('in-dictionary-already')}")
        for word in analyzer.user_words:
            echo(word)
        if found:
            echo(f"# {phrase('new-words-below')}")
        for new in found:
            echo(f"{new.word}\t{new.count}\t{new.example}")
    if not found:
        echo(
            phrase("no-new-word"),
            err=True,
        )
        sys.exit(EXIT_NOTHING_FOUND)


@click.group("synonyms")
def synonyms_command() -> None:
    """Find synonyms of the collection."""


@synonyms_command.command("suggest")
@click.option(
    "--limit", type=click.IntRange(1, 10_000), default=100, show_default=True, metavar="N"
)
@click.option(
    "--fewest",
    type=click.IntRange(2, 1_000_000),
    default=5,
    show_default=True,
    metavar="N",
    help="How often both words must occur, where no text names one for the other.",
)
@json_option
@index_option
def suggest_synonyms_command(limit: int, fewest: int, as_json: bool, where: Where) -> None:
    """Propose pairs of words that may say the same, each with what the texts show for it.

    named: a text says so (驾驶证（俗称驾照）). short: one is short for the other, and both stand in
    the same places. sounds: both are read alike, and stand in the same places. The output is a file
    of synonyms, those of the index first: save it, delete the lines that are wrong, and index again
    with --synonyms FILE. Exit code 1 if nothing was found.
    """
    with where.open() as index:
        known = index.synonyms()

        def texts() -> Iterator[str]:
            return (passage.text for passage in index.passages())

        found = propose_synonyms(texts, index.analyzer, known, fewest=fewest, limit=limit)
    if as_json:
        print_json([asdict(proposal) for proposal in found])
    else:
        if known.source:
            echo(f"# {phrase('in-index-already')}\n{known.source.strip()}")
        for proposal in found:
            arrow = "=" if proposal.evidence == "sounds" else "->"
            echo(f"# {proposal.evidence} {proposal.count}: {proposal.example}")
            echo(f"{proposal.word} {arrow} {proposal.other}")
    if not found:
        echo(
            phrase("no-synonyms-found"),
            err=True,
        )
        sys.exit(EXIT_NOTHING_FOUND)


@click.group("topics")
def topics_command() -> None:
    """Measure a taxonomy, or draft one."""


@topics_command.command("test")
@click.argument("labels", type=click.Path(path_type=Path))
@click.option("--topics", type=click.Path(path_type=Path), metavar="FILE", help="Taxonomy (TOML).")
@json_option
@index_option
def test_command(labels: Path, topics: Path | None, as_json: bool, where: Where) -> None:
    """Compare the topics of labelled paragraphs with those found.

    LABELS has one JSON object a line: text, required (topics), acceptable (topics that are neither
    right nor wrong). Without --topics the taxonomy of the index is measured, else the shipped one.
    """
    recorded = None
    if topics is None:
        try:
            with where.open() as index:
                recorded = index.manifest().get("taxonomy")
        except DuansouError:
            recorded = None
    chosen = taxonomy(topics, recorded)
    result = evaluate_topics(read_labels(labels, chosen), chosen)
    if as_json:
        print_json(json_of(result))
    else:
        _print_result(result)


def _print_result(result: TopicsResult) -> None:
    echo(phrase("topics-columns"))

    def row(name: str, score: TopicScore) -> None:
        echo(
            f"{score.precision:9.3f} {score.recall:7.3f} {score.f1:7.3f} {score.right:6d} "
            f"{score.false:6d} {score.missed:7d}  {name}"
        )

    for name, score in result.topics.items():
        row(name, score)
    row(phrase("topics-all", paragraphs=result.paragraphs), result.micro)
    if result.confusion:
        echo("\n" + phrase("confusion-columns"))
    none = phrase("no-topic")
    for (missed, found), count in result.confusion.items():
        echo(f"{count:5d}  {missed or none} → {found or none}")


@topics_command.command("suggest")
@click.option("--groups", type=click.IntRange(1, 200), default=20, show_default=True, metavar="N")
@click.option("--words", type=click.IntRange(1, 100), default=12, show_default=True, metavar="N")
@click.option("--unclassified", is_flag=True, help="Look at passages without a topic only.")
@json_option
@index_option
def suggest_topics_command(
    groups: int, words: int, unclassified: bool, as_json: bool, where: Where
) -> None:
    """Draft a taxonomy from the words of an index: groups of words that occur together.

    The output is a taxonomy file: save it, edit it, and index again with --topics FILE.
    """
    with where.open() as index:
        texts = (
            passage.text
            for passage in index.passages()
            if not unclassified or passage.topics == (UNCLASSIFIED,)
        )
        places = gazetteer(index.reader)
        found = suggest_groups(texts, index.analyzer, places, groups=groups, words=words)
    if not found:
        raise InputError("words-too-few")
    if as_json:
        print_json(
            [
                {
                    "words": [
                        {"word": w, "passages": n} for w, n in zip(g.words, g.passages, strict=True)
                    ]
                }
                for g in found
            ]
        )
    else:
        echo(as_taxonomy(found), nl=False)
