"""What is committed: one record in each version of the index says who sees which other record.

Every record is born in a generation. A commit writes its records first and then, with compare-and-
set, the state that names their generation: that write alone makes them seen. What a commit replaced
or took out stays as it is until the next writer cleans up, and is ``dead`` to readers of the new
state. A generation that a writer began and may still be writing, because it was taken for gone, is
``voided``: nobody ever sees it.

JSON values and counts of terms are kept in chunks, compressed pieces of bounded size: text that any
mapping takes (base64 of zlib of JSON). Counts of terms come in runs, each sorted by code points,
which the reader adds up as it merges them.
"""

from __future__ import annotations

import base64
import heapq
import json
import secrets
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from itertools import groupby, islice
from operator import itemgetter
from typing import Any, TypeVar

from opensearchpy import exceptions as client_errors

from ...errors import IndexBrokenError, IndexBusyError, IndexMissingError, IndexTooNewError
from .connection import Connection, missing, patiently, too_old
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
    def records(self) -> dict[str, int]:
        """How many records of each kind were committed."""
        return {"document": self.documents, "passage": self.passages, "label": self.labels}

    @property
    def next_generation(self) -> int:
        """The generation of the next commit: one that nobody has written to."""
        return max(self.generation, *self.voided, 0) + 1

    def voiding(self, generation: int) -> State:
        """The same commit, with a generation that will never be one."""
        return replace(self, voided=(*self.voided, generation)[-_VOIDED_KEPT:])

    def to_record(self) -> dict[str, Any]:
        """A value of JSON types."""
        return {name: getattr(self, name) for name in _RECORDED} | {"format": FORMAT_VERSION}


_RECORDED = [f.name for f in fields(State) if f.name not in ("index", "seq_no", "primary_term")]
"""What the write of a state has to say; the rest is known of it by where it is."""


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
    ``Connection.translated`` raises.
    """
    name = index or connection.name
    with connection.translated():
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
    ``Connection.translated`` raises.
    """
    state = replace(state, commit=secrets.token_hex(8))
    params: dict[str, Any] = {"routing": BOOKKEEPING_ROUTING}
    if over is None:
        params["op_type"] = "create"
    else:
        params.update(if_seq_no=over.seq_no, if_primary_term=over.primary_term)
    body = {"kind": "state", "born": 0, "record": pack(state.to_record())}
    with connection.translated():
        try:
            written = connection.client.index(
                index=state.index, id=STATE_ID, body=body, params=params
            )
        except client_errors.ConflictError as error:
            # The first of several attempts may have been carried out and its answer lost.
            there = read_state(connection, state.index)
            if there.commit != state.commit:
                raise IndexBusyError("cluster-commit-lost", place=connection.place) from error
            return there
    return replace(state, seq_no=written["_seq_no"], primary_term=written["_primary_term"])


def read_chunks(connection: Connection, index: str, ids: Sequence[str]) -> Iterator[str]:
    """What chunks hold, in the order of their ids, one read at a time.

    Raises IndexBrokenError where one is not there, and what ``Connection.translated`` raises.
    """
    params = {"routing": BOOKKEEPING_ROUTING, "realtime": "true"}
    for identity in ids:
        with connection.translated():
            try:
                found = connection.client.get(index=index, id=identity, params=params)
            except client_errors.NotFoundError as error:
                raise broken(connection, index) from error
        yield found["_source"]["record"]


def state_of(connection: Connection, index: str) -> State | None:
    """The state of a version, None where it was never finished."""
    try:
        return read_state(connection, index)
    except (IndexMissingError, IndexBrokenError):
        return None


def _parsed(found: Mapping[str, Any], connection: Connection) -> State:
    index = found["_index"]
    try:
        record = unpack(found["_source"]["record"])
        version = record["format"]
    except (KeyError, TypeError, ValueError) as error:
        raise broken(connection, index) from error
    if version > FORMAT_VERSION:
        raise IndexTooNewError(
            "cluster-index-too-new", place=connection.place, version=version, known=FORMAT_VERSION
        )
    if version < FORMAT_VERSION:
        what = f"has the format version {version}, this Duansou reads {FORMAT_VERSION}"
        raise too_old(connection.place, what)
    try:
        return State(
            **{name: tuples(record[name]) for name in _RECORDED},
            index=index,
            seq_no=found["_seq_no"],
            primary_term=found["_primary_term"],
        )
    except (KeyError, TypeError) as error:
        raise broken(connection, index) from error


def tuples(value: Any) -> Any:
    """A value of JSON types with tuples for its lists."""
    if isinstance(value, dict):
        return {name: tuples(inner) for name, inner in value.items()}
    return tuple(map(tuples, value)) if isinstance(value, list) else value


def broken(connection: Connection, index: str) -> IndexBrokenError:
    """The error for an index that is not ours, or has lost what it needs."""
    return IndexBrokenError("cluster-index-foreign", index=index, addresses=connection.addresses)


T = TypeVar("T")

CHUNK_CHARS = 4_000_000
"""Characters of JSON in one chunk, before they are compressed."""

_COUNTS_IN_CHUNK = 50_000


def pack(value: Any) -> str:
    """A JSON value as ASCII text; ``unpack`` gives it back."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return _packed(text)


def unpack(text: str) -> Any:
    """The JSON value of a packed text. Raises ValueError where it is none."""
    return json.loads(_unpacked(text))


def json_chunks(value: Any) -> list[str]:
    """A JSON value of any size as packed pieces of its text, in order."""
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    return [_packed(text[at : at + CHUNK_CHARS]) for at in range(0, len(text), CHUNK_CHARS)]


def joined_json(chunks: Iterable[str]) -> Any:
    """The value that ``json_chunks`` took apart. Raises ValueError where it is none."""
    return json.loads("".join(map(_unpacked, chunks)))


def counts_chunks(counts: Iterable[tuple[str, int]]) -> Iterator[str]:
    """Counts of terms that are sorted by code points, as the packed pieces of a run."""
    for piece in batched(counts, _COUNTS_IN_CHUNK):
        yield pack(piece)


def batched(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Items in lists of ``size``, the last maybe shorter."""
    waiting = iter(items)
    while piece := list(islice(waiting, size)):
        yield piece


def merged_counts(runs: Iterable[Iterable[str]]) -> Iterator[tuple[str, int]]:
    """The sums of many runs, by code points, without those that are 0.

    Of each run one piece is held at a time. Raises ValueError where one is none.
    """
    merged = heapq.merge(*map(_counts_of, runs), key=itemgetter(0))
    for term, counts in groupby(merged, key=itemgetter(0)):
        total = sum(count for _, count in counts)
        if total:
            yield term, total


def _counts_of(run: Iterable[str]) -> Iterator[tuple[str, int]]:
    for chunk in run:
        yield from unpack(chunk)


def _packed(text: str) -> str:
    data = zlib.compress(text.encode("utf-8", "surrogatepass"), 6)
    return base64.b64encode(data).decode("ascii")


def _unpacked(text: str) -> str:
    try:
        return zlib.decompress(base64.b64decode(text, validate=True)).decode(
            "utf-8", "surrogatepass"
        )
    except zlib.error as error:
        raise ValueError("it is damaged") from error
