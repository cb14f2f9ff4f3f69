"""Ask one commit of the cluster: each answer is of it, and whole or marked as partial.

A commit is held by a point in time, so that neither later commits nor what they clear away change
an answer. All who read the newest commit share one, and the last of them lets it go.
"""

from __future__ import annotations

import contextlib
import math
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from opensearchpy import exceptions as client_errors

from ...budget import current
from ...errors import CommitGoneError, IndexMissingError
from ...index.engine import OncePerCommit
from .compile import Clause
from .connection import (
    PATIENCE_S,
    Connection,
    error_of,
    is_of_a_node_that_went,
    patiently,
    require_whole,
)
from .state import State, broken, joined_json, merged_counts, read_state, visible

WINDOW = 10_000
"""Hits of one answer, and the deepest place that the server reaches by itself (its bound)."""

DOCUMENT_ORDER = [{"path": "asc"}, {"document_id": "asc"}, {"paragraph": "asc"}]
"""Keywords sort by their bytes in UTF-8, which is by code points."""

_KEPT = "5m"
"""How long a point in time lives after each use: one that nobody lets go is gone then."""
_ATTEMPTS = 5
"""How often a point in time is opened anew where there is a commit while it is opened."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of the records of a kind that match all clauses; ``scored`` adds score."""

    kind: str
    clauses: Sequence[Clause]
    body: Mapping[str, Any]
    scored: Sequence[Clause] = ()

    def body_for(self, state: State) -> dict[str, Any]:
        """The body of the search, of what readers of a state see."""
        filters = [{"term": {"kind": self.kind}}, visible(state), *self.clauses]
        query: Clause = {"bool": {"filter": filters}}
        if self.scored:
            query["bool"]["should"] = list(self.scored)
        return {"query": query, **self.body}


class _Point(NamedTuple):
    """A point in time, and how many shards the index has that it is of."""

    identity: str
    shards: int


