"""Read tables (.xlsx, .xls, .ods, .et): cells as they are shown, a row in a line.

The names of the columns are the heading of the rows below them, a sheet's name that of its rows.
Sheets, rows and columns that are hidden are left out.
"""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ...errors import UnreadableFileError
from ..extract import Extract, bare
from .number_format import BUILT_IN, GENERAL, shown
from .odt import OpenDocument, rows_of
from .office import OfficeLine, line_of, office_extract, row_of
from .package import NAMES, Element, Package, child, first_text, number_of, parse_xml, value

_CELLS_LIMIT = 3_000_000
"""Cells with something in them; reading so many takes a minute."""
_COLUMNS_LIMIT = 16_384
_REPEATS_LIMIT = 1_000
"""How often a row or cell that says something may stand for others like it."""
_HEADER_CHARS = 40
_LOOKED_AT = 50
"""So many rows below the names of the columns tell how many columns there are."""
_OF_ALL = re.compile(r"[^:：]{2,10}[:：]\s*\S")
_NUMBER = re.compile(r"[-+¥$€(]?[0-9][0-9,.]*[%‰)]?\Z")
_UNNAMED = re.compile(r"(?:sheet|工作表|表)\s*[0-9]*\Z", re.IGNORECASE)
_ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}

Rows = list[list[str]]
"""What is shown in the cells of a sheet, row by row."""


@dataclass(slots=True)
class Book:
    """A file of tables: (name, rows) of each sheet that is seen, and its properties."""

    sheets: list[tuple[str, Rows]] = field(default_factory=list)
    title: str = ""
    author: str = ""
    cells: int = 0

    def count(self, row: Sequence[str]) -> None:
        """Count cells that hold something. Raises UnreadableFileError where they are too many."""
        self.cells += sum(map(bool, row))
        if self.cells > _CELLS_LIMIT:
            raise UnreadableFileError("cells-too-many", limit=_CELLS_LIMIT)


def read_sheets(data: bytes, kind: str) -> Extract:
    """The text of a file of tables, ``kind`` "xlsx", "xls", "ods" or "xml-xls".

    Raises UnreadableFileError where it is damaged, protected or too large.
    """
    read = {"xlsx": _xlsx, "xls": _xls, "ods": _ods, "xml-xls": _xml}[kind]
    book = read(data)
    return office_extract(list(table_lines(book)), kind, title=book.title, author=book.author)


# What rows mean


def table_lines(book: Book) -> Iterator[OfficeLine]:
    """The lines of tables, each row with what it is."""
    told = [(name, [row for row in rows if any(row)]) for name, rows in book.sheets]
    told = [(name, rows) for name, rows in told if rows]
    for number, (name, rows) in enumerate(told):
        # A name that nobody gave says nothing, but tells one sheet from another.
        section = "" if _UNNAMED.match(name) and len(told) == 1 else line_of(name)
        header = _header(rows)
        for at, row in enumerate(rows):
            alone = _alone(row)
            text = alone or row_of(row)
            if alone and at == 0:
                # The same words are no heading of their own title.
                section = "" if bare(alone) == bare(section) else section
                line = OfficeLine(text, kind="title") if not number else OfficeLine(text, level=2)
            elif alone:
                line = OfficeLine(text)
            elif at in header:
                # Names of several columns together stand above those of each.
                line = OfficeLine(text, level=3 + at - header.start)
            else:
                line = OfficeLine(text, kind="record")
            yield replace(line, section=section) if at == 0 else line


def _said(row: Sequence[str]) -> list[str]:
    return [cell for cell in row if cell]


def _alone(row: Sequence[str]) -> str:
    """The only cell of a row that says something; "" where there are several."""
    said = _said(row)
    return said[0] if len(said) == 1 else ""


