"""The rendered page over HTTP: our own server as users start it, one client, then sixteen."""

from __future__ import annotations

import http.client
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from .process import ROOT, SystemFailedError
from .timing import spread
from .values import Question

__all__ = ["measure_page"]

CLIENTS = 16
_TIMEOUT_SECONDS = 120


def measure_page(folder: Path, questions: Sequence[Question]) -> dict[str, Any]:
    """Milliseconds from request to last byte, for queries as typed, half of them filtered."""
    addresses = [_address(number, question) for number, question in enumerate(questions)]
    with subprocess.Popen(  # noqa: S603 (ourselves)
        [sys.executable, "-m", "search", "serve", "--index", str(folder), "--port", "0"],
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
                raise SystemFailedError("the page could not be served")
            place = (found[1], int(found[2]))
            first: list[float] = []
            _Client(place, addresses, first).run()
            warm: list[float] = []
            _Client(place, addresses, warm).run()
            together: list[float] = []
            clients = [
                _Client(place, addresses[n:] + addresses[:n], together)
                for n in range(0, CLIENTS * 7, 7)
            ]
            began = time.perf_counter()
            for client in clients:
                client.start()
            for client in clients:
                client.join()
            seconds = time.perf_counter() - began
        finally:
            server.terminate()
    failed = [client.failure for client in clients if client.failure]
    if failed:
        raise SystemFailedError(f"the page failed: {failed[0]}")
    return {
        "first": spread(first),
        "one_client": spread(warm),
        "clients": CLIENTS,
        "many_clients": spread(together),
        "requests_per_second": round(len(together) / seconds, 1),
    }


class _Client(threading.Thread):
    """Asks one address after another on one connection."""

    def __init__(
        self, place: tuple[str, int], addresses: Sequence[str], milliseconds: list[float]
    ) -> None:
        super().__init__()
        self._place = place
        self._addresses = addresses
        self._milliseconds = milliseconds
        self.failure: str | None = None

    def run(self) -> None:
        connection = http.client.HTTPConnection(*self._place, timeout=_TIMEOUT_SECONDS)
        try:
            for address in self._addresses:
                began = time.perf_counter()
                connection.request("GET", address, headers={"Accept-Encoding": "gzip"})
                response = connection.getresponse()
                response.read()
                self._milliseconds.append((time.perf_counter() - began) * 1e3)
                if response.status != 200:
                    self.failure = f"{address} was answered with {response.status}"
        except OSError as error:
            self.failure = str(error)
        finally:
            connection.close()


def _address(number: int, question: Question) -> str:
    params = [("q", question.text)]
    # By rounds through the five classes, so that every class has both.
    if number // 5 % 2:
        if question.city:
            params.append(("city", question.city))
        if question.years:
            params.append(("year", f"{question.years[0]}..{question.years[1]}"))
    return f"/?{urlencode(params)}"
