"""Read files within limits: the few plain ones in this process, all others in processes of theirs.

A reader is other people's code on hostile input: it may loop, crash or eat the memory. So it runs
in a process that can be ended, and only the file it was at is lost. Documents come back in the
order asked for. A process that is ahead waits until its answers are taken, so no more than a few
documents are held at a time.

All processes together have the memory of one limit. Each has its share; what does not fit into that
is read again with all of it, while the others rest.
"""

from __future__ import annotations

import multiprocessing
import threading
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from stat import S_ISREG
from typing import Any

from ..documents.document import Document
from ..errors import UnreadableFileError
from ..facets.topic import Taxonomy
from ..languages.sentences import Sentence
from ..platforms import CAN_INTERRUPT, OUT_OF_MEMORY, interrupted_after
from .extract import Extract
from .files import SourceFile, Stamp, container_of, path_order
from .formats import BEGIN_BYTES, is_container, is_plain
from .formats.records import DEFAULT_FIELDS, FieldMap
from .reading import (
    STILL_READING,
    ListedPart,
    Reader,
    ReadingLimits,
    reason_of,
    serve_requests,
)
from .recognition import Recognition, RecognitionOrder

_Task = tuple[SourceFile, str]
"""A file and the hash of its bytes."""

_FEW_FILES = 200
"""So many plain files are read before starting a process would pay."""
_SMALL_BYTES = 1_000_000
"""A plain file larger than this is read in a process too."""
_BATCH = 16
_STARTING_S = 30
"""Seconds added to the limit of a process's first answer, for loading the libraries."""


class _CrashedError(UnreadableFileError):
    """The process is gone, maybe for want of memory."""


class _Worker:
    """One reading process; started when made, ended for good by ``end``."""

    def __init__(self, arguments: tuple[Any, ...], limits: ReadingLimits) -> None:
        # "spawn" is the only way that is safe with threads and the same on all systems.
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._timeout_s, self._memory_mb = limits.timeout_s, limits.memory_mb
        self._extra_s = _STARTING_S
        self._asked = 0
        self._held: deque[Any] = deque()
        """Answers that were taken to let the process rest, or why there is none."""
        self._process = context.Process(
            target=serve_requests, args=(theirs, *arguments), daemon=True, name="duansou-reader"
        )
        self._process.start()
        theirs.close()

    def ask(self, request: Any, answers: int = 0) -> None:
        self._asked += answers
        self._connection.send(request)

    def hold(self) -> None:
        """Take all answers that are still to come, so that the process is at rest."""
        while self._asked > len(self._held):
            try:
                self._held.append(self.next_answer())
            except UnreadableFileError as error:
                self._held.append(error)
                self._asked = len(self._held)

    def answer(self) -> Any:
        """The next answer. Raises UnreadableFileError where none comes: the process is lost."""
        answer = self._held.popleft() if self._held else self.next_answer()
        self._asked -= 1
        if isinstance(answer, UnreadableFileError):
            raise answer
        return answer

    def next_answer(self) -> Any:
        """What the process sends next. Raises UnreadableFileError as ``answer`` does."""
        limit_s = self._timeout_s + self._extra_s
        try:
            answer: Any = STILL_READING
            while answer == STILL_READING:
                if not self._connection.poll(limit_s if self._timeout_s else None):
                    raise UnreadableFileError("file-too-slow", timeout_s=self._timeout_s)
                answer = self._connection.recv()
        except (EOFError, OSError) as error:
            self._process.join(5)
            exit_code = self._process.exitcode
            if exit_code == OUT_OF_MEMORY:
                raise _CrashedError("file-needs-memory", memory_mb=self._memory_mb) from error
            raise _CrashedError("reader-crashed", exit_code=exit_code) from error
        self._extra_s = 0
        return answer

    def end(self) -> None:
        self._process.kill()
        self._process.join(10)
        self._connection.close()


