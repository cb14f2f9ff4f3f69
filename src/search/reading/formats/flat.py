"""Read office documents that are one piece of XML, or a page that is called a .doc or .xls.

Word 2003 wrote such files, and programs that fill in forms write them still, as .doc; Word of
today and LibreOffice can write a whole package as one.
"""

from __future__ import annotations

import base64
import binascii
import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import replace

from lxml import etree

from ...errors import UnreadableFileError
from ..extract import Extract
from .office import OfficeLine, line_of, office_extract
from .package import NAMES, Element, child, parse_xml, value
from .page import decode_page
from .page_lines import parse_page, visible_lines
from .sheets import Book, table_lines

_NAME_CHARS = 1_000
_W = "http://schemas.microsoft.com/office/word/2003/wordml"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN, _STYLES, _NOTES = "word/document.xml", "word/styles.xml", "word/footnotes.xml"


def read_flat(data: bytes, kind: str) -> Extract:
    """The text of a document that is XML, ``kind`` "xml-doc", "flat-opc" or "flat-odf".

    Raises UnreadableFileError where it is damaged.
    """
    root = parse_xml(data, "XML")
    if kind == "flat-odf":
        from .odt import read_odt
        from .sheets import read_sheets

        packed = _packed({"content.xml": data})
        is_table = root.find(".//{*}spreadsheet") is not None
        return read_sheets(packed, "ods") if is_table else read_odt(packed)
    from .word import read_word

    return read_word(_packed(_parts(root) if kind == "flat-opc" else _of_2003(root)))


def _packed(parts: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def _parts(root: Element) -> dict[str, bytes]:
    """The parts of a package that is written as one document."""
    parts: dict[str, bytes] = {}
    for part in root.iter("{*}part"):
        name = (value(part, "name") or "").lstrip("/")
        if not name or len(name) > _NAME_CHARS:
            continue
        for held in part:
            kind = etree.QName(held).localname
            if kind == "xmlData" and len(held):
                parts[name] = etree.tostring(held[0])
            elif kind == "binaryData":
                try:
                    parts[name] = base64.b64decode(held.text or "")
                except (binascii.Error, ValueError) as error:
                    raise UnreadableFileError("office-damaged", error=str(error)) from error
    return parts


def _of_2003(root: Element) -> dict[str, bytes]:
    """The parts of a document of Word 2003, what differs in it written as later."""
    for comment in list(root.iter("{*}annotation")):
        kind = value(comment, "type") or comment.get(f"{{{_W}}}type") or ""
        if kind.startswith("Word.Comment"):
            _remove(comment)
    for number in list(root.iter(f"{{{_W}}}listPr")):
        # What a list shows before its paragraph stands there for other programs.
        shown = next((each for each in number if etree.QName(each).localname == "t"), None)
        paragraph = next(number.iterancestors(f"{{{_W}}}p"), None)
        text = "" if shown is None else value(shown) or ""
        if paragraph is not None and text.strip() and any(c.isalnum() for c in text):
            run = etree.Element(f"{{{_W}}}r")
            etree.SubElement(run, f"{{{_W}}}t").text = f"{text} "
            paragraph.insert(1, run)
        _remove(number)
    notes = etree.Element(f"{{{_W}}}footnotes")
    for i, note in enumerate([*root.iter(f"{{{_W}}}footnote", f"{{{_W}}}endnote")]):
        if NAMES[note.getparent().tag] != "w:r":
            continue  # the line above notes
        reference = etree.Element(f"{{{_W}}}footnoteReference")
        reference.set(f"{{{_W}}}id", str(i))
        reference.tail = note.tail
        note.getparent().replace(note, reference)
        note.tail = None
        note.tag = f"{{{_W}}}footnote"
        note.set(f"{{{_W}}}id", str(i))
        notes.append(note)
    document = etree.Element(f"{{{_W}}}document")
    body = child(root, "w:body")
    styles = child(root, "w:styles")
    if body is None:
        raise UnreadableFileError("word-is-none")
    parts = {_NOTES: etree.tostring(notes)}
    if styles is not None:
        parts[_STYLES] = etree.tostring(styles)
    document.append(body)
    parts[_MAIN] = etree.tostring(document)
    rows = "".join(
        f'<Relationship Id="{kind}" Type="{_R}/{kind}" Target="{kind}.xml"/>'
        for kind in ("styles", "footnotes")
    )
    parts["word/_rels/document.xml.rels"] = f"<Relationships>{rows}</Relationships>".encode()
    return parts


def _remove(element: Element) -> None:
    """Take an element out; a text behind it is none in these files."""
    if element.getparent() is not None:
        element.getparent().remove(element)


_UNSEEN = re.compile(
    r"mso-hide\s*:\s*all|mso-element\s*:\s*(?:comment|header|footer)|display\s*:\s*none"
    r"|visibility\s*:\s*(?:hidden|collapse)",
    re.IGNORECASE,
)
_TITLE = re.compile(r"\bMsoTitle\b")
_IN_TABLES = 0.8
"""This share of the characters in tables makes a file of tables."""


def read_office_page(data: bytes) -> Extract:
    """The text of such a page, one line per paragraph or table row.

    Raises UnreadableFileError where there is none.
    """
    found = decode_page(data)
    root = parse_page(found.text)
    _drop_unseen(root)
    tables = [
        table for table in root.iter("table") if next(table.iterancestors("table"), None) is None
    ]
    inside = sum(len(line_of("".join(table.itertext()))) for table in tables)
    body = root.find("body")
    whole = len(line_of("".join((root if body is None else body).itertext())))
    if tables and inside >= _IN_TABLES * whole:
        book = Book(sheets=[("", _rows(table)) for table in tables])
        lines = list(table_lines(book))
    else:
        lines = [
            OfficeLine(line.text, kind="title")
            if _TITLE.search(line.block.get("class") or "")
            else OfficeLine(line.text, line.level, "row" if line.is_row else "")
            for line in visible_lines(root)
        ]
    title = next((element.text or "" for element in root.iter("title")), "")
    extract = office_extract(lines, found.encoding, title=title)
    return replace(extract, faults=found.faults)


def _drop_unseen(root: Element) -> None:
    """Take out what was deleted or is hidden; what follows it stays."""
    for element in list(root.iter()):
        unseen = element.tag == "del" or _UNSEEN.search(element.get("style") or "")
        if unseen and element.getparent() is not None:
            element.drop_tree()


def _rows(table: Element) -> list[list[str]]:
    return [
        [line_of("".join(cell.itertext())) for cell in row.iterchildren("td", "th")]
        for row in table.iter("tr")
    ]
