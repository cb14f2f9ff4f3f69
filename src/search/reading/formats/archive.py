"""Open archives within limits that a bomb breaks before it is unpacked: zip, 7z and rar."""

from __future__ import annotations

import locale
import lzma
import re
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from typing import IO, Any, Protocol

from ...analysis.text import HAN
from ...errors import UnreadableFileError
from ...languages.sentences import Sentence
from ..decoding import usual_encoding

_MEMBERS_LIMIT = 100_000
NESTING_LIMIT = 3
"""Archives inside of archives, the outermost counted."""
MEMBER_BYTES = 100_000_000
_TOTAL_BYTES = 2_000_000_000
_RATIO_LIMIT = 200
"""Unpacked bytes per packed byte; Chinese text reaches about 10, markup 30."""
_RATIO_FROM_BYTES = 10_000_000
"""Smaller members cannot harm, whatever their ratio: a run of blanks shrinks a thousandfold."""
PIECE_BYTES = 1 << 20
_NAME_BYTES = 4_096
"""What Linux allows a path to have: with more, a member could not have been packed from a file."""
_SHOWN_NAME_CHARS = 80
_UTF8_FLAG = 0x800
_ENCRYPTED_FLAG = 0x1
_HAN = re.compile(f"[{HAN}]+")
_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    OSError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    LookupError,
    struct.error,
    OverflowError,
)


@dataclass(slots=True)
class Allowance:
    """What an archive and all archives inside of it may hold together: files, bytes unpacked."""

    members: int = _MEMBERS_LIMIT
    size_bytes: int = _TOTAL_BYTES

    def take(self, members: int, size_bytes: int) -> None:
        """Count files and their bytes. Raises UnreadableFileError where they are too many."""
        self.members -= members
        if self.members < 0:
            raise UnreadableFileError("archive-too-many-files", limit=_MEMBERS_LIMIT)
        self.size_bytes -= size_bytes
        if self.size_bytes < 0:
            raise UnreadableFileError("archive-too-many-bytes", limit_mb=_TOTAL_BYTES / 1e6)


class Members(Protocol):
    """What a file holds that is made of files."""

    def names(self) -> list[str]:
        """The files that can be read, in order of names."""

    def refused(self) -> list[tuple[str, Sentence]]:
        """(name, reason) of the files that cannot, in order of names."""

    def read(self, name: str) -> bytes:
        """The bytes of one file. Raises UnreadableFileError where it is damaged or too large."""

    def beginning(self, name: str, size_bytes: int) -> bytes:
        """The first bytes of a file; none of one that is damaged."""

    def close(self) -> None:
        """Let go of the file."""


class Archive:
    """An open archive, checked; raises UnreadableFileError where it is damaged or breaks a limit.

    Names are POSIX and stay inside of it; those that do not say that they are in UTF-8 are read in
    the encoding in which all of them together are Chinese.
    """

    def __init__(self, source: IO[bytes], allowance: Allowance | None = None) -> None:
        try:
            self._archive = zipfile.ZipFile(source)
        except _ERRORS as error:
            raise UnreadableFileError("archive-damaged", error=str(error)) from error
        try:
            _check(self._archive, allowance or Allowance())
        except UnreadableFileError:
            self._archive.close()
            raise
        self._members: dict[str, zipfile.ZipInfo] = {}
        self._refused: list[tuple[str, Sentence]] = []
        infos = self._archive.infolist()
        encoding = _encoding_of(raw for info in infos if (raw := _raw_name(info)) is not None)
        for info in infos:
            # ``ZipInfo.is_dir`` fails on an empty name.
            if info.filename.endswith("/"):
                continue
            name, reason = _name(info, encoding)
            if reason is None and name in self._members:
                reason = Sentence("member-twice")
            if reason is None:
                self._members[name] = info
            else:
                self._refused.append((name, reason))

    def close(self) -> None:
        """Let go of the file."""
        self._archive.close()

    def names(self) -> list[str]:
        """The files that can be read, in order of names."""
        return sorted(self._members)

    def refused(self) -> list[tuple[str, Sentence]]:
        """(name, reason) of the files that cannot, in order of names."""
        return sorted(self._refused, key=lambda refused: refused[0])

    def beginning(self, name: str, size_bytes: int) -> bytes:
        """The first bytes of a file; none of one that is damaged."""
        try:
            with self._archive.open(self._members[name]) as file:
                return file.read(size_bytes)
        except _ERRORS:
            return b""

    def read(self, name: str) -> bytes:
        """The bytes of one file, never more than the limit, whatever the archive claims.

        Raises UnreadableFileError where it is damaged or too large.
        """
        pieces: list[bytes] = []
        size_bytes = 0
        try:
            with self._archive.open(self._members[name]) as file:
                while piece := file.read(PIECE_BYTES):
                    size_bytes += len(piece)
                    if size_bytes > MEMBER_BYTES:
                        raise UnreadableFileError(
                            "archive-member-too-large", limit_mb=MEMBER_BYTES / 1e6
                        )
                    pieces.append(piece)
        except _ERRORS as error:
            raise UnreadableFileError("archive-member-damaged", error=str(error)) from error
        return b"".join(pieces)


