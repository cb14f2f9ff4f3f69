"""Compress small blocks well, with a dictionary that all blocks of a kind share.

A search reads ten passages from ten places, so blocks are small: 2 KB take some microseconds to
decompress, where one of 16 KB takes ten times as long. What a small block cannot learn from itself
about Chinese prose or about the form of a record, it finds in a dictionary that is trained on the
first blocks of the kind and stored beside them; the two together are smaller than large blocks.

Each block has a CRC-32 of its compressed bytes, which are held to it before they are decompressed:
nothing damaged reaches the decompressor, and no text or record is read that is not as written. It
takes 4 bytes a block as the checksum of zstd itself would, but does not depend on a flag in the
damaged frame.
"""

from __future__ import annotations

import threading
import zlib
from array import array
from collections.abc import Callable
from typing import Any

import numpy as np
import zstandard

from .container import ArrayFile, ArrayFileWriter, broken
from .spill import Spill

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
