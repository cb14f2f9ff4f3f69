"""Bound what one address asks in a minute, and how many exports are written at the same time."""

from __future__ import annotations

import threading
import time
import weakref
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from ipaddress import IPv6Address, ip_address
from math import ceil
from typing import ParamSpec, cast

from flask import Flask, Response, current_app, request

from ..config import Settings
from ..errors import BusyError, TooManyRequestsError
from .access import is_loopback
from .site import refuse_embedding

P = ParamSpec("P")

_ADDRESSES = 20_000
"""So many addresses are remembered, 3 MB; of more, those that asked last."""
_NETWORK_BITS = 64
"""One reader has as many addresses of IPv6 as he likes, all in one network."""
_UNCOUNTED = {"discovery.static", "discovery.favicon", "operating.ready"}
"""What comes with a page and is ready as it is sent, and who watches whether it answers."""


def register(app: Flask, settings: Settings) -> None:
    """Put the bounds of the settings around an application: one export at least, any rate for 0."""
    app.extensions["duansou.exports"] = threading.BoundedSemaphore(max(1, settings.exports))
    if not settings.rate_limit:
        return
    rates = Rates(settings.rate_limit)

    @app.before_request
    def count() -> None:
        address = request.remote_addr or ""
        if request.endpoint not in _UNCOUNTED and not is_loopback(address):
            wait_s = rates.take(_network(address), time.monotonic())
            if wait_s:
                error = TooManyRequestsError("rate-exceeded", limit=settings.rate_limit)
                error.retry_after_s = ceil(wait_s)
                raise error


class Rates:
    """How much each of many may still ask: ``a_minute`` at once, and again as time goes by."""

    def __init__(self, a_minute: int) -> None:
        self._most = float(a_minute)
        self._lock = threading.Lock()
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        """Name → what was left when it asked last, and when that was, in seconds."""

    def take(self, name: str, now_s: float) -> float:
        """Count a request; seconds until the next is allowed where this one is not, else 0."""
        with self._lock:
            left, then_s = self._left.pop(name, (self._most, now_s))
            left = min(self._most, left + (now_s - then_s) * self._most / 60)
            is_allowed = left >= 1
            self._left[name] = (left - is_allowed, now_s)
            if len(self._left) > _ADDRESSES:
                self._left.popitem(last=False)
        return 0.0 if is_allowed else (1 - left) * 60 / self._most


def _network(address: str) -> str:
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, IPv6Address) and found.ipv4_mapped is None:
        return str(int(found) >> (128 - _NETWORK_BITS))
    return str(found)


def _followed(pieces: Iterable[bytes], done: Callable[[], object]) -> Iterator[bytes]:
    yield from pieces
    done()


def limited(view: Callable[P, Response]) -> Callable[P, Response]:
    """Have a view write its file only while fewer than the settings allow are written.

    Raises BusyError, and OtherSiteError where a page of another site embeds it.
    """

    @wraps(view)
    def one_of_few(*args: P.args, **kwargs: P.kwargs) -> Response:
        refuse_embedding(request)
        slots: threading.BoundedSemaphore = current_app.extensions["duansou.exports"]
        if not slots.acquire(blocking=False):
            raise BusyError("exports-busy")
        try:
            response = view(*args, **kwargs)
        except BaseException:
            slots.release()
            raise
        # Once: at the last piece, or where it is dropped before.
        release = weakref.finalize(response, slots.release)
        response.call_on_close(release)
        response.response = _followed(cast(Iterable[bytes], response.response), release)
        return response

    return one_of_few
