"""Which quotations are in a draft."""

from __future__ import annotations

import io
from pathlib import Path

import docx
import pytest

from search.citing.quotes.drafts import draft_of_bytes, lines_of, quotations_of, read_draft
from search.errors import InputError
from search.reading.reading import ReadingLimits

LIMITS = ReadingLimits(2, 60, 1024)


@pytest.mark.parametrize(
    ("text", "quotations"),
    [
        ("他说“安全第一”，又说「稳定」。", ("安全第一", "稳定")),
        ("“外面‘里面’与“再里面”都算”。", ("外面‘里面’与“再里面”都算",)),
        ("『甲乙「丙丁」』", ("甲乙「丙丁」",)),
        ('称"安全"和"稳定"', ("安全", "稳定")),
        ("“字”太短，“，。”没有字", ()),
        ("“第一段没有关\n“第二段关了”", ("第一段没有关", "第二段关了")),
        ("“一行写\n不完的引文”", ("一行写\n不完的引文",)),
        ("没有引文", ()),
    ],
)
def test_what_stands_between_marks_is_a_quotation(text: str, quotations: tuple[str, ...]) -> None:
    assert quotations_of(text).texts == quotations


def test_a_mark_that_never_closes_hides_nothing_else() -> None:
    draft = quotations_of("开了“没有关\n\n另一段“关了”的")
    assert draft.texts == ("关了",)
    assert draft.unclosed == (1,)
    assert draft.quotations[0].line == 3


def test_markdown_in_a_quotation_is_not_quoted() -> None:
    draft = quotations_of("“**安全** _第一_[^1]，[稳定](a.md)`1`”", is_markdown=True)
    assert draft.texts == ("安全 第一，稳定1",)


def test_each_line_can_be_a_quotation() -> None:
    assert lines_of("甲乙\n\n 丙丁 \n").texts == ("甲乙", "丙丁")


def test_many_open_marks_cost_little() -> None:
    assert quotations_of("“甲\n" * 5000 + "“" * 5000).texts == ()


def word_file() -> bytes:
    """A Word file that quotes."""
    document = docx.Document()
    document.add_paragraph("文件指出“安全第一”。")
    data = io.BytesIO()
    document.save(data)
    return data.getvalue()


def test_a_word_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "稿.docx"
    path.write_bytes(word_file())
    assert quotations_of(read_draft(path, LIMITS)).texts == ("安全第一",)


def test_a_broken_word_file_is_named() -> None:
    with pytest.raises(InputError, match=r"cannot be read as a draft"):
        draft_of_bytes(b"PK\x03\x04 not a word file", "a.docx", LIMITS)


def test_other_files_are_refused_with_what_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF")
    with pytest.raises(InputError, match=r"save it as \.docx"):
        read_draft(path, LIMITS)
    with pytest.raises(InputError, match=r"send \.docx"):
        draft_of_bytes(b"", "../a.exe", LIMITS)
    with pytest.raises(InputError, match="is not a file"):
        read_draft(tmp_path / "none.txt", LIMITS)


def test_a_draft_in_gb18030_is_read(tmp_path: Path) -> None:
    path = tmp_path / "稿.txt"
    path.write_bytes("文件指出“安全第一”，各地要认真落实。".encode("gb18030"))
    assert quotations_of(read_draft(path, LIMITS)).texts == ("安全第一",)
