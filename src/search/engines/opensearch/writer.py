"""How does an index in OpenSearch change? Records of a new generation, then one write of the state.

A changed analyzer changes the tokens of everything: then a whole new version is written beside the
old one, which readers use until the alias moves.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from ...analysis.words import Analyzer
from ...documents.document import Document
from ...errors import DuansouError, IndexStateError
from .cleaning import clean, expunge, remove_generation, settle
from .connection import Connection
from .lock import WriterLock
from .recording import Recording, Tally
from .state import State, read_state, visible, write_state
from .stored import each_document, find_documents, refresh
from .versions import (
    create_version,
    current_index,
    list_versions,
    point,
    remove_versions,
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
    Raises IndexBusyError, IndexBrokenError, IndexTooNewError, and what ``failures.translated``
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

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
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
        recording.sender.drain()
        recording.merge_runs(always=self._erasing)
        chunks = recording.add_manifest(manifest)
        recording.sender.drain()
        refresh(self._connection, recording.index)
        lock.require()
        in_place = base is not None and base.index == recording.index
        tally = recording.tally
        state = State(
            generation=recording.born,
            analyzer_digest=self._analyzer.digest,
            user_words=self._analyzer.user_words,
            documents=tally.documents,
            passages=tally.passages,
            labels=tally.labels,
            manifest=chunks,
            vocabulary=dict(tally.runs),
            dead=tuple(sorted(self._dead)) if in_place else (),
            voided=base.voided if base is not None and in_place else (),
            committed_at=datetime.now(UTC).isoformat(timespec="seconds"),
            index=recording.index,
        )
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
            raise IndexStateError(
                f"This writer of {self._connection.place} has finished: open another.",
                zh=f"索引 {self._connection.place} 的这次写入已经结束：请重新打开。",
            )
        return self._lock
