"""What Chinese offices publish: all that is seen is read, nothing that is deleted or hidden."""

from __future__ import annotations

import base64
import io
import struct
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents import csv_table, docx_document, html_page, zip_archive
from office_files import (
    DELETED,
    HIDDEN,
    compound_file,
    doc_file,
    epub_file,
    msg_file,
    odp_file,
    ods_file,
    odt_file,
    ppt_file,
    pptx_file,
    seven_zip,
    word_6_file,
    xls_file,
    xlsx_file,
)
from search import open_index
from search.errors import UnreadableFileError
from search.facets.topic import Taxonomy
from search.reading.document import read_document
from search.reading.files import parts_in
from search.reading.formats import archive, extract_text, sheets
from search.reading.formats.number_format import shown
from search.reading.formats.ole import Compound
from search.reading.formats.package import parse_xml
from search.reading.formats.records import DEFAULT_FIELDS
from search.reading.layout import lay_out
from unit.collection import Desk

TAXONOMY = Taxonomy.load()
FIRST = "渠首由村里看守，每旬清淤一次，夜间另派两人。"
SECOND = "今年以来，全县共排查各类矛盾纠纷三百余起，调处成功率达到百分之九十八。"
WORD_2003 = "http://schemas.microsoft.com/office/word/2003/wordml"
CELL = b"\x16\x24\x01"
ROW = CELL + b"\x17\x24\x01"


def rtf(body: str, head: str = r"\ansicpg936{\fonttbl{\f0\fcharset134 SimSun;}}") -> bytes:
    return (r"{\rtf1\ansi" + head + body + "}").encode("ascii")


def gbk(text: str) -> str:
    return "".join(f"\\'{byte:02x}" for byte in text.encode("gb18030"))


def xlsx_rows(*rows: str) -> str:
    return f"<sheetData>{''.join(rows)}</sheetData>"


def inline(*cells: str, attributes: str = "") -> str:
    made = "".join(
        cell if cell.startswith("<") else f'<c t="inlineStr"><is><t>{cell}</t></is></c>'
        for cell in cells
    )
    return f"<row {attributes}>{made}</row>"


def shape(text: str, place: str = "", properties: str = "") -> str:
    inner = "".join(f"<a:p><a:r><a:t>{line}</a:t></a:r></a:p>" for line in text.split("\n"))
    kind = f'<p:ph type="{place}"/>' if place else ""
    named = f'<p:cNvPr id="1" name="a" {properties}/><p:nvPr>{kind}</p:nvPr>'
    return f"<p:sp><p:nvSpPr>{named}</p:nvSpPr><p:txBody>{inner}</p:txBody></p:sp>"


def mail(subject: str, *parts: str, kind: str = "mixed") -> bytes:
    inner = "".join(f"--b\r\n{part}\r\n" for part in parts)
    return (
        f"From: =?utf-8?B?546L5bu65Zu9?= <a@example.org>\r\nSubject: {subject}\r\n"
        "Date: Mon, 05 Feb 2024 09:30:00 +0800\r\nMIME-Version: 1.0\r\n"
        f'Content-Type: multipart/{kind}; boundary="b"\r\n\r\n{inner}--b--\r\n'
    ).encode("utf-8", "surrogateescape")


PLAIN = "Content-Type: text/plain; charset=utf-8\r\n\r\n"
PAGE = "Content-Type: text/html; charset=utf-8\r\n\r\n"

