"""Unpack .7z and .rar archives with the system's libarchive, where ``duansou[archives]`` is there.

Their files lie one behind another in what is packed, so all that are wanted are unpacked at once,
into one file without a name that goes with the process. Bytes are counted as they come: what an
archive claims of itself is not believed.
"""

from __future__ import annotations

import locale
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Any

from ...errors import UnreadableFileError
from ...languages.sentences import Sentence
from .archive import MEMBER_BYTES, Allowance, checked_name

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
