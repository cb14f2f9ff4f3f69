"""Word documents: all text that their reader sees, once and in order, and nothing else."""

from __future__ import annotations

import io
import re
import tracemalloc
import zipfile
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents import docx_document, zip_archive
from search import open_index
from search.documents.document import Document
from search.errors import UnreadableFileError
from search.facets.topic import Taxonomy
from search.reading.document import read_document
from search.reading.formats.word import read_word
from search.reading.formats.word.fields import equation
from search.reading.formats.word.numbering import written
from unit.collection import Desk
from word_files import CONSTRUCTIONS, paragraph, run, word_file

TAXONOMY = Taxonomy.load()
SUFFIXES = (".docx", ".docm", ".dotx", ".dotm")
PROSE = "全县配备网格员五千人，建成视频监控平台九个，群众安全感明显提升，治安形势平稳。"


def read(data: bytes) -> Document:
    return read_document(data, "a.docx", TAXONOMY)


@pytest.mark.parametrize("name", CONSTRUCTIONS)
def test_what_is_seen_is_read_once_in_its_place_and_nothing_else(name: str) -> None:
    made = CONSTRUCTIONS[name]
    assert read_word(made.data).text.split("\n") == made.lines
    document = read(made.data)
    assert [document.slice(p) for p in document.paragraphs] == made.lines


