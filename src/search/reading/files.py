"""Find the files that a path stands for, and the documents inside archives and record files.

A member of ``a.zip`` is ``a.zip!/folder/b.html``, the record in line 12 of ``c.jsonl`` is
``c.jsonl#12``, and both nest: ``a.zip!/c.jsonl#12``.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import IO

from ..config import LOCK_NAME, RECOGNISED_NAME, TOC_NAME
from ..documents.document import sha256_hex
from ..errors import InputError, UnreadableFileError
from ..languages.sentences import Sentence
from ..platforms import reachable
from .decoding import encoding_of_all
from .extract import Extract
from .formats import (
    ARCHIVES,
    CONTAINER_SUFFIXES,
    DOCUMENT_SUFFIXES,
    PLAIN_SUFFIXES,
    RECORD_SUFFIXES,
    extract_as,
    extract_text,
    is_container,
    kind_of,
    readable_suffixes,
    suffix_of,
)
from .formats.archive import NESTING_LIMIT, Allowance, Archive, Members
from .formats.records import DEFAULT_FIELDS, FieldMap, Record, read_record, records_in

Stamp = tuple[int, int, int]
"""Size in bytes, times of the last change of content and of inode in nanoseconds."""

_READABLE = DOCUMENT_SUFFIXES | CONTAINER_SUFFIXES
_BEGINNING_BYTES = 4_096
"""So much of a text says what encoding it is in."""
_OF_INDEX = re.compile(
    rf"{TOC_NAME}|{LOCK_NAME}|{RECOGNISED_NAME}|duansou-[0-9a-f]{{12}}\.[a-z]+|_MAIN_[0-9]+\.toc"
)
_RECORD = re.compile(r"(?P<file>.*)#(?P<line>[0-9]+)\Z", re.DOTALL)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file below a root, or one document inside of a file (``container``) there.

    ``path`` and ``container`` are POSIX, relative to ``root``; ``sha256`` is known for a document
    inside of a file. ``found_stamp`` is what the file on disk had when it was found.
    """

    root: Path
    path: str
    container: str | None = None
    sha256: str | None = None
    found_stamp: Stamp | None = field(default=None, compare=False)

    @property
    def root_name(self) -> str:
        """The root as an index has it: with slashes on every system."""
        return self.root.as_posix()

    @property
    def location(self) -> Path:
        """The file on disk that it is, or is in."""
        return reachable(self.root / (self.container or self.path))

    def stamp(self) -> Stamp:
        """The stamp of the file on disk, as it was found or, if that is unknown, now.

        Raises OSError.
        """
        return self.found_stamp or _stamp(self.location.stat())


class NotRead(Sentence):
    """The reason why a file is passed over for its kind alone."""


def path_order(path: str) -> tuple[str, int]:
    """Sort key: paths by name, the records of one file by their line."""
    match = _RECORD.match(path)
    return (match["file"], int(match["line"])) if match else (path, 0)


def container_of(path: str) -> str | None:
    """The file on disk that a document's path lies in; None where it is a file itself.

    A mail, and an archive that is a document, have their own path.
    """
    outer, mark, _ = path.partition("!/")
    if mark and is_container(outer):
        return outer
    match = _RECORD.match(path)
    if match and is_container(match["file"]):
        return match["file"]
    return path if is_container(path) else None


def exists(path: Path) -> bool:
    """Whether there is a file or folder; not where the path is too long for one, or not reached."""
    try:
        return reachable(path).exists()
    except OSError:
        return False


def find_files(root: Path) -> tuple[Path, list[SourceFile], list[tuple[str, Sentence]]]:
    """The files a PATH argument names: (root, files in path order, (path, reason) of refused ones).

    A file's root is its folder. Hidden files and folders are passed over silently; a symbolic link
    that leaves the root is refused with the reason, a kind of file that is not read with a
    NotRead, a folder that cannot be listed under its path with a slash at the end.
    Raises InputError where the path does not exist or is a folder that cannot be listed.
    """
    if not exists(root):
        raise InputError("path-missing", path=root)
    root = root.resolve()
    if root.is_file():
        return root.parent, [SourceFile(root.parent, root.name)], []
    files: list[SourceFile] = []
    refused: list[tuple[str, Sentence]] = []
    for path, entry in _walk(root):
        if isinstance(entry, OSError):
            if not path:
                raise InputError("folder-unreadable", path=root, reason=entry.strerror)
            refused.append((path, Sentence("folder-not-listed", reason=entry.strerror)))
            continue
        reason = _refusal(entry, root)
        if reason:
            refused.append((path, reason))
            continue
        try:
            files.append(SourceFile(root, path, found_stamp=_stamp(entry.stat())))
        except OSError as error:
            refused.append((path, Sentence("file-unreadable", reason=error.strerror)))
    return root, files, refused


