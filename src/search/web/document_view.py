"""What the page of a document says: its whole text, paragraph by paragraph, and its facts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..documents.document import Document, Paragraph, Passage, passages_of
from ..errors import FilterError, OverBudgetError
from ..query.nodes import Query
from ..query.request import SearchRequest
from ..searching.index import Index
from .addresses import Addresses
from .citing import meta_tags
from .passage_view import facts_of
from .results_view import highlighting

_IN_PLACE = {"caption", "note", "signature", "promulgation"}
"""Metadata that a reader expects where it stands; the rest is listed apart."""


@dataclass(frozen=True, slots=True)
class Row:
    """A paragraph as it is shown: ``level`` is a heading's (2 to 5)."""

    paragraph: Paragraph
    passage: Passage | None
    text: str
    line: int
    level: int

    @property
    def anchor(self) -> str | None:
        """Where a link leads."""
        if self.paragraph.role == "heading":
            return f"h{self.line}"
        return None if self.paragraph.number is None else f"p{self.paragraph.number}"

    @property
    def runs_in_text(self) -> bool:
        """Whether it is read where it stands."""
        return self.paragraph.role in ("body", "heading") or self.paragraph.kind in _IN_PLACE


def document_values(
    index: Index, document: Document, origin: SearchRequest, addresses: Addresses, everything: bool
) -> dict[str, Any]:
    """What the template says of a document opened from the search ``origin``, with its boilerplate
    or without.

    ``apart`` are metadata lines, taken out of the running text unless ``everything`` is shown.
    ``found`` are the ¶ of the passages that the search finds, as it counts them, each with those
    of the passages before and after it that it finds too. ``outline`` are the headings; nothing
    where there is only one.
    """
    query = index.parse(origin)
    numbers = _found(index, document, query, origin)
    rows = tuple(_rows(document))
    headings = [row for row in rows if row.paragraph.role == "heading"]
    return {
        "document": document,
        "everything": everything,
        "rows": [row for row in rows if everything or row.runs_in_text],
        "apart": [
            row
            for row in rows
            if not everything and row.paragraph.role == "metadata" and not row.runs_in_text
        ],
        "outline": headings if len(headings) > 1 else [],
        "found": dict(
            zip(numbers, zip((None, *numbers), (*numbers[1:], None), strict=False), strict=False)
        ),
        "highlighted": highlighting(query, index.analyzer),
        "hidden": sum(paragraph.role == "boilerplate" for paragraph in document.paragraphs),
        "facts": tuple(facts_of(document, addresses)),
        "meta": meta_tags(document),
    }


def _found(
    index: Index, document: Document, query: Query, origin: SearchRequest
) -> tuple[int, ...]:
    """The ¶ of what the search finds here; none where it names no text, or cannot be answered.

    A document is shown whatever its address says of a search.
    """
    if not query.asks_for_text:
        return ()
    try:
        return index.matching_in(document.document_id, origin)
    except (FilterError, OverBudgetError):
        return ()


def _rows(document: Document) -> Iterator[Row]:
    passages = {p.paragraph: p for p in passages_of(document)}
    depths = _heading_depths(document)
    level = 1
    line = 1
    counted = 0
    for paragraph in document.paragraphs:
        line += document.text.count("\n", counted, paragraph.start)
        counted = paragraph.start
        if paragraph.role == "heading":
            # A level is never skipped on the way down, whatever the text does.
            level = min(2 + depths[paragraph.start], level + 1, 5)
        passage = passages.get(paragraph.number) if paragraph.number is not None else None
        yield Row(paragraph, passage, document.slice(paragraph), line, max(2, level))


def _heading_depths(document: Document) -> dict[int, int]:
    """Where a heading starts → how many headings stand above it, told by the body below it."""
    depths = {}
    path: tuple[str, ...] = ()
    for paragraph in reversed(document.paragraphs):
        if paragraph.role == "body":
            path = paragraph.headings
        elif paragraph.role == "heading":
            text = document.slice(paragraph)
            depths[paragraph.start] = path.index(text) if text in path else 0
    return depths