class Readers:
    """Reads files into documents; a context manager that ends its processes.

    ``processes`` is how many there are at most; 0 reads everything in this process, without a limit
    of memory. ``places`` is the text of the file of added places that they know; this process has
    those in force.
    """

    def __init__(
        self,
        taxonomy: Taxonomy,
        *,
        places: str = "",
        fields: FieldMap = DEFAULT_FIELDS,
        limits: ReadingLimits | None = None,
        processes: int = 2,
        recognition: RecognitionOrder | None = None,
    ) -> None:
        order = recognition or RecognitionOrder()
        self._limits = limits or ReadingLimits()
        self._share_mb = self._limits.memory_mb // max(processes, 1)
        self._arguments = (taxonomy.source, places, fields, self._limits, order)
        self._reader = Reader(taxonomy, fields, self._limits, Recognition(order))
        self._processes = processes
        self._idle: list[_Worker] = []
        self._busy: list[_Worker] = []

    def __enter__(self) -> Readers:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in [*self._idle, *self._busy]:
            worker.end()
        self._idle.clear()
        self._busy.clear()

    def parts(self, file: SourceFile) -> Generator[ListedPart]:
        """The documents inside of a file, refused ones with the reason; never raises for it."""
        if not self._processes:
            try:
                yield from self._reader.parts(file)
            except (UnreadableFileError, MemoryError, RecursionError) as error:
                yield ListedPart(file.path, None, reason_of(error, self._limits))
            return
        worker = self._take()
        worker.ask(("list", file, self._limits.memory_mb))
        try:
            while (part := worker.next_answer()) is not None:
                yield part
        except UnreadableFileError as error:
            self._lose(worker)
            yield ListedPart(file.path, None, error.sentence)
        except GeneratorExit:
            # Nobody takes the rest of its answers, so it is of no more use.
            self._lose(worker)
            raise
        else:
            self._give_back(worker)

    def read(self, tasks: Sequence[_Task]) -> Iterator[tuple[SourceFile, Document | Sentence]]:
        """Each file with its document, or with why there is none; in the order given."""
        plain = sum(is_plain(file.path) for file, _ in tasks)
        apart_from = _SMALL_BYTES if plain <= _FEW_FILES else -1
        batches = self._batches(tasks, apart_from)
        waiting: deque[tuple[list[_Task], _Worker | None]] = deque()
        upcoming = next(batches, None)
        while upcoming is not None or waiting:
            while upcoming is not None:
                batch, is_apart = upcoming
                if is_apart and waiting and len(self._busy) >= self._processes:
                    break
                if not is_apart and waiting:
                    break
                waiting.append((batch, self._start(batch) if is_apart else None))
                upcoming = next(batches, None)
            batch, worker = waiting.popleft()
            yield from self._collect(batch, worker) if worker else self._read_here(batch)

    def extract(self, file: SourceFile, sha256: str) -> Extract:
        """The text of one file on disk, read in a process. Raises UnreadableFileError."""
        worker = self._take()
        worker.ask(("extract", [(file, sha256)], self._limits.memory_mb), 1)
        try:
            answer = worker.answer()
        except UnreadableFileError:
            self._lose(worker)
            raise
        self._give_back(worker)
        if not isinstance(answer, Extract):
            raise UnreadableFileError(answer.code, **answer.values)
        return answer

    def _batches(
        self, tasks: Iterable[_Task], apart_from: int
    ) -> Iterator[tuple[list[_Task], bool]]:
        """Runs of tasks, and whether a process is to read them."""
        batch: list[_Task] = []
        was_apart = False
        for task in tasks:
            apart = self._is_apart(task[0], apart_from)
            if batch and (apart != was_apart or len(batch) == _BATCH):
                yield batch, was_apart
                batch = []
            batch.append(task)
            was_apart = apart
        if batch:
            yield batch, was_apart

    def _is_apart(self, file: SourceFile, apart_from: int) -> bool:
        if not self._processes:
            return False
        if file.container is not None or not is_plain(file.path) or not _can_be_interrupted():
            return True
        try:
            status = file.location.stat()
            if status.st_size > apart_from:
                return True
            if not (S_ISREG(status.st_mode) and status.st_size):
                # A pipe, or a file that the system makes up: reading may wait, and is timed.
                return False
            with file.location.open("rb") as opened:
                return not is_plain(file.path, opened.read(BEGIN_BYTES))
        except OSError:
            return False

    def _read_here(self, batch: list[_Task]) -> Iterator[tuple[SourceFile, Document | Sentence]]:
        for file, sha256 in batch:
            try:
                with _time_limit(self._limits.timeout_s):
                    outcome: Document | Sentence = self._reader.read(file, sha256)
            except Exception as error:  # a file must not stop the others
                outcome = reason_of(error, self._limits)
            yield file, outcome

    def _start(self, batch: list[_Task]) -> _Worker:
        worker = self._take()
        worker.ask(("read", batch, self._share_mb), len(batch))
        return worker

    def _collect(
        self, batch: list[_Task], worker: _Worker
    ) -> Iterator[tuple[SourceFile, Document | Sentence]]:
        """The answers of a process; where it is lost, another goes on after the file it was at."""
        for done, (file, sha256) in enumerate(batch, start=1):
            try:
                outcome = worker.answer()
                if outcome is None:
                    outcome = self._alone((file, sha256))
            except UnreadableFileError as error:
                self._lose(worker)
                outcome = error.sentence
                if isinstance(error, _CrashedError) and self._share_mb < self._limits.memory_mb:
                    outcome = self._alone((file, sha256))
                if done < len(batch):
                    worker = self._start(batch[done:])
            yield file, outcome
        if worker in self._busy:
            self._give_back(worker)

    def _alone(self, task: _Task) -> Document | Sentence:
        """The answer of a process that has all the memory, as the others are at rest."""
        for each in self._busy:
            each.hold()
        worker = self._take()
        worker.ask(("read", [task], self._limits.memory_mb), 1)
        try:
            outcome: Document | Sentence = worker.answer()
        except UnreadableFileError as error:
            outcome = error.sentence
        self._lose(worker)  # and with it the memory
        return outcome

    def _take(self) -> _Worker:
        worker = self._idle.pop() if self._idle else _Worker(self._arguments, self._limits)
        self._busy.append(worker)
        return worker

    def _give_back(self, worker: _Worker) -> None:
        self._busy.remove(worker)
        self._idle.append(worker)

    def _lose(self, worker: _Worker) -> None:
        self._busy.remove(worker)
        worker.end()


