"""Are the paragraphs of printed pages read as they were set? Made pages of every kind, as PDF.

For each kind: the share of its paragraphs that are read whole, of its notes told apart, and the
milliseconds for a page. With folders, also of each PDF and OFD in them that has its text beside
it in ``NAME.expected.txt``: the share of characters that are right and in order (white space and
page furniture aside), and of stretches of 12 characters of a paragraph that stand in one paragraph.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from printed_pages import KINDS, pdf_of
from search.errors import UnreadableFileError
from search.reading.extract import Extract
from search.reading.formats import extract_text

_FLOOR = 0.95
_STRETCH_CHARS = 12


def _plain(text: str) -> str:
    return "".join(text.split())


def _paragraphs(extract: Extract, kind: str = "") -> list[str]:
    """The paragraphs that stand apart as this kind, or those of the text."""
    apart = extract.guide.apart if extract.guide else {}
    return [
        _plain(line)
        for number, line in enumerate(extract.text.split("\n"), start=1)
        if (apart[number][1] if number in apart else "") == kind
    ]


def _distance(one: str, other: str) -> int:
    """Insertions, deletions and changes of a character that lead from one text to the other."""
    a = np.array([ord(c) for c in one])
    b = np.array([ord(c) for c in other])
    places = np.arange(len(b) + 1)
    row = places
    for number, code in enumerate(a.tolist(), start=1):
        after = np.empty_like(row)
        after[0] = number
        after[1:] = np.minimum(row[:-1] + (b != code), row[1:] + 1)
        row = np.minimum.accumulate(after - places) + places
    return int(row[-1])


def _of_file(path: Path, expected: Path) -> str:
    right = [_plain(line) for line in expected.read_text("utf-8").splitlines() if line.strip()]
    try:
        read = _paragraphs(extract_text(path.read_bytes(), path.name))
    except UnreadableFileError as error:
        return f"{path.name:24} not read: {error}"
    whole, wanted = "".join(read), "".join(right)
    characters = 1 - _distance(wanted, whole) / max(len(wanted), 1)
    stretches = [
        text[at : at + _STRETCH_CHARS]
        for text in right
        for at in range(max(1, len(text) - _STRETCH_CHARS + 1))
    ]
    joined = "\n".join(read)
    found = sum(stretch in joined for stretch in stretches) / max(len(stretches), 1)
    return f"{path.name:24} characters {characters:.4f}  stretches {found:.4f}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures; 1 where a kind is below its floor."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--seeds", type=int, default=4, help="texts of each kind")
    options = parser.parse_args(arguments)
    below = 0
    for kind, make in KINDS.items():
        right = paragraphs = pages = notes = noted = 0
        seconds = 0.0
        for seed in range(options.seeds):
            made = make(random.Random(seed))
            data = pdf_of(made.pages)
            began = time.process_time()
            extract = extract_text(data, "a.pdf")
            seconds += time.process_time() - began
            read = set(_paragraphs(extract))
            right += sum(_plain(text) in read for text in made.paragraphs)
            apart = set(_paragraphs(extract, "note"))
            noted += sum(_plain(text) in apart for text in made.notes)
            paragraphs += len(made.paragraphs)
            notes += len(made.notes)
            pages += len(made.pages)
        share = right / paragraphs
        below += share < _FLOOR or noted < _FLOOR * notes
        told = f"  notes {noted} of {notes}" if notes else ""
        print(
            f"{kind:34} pages {pages:3}  paragraphs {right} of {paragraphs} ({share:.3f})"
            f"  {1000 * seconds / pages:.0f} ms a page{told}"
        )
    for folder in options.folders:
        for path in sorted(folder.iterdir()):
            expected = path.with_name(f"{path.name}.expected.txt")
            if path.suffix in (".pdf", ".ofd") and expected.exists():
                print(_of_file(path, expected))
    return 1 if below else 0


if __name__ == "__main__":
    sys.exit(main())
