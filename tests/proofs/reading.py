"""Does any broken file crash, hang or silence the reading of the others? All in one folder.

Each must be named with the reason, or be read; none may take longer than its limit, and the sound
files between them must all be found. Runs ``duansou index`` as a user does.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from itertools import chain
from pathlib import Path

from broken_files import GOOD_TEXT, broken_files, mutated_files
from proofs.page import Proof
from search import open_index

_TIMEOUT_S = 20
_MEMORY_MB = 600

Verdict = tuple[str, str, str | None]
"""(kind, file name, what went wrong or None)."""


def check_folder(
    folder: Path, files: Iterable[tuple[str, str, bytes]], limit_s: float
) -> tuple[list[Verdict], Counter[str]]:
    """Write the files, index their folder, and judge each; also how many were refused or read.

    A run that crashes or is not done within ``limit_s`` seconds fails for every file.
    """
    documents = folder / "documents"
    documents.mkdir()
    kinds = {}
    for number, (kind, name, content) in enumerate(files):
        (documents / name).write_bytes(content)
        kinds[name] = kind
        if number % 50 == 0:
            (documents / f"{name}-whole.txt").write_text(f"{GOOD_TEXT}{number}。", encoding="utf-8")
    whole = sorted(path.name for path in documents.glob("*-whole.txt"))
    environment = dict(os.environ)
    environment["DUANSOU_READ_TIMEOUT_S"] = str(_TIMEOUT_S)
    environment["DUANSOU_READ_MEMORY_MB"] = str(_MEMORY_MB)
    command = [sys.executable, "-m", "search", "index", str(documents), "--index"]
    try:
        done = subprocess.run(
            [*command, str(folder / "index")],
            capture_output=True,
            env=environment,
            timeout=limit_s,
            check=False,
            encoding="utf-8",
        )
    except subprocess.TimeoutExpired:
        return [(kind, name, "the run hung") for name, kind in kinds.items()], Counter()
    if done.returncode != 3:
        why = f"the run ended with {done.returncode}: {done.stderr[-2000:]}"
        return [(kind, name, why) for name, kind in kinds.items()], Counter()
    reasons: dict[str, str] = {}
    reason: str | None
    for line in done.stderr.splitlines():
        if line.startswith("skipped "):
            path, _, reason = line.removeprefix("skipped ").partition(": ")
            reasons.setdefault(_file(path), str(reason))
    with open_index(folder / "index") as index:
        read = {_file(path) for document in index.documents() for path in document.paths}
        lost = [name for name in whole if name not in read]
    verdicts: list[Verdict] = []
    outcomes: Counter[str] = Counter()
    for name, kind in kinds.items():
        reason = reasons.get(name)
        outcomes["named with the reason"] += reason is not None
        outcomes["read"] += name in read
        problem = None if reason or name in read else "neither read nor named"
        if reason and "more than" in reason and "seconds" in reason:
            outcomes["ended by the time limit"] += 1
        verdicts.append((kind, name, problem))
    verdicts += [("sound files between", name, "lost") for name in lost]
    return verdicts, outcomes


def _file(path: str) -> str:
    """The file that a path lies in."""
    return path.partition("!/")[0].partition("#")[0]


def main(arguments: list[str] | None = None) -> int:
    """Run the proof and write its section; the exit code is 1 if anything failed."""
    parser = argparse.ArgumentParser(prog="python -m proofs.reading", description=__doc__)
    parser.add_argument("--files", type=int, default=500)
    parser.add_argument("--each", type=int, default=100, help="broken files of an office format")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    checked = Proof()
    with tempfile.TemporaryDirectory() as folder:
        verdicts, outcomes = check_folder(
            Path(folder),
            chain(
                broken_files(options.files, options.seed),
                mutated_files(options.each, options.seed),
            ),
            _TIMEOUT_S * options.files,
        )
    for kind, name, problem in verdicts:
        checked.note(kind, problem and f"{name} ({kind}): {problem}")
    told = ", ".join(f"{count} {name}" for name, count in sorted(outcomes.items()))
    return checked.write(
        "Reading",
        "A case is one file broken on purpose, among the others in one folder that `duansou index` "
        "reads. It must be read, or named with the reason; the run must end, and the sound files "
        "between must be found.",
        f"Of the files, {told}; of a file of many documents, some may be read and others named.",
    )


if __name__ == "__main__":
    sys.exit(main())