def _check(archive: zipfile.ZipFile, allowance: Allowance) -> None:
    infos = archive.infolist()
    allowance.take(len(infos), sum(info.file_size for info in infos))
    for info in infos:
        large = info.file_size > _RATIO_FROM_BYTES
        if large and info.file_size > _RATIO_LIMIT * max(info.compress_size, 1):
            raise UnreadableFileError("archive-implausible")
    # Members that share their bytes are how the worst bombs are made.
    starts = sorted((info.header_offset, info.compress_size) for info in infos)
    for (start, size), (following, _) in pairwise(starts):
        if start + size > following:
            raise UnreadableFileError("archive-overlaps")


def _name(info: zipfile.ZipInfo, encoding: str | None) -> tuple[str, Sentence | None]:
    """A member's name as it is shown, and why it is refused, or None."""
    raw = _raw_name(info)
    text = info.filename if raw is None or encoding is None else raw.decode(encoding)
    name, reason = checked_name(text)
    if reason is None and info.flag_bits & _ENCRYPTED_FLAG:
        reason = Sentence("member-protected")
    return name, reason


def checked_name(text: str) -> tuple[str, Sentence | None]:
    """The name of a member as it is shown, and why it is refused, or None."""
    text = text.replace("\\", "/")
    parts = [part for part in text.split("/") if part not in ("", ".")]
    name = "/".join(parts)
    shown = "".join(c if c.isprintable() else "?" for c in name)
    if not name:
        return "?", Sentence("member-without-name")
    if len(name.encode("utf-8", "replace")) > _NAME_BYTES:
        return f"{shown[:_SHOWN_NAME_CHARS]}…", Sentence("member-name-too-long", limit=_NAME_BYTES)
    if ".." in parts or text.startswith("/") or (parts and ":" in parts[0]):
        return shown, Sentence("member-outside")
    if shown != name:
        return shown, Sentence("member-name-no-text")
    return name, None


def _encoding_of(names: Iterable[bytes]) -> str | None:
    """The encoding that all names of an archive are in; None where they fit none.

    A name alone may be another text in another encoding: 目录 in GBK is Ŀ¼ in UTF-8. So UTF-8 is
    believed where the names are Chinese in it; of the others the one in which they are the usual
    Chinese.
    """
    joined = b"\n".join(names)
    fitting = []
    for encoding in ("utf-8", usual_encoding(joined), "gb18030", "big5hkscs"):
        try:
            text = joined.decode(encoding or "ascii")
        except UnicodeDecodeError:
            continue
        if sum(map(len, _HAN.findall(text))) * 2 >= sum(not c.isascii() for c in text):
            return encoding or "ascii"
        fitting.append(encoding)
    return fitting[0] if fitting else None


def _raw_name(info: zipfile.ZipInfo) -> bytes | None:
    """The bytes of a name that zipfile took for code page 437; None where it is in UTF-8."""
    if info.flag_bits & _UTF8_FLAG:
        return None
    try:
        return info.filename.encode("cp437")
    except UnicodeError:
        return None


