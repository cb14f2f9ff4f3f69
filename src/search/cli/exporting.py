"""The command that takes away all that a search finds: export."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

import click
from tqdm import tqdm

from ..citing.exporting.formats import EXPORTS, export_lines
from ..citing.exporting.walking import prepare
from ..citing.styles import DEFAULT_STYLE
from ..config import load_settings
from ..documents.document import Passage
from ..errors import EXIT_NOTHING_FOUND, InputError
from .options import Where, chosen_request, filter_options, index_option
from .recording import PROGRAM
from .terminal import echo, write_exact


@click.command("export")
@click.argument("query", default="")
@filter_options
@click.option(
    "--format",
    "form",
    type=click.Choice(list(EXPORTS)),
    default="csv",
    show_default=True,
    help="csv and jsonl list the passages, the others the references of their documents.",
)
@click.option("--style", metavar="STYLE", default=DEFAULT_STYLE, show_default=True)
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
    settings = load_settings()
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
            _shown(prepared.passages(), prepared.size, output),
            index,
            EXPORTS[form],
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
            f"{prepared.size} of {found.passages} passages, {found.documents} documents"
            if not prepared.is_whole
            else f"{found.passages} passages, {found.documents} documents",
            err=True,
        )
    if not found.passages:
        sys.exit(EXIT_NOTHING_FOUND)


def _shown(passages: Iterable[Passage], size: int, output: str | None) -> Iterator[Passage]:
    """With a progress bar, where there is a terminal that the list itself does not go to."""
    hidden = not sys.stderr.isatty() or (output is None and sys.stdout.isatty())
    yield from tqdm(passages, total=size, unit=" passages", disable=hidden, leave=False)


@contextmanager
def _opened(output: str) -> Iterator[IO[bytes]]:
    """A file that takes its name only once it is whole."""
    target = Path(output)
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    except OSError as error:
        raise _unwritable(output, error) from None
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
        # As any other new file would be.
        umask = os.umask(0)
        os.umask(umask)
        part.chmod(0o666 & ~umask)
        part.replace(target)
    except BaseException as error:
        part.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise _unwritable(output, error) from None
        raise


def _unwritable(output: str, error: OSError) -> InputError:
    return InputError(f"{output} cannot be written ({error.strerror}): choose another file.")
