"""``python -m bench.jobs``: what a job takes that users have, beside others that do the same job.

``index.search`` (ten hits, total, three facets, as Python code calls it) beside tantivy-py, which
gets the query segmented; the page over HTTP beside a page of ten stored passages and nothing else,
and beside Datasette's; a quoted phrase as JSON with facets beside Groonga. What is not installed is
left out, aloud. Both sides of a pair take turns, question by question, on indexes of the same
passages.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlencode

from .corpus import (
    Corpus,
    CorpusError,
    generated_documents,
    read_regulations,
    take,
    unpack,
    write_corpus,
)
from .http_peers import datasette, datasette_page, groonga, groonga_select, groonga_total
from .page import address_of
from .process import ROOT, SystemFailedError, SystemProcess
from .questions import questions
from .serving import Client, our_page, served
from .timing import Times, spread
from .values import MissingPeerError, Question, Series

_CORPUS = ROOT.parent / "shared" / "corpora" / "regulations.tar.xz"
_TYPED = Series("typed")
_SEGMENTED = Series("facets", "fused")

Ask = Callable[[int, Question], tuple[float, int | None]]
"""Milliseconds that a question took, and its total where it has one."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One job: milliseconds of each question on both sides, and how many totals were equal."""

    name: str
    ours: tuple[float, ...]
    theirs: tuple[float, ...]
    totals: int
    equal: int

    @property
    def line(self) -> str:
        """The figures as they are printed."""
        ours, theirs = spread(self.ours), spread(self.theirs)
        ratios = (f"{ours[p] / theirs[p]:.2f} ({ours[p]:.1f}/{theirs[p]:.1f} ms)" for p in _SHOWN)
        said = f"{self.name}: " + ", ".join(map(" ".join, zip(_SHOWN, ratios, strict=True)))
        return f"{said}; totals equal {self.equal} of {self.totals}" if self.totals else said


