"""PDF, Word, records and archives: text, structure, fields, and what is refused with the reason."""

from __future__ import annotations

import io
import json
import zipfile
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from broken_files import broken_files, mutated_files
from documents import csv_table, docx_document, html_page, json_lines, pdf_document, zip_archive
from proofs.reading import check_folder
from search.citing.record import record_of
from search.documents.document import Document
from search.errors import UnreadableFileError, UsageError
from search.facets.topic import Taxonomy
from search.languages.sentences import Sentence
from search.platforms import CAN_INTERRUPT
from search.reading.document import read_document, to_document
from search.reading.files import SourceFile, container_of, parts_in, path_order
from search.reading.formats.records import DEFAULT_FIELDS, parse_field_map
from search.reading.reading import ReadingLimits
from search.reading.workers import Readers

TAXONOMY = Taxonomy.load()
FIRST = "今年以来，全县共排查各类矛盾纠纷三百余起，调处成功率达到百分之九十八。"
SECOND = "全县配备网格员五千人，建成视频监控平台九个，群众安全感明显提升，治安形势平稳。"


def body(document: Document) -> list[str]:
    return [document.slice(p) for p in document.paragraphs if p.role == "body"]


def lines_of(text: str, width: int) -> list[tuple[int, str]]:
    """A paragraph as the lines of a page, the first indented by two characters."""
    rest = [text[i : i + width] for i in range(width - 2, len(text), width)]
    return [(2, text[: width - 2]), *((0, line) for line in rest)]


def test_pdf_lines_become_paragraphs_also_over_the_end_of_a_page() -> None:
    first, second = lines_of(FIRST * 2, 30), lines_of(SECOND * 2, 30)
    head = (0, "某县年鉴 2020")
    pages = [
        [head, (10, "平安建设综述"), *first, *second[:1], (14, "— 1 —")],
        [head, *second[1:], (14, "— 2 —")],
        [head, *lines_of(FIRST, 30), (14, "— 3 —")],
    ]
    document = read_document(pdf_document(pages, title="平安建设综述"), "a.pdf", TAXONOMY)
    assert body(document) == [FIRST * 2, SECOND * 2, FIRST]
    assert document.title == "平安建设综述"
    heads = [document.slice(p) for p in document.paragraphs if p.kind == "running-head"]
    assert heads.count("某县年鉴 2020") == 3
    assert "— 2 —" in heads


def test_a_scanned_pdf_says_that_it_has_no_text() -> None:
    with pytest.raises(UnreadableFileError, match=r"no text layer \(2 scanned pages\).*ocr"):
        read_document(pdf_document([[], []]), "a.pdf", TAXONOMY)


def test_a_cut_pdf_is_refused() -> None:
    with pytest.raises(UnreadableFileError, match="damaged or no PDF"):
        read_document(pdf_document([[(0, FIRST)]])[:300], "a.pdf", TAXONOMY)


def test_word_styles_give_title_headings_and_captions_and_rows_are_lines() -> None:
    data = docx_document(
        [
            ("Title", "平安建设工作报告"),
            ("Heading 1", "总体情况"),
            ("Normal", FIRST),
            ("Caption", "图1 网格员在巡查"),
            ("Normal", SECOND),
        ],
        table=[["指标", "数值"], ["满意度", "94.01%"]],
        author="张伟",
    )
    document = read_document(data, "a.docx", TAXONOMY)
    assert document.title == "平安建设工作报告"
    assert body(document) == [FIRST, SECOND, "指标  数值", "满意度  94.01%"]
    assert {p.headings for p in document.paragraphs if p.role == "body"} == {("总体情况",)}
    assert document.author == "张伟"
    assert document.evidence["author"][0].sure == "probable"
    assert document.published is None


def test_a_property_of_another_document_is_no_title() -> None:
    data = docx_document([("Normal", FIRST)], title="某某模板", author="Administrator")
    document = read_document(data, "a.docx", TAXONOMY)
    assert document.title is None
    assert document.author is None


