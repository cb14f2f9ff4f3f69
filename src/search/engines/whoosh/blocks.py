"""Store texts and records compressed in blocks, so that reading one touches one block.

``Records`` are JSON values found by number; ``Bytes`` are stretches of one long text found by
offset. Both decompress a block at a time (see ``compression``) and remember the last few.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from .compression import BLOCK_BYTES, BlocksWriter, block_reader
from .container import ArrayFile, ArrayFileWriter
from .spill import Spill

BLOCKS_REMEMBERED = 2_048
"""4 MB of text, and up to about twice that of records as Python objects, for each kind of record of
a large segment."""

_encoder = json.JSONEncoder(separators=(",", ":"))


class BytesWriter:
    """Collects bytes; ``append`` gives the offset at which they begin."""

    def __init__(self, spill: Spill) -> None:
        self._pending = bytearray()
        self._blocks = BlocksWriter(spill)
        self.size = 0

    def append(self, data: bytes) -> int:
        """Add bytes at the end and give their offset."""
        offset = self.size
        self._pending += data
        self.size += len(data)
        whole = len(self._pending) // BLOCK_BYTES * BLOCK_BYTES
        for start in range(0, whole, BLOCK_BYTES):
            self._blocks.append(bytes(self._pending[start : start + BLOCK_BYTES]))
        del self._pending[:whole]
        return offset

    def write(self, file: ArrayFileWriter, name: str) -> None:
        """Write everything collected as the arrays ``name.*``."""
        if self._pending:
            self._blocks.append(bytes(self._pending))
            self._pending.clear()
        self._blocks.write(file, name)


class Bytes:
    """Reads stretches of what a ``BytesWriter`` wrote."""

    def __init__(self, file: ArrayFile, name: str, remembered: int = BLOCKS_REMEMBERED) -> None:
        self._block = lru_cache(remembered)(block_reader(file, name))

    def read(self, start: int, end: int) -> bytes:
        """The bytes ``[start, end)``. Raises IndexBrokenError where a block is damaged."""
        if start >= end:
            return b""
        first, last = start // BLOCK_BYTES, (end - 1) // BLOCK_BYTES
        data = b"".join(self._block(i) for i in range(first, last + 1))
        return data[start - first * BLOCK_BYTES : end - first * BLOCK_BYTES]

    def forget(self) -> None:
        """Let go of remembered blocks."""
        self._block.cache_clear()


class RecordsWriter:
    """Collects JSON values, one line each."""

    def __init__(self, spill: Spill) -> None:
        self._pending: list[bytes] = []
        self._pending_bytes = 0
        self._blocks = BlocksWriter(spill)
        self._firsts: list[int] = []
        self._count = 0

    def append(self, value: Any) -> None:
        """Add one value at the end."""
        self.append_line(encode_record(value))

    def append_line(self, line: bytes) -> None:
        """Add one value at the end, as ``Records.line`` gave it."""
        if not self._pending:
            self._firsts.append(self._count)
        self._pending.append(line)
        self._pending_bytes += len(line) + 1
        self._count += 1
        if self._pending_bytes >= BLOCK_BYTES:
            self._flush()

    def write(self, file: ArrayFileWriter, name: str) -> None:
        """Write everything collected as the arrays ``name.*``."""
        self._flush()
        self._blocks.write(file, name)
        file.add(f"{name}.firsts", np.array(self._firsts, np.uint32))
        file.add(f"{name}.count", np.array([self._count], np.uint32))

    def _flush(self) -> None:
        if self._pending:
            self._blocks.append(b"\n".join(self._pending))
            self._pending.clear()
            self._pending_bytes = 0


def encode_record(value: Any) -> bytes:
    """A JSON value as a line."""
    # ASCII escapes survive lone surrogates, and compression takes their length away.
    return _encoder.encode(value).encode("ascii")


class Records:
    """Reads the values that a ``RecordsWriter`` wrote."""

    def __init__(self, file: ArrayFile, name: str, remembered: int = BLOCKS_REMEMBERED) -> None:
        block = block_reader(file, name)
        self._file, self._name = file, name
        self._lines = lru_cache(remembered)(lambda number: block(number).split(b"\n"))

    @cached_property
    def _firsts(self) -> memoryview:
        return memoryview(self._file[f"{self._name}.firsts"].data)

    @cached_property
    def count(self) -> int:
        """How many there are."""
        return int(self._file[f"{self._name}.count"][0])

    def __getitem__(self, number: int) -> Any:
        # As text, since of bytes json first finds out how they are encoded.
        return json.loads(self.line(number).decode("ascii"))

    def forget(self) -> None:
        """Let go of remembered blocks."""
        self._lines.cache_clear()

    def line(self, number: int) -> bytes:
        """One value as it is stored."""
        block = bisect_right(self._firsts, number) - 1
        line: bytes = self._lines(block)[number - self._firsts[block]]
        return line
