"""Folding, segmenting and inverting many texts at once gives what one text at a time gives."""

from __future__ import annotations

import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oracles import cases
from search.analysis.text import fold
from search.analysis.words import Analyzer
from search.engines.whoosh.blocks import Spills
from search.engines.whoosh.inversion import BREAK, ENCODING, Inverted, fold_texts
from search.engines.whoosh.segment_fields import WordInverter

ANALYZER = Analyzer(["安全。感", "满意；度", "段搜引擎"])
TEXTS = st.lists(
    st.text(st.sampled_from("安全感满意度的一〇𠀀⺀ \t\n　。；.%１1+ABａé“—\0\x1c\ud800"))
    | st.text(max_size=12),
    max_size=8,
)


def word_counts(texts: list[str], batch: int) -> list[Counter[str]]:
    """How often each word occurs in each text, by the inverter."""
    with ThreadPoolExecutor(1) as pool, Spills(Path(tempfile.gettempdir())) as spills:
        inverter = WordInverter(ANALYZER, pool, spills)
        for first in range(0, len(texts), batch):
            inverter.add(fold_texts(texts[first : first + batch]))
        field = inverter.invert()
        assert len(field.lengths) == len(texts)
        return counts_of(field)


def counts_of(field: Inverted) -> list[Counter[str]]:
    """Terms and their counts of every unit of a field."""
    counts: list[Counter[str]] = [Counter() for _ in field.lengths]
    for part in field.ranges:
        blob, ends = part.terms
        first = begin = 0
        for end, last in zip(ends.tolist(), part.posting_ends.tolist(), strict=True):
            term = blob[begin:end].tobytes().decode("utf-8", "surrogatepass")
            for posting in range(first, last):
                counts[int(part.units[posting])][term] += int(part.counts[posting])
            begin, first = end, last
    return counts


@settings(max_examples=cases(300))
@given(texts=TEXTS)
def test_folding_many_texts_is_folding_each(texts: list[str]) -> None:
    codes = fold_texts(texts).astype("<u4").tobytes()
    folded = codes.decode(ENCODING, "surrogatepass")
    assert folded == "".join(fold(text) + chr(BREAK) for text in texts)


@settings(max_examples=cases(200))
@given(texts=TEXTS, batch=st.integers(1, 4))
def test_words_of_many_texts_are_those_of_each(texts: list[str], batch: int) -> None:
    expected = [Counter(ANALYZER.terms(fold(text))) for text in texts]
    assert word_counts(texts, batch) == expected


def test_words_of_the_seeds_are_those_of_each_paragraph(seeds_dir: Path) -> None:
    texts = [
        line
        for path in sorted(seeds_dir.glob("*.txt"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    expected = [Counter(ANALYZER.terms(fold(text))) for text in texts]
    assert word_counts(texts, 40) == expected


def test_an_error_while_segmenting_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> list[str]:
        raise MemoryError

    monkeypatch.setattr("search.engines.whoosh.segment_fields.other_runs", fail)
    with pytest.raises(MemoryError):
        word_counts(["A1"], 1)
