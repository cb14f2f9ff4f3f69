"""``python -m proofs.shown``: what people type is answered on the page, with floors."""

from __future__ import annotations

import argparse
import json
import sys
import tarfile
import tempfile
from pathlib import Path

from click.testing import CliRunner

from search.cli import main as duansou

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
FLOORS = {
    SHARED / "eval/natural": {"answered": 0.90, "by_passage": 0.85, "kind": 0.75},
    ROOT / "tests/data/questions/regulations": {"answered": 0.85, "by_passage": 0.85, "kind": 0.85},
}
"""Of each set: the least share that is answered, by a passage, and of any kind."""


def main(arguments: list[str] | None = None) -> int:
    """Measure, and say what is below its floor; the exit code is 1 if anything is."""
    parser = argparse.ArgumentParser(prog="python -m proofs.shown", description=__doc__)
    parser.add_argument("--index", type=Path, help="an index of the regulations; else it is made")
    options = parser.parse_args(arguments)
    corpus = SHARED / "corpora/regulations.tar.xz"
    if options.index is None and not corpus.is_file():
        print(f"{corpus} is not here: nothing was measured", file=sys.stderr)
        return 0
    with tempfile.TemporaryDirectory() as scratch:
        index = options.index or _indexed(corpus, Path(scratch))
        below = [line for set_dir in FLOORS for line in _below(set_dir, index)]
    print("\n".join(below) or "every share is at its floor or above")
    return bool(below)


def _indexed(corpus: Path, scratch: Path) -> Path:
    with tarfile.open(corpus) as archive:
        archive.extractall(scratch / "files", filter="data")
    _run("index", scratch / "files", "--index", scratch / "index")
    return scratch / "index"


def _below(set_dir: Path, index: Path) -> list[str]:
    if not (set_dir / "natural.jsonl").is_file():
        return []
    record = json.loads(_run("evaluate", set_dir, "--json", "--index", index))
    print(json.dumps({name: record[name] for name in ("answered", "by_passage", "kinds")}))
    floors = FLOORS[set_dir]
    shares = [(name, record[name], floors[name]) for name in ("answered", "by_passage")]
    shares += [(kind, of["answered"], floors["kind"]) for kind, of in record["kinds"].items()]
    return [
        f"{set_dir.name}: {name} is {share}, below {floor}"
        for name, share, floor in shares
        if share < floor
    ]


def _run(*arguments: object) -> str:
    done = CliRunner().invoke(duansou, [*map(str, arguments)], catch_exceptions=False)
    if done.exit_code:
        raise SystemExit(done.output)
    return done.stdout


if __name__ == "__main__":
    raise SystemExit(main())
