"""Tokens: the words of jieba on Han runs, by either segmenter; our own rule elsewhere."""

from __future__ import annotations

import itertools
import json
import marshal
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from search import open_index
from search.analysis.segmenters import few_words, jieba_module
from search.analysis.text import HAN, fold
from search.analysis.words import RUN_BREAK, Analyzer, characters, pairs
from search.config import SEGMENTERS
from search.errors import UsageError
from segmented import corpora, differing, runs_of


@pytest.fixture(scope="module")
def texts(seeds_dir: Path) -> list[str]:
    """The five documents."""
    read = [path.read_text(encoding="utf-8") for path in sorted(seeds_dir.glob("*.txt"))]
    assert len(read) == 5
    return read


@pytest.fixture(scope="module")
def jieba() -> Any:
    """The reference segmenter, with its own dictionary and nothing of ours."""
    reference = jieba_module().Tokenizer()
    reference.FREQ, reference.total = reference.gen_pfdict(reference.get_dict_file())
    reference.initialized = True
    return reference


@pytest.fixture(scope="module")
def analyzer() -> Analyzer:
    return Analyzer()


@pytest.fixture(params=SEGMENTERS)
def either(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each segmenter in turn, chosen as a user does."""
    monkeypatch.setenv("DUANSOU_SEGMENTER", request.param)
    return str(request.param)


def han_runs(texts: list[str]) -> list[str]:
    return sorted({run for text in texts for run in re.findall(f"[{HAN}]+", fold(text))})


def test_words_are_the_reference_s_on_every_han_run_of_the_seeds(
    texts: list[str], jieba: Any, either: str
) -> None:
    analyzer, runs = Analyzer(), han_runs(texts)
    assert len(runs) > 1000
    for run in runs:
        assert analyzer.words(run) == jieba.lcut(run)


def test_search_mode_is_the_reference_s_on_every_han_run_of_the_seeds(
    texts: list[str], jieba: Any, either: str
) -> None:
    analyzer, runs = Analyzer(), han_runs(texts)
    for run in runs:
        assert analyzer.terms(run) == jieba.lcut_for_search(run)
    joined = "".join(f"{run}{RUN_BREAK}" for run in runs)
    assert "".join(analyzer.cut_joined(joined)) == joined


def test_a_short_run_is_cut_without_a_dictionary_as_with_it(texts: list[str], jieba: Any) -> None:
    pieces = {run[at : at + 9] for run in han_runs(texts) for at in range(0, len(run), 4)}
    known = {piece: few_words(piece) for piece in pieces}
    assert sum(words is not None for words in known.values()) > len(pieces) // 2
    assert {p: w for p, w in known.items() if w is not None and w != jieba.lcut(p)} == {}
    assert few_words("㐀㐁") is few_words("全市实施维稳基石工程的十年之间") is None


@pytest.mark.shared
def test_both_segmenters_give_the_same_words_in_every_corpus(shared_dir: Path) -> None:
    """``make prove-words`` compares every run."""
    several = 0
    for name, found in corpora(shared_dir):
        compared, different = differing(runs_of(itertools.islice(found, 500)), every=30)
        assert not different, name
        several += compared > 100
    assert several > 3


@pytest.mark.parametrize("line", ["维稳基石工程", "维稳基石工程 5 n", "维稳基石工程 nz"])
def test_a_line_of_a_user_dictionary_is_what_jieba_reads(
    line: str, either: str, jieba: Any
) -> None:
    text = "全市实施维稳基石工程十年"
    reference = jieba_module().Tokenizer()
    reference.FREQ, reference.total, reference.initialized = dict(jieba.FREQ), jieba.total, True
    reference.load_userdict([line])
    ours = Analyzer([line])
    assert "维稳基石工程" in ours.words(text)
    assert "维稳基石工程" not in Analyzer().words(text)
    assert ours.words(text) == reference.lcut(text)
    assert ours.terms(text) == reference.lcut_for_search(text)


def test_how_often_a_user_word_counts_decides(either: str) -> None:
    for entry, words in (
        ("施维 100000", ["全市", "实", "施维", "稳", "工程"]),
        ("施维 1", ["全市", "实施", "维稳", "工程"]),
        ("施维\t100000\t例", ["全市", "实施", "维稳", "工程"]),
    ):
        assert Analyzer([entry]).words("全市实施维稳工程") == words
    assert Analyzer(["甲乙 5 n"]).user_words == ("甲乙 5",)
    assert Analyzer(["甲乙 5", "甲乙 7"]).user_words == ("甲乙 7",)


_WITHOUT = """
import sys
sys.modules["rjieba"] = None
from search.cli import main
main()
"""


def test_without_rjieba_all_works_in_silence_and_nothing_is_kept_in_a_shared_folder(
    tmp_path: Path, seeds_dir: Path
) -> None:
    shared = tmp_path / "tmp"
    shared.mkdir()
    # What jieba would load on sight, from whoever put it there.
    (shared / "jieba.cache").write_bytes(marshal.dumps(({"网格": 10**9}, 1)))

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", _WITHOUT, *arguments, "--index", str(tmp_path / "index")],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "TMPDIR": str(shared)},
            capture_output=True,
            text=True,
            encoding="utf-8",
        )

    done = run("index", str(sorted(seeds_dir.glob("*.txt"))[0]), "--quiet")
    assert (done.returncode, done.stderr) == (0, "")
    assert [path.name for path in shared.iterdir()] == ["jieba.cache"]
    found = json.loads(run("search", "网格化 社会治安综合治理", "--any", "--json").stdout)
    with open_index(tmp_path / "index") as index:
        assert found["total"] == index.search("网格化 社会治安综合治理", any_term=True).total > 0
        words = {term for term, _ in index.reader.terms("words")}
        assert words == {t for p in index.passages() for t in Analyzer().terms(fold(p.text))}


def test_a_segmenter_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUANSOU_SEGMENTER", "rjieba")
    monkeypatch.setitem(sys.modules, "rjieba", None)
    with pytest.raises(UsageError, match="not installed"):
        Analyzer().terms("社会治安")
    monkeypatch.setenv("DUANSOU_SEGMENTER", "thulac")
    with pytest.raises(UsageError, match="jieba or rjieba"):
        Analyzer().terms("社会治安")


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
        words = analyzer.tokens(text, inner=False)
        assert [token.term for token in words] == analyzer.words(fold(text))
        assert [token.position for token in words] == list(range(len(words)))
        around = {token.position: (token.start_char, token.end_char) for token in words}
        for token in tokens:
            start, end = around[token.position]
            assert start <= token.start_char
            assert token.end_char <= end


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
