"""The versions of an index: which readers use, what they hold, and what leaves them for good.

A version is one OpenSearch index, ``<name>-v000001`` and so on; the alias ``<name>`` is moved from
one to another in one step. A version without a state was never finished. What nobody sees leaves in
two steps: records first, then the files that still hold them.
"""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from opensearchpy import exceptions as client_errors

from ...documents.document import Document
from ...errors import IndexBrokenError, IndexStateError
from .connection import MOST_CLAUSES, Connection, require_whole
from .lock import WriterLock
from .schema import document_of, index_body, safe
from .state import STATE_ID, State, batched, read_state, state_of, visible, write_state

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
    with connection.translated():
        try:
            aliases = connection.client.indices.get_alias(name=connection.name)
        except client_errors.NotFoundError:
            aliases = {}
        foreign = not aliases and connection.client.indices.exists(index=connection.name)
    strange = [index for index in aliases if version_number(index) is None]
    if foreign or strange or len(aliases) > 1:
        raise IndexBrokenError(
            "cluster-name-taken", index=connection.name, addresses=connection.addresses
        )
    return next(iter(aliases), None)


def list_versions(connection: Connection) -> list[Version]:
    """Every version, the oldest first. Raises what ``current_index`` and ``read_state`` raise."""
    current = current_index(connection)
    with connection.translated():
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
    for row in rows:
        index = row["index"]
        if version_name(connection.name, version_number(index) or 0) != index:
            continue  # of another name that begins alike
        state = None if row["health"] == "red" else state_of(connection, index)
        size = int(row["store.size"] or 0)
        found.append(Version(index, index == current, state, row["health"], size))
    return sorted(found, key=lambda version: version.number)


def create_version(connection: Connection) -> str:
    """Make an empty version with the next number; nobody sees it before ``point``."""
    _allow_long_queries(connection)
    with connection.translated():
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
    # Who may not is told by the first query that is too long (``connection``).
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
    with connection.translated():
        connection.client.indices.update_aliases(body={"actions": actions})


def remove_versions(connection: Connection, indexes: Iterable[str]) -> None:
    """Drop versions with all that is in them; those that are gone already are passed over."""
    for index in indexes:
        if version_number(index) is None or not index.startswith(f"{connection.name}-v"):
            raise ValueError(f"{index} is no version of {connection.name}")
        with connection.translated():
            try:
                connection.client.indices.delete(index=index)
            except client_errors.NotFoundError:
                continue


_DOCUMENTS_AT_ONCE = 100


def find_documents(
    connection: Connection, index: str, seen: Mapping[str, Any], ids: Sequence[str]
) -> dict[str, Document]:
    """The documents of these ids, by id; ``seen`` lets through one record of each at most."""
    found: dict[str, Document] = {}
    for some in batched(ids, _DOCUMENTS_AT_ONCE):
        wanted = {"terms": {"document_id": [safe(identity) for identity in some]}}
        for source, _ in _page(connection, index, [seen, wanted], len(some), None):
            document = document_of(source)
            found[document.document_id] = document
    return found


def each_document(connection: Connection, state: State) -> Iterator[Document]:
    """Every document that readers of a state see, by id."""
    after: list[Any] | None = None
    while True:
        page = _page(connection, state.index, [visible(state)], _DOCUMENTS_AT_ONCE, after)
        for source, _ in page:
            yield document_of(source)
        if len(page) < _DOCUMENTS_AT_ONCE:
            return
        after = page[-1][1]


def count_seen(connection: Connection, state: State, kind: str) -> int:
    """How many records of a kind readers of a state see, of those that were refreshed."""
    query = {"bool": {"filter": [{"term": {"kind": kind}}, visible(state)]}}
    with connection.translated():
        answer = connection.client.count(index=state.index, body={"query": query})
    require_whole(answer, connection.place)
    return int(answer["count"])


def delete_records(connection: Connection, index: str, query: Mapping[str, Any]) -> int:
    """Delete what matches, of what was refreshed, and refresh; how many there were."""
    with connection.translated():
        answer = connection.client.delete_by_query(
            index=index,
            body={"query": query},
            params={
                "refresh": "true",
                "conflicts": "proceed",
                "slices": "auto",
                "scroll_size": 2000,
                "request_timeout": max(600, connection.timeout_s),
            },
        )
    require_whole({"_shards": {"failed": len(answer["failures"])}}, connection.place)
    return int(answer["deleted"])


def refresh(connection: Connection, index: str) -> None:
    """Let searches see all that was written, on every copy that is there."""
    with connection.translated():
        answer = connection.client.indices.refresh(
            index=index, params={"request_timeout": max(120, connection.timeout_s)}
        )
    require_whole(answer, connection.place)


