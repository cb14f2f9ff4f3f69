"""The page served by several processes, through the command as users start it."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest
from click.testing import CliRunner

from search import platforms
from search.cli import main
from search.config import load_settings
from search.engines.whoosh.writer import open_writer
from search.web.processes import process_count
from search.web.serve import application

from .corpus import ANALYZER, DATONG, GUIGANG

needs_proc = pytest.mark.skipif(
    not Path("/proc/self/stat").exists(), reason="children of a process are found in /proc"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with open_writer(tmp_path, ANALYZER) as writer:
        writer.put(GUIGANG)
        writer.commit({})
    return tmp_path


class Server:
    """A server of two processes and who starts them."""

    def __init__(self, process: subprocess.Popen[str], address: str) -> None:
        self.process = process
        self.address = address

    def get(self, path: str) -> str:
        """An answer on a connection of its own."""
        with urllib.request.urlopen(self.address + path, timeout=30) as answer:  # noqa: S310
            body: bytes = answer.read()
            return body.decode()

    def connection(self) -> socket.socket:
        """A connection that is kept, on which something was answered."""
        host, port = self.address.split("/")[2].split(":")
        connection = socket.create_connection((host, int(port)), timeout=30)
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert b"200" in connection.recv(100)
        return connection

    def children(self) -> list[int]:
        return children_of(self.process.pid)


def children_of(parent: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, its_parent = stat.read_text().rsplit(")", 1)[1].split()[:2]
        except (OSError, ValueError):
            continue
        if int(its_parent) == parent and state != "Z":
            found.append(int(stat.parent.name))
    return found


def sockets_of(pid: int) -> int:
    return sum(
        file.readlink().name.startswith("socket:") for file in Path(f"/proc/{pid}/fd").iterdir()
    )


def until(holds: Callable[[], bool], within_s: float = 30) -> None:
    """Wait for it: the machine may be busy."""
    end = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


@contextmanager
def served(folder: Path) -> Iterator[Server]:
    command = [sys.executable, "-m", "search", "serve", "--index", str(folder), "--port", "0"]
    with subprocess.Popen(
        [*command, "--processes", "2"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env={**os.environ, "PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1"},
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:
        assert process.stdout is not None
        try:
            address = re.search(r"http://[0-9.]+:\d+/", process.stdout.readline())
            assert address
            server = Server(process, address[0])
            until(lambda: len(server.children()) == 2)
            yield server
        finally:
            process.terminate()
            try:
                process.wait(timeout=20)
            finally:
                process.kill()


@contextmanager
def paused(pid: int) -> Iterator[None]:
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


@needs_proc
def test_each_process_answers_sees_a_commit_and_ends_with_the_others(folder: Path) -> None:
    search = f"api/v1/search?q={quote('大同市')}"
    with served(folder) as server:
        pids = server.children()
        answers = set()
        for pid in pids:
            with paused(pid):
                answers.add(server.get(search))
        assert DATONG.document_id not in "".join(answers)
        with open_writer(folder, ANALYZER) as writer:
            writer.put(DATONG)
            writer.commit({})
        for pid in pids:
            with paused(pid):
                until(lambda: DATONG.document_id in server.get(search))
        assert sorted(server.children()) == sorted(pids)
        # Who has fewer connections takes the next: each stays with its process.
        fewer = pids[1]
        with paused(fewer):
            kept = [server.connection() for _ in range(12)]
        before = sockets_of(fewer)
        kept += [server.connection() for _ in range(12)]
        assert sockets_of(fewer) - before >= 8
        # Nor is the end waited for because of them.
        began = time.monotonic()
        server.process.terminate()
        assert server.process.wait(timeout=20) == 0
        assert time.monotonic() - began < 7
        assert not any(map(alive, pids))
        for connection in kept:
            connection.close()
        assert server.process.stdout is not None
        assert server.process.stderr is not None
        assert server.process.stdout.read().split() == ["stopped"]
        assert "duansou:" not in (said := server.process.stderr.read())
        assert "Traceback" not in said


@needs_proc
def test_one_that_is_killed_is_replaced_and_none_outlives_who_started_them(folder: Path) -> None:
    with served(folder) as server:
        killed, other = server.children()
        os.kill(killed, signal.SIGKILL)
        for _ in range(5):
            assert '"ok"' in server.get("healthz")
        until(lambda: killed not in server.children() and len(server.children()) == 2)
        assert other in server.children()
        (new,) = set(server.children()) - {other}
        with paused(other):
            assert '"ok"' in server.get("healthz")
        server.process.kill()
        until(lambda: not alive(new) and not alive(other))
        assert server.process.stderr is not None
        said = server.process.stderr.read()
        assert said.count("duansou:") == 1
        assert f"Process {killed} of the page was ended by signal 9" in said


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_a_taken_port_is_said_before_any_process_is_started(folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = CliRunner().invoke(
            main, ["serve", "--index", str(folder), "--port", str(port), "--processes", "2"]
        )
    assert done.exit_code == 2
    assert f"Port {port} is taken" in done.output


def test_where_processes_cannot_be_forked_one_serves_and_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(platforms, "CAN_FORK", False)
    assert process_count(load_settings()) == 1
    assert capsys.readouterr().err == ""
    assert process_count(load_settings(processes=3)) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_as_many_processes_as_cores_but_at_most_four(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    counts = []
    for cores in (1, 2, 64):
        monkeypatch.setattr(os, "sched_getaffinity", lambda _, n=cores: set(range(n)))
        counts.append(process_count(load_settings()))
    assert counts == [1, 2, 4]
    assert process_count(load_settings(processes=7)) == 7
    monkeypatch.setattr(sys, "platform", "darwin")
    assert process_count(load_settings()) == 1


def test_other_servers_get_the_page_by_the_settings_of_the_environment(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUANSOU_INDEX_DIR", str(folder))
    answer = application().test_client().get(f"/api/v1/search?q={quote('管理服务')}")
    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["total"] > 0


TURN = """
import os, signal, sys, time
from search.web.processes import MachineTurn
turn, (read, write) = MachineTurn(), os.pipe()
pid = os.fork()
if not pid:
    taken = turn.take(0)
    os.write(write, b"y" if taken else b"n")
    time.sleep(60)
