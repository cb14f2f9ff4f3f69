"""How is a document, or one passage of it, cited? One entry point; each style is a value in STYLES.

``search.citations.formats`` writes citations as BibTeX, RIS, CSL-JSON, text, Markdown and HTML.
"""

from .citing import Citation, cite
from .record import Kind, Style, checked_kind
from .styles import DEFAULT_STYLE, EDITIONS, STYLES, checked_style

__all__ = [
    "DEFAULT_STYLE",
    "EDITIONS",
    "STYLES",
    "Citation",
    "Kind",
    "Style",
    "checked_kind",
    "checked_style",
    "cite",
]
