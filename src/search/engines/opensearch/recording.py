"""Documents become records of one generation, counted as they go and sent in parallel.

Records wait in one request in the making and in few that are under way, so memory is bounded and a
caller who is too fast waits. What is refused for the moment (429, a node that went, no answer) is
sent again, alone and after a while: every record has an id of its own, so twice is as once.
"""

from __future__ import annotations

import json
import random
import threading
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

from ...analysis.text import fold
from ...analysis.words import Analyzer
from ...documents.document import Document
from ...errors import IndexStateError
from .connection import PASSING_STATUSES, Connection, is_passing, translation
from .schema import (
    BOOKKEEPING_ROUTING,
    FACET_FIELDS,
    LONGEST_CHARS,
    SEPARATOR,
    Record,
    passage_of,
    records_of,
)
from .state import Runs, State, counts_chunks, json_chunks, merged_counts, read_chunks, tuples
from .versions import refresh

KINDS = ("words", "pairs")
"""The kinds of terms that are counted."""

_FIELDS = {"words": "words", "pairs": "text_pairs"}
"""The field of a passage that holds the terms of a kind; pairs are all, with punctuation."""

_SPILL_TERMS = 400_000
"""So many terms are counted in memory before they become a run."""
_MERGE_RUNS = 16
"""More runs than this are merged: readers add all of them up."""


@dataclass(slots=True)
class Tally:
    """How many of each there are, and where the counts of terms are that were written down."""

    documents: int = 0
    passages: int = 0
    labels: int = 0
    runs: dict[str, Runs] = field(default_factory=dict)

    def to_record(self) -> dict[str, Any]:
        """A value of JSON types."""
        return asdict(self)

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> Tally:
        """What ``to_record`` wrote."""
        return cls(**{name: tuples(value) for name, value in record.items()})


class Recording:
    """Writes records of one generation to a version, and keeps its ``tally``.

    ``tally`` goes on from what is there already. ``prefix`` keeps the ids of chunks apart from
    those of an earlier attempt at the same generation.
    """

    def __init__(
        self,
        connection: Connection,
        index: str,
        born: int,
        analyzer: Analyzer,
        tally: Tally,
        prefix: str,
    ) -> None:
        self.index = index
        self.born = born
        self.tally = tally
        self._connection = connection
        self._analyzer = analyzer
        self._prefix = prefix
        self._numbers = count(1)
        self._counts: dict[str, Counter[str]] = {kind: Counter() for kind in KINDS}
        self.sender = BulkSender(connection, index)
        # A version made before a facet came has no field for it.
        with connection.translated():
            connection.client.indices.put_mapping(index=index, body={"properties": FACET_FIELDS})

    def add(self, document: Document) -> None:
        """Write a document."""
        for record in records_of(document, self._analyzer, self.born):
            self._count(record, 1)
            self.sender.add(record)
        if sum(map(len, self._counts.values())) > _SPILL_TERMS:
            self.spill()

    def subtract(self, document: Document) -> None:
        """Count a document no longer; its records are for others to hide or remove."""
        for record in records_of(document, self._analyzer, self.born):
            self._count(record, -1)

    def spill(self) -> None:
        """Write the counts of terms in memory down as runs."""
        for kind, counts in self._counts.items():
            items = ((term, counts[term]) for term in sorted(counts) if counts[term])
            self._add_run(kind, items)
            counts.clear()

    def merge_runs(self, *, always: bool = False) -> None:
        """Make one run of many, or ``always``, so that terms that nothing has any more are gone."""
        for kind, runs in list(self.tally.runs.items()):
            if (always and runs) or len(runs) > _MERGE_RUNS:
                self.sender.drain()
                chunks = (read_chunks(self._connection, self.index, run) for run in runs)
                self.tally.runs[kind] = ()
                self._add_run(kind, merged_counts(chunks))

    def finished(self, manifest: Any, **more: Any) -> State:
        """Write the manifest too, and return when all can be searched: the state that shows it.

        To be called after ``spill``; ``more`` are further values of the state.
        """
        chunks = tuple(self._add_chunk("manifest", chunk) for chunk in json_chunks(manifest))
        self.sender.drain()
        refresh(self._connection, self.index)
        tally = self.tally
        return State(
            generation=self.born,
            analyzer_digest=self._analyzer.digest,
            user_words=self._analyzer.user_words,
            documents=tally.documents,
            passages=tally.passages,
            labels=tally.labels,
            manifest=chunks,
            vocabulary=dict(tally.runs),
            committed_at=datetime.now(UTC).isoformat(timespec="seconds"),
            index=self.index,
            **more,
        )

    def _add_run(self, kind: str, counts: Iterable[tuple[str, int]]) -> None:
        run = tuple(self._add_chunk("vocabulary", chunk) for chunk in counts_chunks(counts))
        if run:
            self.tally.runs[kind] = (*self.tally.runs.get(kind, ()), run)

    def _add_chunk(self, kind: str, chunk: str) -> str:
        number = next(self._numbers)
        identity = f"{kind}.{self._prefix}.{number}.{self.born}"
        source = {"kind": kind, "born": self.born, "part": number, "record": chunk}
        self.sender.add(Record(identity, BOOKKEEPING_ROUTING, source))
        return identity

    def _count(self, record: Record, sign: int) -> None:
        kind = record.source["kind"]
        if kind == "document":
            self.tally.documents += sign
        elif kind == "label":
            self.tally.labels += sign
        else:
            self.tally.passages += sign
            for kind_of_term, counts in self._counts.items():
                for term in self._terms(record, kind_of_term):
                    counts[term] += sign

    def _terms(self, record: Record, kind: str) -> set[str]:
        """The terms of a passage, each once."""
        tokens = set(record.source[_FIELDS[kind]].split(SEPARATOR)) - {""}
        # Tokens of long words are shortened, those with lone surrogates written otherwise; terms
        # are counted as they are.
        if kind == "words":
            if any(len(token) > LONGEST_CHARS for token in tokens):
                return set(self._analyzer.terms(fold(passage_of(record.source).text)))
        elif any(len(token) > 2 for token in tokens):
            folded = fold(passage_of(record.source).text)
            return {folded[at : at + 2] for at in range(len(folded) - 1)}
        return tokens


