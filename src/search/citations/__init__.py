"""How is a document, or one passage of it, cited? One entry point; each style is a value in STYLES.

A reference holds only what is certain. What a complete one would need stands beside it in
``missing``, what the writer should check in ``notes``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ..documents import Document, Passage
from ..errors import UsageError
from .gbt7714 import GBT7714_2015, GBT7714_2025
from .record import Kind, Style, record_of

__all__ = ["DEFAULT_STYLE", "STYLES", "Citation", "Style", "cite"]

STYLES: Mapping[str, Style] = MappingProxyType(
    {"gbt7714-2025": GBT7714_2025, "gbt7714-2015": GBT7714_2015}
)
"""Style name → style, in the order they are offered."""

DEFAULT_STYLE = "gbt7714-2025"
"""The edition in force."""


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
    if style not in STYLES:
        listed = ", ".join(STYLES)
        raise UsageError(
            f"There is no citation style {style!r}; choose one of {listed}.",
            zh=f"没有“{style}”这种著录格式：可用 {listed}。",
        )
    chosen = STYLES[style]
    reference = chosen.reference(record_of(document, accessed=accessed, url=url, kind=kind))
    return Citation(
        style=style,
        text=reference.text,
        in_text=chosen.in_text(number, passage.paragraph, item) if passage else None,
        missing=reference.missing,
        notes=reference.notes,
    )
