"""``python -m bench``: measure, keep the JSON result, write the page."""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import sys
import tempfile
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from .corpus import (
    BenchDocument,
    CorpusError,
    generated_documents,
    read_regulations,
    take,
    unpack,
    write_corpus,
)
from .measure import Plan, measure_size
from .process import ROOT
from .questions import planted_questions, questions, single_words
from .report import render
from .systems import LABELS, OURS, make_system
from .targets import rows
from .values import MissingPeerError

_SIZES = (10_000, 100_000, 320_000, 1_000_000)
_CORPUS = ROOT.parent / "shared" / "corpora" / "regulations.tar.xz"
_LIBRARIES = ("duansou", "numpy", "tantivy", "whoosh3", "rjieba")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the bench. The exit code is 0 whatever the figures are, 2 without a collection."""
    options = _options(arguments)
    json_file: Path = options.out.with_suffix(".json")
    if options.report_only:
        _write(options.out, render(json.loads(json_file.read_text(encoding="utf-8"))))
        return 0
    systems = tuple(name for name in options.peers if _is_there(name))
    with tempfile.TemporaryDirectory(prefix="duansou-bench-", dir=options.work) as folder:
        work = Path(folder)
        try:
            documents = _documents(options, work)
        except CorpusError as error:
            print(f"bench: {error}", file=sys.stderr)
            return 2
        plan = Plan(
            systems=(OURS, *systems),
            questions=tuple(questions(documents, options.queries)),
            single_words=tuple(single_words(documents, options.queries)),
            planted=tuple(planted_questions()),
            rounds=options.rounds,
            with_page=not options.no_page,
            say=_say,
        )
        result = about_machine() | {
            "questions": options.queries,
            "rounds": options.rounds,
            "sizes": [],
        }
        for size in sorted(options.sizes):
            corpus = write_corpus(take(documents, size), work / f"{size}.jsonl")
            _say(f"{corpus.passages:,} passages")
            result["sizes"].append(measure_size(corpus, plan, work))
            corpus.path.unlink()
            # After every size, so that a run that is stopped has not been for nothing.
            _write(json_file, json.dumps(result, ensure_ascii=False) + "\n")
            _write(options.out, render(result))
    for row in rows(result["sizes"]):
        _say(f"{row.passages:>9,}  {row.figure}: {_shown(row.measured)}  target {_aim(row.target)}")
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    peers = [name for name in LABELS if name != OURS]
    parser.add_argument(
        "--sizes", type=_numbers, default=_SIZES, metavar="N,N", help="passages in each index"
    )
    parser.add_argument(
        "--peers",
        type=lambda value: _names(value, peers),
        default=tuple(peers),
        metavar="NAME,NAME",
        help=f"of {', '.join(peers)}",
    )
    parser.add_argument("--queries", type=int, default=200, metavar="N", help="questions to ask")
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="warm rounds")
    parser.add_argument(
        "--out",
        type=Path,
        default=ROOT / "docs" / "bench.md",
        metavar="FILE",
        help="the page; the JSON result goes beside it",
    )
    parser.add_argument(
        "--corpus",
        type=Path,
        default=_CORPUS,
        metavar="PATH",
        help="archive or folder of the regulations; 'generated' makes a small collection up",
    )
    parser.add_argument("--work", type=Path, metavar="DIR", help="folder for temporary files")
    parser.add_argument("--no-page", action="store_true", help="leave the page over HTTP out")
    parser.add_argument(
        "--report-only", action="store_true", help="write the page from the JSON result again"
    )
    return parser.parse_args(arguments)


def _numbers(value: str) -> tuple[int, ...]:
    return tuple(int(part.replace("_", "")) for part in value.split(","))


def _names(value: str, known: Sequence[str]) -> tuple[str, ...]:
    names = tuple(name for name in value.split(",") if name)
    unknown = [name for name in names if name not in known]
    if unknown:
        raise argparse.ArgumentTypeError(f"{unknown[0]} is none of {', '.join(known)}")
    return names


def _is_there(name: str) -> bool:
    try:
        make_system(name)
    except MissingPeerError as error:
        _say(str(error))
        return False
    return True


def _documents(options: argparse.Namespace, work: Path) -> list[BenchDocument]:
    if str(options.corpus) == "generated":
        return generated_documents(max(options.sizes))
    into = work / "collection"
    into.mkdir()
    return read_regulations(unpack(options.corpus, into))


def about_machine() -> dict[str, Any]:
    """The day, the machine and the libraries, for the record of a run."""
    return {
        "date": datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d"),
        "machine": {
            "processors": os.cpu_count(),
            "memory_gb": _memory_gb(),
            "platform": f"{platform.system()} {platform.machine()}",
        },
        "versions": {"Python": platform.python_version(), **_versions()},
    }


def _memory_gb() -> int | None:
    try:
        return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9)
    except (AttributeError, OSError, ValueError):
        return None


def _versions() -> dict[str, str]:
    import sqlite3

    found = {"SQLite": sqlite3.sqlite_version}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _shown(values: tuple[float | None, float | None]) -> str:
    return ", ".join(f"{value:.4g}" for value in values if value is not None)


def _aim(values: tuple[float | None, float | None]) -> str:
    return ", ".join("-" if value is None else f"{value:g}" for value in values)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
