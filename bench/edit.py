"""``python -m bench.edit FOLDER``: how long until an edit of one file among many is indexed?

The folder is copied and indexed; then one file after another gets a new paragraph, and the whole
command ``duansou index`` is timed, its start included. Each edit is searched for, so that none
counts that was not found.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures; the exit code is 1 where an edit was not found."""
    parser = argparse.ArgumentParser(prog="python -m bench.edit", description=__doc__)
    parser.add_argument("folder", type=Path, help="folder of Markdown or text files")
    parser.add_argument("--edits", type=int, default=7, metavar="N")
    options = parser.parse_args(arguments)
    took_s: list[float] = []
    with tempfile.TemporaryDirectory(prefix="duansou-bench-") as work:
        documents, index = Path(work, "documents"), Path(work, "index")
        shutil.copytree(options.folder, documents)
        _duansou("index", "--index", str(index), str(documents))
        files = sorted(p for p in documents.rglob("*") if p.suffix in (".md", ".txt"))
        for number in range(options.edits):
            sentence = f"第{number}次修改的这一段文字是新加的。"
            file = files[number * len(files) // options.edits]
            with file.open("a", encoding="utf-8") as text:
                text.write(f"\n\n{sentence}\n")
            began = time.perf_counter()
            _duansou("index", "--index", str(index), str(documents))
            took_s.append(time.perf_counter() - began)
            if _duansou("search", f'"{sentence}"', "--index", str(index)):
                print(f"bench: the edit of {file.name} was not found.", file=sys.stderr)
                return 1
    print(
        f"an edit of one of {len(files):,} files: median {statistics.median(took_s):.2f} s, "
        f"{min(took_s):.2f} to {max(took_s):.2f} s, {len(took_s)} edits"
    )
    return 0


def _duansou(*words: str) -> int:
    command = [sys.executable, "-m", "search", *words]
    return subprocess.run(command, check=False, capture_output=True).returncode  # noqa: S603


if __name__ == "__main__":
    sys.exit(main())