def _header(rows: Rows) -> range:
    """Which rows have the names of the columns: the first of several cells, if none is a number.

    A row that says something of the whole table (填报单位：…) is before it. Two rows have the names
    where neither has as many as there are columns, and figures stand right below.
    """
    for at, row in enumerate(rows):
        said = _said(row)
        if len(said) < 2 or _OF_ALL.match(said[0]):
            continue
        followed = any(not _alone(below) for below in rows[at + 1 :])
        if not followed or not _are_names(said) or len(set(said)) < len(said):
            break
        below = [_said(row) for row in rows[at + 1 : at + 1 + _LOOKED_AT]]
        is_parted = (
            len(below) > 1
            and max(len(said), len(below[0])) < max(map(len, below))
            and len(below[0]) > 1
            and _are_names(below[0])
            and any(map(_NUMBER.match, below[1]))
        )
        return range(at, at + 2 if is_parted else at + 1)
    return range(0)


def _are_names(cells: Sequence[str]) -> bool:
    return all(len(cell) <= _HEADER_CHARS and not _NUMBER.match(cell) for cell in cells)


# .xlsx


def _xlsx(data: bytes) -> Book:
    with Package(data) as package:
        if package.main.lower().endswith(".bin"):
            raise UnreadableFileError("table-binary")
        root = package.parse(package.main)
        if NAMES[root.tag] != "x:workbook":
            raise UnreadableFileError("table-is-none")
        title, author = package.properties()
        book = Book(title=title, author=author)
        of_book = child(root, "x:workbookPr")
        from_1904 = of_book is not None and of_book.get("date1904") in ("1", "true")
        texts = _shared_texts(package)
        forms = _forms(package)
        for sheet in _inside(root, "x:sheets"):
            if sheet.get("state", "visible") != "visible":
                continue
            part = package.target(package.main, sheet)
            if part is not None and NAMES[(page := package.parse(part)).tag] == "x:worksheet":
                rows = _xlsx_rows(page, texts, forms, book, from_1904=from_1904)
                book.sheets.append((sheet.get("name") or "", rows))
    return book


def _inside(element: Element, name: str) -> Iterable[Element]:
    """What is in the first child of that name."""
    found = child(element, name)
    return () if found is None else found


def _shared_texts(package: Package) -> list[str]:
    part = next(package.of_kind(package.main, "sharedStrings"), None)
    if part is None or not package.has(part):
        return []
    return [_text(each) for each in package.parse(part) if NAMES[each.tag] == "x:si"]


def _text(element: Element) -> str:
    """The text of a string, without the readings above its characters."""
    pieces = []
    for each in element:
        name = NAMES[each.tag]
        if name == "x:t":
            pieces.append(each.text or "")
        elif name == "x:r":
            pieces.extend(t.text or "" for t in each if NAMES[t.tag] == "x:t")
    return line_of("".join(pieces))


def _forms(package: Package) -> list[str]:
    """The number format of each style of cells."""
    part = next(package.of_kind(package.main, "styles"), None)
    if part is None or not package.has(part):
        return []
    root = package.parse(part)
    own = {
        each.get("numFmtId"): each.get("formatCode") or GENERAL
        for each in _inside(root, "x:numFmts")
    }
    return [
        own.get(style.get("numFmtId"))
        or BUILT_IN.get(number_of(style.get("numFmtId"), 0, 10_000), GENERAL)
        for style in _inside(root, "x:cellXfs")
    ]


def _xlsx_rows(
    page: Element, texts: list[str], forms: list[str], book: Book, *, from_1904: bool
) -> Rows:
    hidden = {
        column
        for each in _inside(page, "x:cols")
        if each.get("hidden") in ("1", "true")
        for column in range(
            number_of(each.get("min"), 1, _COLUMNS_LIMIT),
            number_of(each.get("max"), 1, _COLUMNS_LIMIT) + 1,
        )
    }
    rows: Rows = []
    for row in _inside(page, "x:sheetData"):
        if NAMES[row.tag] != "x:row" or row.get("hidden") in ("1", "true"):
            continue
        cells: list[str] = []
        column = 0
        for cell in row:
            column = _column(cell.get("r")) or column + 1
            if column not in hidden:
                cells.append(_xlsx_cell(cell, texts, forms, from_1904=from_1904))
        book.count(cells)
        rows.append(cells)
    return rows


