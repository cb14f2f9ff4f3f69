"""How are texts and records stored? Compressed in blocks, so that reading one touches one block.

``Records`` are JSON values found by number; ``Bytes`` are stretches of one long text found by
offset. Both decompress a block of about 16 KB at a time and remember the last few.
"""

from __future__ import annotations

import json
import zlib
from bisect import bisect_right
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from .container import ArrayFile, ArrayFileWriter, broken

__all__ = ["Bytes", "BytesWriter", "Records", "RecordsWriter"]

_BLOCK_BYTES = 16_384
_LEVEL = 6
_BLOCKS_REMEMBERED = 512
"""Decompressing the blocks of ten hits takes longer than finding them. 8 MB of text, and up to
about twice that of records as Python objects, for each kind of record of a large segment."""


class BytesWriter:
    """Collects bytes; ``append`` gives the offset at which they begin."""

    def __init__(self) -> None:
        self._pending = bytearray()
        self._blocks: list[bytes] = []
        self.size = 0

    def append(self, data: bytes) -> int:
        """Add bytes at the end and give their offset."""
        offset = self.size
        self._pending += data
        self.size += len(data)
        while len(self._pending) >= _BLOCK_BYTES:
            self._blocks.append(zlib.compress(self._pending[:_BLOCK_BYTES], _LEVEL))
            del self._pending[:_BLOCK_BYTES]
        return offset

    def write(self, file: ArrayFileWriter, name: str) -> None:
        """Write everything collected as the arrays ``name.*``."""
        if self._pending:
            self._blocks.append(zlib.compress(self._pending, _LEVEL))
            self._pending.clear()
        _write_blocks(file, name, self._blocks)


class Bytes:
    """Reads stretches of what a ``BytesWriter`` wrote."""

    def __init__(self, file: ArrayFile, name: str) -> None:
        self._block = lru_cache(_BLOCKS_REMEMBERED)(_block_reader(file, name))

    def read(self, start: int, end: int) -> bytes:
        """The bytes ``[start, end)``. Raises IndexBrokenError where a block is damaged."""
        if start >= end:
            return b""
        first, last = start // _BLOCK_BYTES, (end - 1) // _BLOCK_BYTES
        data = b"".join(self._block(i) for i in range(first, last + 1))
        return data[start - first * _BLOCK_BYTES : end - first * _BLOCK_BYTES]


class RecordsWriter:
    """Collects JSON values, one line each."""

    def __init__(self) -> None:
        self._pending: list[bytes] = []
        self._pending_bytes = 0
        self._blocks: list[bytes] = []
        self._firsts: list[int] = []
        self._count = 0

    def append(self, value: Any) -> None:
        """Add one value at the end."""
        # ASCII escapes survive lone surrogates, and compression takes their length away.
        self.append_line(json.dumps(value, separators=(",", ":")).encode("ascii"))

    def append_line(self, line: bytes) -> None:
        """Add one value at the end, as ``Records.line`` gave it."""
        if not self._pending:
            self._firsts.append(self._count)
        self._pending.append(line)
        self._pending_bytes += len(line)
        self._count += 1
        if self._pending_bytes >= _BLOCK_BYTES:
            self._flush()

    def write(self, file: ArrayFileWriter, name: str) -> None:
        """Write everything collected as the arrays ``name.*``."""
        self._flush()
        _write_blocks(file, name, self._blocks)
        file.add(f"{name}.firsts", np.array(self._firsts, np.uint32))

    def _flush(self) -> None:
        if self._pending:
            self._blocks.append(zlib.compress(b"\n".join(self._pending), _LEVEL))
            self._pending.clear()
            self._pending_bytes = 0


class Records:
    """Reads the values that a ``RecordsWriter`` wrote."""

    def __init__(self, file: ArrayFile, name: str) -> None:
        block = _block_reader(file, name)
        self._lines = lru_cache(_BLOCKS_REMEMBERED)(lambda number: block(number).split(b"\n"))
        self._firsts = memoryview(file[f"{name}.firsts"].data)

    def __getitem__(self, number: int) -> Any:
        return json.loads(self.line(number))

    def read_range(self, numbers: range) -> list[Any]:
        """Consecutive values, parsed together."""
        values: list[Any] = json.loads(b"[%s]" % b",".join(map(self.line, numbers)))
        return values

    def line(self, number: int) -> bytes:
        """One value as it is stored."""
        block = bisect_right(self._firsts, number) - 1
        line: bytes = self._lines(block)[number - self._firsts[block]]
        return line


def _write_blocks(file: ArrayFileWriter, name: str, blocks: list[bytes]) -> None:
    ends = np.cumsum([0, *(len(block) for block in blocks)], dtype=np.uint64)
    file.add(f"{name}.ends", ends)
    file.add_parts(f"{name}.blocks", np.uint8, (np.frombuffer(b, np.uint8) for b in blocks))


def _block_reader(file: ArrayFile, name: str) -> Callable[[int], bytes]:
    ends, data = file[f"{name}.ends"], file[f"{name}.blocks"]

    def read(number: int) -> bytes:
        try:
            return zlib.decompress(data[int(ends[number]) : int(ends[number + 1])].data)
        except zlib.error as error:
            raise broken(file.path, f"is damaged in block {number} of {name}") from error

    return read
