"""``python -m bench.cluster``: what an index takes in a cluster, beside the embedded engine.

The nodes of ``tests/cluster`` run on this one machine, which they share with the client: what is
measured is what passages cost in bytes and work, not what several machines would do side by side.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
import urllib.request
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from cluster.nodes import Cluster
from cluster.server import UnavailableError

from .__main__ import about_machine
from .corpus import (
    BenchDocument,
    Corpus,
    CorpusError,
    generated_documents,
    read_regulations,
    take,
    unpack,
    write_corpus,
)
from .process import ROOT
from .questions import questions
from .scaling_report import render
from .systems.cluster import DuansouCluster
from .systems.duansou import Duansou
from .timing import Times, by_class
from .values import Answer, Question, Series

_CORPUS = ROOT.parent / "shared" / "corpora" / "regulations.tar.xz"
_NAME = "bench"
SERIES = {
    "typed": Series("typed"),
    "typed, filtered": Series("typed", filtered=True),
    "ten best by words": Series("top"),
    "quoted": Series("phrase"),
}
"""As typed with all facets (what a page of results asks); and what the others ask."""

Answers = dict[str, list[tuple[int, Any]]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, keep the JSON result, write the page; 2 without a collection or a cluster."""
    options = _options(arguments)
    json_file = options.out.with_suffix(".json")
    if options.report_only:
        kept = json.loads(json_file.read_text(encoding="utf-8")) | {"embedded": _embedded()}
        options.out.write_text(render(kept), encoding="utf-8")
        return 0
    result: dict[str, Any] = about_machine() | {
        "heap_mib": options.heap,
        "questions": options.queries,
        "rounds": options.rounds,
        "runs": [],
    }
    if options.add:
        result["runs"] = json.loads(json_file.read_text(encoding="utf-8"))["runs"]
    with tempfile.TemporaryDirectory(prefix="duansou-bench-", dir=options.work) as folder:
        work = Path(folder)
        try:
            documents = _documents(options, work)
            for size in sorted(options.sizes):
                corpus = write_corpus(take(documents, size), work / f"{size}.jsonl")
                asked = questions(documents, options.queries)
                reference: Answers = {}
                for nodes in (0, *options.nodes):
                    run = _measure(nodes, corpus, asked, options, work, reference)
                    result["runs"].append(run)
                    print(json.dumps(run, ensure_ascii=False), flush=True)
                    json_file.write_text(json.dumps(result, ensure_ascii=False) + "\n")
        except (CorpusError, UnavailableError) as error:
            print(f"bench: {error}", file=sys.stderr)
            return 2
    options.out.write_text(render(result | {"embedded": _embedded()}), encoding="utf-8")
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    def numbers(value: str) -> tuple[int, ...]:
        return tuple(int(part.replace("_", "")) for part in value.split(","))

    parser = argparse.ArgumentParser(prog="python -m bench.cluster", description=__doc__)
    parser.add_argument("--sizes", type=numbers, default=(100_000, 320_000), metavar="N,N")
    parser.add_argument("--nodes", type=numbers, default=(1, 2, 3), metavar="N,N")
    parser.add_argument("--heap", type=int, default=1024, metavar="MIB", help="of each node")
    parser.add_argument("--queries", type=int, default=200, metavar="N", help="questions to ask")
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="warm rounds")
    parser.add_argument("--corpus", type=Path, default=_CORPUS, metavar="PATH")
    parser.add_argument("--work", type=Path, metavar="DIR", help="folder for temporary files")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "scaling.md", metavar="FILE")
    parser.add_argument("--add", action="store_true", help="keep the runs of the JSON result too")
    parser.add_argument("--report-only", action="store_true", help="the page from the JSON again")
    return parser.parse_args(arguments)


def _documents(options: argparse.Namespace, work: Path) -> list[BenchDocument]:
    if str(options.corpus) == "generated":
        return generated_documents(max(options.sizes))
    into = work / "collection"
    into.mkdir()
    return read_regulations(unpack(options.corpus, into))


def _embedded() -> list[dict[str, Any]]:
    """The embedded engine's figures at all sizes, where `make bench` has written them."""
    written = ROOT / "docs" / "bench.json"
    sizes = json.loads(written.read_text(encoding="utf-8"))["sizes"] if written.is_file() else []
    return [
        {
            "passages": size["passages"],
            "bytes": size["systems"]["duansou"]["build"]["size_bytes"],
            **size["series"]["typed"]["duansou"]["all"],
        }
        for size in sizes
    ]


