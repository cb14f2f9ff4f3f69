"""``python -m proofs.words``: jieba and rjieba give the same words of every corpus that is here."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from proofs.page import write_section
from segmented import corpora, differing, runs_of


def main(arguments: list[str] | None = None) -> int:
    """Run the proof and write its section; the exit code is 1 if any word differs."""
    parser = argparse.ArgumentParser(prog="python -m proofs.words", description=__doc__)
    parser.add_argument("folder", type=Path, help="of .jsonl, .jsonl.gz and .tar.xz")
    parser.add_argument("--every", type=int, default=1, help="of so many runs one is compared")
    options = parser.parse_args(arguments)
    began, rows = time.monotonic(), []
    for name, texts in corpora(options.folder):
        compared, different = differing(runs_of(texts), options.every)
        rows.append((name, compared, len(different)))
        print(name, compared, *different[:5], file=sys.stderr)
    write_section(
        "Words",
        "A case is a run of Han characters, each once in a corpus: jieba and rjieba cut it into "
        "the same words, and for search into the same words inside of words.",
        rows,
        time.monotonic() - began,
        [f"Of {options.every} runs one was compared."] if options.every > 1 else (),
    )
    return int(any(failures for _, _, failures in rows))


if __name__ == "__main__":
    sys.exit(main())
