"""What who runs the page sees of it: whether it answers, how much and how fast, and what was asked.

Counts are those of all processes, whichever is asked. The text is that which Prometheus reads: to
write it takes a page of code, and its own client keeps files that outlive processes.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import sys
import time
from bisect import bisect_left
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, cast

from flask import Blueprint, Flask, Response, current_app, g, jsonify, request

from ..budget import STAGES, current
from ..config import Settings
from ..errors import DuansouError, UsageError
from .access import WARMING
from .context import current_index, search_request
from .processes import OPEN, READERS, Tally
from .site import BELIEVED

LOGS = ("", "json")

_UP_TO_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
"""Bounds of the counts by time, in seconds; what took longer is counted above the last."""
_STATUSES = ("2xx", "3xx", "4xx", "5xx")
_NO_ROUTE = "none"
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,80}")
_REFUSED = "refused"

bp = Blueprint("operating", __name__)


def check(settings: Settings) -> None:
    """Raise UsageError for a way to log that there is none of."""
    if settings.log not in LOGS:
        raise UsageError("log-unknown", value=settings.log)


def register(app: Flask, settings: Settings, tally: Tally) -> None:
    """Count, name and log every request. To be called when all routes are there."""
    app.register_blueprint(bp)
    if settings.metrics:
        app.add_url_rule("/metrics", "operating.metrics", metrics)
    app.extensions["duansou.tally"] = tally
    routes = (*sorted({rule.endpoint for rule in app.url_map.iter_rules()}), _NO_ROUTE)
    for name in (OPEN, READERS, _REFUSED):
        tally.declare(name)
    for name in (*routes, *STAGES):
        for bound in (*_UP_TO_S, "inf", "sum"):
            tally.declare(name, str(bound))
    for route in routes:
        for status in _STATUSES:
            tally.declare(route, status)
    app.extensions["duansou.routes"] = routes

    @app.after_request
    def note(response: Response) -> Response:
        if request.environ.get(WARMING):  # Nobody asked.
            return response
        took_s = time.monotonic() - g.began_s
        route = request.endpoint or _NO_ROUTE
        if route not in routes:  # One that was added later.
            route = _NO_ROUTE
        tally.add(route, f"{response.status_code // 100}xx")
        _add_time(tally, route, took_s)
        stages = current().stages
        for stage, stage_s in stages.items():
            _add_time(tally, stage, stage_s)
        response.headers["X-Request-Id"] = g.request_id
        if settings.log:
            _log(settings, response, took_s, stages)
        return response

    @app.teardown_request
    def done(_: object) -> None:
        tally.add(OPEN, by=-1)


def begin() -> None:
    """Name a request, and note when it came. To be called before anything that may refuse it."""
    g.began_s = time.monotonic()
    given = request.headers.get("X-Request-Id", "")
    believed = request.environ.get(BELIEVED) and _REQUEST_ID.fullmatch(given)
    g.request_id = given if believed else secrets.token_hex(8)
    _tally().add(OPEN)


def note_refused(app: Flask) -> None:
    """Count a request that got no thread."""
    app.extensions["duansou.tally"].add(_REFUSED)


@bp.get("/readyz")
def ready() -> Response:
    """Whether the page answers and its index can be read; nothing of what is in it."""
    current_index().stats()
    return jsonify({"status": "ready"})


def metrics() -> Response:
    """What was counted, as Prometheus reads it."""
    lines = "\n".join(_metrics(_tally(), current_app.extensions["duansou.routes"]))
    return Response(f"{lines}\n", content_type="text/plain; version=0.0.4; charset=utf-8")


def _tally() -> Tally:
    return cast(Tally, current_app.extensions["duansou.tally"])


def _add_time(tally: Tally, name: str, took_s: float) -> None:
    at = bisect_left(_UP_TO_S, took_s)
    tally.add(name, str(_UP_TO_S[at]) if at < len(_UP_TO_S) else "inf")
    tally.add(name, "sum", by=took_s)


def _metrics(tally: Tally, routes: tuple[str, ...]) -> Iterator[str]:
    yield "# HELP duansou_requests_total Requests that were answered."
    yield "# TYPE duansou_requests_total counter"
    for route in routes:
        for status in _STATUSES:
            if count := tally.sum(route, status):
                labels = f'route="{route}",status="{status}"'
                yield f"duansou_requests_total{{{labels}}} {count:.0f}"
    yield from _times(
        tally, "duansou_request_seconds", "Time to an answer, or its first piece.", "route", routes
    )
    yield from _times(
        tally, "duansou_stage_seconds", "Time of a stage of a search.", "stage", STAGES
    )
    one_line = (
        (_REFUSED, "refused_total", "counter", "Requests that got no thread (503)."),
        (OPEN, "requests_open", "gauge", "Requests that are worked on."),
        (READERS, "readers", "gauge", "Commits that requests are reading."),
    )
    for name, shown, kind, help_text in one_line:
        yield from _one(shown, kind, help_text, tally.sum(name))
    yield from _one("processes", "gauge", "Processes that answer.", tally.processes)
    try:
        stats = current_index().stats()
    except DuansouError:
        # The rest still tells how the page is.
        yield from _one("index_readable", "gauge", "Whether the index can be read.", 0)
        return
    yield from _one("index_readable", "gauge", "Whether the index can be read.", 1)
    yield from _one("index_generation", "gauge", "Number of the commit.", stats.generation)
    yield from _one("index_segments", "gauge", "Segments of the index.", stats.segments)
    yield from _one("index_documents", "gauge", "Documents in the index.", stats.documents)
    yield from _one("index_passages", "gauge", "Passages in the index.", stats.passages)
    yield from _one("index_bytes", "gauge", "Size of the index.", stats.size_bytes)


def _one(name: str, kind: str, help_text: str, value: float) -> Iterator[str]:
    yield f"# HELP duansou_{name} {help_text}"
    yield f"# TYPE duansou_{name} {kind}"
    yield f"duansou_{name} {value:.0f}"


def _times(
    tally: Tally, name: str, help_text: str, label: str, of: tuple[str, ...]
) -> Iterator[str]:
    yield f"# HELP {name} {help_text}"
    yield f"# TYPE {name} histogram"
    for each in of:
        counts = [tally.sum(each, str(bound)) for bound in (*_UP_TO_S, "inf")]
        if not any(counts):
            continue
        so_far = 0.0
        for bound, count in zip((*_UP_TO_S, "+Inf"), counts, strict=True):
            so_far += count
            yield f'{name}_bucket{{{label}="{each}",le="{bound}"}} {so_far:.0f}'
        yield f'{name}_sum{{{label}="{each}"}} {tally.sum(each, "sum"):.6f}'
        yield f'{name}_count{{{label}="{each}"}} {so_far:.0f}'


def _log(settings: Settings, response: Response, took_s: float, stages: dict[str, float]) -> None:
    """One line of JSON on the standard error stream.

    What readers ask and read is left out where the settings say so: then neither the address of
    the page nor the tree of the query has any word of it.
    """
    record: dict[str, Any] = {
        "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "id": g.request_id,
        "process": os.getpid(),
        "method": request.method,
        "route": request.endpoint,
        "status": response.status_code,
        "ms": round(took_s * 1000, 1),
        "from": request.remote_addr,
    }
    if g.get("user"):
        record["user"] = g.user
    if settings.log_queries:
        record["path"] = request.path
        record["query"] = request.args.to_dict(flat=False)
    if took_s * 1000 >= settings.slow_ms:
        record["slow"] = True
        record["stages_ms"] = {name: round(s * 1000, 1) for name, s in stages.items()}
        if "finding" in stages:
            record["plan"] = _plan(shown=bool(settings.log_queries))
    # ASCII alone: what is asked must not reach a terminal as it is.
    print(json.dumps(record), file=sys.stderr, flush=True)


def _plan(*, shown: bool) -> Any:
    """How the query of a request was understood, with its words or only its shape."""
    try:
        query = g.get("understood") or current_index().parse(search_request())
    except DuansouError as error:
        return {"error": error.sentence.code}
    tree = query.tree
    return tree if shown else _shape(tree)


def _shape(tree: Any) -> Any:
    if isinstance(tree, dict):
        return {
            name: value if name == "node" else _shape(value)
            for name, value in tree.items()
            if name in ("node", "matches") or isinstance(value, dict | list)
        }
    if isinstance(tree, list | tuple):
        return [_shape(each) for each in tree if isinstance(each, dict)]
    return tree if isinstance(tree, bool) else None
