"""Bytes in compressed blocks: written aside while a segment is made, read with their checksums."""

from __future__ import annotations

import contextlib
import json
import tempfile
import threading
import zlib
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterator
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import zstandard

from .container import ArrayFile, ArrayFileWriter, Ints, broken

_IN_MEMORY_BYTES = 1 << 20
_PART_BYTES = 1 << 18


class Spills:
    """Places to wait in a folder. Leaving the context forgets everything in them.

    The arrays of a file come one after another, but those of a field are made together, and so are
    texts and records: all but one must wait. The files have no name in the folder, so that nothing
    is left of a dead process.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open = contextlib.ExitStack()

    def __enter__(self) -> Spills:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Forget everything."""
        self._open.close()

    def new(self) -> Spill:
        """One more place."""
        file = tempfile.SpooledTemporaryFile(_IN_MEMORY_BYTES, prefix=".", dir=str(self._folder))  # noqa: SIM115
        return Spill(self._open.enter_context(file))


class Spill:
    """Collects bytes and gives them back in order."""

    def __init__(self, file: tempfile.SpooledTemporaryFile[bytes]) -> None:
        self._file = file
        self.size = 0

    def close(self) -> None:
        """Forget everything before the others do."""
        self._file.close()

    def add(self, data: Ints | bytes) -> None:
        """Append bytes, an array of dtype uint8."""
        self._file.write(data if isinstance(data, bytes) else data.data)
        self.size += len(data)

    def parts(self) -> Iterator[Ints]:
        """Everything, in arrays of dtype uint8."""
        self._file.seek(0)
        while part := self._file.read(_PART_BYTES):
            yield np.frombuffer(part, np.uint8)

    def take(self, dtype: npt.DTypeLike) -> Ints:
        """Everything as one array of a type, forgotten here."""
        result = np.empty(self.size // np.dtype(dtype).itemsize, dtype)
        into, place = result.view(np.uint8), 0
        for part in self.parts():
            into[place : place + len(part)] = part
            place += len(part)
        self.close()
        return result


BLOCK_BYTES = 2_048
"""About the size of a block before compression."""

_LEVEL = 3
_DICTIONARY_BYTES = 65_536
_TRAINED_ON = 1_024
"""Blocks. Training takes 0.15 s; twice the number makes the blocks 1 % smaller."""
_DICTIONARY_FROM = 256
"""Fewer blocks are smaller without a dictionary than with one."""


class BlocksWriter:
    """Compresses blocks as they come. They wait in ``spill`` until they are written."""

    def __init__(self, spill: Spill) -> None:
        self._waiting: list[bytes] = []
        self._compressor: zstandard.ZstdCompressor | None = None
        self._dictionary = b""
        self._blocks = spill
        self._ends = array("Q", [0])
        self._checksums = array("I")

    def append(self, block: bytes) -> None:
        """Add one block at the end."""
        if self._compressor is not None:
            self._compress(self._compressor, block)
            return
        self._waiting.append(block)
        if len(self._waiting) == 2 * _TRAINED_ON:
            self._start()

    def write(self, file: ArrayFileWriter, name: str) -> None:
        """Write all blocks as the arrays ``name.*``, and forget them."""
        if self._compressor is None:
            self._start()
        file.add(f"{name}.dictionary", np.frombuffer(self._dictionary, np.uint8))
        file.add(f"{name}.ends", np.array(self._ends, np.uint64))
        file.add(f"{name}.checksums", np.array(self._checksums, np.uint32))
        file.add_parts(f"{name}.blocks", np.uint8, self._blocks.parts())
        self._blocks.close()

    def _compress(self, compressor: zstandard.ZstdCompressor, block: bytes) -> None:
        packed = compressor.compress(block)
        self._checksums.append(zlib.crc32(packed))
        self._blocks.add(packed)
        self._ends.append(self._blocks.size)

    def _start(self) -> None:
        """Decide on the dictionary and compress what waited for it."""
        waiting, self._waiting = self._waiting, []
        if len(waiting) >= _DICTIONARY_FROM:
            samples: list[Any] = waiting[:: -(-len(waiting) // _TRAINED_ON)]
            # Of the samples a dictionary of a hundredth learns most.
            size = min(_DICTIONARY_BYTES, sum(map(len, samples)) // 16)
            try:
                trained = zstandard.train_dictionary(size, samples, level=_LEVEL)
            except zstandard.ZstdError:
                pass  # the samples have too little in common to learn from
            else:
                self._dictionary = trained.as_bytes()
        self._compressor = zstandard.ZstdCompressor(
            level=_LEVEL, dict_data=_as_dictionary(self._dictionary), write_dict_id=False
        )
        for block in waiting:
            self._compress(self._compressor, block)


def block_reader(file: ArrayFile, name: str) -> Callable[[int], bytes]:
    """Gives a block by its number. It raises IndexBrokenError where the block is damaged."""
    of_thread = threading.local()
    ends = checksums = memoryview(b"")
    dictionary: zstandard.ZstdCompressionDict | None = None

    def decompressor() -> zstandard.ZstdDecompressor:
        # One must not be used by two threads at a time.
        nonlocal ends, checksums, dictionary
        if dictionary is None:
            dictionary = _as_dictionary(file[f"{name}.dictionary"].tobytes())
        checksums = memoryview(file[f"{name}.checksums"].data)
        ends = memoryview(file[f"{name}.ends"].data)
        found = of_thread.decompressor = zstandard.ZstdDecompressor(dict_data=dictionary)
        return found

    def read(number: int) -> bytes:
        found: zstandard.ZstdDecompressor | None = getattr(of_thread, "decompressor", None)
        if found is None:
            found = decompressor()
        packed = file.read(f"{name}.blocks", ends[number], ends[number + 1])
        if zlib.crc32(packed) != checksums[number]:
            raise broken(file.path, f"is damaged in block {number} of {name}")
        try:
            block: bytes = found.decompress(packed)
        except zstandard.ZstdError as error:
            raise broken(file.path, f"cannot be read in block {number} of {name}") from error
        return block

    return read


def _as_dictionary(data: bytes) -> zstandard.ZstdCompressionDict | None:
    if not data:
        return None
    return zstandard.ZstdCompressionDict(data, dict_type=zstandard.DICT_TYPE_FULLDICT)


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
