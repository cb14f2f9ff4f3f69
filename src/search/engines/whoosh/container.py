"""Keep named arrays in one file: written once in sequence, and verified when they are read.

    bytes 0..7     magic
    arrays         each starts at a multiple of 64 bytes, little-endian, C order
    directory      JSON: {"arrays": {name: [dtype, count, offset, checksums]}, "values": {...}}
    last 24 bytes  offset of the directory (u64), its CRC-32 (u32), its length (u32), magic

``checksums`` are the CRC-32 of each stretch of 256 KB of an array. Opening reads the last 24 bytes
and the directory, whatever the size of the arrays. What is read of an array is held to its
checksums before it is given out, once for as long as the file is open: all of it, or only the
stretches that are asked for where an array is large and read in parts.
"""

from __future__ import annotations

import errno
import hashlib
import json
import mmap
import os
import struct
import weakref
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ...errors import IndexBrokenError, IndexStateError
from ...platforms import let_go, read_at

Ints = npt.NDArray[Any]
"""One-dimensional array of an integer type."""
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

VERSION = 4
"""The version of the format: of segments and of the table of contents alike."""

_MAGIC = b"DUANSOU" + bytes([VERSION + 2])
"""Other files are refused. Until version 2 segments were counted apart, and had come to 4."""
_FOOTER = struct.Struct("<QII8s")
_ALIGNMENT = 64
_STRETCH_BYTES = 1 << 18
"""What one checksum covers. Verifying it takes 0.06 ms, so that a term of a large field costs no
more than that when it is first asked for; the checksums of a million passages are 20 KB of JSON."""
_PADDING = "padding"
"""What the bytes between arrays are called where they are damaged."""
_KINDS = "uib"
"""Unsigned, signed, boolean: the kinds of numpy types that are stored."""

MENDED = (".segment", ".deleted", ".order")
"""Kinds of files that ``duansou index`` writes anew from what they were made of."""
_LOST = {errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.ELOOP, errno.EIO, errno.ENXIO}


def broken(path: Path, what: str) -> IndexBrokenError:
    """The error for a damaged file: its name and what mends it."""
    if path.suffix in MENDED:
        return IndexBrokenError("index-file-damaged", path=path, what=what, damaged_file=path.name)
    return IndexBrokenError("index-file-lost", path=path, what=what)


def unreadable(path: Path, error: OSError) -> IndexStateError:
    """The error for a file that the system does not let us read.

    Damaged is what is not there or cannot be read from the disk. Anything else (no right to it, no
    descriptor or memory left, a server that is away) passes: nothing is mended, nothing given up.
    """
    if error.errno in _LOST:
        return broken(path, f"cannot be read ({error.strerror})")
    return IndexStateError("index-unreadable", path=path, reason=error.strerror or error)


def smallest_unsigned(largest: int) -> np.dtype[Any]:
    """The smallest unsigned type that holds values up to ``largest``."""
    return np.dtype(np.min_scalar_type(int(largest))).newbyteorder("<")


