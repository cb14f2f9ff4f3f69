"""Give every request its budget of work, from its first line to the last piece of its answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Flask

from ..budget import Budget, LongWork
from ..searching.index import Index
from .processes import MachineTurn

_WAIT_S = 10.0
"""Turns take a second each at most, so who is next is asked in sooner than that."""


def register(app: Flask, index: Index, threads: int, large: MachineTurn | None = None) -> None:
    """Put budgets around an application that is served by so many threads of this process.

    Half of the threads stay free for what takes no time: at most an eighth do long work at once,
    as more would only take the interpreter from each other, and the others wait for it. Each
    process has an interpreter and so turns of its own, but ``large`` is shared.
    """
    turns = max(1, threads // 8)
    long_work = LongWork(turns, max(0, threads // 2 - turns), _WAIT_S, large)
    app.wsgi_app = _Budgeted(app.wsgi_app, index, long_work)  # type: ignore[method-assign]


class _Budgeted:
    """An application, with a budget in force while it works."""

    def __init__(self, inner: Callable[..., Iterable[bytes]], index: Index, turns: LongWork):
        self._inner = inner
        self._index = index
        self._turns = turns

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        budget = Budget(
            self._index.query_budget_ms or None,
            long_work=self._turns,
            is_gone=environ.get("waitress.client_disconnected"),
        )
        with budget.in_force():
            body = self._inner(environ, start_response)
        return _Body(body, budget)


class _Body:
    """The pieces of an answer, each made within the budget of its request."""

    def __init__(self, pieces: Iterable[bytes], budget: Budget) -> None:
        self._pieces = pieces
        self._budget = budget

    def __iter__(self) -> Iterator[bytes]:
        pieces = iter(self._pieces)
        while True:
            with self._budget.in_force():
                piece = next(pieces, None)
            if piece is None:
                return
            yield piece

    def close(self) -> None:
        """Let go of what the pieces are made from."""
        close: Any = getattr(self._pieces, "close", None)
        if close is not None:
            with self._budget.in_force():
                close()