SEEN: Mapping[str, tuple[bytes, list[str]]] = {
    "deleted and hidden.doc": (
        doc_file(
            [([(FIRST, b""), ("无形", DELETED), ("看得见", b""), ("无形", HIDDEN)], "\r", b"")]
        ),
        [f"{FIRST}看得见"],
    ),
    "mark deleted.doc": (
        doc_file([([("渠首由", b""), ("\r", DELETED), ("村里看守。", b"")], "\r", b"")]),
        ["渠首由村里看守。"],
    ),
    "table.doc": (
        doc_file(
            [
                ([("甲", b"")], "\r", CELL),
                ([("续", b"")], "\x07", CELL),
                ([("乙", b"")], "\x07", CELL),
                ([], "\x07", ROW),
                ([(FIRST, b"")], "\r", b""),
            ]
        ),
        ["甲 续  乙", FIRST],
    ),
    "fields.doc": (
        doc_file(
            [
                ([("见", b""), ("\x13 HYPERLINK x \x14第三条\x15。", b"")], "\r", b""),
                ([("水\x13 EQ \\o\\ac(○,注)\x15位。", b"")], "\r", b""),
                ([("\x13 PAGE 以下照常读出。", b"")], "\r", b""),
            ]
        ),
        ["见第三条。", "水注位。", "PAGE 以下照常读出。"],
    ),
    "beyond the plane.doc": (doc_file([([("𠮷林路", b"")], "\r", b"")]), ["𠮷林路"]),
    "8 bits.wps": (doc_file([([("Annex 1", b"")], "\r", b"")], narrow=True), ["Annex 1"]),
    "header left out.doc": (
        doc_file([([(FIRST, b"")], "\r", b""), ([("无形", b"")], "\r", b"")], counts=(0, 3)),
        [FIRST],
    ),
    "word 95.doc": (
        word_6_file("甲\x13PAGE\x14乙\x15丙\r丁\x07戊\r".encode("gb18030")),
        ["甲乙丙", "丁", "戊"],
    ),
    "word 95, another language.doc": (
        word_6_file("渠首由村里看守\r".encode("gb18030"), language=0x0409),
        ["渠首由村里看守"],
    ),
    "word 6, quotes.doc": (
        word_6_file(b"It is the council\x92s own.\r", language=0x0409),
        ["It is the council’s own."],
    ),
    "code pages.rtf": (
        rtf(rf"{gbk('渠首由')}\u26449?{gbk('里看守')}\uc2\u65292\'a3\'ac{gbk('清淤。')}\par"),
        ["渠首由村里看守，清淤。"],
    ),
    "font of the system.rtf": (
        rtf(gbk("渠首"), r"\ansicpg936\deff0{\fonttbl{\f0\fcharset0 SimSun;}}"),
        ["渠首"],
    ),
    "deleted, hidden, apart.rtf": (
        rtf(
            rf"{gbk('甲')}{{\deleted {gbk('无形')}}}{{\v {gbk('无形')}}}{{\header {gbk('无形')}}}"
            rf"{{\*\unknown {gbk('无形')}}}{{\field{{\*\fldinst PAGE}}{{\fldrslt {gbk('乙')}}}}}"
            rf"{{\footnote {gbk('注。')}}}{gbk('丙')}\par {gbk('丁')}"
        ),
        ["甲乙丙", "注。", "丁"],
    ),
    "text box.rtf": (
        rtf(
            rf"{gbk('甲')}{{\shp{{\*\shpinst{{\sp{{\sn x}}{{\sv y}}}}{{\shptxt {gbk('框')}\par}}}}"
            rf"{{\shprslt {gbk('无形')}}}}}\par"
        ),
        ["甲", "框"],
    ),
    "table.rtf": (
        rtf(rf"\intbl {gbk('甲')}\par {gbk('续')}\cell {gbk('乙')}\cell\row\pard {gbk('丙')}\par"),
        ["甲 续  乙", "丙"],
    ),
    "numbers of lists.rtf": (
        rtf(
            rf"{{\listtext {gbk('第一条')}\tab}}{gbk('甲')}\par"
            rf"{{\listtext {gbk('第二条')}\tab}}{{\v {gbk('无形')}}}\par "
            rf"{{\listtext\bullet\tab}}b\par"
        ),
        ["第一条 甲", "b"],
    ),
    "pictures.rtf": (rtf(r"{\pict\wmetafile8 0102ff}\bin3 }}}" + gbk("甲")), ["甲"]),
    "changes.odt": (
        odt_file(
            "<text:tracked-changes><text:changed-region><text:deletion><text:p>无形</text:p>"
            "</text:deletion></text:changed-region></text:tracked-changes>"
            f'<text:p>{FIRST}<text:span text:style-name="T1">无形</text:span></text:p>'
            '<text:p>甲<text:s text:c="2"/>乙<text:line-break/>丙<text:note><text:note-citation>1'
            "</text:note-citation><text:note-body><text:p>注。</text:p></text:note-body></text:note>"
            "</text:p>",
            styles='<style:style style:name="T1" style:family="text">'
            '<style:text-properties text:display="none"/></style:style>',
        ),
        [FIRST, "甲 乙", "丙", "注。"],
    ),
    "lists.odt": (
        odt_file(
            '<text:list text:style-name="L1"><text:list-item><text:p>总则</text:p></text:list-item>'
            "<text:list-item><text:p>分则</text:p></text:list-item></text:list>",
            styles='<text:list-style style:name="L1"><text:list-level-style-number text:level="1" '
            'style:num-format="一, 二, 三, ..." style:num-prefix="第" style:num-suffix="条"/>'
            "</text:list-style>",
        ),
        ["第一条 总则", "第二条 分则"],
    ),
    "shared.xlsx": (
        xlsx_file(
            [
                (
                    "信访",
                    "visible",
                    xlsx_rows(
                        inline("办理情况表"),
                        inline("单位", "办结率", "日期"),
                        '<row><c t="s"><v>0</v></c><c s="1"><v>0.987</v></c>'
                        '<c s="2"><v>45291</v></c></row>',
                        inline("无形", attributes='hidden="1"'),
                    ),
                ),
                ("藏", "hidden", xlsx_rows(inline("无形"))),
            ],
            forms=("0.0%", 'yyyy"年"m"月"d"日"'),
            shared='<si><r><t>甲</t></r><r><t>县</t></r><rPh sb="0" eb="1"><t>无形</t></rPh></si>',
        ),
        ["办理情况表", "单位  办结率  日期", "甲县  98.7%  2023年12月31日"],
    ),
    "columns.xlsx": (
        xlsx_file(
            [
                (
                    "表",
                    "visible",
                    '<cols><col min="2" max="2" hidden="1"/></cols>'
                    + xlsx_rows(
                        '<row><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c>'
                        '<c r="C1" t="b"><v>1</v></c></row>'
                    ),
                )
            ]
        ),
        ["1  TRUE"],
    ),
    "formats.xls": (
        xls_file(
            [
                (
                    "表",
                    0,
                    [
                        ["标题"],
                        ["单位", "比", "日"],
                        ["甲", (0.5, "0%"), (45291.0, "yyyy-mm-dd")],
                        ["无形"],
                    ],
                ),
                ("藏", 1, [["无形"]]),
            ],
            hidden_rows=[3],
        ),
        ["标题", "单位  比  日", "甲  50%  2023-12-31"],
    ),
    "hidden column.et": (
        xls_file([("表", 0, [["甲", "无形", (1024.0, "General")]])], hidden_columns=[1]),
        ["甲  1024"],
    ),
    "as shown.ods": (
        ods_file(
            '<table:table table:name="表"><table:table-row><table:table-cell><text:p>甲</text:p>'
            '</table:table-cell><table:table-cell office:value="0.987"><text:p>98.7%</text:p>'
            "<office:annotation><text:p>无形</text:p></office:annotation></table:table-cell>"
            '<table:table-cell table:number-columns-repeated="16000"/></table:table-row>'
            '<table:table-row table:visibility="collapse"><table:table-cell><text:p>无形</text:p>'
            "</table:table-cell></table:table-row></table:table>"
            '<table:table table:name="藏" table:style-name="ta1"><table:table-row>'
            "<table:table-cell><text:p>无形</text:p></table:table-cell></table:table-row></table:table>",
            styles='<style:style style:name="ta1" style:family="table">'
            '<style:table-properties table:display="false"/></style:style>',
        ),
        ["甲  98.7%"],
    ),
    "order.pptx": (
        pptx_file(
            [
                shape("第二页", "title") + shape("甲\n乙") + shape("无形", "sldNum"),
                shape("平安建设", "ctrTitle") + shape("无形", properties='hidden="1"'),
                "hidden" + shape("无形"),
            ],
            order=[1, 0, 2],
            notes=shape("口头说明。", "body") + shape("无形", "sldImg"),
        ),
        ["平安建设", "第二页", "甲", "乙", "口头说明。"],
    ),
    "order.odp": (
        odp_file(
            '<draw:page draw:style-name="a"><draw:frame presentation:class="title"><draw:text-box>'
            "<text:p>平安建设</text:p></draw:text-box></draw:frame><presentation:notes><draw:frame "
            'presentation:class="page-number"><draw:text-box><text:p>1</text:p></draw:text-box>'
            "</draw:frame><draw:frame><draw:text-box><text:p>口头说明。</text:p></draw:text-box>"
            "</draw:frame></presentation:notes><draw:g><draw:frame><draw:text-box><text:p>甲"
            "</text:p></draw:text-box></draw:frame></draw:g></draw:page>"
            '<draw:page draw:style-name="b"><draw:frame><draw:text-box><text:p>无形</text:p>'
            "</draw:text-box></draw:frame></draw:page>",
            styles='<style:style style:name="b" style:family="drawing-page">'
            '<style:drawing-page-properties presentation:visibility="hidden"/></style:style>',
        ),
        ["平安建设", "甲", "口头说明。"],
    ),
    "slides.ppt": (ppt_file([("题", FIRST, False), ("无形", "无形", True)]), ["题", FIRST]),
    "slides.dps": (ppt_file([("题", "甲\r乙\x0b丙", False)]), ["题", "甲", "乙", "丙"]),
    "word 2003.doc": (
        (
            f'<?xml version="1.0"?><w:wordDocument xmlns:w="{WORD_2003}" xmlns:wx="x" xmlns:aml='
            '"http://schemas.microsoft.com/aml/2001/core"><w:body><wx:sect><w:p><w:pPr><w:listPr>'
            '<wx:t wx:val="第一条"/></w:listPr></w:pPr><w:r><w:t>渠首</w:t></w:r>'
            '<aml:annotation w:type="Word.Deletion"><aml:content><w:r><w:delText>无形</w:delText>'
            "</w:r></aml:content></aml:annotation><aml:annotation w:type="
            '"Word.Comment"><aml:content><w:p><w:r><w:t>无形</w:t></w:r></w:p></aml:content>'
            "</aml:annotation><w:r><w:footnote><w:p><w:r><w:t>注。</w:t></w:r></w:p></w:footnote>"
            "</w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>无形</w:t></w:r><w:r><w:t>看守。</w:t></w:r>"
            "</w:p></wx:sect></w:body></w:wordDocument>"
        ).encode(),
        ["第一条 渠首看守。", "注。"],
    ),
    "package in one piece.doc": (
        (
            '<?xml version="1.0"?><pkg:package xmlns:pkg="http://schemas.microsoft.com/office/2006/'
            'xmlPackage"><pkg:part pkg:name="/word/document.xml"><pkg:xmlData><w:document xmlns:w='
            '"http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>'
            "丙丁</w:t></w:r></w:p></w:body></w:document></pkg:xmlData></pkg:part></pkg:package>"
        ).encode(),
        ["丙丁"],
    ),
    "in one piece.fodt": (
        (
            '<?xml version="1.0"?><office:document xmlns:office="urn:oasis:names:tc:opendocument:'
            'xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
            "<office:body><office:text><text:p>戊己</text:p></office:text></office:body>"
            "</office:document>"
        ).encode(),
        ["戊己"],
    ),
    "excel 2003.xls": (
        (
            '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
            'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Styles><Style ss:ID="a">'
            '<NumberFormat ss:Format="0.0%"/></Style><Style ss:ID="b"><NumberFormat ss:Format='
            '"Short Date"/></Style></Styles><Worksheet ss:Name="表"><Table><Row><Cell><Data '
            'ss:Type="String">甲</Data></Cell><Cell ss:StyleID="a"><Data ss:Type="Number">0.987'
            '</Data></Cell><Cell ss:StyleID="b"><Data ss:Type="DateTime">2023-12-31T00:00:00.000'
            '</Data></Cell></Row><Row ss:Hidden="1"><Cell><Data ss:Type="String">无形</Data></Cell>'
            "</Row></Table></Worksheet></Workbook>"
        ).encode(),
        ["甲  98.7%  2023/12/31"],
    ),
    "page of a site.xls": (
        (
            "<table border=1><tr><td colspan=2>办理情况表</td></tr><tr><th>单位</th>"
            "<th>日期</th></tr><tr><td>甲</td><td>2023年1月1日</td></tr>"
            "<tr style='display:none'><td>无形</td></tr>"
            "<tr><td>乙<span style='mso-hide:all'>无形</span></td><td>98%</td></tr></table>"
        ).encode("gb18030"),
        ["办理情况表", "单位  日期", "甲  2023年1月1日", "乙  98%"],
    ),
    "page of word.html": (
        (
            '<html xmlns:w="urn:schemas-microsoft-com:office:word"><body><p class=MsoTitle>渠道通知'
            "</p><p>各村：</p><p>每旬<del>无形</del>清淤<span style='mso-hide:all'>无形</span>"
            "一次。</p><table><tr><td>甲</td><td>1</td></tr></table></body></html>"
        ).encode(),
        ["渠道通知", "各村：", "每旬清淤一次。", "甲  1"],
    ),
    "spine.epub": (
        epub_file(
            {
                "%E4%BA%8C.html": f"<p>{SECOND}</p>",
                "a.html": f"<h1>渠</h1><p>{FIRST}</p>",
                "n.html": "<p>无形</p>",
            },
            ["n.html", "a.html", "%E4%BA%8C.html"],
            nav="n.html",
        ),
        ["渠", FIRST, SECOND],
    ),
}


