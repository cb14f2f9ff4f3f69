"""All that a search finds, streamed with its record, or as a feed.

What is held at once does not grow with what is found, and all of it is of one commit. An export is
whole, or it fails: where time runs out, it ends in an error instead of in a list that looks whole.

Lists for reference managers have each document once with a note for each passage, lists for readers
the mark and the text of each. Ids of the
Atom feed (RFC 4287) are UUIDs made of the passage id or of the search (RFC 4122, version 5), so a
feed reader knows a passage again wherever it is served.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache, partial
from itertools import chain
from types import MappingProxyType
from typing import Any, TypeVar
from uuid import UUID, uuid5
from xml.etree.ElementTree import Element, SubElement, tostring

from ..budget import ensured
from ..documents.declared import json_of
from ..documents.document import UNCLASSIFIED, Document, NamedYears, Passage, place_path
from ..documents.facets import BESIDE
from ..errors import IndexBusyError, UsageError
from ..index.engine import EngineRequest
from ..query.request import SearchRequest
from ..searching.index import Index
from ..searching.results import SearchResults
from ..searching.spreadsheet import BYTE_ORDER_MARK, csv_row
from .basket import Item
from .formats import FORMATS, Entry, write_citations
from .record import checked_accessed
from .search_record import SearchRecord, record_lines, record_search
from .styles import checked_style, cite

T = TypeVar("T")

AT_ONCE = 2_000
"""Passages that are held at the same time."""


@dataclass(frozen=True, slots=True)
class Export:
    """What is to be exported: the first ``size`` passages of what the search of ``record`` finds.

    ``record`` is of the search with every reprint by itself, as each passage is exported.
    """

    index: Index
    record: SearchRecord
    size: int

    @property
    def is_whole(self) -> bool:
        """Whether all that was found is exported."""
        return self.size == self.record.counts.passages

    def passages(self, *, together: bool = False) -> Iterator[Passage]:
        """The passages in the order of the search; ``together``, those of a document beside each
        other: in the order of documents, or, where only the first are taken, held and arranged.

        Raises IndexBusyError where a part of the search takes too long: what was given before is
        not the whole.
        """
        request = self.record.request
        if together and self.is_whole:
            return self._passages(replace(request, sort="document"))
        found = self._passages(request)
        return _together(found, lambda passage: passage.document_id) if together else found

    def _passages(self, request: SearchRequest) -> Iterator[Passage]:
        index = self.index
        query = index.parse(request)
        if request.sort != "relevance":
            # Nothing is ranked, so nothing needs to score.
            query = replace(query, words=(), pairs=(), characters=())
        asked = EngineRequest(
            query=query, filters=index.filters(request, []), sort=request.sort, facets=False
        )
        offset = 0
        while offset < self.size:
            limit = min(AT_ONCE, self.size - offset)
            with ensured(index.query_budget_ms or None):
                part = index.reader.search(replace(asked, offset=offset, limit=limit))
            if part.partial:
                raise IndexBusyError("export-late")
            for passage, _ in part.hits:
                yield passage
            offset += len(part.hits)


def _together(found: Iterable[T], document_id: Callable[[T], str]) -> Iterator[T]:
    """Those of a document beside each other, in the order of the first of each."""
    arranged: dict[str, list[T]] = {}
    for each in found:
        arranged.setdefault(document_id(each), []).append(each)
    return chain.from_iterable(arranged.values())


def prepare(
    index: Index,
    request: SearchRequest,
    *,
    limit: int,
    program: str,
    base: str,
    first: int | None = None,
) -> Export:
    """Verify, search, record, and say what would be exported; no passage is read yet.

    ``first`` takes only so many from the beginning of the order. Raises UsageError where more than
    ``limit`` passages would be exported, or the search did not finish; and what ``Index.run`` does.
    """
    # So that no export ends in the middle.
    index.reader.verify()
    record = record_search(
        index, replace(request, collapse=False, by_document=False), program=program, base=base
    )
    found = record.counts.passages
    if record.counts.partial:
        raise UsageError("export-unfinished", query_budget_ms=index.query_budget_ms)
    size = found if first is None else min(first, found)
    if size > limit:
        raise UsageError("export-too-large", found=found, limit=limit)
    return Export(index, record, size)


COLUMNS = (
    "passage_id",
    "address",
    "text",
    "paragraph",
    "title",
    "source",
    "site",
    "author",
    "published",
    "city",
    "year",
    "topics",
    "named_places",
    "named_years",
    "url",
    "sha256",
    "citation",
    "superseded",
    "record_id",
    "record_query",
    "record_passages",
    "record_documents",
    "record_made",
    "record_address",
    "record_command",
    *(facet.name for facet in BESIDE),
)
"""The columns of the CSV file, in their order; those of the record have values in the first row."""

_BETWEEN = " | "
_LINE_ENDS = {0x85: "\\u0085", 0x2028: "\\u2028", 0x2029: "\\u2029"}
"""What some programs take for the end of a line, and JSON may write in another way."""


@dataclass(frozen=True, slots=True)
class Found:
    """A passage to be written down, its permanent address, and its document's reference.

    ``superseded`` is the UTC time at which an old wording left the search, else None.
    """

    passage: Passage
    address: str
    citation: str
    superseded: str | None = None


def csv_passages(found: Iterable[Found], record: SearchRecord | None) -> Iterator[str]:
    """CSV with a byte-order mark: the names of the columns, then one row for each passage.

    There are no other rows, so that a table stays a table however it is sorted or joined. Every row
    has the id of the search's record, and the first what it says, in columns of its own.
    """
    yield BYTE_ORDER_MARK
    yield csv_row(COLUMNS)
    record_id = record.record_id if record else ""
    nothing: tuple[str | int, ...] = ("",) * 6
    said = nothing
    if record:
        counts = record.counts
        said = (record.request.query, counts.passages, counts.documents, record.made)
        said += (record.record_address, record.command)
    for each in found:
        passage = each.passage
        yield csv_row(
            (
                passage.passage_id,
                each.address,
                passage.text,
                passage.paragraph,
                passage.title,
                passage.source,
                passage.site,
                passage.author,
                passage.published,
                place_path(passage.city),
                passage.year,
                _BETWEEN.join(passage.topics),
                _BETWEEN.join(place_path(n.place) or "" for n in passage.named_places),
                _BETWEEN.join(map(_years, passage.named_years)),
                passage.url,
                passage.sha256,
                each.citation,
                each.superseded,
                record_id,
                *said,
                *(facet.value(passage) for facet in BESIDE),
            )
        )
        said = nothing


def json_passages(
    found: Iterable[Found], record: SearchRecord | None, missing: Iterable[Mapping[str, str]] = ()
) -> Iterator[str]:
    """JSON Lines: the record, one object for each passage, what is missing, and an end.

    Every object has a ``type``: ``duansou-search-record``, ``passage``, ``missing`` or ``end``. A
    file without the last was cut off.
    """
    if record:
        yield _line(record.to_json(short=True))
    count = 0
    for each in found:
        count += 1
        yield _line(
            {
                "type": "passage",
                **json_of(each.passage),
                "address": each.address,
                "citation": each.citation,
                "superseded": each.superseded,
            }
        )
    for said in missing:
        yield _line({"type": "missing", **said})
    yield _line({"type": "end", "passages": count})


def _line(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False).translate(_LINE_ENDS) + "\n"


def _years(named: NamedYears) -> str:
    first, last = named.first, named.last
    return str(first) if first == last else f"{first}..{last}"


_CITATIONS_KEPT = 4_096
"""Documents whose reference is remembered: in document order one would do."""


@dataclass(frozen=True, slots=True)
class ExportForm:
    """A form of an export: how it is called on the command line and in addresses.

    ``of_passages`` says that it lists passages, each by itself, and not references;
    ``of_documents`` that a reference manager reads it, in which a document is one entry.
    """

    name: str
    suffix: str
    content_type: str
    of_passages: bool = False
    of_documents: bool = False


# A suffix of its own: .json is what programs take for an answer of the API.
_SUFFIXES = {"csl-json": ".csl.json"}
_FOR_MANAGERS = {"bibtex", "ris", "csl-json"}

EXPORTS = MappingProxyType(
    {
        form.name: form
        for form in (
            ExportForm("csv", ".csv", "text/csv; charset=utf-8", of_passages=True),
            ExportForm("jsonl", ".jsonl", "application/x-ndjson", of_passages=True),
            *(
                ExportForm(
                    name,
                    _SUFFIXES.get(name, form.suffix),
                    form.media_type,
                    of_documents=name in _FOR_MANAGERS,
                )
                for name, form in FORMATS.items()
            ),
        )
    }
)
"""The forms by name, in the order they are offered."""

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

    Those of a document stand together where the form is ``of_documents``.
    Raises UsageError for a style that does not exist and an access date that is none.
    """
    _check(style, accessed)
    # A reference needs no text: to read that of each document takes ten times as long.
    described = partial(index.document, whole=False)
    if form.of_passages:

        @lru_cache(_CITATIONS_KEPT)
        def reference(document_id: str) -> str:
            return cite(described(document_id), style=style, accessed=accessed).text

        found = (Found(p, f"{base}/p/{p.passage_id}", reference(p.document_id)) for p in passages)
        return (csv_passages if form.name == "csv" else json_passages)(found, record)
    entries = _entries(passages, described, base)
    written = write_citations(entries, form.name, style=style, accessed=accessed)
    return chain(_above(record, form), written)


