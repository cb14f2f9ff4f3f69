"""``python -m proofs.upgrading``: upgrade an index of every format, and kill that very often."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from pathlib import Path

from older_indexes import answers, broken_promises, check_killed, kept_indexes, run
from proofs.page import Proof


def main(arguments: list[str] | None = None) -> int:
    """Run the proof and write its section; the exit code is 1 if anything failed."""
    parser = argparse.ArgumentParser(prog="python -m proofs.upgrading", description=__doc__)
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    checked = Proof()
    random_ = random.Random(options.seed)
    kept = kept_indexes()
    older = [each for each in kept if each.is_older]

    def promises(number: int) -> None:
        before = kept[number].answers
        with tempfile.TemporaryDirectory() as work:
            index = kept[number].unpack(Path(work))
            assert run(index, "upgrade", "--quiet")[0] == 0
            assert not broken_promises(before, answers(index, before["shown"]))

    def killed(number: int) -> None:
        with tempfile.TemporaryDirectory() as work:
            check_killed(older[number % len(older)], Path(work), random_)

    checked.repeat("formats opened with every promise kept", len(kept), promises)
    checked.repeat("upgrade killed (SIGKILL)", options.kills, killed)
    return checked.write(
        "Older formats",
        "A case is one index as an earlier version wrote it (`tests/data/older-indexes`), brought "
        "up to date by `duansou upgrade`. Documents, ids, wordings, citations, manifest and what "
        "searches find must be what that version answered; after a kill the old index or the new "
        "one must be there whole, and the next upgrade must complete.",
    )


if __name__ == "__main__":
    sys.exit(main())
