"""Files of office programs made by hand, part by part, so that nothing in them is by chance."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from itertools import pairwise

from documents import zip_archive

_SECTOR = 512
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_LEAST_BYTES = 4096
"""Smaller streams stand in a stream of their own."""


def compound_file(streams: Mapping[str, bytes]) -> bytes:
    """A compound file (OLE) with these streams; a slash in a name makes a storage."""
    storages = list(dict.fromkeys(name.partition("/")[0] for name in streams if "/" in name))
    entries: list[tuple[str, int, bytes]] = [("Root Entry", 5, b"")]
    children: dict[str, list[int]] = {"": []}
    for storage in storages:
        children[""].append(len(entries))
        children[storage] = []
        entries.append((storage, 1, b""))
    for name, data in streams.items():
        folder, _, own = name.rpartition("/")
        children[folder].append(len(entries))
        entries.append((own, 2, data.ljust(_LEAST_BYTES, b"\0")))
    owner = {"": 0} | {storage: i + 1 for i, storage in enumerate(storages)}
    first = {owner[folder]: inside[0] for folder, inside in children.items() if inside}
    following = {a: b for inside in children.values() for a, b in pairwise(inside)}
    table: list[int] = []
    body = b""
    starts = []
    for _, kind, data in entries:
        if kind != 2:
            starts.append(_END if kind == 5 else 0)
            continue
        count = -(-len(data) // _SECTOR)
        starts.append(len(table))
        table += [*range(len(table) + 1, len(table) + count), _END]
        body += data.ljust(count * _SECTOR, b"\0")
    listing = b""
    for i, (name, kind, data) in enumerate(entries):
        raw = (name + "\0").encode("utf-16-le")
        listing += struct.pack(
            "<64sHBBIII16sIQQIQ",
            *(raw, len(raw), kind, 1, _FREE, following.get(i, _FREE), first.get(i, _FREE)),
            *(bytes(16), 0, 0, 0, starts[i], len(data)),
        )
    count = -(-len(listing) // _SECTOR)
    listing_at = len(table)
    table += [*range(listing_at + 1, listing_at + count), _END]
    body += listing.ljust(count * _SECTOR, b"\0")
    pages = 1
    while pages * 128 < len(table) + pages:
        pages += 1
    table_at = len(table)
    table += [_FAT] * pages
    body += struct.pack(f"<{pages * 128}I", *table, *[_FREE] * (pages * 128 - len(table)))
    head = struct.pack(
        "<8s16sHHHHH6sIIIIIIIII",
        *(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", bytes(16), 0x3E, 3, 0xFFFE, 9, 6, bytes(6), 0),
        *(pages, listing_at, 0, _LEAST_BYTES, _END, 0, _END, 0),
    )
    return (
        head
        + struct.pack("<109I", *range(table_at, table_at + pages), *[_FREE] * (109 - pages))
        + body
    )


DELETED = struct.pack("<HB", 0x0800, 1)
HIDDEN = struct.pack("<HB", 0x083C, 1)


def doc_file(
    paragraphs: Sequence[tuple[Sequence[tuple[str, bytes]], str, bytes]],
    *,
    narrow: bool = False,
    flags: int = 0,
    table: Mapping[int, bytes] | None = None,
    counts: Sequence[int] = (),
) -> bytes:
    """A Word document: (runs with their properties, the mark that ends it, its properties) each.

    ``table`` is what entries of the header refer to; ``counts`` are the characters of the parts
    after the body, whose text follows that of the body; ``narrow`` writes 8-bit text.
    """
    width = 1 if narrow else 2
    text_at = 2048
    at = text_at
    text = b""
    runs: list[tuple[int, int, bytes]] = []
    marks: list[tuple[int, int, bytes]] = []
    for pieces, mark, properties in paragraphs:
        began = at
        for piece, own in [*pieces, (mark, b"")]:
            raw = piece.encode("cp1252" if narrow else "utf-16-le")
            text += raw
            runs.append((at, at + len(raw), own))
            at += len(raw)
        marks.append((began, at, properties))
    chars = len(text) // width
    where = text_at * 2 | 0x40000000 if narrow else text_at
    plan = struct.pack("<II", 0, chars) + struct.pack("<HIH", 0, where, 0)
    entries = {0x1A2: b"\x02" + struct.pack("<I", len(plan)) + plan, **(table or {})}
    pages = text_at + -(-len(text) // _SECTOR) * _SECTOR
    for entry, page in ((0xFA, _page(runs)), (0x102, _page(marks, is_paragraph=True))):
        text = text.ljust(pages - text_at, b"\0") + page
        entries[entry] = struct.pack("<III", text_at, at, pages // _SECTOR)
        pages += _SECTOR
    head = bytearray(text_at)
    struct.pack_into("<HHHHHH", head, 0, 0xA5EC, 0xC1, 0, 0x0804, 0, 0x0200 | flags)
    struct.pack_into("<8I", head, 0x4C, chars - sum(counts), *counts, *[0] * (7 - len(counts)))
    tables = b""
    for entry, data in entries.items():
        struct.pack_into("<II", head, entry, len(tables), len(data))
        tables += data
    return compound_file({"WordDocument": bytes(head) + text, "1Table": tables})


def word_6_file(text: bytes, *, flags: int = 0, language: int = 0x0804) -> bytes:
    """A document of Word 6 or 95, whose text is 8-bit."""
    head = bytearray(512)
    struct.pack_into("<HHHHHH", head, 0, 0xA5DC, 101, 0, language, 0, flags)
    struct.pack_into("<II", head, 0x18, 512, 512 + len(text))
    return compound_file({"WordDocument": bytes(head) + text})


def _page(runs: Sequence[tuple[int, int, bytes]], *, is_paragraph: bool = False) -> bytes:
    """A page of formatting."""
    page = bytearray(_SECTOR)
    each = 13 if is_paragraph else 1
    for i, (start, end, _) in enumerate(runs):
        struct.pack_into("<II", page, 4 * i, start, end)
    at = 510
    for i, (_, _, own) in enumerate(runs):
        if is_paragraph:
            data = struct.pack("<H", 0) + own
            size = -(-(len(data) + 1) // 2)
            held = bytes([size]) + data
        else:
            held = bytes([len(own)]) + own if own else b""
        if held:
            at -= len(held) + (len(held) + at) % 2
            at &= ~1
            page[at : at + len(held)] = held
            page[4 * (len(runs) + 1) + each * i] = at // 2
    page[511] = len(runs)
    return bytes(page)


def seven_zip(members: Mapping[str, bytes]) -> bytes:
    """An archive of 7-Zip."""
    import libarchive

    blocks: list[bytes] = []

    def write(data: bytes) -> int:
        blocks.append(bytes(data))
        return len(data)

    with libarchive.custom_writer(write, "7zip") as archive:
        for name, data in members.items():
            archive.add_file_from_memory(name, len(data), data)
    return b"".join(blocks)


def _biff(kind: int, data: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def xls_file(
    sheets: Sequence[tuple[str, int, Sequence[Sequence[tuple[float, str] | str]]]],
    *,
    hidden_rows: Sequence[int] = (),
    hidden_columns: Sequence[int] = (),
) -> bytes:
    """A workbook of Excel 97: (name, 0 or 1 if hidden, rows of texts or (number, format))."""
    forms = list(
        dict.fromkeys(
            c[1]
            for _, _, rows in sheets
            for r in rows
            for c in r
            if c[1:] and not isinstance(c, str)
        )
    )
    begin = _biff(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0)) + _biff(0x42, b"\xb0\x04")
    begin += (
        _biff(0x31, struct.pack("<HHHHHBBBBBB", 200, 0, 0, 400, 0, 0, 0, 0, 0, 1, 0) + b"A") * 5
    )
    for i, form in enumerate(forms):
        begin += _biff(0x41E, struct.pack("<HHB", 200 + i, len(form), 1) + form.encode("utf-16-le"))
    for number in (0, *range(200, 200 + len(forms))):
        begin += _biff(0xE0, struct.pack("<HHHBBBBIIH", 0, number, 1, 0, 0, 0, 0, 0, 0, 0))
    pages = []
    for _, _, rows in sheets:
        page = _biff(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0))
        for column in hidden_columns:
            page += _biff(0x7D, struct.pack("<HHHHHH", column, column, 2000, 0, 1, 0))
        for at, row in enumerate(rows):
            state = 0x20 if at in hidden_rows else 0
            page += _biff(0x208, struct.pack("<HHHHHHI", at, 0, len(row), 255, 0, 0, 0x100 | state))
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    raw = cell.encode("utf-16-le")
                    head = struct.pack("<HHHHB", at, column, 0, len(raw) // 2, 1)
                    page += _biff(0x204, head + raw)
                else:
                    style = forms.index(cell[1]) + 1
                    page += _biff(0x203, struct.pack("<HHHd", at, column, style, cell[0]))
        pages.append(page + _biff(0x0A))
    bounds = [n.encode("utf-16-le") for n, _, _ in sheets]
    at = len(begin) + sum(12 + len(n) for n in bounds) + 4
    for raw, (_, state, _), page in zip(bounds, sheets, pages, strict=True):
        begin += _biff(0x85, struct.pack("<IBBBB", at, state, 0, len(raw) // 2, 1) + raw)
        at += len(page)
    return compound_file({"Workbook": begin + _biff(0x0A) + b"".join(pages)})


def _atom(kind: int, data: bytes, *, version: int = 0) -> bytes:
    return struct.pack("<HHI", version, kind, len(data)) + data


def ppt_file(slides: Sequence[tuple[str, str, bool]]) -> bytes:
    """A presentation of PowerPoint 97: (title, text, whether it is hidden) of each slide."""
    places: list[int] = []
    stream = b""
    listed = b""
    for number, (title, _, _) in enumerate(slides):
        listed += _atom(1011, struct.pack("<IIiII", number + 2, 0, 0, 256 + number, 0))
        listed += _atom(3999, struct.pack("<I", 0)) + _atom(4000, title.encode("utf-16-le"))
    document = _atom(1000, _atom(4080, listed, version=0xF), version=0xF)
    places.append(len(stream))
    stream += document
    for _, text, is_hidden in slides:
        box = _atom(3999, struct.pack("<I", 4)) + _atom(4000, text.encode("utf-16-le"))
        facts = _atom(1007, bytes(24))
        if is_hidden:
            facts += _atom(1017, struct.pack("<iIBBHHH", 0, 0, 0, 0, 4, 0, 0))
        places.append(len(stream))
        stream += _atom(
            1006, facts + _atom(1036, _atom(61453, box, version=0xF), version=0xF), version=0xF
        )
    directory = len(stream)
    stream += _atom(6002, struct.pack(f"<I{len(places)}I", len(places) << 20 | 1, *places))
    edit = len(stream)
    stream += _atom(4085, struct.pack("<IIIIIIHH", 0, 0, 0, directory, 1, 9, 0, 0))
    user = _atom(4086, struct.pack("<IIIHHBBH", 20, 0xE391C05F, edit, 0, 1012, 3, 0, 0))
    return compound_file({"PowerPoint Document": stream, "Current User": user})


def msg_file(
    subject: str, body: str, *, files: Mapping[str, bytes] | None = None, sent: int = 0
) -> bytes:
    """A mail of Outlook; ``sent`` counts 100 ns from 1601."""
    wide = {"0037": subject, "1000": body, "0C1A": "王建国"}
    # What is smaller than a stream may be is padded; a text ends before.
    streams = {f"__substg1.0_{tag}001F": text.encode("utf-16-le") for tag, text in wide.items()}
    properties = bytes(32)
    if sent:
        properties += struct.pack("<IIQ", 0x00390040, 6, sent)
    streams["__properties_version1.0"] = properties
    for number, (name, data) in enumerate((files or {}).items()):
        folder = f"__attach_version1.0_#{number:08X}"
        streams[f"{folder}/__substg1.0_3707001F"] = name.encode("utf-16-le")
        streams[f"{folder}/__substg1.0_37010102"] = data
    return compound_file(streams)


_OFFICE = "http://schemas.openxmlformats.org"
_RELATIONS = f'<Relationships xmlns="{_OFFICE}/package/2006/relationships">'
_KINDS = f"{_OFFICE}/officeDocument/2006/relationships"


def _relations(*targets: tuple[str, str, str]) -> bytes:
    rows = (
        f'<Relationship Id="{i}" Type="{_KINDS}/{kind}" Target="{to}"/>' for i, kind, to in targets
    )
    return (_RELATIONS + "".join(rows) + "</Relationships>").encode()


def xlsx_file(
    sheets: Sequence[tuple[str, str, str]], *, forms: Sequence[str] = (), shared: str = ""
) -> bytes:
    """A workbook: (name, state, XML of its sheet) of each; cells have style 0 or that of a form."""
    names = "".join(
        f'<sheet name="{name}" sheetId="{i}" state="{state}" r:id="s{i}"/>'
        for i, (name, state, _) in enumerate(sheets, start=1)
    )
    space = f'xmlns="{_OFFICE}/spreadsheetml/2006/main" xmlns:r="{_KINDS}"'
    numbers = "".join(
        f'<numFmt numFmtId="{200 + i}" formatCode="{form.replace(chr(34), "&quot;")}"/>'
        for i, form in enumerate(forms)
    )
    styles = "".join(f'<xf numFmtId="{n}"/>' for n in (0, *range(200, 200 + len(forms))))
    files = {
        "[Content_Types].xml": b"<Types/>",
        "_rels/.rels": _relations(("a", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f"<workbook {space}><sheets>{names}</sheets></workbook>".encode(),
        "xl/_rels/workbook.xml.rels": _relations(
            ("t", "sharedStrings", "sharedStrings.xml"),
            ("f", "styles", "styles.xml"),
            *((f"s{i}", "worksheet", f"s{i}.xml") for i in range(1, len(sheets) + 1)),
        ),
        "xl/sharedStrings.xml": f"<sst {space}>{shared}</sst>".encode(),
        "xl/styles.xml": (
            f"<styleSheet {space}><numFmts>{numbers}</numFmts><cellXfs>{styles}</cellXfs>"
            "</styleSheet>"
        ).encode(),
    }
    for i, (_, _, rows) in enumerate(sheets, start=1):
        files[f"xl/s{i}.xml"] = f"<worksheet {space}>{rows}</worksheet>".encode()
    return zip_archive(files)


def pptx_file(
    slides: Sequence[str], *, order: Sequence[int] = (), notes: str = "", chart: str = ""
) -> bytes:
    """A presentation: the XML of the shapes of each slide; the first has notes and chart."""
    space = (
        f'xmlns:p="{_OFFICE}/presentationml/2006/main" xmlns:a="{_OFFICE}/drawingml/2006/main" '
        f'xmlns:r="{_KINDS}"'
    )
    listed = "".join(f'<p:sldId id="{256 + i}" r:id="s{i}"/>' for i in order or range(len(slides)))
    files = {
        "[Content_Types].xml": b"<Types/>",
        "_rels/.rels": _relations(("a", "officeDocument", "ppt/presentation.xml")),
        "ppt/presentation.xml": (
            f"<p:presentation {space}><p:sldIdLst>{listed}</p:sldIdLst></p:presentation>"
        ).encode(),
        "ppt/_rels/presentation.xml.rels": _relations(
            *((f"s{i}", "slide", f"slides/s{i}.xml") for i in range(len(slides)))
        ),
    }
    for i, shapes in enumerate(slides):
        attribute = ' show="0"' if shapes.startswith("hidden") else ""
        tree = f"<p:cSld><p:spTree>{shapes.removeprefix('hidden')}</p:spTree></p:cSld>"
        files[f"ppt/slides/s{i}.xml"] = f"<p:sld {space}{attribute}>{tree}</p:sld>".encode()
    files["ppt/slides/_rels/s0.xml.rels"] = _relations(
        *([("n", "notesSlide", "../n.xml")] if notes else []),
        *([("c", "chart", "../c.xml")] if chart else []),
    )
    files["ppt/c.xml"] = chart.encode()
    if notes:
        tree = f"<p:cSld><p:spTree>{notes}</p:spTree></p:cSld>"
        files["ppt/n.xml"] = f"<p:notes {space}>{tree}</p:notes>".encode()
    return zip_archive(files)


_ODF = "urn:oasis:names:tc:opendocument:xmlns:"
_ODF_SPACES = " ".join(
    f'xmlns:{name}="{_ODF}{said}:1.0"'
    for name, said in (
        *((name, name) for name in ("office", "text", "table", "style", "presentation")),
        ("draw", "drawing"),
    )
)


def _odf(kind: str, body: str, styles: str) -> bytes:
    content = (
        f"<office:document-content {_ODF_SPACES}><office:automatic-styles>{styles}"
        f"</office:automatic-styles><office:body>{body}</office:body></office:document-content>"
    )
    kind = f"application/vnd.oasis.opendocument.{kind}"
    return zip_archive({"mimetype": kind.encode(), "content.xml": content.encode()})


def odt_file(body: str, *, styles: str = "") -> bytes:
    """A text of OpenDocument."""
    return _odf("text", f"<office:text>{body}</office:text>", styles)


def odp_file(slides: str, *, styles: str = "") -> bytes:
    """A presentation of OpenDocument."""
    return _odf("presentation", f"<office:presentation>{slides}</office:presentation>", styles)


def ods_file(tables: str, *, styles: str = "") -> bytes:
    """Tables of OpenDocument."""
    return _odf("spreadsheet", f"<office:spreadsheet>{tables}</office:spreadsheet>", styles)


def epub_file(pages: Mapping[str, str], spine: Sequence[str], *, nav: str = "") -> bytes:
    """A book: the body of each page by its name, and their order."""
    items = "".join(
        f'<item id="{name}" href="{name}" media-type="application/xhtml+xml"'
        f"{' properties=' + chr(34) + 'nav' + chr(34) if name == nav else ''}/>"
        for name in pages
    )
    order = "".join(f'<itemref idref="{name}"/>' for name in spine)
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        "<metadata><dc:title>某县水利志</dc:title><dc:creator>王建国</dc:creator></metadata>"
        f"<manifest>{items}</manifest><spine>{order}</spine></package>"
    )
    container = '<container><rootfiles><rootfile full-path="book/a.opf"/></rootfiles></container>'
    from urllib.parse import unquote

    return zip_archive(
        {
            "mimetype": b"application/epub+zip",
            "META-INF/container.xml": container.encode(),
            "book/a.opf": package.encode(),
            **{
                f"book/{unquote(name)}": f"<html><body>{body}</body></html>".encode()
                for name, body in pages.items()
            },
        }
    )
