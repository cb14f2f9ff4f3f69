"""What is aimed at, and what was measured, row by row. Nothing fails here: a miss is shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .systems import LABELS, OURS

Size = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """One figure at one size: measured and aimed-at values (p50, p95), None where there is none.

    ``least`` says that the measured value must reach the target instead of staying below it.
    """

    figure: str
    passages: int
    measured: tuple[float | None, float | None]
    target: tuple[float | None, float | None] = (None, None)
    unit: str = "×"
    least: bool = False

    @property
    def met(self) -> bool | None:
        """Whether every target of the row is met; None where it has none."""
        pairs = [
            (value, aim)
            for value, aim in zip(self.measured, self.target, strict=True)
            if aim is not None
        ]
        if not pairs:
            return None
        return all(
            value is not None and (value >= aim if self.least else value <= aim)
            for value, aim in pairs
        )


_RATIOS = (
    ("facets words all", "tantivy", "all", 0.6, 0.8),
    ("facets words any", "tantivy", "all", 0.6, 1.1),
    ("facets fused all", "tantivy", "all", 0.8, 1.5),
    ("facets fused any", "tantivy", "all", 0.5, 1.5),
    ("top words all", "tantivy", "all", 1.1, 1.5),
    ("top words any", "tantivy", "all", None, None),
    ("top fused all", "tantivy", "all", None, None),
    ("top fused any", "tantivy", "all", None, None),
    ("facets words all filtered", "tantivy", "all", None, None),
    ("facets words any filtered", "tantivy", "all", None, None),
    ("facets fused all filtered", "tantivy", "all", None, None),
    ("facets fused any filtered", "tantivy", "all", None, None),
    ("top words all filtered", "tantivy", "all", None, None),
    ("facets words all", "sqlite", "common word", 0.02, None),
    ("facets words all", "whoosh", "common word", 0.005, None),
    ("phrase", "sqlite-trigram", "all", None, 0.2),
)
_TASKS = {"facets": "(b) top 10 + 3 facets", "top": "(a) top 10 + total", "phrase": "(d) phrase"}
_MODES = {"words": "words field", "fused": "fused fields", "all": "all words", "any": "any word"}


def rows(sizes: Sequence[Size]) -> Iterator[Row]:
    """Every figure that has a target or belongs beside one, by size."""
    for size in sizes:
        yield from _of_size(size)
    yield from _growth(sizes)


def describe(series: str) -> str:
    """A series' name for readers."""
    task, *modes = series.split(" ")
    return ", ".join([_TASKS.get(task, task), *(_MODES.get(mode, mode) for mode in modes)])


def _of_size(size: Size) -> Iterator[Row]:
    passages = size["passages"]
    for series, peer, kind, *aims in _RATIOS:
        found = size["ratios"].get(series, {}).get(peer, {}).get(kind)
        if found:
            named = "" if kind == "all" else f", class {kind}"
            figure = f"{describe(series)}{named} ÷ {LABELS[peer]}"
            p50, p95 = aims
            yield Row(figure, passages, (found["p50"], found["p95"]), (p50, p95))
    yield from _index_rows(size)
    for name, touched in size["first_touch"].items():
        if name == OURS or name == "tantivy":
            aim = 5.0 if name == OURS else None
            figure = f"first touch of a word, (b), fused fields: {LABELS[name]}"
            values = (touched["first"]["p50"], touched["first"]["p95"])
            yield Row(figure, passages, values, (None, aim), "ms")
    exact = size.get("exactness", {}).get(OURS, {})
    if "recall" in exact:
        yield Row(
            "(d) recall; precision against literal search",
            passages,
            (exact["recall"], exact["precision"]),
            (1.0, 1.0),
            "",
            least=True,
        )
    if "page" in size:
        page = size["page"]
        one, many = page["one_client"], page["many_clients"]
        yield Row("(c) page, 1 client", passages, (one["p50"], one["p95"]), (None, 25.0), "ms")
        figure = f"(c) page, {page['clients']} clients, {page['requests_per_second']:,.0f} a second"
        yield Row(figure, passages, (many["p50"], many["p95"]), unit="ms")


def _index_rows(size: Size) -> Iterator[Row]:
    passages, systems = size["passages"], size["systems"]
    if OURS not in systems:
        return
    ours = systems[OURS]
    for peer in ("tantivy", "tantivy-positions"):
        if peer in systems:
            theirs, label = systems[peer]["build"], LABELS[peer]
            aimed = peer == "tantivy"
            rate = ours["build"]["passages_per_second"] / theirs["passages_per_second"]
            aim = 1.5 if aimed else None
            yield Row(f"index rate ÷ {label}", passages, (rate, None), (aim, None), least=True)
            cpu = ours["build"]["cpu_seconds"] / theirs["cpu_seconds"]
            yield Row(f"CPU time to index ÷ {label}", passages, (cpu, None))
            bytes_ratio = ours["build"]["size_bytes"] / theirs["size_bytes"]
            aim = 1.3 if aimed else None
            yield Row(f"size ÷ {label}", passages, (bytes_ratio, None), (aim, None))
    yield Row("open time", passages, (ours["open"]["ms"], None), (50.0, None), "ms")
    resident = ours["open"]["memory_mb"].get("now")
    yield Row("memory before the first query", passages, (resident, None), (160.0, None), "MB")


def _growth(sizes: Sequence[Size]) -> Iterator[Row]:
    """(b) for words with the same number of hits, largest size ÷ 100,000."""
    known = {size["passages"]: size.get("planted", {}) for size in sizes}
    largest = max(known, default=0)
    base = min((n for n in known if n >= 100_000), default=0)
    if not base or largest <= base:
        return
    for name in (OURS, "tantivy"):
        before, after = known[base].get(name), known[largest].get(name)
        if before and after:
            for hits in before:
                figure = f"growth of (b) from {base:,}, {hits} hits: {LABELS[name]}"
                aim = 1.3 if name == OURS else None
                yield Row(figure, largest, (after[hits] / before[hits], None), (aim, None))
