"""Answer requests for documents in a reading process, one after another, within its limits."""

from __future__ import annotations

import contextlib
import gc
import logging
import signal
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from ..documents.document import Document, sha256_hex
from ..errors import UnreadableFileError
from ..facets.gazetteer import use_places
from ..facets.topic import Taxonomy
from ..languages.sentences import Sentence
from ..platforms import address_space, limit_memory
from .decoding import encoding_of_all
from .document import read_document, to_document
from .extract import Extract
from .files import NotRead, Part, SourceFile, beginnings_in, parts_in, read_bytes
from .formats import extract_text
from .formats.records import FieldMap
from .recognition import Recognition, RecognitionOrder


@dataclass(frozen=True, slots=True)
class ReadingLimits:
    """What reading may take: bytes of a file, seconds for a document, memory for all at once."""

    file_mb: int = 100
    timeout_s: int = 60
    memory_mb: int = 1024


STILL_READING = "still reading"
"""Sent by a process that has recognised a page: the time for the next begins."""


@dataclass(frozen=True, slots=True)
class ListedPart:
    """A document inside of a file: its path and the hash of its bytes, or why it is not read."""

    path: str
    sha256: str | None
    refusal: Sentence | None = None


class Reader:
    """Reads documents one by one; remembers how far it has come in the last file of many."""

    def __init__(
        self,
        taxonomy: Taxonomy,
        fields: FieldMap,
        limits: ReadingLimits,
        recognition: Recognition | None = None,
    ) -> None:
        self._recognition = recognition or Recognition(RecognitionOrder())
        self._taxonomy = taxonomy
        self._fields = fields
        self._limits = limits
        self._container: Path | None = None
        self._parts: Iterator[Part] = iter(())
        self._encodings: dict[Path, str | None] = {}

    def read(self, file: SourceFile, sha256: str) -> Document:
        """The document of a file whose bytes have this hash. Raises UnreadableFileError."""
        with self._recognition.of(sha256):
            return self._read(file, sha256)

    def _read(self, file: SourceFile, sha256: str) -> Document:
        if file.container is None:
            data = self._bytes(file, sha256)
            return read_document(data, file.path, self._taxonomy, lambda: self._beside(file))
        part = self._find(file)
        if part.sha256() != sha256:
            raise UnreadableFileError("file-changed")
        return to_document(part.extract(), file.path, sha256, self._taxonomy)

    def extract(self, file: SourceFile, sha256: str) -> Extract:
        """The text of a file on disk, nothing of it judged. Raises UnreadableFileError."""
        with self._recognition.of(sha256):
            return extract_text(self._bytes(file, sha256), file.path, lambda: self._beside(file))

    def _beside(self, file: SourceFile) -> str | None:
        """The encoding of the texts in the folder of a file."""
        folder = file.location.parent
        if folder not in self._encodings:
            self._encodings[folder] = encoding_of_all(beginnings_in(folder))
        return self._encodings[folder]

    def _bytes(self, file: SourceFile, sha256: str) -> bytes:
        data = read_bytes(file, self._limits.file_mb)
        if sha256_hex(data) != sha256:
            raise UnreadableFileError("file-changed")
        return data

    def parts(self, file: SourceFile) -> Iterator[ListedPart]:
        """What is in a file of many documents. Raises UnreadableFileError if it is none."""
        empty = True
        for part in self._open(file.location, file.path):
            empty = empty and isinstance(part.refusal, NotRead)
            try:
                digest = None if part.refusal else part.sha256()
            except UnreadableFileError as error:
                yield ListedPart(part.path, None, error.sentence)
                continue
            yield ListedPart(part.path, digest, part.refusal)
        if empty:
            yield ListedPart(file.path, None, Sentence("container-without-document"))

    def _find(self, file: SourceFile) -> Part:
        """The part of that path: further on in the file that is open, else from its beginning."""
        for start_again in (False, True):
            if start_again or file.location != self._container:
                self._container = file.location
                self._parts = self._open(file.location, file.container or file.path)
            for part in self._parts:
                if part.path == file.path and part.refusal is None:
                    return part
        raise UnreadableFileError("part-gone")

    def _open(self, location: Path, path: str) -> Iterator[Part]:
        try:
            with location.open("rb") as file:
                yield from parts_in(file, path, self._fields)
        except OSError as error:
            raise UnreadableFileError("file-unreadable", reason=error.strerror or error) from error


def serve_requests(
    connection: Connection,
    taxonomy_source: str,
    places: str,
    fields: FieldMap,
    limits: ReadingLimits,
    order: RecognitionOrder,
) -> None:
    """Answer requests until None comes or the other end is gone.

    ("list", file, mb) is answered by each ListedPart and None; ("read", [(file, sha256) ...], mb)
    by a Document for each and ("extract", ...) by an Extract, or a Sentence that says why there is
    none. ``mb`` is the memory for it; where that is a share of the limit, None says that all of it
    may be needed. ``STILL_READING`` may come any number of times before an answer.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides when to stop
    # What the libraries have to say of a file is none of the user's output.
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    used = address_space()
    use_places(places)
    recognition = Recognition(order, on_page=lambda: connection.send(STILL_READING))
    reader = Reader(Taxonomy.parse(taxonomy_source, "the taxonomy"), fields, limits, recognition)
    with contextlib.suppress(EOFError, OSError):
        while (request := connection.recv()) is not None:
            kind, what, memory_mb = request
            limit_memory(used, memory_mb)
            if kind == "list":
                _list(connection, reader, what, limits)
            else:
                make = reader.extract if kind == "extract" else reader.read
                for file, sha256 in what:
                    outcome = _outcome(make, file, sha256, limits)
                    if isinstance(outcome, _WantOfMemory):
                        is_share = memory_mb < limits.memory_mb
                        connection.send(None if is_share else outcome)
                    else:
                        connection.send(outcome)


def _list(connection: Connection, reader: Reader, file: SourceFile, limits: ReadingLimits) -> None:
    try:
        for part in reader.parts(file):
            connection.send(part)
    except (OSError, BrokenPipeError):
        raise
    except Exception as error:
        connection.send(ListedPart(file.path, None, reason_of(error, limits)))
    connection.send(None)


def _outcome(
    make: Callable[[SourceFile, str], Document | Extract],
    file: SourceFile,
    sha256: str,
    limits: ReadingLimits,
) -> Document | Extract | Sentence:
    try:
        return make(file, sha256)
    except Exception as error:
        reason = reason_of(error, limits)
        if not isinstance(error, (UnreadableFileError, RecursionError)):
            # Libraries do not always say that it was memory.
            reason = _WantOfMemory(reason.code, **reason.values)
    gc.collect()
    return reason


class _WantOfMemory(Sentence):
    """A reason that may not hold where there is more memory."""

    __slots__ = ()


def reason_of(error: Exception, limits: ReadingLimits) -> Sentence:
    """Why a document could not be read, whatever was raised: one bad file stops no other."""
    if isinstance(error, UnreadableFileError):
        return error.sentence
    if isinstance(error, MemoryError):
        return Sentence("file-needs-memory", memory_mb=limits.memory_mb)
    if isinstance(error, RecursionError):
        return Sentence("nested-too-deeply")
    return Sentence("reader-failed", kind=type(error).__name__, error=str(error)[:200])
