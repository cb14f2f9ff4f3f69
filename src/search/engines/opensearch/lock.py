"""Who may write: the holder of a record that it renews; one not renewed lets others in.

A writer that was taken for gone may only sleep. So the lock says which generation its holder
writes, and who takes it over voids that generation before anything else: what the sleeper still
sends is never seen, and its commit fails. The record is in an index beside the versions
(``<name>-control``), because it outlives every version, and is changed by compare-and-set.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from opensearchpy import exceptions as client_errors

from ...errors import DuansouError, IndexBusyError
from ...platforms import is_running
from .connection import Connection
from .state import pack, unpack

_BODY = {
    "settings": {"index": {"number_of_shards": 1, "auto_expand_replicas": "0-2"}},
    "mappings": {
        "dynamic": "strict",
        "properties": {"record": {"type": "keyword", "index": False, "doc_values": False}},
    },
}


@dataclass(frozen=True, slots=True)
class Kept:
    """A record as it was read or written: its value, and which write made it."""

    value: dict[str, Any]
    seq_no: int
    primary_term: int


def read_kept(connection: Connection, name: str) -> Kept | None:
    """The record of a name, None where there is none."""
    with connection.translated():
        try:
            found = connection.client.get(
                index=connection.control_index, id=name, params={"realtime": "true"}
            )
        except client_errors.NotFoundError:
            return None
    return Kept(unpack(found["_source"]["record"]), found["_seq_no"], found["_primary_term"])


def keep(
    connection: Connection, name: str, value: dict[str, Any], *, over: Kept | None
) -> Kept | None:
    """Write a record over the one that was read (None: there was none); None where it is another.

    ``value`` must differ from every other that may be written, so that a repeated attempt is known.
    """
    params: dict[str, Any] = {}
    if over is None:
        _make_index(connection)
        params["op_type"] = "create"
    else:
        params.update(if_seq_no=over.seq_no, if_primary_term=over.primary_term)
    with connection.translated():
        try:
            written = connection.client.index(
                index=connection.control_index,
                id=name,
                body={"record": pack(value)},
                params=params,
            )
        except client_errors.ConflictError:
            there = read_kept(connection, name)
            return there if there is not None and there.value == value else None
    return Kept(value, written["_seq_no"], written["_primary_term"])


def remove_kept(connection: Connection, name: str) -> None:
    """Drop a record, if it is there."""
    with connection.translated():
        try:
            connection.client.delete(index=connection.control_index, id=name)
        except client_errors.NotFoundError:
            return


def _make_index(connection: Connection) -> None:
    with connection.translated():
        try:
            connection.client.indices.create(index=connection.control_index, body=_BODY)
        except client_errors.RequestError as error:
            if error.error != "resource_already_exists_exception":
                raise


BEAT_S = 10.0
EXPIRES_S = 60.0
"""A holder that was not heard of for so long is taken for gone."""

_NAME = "lock"


class WriterLock:
    """Exclusive right to write one index, from construction to ``release``.

    ``left_behind`` is what the former holder said it was writing, where it did not release; see
    ``note``. Raises IndexBusyError naming the holder. One process counts as two holders, too.
    ``sleep`` and ``now`` are those of time and of the clock on the wall, in seconds.
    """

    def __init__(
        self,
        connection: Connection,
        *,
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._connection = connection
        self._now = now
        self._guard = threading.Lock()
        self._stopped = threading.Event()
        self._value: dict[str, Any] = {
            "token": secrets.token_hex(8),
            "pid": os.getpid(),
            "host": socket.gethostname(),
            "machine": _machine(),
            "since": datetime.now(UTC).isoformat(timespec="seconds"),
            "released": False,
            "writing": None,
            "beats": 0,
            "beat_at": now(),
        }
        self.left_behind: Mapping[str, Any] | None = None
        self._kept = self._taken(sleep)
        self._renewed_at = time.monotonic()
        self._lost = False
        self._thread = threading.Thread(target=self._renew, name="duansou-lock", daemon=True)
        self._thread.start()

    def note(self, writing: Mapping[str, Any] | None) -> None:
        """Say which version and generation is written from now on. Raises as ``require``."""
        self.require()
        with self._guard:
            self._write(writing=dict(writing) if writing else None)
        self.require()

    def require(self) -> None:
        """Raise IndexBusyError where the right was lost, because it could not be renewed."""
        if self._lost or time.monotonic() - self._renewed_at > EXPIRES_S * 0.75:
            self._lost = True
            raise IndexBusyError("cluster-lock-lost", place=self._connection.place)

    def release(self, *, clean: bool = True) -> None:
        """Let others write. Safe to call twice.

        Not ``clean``: something of what was noted may be left, and the next holder is told of it.
        """
        if self._stopped.is_set():
            return
        self._stopped.set()
        self._thread.join()
        # Where it cannot be said, the lock runs out by itself.
        with self._guard, contextlib.suppress(DuansouError):
            self._write(released=True, writing=None if clean else self._value["writing"])

    def _taken(self, sleep: Callable[[float], None]) -> Kept:
        while True:
            there = read_kept(self._connection, _NAME)
            if there is not None:
                if not there.value["released"] and not _is_dead(there.value):
                    self._wait_for_expiry(there, sleep)
                # It stays written down until ``note``, so that it is not lost with us either.
                self.left_behind = self._value["writing"] = there.value["writing"]
            kept = keep(self._connection, _NAME, self._value, over=there)
            if kept is not None:
                return kept

    def _wait_for_expiry(self, there: Kept, sleep: Callable[[float], None]) -> None:
        """Return if the holder was not heard of for long, and is not while we listen either.

        Clocks of two machines may differ; that a holder renews is seen without any.
        """
        if self._now() - there.value["beat_at"] > EXPIRES_S:
            sleep(2 * BEAT_S)
            again = read_kept(self._connection, _NAME)
            if again is not None and again.seq_no == there.seq_no:
                return
        raise IndexBusyError(
            "cluster-index-busy",
            place=self._connection.place,
            holder=holder_of(there.value),
            expires_s=EXPIRES_S,
        )

    def _renew(self) -> None:
        while not self._stopped.wait(BEAT_S):
            with self._guard, contextlib.suppress(DuansouError):
                self._write()

    def _write(self, **changes: Any) -> None:
        """Renew, with changes. Somebody else's record in its place means that the right is lost."""
        began = time.monotonic()
        value = {**self._value, **changes, "beats": self._value["beats"] + 1}
        value["beat_at"] = self._now()
        kept = keep(self._connection, _NAME, value, over=self._kept)
        if kept is None:
            # An earlier attempt of our own may have been carried out and its answer lost.
            there = read_kept(self._connection, _NAME)
            if there is not None and there.value["token"] == value["token"]:
                kept = keep(self._connection, _NAME, value, over=there)
        if kept is None:
            self._lost = True
            return
        self._value, self._kept, self._renewed_at = value, kept, began


def holder_of(value: Mapping[str, Any]) -> str:
    """Who holds a lock, for messages."""
    return f"process {value['pid']} on {value['host']} since {value['since']}"


def current_holder(connection: Connection) -> str | None:
    """Who holds the lock now; None where nobody does."""
    there = read_kept(connection, _NAME)
    if there is None or there.value["released"] or _is_dead(there.value):
        return None
    return holder_of(there.value)


def _is_dead(value: Mapping[str, Any]) -> bool:
    """Whether the holder was a process of this machine that is no more."""
    if value["machine"] != _machine():
        return False
    return not is_running(value["pid"])


def _machine() -> str:
    """Names this boot of this machine and its table of processes, as far as the system tells."""
    parts = [socket.gethostname()]
    with contextlib.suppress(OSError):
        parts.append(Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip())
        parts.append(str(Path("/proc/self/ns/pid").readlink()))
    return "|".join(parts)
