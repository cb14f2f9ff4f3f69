"""``python -m bench.reading [FOLDER ...]``: how fast are documents read, before they are indexed?

Text: the five documents of seeds/, again and again, from bytes to paragraphs with facets, in one
process; megabytes of UTF-8 per second of processor time. Pages: those of ../shared/eval/html,
likewise, pages per second. A folder given instead is read as `duansou index` reads it, with its
processes.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections import Counter
from pathlib import Path

from search.documents.document import Document, sha256_hex
from search.facets.topic import Taxonomy
from search.reading.document import read_document
from search.reading.files import find_files
from search.reading.formats import is_container
from search.reading.workers import Readers

from .process import ROOT

_SECONDS = 5.0
_PAGES = ROOT.parent / "shared" / "eval" / "html" / "pages"


def megabytes_per_s(files: list[Path], seconds: float = _SECONDS) -> float:
    """Megabytes of text files that one process turns into documents in a second."""
    bytes_read, elapsed, _ = _repeat(files, seconds)
    return bytes_read / 1e6 / elapsed


def pages_per_s(files: list[Path], seconds: float = _SECONDS) -> float:
    """Pages that one process turns into documents in a second."""
    _, elapsed, documents = _repeat(files, seconds)
    return documents / elapsed


def _repeat(files: list[Path], seconds: float) -> tuple[int, float, int]:
    """(bytes, seconds of processor time, documents) of reading the files over and over."""
    taxonomy = Taxonomy.load()
    contents = [(path.name, path.read_bytes()) for path in files]
    for name, data in contents:
        read_document(data, name, taxonomy)
    started = time.process_time()
    bytes_read = documents = 0
    while True:
        for name, data in contents:
            read_document(data, name, taxonomy)
            bytes_read += len(data)
            documents += 1
        elapsed = time.process_time() - started
        if elapsed >= seconds:
            return bytes_read, elapsed, documents


def read_folder(folder: Path) -> None:
    """Read everything below a folder and print how long it took, and the memory of this process."""
    _, files, _ = find_files(folder)
    started = time.perf_counter()
    outcomes: Counter[str] = Counter()
    passages = 0
    with Readers(Taxonomy.load()) as readers:
        tasks = [
            (file, sha256_hex(file.location.read_bytes()))
            for file in files
            if not is_container(file.path)
        ]
        for _, outcome in readers.read(tasks):
            read = isinstance(outcome, Document)
            outcomes["read" if read else "refused"] += 1
            passages += outcome.passage_count if isinstance(outcome, Document) else 0
    elapsed = time.perf_counter() - started
    unit = 1 if sys.platform == "darwin" else 1024
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6
    told = ", ".join(f"{count:,} {name}" for name, count in outcomes.items())
    print(
        f"{folder.name}: {told}, {passages:,} passages in {elapsed:.1f} s "
        f"({sum(outcomes.values()) / elapsed:.0f} files/s), peak memory {peak_mb:.0f} MB"
    )


def main() -> int:
    """Measure and print; 0 whatever the figures are."""
    parser = argparse.ArgumentParser(prog="python -m bench.reading", description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--seconds", type=float, default=_SECONDS)
    options = parser.parse_args()
    for folder in options.folders:
        read_folder(folder)
    if options.folders:
        return 0
    seeds = sorted((ROOT / "seeds").glob("*.txt"))
    print(f"text: {megabytes_per_s(seeds, options.seconds):.1f} MB/s in one process")
    pages = sorted(_PAGES.glob("*.html"))
    if pages:
        print(f"pages: {pages_per_s(pages, options.seconds):.0f} pages/s in one process")
    else:
        print(f"pages: left out, there is no {_PAGES}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
