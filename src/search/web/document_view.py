"""What does the page of a document show? Its whole text, paragraph by paragraph, and its facts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from ..analysis import Analyzer
from ..documents import Document, Paragraph, passages_of
from ..index import Index
from ..query import Query
from ..request import SearchRequest
from . import wording
from .addresses import Addresses
from .passage_view import Fact, facts_of, pieces
from .results_view import Pieces

__all__ = ["DocumentView", "ParagraphView", "document_view"]

_IN_PLACE = {"caption", "signature", "promulgation"}
"""Metadata that a reader expects where it stands; the rest is listed apart."""


@dataclass(frozen=True, slots=True)
class ParagraphView:
    """One paragraph: ``level`` is a heading's (2 to 5), ``number`` and ``address`` a passage's."""

    role: str
    label: str
    pieces: Pieces
    reason: str
    line: int
    level: int = 2
    number: int | None = None
    address: str | None = None


@dataclass(frozen=True, slots=True)
class DocumentView:
    """Everything the template of a document needs.

    ``apart`` are metadata lines, taken out of the running text unless ``everything`` is shown;
    ``hidden`` is how many boilerplate paragraphs are not.
    """

    document: Document
    title: str
    passages: int
    paragraphs: tuple[ParagraphView, ...]
    apart: tuple[ParagraphView, ...]
    hidden: int
    facts: tuple[Fact, ...]
    everything: bool
    whole_address: str
    body_address: str
    permanent: str
    back: str | None


def document_view(
    index: Index,
    document: Document,
    origin: SearchRequest,
    addresses: Addresses,
    *,
    everything: bool,
) -> DocumentView:
    """The view of a document opened from the search ``origin``, with its boilerplate or without."""
    analyzer = index.engine.analyzer
    query = index.parse(origin)
    views = tuple(_paragraphs(document, query, analyzer, origin, addresses))
    roles = Counter(p.role for p in document.paragraphs)
    shown = []
    apart = []
    for paragraph, view in zip(document.paragraphs, views, strict=True):
        if everything or _runs_in_text(paragraph):
            shown.append(view)
        elif paragraph.role == "metadata":
            apart.append(view)
    return DocumentView(
        document=document,
        title=document.title or document.path,
        passages=document.passage_count,
        paragraphs=tuple(shown),
        apart=tuple(apart),
        hidden=0 if everything else roles["boilerplate"],
        facts=tuple(facts_of(document, addresses)),
        everything=everything,
        whole_address=addresses.document(document.document_id, origin, everything=True),
        body_address=addresses.document(document.document_id, origin),
        permanent=addresses.document(document.document_id),
        back=addresses.search(origin) if origin.to_params() else None,
    )


def _runs_in_text(paragraph: Paragraph) -> bool:
    return paragraph.role in ("body", "heading") or paragraph.kind in _IN_PLACE


def _paragraphs(
    document: Document,
    query: Query,
    analyzer: Analyzer,
    origin: SearchRequest,
    addresses: Addresses,
) -> Iterator[ParagraphView]:
    passage_ids = {p.paragraph: p.passage_id for p in passages_of(document)}
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
        number = paragraph.number
        yield ParagraphView(
            role=paragraph.role,
            label=wording.KINDS.get(paragraph.kind) or wording.ROLES[paragraph.role],
            pieces=pieces(document.slice(paragraph), query, analyzer),
            reason=paragraph.reason,
            line=line,
            level=max(2, level),
            number=number,
            address=(
                addresses.passage(passage_ids[number], origin)
                if number is not None and number in passage_ids
                else None
            ),
        )


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
