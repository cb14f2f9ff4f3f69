"""Read what office programs and web sites save as a page and call a .doc or .xls.

All of it is the document, there is nothing around an article. Where nearly everything stands in
tables it is read as tables are.
"""

from __future__ import annotations

import re
from dataclasses import replace

from ..extract import Extract
from .office import OfficeLine, line_of, office_extract
from .package import Element
from .page import decode_page
from .page_lines import parse_page, visible_lines
from .sheets import Book, table_lines

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
            else OfficeLine(line.text, line.level)
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
