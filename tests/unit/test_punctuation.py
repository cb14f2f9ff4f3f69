"""Standard punctuation for a quotation: which marks change, and that nothing else ever does."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from search.analysis.punctuation import adapt_punctuation
from search.citing.quotes.checking import Checker

from .web.corpus import document, index_of

MARKS = dict(zip(",;:?!.()", "，；：？！。（）", strict=True))


@pytest.mark.parametrize(
    ("text", "standard"),
    [
        ("群众说了算,满意不满意关键看民意.", "群众说了算，满意不满意关键看民意。"),
        ("为什么?好!第一:开头;第二", "为什么？好！第一：开头；第二"),
        ("安全感为89.62%,比上年提升1,234.5点;", "安全感为89.62%，比上年提升1,234.5点；"),
        ("时间10:30,比分3:1!", "时间10:30，比分3:1！"),
        ("津市(试行)和GDP(国内生产总值)", "津市（试行）和GDP（国内生产总值）"),
        ("国发(2017)5号", "国发（2017）5号"),
        ("(试行）", "（试行）"),
        ("他说:\"我们说'好'的.\"", "他说：“我们说‘好’的。”"),
        ('采用"1+10+N"模式', "采用“1+10+N”模式"),
        ('“平安"建设', "“平安”建设"),
        ("(见附件).", "（见附件）。"),
        # What may mean something else stays.
        ("约翰.史密斯来了", "约翰.史密斯来了"),
        ("1.总体要求", "1.总体要求"),
        ("等等...还有", "等等...还有"),
        ("未完。.", "未完。."),
        ('He said "ok", then (maybe) left.', 'He said "ok", then (maybe) left.'),
        ("don't 说 it's", "don't 说 it's"),
        ('只有一个"引号', '只有一个"引号'),
        ("只有一个(括号", "只有一个(括号"),
        ("见http://a.cn/x?y=1,2;z:3,其中!", "见http://a.cn/x?y=1,2;z:3，其中！"),
        ("写信到a.b@c.cn,谢谢", "写信到a.b@c.cn，谢谢"),
        ("A,B和C", "A,B和C"),
        ("标准，全角。“好”", "标准，全角。“好”"),
        ("", ""),
    ],
)
def test_marks_change_where_they_can_mean_nothing_else(text: str, standard: str) -> None:
    assert adapt_punctuation(text).text == standard


TEXTS = st.text("安全感市ab1289 \n,;:?!.()\"'“”‘’（），。…%-—、/@𠮷·《》", max_size=40)


@given(TEXTS)
@example("好.。。")
@example("“\"好\"”'a'")
def test_only_marks_change_each_is_listed_and_a_second_time_changes_nothing(text: str) -> None:
    adapted = adapt_punctuation(text)
    assert len(adapted.text) == len(text)
    listed = {r.at: r for r in adapted.replacements}
    for at, (one, other) in enumerate(zip(text, adapted.text, strict=True)):
        if one != other:
            allowed = {'"': "“”", "'": "‘’"}.get(one, MARKS.get(one, ""))
            assert other in allowed
            assert (listed[at].original, listed[at].standard) == (one, other)
        else:
            assert at not in listed
        if one in ",.:" and text[at - 1 : at].isdigit() and text[at + 1 : at + 2].isdigit():
            assert other == one
    assert adapt_punctuation(adapted.text).text == adapted.text


@given(TEXTS.filter(lambda text: sum(c.isalnum() for c in text) >= 4))
def test_a_check_of_the_adapted_copy_says_punctuation_at_worst(text: str) -> None:
    source = document("a" * 16, [("body", "body", text)], title="题")
    checker = Checker(index_of(source))
    before = checker.check(text).verdict
    verdict = checker.check(adapt_punctuation(text).text).verdict
    # A text that is all ellipses and marks is checked in parts, whatever its punctuation.
    allowed = ("exact", "punctuation") if before in ("exact", "punctuation") else (before,)
    assert verdict in allowed