@pytest.mark.parametrize("name", SEEN)
def test_what_is_seen_is_read_once_in_its_place_and_nothing_else(name: str) -> None:
    data, lines = SEEN[name]
    assert extract_text(data, name).text.split("\n") == lines


@pytest.mark.usefixtures("read_apart")
def test_all_are_found_by_search_inspect_and_the_index(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    for name, (data, _) in SEEN.items():
        (desk.documents / name).write_bytes(data)
    assert desk.run("index", desk.documents).code == 0
    with open_index(desk.index_dir) as index:
        assert {path for document in index.documents() for path in document.paths} == set(SEEN)
    assert desk.run("search", "无形").code == 1
    found = desk.run("search", '"每旬清淤"', "--json").out
    assert "slides.ppt" in found
    assert "spine.epub" in found
    told = desk.run("inspect", desk.documents / "shared.xlsx", "--json").json
    assert "甲县  98.7%  2023年12月31日" in str(told)


def test_rows_stand_below_the_names_of_their_columns_and_their_sheet() -> None:
    document = read_document(SEEN["shared.xlsx"][0], "a.xlsx", TAXONOMY)
    assert document.title == "办理情况表"
    (row,) = [p for p in document.paragraphs if p.role == "body"]
    assert row.headings == ("信访", "单位 办结率 日期")


@pytest.mark.parametrize(
    ("rows", "headings"),
    [
        (
            [
                ["低保发放情况表"],
                ["填报单位：某市民政局", "单位：万元"],
                ["乡镇", "城市", "", "农村"],
                ["", "户数", "金额", "户数", "金额"],
                ["甲镇", "120", "36.5", "560", "150.2"],
            ],
            ["乡镇  城市  农村", "户数  金额  户数  金额"],
        ),
        (
            [["姓名", "职务", "电话"], ["王建国", "组长"], ["李小明", "组员", "5012345"]],
            ["姓名  职务  电话"],
        ),
    ],
)
def test_the_names_of_columns_may_take_two_rows_below_what_is_said_of_the_table(
    rows: list[list[str]], headings: list[str]
) -> None:
    lines = sheets.table_lines(sheets.Book([("Sheet1", rows)]))
    found = [line for line in lines if line.level]
    assert [line.text for line in found] == headings
    assert [line.level for line in found] == [3, 4][: len(headings)]


@pytest.mark.parametrize(
    ("name", "data", "read"),
    [
        ("a.doc", rtf(gbk(FIRST)), "rtf"),
        ("a.wps", docx_document([("Normal", FIRST)]), "docx"),
        ("a.txt", docx_document([("Normal", FIRST)]), "docx"),
        ("a.doc", f"<html><body><p>{FIRST}</p></body></html>".encode("gb18030"), "gb18030"),
        ("a.xls", f"<table><tr><td>{FIRST}</td></tr></table>".encode(), "utf-8"),
        ("a.docx", doc_file([([(FIRST, b"")], "\r", b"")]), "doc"),
        ("a.xls", SEEN["shared.xlsx"][0], "xlsx"),
        ("a.et", SEEN["formats.xls"][0], "xls"),
        ("a.md", rtf(gbk(FIRST)), "rtf"),
        ("无后缀", ppt_file([("题", FIRST, False)]), "ppt"),
        ("a.doc", FIRST.encode("gb18030"), "gb18030"),
        ("a.pdf", odt_file(f"<text:p>{FIRST}</text:p>"), "odt"),
    ],
)
def test_the_first_bytes_say_what_a_file_is(name: str, data: bytes, read: str) -> None:
    extract = extract_text(data, name)
    assert extract.encoding == read
    assert extract.text


def test_the_same_bytes_under_two_names_are_one_document(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    page = html_page(f"<h1>渠</h1><p>{FIRST}</p><p>{SECOND}</p>")
    for name in ("a.txt", "b.html", "c.doc", "d.xls"):
        (desk.documents / name).write_bytes(page)
    word = doc_file([([(SECOND * 2, b"")], "\r", b"")])
    for name in ("e.doc", "f.wps", "g.zip", "h.csv", "i.rar"):
        (desk.documents / name).write_bytes(word)
    desk.index()
    with open_index(desk.index_dir) as index:
        found = sorted(sorted(document.paths) for document in index.documents())
    assert found == [
        ["a.txt", "b.html", "c.doc", "d.xls"],
        ["e.doc", "f.wps", "g.zip", "h.csv", "i.rar"],
    ]
    told = desk.run("inspect", desk.documents / "g.zip", "--json").json
    assert SECOND in str(told)


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.doc", doc_file([([(FIRST, b"")], "\r", b"")], flags=0x100), "protected by a password"),
        ("a.docx", compound_file({"EncryptedPackage": b"x", "EncryptionInfo": b"x"}), "password"),
        ("a.doc", word_6_file(FIRST.encode("gb18030"), flags=4), "saved in pieces by Word 6"),
        ("a.wps", compound_file({"CONTENTS": b"x", "SPELLING": b"x"}), "Microsoft Works"),
        ("a.wps", compound_file({"MatOST": b"x"}), "LibreOffice"),
        ("a.doc", compound_file({"Schedule": b"x"}), "a program whose files are not read"),
        ("a.xls", zip_archive({"xl/workbook.bin": b"x", "[Content_Types].xml": b"<a/>"}), "lacks"),
        ("a.doc", zip_archive({"a.txt": FIRST.encode()}), "name it .zip"),
        ("a.rtf", b"{\\rtf1" + b"{" * 5000 + b"x", "too deeply"),
        (
            "a.epub",
            zip_archive({"mimetype": b"application/epub+zip"}),
            "lacks META-INF/container.xml",
        ),
        ("a.doc", doc_file([([("", b"")], "\r", b"")]), "no text"),
        ("a.xlsx", b"PK\x03\x04" + bytes(50), "damaged or no zip"),
        (
            "a.odt",
            zip_archive({"mimetype": b"application/vnd.oasis.opendocument.text"}),
            "lacks content.xml",
        ),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_would_read_it(
    name: str, data: bytes, reason: str
) -> None:
    with pytest.raises(UnreadableFileError, match=reason):
        extract_text(data, name)


def test_properties_that_claim_to_be_endless_are_passed_over() -> None:
    endless = struct.pack("<IIII", 0x100C, 0x7FFFFFFF, 0, 0)
    listed = struct.pack("<IIIIII", 0, 2, 2, 24, 4, 24)
    data = bytes(44) + struct.pack("<I", 48) + listed + endless + bytes(60_000)
    with Compound(compound_file({"\x05SummaryInformation": data})) as file:
        began = time.process_time()
        assert file.properties() == ("", "")
        assert time.process_time() - began < 1


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (0.987, "0.0%", "98.7%"),
        (1024, "General", "1024"),
        (1 / 3, "General", "0.333333333"),
        (0.1 + 0.2, "General", "0.3"),
        (1234567.891, "#,##0.00", "1,234,567.89"),
        (1.005, "0.00", "1.01"),
        (-0.001, "0.00", "0.00"),
        (-5, "0.00;(0.00)", "(5.00)"),
        (0, '0;-0;"零"', "零"),
        (45291, 'yyyy"年"m"月"d"日";@', "2023年12月31日"),
        (45291, "[DBNum1][$-804]yyyy年m月d日", "二〇二三年十二月三十一日"),
        (45291.75, '上午/下午h"时"mm"分"', "下午6时00分"),
        (1.5, "[h]:mm", "36:00"),
        (59, "yyyy/m/d", "1900/2/28"),
        (0.25, "# ?/?", "1/4"),
        (12345, "0.00E+00", "1.23E+04"),
        (1234567, '0.0,,"百万"', "1.2百万"),
        (5, '[>=60]"及格";"不及格"', "不及格"),
        (1024, "[DBNum2][$-804]General", "壹仟零贰拾肆"),
        (450803199001011234, "0", "450803199001011000"),
        (20230105, '0000"-"00"-"00', "2023-01-05"),
        (1000, '[$¥-804]#,##0"元"', "¥1,000元"),
    ],
)
def test_a_number_is_written_as_its_cell_shows_it(value: float, form: str, text: str) -> None:
    assert shown(value, form) == text