def _column(reference: str | None) -> int:
    """The number of the column in a reference, from 1: C7 is in the third."""
    number = 0
    for character in (reference or "").upper()[:4]:
        if not "A" <= character <= "Z":
            break
        number = number * 26 + ord(character) - 64
    return number


def _xlsx_cell(cell: Element, texts: list[str], forms: list[str], *, from_1904: bool) -> str:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        inline = child(cell, "x:is")
        return "" if inline is None else _text(inline)
    held = child(cell, "x:v")
    said = (held.text or "") if held is not None else ""
    if not said:
        return ""
    style = number_of(cell.get("s"), 0, 100_000)
    form = forms[style] if style < len(forms) else GENERAL
    if kind == "s":
        index = number_of(said, len(texts), len(texts))
        return _in_text_format(texts[index], form) if index < len(texts) else ""
    if kind == "b":
        return "TRUE" if said == "1" else "FALSE"
    if kind in ("str", "e"):
        return line_of(said)
    if kind == "d":
        return line_of(said.replace("T", " "))
    return _number(said, form, from_1904=from_1904)


def _number(value: str | float, form: str, *, from_1904: bool = False) -> str:
    try:
        number = float(value)
    except ValueError:
        return line_of(str(value))
    return line_of(shown(number, form, from_1904=from_1904))


def _in_text_format(text: str, form: str) -> str:
    """A text in a format that hides it (;;;) or not."""
    return "" if form.count(";") == 3 and not form.rpartition(";")[2].strip() else text


# .xls


def _xls(data: bytes) -> Book:
    import xlrd

    try:
        found = xlrd.open_workbook(
            file_contents=data,
            formatting_info=True,
            on_demand=True,
            ragged_rows=True,
            logfile=io.StringIO(),
        )
        book = Book(author=str(found.user_name or ""))
        for number in range(found.nsheets):
            sheet = found.sheet_by_index(number)
            if not sheet.visibility:
                book.sheets.append((sheet.name, _xls_rows(found, sheet, book)))
            found.unload_sheet(number)
    except (UnreadableFileError, MemoryError, RecursionError):
        raise
    except xlrd.XLRDError as error:
        if "encrypt" in str(error).lower():
            raise UnreadableFileError("office-protected") from error
        raise UnreadableFileError("office-damaged", error=str(error)) from error
    except Exception as error:  # xlrd does not check what it unpacks
        raise UnreadableFileError("office-damaged", error=str(error)) from error
    return book


_OF_THE_FILE = frozenset((*range(5, 9), *range(41, 45)))
"""Formats with a currency, which a file names itself."""


def _xls_rows(book: Any, sheet: Any, counted: Book) -> Rows:
    import xlrd

    forms: dict[int, str] = {}

    def form_of(style: int) -> str:
        if style not in forms:
            key = book.xf_list[style].format_key if 0 <= style < len(book.xf_list) else 0
            known = None if key in _OF_THE_FILE else BUILT_IN.get(key)
            named = book.format_map.get(key)
            forms[style] = known or (named.format_str if named is not None else GENERAL)
        return forms[style]

    hidden = {column for column, info in sheet.colinfo_map.items() if info.hidden}
    rows: Rows = []
    for at in range(sheet.nrows):
        info = sheet.rowinfo_map.get(at)
        if info is not None and info.hidden:
            continue
        cells: list[str] = []
        for column, cell in enumerate(sheet.row(at)):
            if column in hidden:
                continue
            kind, value = cell.ctype, cell.value
            if kind in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
                cells.append(_number(value, form_of(cell.xf_index), from_1904=bool(book.datemode)))
            elif kind == xlrd.XL_CELL_TEXT:
                cells.append(_in_text_format(line_of(value), form_of(cell.xf_index)))
            elif kind == xlrd.XL_CELL_BOOLEAN:
                cells.append("TRUE" if value else "FALSE")
            else:
                cells.append(_ERRORS.get(value, "") if kind == xlrd.XL_CELL_ERROR else "")
        counted.count(cells)
        rows.append(cells)
    return rows