def _measure(
    nodes: int,
    corpus: Corpus,
    asked: Sequence[Question],
    options: argparse.Namespace,
    work: Path,
    reference: Answers,
) -> dict[str, Any]:
    """One engine at one size: the embedded one for no nodes, which the others are compared with."""
    folder = work / f"{nodes}-nodes"
    folder.mkdir()
    cluster = Cluster(nodes, options.heap, folder) if nodes else nullcontext()
    with cluster as running:
        system: Duansou
        if running is None:
            system, place = Duansou(), str(folder)
        else:
            # A copy of each shard wants a node of its own.
            system = DuansouCluster(running.urls, nodes, int(nodes > 1))
            place = _NAME
        before = _cpu_seconds(running)
        load_average = os.getloadavg()[0]
        documents = map(system.read, corpus.documents())
        began, cpu_began = time.perf_counter(), time.process_time()
        system.build(documents, place)
        run: dict[str, Any] = {
            "nodes": nodes,
            "passages": corpus.passages,
            "shards": nodes or 1,
            "copies": 2 if nodes > 1 else 1,
            "load_s": round(time.perf_counter() - began, 1),
            "client_cpu_s": round(time.process_time() - cpu_began, 1),
            "nodes_cpu_s": round(_cpu_seconds(running) - before, 1),
            "load_average_before": round(load_average, 1),
        }
        if running is None:
            files = (file for file in folder.rglob("*") if file.is_file())
            run["primary_bytes"] = run["all_bytes"] = sum(file.stat().st_size for file in files)
        else:
            running.wait()
            run |= _size(running)
        system.open(place, corpus)
        run["series"], answers = _ask_all(system, asked, options.rounds)
        if running is not None:
            run["memory"] = [_memory(node.process.pid) for node in running.nodes if node.process]
            run["agreement"] = _agreement(reference, answers)
        else:
            reference.update(answers)
    shutil.rmtree(folder, ignore_errors=True)
    return run


def _ask_all(
    system: Duansou, asked: Sequence[Question], rounds: int
) -> tuple[dict[str, Any], Answers]:
    """Milliseconds of every series after one round that is not counted, and what was found."""
    series: dict[str, Any] = {}
    answers: Answers = {}
    for label, one in SERIES.items():
        times = Times()
        taken = [q for q in asked if one.task != "phrase" or q.kind == "phrase"]
        for turn in range(rounds + 1):
            milliseconds = []
            found: list[Answer] = []
            for question in taken:
                began = time.perf_counter()
                found.append(system.ask(question, one))
                milliseconds.append((time.perf_counter() - began) * 1e3)
            if turn:
                times.add(range(len(taken)), milliseconds)
            else:
                answers[label] = [(answer.total, _plain(answer.facets)) for answer in found]
        series[label] = by_class(times.medians(), taken)
    return series, answers


def _plain(facets: Any) -> Any:
    return facets and {name: dict(sorted(counts.items())) for name, counts in facets.items()}


def _agreement(reference: Answers, answers: Answers) -> dict[str, Any]:
    """How many answers were compared with the embedded engine's, and how many differ."""
    pairs = [
        (one, other)
        for label in reference
        for one, other in zip(reference[label], answers[label], strict=True)
    ]
    return {"compared": len(pairs), "differ": sum(one != other for one, other in pairs)}


def _size(cluster: Cluster) -> dict[str, int]:
    """Bytes of the primary shards and of all copies, once they are on disk."""
    request = urllib.request.Request(  # noqa: S310 # http, loopback
        f"{cluster.urls[0]}/{_NAME}-v*/_flush", method="POST"
    )
    with urllib.request.urlopen(request, timeout=300):  # noqa: S310
        pass
    with urllib.request.urlopen(f"{cluster.urls[0]}/{_NAME}-v*/_stats/store,segments") as answer:  # noqa: S310
        stats = json.load(answer)["_all"]
    return {
        "primary_bytes": stats["primaries"]["store"]["size_in_bytes"],
        "all_bytes": stats["total"]["store"]["size_in_bytes"],
        "segments": stats["primaries"]["segments"]["count"],
    }


def _cpu_seconds(cluster: Cluster | None) -> float:
    """Processor time that all nodes have used; 0 where it is not known."""
    used = 0.0
    for node in cluster.nodes if cluster is not None else ():
        stat = Path(f"/proc/{node.process.pid}/stat") if node.process else Path()
        if stat.is_file():
            # After the name, which may hold anything: user and system time are fields 14 and 15.
            fields = stat.read_text().rpartition(")")[2].split()
            used += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return used


def _memory(process_id: int) -> int | None:
    """Resident megabytes of a node, without the pages of mapped files; None where unknown."""
    status = Path(f"/proc/{process_id}/status")
    if not status.exists():
        return None
    lines = dict(line.partition(":")[::2] for line in status.read_text().splitlines())
    return int(lines["RssAnon"].split()[0]) * 1024 // 1_000_000


if __name__ == "__main__":
    os.environ.setdefault("PYTHONUTF8", "1")
    sys.exit(main())
