"""Commands that read files into an index: index, evaluate."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

import click
from tqdm import tqdm

from ..analysis import Analyzer
from ..config import Settings, load_settings
from ..engine import Engine
from ..engines.whoosh import open_engine, open_writer
from ..errors import IndexMissingError, InputError
from ..evaluation import evaluate
from ..evaluation.pages import evaluate_pages, is_page_set
from ..facets.topic import Taxonomy
from ..indexing import IndexReport, update_index
from ..ingest import (
    Readers,
    ReadingLimits,
    SourceFile,
    parse_field_map,
    readable_suffixes,
)
from . import listing
from .options import index_option, json_option, print_json, taxonomy

__all__ = ["evaluate_command", "index_command", "readers_of"]

EXIT_SOME_SKIPPED = 3


@click.command(
    "index",
    help=f"""Read documents into the index.

    Each PATH is a folder or a file. Files are read by their suffix: {readable_suffixes()};
    others are counted. Running it again reads only what changed; files that vanished are reported
    and stay searchable. Exit code 3 if some files had to be skipped.
    """,
)
@click.argument(
    "paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH..."
)
@index_option
@click.option(
    "--topics",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Taxonomy to use from now on (TOML); 'built-in' goes back to the shipped one.",
)
@click.option(
    "--dictionary",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Words to add to the dictionary from now on, one a line; an empty file takes them away.",
)
@click.option(
    "--fields",
    metavar="MAP",
    help="Names of the fields in .jsonl and .csv records: title=标题,text=正文,source=来源 "
    "(also html, published, author, site, url).",
)
@click.option("--quiet", is_flag=True, help="No progress bar and no summary.")
def index_command(
    paths: tuple[Path, ...],
    index_dir: Path | None,
    topics: Path | None,
    dictionary: Path | None,
    fields: str | None,
    quiet: bool,
) -> None:
    """Read documents into the index."""
    settings = load_settings(index_dir=index_dir, record_fields=fields)
    for path in paths:
        if not path.exists():
            raise InputError(f"There is no file or folder {path}: check the path.")
    engine = _existing(settings.index_dir)
    analyzer = engine.analyzer if engine else Analyzer()
    if dictionary is not None:
        analyzer = Analyzer(_dictionary_words(dictionary))

    def progress(files: Iterable[SourceFile], total: int) -> Iterator[SourceFile]:
        yield from tqdm(
            files, total=total, unit="file", desc="indexing", disable=quiet or not total
        )

    try:
        with open_writer(
            settings.index_dir, analyzer, memory_mb=settings.index_memory_mb
        ) as writer:
            # Whoever held the lock until now may have made the index.
            engine = engine or _existing(settings.index_dir)
            recorded = engine.manifest().get("taxonomy") if engine else None
            topics_now = taxonomy(topics, recorded)
            with readers_of(settings, topics_now) as readers:
                report = update_index(
                    paths,
                    engine=engine,
                    writer=writer,
                    analyzer=analyzer,
                    taxonomy=topics_now,
                    file_limit_mb=settings.file_limit_mb,
                    readers=readers,
                    relist=fields is not None,
                    progress=progress,
                )
    finally:
        if engine is not None:
            engine.close()
    with closing(open_engine(settings.index_dir)) as opened:
        report.passages = opened.stats().passages
    if not quiet:
        _print_report(report, settings.index_dir)
    if report.skipped:
        sys.exit(EXIT_SOME_SKIPPED)


def _existing(index_dir: Path) -> Engine | None:
    """The engine of an index that is there; None where none was made yet."""
    try:
        return open_engine(index_dir)
    except IndexMissingError:
        return None


def readers_of(settings: Settings, chosen: Taxonomy) -> Readers:
    """What reads the files, as the settings say."""
    return Readers(
        chosen,
        fields=parse_field_map(settings.record_fields),
        limits=ReadingLimits(
            settings.file_limit_mb, settings.read_timeout_s, settings.read_memory_mb
        ),
        processes=settings.read_processes,
    )


def _dictionary_words(path: Path) -> list[str]:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"The dictionary {path} cannot be read ({error}): "
            "name a UTF-8 text file with one word a line."
        ) from error
    return [line.split()[0] for line in lines if line.strip() and not line.startswith("#")]


def _print_report(report: IndexReport, index_dir: Path) -> None:
    changes = [
        f"{count} {name}"
        for name, count in (
            ("added", report.added),
            ("replaced", report.replaced),
            ("moved", report.moved),
            ("unchanged", report.unchanged),
            ("further copies", report.copies),
        )
        if count
    ]
    click.echo(
        f"{report.documents} documents with {report.passages} passages in {index_dir}"
        f" ({', '.join(changes) or 'nothing changed'}).",
        err=True,
    )
    for path in report.vanished:
        click.echo(f"vanished, still searchable: {path}", err=True)
    if report.not_read:
        kinds = ", ".join(
            f"{count} {suffix or 'without suffix'}"
            for suffix, count in report.not_read.most_common()
        )
        click.echo(f"not read, because of their kind: {kinds}.", err=True)
    for path, reason in report.skipped:
        click.echo(f"skipped {path}: {reason}", err=True)


@click.command("evaluate")
@click.argument("set_dir", type=click.Path(path_type=Path))
@click.option("--all-words", is_flag=True, help="Require all words instead of any.")
@json_option
@index_option
def evaluate_command(set_dir: Path, all_words: bool, as_json: bool, index_dir: Path | None) -> None:
    """Measure on a labelled set: relevance, or how well the text of pages is found.

    Relevance needs corpus.jsonl[.gz], queries.jsonl and qrels.tsv; the set is indexed into a
    temporary place, and the index named by --index is not touched. Pages need gold.jsonl, which
    names their files; other extractors that are installed are measured on the same pages.
    """
    del index_dir
    if is_page_set(set_dir):
        listing.print_page_set(evaluate_pages(set_dir).to_json(), as_json=as_json)
        return
    with tqdm(desc="evaluating", unit="", disable=not sys.stderr.isatty()) as bar:

        def progress(done: int, total: int) -> None:
            bar.total = total or None
            bar.update(done - bar.n)

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
