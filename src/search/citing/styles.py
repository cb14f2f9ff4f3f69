"""Which citation styles are there? Style name → style; what a style needs is loaded when used."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ..errors import UsageError
from .csl import APA, CHICAGO, CHICAGO_AUTHOR_DATE, MLA
from .gbt7714 import EDITION_2015, EDITION_2025, AuthorDate, Footnote, Numeric
from .record import Style

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
        raise UsageError(
            f"There is no citation style {name!r}; choose one of {listed}.",
            zh=f"没有“{name}”这种著录格式：可用 {listed}。",
        )
    return STYLES[name]
