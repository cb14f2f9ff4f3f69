"""Many clients at once: how fast the page answers, what it refuses, whether it grows.

    python -m bench.load --index DIR                    64 clients, each asks again at once
    python -m bench.load --index DIR --rate 40          so many requests a second, however it goes
    python -m bench.load --index DIR --replacing        of a copy, documents are replaced meanwhile

Serves the index as users do and asks a mixture of what a page asks: results with and without
filters, passages, documents, completions, JSON, concordances, tables, exports. Questions are words
of the index, by a fixed seed. A refusal (503, 429) is no error, but any other answer that is not
200 is one, and so is a connection that breaks.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import random
import shutil
import sys
import time
from asyncio import create_subprocess_exec
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from search import open_index

from .serving import our_page, served

_PASSAGES_READ = 3_000
_SEED = 5
_TIMEOUT_S = 60.0
_WARM_UP_S = 60
"""So long, at most a quarter of the time, caches may fill."""
_REPLACED = 100
"""So many documents are replaced at a time,"""
_REST_S = 10
"""and not again for so long."""
_MIXTURE = (
    (34, "/?q={word}"),
    (12, "/?q={word} {other}"),
    (6, "/?q={word}&year=2015..2020"),
    (3, "/?q={word}&sort=date&page=3"),
    (12, "/p/{passage}?q={word}"),
    (4, "/d/{document}"),
    (12, "/api/v1/suggest?q={start}"),
    (8, "/api/v1/search?q={word}&limit=20"),
    (2, "/kwic?q={word}"),
    (2, "/compare?q={word}"),
    (1, "/export.ris?q={word} {other} {third}"),
    (2, "/p/{passage}/cite"),
    (2, "/about"),
)
"""How many in a hundred, and of what."""


@dataclass
class Load:
    """What came of it: milliseconds of each answer that was given, and of each refusal."""

    answered_ms: list[float] = field(default_factory=list)
    refused_ms: list[float] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    memory_mb: list[float] = field(default_factory=list)
    """Each second, of all processes."""
    processor_s: float = 0.0
    replacements: int = 0
    """How often documents were replaced meanwhile."""

    def lines(self) -> list[str]:
        """As a report."""
        memory = self.memory_mb or [0.0]
        at = min(_WARM_UP_S, len(memory) // 4)
        warm = memory[at]
        return [
            f"{len(self.answered_ms)} answers in {self.seconds:.0f} s, "
            f"{len(self.answered_ms) / self.seconds:.1f}/s: p50 {_part(self.answered_ms, 50):.0f} "
            f"p95 {_part(self.answered_ms, 95):.0f} p99 {_part(self.answered_ms, 99):.0f} ms",
            f"{len(self.refused_ms)} refused: p50 {_part(self.refused_ms, 50):.0f} "
            f"p99 {_part(self.refused_ms, 99):.0f} ms",
            f"errors: {sum(self.errors.values())} {dict(self.errors.most_common(5))}",
            f"memory of all processes: {warm:.0f} MB after {at} s, {memory[-1]:.0f} MB at the end",
            f"processor: {self.processor_s / self.seconds:.2f} cores, "
            f"{self.processor_s * 1000 / max(1, len(self.answered_ms)):.1f} ms an answer",
            *[f"{_REPLACED} documents replaced {n} times" for n in [self.replacements] if n],
        ]


def _part(values: Sequence[float], percent: int) -> float:
    """A percentile; 0 of nothing."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)] if ordered else 0.0


def addresses(index_dir: Path, count: int) -> list[str]:
    """What is asked, in an order by a fixed seed."""
    chance = random.Random(_SEED)  # noqa: S311 - a repeatable choice
    with open_index(index_dir) as index:
        read = list(islice(index.passages(), _PASSAGES_READ))
        words = sorted(
            {
                word
                for passage in read[::10]
                for word in map(str, index.analyzer.words(passage.text))
                if 2 <= len(word) <= 4
            }
        )
    kinds = [address for times, address in _MIXTURE for _ in range(times)]
    found = []
    for _ in range(count):
        passage, word = chance.choice(read), chance.choice(words)
        values = {
            "word": word,
            "other": chance.choice(words),
            "third": chance.choice(words),
            "start": word[:1],
            "passage": passage.passage_id,
            "document": passage.document_id,
        }
        address = chance.choice(kinds).format(**values)
        found.append(quote(address, safe="/?=&."))
    return found


async def _ask(place: tuple[str, int], address: str, load: Load) -> None:
    """One request on a connection of its own, as of a reader who has just come."""
    began = time.monotonic()
    try:
        reader, writer = await asyncio.open_connection(*place)
        try:
            head = f"GET {address} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
            writer.write(head.encode("ascii"))
            await writer.drain()
            answer = await asyncio.wait_for(reader.read(-1), _TIMEOUT_S)
        finally:
            writer.close()
    except (OSError, TimeoutError) as error:
        load.errors[type(error).__name__] += 1
        return
    took_ms = (time.monotonic() - began) * 1000
    status = answer[9:12].decode("latin-1")
    if status == "200":
        load.answered_ms.append(took_ms)
    elif status in ("429", "503"):
        load.refused_ms.append(took_ms)
    else:
        load.errors[f"{status or 'nothing'} {address[:40]}"] += 1


