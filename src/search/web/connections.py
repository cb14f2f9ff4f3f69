"""Take connections and requests up to a bound, and refuse further ones at once, in words.

waitress queues without end, stops to listen at its limit, lets a request take any time to arrive,
and where the system has no descriptors left it tries again as fast as it can. Here whatever is
too much is answered 503 as soon as it is read, without a thread, what is slow is closed, and what
the server says by itself has the headers of the application.
"""

from __future__ import annotations

import contextlib
import errno
import math
import os
import select
import socket
import sys
import threading
import time
from collections.abc import Iterator
from functools import lru_cache
from http import HTTPStatus

import waitress.channel
import waitress.server
from flask import Flask
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.server import TcpWSGIServer
from waitress.task import ErrorTask, ThreadedTaskDispatcher

from .. import platforms
from ..config import Settings, terminal_language
from ..languages.sentences import CHINESE, ENGLISH, Sentence
from .failures import ANSWERS, RETRY_AFTER_S
from .operating import note_refused
from .safety import HEADERS

_HEADER_LIMIT_BYTES = 64 * 1024
_BODY_MORE_BYTES = 64 * 1024
"""So much more than the application takes, which answers in words where it is too much."""
_SENT_AT_ONCE_BYTES = 16 * 1024
_UNSENT_BYTES = 64 * 1024
"""So much the system keeps for a client that does not take it: of megabytes nobody would see for
minutes that a slow one takes something all the time."""
_SURPLUS = 100
"""So many connections beyond the limit are kept until they have asked, to be told why not."""
_OWN_DESCRIPTORS = 256
"""So many are for the files of the index, and of the program."""
_SURPLUS_S = 2.0
"""And so long at most."""
_CLEANUP_S = 1
"""How often connections are looked at."""
_NO_DESCRIPTORS = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}
_SAY_AGAIN_S = 60.0
_REST_S = 0.1
"""So long nobody is let in where there are no descriptors."""


class _Clock:
    """What waitress takes for the clock of connections: set forward, the other one closes all of
    them; set back, it leaves slow ones for as long.
    """

    time = staticmethod(time.monotonic)


waitress.channel.time = waitress.server.time = _Clock


class Parser(HTTPRequestParser):  # type: ignore[misc]
    """Refuses a request whose end is told in two ways: a proxy may go by the other one."""

    def parse_header(self, header_plus: bytes) -> None:
        """Read the lines of the head. Raises ParsingError."""
        super().parse_header(header_plus)
        lengths = self.chunked + ("CONTENT_LENGTH" in self.headers)
        if lengths > 1 or "TRANSFER_ENCODING" in self.headers:
            raise ParsingError("Content-Length and Transfer-Encoding exclude each other")


class _Refusal(ErrorTask):  # type: ignore[misc]
    """What is answered where the application failed unforeseen."""

    def execute(self) -> None:
        """Write the refusal, and end the connection."""
        self.wrote_header = self.close_on_finish = True
        self.channel.write_soon(refusal(self.request.error.code))


