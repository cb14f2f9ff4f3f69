"""Reach OpenSearch: settings become one client, and its failures our errors.

No secret is in an address, a message or the text of a value: user, password and key are settings of
their own, which only the client's headers hold. A message never holds a header, and of what the
server said only the kind of error and its reason, cut short and on one line: a reason may repeat
what was sent. What is wrong for a moment, when a node goes, is asked again, ever later.
"""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from opensearchpy import OpenSearch
from opensearchpy import exceptions as client_errors

from ...config import Settings
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
    UsageError,
)
from ...languages.sentences import Sentence

OLDEST_VERSION = (3, 0)
"""The oldest OpenSearch that is supported; 3.8 is what the tests run on."""

_ATTEMPTS = 4
_DEAD_S = 5
"""A node that did not answer is left alone for so long: its copies are elsewhere meanwhile."""
_CONNECTIONS = 16
_HOST = re.compile(r"[a-z0-9._-]{1,253}|[0-9a-f:.]+(?:%[a-z0-9._-]+)?")
"""A name, or an address of IPv4 or IPv6; a name in other scripts is written in its xn-- form."""


@dataclass(frozen=True, slots=True)
class Node:
    """The address of one node."""

    host: str
    port: int
    uses_tls: bool
    path: str = ""

    def __str__(self) -> str:
        scheme = "https" if self.uses_tls else "http"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{scheme}://{host}:{self.port}{self.path}"


@dataclass(frozen=True, slots=True)
class Connection:
    """A client for one index, and how new versions of it are made.

    ``name`` is the alias that readers use; ``shards`` and ``replicas`` are those of a new version,
    of which ``keep`` stay; ``dfs`` scores by the term counts of all shards.
    """

    client: OpenSearch = field(repr=False)
    name: str
    nodes: tuple[Node, ...]
    shards: int = 1
    replicas: int = 1
    keep: int = 2
    timeout_s: int = 30
    dfs: bool = True
    server_version: str = ""

    @property
    def place(self) -> str:
        """Which index at which address, for messages."""
        return f"{self.name} at {self.addresses}"

    @property
    def addresses(self) -> str:
        """The addresses with commas between."""
        return ",".join(map(str, self.nodes))

    @property
    def control_index(self) -> str:
        """The index beside the versions that holds lock and checkpoint."""
        return f"{self.name}-control"

    @contextlib.contextmanager
    def translated(self) -> Iterator[None]:
        """Turn what the client raises inside into an error of our tree, one sentence each."""
        try:
            yield
        except (client_errors.OpenSearchException, client_errors.ImproperlyConfigured) as error:
            raise translation(error, self.place, self.addresses) from error

    def close(self) -> None:
        """Let go of the connections. Safe to call twice."""
        self.client.close()


def parse_addresses(text: str) -> tuple[Node, ...]:
    """The nodes of ``http://host:9200,https://other:9200/path``; the port is 9200 if none is given.

    Raises UsageError for anything else, and for an address with a user or password in it, which
    would be seen in process lists and logs.
    """
    nodes = []
    for address in (part.strip() for part in text.split(",")):
        if not address:
            continue
        if "@" in address:
            raise UsageError("cluster-address-has-password")
        if "://" not in address:
            address = f"http://{address}"
        try:
            parts = urlsplit(address)
            host, port = parts.hostname or "", parts.port or 9200
        except ValueError:
            parts, host, port = urlsplit(""), "", 0
        known = parts.scheme in ("http", "https") and _HOST.fullmatch(host)
        if not known or parts.query or parts.fragment:
            raise UsageError("cluster-address-unusable", address=address)
        nodes.append(Node(host, port, parts.scheme == "https", parts.path.rstrip("/")))
    if not nodes:
        raise UsageError("cluster-address-missing")
    return tuple(nodes)


