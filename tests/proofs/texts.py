"""``python -m proofs.texts``: no units of text cost a reader more than their length.

Chance texts of units that the readers look for, through every reader, finder of quotations and
pattern of the package.
"""

from __future__ import annotations

import argparse
import itertools
import logging
import sys
from collections.abc import Callable

from costly_documents import Costly, cpu_s, growth, patterns_of, single_texts, texts
from proofs.page import Proof
from reading_doors import doors, patterns
from search.citing.quotes.drafts import quotations_of

_CHARS = 2000
_FREE_S = 0.1
_PATTERN_S = 0.25
_PATTERNS = "patterns on 200 characters of their own"
_DEAREST = (
    ("16,000 × `「『` in a draft", lambda: quotations_of("「『" * 16_000)),
    ("16,000 × `![` in Markdown", lambda: quotations_of("![" * 16_000, is_markdown=True)),
)


def main(arguments: list[str] | None = None) -> int:
    """Run the proof and write its section; the exit code is 1 if anything failed."""
    parser = argparse.ArgumentParser(prog="python -m proofs.texts", description=__doc__)
    parser.add_argument("--texts", type=int, default=2_000, help="for each reader")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    logging.disable(logging.CRITICAL)
    checked = Proof()
    slowest: tuple[float, str] = (0.0, "")
    ways = doors()
    for door, work in ways.items():
        cpu_s(lambda: work("先读词典。"))  # noqa: B023
        for costly in itertools.chain(single_texts(), texts(options.texts, options.seed)):
            for text in (costly.of, costly.in_lines):
                problem = growth(work, text, _CHARS, _FREE_S)
                checked.note(door, problem and f"{door}, {costly}: {problem}")
        slowest = max(slowest, _seconds(door, work))
    for name, pattern in patterns():
        for own in patterns_of(pattern, max(20, options.texts // 10), options.seed):
            spent = cpu_s(lambda: (pattern.search(own), pattern.match(own)), 2)  # noqa: B023
            problem = f"{name}, {own!r}: {spent:.2f} s" if spent > _PATTERN_S else None
            checked.note(_PATTERNS, problem)
    dearest = "; ".join(f"{name} {cpu_s(work):.2f} s" for name, work in _DEAREST)
    return checked.write(
        "Texts",
        "A case is a text of signs, words and white space that the readers look for, repeated: "
        f"{4 * _CHARS:,} characters of it may take at most eight times as long as {_CHARS:,}, as "
        "one line and as many.",
        f"Time of the processor: {dearest}; 40,000 characters of `2018、` in a file at most "
        f"{slowest[0]:.2f} s ({slowest[1]}).",
    )


def _seconds(door: str, work: Callable[[str], object]) -> tuple[float, str]:
    text = Costly("", "2018、", "").of(40_000)
    return cpu_s(lambda: work(text)), door


if __name__ == "__main__":
    sys.exit(main())
