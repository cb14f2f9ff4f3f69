"""The command that cites a passage or a document: cite."""

from __future__ import annotations

from collections.abc import Sequence

import click

from ..citing.citing import cite
from ..citing.formats import FORMATS, write_citations
from ..citing.formats.entries import Entry
from ..citing.record import Kind
from ..citing.showing import Shown, entry_of, show
from ..citing.styles import DEFAULT_STYLE, STYLES
from ..documents.document import Passage
from ..errors import UsageError
from ..searching.index import Index
from .options import Where, index_option
from .terminal import echo, secho


@click.command("cite")
@click.argument("identity", metavar="ID")
@click.option(
    "--style",
    type=click.Choice(list(STYLES)),
    default=DEFAULT_STYLE,
    show_default=True,
    help="Of text, markdown and html.",
)
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
    with where.open() as index:
        entry = _entry(index, identity, url=url, kind=kind, item=item)
    citation = cite(
        entry.document,
        entry.passage,
        style=style,
        accessed=accessed,
        url=url,
        item=item,
        kind=kind,
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
        secho(
            f"This wording is an old one: it was changed or taken out on {entry.superseded}.",
            fg="yellow",
            err=True,
        )


def _entry(
    index: Index, identity: str, *, url: str | None, kind: Kind | None, item: str | None
) -> Entry:
    if "-" not in identity:
        if item:
            raise UsageError(f"--item names a place in a passage, and {identity} is a document.")
        return Entry(index.document(identity), url=url, kind=kind)
    shown = show(index, identity)
    if not isinstance(shown, Shown):
        raise _several(identity, shown)
    return entry_of(shown, url=url, kind=kind, item=item)


def _several(identity: str, passages: Sequence[Passage]) -> UsageError:
    listed = ", ".join(passage.passage_id for passage in passages)
    return UsageError(
        f"The text of {identity} stands in {len(passages)} documents now; cite one of {listed}."
    )
