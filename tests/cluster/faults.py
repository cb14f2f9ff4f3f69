"""What must hold of an index in a cluster when one of its nodes is killed at any moment?

What was committed is there, whole and of one commit; a search gives exact counts, or says that they
are partial, or is refused in words; and when the node is back all copies are made whole again.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from cluster.nodes import Cluster
from cluster_index import ClusterIndex
from search.analysis.words import Analyzer
from search.documents.document import Document, Paragraph
from search.errors import DuansouError
from search.index.engine import Engine, EngineRequest
from search.query.parser import parse_query

ANALYZER = Analyzer()
PASSAGES = 8
"""Of every document."""
QUESTIONS = ("调解", '"矛盾纠纷"', "网格 治理", "平安*建设", '"信访 办理"~9', "第")
_THREADS = 16
_WORDS = ("调解", "矛盾纠纷", "网格", "治理", "平安创建与建设", "信访事项的办理", "法庭", "巡查")


@dataclass
class Answers:
    """What readers got while a node was missing."""

    exact: int = 0
    partial: int = 0
    refused: int = 0
    slowest_s: float = 0.0
    wrong: list[str] = field(default_factory=list)

    def add(self, other: Answers) -> None:
        """Count another reader's answers too."""
        self.exact += other.exact
        self.partial += other.partial
        self.refused += other.refused
        self.slowest_s = max(self.slowest_s, other.slowest_s)
        self.wrong += other.wrong


def document(number: int, commit: int) -> Document:
    """A document whose passages say which commit they are of; words differ by paragraph."""
    lines = []
    for n in range(PASSAGES):
        words = [_WORDS[(number + n) % len(_WORDS)], _WORDS[(number * n + 3) % len(_WORDS)]]
        lines.append(f"第{commit}次，文献{number}段落{n}：{words[0]}，{words[1]}。")
    paragraphs, start = [], 0
    for n, line in enumerate(lines, 1):
        paragraphs.append(Paragraph(start, start + len(line), "body", "body", "", n))
        start += len(line) + 1
    return Document(
        document_id=f"d{number:05}",
        paths=(f"d{number:05}.txt",),
        text="\n".join(lines),
        paragraphs=tuple(paragraphs),
        sha256="",
        source=f"来源{number % 7}",
        year=2000 + number % 20,
    )


