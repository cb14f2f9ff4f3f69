"""Printed pages: columns, notes, running heads, vertical and ragged writing, tables."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from printed_pages import (
    HEIGHT,
    KINDS,
    WIDTH,
    MadePage,
    Mark,
    add_heads,
    paragraph,
    pdf_of,
    text_in_columns,
)
from search.documents.document import Document
from search.errors import UnreadableFileError
from search.facets.topic import Taxonomy
from search.reading.document import read_document
from unit.collection import Desk

TAXONOMY = Taxonomy.load()


def _read(pages: list[MadePage]) -> Document:
    return read_document(pdf_of(pages), "a.pdf", TAXONOMY)


def _lines(document: Document, kind: str | None = None) -> list[str]:
    """The paragraphs of a kind, or all that are neither running heads nor notes."""
    return [
        document.slice(each).replace(" ", "")
        for each in document.paragraphs
        if (each.kind == kind if kind else each.kind not in ("running-head", "note"))
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_paragraphs_are_read_as_they_were_set(kind: str) -> None:
    made = KINDS[kind](random.Random(7))
    document = _read(made.pages)
    read = set(_lines(document))
    right = [text.replace(" ", "") in read for text in made.paragraphs]
    assert sum(right) >= 0.95 * len(right)
    assert _lines(document, "note") == [text.replace(" ", "") for text in made.notes]


@pytest.mark.parametrize("columns", [1, 2])
@pytest.mark.parametrize("shown", [0, 90, 180, 270])
@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_a_page_is_read_however_its_writing_is_turned(
    turned: int, shown: int, columns: int
) -> None:
    made = text_in_columns(random.Random(1), columns, pages=1)
    made.pages[0].turned, made.pages[0].shown = turned, shown
    assert _lines(_read(made.pages)) == [text.replace(" ", "") for text in made.paragraphs]


def test_a_large_head_of_two_pages_is_one_though_paragraphs_stand_apart_too() -> None:
    pages = []
    for n in range(2):
        texts = [paragraph(random.Random(3 * n + i), 2)[:38] + "。" for i in range(6)]
        marks = [Mark(60, 740 - 32 * (i + n), 10.5, text) for i, text in enumerate(texts)]
        top = [Mark(200, 772, 18, "河边的小镇")] if n == 0 else []
        pages.append(MadePage([*top, *marks, Mark(250, 772 - 56 * n + 28, 12, "某某学刊")]))
    pages[1].marks[-1] = Mark(250, 800, 12, "某某学刊")
    document = _read(pages)
    assert (document.title, _lines(document, "running-head")) == ("河边的小镇", ["某某学刊"] * 2)


@pytest.mark.parametrize("words", [("某某学刊",), ("某某学刊", "2021年第3期")])
def test_the_head_of_two_pages_is_no_title_and_parts_no_paragraph(words: tuple[str, ...]) -> None:
    made = text_in_columns(random.Random(2), 2, pages=2, title=True)
    for page in made.pages:
        heads = [Mark(60 + 300 * i, HEIGHT - 60, 9, each) for i, each in enumerate(words)]
        page.marks = [*heads, *page.marks]
    document = _read(made.pages)
    assert document.title == "关于进一步做好信访工作的通知"
    assert [*_lines(document)] == [text.replace(" ", "") for text in made.paragraphs]


def test_a_large_title_that_two_pages_have_is_a_title() -> None:
    forms = [
        [
            Mark(200, 780, 18, "来信来访登记表"),
            Mark(60, 740, 10.5, f"{paragraph(random.Random(n), 2)}"),
        ]
        for n in range(2)
    ]
    assert _read([MadePage(marks) for marks in forms]).title == "来信来访登记表"


def test_what_heads_a_paper_in_columns_is_read_line_by_line() -> None:
    made = text_in_columns(random.Random(5), 2, pages=1)
    page = made.pages[0]
    abstract = "摘　要：" + paragraph(random.Random(6), 5)[:47] + "。"
    head = [
        Mark(190, 790, 18, "小水库管护的村庄经验"),
        Mark(250, 768, 12, "王建国，李小明"),
        Mark(200, 752, 9, "（某某大学 水利学院，某省 某市 530000）"),
        *(Mark(78 - 18 * i, 736 - 14 * i, 9, abstract[40 * i : 40 * i + 40]) for i in range(2)),
        Mark(78, 708, 9, "关键词：小水库；管护；合作社"),
    ]
    notes = ["收稿日期：2021-03-02", "基金项目：某县社科规划课题", "作者简介：王建国，男，教授。"]
    feet = [Mark(60, 60 - 12 * i, 8, text) for i, text in enumerate(notes)]
    moved = [Mark(m.x, m.y - 80, m.size, m.text) for m in page.marks if m.y - 80 > 76]
    left = [m for m in moved if m.x < WIDTH / 2]
    page.marks = [*head, *left, *feet, *(m for m in moved if m.x >= WIDTH / 2)]
    document = _read(made.pages)
    assert (document.title, document.author) == ("小水库管护的村庄经验", "王建国、李小明")
    assert abstract.replace("　", "") in [each.replace(" ", "") for each in _lines(document)]
    assert _lines(document, "note") == notes


def test_articles_that_are_not_indented_are_paragraphs_each() -> None:
    articles = ["第一条 为了加强管理，制定本办法。", "第二条 本办法适用于小水库。"] * 3
    long = "第七条 " + paragraph(random.Random(2), 5)
    marks = [Mark(60, 780 - 16 * i, 10.5, text) for i, text in enumerate([long[:40], long[40:]])]
    marks += [Mark(60, 740 - 16 * i, 10.5, f"{each:　<40}") for i, each in enumerate(articles)]
    read = _lines(_read([MadePage(marks)]))
    assert [each for each in read if each.startswith(("第一条", "第二条"))] == [
        each.replace(" ", "").strip("　") for each in articles
    ]


def test_a_rare_character_moves_nothing() -> None:
    made = text_in_columns(random.Random(1), 1)
    for page in made.pages:
        page.marks = [
            Mark(mark.x, mark.y, mark.size, mark.text.replace("群", "𠮷")) for mark in page.marks
        ]
    read = _lines(_read(made.pages))
    assert read == [text.replace("群", "𠮷").replace(" ", "") for text in made.paragraphs]


def test_running_heads_that_alternate_are_known_by_their_place() -> None:
    rng = random.Random(3)
    made = text_in_columns(rng, 1, pages=3)
    add_heads(made.pages)
    heads = _lines(_read(made.pages), "running-head")
    assert len(heads) == 6
    assert {"某某市人民政府公报", "2023年第2期（总第126期）"} < set(heads)


def test_a_title_in_the_middle_of_three_columns_heads_them_all() -> None:
    made = text_in_columns(random.Random(5), 3, order="rows")
    top = made.pages[0].marks
    shifted = [Mark(m.x, m.y - 40, m.size, m.text) for m in top]
    made.pages[0].marks = [*shifted, Mark(225, HEIGHT - 90, 22, "信访工作条例")]
    assert _lines(_read(made.pages))[0] == "信访工作条例"


def test_rows_of_a_table_between_columns_stay_whole() -> None:
    made = text_in_columns(random.Random(9), 2, order="rows", pages=1)
    page = made.pages[0]
    below = min(mark.y for mark in page.marks)
    upper = [mark for mark in page.marks if mark.y > HEIGHT / 2]
    lower = [Mark(m.x, m.y - 90, m.size, m.text) for m in page.marks if m.y <= HEIGHT / 2]
    assert below > 80 - 16
    rows = [
        ("县区", "人口", "面积", "投资"),
        ("东区", "12万", "30", "500"),
        ("西区", "8万", "21", "90"),
    ]
    table = [
        Mark(70 + 130 * i, HEIGHT / 2 - 30 - 20 * row, 10.5, cell)
        for row, cells in enumerate(rows)
        for i, cell in enumerate(cells)
    ]
    page.marks = [*upper, *table, *[mark for mark in lower if mark.y > 20]]
    read = _lines(_read(made.pages))
    for cells in rows:
        assert "".join(cells) in read


def test_rows_of_a_table_are_not_joined() -> None:
    rows = [
        ("营业收入（元）", "4,755", "5,699", "16.55%"),
        ("净利润（元）", "4,648", "1,556", "70.13%"),
    ]
    marks = [
        Mark(60 + 130 * i, 700 - 20 * row, 10.5, cell)
        for row, cells in enumerate(rows)
        for i, cell in enumerate(cells)
    ]
    text = text_in_columns(random.Random(2), 1, pages=1)
    read = _lines(_read([MadePage(marks), *text.pages]))
    assert read[:2] == ["".join(cells) for cells in rows]


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        (("第二章", "办理"), "chapter"),
        (("第二章", "办", "理"), "chapter"),
        (("办", "理"), "plain"),
        (("办", "理", "意", "见"), "plain"),
    ],
)
def test_a_row_of_a_table_above_a_paragraph_is_no_heading(
    heading: tuple[str, ...], kind: str
) -> None:
    rows = [("县区", "件数"), ("东区", "三十"), ("西区", "二十一"), heading]
    marks = [
        Mark(60 + 130 * i, 780 - 20 * row, 10.5, cell)
        for row, cells in enumerate(rows)
        for i, cell in enumerate(cells)
    ]
    text = text_in_columns(random.Random(2), 1, pages=1)
    text.pages[0].marks = [*marks, *(m for m in text.pages[0].marks if m.y < 700)]
    document = _read(text.pages)
    assert "西区二十一" in _lines(document, "body")
    assert "".join(heading) in _lines(document, kind)


def test_a_list_of_short_items_is_not_taken_for_ragged_text() -> None:
    items = [f"关于{each}级信访工作条例实施细则的若干规定" for each in "省市县乡村镇区"]
    text = text_in_columns(random.Random(3), 1, pages=1)
    lowest = max(mark.y for mark in text.pages[0].marks) + 10
    page = MadePage([Mark(60, lowest + 14 * i, 10.5, each) for i, each in enumerate(items[::-1])])
    page.marks += text.pages[0].marks
    moved = [Mark(m.x, m.y - 120, m.size, m.text) for m in page.marks]
    assert _lines(_read([MadePage(moved)]))[: len(items)] == items[::-1]


def test_a_numbered_item_at_the_end_of_a_page_is_no_note() -> None:
    text = paragraph(random.Random(4), 2)
    marks = [
        Mark(60, 700, 12, text),
        Mark(60, 682, 12, "①登记来信来访"),
        Mark(60, 664, 12, "②转送有关机关"),
    ]
    document = _read([MadePage(marks)])
    assert not _lines(document, "note")


def test_codes_of_glyphs_are_no_text() -> None:
    made = text_in_columns(random.Random(6), 1)
    made.pages[1].codes = True
    document = _read(made.pages)
    assert "!" not in document.text
    with pytest.raises(UnreadableFileError, match="no text"):
        _read([made.pages[1]])


def test_letters_of_many_scripts_among_each_other_are_codes_of_glyphs() -> None:
    codes = "".join(chr(code) for code in range(0x100, 0x7000, 53) if chr(code).isalpha())
    marks = [Mark(60, 780 - 16 * i, 10.5, codes[40 * i : 40 * i + 40]) for i in range(10)]
    with pytest.raises(UnreadableFileError, match="no text"):
        _read([MadePage(marks)])
    # One script is the text of those who write it.
    tibetan = [Mark(60, 780 - 16 * i, 10.5, "ཀཁགངཅཆཇཉཏཐདན"[i:] * 4) for i in range(4)]
    assert len(_read([MadePage(tibetan)]).text) > 100


def test_dots_that_lead_the_eye_are_no_codes_of_glyphs() -> None:
    chapters = [f"第{n}章总则{'.' * 60}{n}" for n in "一二三四五"]
    marks = [Mark(60, 700 - 18 * i, 12, text) for i, text in enumerate(chapters)]
    assert len(_lines(_read([MadePage(marks)]))) == 5


def test_scanned_pages_in_a_file_with_text_are_named_and_the_others_read(tmp_path: Path) -> None:
    made = text_in_columns(random.Random(8), 1, pages=2)
    pages = [made.pages[0], *[MadePage(picture=True)] * 3, made.pages[1], MadePage(picture=True)]
    desk = Desk(tmp_path)
    (desk.documents / "a.pdf").write_bytes(pdf_of(pages))
    (desk.documents / "blank.pdf").write_bytes(pdf_of([made.pages[0], MadePage()]))
    for _ in range(2):  # also where nothing has changed
        done = desk.run("index", desk.documents)
        assert done.code == 3
        assert "a.pdf: not read of it, as they are pictures of text: pages 2–4, 6" in done.err
        assert "blank.pdf" not in done.err
    told = desk.run("stats").out
    assert "pages 2–4, 6 (4 in all)" in told
    assert "pages that wait for text recognition: 4" in told
    read = desk.run("inspect", desk.documents / "a.pdf", "--json").json
    assert read["document"]["scanned"] == [2, 3, 4, 6]
    assert made.paragraphs[-1] in [each["text"] for each in read["paragraphs"]]
