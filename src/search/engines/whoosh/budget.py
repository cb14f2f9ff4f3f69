"""How long may a query run? Asked between steps, so one step more may pass than was given."""

from __future__ import annotations

import time

__all__ = ["Budget"]

_clock = time.monotonic
"""Seconds that never go backwards."""


class Budget:
    """The time of one query, from now; ``limit_ms`` None never ends."""

    def __init__(self, limit_ms: int | None = None) -> None:
        self._end_s = None if limit_ms is None else _clock() + limit_ms / 1000
        self.was_spent = False
        """Whether anything was left out because no time remained."""

    def is_spent(self) -> bool:
        """Whether the next step is to be left out; once it is, every later one is too."""
        if self._end_s is not None and not self.was_spent:
            self.was_spent = _clock() > self._end_s
        return self.was_spent
