"""Measure how good ranking, reading, facets and topics are on labelled sets."""

from __future__ import annotations

import math
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from ..analysis.words import Analyzer
from ..documents.declared import Member, Rounded, view
from ..documents.document import Document, Paragraph, sha256_hex
from ..errors import InputError
from ..index.engine import Engine, EngineRequest, Reader, Writer
from ..query.nodes import Query
from ..searching.index import Index
from .judged import AS_SEARCHED, NO_LIMIT_CHARS, PEER_WORDS, Lost, Variant, lost_queries
from .sets import (
    Measured,
    Qrels,
    ndcg_at,
    not_in_corpus,
    percentile,
    read_corpus,
    read_qrels,
    read_queries,
    recall_at,
    reciprocal_rank_at,
)

Run = Mapping[str, Sequence[str]]
"""Query id → entry ids, best first."""

Progress = Callable[[int, int], None]
"""Called with the steps done, entries indexed and queries answered, and their total.

The total is 0 until the corpus has been read to its end.
"""

_DEPTH = 100
_ON_PAGE = 10
_PAGES = 100
"""So many queries are enough to see how many find nothing, each of which takes long."""
_REPORT_EVERY = 500


@dataclass(frozen=True, slots=True)
class Figures:
    """Means over some judged queries, and over how many."""

    ndcg_at_10: Measured
    mrr_at_10: Measured
    recall_at_100: Measured
    queries: int

    JSON = view("ndcg@10=ndcg_at_10 mrr@10=mrr_at_10 recall@100=recall_at_100 queries")

    @classmethod
    def of(cls, run: Run, qrels: Qrels, ids: Sequence[str]) -> Figures:
        """Of the answers to at least one query."""
        return cls(
            _mean([ndcg_at(run[id_], qrels[id_]) for id_ in ids]),
            _mean([reciprocal_rank_at(run[id_], qrels[id_]) for id_ in ids]),
            _mean([recall_at(run[id_], qrels[id_]) for id_ in ids]),
            len(ids),
        )


@dataclass(frozen=True, slots=True)
class OnPage:
    """What everybody's search shows on its first page: nDCG@10, and the share that find anything.

    Of at most ``_PAGES`` queries, taken at equal distances.
    What is shown where nothing has all of a query counts as shown.
    """

    ndcg_at_10: Measured
    found: Measured

    JSON = view("ndcg@10=ndcg_at_10 found")


@dataclass(frozen=True, slots=True)
class Row:
    """One way of ranking in an ablation; of how many queries it changed the first ten."""

    name: str
    all: Figures
    odd: Figures | None
    changed: int


@dataclass(frozen=True, slots=True)
class EvaluationResult:
    """Means over the judged queries, and milliseconds per query (parsing and searching).

    ``odd`` are those of the queries at odd positions, counted from 0: weights are chosen on the
    others only. None where there is one query. ``ablation`` and ``lost`` are empty unless asked
    for; ``lost_total`` counts all that are lost.
    """

    all: Figures
    odd: Figures | None
    passages: int
    p50_ms: Annotated[float, Rounded(3)]
    p95_ms: Annotated[float, Rounded(3)]
    index_s: Annotated[float, Rounded(3)]
    run: Run
    page: OnPage
    ablation: tuple[Row, ...] = ()
    lost: tuple[Lost, ...] = ()
    lost_total: int | None = None

    JSON = view(
        "*all passages p50_ms p95_ms index_s odd page",
        Member("ablation", lambda of: of.ablation or None, tuple[Row, ...], is_optional=True),
        "lost_total?",
        Member(
            "lost",
            lambda of: None if of.lost_total is None else of.lost,
            tuple[Lost, ...],
            is_optional=True,
        ),
    )


def evaluate(
    set_dir: Path,
    *,
    open_writer: Callable[[Path, Analyzer], Writer],
    open_engine: Callable[[Path], Engine],
    any_term: bool = True,
    variants: Sequence[Variant] = (),
    lost: int = 0,
    progress: Progress | None = None,
) -> EvaluationResult:
    """Index a set into a temporary folder, run its judged queries, and measure.

    Only queries with at least one relevant entry count. Each is parsed with ``any_term`` and asked
    for 100 passages without facets; the first is run once more beforehand, unmeasured, so that
    loading the dictionary is nobody's latency. An entry without text cannot be found, but counts
    among the passages. A query without text finds nothing.

    What the page shows for each is measured too.

    ``variants`` are other ways in which the same index is asked (the first of ``VARIANTS`` for
    ``lost``); ``lost`` shows up to so many
    of the queries that fail.

    Raises InputError for a set that lacks a file, has a line that cannot be read, or judges what
    it does not hold.
    """
    if not set_dir.is_dir():
        raise InputError("set-missing", set_dir=set_dir)
    queries = read_queries(set_dir / "queries.jsonl")
    qrels, lines = read_qrels(set_dir / "qrels.tsv", queries)
    judged = [id_ for id_ in queries if any(grade > 0 for grade in qrels.get(id_, {}).values())]
    if not judged:
        raise InputError("set-without-judgement", path=set_dir / "qrels.tsv")
    with tempfile.TemporaryDirectory(prefix="duansou-evaluate-") as folder:
        index_dir = Path(folder) / "index"
        started = time.perf_counter()
        entries = _index(
            read_corpus(set_dir),
            open_writer(index_dir, Analyzer()),
            not_in_corpus(set_dir / "qrels.tsv", lines),
            progress,
        )
        index_s = time.perf_counter() - started
        wanted = variants or ((PEER_WORDS,) if lost else ())
        done, total = len(entries), len(entries) + (1 + len(wanted)) * len(judged)
        with closing(open_engine(index_dir)) as engine, engine.reader() as reader:
            asking = _Asking(reader, queries, judged, entries, any_term)
            if progress:
                asking.told = lambda: progress(done + asking.answered, total)
            run, times_ms = asking.searched()
            page = asking.on_page(Index(engine, query_limit_chars=NO_LIMIT_CHARS), qrels)
            runs = {variant.name: asking.varied(variant, run) for variant in wanted}
    rows = [_row(name, other, run, qrels, judged) for name, other in runs.items()]
    lost_total: int | None = None
    shown: tuple[Lost, ...] = ()
    if lost:
        lost_total, shown = lost_queries(
            queries, qrels, run, runs[PEER_WORDS.name], read_corpus(set_dir), lost
        )
    ours = _row(AS_SEARCHED.name, run, run, qrels, judged)
    return EvaluationResult(
        all=ours.all,
        odd=ours.odd,
        passages=len(entries),
        p50_ms=percentile(times_ms, 0.5),
        p95_ms=percentile(times_ms, 0.95),
        index_s=index_s,
        run=run,
        page=page,
        ablation=(ours, *rows) if variants else (),
        lost=shown,
        lost_total=lost_total,
    )


