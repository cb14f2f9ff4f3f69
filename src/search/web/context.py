"""What does a view need to know about the request it answers?"""

from __future__ import annotations

from typing import cast

from flask import current_app, g, request

from ..config import Settings
from ..errors import UsageError
from ..query.request import SearchRequest
from ..searching.compare.request import CompareRequest
from ..searching.concordance.request import ConcordanceRequest
from ..searching.index import Index
from .addresses import Addresses
from .assets import Assets
from .citation_view import Added


def current_index() -> Index:
    """The index at one commit, the newest when this request first asks: all of its answer is of it.

    It is let go with the last byte of the answer.
    """
    if "index" not in g:
        g.index = cast(Index, current_app.extensions["duansou.index"]).newest()
    return cast(Index, g.index)


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

    return Added(
        value("style"), value("accessed"), value("url", 2000), value("kind"), value("item")
    )


def settings() -> Settings:
    """The settings in force."""
    return cast(Settings, current_app.extensions["duansou.settings"])


def site_address() -> str:
    """The absolute address of the site, without a slash at its end, for what is taken away.

    ``DUANSOU_PUBLIC_URL`` where it is set, else what the Host header says.
    """
    return settings().public_url or request.url_root.rstrip("/")


def search_request() -> SearchRequest:
    """The search state in the address. Raises UsageError where it cannot be one."""
    return _bounded(SearchRequest.from_params(request.args.items(multi=True)))


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
        raise UsageError(
            f"limit is {state.limit}; at most {most} fit on one page.",
            zh=f"limit 是 {state.limit}，一页最多 {most} 个段落：请改小。",
        )
    return state
