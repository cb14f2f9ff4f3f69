"""Turn errors into one clear sentence, as a page or as JSON."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, cast

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from ..errors import (
    BusyError,
    DuansouError,
    FilterError,
    GoneError,
    IndexBrokenError,
    IndexStateError,
    NotFoundError,
    OverBudgetError,
    QueryError,
)
from ..query.request import SearchRequest
from . import wording
from .addresses import Addresses
from .languages import said
from .templating import render_template

_CODES = {
    HTTPStatus.BAD_REQUEST: "bad_request",
    HTTPStatus.FORBIDDEN: "forbidden",
    HTTPStatus.NOT_FOUND: "not_found",
    HTTPStatus.METHOD_NOT_ALLOWED: "method_not_allowed",
    HTTPStatus.GONE: "gone",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "too_large",
    HTTPStatus.INTERNAL_SERVER_ERROR: "internal",
    HTTPStatus.SERVICE_UNAVAILABLE: "index_unavailable",
}

_RETRY_AFTER_S = "2"
"""Two turns at long work."""


def register(app: Flask) -> None:
    """Answer every error of ours, of the routing and of the unforeseen kind."""
    app.register_error_handler(DuansouError, _ours)
    app.register_error_handler(HTTPException, _routing)


def error_body(code: str, message: str, message_en: str) -> dict[str, Any]:
    """The one shape of an error in JSON."""
    return {"error": {"code": code, "message": message, "message_en": message_en}}


def _ours(error: DuansouError) -> Response:
    status = HTTPStatus(error.http_status)
    code = _CODES[status]
    if isinstance(error, QueryError):
        code = "bad_query"
    elif isinstance(error, FilterError):
        code = "bad_filter"
    elif isinstance(error, OverBudgetError):
        code = "busy" if isinstance(error, BusyError) else "over_budget"
    # A sentence without a Chinese twin is of no use to the page's reader.
    zh = error.zh if error.zh != error.message else wording.ERRORS[status]
    if isinstance(error, NotFoundError) and not isinstance(error, GoneError):
        zh = wording.NOT_IN_COLLECTION
    if isinstance(error, IndexStateError):
        # These sentences name folders of the machine, which concern its operator alone.
        zh, message = wording.ERRORS[status], wording.ERRORS_EN[status]
        if isinstance(error, IndexBrokenError) and error.damaged_file:
            zh, message = wording.damaged(error.damaged_file)
    else:
        message = error.message
    # A value that is quoted may have line breaks in it.
    response = _answer(status, code, " ".join(zh.split()), " ".join(message.split()))
    if isinstance(error, BusyError):
        response.headers["Retry-After"] = _RETRY_AFTER_S
    return response


def _routing(error: HTTPException) -> Response:
    if error.code is None or 300 <= error.code < 400:
        return cast(Response, error.get_response())
    status = HTTPStatus(error.code)
    known = status if status in _CODES else _nearest(status)
    response = _answer(status, _CODES[known], wording.ERRORS[known], wording.ERRORS_EN[known])
    for name, value in error.get_headers():
        if name.lower() not in {"content-type", "content-length"}:
            response.headers[name] = value
    return response


def _nearest(status: HTTPStatus) -> HTTPStatus:
    return HTTPStatus.BAD_REQUEST if status < 500 else HTTPStatus.INTERNAL_SERVER_ERROR


def _answer(status: HTTPStatus, code: str, zh: str, en: str) -> Response:
    if request.path.startswith("/api/") or request.path == "/healthz":
        response = jsonify(error_body(code, zh, en))
    else:
        response = Response(
            render_template(
                "error.html",
                status=int(status),
                message=said(zh, en),
                search=_search(),
                addresses=Addresses(request.script_root),
            ),
            mimetype="text/html",
        )
    response.status_code = status
    return response


def _search() -> SearchRequest:
    """What was asked for, as far as it can be kept: the query, without what may be wrong."""
    return SearchRequest(query=request.args.get("q", "")[:200])
