"""How good is the ranking? Judged queries in, nDCG@10, MRR@10, recall@100 and latency out.

*qrels* are the judgements, query → entry → grade; a *run* is what a system answered, query → entry
ids, best first. A set is a folder with ``corpus.jsonl`` or ``corpus.jsonl.gz`` ({"id", "title"?,
"text"}, each entry one passage), ``queries.jsonl`` ({"id", "text"}) and ``qrels.tsv`` (TREC: query,
0, entry, grade).
"""

from __future__ import annotations

import math
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..analysis import Analyzer
from ..documents import Document, Paragraph, sha256_hex
from ..engine import Engine, EngineRequest, Writer
from ..errors import InputError
from ..query import parse_query
from .metrics import ndcg_at, percentile, recall_at, reciprocal_rank_at
from .sets import Qrels, not_in_corpus, read_corpus, read_qrels, read_queries

__all__ = [
    "EvaluationResult",
    "Progress",
    "Qrels",
    "Run",
    "evaluate",
    "ndcg_at",
    "recall_at",
    "reciprocal_rank_at",
]

Run = Mapping[str, Sequence[str]]
"""Query id → entry ids, best first."""

Progress = Callable[[int, int], None]
"""Called with the steps done, entries indexed and queries answered, and their total.

The total is 0 until the corpus has been read to its end.
"""

_DEPTH = 100
_REPORT_EVERY = 500
_NO_LIMIT_CHARS = 1_000_000


@dataclass(frozen=True, slots=True)
class EvaluationResult:
    """Means over the judged queries, and milliseconds per query (parsing and searching)."""

    ndcg_at_10: float
    mrr_at_10: float
    recall_at_100: float
    queries: int
    passages: int
    p50_ms: float
    p95_ms: float
    index_s: float
    run: Run

    def to_json(self) -> dict[str, Any]:
        """The answer of ``evaluate --json``."""
        return {
            "ndcg@10": round(self.ndcg_at_10, 6),
            "mrr@10": round(self.mrr_at_10, 6),
            "recall@100": round(self.recall_at_100, 6),
            "queries": self.queries,
            "passages": self.passages,
            "p50_ms": round(self.p50_ms, 3),
            "p95_ms": round(self.p95_ms, 3),
            "index_s": round(self.index_s, 3),
        }


def evaluate(
    set_dir: Path,
    *,
    open_writer: Callable[[Path, Analyzer], Writer],
    open_engine: Callable[[Path], Engine],
    analyzer: Analyzer | None = None,
    any_term: bool = True,
    progress: Progress | None = None,
) -> EvaluationResult:
    """Index a set into a temporary folder, run its judged queries, and measure.

    Only queries with at least one relevant entry count. Each is parsed with ``any_term`` and asked
    for 100 passages without facets; the first is run once more beforehand, unmeasured, so that
    loading the dictionary is nobody's latency. An entry without text cannot be found, but counts
    among the passages. A query without text finds nothing.

    Raises InputError for a set that lacks a file, has a line that cannot be read, or judges what
    it does not hold.
    """
    if not set_dir.is_dir():
        raise InputError(
            f"There is no folder {set_dir}: give the folder of an evaluation set.",
            zh=f"没有文件夹 {set_dir}：请给出评测集所在的文件夹。",
        )
    queries = read_queries(set_dir / "queries.jsonl")
    qrels, lines = read_qrels(set_dir / "qrels.tsv", queries)
    judged = [id_ for id_ in queries if any(grade > 0 for grade in qrels.get(id_, {}).values())]
    if not judged:
        raise InputError(
            f"{set_dir / 'qrels.tsv'} judges no entry relevant (grade above 0) to any query of "
            "queries.jsonl: nothing can be measured.",
            zh=f"{set_dir / 'qrels.tsv'} 里没有一条大于 0 的评级：无从评测。",
        )
    with tempfile.TemporaryDirectory(prefix="duansou-evaluate-") as folder:
        index_dir = Path(folder) / "index"
        started = time.perf_counter()
        entries = _index(
            read_corpus(set_dir),
            open_writer(index_dir, analyzer or Analyzer()),
            not_in_corpus(set_dir / "qrels.tsv", lines),
            progress,
        )
        index_s = time.perf_counter() - started
        engine = open_engine(index_dir)
        try:
            run, times_ms = _search(engine, queries, judged, entries, any_term, progress)
        finally:
            engine.close()
    return EvaluationResult(
        ndcg_at_10=_mean([ndcg_at(run[id_], qrels[id_]) for id_ in judged]),
        mrr_at_10=_mean([reciprocal_rank_at(run[id_], qrels[id_]) for id_ in judged]),
        recall_at_100=_mean([recall_at(run[id_], qrels[id_]) for id_ in judged]),
        queries=len(judged),
        passages=len(entries),
        p50_ms=percentile(times_ms, 0.5),
        p95_ms=percentile(times_ms, 0.95),
        index_s=index_s,
        run=run,
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


def _search(
    engine: Engine,
    queries: Mapping[str, str],
    judged: Sequence[str],
    entries: Mapping[str, str],
    any_term: bool,
    progress: Progress | None,
) -> tuple[dict[str, tuple[str, ...]], list[float]]:
    """The run of the judged queries, and the milliseconds each took."""

    def answer(text: str) -> tuple[str, ...]:
        query = parse_query(text, engine.analyzer, any_term=any_term, limit_chars=_NO_LIMIT_CHARS)
        if query.is_empty:
            return ()
        found = engine.search(EngineRequest(query=query, limit=_DEPTH, facets=False))
        return tuple(entries[passage.document_id] for passage, _ in found.hits)

    answer(queries[judged[0]])
    run: dict[str, tuple[str, ...]] = {}
    times_ms: list[float] = []
    for done, id_ in enumerate(judged, start=1):
        started = time.perf_counter()
        run[id_] = answer(queries[id_])
        times_ms.append((time.perf_counter() - started) * 1000)
        if progress:
            progress(len(entries) + done, len(entries) + len(judged))
    return run, times_ms


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)