@given(st.floats(), st.text(max_size=30) | st.sampled_from(["0.##", "yyyy-m-d h:mm", "[h]:mm:ss"]))
def test_no_number_and_no_format_fails(value: float, form: str) -> None:
    assert isinstance(shown(value, form), str)


WECHAT = {
    "account and date": ('<a id="js_name"> 平安某某 </a>', 'var ct = "1591246800";'),
    "only for the script": ("", 'var nickname = htmlDecode("平安某某"); var ct="1591246800"'),
    "entities": ("", "var nickname = '平安&#x67D0;某'; var ct = '1591246800';"),
    "a day": ('<a id="js_name">平安某某</a>', "var createTime = '2020-06-04 13:00';"),
    "first of several": ("", 'var ct = "1591246800"; var nickname = "平安某某"; var ct = "1";'),
}


@pytest.mark.parametrize("name", WECHAT)
def test_a_saved_article_of_an_account_has_its_day_and_its_account(name: str) -> None:
    account, script = WECHAT[name]
    page = html_page(
        f'<h1>网格化管理见成效</h1>{account}<div id="js_content" style="visibility: hidden">'
        f"<p>{FIRST}</p><p>{SECOND}</p><p>- END -</p></div>",
        head=f"<script>{script}</script>",
    )
    document = read_document(page, "a.html", TAXONOMY)
    assert (document.published or "")[:10] == "2020-06-04"
    assert (document.source, document.site) == ("平安某某", "平安某某")
    assert [document.slice(p) for p in document.paragraphs if p.role == "body"] == [FIRST, SECOND]


