"""How is an index kept in a repository of snapshots, and brought back from one?"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from opensearchpy import exceptions as client_errors

from ...errors import IndexStateError, NotFoundError, UsageError
from .cleaning import settle
from .connection import Connection
from .failures import translated
from .lock import WriterLock
from .state import State, read_state
from .versions import list_versions, point, remove_versions, superfluous, version_name

_WAIT_S = 3600
_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,99}")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A snapshot of one version of an index."""

    name: str
    index: str
    state: str
    taken_at: str


def take_snapshot(
    connection: Connection, repository: str, *, name: str | None = None, location: str | None = None
) -> Snapshot:
    """Keep the version in use in a repository; ``location`` makes it one of a folder.

    That folder must be the same on every node, and named in their ``path.repo``. Nobody writes
    meanwhile: shards are kept one after another, and must be of one commit. Raises
    IndexMissingError, IndexBusyError, NotFoundError for an unknown repository, IndexStateError
    where not every shard could be kept, and what ``failures.translated`` raises.
    """
    name = name or f"{connection.name}-{datetime.now(UTC):%Y%m%d-%H%M%S}"
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"{name!r} is no name for a snapshot: small letters, digits, -, _ and . only."
        )
    read_state(connection)
    lock = WriterLock(connection)
    try:
        # What a writer that is gone has left must be void before, or would be seen after.
        state = settle(connection, lock) or read_state(connection)
        with translated(connection.place, connection.addresses), _known(repository):
            snapshots = connection.client.snapshot
            if location is not None:
                body = {"type": "fs", "settings": {"location": location, "compress": True}}
                snapshots.create_repository(repository=repository, body=body)
            answer = snapshots.create(
                repository=repository,
                snapshot=name,
                body={
                    "indices": state.index,
                    "include_global_state": False,
                    "metadata": {"taken_by": "duansou", "name": connection.name},
                },
                params={"wait_for_completion": "true", "request_timeout": _WAIT_S},
            )["snapshot"]
    finally:
        lock.release()
    if answer["state"] != "SUCCESS":
        raise IndexStateError(
            f"The snapshot {name} is not whole ({answer['state']}): look at duansou cluster check, "
            "then take another."
        )
    return _snapshot(answer)


def list_snapshots(connection: Connection, repository: str) -> list[Snapshot]:
    """The snapshots of this index in a repository, the oldest first."""
    with translated(connection.place, connection.addresses), _known(repository):
        answer = connection.client.snapshot.get(repository=repository, snapshot="_all")
    return [
        _snapshot(each)
        for each in answer["snapshots"]
        if any(index.startswith(f"{connection.name}-v") for index in each["indices"])
    ]


def restore_snapshot(connection: Connection, repository: str, name: str) -> State:
    """Bring a snapshot back as a new version, which readers then use; the state of it.

    The version before stays, to roll back to. Raises IndexBusyError, NotFoundError for an unknown
    repository or snapshot, and what ``failures.translated`` raises.
    """
    snapshot = next((s for s in list_snapshots(connection, repository) if s.name == name), None)
    if snapshot is None:
        raise NotFoundError(
            f"There is no snapshot {name} of {connection.name} in the repository {repository}: "
            "duansou cluster snapshot --list names those there are."
        )
    lock = WriterLock(connection)
    done = False
    try:
        settle(connection, lock)
        last = max((version.number for version in list_versions(connection)), default=0)
        index = version_name(connection.name, last + 1)
        with translated(connection.place, connection.addresses):
            answer = connection.client.snapshot.restore(
                repository=repository,
                snapshot=name,
                body={
                    "indices": snapshot.index,
                    "include_global_state": False,
                    "include_aliases": False,
                    "rename_pattern": ".+",
                    "rename_replacement": index,
                    "index_settings": {"index.number_of_replicas": connection.replicas},
                },
                params={"wait_for_completion": "true", "request_timeout": _WAIT_S},
            )
        if answer["snapshot"]["shards"]["failed"]:
            remove_versions(connection, [index])
            raise IndexStateError(
                f"Not all of the snapshot {name} could be restored: look at duansou cluster check, "
                "then try again; the version in use is as it was."
            )
        state = read_state(connection, index)
        lock.require()
        point(connection, index)
        remove_versions(connection, superfluous(list_versions(connection), connection.keep))
        done = True
        return state
    finally:
        lock.release(clean=done)


@contextlib.contextmanager
def _known(repository: str) -> Iterator[None]:
    """Turn what the client says of an unknown repository into our error."""
    try:
        yield
    except client_errors.NotFoundError as error:
        if error.error != "repository_missing_exception":
            raise
        raise NotFoundError(
            f"There is no repository {repository} in this cluster: make one with duansou cluster "
            "snapshot --repository NAME --location FOLDER."
        ) from error


def _snapshot(answer: dict[str, Any]) -> Snapshot:
    return Snapshot(
        answer["snapshot"],
        next(iter(answer["indices"]), ""),
        answer["state"],
        answer.get("start_time", ""),
    )
