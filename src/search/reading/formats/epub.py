"""Read electronic books (.epub): chapters in the order of the spine, as a browser shows them."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import unquote

from ...documents.document import Evidence
from ...errors import UnreadableFileError
from ..dates import recorded_date
from ..extract import Extract
from .office import OfficeLine, office_extract
from .package import Element, Package
from .page import decode_page
from .page_lines import parse_page, visible_lines
from .page_metadata import UNTITLED

_CONTAINER, _ENCRYPTION = "META-INF/container.xml", "META-INF/encryption.xml"
_OF_FONTS = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
"""Fonts alone are disguised so, in books that anybody may read."""
_PAGES = ("application/xhtml+xml", "text/html", "application/xml", "text/xml")


def read_epub(data: bytes) -> Extract:
    """The text of a book, one line per paragraph.

    Raises UnreadableFileError where it is damaged or protected against copying.
    """
    with Package(data) as package:
        _check_protection(package)
        root = next(package.parse(_CONTAINER).iter("{*}rootfile"), None)
        path = "" if root is None else root.get("full-path") or ""
        if not package.has(path):
            raise UnreadableFileError("epub-damaged", part=path or _CONTAINER)
        book = package.parse(path)
        lines = [line for part in _chapters(package, book, path) for line in _lines(package, part)]
        title, author, day = (_said(book, name) for name in ("title", "creator", "date"))
    title = "" if UNTITLED.match(title) else title
    extract = office_extract(lines, "epub", title=title, author=author)
    guide = extract.guide
    if guide is None:
        return extract
    fields, evidence = {**guide.fields}, {**guide.evidence}
    # A book's title often stands on its cover alone, which is a picture.
    if title and "title" not in fields and not guide.title:
        fields["title"], evidence["title"] = title, Evidence("书籍信息里的书名", None, title)
    if published := recorded_date(day):
        fields["published"] = published
        evidence["published"] = Evidence("书籍信息里的出版日期", None, day)
    return replace(extract, guide=replace(guide, fields=fields, evidence=evidence))


def _check_protection(package: Package) -> None:
    if package.has(_ENCRYPTION):
        for method in package.parse(_ENCRYPTION).iter("{*}EncryptionMethod"):
            if method.get("Algorithm") not in _OF_FONTS:
                raise UnreadableFileError("epub-protected")


def _said(book: Element, name: str) -> str:
    """What a book says of itself; of its days only that of publication."""
    for each in book.iter(f"{{http://purl.org/dc/elements/1.1/}}{name}"):
        event = each.get("{http://www.idpf.org/2007/opf}event", "publication")
        if each.text and each.text.strip() and event == "publication":
            return " ".join(each.text.split())
    return ""


def _chapters(package: Package, book: Element, path: str) -> Iterator[str]:
    """The pages of the spine in order, each once; that of navigation is no text."""
    items = {item.get("id"): item for item in book.iter("{*}item")}
    seen: set[str] = set()
    for reference in book.iter("{*}itemref"):
        item = items.get(reference.get("idref"))
        if item is None or "nav" in (item.get("properties") or "").split():
            continue
        target = unquote((item.get("href") or "").partition("#")[0])
        part = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
        is_page = (item.get("media-type") or "").lower() in _PAGES
        if is_page and part not in seen and package.has(part):
            seen.add(part)
            yield part


def _lines(package: Package, part: str) -> Iterator[OfficeLine]:
    data = package.read(part)
    if data.strip():
        for line in visible_lines(parse_page(decode_page(data).text)):
            yield OfficeLine(line.text, line.level, "row" if line.is_row else "")
