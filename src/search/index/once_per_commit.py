"""Keep what is computed of one commit, such as the values of its facets, with the commit."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar, cast

from ..budget import Budget, current

T = TypeVar("T")


class OncePerCommit:
    """What readers of one commit have made of it, by name. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._making: dict[str, threading.Lock] = {}
        self._made: dict[str, Any] = {}

    def get(self, name: str, make: Callable[[], T]) -> T:
        """What ``make`` gives, kept from the first call on; raises what it raises, keeping nothing.

        Who asks while it is being made waits for it, and for nothing else.
        """
        if name in self._made:
            return cast(T, self._made[name])
        with self._lock:
            making = self._making.setdefault(name, threading.Lock())
        with making:
            if name not in self._made:
                # It is for everybody: what one request has left must not decide what is kept.
                began = time.thread_time()
                with Budget().in_force():
                    self._made[name] = make()
                current().pass_over(time.thread_time() - began)
            return cast(T, self._made[name])
