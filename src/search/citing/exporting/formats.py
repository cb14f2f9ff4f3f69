"""Which forms can an export have, and how are passages or their references written in each?

References are written by ``citations.formats``, each document once in lists for programs; in lists
for readers each passage has its mark. Here is only what stands above them: the search's record.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from types import MappingProxyType

from ...documents.document import Document, Passage
from ...searching.index import Index
from ..basket import Item
from ..citing import cite
from ..formats import FORMATS, write_citations
from ..formats.entries import Entry
from ..record import checked_accessed
from ..search_record.record import SearchRecord
from ..search_record.wording import record_lines
from ..styles import checked_style
from .passages import Found, csv_passages, json_passages

_CITATIONS_KEPT = 4_096
"""Documents whose reference is remembered: in document order one would do."""


@dataclass(frozen=True, slots=True)
class ExportForm:
    """A form of an export: how it is called on the command line and in addresses.

    ``of_passages`` says that it lists passages, each by itself, and not references.
    """

    name: str
    suffix: str
    content_type: str
    of_passages: bool = False


# A suffix of its own: .json is what programs take for an answer of the API.
_SUFFIXES = {"csl-json": ".csl.json"}

EXPORTS = MappingProxyType(
    {
        form.name: form
        for form in (
            ExportForm("csv", ".csv", "text/csv; charset=utf-8", of_passages=True),
            ExportForm("jsonl", ".jsonl", "application/x-ndjson", of_passages=True),
            *(
                ExportForm(name, _SUFFIXES.get(name, form.suffix), form.media_type)
                for name, form in FORMATS.items()
            ),
        )
    }
)
"""The forms by name, in the order they are offered."""

_FOR_PROGRAMS = {"bibtex", "ris", "csl-json"}
_RIS_LINES = 3
"""Zotero looks for the first entry of a RIS file in its first five lines."""


def export_lines(
    passages: Iterable[Passage],
    index: Index,
    form: ExportForm,
    *,
    record: SearchRecord,
    base: str,
    style: str,
    accessed: str | None = None,
) -> Iterator[str]:
    """What a search found, written in a form; ``passages`` are read as they are needed.

    Raises UsageError for a style that does not exist and an access date that is none.
    """
    _check(style, accessed)
    if form.of_passages:

        @lru_cache(_CITATIONS_KEPT)
        def reference(document_id: str) -> str:
            return cite(index.document(document_id), style=style, accessed=accessed).text

        found = (Found(p, f"{base}/p/{p.passage_id}", reference(p.document_id)) for p in passages)
        return (csv_passages if form.name == "csv" else json_passages)(found, record)
    entries = _entries(passages, index.document, base, each=form.name not in _FOR_PROGRAMS)
    written = write_citations(entries, form.name, style=style, accessed=accessed)
    return chain(_above(record, form), written)


def _check(style: str, accessed: str | None) -> None:
    """Before anything is written: half a file would look like a whole one."""
    checked_style(style)
    if accessed:
        checked_accessed(accessed)


def basket_lines(
    items: Sequence[Item],
    form: ExportForm,
    *,
    base: str,
    style: str,
    accessed: str | None = None,
) -> Iterator[str]:
    """The passages of a basket, written in a form; raises what ``export_lines`` does."""
    _check(style, accessed)
    known = [(i.passage, i.document, i) for i in items if i.passage and i.document]
    if form.of_passages:
        found = (
            Found(
                passage,
                f"{base}/p/{passage.passage_id}",
                cite(document, style=style, accessed=accessed).text,
                item.superseded.superseded if item.superseded else None,
            )
            for passage, document, item in known
        )
        if form.name == "csv":
            return csv_passages(found, None)
        missing = [
            {"passage_id": item.asked, "reason": item.state} for item in items if not item.passage
        ]
        return json_passages(found, None, missing)
    entries: dict[str, Entry] = {}
    for passage, document, item in known:
        day = item.superseded.superseded.partition("T")[0] if item.superseded else None
        key = document.document_id if form.name in _FOR_PROGRAMS else item.asked
        address = _absolute(base, f"/p/{passage.passage_id}")
        cited = None if form.name in _FOR_PROGRAMS else passage
        entries.setdefault(key, Entry(document, cited, address, superseded=day))
    return write_citations(entries.values(), form.name, style=style, accessed=accessed)


def _entries(
    passages: Iterable[Passage],
    document_of: Callable[[str], Document],
    base: str,
    *,
    each: bool,
) -> Iterator[Entry]:
    """An entry for each passage, or one for each document, in their order."""
    seen: set[str] = set()
    document: Document | None = None
    for passage in passages:
        identity = passage.document_id
        if not each and identity in seen:
            continue
        seen.add(identity)
        if document is None or document.document_id != identity:
            document = document_of(identity)
        if each:
            yield Entry(document, passage, _absolute(base, f"/p/{passage.passage_id}"))
        else:
            yield Entry(document, None, _absolute(base, f"/d/{identity}"))


def _absolute(base: str, path: str) -> str | None:
    """A permanent address, where the site is known: outside of it a path leads nowhere."""
    return f"{base}{path}" if base else None


def _above(record: SearchRecord, form: ExportForm) -> Iterator[str]:
    """The record as what a format passes over, or shows as text."""
    lines = list(record_lines(record))
    match form.name:
        case "bibtex":
            # What stands between entries is no entry, unless it has an @.
            yield "".join(f"% {line.replace('@', '＠')}\n" for line in lines) + "\n"
        case "ris":
            said = (lines[0], lines[2], f"地址 address: {record.record_address}")
            yield "".join(f"% {line}\r\n" for line in said[:_RIS_LINES])
        case "text":
            yield "".join(f"{line}\n" for line in lines) + "\n"
        case "markdown":
            yield "".join(f"    {line}\n" for line in lines) + "\n"
        case "html":
            # A comment ends at two hyphens, so none stand beside each other.
            said_inside = re.sub("-(?=-)", "- ", "\n".join(lines)).replace(">", "＞")
            yield f"<!--\n{said_inside}\n-->\n"
