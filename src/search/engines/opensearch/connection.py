"""How is OpenSearch reached? Settings become one client, asked at once whether it will do.

No secret is in an address, a message or the text of a value: user, password and key are settings of
their own, which only the client's headers hold.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from opensearchpy import OpenSearch

from ...config import Settings
from ...errors import IndexUnreachableError, UsageError
from .failures import translated

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
            raise UsageError(
                "The address of OpenSearch has a user or a password in it, which others could see: "
                "set DUANSOU_OPENSEARCH_USER and DUANSOU_OPENSEARCH_PASSWORD instead."
            )
        if "://" not in address:
            address = f"http://{address}"
        try:
            parts = urlsplit(address)
            host, port = parts.hostname or "", parts.port or 9200
        except ValueError:
            parts, host, port = urlsplit(""), "", 0
        known = parts.scheme in ("http", "https") and _HOST.fullmatch(host)
        if not known or parts.query or parts.fragment:
            raise UsageError(
                f"{address!r} is no address of OpenSearch: write it like http://127.0.0.1:9200, "
                "several with commas between."
            )
        nodes.append(Node(host, port, parts.scheme == "https", parts.path.rstrip("/")))
    if not nodes:
        raise UsageError(
            "There is no address of OpenSearch: set DUANSOU_OPENSEARCH_URL, or give "
            "--opensearch-url."
        )
    return tuple(nodes)


def connect(settings: Settings) -> Connection:
    """A connection as the settings say, to a server that was asked for its version.

    Raises UsageError for a wrong address or certificate file, IndexUnreachableError where nothing
    answers or the server is too old or another one, IndexForbiddenError where it lets nobody in.
    """
    nodes = parse_addresses(settings.opensearch_url)
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
        timeout=settings.opensearch_timeout_s,
        max_retries=max(_ATTEMPTS, len(nodes)),
        dead_timeout=_DEAD_S,
        pool_maxsize=_CONNECTIONS,
        http_compress=any(node.uses_tls for node in nodes),
        **_credentials(settings),
        **_tls(settings),
    )
    connection = Connection(
        client=client,
        name=settings.opensearch_name,
        nodes=nodes,
        shards=settings.opensearch_shards,
        replicas=settings.opensearch_replicas,
        keep=settings.opensearch_keep,
        timeout_s=settings.opensearch_timeout_s,
        dfs=bool(settings.opensearch_dfs),
    )
    try:
        with translated(connection.place, connection.addresses):
            about = client.info()
        version = _require_supported(about, connection.addresses)
    except BaseException:
        client.close()
        raise
    return replace(connection, server_version=version)


def _credentials(settings: Settings) -> dict[str, Any]:
    if settings.opensearch_api_key:
        return {"headers": {"authorization": f"ApiKey {settings.opensearch_api_key}"}}
    if settings.opensearch_user:
        return {"http_auth": (settings.opensearch_user, settings.opensearch_password)}
    return {}


def _tls(settings: Settings) -> dict[str, Any]:
    """Certificates are verified unless that is switched off in so many words."""
    if not settings.opensearch_verify:
        return {"verify_certs": False, "ssl_assert_hostname": False, "ssl_show_warn": False}
    ca_file = settings.opensearch_ca_file
    if ca_file and not Path(ca_file).is_file():
        raise UsageError(
            f"There is no file {ca_file}: DUANSOU_OPENSEARCH_CA_FILE names the certificates that "
            "OpenSearch's is signed with."
        )
    return {"verify_certs": True, **({"ca_certs": ca_file} if ca_file else {})}


def _require_supported(about: Any, addresses: str) -> str:
    """The version of the server, if it is one that will do."""
    version = about.get("version", {}) if isinstance(about, dict) else {}
    number = str(version.get("number", ""))
    oldest = ".".join(map(str, OLDEST_VERSION))
    if version.get("distribution") != "opensearch":
        raise IndexUnreachableError(
            f"What answers at {addresses} is not OpenSearch: give the address of an OpenSearch "
            f"{oldest} or newer.",
            zh=f"{addresses} 上的服务不是 OpenSearch：请改用 OpenSearch {oldest} 或更新版本的"
            "地址。",
        )
    try:
        numbers = tuple(int(part) for part in number.split("-")[0].split(".")[:2])
    except ValueError:
        numbers = ()
    if numbers < OLDEST_VERSION:
        raise IndexUnreachableError(
            f"The OpenSearch at {addresses} has version {number or 'unknown'}, Duansou needs "
            f"{oldest} or newer: update it.",
            zh=f"{addresses} 上的 OpenSearch 版本是 {number or '未知'}，"
            f"段搜需要 {oldest} 或更新的版本：请升级。",
        )
    return number