def test_only_an_article_of_an_account_is_read_so() -> None:
    page = html_page(f"<h1>渠</h1><p>{FIRST}</p>", head='<script>var ct = "1591246800";</script>')
    assert read_document(page, "a.html", TAXONOMY).published is None


def parts(data: bytes, path: str) -> dict[str, str]:
    return {
        part.path: str(part.refusal) if part.refusal else part.extract().text
        for part in parts_in(io.BytesIO(data), path, DEFAULT_FIELDS)
    }


def test_a_mail_is_its_subject_its_text_and_its_files() -> None:
    words = "关于做好春节期间信访工作的通知".encode("gb18030")
    # Cut inside of a character, as mail programs do.
    subject = "\r\n ".join(
        f"=?gb2312?B?{base64.b64encode(piece).decode()}?=" for piece in (words[:13], words[13:])
    )
    attached = base64.b64encode(docx_document([("Normal", SECOND)])).decode()
    data = mail(
        subject,
        f"{PLAIN}{FIRST}\r\n",
        "Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n"
        "Content-Disposition: attachment; filename*=utf-8''%E9%99%84%E4%BB%B6.docx\r\n\r\n"
        f"{attached}",
        f'Content-Type: text/plain; charset=utf-8; name="a.txt"\r\n\r\n{SECOND}',
        f'Content-Type: text/plain; charset=utf-8; name="a.txt"\r\n\r\n{FIRST}',
    )
    read = parts(data, "a.eml")
    assert read == {
        "a.eml": f"关于做好春节期间信访工作的通知\n{FIRST}",
        "a.eml!/a(2).txt": FIRST,
        "a.eml!/a.txt": SECOND,
        "a.eml!/附件.docx": SECOND,
    }


