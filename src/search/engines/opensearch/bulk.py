"""How do many records get into an index? In parallel requests, no faster than it takes them.

Records wait in one request in the making and in few that are under way, so memory is bounded and a
caller who is too fast waits. What is refused for the moment (429, a node that went, no answer) is
sent again, alone and after a while: every record has an id of its own, so twice is as once.
"""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from ...errors import IndexStateError
from .connection import Connection
from .failures import is_passing, translated, translation
from .schema import Record

REQUEST_BYTES = 4_000_000
REQUEST_RECORDS = 5_000
PARALLEL = 3
PATIENCE_S = 180
"""Given up if for so long nothing at all was taken: a node that restarts is back by then."""

_LONGEST_PAUSE_S = 10.0
_PASSING_STATUSES = frozenset({429, 502, 503, 504})

Line = tuple[bytes, bytes]
"""Action and source of a record."""


class BulkSender:
    """Sends records to one index from construction to ``close``; not shared between threads."""

    def __init__(
        self,
        connection: Connection,
        index: str,
        *,
        parallel: int = PARALLEL,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._connection = connection
        self._index = index
        self._patience_s = patience_s
        self._lines: list[Line] = []
        self._bytes = 0
        self._workers = ThreadPoolExecutor(parallel, thread_name_prefix="duansou-bulk")
        self._room = threading.BoundedSemaphore(parallel + 1)
        self._under_way: set[Future[None]] = set()
        self._stopped = threading.Event()
        self._taken_at = time.monotonic()
        self.retried = 0
        """How many records had to be sent again."""

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
        ``failures.translated`` raises when nothing was taken for ``PATIENCE_S``.
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
                    with translated(self._connection.place, self._connection.addresses):
                        raise
                error, left = failure, lines
            else:
                left = self._refused(lines, answer)
            if len(left) < len(lines):
                self._taken_at, attempt = time.monotonic(), 0
            if left:
                self.retried += len(left)
                if time.monotonic() - self._taken_at > self._patience_s:
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
            if outcome["status"] in _PASSING_STATUSES:
                left.append(line)
            elif outcome["status"] >= 300:
                kind = outcome.get("error", {}).get("type", "unknown error")
                why = " ".join(str(outcome.get("error", {}).get("reason", "")).split())[:200]
                identity = json.loads(line[0])["index"]["_id"]
                place = self._connection.place
                raise IndexStateError(
                    f"The index {place} does not take the record {identity} ({kind}: {why}): "
                    "`duansou cluster check` tells whether its mapping is that of this Duansou.",
                    zh=f"索引 {place} 不接受记录 {identity}（{kind}）：请运行 duansou cluster "
                    "check。",
                )
        return left

    def _given_up(self, error: Exception | None) -> Exception:
        place, addresses = self._connection.place, self._connection.addresses
        if error is not None:
            return translation(error, place, addresses)
        return IndexStateError(
            f"OpenSearch at {addresses} has taken nothing for {self._patience_s:.0f} seconds, it "
            "is overloaded or lacks nodes: run the command again later, "
            "what was committed is intact.",
            zh=f"{addresses} 上的 OpenSearch 已有 {self._patience_s:.0f} 秒没有接受写入："
            "请稍后重新运行，已提交的内容完好。",
        )


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
