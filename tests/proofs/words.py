"""``python -m proofs.words``: jieba and rjieba give the same words of every corpus that is here.

But for runs in which two ways are equally probable, as after a character that the model of jieba
does not know (䲟): rounding then decides. Of 100,000 runs one may be such a run.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from proofs.page import Proof
from segmented import corpora, differing, runs_of


def main(arguments: list[str] | None = None) -> int:
    """Run the proof and write its section; the exit code is 1 if any word differs."""
    parser = argparse.ArgumentParser(prog="python -m proofs.words", description=__doc__)
    parser.add_argument("folder", type=Path, help="of .jsonl, .jsonl.gz and .tar.xz")
    parser.add_argument("--every", type=int, default=1, help="of so many runs one is compared")
    options = parser.parse_args(arguments)
    checked = Proof()
    for name, texts in corpora(options.folder):
        compared, different = differing(runs_of(texts), options.every)
        checked.add((name, compared, len(different)))
        print(name, compared, *different[:5], file=sys.stderr)
    checked.write(
        "Words",
        "A case is a run of Han characters, each once in a corpus: jieba and rjieba cut it into "
        "the same words, and for search into the same words inside of words. Where two ways are "
        "equally probable rounding decides, which is of little harm: a passage is found literally "
        "too. Of 100,000 runs one may differ so.",
        *([f"Of {options.every} runs one was compared."] if options.every > 1 else []),
    )
    return int(checked.failures.total() * 100_000 > checked.cases.total())


if __name__ == "__main__":
    sys.exit(main())
