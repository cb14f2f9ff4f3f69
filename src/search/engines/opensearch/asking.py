"""How is the cluster asked, so that an answer is of one commit, and whole or marked as partial?"""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from ...budget import current
from ...errors import IndexStateError
from .connection import Connection
from .failures import require_whole, translated
from .filters import Clause
from .patience import PATIENCE_S, patiently
from .state import State, read_state, visible

__all__ = ["DOCUMENT_ORDER", "WINDOW", "Asking", "PointInTime", "from_there"]

T = TypeVar("T")

WINDOW = 10_000
"""Hits of one answer, and the deepest place that the server reaches by itself (its bound)."""

DOCUMENT_ORDER = [{"path": "asc"}, {"document_id": "asc"}, {"paragraph": "asc"}]
"""Keywords sort by their bytes in UTF-8, which is by code points."""

_KEPT = "5m"
"""How long a point in time lives after each use."""
_ATTEMPTS = 5


class PointInTime(NamedTuple):
    """The records of one moment, whatever is written or deleted since."""

    id: str


class Asking:
    """Asks of one connection. What is asked is seen as of the newest commit."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def of_one_commit(self, answer: Callable[[State], T]) -> T:
        """What ``answer`` gives for the newest commit, asked again if there was another meanwhile.

        A reader of an older commit loses what the next writer clears away, so a commit during the
        answer makes it worthless.
        """
        state = read_state(self.connection)
        for _ in range(_ATTEMPTS):
            try:
                found = answer(state)
            except IndexStateError:
                # The version may be gone because another took its place.
                newer = read_state(self.connection)
                if _same(newer, state):
                    raise
            else:
                newer = read_state(self.connection)
                if _same(newer, state):
                    return found
            state = newer
        raise IndexStateError(
            f"The index {self.connection.place} changes faster than it can be read: try again.",
            zh=f"索引 {self.connection.place} 正在频繁更新：请稍后再试。",
        )

    def search(
        self,
        state: State,
        kind: str,
        clauses: Sequence[Clause],
        *,
        scored: Sequence[Clause] = (),
        whole: bool = True,
        moment: PointInTime | None = None,
        routing: str | None = None,
        **body: Any,
    ) -> Mapping[str, Any]:
        """The answer about the records of a kind that a commit shows and that match all clauses.

        ``scored`` adds score. While a node is missing it is asked again. It may take what is left
        of the budget in force. Unless ``whole`` is False, raises OverBudgetError where that was
        not enough, IndexIncompleteError where shards are missing.
        """
        filters = [{"term": {"kind": kind}}, visible(state), *clauses]
        query: Clause = {"bool": {"filter": filters}}
        params: dict[str, Any] = {}
        if scored:
            query["bool"]["should"] = list(scored)
            if self.connection.dfs:
                params["search_type"] = "dfs_query_then_fetch"
        body = {"query": query, **body}
        if moment is None:
            # The copies of a shard differ in what they still count of deleted records. The same
            # query always asks the same copies, so that scores do not change from page to page.
            digest = hashlib.sha256(json.dumps(query["bool"], sort_keys=True).encode())
            params |= {"index": state.index, "preference": digest.hexdigest()[:16]}
            params["allow_partial_search_results"] = "false" if whole else "true"
            if routing is not None:
                params["routing"] = routing
        else:
            body["pit"] = {"id": moment.id, "keep_alive": _KEPT}
        index = params.pop("index", None)
        budget, patience_s = current(), PATIENCE_S
        left_s = budget.left_waiting_s
        if left_s is not None:
            # In whole seconds where there are some: counts are cached by what is asked.
            left_s = max(left_s, 0.001)
            patience_s = min(patience_s, left_s)
            body["timeout"] = f"{math.ceil(left_s)}s" if left_s > 1 else f"{int(left_s * 1000)}ms"
        with self.translated(), budget.waiting():
            answer: Mapping[str, Any] = patiently(
                # The client adds to the parameters it is given.
                lambda: self.connection.client.search(body=body, index=index, params=dict(params)),
                is_whole=_has_every_shard,
                limit_s=patience_s,
            )
        if left_s is not None and answer["timed_out"]:
            budget.was_spent = True
            if whole:
                raise budget.refusal()
        if whole:
            require_whole(answer, self.connection.place)
        return answer

    @contextlib.contextmanager
    def moment(self) -> Iterator[tuple[State, PointInTime]]:
        """The newest commit and a point in time that shows it, for many questions."""
        client = self.connection.client
        for _ in range(_ATTEMPTS):
            state = read_state(self.connection)
            with self.translated():
                opened = client.create_pit(index=state.index, params={"keep_alive": _KEPT})
            moment = PointInTime(opened["pit_id"])
            try:
                # What was cleared away after a commit in between is not in it.
                if _same(read_state(self.connection), state):
                    yield state, moment
                    return
            finally:
                with contextlib.suppress(Exception):
                    client.delete_pit(body={"pit_id": [moment.id]})
        raise IndexStateError(
            f"The index {self.connection.place} changes faster than it can be read: try again.",
            zh=f"索引 {self.connection.place} 正在频繁更新：请稍后再试。",
        )

    def walk(
        self,
        state: State,
        moment: PointInTime,
        kind: str,
        clauses: Sequence[Clause],
        *,
        at_once: int,
        **body: Any,
    ) -> Iterator[Mapping[str, Any]]:
        """Every record of a kind that matches, in document order."""
        after: list[Any] | None = None
        while True:
            answer = self.search(
                state,
                kind,
                clauses,
                moment=moment,
                size=at_once,
                sort=DOCUMENT_ORDER,
                track_total_hits=False,
                **from_there(after),
                **body,
            )
            hits = answer["hits"]["hits"]
            for hit in hits:
                yield hit["_source"]
            if len(hits) < at_once:
                return
            after = hits[-1]["sort"]

    @contextlib.contextmanager
    def translated(self) -> Iterator[None]:
        """What the client raises inside becomes one of our errors."""
        with translated(self.connection.place, self.connection.addresses):
            yield


def from_there(after: list[Any] | None) -> dict[str, Any]:
    """Has a search begin behind a hit, given by its place in the order."""
    return {"search_after": after} if after else {}


def _has_every_shard(answer: Mapping[str, Any]) -> bool:
    """Whether no shard was missing; more time than was given is no reason to ask again."""
    return bool(answer["timed_out"]) or not answer["_shards"]["failed"]


def _same(one: State, other: State) -> bool:
    return (one.index, one.commit, one.generation) == (other.index, other.commit, other.generation)
