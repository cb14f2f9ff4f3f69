"""How does what nobody sees leave an index? Records first, then the files that still hold them."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

from ...errors import IndexStateError
from .connection import Connection
from .failures import translated
from .lock import WriterLock
from .state import STATE_ID, State, read_state, write_state
from .stored import delete_records, refresh
from .tokens import safe
from .versions import current_index, remove_versions

_EXPUNGE_S = 90
_EXPUNGE_STEP_S = 2.0


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
    useless: list[dict[str, Any]] = [
        {"range": {"born": {"gt": state.generation}}},
        _bookkeeping(state),
    ]
    if state.voided:
        useless.append({"terms": {"born": list(state.voided)}})
    if state.dead:
        dead = {"terms": {"document_id": [safe(identity) for identity in state.dead]}}
        before = {"range": {"born": {"lt": state.generation}}}
        useless.append({"bool": {"filter": [dead, before]}})
    refresh(connection, state.index)
    query = {"bool": {"should": useless, "minimum_should_match": 1, "must_not": [_the_state()]}}
    delete_records(connection, state.index, query)
    return write_state(connection, replace(state, dead=()), over=state) if state.dead else state


def remove_generation(
    connection: Connection, index: str, born: int, document_id: str | None = None
) -> None:
    """Delete what was born in a generation, of one document or of all, of what was refreshed."""
    filters: list[dict[str, Any]] = [{"term": {"born": born}}]
    if document_id is not None:
        filters.append({"term": {"document_id": safe(document_id)}})
    delete_records(connection, index, {"bool": {"filter": filters, "must_not": [_the_state()]}})


def expunge(connection: Connection, index: str) -> None:
    """Write every file of a version anew that holds something deleted.

    OpenSearch keeps what was deleted for copies that may have missed it until all have told that
    they have it, which takes up to half a minute. Raises IndexStateError where it keeps it longer.
    """
    client = connection.client
    until = time.monotonic() + _EXPUNGE_S
    waits = {"request_timeout": max(300, connection.timeout_s)}
    with translated(connection.place, connection.addresses):
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
    raise IndexStateError(
        f"What was erased is found no more in the index {connection.place}, but OpenSearch has not "
        "rewritten all files that held it: run `duansou cluster clean` when every node is there.",
        zh=f"索引 {connection.place} 里已检索不到抹去的内容，但 OpenSearch 还没有重写全部文件："
        "请在所有节点在线时运行 duansou cluster clean。",
    )


def _bookkeeping(state: State) -> dict[str, Any]:
    """Chunks of manifest and vocabulary that a state does not name."""
    named = [
        *state.manifest,
        *(i for runs in state.vocabulary.values() for run in runs for i in run),
    ]
    kinds = {"terms": {"kind": ["manifest", "vocabulary"]}}
    return {"bool": {"filter": [kinds], "must_not": [{"ids": {"values": named}}]}}


def _the_state() -> dict[str, Any]:
    return {"ids": {"values": [STATE_ID]}}