def test_an_entity_in_a_word_document_is_not_expanded(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("机密内容", encoding="utf-8")
    with zipfile.ZipFile(io.BytesIO(docx_document([("Normal", FIRST)]))) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    document = members["word/document.xml"].decode()
    declared = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}">]><w:document'
    members["word/document.xml"] = (
        document.replace("<w:document", declared, 1).replace(FIRST, f"&e;{FIRST}").encode()
    )
    try:
        text = read_document(zip_archive(members), "a.docx", TAXONOMY).text
    except UnreadableFileError:
        return
    assert "机密" not in text


def parts(data: bytes, path: str, fields: str = "") -> list[tuple[str, str | None]]:
    found = parts_in(io.BytesIO(data), path, parse_field_map(fields))
    return [(part.path, str(part.refusal) if part.refusal else None) for part in found]


def records(data: bytes, path: str, fields: str = "") -> list[Document]:
    from search.reading.document import to_document

    return [
        to_document(part.extract(), part.path, part.sha256(), TAXONOMY)
        for part in parts_in(io.BytesIO(data), path, parse_field_map(fields))
        if part.refusal is None
    ]


def test_each_json_line_is_a_document_with_its_fields() -> None:
    record = {
        "title": "平安建设取得新成效",
        "text": f"{FIRST}\n{SECOND}",
        "source": "某县日报",
        "date": "20200102",
        "url": "http://www.mou.gov.cn/a/1.html",
    }
    (document,) = records(json_lines([record]), "d.jsonl")
    assert document.path == "d.jsonl#1"
    assert (document.title, document.source) == ("平安建设取得新成效", "某县日报")
    assert document.published == "2020-01-02"
    assert document.url == record["url"]
    assert body(document) == [FIRST, SECOND]
    assert document.evidence["source"][0].note == "记录的字段 source"


def test_a_bad_line_is_named_with_its_number_and_the_others_are_read() -> None:
    data = json_lines([{"text": FIRST}, '{"text": ', "", "[1]", "[" * 100_000, {"text": SECOND}])
    found = dict(parts(data, "d.jsonl"))
    assert list(found) == ["d.jsonl#1", "d.jsonl#2", "d.jsonl#4", "d.jsonl#5", "d.jsonl#6"]
    assert "not JSON" in (found["d.jsonl#2"] or "")
    assert "not a JSON object" in (found["d.jsonl#4"] or "")
    assert "not JSON" in (found["d.jsonl#5"] or "")
    assert found["d.jsonl#6"] is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_table_names_its_fields_in_the_first_line(encoding: str) -> None:
    rows = [
        ["标题", "正文", "发布日期"],
        ["题目之一", f"{FIRST}\n{SECOND}", "2020年1月2日"],
        ["二", SECOND, ""],
    ]
    first, second = records(csv_table(rows, encoding), "t.csv")
    assert (first.path, second.path) == ("t.csv#2", "t.csv#4")
    assert body(first) == [FIRST, SECOND]
    assert (first.title, first.published) == ("题目之一", "2020-01-02")


def test_a_table_may_have_tabs_between_its_fields() -> None:
    rows = [["标题", "正文", "发布日期"], ["题目之一", f"{FIRST}\n{SECOND}", "2020年1月2日"]]
    (document,) = records(csv_table(rows).replace(b",", b"\t"), "t.tsv")
    assert document.path == "t.tsv#2"
    assert body(document) == [FIRST, SECOND]
    assert (document.title, document.published) == ("题目之一", "2020-01-02")


def test_a_field_map_names_other_fields_and_makes_another_document() -> None:
    data = json_lines([{"biaoti": "题目之一", "neirong": FIRST, "text": SECOND}])
    (mapped,) = records(data, "d.jsonl", "title=biaoti, text=neirong")
    (default,) = records(data, "d.jsonl")
    assert (mapped.title, body(mapped)) == ("题目之一", [FIRST])
    assert body(default) == [SECOND]
    assert mapped.sha256 != default.sha256


