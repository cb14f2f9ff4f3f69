"""Metrics of one ranking: nDCG, reciprocal rank and recall, each with its source."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence


def ndcg_at(
    ranking: Sequence[str], grades: Mapping[str, int], k: int = 10, *, exponential: bool = False
) -> float:
    """Normalized discounted cumulated gain of the first ``k``, from 0 to 1.

    DCG is the sum of grade / log2(rank + 1), ranks from 1, divided by that of the ideal order; 0
    where nothing is relevant. The gain is the grade itself, as in Järvelin and Kekäläinen,
    Cumulated gain-based evaluation of IR techniques, ACM TOIS 20(4), 2002, with the discount of
    trec_eval's ``ndcg_cut``; or 2^grade - 1 where it is ``exponential``, as in Burges et al.,
    Learning to rank using gradient descent, ICML 2005, which is the same for binary grades. A
    negative grade counts as 0.
    """

    def gain(grade: int) -> int:
        return 2 ** max(grade, 0) - 1 if exponential else max(grade, 0)

    best = _discounted(sorted(map(gain, grades.values()), reverse=True)[:k])
    return _discounted([gain(grades.get(id_, 0)) for id_ in ranking[:k]]) / best if best else 0.0


def reciprocal_rank_at(ranking: Sequence[str], grades: Mapping[str, int], k: int = 10) -> float:
    """1 / rank of the first relevant entry among the first ``k``, else 0; its mean is MRR@k.

    Voorhees, The TREC-8 question answering track report, 1999.
    """
    for rank, id_ in enumerate(ranking[:k], start=1):
        if grades.get(id_, 0) > 0:
            return 1 / rank
    return 0.0


def recall_at(ranking: Sequence[str], grades: Mapping[str, int], k: int = 100) -> float:
    """The share of all relevant entries that are among the first ``k`` (trec_eval's ``recall``).

    0 where nothing is relevant.
    """
    relevant = {id_ for id_, grade in grades.items() if grade > 0}
    return len(relevant.intersection(ranking[:k])) / len(relevant) if relevant else 0.0


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least ``share`` (0 to 1) of ``values`` do not exceed."""
    ordered = sorted(values)
    return ordered[max(math.ceil(share * len(ordered)) - 1, 0)]


def _discounted(gains: Sequence[int]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, start=1))
