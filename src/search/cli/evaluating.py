"""The command that measures on labelled sets: evaluate."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import click

from ..documents.declared import json_of
from ..engines.whoosh.engine import open_engine
from ..engines.whoosh.writer import open_writer
from ..errors import NotFoundError
from ..evaluation import EvaluationResult, Figures, evaluate
from ..evaluation.judged import PEERS, VARIANTS, JudgedResult, evaluate_judged, is_judged_set
from ..evaluation.pages import evaluate_pages, is_page_set
from ..evaluation.readings import ReadingsResult, evaluate_readings, is_readings_set
from ..evaluation.sets import read_queries
from ..evaluation.shown import evaluate_shown, is_shown_set, read_wanted, shown_json
from ..evaluation.slips import evaluate_slips
from ..languages.sentences import Sentence
from ..searching.results import Correction
from ..web import create_app
from .options import Where, index_option, json_option
from .terminal import cut, echo, phrase, print_json, progress_bar, secho

_SHOWN_COLUMNS = 200
"""Of a passage."""


@click.command("evaluate")
@click.argument("set_dir", type=click.Path(path_type=Path))
@click.option("--all-words", is_flag=True, help="Require all words instead of any.")
@click.option(
    "--ablation",
    is_flag=True,
    help="Also rank with each part left out, by words and by pairs alone, and with each kind of "
    "other writings.",
)
@click.option("--peers", is_flag=True, help="Also rank by words alone, pairs alone, plain fusion.")
@click.option(
    "--lost",
    type=click.IntRange(1, 10_000),
    metavar="N",
    help="Show up to N queries with nDCG@10 of 0, or of less than by jieba's words alone.",
)
@click.option(
    "--slips",
    type=click.IntRange(1, 10_000),
    metavar="N",
    help="Measure corrections instead: N slips in texts of the index, and the correct queries of "
    "the set.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="Which slips are drawn.")
@json_option
@index_option
def evaluate_command(
    set_dir: Path,
    all_words: bool,
    ablation: bool,
    peers: bool,
    lost: int | None,
    slips: int | None,
    seed: int,
    as_json: bool,
    where: Where,
) -> None:
    """Measure on a labelled set: relevance, pages as shown, text of pages, place and year, slips.

    Relevance: corpus.jsonl[.gz], queries.jsonl, qrels.tsv; the set is indexed into a temporary
    place, the index named by --index is not touched; both the search of the page and that of any
    word are measured. First pages: passages.jsonl[.gz] in place of a corpus, which are graded
    passages of the index named by --index. Place and year: gold.tsv (file, province,
    city, year) and the documents in files/, whose names are not shown to the reader. Pages:
    gold.jsonl, which names their files; other extractors that are installed are measured too.
    What the page shows: natural.jsonl (id, kind, text, documents, passages), asked of the index
    named by --index; answered if one of these is among the first three results of the page.
    Corrections (--slips N): queries.jsonl, which are right as they are; the slips are in words and
    phrases of the index named by --index.
    """
    if slips is not None:
        _measure_slips(set_dir, slips, seed, as_json, where)
        return
    if is_page_set(set_dir):
        _show(evaluate_pages(set_dir).to_json(), _print_page_set, as_json=as_json)
        return
    say: Callable[[Any], None]
    variants = VARIANTS if ablation else PEERS if peers else ()
    with progress_bar(phrase("measuring")) as progress:
        if is_judged_set(set_dir):
            with where.open() as index:
                judged = evaluate_judged(set_dir, index, variants=variants, progress=progress)
            record, say = json_of(judged), partial(_print_judged, result=judged)
        elif is_shown_set(set_dir):
            record, say = _measure_shown(set_dir, where, progress), _print_shown
        elif is_readings_set(set_dir):
            readings = evaluate_readings(set_dir, progress=progress)
            record, say = json_of(readings), partial(_print_readings, result=readings)
        else:
            result = evaluate(
                set_dir,
                open_engine=open_engine,
                open_writer=open_writer,
                any_term=not all_words,
                variants=variants,
                lost=lost or 0,
                progress=progress,
            )
            record, say = json_of(result), partial(_print_relevance, result=result)
    _show(record, say, as_json=as_json)


def _show(record: Any, say: Callable[[Any], None], *, as_json: bool) -> None:
    if as_json:
        print_json(record)
    else:
        say(record)


def _print_figures(record: Mapping[str, Any], columns: int) -> None:
    odd = record["odd"] or {}
    for name, value in record.items():
        if isinstance(value, float):
            of_odd = phrase("measured-at-odd", value=odd[name]) if name in odd else ""
            echo(f"{name:>{columns}}  {value:.4f}{of_odd}")
        elif isinstance(value, int):
            echo(f"{name:>{columns}}  {value}")


def _print_judged(record: Mapping[str, Any], result: JudgedResult) -> None:
    _print_figures(record, 16)
    if len(result.rows) > 1:
        echo("\n" + phrase("measured-judged-columns"))
        for row in result.rows:
            figures = row.all
            of_odd = f"{row.odd.ndcg:8.4f}" if row.odd else " " * 8
            echo(
                f"{figures.ndcg:7.4f}{of_odd}{figures.ndcg_judged:8.4f}"
                f"{figures.first_is_best:15.4f}{figures.items_or_short:16.4f}"
                f"{figures.repeats:9.4f}  {row.name}"
            )


def _measure_shown(
    set_dir: Path, where: Where, progress: Callable[[int, int], None]
) -> dict[str, Any]:
    """Ask the page itself every query of a set, and see what it shows first."""
    wanted = read_wanted(set_dir)
    with where.open() as index:
        client = create_app(index).test_client()

        def page_of(text: str) -> str:
            return client.get("/", query_string={"q": text}).get_data(as_text=True)

        def document_of(passage_id: str) -> str | None:
            try:
                return index.get(passage_id).document_id
            except NotFoundError:
                return None

        return shown_json(evaluate_shown(wanted, page_of, document_of, progress))


def _print_shown(record: Mapping[str, Any]) -> None:
    """The shares of all queries and of each kind, then what is not answered."""
    for kind, shares in {phrase("measured-all"): record, **record["kinds"]}.items():
        echo(
            phrase(
                "measured-shown",
                kind=kind,
                answered=shares["answered"],
                by_passage=shares["by_passage"],
                queries=shares["queries"],
            )
        )
    for query in record["not_answered"]:
        echo(phrase("measured-unanswered", id=query["id"], kind=query["kind"], text=query["text"]))


def _print_relevance(record: Mapping[str, Any], result: EvaluationResult) -> None:
    _print_figures(record, 12)
    page = result.page
    echo(phrase("measured-page", found=page.found, ndcg=page.ndcg_at_10))
    if result.ablation:
        echo("\n" + phrase("measured-columns"))
        for row in result.ablation:
            echo(f"{_columns(row.all)} {_columns(row.odd)} {row.changed:9}  {row.name}")
    for lost in result.lost:
        echo(f"\n{lost.query}  {lost.text}")
        echo(phrase("measured-lost", ndcg=lost.ndcg, words=lost.ndcg_words))
        labels = Sentence("measured-first"), Sentence("measured-right")
        for label, answer in zip(labels, (lost.first, lost.relevant), strict=True):
            if answer is not None:
                place = f"#{answer.rank}" if answer.rank else Sentence("measured-beyond")
                text = cut(answer.text, _SHOWN_COLUMNS)
                echo(
                    phrase(
                        "measured-answer", label=label, entry=answer.entry, place=place, text=text
                    )
                )


def _columns(figures: Figures | None) -> str:
    if figures is None:
        return " " * 32
    return f"{figures.ndcg_at_10:16.4f}{figures.mrr_at_10:8.4f}{figures.recall_at_100:8.4f}"


def _measure_slips(set_dir: Path, slips: int, seed: int, as_json: bool, where: Where) -> None:
    queries = read_queries(set_dir / "queries.jsonl")
    with where.open() as index, progress_bar(phrase("measuring")) as progress:

        def ask(text: str) -> tuple[int, Sequence[Correction]]:
            results = index.search(text, limit=1)
            return results.total, results.readings.corrections

        result = evaluate_slips(
            (passage.text for passage in index.passages()),
            index.analyzer,
            ask,
            queries.values(),
            slips=slips,
            seed=seed,
            progress=progress,
        )
    record = result.to_json()
    if as_json:
        print_json(record)
        return
    for name in ("right_first", "false_alarms", "slips", "correct_queries", "drawn_anew"):
        echo(f"{name:>16}  {record[name]}")
    for kind, share in record["right_first_by_kind"].items():
        echo(phrase("measured-slips", kind=kind, share=share))


def _print_page_set(record: Mapping[str, Any]) -> None:
    """The record of ``evaluate`` on a set of pages: one line per kind, what was left out."""
    for kind, values in record["kinds"].items():
        figures = ", ".join(
            f"{name.removeprefix('f1_')} {value:.4f}"
            for name, value in values.items()
            if name != "pages"
        )
        echo(phrase("measured-pages", kind=kind, figures=figures, pages=values["pages"]))
    speeds = ", ".join(f"{name} {value:.0f}" for name, value in record["pages_per_s"].items())
    echo(phrase("measured-speeds", speeds=speeds))
    for name, reason in (record["left_out"] | record["failed"]).items():
        secho(phrase("measured-left-out", name=name, reason=reason), fg="yellow", err=True)
    if record["without_gold"]:
        echo(phrase("measured-without-gold", pages=record["without_gold"]), err=True)


def _print_readings(_: Mapping[str, Any], result: ReadingsResult) -> None:
    """How well place and year of labelled documents were read."""
    echo(phrase("measured-documents", documents=result.documents))
    for name, field in result.fields.items():
        echo(
            phrase(
                "measured-field",
                name=name,
                known=field.known,
                recall=field.recall,
                given=field.given,
                precision=field.precision,
                coverage=field.coverage,
            )
        )
    off = result.year_off
    if off:
        listed = ", ".join(f"{years:+d}: {count}" for years, count in off.items())
        echo(phrase("measured-years-off", listed=listed))
