"""The rendered page over HTTP: our own server as users start it, one client, then sixteen."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from .process import SystemFailedError
from .serving import Client, Place, our_page, served
from .timing import spread
from .values import Question

CLIENTS = 16


def measure_page(folder: Path, questions: Sequence[Question]) -> dict[str, Any]:
    """Milliseconds from request to last byte, for queries as typed, half of them filtered."""
    addresses = [address_of(number, question) for number, question in enumerate(questions)]
    with served(our_page(folder)) as place:
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

    def __init__(self, place: Place, addresses: Sequence[str], milliseconds: list[float]) -> None:
        super().__init__()
        self._place = place
        self._addresses = addresses
        self._milliseconds = milliseconds
        self.failure: str | None = None

    def run(self) -> None:
        try:
            with Client(self._place) as client:
                for address in self._addresses:
                    self._milliseconds.append(client.get(address)[0])
        except SystemFailedError as error:
            self.failure = str(error)


def address_of(number: int, question: Question) -> str:
    """The page of a question as it is typed, every other five with their filters."""
    params = [("q", question.text)]
    # By rounds through the five classes, so that every class has both.
    if number // 5 % 2:
        if question.city:
            params.append(("city", question.city))
        if question.years:
            params.append(("year", f"{question.years[0]}..{question.years[1]}"))
    return f"/?{urlencode(params)}"