def _page(
    connection: Connection,
    index: str,
    filters: Sequence[Mapping[str, Any]],
    size: int,
    after: Sequence[Any] | None,
) -> list[tuple[dict[str, Any], list[Any]]]:
    """Documents with the values that they are sorted by."""
    body: dict[str, Any] = {
        "size": size,
        "query": {"bool": {"filter": [{"term": {"kind": "document"}}, *filters]}},
        "sort": ["document_id"],
        "_source": ["record"],
        "track_total_hits": False,
    }
    if after is not None:
        body["search_after"] = list(after)
    with connection.translated():
        answer = connection.client.search(index=index, body=body)
    require_whole(answer, connection.place)
    return [(hit["_source"], hit["sort"]) for hit in answer["hits"]["hits"]]


_CHUNKS = {"terms": {"kind": ["manifest", "vocabulary"]}}
_THE_STATE = {"ids": {"values": [STATE_ID]}}

_EXPUNGE_S = 90
_EXPUNGE_STEP_S = 2.0


@contextlib.contextmanager
def settled(connection: Connection) -> Iterator[tuple[WriterLock, State | None]]:
    """While nobody else writes: the lock, and the last commit (see ``settle``).

    Raises IndexBusyError, and what ``settle`` raises.
    """
    lock = WriterLock(connection)
    done = False
    try:
        yield lock, settle(connection, lock)
        done = True
    finally:
        lock.release(clean=done)


def settle(connection: Connection, lock: WriterLock) -> State | None:
    """See to it that nothing a former holder of the lock left, or still sends, is ever seen.

    To be called by every new holder, before anything else; gives the last commit.
    """
    index = current_index(connection)
    state = read_state(connection, index) if index is not None else None
    left = lock.left_behind
    if left is not None and not left.get("load"):
        generation = left["generation"]
        if state is None or left["index"] != index:
            # A version that readers never came to use.
            remove_versions(connection, [left["index"]])
        elif generation > state.generation and generation not in state.voided:
            state = write_state(connection, state.voiding(generation), over=state)
    lock.note(None)
    return state


def clean(connection: Connection, state: State) -> State:
    """Delete what readers of a state do not see, and give back the state without its dead.

    What was dead, what was born in a void generation, what chunks are of no use any more. Cheap
    where there is nothing. Raises IndexBusyError where somebody commits meanwhile.
    """
    runs = (run for runs in state.vocabulary.values() for run in runs)
    named = [*state.manifest, *(identity for run in runs for identity in run)]
    useless: list[dict[str, Any]] = [
        {"range": {"born": {"gt": state.generation}}},
        {"bool": {"filter": [_CHUNKS], "must_not": [{"ids": {"values": named}}]}},
    ]
    if state.voided:
        useless.append({"terms": {"born": list(state.voided)}})
    if state.dead:
        dead = {"terms": {"document_id": [safe(identity) for identity in state.dead]}}
        before = {"range": {"born": {"lt": state.generation}}}
        useless.append({"bool": {"filter": [dead, before]}})
    refresh(connection, state.index)
    query = {"bool": {"should": useless, "minimum_should_match": 1, "must_not": [_THE_STATE]}}
    delete_records(connection, state.index, query)
    return write_state(connection, replace(state, dead=()), over=state) if state.dead else state


def remove_generation(
    connection: Connection, index: str, born: int, document_id: str | None = None
) -> None:
    """Delete what was born in a generation, of one document or of all, of what was refreshed."""
    filters: list[dict[str, Any]] = [{"term": {"born": born}}]
    if document_id is not None:
        filters.append({"term": {"document_id": safe(document_id)}})
    delete_records(connection, index, {"bool": {"filter": filters, "must_not": [_THE_STATE]}})


def expunge(connection: Connection, index: str) -> None:
    """Write every file of a version anew that holds something deleted.

    OpenSearch keeps what was deleted for copies that may have missed it until all have told that
    they have it, which takes up to half a minute. Raises IndexStateError where it keeps it longer.
    """
    client = connection.client
    until = time.monotonic() + _EXPUNGE_S
    waits = {"request_timeout": max(300, connection.timeout_s)}
    with connection.translated():
        client.indices.put_settings(
            index=index,
            body={"index.merge.policy.expunge_deletes_allowed": 0},
        )
        while True:
            client.indices.flush(index=index, params={"force": "true", **waits})
            client.indices.forcemerge(
                index=index, params={"only_expunge_deletes": "true", "flush": "true", **waits}
            )
            stats = client.indices.stats(index=index, metric="docs")
            if not stats["_all"]["total"]["docs"]["deleted"]:
                # Old files stay while a searcher or the commit before has them open.
                client.indices.refresh(index=index, params=waits)
                client.indices.flush(index=index, params={"force": "true", **waits})
                return
            if time.monotonic() > until:
                break
            time.sleep(_EXPUNGE_STEP_S)
    raise IndexStateError("cluster-not-cleaned", place=connection.place)
