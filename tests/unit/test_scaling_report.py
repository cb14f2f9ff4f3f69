"""The page on scaling says what was measured, and what follows from it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bench.scaling_report import render


def run(nodes: int, passages: int, **others: Any) -> dict[str, Any]:
    """A measured run: a tenth of a second a thousand passages, one kilobyte a passage and copy."""
    copies = 2 if nodes > 1 else 1
    spread = {"all": {"n": 10, "p50": passages / 1e5, "p95": passages / 1e4}}
    series = ("typed", "typed, filtered", "ten best by words", "quoted")
    return {
        "nodes": nodes,
        "passages": passages,
        "shards": nodes or 1,
        "copies": copies,
        "load_s": passages / 10_000,
        "client_cpu_s": passages / 20_000,
        "nodes_cpu_s": passages / 10_000,
        "load_average_before": 0.2,
        "primary_bytes": passages * 1000,
        "all_bytes": passages * 1000 * copies,
        "series": dict.fromkeys(series, spread),
        "memory": [700] * nodes,
        "agreement": {"compared": 40, "differ": 0},
    } | others


def page(*runs: dict[str, Any], embedded: Sequence[dict[str, Any]] = ()) -> str:
    """The page of a result."""
    return render(
        {
            "date": "2026-01-01",
            "machine": {"processors": 2, "memory_gb": 24, "platform": "Linux"},
            "versions": {"Python": "3.11"},
            "heap_mib": 1024,
            "questions": 10,
            "rounds": 3,
            "runs": list(runs),
            "embedded": embedded,
        }
    )


def test_what_a_passage_costs_is_given_for_a_million_of_them() -> None:
    shown = page(run(0, 100_000), run(3, 100_000))
    row = "| 3 nodes, 2 copies (3 shards) | 100,000 | 10,000 | 50 | 100 | 1.00 | 2.00 | 700, "
    assert row in shown
    assert "40 answers: 0 differ" in shown


def test_a_hundred_million_are_the_largest_size_multiplied_and_said_to_be_so() -> None:
    shown = page(run(0, 50_000), run(1, 50_000), run(0, 200_000), run(1, 200_000))
    assert "Nothing of this section was measured: it is 200,000 passages, multiplied." in shown
    assert "100 GB for one copy, 200 GB for two" in shown
    assert "`DUANSOU_OPENSEARCH_SHARDS=3`" in shown
    assert "For a p95 of 500 ms, if that line went on: 20 shards of 5.0 million" in shown
    assert "10 ms more (p95 100 ms more) with each further million passages, from 50,000" in shown


def test_where_the_embedded_engine_gets_slow_is_extrapolated_from_its_own_bench() -> None:
    sizes = ({"passages": n * 10**6, "bytes": 1, "p50": 1.0, "p95": n * 100.0} for n in (1, 2))
    shown = page(run(0, 100_000), run(1, 100_000), embedded=list(sizes))
    assert "is 500 ms at about 5 million passages" in shown
    assert "up to about 12 million passages" in shown
    assert "plan a cluster from about 5 million passages" in shown


def test_a_machine_that_was_busy_is_told() -> None:
    assert "Other programs" not in page(run(0, 100_000), run(1, 100_000))
    busy = page(run(0, 100_000, load_average_before=7.0), run(1, 100_000))
    assert "(load average 7.0 before it)" in busy


def test_growth_of_one_size_is_not_made_up() -> None:
    shown = page(run(0, 100_000), run(1, 100_000))
    assert "more with each further million" not in shown
    assert "on a straight line" not in shown
