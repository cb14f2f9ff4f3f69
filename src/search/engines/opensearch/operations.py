"""What does whoever runs an index do to its versions, while nobody writes?"""

from __future__ import annotations

from .cleaning import clean, expunge, settle
from .connection import Connection
from .control import read_kept, remove_kept
from .failures import missing
from .loading import CHECKPOINT
from .lock import WriterLock
from .versions import Version, list_versions, remove_versions, roll_back, superfluous


def roll_back_locked(connection: Connection, number: int | None = None) -> Version:
    """``versions.roll_back`` while nobody writes; raises IndexBusyError too."""
    lock = WriterLock(connection)
    try:
        settle(connection, lock)
        return roll_back(connection, number)
    finally:
        lock.release()


def clean_up(connection: Connection) -> list[str]:
    """Remove all that readers of the present commit do not need; the versions that went.

    ``connection.keep`` finished versions stay. Raises IndexBusyError, IndexMissingError, and what
    ``failures.translated`` raises.
    """
    lock = WriterLock(connection)
    try:
        state = settle(connection, lock)
        if state is None:
            raise missing(connection.place)
        versions = list_versions(connection)
        useless = set(superfluous(versions, connection.keep))
        useless |= {version.index for version in versions if version.state is None}
        remove_versions(connection, sorted(useless))
        if read_kept(connection, CHECKPOINT) is not None:
            remove_kept(connection, CHECKPOINT)
        clean(connection, state)
        expunge(connection, state.index)
        return sorted(useless)
    finally:
        lock.release()
