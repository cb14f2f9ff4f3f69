"""Which files does a path stand for, and what is in them?"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import InputError, UnreadableFileError
from .formats import (
    CONTAINER_SUFFIXES,
    DOCUMENT_SUFFIXES,
    MAYBE_WORD_SUFFIXES,
    ZIP_MARK,
    is_container,
    readable_suffixes,
    suffix_of,
)

Stamp = tuple[int, int, int]
"""Size in bytes, times of the last change of content and of inode in nanoseconds."""

_READABLE = DOCUMENT_SUFFIXES | CONTAINER_SUFFIXES
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
    def location(self) -> Path:
        """The file on disk that it is, or is in."""
        return self.root / (self.container or self.path)

    def stamp(self) -> Stamp:
        """The stamp of the file on disk, as it was found or, if that is unknown, now.

        Raises OSError.
        """
        return self.found_stamp or _stamp(self.location.stat())


class NotRead(str):
    """The reason why a file is passed over for its kind alone."""


def path_order(path: str) -> tuple[str, int]:
    """Sort key: paths by name, the records of one file by their line."""
    match = _RECORD.match(path)
    return (match["file"], int(match["line"])) if match else (path, 0)


def container_of(path: str) -> str | None:
    """The file on disk that a document's path lies in; None where it is a file itself."""
    outer, mark, _ = path.partition("!/")
    if mark and outer.lower().endswith(".zip"):
        return outer
    match = _RECORD.match(path)
    return match["file"] if match and is_container(match["file"]) else None


def exists(path: Path) -> bool:
    """Whether there is a file or folder; not where the path is too long for one, or not reached."""
    try:
        return path.exists()
    except OSError:
        return False


def find_files(root: Path) -> tuple[Path, list[SourceFile], list[tuple[str, str]]]:
    """The files a PATH argument names: (root, files in path order, (path, reason) of refused ones).

    A file's root is its folder. Hidden files and folders are passed over silently; a symbolic link
    that leaves the root is refused with the reason, a kind of file that is not read with a
    NotRead, a folder that cannot be listed under its path with a slash at the end.
    Raises InputError where the path does not exist or is a folder that cannot be listed.
    """
    if not exists(root):
        raise InputError(f"There is no file or folder {root}: check the path.")
    root = root.resolve()
    if root.is_file():
        return root.parent, [SourceFile(root.parent, root.name)], []
    files: list[SourceFile] = []
    refused: list[tuple[str, str]] = []
    for path, entry in _walk(root):
        if isinstance(entry, OSError):
            if not path:
                raise InputError(
                    f"The folder {root} cannot be read ({entry.strerror}): allow it to be read, or "
                    "name another."
                )
            refused.append((path, f"the folder cannot be read ({entry.strerror})"))
            continue
        reason = _refusal(entry, root)
        if reason:
            refused.append((path, reason))
            continue
        try:
            files.append(SourceFile(root, path, found_stamp=_stamp(entry.stat())))
        except OSError as error:
            refused.append((path, f"it cannot be read ({error.strerror})"))
    return root, files, refused


def read_bytes(file: SourceFile, limit_mb: int) -> bytes:
    """The bytes of a file. Raises UnreadableFileError with the reason, size limit included."""
    try:
        size_bytes = file.location.stat().st_size
        if size_bytes > limit_mb * 1_000_000:
            raise UnreadableFileError(
                f"it has {size_bytes / 1e6:.0f} MB and the limit is {limit_mb} MB "
                "(set DUANSOU_FILE_LIMIT_MB to raise it)"
            )
        return file.location.read_bytes()
    except PermissionError as error:
        raise UnreadableFileError("reading it is not permitted") from error
    except OSError as error:
        raise UnreadableFileError(f"it cannot be read ({error.strerror or error})") from error


def _stamp(status: os.stat_result) -> Stamp:
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns


def _walk(root: Path) -> Iterator[tuple[str, os.DirEntry[str] | OSError]]:
    """Everything below a folder that is no folder and not hidden, with its POSIX path; for a folder
    that cannot be listed its path, which ends in a slash, and why. The root's own path is empty.

    The entries know what they are without asking the disk again, which is most of the time that a
    run takes where few files changed.
    """
    waiting = [(str(root), "")]
    while waiting:
        folder, above = waiting.pop()
        try:
            with os.scandir(folder) as found:
                entries = [entry for entry in found if not entry.name.startswith(".")]
        except OSError as error:
            yield above, error
            continue
        entries.sort(key=lambda entry: entry.name)
        folders = []
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                folders.append((entry.path, f"{above}{entry.name}/"))
            else:
                yield above + entry.name, entry
        waiting += reversed(folders)


def _refusal(entry: os.DirEntry[str], root: Path) -> str | None:
    if entry.is_symlink():
        try:
            target = Path(entry.path).resolve(strict=True)
        except (OSError, RuntimeError):
            return "the symbolic link leads nowhere"
        if not target.is_relative_to(root):
            return "the symbolic link leaves the folder"
        if target.is_dir():
            return "the symbolic link leads to a folder, which is read where it is"
    if not entry.is_file():
        return "it is not a regular file"
    suffix = suffix_of(entry.name)
    if suffix not in _READABLE and not (
        suffix in MAYBE_WORD_SUFFIXES and _begins(entry.path, ZIP_MARK)
    ):
        suffix = Path(entry.name).suffix
        return NotRead(f"{suffix} files are not read (only {readable_suffixes()})")
    return None


def _begins(path: str, mark: bytes) -> bool:
    try:
        with Path(path).open("rb") as file:
            return file.read(len(mark)) == mark
    except OSError:
        return False
