"""One size, measured: build, open, first touch, warm rounds in turn, phrases, the page."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

from .corpus import Corpus
from .exactness import phrase_exactness
from .page import measure_page
from .process import SystemFailedError, SystemProcess
from .systems import LABELS, OURS, SLOW
from .timing import Times, by_class, ratios, spread
from .values import MissingPeerError, Question, Series

SEARCH_SERIES = tuple(
    Series(task, fields, any_term, filtered)
    for filtered in (False, True)
    for fields in ("words", "fused")
    for any_term in (False, True)
    for task in ("top", "facets")
)
_PHRASE = Series("phrase")
_TYPED = Series("typed")
_MAIN = Series("facets")
_FIRST_TOUCH = Series("facets", "fused")
_BLOCK = 20
_OPENINGS = 3
_WHOOSH_PASSAGES = 100_000
_SHARE_OF_SLOW = 4
_PARTS = ("systems", "series", "first", "first_touch", "ratios", "agreement", "planted")


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run is to do, the same for every size."""

    systems: tuple[str, ...]
    questions: tuple[Question, ...]
    single_words: tuple[Question, ...]
    planted: tuple[Question, ...]
    rounds: int
    with_page: bool
    say: Callable[[str], None]


def measure_size(corpus: Corpus, plan: Plan, work: Path) -> dict[str, Any]:
    """Everything about one size, as JSON types. Indexes stand under ``work`` and are removed."""
    names = [n for n in plan.systems if n != "whoosh" or corpus.passages <= _WHOOSH_PASSAGES]
    result: dict[str, Any] = {"passages": corpus.passages, "notes": []}
    result |= {part: {} for part in _PARTS}
    run = _Run(corpus, plan, work, result)
    try:
        run.build(names)
        for step in (run.openings, run.first_touch, run.warm, run.phrases, run.page):
            try:
                step()
            except SystemFailedError as error:
                # What else can be measured is.
                run.note(str(error))
    finally:
        for name in names:
            shutil.rmtree(run.folder(name), ignore_errors=True)
    return result