def test_whoever_indexes_and_searches_finds_all_of_it(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    files = {}
    for number, (name, made) in enumerate(CONSTRUCTIONS.items()):
        files[name] = desk.documents / f"{number}{SUFFIXES[number % len(SUFFIXES)]}"
        files[name].write_bytes(made.data)
    desk.index()
    with open_index(desk.index_dir) as index:
        lines = {
            path: [document.slice(p) for p in document.paragraphs]
            for document in index.documents()
            for path in document.paths
        }
    assert lines == {files[name].name: made.lines for name, made in CONSTRUCTIONS.items()}
    assert desk.run("search", '"无形"', "--json").json["total"] == 0
    assert desk.run("search", '"第一条"', "--json").json["total"] >= 3
    assert CONSTRUCTIONS["smart tag"].lines[0] in desk.run("inspect", files["smart tag"]).out


def test_a_word_file_under_an_older_suffix_is_read_by_its_first_bytes(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    inside = word_file(paragraph(PROSE))
    old = b"\xd0\xcf\x11\xe0" + bytes(600)
    (desk.documents / "a.doc").write_bytes(inside)
    (desk.documents / "b.doc").write_bytes(old)
    (desk.documents / "c.zip").write_bytes(zip_archive({"d.wps": inside + b"\n", "e.doc": old}))
    report = desk.run("index", desk.documents)
    assert report.code == 3
    assert "skipped b.doc: it is damaged" in report.err
    assert "skipped c.zip!/e.doc: it is damaged" in report.err
    with open_index(desk.index_dir) as index:
        paths = {path for document in index.documents() for path in document.paths}
    assert paths == {"a.doc", "c.zip!/d.wps"}


def test_a_note_belongs_to_its_paragraph_and_has_no_number(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    reference = '<w:r><w:footnoteReference w:id="3"/></w:r>'
    note = f'<w:footnote w:id="3">{paragraph("引自水利局所藏会议记录第三卷。")}</w:footnote>'
    (desk.documents / "a.docx").write_bytes(
        word_file(paragraph(PROSE, reference) + paragraph("此后" + PROSE), footnotes=note)
    )
    desk.index()
    document = read((desk.documents / "a.docx").read_bytes())
    assert [(p.role, p.kind, p.number) for p in document.paragraphs] == [
        ("body", "body", 1),
        ("metadata", "note", None),
        ("body", "body", 2),
    ]
    found = desk.run("search", '"会议记录第三卷"', "--json").json
    assert (found["total"], [label["kind"] for label in found["labels"]]) == (0, ["note"])
    draft = tmp_path / "draft.txt"
    draft.write_text(
        "“引自水利局所藏会议记录第三卷”“引自水利局所藏会议记录第四卷”", encoding="utf-8"
    )
    exact, altered = desk.run("check-quotes", draft, "--json").json
    assert (exact["verdict"], exact["found_in"]) == ("exact", "note")
    assert altered["verdict"] != "exact"


def test_a_note_does_not_change_where_a_date_is_read() -> None:
    lines = [
        paragraph(text) for text in ("某县平安建设的经验", *[PROSE] * 8, "发布时间：2020-01-02")
    ]
    reference = paragraph(PROSE, '<w:r><w:footnoteReference w:id="3"/></w:r>')
    note = f'<w:footnote w:id="3">{paragraph("见县志。")}</w:footnote>'
    plain = read(word_file("".join((*lines[:2], paragraph(PROSE), *lines[2:]))))
    noted = read(word_file("".join((*lines[:2], reference, *lines[2:])), footnotes=note))
    assert plain.published == noted.published


def test_rows_of_a_table_are_neither_headings_nor_fields() -> None:
    rows = [("日期", "事项"), ("2020年9月10日", "报名"), ("某某镇", "已报"), ("来源", "某日报")]
    table = "".join(
        f"<w:tr>{''.join(f'<w:tc>{paragraph(cell)}</w:tc>' for cell in row)}</w:tr>" for row in rows
    )
    body = f"{paragraph('关于报送年度总结的通知')}<w:tbl>{table}</w:tbl>"
    document = read(word_file(f"{body}{paragraph(PROSE)}"))
    assert [p.role for p in document.paragraphs] == ["title", *["body"] * 5]
    assert document.published is document.source is None
    assert read(word_file(body)).paragraphs[-1].role == "body"


def test_where_headings_are_styled_the_last_line_above_one_is_none() -> None:
    lines = [("Heading 1", "材料"), ("Normal", "申请表"), ("Normal", "银行卡复印件")]
    styled = docx_document(
        [("Title", "办证须知"), *lines, ("Heading 1", "流程"), ("Normal", PROSE)]
    )
    body = ["申请表", "银行卡复印件", PROSE]
    document = read(styled)
    assert [document.slice(p) for p in document.paragraphs if p.role == "body"] == body


def test_a_table_of_contents_is_furniture_whatever_its_style() -> None:
    def mark(kind: str) -> str:
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    code = "<w:r><w:instrText> TOC \\o </w:instrText></w:r>"
    body = (
        paragraph(mark("begin"), code, mark("separate"), "一、总体情况 1")
        + paragraph("二、主要做法 2", mark("end"))
        + paragraph(PROSE)
    )
    document = read(word_file(body))
    assert [(p.role, p.kind) for p in document.paragraphs] == [
        ("boilerplate", "contents"),
        ("boilerplate", "contents"),
        ("body", "body"),
    ]


@pytest.mark.parametrize(
    ("form", "numbers"),
    [
        ("decimal", {1: "1", 120: "120"}),
        ("decimalZero", {1: "01", 12: "12"}),
        ("001, 002, 003, ...", {7: "007"}),
        ("decimalFullWidth", {12: "１２"}),
        ("decimalEnclosedCircle", {1: "①", 20: "⑳", 21: "21"}),
        ("decimalEnclosedParen", {2: "⑵"}),
        ("ideographEnclosedCircle", {3: "㊂"}),
        ("numberInDash", {3: "- 3 -"}),
        ("upperRoman", {4: "IV", 1999: "MCMXCIX"}),
        ("lowerRoman", {9: "ix"}),
        ("upperLetter", {1: "A", 28: "BB"}),
        ("lowerLetter", {26: "z", 27: "aa", 10_000: "10000"}),
        ("ordinal", {1: "1st", 12: "12th", 23: "23rd"}),
        ("chineseCounting", {10: "十", 20: "二十", 99: "九十九", 105: "一○五"}),
        ("chineseCountingThousand", {10: "十", 12: "十二", 110: "一百一十", 1005: "一千零五"}),
        ("chineseLegalSimplified", {10: "壹拾", 21: "贰拾壹"}),
        ("ideographDigital", {2024: "二〇二四"}),
        ("japaneseCounting", {10: "十", 111: "百十一", 2000: "二千"}),
        ("taiwaneseCountingThousand", {12: "十二", 305: "三百○五"}),
        ("ideographLegalTraditional", {3: "參", 12: "壹拾貳"}),
        ("ideographTraditional", {1: "甲", 10: "癸", 11: "11"}),
        ("ideographZodiac", {1: "子", 12: "亥"}),
        ("ideographZodiacTraditional", {1: "甲子", 60: "癸亥", 61: "甲子"}),
        ("none", {5: ""}),
        ("ofTheFuture", {5: "5"}),
        ("upperRoman", {2_147_483_647: "2147483647"}),
    ],
)
def test_numbers_are_written_as_word_writes_them(form: str, numbers: dict[int, str]) -> None:
    assert {number: written(number, form) for number in numbers} == numbers


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        (r"EQ \f(1,2)", "1/2"),
        (r"EQ \r(3,x+y)", "3√(x+y)"),
        (r"EQ \o(\s\up 5(中华),\s\do 2(人民))", "中华人民"),
        (r"EQ \x(框)", "框"),
        (r"EQ \b\lc\{(a\,b)", "{(a,b)"),
        ("EQ ))((", "))(())"),
    ],
)
def test_equation_fields_show_their_characters(code: str, shown: str) -> None:
    assert equation(code) == shown


def _broken(name: str, content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(word_file(paragraph(PROSE)))) as archive:
        members = {each: archive.read(each) for each in archive.namelist()}
    return zip_archive(members | {name: content})


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"PK\x03\x04", "damaged or no zip"),
        (zip_archive({"a.txt": b"x"}), "lacks word/document.xml"),
        (_broken("word/document.xml", b"<w"), "damaged .in its part word/document.xml"),
        (_broken("word/numbering.xml", b"<w"), "damaged .in its part word/numbering.xml"),
        (_broken("word/document.xml", b"<sheet/>"), "no Word document"),
        (_broken("word/styles.xml", b"<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>"), "entities"),
        (word_file(paragraph("")), "no text"),
        (
            word_file(
                '<w:altChunk r:id="rchunk"/>', parts={"chunk.bin": ("aFChunk", b"\x01\x02 x")}
            ),
            r"embedded and not read \(word/chunk.bin\)",
        ),
    ],
)
def test_what_cannot_be_read_whole_is_refused_with_the_reason(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableFileError, match=reason):
        read_word(data)


