"""The right correction first, and none for what is right: a floor on articles of law."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import pytest

from search.analysis.text import fold
from search.analysis.words import Analyzer
from search.errors import InputError
from search.evaluation.slips import evaluate_slips
from search.facets.gazetteer import Gazetteer
from search.searching.results import Correction
from search.searching.suggest.corrections import Spelling, correct, slips

ANALYZER = Analyzer()


@pytest.mark.shared
def test_corrections_of_articles_of_law_keep_their_floor(shared_dir: Path) -> None:
    folder = shared_dir / "eval" / "stard"
    with gzip.open(folder / "corpus.jsonl.gz", "rt", encoding="utf-8") as lines:
        texts = [fold(json.loads(line)["text"]) for line in islice(lines, 4000)]
    with (folder / "queries.jsonl").open(encoding="utf-8") as lines:
        queries = [json.loads(line)["text"] for line in islice(lines, 100)]
    joined = "\n".join(texts)
    pairs = Counter(
        pair for text in texts for pair in {text[i : i + 2] for i in range(len(text) - 1)}
    )
    spelling = Spelling(sorted(pairs.items()))

    def count(text: str) -> int:
        return joined.count(fold(text))

    def ask(text: str) -> tuple[int, Sequence[Correction]]:
        total = count(text)
        proposals = slips(text, total, lambda: spelling, ANALYZER, Gazetteer.load())
        found = [count(proposal.text) for proposal in proposals]
        runs = [count(proposal.run) for proposal in proposals]
        return total, correct(proposals, total, found, runs)

    result = evaluate_slips(texts, ANALYZER, ask, queries, slips=90)
    assert len(result.trials) == 90
    assert result.right_first >= 0.8
    assert result.false_alarms <= 0.02


def test_there_is_nothing_to_measure_in_nothing() -> None:
    with pytest.raises(InputError, match="no text"):
        evaluate_slips([], ANALYZER, lambda _: (0, ()))
