"""``python -m proofs.durability``: kill the writer and fail its disk, very many times."""

from __future__ import annotations

import argparse
import itertools
import random
import sys
import tempfile
import traceback
from pathlib import Path

from durability import FAULTS, check_fault, check_kills
from proofs.page import Proof

_COMMITS = {"a new segment": 5, "a merge of some": 4, "a merge of all": 3}
"""Which commit fails → the number of the commit before it."""


def main(arguments: list[str] | None = None) -> int:
    """Run the proof and write its section; the exit code is 1 if anything failed."""
    parser = argparse.ArgumentParser(prog="python -m proofs.durability", description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    checked = Proof()
    reads = _kills(checked, options.kills, random.Random(options.seed))
    for kind in FAULTS:
        _faults(checked, kind)
    return checked.write(
        "Durability",
        "A case is one writer stopped, or one call failing: every write, rename, sync and removal "
        "of three kinds of commit in turn. Afterwards a whole commit must be there, the open "
        "reader must see it, and the next writer must start at once and complete.",
        f"While the writers ran, {reads:,} searches were answered, each from one whole commit.",
    )


def _kills(checked: Proof, moments: int, random_: random.Random) -> int:
    kind, reads = "writer killed (SIGKILL)", 0
    while checked.cases[kind] < moments:
        with tempfile.TemporaryDirectory() as folder:
            try:
                for between in check_kills(Path(folder), moments - checked.cases[kind], random_):
                    checked.note(kind, None)
                    reads += between
                    print(f"\rkilled {checked.cases[kind]} times", end="", file=sys.stderr)
            except Exception:
                checked.note(kind, traceback.format_exc())
    print(file=sys.stderr)
    return reads


def _faults(checked: Proof, kind: str) -> None:
    for name, first in _COMMITS.items():
        for at in itertools.count(1):
            print(f"\r{kind}, {name}, call {at}   ", end="", file=sys.stderr)
            problem = None
            with tempfile.TemporaryDirectory() as folder:
                try:
                    if not check_fault(Path(folder), kind, at, first):
                        break
                except Exception:
                    problem = traceback.format_exc()
            checked.note(kind, problem)
            if checked.failures[kind] > 20:
                return
    print(file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