async def run(
    place: tuple[str, int],
    asked: Sequence[str],
    *,
    clients: int,
    seconds: float,
    rate: float = 0.0,
    pid: int | None = None,
    replaced: Path | None = None,
) -> Load:
    """Ask for so long: by so many clients, or with ``rate`` so often whatever is still open.

    In an index ``replaced``, documents are replaced meanwhile.
    """
    load, end = Load(), time.monotonic() + seconds
    began, number = time.monotonic(), 0

    def following() -> str:
        nonlocal number
        number += 1
        return asked[number % len(asked)]

    async def client() -> None:
        while time.monotonic() < end:
            refused = len(load.refused_ms)
            await _ask(place, following(), load)
            if len(load.refused_ms) > refused:
                # Who is refused comes again, though sooner than he is told to.
                await asyncio.sleep(0.1)

    async def arrivals() -> None:
        open_ones: set[asyncio.Task[None]] = set()
        for count in range(int(seconds * rate)):
            await asyncio.sleep(max(0.0, began + count / rate - time.monotonic()))
            task = asyncio.create_task(_ask(place, following(), load))
            open_ones.add(task)
            task.add_done_callback(open_ones.discard)
        await asyncio.gather(*open_ones)

    async def watch() -> None:
        while time.monotonic() < end:
            if pid is not None:
                load.memory_mb.append(_memory_mb(pid))
            await asyncio.sleep(1)

    async def replace(index_dir: Path) -> None:
        with TemporaryDirectory() as folder:
            while time.monotonic() < end:
                load.replacements += 1
                for number in range(_REPLACED):
                    text = _changed(number, load.replacements)
                    Path(folder, f"{number}.txt").write_text(text, encoding="utf-8")
                if await (await create_subprocess_exec(*_indexing(folder, index_dir))).wait():
                    load.errors["indexing"] += 1
                await asyncio.sleep(_REST_S)

    used_s = _processor_s(pid)
    replacing = asyncio.create_task(replace(replaced)) if replaced else None
    work = [arrivals()] if rate else [client() for _ in range(clients)]
    await asyncio.gather(watch(), *work)
    load.seconds = time.monotonic() - began
    load.processor_s = _processor_s(pid) - used_s
    if replacing:
        await replacing
    return load


def _changed(number: int, times: int) -> str:
    """One of the documents that are replaced, as it is after so many changes."""
    lines = (
        f"第{place}项，各街道在第{times}次修改以后推进网格化管理，由第{number}组负责。"
        for place in range(1, 31)
    )
    return "\n\n".join((f"第{number}号公告", "发布日期：2020-05-06", *lines))


def _indexing(folder: str, index_dir: Path) -> list[str]:
    return [sys.executable, "-m", "search", "index", folder, "--index", str(index_dir), "--quiet"]


def _memory_mb(parent: int) -> float:
    """Memory that a process and those below it do not share with others; 0 where it is not told."""
    total = 0
    for pid in (parent, *_children(parent)):
        try:
            text = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in text.splitlines() if line[:4] == "Pss:")
    return total / 1000


def _processor_s(parent: int | None) -> float:
    """What a process and those below it have taken of the processor; 0 where it is not told."""
    total = 0
    for pid in (parent, *_children(parent)) if parent else ():
        with contextlib.suppress(OSError):
            # Of what follows the name, in parentheses: utime and stime.
            total += sum(
                map(int, Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13])
            )
    return total / (os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100)


def _children(parent: int) -> list[int]:
    try:
        found = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    except OSError:
        return []
    return [int(pid) for pid in found]


def main(arguments: Sequence[str] | None = None) -> int:
    """0 where nothing but answers and refusals came."""
    parser = argparse.ArgumentParser(prog="python -m bench.load", description=__doc__)
    parser.add_argument("--index", type=Path, required=True, metavar="DIR")
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--rate", type=float, default=0, help="requests a second, whoever waits")
    parser.add_argument("--processes", type=int, default=0)
    parser.add_argument(
        "--replacing", action="store_true", help="serve a copy, and replace documents"
    )
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(arguments)
    asked = addresses(chosen.index, 5_000)
    with ExitStack() as stack:
        index_dir = chosen.index
        if chosen.replacing:
            index_dir = Path(stack.enter_context(TemporaryDirectory()), "index")
            shutil.copytree(chosen.index, index_dir)
        command = our_page(index_dir)
        if chosen.processes:
            command += ["--processes", str(chosen.processes)]
        place = stack.enter_context(served(command))
        # What is made once is not what is measured.
        asyncio.run(run(place, asked, clients=2, seconds=5))
        load = asyncio.run(
            run(
                place,
                asked,
                clients=chosen.clients,
                seconds=chosen.seconds,
                rate=chosen.rate,
                pid=next(iter(_children(os.getpid())), None),
                replaced=index_dir if chosen.replacing else None,
            )
        )
    if chosen.json:
        print(json.dumps(load.__dict__))
    else:
        print("\n".join(load.lines()))
    return int(bool(load.errors))


if __name__ == "__main__":
    sys.exit(main())