def _check(style: str, accessed: str | None) -> None:
    """Before anything is written: half a file would look like a whole one."""
    checked_style(style)
    if accessed:
        checked_accessed(accessed)


def basket_lines(
    items: Sequence[Item], form: ExportForm, *, base: str, style: str, accessed: str | None = None
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
    entries = [
        Entry(
            document,
            passage,
            absolute(base, f"/p/{passage.passage_id}"),
            superseded=item.superseded.superseded.partition("T")[0] if item.superseded else None,
        )
        for passage, document, item in known
    ]
    arranged = (
        _together(entries, lambda e: e.document.document_id) if form.of_documents else entries
    )
    return write_citations(arranged, form.name, style=style, accessed=accessed)


def _entries(
    passages: Iterable[Passage], document_of: Callable[[str], Document], base: str
) -> Iterator[Entry]:
    """An entry for each passage, in their order."""
    document: Document | None = None
    for passage in passages:
        if document is None or document.document_id != passage.document_id:
            document = document_of(passage.document_id)
        yield Entry(document, passage, absolute(base, f"/p/{passage.passage_id}"))


def absolute(base: str, path: str) -> str | None:
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


FEED_ENTRIES = 50
"""Passages in a feed."""

_ATOM = "http://www.w3.org/2005/Atom"
_NAMESPACE = UUID("6f7a1c54-5d0e-5b63-9a39-4a1d6f0f6c11")
"""Ours alone: changing it would give every passage a new id."""

# What XML 1.0 has no way to write, even escaped: control characters, surrogates, non-characters.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MOMENT = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[T ](?P<clock>(?:[01][0-9]|2[0-3]):[0-5][0-9])(?P<second>:[0-5][0-9])?)?"
    r"(?P<zone>Z|[+-][0-9]{2}:[0-9]{2})?"
)
_CHINA = "+08:00"
_UNKNOWN = "1970-01-01T00:00:00Z"


