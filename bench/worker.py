"""One system in a process of its own: reads orders as JSON lines, answers each with one.

``python -m bench.worker NAME``. Orders: build, open, ask, matches; what each takes and gives stands
at its function. A failure is answered as ``{"error": ...}``.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
import traceback
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from .corpus import BenchDocument, Corpus
from .memory import memory_mb
from .systems import make_system
from .values import MissingPeerError, Question, Series, System


class _Reading:
    """Iterates over documents as a system reads them and keeps the time that this took."""

    def __init__(self, system: System, documents: Iterable[BenchDocument]) -> None:
        self._documents = map(system.read, documents)
        self.seconds = 0.0
        self.cpu_seconds = 0.0

    def __iter__(self) -> Iterator[Any]:
        while True:
            began, cpu_began = time.perf_counter(), time.process_time()
            document = next(self._documents, None)
            self.seconds += time.perf_counter() - began
            self.cpu_seconds += time.process_time() - cpu_began
            if document is None:
                return
            yield document


def text_key(text: str) -> str:
    """A short name for a passage's text."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _build(system: System, order: dict[str, Any]) -> dict[str, Any]:
    """{corpus, passages, folder} → seconds without reading the corpus, memory, size."""
    folder = Path(order["folder"])
    folder.mkdir(parents=True)
    reading = _Reading(system, _corpus(order).documents())
    began, cpu_began = time.perf_counter(), time.process_time()
    system.build(reading, order["folder"])
    return {
        "seconds": time.perf_counter() - began - reading.seconds,
        "cpu_seconds": time.process_time() - cpu_began - reading.cpu_seconds,
        "memory_mb": memory_mb(),
        "size_bytes": sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()),
    }


def _open(system: System, order: dict[str, Any]) -> dict[str, Any]:
    """{corpus, passages, folder} → milliseconds to open, memory before and after."""
    before = memory_mb()
    began = time.perf_counter()
    system.open(order["folder"], _corpus(order))
    return {
        "ms": (time.perf_counter() - began) * 1e3,
        "memory_mb": memory_mb(),
        "memory_before_mb": before,
    }


def _ask(system: System, order: dict[str, Any]) -> dict[str, Any]:
    """{series, questions} → ms, total and a key of the facet counts for each question."""
    series = Series(**order["series"])
    milliseconds, totals, facets = [], [], []
    for record in order["questions"]:
        question = Question.from_record(record)
        began = time.perf_counter()
        answer = system.ask(question, series)
        milliseconds.append((time.perf_counter() - began) * 1e3)
        totals.append(answer.total)
        counts = {
            name: dict(sorted(values.items())) for name, values in (answer.facets or {}).items()
        }
        facets.append(text_key(json.dumps(counts, sort_keys=True)))
    return {"ms": milliseconds, "totals": totals, "facets": facets}


def _matches(system: System, order: dict[str, Any]) -> dict[str, Any]:
    """{phrases} → for each the keys of all matching texts."""
    return {"keys": [[text_key(text) for text in system.matches(p)] for p in order["phrases"]]}


def _memory(system: System, order: dict[str, Any]) -> dict[str, Any]:
    """Memory now."""
    return {"memory_mb": memory_mb()}


_ORDERS = {"build": _build, "open": _open, "ask": _ask, "matches": _matches, "memory": _memory}


def _corpus(order: dict[str, Any]) -> Corpus:
    return Corpus(Path(order["corpus"]), order["passages"])


def main(name: str) -> None:
    """Serve orders from standard input until it ends."""
    # Whatever a library prints must not be taken for an answer.
    answers, sys.stdout = sys.stdout, sys.stderr
    try:
        system = make_system(name)
    except MissingPeerError as error:
        print(json.dumps({"missing": str(error)}), file=answers, flush=True)
        return
    print(json.dumps({"ready": name}), file=answers, flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        try:
            answer = _ORDERS[order["do"]](system, order)
        except Exception:  # the run goes on without this figure
            answer = {"error": traceback.format_exc()}
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
