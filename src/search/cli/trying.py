"""Commands that try things out and leave the index alone: inspect, evaluate."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import click
from tqdm import tqdm

from ..config import load_settings
from ..engines.whoosh import open_engine, open_writer
from ..errors import DuansouError, InputError
from ..evaluation import evaluate
from ..evaluation.readings import evaluate_readings, is_readings_set
from ..ingest import find_files, read_bytes, read_document
from ..overrides import OverrideFile, Overrides, fixed
from ..results import inspection_json
from . import listing
from .options import index_option, json_option, print_json, taxonomy

__all__ = ["evaluate_command", "inspect_command"]


@click.command("inspect")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--topics", type=click.Path(path_type=Path), metavar="FILE", help="Taxonomy (TOML).")
@json_option
@index_option
def inspect_command(file: Path, topics: Path | None, as_json: bool, index_dir: Path | None) -> None:
    """Show how a file is read: every line with its role, the reason, and the metadata.

    The index is not needed; it is only asked for the taxonomy and the overrides it was made with,
    if it is there. A duansou.toml beside the file counts.
    """
    settings = load_settings(index_dir=index_dir)
    manifest: Mapping[str, Any] = {}
    try:
        with closing(open_engine(settings.index_dir)) as engine:
            manifest = engine.manifest()
    except DuansouError:
        # Also of a broken index: it is not what is asked for.
        pass
    if file.is_dir():
        raise InputError(f"{file} is a folder: name one file to inspect.")
    root, files, _ = find_files(file)
    chosen = taxonomy(topics, manifest.get("taxonomy"))
    try:
        data = read_bytes(files[0], settings.file_limit_mb)
        document = read_document(data, files[0].path, chosen)
    except InputError as error:
        if str(file) in error.message:
            raise
        raise InputError(f"{file} is not a document: {error.message}.") from error
    recorded = manifest.get("overrides")
    overrides = Overrides(OverrideFile(**recorded) if recorded else None, chosen)
    key = (str(root), files[0].path)
    location = root / files[0].path
    for indexed in manifest.get("roots", ()):
        if location.is_relative_to(indexed):
            key = (indexed, location.relative_to(indexed).as_posix())
    document = fixed(document, overrides.of([key]))
    if as_json:
        print_json(inspection_json(document))
    else:
        listing.print_inspection(document)


@click.command("evaluate")
@click.argument("set_dir", type=click.Path(path_type=Path))
@click.option("--all-words", is_flag=True, help="Require all words instead of any.")
@json_option
@index_option
def evaluate_command(set_dir: Path, all_words: bool, as_json: bool, index_dir: Path | None) -> None:
    """Measure relevance, or the reading of place and year, on a labelled set.

    Relevance: corpus.jsonl[.gz], queries.jsonl, qrels.tsv; the set is indexed into a temporary
    place, the index named by --index is not touched. Place and year: gold.tsv (file, province,
    city, year) and the documents in files/, whose names are not shown to the reader.
    """
    del index_dir
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
