"""Commands that take away what a search found: export, record check, and the option --record."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO, Any, TypeVar

import click
from tqdm import tqdm

from .. import __version__, platforms
from ..citing.exporting import EXPORTS, export_lines, prepare
from ..citing.search_record import (
    RECORD_LIMIT_BYTES,
    Check,
    Difference,
    check,
    read_record,
    record_of,
    record_text,
)
from ..config import load_settings
from ..documents.document import Passage
from ..errors import EXIT_NOTHING_FOUND, InputError
from ..searching.index import Index
from ..searching.results import SearchResults
from .options import Where, chosen_request, filter_options, index_option, json_option, style_option
from .terminal import bytes_of, cut, echo, phrase, print_json, secho, told, visible, write_exact

T = TypeVar("T", bound=Callable[..., Any])

PROGRAM = f"duansou {__version__}"

EXIT_DIFFERENT = 1
_SHOWN = 20


def write_record(index: Index, results: SearchResults, to: str) -> None:
    """Write the record of a search into a file, or print it where ``to`` is ``-``.

    Raises InputError where the file cannot be written.
    """
    record = record_of(index, results, program=PROGRAM, base=load_settings().public_url)
    if to == "-":
        print_json(record.to_json())
        return
    written = record_text(record)
    if not to.endswith(".txt"):
        written = json.dumps(record.to_json(), ensure_ascii=False, indent=2) + "\n"
    try:
        Path(to).write_text(written, encoding="utf-8", errors="replace")
    except OSError as error:
        raise InputError("record-unwritable", to=to, reason=error.strerror) from None


@click.group("record")
def record_command() -> None:
    """Records of searches: duansou search QUERY --record FILE makes one."""


@record_command.command("check")
@click.argument("file", metavar="FILE")
@json_option
@index_option
def check_command(file: str, as_json: bool, where: Where) -> None:
    """Run the search of a record again and compare the counts.

    FILE is the JSON of a record, from the command line or the page, or an export to JSON Lines; -
    is standard input. Exit code 0: the same counts; 1: others, and what changed since; 2: the
    record cannot be read, or its search cannot be run.
    """
    recorded = read_record(_read(file), file if file != "-" else "standard input")
    with where.open() as index:
        found = check(index, recorded, program=PROGRAM, base=load_settings().public_url)
    if as_json:
        print_json(_check_json(found))
    else:
        _print_check(found)
    if not found.is_same:
        sys.exit(EXIT_DIFFERENT)


def _read(file: str) -> str:
    try:
        if file.endswith(".jsonl"):
            # An export is long, and its first line is the record.
            with Path(file).open("rb") as opened:
                data = opened.readline(RECORD_LIMIT_BYTES + 1)
        else:
            data = bytes_of(file, RECORD_LIMIT_BYTES + 1)
    except OSError as error:
        raise InputError("record-unreadable", file=file, reason=error.strerror) from None
    if len(data) > RECORD_LIMIT_BYTES:
        raise InputError("record-too-large", file=file)
    return data.decode("utf-8", "replace")


def _print_check(found: Check) -> None:
    recorded, now = found.recorded, found.now
    echo(phrase("record-of", id=recorded.record_id, made=recorded.made, command=recorded.command))
    if found.is_same:
        secho(
            phrase("same-counts", passages=now.counts.passages, documents=now.counts.documents),
            fg="green",
        )
    else:
        secho(phrase("counts-differ", count=len(found.counts)), fg="red")
        _print_differences(found.counts)
    if found.changes:
        echo(phrase("changed-since"))
        _print_differences(found.changes)
    elif not found.is_same:
        echo(phrase("nothing-changed-since"))


def _print_differences(differences: Sequence[Difference]) -> None:
    for each in differences[:_SHOWN]:
        why = f"  ({told(each.why)})" if each.why else ""
        echo(f"  {_plain(each.name)}: {_plain(each.recorded)} -> {_plain(each.now)}{why}")
    if len(differences) > _SHOWN:
        echo("  " + phrase("and-more-listed", count=len(differences) - _SHOWN))


def _plain(value: str | int | None) -> str:
    """On one line, and not endless."""
    text = "-" if value is None or value == "" else str(value)
    return cut(visible(text, on_one_line=True), 80)


def _check_json(found: Check) -> dict[str, Any]:
    def listed(differences: Sequence[Difference]) -> list[dict[str, Any]]:
        return [
            {
                "name": d.name,
                "recorded": d.recorded,
                "now": d.now,
                "why": str(d.why) if d.why else None,
            }
            for d in differences
        ]

    return {
        "same": found.is_same,
        "counts": listed(found.counts),
        "changes": listed(found.changes),
        "recorded": found.recorded.record_id,
        "now": found.now.to_json(),
    }


@click.command("export")
@click.argument("query", default="")
@filter_options
@click.option(
    "--format",
    "form",
    type=click.Choice(list(EXPORTS)),
    default="csv",
    show_default=True,
    help="csv and jsonl list passages, bibtex, ris and csl-json each document with its passages as "
    "notes, the others references and passages.",
)
@style_option("Style of the references; bibtex, ris and csl-json have none.")
@click.option("--accessed", metavar="DATE", help="Day the sources were opened, YYYY-MM-DD.")
@click.option(
    "--sort",
    type=click.Choice(["relevance", "date", "document"]),
    default="relevance",
    show_default=True,
    help="Order of the passages.",
)
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Only the first N.")
@click.option(
    "-o",
    "--output",
    callback=lambda _, __, value: None if value == "-" else value,
    metavar="FILE",
    help="Write to FILE, which is there whole or not; - is standard output.",
)
@index_option
def export_command(
    query: str,
    form: str,
    style: str,
    accessed: str | None,
    sort: Any,
    limit: int | None,
    output: str | None,
    where: Where,
    **chosen: Any,
) -> None:
    """Write down every passage that QUERY finds, with the record of the search.

    An empty QUERY takes everything under the filters. At most DUANSOU_EXPORT_LIMIT passages are
    exported at once. Exit code 1 if nothing was found; the file then has the record alone.
    """
    settings, chosen_form = load_settings(), EXPORTS[form]
    request = replace(chosen_request(query, **chosen), sort=sort)
    with where.open() as index:
        prepared = prepare(
            index,
            request,
            limit=settings.export_limit,
            program=PROGRAM,
            base=settings.public_url,
            first=limit,
        )
        lines = export_lines(
            _shown(prepared.passages(together=chosen_form.of_documents), prepared.size, output),
            index,
            chosen_form,
            record=prepared.record,
            base=settings.public_url,
            style=style,
            accessed=accessed,
        )
        if output is None:
            write_exact(lines)
        else:
            with _opened(output) as file:
                for line in lines:
                    file.write(line.encode("utf-8", "replace"))
    found = prepared.record.counts
    if output or not sys.stdout.isatty():
        echo(
            phrase(
                "exported-part",
                size=prepared.size,
                passages=found.passages,
                documents=found.documents,
            )
            if not prepared.is_whole
            else phrase("exported", passages=found.passages, documents=found.documents),
            err=True,
        )
    if not found.passages:
        sys.exit(EXIT_NOTHING_FOUND)


def _shown(passages: Iterable[Passage], size: int, output: str | None) -> Iterator[Passage]:
    """With a progress bar, where there is a terminal that the list itself does not go to."""
    hidden = not sys.stderr.isatty() or (output is None and sys.stdout.isatty())
    unit = phrase("unit-passage")
    yield from tqdm(passages, total=size, unit=unit, disable=hidden, leave=False)


@contextmanager
def _opened(output: str) -> Iterator[IO[bytes]]:
    """A file that takes its name only once it is whole."""
    target = Path(output)
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    except OSError as error:
        raise InputError("output-unwritable", output=output, reason=error.strerror) from None
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
        # As any other new file would be.
        umask = os.umask(0)
        os.umask(umask)
        part.chmod(0o666 & ~umask)
        platforms.replace(part, target)
    except BaseException as error:
        part.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise InputError("output-unwritable", output=output, reason=error.strerror) from None
        raise