def read_bytes(file: SourceFile, limit_mb: int) -> bytes:
    """The bytes of a file. Raises UnreadableFileError with the reason, size limit included.

    A file without a size is empty, whatever reading would give: those that the system makes up
    (/proc/kmsg) may keep a reader waiting for ever.
    """
    try:
        size_bytes = file.location.stat().st_size
        if not size_bytes:
            raise UnreadableFileError("file-empty")
        if size_bytes > limit_mb * 1_000_000:
            raise UnreadableFileError("file-too-large", size_mb=size_bytes / 1e6, limit_mb=limit_mb)
        return file.location.read_bytes()
    except PermissionError as error:
        raise UnreadableFileError("file-not-permitted") from error
    except OSError as error:
        raise UnreadableFileError("file-unreadable", reason=error.strerror or error) from error


def beginnings_in(folder: Path) -> Iterator[bytes]:
    """How the texts of a folder begin, in order of names; what cannot be read is passed over."""
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        if suffix_of(entry.name) in PLAIN_SUFFIXES and entry.is_file(follow_symlinks=False):
            with suppress(OSError), Path(entry.path).open("rb") as file:
                yield file.read(_BEGINNING_BYTES)


def _stamp(status: os.stat_result) -> Stamp:
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns


def _walk(root: Path) -> Iterator[tuple[str, os.DirEntry[str] | OSError]]:
    """Everything below a folder that is no folder, not hidden and not of an index, with its POSIX
    path; for a folder that cannot be listed its path, which ends in a slash, and why. The root's
    own path is empty.

    The entries know what they are without asking the disk again, which is most of the time that a
    run takes where few files changed.
    """
    waiting = [(str(root), "")]
    while waiting:
        folder, above = waiting.pop()
        try:
            with os.scandir(reachable(Path(folder))) as found:
                entries = [entry for entry in found if not entry.name.startswith(".")]
        except OSError as error:
            yield above, error
            continue
        if any(entry.name in (TOC_NAME, LOCK_NAME) for entry in entries):
            # An index was made here; what else stands beside it are documents.
            entries = [entry for entry in entries if not _OF_INDEX.fullmatch(entry.name)]
        entries.sort(key=lambda entry: entry.name)
        folders = []
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                folders.append((entry.path, f"{above}{entry.name}/"))
            else:
                yield above + entry.name, entry
        waiting += reversed(folders)


def _refusal(entry: os.DirEntry[str], root: Path) -> Sentence | None:
    if entry.is_symlink():
        try:
            target = Path(entry.path).resolve(strict=True)
        except (OSError, RuntimeError):
            return Sentence("link-leads-nowhere")
        if not target.is_relative_to(root):
            return Sentence("link-leaves-folder")
        if target.is_dir():
            return Sentence("link-to-folder")
    if not entry.is_file():
        return Sentence("file-not-regular")
    if suffix_of(entry.name) not in _READABLE:
        suffix = Path(entry.name).suffix
        return NotRead("kind-not-read", suffix=suffix, readable=readable_suffixes())
    return None


@dataclass(frozen=True, slots=True)
class Part:
    """One document inside of a file, or (``refusal``) why it cannot be read.

    ``sha256`` gives the hash of its bytes, ``extract`` its text; both may raise
    UnreadableFileError, and are valid only until the next part is asked for.
    """

    path: str
    refusal: Sentence | None = None
    sha256: Callable[[], str] = lambda: ""
    extract: Callable[[], Extract] = lambda: Extract("", "")


def parts_in(
    file: IO[bytes],
    path: str,
    fields: FieldMap,
    *,
    depth: int = 1,
    allowance: Allowance | None = None,
) -> Iterator[Part]:
    """The documents of a container in order. Raises UnreadableFileError if it is none at all.

    What is named as one and is a document has its path for itself, as a mail has among its parts.
    """
    kind = kind_of(file, path)
    if kind in ARCHIVES:
        yield from _members(file, kind, path, fields, depth, allowance or Allowance())
    elif f".{kind}" in RECORD_SUFFIXES:
        yield from _records(file, path, fields)
    elif kind in ("eml", "msg"):
        yield from _mail(file, kind, path, fields, depth, allowance or Allowance())
    else:
        data = file.read()
        yield Part(path, sha256=lambda: sha256_hex(data), extract=lambda: extract_as(kind, data))


