"""What is too much is refused at once and in words, and holds nobody else up."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from search.budget import LongWork
from search.config import load_settings
from search.searching.index import Index
from search.web import create_app
from search.web.limits import Rates
from search.web.safety import POLICY

from .corpus import GUIGANG

TESTS = Path(__file__).resolve().parents[2]
PROGRAM = """
import time
from flask import Response
from unit.web.corpus import GUIGANG, index_of
from search.config import load_settings
from search.web import create_app, serve

now = time.time

def set_clock(by_s):
    time.time = lambda: now() + by_s
    return "set"

def with_work(*args, **options):
    app = create_app(*args, **options)
    app.add_url_rule("/work", "work", lambda: time.sleep(0.4) or "x")
    app.add_url_rule("/longer", "longer", lambda: time.sleep(1) or "x")
    app.add_url_rule("/large", "large", lambda: Response("x" * 100_000 for _ in range(400)))
    app.add_url_rule("/most", "most", lambda: str(most))
    app.add_url_rule("/calculate", "calculate", calculate)
    app.add_url_rule("/clock/<int(signed=True):by_s>", "clock", set_clock)
    return app

at_work = most = 0

def calculate():
    global at_work, most
    at_work += 1
    most = max(most, at_work)
    end = time.monotonic() + 0.04
    while time.monotonic() < end:
        pass
    at_work -= 1
    return "x"

serve.create_app = with_work
serve.serve(index_of(GUIGANG), load_settings(port=0))
"""


@contextlib.contextmanager
def serving(descriptors: int = 1024, **chosen: int) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    """The page with these settings on a port."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(TESTS),
        "PYTHONIOENCODING": "utf-8",
        "DUANSOU_LANG": "en",
        **{f"DUANSOU_{name.upper()}": str(value) for name, value in chosen.items()},
    }
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env=environment,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors, descriptors)),
    ) as process:
        assert process.stdout is not None
        try:
            address = re.search(r"http://127\.0\.0\.1:(\d+)/", process.stdout.readline())
            assert address
            port = int(address[1])
            # Until all that is done once is done.
            assert ask(port, "/healthz")[0] == 200
            yield port, process
        finally:
            process.send_signal(signal.SIGTERM)


def ask(port: int, path: str) -> tuple[int, Any, float]:
    """Status, headers and the seconds it took on a connection of its own."""
    began = time.monotonic()
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as asking:
        asking.request("GET", path)
        answer = asking.getresponse()
        answer.read()
        return answer.status, answer.headers, time.monotonic() - began


