"""Commands that cite and prove: cite, verify."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ..citing.exporting import absolute
from ..citing.formats import FORMATS, Entry, write_citations
from ..citing.proof import LIMIT_BYTES, Verification, read_proof, verify, verify_in
from ..citing.record import Kind
from ..citing.showing import Shown, entry_of, show
from ..citing.styles import cite
from ..config import load_settings
from ..documents.declared import json_of
from ..errors import InputError, UsageError
from ..searching.index import Index
from .options import Where, index_option, json_option, style_option
from .terminal import bytes_of, echo, phrase, print_json, secho

EXIT_NOT_PROVEN = 1


@click.command("verify")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@json_option
@index_option
def verify_command(file: Path, as_json: bool, where: Where) -> None:
    """Check a proof file: that its wording is the one its passage id names.

    FILE is what 凭据文件 on the page of a passage gives, or duansou show ID --proof; - is stdin. No
    index is needed: the hashes, the passage id and the quotation are computed again. With --index
    or --engine, the index says whether it has the wording, superseded it and when, was told to
    forget it, or never had it. Exit codes: 0 proven, 1 not, 2 the file cannot be used.
    """
    proof = read_proof(_bytes_of(file), "stdin" if str(file) == "-" else str(file))
    if not where.is_named:
        found = verify(proof)
    else:
        with where.open() as index:
            found = verify_in(proof, index)
    if as_json:
        print_json(json_of(found))
    else:
        _print(found)
    if not found.is_proven:
        sys.exit(EXIT_NOT_PROVEN)


def _bytes_of(file: Path) -> bytes:
    """At most one byte more than is allowed, so that nothing endless is read."""
    try:
        return bytes_of(file, LIMIT_BYTES + 1)
    except OSError as error:
        raise InputError("proof-unreadable", file=file, reason=error.strerror) from error


def _print(found: Verification) -> None:
    for reason in found.reasons:
        secho(phrase("not-proven", reason=reason), fg="red")
    if found.difference is not None:
        where = found.difference
        stated, there = (each or phrase("the-end") for each in (where.stated, where.found))
        echo(phrase("first-difference", at=where.at, stated=stated, there=there))
    if found.is_proven:
        looked = ", ".join(check.name for check in found.checks)
        secho(phrase("proven", id=found.passage_id, looked=looked), fg="green")
    if found.index == "present":
        echo(phrase("wording-present"))
    elif found.index == "superseded":
        echo(phrase("wording-superseded", moment=found.superseded_at))
    elif found.index is None:
        echo(phrase("no-index-asked"))
    for note in found.notes:
        secho(phrase("note-beside", note=note), fg="yellow")


@click.command("cite")
@click.argument("identity", metavar="ID")
@style_option()
@click.option(
    "--format",
    "form",
    type=click.Choice(list(FORMATS)),
    default="text",
    show_default=True,
    help="bibtex, ris and csl-json hold the fields, for a reference manager.",
)
@click.option("--accessed", metavar="DATE", help="Day the page was opened, as 2026-07-01.")
@click.option("--url", metavar="URL", help="The article's own address, where the file has none.")
@click.option(
    "--kind",
    type=click.Choice(["newspaper", "web"]),
    help="Cite as [N/OL] or [EB/OL], whatever the outlet's name says.",
)
@click.option("--item", metavar="TEXT", help="Member of a long enumeration, such as 六是.")
@index_option
def cite_command(
    identity: str,
    style: str,
    form: str,
    accessed: str | None,
    url: str | None,
    kind: Kind | None,
    item: str | None,
    where: Where,
) -> None:
    """Cite a passage, or a document, by its ID.

    Text is the reference and, on the next line, what points at the passage from the running text.
    What is missing for a complete reference, and what to check, is said on stderr, never inside.
    An old wording is cited as it was, and that is said.
    """
    base = load_settings().public_url
    with where.open() as index:
        entry = _entry(index, identity, base, url=url, kind=kind, item=item)
    citation = cite(
        entry.document, entry.passage, style=style, accessed=accessed, url=url, item=item, kind=kind
    )
    if form == "text":
        echo(citation.text)
        if citation.in_text:
            echo(citation.in_text)
    else:
        for piece in write_citations([entry], form, style=style, accessed=accessed):
            echo(piece, nl=False)
    if citation.missing:
        secho(f"缺：{'、'.join(citation.missing)}", fg="yellow", err=True)
    for note in citation.notes:
        secho(note, fg="yellow", err=True)
    if entry.superseded:
        secho(phrase("wording-old", day=entry.superseded), fg="yellow", err=True)


def _entry(
    index: Index, identity: str, base: str, *, url: str | None, kind: Kind | None, item: str | None
) -> Entry:
    if "-" not in identity:
        if item:
            raise UsageError("item-of-a-document", identity=identity)
        return Entry(
            index.document(identity), address=absolute(base, f"/d/{identity}"), url=url, kind=kind
        )
    shown = show(index, identity)
    if not isinstance(shown, Shown):
        raise UsageError(
            "text-in-several-documents",
            identity=identity,
            count=len(shown),
            listed=tuple(passage.passage_id for passage in shown),
        )
    address = absolute(base, f"/p/{shown.passage.passage_id}")
    return entry_of(shown, address=address, url=url, kind=kind, item=item)
