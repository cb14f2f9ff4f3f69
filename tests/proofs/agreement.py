"""``python -m proofs.agreement CORPUS``: does a cluster answer as the embedded engine does?

Documents of a folder, drawn from a seed until there are enough passages, are put into both; then
both are asked the same. Judged sets (``--set``) are ranked by both.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import sys
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from statistics import fmean

from agreement import Agreement, Requests, compare
from cluster.nodes import Cluster
from cluster.server import UnavailableError
from cluster_index import ClusterIndex
from proofs.page import Proof
from search.analysis.words import Analyzer
from search.documents.document import Document
from search.engines.whoosh.engine import open_engine
from search.engines.whoosh.writer import open_writer
from search.evaluation import EvaluationResult, evaluate
from search.facets.topic import Taxonomy
from search.index.engine import Reader
from search.reading.document import read_document
from search.reading.files import find_files, read_bytes

_LEAST_OVERLAP = 0.95
_MOST_LOST = 0.005
"""Of nDCG@10."""


def documents_of(folder: Path, passages: int, seed: int) -> list[Document]:
    """Documents of a folder, drawn until they have so many passages."""
    taxonomy = Taxonomy.load()
    _, files, _ = find_files(folder)
    order = list(range(len(files)))
    random.Random(seed).shuffle(order)
    documents: dict[str, Document] = {}
    count = 0
    for number in order:
        if count >= passages:
            break
        document = read_document(read_bytes(files[number], 100), files[number].path, taxonomy)
        if document.document_id not in documents:
            documents[document.document_id] = document
            count += document.passage_count
    return list(documents.values())


@contextlib.contextmanager
def both_readers(url: str, documents: list[Document]) -> Iterator[tuple[Reader, Reader]]:
    """Readers of the embedded engine and of the cluster, both with these documents."""
    index = ClusterIndex(url)
    with contextlib.ExitStack() as ended, tempfile.TemporaryDirectory() as folder:
        ended.callback(index.remove)
        analyzer = Analyzer()
        for opened in (open_writer(Path(folder), analyzer), index.writer(analyzer)):
            with opened as writer:
                for document in documents:
                    writer.put(document)
                writer.commit({})
        embedded = open_engine(Path(folder))
        ended.callback(embedded.close)
        yield embedded.reader(), index.engine().reader()


def main(arguments: list[str] | None = None) -> int:
    """Run the proof and write its section; 1 if the engines differ, 2 where no cluster can run."""
    parser = argparse.ArgumentParser(prog="python -m proofs.agreement", description=__doc__)
    parser.add_argument("documents", type=Path, help="a folder of documents")
    parser.add_argument("--set", type=Path, action="append", default=[], help="a judged set")
    parser.add_argument("--cases", type=int, default=1000, help="requests")
    parser.add_argument("--passages", type=int, default=50_000, help="of the folder")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--url", help="of a server that runs already (one is started)")
    options = parser.parse_args(arguments)
    checked = Proof()
    with contextlib.ExitStack() as ended:
        url = options.url
        if url is None:
            try:
                url = ended.enter_context(Cluster(1)).urls[0]
            except UnavailableError as unavailable:
                print(unavailable, file=sys.stderr)
                return 2
        documents = documents_of(options.documents, options.passages, options.seed)
        passages = sum(document.passage_count for document in documents)
        with both_readers(url, documents) as (embedded, distributed):
            requests = list(islice(Requests(embedded, options.seed), options.cases))
            agreement = compare(embedded, distributed, requests)
            print(_told(agreement, passages), flush=True)
        ranked = [(folder.name, *_evaluated(folder, url)) for folder in options.set]
    for difference in agreement.differences:
        print(difference[:1000], file=sys.stderr)
    notes = [_told(agreement, passages), *(_row(*row) for row in ranked)]
    checked.add(("requests", agreement.requests, len(agreement.differences)))
    checked.write(
        "Two engines",
        "A case is a request about real passages (`tests/agreement.py`: every kind of node, "
        "filter, order, slice) that the embedded engine and a cluster of two shards are asked: "
        "the same passages, totals, facet counts, tables and labels, and where scores do not "
        "decide it the same order.",
        *notes,
    )
    print("\n".join(notes[1:]))
    worse = [
        name
        for name, one, other, overlap in ranked
        if overlap < _LEAST_OVERLAP or abs(one.all.ndcg_at_10 - other.all.ndcg_at_10) > _MOST_LOST
    ]
    failed = agreement.differences or worse or agreement.mean_overlap < _LEAST_OVERLAP
    return 1 if failed else 0


def _told(agreement: Agreement, passages: int) -> str:
    return (
        f"{passages:,} passages; {agreement.found:,} were found in all, {agreement.tables:,} "
        f"tables compared. Of the first ten by relevance {agreement.mean_overlap:.3f} are the same "
        f"({agreement.ranked:,} orders): the cluster keeps lengths in one byte."
    )


def _evaluated(folder: Path, url: str) -> tuple[EvaluationResult, EvaluationResult, float]:
    """A judged set ranked by both engines, and the mean overlap of their first ten."""
    one = evaluate(folder, open_writer=open_writer, open_engine=open_engine)
    index = ClusterIndex(url)
    try:
        other = evaluate(
            folder,
            open_writer=lambda _, analyzer: index.writer(analyzer),
            open_engine=lambda _: index.engine(),
        )
    finally:
        index.remove()
    overlaps = [
        len(set(first[:10]) & set(other.run[query][:10])) / len(first[:10])
        for query, first in one.run.items()
        if first
    ]
    return one, other, fmean(overlaps)


def _row(name: str, one: EvaluationResult, other: EvaluationResult, overlap: float) -> str:
    ours, others = one.all.ndcg_at_10, other.all.ndcg_at_10
    return (
        f"{name}: nDCG@10 {ours:.4f} embedded, {others:.4f} in the cluster; "
        f"{overlap:.3f} of the first ten are the same."
    )


if __name__ == "__main__":
    sys.exit(main())