def raw(port: int, sent: bytes) -> bytes:
    """All that is answered to some bytes until the connection is closed."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(sent)
        answered = b""
        with contextlib.suppress(ConnectionResetError):
            while part := connection.recv(65536):
                answered += part
        return answered


def test_more_requests_than_can_wait_are_refused_at_once() -> None:
    with serving(threads=1, waiting=2) as (port, _):
        answers: list[tuple[int, Any, float]] = []
        asking = [
            threading.Thread(target=lambda: answers.append(ask(port, "/work"))) for _ in range(12)
        ]
        for each in asking:
            each.start()
        for each in asking:
            each.join()
        refused = [answer for answer in answers if answer[0] == 503]
        assert {answer[0] for answer in answers} == {200, 503}
        longest_s = max(took_s for status, _, took_s in answers if status == 200)
        # The first may still wait for its thread when the others come.
        assert 2 <= 12 - len(refused) <= 5
        for _, headers, took_s in refused:
            assert int(headers["Retry-After"]) > 0
            assert headers["Content-Security-Policy"] == POLICY
            # One of the others takes 0.4 s, the last of all that wait 1.2.
            assert took_s < longest_s
        assert ask(port, "/healthz")[0] == 200
        # Of several requests on one connection the first is refused, and the others not read.
        one = b"GET /longer HTTP/1.1\r\nHost: localhost\r\n\r\n"
        with contextlib.ExitStack() as stack:
            for _ in range(3):
                other = stack.enter_context(socket.create_connection(("127.0.0.1", port)))
                other.sendall(one * 2)
                time.sleep(0.05)
            answered = raw(port, one.replace(b"GET", b"HEAD") + one)
        assert answered.startswith(b"HTTP/1.1 503 ")
        assert answered.endswith(b"\r\n\r\n")
        assert answered.count(b"HTTP/1.1") == 1


def test_no_place_to_wait_and_no_limit_of_time_close_nothing() -> None:
    with serving(threads=2, waiting=0, connection_timeout_s=0) as (port, _):
        for _ in range(5):
            assert ask(port, "/healthz")[0] == 200
        with socket.create_connection(("127.0.0.1", port)) as idle:
            time.sleep(2.2)  # it is looked every second
            idle.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
            assert idle.recv(100).startswith(b"HTTP/1.0 200")


def test_connections_that_come_as_others_are_cut_off_are_answered() -> None:
    with serving(connection_timeout_s=1) as (port, _), contextlib.ExitStack() as silent:
        answers: list[int] = []

        def ask_when_cut_off(connection: socket.socket) -> None:
            assert not connection.recv(1)
            answers.append(ask(port, "/healthz")[0])

        asking = []
        for _ in range(10):
            connection = socket.create_connection(("127.0.0.1", port), timeout=10)
            silent.enter_context(connection)
            asking.append(threading.Thread(target=ask_when_cut_off, args=(connection,)))
            asking[-1].start()
        for each in asking:
            each.join()
    assert answers == [200] * 10


def test_requests_that_come_in_parts_of_one_connection_each_have_their_time() -> None:
    one = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with (
        serving(connection_timeout_s=2) as (port, _),
        socket.create_connection(("127.0.0.1", port), timeout=10) as client,
    ):
        client.sendall(one[:20])
        for _ in range(4):
            time.sleep(0.8)
            # The end of one and the beginning of the next come together.
            client.sendall(one[20:] + one[:20])
            assert b"200 OK" in client.recv(65536)


def test_who_waits_for_an_answer_has_no_more_time_to_ask_for_the_next() -> None:
    head = b"GET /longer HTTP/1.1\r\nHost: localhost\r\n"
    with (
        serving(connection_timeout_s=2) as (port, _),
        socket.create_connection(("127.0.0.1", port), timeout=10) as client,
    ):
        # While two wait, the beginning of the third is not looked at.
        client.sendall((head + b"\r\n") * 2 + head)
        client.settimeout(0.1)
        end = time.monotonic() + 10
        with contextlib.suppress(ConnectionError):
            while time.monotonic() < end:
                client.sendall(b"x")
                with contextlib.suppress(TimeoutError):
                    if not client.recv(65536):
                        break
                time.sleep(0.3)
        assert time.monotonic() < end


def test_more_connections_than_may_be_are_told_so() -> None:
    with serving(connections=5) as (port, _), contextlib.ExitStack() as idle:
        for _ in range(5):
            idle.enter_context(socket.create_connection(("127.0.0.1", port)))
        time.sleep(0.2)
        status, headers, took_s = ask(port, "/healthz")
        assert (status, headers["Retry-After"]) == (503, "2")
        assert took_s < 10
        idle.close()
        time.sleep(0.2)
        assert ask(port, "/healthz")[0] == 200


def test_a_clock_that_is_set_closes_nothing_and_lets_nobody_stay() -> None:
    with (
        serving(connection_timeout_s=2) as (port, _),
        contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as kept,
    ):
        for _ in range(2):
            kept.request("GET", "/healthz")
            assert kept.getresponse().read()
        idle = kept.sock
        assert ask(port, "/clock/3600")[0] == 200
        time.sleep(1.2)  # it is looked every second
        kept.request("GET", "/healthz")
        assert kept.getresponse().status == 200
        assert kept.sock is idle
        assert ask(port, "/clock/-3600")[0] == 200
        with socket.create_connection(("127.0.0.1", port)) as drop_by_drop:
            drop_by_drop.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n")
            end = time.monotonic() + 10
            with contextlib.suppress(OSError):
                while time.monotonic() < end:
                    drop_by_drop.sendall(b"X-A: b\r\n")
                    time.sleep(0.25)
            assert time.monotonic() < end


def test_who_takes_nothing_is_cut_off() -> None:
    with serving(connection_timeout_s=1, threads=1) as (port, _):
        began = time.monotonic()
        with asks_for_much(port) as takes_nothing:
            time.sleep(0.5)
            # It has the only thread until it is cut off, after a second.
            assert ask(port, "/healthz")[2] < 10
            assert time.monotonic() - began > 0.95
            takes_nothing.settimeout(5)
            with contextlib.suppress(ConnectionResetError):
                while takes_nothing.recv(1 << 20):
                    pass


@contextlib.contextmanager
def asks_for_much(port: int) -> Iterator[socket.socket]:
    """A client that takes little of 40 MB at a time."""
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect(("127.0.0.1", port))
        client.sendall(b"GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n")
        yield client


def test_who_takes_slowly_but_steadily_or_waits_for_a_thread_is_not_cut_off() -> None:
    one = b"GET /work HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with (
        serving(connection_timeout_s=1, threads=2) as (port, _),
        asks_for_much(port) as steady,
        socket.create_connection(("127.0.0.1", port), timeout=20) as waits,
    ):
        # Two requests are read at a time: half of another has come, and the rest is not looked at.
        waits.sendall(one * 5 + one[:20])
        time.sleep(0.05)
        waits.sendall(one[20:])
        began, taken = time.monotonic(), 0
        while time.monotonic() < began + 3:
            part = steady.recv(20_000)
            assert part
            taken += len(part)
            time.sleep(0.1)
        assert taken > 100_000
        answered = b""
        while answered.count(b"200 OK") < 6:
            part = waits.recv(65536)
            assert part
            answered += part


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET / HTTP/1.1\r\nHost localhost\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nX: " + b"x" * 70_000 + b"\r\n\r\n", b"431"),
        (b"POST /quotes HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n", b"413"),
        (b"POST /quotes HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n", b"501"),
        (
            b"POST /quotes HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /x HTTP/1.1\r\n\r\n",
            b"400",
        ),
        (
            b"POST /quotes HTTP/1.0\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"
            b"0\r\n\r\n",
            b"400",
        ),
    ],
)
def test_what_the_server_refuses_by_itself_has_the_headers_of_the_page(
    plain_server: int, sent: bytes, status: bytes
) -> None:
    answer = raw(plain_server, sent)
    assert answer.startswith((b"HTTP/1.0 " + status, b"HTTP/1.1 " + status))
    assert answer.count(b"HTTP/1.") == 1
    head = answer.partition(b"\r\n\r\n")[0].decode("latin-1")
    assert f"Content-Security-Policy: {POLICY}" in head
    assert "nosniff" in head
    assert b"waitress" not in answer


@pytest.fixture(scope="module")
def plain_server() -> Iterator[int]:
    with serving() as (port, _):
        yield port


def test_threads_that_calculate_leave_the_interpreter_to_who_refuses(plain_server: int) -> None:
    asking = [threading.Thread(target=ask, args=(plain_server, "/calculate")) for _ in range(8)]
    for each in asking:
        each.start()
    for each in asking:
        each.join()
    assert raw(plain_server, b"GET /most HTTP/1.0\r\n\r\n").endswith((b"\r\n1", b"\r\n2"))


@pytest.mark.parametrize("when", ["at the start", "later"])
def test_without_descriptors_it_goes_on_and_says_so_once(when: str) -> None:
    with serving(56 if when == "at the start" else 1024) as (port, process):
        assert ask(port, "/")[0] == 200
        if when == "later":
            if not hasattr(resource, "prlimit"):
                pytest.skip("another process's limits are set on Linux only")
            resource.prlimit(process.pid, resource.RLIMIT_NOFILE, (56, 56))
        with contextlib.ExitStack() as idle:
            for _ in range(90):
                idle.enter_context(socket.create_connection(("127.0.0.1", port), timeout=5))
            time.sleep(1)
        time.sleep(0.3)
        assert ask(port, "/")[0] == 200
        process.terminate()
        assert process.stderr is not None
        said = [line for line in process.stderr.read().splitlines() if "no index in" not in line]
        assert len(said) == (when == "later")
        assert all("ulimit -n" in line for line in said)


def client_of(index: Index, **chosen: Any) -> FlaskClient:
    settings = replace(load_settings(), **chosen)
    return create_app(index, settings, {"TESTING": True}).test_client()


def test_what_is_ready_waits_for_no_place(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    client, waited = client_of(index), []
    monkeypatch.setattr(LongWork, "begin_short", lambda _: waited.append(True))
    monkeypatch.setattr(LongWork, "end_short", lambda _: None)
    for path in ("/healthz", "/readyz", "/static/app.css"):
        assert client.get(path).status_code == 200
    assert waited == []
    assert client.get("/").status_code == 200
    assert waited


def test_one_address_asks_so_often_a_minute(index: Index) -> None:
    client = client_of(index, access="open", rate_limit=3)

    def statuses(address: str, path: str = "/api/v1/about") -> list[int]:
        environ = {"REMOTE_ADDR": address}
        return [client.get(path, environ_overrides=environ).status_code for _ in range(5)]

    assert statuses("192.0.2.1") == [200, 200, 200, 429, 429]
    assert statuses("192.0.2.2") == [200, 200, 200, 429, 429]
    # All addresses of one network are one reader.
    assert statuses("2001:db8::1") == [200, 200, 200, 429, 429]
    assert statuses("2001:db8::2") == [429] * 5
    assert statuses("127.0.0.1") == statuses("::1") == statuses("::ffff:127.0.0.1") == [200] * 5
    assert statuses("192.0.2.1", "/static/app.css") == [200] * 5
    refused = client.get("/api/v1/about", environ_overrides={"REMOTE_ADDR": "192.0.2.1"})
    assert 15 <= int(refused.headers["Retry-After"]) <= 20  # three a minute
    assert refused.get_json()["error"]["code"] == "too_many_requests"
    unbounded = client_of(index, access="open", rate_limit=0)
    environ = {"REMOTE_ADDR": "192.0.2.1"}
    for _ in range(9):
        assert unbounded.get("/robots.txt", environ_overrides=environ).status_code == 200


@given(
    st.integers(1, 50),
    st.lists(st.tuples(st.sampled_from("ab"), st.floats(0, 40)), max_size=80),
)
def test_nobody_is_answered_more_than_that_nor_kept_out_for_longer(
    a_minute: int, asked: list[tuple[str, float]]
) -> None:
    rates, now_s = Rates(a_minute), 1000.0
    answered: dict[str, list[float]] = {}
    for name, later_s in asked:
        now_s += later_s
        wait_s = rates.take(name, now_s)
        if wait_s:
            # Whoever waits as long as he is told is answered.
            now_s += wait_s + 1e-6
            assert rates.take(name, now_s) == 0
        answered.setdefault(name, []).append(now_s)
    for times in answered.values():
        for first in range(len(times)):
            for last in range(first, len(times)):
                most = a_minute + (times[last] - times[first]) * a_minute / 60
                assert last - first + 1 <= most + 1e-3


@pytest.mark.parametrize("path", ["/export.csv", "/export.bib", "/kwic.csv?q=信访"])
def test_few_exports_are_written_at_the_same_time(index: Index, path: str) -> None:
    client = client_of(index, exports=2)
    first, second = (client.get(path, buffered=False) for _ in range(2))
    third = client.get(path)
    assert (first.status_code, second.status_code, third.status_code) == (200, 200, 503)
    assert third.headers["Retry-After"]
    assert client.get("/").status_code == 200
    assert str(GUIGANG.title) in first.text or "kwic" in path
    first.close()
    assert client.get(path).status_code == 200
    # What fails gives its place back.
    for _ in range(4):
        assert client.get(f"{path.partition('?')[0]}?year=x").status_code == 400
    second.close()
    assert client.head(path).status_code == 200
    assert client.get(path).status_code == 200
