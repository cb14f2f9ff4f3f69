"""What is made of all that is committed, and kept until there is another commit."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

from .budget import Budget
from .engine import Engine

__all__ = ["OncePerCommit"]

T = TypeVar("T")


class OncePerCommit(Generic[T]):
    """Something made when it is first asked for after a commit. Safe to share between threads."""

    def __init__(self, engine: Engine, make: Callable[[], T]) -> None:
        self._engine = engine
        self._make = make
        self._lock = threading.Lock()
        self._made: tuple[Mapping[str, Any], T] | None = None

    def get(self) -> T:
        """What was made of the newest commit; raises what making it raises."""
        # The port gives one manifest object for each commit.
        manifest = self._engine.manifest()
        made = self._made
        if made is not None and made[0] is manifest:
            return made[1]
        with self._lock:
            if self._made is None or self._made[0] is not manifest:
                # It is for everybody: what one request has left must not decide what is kept.
                with Budget().in_force():
                    self._made = (manifest, self._make())
            return self._made[1]