def _unread_suffix(path: str) -> Sentence:
    """Why a file is not read: for its kind."""
    return NotRead("kind-not-read", suffix=suffix_of(path), readable=readable_suffixes())


def _members(
    file: IO[bytes], kind: str, path: str, fields: FieldMap, depth: int, allowance: Allowance
) -> Iterator[Part]:
    if kind == "zip":
        opened: Members = Archive(file, allowance)
    else:
        from .formats.archive import Unpacked

        opened = Unpacked(file, allowance, _is_wanted)
    with closing(opened) as archive:
        yield from _parts_of(archive, path, fields, depth, allowance)


def _parts_of(
    members: Members, path: str, fields: FieldMap, depth: int, allowance: Allowance
) -> Iterator[Part]:
    for name, reason in members.refused():
        yield Part(f"{path}!/{name}", reason)
    beside = cache(partial(_encoding_in, members))
    for name in members.names():
        if not _is_hidden(name):
            yield from _member(members, name, f"{path}!/{name}", fields, depth, allowance, beside)


def _member(
    members: Members,
    name: str,
    inner: str,
    fields: FieldMap,
    depth: int,
    allowance: Allowance,
    beside: Callable[[str], str | None],
) -> Iterator[Part]:
    if not _is_wanted(name):
        yield Part(inner, _unread_suffix(name))
        return
    if not is_container(name):

        def data() -> bytes:
            content = members.read(name)
            if not content.strip():
                raise UnreadableFileError("file-empty")
            return content

        yield Part(
            inner,
            sha256=lambda: sha256_hex(data()),
            extract=lambda: extract_text(data(), name, lambda: beside(name.rpartition("/")[0])),
        )
        return
    if suffix_of(name) not in RECORD_SUFFIXES and depth >= NESTING_LIMIT:
        yield Part(inner, Sentence("archive-too-deep", limit=NESTING_LIMIT))
        return
    try:
        data_inside = io.BytesIO(members.read(name))
        yield from parts_in(data_inside, inner, fields, depth=depth + 1, allowance=allowance)
    except UnreadableFileError as error:
        yield Part(inner, error.sentence)
    except RecursionError:  # one bad member stops no other
        yield Part(inner, Sentence("nested-too-deeply"))


def _is_wanted(name: str) -> bool:
    """Whether the suffix of a member is one that is read."""
    return suffix_of(name) in _READABLE


def _mail(
    file: IO[bytes], kind: str, path: str, fields: FieldMap, depth: int, allowance: Allowance
) -> Iterator[Part]:
    """A mail, and the files that were sent with it."""
    from .formats.mail import open_mail

    data = file.read()
    mail = open_mail(data, kind, allowance)
    yield Part(path, sha256=lambda: sha256_hex(data), extract=lambda: mail.extract)
    yield from _parts_of(mail, path, fields, depth, allowance)


def _encoding_in(members: Members, folder: str) -> str | None:
    """The encoding of the texts in a folder of a file that holds files."""
    texts = (
        name
        for name in members.names()
        if name.rpartition("/")[0] == folder and suffix_of(name) in PLAIN_SUFFIXES
    )
    return encoding_of_all(members.beginning(name, _BEGINNING_BYTES) for name in texts)


def _records(file: IO[bytes], path: str, fields: FieldMap) -> Iterator[Part]:
    mapped = b"" if fields == DEFAULT_FIELDS else repr(sorted(fields.items())).encode()
    for record in records_in(file, suffix_of(path)):
        yield _record_part(record, path, fields, mapped)


def _record_part(record: Record, path: str, fields: FieldMap, mapped: bytes) -> Part:
    return Part(
        f"{path}#{record.line}",
        record.problem,
        # Under another map the same bytes are another document.
        sha256=lambda: sha256_hex(record.raw + mapped),
        extract=lambda: read_record(record, fields),
    )


def _is_hidden(name: str) -> bool:
    return any(part.startswith((".", "__MACOSX")) for part in name.split("/"))
