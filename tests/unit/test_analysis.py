"""Tokens: the reference segmenter's on Han runs, our own rule elsewhere."""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from search.analysis.text import HAN, fold
from search.analysis.words import Analyzer, characters, pairs


@pytest.fixture(scope="module")
def texts(seeds_dir: Path) -> list[str]:
    """The five documents."""
    read = [path.read_text(encoding="utf-8") for path in sorted(seeds_dir.glob("*.txt"))]
    assert len(read) == 5
    return read


@pytest.fixture(scope="module")
def jieba(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    """The reference segmenter, its cached dictionary in a folder of its own."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import jieba
    jieba.setLogLevel(logging.ERROR)
    jieba.dt.tmp_dir = str(tmp_path_factory.mktemp("jieba"))
    yield jieba
    jieba.dt.tmp_dir = None


@pytest.fixture(scope="module")
def analyzer() -> Analyzer:
    return Analyzer()


def han_runs(texts: list[str]) -> list[str]:
    return sorted({run for text in texts for run in re.findall(f"[{HAN}]+", fold(text))})


def test_words_are_the_reference_s_on_every_han_run_of_the_seeds(
    texts: list[str], jieba: ModuleType, analyzer: Analyzer
) -> None:
    runs = han_runs(texts)
    assert len(runs) > 1000
    for run in runs:
        assert analyzer.words(run) == jieba.lcut(run)


def test_search_mode_is_the_reference_s_on_every_han_run_of_the_seeds(
    texts: list[str], jieba: ModuleType, analyzer: Analyzer
) -> None:
    for run in han_runs(texts):
        assert analyzer.terms(run) == jieba.lcut_for_search(run)


def test_a_user_word_is_a_word_in_both(jieba: ModuleType) -> None:
    text = "全市实施维稳基石工程十年"
    ours = Analyzer(["维稳基石工程"])
    reference: Any = jieba.Tokenizer()
    reference.tmp_dir = jieba.dt.tmp_dir
    reference.add_word("维稳基石工程")
    assert "维稳基石工程" in ours.words(text)
    assert "维稳基石工程" not in Analyzer().words(text)
    assert ours.words(text) == reference.lcut(text)
    assert ours.terms(text) == reference.lcut_for_search(text)


def test_a_user_word_stays_with_its_analyzer() -> None:
    Analyzer(["维稳基石工程"]).words("维稳基石工程")
    assert "维稳基石工程" not in Analyzer().words("维稳基石工程")


def test_the_digest_names_the_dictionary() -> None:
    assert Analyzer().digest == Analyzer([" ", ""]).digest
    assert Analyzer(["甲乙", "丙丁"]).digest == Analyzer(["丙丁", "甲乙", "甲乙"]).digest
    assert Analyzer(["甲乙"]).digest != Analyzer().digest
    assert re.fullmatch(r"[0-9a-f]{12}", Analyzer().digest)


def test_offsets_slice_the_original(texts: list[str], analyzer: Analyzer) -> None:
    for text in texts:
        for token in analyzer.tokens(text):
            assert fold(text[token.start_char : token.end_char]) == token.term


def test_tokens_and_terms_are_the_same_words(texts: list[str], analyzer: Analyzer) -> None:
    for text in texts:
        tokens = analyzer.tokens(text)
        assert sorted(token.term for token in tokens) == sorted(analyzer.terms(fold(text)))
        spans = [(token.start_char, token.end_char) for token in tokens]
        assert spans == sorted(spans)
        assert [token.position for token in tokens] == list(range(len(tokens)))


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("1+10+N", ["1", "10", "n"]),
        ("94.01%", ["94.01%"]),
        ("9.4.1", ["9.4.1"]),
        ("QQ平台", ["qq", "平台"]),
        ("Discuz! X3.4", ["discuz", "x3.4"]),
        ("２０１８年", ["2018", "年"]),
        ("a_b", ["a", "b"]),
        ("的", ["的"]),
        ("，。！", []),
        ("", []),
    ],
)
def test_other_runs_hold_letters_digits_and_decimals(
    text: str, terms: list[str], analyzer: Analyzer
) -> None:
    assert analyzer.terms(fold(text)) == terms
    assert [token.term for token in analyzer.tokens(text)] == terms


def test_sub_words_overlap_their_word(analyzer: Analyzer) -> None:
    tokens = [(t.term, t.start_char, t.end_char) for t in analyzer.tokens("安全感满意度")]
    assert ("安全", 0, 2) in tokens
    assert ("安全感", 0, 3) in tokens
    assert ("满意度", 3, 6) in tokens


def test_characters_that_score_are_letters_digits_and_han() -> None:
    assert characters("平安,a1。") == ["平", "安", "a", "1"]
    assert pairs("平安,a1。市") == ["平安", "a1"]
    assert pairs("平安a") == ["平安", "安a"]
