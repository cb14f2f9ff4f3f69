"""The bench runs, agrees with itself and writes its page. On a few made-up passages, no timings."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.maintainers

PASSAGES = 500
SEARCH_SERIES = 16


def run_bench(
    repository: Path, *arguments: str, module: str = "bench"
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=repository,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture(scope="module")
def outcome(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, str]:
    """The JSON result and the page of one run with SQLite as the only peer."""
    page = tmp_path_factory.mktemp("bench") / "bench.md"
    run = run_bench(
        repository,
        *("--corpus", "generated", "--sizes", str(PASSAGES), "--peers", "sqlite,sqlite-trigram"),
        *("--queries", "20", "--rounds", "1", "--no-page", "--out", str(page)),
    )
    assert run.returncode == 0, run.stdout + run.stderr
    result = json.loads(page.with_suffix(".json").read_text(encoding="utf-8"))
    return result, page.read_text(encoding="utf-8")


def test_every_system_and_series_has_figures(outcome: tuple[Any, str]) -> None:
    (size,) = outcome[0]["sizes"]
    assert size["passages"] == PASSAGES
    assert size["notes"] == []
    assert size["systems"].keys() == {"duansou", "sqlite", "sqlite-trigram"}
    searches = [name for name in size["series"] if name not in {"typed", "phrase"}]
    assert len(searches) == SEARCH_SERIES
    for name in searches:
        assert size["series"][name]["duansou"]["all"]["n"] == 20
    assert size["series"]["phrase"]["sqlite-trigram"]["all"]["n"] == 4


def test_systems_agree_on_totals_and_facets(outcome: tuple[Any, str]) -> None:
    (size,) = outcome[0]["sizes"]
    compared = [found["sqlite"] for found in size["agreement"].values()]
    assert len(compared) == SEARCH_SERIES // 2
    for found in compared:
        assert found["compared"] >= 5
        assert found["totals_differ"] == found["facets_differ"] == 0


def test_phrases_are_exact(outcome: tuple[Any, str]) -> None:
    (size,) = outcome[0]["sizes"]
    assert size["exactness"]["hits"] > 0
    for name in ("duansou", "sqlite-trigram"):
        assert size["exactness"][name] == {"recall": 1.0, "precision": 1.0}


def test_the_page_says_what_was_measured(outcome: tuple[Any, str]) -> None:
    page = outcome[1]
    for heading in ("## Targets", f"## {PASSAGES} passages", "## What is measured"):
        assert heading in page
    assert "agree in total and facet counts" in page


def test_a_missing_collection_is_named(repository: Path, tmp_path: Path) -> None:
    missing = tmp_path / "nowhere.tar.xz"
    run = run_bench(repository, "--corpus", str(missing), "--peers", "sqlite")
    assert run.returncode == 2
    assert f"There is no collection at {missing}" in run.stderr
    assert "Traceback" not in run.stderr


def test_jobs_are_compared_and_a_peer_that_is_missing_is_named(repository: Path) -> None:
    arguments = ("--corpus", "generated", "--sizes", "300", "--queries", "5", "--rounds", "1")
    run = run_bench(repository, *arguments, module="bench.jobs")
    assert run.returncode == 0, run.stdout + run.stderr
    size, *jobs = run.stdout.splitlines()
    assert size == "300 passages"
    ratio = r"p50 [\d.]+ \([\d.]+/[\d.]+ ms\), p95 [\d.]+ \([\d.]+/[\d.]+ ms\)"
    outcomes = {name.strip(): said for name, _, said in (job.partition(": ") for job in jobs)}
    assert re.fullmatch(ratio, outcomes.pop("page ÷ ten stored passages"))
    for said in outcomes.values():
        assert re.match(ratio, said) or "left out" in said
