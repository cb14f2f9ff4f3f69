"""Start a server in a process of its own, and ask it over one connection that is kept."""

from __future__ import annotations

import contextlib
import gzip
import http.client
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from pathlib import Path

from .process import ROOT, SystemFailedError

Place = tuple[str, int]
"""Host and port."""

_TIMEOUT_S = 120
_AGAIN_S = 0.05


def our_page(folder: Path) -> list[str]:
    """The command with which users serve an index."""
    return [sys.executable, "-m", "search", "serve", "--index", str(folder), "--port", "0"]


@contextlib.contextmanager
def served(command: Sequence[str]) -> Iterator[Place]:
    """Where a server answers that says its address in its first line. Raises SystemFailedError."""
    with subprocess.Popen(  # noqa: S603 (ourselves)
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
        cwd=ROOT,
        env={**os.environ, "PYTHONUTF8": "1"},
    ) as server:
        try:
            greeting = server.stdout.readline() if server.stdout else ""
            found = re.search(r"http://([^:/]+):(\d+)/", greeting)
            if found is None:
                raise SystemFailedError(f"nothing is served by {' '.join(command)}")
            yield found[1], int(found[2])
        finally:
            server.terminate()


class Client:
    """One connection to a server; a context manager that closes it."""

    def __init__(self, place: Place) -> None:
        self._connection = http.client.HTTPConnection(*place, timeout=_TIMEOUT_S)

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def get(self, address: str) -> tuple[float, bytes]:
        """Milliseconds from request to last byte, and the body, unpacked.

        What a server refuses for now is asked again soon, in the same time. Raises
        SystemFailedError, also for an answer that is no success.
        """
        refused_ms = 0.0
        try:
            while True:
                try:
                    took_ms, response, body = self._asked(address)
                except http.client.RemoteDisconnected:
                    # A server may close a connection that was idle for a few seconds.
                    self._connection.close()
                    took_ms, response, body = self._asked(address)
                is_refused = response.status == HTTPStatus.SERVICE_UNAVAILABLE
                if not is_refused or refused_ms > _TIMEOUT_S * 1000:
                    break
                time.sleep(_AGAIN_S)
                refused_ms += took_ms + _AGAIN_S * 1000
        except OSError as error:
            raise SystemFailedError(f"{address}: {error}") from error
        took_ms += refused_ms
        if response.status != 200:
            raise SystemFailedError(f"{address} was answered with {response.status}")
        is_packed = response.headers.get("Content-Encoding") == "gzip"
        return took_ms, gzip.decompress(body) if is_packed else body

    def _asked(self, address: str) -> tuple[float, http.client.HTTPResponse, bytes]:
        began = time.perf_counter()
        self._connection.request("GET", address, headers={"Accept-Encoding": "gzip"})
        response = self._connection.getresponse()
        body = response.read()
        return (time.perf_counter() - began) * 1e3, response, body