def _can_be_interrupted() -> bool:
    """Whether what this thread does can be ended: by a signal, which only the main thread gets."""
    return CAN_INTERRUPT and threading.current_thread() is threading.main_thread()


@contextmanager
def _time_limit(timeout_s: int) -> Iterator[None]:
    """End what is done inside after so many seconds (0 is any time), where that is possible.

    Regular expressions look for signals too. Raises UnreadableFileError.
    """
    if not timeout_s or not _can_be_interrupted():
        yield
        return

    with interrupted_after(
        timeout_s, lambda: UnreadableFileError("file-too-slow", timeout_s=timeout_s)
    ):
        yield


def open_containers(
    files: Sequence[SourceFile],
    known: Mapping[tuple[str, str], tuple[str, Stamp]],
    readers: Readers,
    *,
    relist: bool,
) -> tuple[list[SourceFile], list[tuple[str, Sentence]]]:
    """The same files in path order, each archive or file of records replaced by its documents.

    ``known`` is (root, path) → (hash, stamp of the file on disk) of the last run; what has the same
    stamp is not opened unless ``relist``. Also gives (path, reason) of what is not read.
    """
    inside: dict[tuple[str, str], list[str]] = {}
    for root, path in known:
        container = container_of(path)
        if container:
            inside.setdefault((root, container), []).append(path)
    opened: list[SourceFile] = []
    refused: list[tuple[str, Sentence]] = []
    for file in files:
        if not is_container(file.path):
            opened.append(file)
            continue
        root = file.root_name
        old = inside.get((root, file.path), [])
        if old and not relist and _stamp(file) == known[root, old[0]][1]:
            opened += [
                SourceFile(file.root, path, file.path, known[root, path][0], file.found_stamp)
                for path in old
            ]
            continue
        for part in readers.parts(file):
            if part.sha256 is None:
                refused.append((part.path, part.refusal or Sentence("file-without-text")))
            else:
                opened.append(
                    SourceFile(file.root, part.path, file.path, part.sha256, file.found_stamp)
                )
    return sorted(opened, key=lambda file: (path_order(file.path), file.root_name)), refused


def _stamp(file: SourceFile) -> Stamp | None:
    try:
        return file.stamp()
    except OSError:
        return None