@pytest.mark.parametrize("text", ["title", "title=", "nosuch=a"])
def test_a_wrong_field_map_is_explained(text: str) -> None:
    with pytest.raises(UsageError, match="such as title=标题"):
        parse_field_map(text)


def test_html_in_a_record_is_read_as_a_page() -> None:
    (document,) = records(
        json_lines([{"text": f"<p>{FIRST}</p><p>{SECOND}</p>", "title": "题目"}]), "d.jsonl"
    )
    assert body(document) == [FIRST, SECOND]
    assert document.title == "题目"


def test_an_archive_is_its_members_in_order_and_archives_nest() -> None:
    inner = zip_archive({"丙.jsonl": json_lines([{"text": FIRST}])})
    data = zip_archive(
        {
            "乙.txt": FIRST.encode(),
            "甲/a.html": html_page(f"<p>{FIRST}</p>"),
            "内.zip": inner,
            "图.png": b"x",
        }
    )
    found = dict(parts(data, "a.zip"))
    assert list(found) == [
        "a.zip!/乙.txt",
        "a.zip!/内.zip!/丙.jsonl#1",
        "a.zip!/图.png",
        "a.zip!/甲/a.html",
    ]
    assert ".png files are not read" in (found["a.zip!/图.png"] or "")
    assert found["a.zip!/甲/a.html"] is None


def test_names_that_chinese_windows_wrote_are_read() -> None:
    data = bytearray(zip_archive({"12345678.txt": FIRST.encode()}))
    name = "平安建设".encode("gb18030")
    data = data.replace(b"12345678", name)
    assert parts(bytes(data), "a.zip") == [("a.zip!/平安建设.txt", None)]


@pytest.mark.parametrize(
    ("encoding", "names"),
    [
        *((e, ("目录/通知一.txt",)) for e in ("gb18030", "utf-8")),
        *((e, ("目录/a.txt", "目录/通知.txt")) for e in ("gb18030", "utf-8")),
        *((e, ("展双/作机.txt",)) for e in ("gb18030", "utf-8")),
        *((e, ("縣政府/公告.txt",)) for e in ("big5", "gb18030", "utf-8")),
        *((e, ("領導講話.txt", "會議紀要.txt")) for e in ("big5", "utf-8")),
        ("big5", ("許功蓋.txt",)),
    ],
)
def test_the_encoding_of_names_is_that_in_which_all_are_chinese(
    encoding: str, names: tuple[str, ...]
) -> None:
    written = [name.encode(encoding) for name in names]
    held = {letter * len(name): FIRST.encode() for letter, name in zip("xy", written, strict=False)}
    data = zip_archive(held)
    for letter, name in zip("xy", written, strict=False):
        data = data.replace(letter.encode() * len(name), name)
    assert parts(data, "a.zip") == [(f"a.zip!/{name}", None) for name in sorted(names)]


def test_names_that_lead_out_of_an_archive_are_refused() -> None:
    found = parts(zip_archive({"../x.txt": b"a", "/y.txt": b"a", "z.txt": FIRST.encode()}), "a.zip")
    assert [reason for _, reason in found] == [
        "its name leads out of the archive",
        "its name leads out of the archive",
        None,
    ]


def test_bombs_are_refused_before_they_are_unpacked() -> None:
    with pytest.raises(UnreadableFileError, match="zip bomb"):
        parts(zip_archive({"a.txt": bytes(50_000_000)}), "a.zip")
    data = zip_archive({"a.txt": FIRST.encode()})
    for _ in range(4):
        data = zip_archive({"b.zip": data})
    assert "deep" in (parts(data, "a.zip")[0][1] or "")


def test_paths_inside_of_files_know_their_file_and_their_order() -> None:
    assert container_of("x/a.zip!/b.txt") == "x/a.zip"
    assert container_of("x/d.jsonl#12") == "x/d.jsonl"
    assert container_of("x/d.txt#12") is None
    assert sorted(["d.jsonl#10", "d.jsonl#9", "a.txt"], key=path_order) == [
        "a.txt",
        "d.jsonl#9",
        "d.jsonl#10",
    ]


