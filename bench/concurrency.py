"""``python -m bench.concurrency INDEX``: requests a second of one process and of several.

The cost is the processor time of a request and the memory of all processes.

Servers of all kinds run at the same time and are asked in turns, so that a busy machine is as busy
for each. With ``--before CHECKOUT INDEX`` the server of another version takes part, on its own
index of the same documents.
"""

from __future__ import annotations

import argparse
import os
import re
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from .page import CLIENTS
from .process import ROOT, SystemFailedError

__all__ = ["main"]

_QUERIES = (
    *("安全生产", "食品安全", "环境保护", "行政处罚", "税务登记", "职业病防治", "外商投资"),
    *("城市规划", "水土保持", "消防 验收", "土地 征收 补偿", "出入境检验", "危险化学品"),
)
_START_S = 300


@dataclass
class _Served:
    """A server, and what was measured of it."""

    name: str
    process: subprocess.Popen[str]
    port: int
    rates: list[float] = field(default_factory=list)
    costs_ms: list[float] = field(default_factory=list)

    def ask(self, seconds: float) -> None:
        """Measure for so long."""
        before_s = self._processor_s()
        rate, asked = _rate(self.port, seconds)
        self.rates.append(rate)
        self.costs_ms.append(1e3 * (self._processor_s() - before_s) / asked)

    def _processor_s(self) -> float:
        return sum(map(_cpu_s, [self.process.pid, *_children(self.process.pid)]))

    def memory_mb(self) -> float:
        """What all its processes take, what they share counted once."""
        pids = [self.process.pid, *_children(self.process.pid)]
        return sum(_pss_kb(pid) for pid in pids) / 1e3


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures; the exit code is 0 whatever they are."""
    parser = argparse.ArgumentParser(prog="python -m bench.concurrency", description=__doc__)
    parser.add_argument("index", type=Path, help="folder of an index")
    parser.add_argument("--processes", type=int, nargs="+", default=[1, 2], metavar="N")
    parser.add_argument("--before", type=Path, nargs=2, metavar=("CHECKOUT", "INDEX"))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3.0, help="of one turn")
    options = parser.parse_args(arguments)
    with ExitStack() as stack:
        servers = []
        if options.before:
            tree, index = options.before
            servers.append(stack.enter_context(_served("before", tree, index)))
        for count in options.processes:
            name = f"{count} process{'es' * (count > 1)}"
            more = ("--processes", str(count))
            servers.append(stack.enter_context(_served(name, ROOT, options.index, *more)))
        for server in servers:
            _rate(server.port, options.seconds)
        for _ in range(options.rounds):
            for server in servers:
                server.ask(options.seconds)
        first = servers[0]
        print(f"{CLIENTS} clients, {options.rounds} rounds; ratios to {first.name} of each round")
        for server in servers:
            ratios = [a / b for a, b in zip(server.rates, first.rates, strict=True)]
            print(
                f"{server.name:>12}: {statistics.median(server.rates):7.1f} requests a second, "
                f"× {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f}), "
                f"{statistics.median(server.costs_ms):.1f} ms of a processor each, "
                f"{server.memory_mb():.0f} MB",
                flush=True,
            )
    return 0


@contextmanager
def _served(name: str, tree: Path, index: Path, *more: str) -> Iterator[_Served]:
    command = [sys.executable, "-m", "search", "serve", "--index", str(index), "--port", "0", *more]
    with subprocess.Popen(  # noqa: S603 (ourselves)
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONUTF8": "1", "PYTHONPATH": str(tree.resolve() / "src")},
    ) as process:
        try:
            greeting = process.stdout.readline() if process.stdout else ""
            found = re.search(r"http://[^:/]+:(\d+)/", greeting)
            if found is None:
                raise SystemFailedError(f"{name} could not be served")
            yield _Served(name, process, int(found[1]))
        finally:
            process.terminate()


def _rate(port: int, seconds: float) -> tuple[float, int]:
    """(requests a second that all clients together are answered, how many were in all)."""
    counts, others = [0] * CLIENTS, [0] * CLIENTS
    # What is asked before everybody is connected is not counted.
    ready = threading.Barrier(CLIENTS + 1)
    end = threading.Event()
    failures: list[str] = []

    def ask(client: int) -> None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=_START_S) as connection:
                number = client
                _exchange(connection, number)
                others[client] += 1
                ready.wait(_START_S)
                while not end.is_set():
                    number += 1
                    _exchange(connection, number)
                    counts[client] += 1
        except (OSError, ValueError, threading.BrokenBarrierError) as error:
            failures.append(str(error))
            ready.abort()

    threads = [threading.Thread(target=ask, args=(client,)) for client in range(CLIENTS)]
    for thread in threads:
        thread.start()
    try:
        ready.wait(_START_S)
    except threading.BrokenBarrierError:
        raise SystemFailedError(f"a client failed: {failures}") from None
    began = time.perf_counter()
    time.sleep(seconds)
    total, took_s = sum(counts), time.perf_counter() - began
    end.set()
    for thread in threads:
        thread.join()
    if failures:
        raise SystemFailedError(f"a client failed: {failures[0]}")
    return total / took_s, sum(counts) + sum(others)


def _exchange(connection: socket.socket, number: int) -> None:
    """One request and its answer, with little work of ours: the server needs the cores."""
    query = urlencode({"q": _QUERIES[number % len(_QUERIES)]})
    connection.sendall(
        f"GET /?{query} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n\r\n".encode()
    )
    data = connection.recv(1 << 18)
    while b"\r\n\r\n" not in data:
        more = connection.recv(1 << 18)
        if not more:
            raise ValueError("the connection was closed")
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    length = re.search(rb"\r\nContent-Length: (\d+)", head, re.IGNORECASE)
    if not head.startswith(b"HTTP/1.1 200") or length is None:
        raise ValueError(f"not answered: {head[:80]!r}")
    left = int(length[1]) - len(body)
    while left > 0:
        more = connection.recv(1 << 18)
        if not more:
            raise ValueError("the answer ended early")
        left -= len(more)


def _children(parent: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            if int(stat.read_text().rsplit(")", 1)[1].split()[1]) == parent:
                found.append(int(stat.parent.name))
        except OSError:
            continue
    return found


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _pss_kb(pid: int) -> int:
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    match = re.search(r"^Pss:\s+(\d+)", rollup, re.MULTILINE)
    return int(match[1]) if match else 0


if __name__ == "__main__":
    sys.exit(main())
