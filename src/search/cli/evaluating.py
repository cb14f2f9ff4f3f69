"""The command that measures on labelled sets: evaluate."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from tqdm import tqdm

from ..engines.whoosh import open_engine, open_writer
from ..evaluation import evaluate
from ..evaluation.pages import evaluate_pages, is_page_set
from ..evaluation.readings import evaluate_readings, is_readings_set
from . import listing
from .options import index_option, json_option, print_json

__all__ = ["evaluate_command"]


@click.command("evaluate")
@click.argument("set_dir", type=click.Path(path_type=Path))
@click.option("--all-words", is_flag=True, help="Require all words instead of any.")
@json_option
@index_option
def evaluate_command(set_dir: Path, all_words: bool, as_json: bool, index_dir: Path | None) -> None:
    """Measure on a labelled set: relevance, the text of pages, or place and year.

    Relevance: corpus.jsonl[.gz], queries.jsonl, qrels.tsv; the set is indexed into a temporary
    place, the index named by --index is not touched. Place and year: gold.tsv (file, province,
    city, year) and the documents in files/, whose names are not shown to the reader. Pages:
    gold.jsonl, which names their files; other extractors that are installed are measured too.
    """
    del index_dir
    if is_page_set(set_dir):
        listing.print_page_set(evaluate_pages(set_dir).to_json(), as_json=as_json)
        return
    with tqdm(desc="evaluating", unit="", disable=not sys.stderr.isatty()) as bar:

        def progress(done: int, total: int) -> None:
            bar.total = total or None
            bar.update(done - bar.n)

        if is_readings_set(set_dir):
            readings = evaluate_readings(set_dir, progress=progress)
            bar.close()
            if as_json:
                print_json(readings.to_json())
            else:
                listing.print_readings(readings)
            return
        result = evaluate(
            set_dir,
            open_engine=open_engine,
            open_writer=open_writer,
            any_term=not all_words,
            progress=progress,
        )
    if as_json:
        print_json(result.to_json())
    else:
        for name, value in result.to_json().items():
            click.echo(
                f"{name:>12}  {value:.4f}" if isinstance(value, float) else f"{name:>12}  {value}"
            )
