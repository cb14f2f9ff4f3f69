"""The page on a port."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from search.config import load_settings
from search.errors import UsageError
from search.web.serve import serve

from .corpus import GUIGANG, index_of

PATHS = os.pathsep.join([str(Path(__file__).resolve().parents[2]), *sys.path])

PROGRAM = """
import _thread, sys, time
from unit.web.corpus import GUIGANG, index_of
from search.config import load_settings
from search.web import create_app, serve

def with_work(*args, **options):
    app = create_app(*args, **options)
    app.add_url_rule("/work", view_func=work)
    app.add_url_rule("/ctrl-c", view_func=interrupt)
    return app

def work():
    print("working", flush=True)
    time.sleep(0.5)
    return "x"

def interrupt():
    _thread.interrupt_main()
    return "x"

serve.create_app = with_work
serve.serve(index_of(GUIGANG), load_settings(port=0), int(sys.argv[1]))
"""


def test_a_taken_port_is_named_with_the_way_out() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=rf"{port}.*--port N"):
            serve(index_of(GUIGANG), load_settings(port=port))


def test_an_address_that_is_not_ours_is_named() -> None:
    with pytest.raises(UsageError, match=r"--host"):
        serve(index_of(GUIGANG), load_settings(host="192.0.2.1", port=0, access="open"))


def test_a_port_that_no_computer_has_does_not_become_another() -> None:
    with pytest.raises(UsageError, match=r"port 99999"):
        serve(index_of(GUIGANG), load_settings(port=99_999))


APART: dict[str, Any] = {}
if sys.platform == "win32":
    # A Ctrl-C goes to everything at a console, the tests too; so the program gives it to itself.
    STOPS = [(signal.SIGINT, 1)]

    def send(process: subprocess.Popen[str], stop: signal.Signals, port: int) -> None:
        asking = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        with contextlib.closing(asking):
            asking.request("GET", "/ctrl-c")
            assert asking.getresponse().read() == b"x"

else:
    STOPS = [(signal.SIGINT, 1), (signal.SIGTERM, 1), (signal.SIGINT, 2)]
    APART = {
        # A test run in the background may have been told to ignore Ctrl-C; and as a terminal does,
        # it is sent to all of them.
        "preexec_fn": lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        "start_new_session": True,
    }

    def send(process: subprocess.Popen[str], stop: signal.Signals, port: int) -> None:
        os.killpg(process.pid, stop)


@pytest.mark.parametrize(
    ("stop", "processes"),
    STOPS,
    ids=lambda value: getattr(value, "name", str(value)),
)
def test_it_prints_its_address_and_ends_when_what_was_asked_is_answered(
    stop: signal.Signals, processes: int
) -> None:
    environment = {**os.environ, "PYTHONPATH": PATHS, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(processes)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env={**environment, "PYTHONIOENCODING": "utf-8"},
        **APART,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        try:
            line = process.stdout.readline()
            address = re.search(r"http://(127\.0\.0\.1):(\d+)/", line)
            assert address, line + process.stderr.read()
            asking = http.client.HTTPConnection(address[1], int(address[2]), timeout=20)
            with contextlib.closing(asking):
                asking.request("GET", "/healthz")
                assert b'"ok"' in asking.getresponse().read()
                asking.request("GET", "/work")
                assert process.stdout.readline() == "working\n"
                send(process, stop, int(address[2]))
                assert asking.getresponse().read() == b"x"
            assert process.wait(timeout=20) == 0
            assert process.stdout.read().split() == ["stopped"]
        finally:
            process.kill()
        said = process.stderr.read()
        assert "Traceback" not in said
        assert "still running" not in said


@contextlib.contextmanager
def _serving(**chosen: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A server in a process of its own, and its port."""
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": PATHS, "PYTHONIOENCODING": "utf-8", **chosen},
    ) as process:
        assert process.stdout is not None
        try:
            address = re.search(r"http://127\.0\.0\.1:(\d+)/", process.stdout.readline())
            assert address
            yield process, int(address[1])
        finally:
            process.terminate()


def test_requests_that_wait_for_a_thread_say_nothing_on_the_terminal() -> None:
    with _serving(DUANSOU_THREADS="2") as (process, port):
        asking = [http.client.HTTPConnection("127.0.0.1", port, timeout=20) for _ in range(4)]
        for connection in asking:
            connection.request("GET", "/work")
        for connection in asking:
            assert connection.getresponse().read() == b"x"
            connection.close()
        process.terminate()
        assert process.stderr is not None
        # The folder of the index goes with this process, maybe before it was verified.
        said = process.stderr.read().splitlines()
        assert [line for line in said if "There is no index in" not in line] == []


def test_connections_that_say_nothing_block_nobody() -> None:
    with _serving() as (_, port), contextlib.ExitStack() as idle:
        for number in range(300):
            one = idle.enter_context(socket.create_connection(("127.0.0.1", port)))
            if number % 2:
                one.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n")
        asking = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        with contextlib.closing(asking):
            asking.request("GET", "/healthz")
            assert b"ok" in asking.getresponse().read()
