"""How do named arrays live in one file? Written once in sequence, then only mapped.

    bytes 0..7     magic
    arrays         each starts at a multiple of 64 bytes, little-endian, C order
    directory      JSON: {"arrays": {name: [dtype, count, offset]}, "values": {...}}
    last 24 bytes  offset of the directory (u64), its CRC-32 (u32), its length (u32), magic

Opening reads the last 24 bytes and the directory, whatever the size of the arrays.
"""

from __future__ import annotations

import hashlib
import json
import mmap
import os
import struct
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import numpy.typing as npt

from ...errors import IndexBrokenError

__all__ = [
    "ArrayFile",
    "ArrayFileWriter",
    "Bools",
    "Floats",
    "Ints",
    "broken",
    "smallest_unsigned",
]

Ints = npt.NDArray[Any]
"""One-dimensional array of an integer type."""
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

_MAGIC = b"DUANSOU\x04"
"""The last byte counts changes of what stands in a segment; other files are refused."""
_FOOTER = struct.Struct("<QII8s")
_ALIGNMENT = 64


def broken(path: Path, what: str) -> IndexBrokenError:
    """The error for a damaged file, naming it."""
    return IndexBrokenError(
        f"The index file {path} {what}: index the documents again into an empty folder.",
        zh=f"索引文件 {path} 已损坏：请换一个空文件夹重新索引。",
    )


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
        self._arrays: dict[str, tuple[str, int, int]] = {}
        self._finished = False
        try:
            self._write(_MAGIC)
        except BaseException:
            self.__exit__(None, None, None)
            raise

    def __enter__(self) -> ArrayFileWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
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
        offset, count = self._position, 0
        for part in parts:
            self._write(np.ascontiguousarray(part, dtype=stored).view(np.uint8).data)
            count += part.size
        self._arrays[name] = (stored.str, count, offset)

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


class ArrayFile:
    """The arrays of one file, as read-only views of the mapped file.

    Raises IndexBrokenError where the file is missing, is not ``size_bytes`` long or has no sound
    directory. The contents of the arrays are not checked here: that would read them.
    """

    def __init__(self, path: Path, size_bytes: int) -> None:
        self.path = path
        try:
            with path.open("rb") as file:
                actual = os.fstat(file.fileno()).st_size
                if actual != size_bytes:
                    raise broken(path, f"has {actual} bytes instead of {size_bytes}")
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:
            raise broken(path, f"cannot be read ({error})") from error
        if size_bytes < len(_MAGIC) + _FOOTER.size or self._map[: len(_MAGIC)] != _MAGIC:
            raise broken(path, "is not a segment")
        offset, crc, length, magic = _FOOTER.unpack(self._map[-_FOOTER.size :])
        directory = self._map[offset : offset + length]
        if magic != _MAGIC or zlib.crc32(directory) != crc:
            raise broken(path, "is damaged")
        parsed = json.loads(directory.decode("utf-8", "surrogatepass"))
        self._arrays: dict[str, tuple[str, int, int]] = parsed["arrays"]
        self.values: Mapping[str, Any] = parsed["values"]

    def __getitem__(self, name: str) -> npt.NDArray[Any]:
        dtype, count, offset = self._arrays[name]
        if count == 0:
            return np.empty(0, dtype)
        return np.frombuffer(self._map, dtype, count, offset)

    def let_go(self) -> None:
        """Give the memory of what was read back to the system; reading again reads the disk.

        For those who read everything once. The arrays stay valid.
        """
        if hasattr(mmap, "MADV_DONTNEED"):
            self._map.madvise(mmap.MADV_DONTNEED)

    def get(self, name: str) -> npt.NDArray[Any] | None:
        """An array that not every file has."""
        return self[name] if name in self._arrays else None
