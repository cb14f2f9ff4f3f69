"""Open the compound files (OLE) of older Office programs: their streams and their properties."""

from __future__ import annotations

import io
import struct
from typing import IO

import olefile

from ...errors import UnreadableFileError

_STREAM_BYTES = 100_000_000
_ERRORS = (OSError, ValueError, TypeError, IndexError, KeyError, AttributeError, struct.error)
"""What olefile raises for files that are damaged."""
_SUMMARY = "\x05SummaryInformation"
_CODE_PAGE, _TITLE, _AUTHOR = 1, 2, 4
_NARROW, _WIDE = 30, 31
_PROPERTIES_LIMIT = 1000
_TEXT_BYTES = 1000
_CODE_PAGES = {
    932: "cp932",
    936: "gb18030",
    949: "cp949",
    950: "big5hkscs",
    1200: "utf-16-le",
    10002: "big5hkscs",
    10008: "gb18030",
    65001: "utf-8",
    65000: "utf-7",
}


def code_page(number: int | None) -> str:
    """The encoding of a Windows code page, its superset where there is one."""
    if number in _CODE_PAGES:
        return _CODE_PAGES[number]
    name = f"cp{number}"
    try:
        "".encode(name)
    except LookupError:
        return "cp1252"
    return name


class Compound:
    """An open compound file. Raises UnreadableFileError where it is damaged."""

    def __init__(self, source: IO[bytes] | bytes) -> None:
        try:
            self._file = olefile.OleFileIO(
                io.BytesIO(source) if isinstance(source, bytes) else source
            )
        except _ERRORS as error:
            raise UnreadableFileError("office-damaged", error=str(error)) from error

    def __enter__(self) -> Compound:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the bytes."""
        self._file.close()

    def names(self) -> list[str]:
        """The streams, those in folders with slashes."""
        try:
            return ["/".join(path) for path in self._file.listdir(streams=True, storages=False)]
        except RecursionError as error:  # storages that hold each other
            raise UnreadableFileError("office-damaged", error="RecursionError") from error

    def has(self, name: str) -> bool:
        """Whether there is a stream of that name."""
        try:
            return bool(self._file.get_type(name) == olefile.STGTY_STREAM)
        except _ERRORS:
            return False

    def read(self, name: str) -> bytes:
        """The bytes of a stream."""
        try:
            with self._file.openstream(name) as stream:
                data: bytes = stream.read(_STREAM_BYTES + 1)
        except _ERRORS as error:
            raise UnreadableFileError("office-damaged", error=str(error)) from error
        if len(data) > _STREAM_BYTES:
            raise UnreadableFileError("archive-member-too-large", limit_mb=_STREAM_BYTES / 1e6)
        return data

    def properties(self) -> tuple[str, str]:
        """Title and author as the summary has them, "" where it has none."""
        if not self.has(_SUMMARY):
            return "", ""
        try:
            return _summary(self.read(_SUMMARY))
        except (UnreadableFileError, struct.error):
            return "", ""  # they are none of the text


def _summary(data: bytes) -> tuple[str, str]:
    """Title and author in a set of properties ([MS-OLEPS], 2.20 and 2.21).

    olefile would read all of it, which a damaged one makes last for minutes.
    """
    start = struct.unpack_from("<I", data, 44)[0]
    count = min(struct.unpack_from("<I", data, start + 4)[0], _PROPERTIES_LIMIT)
    found: dict[int, tuple[int, int]] = {}
    for i in range(count):
        number, offset = struct.unpack_from("<II", data, start + 8 + 8 * i)
        if number in (_CODE_PAGE, _TITLE, _AUTHOR):
            found[number] = struct.unpack_from("<IH", data, start + offset)[0], start + offset + 4
    page = struct.unpack_from("<H", data, found[_CODE_PAGE][1])[0] if _CODE_PAGE in found else None
    said = []
    for number in (_TITLE, _AUTHOR):
        kind, at = found.get(number, (0, 0))
        text = ""
        if kind in (_NARROW, _WIDE):
            size = struct.unpack_from("<I", data, at)[0] * (2 if kind == _WIDE else 1)
            raw = data[at + 4 : at + 4 + min(size, _TEXT_BYTES)]
            text = raw.decode("utf-16-le" if kind == _WIDE else code_page(page), "ignore")
        said.append(text.strip("\0 "))
    return said[0], said[1]


def kind_of_compound(source: IO[bytes]) -> str:
    """What a compound file is: "doc", "xls", "ppt", "msg".

    Raises UnreadableFileError with what would read it where it is protected or anything else.
    """
    with Compound(source) as file:
        if file.has("EncryptedPackage"):
            raise UnreadableFileError("office-protected")
        for name, kind in (
            ("WordDocument", "doc"),
            ("Workbook", "xls"),
            ("Book", "xls"),
            ("PowerPoint Document", "ppt"),
            ("PP97_DUALSTORAGE/PowerPoint Document", "ppt"),
            ("__properties_version1.0", "msg"),
        ):
            if file.has(name):
                return kind
        names = {name.lower() for name in file.names()}
    if names & {"matost", "mm", "mn0"} or {"contents", "spelling"} <= names:
        raise UnreadableFileError("works-not-read")
    raise UnreadableFileError("office-unknown")
