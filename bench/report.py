"""The JSON result of a run as a page of Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from .systems import LABELS, OURS
from .targets import Row, describe, rows

_INTRODUCTION = """# Bench 性能对比

段搜与其他全文检索引擎的对比：同样的段落、同样的词、同样的问题，一次运行、轮流计时。
下表由 `make bench` 写出，原始结果在 `bench.json`；数字与机器有关，看比值。

Duansou beside other full-text engines: the same passages, tokens and questions, in one run, taking
turns. `make bench` writes this page and `bench.json`; the figures depend on the machine, so look at
the ratios (ours ÷ peer: below 1 is faster or smaller).

```sh
pip install -e '.[bench]'
make bench                                        # 10,000 to 1,000,000 passages
make bench ARGS="--sizes 10000 --peers tantivy"   # a part of it
make bench-jobs                                   # 一次调用、一页的比值 ratios of whole jobs
```
"""

_METHOD = """## What is measured

**Passages** are the different paragraphs of ten or more characters of a public collection of
Chinese laws and regulations (320,000 of them), with city from folder and title, year from the file
name and a topic by keyword. Past its end the collection is extended: a new passage is the first
half of one paragraph joined to the second half of another, cut at punctuation, so that words keep
their shares and no two texts are equal. Files are shuffled with a fixed seed before a size is cut
off, then put in path order for everybody. Twelve made-up words with known numbers of hits are added
to some of the first 100,000 passages, to see how times grow with the index alone.

**Tokens** are the same for all: every passage is segmented by our analyzer, in the process and the
time of each index; questions are handed over segmented. Totals and facet counts of all systems are
compared question by question.

**Questions** (generated with a fixed seed, five classes in equal parts): one of the 60 most
frequent words; two words of one passage; a rare word; a run of 4 to 6 characters (half of them
frequent phrases of whole words); a clause. Matched by all words or by any; without filters, and
with a city, a span of years or both.

**Tasks.** (a) the ten best with their text, and the exact total. (b) the same and exact counts of
city path, year and topic, each leaving its own filter out. (c) our page over HTTP, from request to
last byte, on one kept connection each, half of the requests filtered. (d) a quoted phrase: the ten
best and the total.

**Fields.** *Words*: only the words match and score. *Fused*: words match; words, character pairs
and single characters score.

**What each system is asked to do**

- Duansou: always four facets (source too), each with documents beside passages; titles and headings
  score as well in every series; character positions for phrases are in the index.
- tantivy-py: the same three fields, whitespace-tokenized, without positions; text stored; facets as
  fast fields. For (b) the search does not count (so it may skip) and the total comes from a terms
  aggregation; facets with the same filters share one aggregation. One indexing thread. A second
  index has positions of the single characters, as phrases would need, for its rate and size only.
- SQLite FTS5: words in a contentless table, `optimize`d; for (b) one GROUP BY over the combination
  of the facets, taken apart in Python. Trigrams in a database of their own for (d).
- stock Whoosh (first 100,000 passages): default codec, `groupedby` with counts; one more search for
  each facet that leaves a filter out. Filtered totals are only right while it groups, so there (a)
  groups by topic.

