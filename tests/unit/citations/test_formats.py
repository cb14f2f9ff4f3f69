"""Formats to take away: their shape, their keys, what goes into the note, what a stream is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import rispy
from bibtexparser.entrypoint import parse_string
from citeproc import (
    Citation,
    CitationItem,
    CitationStylesBibliography,
    CitationStylesStyle,
    formatter,
)
from citeproc.source.json import CiteProcJSON

from search.citing import csl as csl_module
from search.citing.formats import FORMATS, Entry, write_citations
from search.documents.document import Paragraph, passages_of
from search.errors import UsageError
from unit.citations.records import SEEDS, document, passage
from unit.citations.test_round_trip import LATEX

SEED = SEEDS["000"]
CSL_STYLES = Path(csl_module.__file__).parent / "csl_styles"
ADDRESS = "https://host.example/p/1"
ENTRY = Entry(SEED, passage(SEED), address=ADDRESS)


def written(entry: Entry, form: str, **options: str) -> str:
    return "".join(write_citations([entry], form, **options))


def test_there_are_six_formats_with_media_type_and_suffix() -> None:
    assert list(FORMATS) == ["text", "bibtex", "ris", "csl-json", "markdown", "html"]
    assert [f.suffix for f in FORMATS.values()] == [".txt", ".bib", ".ris", ".json", ".md", ".html"]
    assert FORMATS["bibtex"].media_type.startswith("application/x-bibtex")
    assert FORMATS["ris"].media_type.startswith("application/x-research-info-systems")
    assert FORMATS["csl-json"].media_type == "application/vnd.citationstyles.csl+json"


@pytest.mark.parametrize(
    ("form", "style", "named"),
    [("endnote", "apa", "citation format 'endnote'"), ("ris", "turabian", "style 'turabian'")],
)
def test_an_unknown_format_or_style_is_refused_at_once(form: str, style: str, named: str) -> None:
    with pytest.raises(UsageError, match=named) as refused:
        write_citations([], form, style=style)
    assert refused.value.sentence.said("zh").startswith("没有“")


def test_bibtex_has_a_stable_key_and_the_outlet_for_its_journal() -> None:
    text = written(ENTRY, "bibtex", accessed="2026-07-01")
    assert text.startswith(f"@article{{duansou-{SEED.document_id},\n")
    assert f"\n  ids = {{duansou-{passage(SEED).passage_id}}},\n" in text
    for line in (
        "  author = {{梁启勇}},",
        "  journal = {贵港日报},",
        "  date = {2017-08-10},",
        "  year = {2017},",
        "  month = aug,",
        "  urldate = {2026-07-01},",
        "  entrysubtype = {newspaper},",
        "  mark = {N},",
        "  medium = {OL},",
        "  language = {zh-CN},",
    ):
        assert f"\n{line}\n" in text


def test_ris_has_one_tag_a_line_and_ends_each_record() -> None:
    lines = written(ENTRY, "ris", accessed="2026-07-01").split("\r\n")
    assert lines[0] == "TY  - NEWS"
    assert lines[-3:] == ["ER  - ", "", ""]
    assert {"AU  - 梁启勇", "T2  - 贵港日报", "DA  - 2017/08/10/", "Y2  - 2026/07/01/"} <= {*lines}
    assert "DP  - yybnet.net" in lines


def test_csl_json_is_one_array() -> None:
    web = Entry(replace(SEEDS["004"], document_id="e" * 16))
    both = json.loads("".join(write_citations([ENTRY, web], "csl-json")))
    assert [one["type"] for one in both] == ["article-newspaper", "webpage"]
    assert both[0]["author"] == [{"literal": "梁启勇"}]
    assert both[0]["issued"] == {"date-parts": [[2017, 8, 10]]}
    assert both[0]["source"] == "yybnet.net"
    assert both[1]["container-title"] == "人民网-广西频道"
    assert json.loads("".join(write_citations([], "csl-json"))) == []


@pytest.mark.parametrize("form", ["bibtex", "ris", "csl-json"])
def test_the_note_has_place_quotation_hash_host_and_permanent_address(form: str) -> None:
    note = written(ENTRY, form)
    for part in ("第1段", "原文：“正文。”", passage(SEED).sha256, ADDRESS, "yybnet.net"):
        assert part in note
    # Where the file has no address of its own, the permanent one stands for it.
    assert note.count(ADDRESS) == 2
    quoted = Entry(SEED, passage(SEED), quotation=(0, 1), item="六是", superseded="2026-07-01")
    note = written(quoted, form)
    for part in ("第1段“六是”", "引文：“正”", "2026-07-01 被改动或撤下"):
        assert part in note
    assert ("-q0-1" in note) == (form == "bibtex")


def test_an_english_item_has_an_english_note() -> None:
    english = document(title="Safe cities", author="Doe, Jane", published="2020")
    note = json.loads(written(Entry(english, passage(english)), "csl-json"))[0]
    assert note["language"] == "en"
    assert note["author"] == [{"family": "Doe", "given": "Jane"}]
    assert note["note"].startswith("para. 1 | Passage: “正文。” | SHA-256 of the passage: ")


def test_the_address_and_kind_that_the_reader_gives_are_taken() -> None:
    entry = Entry(SEED, url="https://a.cn/1.htm", kind="web")
    (item,) = json.loads(written(entry, "csl-json"))
    assert (item["URL"], item["type"]) == ("https://a.cn/1.htm", "webpage")


@pytest.mark.parametrize("form", ["bibtex", "ris", "csl-json"])
def test_a_home_page_is_never_the_address(form: str) -> None:
    assert "yybnet.net/" not in written(Entry(document(url="https://yybnet.net/")), form)


def test_reference_managers_have_a_document_once_with_a_note_for_each_passage() -> None:
    two = document(
        title="题名",
        author="张三等",
        text="甲。\n乙。",
        paragraphs=(
            Paragraph(0, 2, "body", "body", "", 1, topics=("信访工作", "维稳;舆情")),
            Paragraph(3, 5, "body", "body", "", 2, topics=("未分类",)),
        ),
        city=("广西壮族自治区", "贵港市", None),
    )
    entries = [
        Entry(two, each, address=f"https://host.example/p/{each.passage_id}")
        for each in passages_of(two)
    ]
    (ris,) = rispy.loads("".join(write_citations(entries, "ris")))
    (bib,) = parse_string("".join(write_citations(entries, "bibtex"))).entries
    (csl,) = json.loads("".join(write_citations(entries, "csl-json")))
    assert ris["id"] == bib.key == csl["id"] == f"duansou-{two.document_id}"
    assert bib["ids"] == ",".join(entry.key for entry in entries)
    *notes, byline = ris["notes"]
    assert [note.split(" | ")[:3] for note in notes] == [
        [f"第{n}段", f"原文：“{text}”", f"永久地址：{entry.address}"]
        for n, (text, entry) in enumerate(zip(("甲。", "乙。"), entries, strict=True), 1)
    ]
    assert byline == "署名后有“等”"
    assert csl["note"].split("\n") == ris["notes"]
    assert LATEX.latex_to_text(bib["annote"]).split("\n\n") == ris["notes"]
    assert ris["urls"] == [bib["url"]] == [csl["URL"]] == [entries[0].address]
    words = ["广西壮族自治区", "贵港市", "信访工作", "维稳；舆情"]
    assert ris["keywords"] == bib["keywords"].split(", ") == csl["keyword"].split(", ") == words
    # Of a whole document they are the topics of all its paragraphs.
    (whole,) = rispy.loads("".join(write_citations([Entry(two)], "ris")))
    assert whole["keywords"] == words


@pytest.mark.filterwarnings("ignore::UserWarning")  # fields that citeproc-py does not know
def test_a_citation_processor_makes_a_reference_of_it() -> None:
    items = json.loads("".join(write_citations([ENTRY], "csl-json", accessed="2026-07-01")))
    style = CitationStylesStyle(str(CSL_STYLES / "apa.csl"), validate=False)
    library = CitationStylesBibliography(style, CiteProcJSON(items), formatter.plain)
    library.register(Citation([CitationItem(items[0]["id"])]))
    (reference,) = map(str, library.bibliography())
    for part in ("梁启勇", "2017", "砥砺奋进勇争优", "贵港日报", ADDRESS):
        assert part in reference


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_what_is_to_be_read_holds_the_passages(form: str) -> None:
    assert "原文：“正文。”" in written(ENTRY, form)
    part = written(Entry(SEED, passage(SEED), quotation=(0, 1)), form)
    assert "引文：“正”" in part
    assert "正文" not in part
    # What a reference lacks is said with it, and not again with every passage.
    twice = "".join(write_citations([ENTRY, ENTRY], form))
    assert twice.count("缺：") == written(ENTRY, form).count("缺：") == 1


@pytest.mark.parametrize("form", ["bibtex", "ris", "csl-json"])
def test_a_passage_that_comes_twice_is_written_once(form: str) -> None:
    once = written(ENTRY, form)
    assert "".join(write_citations([ENTRY, ENTRY], form)) == once


def test_an_institution_is_never_split() -> None:
    ministry = document(title="T", author="Ministry of Truth, London and Oxford")
    assert "author = {{Ministry of Truth, London and Oxford}}" in written(Entry(ministry), "bibtex")
    assert "AU  - Ministry of Truth， London and Oxford\r\n" in written(Entry(ministry), "ris")


def test_who_goes_unnamed_is_remembered() -> None:
    more = document(title="题名", author="张三等")
    assert "{{张三} and others}" in written(Entry(more), "bibtex")
    assert "署名后有“等”" in written(Entry(more), "ris")


def test_text_numbers_each_source_once_and_names_every_passage() -> None:
    second = replace(SEEDS["004"], document_id="e" * 16)
    other = Entry(second, passage(second))
    text = "".join(write_citations([ENTRY, other, ENTRY], "text"))
    references = [line for line in text.splitlines() if not line.startswith(" ")]
    assert [line[:4] for line in references] == ["[1] ", "[2] "]
    assert text.count("文中标注：[1]第1段") == 2
    assert text.count("文中标注：[2]第1段") == 1
    assert "    缺：获取和访问路径\n" in text


def test_footnotes_are_written_for_every_passage() -> None:
    text = "".join(write_citations([ENTRY, ENTRY], "text", style="gbt7714-2015-note"))
    assert text.count("贵港日报, 2017-08-10: 第1段.") == 2


@pytest.mark.parametrize("form", ["markdown", "html"])
def test_hostile_text_means_nothing_to_markdown_or_html(form: str) -> None:
    hostile = document(title="<script>alert(1)</script> [a](javascript:x) *b* `c` ![d](e)")
    text = written(Entry(hostile, passage(hostile)), form)
    assert "<script" not in text
    if form == "markdown":
        assert r"\[a\](javascript:x) \*b\* \`c\` \!\[d\](e)" in text


@pytest.mark.parametrize("form", FORMATS)
def test_entries_are_written_as_they_come(form: str) -> None:
    taken = 0

    def entries() -> Iterator[Entry]:
        nonlocal taken
        for number in range(100):
            taken += 1
            yield Entry(document(document_id=f"{number:016x}", title="题名"))

    pieces = write_citations(entries(), form)
    for _ in range(3):
        next(pieces)
    assert taken <= 4