def test_the_title_of_slides_may_stand_in_a_plain_box_of_the_first() -> None:
    slides = [shape("水利局") + shape("某县河道汇报"), shape("投资", "title") + shape(FIRST)]
    document = read_document(pptx_file(slides), "a.pptx", TAXONOMY)
    assert document.title == "某县河道汇报"
    assert [p.headings for p in document.paragraphs if p.number][-1] == ("投资",)


def test_what_a_chart_on_a_slide_says_is_its_caption() -> None:
    space = 'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
    frame = f'<p:graphicFrame><c:chart {space} r:id="c"/></p:graphicFrame>'
    chart = (
        f'<c:chartSpace {space} xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
        "<c:title><a:p><a:r><a:t>各乡投资"
        "</a:t></a:r></a:p></c:title><c:strCache><c:pt><c:v>东乡</c:v></c:pt><c:pt><c:v>西乡</c:v>"
        "</c:pt></c:strCache></c:chartSpace>"
    )
    data = pptx_file([shape("某县河道汇报", "title") + frame], chart=chart)
    lines = extract_text(data, "a.pptx").text.split("\n")
    assert lines == ["某县河道汇报", "各乡投资", "东乡  西乡"]


def test_the_lines_of_a_mail_that_was_wrapped_are_its_paragraphs() -> None:
    told = [each * 2 for each in (FIRST, SECOND, FIRST)]
    text = "\r\n\r\n".join(
        "\r\n".join(each[i : i + 22] for i in range(0, len(each), 22)) for each in told
    )
    assert parts(mail("a", f"{PLAIN}{text}"), "a.eml") == {"a.eml": "\n".join(["a", *told])}