def test_numbers_that_claim_much_take_little() -> None:
    cell = '<w:tc><w:tcPr><w:gridSpan w:val="2000000000"/></w:tcPr><w:p/></w:tc>'
    numbers = (
        '<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:start w:val="2147483647"/>'
        '<w:numFmt w:val="lowerRoman"/><w:lvlText w:val="%1"/></w:lvl></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'
    )
    item = paragraph("条", properties='<w:numPr><w:numId w:val="1"/></w:numPr>')
    table = f"<w:tbl><w:tr>{cell * 50}</w:tr></w:tbl>" * 50
    data = word_file(table + item * 50, numbering=numbers)
    tracemalloc.start()
    read_word(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20_000_000  # 0.8 GB where each column is an item


def test_styles_and_lists_that_lead_in_circles_end() -> None:
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="{a}"><w:basedOn w:val="{b}"/></w:style>'
        for a, b in ("AB", "BA")
    )
    body = paragraph(PROSE, properties='<w:pStyle w:val="A"/>')
    assert read_word(word_file(body, styles=styles)).text == PROSE


def test_a_plain_document_keeps_its_ids() -> None:
    data = docx_document(
        [
            ("Title", "平安建设工作报告"),
            ("Heading 1", "总体情况"),
            ("Normal", f"{PROSE}\n第二行。"),
        ],
        table=[["指标", "数值"], ["满意度", "94.01%"]],
    )
    text = f"平安建设工作报告\n总体情况\n{PROSE}\n第二行。\n指标  数值\n满意度  94.01%"
    assert read_word(data).text == text


# Any nesting of constructions: each word has its own number; hidden ones are never read.

WORD = re.compile(r"w[0-9]+x")
Tree = tuple[str, list["Tree"]]
Parts = tuple[str, list[str], list[str]]
"""Markup, the words seen in it, and the words seen beside its paragraph."""