print(os.read(read, 1), turn.take(0.1))
os.kill(pid, signal.SIGKILL)
os.waitpid(pid, 0)
print(turn.take(5), turn.take(0.1))
turn.give_back()
print(turn.take(0))
"""


def test_one_process_has_the_turn_of_the_machine_until_it_gives_it_back_or_dies() -> None:
    done = subprocess.run(
        [sys.executable, "-c", TURN], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.split("\n")[:3] == ["b'y' False", "True False", "True"]


@needs_proc
def test_gunicorn_reloads_without_losing_a_request(folder: Path, tmp_path: Path) -> None:
    pytest.importorskip("gunicorn")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "-w", "2", "--threads", "4", "--graceful-timeout"]
    with subprocess.Popen(
        [*command, "10", "-b", f"127.0.0.1:{port}", "search.web.serve:application()"],
        env={**os.environ, "DUANSOU_INDEX_DIR": str(folder), "DUANSOU_PROCESSES": "2"},
        stderr=subprocess.DEVNULL,
    ) as master:
        try:
            server = Server(master, f"http://127.0.0.1:{port}/")  # type: ignore[arg-type]
            until(lambda: _answers(server))
            first = set(server.children())
            assert len(first) == 2
            master.send_signal(signal.SIGHUP)
            asked = 0
            while first & set(server.children()) or asked < 20:
                # Each on a connection of its own, as readers come.
                assert server.get(f"?q={quote('管理服务')}")
                asked += 1
            assert len(server.children()) == 2
        finally:
            master.terminate()


def _answers(server: Server) -> bool:
    try:
        return '"ready"' in server.get("readyz")
    except OSError:
        return False
