"""How does a whole index get into OpenSearch? Into a new version, with checkpoints, then the alias.

A checkpoint says how many documents of the source are in the version for certain. A load that was
killed goes on from there: what was written after it is written again under the same ids.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import islice
from typing import Any

from ...errors import IndexStateError
from ...index.engine import Reader
from ...index.registry import Copied
from ..fingerprints import fingerprint
from .connection import Connection
from .lock import Kept, WriterLock, keep, read_kept, remove_kept
from .recording import Recording, Tally
from .state import State, state_of, write_state
from .versions import (
    clean,
    count_seen,
    create_version,
    list_versions,
    point,
    remove_versions,
    settled,
    superfluous,
)

CHECKPOINT = "load"
"""The name of the record that holds the checkpoint."""

CHECKPOINT_S = 30.0
CHECKPOINT_PASSAGES = 100_000


def load(
    connection: Connection,
    source: Reader,
    *,
    restart: bool = False,
    progress: Callable[[int, int], None] = lambda done, resumed: None,
    checkpoint_passages: int = CHECKPOINT_PASSAGES,
) -> Copied:
    """Copy every document of an index, with its manifest, into a version that readers then use.

    The source is verified first. ``restart`` does not go on with an interrupted load, and loads
    again what is there already. Raises IndexBusyError, IndexStateError where not everything
    arrived, and what ``Connection.translated`` raises.
    """
    source.verify()
    mark = fingerprint(source)
    with settled(connection) as (lock, before):
        if before is not None and before.source == mark and not restart:
            return Copied(before.documents, before.passages, was_there=True)
        job = _Job(connection, source, mark, before, restart=restart)
        lock.note({"index": job.index, "generation": job.born, "load": True})
        return job.run(lock, progress, checkpoint_passages)


class _Job:
    """One attempt: begins where the last checkpoint is, if there is one of the same source."""

    def __init__(
        self,
        connection: Connection,
        source: Reader,
        mark: str,
        before: State | None,
        *,
        restart: bool,
    ) -> None:
        self._connection = connection
        self._source = source
        self._mark = mark
        kept = read_kept(connection, CHECKPOINT)
        goes_on = (
            kept is not None
            and kept.value["source"] == mark
            and not restart
            and connection.client.indices.exists(index=kept.value["index"])
        )
        if kept is not None and not goes_on:
            current = before.index if before is not None else None
            remove_versions(connection, {kept.value["index"]} - {current})
        if kept is not None and goes_on:
            value = {**kept.value, "attempt": kept.value["attempt"] + 1}
        else:
            value = {
                "source": mark,
                "index": create_version(connection),
                "born": before.next_generation if before is not None else 1,
                "attempt": 1,
                "documents": 0,
                "last": None,
                "tally": Tally().to_record(),
            }
        self._kept = self._keep(value, kept)
        self.index: str = value["index"]
        self.born: int = value["born"]
        self._skipped: int = value["documents"]
        self._recording = Recording(
            connection,
            self.index,
            self.born,
            source.analyzer,
            Tally.from_record(value["tally"]),
            f"g{self.born}a{value['attempt']}",
        )

    def run(
        self, lock: WriterLock, progress: Callable[[int, int], None], checkpoint_passages: int
    ) -> Copied:
        recording = self._recording
        resumed = recording.tally.passages
        try:
            saved_at, saved = time.monotonic(), resumed
            documents = self._skipped
            progress(resumed, resumed)
            last = self._kept.value["last"]
            remaining = self._source.documents()
            skipped = next(islice(remaining, self._skipped - 1, None), None) if documents else None
            if skipped is not None and skipped.document_id != last:
                raise IndexStateError(
                    "The index that is loaded from has changed meanwhile: run the command again, "
                    "it begins anew."
                )
            for document in remaining:
                recording.add(document)
                documents, last = documents + 1, document.document_id
                if (
                    time.monotonic() - saved_at > CHECKPOINT_S
                    or recording.tally.passages - saved >= checkpoint_passages
                ):
                    lock.require()
                    self._save(documents, last)
                    saved_at, saved = time.monotonic(), recording.tally.passages
                progress(recording.tally.passages, resumed)
            self._save(documents, last)
            return self._finish(lock)
        finally:
            recording.sender.close()

    def _save(self, documents: int, last: str | None) -> None:
        """Write a checkpoint: everything up to this document is in the version."""
        recording = self._recording
        recording.spill()
        recording.merge_runs()
        recording.sender.drain()
        value = {
            **self._kept.value,
            "documents": documents,
            "last": last,
            "tally": recording.tally.to_record(),
        }
        self._kept = self._keep(value, self._kept)

    def _finish(self, lock: WriterLock) -> Copied:
        connection = self._connection
        state = self._recording.finished(self._source.manifest(), source=self._mark)
        for kind, expected in state.records.items():
            there = count_seen(connection, state, kind)
            if there != expected:
                raise IndexStateError(
                    f"Of {expected} records ({kind}) that were loaded into {self.index} at "
                    f"{connection.addresses}, {there} are there: run duansou migrate --restart; "
                    "the version in use is as it was.",
                )
        lock.require()
        # There is a state already where the last attempt was killed right before the alias moved.
        over = state_of(connection, self.index)
        state = write_state(connection, state, over=over)
        point(connection, self.index)
        remove_kept(connection, CHECKPOINT)
        clean(connection, state)
        remove_versions(connection, superfluous(list_versions(connection), connection.keep))
        return Copied(state.documents, state.passages, self._skipped)

    def _keep(self, value: dict[str, Any], over: Kept | None) -> Kept:
        kept = keep(self._connection, CHECKPOINT, value, over=over)
        if kept is None:
            raise IndexStateError(
                f"Another load of the index {self._connection.place} is under way: wait for it, or "
                "run this command again."
            )
        return kept