_SHOWN = ("p50", "p95")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the ratios; the exit code is 0 whatever they are, 2 without a collection."""
    options = _options(arguments)
    with tempfile.TemporaryDirectory(prefix="duansou-jobs-", dir=options.work) as folder:
        work = Path(folder)
        try:
            if str(options.corpus) == "generated":
                documents = generated_documents(max(options.sizes))
            else:
                documents = read_regulations(unpack(options.corpus, work))
        except CorpusError as error:
            print(f"bench: {error}", file=sys.stderr)
            return 2
        asked = questions(documents, options.queries)
        for size in sorted(options.sizes):
            corpus = write_corpus(take(documents, size), work / "corpus.jsonl")
            print(f"{corpus.passages:,} passages", flush=True)
            indexes = work / str(size)
            for name, open_pair in _JOBS.items():
                try:
                    with open_pair(corpus, indexes) as (ours, theirs):
                        print(
                            f"  {_compared(name, ours, theirs, asked, options.rounds).line}",
                            flush=True,
                        )
                except (MissingPeerError, SystemFailedError) as error:
                    print(f"  {name}: {error}", flush=True)
            shutil.rmtree(indexes)
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.jobs", description=__doc__)
    parser.add_argument(
        "--sizes",
        type=lambda value: [int(part.replace("_", "")) for part in value.split(",")],
        default=[100_000, 320_000],
        metavar="N,N",
        help="passages in each index",
    )
    parser.add_argument("--queries", type=int, default=100, metavar="N", help="questions to ask")
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="warm rounds")
    parser.add_argument(
        "--corpus",
        type=Path,
        default=_CORPUS,
        metavar="PATH",
        help="archive or folder of the regulations; 'generated' makes a small collection up",
    )
    parser.add_argument("--work", type=Path, metavar="DIR", help="folder for temporary files")
    return parser.parse_args(arguments)


def _compared(
    name: str, ours: Ask, theirs: Ask, asked: Sequence[Question], rounds: int
) -> Compared:
    """One round that warms and compares totals, then those that are timed."""
    sides = ((ours, Times()), (theirs, Times()))
    pairs = []
    for turn in range(rounds + 1):
        for number, question in enumerate(asked):
            found = []
            for ask, times in sides:
                took_ms, total = ask(number, question)
                found.append(total)
                if turn:
                    times.add([number], [took_ms])
            if not turn and None not in found:
                pairs.append(found)
    of_ours, of_theirs = (tuple(times.medians().values()) for _, times in sides)
    return Compared(name, of_ours, of_theirs, len(pairs), sum(a == b for a, b in pairs))


def _built(system: str, corpus: Corpus, indexes: Path) -> Path:
    """The index of a system, built once for a size."""
    folder = indexes / system
    if not folder.exists():
        with SystemProcess(system) as process:
            process.order(
                "build", corpus=str(corpus.path), passages=corpus.passages, folder=str(folder)
            )
    return folder


@contextlib.contextmanager
def _calls(corpus: Corpus, indexes: Path) -> Iterator[tuple[Ask, Ask]]:
    with ExitStack() as stack:

        def opened(system: str, built: str, series: Series) -> Ask:
            folder = _built(built, corpus, indexes)
            process = stack.enter_context(SystemProcess(system))
            process.open(corpus, folder)

            def ask(number: int, question: Question) -> tuple[float, int | None]:
                answer = process.order(
                    "ask", series=series.to_record(), questions=[asdict(question)]
                )
                return answer["ms"][0], answer["totals"][0]

            return ask

        yield opened("duansou-index", "duansou", _TYPED), opened("tantivy", "tantivy", _SEGMENTED)


@contextlib.contextmanager
def _pages(corpus: Corpus, indexes: Path) -> Iterator[tuple[Ask, Ask]]:
    folder = _built("duansou", corpus, indexes)
    bare = [sys.executable, "-m", "bench.bare_page", str(folder)]
    with (
        served(our_page(folder)) as place,
        served(bare) as bare_place,
        Client(place) as ours,
        Client(bare_place) as theirs,
    ):
        yield (
            lambda number, question: (ours.get(address_of(number, question))[0], None),
            lambda number, _: (theirs.get(f"/?at={number}")[0], None),
        )


@contextlib.contextmanager
def _phrases(corpus: Corpus, indexes: Path) -> Iterator[tuple[Ask, Ask]]:
    folder = _built("duansou", corpus, indexes)
    with (
        groonga(corpus, indexes / "groonga") as their_place,
        served(our_page(folder)) as place,
        Client(place) as ours,
        Client(their_place) as theirs,
    ):

        def ask(_: int, question: Question) -> tuple[float, int]:
            quoted = urlencode({"q": f'"{question.text}"'})
            took_ms, body = ours.get(f"/api/v1/search?{quoted}")
            return took_ms, json.loads(body)["total"]

        def ask_them(_: int, question: Question) -> tuple[float, int]:
            took_ms, body = theirs.get(groonga_select(question))
            return took_ms, groonga_total(body)

        yield ask, ask_them


@contextlib.contextmanager
def _tables(corpus: Corpus, indexes: Path) -> Iterator[tuple[Ask, Ask]]:
    folder = _built("duansou", corpus, indexes)
    with (
        datasette(corpus, indexes / "datasette") as their_place,
        served(our_page(folder)) as place,
        Client(place) as ours,
        Client(their_place) as theirs,
    ):
        yield (
            lambda _, question: (ours.get(f"/?{urlencode({'q': question.text})}")[0], None),
            lambda _, question: (theirs.get(datasette_page(question))[0], None),
        )


_JOBS: dict[str, Callable[[Corpus, Path], AbstractContextManager[tuple[Ask, Ask]]]] = {
    "index.search ÷ tantivy-py": _calls,
    "page ÷ ten stored passages": _pages,
    "/api/v1/search of a phrase ÷ Groonga": _phrases,
    "page ÷ Datasette's": _tables,
}


if __name__ == "__main__":
    sys.exit(main())