class Channel(HTTPChannel):  # type: ignore[misc]
    """A connection that knows since when a request arrives, and who holds it up."""

    parser_class = Parser
    error_task_class = _Refusal
    requests: list[HTTPRequestParser]
    close_when_flushed: bool
    arriving_since: float | None = None
    is_surplus = False

    def handle_read(self) -> None:
        """Take what has come."""
        before = self.request
        super().handle_read()
        if self.request is None:
            self.arriving_since = None
        elif self.request is not before:
            self.arriving_since = time.monotonic()

    def service(self) -> None:
        """Answer one request."""
        with self.server.answering():
            super().service()

    def writable(self) -> bool:
        """Whether something can be sent now; a little waits for what else is being written."""
        is_enough = not self.requests or self.total_outbufs_len >= self.adj.send_bytes
        return bool(
            self.will_close or self.close_when_flushed or (self.total_outbufs_len and is_enough)
        )

    def write_soon(self, data: bytes) -> int:
        """Have something sent; the client has its time to take it from now."""
        if not self.total_outbufs_len:
            self.last_activity = time.monotonic()
        return int(super().write_soon(data))

    def refuse(self, code: int) -> None:
        """Answer at once what was asked last, and end the connection.

        To be called where requests are added, which is with their lock.
        """
        answer = refusal(code)
        if getattr(self.requests[0], "command", "") == "HEAD":
            answer = answer[: answer.index(b"\r\n\r\n") + 4]
        if not self.close_when_flushed:
            with self.outbuf_lock:
                self.outbufs[-1].append(answer)
                self.total_outbufs_len += len(answer)
                self.close_when_flushed = True
                self._flush_exception(self._flush_some, do_close=False)
        # Last: without requests it is sent from without a lock.
        for request in self.requests:
            request.close()
        self.requests = []

    def is_slow(self, now: float, patience_s: float) -> bool:
        """Whether it takes too long to ask, or takes nothing of its answer; 0 is any time."""
        if self.is_surplus:
            return bool(now - self.creation_time > _SURPLUS_S)
        if self.arriving_since is not None and not self.readable():
            # Whatever it sends is not looked at for now.
            self.arriving_since = now
        since = [] if self.arriving_since is None else [self.arriving_since]
        # Less than that is not offered yet, while there is more to come.
        if not self.requests or self.total_outbufs_len >= self.adj.send_bytes:
            since.append(self.last_activity)
        return bool(patience_s and since and now - min(since) > patience_s)


class Server(TcpWSGIServer):  # type: ignore[misc]
    """A server with bounds, at a socket that listens already."""

    channel_class = Channel

    def __init__(self, app: Flask, settings: Settings, listener: socket.socket) -> None:
        self._limit, self._surplus = _within_descriptors(max(1, settings.connections))
        # One at least: a thread that has answered is busy for a moment more.
        self._waiting = max(1, settings.waiting)
        self._patience_s = settings.connection_timeout_s
        self._app = app
        self._said_at = self._closed_until = -_SAY_AGAIN_S
        # Read now: later there may be no descriptor for its catalogue.
        self._without = Sentence("no-descriptors").said(terminal_language())
        self._reserve: int | None = os.open(os.devnull, os.O_RDONLY)
        self._busy_threads = 0
        self._looked_at = time.monotonic()
        self._busy_lock = threading.Lock()
        adjustments = Adjustments(
            threads=max(1, settings.threads),
            ident="duansou",
            # What is too much is refused here.
            connection_limit=sys.maxsize,
            asyncore_use_poll=hasattr(select, "poll"),
            # Whose headers count is decided in ``site``.
            clear_untrusted_proxy_headers=False,
            max_request_body_size=settings.draft_limit_mb * 1_000_000 + _BODY_MORE_BYTES,
            max_request_header_size=_HEADER_LIMIT_BYTES,
            # Without a look ahead nobody notices that a client is gone.
            channel_request_lookahead=1,
        )
        # The head of an answer goes with its body; an argument is deprecated, the attribute is not.
        adjustments.send_bytes = _SENT_AT_ONCE_BYTES
        if (unsent := getattr(socket, "TCP_NOTSENT_LOWAT", None)) is not None:
            adjustments.socket_options = [
                *adjustments.socket_options,
                (socket.IPPROTO_TCP, unsent, _UNSENT_BYTES),
            ]
        dispatcher = ThreadedTaskDispatcher()
        dispatcher.set_thread_count(adjustments.threads)
        at = (listener.family, listener.type, listener.proto, listener.getsockname())
        super().__init__(
            app,
            _sock=listener,
            dispatcher=dispatcher,
            adj=adjustments,
            sockinfo=at,
            bind_socket=False,
        )
        self.next_channel_cleanup = math.inf  # see ``end_slow``

    def add_task(self, task: Channel) -> None:
        """Have a request answered, or refused where too many wait already."""
        threads = self.task_dispatcher
        # One that a thread is about to take does not wait. The dispatcher's own count has
        # threads that have yet to begin among the busy ones.
        idle = max(0, len(threads.threads) - self._busy_threads)
        error = task.requests[0].error
        if error or task.close_when_flushed:
            task.refuse(error.code if error else HTTPStatus.SERVICE_UNAVAILABLE)
        elif task.is_surplus or len(threads.queue) >= self._waiting + idle:
            note_refused(self._app)
            task.refuse(HTTPStatus.SERVICE_UNAVAILABLE)
        else:
            super().add_task(task)

    @contextlib.contextmanager
    def answering(self) -> Iterator[None]:
        """Count a thread as busy."""
        with self._busy_lock:
            self._busy_threads += 1
        try:
            yield
        finally:
            with self._busy_lock:
                self._busy_threads -= 1

    def readable(self) -> bool:
        """Whether it listens now."""
        return bool(super().readable()) and time.monotonic() >= self._closed_until

    def handle_accept(self) -> None:
        """Take a connection; one too many is told so when it has asked."""
        try:
            accepted = self.accept()
            if accepted is None:
                return
            connection, address = accepted
            connections = len(self.active_channels)
            if connections >= self._limit + self._surplus:
                _turn_away(connection)
                return
            self.set_socket_options(connection)
            channel = Channel(self, connection, self.fix_addr(address), self.adj, map=self._map)
            channel.is_surplus = connections >= self._limit
        except OSError as error:
            if error.errno in _NO_DESCRIPTORS:
                self._turn_away_without_descriptors()
            # Else it was closed before it was looked at.

    def end_slow(self) -> None:
        """Once a second, end connections that hold others up.

        Between two rounds of the loop: waitress does so while it polls, where the number of a
        closed connection may be given to a new one, which is then closed as well.
        """
        now = time.monotonic()
        if now < self._looked_at + _CLEANUP_S:
            return
        self._looked_at = now
        for channel in list(self.active_channels.values()):
            if channel.is_slow(now, self._patience_s):
                # Who writes to it is told so, instead of waiting for ever.
                channel.handle_close()

    def shut_down(self, timeout_s: float) -> None:
        """End the threads and let go of the socket."""
        self.task_dispatcher.shutdown(timeout=timeout_s)
        self.close()
        if self._reserve is not None:
            os.close(self._reserve)

    def _turn_away_without_descriptors(self) -> None:
        now = time.monotonic()
        if now - self._said_at > _SAY_AGAIN_S:
            self._said_at = now
            print(f"duansou: {self._without}", file=sys.stderr, flush=True)
        if self._reserve is not None:
            os.close(self._reserve)
            self._reserve = None
            with contextlib.suppress(OSError):
                accepted = self.accept()
                if accepted is not None:
                    _turn_away(accepted[0])
        try:
            self._reserve = os.open(os.devnull, os.O_RDONLY)
        except OSError:
            self._closed_until = now + _REST_S