def test_of_a_text_that_a_mail_has_twice_the_page_is_read() -> None:
    data = mail("a", f"{PLAIN}无形", f"{PAGE}<p>{FIRST}</p>", kind="alternative")
    assert parts(data, "a.eml") == {"a.eml": f"a\n{FIRST}"}


def test_only_cells_that_hold_something_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "_CELLS_LIMIT", 3)
    row = f'<row>{"<c/>" * 9}<c t="str"><v>{FIRST}</v></c></row>'

    def book(rows: int) -> bytes:
        return xlsx_file([("a", "visible", f"<sheetData>{row * rows}</sheetData>")])

    assert extract_text(book(3), "a.xlsx").text == "\n".join([FIRST] * 3)
    with pytest.raises(UnreadableFileError, match="cells"):
        extract_text(book(4), "a.xlsx")


def test_a_mail_is_of_the_day_it_was_sent_and_who_signs_a_report_in_it_is_its_author() -> None:
    text = f"{FIRST}\r\n记者 李晓明\r\n发送时间: 2024年1月12日 16:20\r\n{SECOND}"
    data = io.BytesIO(mail("关于渠首的答复", f"{PLAIN}{text}"))
    (part,) = parts_in(data, "a.eml", DEFAULT_FIELDS)
    extract = part.extract()
    fields = lay_out(extract.text, extract.guide).fields
    assert (fields["published"], fields["author"]) == ("2024-02-05T09:30:00", "李晓明")


