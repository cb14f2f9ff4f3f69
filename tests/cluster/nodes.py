"""A real cluster: OpenSearch nodes as processes of their own, to be killed and started again.

    PYTHONPATH=tests python -m cluster.nodes --nodes 3     (make cluster)

runs one until it is interrupted and prints its addresses. Nodes listen on the loopback interface
only, keep their data in a temporary folder unless one is named, and end when the process that
started them does, however it ends: each reads its standard input and stops at its end.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from cluster.server import Server, UnavailableError, find_server

_PORTS = range(20_000, 32_000)
"""Below those that systems hand out by themselves: a killed node finds its own free again."""
_PREFIX = "duansou-cluster-"
_LOGGING = """\
status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = [%d{ISO8601}][%-5p][%-25c{1.}] %m%n
rootLogger.level = warn
rootLogger.appenderRef.console.ref = console
"""


class ClusterError(Exception):
    """A node ended by itself, or the cluster did not become what was waited for."""


class Node:
    """One node: its ports and folder stay the same over its processes."""

    def __init__(self, name: str, folder: Path, http_port: int, transport_port: int) -> None:
        self.name = name
        self.folder = folder
        self.http_port = http_port
        self.transport_port = transport_port
        self.process: subprocess.Popen[bytes] | None = None
        self.killed = False

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.http_port}"

    @property
    def running(self) -> bool:
        """Whether its process lives."""
        return self.process is not None and self.process.poll() is None

    def log(self, characters: int = 3000) -> str:
        """The end of what it logged."""
        written = self.folder / "node.log"
        return written.read_text(errors="replace")[-characters:] if written.is_file() else ""


class Cluster:
    """``with Cluster(3) as cluster:`` nodes that are green, ended and removed afterwards.

    ``folder`` keeps the data, for a cluster that is to be started again; otherwise they are gone.
    ``heap_mib`` is the heap of each node; ``short_lived`` nodes start sooner and work slower, for
    tests. Raises ``UnavailableError`` where there is no Java or
    Maven, ``ClusterError`` where the nodes do not come up.
    """

    def __init__(
        self,
        nodes: int = 3,
        heap_mib: int = 512,
        folder: Path | None = None,
        first_port: int | None = None,
        short_lived: bool = False,
    ) -> None:
        self._server: Server = find_server()
        self._short_lived = short_lived
        self._heap_mib = heap_mib
        self._temporary = folder is None
        if folder is None:
            _remove_leftovers()
            folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))
        self.folder = folder.resolve()
        ports = _free_ports(2 * nodes, first_port)
        self.nodes = tuple(
            Node(f"node-{n + 1}", self.folder / f"node-{n + 1}", ports[n], ports[nodes + n])
            for n in range(nodes)
        )

    def __enter__(self) -> Self:
        try:
            for node in self.nodes:
                self._configure(node)
                self._launch(node)
            self.wait()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def urls(self) -> tuple[str, ...]:
        """The addresses of all nodes, running or not."""
        return tuple(node.url for node in self.nodes)

    @property
    def snapshots(self) -> Path:
        """A folder that all nodes may keep snapshots in (``path.repo``)."""
        return self.folder / "snapshots"

    def kill(self, number: int) -> None:
        """Ends node ``number`` (from 0) at once, as a power failure would: SIGKILL."""
        process = self.nodes[number].process
        assert process is not None, f"node {number} was not started"
        self.nodes[number].killed = True
        process.kill()
        self._reap(process)

    def restart(self, number: int, seconds: float = 90) -> None:
        """Starts a killed node again on its own data, and waits until the cluster is green."""
        self.launch(number)
        self.wait(seconds=seconds)

    def launch(self, number: int) -> None:
        """Starts a killed node again on its own data, without waiting for anything."""
        self._launch(self.nodes[number])

    def wait(self, status: str = "green", seconds: float = 90) -> dict[str, Any]:
        """The health of the cluster as soon as all its running nodes are in it, at ``status``."""
        until = time.monotonic() + seconds
        health: dict[str, Any] = {}
        while time.monotonic() < until:
            running = [node for node in self.nodes if node.running]
            for node in self.nodes:
                if node.process is not None and not node.running and not node.killed:
                    raise ClusterError(f"{node.name} ended by itself:\n{node.log()}")
            asked = f"_cluster/health?wait_for_status={status}&wait_for_nodes={len(running)}"
            with contextlib.suppress(OSError, json.JSONDecodeError, KeyError):
                health = _get(f"{running[0].url}/{asked}&timeout=1s")
                if not health.get("timed_out", True) and all(
                    _can_lose_one(node, len(running)) for node in running
                ):
                    return health
            time.sleep(0.2)
        logs = "\n".join(f"{node.name}:\n{node.log(1500)}" for node in self.nodes)
        raise ClusterError(f"not {status} within {seconds:g} s, but {health}\n{logs}")

    def stop(self) -> None:
        """Ends all nodes, the running ones in good order, and removes a temporary folder."""
        processes = [node.process for node in self.nodes if node.process is not None]
        for process in processes:
            assert process.stdin is not None
            with contextlib.suppress(OSError):
                process.stdin.close()
        for process in processes:
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
            self._reap(process)
        if self._temporary:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _reap(self, process: subprocess.Popen[bytes]) -> None:
        process.wait(timeout=20)
        assert process.stdin is not None
        with contextlib.suppress(OSError):
            process.stdin.close()

    def _configure(self, node: Node) -> None:
        settings = {
            "cluster.name": "duansou-test",
            "node.name": node.name,
            "path.data": str(node.folder / "data"),
            "path.logs": str(node.folder / "logs"),
            "path.repo": [str(self.snapshots)],
            "network.host": "127.0.0.1",
            "http.port": node.http_port,
            "transport.port": node.transport_port,
            "discovery.seed_hosts": [f"127.0.0.1:{each.transport_port}" for each in self.nodes],
            "cluster.initial_cluster_manager_nodes": [each.name for each in self.nodes],
            # A developer's disk may be nearly full, which is no matter for a small index.
            "cluster.routing.allocation.disk.threshold_enabled": False,
        }
        config = node.folder / "config"
        config.mkdir(parents=True, exist_ok=True)
        # JSON is YAML.
        (config / "opensearch.yml").write_text(json.dumps(settings), encoding="utf-8")
        (config / "log4j2.properties").write_text(_LOGGING, encoding="utf-8")

    def _launch(self, node: Node) -> None:
        heap = f"{self._heap_mib}m"
        options = [f"-Xms{heap}", f"-Xmx{heap}"]
        # Java's quick compiler alone starts a node twice as fast, and runs it slower.
        options += ["-XX:TieredStopAtLevel=1"] if self._short_lived else []
        options += [f"-XX:SharedArchiveFile={self._server.archive}"]
        node.killed = False
        with (node.folder / "node.log").open("ab") as log:
            node.process = subprocess.Popen(
                self._server.command(node.folder, *options),
                cwd=node.folder,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                # An interrupt at the keyboard is for the one who started the nodes.
                start_new_session=True,
            )


def _can_lose_one(node: Node, running: int) -> bool:
    """Whether a node knows that all of them vote: only then may a cluster of three lose one.

    That is so a moment after they have joined; of an even number, one has no vote.
    """
    path = "_cluster/state/metadata?local=true&filter_path=metadata.cluster_coordination"
    coordination = _get(f"{node.url}/{path}")["metadata"]["cluster_coordination"]
    voting = coordination["last_committed_config"]
    return voting == coordination["last_accepted_config"] and len(voting) >= (
        running - 1 + running % 2
    )


def _get(url: str) -> dict[str, Any]:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 # http, loopback
            read: dict[str, Any] = json.load(answer)
    except urllib.error.HTTPError as refused:  # health that timed out is 408, and has a body
        with refused:
            read = json.load(refused)
    return read


def _free_ports(count: int, first: int | None) -> list[int]:
    """``count`` ports that nobody listens at, one after another from ``first`` if it is given."""
    if first is not None:
        return [first + n for n in range(count)]
    free: list[int] = []
    with contextlib.ExitStack() as held:
        # Not the seeded generator of the tests: two runs at once must not choose the same.
        for port in random.SystemRandom().sample(_PORTS, len(_PORTS)):
            taken = held.enter_context(socket.socket())
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                taken.bind(("127.0.0.1", port))
                free.append(port)
            if len(free) == count:
                return free
    raise ClusterError("there are no free ports")


def _remove_leftovers() -> None:
    """Removes the temporary data of runs that were killed."""
    for folder in Path(tempfile.gettempdir()).glob(_PREFIX + "*-*"):
        owner = folder.name.removeprefix(_PREFIX).partition("-")[0]
        if owner.isdigit() and not _lives(int(owner)):
            shutil.rmtree(folder, ignore_errors=True)


def _lives(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@contextlib.contextmanager
def _ended_by_signals() -> Iterator[None]:
    """A request to terminate unwinds the stack, as an interrupt does."""

    def terminate(number: int, frame: object) -> None:
        raise SystemExit(128 + number)

    before = signal.signal(signal.SIGTERM, terminate)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a cluster until it is interrupted."""
    parser = argparse.ArgumentParser(description="An OpenSearch cluster on this machine.")
    parser.add_argument("--nodes", type=int, default=3, help="how many nodes (3)")
    parser.add_argument("--heap", type=int, default=512, metavar="MIB", help="heap of each (512)")
    parser.add_argument("--port", type=int, help="the first port (free ones); 9200 is the usual")
    parser.add_argument("--data", type=Path, help="a folder that keeps the data (a temporary one)")
    asked = parser.parse_args(arguments)
    try:
        with _ended_by_signals(), Cluster(asked.nodes, asked.heap, asked.data, asked.port) as run:
            version = _get(run.urls[0])["version"]["number"]
            print(f"OpenSearch {version}, {asked.nodes} nodes, green; interrupt (Ctrl-C) to end")
            print(f"snapshots may be kept in {run.snapshots}")
            print(",".join(run.urls), flush=True)
            while all(node.running for node in run.nodes):
                time.sleep(0.5)
            print("a node has ended by itself; stopping the others", file=sys.stderr)
            return 1
    except (UnavailableError, ClusterError) as problem:
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0


if __name__ == "__main__":
    sys.exit(main())
