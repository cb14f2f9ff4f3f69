"""Which versions of an index are there, and which one do readers use?

A version is one OpenSearch index, ``<name>-v000001`` and so on; the alias ``<name>`` is moved from
one to another in one step. A version without a state was never finished.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from opensearchpy import exceptions as client_errors

from ...errors import IndexBrokenError, IndexMissingError, NotFoundError
from .connection import Connection
from .failures import MOST_CLAUSES, missing, translated
from .schema import index_body
from .state import State, read_state

_NUMBER = re.compile(r"-v(\d{6,})\Z")


@dataclass(frozen=True, slots=True)
class Version:
    """A version; ``state`` is None where it was never finished; ``size_bytes`` of all its copies.

    ``health`` is green, yellow or red.
    """

    index: str
    is_current: bool
    state: State | None
    health: str = ""
    size_bytes: int = 0

    @property
    def number(self) -> int:
        """Its number, from 1."""
        return version_number(self.index) or 0


def version_name(name: str, number: int) -> str:
    """The index of a version."""
    return f"{name}-v{number:06}"


def version_number(index: str) -> int | None:
    """The number of a version by its index, None for another index."""
    match = _NUMBER.search(index)
    return int(match.group(1)) if match else None


def superfluous(versions: Sequence[Version], keep: int) -> list[str]:
    """The indexes to drop so that ``keep`` finished versions stay, the current one among them.

    The newest stay beside the current one. What was never finished goes if it is older than the
    current version; one that is newer may still be written.
    """
    current = next((version.number for version in versions if version.is_current), None)
    if current is None:
        return []
    others = sorted((v.number for v in versions if v.state and v.number != current), reverse=True)
    kept = {current, *others[: keep - 1]}
    return [
        version.index
        for version in versions
        if version.number not in kept and (version.state or version.number < current)
    ]


def current_index(connection: Connection) -> str | None:
    """The version that readers use, None where there is none.

    Raises IndexBrokenError where the name is that of a foreign index, or of several at once.
    """
    with translated(connection.place, connection.addresses):
        try:
            aliases = connection.client.indices.get_alias(name=connection.name)
        except client_errors.NotFoundError:
            aliases = {}
        foreign = not aliases and connection.client.indices.exists(index=connection.name)
    strange = [index for index in aliases if version_number(index) is None]
    if foreign or strange or len(aliases) > 1:
        raise IndexBrokenError(
            f"The name {connection.name} at {connection.addresses} belongs to something that "
            "Duansou did not make: choose another with DUANSOU_OPENSEARCH_NAME.",
            zh=f"{connection.addresses} 上的名称 {connection.name} 已被别的索引占用："
            "请用 DUANSOU_OPENSEARCH_NAME 另选一个。",
        )
    return next(iter(aliases), None)


def list_versions(connection: Connection) -> list[Version]:
    """Every version, the oldest first. Raises what ``current_index`` and ``read_state`` raise."""
    current = current_index(connection)
    with translated(connection.place, connection.addresses):
        rows = connection.client.cat.indices(
            index=f"{connection.name}-v*",
            params={
                "format": "json",
                "bytes": "b",
                "h": "index,health,store.size",
                "expand_wildcards": "open",
            },
        )
    found = []
    prefix = f"{connection.name}-v"
    for row in rows:
        index = row["index"]
        if version_number(index) is None or not index.startswith(prefix):
            continue
        if version_name(connection.name, version_number(index) or 0) != index:
            continue
        state = None
        if row["health"] != "red":
            state = _state_of(connection, index)
        size = int(row["store.size"] or 0)
        found.append(Version(index, index == current, state, row["health"], size))
    return sorted(found, key=lambda version: version.number)


def create_version(connection: Connection) -> str:
    """Make an empty version with the next number; nobody sees it before ``point``."""
    _allow_long_queries(connection)
    with translated(connection.place, connection.addresses):
        # Names only: no shard is asked, so a red version is no hindrance.
        there = connection.client.indices.get_alias(index=f"{connection.name}-v*")
        last = max((version_number(index) or 0 for index in there), default=0)
        index = version_name(connection.name, last + 1)
        connection.client.indices.create(
            index=index,
            body=index_body(connection.shards, connection.replicas),
            params={"wait_for_active_shards": "1"},
        )
    return index


def _allow_long_queries(connection: Connection) -> None:
    """Raise the server's bound on the parts of a query, where it is lower and we may."""
    name, client = "indices.query.bool.max_clause_count", connection.client
    # Who may not is told by the first query that is too long (``failures``).
    with contextlib.suppress(client_errors.TransportError):
        answer = client.cluster.get_settings(
            params={"include_defaults": "true", "flat_settings": "true"}
        )
        known = {**answer.get("defaults", {}), **answer["persistent"], **answer["transient"]}
        if int(known.get(name, 0)) < MOST_CLAUSES:
            client.cluster.put_settings(body={"persistent": {name: MOST_CLAUSES}})


def point(connection: Connection, index: str) -> None:
    """Let readers use this version from now on, in one step."""
    current = current_index(connection)
    actions = [{"add": {"index": index, "alias": connection.name, "is_write_index": True}}]
    if current is not None and current != index:
        actions.insert(0, {"remove": {"index": current, "alias": connection.name}})
    with translated(connection.place, connection.addresses):
        connection.client.indices.update_aliases(body={"actions": actions})


def roll_back(connection: Connection, number: int | None = None) -> Version:
    """Let readers use an earlier version (or the one of a number); the one left stays.

    Raises IndexMissingError where there is no index, NotFoundError for a version that is not there
    or was never finished.
    """
    versions = list_versions(connection)
    current = next((version for version in versions if version.is_current), None)
    if current is None:
        raise missing(connection.place)
    finished = [v for v in versions if v.state is not None and not v.is_current]
    if number is None:
        chosen = next((v for v in reversed(finished) if v.number < current.number), None)
    else:
        chosen = next((v for v in finished if v.number == number), None)
    if chosen is None:
        there = ", ".join(str(version.number) for version in finished) or "none"
        raise NotFoundError(
            f"The index {connection.place} has no such version to go back to (there is {there} "
            f"beside the current {current.number}): `duansou cluster versions` lists them.",
        )
    point(connection, chosen.index)
    return chosen


def remove_versions(connection: Connection, indexes: Iterable[str]) -> None:
    """Drop versions with all that is in them; those that are gone already are passed over."""
    for index in indexes:
        if version_number(index) is None or not index.startswith(f"{connection.name}-v"):
            raise ValueError(f"{index} is no version of {connection.name}")
        with translated(connection.place, connection.addresses):
            try:
                connection.client.indices.delete(index=index)
            except client_errors.NotFoundError:
                continue


def _state_of(connection: Connection, index: str) -> State | None:
    try:
        return read_state(connection, index)
    except (IndexMissingError, IndexBrokenError):
        return None