def atom_feed(results: SearchResults, *, indexed_at: str | None, base: str, self_path: str) -> str:
    """The feed of one page of results.

    ``base`` is the absolute address of the site, ``self_path`` that of the feed below it.
    ``indexed_at`` is when the collection last changed, and stands for dates that are not known.
    """
    request = results.request
    query = request.to_query_string()
    feed = Element("feed", {"xmlns": _ATOM, "xml:lang": "zh-Hans"})
    updated = _moment(indexed_at) or _UNKNOWN
    _add(feed, "id", uuid5(_NAMESPACE, f"search {query}").urn)
    _add(feed, "title", f"段搜：{request.query.strip() or '全部段落'}")
    _add(
        feed, "subtitle", f"{results.total:,} 个段落，{results.documents:,} 篇文献；最近发表的在前"
    )
    _add(feed, "updated", updated)
    _add(SubElement(feed, "author"), "name", "段搜 Duansou")
    SubElement(feed, "link", rel="self", type="application/atom+xml", href=f"{base}{self_path}")
    SubElement(feed, "link", rel="alternate", type="text/html", href=f"{base}/?{query}")
    for hit in results.hits:
        _entry(feed, hit, updated, base)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(feed, encoding="unicode") + "\n"


def _entry(feed: Element, passage: Passage, indexed_at: str, base: str) -> None:
    entry = SubElement(feed, "entry")
    published = _moment(passage.published)
    _add(entry, "id", uuid5(_NAMESPACE, f"passage {passage.passage_id}").urn)
    _add(entry, "title", f"{passage.title or passage.path} ¶{passage.paragraph}")
    _add(entry, "updated", published or indexed_at)
    if published:
        _add(entry, "published", published)
    _add(SubElement(entry, "author"), "name", passage.author or passage.source or "作者未知")
    address = f"{base}/p/{passage.passage_id}"
    SubElement(entry, "link", rel="alternate", type="text/html", href=address)
    for topic in passage.topics:
        if topic != UNCLASSIFIED:
            SubElement(entry, "category", term=_allowed(topic))
    _add(entry, "content", passage.text).set("type", "text")


def _add(parent: Element, name: str, text: str) -> Element:
    child = SubElement(parent, name)
    child.text = _allowed(text)
    return child


def _allowed(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)


def _moment(value: str | None) -> str | None:
    """A date and time as RFC 3339; a time without a zone is that of China. None for less."""
    match = _MOMENT.fullmatch(value or "")
    if match is None:
        return None
    try:
        date.fromisoformat(match["day"])
    except ValueError:
        return None
    clock = (match["clock"] or "00:00") + (match["second"] or ":00")
    return f"{match['day']}T{clock}{match['zone'] or _CHINA}"
