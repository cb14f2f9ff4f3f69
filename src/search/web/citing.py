"""Citations on the page: references, downloads, their JSON, and ``citation_*`` elements.

Names and meaning of these elements are as Zotero's translator "Embedded Metadata" reads them
(zotero/translators, ``Embedded Metadata.js``, HIGHWIRE_MAPPINGS and addHighwireMetadata): title,
one element for each author, date, language, and publicationTitle, which only
``citation_journal_title`` becomes. Zotero therefore files any such page
as an article of a journal; BibTeX and RIS say newspaper or web page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any

from flask import Blueprint, Response, jsonify, make_response, request

from ..citing.formats import Entry, checked_format, csl_item, item_of, write_citations
from ..citing.showing import Shown, entry_of, sent, show
from ..citing.styles import DEFAULT_STYLE, STYLES, Citation
from ..documents.declared import json_of, view
from ..documents.document import Document, Passage
from ..errors import UsageError
from .addresses import Added
from .context import added_by_reader, addresses, current_index, search_request, site_origin
from .languages import spoken
from .templating import kept_as, leads_to, render_template


@dataclass(frozen=True, slots=True)
class Citing:
    """A citation in one style, and what is wrong with what the reader ``added`` to it."""

    citation: Citation
    added: Added
    error: str | None

    @property
    def in_text_is_note(self) -> bool:
        """Whether what stands in the text is a whole note."""
        return self.citation.style == "chicago"

    @property
    def has_number(self) -> bool:
        """Whether a number points from the text to the reference."""
        return STYLES[self.citation.style].is_numbered or self.in_text_is_note

    def with_quote(self, quote: str) -> str:
        """What is quoted with its mark, and the reference below it."""
        mark = self.citation.in_text or ""
        number = "[1] " if STYLES[self.citation.style].is_numbered and "[1]" in mark else ""
        return f"“{quote}”{mark}\n\n{number}{self.citation.text}"

    @property
    def is_open(self) -> bool:
        """Whether something was added besides a style."""
        return bool(replace(self.added, style="").to_params())

    def params(self, form: str) -> list[tuple[str, str]]:
        """The parameters of the citation as a file of that format."""
        return [*([] if self.error else self.added.to_params()), ("format", form)]


def citing_of(document: Document, passage: Passage | None, added: Added) -> Citing:
    """The citation of a document, or a passage of it, in the style chosen, else the one in force.

    What is wrong with what was added is said, and left out.
    """
    try:
        citation = added.cite(document, passage, added.style or DEFAULT_STYLE)
    except UsageError as wrong:
        citation = Added().cite(document, passage, DEFAULT_STYLE)
        return Citing(citation, added, spoken(wrong.sentence))
    return Citing(citation, added, None)


def meta_tags(document: Document) -> tuple[tuple[str, str], ...]:
    """Names and contents for a document, and for its passages, which are cited as parts of it.

    The article's own address is given where it is known; else the page's stands for it. A comma
    divides family and given name, so an institution's becomes full-width, as in RIS.
    """
    return tuple((name, value) for name, value in _tags(document) if value)


def _tags(document: Document) -> Iterator[tuple[str, str | None]]:
    item = item_of(Entry(document))
    yield "citation_title", item.title
    inverted = dict(item.authors.inverted)
    for i, name in enumerate(item.authors.names):
        whole = name.replace(",", "，").replace(";", "；")
        yield "citation_author", ", ".join(inverted[i]) if i in inverted else whole
    yield "citation_publication_date", item.published and item.published.replace("-", "/")
    is_newspaper = item.kind == "newspaper"
    yield "citation_journal_title" if is_newspaper else "citation_publisher", item.container
    yield "citation_language", item.language
    yield "citation_fulltext_html_url", item.url


bp = Blueprint("citing", __name__)


@bp.get("/p/<passage_id>/cite")
def passage(passage_id: str) -> Response:
    """The citation of a passage, of an old wording too."""
    shown = show(current_index(), passage_id)
    if not isinstance(shown, Shown):
        return _choices(shown)
    found = shown.passage.passage_id
    added = added_by_reader()
    if found != passage_id:
        params = [*added.to_params(), ("format", request.args.get("format", ""))]
        return leads_to(addresses().citation(addresses().passage(found), params))
    return _file(_passage_entry(shown, added), added)


@bp.get("/d/<document_id>/cite")
def document(document_id: str) -> Response:
    """The citation of a document."""
    added = added_by_reader()
    return _file(_document_entry(document_id, added), added)


@bp.get("/api/v1/passages/<passage_id>/cite")
def passage_citation_json(passage_id: str) -> tuple[Response, int]:
    """The citation of a passage; 300 where its text is in several documents."""
    shown = show(current_index(), passage_id)
    if not isinstance(shown, Shown):
        return jsonify(json_of(sent(shown))), 300
    added = added_by_reader()
    return jsonify(_json(_passage_entry(shown, added), added)), 200


@bp.get("/api/v1/documents/<document_id>/cite")
def document_citation_json(document_id: str) -> Response:
    """The citation of a document."""
    added = added_by_reader()
    return jsonify(_json(_document_entry(document_id, added), added))


def citation_file(entries: Sequence[Entry], form: str, *, style: str, accessed: str) -> Response:
    """Entries as a file in a format. Raises UsageError before anything is sent.

    The name is that of the entry where there is one, which is made of hex digits.
    """
    chosen = checked_format(form)
    pieces = write_citations(entries, form, style=style, accessed=accessed or None)
    name = entries[0].key if len(entries) == 1 else "bibliography"
    response = Response("".join(pieces), content_type=chosen.media_type)
    return kept_as(f"{name}{chosen.suffix}", response)


def absolute(path: str) -> str:
    """Taken away from here an address needs its host."""
    return site_origin() + path


def _file(entry: Entry, added: Added) -> Response:
    form = request.args.get("format", "") or "text"
    return citation_file([entry], form, style=added.style or DEFAULT_STYLE, accessed=added.accessed)


@dataclass(frozen=True, slots=True)
class CitedEntry:
    """What is sent of a citation."""

    entry: Entry
    citation: Citation
    csl: Annotated[Mapping[str, Any], "An item of CSL-JSON 1.0.2."]

    JSON = view("key=entry.key address=entry.address superseded=entry.superseded *citation csl")


def _json(entry: Entry, added: Added) -> dict[str, Any]:
    citation = added.cite(entry.document, entry.passage, added.style or DEFAULT_STYLE)
    item = csl_item(item_of(entry, accessed=added.accessed or None))
    return json_of(CitedEntry(entry, citation, item))


def _passage_entry(shown: Shown, added: Added) -> Entry:
    return entry_of(
        shown,
        address=absolute(addresses().passage(shown.passage.passage_id)),
        url=added.url or None,
        kind=added.checked_kind,
        item=added.item or None,
    )


def _document_entry(document_id: str, added: Added) -> Entry:
    return Entry(
        current_index().document(document_id),
        address=absolute(addresses().document(document_id)),
        url=added.url or None,
        kind=added.checked_kind,
    )


def _choices(passages: Sequence[Passage]) -> Response:
    body = render_template(
        "choices.html",
        passages=passages,
        search=search_request(),
        chosen=None,
    )
    return make_response(body, 300)
