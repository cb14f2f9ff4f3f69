"""The page of a document as plain values: whole text, paragraph by paragraph, and its facts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from ..analysis.words import Analyzer
from ..documents.document import Document, Paragraph, passages_of
from ..errors import FilterError, OverBudgetError
from ..query.nodes import Query
from ..query.request import SearchRequest
from ..searching.index import Index
from . import wording
from .addresses import Added, Addresses
from .citing import CitingView, citing_view, meta_tags
from .passage_view import Fact, facts_of, pieces
from .results_view import Pieces

_IN_PLACE = {"caption", "note", "signature", "promulgation"}
"""Metadata that a reader expects where it stands; the rest is listed apart."""


@dataclass(frozen=True, slots=True)
class ParagraphView:
    """One paragraph: ``level`` is a heading's (2 to 5), ``number`` and ``address`` a passage's.

    ``anchor`` is where a link leads. Where the search finds a passage, ``previous`` and ``next``
    are the ¶ of the passages before and after it that it finds too.
    """

    role: str
    label: str
    pieces: Pieces
    reason: str
    line: int
    level: int = 2
    number: int | None = None
    address: str | None = None
    anchor: str | None = None
    previous: int | None = None
    next: int | None = None


@dataclass(frozen=True, slots=True)
class HeadingView:
    """An entry of the outline: ``depth`` 0 is the highest of the document."""

    text: str
    depth: int
    anchor: str


@dataclass(frozen=True, slots=True)
class DocumentView:
    """Everything the template of a document needs.

    ``apart`` are metadata lines, taken out of the running text unless ``everything`` is shown;
    ``hidden`` is how many boilerplate paragraphs are not. ``found`` are the ¶ of the passages
    that the search finds, as it counts them.
    """

    document: Document
    title: str
    passages: int
    paragraphs: tuple[ParagraphView, ...]
    apart: tuple[ParagraphView, ...]
    outline: tuple[HeadingView, ...]
    found: tuple[int, ...]
    hidden: int
    facts: tuple[Fact, ...]
    citing: CitingView
    meta: tuple[tuple[str, str], ...]
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
    added: Added,
) -> DocumentView:
    """The view of a document opened from the search ``origin``, with its boilerplate or without.

    ``added`` is what the reader adds to the citation; what is wrong with it is said beside it.
    """
    analyzer = index.analyzer
    query = index.parse(origin)
    numbers = _found(index, document, query, origin)
    views = _stepped(_paragraphs(document, query, analyzer, origin, addresses), numbers)
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
        outline=_outline(views),
        found=numbers,
        hidden=0 if everything else roles["boilerplate"],
        facts=tuple(facts_of(document, addresses)),
        citing=citing_view(
            document,
            None,
            added,
            action=addresses.document(document.document_id),
            file=lambda params: addresses.document_citation(document.document_id, params),
        ),
        meta=meta_tags(document),
        everything=everything,
        whole_address=addresses.document(document.document_id, origin, everything=True),
        body_address=addresses.document(document.document_id, origin),
        permanent=addresses.document(document.document_id),
        back=addresses.search(origin) if origin.to_params() else None,
    )


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


def _stepped(views: Iterable[ParagraphView], numbers: tuple[int, ...]) -> tuple[ParagraphView, ...]:
    """With the passages of these ¶ each knowing the one before and the one after."""
    around = dict(
        zip(numbers, zip((None, *numbers), (*numbers[1:], None), strict=False), strict=False)
    )
    return tuple(
        replace(view, previous=around[view.number][0], next=around[view.number][1])
        if view.number in around
        else view
        for view in views
    )


def _outline(views: tuple[ParagraphView, ...]) -> tuple[HeadingView, ...]:
    """The headings, the highest level that there is at depth 0; nothing where there is only one."""
    headings = [view for view in views if view.role == "heading"]
    if len(headings) < 2:
        return ()
    highest = min(view.level for view in headings)
    return tuple(
        HeadingView(
            text="".join(text for text, _ in view.pieces),
            depth=view.level - highest,
            anchor=view.anchor or "",
        )
        for view in headings
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
        number = paragraph.number
        passage = passages.get(number) if number is not None else None
        anchor = f"p{number}" if number is not None else None
        yield ParagraphView(
            role=paragraph.role,
            label=wording.KINDS.get(paragraph.kind) or wording.ROLES[paragraph.role],
            pieces=pieces(document.slice(paragraph), query, analyzer),
            reason=paragraph.reason,
            line=line,
            level=max(2, level),
            number=number,
            address=addresses.passage(passage.passage_id, origin) if passage else None,
            anchor=f"h{line}" if paragraph.role == "heading" else anchor,
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
