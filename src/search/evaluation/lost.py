"""List the queries that the ranking fails, with what came in place of the right answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..documents.declared import view
from .sets import Measured, ndcg_at

Run = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Answer:
    """An entry, its text, and its rank from 1; None where it is not in the run."""

    entry: str
    text: str
    rank: int | None


@dataclass(frozen=True, slots=True)
class Lost:
    """A query with nDCG@10 of 0, or of less than by words alone.

    ``first`` is what came first, None where nothing did; ``relevant`` the relevant entry that came
    earliest.
    """

    query: str
    text: str
    ndcg: Measured
    ndcg_words: Measured
    first: Answer | None
    relevant: Answer

    JSON = view("query text ndcg@10=ndcg ndcg@10_words=ndcg_words first relevant")


def lost_queries(
    queries: Mapping[str, str],
    qrels: Mapping[str, Mapping[str, int]],
    run: Run,
    words_run: Run,
    corpus: Iterable[tuple[str, str | None, str]],
    limit: int,
) -> tuple[int, tuple[Lost, ...]]:
    """How many there are, and the first of them: what words alone do better comes first."""
    found: list[tuple[float, str, float, float]] = []
    for id_ in run:
        ours = ndcg_at(run[id_], qrels[id_])
        words = ndcg_at(words_run[id_], qrels[id_])
        if ours == 0 or ours < words:
            found.append((ours - words, id_, ours, words))
    shown = sorted(found, key=lambda one: one[0])[:limit]
    relevant = {id_: _earliest(run[id_], qrels[id_]) for _, id_, _, _ in shown}
    wanted = {*relevant.values(), *(run[id_][0] for id_ in relevant if run[id_])}
    texts = {entry: text for entry, _, text in corpus if entry in wanted}

    def answer(id_: str, entry: str) -> Answer:
        ranking = list(run[id_])
        rank = ranking.index(entry) + 1 if entry in ranking else None
        return Answer(entry, texts[entry], rank)

    return len(found), tuple(
        Lost(
            query=id_,
            text=queries[id_],
            ndcg=ours,
            ndcg_words=words,
            first=answer(id_, run[id_][0]) if run[id_] else None,
            relevant=answer(id_, relevant[id_]),
        )
        for _, id_, ours, words in shown
    )


def _earliest(ranking: Sequence[str], grades: Mapping[str, int]) -> str:
    right = [entry for entry, grade in grades.items() if grade > 0]
    return next((entry for entry in ranking if entry in right), right[0])
