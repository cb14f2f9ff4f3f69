"""Turn errors into one clear sentence, as a page or as JSON."""

from __future__ import annotations

from http import HTTPStatus
from typing import NamedTuple, cast

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from ..documents.declared import json_of
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
    TokenMissingError,
    TooManyRequestsError,
)
from ..languages.sentences import CHINESE, ENGLISH, Sentence
from ..query.nodes import Said
from ..query.request import SearchRequest
from .access import sign_in_page
from .context import settings
from .languages import spoken
from .templating import render_template

ANSWERS = {
    HTTPStatus.BAD_REQUEST: ("bad_request", Sentence("answer-bad-request")),
    HTTPStatus.UNAUTHORIZED: ("unauthorized", Sentence("answer-unauthorized")),
    HTTPStatus.FORBIDDEN: ("forbidden", Sentence("answer-forbidden")),
    HTTPStatus.NOT_FOUND: ("not_found", Sentence("answer-not-found")),
    HTTPStatus.METHOD_NOT_ALLOWED: ("method_not_allowed", Sentence("answer-method-not-allowed")),
    HTTPStatus.GONE: ("gone", Sentence("answer-gone")),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: ("too_large", Sentence("answer-too-large")),
    HTTPStatus.TOO_MANY_REQUESTS: ("too_many_requests", Sentence("answer-too-many")),
    HTTPStatus.INTERNAL_SERVER_ERROR: ("internal", Sentence("answer-failed")),
    HTTPStatus.SERVICE_UNAVAILABLE: ("index_unavailable", Sentence("answer-index-unavailable")),
}
"""Status → the code of an error in JSON, and what is said where nothing closer can be."""

RETRY_AFTER_S = "2"
"""Two turns at long work."""


def register(app: Flask) -> None:
    """Answer every error of ours, of the routing and of the unforeseen kind."""
    app.register_error_handler(DuansouError, _ours)
    app.register_error_handler(HTTPException, _routing)


class ErrorAnswer(NamedTuple):
    """The one shape of an error in JSON."""

    error: Said


def _error(code: str, sentence: Sentence) -> ErrorAnswer:
    # A value that is quoted may have line breaks in it.
    message, message_en = (" ".join(sentence.said(each).split()) for each in (CHINESE, ENGLISH))
    return ErrorAnswer(Said(code, message, message_en))


def _ours(error: DuansouError) -> Response:
    status = HTTPStatus(error.http_status)
    code, sentence = ANSWERS[status]
    if isinstance(error, QueryError):
        code = "bad_query"
    elif isinstance(error, FilterError):
        code = "bad_filter"
    elif isinstance(error, OverBudgetError):
        code = "busy" if isinstance(error, BusyError) else "over_budget"
    # What is said of an index names folders of the machine, which concern its operator alone.
    if isinstance(error, IndexBrokenError) and error.damaged_file:
        sentence = Sentence("answer-index-damaged", file=error.damaged_file)
    elif isinstance(error, NotFoundError) and not isinstance(error, GoneError):
        sentence = Sentence("answer-not-in-collection", reason=error)
    elif not isinstance(error, IndexStateError):
        sentence = error.sentence
    response = _answer(status, code, sentence)
    if isinstance(error, BusyError):
        response.headers["Retry-After"] = RETRY_AFTER_S
    elif isinstance(error, TooManyRequestsError):
        response.headers["Retry-After"] = str(error.retry_after_s)
    elif isinstance(error, TokenMissingError):
        response.headers["WWW-Authenticate"] = 'Bearer realm="duansou"'
    return response


def _routing(error: HTTPException) -> Response:
    if error.code is None or 300 <= error.code < 400:
        return cast(Response, error.get_response())
    status = HTTPStatus(error.code)
    code, sentence = ANSWERS[status if status in ANSWERS else _nearest(status)]
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        sentence = Sentence("draft-too-large", limit_mb=settings().draft_limit_mb)
    response = _answer(status, code, sentence)
    for name, value in error.get_headers():
        if name.lower() not in {"content-type", "content-length"}:
            response.headers[name] = value
    return response


def _nearest(status: HTTPStatus) -> HTTPStatus:
    return HTTPStatus.BAD_REQUEST if status < 500 else HTTPStatus.INTERNAL_SERVER_ERROR


def _answer(status: HTTPStatus, code: str, sentence: Sentence) -> Response:
    if request.path.startswith("/api/") or request.path in ("/healthz", "/readyz"):
        response = jsonify(json_of(_error(code, sentence)))
    elif status == HTTPStatus.UNAUTHORIZED:
        response = sign_in_page(status)
    else:
        response = Response(
            render_template(
                "error.html",
                status=int(status),
                message=" ".join(spoken(sentence).split()),
                search=_search(),
            ),
            mimetype="text/html",
        )
    response.status_code = status
    return response


def _search() -> SearchRequest:
    """What was asked for, as far as it can be kept: the query, without what may be wrong."""
    return SearchRequest(query=request.args.get("q", "")[:200])
