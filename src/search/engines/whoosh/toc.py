"""What is committed: a checksummed table of contents, replaced in one rename under a lock."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import secrets
import socket
import struct
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ...config import LOCK_NAME as LOCK_NAME
from ...config import RECOGNISED_NAME
from ...config import TOC_NAME as TOC_NAME
from ...errors import (
    IndexBrokenError,
    IndexBusyError,
    IndexMissingError,
    IndexTooNewError,
    IndexTooOldError,
)
from ...platforms import lock, patiently, remove, replace, sync_folder, unlock
from .container import VERSION, broken, unreadable


class WriterLock:
    """Exclusive right to write the index in a folder, from construction to ``release``.

    The file stays behind: removing it would let two processes lock two files of the same name.
    Raises IndexBusyError naming the holder. One process counts as two holders, too.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / LOCK_NAME
        self._descriptor: int | None = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            lock(self._descriptor)
        except BlockingIOError as error:
            holder = self._read_holder(self._descriptor)
            os.close(self._descriptor)
            self._descriptor = None
            raise IndexBusyError("index-busy", folder=folder, holder=holder) from error
        except OSError:
            # This file system has no locks; writing without one would risk the index.
            os.close(self._descriptor)
            self._descriptor = None
            raise
        try:
            self._write_holder(self._descriptor)
        except OSError:
            # The right must not outlive the failure.
            os.close(self._descriptor)
            self._descriptor = None
            raise

    def release(self) -> None:
        """Let others write. Safe to call twice."""
        if self._descriptor is not None:
            # What the file says is only read while somebody holds the lock.
            with contextlib.suppress(OSError):
                os.ftruncate(self._descriptor, 0)
            unlock(self._descriptor)
            os.close(self._descriptor)
            self._descriptor = None

    @staticmethod
    def _write_holder(descriptor: int) -> None:
        holder = json.dumps(
            {
                "pid": os.getpid(),
                "host": socket.gethostname(),
                "since": datetime.now(UTC).isoformat(timespec="seconds"),
            }
        )
        os.ftruncate(descriptor, 0)
        os.lseek(descriptor, 0, os.SEEK_SET)
        os.write(descriptor, holder.encode())

    @staticmethod
    def _read_holder(descriptor: int) -> str:
        try:
            holder = json.loads(os.read(descriptor, 4096))
            return f"process {holder['pid']} on {holder['host']} since {holder['since']}"
        except (OSError, ValueError, KeyError, TypeError):
            return "another process"


FORMAT = "duansou-whoosh"
UPGRADING_NAME = ".upgrading"

