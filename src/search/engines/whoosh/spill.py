"""Hold bytes that can only be written later: in memory while few, then on the disk."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from .container import Ints

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
        file = tempfile.SpooledTemporaryFile(_IN_MEMORY_BYTES, dir=str(self._folder))  # noqa: SIM115
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
