"""``python -m proofs.integrity``: damage an index in a thousand ways and ask it everything."""

from __future__ import annotations

import argparse
import itertools
import random
import sys
import tempfile
from collections import Counter
from pathlib import Path

from integrity import CASES, DAMAGES, MADE, check_case, make
from proofs.page import Proof

_FAILED = ("wrong", "crash")


def main(arguments: list[str] | None = None) -> int:
    """Run the proof and write its section; the exit code is 1 if anything failed."""
    parser = argparse.ArgumentParser(prog="python -m proofs.integrity", description=__doc__)
    parser.add_argument("--cases", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-page", action="store_true", help="Only print the figures.")
    options = parser.parse_args(arguments)
    checked = Proof()
    outcomes: Counter[tuple[str, str]] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        made = {name: make(Path(folder) / str(n), name) for n, name in enumerate(MADE)}
        # At rest is what nearly every damage is; the others take their turns.
        kinds = itertools.cycle(["damaged at rest"] * 5 + list(CASES))
        for number in range(options.cases):
            chance = random.Random(f"{options.seed} {number}")
            kind, damage = next(kinds), chance.choice(list(DAMAGES))
            history = chance.choice(list(MADE))
            case = check_case(made[history], kind, damage, chance)
            outcomes[kind, case.worst] += 1
            if case.worst in _FAILED:
                print(f"\n{case.worst}: {history}, {kind}, {damage}: {case.what}", file=sys.stderr)
            print(f"\r{number + 1} cases", end="", file=sys.stderr)
    print(file=sys.stderr)
    count = {name: sum(n for (_, of), n in outcomes.items() if of == name) for name in _ALL}
    for kind in CASES:
        cases, failures = (sum(outcomes[kind, of] for of in worst) for worst in (_ALL, _FAILED))
        checked.add((kind, cases, failures))
    note = (
        f"Silently wrong: {count['wrong']}. Tracebacks: {count['crash']}. Refused in a sentence "
        f"that says what mends it: {count['sentence']}. Answered everything as before, the damage "
        f"mended or of no consequence to what was asked: {count['same']}."
    )
    if options.no_page:
        print(*checked.rows, note, sep="\n")
        return int(checked.failures.total() > 0)
    return checked.write(
        "Integrity: damaged indexes",
        "A case is one file of an index damaged at one place (a bit, bytes, zeros, a cut): an "
        "index of one segment, of several with deletions, after a merge, or rewritten by "
        "`forget`. Then searches, facets, passages, documents, citations, exports and "
        "`duansou check` are asked, through the page, its JSON and the command line. Each must "
        "answer as before the damage or refuse in a sentence that says what mends it, and "
        "`check` must never call a damaged index whole.",
        note,
    )


_ALL = ("same", "sentence", "wrong", "crash")

if __name__ == "__main__":
    sys.exit(main())
