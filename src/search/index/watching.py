"""When have watched files changed, and come to rest? Polled, so that network folders work too."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from ..errors import DuansouError
from ..reading.files import find_files
from ..reading.overrides import SIDECAR

_SHARE = 0.05
"""At most this share of the time is spent looking."""

_Seen = dict[str, tuple[int, int, int]]


class Watcher:
    """Waits for changes below some paths.

    A change counts when nothing has changed for ``rest_s`` seconds, so that a file still being
    copied is not read halfway. ``sleep`` and ``clock`` are those of the module ``time``.
    """

    def __init__(
        self,
        paths: Sequence[Path],
        *,
        rest_s: float = 2.0,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._paths = paths
        self._rest_s = rest_s
        self._sleep = sleep
        self._clock = clock
        self._indexed = self._look()

    def wait(self) -> None:
        """Return once something is other than at the last return and has come to rest."""
        last = self._indexed
        since = self._clock()
        while True:
            started = self._clock()
            seen = self._look()
            now = self._clock()
            if seen != last:
                last, since = seen, now
            elif seen != self._indexed and now - since >= self._rest_s:
                self._indexed = seen
                return
            self._sleep(max(self._rest_s / 2, 0.02, (now - started) / _SHARE))

    def _look(self) -> _Seen:
        """Every file with size, time and inode change; what cannot be looked at is left out."""
        seen: _Seen = {}
        for path in self._paths:
            try:
                root, files, _ = find_files(path)
            except DuansouError:
                continue
            folders = {root}
            for file in files:
                folders.add(file.location.parent)
                _note(seen, file.location)
            for folder in folders:
                _note(seen, folder / SIDECAR)
        return seen


def _note(seen: _Seen, location: Path) -> None:
    try:
        status = location.stat()
    except OSError:
        return
    seen[str(location)] = (status.st_size, status.st_mtime_ns, status.st_ctime_ns)
