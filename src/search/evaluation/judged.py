"""Measure what a search gives on graded passages of an index, ranked as it is and in other ways.

A set is a folder with ``queries.jsonl`` ({"id", "text"}), ``qrels.tsv`` (TREC: query, 0, passage
id, grade; what is not there was not judged) and ``passages.jsonl`` or ``passages.jsonl.gz``: id,
path and text of each judged passage, by which it is found where its id is another by now.
``groups.tsv`` (query, group, passage id), if there is one, says which are nearly the same.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

from ..analysis.equivalence import NO_EQUIVALENCES, Equivalences, Kind, Synonyms
from ..analysis.words import Analyzer, characters, pairs
from ..documents.declared import Rounded, view
from ..documents.document import Passage, is_item, sha256_hex
from ..errors import InputError
from ..index.engine import EngineRequest
from ..query.items import without_question_words
from ..query.nodes import Query
from ..query.parser import parse_query
from ..query.request import SearchRequest
from ..searching.index import Index
from .sets import Measured, Qrels, ndcg_at, read_groups, read_passages, read_qrels, read_queries

NO_LIMIT_CHARS = 1_000_000
"""No query of a judged set is longer."""
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
            limit_chars=NO_LIMIT_CHARS,
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


SHORT_CHARS = 25
"""A passage of at most so many characters says little by itself."""
_PAGE = 10
_DEPTH = 100


_Figure = Annotated[float, Rounded(6)]


@dataclass(frozen=True, slots=True)
class PageFigures:
    """Means over queries of what stands on the first page.

    ``ndcg`` is nDCG@10 with gains 2^grade - 1, what is not judged counting 0; ``ndcg_judged`` the
    same of the judged passages alone, ``ndcg_groups`` where of passages that are nearly the same
    only the first gains. Shares: queries of which the first hit has the highest grade of the set;
    of the hits on first pages list items or short ones, exact repeats of one above, passages nearly
    the same as one above, and those not judged.
    """

    ndcg: _Figure
    ndcg_judged: _Figure
    ndcg_groups: _Figure
    first_is_best: _Figure
    items_or_short: _Figure
    repeats: _Figure
    near_repeats: _Figure
    unjudged: _Figure
    queries: int

    JSON = view(
        "ndcg@10=ndcg ndcg@10_judged=ndcg_judged ndcg@10_groups=ndcg_groups first_is_best"
        " items_or_short repeats near_repeats unjudged queries"
    )


@dataclass(frozen=True, slots=True)
class JudgedRow:
    """One way of ranking: all queries, and those at odd positions, on which nothing was chosen."""

    name: str
    all: PageFigures
    odd: PageFigures | None

    JSON = view("*all odd")


@dataclass(frozen=True, slots=True)
class JudgedResult:
    """Ways of ranking, the search of the page first; ``lost`` judged passages are not there."""

    rows: tuple[JudgedRow, ...]
    lost: int

    JSON = view("*ours lost ablation?")

    @property
    def ours(self) -> JudgedRow:
        """The search of the page."""
        return self.rows[0]

    @property
    def ablation(self) -> tuple[Annotated[JudgedRow, view("name *all odd")], ...] | None:
        """The other ways, if any."""
        return self.rows[1:] or None


def is_judged_set(set_dir: Path) -> bool:
    """Whether a folder holds graded passages of an index."""
    return _passages_file(set_dir) is not None


def evaluate_judged(
    set_dir: Path,
    index: Index,
    *,
    variants: Sequence[Variant] = (),
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> JudgedResult:
    """Search an index as everybody does, with each query of a set, and look at the first page.

    ``variants`` rank what the same queries match in other ways. Raises
    InputError for a set that cannot be read, or of which the index has no passage.
    """
    queries = read_queries(set_dir / "queries.jsonl")
    qrels, _ = read_qrels(set_dir / "qrels.tsv", queries)
    path = _passages_file(set_dir)
    assert path is not None  # noqa: S101 - the caller looked
    renamed, lost = _renamed(index, read_passages(path))
    if renamed and lost == len(renamed):
        raise InputError("judged-not-indexed", set_dir=set_dir)
    judged = _Judged(
        {q: {renamed.get(id_, id_): grade for id_, grade in of.items()} for q, of in qrels.items()},
        {
            query: {renamed.get(id_, id_): group for id_, group in of.items()}
            for query, of in read_groups(set_dir / "groups.tsv").items()
        },
    )
    asked = [query for query in queries if query in qrels]
    if not asked:
        raise InputError("qrels-empty", path=set_dir / "qrels.tsv")
    ways: list[tuple[str, Callable[[str], Sequence[Passage]]]] = [
        ("Duansou", lambda text: index.search(text, limit=_DEPTH).hits)
    ]
    # Other writings would match other passages.
    ways += [(variant.name, _way(index, variant)) for variant in variants if not variant.also]
    rows = []
    for number, (name, answer) in enumerate(ways):
        pages = []
        for done, query in enumerate(asked):
            pages.append(judged.page(query, answer(queries[query])))
            progress(number * len(asked) + done + 1, len(ways) * len(asked))
        odd = pages[1::2]
        rows.append(JudgedRow(name, _mean(pages), _mean(odd) if odd else None))
    return JudgedResult(tuple(rows), lost)


def _way(index: Index, variant: Variant) -> Callable[[str], Sequence[Passage]]:
    """What the search of the page matches, ranked in another way."""

    def answer(text: str) -> Sequence[Passage]:
        query = variant.change(index.parse(SearchRequest(text)), index.analyzer)
        request = EngineRequest(query, limit=_DEPTH, facets=False, scored_fields=variant.fields)
        return [passage for passage, _ in index.reader.search(request).hits]

    return answer


def _passages_file(set_dir: Path) -> Path | None:
    for name in ("passages.jsonl", "passages.jsonl.gz"):
        if (set_dir / name).exists():
            return set_dir / name
    return None


def _renamed(index: Index, passages: Iterator[tuple[str, str, str]]) -> tuple[dict[str, str], int]:
    """Id in the set → id in the index, of each judged passage; and how many are not there."""
    renamed: dict[str, str] = {}
    lost = 0
    for id_, path, text in passages:
        found = index.reader.with_text(sha256_hex(text)[:20])
        ids = {p.passage_id: p.path for p in found}
        if id_ in ids:
            renamed[id_] = id_
            continue
        same = [known for known, of in ids.items() if of == path]
        renamed[id_] = same[0] if same else id_
        lost += not same
    return renamed, lost


@dataclass(frozen=True, slots=True)
class _Judged:
    qrels: Qrels
    groups: Mapping[str, Mapping[str, str]]

    def page(self, query: str, hits: Sequence[Passage]) -> PageFigures:
        """The figures of one query's answer."""
        grades, groups = self.qrels[query], self.groups.get(query, {})
        best = max(grade for of in self.qrels.values() for grade in of.values())
        ids = [hit.passage_id for hit in hits]
        page = hits[:_PAGE]
        kinds = [groups.get(id_, id_) for id_ in ids]
        firsts = [kind if kind not in kinds[:at] else "" for at, kind in enumerate(kinds)]
        # All of a group have the same grade.
        of_kinds = {groups.get(id_, id_): grade for id_, grade in grades.items()}
        texts = [hit.text for hit in page]
        return PageFigures(
            ndcg=ndcg_at(ids, grades, exponential=True),
            ndcg_judged=ndcg_at([i for i in ids if i in grades], grades, exponential=True),
            ndcg_groups=ndcg_at(firsts, of_kinds, exponential=True),
            first_is_best=float(bool(ids) and grades.get(ids[0]) == best),
            items_or_short=_share(is_item(t) or len(t) <= SHORT_CHARS for t in texts),
            repeats=_share(text in texts[:at] for at, text in enumerate(texts)),
            near_repeats=_share(kind in kinds[:at] for at, kind in enumerate(kinds[:_PAGE])),
            unjudged=_share(hit.passage_id not in grades for hit in page),
            queries=1,
        )


def _share(flags: Iterator[bool]) -> float:
    found = list(flags)
    return sum(found) / len(found) if found else 0.0


def _mean(pages: Sequence[PageFigures]) -> PageFigures:
    names = [name for name in PageFigures.__dataclass_fields__ if name != "queries"]
    means = {name: math.fsum(getattr(page, name) for page in pages) / len(pages) for name in names}
    return replace(pages[0], **means, queries=len(pages))
