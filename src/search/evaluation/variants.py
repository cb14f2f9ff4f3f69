"""What a change of the ranking does to a judged set, and which queries the ranking fails."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ..analysis.equivalence import NO_EQUIVALENCES, Equivalences, Kind
from ..analysis.equivalence.synonyms import Synonyms
from ..analysis.words import Analyzer, characters, pairs
from ..documents.declared import view
from ..query.items import without_question_words
from ..query.nodes import Query
from ..query.parser import parse_query
from .sets import Measured, ndcg_at

_NO_LIMIT_CHARS = 1_000_000
_SCORED_CHARS = 1000
_TEXTS = ("words", "pairs", "characters")
_SIGNS = ("definition", "opening")
_FIELDS = frozenset((*_TEXTS, *_SIGNS))
_PLAIN = frozenset(f"plain_{name}" for name in _TEXTS)


def _as_it_is(query: Query, analyzer: Analyzer) -> Query:
    return query


def _with_question_words(query: Query, analyzer: Analyzer) -> Query:
    text = "\n".join(query.literals)[:_SCORED_CHARS]
    return replace(
        query,
        words=tuple(analyzer.words(text)),
        pairs=tuple(pairs(text)),
        characters=tuple(characters(text)),
    )


def _with_inner_words(query: Query, analyzer: Analyzer) -> Query:
    texts = (without_question_words(text, analyzer) for text in query.literals)
    return replace(query, words=tuple(analyzer.terms("\n".join(texts)[:_SCORED_CHARS])))


def _plain(query: Query, analyzer: Analyzer) -> Query:
    """All there is in the text, as a plain BM25 over one field takes it."""
    text = "\n".join(query.literals)[:_SCORED_CHARS]
    return replace(_with_question_words(query, analyzer), words=tuple(analyzer.terms(text)))


@dataclass(frozen=True, slots=True)
class Variant:
    """One way of ranking: which fields score, what of a query does, which other writings count."""

    name: str
    fields: frozenset[str] | None = None
    change: Callable[[Query, Analyzer], Query] = _as_it_is
    also: Kind | None = None

    def query(self, text: str, analyzer: Analyzer, *, any_term: bool) -> Query:
        """A query text as this way understands it."""
        kinds = Equivalences.of((self.also,), Synonyms()) if self.also else NO_EQUIVALENCES
        query = parse_query(
            text,
            analyzer,
            any_term=any_term,
            limit_chars=_NO_LIMIT_CHARS,
            equivalences=kinds,
        )
        return self.change(query, analyzer)


AS_SEARCHED = Variant("Duansou")
"""As everybody's search ranks."""

PEER_WORDS = Variant("peer: jieba words", frozenset({"plain_words"}), _plain)
"""BM25 over jieba's words in search mode alone, of texts with their titles and headings."""

PEER_PAIRS = Variant("peer: character pairs", frozenset({"plain_pairs"}), _plain)
"""Likewise over adjacent characters."""

PEER_FUSION = Variant("peer: plain fusion", _PLAIN, _plain)
"""Likewise over words, pairs and single characters, added up."""

PEERS = (PEER_WORDS, PEER_PAIRS, PEER_FUSION)

VARIANTS = (
    *PEERS,
    *(Variant(f"without {name}", _FIELDS - {name}) for name in (*_TEXTS, *_SIGNS)),
    Variant(
        "without titles, headings and lead-ins",
        frozenset(("bare_words", "bare_pairs", "characters", *_SIGNS)),
    ),
    Variant("without least lengths", _PLAIN | frozenset(_SIGNS)),
    Variant("with words inside words", change=_with_inner_words),
    Variant("with question words", change=_with_question_words),
    *(
        Variant(f"also {kind}", also=kind)
        for kind in ("script", "variants", "numbers", "years", "places")
    ),
)
"""What an ablation compares."""


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
