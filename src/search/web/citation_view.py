"""How is a passage or document cited on its page? The references, and what the reader may add."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ..citing.citing import Citation, cite
from ..citing.formats import FORMATS
from ..citing.record import Kind, checked_kind
from ..citing.styles import DEFAULT_STYLE, EDITIONS, STYLES
from ..documents.document import Document, Passage
from ..errors import UsageError
from . import wording
from .languages import said


@dataclass(frozen=True, slots=True)
class Added:
    """What the reader chooses or adds, as it stands in the address; "" is nothing."""

    style: str = ""
    accessed: str = ""
    url: str = ""
    kind: str = ""
    item: str = ""

    @property
    def checked_kind(self) -> Kind | None:
        """The kind that was chosen. Raises UsageError for one that does not exist."""
        return checked_kind(self.kind) if self.kind else None

    def cite(self, document: Document, passage: Passage | None, style: str) -> Citation:
        """The citation with what was added. Raises UsageError."""
        return cite(
            document,
            passage,
            style=style,
            accessed=self.accessed or None,
            url=self.url or None,
            item=self.item or None,
            kind=self.checked_kind,
        )

    def to_params(self) -> list[tuple[str, str]]:
        """The same in an address."""
        named = {"style": self.style, "accessed": self.accessed, "url": self.url}
        named |= {"kind": self.kind, "item": self.item}
        return [(name, value) for name, value in named.items() if value]


@dataclass(frozen=True, slots=True)
class CitationView:
    """A citation in one style; ``is_default`` is the edition in force."""

    style: str
    label: str
    text: str
    in_text: str | None
    missing: tuple[str, ...]
    notes: tuple[str, ...]
    is_default: bool


@dataclass(frozen=True, slots=True)
class CitingView:
    """Everything the panel needs; ``notes`` hold for all its citations.

    ``files`` are the formats with the addresses at which they are downloaded.
    """

    citations: tuple[CitationView, ...]
    notes: tuple[str, ...]
    error: str | None
    in_text: str | None
    in_text_is_note: bool
    has_number: bool
    has_item: bool
    added: Added
    action: str
    files: tuple[tuple[str, str], ...]

    @property
    def is_open(self) -> bool:
        """Whether something was added."""
        return bool(self.added.to_params())

    @property
    def styles(self) -> tuple[tuple[str, str], ...]:
        """Names and labels of the styles."""
        return tuple((name, wording.STYLES[name]) for name in STYLES)

    @property
    def kinds(self) -> tuple[tuple[str, str], ...]:
        """Names and labels of the kinds."""
        return tuple(wording.CITED_KINDS.items())


def citing_view(
    document: Document,
    passage: Passage | None,
    added: Added,
    *,
    action: str,
    file: Callable[[list[tuple[str, str]]], str],
) -> CitingView:
    """The citations of a document, or a passage of it: in the style chosen, else in both editions.

    ``action`` is where the form leads, ``file`` makes the address of a download. What is wrong
    with what was added is said, and left out.
    """
    error, usable = None, added
    try:
        citations = tuple(_citations(document, passage, added))
    except UsageError as wrong:
        error, usable = said(wrong.zh, wrong.message), Added()
        citations = tuple(_citations(document, passage, usable))
    style = citations[0].style
    is_note = style == "chicago"
    return CitingView(
        citations=citations,
        notes=tuple(n for n in citations[0].notes if all(n in c.notes for c in citations)),
        error=error,
        in_text=citations[0].in_text,
        in_text_is_note=is_note,
        has_number=STYLES[style].is_numbered or is_note,
        has_item=passage is not None,
        added=added,
        action=action,
        files=tuple(
            (wording.FORMATS[name], file([*usable.to_params(), ("format", name)]))
            for name in FORMATS
        ),
    )


def _citations(document: Document, passage: Passage | None, added: Added) -> Iterator[CitationView]:
    for style in (added.style,) if added.style else EDITIONS:
        citation = added.cite(document, passage, style)
        yield CitationView(
            style=style,
            label=wording.STYLES[style],
            text=citation.text,
            in_text=citation.in_text,
            missing=citation.missing,
            notes=citation.notes,
            is_default=style == DEFAULT_STYLE,
        )
