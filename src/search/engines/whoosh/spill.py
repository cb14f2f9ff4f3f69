"""Where do bytes wait that can only be written later? In memory while few, then on the disk."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from .container import Ints

__all__ = ["Spill"]

_IN_MEMORY_BYTES = 1 << 22
_PART_BYTES = 1 << 20


class Spill:
    """Collects bytes and gives them back in order. Leaving the context forgets them.

    The arrays of a file come one after another, but those of a field are made together, so all but
    one must wait. The file has no name in ``folder``, so that nothing is left of a dead process.
    """

    def __init__(self, folder: Path) -> None:
        self._file = tempfile.SpooledTemporaryFile(_IN_MEMORY_BYTES, dir=str(folder))  # noqa: SIM115
        self.size = 0

    def __enter__(self) -> Spill:
        return self

    def __exit__(self, *_: object) -> None:
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
