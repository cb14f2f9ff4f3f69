"""The encodings Chinese files come in."""

from __future__ import annotations

import codecs
import random

import pytest

from search.errors import UnreadableFileError
from search.reading.decoding import decode

SIMPLIFIED = "全市共排查各类矛盾纠纷1814起，调处1628起，调处率达到89.9%。\r\n网格员5008人。"
TRADITIONAL = "全市共排查各類矛盾糾紛一千八百一十四起，調處率達到九成，網格員五千人。"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "gbk", "utf-16-le", "utf-16-be"])
def test_simplified_text_is_read_in_every_usual_encoding(encoding: str) -> None:
    assert decode(SIMPLIFIED.encode(encoding))[0] == SIMPLIFIED


def test_big5_text_is_read() -> None:
    assert decode(TRADITIONAL.encode("big5")) == (TRADITIONAL, "big5")


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
    ],
)
def test_a_byte_order_mark_is_left_out(mark: bytes, encoding: str) -> None:
    assert decode(mark + SIMPLIFIED.encode(encoding))[0] == SIMPLIFIED


def test_a_long_gb18030_file_is_not_judged_by_a_cut_character() -> None:
    text = "矛盾" * 40_000
    assert decode(("a" + text).encode("gb18030"))[0] == "a" + text


def test_binary_data_is_refused_with_the_reason() -> None:
    data = random.Random(7).randbytes(5000)
    with pytest.raises(UnreadableFileError, match=r"not text|does not fit"):
        decode(b"\x89PNG\r\n\x1a\n\x00\x00" + data)


def test_bytes_that_are_utf8_but_all_controls_are_refused() -> None:
    with pytest.raises(UnreadableFileError, match="binary"):
        decode(b"\x01\x02\x03" * 400)
