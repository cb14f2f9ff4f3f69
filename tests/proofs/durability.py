"""``python -m proofs.durability``: kill the writer and fail its disk, very many times."""

from __future__ import annotations

import argparse
import itertools
import random
import sys
import tempfile
import time
import traceback
from pathlib import Path

from durability import FAULTS, check_fault, check_kills
from proofs.page import Row, write_section

_COMMITS = {"a new segment": 5, "a merge of some": 4, "a merge of all": 3}
"""Which commit fails → the number of the commit before it."""


def main(arguments: list[str] | None = None) -> int:
    """Run the proof and write its section; the exit code is 1 if anything failed."""
    parser = argparse.ArgumentParser(prog="python -m proofs.durability", description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    began = time.monotonic()
    kills, reads = _kills(options.kills, random.Random(options.seed))
    rows = [kills, *(_faults(kind) for kind in FAULTS)]
    write_section(
        "Durability",
        "A case is one writer stopped, or one call failing: every write, rename, sync and removal "
        "of three kinds of commit in turn. Afterwards a whole commit must be there, the open "
        "reader must see it, and the next writer must start at once and complete.",
        rows,
        time.monotonic() - began,
        [f"While the writers ran, {reads:,} searches were answered, each from one whole commit."],
    )
    return int(any(failures for _, _, failures in rows))


def _kills(moments: int, random_: random.Random) -> tuple[Row, int]:
    cases = failures = reads = 0
    while cases < moments:
        with tempfile.TemporaryDirectory() as folder:
            try:
                for between in check_kills(Path(folder), moments - cases, random_):
                    cases += 1
                    reads += between
                    print(f"\rkilled {cases} times", end="", file=sys.stderr)
            except Exception:
                cases += 1
                failures += 1
                traceback.print_exc()
    print(file=sys.stderr)
    return ("writer killed (SIGKILL)", cases, failures), reads


def _faults(kind: str) -> Row:
    cases = failures = 0
    for name, first in _COMMITS.items():
        for at in itertools.count(1):
            print(f"\r{kind}, {name}, call {at}   ", end="", file=sys.stderr)
            with tempfile.TemporaryDirectory() as folder:
                try:
                    if not check_fault(Path(folder), kind, at, first):
                        break
                except Exception:
                    failures += 1
                    traceback.print_exc()
                    if failures > 20:
                        return kind, cases, failures
            cases += 1
    print(file=sys.stderr)
    return kind, cases, failures


if __name__ == "__main__":
    sys.exit(main())
