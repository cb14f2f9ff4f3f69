"""``python -m proofs.engine``: very many generated cases against the oracles.

Cases are made in chunks with a seed each, so that one that failed can be run again alone, memory
stays flat and the run can stop after any of them.
"""

from __future__ import annotations

import argparse
import itertools
import multiprocessing
import sys
import traceback
import warnings
from collections.abc import Callable, Mapping
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from generated import CHANGES, REQUESTS, STEPS, documents, queries
from oracles import check_formula, check_history, check_stock_searcher, check_two_of_each
from proofs.page import Proof

_CHUNK = 100
"""Cases of one seed."""

Check = tuple[Mapping[str, st.SearchStrategy[Any]], Callable[..., None], Mapping[str, Any]]
"""What is generated, what takes it, what else that is given."""

_HISTORY = {
    "history": st.lists(CHANGES, min_size=1, max_size=4),
    "requests": st.lists(REQUESTS, min_size=1, max_size=6),
}
_SCORES = {"corpus": st.lists(documents(), max_size=6), "query": queries()}
_STOCK = {
    "history": st.lists(CHANGES, min_size=1, max_size=3),
    "asked": st.lists(queries(), min_size=1, max_size=4),
}
CHECKS: Mapping[str, Check] = {
    "naive engine, segments apart": (_HISTORY, check_history, {"merge_below_passages": 0}),
    "naive engine, some merged": (_HISTORY, check_history, {"merge_below_passages": 3}),
    "naive engine, all merged": (_HISTORY, check_history, {"merge_below_passages": 2_000}),
    "the formula, looked up": (_SCORES, check_formula, {"lookup_cost": 0}),
    "the formula, added up": (_SCORES, check_formula, {"lookup_cost": 10**9}),
    "stock Whoosh searcher": (_STOCK, check_stock_searcher, {}),
    "two writers and two readers": ({"steps": STEPS}, check_two_of_each, {}),
}


def run_chunk(work: tuple[str, int, int]) -> tuple[str, int, str]:
    """Run (check, seed, cases); gives (check, cases run, what failed or nothing)."""
    name, number, cases = work
    strategies, check, fixed = CHECKS[name]
    run = 0

    @seed(number)
    @settings(
        max_examples=cases,
        deadline=None,
        database=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(**strategies)
    def each(**case: Any) -> None:
        nonlocal run
        run += 1
        check(**case, **fixed)

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            each()
    except Exception:
        return name, run, f"{name}, seed {number}:\n{traceback.format_exc()}"
    return name, run, ""


def main(arguments: list[str] | None = None) -> int:
    """Run the proof and write its section; the exit code is 1 if anything failed."""
    parser = argparse.ArgumentParser(prog="python -m proofs.engine", description=__doc__)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--minutes", type=float, default=0, help="stop after; 0 is never")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0, help="of the first chunk")
    parser.add_argument("--only", choices=CHECKS, help="one of the checks, in a section of its own")
    options = parser.parse_args(arguments)
    checks = [options.only] if options.only else list(CHECKS)
    names = itertools.cycle(checks)
    work = [
        (next(names), options.seed + n, min(_CHUNK, options.cases - done))
        for n, done in enumerate(range(0, options.cases, _CHUNK))
    ]
    checked = Proof(*((name, 0, 0) for name in checks))
    with multiprocessing.get_context("spawn").Pool(options.jobs) as pool:
        for name, run, failed in pool.imap_unordered(run_chunk, work):
            checked.add((name, run, bool(failed)))
            if failed:
                print(failed, file=sys.stderr)
            took = checked.seconds
            done = checked.cases.total()
            print(f"\r{done:,} cases, {took / 60:.1f} min", end="", file=sys.stderr)
            if options.minutes and took > options.minutes * 60:
                break
    print(file=sys.stderr)
    notes = []
    if checked.cases.total() < options.cases:
        notes.append(f"The run was stopped by its time limit before {options.cases:,} cases.")
    return checked.write(
        f"Engine: {options.only}" if options.only else "Engine",
        "A case is a generated history of commits or a collection, with the queries asked of it. "
        "Documents, totals, facets, labels, order and scores must be those of the oracle.",
        *notes,
    )


if __name__ == "__main__":
    sys.exit(main())
