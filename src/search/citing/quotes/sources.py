"""Which sources does a draft quote? Each once, numbered as they first appear, with its citation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from ...documents.document import Document
from ...errors import NotFoundError
from ...searching.index import Index
from ..citing import Citation, cite
from ..formats.entries import Entry
from ..styles import DEFAULT_STYLE
from .verdicts import CheckedQuote, Source


@dataclass(frozen=True, slots=True)
class CitedQuote:
    """A checked quotation with the citation of its source, None where there is none.

    ``places`` are the documents that it, or its parts, stand in, each with the paragraph there;
    None is a title, heading or caption.
    """

    checked: CheckedQuote
    citation: Citation | None
    places: tuple[tuple[Document, int | None], ...] = ()


@dataclass(frozen=True, slots=True)
class CitedSource:
    """One source of a draft: its number, its reference, the paragraphs that are quoted."""

    number: int
    document: Document
    citation: Citation
    paragraphs: tuple[int, ...]


def cited(
    index: Index, checked: Iterable[CheckedQuote], *, style: str = DEFAULT_STYLE
) -> tuple[CitedQuote, ...]:
    """Each with the citation of the document, and the paragraph, that it stands in.

    Sources are numbered from 1 as they first appear, those of parts too. Raises UsageError for a
    style that does not exist.
    """
    documents = _Documents(index)
    return tuple(_cited(index, one, documents, style) for one in checked)


class _Documents:
    """The documents asked for so far, with their numbers."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._known: dict[str, Document] = {}
        self._numbers: dict[str, int] = {}

    def get(self, document_id: str) -> Document | None:
        """None where a commit in between took it out."""
        if document_id not in self._known:
            try:
                self._known[document_id] = self._index.document(document_id)
            except NotFoundError:
                return None
            self._numbers[document_id] = len(self._known)
        return self._known[document_id]

    def number(self, document_id: str) -> int:
        """From 1, as they were first asked for."""
        return self._numbers[document_id]


def _cited(index: Index, checked: CheckedQuote, documents: _Documents, style: str) -> CitedQuote:
    places = []
    for source in _sources(checked):
        document = documents.get(source.document_id)
        if document is not None:
            places.append((document, source.paragraph))
    return CitedQuote(checked, _citation(index, checked, documents, style), tuple(places))


def _sources(checked: CheckedQuote) -> Iterator[Source]:
    if checked.source is not None:
        yield checked.source
    for part in checked.parts:
        if part.source is not None:
            yield part.source


def _citation(
    index: Index, checked: CheckedQuote, documents: _Documents, style: str
) -> Citation | None:
    source = checked.source
    document = documents.get(source.document_id) if source else None
    if source is None or document is None:
        return None
    try:
        passage = index.get(source.passage_id) if source.passage_id else None
    except NotFoundError:  # a commit in between took it out
        return None
    return cite(document, passage, style=style, number=documents.number(document.document_id))


def sources_of(
    quotes: Sequence[CitedQuote], *, style: str = DEFAULT_STYLE
) -> tuple[CitedSource, ...]:
    """The sources of a draft in the order of their numbers. Raises UsageError as ``cite`` does."""
    documents: dict[str, Document] = {}
    paragraphs: dict[str, set[int]] = {}
    for document, paragraph in (place for one in quotes for place in one.places):
        documents.setdefault(document.document_id, document)
        found = paragraphs.setdefault(document.document_id, set())
        if paragraph is not None:
            found.add(paragraph)
    return tuple(
        CitedSource(
            number, document, cite(document, style=style), tuple(sorted(paragraphs[identity]))
        )
        for number, (identity, document) in enumerate(documents.items(), start=1)
    )


def entries_of(
    quotes: Sequence[CitedQuote], address: Callable[[Document], str | None] = lambda _: None
) -> tuple[Entry, ...]:
    """The sources as entries for ``write_citations``; ``address`` is where each is served."""
    return tuple(
        Entry(source.document, address=address(source.document), quoted=source.paragraphs)
        for source in sources_of(quotes)
    )
