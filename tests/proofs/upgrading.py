"""``python -m proofs.upgrading``: upgrade an index of every format, and kill that very often."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from older_indexes import answers, broken_promises, check_killed, kept_indexes, run
from proofs.page import Row, write_section


def main(arguments: list[str] | None = None) -> int:
    """Run the proof and write its section; the exit code is 1 if anything failed."""
    parser = argparse.ArgumentParser(prog="python -m proofs.upgrading", description=__doc__)
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    began = time.monotonic()
    random_ = random.Random(options.seed)
    kept = kept_indexes()
    older = [each for each in kept if each.is_older]

    def promises(number: int, work: Path) -> None:
        before = kept[number].answers
        index = kept[number].unpack(work)
        assert run(index, "upgrade", "--quiet")[0] == 0
        assert not broken_promises(before, answers(index, before["shown"]))

    rows = [
        _row("formats opened with every promise kept", len(kept), promises),
        _row(
            "upgrade killed (SIGKILL)",
            options.kills,
            lambda number, work: check_killed(older[number % len(older)], work, random_),
        ),
    ]
    write_section(
        "Older formats",
        "A case is one index as an earlier version wrote it (`tests/data/older-indexes`), brought "
        "up to date by `duansou upgrade`. Documents, ids, wordings, citations, manifest and what "
        "searches find must be what that version answered; after a kill the old index or the new "
        "one must be there whole, and the next upgrade must complete.",
        rows,
        time.monotonic() - began,
    )
    return int(any(failures for _, _, failures in rows))


def _row(what: str, cases: int, check: Callable[[int, Path], None]) -> Row:
    failures = 0
    for number in range(cases):
        with tempfile.TemporaryDirectory() as folder:
            try:
                check(number, Path(folder))
            except Exception:
                failures += 1
                traceback.print_exc()
        print(f"\r{what}: {number + 1}", end="", file=sys.stderr)
    print(file=sys.stderr)
    return what, cases, failures


if __name__ == "__main__":
    sys.exit(main())