_OURS = re.compile(r"duansou-[0-9a-f]{12}\.(?:segment|deleted|order|manifest|toc)\Z")
_WHOOSH = re.compile(r"_?MAIN[._]")
"""How the names of files begin that Whoosh makes in a folder."""


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A file of the index: name inside the folder, size in bytes, SHA-256 in hex.

    Raises ValueError for a name that no file of ours has: whoever makes up a table of contents must
    not have files elsewhere read or written by it.
    """

    name: str
    size: int
    sha256: str

    def __post_init__(self) -> None:
        if _OURS.match(self.name) is None:
            raise ValueError(f"{self.name!r} is no file of an index")


@dataclass(frozen=True, slots=True)
class SegmentEntry:
    """A segment and the bitmap of its deleted documents, None where none is."""

    file: FileEntry
    documents: int
    passages: int
    deleted: FileEntry | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Toc:
    """One commit. ``generation`` counts commits from 1; ``order`` is None for one segment."""

    generation: int
    user_words: tuple[str, ...]
    analyzer_digest: str
    segments: tuple[SegmentEntry, ...]
    order: FileEntry | None
    manifest: FileEntry

    def files(self) -> tuple[FileEntry, ...]:
        """Every file this commit needs."""
        files = [self.manifest]
        files.extend(segment.file for segment in self.segments)
        files.extend(segment.deleted for segment in self.segments if segment.deleted)
        if self.order:
            files.append(self.order)
        return tuple(files)


def new_name(kind: str) -> str:
    """A file name that no other writer, alive or dead, has used."""
    return f"duansou-{secrets.token_hex(6)}.{kind}"


def read_toc(folder: Path) -> Toc:
    """The last commit of a folder.

    Raises IndexMissingError where there is none yet, IndexTooNewError for a newer format,
    IndexTooOldError for an older one, IndexBrokenError for anything else that is not a sound table
    of contents.
    """
    path = folder / TOC_NAME
    try:
        data = patiently(path.read_bytes)
    except (FileNotFoundError, NotADirectoryError) as error:
        require_ours(folder)
        raise IndexMissingError("index-missing", folder=folder) from error
    except OSError as error:
        raise unreadable(path, error) from error
    try:
        envelope = json.loads(data)
        name, version, body = envelope["format"], envelope["version"], envelope["body"]
    except (ValueError, KeyError, TypeError) as error:
        raise broken(path, "is not a table of contents") from error
    if name != FORMAT:
        raise broken(path, f"has the format {name!r}")
    _require_version(folder, version)
    if version != VERSION or _digest(body) != envelope.get("sha256"):
        raise broken(path, "is damaged")
    try:
        return _parse(body)
    except (KeyError, TypeError, ValueError) as error:
        raise broken(path, "is damaged") from error


def committed_toc(folder: Path) -> Toc | None:
    """The last commit, None where the folder is missing or empty. Raises what ``read_toc`` does."""
    try:
        return read_toc(folder)
    except IndexMissingError:
        return None


def _require_version(folder: Path, version: Any) -> None:
    """Raise for a format that is newer, or older, than the one that is read here."""
    if isinstance(version, int) and version > VERSION:
        raise IndexTooNewError("index-too-new", folder=folder, version=version, known=VERSION)
    if isinstance(version, int) and 0 < version < VERSION:
        raise too_old(folder, f"has the format version {version}, this Duansou reads {VERSION}")


def too_old(folder: Path, what: str) -> IndexTooOldError:
    """The error for an index that an upgrade makes readable."""
    return IndexTooOldError("index-too-old", folder=folder, what=what)


def write_toc(folder: Path, toc: Toc) -> None:
    """Make a commit the current one. Every file it names must be synced before."""
    body = asdict(toc)
    envelope = {"format": FORMAT, "version": VERSION, "sha256": _digest(body), "body": body}
    data = json.dumps(envelope, ensure_ascii=True, indent=1).encode()
    put_file(folder, TOC_NAME, data)
    write_whoosh_toc(folder, toc)


def whoosh_toc(toc: Toc) -> tuple[str, bytes]:
    """(name, contents) of the table of contents that Whoosh reads of a commit.

    Its format is that of ``whoosh.index.TOC``: sizes of numbers, a version, a release, and as
    pickles the schema and the segments. Here each pickle calls a function of ours with the record
    of the commit as JSON: nothing in it depends on the release of Whoosh, and the same commit has
    the same bytes. It is for Whoosh alone: we never read it.
    """
    record = json.dumps(
        {
            "version": VERSION,
            "user_words": toc.user_words,
            "analyzer_digest": toc.analyzer_digest,
            "segments": [asdict(segment) for segment in toc.segments],
        }
    ).encode()

    def called(function: str) -> bytes:
        # Protocol 2: the function by its name, one text, a tuple of it, the call.
        text = b"X" + struct.pack("<I", len(record)) + record
        return b"\x80\x02csearch\n" + function.encode() + b"\n" + text + b"\x85R."

    schema = called("_whoosh_schema")
    contents = b"".join(
        (
            _varint(4),  # bytes of an int, a long and a float in its files
            _varint(8),
            _varint(4),
            struct.pack("!ii", -12345, -111),  # the order of bytes, the version of the format
            *map(_varint, (2, 7, 4)),
            _varint(len(schema)) + schema,
            struct.pack("!ii", toc.generation, 0),
            called("_whoosh_segments"),
        )
    )
    return f"_MAIN_{toc.generation}.toc", contents


def _varint(number: int) -> bytes:
    """Seven bits a byte, the lowest first; a higher bit says that more follow."""
    found = bytearray()
    while number > 0x7F:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    found.append(number)
    return bytes(found)


def write_whoosh_toc(folder: Path, toc: Toc) -> None:
    """Let Whoosh see a commit that is one already: without it, Whoosh sees the one before."""
    name, contents = whoosh_toc(toc)
    path = folder / name
    if not path.exists() or path.read_bytes() != contents:
        put_file(folder, name, contents)


def put_file(folder: Path, name: str, data: bytes) -> None:
    """Have a file under a name, whole and synced, at once or not at all."""
    temporary = folder / new_name("toc")
    _write_synced(temporary, data)
    sync_folder(folder)
    replace(temporary, folder / name)
    sync_folder(folder)


def write_file(folder: Path, kind: str, data: bytes) -> FileEntry:
    """Write and sync a small file of the index."""
    name = new_name(kind)
    _write_synced(folder / name, data)
    return FileEntry(name, len(data), hashlib.sha256(data).hexdigest())


def read_checked(folder: Path, entry: FileEntry) -> bytes:
    """The contents of a small file. Raises IndexBrokenError where it is not what was written."""
    path = folder / entry.name
    try:
        data = path.read_bytes()
    except OSError as error:
        raise unreadable(path, error) from error
    if len(data) != entry.size or hashlib.sha256(data).hexdigest() != entry.sha256:
        raise broken(path, "is damaged")
    return data


def is_as_written(path: Path, entry: FileEntry) -> bool:
    """Whether a file is there and has its hash. Raises as ``unreadable`` says."""
    try:
        if path.stat().st_size != entry.size:
            return False
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == entry.sha256
    except OSError as error:
        failure = unreadable(path, error)
        if isinstance(failure, IndexBrokenError):
            return False
        raise failure from error


def require_ours(folder: Path) -> None:
    """Raise IndexBrokenError if a folder without a table of contents holds anything foreign."""
    if not folder.exists():
        return
    if not folder.is_dir():
        raise IndexBrokenError("index-is-file", folder=folder)
    try:
        foreign = sorted(
            entry.name
            for entry in folder.iterdir()
            if not (
                entry.name.startswith(".")
                or entry.name in (LOCK_NAME, RECOGNISED_NAME)
                or _OURS.match(entry.name)
                or (_WHOOSH.match(entry.name) and _is_ours(entry))
            )
        )
    except OSError as error:
        raise unreadable(folder, error) from error
    if foreign and foreign != [TOC_NAME]:
        raise IndexBrokenError("index-foreign", folder=folder, file=foreign[0])


def remove_leftovers(folder: Path, toc: Toc | None) -> None:
    """Remove files of dead writers and of commits before ``toc``; foreign files stay.

    On Windows those that a reader has open stay too, for the next writer.
    """
    kept = {entry.name for entry in toc.files()} | {whoosh_toc(toc)[0]} if toc else set()

    def is_left_over(path: Path) -> bool:
        # In a folder that has a commit, what Whoosh began to write is nobody's.
        ours = _OURS.match(path.name) or (_WHOOSH.match(path.name) and (toc or _is_ours(path)))
        return bool(ours) and path.name not in kept

    remove([folder / UPGRADING_NAME, *filter(is_left_over, folder.iterdir())])


def _is_ours(path: Path) -> bool:
    """Whether a table of contents for Whoosh is one that we wrote, not that of another index."""
    return path.suffix == ".toc" and b"csearch\n_whoosh_schema\n" in path.read_bytes()


def _write_synced(path: Path, data: bytes) -> None:
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _digest(body: Any) -> str:
    return hashlib.sha256(json.dumps(body, ensure_ascii=True, sort_keys=True).encode()).hexdigest()


def entry_of(record: Mapping[str, Any]) -> SegmentEntry:
    """The entry of a segment from its JSON value."""
    deleted = FileEntry(**record["deleted"]) if record["deleted"] else None
    file = FileEntry(**record["file"])
    return SegmentEntry(file, record["documents"], record["passages"], deleted)


def _parse(body: Mapping[str, Any]) -> Toc:
    return Toc(
        generation=body["generation"],
        user_words=tuple(body["user_words"]),
        analyzer_digest=body["analyzer_digest"],
        segments=tuple(map(entry_of, body["segments"])),
        order=FileEntry(**body["order"]) if body["order"] else None,
        manifest=FileEntry(**body["manifest"]),
    )