def source_files(folder: Path, contents: dict[str, bytes]) -> list[tuple[SourceFile, str]]:
    from search.documents.document import sha256_hex

    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return [(SourceFile(folder, name), sha256_hex(content)) for name, content in contents.items()]


def test_a_file_that_takes_too_long_is_ended_and_the_others_come_in_order(tmp_path: Path) -> None:
    slow = html_page("<p>x</p>" * 1_200_000)
    contents = {
        "a.html": html_page(f"<p>{FIRST}</p>"),
        "b.html": slow,
        "c.html": html_page(f"<p>{SECOND}</p>"),
    }
    tasks = source_files(tmp_path, contents)
    limits = ReadingLimits(timeout_s=1, memory_mb=4000)
    with Readers(TAXONOMY, limits=limits, processes=1) as readers:
        list(readers.read(tasks[:1]))  # the process has loaded what it needs
        outcomes = {file.path: outcome for file, outcome in readers.read(tasks)}
    assert list(outcomes) == ["a.html", "b.html", "c.html"]
    assert outcomes["b.html"] == Sentence("file-too-slow", timeout_s=1)
    assert isinstance(outcomes["c.html"], Document)


@pytest.mark.skipif("sys.platform == 'darwin'", reason="macOS does not limit memory")
def test_a_file_that_takes_too_much_memory_is_named(tmp_path: Path) -> None:
    tasks = source_files(
        tmp_path,
        {"a.html": html_page("<p>字</p>" * 1_000_000), "b.html": html_page(f"<p>{FIRST}</p>")},
    )
    with Readers(TAXONOMY, limits=ReadingLimits(memory_mb=60), processes=1) as readers:
        outcomes = [outcome for _, outcome in readers.read(tasks)]
    assert isinstance(outcomes[0], Sentence)
    assert outcomes[0].code in (
        "file-needs-memory",
        "reader-failed",
        "reader-crashed",
        "page-unparsable",
    )
    assert isinstance(outcomes[1], Document)


def test_a_file_of_many_documents_without_any_is_named(tmp_path: Path) -> None:
    for name, content in (("a.jsonl", b"\n"), ("b.zip", zip_archive({"x.png": b"x"}))):
        (tmp_path / name).write_bytes(content)
        for processes in (0, 1):
            with Readers(TAXONOMY, processes=processes) as readers:
                *_, last = readers.parts(SourceFile(tmp_path, name))
            assert (last.path, str(last.refusal)) == (
                name,
                "there is no document in it that can be read",
            )


@pytest.mark.skipif(not CAN_INTERRUPT, reason="every file is read in a process here")
def test_few_plain_files_start_no_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search.reading.workers._Worker", None)
    tasks = source_files(tmp_path, {f"{i}.txt": FIRST.encode() for i in range(5)})
    with Readers(TAXONOMY) as readers:
        assert all(isinstance(outcome, Document) for _, outcome in readers.read(tasks))


def test_broken_files_are_read_or_named(tmp_path: Path) -> None:
    files = chain(broken_files(21, seed=7), mutated_files(1, seed=7))
    verdicts, outcomes = check_folder(tmp_path, files, limit_s=120)
    assert [verdict for verdict in verdicts if verdict[2]] == []
    assert outcomes["named with the reason"] > 10


def _document_of(record: dict[str, Any], fields: str | None = None) -> Document:
    data = json_lines([record])
    field_map = parse_field_map(fields) if fields else DEFAULT_FIELDS
    (part,) = parts_in(io.BytesIO(data), "a.jsonl", field_map)
    assert part.refusal is None, part.refusal
    return to_document(part.extract(), part.path, part.sha256(), TAXONOMY)


