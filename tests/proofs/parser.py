"""``python -m proofs.parser``: very many hostile query texts and addresses with them, each of which
must mean something or be refused."""

from __future__ import annotations

import argparse
import random
import sys

from fuzzed_queries import LIMIT_MS, check_address, check_query, fuzzed
from proofs.page import Proof
from search.analysis.words import Analyzer

_CHUNK = 1000
"""Texts of one seed."""
_ADDRESSES = 2
"""Of each text."""


def main(arguments: list[str] | None = None) -> int:
    """Run the proof and write its section; the exit code is 1 if anything failed."""
    parser = argparse.ArgumentParser(prog="python -m proofs.parser", description=__doc__)
    parser.add_argument("--texts", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=0, help="of the first chunk")
    parser.add_argument("--minutes", type=float, default=0, help="stop after; 0 is never")
    options = parser.parse_args(arguments)
    analyzer = Analyzer()
    analyzer.words("先读词典")
    checked = Proof()
    for number in range(-(-options.texts // _CHUNK)):
        size = min(_CHUNK, options.texts - number * _CHUNK)
        chance = random.Random(options.seed + number)
        for place, text in enumerate(fuzzed(size, options.seed + number)):
            any_term = place % 4 == 0
            kind = "any of the words" if any_term else "all of the words"
            problem = check_query(text, analyzer, any_term=any_term)
            where = f"seed {options.seed + number}, {text[:80]!r}"
            checked.note(kind, problem and f"{where}: {problem}")
            for _ in range(_ADDRESSES):
                problem = check_address(text, chance)
                checked.note("addresses", problem and f"{where}: {problem}")
        if options.minutes and checked.seconds > options.minutes * 60:
            break
    notes = [
        f"No text may raise, take more than {LIMIT_MS} ms or exceed the largest tree. An address "
        "is refused in a sentence, or means a state whose own address means that state again."
    ]
    if checked.cases.total() < options.texts:
        notes.append(f"The run was stopped by its time limit before {options.texts:,} texts.")
    return checked.write(
        "Parser",
        "A case is one query text made of operators, brackets, quotation marks, fields, wildcards, "
        "Han and other characters, up to 10,000 of them, or the address of a page that has it.",
        *notes,
    )


if __name__ == "__main__":
    sys.exit(main())