class _Run:
    def __init__(self, corpus: Corpus, plan: Plan, work: Path, result: dict[str, Any]) -> None:
        self.corpus = corpus
        self.plan = plan
        self.work = work
        self.result = result
        self.built: list[str] = []

    def folder(self, name: str) -> Path:
        return self.work / f"{self.corpus.passages}-{name}"

    def note(self, sentence: str) -> None:
        self.plan.say(f"  {sentence}")
        self.result["notes"].append(sentence)

    def build(self, names: Sequence[str]) -> None:
        for name in names:
            try:
                with SystemProcess(name) as process:
                    built = process.order(
                        "build",
                        corpus=str(self.corpus.path),
                        passages=self.corpus.passages,
                        folder=str(self.folder(name)),
                    )
            except (MissingPeerError, SystemFailedError) as error:
                self.note(str(error))
                continue
            built["passages_per_second"] = round(self.corpus.passages / built["seconds"], 1)
            self.result["systems"][name] = {"build": built}
            self.built.append(name)
            self.plan.say(
                f"  built {LABELS[name]}: {built['passages_per_second']:,.0f} passages/s, "
                f"{built['size_bytes'] / 1e6:,.1f} MB"
            )

    def openings(self) -> None:
        """Each system opened in fresh processes: milliseconds and memory before any query."""
        for name in self.built:
            opened = []
            for _ in range(min(_OPENINGS, self.plan.rounds)):
                with SystemProcess(name) as process:
                    opened.append(process.open(self.corpus, self.folder(name)))
            self.result["systems"][name]["open"] = {
                "ms": round(median(o["ms"] for o in opened), 3),
                "memory_mb": opened[0]["memory_mb"],
                "memory_before_mb": opened[0]["memory_before_mb"],
            }

    def first_touch(self) -> None:
        """Fresh processes: single words never asked before, then every series from the start."""
        touched = self.result["first_touch"]
        first = self.result["first"]
        for name in self._searching():
            words = self._share(name, self.plan.single_words)
            with SystemProcess(name) as process:
                process.open(self.corpus, self.folder(name))
                before = self._ask(process, _FIRST_TOUCH, words)["ms"]
                again = self._ask(process, _FIRST_TOUCH, words)["ms"]
            extra = [max(0.0, a - b) for a, b in zip(before, again, strict=True)]
            touched[name] = {
                "first": spread(before),
                "again": spread(again),
                "extra": spread(extra),
                "worst_ms": round(max(before, default=0.0), 3),
            }
            for series in SEARCH_SERIES:
                if series.filtered or not self._takes(name, series):
                    continue
                if name in SLOW and series != _MAIN:
                    continue
                numbers = self._numbers(name)
                with SystemProcess(name) as process:
                    process.open(self.corpus, self.folder(name))
                    asked = [self.plan.questions[number] for number in numbers]
                    times = Times()
                    times.add(numbers, self._ask(process, series, asked)["ms"])
                first.setdefault(series.name, {})[name] = by_class(
                    times.medians(), self.plan.questions
                )
            self.plan.say(f"  first touch of {LABELS[name]}")

    def warm(self) -> None:
        """Processes that stay open take turns, block by block, round by round."""
        searching = self._searching()
        processes = {name: SystemProcess(name) for name in searching}
        try:
            for name, process in processes.items():
                process.open(self.corpus, self.folder(name))
            for series in (*SEARCH_SERIES, _TYPED):
                self._warm_series(series, processes)
            self._planted(processes)
            for name, process in processes.items():
                memory = process.order("memory")["memory_mb"]
                self.result["systems"][name]["memory_after_mb"] = memory
        finally:
            for process in processes.values():
                process.close()

    def phrases(self) -> None:
        """Literal phrases: times against SQLite's trigrams, exactness against a plain scan."""
        names = [name for name in (OURS, "sqlite-trigram") if name in self.built]
        questions = tuple(q for q in self.plan.questions if q.kind == "phrase")
        processes = {name: SystemProcess(name) for name in names}
        try:
            for name, process in processes.items():
                process.open(self.corpus, self.folder(name))
            times = {name: Times() for name in names}
            first = {}
            numbers = range(len(questions))
            for turn in range(self.plan.rounds + 1):
                for name, process in processes.items():
                    milliseconds = self._ask(process, _PHRASE, questions)["ms"]
                    if turn:
                        times[name].add(numbers, milliseconds)
                    else:
                        first[name] = {"all": spread(milliseconds)}
            self._record(_PHRASE, times, questions)
            self.result["first"][_PHRASE.name] = first
            self.plan.say("  phrases against a plain scan")
            self.result["exactness"] = phrase_exactness(
                self.corpus, [q.text for q in questions], processes
            )
        finally:
            for process in processes.values():
                process.close()

    def page(self) -> None:
        """Our page over HTTP."""
        if self.plan.with_page and OURS in self.built:
            self.plan.say("  page over HTTP")
            self.result["page"] = measure_page(self.folder(OURS), self.plan.questions)

    def _warm_series(self, series: Series, processes: dict[str, SystemProcess]) -> None:
        taking = {n: p for n, p in processes.items() if self._takes(n, series)}
        numbers = {name: self._numbers(name) for name in taking}
        times = {name: Times() for name in taking}
        totals: dict[str, dict[int, tuple[int, str]]] = {name: {} for name in taking}
        for turn in range(self.plan.rounds + 1):
            for start in range(0, len(self.plan.questions), _BLOCK):
                for name, process in taking.items():
                    block = [n for n in numbers[name] if start <= n < start + _BLOCK]
                    if not block or (turn > 1 and name in SLOW):
                        continue
                    answer = self._ask(process, series, [self.plan.questions[n] for n in block])
                    if turn:
                        times[name].add(block, answer["ms"])
                    else:
                        found = zip(answer["totals"], answer["facets"], strict=True)
                        totals[name].update(zip(block, found, strict=True))
        self._record(series, times, self.plan.questions)
        if series is not _TYPED:
            self._compare(series, totals)
        self.plan.say(f"  {series.name}")

    def _record(
        self, series: Series, times: dict[str, Times], questions: Sequence[Question]
    ) -> None:
        medians = {name: kept.medians() for name, kept in times.items()}
        self.result["series"][series.name] = {
            name: by_class(kept, questions) for name, kept in medians.items()
        }
        if OURS in medians:
            self.result["ratios"][series.name] = {
                name: ratios(medians[OURS], kept, questions)
                for name, kept in medians.items()
                if name != OURS
            }

    def _compare(self, series: Series, totals: dict[str, dict[int, tuple[int, str]]]) -> None:
        """Every system must find and count the same; what differs is kept with an example."""
        reference = totals.get(OURS, {})
        for name, found in totals.items():
            if name == OURS or not reference:
                continue
            wrong = [n for n in found if found[n][0] != reference[n][0]]
            facets = [
                n
                for n in found
                if series.task == "facets" and n not in wrong and found[n][1] != reference[n][1]
            ]
            record: dict[str, Any] = {
                "compared": len(found),
                "totals_differ": len(wrong),
                "facets_differ": len(facets),
            }
            for number in (wrong or facets)[:1]:
                record["example"] = {
                    "query": self.plan.questions[number].text,
                    "ours": reference[number][0],
                    "theirs": found[number][0],
                }
            self.result["agreement"].setdefault(series.name, {})[name] = record

    def _planted(self, processes: dict[str, SystemProcess]) -> None:
        """Words with the same hits at every size: how does the time grow with the index?"""
        questions = self.plan.planted
        times = {name: Times() for name in processes if name not in SLOW}
        for turn in range(self.plan.rounds + 1):
            for name, kept in times.items():
                milliseconds = self._ask(processes[name], _MAIN, questions)["ms"]
                if turn:
                    kept.add(range(len(questions)), milliseconds)
        for name, kept in times.items():
            classes = by_class(kept.medians(), questions)
            del classes["all"]
            self.result["planted"][name] = {hits: found["p50"] for hits, found in classes.items()}

    def _searching(self) -> list[str]:
        """The systems that search words, ours first."""
        return [n for n in self.built if n not in {"sqlite-trigram", "tantivy-positions"}]

    def _takes(self, name: str, series: Series) -> bool:
        """Fused fields are compared with tantivy only, typed queries are ours alone."""
        if name == OURS:
            return True
        return series is not _TYPED and (series.fields == "words" or name == "tantivy")

    def _numbers(self, name: str) -> list[int]:
        """The questions a system gets: of every class the same share, in whole rounds of five."""
        count = len(self.plan.questions)
        return [n for n in range(count) if name not in SLOW or n // 5 % _SHARE_OF_SLOW == 0]

    def _share(self, name: str, questions: Sequence[Question]) -> Sequence[Question]:
        return questions[::_SHARE_OF_SLOW] if name in SLOW else questions

    def _ask(
        self, process: SystemProcess, series: Series, questions: Sequence[Question]
    ) -> dict[str, Any]:
        return process.order(
            "ask", series=series.to_record(), questions=[asdict(q) for q in questions]
        )