@pytest.mark.parametrize(
    ("author", "names"),
    [
        (["Ann Lee", "Bo Chen", "Di Wu"], ("Ann Lee", "Bo Chen", "Di Wu")),
        (["古丽·某某", "某甲"], ("古丽·某某", "某甲")),
        (["县水利局", "县农业局"], ("县水利局", "县农业局")),
        ([{"name": "王伟"}, {"name": "李娜"}], ("王伟", "李娜")),
    ],
)
def test_a_list_of_authors_stays_a_list(author: Any, names: tuple[str, ...]) -> None:
    document = _document_of({"title": "通报", "text": FIRST, "author": author})
    assert record_of(document).authors.names == names


@pytest.mark.parametrize(
    ("record", "fields"),
    [
        ({"title": "一", "text": [{"content": FIRST}, {"content": SECOND}]}, None),
        ({"title": "一", "data": {"content": [FIRST, SECOND]}}, None),
        ({"title": "一", "data": {"parts": [{"p": FIRST}, {"p": SECOND}]}}, "text=data.parts.p"),
        ({"title": "一", "data": [{"content": FIRST}, {"content": SECOND}]}, None),
        ({"title": "一", "data": {"正文": [{"段落": FIRST}, {"段落": SECOND}]}}, None),
        ({"title": "一", "list": [{"a": {"b": FIRST}}, {"a": {"b": SECOND}}]}, "text=list.a.b"),
        ({"title": "一", "a.b": {"c": [FIRST, SECOND]}}, "text=a.b.c"),
        ({"title": "一", "a": {"b.c": [FIRST, SECOND]}}, "text=a.b.c"),
        ({"title": "一", "text": f"{FIRST}<br>{SECOND}"}, None),
        ({"title": "一", "text": f"{FIRST}<BR />{SECOND[:9]}<em>{SECOND[9:]}</em>"}, None),
        ({"title": "一", "text": f"<p>{FIRST}<br/>{SECOND}</p>"}, None),
        ({"title": "一", "text": f"&lt;p&gt;{FIRST}&lt;/p&gt;&lt;p&gt;{SECOND}&lt;/p&gt;"}, None),
        ({"title": "一", "text": f"{FIRST}&nbsp;\n&emsp;&emsp;{SECOND}"}, None),
        ({"title": "一", "text": f"{FIRST}&#10;{SECOND}"}, None),
        ({"title": "一", "paragraphs": [FIRST, SECOND]}, None),
        ({"title": "一", "text": json.dumps([{"text": FIRST}, {"text": SECOND}])}, None),
        (
            {
                "title": "一",
                "text": [{"type": "p", "a": FIRST}, {"type": "img", "src": "a.jpg"}, {"a": SECOND}],
            },
            None,
        ),
    ],
)
def test_objects_breaks_and_entities_of_a_record_are_read(
    record: dict[str, Any], fields: str | None
) -> None:
    assert body(_document_of(record, fields)) == [FIRST, SECOND]


def test_a_record_in_an_object_of_its_own_has_its_fields_there() -> None:
    inner = {"title": "二", "content": FIRST, "date": "2021-07-15", "source": "某某日报"}
    document = _document_of({"code": 0, "title": "一", "data": inner})
    told = (document.title, document.published, document.source)
    assert told == ("一", "2021-07-15", "某某日报")


def test_the_first_line_of_excel_tells_what_stands_between_fields() -> None:
    data = csv_table([["标题", "正文"], ["题目, 一", FIRST]]).replace(b",", b";", 1)
    (document,) = records(
        b"sep=;\r\n" + data.replace(f",{FIRST}".encode(), f";{FIRST}".encode()), "t.csv"
    )
    assert (document.path, document.title, body(document)) == ("t.csv#3", "题目, 一", [FIRST])


def test_entities_are_what_they_stand_for() -> None:
    document = _document_of({"title": "甲&amp;乙", "text": f"&ldquo;甲&rdquo;{FIRST}"})
    assert document.title == "甲&乙"
    assert body(document) == [f"“甲”{FIRST}"]


