"""Folding: what counts as literally the same."""

from __future__ import annotations

import pytest

from search.analysis.text import fold, fold_with_offsets, is_han, is_han_run


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
def test_width_case_and_listed_marks_are_folded(written: str, folded: str) -> None:
    assert fold(written) == folded


@pytest.mark.parametrize("kept", ["㎡", "ﬁ", "①", "Ⅳ", "ß", "İ", "é", "e\u0301", "⾸", "網格"])
def test_nothing_is_composed_expanded_or_converted(kept: str) -> None:
    assert len(fold(kept)) == len(kept)
    assert fold("網") == "網"


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("平安 建设", "平安建设"),
        ("平安\n　建设", "平安建设"),
        ("平安 OK 建设", "平安 ok 建设"),
        ("a \n\t b", "a b"),
        ("  平安  ", " 平安 "),
        ("2018 年", "2018 年"),
        ("", ""),
        ("　", " "),
    ],
)
def test_white_space_is_nothing_between_han_and_one_space_elsewhere(
    written: str, folded: str
) -> None:
    assert fold(written) == folded


def test_a_range_leads_back_to_the_original() -> None:
    text = "覆盖 ８０%，\n  含社区"
    folded = fold_with_offsets(text)
    assert folded.text == "覆盖 80%, 含社区"
    at = folded.text.index("80%")
    start, end = folded.original_range(at, at + 3)
    assert text[start:end] == "８０%"
    assert folded.offsets[-1] == len(text)


def test_space_dropped_inside_a_phrase_is_inside_its_range() -> None:
    folded = fold_with_offsets("平安 \n 建设")
    assert folded.original_range(0, 4) == (0, 7)


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