class ArrayFileWriter:
    """Writes one file of arrays. Leaving the context without ``finish`` removes it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = path.open("xb")
        self._hash = hashlib.sha256()
        self._position = 0
        self._arrays: dict[str, tuple[str, int, int, list[int]]] = {}
        self._finished = False
        try:
            self._write(_MAGIC)
        except BaseException:
            self.__exit__(None, None, None)
            raise

    def __enter__(self) -> ArrayFileWriter:
        return self

    def __exit__(self, *_: object) -> None:
        if not self._finished:
            self._file.close()
            self.path.unlink(missing_ok=True)

    def add(self, name: str, array: npt.NDArray[Any]) -> None:
        """Append one array of one dimension."""
        self.add_parts(name, array.dtype, (array,))

    def add_parts(self, name: str, dtype: npt.DTypeLike, parts: Iterable[npt.NDArray[Any]]) -> None:
        """Append one array that comes in parts, each converted to ``dtype``."""
        self._write(b"\x00" * (-self._position % _ALIGNMENT))
        stored = np.dtype(dtype).newbyteorder("<")
        offset, count, checksums = self._position, 0, _Checksums()
        for part in parts:
            data = np.ascontiguousarray(part, dtype=stored).view(np.uint8).data
            self._write(data)
            checksums.add(data)
            count += part.size
        self._arrays[name] = (stored.str, count, offset, checksums.found)

    def finish(self, values: Mapping[str, Any]) -> tuple[int, str]:
        """Write the directory, sync to the disk and close; gives (size in bytes, SHA-256)."""
        directory = json.dumps(
            {"arrays": self._arrays, "values": values}, ensure_ascii=False, sort_keys=True
        ).encode("utf-8", "surrogatepass")
        offset = self._position
        self._write(directory)
        self._write(_FOOTER.pack(offset, zlib.crc32(directory), len(directory), _MAGIC))
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._finished = True
        return self._position, self._hash.hexdigest()

    def _write(self, data: bytes | memoryview) -> None:
        if len(data):
            self._file.write(data)
            self._hash.update(data)
            self._position += len(data)


class _Checksums:
    """The checksum of each stretch of bytes that come in parts."""

    def __init__(self) -> None:
        self.found: list[int] = []
        self._room = 0

    def add(self, data: memoryview) -> None:
        while len(data):
            if not self._room:
                self.found.append(0)
                self._room = _STRETCH_BYTES
            part, data = data[: self._room], data[self._room :]
            self.found[-1] = zlib.crc32(part, self.found[-1])
            self._room -= len(part)


class _Section(NamedTuple):
    """Where an array of so many elements lies in the file, and what holds of its bytes."""

    dtype: np.dtype[Any]
    size: int
    offset: int
    checksums: list[int]

    @property
    def size_bytes(self) -> int:
        return self.size * self.dtype.itemsize

    def stretches(self, start: int, end: int) -> Iterator[tuple[int, int, int]]:
        """(number, first byte, byte after) of those that the bytes [start, end) of it touch."""
        for number in range(start // _STRETCH_BYTES, -(-end // _STRETCH_BYTES)):
            first = number * _STRETCH_BYTES
            last = min(first + _STRETCH_BYTES, self.size_bytes)
            yield number, self.offset + first, self.offset + last


class ArrayFile:
    """The arrays of one file, for reading.

    Raises IndexBrokenError where the file is missing, is not ``size_bytes`` long or has no sound
    directory, and for an array, or a part of one, that is not what was written.

    With ``mapped`` arrays are views of the mapped file, which takes no memory of their own: for
    those who read everything once. But a file that is cut while it is mapped ends the process that
    reads what is gone (SIGBUS), which no Python code can catch. So a server has arrays read into
    memory when they are first asked for, parts of large ones each time, and says what is gone.
    """

    def __init__(self, path: Path, size_bytes: int, *, mapped: bool = False) -> None:
        self.path = path
        try:
            self._descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        except OSError as error:
            raise unreadable(path, error) from error
        weakref.finalize(self, os.close, self._descriptor)
        try:
            self._stamp = self._stamp_now()
            if self._stamp[0] != size_bytes:
                raise broken(path, f"has {self._stamp[0]} bytes instead of {size_bytes}")
            if size_bytes < len(_MAGIC) + _FOOTER.size or self._read(0, len(_MAGIC)) != _MAGIC:
                raise broken(path, "is not a segment")
            footer = self._read(size_bytes - _FOOTER.size, size_bytes)
            offset, crc, length, magic = _FOOTER.unpack(footer)
            if magic != _MAGIC or offset + length + _FOOTER.size != size_bytes:
                raise broken(path, "is damaged in its directory")
            directory = self._read(offset, offset + length)
            if zlib.crc32(directory) != crc:
                raise broken(path, "is damaged in its directory")
            self._map = mmap.mmap(self._descriptor, 0, access=mmap.ACCESS_READ) if mapped else None
        except OSError as error:
            raise unreadable(path, error) from error
        except (ValueError, struct.error) as error:
            raise broken(path, f"cannot be read ({error})") from error
        self._directory_at: int = offset
        try:
            parsed = json.loads(directory.decode("utf-8", "surrogatepass"))
            self.values: Mapping[str, Any] = dict(parsed["values"])
            self._sections = {
                name: _section(record, offset) for name, record in parsed["arrays"].items()
            }
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise broken(path, "has no sound directory") from error
        self._verified: dict[str, bytearray] = {}
        self._whole: dict[str, npt.NDArray[Any]] = {}
        self._is_verified = False

    def __getitem__(self, name: str) -> npt.NDArray[Any]:
        """An array, all of it verified."""
        found = self._whole.get(name)
        if found is None:
            section = self._section(name)
            data = self._bytes(section, 0, section.size_bytes)
            self._verify(name, section, data, range(len(section.checksums)))
            found = self._whole[name] = _array(data, section.dtype)
        return found

    def part(self, name: str, start: int, end: int) -> npt.NDArray[Any]:
        """The elements ``[start, end)`` of an array, verified with all that is near them."""
        section = self._section(name)
        first, last = start * section.dtype.itemsize, end * section.dtype.itemsize
        verified = self._verified.get(name)
        if verified is None:
            verified = self._verified[name] = bytearray(len(section.checksums))
        low, high = first // _STRETCH_BYTES, -(-last // _STRETCH_BYTES)
        if verified.find(0, low, high) >= 0:
            begin = low * _STRETCH_BYTES
            near = self._bytes(section, begin, min(high * _STRETCH_BYTES, section.size_bytes))
            self._verify(name, section, near, range(low, high))
            verified[low:high] = b"\x01" * (high - low)
            return _array(near[first - begin : last - begin], section.dtype)
        data = self._bytes(section, first, last)
        if len(data) < last - first:
            raise self._damaged(name)
        return _array(data, section.dtype)

    def read(self, name: str, start: int, end: int) -> bytes:
        """The elements ``[start, end)`` of an array of bytes, not verified: for those who have
        checksums of their own. Fewer where the file was cut."""
        at = self._section(name).offset
        return self._read(at + start, at + end)

    def get(self, name: str) -> npt.NDArray[Any] | None:
        """An array that not every file has."""
        return self[name] if name in self._sections else None

    def __contains__(self, name: str) -> bool:
        return name in self._sections

    def let_go(self) -> None:
        """Give the memory of what was read back to the system; reading again reads the disk.

        For those who read everything once. The arrays stay valid.
        """
        if self._map is not None:
            let_go(self._map)

    def is_changed(self) -> bool:
        """Whether the file is not as it was when it was opened: cut, or written into."""
        return self._stamp_now() != self._stamp

    def damaged(self) -> tuple[str, ...]:
        """The names of the arrays that are not what was written, in the order of the file.

        Reads everything, whatever was verified before. Bytes between arrays count as one.
        """
        found: dict[str, None] = {}
        end = len(_MAGIC)
        # An empty array stands where the next one begins.
        in_order = sorted(self._sections.items(), key=lambda item: (item[1].offset, item[1].size))
        for name, section in in_order:
            if any(self._read(end, section.offset)):
                found[_PADDING] = None
            for number, first, last in section.stretches(0, section.size_bytes):
                if zlib.crc32(self._read(first, last)) != section.checksums[number]:
                    found[name] = None
            end = section.offset + section.size_bytes
        if any(self._read(end, self._directory_at)):
            found[_PADDING] = None
        return tuple(found)

    def verify(self) -> None:
        """Raise IndexBrokenError where anything is not what was written. Reads everything once."""
        if self._is_verified:
            return
        damaged = self.damaged()
        if damaged:
            raise self._damaged(damaged[0])
        for name, section in self._sections.items():
            self._verified[name] = bytearray(b"\x01" * len(section.checksums))
        self._is_verified = True

    def _read(self, start: int, end: int) -> bytes:
        try:
            return read_at(self._descriptor, max(0, end - start), start)
        except OSError as error:
            raise unreadable(self.path, error) from error

    def _section(self, name: str) -> _Section:
        try:
            return self._sections[name]
        except KeyError:
            raise broken(self.path, f"has no {name}") from None

    def _bytes(self, section: _Section, start: int, end: int) -> memoryview:
        """The bytes [start, end) of an array. Fewer where the file was cut."""
        if self._map is not None:
            return memoryview(self._map)[section.offset + start : section.offset + end]
        return memoryview(self._read(section.offset + start, section.offset + end))

    def _verify(self, name: str, section: _Section, data: memoryview, stretches: range) -> None:
        """Hold some stretches of an array to their checksums; ``data`` are their bytes."""
        for place, number in enumerate(stretches):
            stretch = data[place * _STRETCH_BYTES : (place + 1) * _STRETCH_BYTES]
            if zlib.crc32(stretch) != section.checksums[number]:
                raise self._damaged(name)

    def _damaged(self, name: str) -> IndexBrokenError:
        return broken(self.path, f"is damaged in {name}")

    def _stamp_now(self) -> tuple[int, int]:
        status = os.fstat(self._descriptor)
        return status.st_size, status.st_mtime_ns


def _array(data: memoryview, dtype: np.dtype[Any]) -> npt.NDArray[Any]:
    # An empty buffer is none to numpy.
    return np.frombuffer(data, dtype) if len(data) else np.empty(0, dtype)


def _section(record: Any, end: int) -> _Section:
    """An entry of the directory. Raises ValueError or TypeError where it cannot be one."""
    dtype, count, offset, checksums = record
    section = _Section(np.dtype(dtype), count, offset, checksums)
    numbers = (count, offset, *checksums)
    if (
        section.dtype.kind not in _KINDS
        or not all(type(number) is int and number >= 0 for number in numbers)
        or offset + section.size_bytes > end
        or len(checksums) != -(-section.size_bytes // _STRETCH_BYTES)
    ):
        raise ValueError(f"no array: {record}")
    return section