def test_a_mail_has_its_date_and_its_sender_in_search(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    (desk.documents / "a.eml").write_bytes(mail("a", f"{PLAIN}{FIRST}"))
    (desk.documents / "b.msg").write_bytes(
        msg_file(
            "主题", SECOND, files={"附.txt": (FIRST * 100).encode()}, sent=133_000_000_000_000_000
        )
    )
    desk.index()
    with open_index(desk.index_dir) as index:
        found = {document.paths[0]: document for document in index.documents()}
    assert set(found) == {"a.eml", "b.msg", "b.msg!/附.txt"}
    assert (found["a.eml"].published, found["a.eml"].author) == ("2024-02-05T09:30:00", "王建国")
    assert (found["b.msg"].published, found["b.msg"].title) == ("2022-06-18", "主题")
    assert SECOND in str(desk.run("inspect", desk.documents / "b.msg", "--json").json)
    assert "附.txt" in desk.run("inspect", desk.documents / "b.msg").err
    assert desk.run("index", desk.documents).err.count("unchanged")


def test_deleted_text_is_no_part_of_a_quotation(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    for name, (data, _) in SEEN.items():
        (desk.documents / name).write_bytes(data)
    desk.index()
    (tmp_path / "draft.txt").write_text(f"文件说：“{FIRST}看得见无形”。", encoding="utf-8")
    report = desk.run("check-quotes", tmp_path / "draft.txt", "--json").json
    assert "exact" not in {quote["verdict"] for quote in report}


def test_a_7z_archive_is_read_within_its_limits(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    members = {
        "信访/通知.txt": FIRST.encode("gb18030"),
        "信访/表.xlsx": SEEN["shared.xlsx"][0],
        "../外.txt": FIRST.encode(),
        "图.jpg": b"x",
        "内.zip": zip_archive({"又.txt": SECOND.encode()}),
    }
    (desk.documents / "a.7z").write_bytes(seven_zip(members))
    report = desk.run("index", desk.documents)
    assert report.code == 3
    assert "skipped a.7z!/../外.txt" in report.err
    with open_index(desk.index_dir) as index:
        found = {path for document in index.documents() for path in document.paths}
    assert found == {"a.7z!/信访/通知.txt", "a.7z!/信访/表.xlsx", "a.7z!/内.zip!/又.txt"}
    assert SECOND in str(
        desk.run("inspect", f"{desk.documents}/a.7z!/内.zip!/又.txt", "--json").json
    )


def test_bytes_are_counted_as_they_are_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MEMBER_BYTES", 1_000_000)
    data = seven_zip({"bomb.txt": bytes(2_000_000), "好.txt": FIRST.encode()})
    assert len(data) < 20_000
    read = parts(data, "a.7z")
    assert "1 MB" in read["a.7z!/bomb.txt"]
    assert read["a.7z!/好.txt"] == FIRST


def test_without_the_extra_an_archive_is_named_with_what_reads_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = seven_zip({"a.txt": b"x"})
    monkeypatch.setitem(sys.modules, "libarchive", None)
    with pytest.raises(UnreadableFileError, match=r'pip install "duansou\[archives\]"'):
        parts(data, "a.7z")


def test_a_table_of_records_under_a_wrong_name_is_what_it_is() -> None:
    rows = csv_table([["标题", "正文"], ["甲", FIRST]])
    assert list(parts(rows, "a.csv")) == ["a.csv#2"]
    assert list(parts(SEEN["shared.xlsx"][0], "a.csv")) == ["a.csv"]


def test_where_the_page_of_a_mail_shows_nothing_its_plain_half_is_read() -> None:
    data = mail("a", f"{PLAIN}{FIRST}", f'{PAGE}<img src="x.png">', kind="alternative")
    assert parts(data, "a.eml") == {"a.eml": f"a\n{FIRST}"}


def test_a_mail_that_was_sent_on_is_read_whatever_its_subject_begins_with() -> None:
    inner = f"Subject: %s\r\nMIME-Version: 1.0\r\n{PLAIN}{FIRST}"
    for subject, name in [("Re: hi", "Re：hi"), ("Fwd: a/b", "Fwd：a／b"), (".x", "附件.x")]:
        sent_on = f"Content-Type: message/rfc822\r\n\r\n{inner % subject}"
        read = parts(mail("a", f"{PLAIN}{SECOND}", sent_on), "a.eml")
        assert any(FIRST in text for path, text in read.items() if name.split("：")[0] in path), (
            read
        )


def test_a_name_of_a_file_in_bare_bytes_is_read() -> None:
    name = "通知.txt".encode("gbk").decode("ascii", "surrogateescape")
    part = f'Content-Disposition: attachment; filename="{name}"\r\n{PLAIN}{SECOND}'
    read = parts(mail("a", f"{PLAIN}{FIRST}", part), "a.eml")
    assert read["a.eml!/通知.txt"] == SECOND


def test_one_bad_mail_in_an_archive_hides_no_other_file() -> None:
    bad = b"Content-Type: message/rfc822\n\n" * 500 + b"x"
    files = {"1.txt": FIRST.encode(), "2.eml": bad, "3.txt": SECOND.encode()}
    read = parts(zip_archive(files), "a.zip")
    assert read["a.zip!/1.txt"] == FIRST
    assert read["a.zip!/3.txt"] == SECOND
    assert "a.zip!/2.eml" in read


def test_a_type_of_document_that_declares_nothing_is_no_fault() -> None:
    named = '<!DOCTYPE manifest:manifest PUBLIC "-//OpenOffice.org//DTD Manifest 1.0//EN" "M.dtd">'
    assert parse_xml(f"{named}<a/>".encode(), "m").tag == "a"
    for declared in ('<!ENTITY x "y">', "<!ELEMENT a ANY>"):
        with pytest.raises(UnreadableFileError, match="declares entities"):
            parse_xml(f"<!DOCTYPE a [{declared}]><a/>".encode(), "m")
