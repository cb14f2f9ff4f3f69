"""Change an index: records of a new generation, then one write of the state; or load a whole one.

A changed analyzer changes the tokens of everything: then a whole new version is written beside the
old one, which readers use until the alias moves. A whole index is loaded into a new version too,
with checkpoints, each of which says how many documents of the source are in it for certain. A load
that was killed goes on from there: what was written after it is written again under the same ids.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import Any

from ...analysis.words import Analyzer
from ...documents.document import Document
from ...errors import DuansouError, IndexStateError
from ...index.engine import Reader
from ...index.registry import Copied
from ..unloading import fingerprint
from .connection import Connection
from .lock import Kept, WriterLock, keep, read_kept, remove_kept
from .recording import Recording, Tally
from .state import State, read_state, state_of, visible, write_state
from .versions import (
    clean,
    count_seen,
    create_version,
    current_index,
    each_document,
    expunge,
    find_documents,
    list_versions,
    point,
    refresh,
    remove_generation,
    remove_versions,
    settle,
    settled,
    superfluous,
)

_BATCH_CHARS = 300_000
_BATCH_DOCUMENTS = 100
"""Documents wait until there are so many, so that the index is asked for many at once."""
DEAD_LIMIT = 10_000
"""More dead documents than this are removed right after their commit: searches carry the list."""


def open_writer(connection: Connection, analyzer: Analyzer) -> OpenSearchWriter:
    """Begin to change the index of a connection, which is made if missing and closed at the end.

    With another analyzer than before, everything is segmented again into a new version at commit.
    Raises IndexBusyError, IndexBrokenError, IndexTooNewError, and what ``Connection.translated``
    raises.
    """
    return OpenSearchWriter(connection, analyzer)


class OpenSearchWriter:
    """Changes an index; nothing is seen before ``commit``."""

    def __init__(self, connection: Connection, analyzer: Analyzer) -> None:
        self._connection = connection
        self._analyzer = analyzer
        self._recording: Recording | None = None
        current_index(connection)  # Before anything is written, so that what is foreign stays.
        self._lock: WriterLock | None = WriterLock(connection)
        try:
            settle(connection, self._lock)
            self._begin()
        except BaseException:
            self._release(clean=False)
            raise

    def __enter__(self) -> OpenSearchWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self.cancel()

    def put(self, document: Document) -> None:
        """Add a document with all its passages, replacing the one of the same id."""
        self._require_open()
        self.delete(document.document_id)
        self._gone.discard(document.document_id)
        self._waiting[document.document_id] = document
        self._waiting_chars += len(document.text)
        if self._waiting_chars >= _BATCH_CHARS or len(self._waiting) >= _BATCH_DOCUMENTS:
            self._flush()

    def delete(self, document_id: str) -> None:
        """Take a document and its passages out; unknown ids are ignored."""
        self._require_open()
        replaced = self._waiting.pop(document_id, None)
        if replaced is not None:
            self._waiting_chars -= len(replaced.text)
        if document_id in self._written:
            self._take_back(document_id)
        self._gone.add(document_id)
        if len(self._gone) >= _BATCH_DOCUMENTS:
            self._flush()

    def erase(self, document_id: str) -> None:
        """``delete``, and at commit nothing of it stays in any version.

        Earlier versions are removed for that, since their histories may hold it too; snapshots that
        were taken before still do.
        """
        self.delete(document_id)
        self._erasing = True

    def commit(self, manifest: Mapping[str, Any]) -> None:
        """Make all changes visible at once, with the manifest that goes with them."""
        lock = self._require_open()
        try:
            self._commit(lock, manifest)
        except BaseException:
            self.cancel()
            raise

    def cancel(self) -> None:
        """Forget all changes since the last commit and release the lock. Safe to call twice."""
        if self._lock is None:
            return
        clean_end = False
        try:
            # What cannot be removed now is never seen, and the next writer removes it.
            with contextlib.suppress(DuansouError):
                self._abandon()
                clean_end = True
        finally:
            self._release(clean=clean_end)

    def _commit(self, lock: WriterLock, manifest: Mapping[str, Any]) -> None:
        self._flush()
        recording, base = self._recording_now(), self._base
        if base is not None and base.index != recording.index:
            for document in each_document(self._connection, base):
                if document.document_id not in self._settled:
                    self._write([document])
        recording.spill()
        recording.merge_runs(always=self._erasing)
        in_place = base is not None and base.index == recording.index
        state = recording.finished(
            manifest,
            dead=tuple(sorted(self._dead)) if in_place else (),
            voided=base.voided if base is not None and in_place else (),
        )
        lock.require()
        written = write_state(self._connection, state, over=base if in_place else None)
        if not in_place:
            point(self._connection, recording.index)
        self._after_commit(lock, written)

    def _after_commit(self, lock: WriterLock, state: State) -> None:
        """What is committed is seen already; now what nobody needs any more goes."""
        erasing, dead = self._erasing, len(self._dead)
        self._close_recording()
        lock.note(None)
        versions = list_versions(self._connection)
        useless = superfluous(versions, self._connection.keep)
        if erasing:
            useless = [version.index for version in versions if not version.is_current]
        remove_versions(self._connection, useless)
        if erasing or dead > DEAD_LIMIT:
            clean(self._connection, state)
        if erasing:
            expunge(self._connection, state.index)
        self._begin()

    def _begin(self) -> None:
        """Start from the last commit."""
        connection = self._connection
        self._waiting: dict[str, Document] = {}
        self._waiting_chars = 0
        self._gone: set[str] = set()
        self._written: set[str] = set()
        self._settled: set[str] = set()
        self._dead: set[str] = set()
        self._erasing = False
        index = current_index(connection)
        base = self._base = read_state(connection, index) if index else None
        self._continues = base is not None and (
            base.analyzer_digest == self._analyzer.digest or not base.documents
        )

    def _recording_now(self) -> Recording:
        """The recording of this commit, begun when the first thing is to be written."""
        if self._recording is not None:
            return self._recording
        lock, base = self._require_open(), self._base
        if base is not None and self._continues:
            # What the former commit replaced had to stay for the readers of its time.
            base = self._base = clean(self._connection, base)
            index, born = base.index, base.next_generation
            tally = Tally(base.documents, base.passages, base.labels, dict(base.vocabulary))
        else:
            index, tally = create_version(self._connection), Tally()
            born = base.next_generation if base is not None else 1
        lock.note({"index": index, "generation": born})
        self._recording = Recording(
            self._connection, index, born, self._analyzer, tally, f"g{born}"
        )
        return self._recording

    def _flush(self) -> None:
        """Write what waits, and count no longer what it replaces."""
        changed = [*self._waiting, *self._gone]
        if not changed:
            return
        self._require_open().require()
        recording, base = self._recording_now(), self._base
        if base is not None and base.index == recording.index and base.documents:
            new = [identity for identity in changed if identity not in self._dead]
            for identity, old in find_documents(
                self._connection, base.index, visible(base), new
            ).items():
                recording.subtract(old)
                self._dead.add(identity)
        self._settled.update(changed)
        documents = list(self._waiting.values())
        self._waiting.clear()
        self._waiting_chars = 0
        self._gone.clear()
        self._write(documents)

    def _write(self, documents: Iterable[Document]) -> None:
        recording = self._recording_now()
        for document in documents:
            recording.add(document)
            self._written.add(document.document_id)

    def _take_back(self, document_id: str) -> None:
        """Remove what this writer has written of a document already."""
        recording = self._recording_now()
        recording.sender.drain()
        refresh(self._connection, recording.index)
        mine, index = {"term": {"born": recording.born}}, recording.index
        for written in find_documents(self._connection, index, mine, [document_id]).values():
            recording.subtract(written)
        remove_generation(self._connection, index, recording.born, document_id)
        self._written.discard(document_id)

    def _abandon(self) -> None:
        """Remove what was written and not committed, and see to it that its generation is void."""
        recording = self._recording
        self._close_recording()
        if recording is None:
            return
        base = self._base
        if base is None or base.index != recording.index:
            current = current_index(self._connection)
            if current != recording.index:
                remove_versions(self._connection, [recording.index])
            return
        state = read_state(self._connection, base.index)
        if state.generation < recording.born and recording.born not in state.voided:
            state = write_state(self._connection, state.voiding(recording.born), over=state)
            refresh(self._connection, base.index)
            remove_generation(self._connection, base.index, recording.born)

    def _close_recording(self) -> None:
        if self._recording is not None:
            self._recording.sender.close()
        self._recording = None

    def _release(self, *, clean: bool) -> None:
        lock, self._lock = self._lock, None
        if lock is not None:
            lock.release(clean=clean)
            self._connection.close()

    def _require_open(self) -> WriterLock:
        if self._lock is None:
            raise IndexStateError("writer-finished", place=self._connection.place)
        return self._lock


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
                raise IndexStateError("load-source-changed")
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
                    "load-incomplete",
                    expected=expected,
                    kind=kind,
                    index=self.index,
                    addresses=connection.addresses,
                    there=there,
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
            raise IndexStateError("load-under-way", place=self._connection.place)
        return kept
