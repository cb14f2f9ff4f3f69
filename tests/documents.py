"""Small documents of every format, made byte by byte, for tests and proofs."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

_POINTS = 12
_LEFT, _TOP, _LEADING = 72, 760, 20


def pdf_document(pages: Sequence[Sequence[tuple[int, str]]], *, title: str | None = None) -> bytes:
    """A PDF whose pages hold lines of Chinese text, each (indent in characters, text).

    The font is one of the standard Chinese ones, not embedded: only the text layer matters.
    """
    objects: list[bytes] = []

    def add(body: bytes) -> int:
        objects.append(body)
        return len(objects)

    font = add(
        b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H "
        b"/DescendantFonts [2 0 R] >>"
    )
    add(
        b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000 /CIDSystemInfo "
        b"<< /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /FontDescriptor 3 0 R >>"
    )
    add(
        b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 4 /FontBBox [0 -200 1000 900] "
        b"/ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 80 >>"
    )
    tree = len(objects) + 2 * len(pages) + 1
    kids = []
    for lines in pages:
        stream = b"BT /F1 %d Tf\n" % _POINTS
        for row, (indent, text) in enumerate(lines):
            stream += b"1 0 0 1 %d %d Tm <%s> Tj\n" % (
                _LEFT + indent * _POINTS,
                _TOP - row * _LEADING,
                text.encode("utf-16-be").hex().encode(),
            )
        stream += b"ET"
        content = add(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
        kids.append(
            add(
                b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
                b"/Resources << /Font << /F1 %d 0 R >> >> >>" % (tree, content, font)
            )
        )
    add(
        b"<< /Type /Pages /Count %d /Kids [%s] >>"
        % (len(kids), b" ".join(b"%d 0 R" % kid for kid in kids))
    )
    root = add(b"<< /Type /Catalog /Pages %d 0 R >>" % tree)
    hexed = ("\ufeff" + (title or "")).encode("utf-16-be").hex().encode()
    info = add(b"<< /Title <%s> >>" % hexed)
    out = io.BytesIO()
    out.write(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % place for place in places)
    out.write(
        b"trailer << /Size %d /Root %d 0 R /Info %d 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (len(objects) + 1, root, info, start)
    )
    return out.getvalue()


def docx_document(
    paragraphs: Iterable[tuple[str, str]],
    *,
    table: Sequence[Sequence[str]] = (),
    title: str = "",
    author: str = "",
) -> bytes:
    """A Word document of (style, text) paragraphs, then a table."""
    import docx

    document = docx.Document()
    for style, text in paragraphs:
        document.add_paragraph(text, style=style)
    if table:
        cells = document.add_table(len(table), len(table[0]))
        for row, values in enumerate(table):
            for column, value in enumerate(values):
                cells.cell(row, column).text = value
    document.core_properties.title = title
    document.core_properties.author = author
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def html_page(body: str, *, head: str = "", charset: str = "utf-8") -> bytes:
    """A page with this body."""
    text = (
        f'<!DOCTYPE html><html><head><meta charset="{charset}">{head}</head>'
        f"<body>{body}</body></html>"
    )
    return text.encode(charset)


def json_lines(records: Iterable[Mapping[str, Any] | str]) -> bytes:
    """One record a line; a text stands for itself."""
    return "".join(
        (each if isinstance(each, str) else json.dumps(each, ensure_ascii=False)) + "\n"
        for each in records
    ).encode()


def csv_table(rows: Iterable[Sequence[str]], encoding: str = "utf-8") -> bytes:
    """Rows with commas between."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode(encoding)


def zip_archive(members: Mapping[str, bytes]) -> bytes:
    """An archive with these files; the same bytes each time."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return out.getvalue()