class Asking:
    """Asks one commit. Safe to share between threads."""

    def __init__(self, connection: Connection, state: State, point: _Point) -> None:
        self.connection = connection
        self.state = state
        self.once = OncePerCommit()
        self._point = point
        self._holders = 0
        self._lock = threading.Lock()

    def is_of(self, state: State) -> bool:
        """Whether a state is the commit that is asked."""
        return _same(self.state, state)

    def hold(self) -> Asking:
        """The same, for one more who will let it go."""
        with self._lock:
            self._holders += 1
        return self

    def let_go(self) -> None:
        """Let the point in time go if nobody else holds it."""
        with self._lock:
            self._holders -= 1
            if self._holders:
                return
        _let_go(self.connection, self._point)

    def search(
        self,
        kind: str,
        clauses: Sequence[Clause],
        *,
        scored: Sequence[Clause] = (),
        whole: bool = True,
        **body: Any,
    ) -> Mapping[str, Any]:
        """The answer about the records of a kind that match all clauses; see ``ask``."""
        (answer,) = self.ask([Question(kind, clauses, body, scored)], whole=whole)
        return answer

    def ask(
        self, questions: Sequence[Question], *, whole: bool = True
    ) -> Sequence[Mapping[str, Any]]:
        """The answers to some questions, in one request.

        While a node is missing all are asked again, of other copies. They may take what is left of
        the budget in force. Unless ``whole`` is False, raises OverBudgetError where that was not
        enough, IndexIncompleteError where shards are missing; CommitGoneError where the commit is
        not kept any more.
        """
        bodies = [question.body_for(self.state) for question in questions]
        budget, patience_s = current(), PATIENCE_S
        left_s = budget.left_waiting_s
        if left_s is not None:
            # In whole seconds where there are some: counts are cached by what is asked.
            left_s = max(left_s, 0.001)
            patience_s = min(patience_s, left_s)
            timeout = f"{math.ceil(left_s)}s" if left_s > 1 else f"{int(left_s * 1000)}ms"
            for body in bodies:
                body["timeout"] = timeout
        dfs = {"search_type": "dfs_query_then_fetch"}
        headers = [dfs if q.scored and self.connection.dfs else {} for q in questions]
        lost: _Point | None = None

        def asked(point: _Point) -> Sequence[Mapping[str, Any]]:
            lines: list[Mapping[str, Any]] = []
            for header, body in zip(headers, bodies, strict=True):
                lines += header, {**body, "pit": {"id": point.identity, "keep_alive": _KEPT}}
            answers = self.connection.client.msearch(body=lines)["responses"]
            return [_of_all_shards(answer, point) for answer in answers]

        def ask() -> Sequence[Mapping[str, Any]]:
            nonlocal lost
            if lost is not None:
                self._open_anew(instead_of=lost)
            point, lost = self._point, None
            try:
                answers = asked(point)
            except client_errors.NotFoundError:
                # It was not used for too long.
                self._open_anew(instead_of=point)
                return asked(self._point)
            except client_errors.TransportError as error:
                if is_of_a_node_that_went(error):
                    lost = point
                raise
            if not _have_every_shard(answers):
                lost = point
            return answers

        with self.translated(), budget.waiting():
            answers = patiently(ask, is_whole=_have_every_shard, limit_s=patience_s)
        for answer in answers:
            if left_s is not None and answer["timed_out"]:
                budget.was_spent = True
                if whole:
                    raise budget.refusal()
            if whole:
                require_whole(answer, self.connection.place)
        return answers

    def walk(
        self, kind: str, clauses: Sequence[Clause], *, at_once: int, **body: Any
    ) -> Iterator[Mapping[str, Any]]:
        """Every record of a kind that matches, in document order."""
        after: list[Any] | None = None
        while True:
            answer = self.search(
                kind,
                clauses,
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

    def manifest(self) -> Mapping[str, Any]:
        """The JSON value of the commit's writer. Raises as ``search``, and IndexBrokenError."""
        if not self.state.manifest:
            return {}
        with self._sound():
            value: Mapping[str, Any] = joined_json(self._chunks("manifest", self.state.manifest))
        return value

    def terms(self, kind: str) -> Iterator[tuple[str, int]]:
        """The terms of a kind (words, pairs) with the passages that have each, by code points."""
        runs = self.state.vocabulary.get(kind, ())
        with self._sound():
            yield from merged_counts(self._chunks("vocabulary", run) for run in runs)

    def _chunks(self, kind: str, ids: Sequence[str]) -> Iterator[str]:
        """What chunks hold, in the order of their ids, one read at a time."""
        for identity in ids:
            answer = self.search(kind, [{"ids": {"values": [identity]}}], _source=["record"])
            for hit in answer["hits"]["hits"] or ({"_source": {"record": ""}},):
                yield hit["_source"]["record"]

    @contextlib.contextmanager
    def _sound(self) -> Iterator[None]:
        """What is inside raises IndexBrokenError where a chunk is missing or none."""
        try:
            yield
        except ValueError as error:
            raise broken(self.connection, self.state.index) from error

    @contextlib.contextmanager
    def translated(self) -> Iterator[None]:
        """What the client raises inside becomes one of our errors."""
        try:
            with self.connection.translated():
                yield
        except IndexMissingError as error:
            # The version may be gone because another took its place.
            if self.is_of(read_state(self.connection)):
                raise
            raise _gone(self.connection) from error

    def _open_anew(self, *, instead_of: _Point) -> None:
        """Another point in time of the same commit, on copies that are there.

        Raises CommitGoneError where it is not the newest commit any more.
        """
        with self._lock:
            if self._point != instead_of:
                return
            point = _open(self.connection, self.state.index)
            if not self.is_of(read_state(self.connection)):
                _let_go(self.connection, point)
                raise _gone(self.connection)
            self._point = point
        _let_go(self.connection, instead_of)


def hold_newest(connection: Connection, known: Asking | None) -> Asking:
    """The newest commit, held: ``known`` if it is that one, else with a point in time of its own.

    Raises what ``read_state`` raises, and CommitGoneError where commits come faster than they can
    be held.
    """
    state = read_state(connection)
    if known is not None and known.is_of(state):
        return known
    for _ in range(_ATTEMPTS):
        with connection.translated():
            point = _open(connection, state.index)
        # What was cleared away after a commit in between is not in it.
        newer = read_state(connection)
        if _same(newer, state):
            return Asking(connection, state, point)
        _let_go(connection, point)
        state = newer
    raise _gone(connection)


def from_there(after: list[Any] | None) -> dict[str, Any]:
    """``search_after`` parameters: continue behind this sort key."""
    return {"search_after": after} if after else {}


def _open(connection: Connection, index: str) -> _Point:
    """A point in time; shards that are not there in the end are missing in it."""
    params = {"keep_alive": _KEPT}

    def open_() -> Mapping[str, Any]:
        # The client takes from the parameters it is given.
        opened: Mapping[str, Any] = connection.client.create_pit(index=index, params=dict(params))
        return opened

    opened = patiently(open_, is_whole=lambda answer: not answer["_shards"]["failed"])
    return _Point(opened["pit_id"], opened["_shards"]["total"])


def _let_go(connection: Connection, point: _Point) -> None:
    with contextlib.suppress(Exception):
        connection.client.delete_pit(body={"pit_id": [point.identity]})


def _gone(connection: Connection) -> CommitGoneError:
    return CommitGoneError("commit-gone", place=connection.place)


def _of_all_shards(answer: Mapping[str, Any], point: _Point) -> Mapping[str, Any]:
    """One of several answers, or the client's error for it; shards that the point lacks failed."""
    if "error" in answer:
        raise error_of(answer)
    shards = answer["_shards"]
    shards["failed"] = max(shards["failed"], point.shards - shards["successful"])
    return answer


def _have_every_shard(answers: Sequence[Mapping[str, Any]]) -> bool:
    """Whether no shard was missing; more time than was given is no reason to ask again."""
    return all(answer["timed_out"] or not answer["_shards"]["failed"] for answer in answers)


def _same(one: State, other: State) -> bool:
    return (one.index, one.commit, one.generation) == (other.index, other.commit, other.generation)
