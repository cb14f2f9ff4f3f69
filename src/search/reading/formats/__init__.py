"""Choose the reader of a file by its suffix; libraries are loaded when they are used.

Two suffixes say little: what is named .doc or .wps may be a Word file of today inside, as WPS and
web sites write them, and is read where its first bytes say so.
"""

from __future__ import annotations

import re
from collections.abc import Callable

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
BEGIN_BYTES = 1024
"""The first bytes, which tell a format."""
_PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,400}?-->\s*){0,3}"
    rb"<(?:!doctype\s+html|html)\b",
    re.IGNORECASE | re.DOTALL,
)
_ENVELOPE = re.compile(
    rb"\A(?:From|MIME-Version|Subject|Date):.*multipart/related", re.DOTALL | re.IGNORECASE
)
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


def is_plain(path: str, begin: bytes = b"") -> bool:
    """Whether a file is text, which is read without any library.

    ``begin`` are its first bytes: a page that was saved as .txt is none.
    """
    return _format(path, begin) == "text"


def _format(path: str, begin: bytes) -> str:
    """The format of a file by its first bytes, which do not lie, else by its suffix."""
    start = begin[:BEGIN_BYTES]
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"%PDF-"):
        return "pdf"
    if _PAGE.match(start):
        return "page"
    suffix = suffix_of(path)
    if suffix in _ARCHIVED_PAGE_SUFFIXES or (suffix in PLAIN_SUFFIXES and _ENVELOPE.search(start)):
        return "mhtml"
    if suffix in _WORD_SUFFIXES | MAYBE_WORD_SUFFIXES:
        return "word"
    if suffix in _PAGE_SUFFIXES:
        return "page"
    return "pdf" if suffix == ".pdf" else "text"


def is_container(path: str) -> bool:
    """Whether a path names a file of many documents."""
    return suffix_of(path) in CONTAINER_SUFFIXES


def readable_suffixes() -> str:
    """Every suffix that is read, for messages."""
    return ", ".join(sorted(suffix for suffix in DOCUMENT_SUFFIXES | CONTAINER_SUFFIXES if suffix))


def extract_text(
    data: bytes, path: str, neighbours: Callable[[], str | None] | None = None
) -> Extract:
    """The text of one document, by its first bytes and its suffix; what says nothing is text.

    ``neighbours`` gives the encoding of the files beside it, where a text is too short to tell.
    Raises UnreadableFileError with the reason.
    """
    match _format(path, data[:BEGIN_BYTES]):
        case "page":
            from .page import read_page

            return read_page(data)
        case "mhtml":
            from .page import read_mhtml

            return read_mhtml(data)
        case "pdf":
            from .pdf import read_pdf

            return read_pdf(data)
        case "word":
            from .word import read_word

            return read_word(data)
        case _:
            text, encoding, faults = decode(data, neighbours=neighbours)
            return Extract(text, encoding, faults=faults)
