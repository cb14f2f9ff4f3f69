"""What does a reference manager read off a page? ``citation_*`` elements, that scheme only.

Names and meaning as Zotero's translator "Embedded Metadata" reads them (zotero/translators,
``Embedded Metadata.js``, HIGHWIRE_MAPPINGS and addHighwireMetadata): title, one element for each
author, date, language, and publicationTitle, which only ``citation_journal_title`` becomes. Zotero
therefore files any such page as an article of a journal; BibTeX and RIS say newspaper or web page.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..citing.formats.entries import Entry, item_of
from ..documents.document import Document


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
