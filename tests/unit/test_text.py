"""Folding: what counts as literally the same."""

from __future__ import annotations

import pytest

from search.analysis.text import (
    fold,
    fold_with_offsets,
    form_of,
    is_han,
    is_han_run,
    seen_with_offsets,
)


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("８０．３８％", "80.38%"),
        ("ＡＢＣ", "abc"),
        ("，：；（）！？", ",:;()!?"),
        ("“把手”『天眼』「天网」", '"把手""天眼""天网"'),
        ("‘甲’", "'甲'"),
        ("——", "--"),
        ("2—3－4", "2-3-4"),
        ("｢甲､乙｡｣", '"甲、乙。"'),
        ("。、《》", "。、《》"),
    ],
)
def test_width_case_and_listed_marks_count_as_one(written: str, folded: str) -> None:
    assert fold(written) == folded


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("⽂件⼯作，⽼⾏⼈⼒⾸", "文件工作，老行人力首"),
        ("⻓江、⺠⻋⻅⻚⻛⻝⻢⻥⻦⻩⻬⻰", "长江、民车见页风食马鱼鸟黄齐龙"),
        ("樂凉\ufa12\U0002f800", "樂凉晴丽"),
        ("２㎡、３７℃、５㎏、㏄", "2m2、37°C、5kg、cc"),
        ("Ⅱ级、ⅳ、①②⑳、㈠、⒈", "II级、iv、1220、(一)、1."),
        ("ﬁ", "fi"),
        ("m²", "m2"),
        ("ｶﾅ", "カナ"),
        ("︵甲︶﹏", "(甲)_"),
    ],
)
def test_compatibility_forms_count_as_their_plain_forms(written: str, plain: str) -> None:
    assert fold(written) == fold(plain) == plain.lower().replace("，", ",")


@pytest.mark.parametrize(
    "brackets", ["〔〕", "[]", "（）", "【】", "﹝﹞", "［］", "()", "〔]", "︹︺"]
)
def test_the_number_of_a_document_is_one_in_all_brackets(brackets: str) -> None:
    assert fold(f"国办函{brackets[0]}2019{brackets[1]}5号") == "国办函(2019)5号"


@pytest.mark.parametrize("kept", ["ß", "İ", "é", "e\u0301", "網格", "¨", "…", "⺮"])
def test_nothing_is_composed_or_converted(kept: str) -> None:
    assert fold(kept) == kept


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("平安 建设", "平安建设"),
        ("平安\n　建设", "平安建设"),
        ("平安 OK 建设", "平安ok建设"),
        ("a \n\t b", "a b"),
        ("new\u00a0 \u200b york", "new york"),
        ("20 000 万 元", "20 000万元"),
        ("  平安  ", "平安"),
        ("2018 年 8 月", "2018年8月"),
        ("COVID-19 疫苗", "covid-19疫苗"),
        ("GB/T 7714", "gb/t7714"),
        ("《办法》 第 3 条，占 50 %", "《办法》第3条,占50%"),
        ("１ ２", "1 2"),
        ("", ""),
        ("　", ""),
    ],
)
def test_white_space_counts_between_two_words_or_two_numbers_alone(
    written: str, folded: str
) -> None:
    assert fold(written) == folded


@pytest.mark.parametrize(
    "unseen",
    [
        *("\u200b", "\u200c", "\u200d", "\u00ad", "\u2060", "\ufeff", "\u200e", "\u202e", "\u2066"),
        *("\ufe00", "\ufe0f", "\U000e0100", "\u180b", "\u034f", "\u3164", "\x00", "\x7f"),
    ],
)
def test_what_is_not_seen_counts_for_nothing(unseen: str) -> None:
    assert fold(f"{unseen}平{unseen}{unseen}安 a{unseen}b{unseen}") == "平安ab"


def test_every_character_counts_in_a_text_as_what_it_is_by_itself() -> None:
    for code_point in range(0x10000):
        form = form_of(code_point)
        assert fold(f"甲{chr(code_point)}乙") == f"甲{form.strip(' ')}乙", hex(code_point)


def test_a_range_leads_back_to_the_original() -> None:
    text = "覆盖 ８０%，\n  含每\u00ad㎡\u200b的 社区"
    folded = fold_with_offsets(text)
    assert folded.text == "覆盖80%,含每m2的社区"
    for written, of in (("80%", "８０%"), ("每m2的", "每\u00ad㎡\u200b的"), ("2的", "㎡\u200b的")):
        at = folded.text.index(written)
        start, end = folded.original_range(at, at + len(written))
        assert text[start:end] == of
    assert folded.offsets[-1] == len(text)


def test_space_dropped_inside_a_phrase_is_inside_its_range() -> None:
    folded = fold_with_offsets("平安 \n 建设")
    assert folded.original_range(0, 4) == (0, 7)


def test_what_is_seen_is_the_text_without_what_counts_for_nothing() -> None:
    assert seen_with_offsets(" 安全 第一\u200b，\nABC  d 1 ").text == "安全第一，ABC d1"
    assert seen_with_offsets("⽂件 ㎡ＡB“①”").text == "文件㎡ＡB“①”"


@pytest.mark.parametrize("character", ["市", "〇", "々", "⾸", "𠀀", "㐀"])
def test_han_characters_are_known(character: str) -> None:
    assert is_han(character)


@pytest.mark.parametrize("character", ["a", "1", "。", " ", "ア", "“"])
def test_other_characters_are_not_han(character: str) -> None:
    assert not is_han(character)


def test_a_han_run_is_han_throughout() -> None:
    assert is_han_run("平安建设")
    assert not is_han_run("平安a")
    assert not is_han_run("平安\n")
    assert not is_han_run("")