_BLOCK_BYTES = 1 << 16


def _library() -> Any:
    try:
        import libarchive
    except (ImportError, OSError, AttributeError, TypeError) as error:
        # The package without the library, or with one that is too old.
        raise UnreadableFileError("archive-needs-extra") from error
    return libarchive


def _reason(error: Exception) -> Sentence:
    if any(word in str(error).lower() for word in ("encrypt", "passphrase", "password")):
        return Sentence("archive-protected")
    return Sentence("archive-damaged", error=str(error))


class Unpacked:
    """The files of an archive that are wanted, unpacked.

    Raises UnreadableFileError where it is damaged, protected or breaks a limit, or where nothing
    is installed that reads it.
    """

    def __init__(
        self,
        source: IO[bytes],
        allowance: Allowance,
        is_wanted: Callable[[str], bool],
    ) -> None:
        library = _library()
        self._unpacked = tempfile.TemporaryFile()  # noqa: SIM115 - ``close`` closes it
        self._places: dict[str, tuple[int, int]] = {}
        self._refused: list[tuple[str, Sentence]] = []
        try:
            with (
                _names_in_utf8(),
                library.stream_reader(source, block_size=_BLOCK_BYTES) as archive,
            ):
                for entry in archive:
                    self._take(entry, allowance, is_wanted)
        except library.exception.ArchiveError as error:
            self.close()
            reason = _reason(error)
            raise UnreadableFileError(reason.code, **reason.values) from error
        except BaseException:
            self.close()
            raise

    def _take(self, entry: Any, allowance: Allowance, is_wanted: Callable[[str], bool]) -> None:
        if entry.isdir:
            return
        allowance.take(1, 0)
        raw = entry.pathname
        name, reason = checked_name(raw if isinstance(raw, str) else "")
        if reason is None and not entry.isreg:
            reason = Sentence("file-not-regular")
        if reason is None and name in self._places:
            reason = Sentence("member-twice")
        if reason is not None:
            self._refused.append((name, reason))
            return
        start = self._unpacked.seek(0, 2)
        self._places[name] = (start, 0)
        if not is_wanted(name):
            return
        size_bytes = 0
        try:
            for block in entry.get_blocks():
                size_bytes += len(block)
                allowance.take(0, len(block))
                if size_bytes > MEMBER_BYTES:
                    reason = Sentence("archive-member-too-large", limit_mb=MEMBER_BYTES / 1e6)
                    break
                self._unpacked.write(block)
        except _library().exception.ArchiveError as error:
            reason = _reason(error)
        if reason is not None:
            del self._places[name]
            self._refused.append((name, reason))
        else:
            self._places[name] = (start, size_bytes)

    def close(self) -> None:
        """Let go of what was unpacked."""
        self._unpacked.close()

    def names(self) -> list[str]:
        """The files that can be read, in order of names."""
        return sorted(self._places)

    def refused(self) -> list[tuple[str, Sentence]]:
        """(name, reason) of the files that cannot, in order of names."""
        return sorted(self._refused, key=lambda refused: refused[0])

    def read(self, name: str) -> bytes:
        """The bytes of one file that was wanted."""
        start, size_bytes = self._places[name]
        self._unpacked.seek(start)
        return self._unpacked.read(size_bytes)

    def beginning(self, name: str, size_bytes: int) -> bytes:
        """The first bytes of one file."""
        return self.read(name)[:size_bytes]


@contextmanager
def _names_in_utf8() -> Iterator[None]:
    """libarchive gives no name that the locale cannot write; in C that is any Chinese one."""
    before = locale.setlocale(locale.LC_CTYPE)
    for name in ("C.UTF-8", "en_US.UTF-8", "zh_CN.UTF-8", "UTF-8"):
        try:
            locale.setlocale(locale.LC_CTYPE, name)
        except locale.Error:
            continue
        break
    try:
        yield
    finally:
        locale.setlocale(locale.LC_CTYPE, before)