# The XML that Excel wrote in 2003, and many programs write still

_NAMED_FORMS = {
    **{"general number": GENERAL, "fixed": "0.00", "standard": "#,##0.00", "percent": "0.00%"},
    **{"currency": "¥#,##0.00", "scientific": "0.00E+00", "short date": "yyyy/m/d"},
    **{"general date": "yyyy/m/d h:mm", "long date": 'yyyy"年"m"月"d"日"', "short time": "h:mm"},
    **{"medium date": "d-mmm-yy", "long time": "h:mm:ss", "yes/no": '"Yes";"Yes";"No"'},
}


def _xml(data: bytes) -> Book:
    root = parse_xml(data, "Workbook")
    forms: dict[str, str] = {}
    for style in root.iter("{*}Style"):
        for form in style.iter("{*}NumberFormat"):
            said = value(form, "Format") or GENERAL
            forms[value(style, "ID") or ""] = _NAMED_FORMS.get(said.lower(), said)
    book = Book(title=first_text(root, "Title"), author=first_text(root, "Author"))
    for sheet in root.iter("{*}Worksheet"):
        state = next((each.text for each in sheet.iter("{*}Visible")), None)
        if state in ("SheetHidden", "SheetVeryHidden"):
            continue
        rows: Rows = []
        for row in sheet.iter("{*}Row"):
            if value(row, "Hidden") != "1":
                rows.append([_xml_cell(cell, forms) for cell in row.iterchildren("{*}Cell")])
                book.count(rows[-1])
        book.sheets.append((value(sheet, "Name") or "", rows))
    return book


def _xml_cell(cell: Element, forms: dict[str, str]) -> str:
    held = next(cell.iterchildren("{*}Data"), None)
    if held is None:
        return ""
    text, kind = line_of("".join(held.itertext())), value(held, "Type")
    form = forms.get(value(cell, "StyleID") or "", GENERAL)
    if kind == "DateTime":
        try:
            moment = datetime.datetime.fromisoformat(text[:19])
        except ValueError:
            return text
        days = (moment - datetime.datetime(1899, 12, 30)) / datetime.timedelta(days=1)
        return line_of(shown(days, "yyyy/m/d" if form == GENERAL else form))
    if kind == "Boolean":
        return "TRUE" if text == "1" else "FALSE"
    return _number(text, form) if kind == "Number" else text


# .ods


def _ods(data: bytes) -> Book:
    with OpenDocument(data) as document:
        book = Book(title=document.title, author=document.author)
        for table in document.body("office:spreadsheet"):
            if NAMES[table.tag] == "table:table" and not document.is_hidden_table(table):
                rows = list(_ods_rows(table, document, book))
                book.sheets.append((value(table, "name") or "", rows))
    return book


def _ods_rows(table: Element, document: OpenDocument, book: Book) -> Iterator[list[str]]:
    hidden: set[int] = set()
    column = 0
    for each in table.iter("{*}table-column"):
        count = number_of(value(each, "number-columns-repeated"), 1, _COLUMNS_LIMIT)
        if value(each, "visibility") in ("collapse", "filter"):
            hidden.update(range(column, min(column + count, _COLUMNS_LIMIT)))
        column += count
    for row in rows_of(table):
        cells: list[str] = []
        column = 0
        for cell in row:
            count = max(number_of(value(cell, "number-columns-repeated"), 1, _COLUMNS_LIMIT), 1)
            text = document.text_of(cell) if NAMES[cell.tag] == "table:table-cell" else ""
            times = min(count, _REPEATS_LIMIT) if text else 1
            cells.extend("" if column + i in hidden else text for i in range(times))
            column += count
        times = number_of(value(row, "number-rows-repeated"), 1, _REPEATS_LIMIT)
        for _ in range(times if any(cells) else 1):
            book.count(cells)
            yield cells
