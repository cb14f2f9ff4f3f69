"""One commit for one request: asked anew once where it is cleared away, let go with the answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, cast, get_args
from urllib.parse import urlsplit
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Flask, Response, current_app, g, request

from .. import __version__
from ..budget import Budget, LongWork
from ..citing.record import Kind
from ..config import Settings
from ..documents.facets import BY_NAME, UNKNOWN
from ..errors import CommitGoneError, UsageError
from ..query.request import SearchRequest
from ..searching.compare import CompareRequest
from ..searching.concordance import ConcordanceRequest, provenance
from ..searching.index import Index
from ..searching.results import SearchResults
from .addresses import Added, Addresses
from .processes import READERS, MachineTurn
from .templating import Assets

PROGRAM = f"duansou {__version__}"
_CITED_KINDS = get_args(Kind)
_KIND_CHOICES = (*BY_NAME["kind"].choices, UNKNOWN)


class OneCommitFlask(Flask):
    """An application whose requests read one commit each (see ``context.current_index``)."""

    def dispatch_request(self) -> Any:
        """The answer of the view; begun anew once where the commit that it read is gone."""
        try:
            return super().dispatch_request()
        except CommitGoneError:
            _let_go()
            return super().dispatch_request()

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """As it is: none of ours is a coroutine, and each request would ask of a dozen."""
        return func

    def process_response(self, response: Response) -> Response:
        """Have the commit let go when the last byte is sent: a body may be made while it is."""
        response = super().process_response(response)
        index = g.pop("index", None)
        if index is not None:
            response.call_on_close(lambda: _close(self, index))
        return response

    def do_teardown_request(self, *args: Any, **kwargs: Any) -> None:
        """Let it go where there was no answer."""
        _let_go()
        super().do_teardown_request(*args, **kwargs)


def _let_go() -> None:
    index = g.pop("index", None)
    if index is not None:
        _close(current_app, index)


def _close(app: Flask, index: Index) -> None:
    app.extensions["duansou.tally"].add(READERS, by=-1)
    index.close()


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
        path = environ.get("PATH_INFO", "")
        is_ready = path.startswith("/static/") or path in ("/healthz", "/readyz")
        budget = Budget(
            self._index.query_budget_ms or None,
            # What is ready waits for nobody.
            long_work=None if is_ready else self._turns,
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


def current_index() -> Index:
    """The index at one commit, the newest when this request first asks: all of its answer is of it.

    It is let go with the last byte of the answer.
    """
    if "index" not in g:
        g.index = cast(Index, current_app.extensions["duansou.index"]).newest()
        current_app.extensions["duansou.tally"].add(READERS)
    return cast(Index, g.index)


def provenance_of_file() -> dict[str, object]:
    """What made a file that is taken away, and from which collection."""
    return {"program": PROGRAM, **provenance(current_index().reader)}


def found(state: SearchRequest) -> SearchResults:
    """What a search finds. How its query is understood is kept for who logs it."""
    results = current_index().run(state)
    g.understood = results.query
    return results


def current_assets() -> Assets:
    """The static files."""
    return cast(Assets, current_app.extensions["duansou.assets"])


def addresses() -> Addresses:
    """Addresses below the path at which the application is mounted."""
    return Addresses(request.script_root)


def added_by_reader() -> Added:
    """What the address adds to a citation, unchecked but not endless."""
    args = request.args

    def value(name: str, limit: int = 40) -> str:
        return args.get(name, "").strip()[:limit]

    # The facet of the same name has other values.
    kind = next((k for k in args.getlist("kind") if k not in _KIND_CHOICES), "").strip()[:40]
    return Added(value("style"), value("accessed"), value("url", 2000), kind, value("item"))


def settings() -> Settings:
    """The settings in force."""
    return cast(Settings, current_app.extensions["duansou.settings"])


def site_address() -> str:
    """The absolute address of the site, without a slash at its end, for what is taken away.

    ``DUANSOU_PUBLIC_URL`` where it is set, else what the Host header says.
    """
    return settings().public_url or request.url_root.rstrip("/")


def site_origin() -> str:
    """The same without the path below which the application is mounted."""
    parts = urlsplit(site_address())
    return f"{parts.scheme}://{parts.netloc}"


def search_request() -> SearchRequest:
    """The search state in the address. Raises UsageError where it cannot be one."""
    params = request.args.items(multi=True)
    # How a reader wants a text cited is no kind of document.
    return _bounded(
        SearchRequest.from_params(p for p in params if p[0] != "kind" or p[1] not in _CITED_KINDS)
    )


def concordance_request() -> ConcordanceRequest:
    """The concordance in the address. Raises UsageError where it cannot be one."""
    state = ConcordanceRequest.from_params(request.args.items(multi=True))
    _bounded(state.search)
    return state


def compare_request() -> CompareRequest:
    """The comparison in the address. Raises UsageError where it cannot be one."""
    return CompareRequest.from_params(request.args.items(multi=True))


def _bounded(state: SearchRequest) -> SearchRequest:
    most = settings().page_size_limit
    if state.limit is not None and state.limit > most:
        raise UsageError("page-size-too-large", limit=state.limit, most=most)
    return state