def _row(name: str, run: Run, usual: Run, qrels: Qrels, judged: Sequence[str]) -> Row:
    odd = judged[1::2]
    return Row(
        name,
        Figures.of(run, qrels, judged),
        Figures.of(run, qrels, odd) if odd else None,
        sum(run[id_][:10] != usual[id_][:10] for id_ in judged),
    )


def _index(
    corpus: Iterator[tuple[str, str | None, str]],
    writer: Writer,
    complaints: Mapping[str, InputError],
    progress: Progress | None,
) -> dict[str, str]:
    """Write every entry; document id → entry id. ``complaints`` are of entries that must be."""
    entries: dict[str, str] = {}
    unseen = dict(complaints)
    with writer:
        for id_, title, text in corpus:
            document = _document(id_, title, text, len(entries))
            entries[document.document_id] = id_
            unseen.pop(id_, None)
            if text.strip():
                writer.put(document)
            if progress and len(entries) % _REPORT_EVERY == 0:
                progress(len(entries), 0)
        for error in unseen.values():
            raise error
        writer.commit({})
    return entries


def _document(id_: str, title: str | None, text: str, position: int) -> Document:
    """One entry as a document of one passage; its path keeps the order of the corpus."""
    return Document(
        document_id=sha256_hex(f"entry\x1f{id_}")[:16],
        paths=(f"{position:09d}",),
        text=text,
        paragraphs=(Paragraph(0, len(text), "body", "body", "", 1),),
        sha256=sha256_hex(text),
        title=title,
    )


@dataclass(slots=True)
class _Asking:
    """Asks an index the judged queries, in one way after another."""

    reader: Reader
    queries: Mapping[str, str]
    judged: Sequence[str]
    entries: Mapping[str, str]
    any_term: bool
    answered: int = 0
    told: Callable[[], None] | None = None

    def searched(self) -> tuple[Run, list[float]]:
        """The run of everybody's search, and the milliseconds each query took."""

        def answer(id_: str) -> tuple[str, ...]:
            return self._answer(self._query(id_, AS_SEARCHED))

        answer(self.judged[0])
        run: dict[str, tuple[str, ...]] = {}
        times_ms: list[float] = []
        for id_ in self.judged:
            started = time.perf_counter()
            run[id_] = answer(id_)
            times_ms.append((time.perf_counter() - started) * 1000)
            self._tell()
        return run, times_ms

    def on_page(self, index: Index, qrels: Qrels) -> OnPage:
        """What the page shows, whatever way it is found."""
        gained: list[float] = []
        sample = self.judged[:: -(-len(self.judged) // _PAGES)]
        for id_ in sample:
            results = index.search(self.queries[id_], limit=_ON_PAGE)
            shown = results.hits or [near.hit for near in results.closest]
            ranking = [self.entries[hit.document_id] for hit in shown]
            gained.append(ndcg_at(ranking, qrels[id_]) if ranking else -1.0)
        return OnPage(
            _mean([max(gain, 0.0) for gain in gained]), _mean([float(g >= 0) for g in gained])
        )

    def varied(self, variant: Variant, usual: Run) -> Run:
        """The run of another way. What it understands as usual is not asked again."""
        run: dict[str, Sequence[str]] = {}
        for id_ in self.judged:
            query = self._query(id_, variant)
            is_usual = variant.fields is None and query == self._query(id_, AS_SEARCHED)
            run[id_] = usual[id_] if is_usual else self._answer(query, variant.fields)
            self._tell()
        return run

    def _query(self, id_: str, variant: Variant) -> Query:
        return variant.query(self.queries[id_], self.reader.analyzer, any_term=self.any_term)

    def _answer(self, query: Query, fields: frozenset[str] | None = None) -> tuple[str, ...]:
        if query.is_empty:
            return ()
        request = EngineRequest(query=query, limit=_DEPTH, facets=False, scored_fields=fields)
        found = self.reader.search(request)
        return tuple(self.entries[passage.document_id] for passage, _ in found.hits)

    def _tell(self) -> None:
        self.answered += 1
        if self.told:
            self.told()


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)
