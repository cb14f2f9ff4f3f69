"""Name the official words of the list of everyday words that no passage of an index has.

    python tools/check_everyday.py --index INDEX

The index should be of national and local law. Exit code 1 where a word is missing.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from search import open_index
from search.analysis.equivalence import everyday_words


def main() -> int:
    """Look every official word up."""
    parser = argparse.ArgumentParser(description="Check the list of everyday words.")
    parser.add_argument("--index", type=Path, required=True)
    options = parser.parse_args()
    others = everyday_words().others
    official = sorted({other for words in others.values() for other in words})
    with open_index(options.index) as index:
        missing = [word for word in official if not index.search(f'"{word}"', limit=1).total]
    pairs = sum(map(len, others.values()))
    print(
        f"{len(others)} everyday words, {pairs} pairs, {len(official)} official words, "
        f"{len(missing)} of them nowhere{': ' if missing else ''}{' '.join(missing)}"
    )
    return int(bool(missing))


if __name__ == "__main__":
    sys.exit(main())
