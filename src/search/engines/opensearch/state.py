"""What is committed? One record in each version of the index, and who sees which other record.

Every record is born in a generation. A commit writes its records first and then, with compare-and-
set, the state that names their generation: that write alone makes them seen. What a commit replaced
or took out stays as it is until the next writer cleans up, and is ``dead`` to readers of the new
state. A generation that a writer began and may still be writing, because it was taken for gone, is
``voided``: nobody ever sees it.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from opensearchpy import exceptions as client_errors

from ...errors import IndexBrokenError, IndexBusyError, IndexTooNewError
from .chunks import pack, unpack
from .connection import Connection
from .failures import missing, too_old, translated
from .patience import patiently
from .schema import BOOKKEEPING_ROUTING, FORMAT_VERSION

STATE_ID = "state"

_VOIDED_KEPT = 64
"""So many generations that never came to be are remembered: a request of a writer that was taken
for gone arrives minutes later at most."""


Runs = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """One commit. ``generation`` is 0 where nothing was committed to this version yet.

    ``manifest`` holds ids of records with chunks, in order; ``vocabulary`` holds for each kind of
    term the runs of counts that add up, each the ids of its chunks in order; ``dead`` are the ids
    of the documents that this commit replaced or took out, of which there may still be records of
    older generations. ``source`` names what a whole load was made from, "" after any other commit.
    ``index`` is the version that the state is of; ``seq_no`` and
    ``primary_term`` name the write that made it.
    """

    generation: int = 0
    analyzer_digest: str
    user_words: tuple[str, ...] = ()
    documents: int = 0
    passages: int = 0
    labels: int = 0
    manifest: tuple[str, ...] = ()
    vocabulary: Mapping[str, Runs] = field(default_factory=dict)
    dead: tuple[str, ...] = ()
    voided: tuple[int, ...] = ()
    source: str = ""
    commit: str = ""
    committed_at: str = ""
    index: str = ""
    seq_no: int = -1
    primary_term: int = -1

    @property
    def next_generation(self) -> int:
        """The generation of the next commit: one that nobody has written to."""
        return max(self.generation, *self.voided, 0) + 1

    def voiding(self, generation: int) -> State:
        """The same commit, with a generation that will never be one."""
        return replace(self, voided=(*self.voided, generation)[-_VOIDED_KEPT:])

    def to_record(self) -> dict[str, Any]:
        """A value of JSON types."""
        return {
            "format": FORMAT_VERSION,
            "generation": self.generation,
            "analyzer_digest": self.analyzer_digest,
            "user_words": list(self.user_words),
            "documents": self.documents,
            "passages": self.passages,
            "labels": self.labels,
            "manifest": list(self.manifest),
            "vocabulary": {k: list(map(list, runs)) for k, runs in self.vocabulary.items()},
            "dead": list(self.dead),
            "voided": list(self.voided),
            "source": self.source,
            "commit": self.commit,
            "committed_at": self.committed_at,
        }


def visible(state: State) -> dict[str, Any]:
    """The filter that lets through the records that a reader of this state sees."""
    must_not: list[dict[str, Any]] = []
    if state.voided:
        must_not.append({"terms": {"born": list(state.voided)}})
    if state.dead:
        before = {"range": {"born": {"lt": state.generation}}}
        dead = {"terms": {"document_id": list(state.dead)}}
        must_not.append({"bool": {"filter": [dead, before]}})
    born = {"range": {"born": {"lte": state.generation}}}
    return {"bool": {"filter": [born], "must_not": must_not}} if must_not else born


def read_state(connection: Connection, index: str | None = None) -> State:
    """The newest commit, of the version that readers use or of a named one.

    Raises IndexMissingError where there is no index, IndexBrokenError where it is not one of
    Duansou, IndexTooNewError for a newer format, IndexTooOldError for an older one, and what
    ``failures.translated`` raises.
    """
    name = index or connection.name
    with translated(connection.place, connection.addresses):
        try:
            found = patiently(
                lambda: connection.client.get(
                    index=name,
                    id=STATE_ID,
                    params={"routing": BOOKKEEPING_ROUTING, "realtime": "true"},
                )
            )
        except client_errors.NotFoundError as error:
            if isinstance(error.info, dict) and "found" in error.info:
                raise broken(connection, name) from error
            raise missing(connection.place) from error
    return _parsed(found, connection)


def write_state(connection: Connection, state: State, *, over: State | None) -> State:
    """Make a state the newest of its version; ``over`` is the one it follows, None for the first.

    Raises IndexBusyError where somebody else has committed since, and what
    ``failures.translated`` raises.
    """
    state = replace(state, commit=secrets.token_hex(8))
    params: dict[str, Any] = {"routing": BOOKKEEPING_ROUTING}
    if over is None:
        params["op_type"] = "create"
    else:
        params.update(if_seq_no=over.seq_no, if_primary_term=over.primary_term)
    body = {"kind": "state", "born": 0, "record": pack(state.to_record())}
    with translated(connection.place, connection.addresses):
        try:
            written = connection.client.index(
                index=state.index, id=STATE_ID, body=body, params=params
            )
        except client_errors.ConflictError as error:
            # The first of several attempts may have been carried out and its answer lost.
            there = read_state(connection, state.index)
            if there.commit != state.commit:
                raise IndexBusyError(
                    f"Another process has committed to the index {connection.place} meanwhile: "
                    "nothing of this run was kept, run it again.",
                    zh=f"其间另一个进程提交了索引 {connection.place}：这次没有写入，请重新运行。",
                ) from error
            return there
    return replace(state, seq_no=written["_seq_no"], primary_term=written["_primary_term"])


def read_chunks(connection: Connection, index: str, ids: Sequence[str]) -> Iterator[str]:
    """What chunks hold, in the order of their ids, one read at a time.

    Raises IndexBrokenError where one is not there, and what ``failures.translated`` raises.
    """
    params = {"routing": BOOKKEEPING_ROUTING, "realtime": "true"}
    for identity in ids:
        with translated(connection.place, connection.addresses):
            try:
                found = connection.client.get(index=index, id=identity, params=params)
            except client_errors.NotFoundError as error:
                raise broken(connection, index) from error
        yield found["_source"]["record"]


def _parsed(found: Mapping[str, Any], connection: Connection) -> State:
    index = found["_index"]
    try:
        record = unpack(found["_source"]["record"])
        version = record["format"]
    except (KeyError, TypeError, ValueError) as error:
        raise broken(connection, index) from error
    if version > FORMAT_VERSION:
        raise IndexTooNewError(
            f"The index {connection.place} has format {version}, this Duansou reads "
            f"{FORMAT_VERSION}: update Duansou.",
            zh=f"索引 {connection.place} 的格式是 {version}，本程序只认到 {FORMAT_VERSION}："
            "请升级段搜。",
        )
    if version < FORMAT_VERSION:
        what = f"has the format version {version}, this Duansou reads {FORMAT_VERSION}"
        raise too_old(connection.place, what)
    try:
        return State(
            generation=record["generation"],
            analyzer_digest=record["analyzer_digest"],
            user_words=tuple(record["user_words"]),
            documents=record["documents"],
            passages=record["passages"],
            labels=record["labels"],
            manifest=tuple(record["manifest"]),
            vocabulary={
                kind: tuple(map(tuple, runs)) for kind, runs in record["vocabulary"].items()
            },
            dead=tuple(record["dead"]),
            voided=tuple(record["voided"]),
            source=record["source"],
            commit=record["commit"],
            committed_at=record["committed_at"],
            index=index,
            seq_no=found["_seq_no"],
            primary_term=found["_primary_term"],
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise broken(connection, index) from error


def broken(connection: Connection, index: str) -> IndexBrokenError:
    """The error for an index that is not ours, or has lost what it needs."""
    return IndexBrokenError(
        f"The index {index} at {connection.addresses} is none that Duansou made, or has lost its "
        "state: choose another DUANSOU_OPENSEARCH_NAME, or restore a snapshot.",
        zh=f"{connection.addresses} 上的索引 {index} 不是段搜的，或已损坏："
        "请另选 DUANSOU_OPENSEARCH_NAME，或从快照恢复。",
    )
