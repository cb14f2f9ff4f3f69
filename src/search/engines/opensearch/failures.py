"""What does a failure of OpenSearch mean for who asked? The client's exceptions become ours.

A message never holds a header, and of what the server said only the kind of error and its reason,
cut short and on one line: a reason may repeat what was sent.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any

from opensearchpy import exceptions as client_errors
from opensearchpy import helpers as client_helpers

from ...errors import (
    DuansouError,
    IndexBusyError,
    IndexForbiddenError,
    IndexIncompleteError,
    IndexMissingError,
    IndexStateError,
    IndexTooOldError,
    IndexUnreachableError,
    QueryError,
)

MOST_CLAUSES = 16_384
"""What the server must accept in one query: 2,000 characters are up to 8,000 terms that score, and
its own bound, 1,024, is reached by 300."""

_REASON_CHARS = 200
_PASSING_STATUSES = frozenset({429, 502, 503, 504})
_GONE = frozenset(
    {
        "connect_transport_exception",
        "node_closed_exception",
        "node_disconnected_exception",
        "node_not_connected_exception",
        "search_context_missing_exception",
        "send_request_transport_exception",
    }
)
"""What is said of nodes that are gone, and of points in time that went with them."""


@contextlib.contextmanager
def translated(place: str, addresses: str) -> Iterator[None]:
    """Turn what the client raises inside into an error of our tree, one sentence each.

    ``place`` says which index and ``addresses`` which server is meant.
    """
    try:
        yield
    except (client_errors.OpenSearchException, client_errors.ImproperlyConfigured) as error:
        raise translation(error, place, addresses) from error


def translation(error: Exception, place: str, addresses: str) -> DuansouError:
    """Our error for one of the client's."""
    if isinstance(error, client_helpers.BulkIndexError):
        return _unknown(error, place)
    if isinstance(error, client_errors.SSLError):
        return IndexUnreachableError("cluster-certificate-refused", addresses=addresses)
    if isinstance(error, client_errors.ConnectionTimeout):
        return IndexUnreachableError("cluster-too-slow", addresses=addresses)
    if isinstance(error, client_errors.ConnectionError):
        return IndexUnreachableError("cluster-unreachable", addresses=addresses)
    if isinstance(error, client_errors.TransportError):
        return _of_status(error, place, addresses)
    return _unknown(error, place)


def _of_status(error: client_errors.TransportError, place: str, addresses: str) -> DuansouError:
    status, kind = error.status_code, _kind(error)
    if status == 401:
        return IndexForbiddenError("cluster-credentials-refused", addresses=addresses)
    if status in (403, 429) and kind == "cluster_block_exception":
        return IndexStateError("cluster-read-only", place=place)
    if status == 403:
        return IndexForbiddenError("cluster-forbidden", place=place)
    if "maxClauseCount" in _reason(error):
        return QueryError("cluster-query-too-large", addresses=addresses, limit=MOST_CLAUSES)
    if status == 404 and kind in ("index_not_found_exception", "aliases_not_found_exception"):
        return missing(place)
    if status == 409:
        return IndexBusyError("cluster-conflict", place=place)
    if status == 413:
        return IndexStateError("cluster-request-too-large", addresses=addresses)
    if status == 429:
        return IndexUnreachableError("cluster-overloaded", addresses=addresses)
    if status in (502, 503, 504) or is_of_a_node_that_went(error):
        return _incomplete(place)
    return _unknown(error, place)


def missing(place: str) -> IndexMissingError:
    """There is no such index."""
    return IndexMissingError("cluster-index-missing", place=place)


def too_old(place: str, what: str) -> IndexTooOldError:
    """An older version wrote the index; only that version can take it out of the cluster."""
    return IndexTooOldError("cluster-index-too-old", place=place, what=what)


def _incomplete(place: str) -> IndexIncompleteError:
    return IndexIncompleteError("cluster-incomplete", place=place)


def require_whole(answer: Mapping[str, Any], place: str) -> None:
    """Raise IndexIncompleteError if some shards did not take part in an answer, or it timed out."""
    shards = answer.get("_shards", {})
    if answer.get("timed_out") or shards.get("failed"):
        raise _incomplete(place)


def error_of(answer: Mapping[str, Any]) -> client_errors.OpenSearchException:
    """What the client raises for a search that failed, where it was one of several."""
    status = answer["status"]
    kind = client_errors.HTTP_EXCEPTIONS.get(status, client_errors.TransportError)
    return kind(status, answer["error"].get("type", ""), answer)


def is_passing(error: Exception) -> bool:
    """Whether to ask again after a while may help: overload, a node that went, a slow answer."""
    if isinstance(error, client_errors.SSLError):
        return False
    if isinstance(error, client_errors.ConnectionError):
        return True
    if not isinstance(error, client_errors.TransportError):
        return False
    return error.status_code in _PASSING_STATUSES or is_of_a_node_that_went(error)


def is_of_a_node_that_went(error: client_errors.TransportError) -> bool:
    """Whether it failed for no other cause than that nodes are gone, which has status 500."""
    details = _details(error)
    if details.get("type") != "search_phase_execution_exception":
        return details.get("type") in _GONE
    causes = details.get("root_cause") or ()
    return all(isinstance(cause, dict) and cause.get("type") in _GONE for cause in causes)


def _unknown(error: Exception, place: str) -> IndexStateError:
    said = _reason(error)
    return IndexStateError("cluster-refused", place=place, said=said)


def _details(error: Exception) -> Mapping[str, Any]:
    """What the server said of an error, as far as it is of the usual shape."""
    info = error.info if isinstance(error, client_errors.TransportError) else None
    details = info.get("error") if isinstance(info, dict) else None
    return details if isinstance(details, dict) else {}


def _kind(error: Exception) -> str:
    return str(_details(error).get("type", ""))


def _reason(error: Exception) -> str:
    """Kind and reason, on one line."""
    details = _details(error)
    if not details:
        status = getattr(error, "status_code", None)
        return f"{type(error).__name__}{f' {status}' if status else ''}"
    causes = details.get("root_cause") or [details]
    cause = causes[0] if isinstance(causes[0], dict) else details
    said = f"{cause.get('type', '')}: {cause.get('reason', '')}"
    return " ".join(said.split())[:_REASON_CHARS]
