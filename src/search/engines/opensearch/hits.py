"""Which of the matching passages are shown, in which order? One slice of a total order.

Up to WINDOW a slice is cut by the server. Deeper ones are walked to from the last hit of what was
asked for before, or from the first; the server then gives no more than the places of hits.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ...documents.document import Passage
from ...index.engine import EngineRequest
from .asking import DOCUMENT_ORDER, WINDOW
from .schema import passage_of

Slice = list[Mapping[str, Any]]
"""Hits as the server gives them."""

_REMEMBERED = 64


def sort_of(request: EngineRequest) -> list[dict[str, str]]:
    """The total order of a request."""
    if request.sort == "relevance":
        return [{"_score": "desc"}, *DOCUMENT_ORDER]
    if request.sort == "date":
        return [{"published": "desc"}, *DOCUMENT_ORDER]
    return DOCUMENT_ORDER


def hits_of(found: Sequence[Mapping[str, Any]]) -> tuple[tuple[Passage, float], ...]:
    """Passages and scores."""
    return tuple((passage_of(hit["_source"]), float(hit["_score"] or 0.0)) for hit in found)


class Cursors:
    """Where the slices of some searches ended, so that the next one begins there."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ends: OrderedDict[Any, tuple[int, list[Any]]] = OrderedDict()

    def before(self, key: Any, offset: int) -> tuple[int, list[Any] | None]:
        """(a place up to ``offset`` at which a slice ended, its last hit's place in the order)."""
        with self._lock:
            at, after = self._ends.get(key, (0, None))
        return (at, after) if at <= offset else (0, None)

    def ended(self, key: Any, at: int, after: list[Any]) -> None:
        """A slice of this search ended at a place."""
        with self._lock:
            self._ends[key] = at, after
            self._ends.move_to_end(key)
            while len(self._ends) > _REMEMBERED:
                self._ends.popitem(last=False)


def _cursor_key(request: EngineRequest, commit: str) -> Any:
    """What has the same order: the search without its slice and its counts, at one commit."""
    return replace(request, offset=0, limit=0, facets=False, named=False), commit


def walked(
    page: Callable[..., Slice], request: EngineRequest, cursors: Cursors, commit: str
) -> Slice:
    """A slice that ends beyond WINDOW; ``page`` asks for one page of the order."""
    key = _cursor_key(request, commit)
    at, after = cursors.before(key, request.offset)
    while at < request.offset:
        size = min(WINDOW, request.offset - at)
        passed = page(size=size, after=after, shown=False)
        at += len(passed)
        if len(passed) < size:
            return []
        after = passed[-1]["sort"]
    found: Slice = []
    while len(found) < request.limit:
        size = min(WINDOW, request.limit - len(found))
        more = page(size=size, after=after, shown=True)
        found += more
        if more:
            after = more[-1]["sort"]
        if len(more) < size:
            break
    if after is not None:
        cursors.ended(key, at + len(found), after)
    return found


def walked_by_document(page: Callable[..., Slice], request: EngineRequest) -> Slice:
    """Likewise of the best passage of each document, which have to be found one by one."""
    seen: set[str] = set()
    best: Slice = []
    after: list[Any] | None = None
    stop = request.offset + request.limit
    while len(seen) < stop:
        passed = page(size=WINDOW, after=after, shown=True)
        for hit in passed:
            document = hit["_source"]["document_id"]
            if document in seen:
                continue
            seen.add(document)
            if request.offset < len(seen) <= stop:
                best.append(hit)
        if len(passed) < WINDOW:
            break
        after = passed[-1]["sort"]
    return best