class Faults:
    """An index of three shards, each with a copy, on three nodes of which one at a time is killed.

    Every commit replaces all documents; ``documents`` of them, one more with each commit.
    """

    def __init__(self, cluster: Cluster, documents: int = 300) -> None:
        self.cluster = cluster
        self.index = ClusterIndex(",".join(cluster.urls), shards=3, replicas=1)
        self._documents = documents
        self._commit = 0
        began = time.monotonic()
        self._load()
        self._load_s = time.monotonic() - began
        cluster.wait()

    def remove(self) -> None:
        """Take the index away."""
        self.index.remove()

    def check_load(self, random_: random.Random) -> tuple[bool, Answers]:
        """Kill a node while a load runs, start it again: was the commit accepted, what was read?

        Either the commit was accepted and is there, or it was refused in words and the one before
        is there; then the next load completes it. Raises AssertionError for anything else.
        """
        killed, at_s = random_.randrange(len(self.cluster.nodes)), random_.uniform(0, self._load_s)
        rest_s = random_.uniform(0, 4)
        before = self._commit
        answers = Answers()
        accepted = True
        with ThreadPoolExecutor(1) as pool, self._read(answers, self._totals_of_two_commits()):
            load = pool.submit(self._load)
            time.sleep(at_s)
            self.cluster.kill(killed)
            time.sleep(rest_s)
            self.cluster.launch(killed)
            try:
                load.result(timeout=240)
            except DuansouError:
                accepted = False
            self.cluster.wait()
        present = self._check_whole((before + 1,) if accepted else (before, before + 1))
        self._commit = present
        if not accepted:
            self._load()
            self._check_whole((self._commit,))
        assert not answers.wrong, answers.wrong[:3]
        return accepted, answers

    def check_searches(self, random_: random.Random) -> Answers:
        """Kill a node under 16 threads that search, start it again: what did they get?

        Raises AssertionError where a count was wrong and not marked, or nothing was answered.
        """
        killed = random_.randrange(len(self.cluster.nodes))
        answers = Answers()
        with self._read(answers, self._expected(), threads=_THREADS):
            time.sleep(random_.uniform(0.2, 1.5))
            self.cluster.kill(killed)
            time.sleep(random_.uniform(0, 4))
            self.cluster.restart(killed)
            time.sleep(0.5)
        assert not answers.wrong, answers.wrong[:3]
        assert answers.exact > _THREADS, answers
        self._check_whole((self._commit,))
        return answers

    def _load(self) -> None:
        """Commit everything anew."""
        number = self._commit + 1
        with self.index.writer(ANALYZER) as writer:
            for n in range(self._documents + number):
                writer.put(document(n, number))
            writer.commit({"number": number})
        self._commit = number

    def _passages(self, commit: int) -> int:
        return (self._documents + commit) * PASSAGES

    def _totals_of_two_commits(self) -> dict[str, set[object]]:
        """Every passage has 第; no other question has a total that both commits foretell."""
        totals = {self._passages(self._commit), self._passages(self._commit + 1)}
        return {"第": {_counts_of_total(total, total // PASSAGES) for total in totals}}

    def _expected(self) -> dict[str, set[object]]:
        engine = self.index.engine()
        return {text: {_counts(_ask(engine, text))} for text in QUESTIONS}

    def _check_whole(self, commits: Sequence[int]) -> int:
        """Every passage of one of these commits is there once, and no other; which is it?"""
        engine = self.index.engine()
        with engine.reader() as reader:
            present = reader.manifest()["number"]
            assert present in commits, f"commit {present} is there, not one of {commits}"
            found = sorted(passage.text for passage in reader.passages())
        wanted = sorted(
            line
            for n in range(self._documents + present)
            for line in document(n, present).text.split("\n")
        )
        assert found == wanted, f"{len(found)} passages instead of {len(wanted)}"
        whole = _ask(engine, "第")
        assert not whole.partial
        assert whole.total == len(wanted)
        return int(present)

    @contextmanager
    def _read(self, answers: Answers, expected: dict[str, set[object]], threads: int = 1) -> Any:
        """While this lasts, threads ask one engine, and what they get is added to ``answers``."""
        engine, ended = self.index.engine(), threading.Event()

        def read(number: int) -> Answers:
            mine, texts = Answers(), list(expected)
            while not ended.is_set():
                text = texts[number % len(texts)]
                number += 1
                began = time.monotonic()
                _judge(mine, engine, text, expected[text])
                mine.slowest_s = max(mine.slowest_s, time.monotonic() - began)
            return mine

        with ThreadPoolExecutor(threads) as pool:
            readers = [pool.submit(read, number) for number in range(threads)]
            try:
                yield
            finally:
                ended.set()
                for reader in readers:
                    answers.add(reader.result(timeout=120))


def _ask(engine: Engine, text: str) -> Any:
    with engine.reader() as reader:
        return reader.search(EngineRequest(parse_query(text, ANALYZER), limit=3))


def _judge(answers: Answers, engine: Engine, text: str, expected: set[object]) -> None:
    try:
        found = _ask(engine, text)
    except DuansouError:
        answers.refused += 1
        return
    if found.partial:
        answers.partial += 1
    elif _counts(found) in expected or _counts_of_total(found.total, found.documents) in expected:
        answers.exact += 1
    else:
        answers.wrong.append(f"{text}: {found.total} passages of {found.documents} documents")


def _counts(found: Any) -> object:
    """All that is counted in an answer."""
    facets = {
        name: tuple(sorted((str(each.value), each.count, each.documents) for each in counts))
        for name, counts in found.facets.items()
    }
    return found.total, found.documents, tuple(sorted(facets.items()))


def _counts_of_total(total: int, documents: int) -> object:
    return total, documents
