"""No text of somebody else costs more than its length: through every reader, pattern and door."""

from __future__ import annotations

import pytest

from costly_documents import Costly, cpu_s, growth, patterns_of, texts
from reading_doors import doors, patterns

_CHARS = 500
_FREE_S = 0.06
"""A text of four times the characters takes 1 to 10 ms; this much proves nothing yet."""
_PATTERN_S = 0.25

DOORS = doors()

KNOWN = (
    ("text", Costly("", "2018、", "")),
    ("text", Costly("为平安，", "平安，", "")),
    ("text", Costly("标题：", "【打印", "x")),
    ("Markdown", Costly("", "字", "\n" + "字\n" * 6000)),
    ("article", Costly("", "推荐阅读\n", "")),
    ("draft", Costly("", "「『", "")),
    ("draft", Costly("", '"', "")),
    ("Markdown draft", Costly("", "![", "")),
    ("Markdown draft", Costly("", "[](", "")),
    ("punctuation", Costly("第", "：:", "")),
    ("title of a page", Costly("平安", "-a", "")),
)
"""What once took the square of its length, each larger than chance makes them."""

SHORT = (
    ("text", "打印 返回 首页 " * 8 + "x"),
    ("text", "首页 »" * 24 + "《"),
    ("text", "本报记者张三" + "  李四" * 30 + "x"),
    ("parts of a quotation", "甲" + "…" * 60 + "乙"),
    ("parts of a quotation", "甲" + "。。。 " * 30 + "乙"),
)
"""What once took twice as long for every word more: each fits into one line."""


@pytest.mark.parametrize(("door", "costly"), KNOWN)
def test_the_time_for_a_text_is_that_of_its_length(door: str, costly: Costly) -> None:
    assert growth(DOORS[door], costly.of, 12_000, 0.25) is None


@pytest.mark.parametrize(("door", "text"), SHORT)
def test_a_short_text_takes_no_time(door: str, text: str) -> None:
    assert cpu_s(lambda: DOORS[door](text), 2) < 0.5


@pytest.mark.parametrize("door", DOORS)
def test_no_units_of_text_cost_more_than_their_length(door: str) -> None:
    """A sample; ``make prove-parser`` goes through all of them and many more."""
    cpu_s(lambda: DOORS[door]("先读词典。"))
    for costly in texts(30, seed=len(door)):
        for text in (costly.of, costly.in_lines):
            assert growth(DOORS[door], text, _CHARS, _FREE_S) is None, costly


def test_no_pattern_goes_back_over_what_it_has_matched() -> None:
    for name, pattern in patterns():
        for text in patterns_of(pattern, 20, seed=1):
            spent = cpu_s(lambda: (pattern.search(text), pattern.match(text)), 2)  # noqa: B023
            assert spent < _PATTERN_S, (name, text)
