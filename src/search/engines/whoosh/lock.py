"""The writer's lock: one of the operating system, which dies with its process."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import socket
from datetime import UTC, datetime
from pathlib import Path

from ...errors import IndexBusyError

LOCK_NAME = "duansou-writer.lock"


class WriterLock:
    """Exclusive right to write the index in a folder, from construction to ``release``.

    The file stays behind: removing it would let two processes lock two files of the same name.
    Raises IndexBusyError naming the holder. One process counts as two holders, too.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / LOCK_NAME
        self._descriptor: int | None = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = self._read_holder(self._descriptor)
            os.close(self._descriptor)
            self._descriptor = None
            raise IndexBusyError("index-busy", folder=folder, holder=holder) from error
        except OSError:
            # This file system has no locks; writing without one would risk the index.
            os.close(self._descriptor)
            self._descriptor = None
            raise
        try:
            self._write_holder(self._descriptor)
        except OSError:
            # The right must not outlive the failure.
            os.close(self._descriptor)
            self._descriptor = None
            raise

    def release(self) -> None:
        """Let others write. Safe to call twice."""
        if self._descriptor is not None:
            # What the file says is only read while somebody holds the lock.
            with contextlib.suppress(OSError):
                os.ftruncate(self._descriptor, 0)
            os.close(self._descriptor)
            self._descriptor = None

    @staticmethod
    def _write_holder(descriptor: int) -> None:
        holder = json.dumps(
            {
                "pid": os.getpid(),
                "host": socket.gethostname(),
                "since": datetime.now(UTC).isoformat(timespec="seconds"),
            }
        )
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, holder.encode(), 0)

    @staticmethod
    def _read_holder(descriptor: int) -> str:
        try:
            holder = json.loads(os.pread(descriptor, 4096, 0))
            return f"process {holder['pid']} on {holder['host']} since {holder['since']}"
        except (OSError, ValueError, KeyError, TypeError):
            return "another process"
