"""How does a whole index get into OpenSearch? Into a new version, with checkpoints, then the alias.

A checkpoint says how many documents of the source are in the version for certain. A load that was
killed goes on from there: what was written after it is written again under the same ids.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from ...errors import IndexBrokenError, IndexMissingError, IndexStateError
from ...index.engine import Reader
from ..fingerprints import fingerprint
from .cleaning import clean, settle
from .connection import Connection
from .control import Kept, keep, read_kept, remove_kept
from .lock import WriterLock
from .recording import Recording, Tally
from .state import State, read_state, visible, write_state
from .stored import count_records, refresh
from .versions import create_version, list_versions, point, remove_versions, superfluous

CHECKPOINT = "load"
"""The name of the record that holds the checkpoint."""

CHECKPOINT_S = 30.0
CHECKPOINT_PASSAGES = 100_000


@dataclass(frozen=True, slots=True)
class Loading:
    """How far a load has come; ``resumed`` passages were there when it went on."""

    documents: int
    passages: int
    resumed: int


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load made; ``was_there`` if the version in use was made from the same before."""

    index: str
    documents: int
    passages: int
    resumed_documents: int = 0
    was_there: bool = False


def load(
    connection: Connection,
    source: Reader,
    *,
    restart: bool = False,
    progress: Callable[[Loading], None] = lambda _: None,
    checkpoint_passages: int = CHECKPOINT_PASSAGES,
) -> Loaded:
    """Copy every document of an index, with its manifest, into a version that readers then use.

    The source is verified first. ``restart`` does not go on with an interrupted load, and loads
    again what is there already. Raises IndexBusyError, IndexStateError where not everything
    arrived, and what ``failures.translated`` raises.
    """
    source.verify()
    mark = fingerprint(source)
    lock = WriterLock(connection)
    done = False
    try:
        before = settle(connection, lock)
        if before is not None and before.source == mark and not restart:
            done = True
            return Loaded(before.index, before.documents, before.passages, was_there=True)
        job = _Job(connection, source, mark, before, restart=restart)
        lock.note({"index": job.index, "generation": job.born, "load": True})
        result = job.run(lock, progress, checkpoint_passages)
        done = True
        return result
    finally:
        lock.release(clean=done)


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
        self, lock: WriterLock, progress: Callable[[Loading], None], checkpoint_passages: int
    ) -> Loaded:
        recording = self._recording
        resumed = recording.tally.passages
        try:
            saved_at, saved = time.monotonic(), resumed
            documents = self._skipped
            progress(Loading(documents, resumed, resumed))
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
                progress(Loading(documents, recording.tally.passages, resumed))
            self._save(documents, last)
            return self._finish(lock)
        finally:
            recording.sender.close()

    def _save(self, documents: int, last: str | None) -> None:
        """Write a checkpoint: everything up to this document is in the version."""
        recording = self._recording
        recording.spill()
        recording.sender.drain()
        recording.merge_runs()
        recording.sender.drain()
        value = {
            **self._kept.value,
            "documents": documents,
            "last": last,
            "tally": recording.tally.to_record(),
        }
        self._kept = self._keep(value, self._kept)

    def _finish(self, lock: WriterLock) -> Loaded:
        connection, recording, analyzer = self._connection, self._recording, self._source.analyzer
        manifest = recording.add_manifest(self._source.manifest())
        recording.sender.drain()
        refresh(connection, self.index)
        tally = recording.tally
        state = State(
            generation=self.born,
            analyzer_digest=analyzer.digest,
            user_words=analyzer.user_words,
            documents=tally.documents,
            passages=tally.passages,
            labels=tally.labels,
            manifest=manifest,
            vocabulary=dict(tally.runs),
            source=self._mark,
            committed_at=datetime.now(UTC).isoformat(timespec="seconds"),
            index=self.index,
        )
        self._require_all(state)
        lock.require()
        # There is a state already where the last attempt was killed right before the alias moved.
        over = _state_or_none(connection, self.index)
        state = write_state(connection, state, over=over)
        point(connection, self.index)
        remove_kept(connection, CHECKPOINT)
        clean(connection, state)
        remove_versions(connection, superfluous(list_versions(connection), connection.keep))
        return Loaded(self.index, tally.documents, tally.passages, self._skipped)

    def _require_all(self, state: State) -> None:
        """Raise IndexStateError unless a reader would see as many records as were counted."""
        for kind, expected in (
            ("document", state.documents),
            ("passage", state.passages),
            ("label", state.labels),
        ):
            query = {"bool": {"filter": [{"term": {"kind": kind}}, visible(state)]}}
            there = count_records(self._connection, self.index, query)
            if there != expected:
                raise IndexStateError(
                    f"Of {expected} records ({kind}) that were loaded into {self.index} at "
                    f"{self._connection.addresses}, {there} are there: run duansou migrate "
                    "--restart; the version in use is as it was.",
                )

    def _keep(self, value: dict[str, Any], over: Kept | None) -> Kept:
        kept = keep(self._connection, CHECKPOINT, value, over=over)
        if kept is None:
            raise IndexStateError(
                f"Another load of the index {self._connection.place} is under way: wait for it, or "
                "run this command again."
            )
        return kept


def _state_or_none(connection: Connection, index: str) -> State | None:
    try:
        return read_state(connection, index)
    except (IndexMissingError, IndexBrokenError):
        return None
