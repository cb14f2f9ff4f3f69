"""Keep a small index of the present format in the tests, so that later versions must read it.

    python tools/keep_index.py            writes tests/data/older-indexes/<format>.zip
    python tools/keep_index.py --as NAME  names it otherwise: for what changed without a number

It runs with the code that is imported: ``PYTHONPATH=<sources of an earlier version>`` makes one of
that version. What is there already is never written over.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT / "tests"))

from older_indexes import FOLDER, make  # noqa: E402


def keep() -> None:
    """Make the index and keep it under its name."""
    parser = argparse.ArgumentParser(description="Keep a small index of the present format.")
    parser.add_argument("--as", dest="name", metavar="NAME", help="name of the file")
    name = parser.parse_args().name
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "made.zip"
        found = make(Path(folder) / "work", made)
        target = FOLDER / f"{name or found}.zip"
        if target.exists():
            sys.exit(f"{target} is there already: an index of this format is kept.")
        shutil.copyfile(made, target)
    print(f"kept {target.name} ({target.stat().st_size:,} bytes)")


if __name__ == "__main__":
    keep()