REQUEST_BYTES = 4_000_000
REQUEST_RECORDS = 5_000
_PARALLEL = 3
_PATIENCE_S = 180
"""Given up if for so long nothing at all was taken: a node that restarts is back by then."""

_LONGEST_PAUSE_S = 10.0

Line = tuple[bytes, bytes]
"""Action and source of a record."""


class BulkSender:
    """Sends records to one index from construction to ``close``; not shared between threads."""

    def __init__(self, connection: Connection, index: str) -> None:
        self._connection = connection
        self._index = index
        self._lines: list[Line] = []
        self._bytes = 0
        self._workers = ThreadPoolExecutor(_PARALLEL, thread_name_prefix="duansou-bulk")
        self._room = threading.BoundedSemaphore(_PARALLEL + 1)
        self._under_way: set[Future[None]] = set()
        self._stopped = threading.Event()
        self._taken_at = time.monotonic()

    def add(self, record: Record) -> None:
        """Send a record sometime, waiting where too much is under way; raises earlier failures."""
        action = {"index": {"_id": record.id, "routing": record.routing}}
        line = (_json(action), _json(record.source))
        self._lines.append(line)
        self._bytes += len(line[0]) + len(line[1])
        if self._bytes >= REQUEST_BYTES or len(self._lines) >= REQUEST_RECORDS:
            self._hand_on()

    def drain(self) -> None:
        """Return when all that was added is in the index, on every copy that is there.

        Raises IndexStateError for a record that the index refuses, and what
        ``Connection.translated`` raises when nothing was taken for ``_PATIENCE_S``.
        """
        self._hand_on()
        for future in list(self._under_way):
            future.result()
        self._under_way.clear()

    def close(self) -> None:
        """Stop; what is under way is waited for, the rest is dropped. Safe to call twice."""
        self._stopped.set()
        self._lines.clear()
        self._workers.shutdown(wait=True, cancel_futures=True)

    def _hand_on(self) -> None:
        done = {future for future in self._under_way if future.done()}
        self._under_way -= done
        for future in done:
            future.result()
        if not self._lines:
            return
        lines, self._lines, self._bytes = self._lines, [], 0
        if not self._under_way:
            self._taken_at = time.monotonic()
        self._room.acquire()
        future = self._workers.submit(self._send, lines)
        future.add_done_callback(lambda _: self._room.release())
        self._under_way.add(future)

    def _send(self, lines: Sequence[Line]) -> None:
        """Send until every record is taken."""
        attempt = 0
        while lines and not self._stopped.is_set():
            error: Exception | None = None
            try:
                answer = self._request(lines)
            except Exception as failure:
                if not is_passing(failure):
                    with self._connection.translated():
                        raise
                error, left = failure, lines
            else:
                left = self._refused(lines, answer)
            if len(left) < len(lines):
                self._taken_at, attempt = time.monotonic(), 0
            if left:
                if time.monotonic() - self._taken_at > _PATIENCE_S:
                    raise self._given_up(error)
                attempt += 1
                pause_s = min(_LONGEST_PAUSE_S, 0.25 * 2**attempt)
                # Several that were refused together must not come back together.
                self._stopped.wait(pause_s * random.uniform(0.5, 1))  # noqa: S311
            lines = left

    def _request(self, lines: Sequence[Line]) -> Any:
        body = b"".join(part for line in lines for part in line)
        return self._connection.client.bulk(
            body=body,
            index=self._index,
            params={
                "request_timeout": max(60, self._connection.timeout_s),
                "filter_path": "errors,items.*.status,items.*.error.type,items.*.error.reason",
            },
        )

    def _refused(self, lines: Sequence[Line], answer: Any) -> Sequence[Line]:
        """The records to send again. Raises IndexStateError for one that will never be taken."""
        if not answer["errors"]:
            return ()
        left = []
        for line, item in zip(lines, answer["items"], strict=True):
            (outcome,) = item.values()
            if outcome["status"] in PASSING_STATUSES:
                left.append(line)
            elif outcome["status"] >= 300:
                kind = outcome.get("error", {}).get("type", "unknown error")
                why = " ".join(str(outcome.get("error", {}).get("reason", "")).split())[:200]
                identity = json.loads(line[0])["index"]["_id"]
                place = self._connection.place
                raise IndexStateError(
                    "cluster-record-refused", place=place, identity=identity, kind=kind, why=why
                )
        return left

    def _given_up(self, error: Exception | None) -> Exception:
        place, addresses = self._connection.place, self._connection.addresses
        if error is not None:
            return translation(error, place, addresses)
        return IndexStateError("cluster-takes-nothing", addresses=addresses, patience_s=_PATIENCE_S)


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