SQLite and stock Whoosh get every fourth question and one warm round. Each system has a process of
its own and only one works at a time, in turns of 20 questions. No result caches. *Warm* is the
median of the rounds after a first one; *first* is the first time in a fresh process, with the index
files in the system's file cache. Reading the collection, up to the document with its paragraphs
that a reader of files hands over, is not part of the index time.
"""


def render(result: Mapping[str, Any]) -> str:
    """The whole page."""
    sizes = result["sizes"]
    return "\n".join(
        [
            _INTRODUCTION,
            *_run(result),
            *_targets(list(rows(sizes))),
            *(line for size in sizes for line in _size(size)),
            "",
            _METHOD,
        ]
    )


def _run(result: Mapping[str, Any]) -> Iterator[str]:
    machine = result["machine"]
    versions = ", ".join(f"{name} {version}" for name, version in result["versions"].items())
    yield f"Run on {result['date']}: {machine['processors']} processors,"
    yield f"{machine['memory_gb']} GB of memory, {machine['platform']}; {versions};"
    yield f"{result['questions']} questions, {result['rounds']} warm rounds.\n"


def _targets(found: Sequence[Row]) -> Iterator[str]:
    sizes = sorted({row.passages for row in found})
    yield "## Targets\n"
    yield "p50, p95 at each number of passages; aimed at 320,000.\n"
    yield from _table(
        ["figure", "target", *(f"{size:,}" for size in sizes)],
        (
            [figure, _pair(group[0].target, group[0]), *_by_size(group, sizes)]
            for figure, group in _grouped(found).items()
        ),
    )


def _grouped(found: Sequence[Row]) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = {}
    for row in found:
        # The number of requests a second is part of the figure's name.
        name = row.figure.split(" clients, ")[0] + (
            " clients" if " clients, " in row.figure else ""
        )
        groups.setdefault(name, []).append(row)
    return groups


def _by_size(group: Sequence[Row], sizes: Sequence[int]) -> Iterator[str]:
    by_size = {row.passages: row for row in group}
    for size in sizes:
        row = by_size.get(size)
        if row is None:
            yield ""
            continue
        mark = {True: " ✓", False: " ✗", None: ""}[row.met]
        rate = row.figure.split(" clients, ")[1:]
        yield ", ".join([_pair(row.measured, row) + mark, *rate])


def _pair(values: tuple[float | None, float | None], row: Row) -> str:
    sign = "≥ " if row.least else "≤ "
    sign = sign if values is row.target else ""
    shown = [f"{sign}{_number(value)}" if value is not None else "" for value in values]
    if shown[0] and shown[1]:
        joined = ", ".join(shown)
    elif shown[1]:
        joined = f"p95 {shown[1]}"
    else:
        joined = shown[0]
    return f"{joined} {row.unit}".strip() if joined and row.unit != "×" else joined


def _size(size: Mapping[str, Any]) -> Iterator[str]:
    yield f"\n## {size['passages']:,} passages\n"
    yield from _systems(size["systems"])
    yield from _series("Warm, p50 / p95 in ms, all classes", size["series"])
    yield from _series("First time in a fresh process, p50 / p95 in ms", size["first"])
    yield from _classes(size["series"])
    yield from _touch(size["first_touch"])
    yield from _agreement(size)
    for note in size["notes"]:
        yield f"- {note.splitlines()[-1]}"


def _systems(systems: Mapping[str, Any]) -> Iterator[str]:
    yield from _table(
        [
            "system",
            "passages/s",
            "CPU s",
            "peak memory MB",
            "size MB",
            "open ms",
            "memory MB: started, opened, after all questions",
        ],
        (
            [
                LABELS[name],
                f"{found['build']['passages_per_second']:,.0f}",
                _number(found["build"]["cpu_seconds"]),
                _number(found["build"]["memory_mb"]["peak"]),
                _number(found["build"]["size_bytes"] / 1e6),
                _number(found["open"]["ms"]),
                ", ".join(
                    _number(memory["now"])
                    for memory in (
                        found["open"]["memory_before_mb"],
                        found["open"]["memory_mb"],
                        found.get("memory_after_mb", {}),
                    )
                    if "now" in memory
                ),
            ]
            for name, found in systems.items()
        ),
    )


def _series(title: str, series: Mapping[str, Any]) -> Iterator[str]:
    names = [name for name in LABELS if any(name in found for found in series.values())]
    yield f"\n{title}:\n"
    yield from _table(
        ["", *(LABELS[name] for name in names)],
        (
            [describe(key), *(_spread(found.get(name, {}).get("all")) for name in names)]
            for key, found in series.items()
        ),
    )


def _classes(series: Mapping[str, Any]) -> Iterator[str]:
    """The two main series by class of question."""
    for key in ("facets words all", "facets fused any"):
        found = series.get(key, {})
        kinds = [kind for kind in found.get(OURS, {}) if kind != "all"]
        names = [name for name in LABELS if name in found]
        yield f"\n{describe(key)}, by class:\n"
        yield from _table(
            ["", *(LABELS[name] for name in names)],
            ([kind, *(_spread(found[name].get(kind)) for name in names)] for kind in kinds),
        )


def _touch(touched: Mapping[str, Any]) -> Iterator[str]:
    yield "\nSingle words in a fresh process, (b), p50 / p95 in ms:\n"
    yield from _table(
        ["", "first time", "second time", "what the first time added", "worst"],
        (
            [
                LABELS[name],
                _spread(found["first"]),
                _spread(found["again"]),
                _spread(found["extra"]),
                _number(found["worst_ms"]),
            ]
            for name, found in touched.items()
        ),
    )


def _agreement(size: Mapping[str, Any]) -> Iterator[str]:
    compared = [
        (series, name, record)
        for series, peers in size["agreement"].items()
        for name, record in peers.items()
    ]
    total = sum(record["compared"] for _, _, record in compared)
    wrong = [c for c in compared if c[2]["totals_differ"] or c[2]["facets_differ"]]
    if compared and not wrong:
        yield f"\nAll {total:,} compared answers agree in total and facet counts."
    for series, name, record in wrong:
        example = record.get("example", {})
        yield (
            f"\n{LABELS[name]} differs in {record['totals_differ']} totals and "
            f"{record['facets_differ']} facet counts of {record['compared']} ({describe(series)}), "
            f"for example {example.get('query')!r}: {example.get('theirs')} instead of "
            f"{example.get('ours')}."
        )
    exact = size.get("exactness", {})
    for name, found in exact.items():
        if isinstance(found, Mapping):
            shown = found.get("error") or (
                f"recall {found['recall']:.3f}, precision {found['precision']:.3f}"
            )
            yield (
                f"\n{exact['phrases']} phrases with {exact['hits']:,} hits in a scan of all texts: "
                f"{LABELS[name]} {shown}."
            )


def _table(head: Sequence[str], body: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield "|" + "---|" * len(head)
    for line in body:
        yield f"| {' | '.join(line)} |"


def _spread(found: Mapping[str, float] | None) -> str:
    return f"{_number(found['p50'])} / {_number(found['p95'])}" if found else ""


def _number(value: float) -> str:
    """Three figures that matter."""
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"
