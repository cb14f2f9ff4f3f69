"""Tells which reader reads which file, by its suffix; loads libraries when they are used.

Two suffixes say little: what is named .doc or .wps may be a Word file of today inside, as WPS and
web sites write them, and is read where its first bytes say so.
"""

from __future__ import annotations

from ..decoding import decode
from ..extract import Extract

PLAIN_SUFFIXES = frozenset({".txt", ".text", ".md", ".markdown", ""})
"""Read as text."""
_PAGE_SUFFIXES = frozenset({".html", ".htm", ".xhtml", ".shtml"})
_ARCHIVED_PAGE_SUFFIXES = frozenset({".mhtml", ".mht"})
_WORD_SUFFIXES = frozenset({".docx", ".docm", ".dotx", ".dotm"})
MAYBE_WORD_SUFFIXES = frozenset({".doc", ".wps"})
"""Read where the file begins with ``ZIP_MARK``."""
ZIP_MARK = b"PK\x03\x04"
DOCUMENT_SUFFIXES = (
    PLAIN_SUFFIXES | _PAGE_SUFFIXES | _ARCHIVED_PAGE_SUFFIXES | _WORD_SUFFIXES | {".pdf"}
)
"""One file, one document."""
CONTAINER_SUFFIXES = frozenset({".zip", ".jsonl", ".csv"})
"""One file, many documents."""


def suffix_of(path: str) -> str:
    """The suffix in lower case, its dot included; empty where there is none."""
    # What pathlib says; a run asks it of every file several times.
    name = path.rstrip("/").rpartition("/")[2]
    dot = name.rfind(".")
    return name[dot:].lower() if 0 < dot < len(name) - 1 else ""


def is_plain(path: str) -> bool:
    """Whether a path names a text file, which is read without any library."""
    return suffix_of(path) in PLAIN_SUFFIXES


def is_container(path: str) -> bool:
    """Whether a path names a file of many documents."""
    return suffix_of(path) in CONTAINER_SUFFIXES


def readable_suffixes() -> str:
    """Every suffix that is read, for messages."""
    return ", ".join(sorted(suffix for suffix in DOCUMENT_SUFFIXES | CONTAINER_SUFFIXES if suffix))


def extract_text(data: bytes, path: str) -> Extract:
    """The text of one document by its suffix; a suffix that is not known is read as text.

    Raises UnreadableFileError with the reason.
    """
    suffix = suffix_of(path)
    if suffix in _PAGE_SUFFIXES:
        from .page import read_page

        return read_page(data)
    if suffix in _ARCHIVED_PAGE_SUFFIXES:
        from .page import read_mhtml

        return read_mhtml(data)
    if suffix == ".pdf":
        from .pdf import read_pdf

        return read_pdf(data)
    if suffix in _WORD_SUFFIXES | MAYBE_WORD_SUFFIXES:
        from .word import read_word

        return read_word(data)
    return Extract(*decode(data))