def test_a_date_of_a_record_that_cannot_be_read_is_told() -> None:
    document = _document_of({"title": "一", "text": FIRST, "date": "昨天"})
    assert document.published is None
    assert "昨天" in document.evidence["published"][0].note


def test_bytes_of_a_table_that_do_not_fit_are_told() -> None:
    data = b"title,text\n" + "一,".encode() + FIRST.encode() + b"\xff\n"
    (part,) = parts_in(io.BytesIO(data), "a.csv", DEFAULT_FIELDS)
    document = to_document(part.extract(), part.path, part.sha256(), TAXONOMY)
    assert "不合编码" in document.evidence["encoding"][0].note


def test_a_record_that_speaks_of_tags_is_no_page() -> None:
    text = f"在网页里用 <div> 分段，用 <3 表示喜欢。{FIRST}"
    assert body(_document_of({"title": "一", "text": text})) == [text]


def test_a_nul_in_a_record_is_left_out_and_told() -> None:
    document = _document_of({"title": "一", "text": f"{FIRST[:9]}\0{FIRST[9:]}"})
    assert body(document) == [FIRST]
    assert "NUL" in document.evidence["encoding"][0].note


def test_the_euro_sign_of_windows_is_read_in_a_table() -> None:
    text = f"价格为 500 欧元。{FIRST}"
    data = f"标题,正文\n一,{text}\n".encode("gbk").replace("欧元".encode("gbk"), b"\x80")
    (document,) = records(data, "a.csv")
    assert body(document) == [text.replace("欧元", "€")]
    assert "encoding" not in document.evidence


@pytest.mark.parametrize("encoding", ["gb18030", "big5", "utf-8"])
def test_lines_of_json_are_read_in_the_encoding_of_those_before(encoding: str) -> None:
    texts = ["今年以來，全縣共排查各類矛盾糾紛三百餘起，調處率達到九成。", "和諧。"]
    data = "".join(f'{{"text": "{text}"}}\n' for text in texts).encode(encoding)
    assert [document.text for document in records(data, "a.jsonl")] == texts


@pytest.mark.parametrize("at", [0, 3])
def test_a_damaged_byte_in_a_line_of_json_is_told_and_the_line_is_read(at: int) -> None:
    line = f'{{"title": "一", "text": "{FIRST}{SECOND}"}}'.encode()
    at = line.index(FIRST.encode()) + 3 * at
    (document,) = records(line[:at] + b"\xff" + line[at:] + b"\n", "a.jsonl")
    assert document.text.replace("\ufffd", "") == f"一\n{FIRST}{SECOND}"
    assert "不合编码" in document.evidence["encoding"][0].note


@pytest.mark.parametrize("name", ["页.txt", "页", "页.md", "页.html", "页.pdf"])
def test_a_page_is_read_as_one_whatever_its_suffix(name: str) -> None:
    page = html_page(f"<h1>通报</h1><p>{FIRST}</p><p>{SECOND}</p>")
    data = page if isinstance(page, bytes) else page.encode()
    assert body(read_document(data, name, TAXONOMY)) == [FIRST, SECOND]


def test_a_pdf_is_read_as_one_whatever_its_suffix() -> None:
    data = pdf_document([lines_of(FIRST, 20)])
    assert (
        read_document(data, "a.txt", TAXONOMY).text == read_document(data, "a.pdf", TAXONOMY).text
    )


def test_the_default_names_of_fields_are_of_both_languages() -> None:
    assert {"title", "标题"} <= set(DEFAULT_FIELDS["title"])


@pytest.mark.parametrize(
    ("title", "year"),
    [
        ("2019年贵港市政府工作报告", 2019),
        ("二〇一九年政府工作报告", 2019),
        ("2018年工作总结", None),
        ("政府工作报告", None),
    ],
)
def test_a_work_report_without_a_date_is_of_the_year_in_its_title(
    title: str, year: int | None
) -> None:
    document = read_document(f"{title}\n\n{FIRST}\n\n{SECOND}\n".encode(), "a.txt", TAXONOMY)
    assert (document.published, document.year) == (None, year)
