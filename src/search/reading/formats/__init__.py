"""Choose the reader of a file by its first bytes, which do not lie, else by its suffix.

Libraries are loaded when they are used. A zip or compound (OLE) file says by what is in it what it
is: a .doc may be a page, a .wps a Word file of today, a .txt a page that was saved.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from typing import IO

from ...errors import UnreadableFileError
from ..decoding import decode
from ..extract import Extract

PLAIN_SUFFIXES = frozenset({".txt", ".text", ".md", ".markdown", ""})
"""Read as text."""
_SUFFIXES = {
    "page": (".html", ".htm", ".xhtml", ".shtml"),
    "mhtml": (".mhtml", ".mht"),
    "pdf": (".pdf",),
    "word": (".docx", ".docm", ".dotx", ".dotm"),
    "doc": (".doc", ".dot", ".wps", ".wpt"),
    "rtf": (".rtf",),
    "odt": (".odt", ".ott", ".fodt", ".odp", ".otp"),
    "xlsx": (".xlsx", ".xlsm", ".xltx", ".xltm"),
    "xls": (".xls", ".xlt", ".et", ".ett"),
    "ods": (".ods", ".ots", ".fods"),
    "pptx": (".pptx", ".pptm", ".ppsx", ".ppsm", ".potx", ".potm"),
    "ppt": (".ppt", ".pps", ".pot", ".dps", ".dpt"),
    "epub": (".epub",),
    "ofd": (".ofd",),
}
_BY_SUFFIX = {suffix: kind for kind, suffixes in _SUFFIXES.items() for suffix in suffixes}
DOCUMENT_SUFFIXES = PLAIN_SUFFIXES | _BY_SUFFIX.keys()
"""One file, one document."""
ARCHIVE_SUFFIXES = frozenset({".zip", ".7z", ".rar"})
MAIL_SUFFIXES = frozenset({".eml", ".msg"})
RECORD_SUFFIXES = frozenset({".jsonl", ".csv", ".tsv"})
CONTAINER_SUFFIXES = ARCHIVE_SUFFIXES | MAIL_SUFFIXES | RECORD_SUFFIXES
"""One file, many documents."""
BEGIN_BYTES = 1024
"""The first bytes, which tell a format."""
_PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,400}?-->\s*){0,3}"
    rb"<(?:!doctype\s+html|html)\b",
    re.IGNORECASE | re.DOTALL,
)
_FRAGMENT = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*<(?:head|meta|title|style|body|table|div|p)\b", re.IGNORECASE
)
"""How web sites begin what they call a .doc or .xls."""
_OFFICE_PAGE = re.compile(rb"urn:schemas-microsoft-com:office:(?:word|excel|office)|Prog[Ii]d")
"""A page that an office program saved."""
_OFFICE_XML = (
    (
        re.compile(rb"<(?:\w+:)?Workbook\b[^>]*urn:schemas-microsoft-com:office:spreadsheet"),
        "xml-xls",
    ),
    (re.compile(rb"<w:wordDocument\b"), "xml-doc"),
    (re.compile(rb"<pkg:package\b"), "flat-opc"),
    (re.compile(rb"<office:document\b"), "flat-odf"),
)
_OFFICE_KINDS = frozenset(("doc", "rtf", "word", "xls", "xlsx", "odt", "ods"))
_ENVELOPE = re.compile(
    rb"\A(?:From|MIME-Version|Subject|Date):.*multipart/related", re.DOTALL | re.IGNORECASE
)
_MARKS = (
    (b"%PDF-", "pdf"),
    (b"{\\rtf", "rtf"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\xd0\xcf\x11\xe0", "ole"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!\x1a\x07", "rar"),
)
_OFFICE_FOLDERS = {"word/": "word", "xl/": "xlsx", "ppt/": "pptx"}
_MIMETYPES = {
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.presentation": "odt",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "application/epub+zip": "epub",
}
_LINE_ENDS = {0x2028: "\n", 0x2029: "\n"}
"""What some programs end lines and paragraphs with."""
_MIMETYPE_BYTES = 200
ARCHIVES = frozenset({"zip", "7z", "rar"})
"""Kinds that hold files."""


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
    return suffix_of(path) in PLAIN_SUFFIXES and _kind(path, begin) == "text"


def is_container(path: str) -> bool:
    """Whether a path names a file of many documents."""
    return suffix_of(path) in CONTAINER_SUFFIXES


def readable_suffixes() -> str:
    """Every suffix that is read, for messages."""
    return ", ".join(sorted(suffix for suffix in DOCUMENT_SUFFIXES | CONTAINER_SUFFIXES if suffix))


def _kind(path: str, begin: bytes) -> str:
    """The kind of a file as far as its first bytes and its suffix say it."""
    start = begin[:BEGIN_BYTES]
    text = start.lstrip(b"\xef\xbb\xbf \t\r\n")
    for mark, kind in _MARKS:
        if text.startswith(mark):
            return kind
    suffix = suffix_of(path)
    of_suffix = _BY_SUFFIX.get(suffix, "text")
    if _PAGE.match(start):
        is_office = of_suffix in _OFFICE_KINDS or _OFFICE_PAGE.search(start)
        return "office-page" if is_office else "page"
    if text.startswith(b"<"):
        for pattern, kind in _OFFICE_XML:
            if pattern.search(start):
                return kind
    if suffix in CONTAINER_SUFFIXES:
        return suffix[1:]
    if of_suffix in ("page", "mhtml", "pdf", "word"):
        return of_suffix
    if _ENVELOPE.search(start) or (of_suffix != "text" and text[:13].lower() == b"mime-version:"):
        return "mhtml"
    if of_suffix != "text" and _FRAGMENT.match(start):
        return "office-page"
    # A file of Office that is none of all these is text, or is none at all.
    return "text"


def kind_of(file: IO[bytes], path: str) -> str:
    """The kind of a file, its position afterwards at its beginning.

    Raises UnreadableFileError where it is of a known kind that is not read.
    """
    begin = file.read(BEGIN_BYTES)
    file.seek(0)
    kind = _kind(path, begin)
    if kind == "ole":
        from .ole import kind_of_compound

        kind = kind_of_compound(file)
    elif kind == "zip":
        kind = _kind_of_zip(file, _BY_SUFFIX.get(suffix_of(path)))
    file.seek(0)
    return kind


def _kind_of_zip(file: IO[bytes], of_suffix: str | None) -> str:
    """What is in a zip file; one that cannot be opened is what its suffix says."""
    try:
        with zipfile.ZipFile(file) as archive:
            names = {name.lower(): name for name in archive.namelist()}
            if "mimetype" in names:
                with archive.open(names["mimetype"]) as member:
                    kind = member.read(_MIMETYPE_BYTES).decode("ascii", "replace").strip()
                for known, reader in _MIMETYPES.items():
                    if kind.startswith(known):
                        return reader
    except Exception:  # whatever a broken one does, its reader will say it
        return of_suffix or "zip"
    if "[content_types].xml" in names:
        for folder, kind in _OFFICE_FOLDERS.items():
            if any(name.startswith(folder) for name in names):
                return kind
    if "meta-inf/container.xml" in names:
        return "epub"
    if "ofd.xml" in names:
        return "ofd"
    return of_suffix if of_suffix in ("word", "ofd") else "zip"


def extract_text(
    data: bytes, path: str, neighbours: Callable[[], str | None] | None = None
) -> Extract:
    """The text of one document, by its first bytes and its suffix; what says nothing is text.

    ``neighbours`` gives the encoding of the files beside it, where a text is too short to tell.
    Raises UnreadableFileError with the reason.
    """
    return extract_as(kind_of(io.BytesIO(data), path), data, neighbours)


def extract_as(
    kind: str, data: bytes, neighbours: Callable[[], str | None] | None = None
) -> Extract:
    """The text of one document of that kind. Raises UnreadableFileError with the reason."""
    match kind:
        case "page":
            from .page import read_page

            return read_page(data)
        case "mhtml":
            from .mail import read_mhtml

            return read_mhtml(data)
        case "pdf":
            from .pdf import read_pdf

            return read_pdf(data)
        case "ofd":
            from .ofd import read_ofd

            return read_ofd(data)
        case "word":
            from .word import read_word

            return read_word(data)
        case "doc":
            from .doc import read_doc

            return read_doc(data)
        case "rtf":
            from .rtf import read_rtf

            return read_rtf(data)
        case "office-page":
            from .flat import read_office_page

            return read_office_page(data)
        case "xml-doc" | "flat-opc" | "flat-odf":
            from .flat import read_flat

            return read_flat(data, kind)
        case "xlsx" | "xls" | "ods" | "xml-xls":
            from .sheets import read_sheets

            return read_sheets(data, kind)
        case "pptx" | "ppt":
            from .slides import read_slides

            return read_slides(data, kind)
        case "odt":
            from .odt import read_odt

            return read_odt(data)
        case "epub":
            from .epub import read_epub

            return read_epub(data)
        case "text":
            text, encoding, faults = decode(data, neighbours=neighbours)
            return Extract(text.translate(_LINE_ENDS), encoding, faults=faults)
        case _:
            raise UnreadableFileError("file-is-container", kind=kind)
