"""The reference of a document or passage in one style, and which styles there are.

A reference holds only what is certain. What a complete one would need stands beside it in
``missing``, what the writer should check in ``notes``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ..documents.document import Document, Passage
from ..errors import UsageError
from .csl import APA, CHICAGO, CHICAGO_AUTHOR_DATE, MLA
from .gbt7714 import EDITION_2015, EDITION_2025, AuthorDate, Footnote, Numeric
from .record import Kind, Locator, Style, record_of

STYLES: Mapping[str, Style] = MappingProxyType(
    {
        "gbt7714-2025": Numeric(EDITION_2025),
        "gbt7714-2025-author-date": AuthorDate(EDITION_2025),
        "gbt7714-2015": Numeric(EDITION_2015),
        "gbt7714-2015-author-date": AuthorDate(EDITION_2015),
        "gbt7714-2015-note": Footnote(EDITION_2015),
        "apa": APA,
        "mla": MLA,
        "chicago": CHICAGO,
        "chicago-author-date": CHICAGO_AUTHOR_DATE,
    }
)
"""Style name → style, in the order they are offered."""

DEFAULT_STYLE = "gbt7714-2025"
"""The edition in force."""

EDITIONS = ("gbt7714-2025", "gbt7714-2015")
"""What is shown where nobody chose: the edition in force, and the one journals still ask for."""


def checked_style(name: str) -> Style:
    """The style of that name. Raises UsageError with the names there are."""
    if name not in STYLES:
        listed = ", ".join(STYLES)
        raise UsageError("citation-style-unknown", name=name, listed=listed)
    return STYLES[name]


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
        notes=(*reference.notes, *_recognised(passage)),
    )


def _recognised(passage: Passage | None) -> tuple[str, ...]:
    """What is said of a passage that was read from a picture."""
    if passage is None or passage.recognised is None:
        return ()
    trust = f"{passage.recognised:.2f}"
    return (f"本段由文字识别读出，未校对（各行置信度最低 {trust}）：引用前请对照原件。",)