def _within_descriptors(connections: int) -> tuple[int, int]:
    """How many connections are answered, and how many more are told why not.

    The system is asked for as many descriptors as that takes; where it gives fewer, so do we.
    """
    wanted = connections + _SURPLUS + _OWN_DESCRIPTORS
    there = platforms.descriptors(wanted)
    if there >= wanted:
        return connections, _SURPLUS
    own = there // 8 + min(_OWN_DESCRIPTORS, there // 3)
    return max(1, min(connections, there - own)), min(_SURPLUS, there // 8)


@lru_cache(16)
def refusal(code: int) -> bytes:
    """An answer that the application does not give: one sentence in both languages."""
    status = HTTPStatus(code)
    is_busy = status == HTTPStatus.SERVICE_UNAVAILABLE
    fitting = status if status in ANSWERS else HTTPStatus.BAD_REQUEST
    sentence = Sentence("server-busy") if is_busy else ANSWERS[fitting][1]
    body = "".join(f"{sentence.said(each)}\r\n" for each in (CHINESE, ENGLISH)).encode()
    headers = {
        "Content-Type": "text/plain; charset=utf-8",
        "Cache-Control": "private, no-store",
        **HEADERS,
        **({"Retry-After": RETRY_AFTER_S} if is_busy else {}),
        "Connection": "close",
        "Content-Length": str(len(body)),
    }
    lines = [f"HTTP/1.1 {code} {status.phrase}", *(f"{n}: {v}" for n, v in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def _turn_away(connection: socket.socket) -> None:
    """Say that it is too much, and close: nothing is read."""
    with contextlib.closing(connection), contextlib.suppress(OSError):
        connection.setblocking(False)
        connection.send(refusal(HTTPStatus.SERVICE_UNAVAILABLE))
        connection.shutdown(socket.SHUT_WR)