def connect(settings: Settings) -> Connection:
    """A connection as the settings say, to a server that was asked for its version.

    Raises UsageError for a wrong address or certificate file, IndexUnreachableError where nothing
    answers or the server is too old or another one, IndexForbiddenError where it lets nobody in.
    """
    ours = settings.of_engine
    nodes = parse_addresses(ours["opensearch_url"])
    client = OpenSearch(
        hosts=[
            {
                "host": node.host,
                "port": node.port,
                "use_ssl": node.uses_tls,
                "url_prefix": node.path,
            }
            for node in nodes
        ],
        timeout=ours["opensearch_timeout_s"],
        max_retries=max(_ATTEMPTS, len(nodes)),
        dead_timeout=_DEAD_S,
        pool_maxsize=_CONNECTIONS,
        http_compress=any(node.uses_tls for node in nodes),
        **_credentials(ours),
        **_tls(ours),
    )
    connection = Connection(
        client=client,
        name=ours["opensearch_name"],
        nodes=nodes,
        shards=ours["opensearch_shards"],
        replicas=ours["opensearch_replicas"],
        keep=ours["opensearch_keep"],
        timeout_s=ours["opensearch_timeout_s"],
        dfs=bool(ours["opensearch_dfs"]),
    )
    try:
        with connection.translated():
            about = client.info()
        version = _require_supported(about, connection.addresses)
    except BaseException:
        client.close()
        raise
    return replace(connection, server_version=version)


def _credentials(ours: Mapping[str, Any]) -> dict[str, Any]:
    if ours["opensearch_api_key"]:
        return {"headers": {"authorization": f"ApiKey {ours['opensearch_api_key']}"}}
    if ours["opensearch_user"]:
        return {"http_auth": (ours["opensearch_user"], ours["opensearch_password"])}
    return {}


def _tls(ours: Mapping[str, Any]) -> dict[str, Any]:
    """Certificates are verified unless that is switched off in so many words."""
    if not ours["opensearch_verify"]:
        return {"verify_certs": False, "ssl_assert_hostname": False, "ssl_show_warn": False}
    ca_file = ours["opensearch_ca_file"]
    if ca_file and not Path(ca_file).is_file():
        raise UsageError("cluster-ca-file-missing", ca_file=ca_file)
    return {"verify_certs": True, **({"ca_certs": ca_file} if ca_file else {})}


def _require_supported(about: Any, addresses: str) -> str:
    """The version of the server, if it is one that will do."""
    version = about.get("version", {}) if isinstance(about, dict) else {}
    number = str(version.get("number", ""))
    oldest = ".".join(map(str, OLDEST_VERSION))
    if version.get("distribution") != "opensearch":
        raise IndexUnreachableError("cluster-not-opensearch", addresses=addresses, oldest=oldest)
    try:
        numbers = tuple(int(part) for part in number.split("-")[0].split(".")[:2])
    except ValueError:
        numbers = ()
    if numbers < OLDEST_VERSION:
        raise IndexUnreachableError(
            "cluster-version-old",
            addresses=addresses,
            version=number or Sentence("asks-unknown"),
            oldest=oldest,
        )
    return number


MOST_CLAUSES = 16_384
"""What the server must accept in one query: 2,000 characters are up to 8,000 terms that score, and
its own bound, 1,024, is reached by 300."""

_REASON_CHARS = 200
PASSING_STATUSES = frozenset({429, 502, 503, 504})
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


def translation(error: Exception, place: str, addresses: str) -> DuansouError:
    """Our error for one of the client's; ``place`` says which index and ``addresses`` which server
    is meant.
    """
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
    return error.status_code in PASSING_STATUSES or is_of_a_node_that_went(error)


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


T = TypeVar("T")

PATIENCE_S = 6.0
"""The others notice within a second or two that a node is gone, and then its copies answer."""

_FIRST_REST_S = 0.1


def patiently(
    ask: Callable[[], T],
    *,
    is_whole: Callable[[T], bool] = lambda _: True,
    limit_s: float = PATIENCE_S,
) -> T:
    """What ``ask`` gives, asked again for ``limit_s`` seconds while it is not whole or may pass.

    In the end the last answer counts, whole or not, or the last error of the client is raised.
    """
    until, rest_s = time.monotonic() + limit_s, _FIRST_REST_S
    while True:
        is_last = time.monotonic() + rest_s > until
        try:
            answer = ask()
        except client_errors.TransportError as error:
            if is_last or not is_passing(error):
                raise
        else:
            if is_last or is_whole(answer):
                return answer
        time.sleep(rest_s)
        rest_s *= 2
