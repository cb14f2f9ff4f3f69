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
        return IndexUnreachableError(
            f"The certificate of OpenSearch at {addresses} is not accepted: name the file of its "
            "authority in DUANSOU_OPENSEARCH_CA_FILE.",
            zh=f"{addresses} 的证书未通过验证：请在 DUANSOU_OPENSEARCH_CA_FILE 里指定签发机构的"
            "证书文件。",
        )
    if isinstance(error, client_errors.ConnectionTimeout):
        return IndexUnreachableError(
            f"OpenSearch at {addresses} did not answer in time: try again, or allow more with "
            "DUANSOU_OPENSEARCH_TIMEOUT_S.",
            zh=f"{addresses} 上的 OpenSearch 没有及时回答：请稍后再试，"
            "或调大 DUANSOU_OPENSEARCH_TIMEOUT_S。",
        )
    if isinstance(error, client_errors.ConnectionError):
        return IndexUnreachableError(
            f"OpenSearch cannot be reached at {addresses}: start it, or correct the address in "
            "DUANSOU_OPENSEARCH_URL or --opensearch-url.",
            zh=f"连不上 {addresses} 上的 OpenSearch：请启动它，或改正 DUANSOU_OPENSEARCH_URL "
            "里的地址。",
        )
    if isinstance(error, client_errors.TransportError):
        return _of_status(error, place, addresses)
    return _unknown(error, place)


def _of_status(error: client_errors.TransportError, place: str, addresses: str) -> DuansouError:
    status, kind = error.status_code, _kind(error)
    if status == 401:
        return IndexForbiddenError(
            f"OpenSearch at {addresses} does not know these credentials: set "
            "DUANSOU_OPENSEARCH_USER and DUANSOU_OPENSEARCH_PASSWORD, or "
            "DUANSOU_OPENSEARCH_API_KEY.",
            zh=f"{addresses} 上的 OpenSearch 不接受现有的凭据：请设置 DUANSOU_OPENSEARCH_USER 和 "
            "DUANSOU_OPENSEARCH_PASSWORD，或 DUANSOU_OPENSEARCH_API_KEY。",
        )
    if status in (403, 429) and kind == "cluster_block_exception":
        return IndexStateError(
            f"OpenSearch does not write the index {place}, most often because a disk is nearly "
            "full: free space on its nodes, then try again (`duansou cluster check` says more).",
            zh=f"OpenSearch 拒绝写入索引 {place}，多半是磁盘快满了：请在节点上腾出空间后再试。",
        )
    if status == 403:
        return IndexForbiddenError(
            f"This user may not do that with the index {place}: ask whoever runs OpenSearch for "
            "the rights that docs/cluster.md lists.",
            zh=f"这个用户没有对索引 {place} 这样做的权限：请向管理 OpenSearch 的人申请。",
        )
    if "maxClauseCount" in _reason(error):
        return QueryError(
            "This query has more parts than OpenSearch accepts: shorten it, or have "
            f"indices.query.bool.max_clause_count of {addresses} raised to {MOST_CLAUSES} or more.",
            zh="检索式的成分超过了 OpenSearch 的上限：请缩短，"
            f"或请管理员把 indices.query.bool.max_clause_count 调到 {MOST_CLAUSES} 以上。",
        )
    if status == 404 and kind in ("index_not_found_exception", "aliases_not_found_exception"):
        return missing(place)
    if status == 409:
        return IndexBusyError(
            f"The index {place} was changed by somebody else at the same time: try again.",
            zh=f"索引 {place} 同时被别处修改：请再试一次。",
        )
    if status == 413:
        return IndexStateError(
            f"OpenSearch at {addresses} refuses requests of this size: raise its "
            "http.max_content_length to 100mb or more.",
            zh=f"{addresses} 上的 OpenSearch 不接受这么大的请求：请把 http.max_content_length "
            "调到 100mb 以上。",
        )
    if status == 429:
        return IndexUnreachableError(
            f"OpenSearch at {addresses} is overloaded: try again later.",
            zh=f"{addresses} 上的 OpenSearch 负担过重：请稍后再试。",
        )
    if status in (502, 503, 504) or is_of_a_node_that_went(error):
        return _incomplete(place)
    return _unknown(error, place)


def missing(place: str) -> IndexMissingError:
    """There is no such index."""
    return IndexMissingError(
        f"There is no index {place} yet: make one with `duansou index PATH --engine opensearch`, "
        "or move one there with `duansou migrate`.",
        zh=f"还没有索引 {place}：请先用 duansou index PATH --engine opensearch 建立，"
        "或用 duansou migrate 迁入。",
    )


def too_old(place: str, what: str) -> IndexTooOldError:
    """An older version wrote the index; only that version can take it out of the cluster."""
    return IndexTooOldError(
        f"The index {place} {what}: move it into a folder with the version that made it (`duansou "
        "migrate`), bring that up to date (`duansou upgrade`) and move it back.",
        zh=f"索引 {place} 是旧版段搜建的：请用原来的版本 duansou migrate 迁到文件夹，"
        "用本版本 duansou upgrade 升级后再迁回。",
    )


def _incomplete(place: str) -> IndexIncompleteError:
    return IndexIncompleteError(
        f"Not all of the index {place} can be reached, because nodes are missing: start them again "
        "(`duansou cluster check` names what is missing).",
        zh=f"索引 {place} 有一部分连不上，因为有节点不在线：请把节点重新启动。",
    )


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
    return IndexStateError(
        f"OpenSearch refused a request on the index {place} ({said}): see its log; "
        "`duansou cluster check` may tell more.",
        zh=f"OpenSearch 拒绝了对索引 {place} 的请求（{said}）：请查看它的日志。",
    )


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