AROUND = {
    "ins": '<w:ins w:id="1" w:author="x">{}</w:ins>',
    "moveTo": '<w:moveTo w:id="1" w:author="x">{}</w:moveTo>',
    "sdt": "<w:sdt><w:sdtPr/><w:sdtContent>{}</w:sdtContent></w:sdt>",
    "smartTag": '<w:smartTag w:element="x">{}</w:smartTag>',
    "customXml": '<w:customXml w:element="x">{}</w:customXml>',
    "hyperlink": "<w:hyperlink>{}</w:hyperlink>",
    "fldSimple": '<w:fldSimple w:instr="REF x">{}</w:fldSimple>',
    "bdo": '<w:bdo w:val="rtl">{}</w:bdo>',
    "ruby": "<w:r><w:ruby><w:rt><w:r><w:t>w0x</w:t></w:r></w:rt><w:rubyBase>{}</w:rubyBase>"
    "</w:ruby></w:r>",
    "field": '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>w0x</w:instrText>'
    '</w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>{}'
    '<w:r><w:fldChar w:fldCharType="end"/></w:r>',
    "code": '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:t>w0x</w:t></w:r>'
    '<w:r><w:fldChar w:fldCharType="separate"/></w:r>{}'
    '<w:r><w:fldChar w:fldCharType="end"/></w:r>',
    "choice": '<w:r><mc:AlternateContent><mc:Choice Requires="wps">{0}</mc:Choice>'
    "<mc:Fallback>{0}</mc:Fallback></mc:AlternateContent></w:r>",
}
HIDDEN = {
    "del": '<w:del w:id="1" w:author="x">{}</w:del>',
    "moveFrom": '<w:moveFrom w:id="1" w:author="x">{}</w:moveFrom>',
}
BOX = (
    "<w:r><w:pict><v:textbox><w:txbxContent><w:p>{}</w:p></w:txbxContent></v:textbox></w:pict>"
    "</w:r>"
)

leaves: st.SearchStrategy[Tree] = st.sampled_from(["word", "vanish"]).map(lambda kind: (kind, []))
inline: st.SearchStrategy[Tree] = st.recursive(
    leaves,
    lambda inner: st.tuples(
        st.sampled_from([*AROUND, *HIDDEN, "box"]), st.lists(inner, min_size=1, max_size=3)
    ),
    max_leaves=8,
)
paragraphs = st.lists(inline, max_size=3).map(lambda inner: ("p", inner))
blocks: st.SearchStrategy[Tree] = st.recursive(
    paragraphs,
    lambda inner: st.tuples(
        st.sampled_from(["sdt", "customXml", "table", "row deleted"]),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=6,
)


def markup(tree: Tree, numbers: Callable[[], int], *, seen: bool) -> Parts:
    kind, children = tree
    if not children and kind in ("word", "vanish"):
        word = f"w{numbers()}x"
        is_seen = seen and kind == "word"
        return run(word, "" if kind == "word" else "<w:vanish/>"), [word] * is_seen, []
    seen = seen and kind not in HIDDEN and kind != "row deleted"
    parts = [markup(each, numbers, seen=seen) for each in children]
    text = "".join(part[0] for part in parts)
    words = [word for part in parts for word in part[1]]
    beside = [word for part in parts for word in part[2]]
    if kind == "box":
        return BOX.format(text), [], [*words, *beside]
    if kind == "p":
        return f"<w:p>{text}</w:p>", words, beside
    if kind in ("table", "row deleted"):
        gone = '<w:trPr><w:del w:id="1"/></w:trPr>' if kind == "row deleted" else ""
        cells = "".join(f"<w:tc>{part[0]}<w:p/></w:tc>" for part in parts)
        return f"<w:tbl><w:tr>{gone}{cells}</w:tr></w:tbl>", words, beside
    return (AROUND | HIDDEN)[kind].format(text), words, beside


@given(st.lists(blocks, max_size=4))
def test_any_nesting_loses_nothing_and_repeats_nothing(trees: list[Tree]) -> None:
    numbers = count(1)
    body, expected = "", list[str]()

    def add(tree: Tree) -> None:
        nonlocal body
        if tree[0] in ("sdt", "customXml"):
            before, after = AROUND[tree[0]].split("{}")
            body += before
            for each in tree[1]:
                add(each)
            body += after
            return
        parts = markup(tree, lambda: next(numbers), seen=True)
        body += parts[0]
        expected.extend([*parts[1], *parts[2]])

    for tree in trees:
        add(tree)
    text = read_word(word_file(body + paragraph("完"))).text
    assert WORD.findall(text) == expected
