"""How is a document, or one passage of it, cited? A reference in one style, and what is beside it.

A reference holds only what is certain. What a complete one would need stands beside it in
``missing``, what the writer should check in ``notes``.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..documents.document import Document, Passage
from .locators import Locator
from .record import Kind, record_of
from .styles import DEFAULT_STYLE, checked_style


@dataclass(frozen=True, slots=True)
class Citation:
    """A citation in one style.

    ``text`` is the reference without its number, one line; ``in_text`` points at the passage from
    the running text (``[1]第14段``), None for a whole document. ``missing`` names in Chinese what a
    complete reference still needs, ``notes`` are Chinese sentences to read before using it.
    """

    style: str
    text: str
    in_text: str | None
    missing: tuple[str, ...]
    notes: tuple[str, ...]


def cite(
    document: Document,
    passage: Passage | None = None,
    *,
    style: str = DEFAULT_STYLE,
    accessed: str | None = None,
    url: str | None = None,
    item: str | None = None,
    number: int = 1,
    kind: Kind | None = None,
) -> Citation:
    """Cite a document, or one of its passages.

    ``accessed`` is the day the reader opened the page (YYYY-MM-DD), ``url`` the article's address
    where the document has none; ``item`` names one member of a long enumeration (六是), ``number``
    is the entry's in the list of references, from 1; ``kind`` chooses between newspaper [N/OL] and
    web page [EB/OL] where the outlet alone is disputable.

    Raises UsageError for a style that does not exist, an access date that is none, or an address
    that is not an article's; ValueError for a passage of another document.
    """
    if passage is not None and passage.document_id != document.document_id:
        raise ValueError(f"passage {passage.passage_id} is not of {document.document_id}")
    chosen = checked_style(style)
    record = record_of(document, accessed=accessed, url=url, kind=kind)
    locator = Locator(passage.paragraph, item) if passage else None
    reference = chosen.reference(record, locator)
    return Citation(
        style=style,
        text=reference.text,
        in_text=chosen.in_text(record, number, locator) if locator else None,
        missing=reference.missing,
        notes=reference.notes,
    )
