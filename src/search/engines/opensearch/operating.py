"""What whoever runs an index does: check it, roll back, clean up, keep and restore snapshots."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from typing import Literal as OneOf

from opensearchpy import exceptions as client_errors

from ...analysis.words import Analyzer
from ...errors import DuansouError, IndexStateError, NotFoundError, UsageError
from .connection import Connection, missing
from .lock import current_holder, read_kept, remove_kept
from .schema import BOOKKEEPING_ROUTING, index_body
from .state import State, batched, joined_json, read_chunks, read_state
from .versions import (
    Version,
    clean,
    count_seen,
    current_index,
    expunge,
    list_versions,
    point,
    remove_versions,
    settled,
    superfluous,
    version_name,
)
from .writer import CHECKPOINT


def roll_back(connection: Connection, number: int | None = None) -> Version:
    """Let readers use an earlier version (or the one of a number); the one left stays.

    Raises IndexBusyError, IndexMissingError where there is no index, NotFoundError for a version
    that is not there or was never finished.
    """
    with settled(connection):
        versions = list_versions(connection)
        current = next((version for version in versions if version.is_current), None)
        if current is None:
            raise missing(connection.place)
        finished = [v for v in versions if v.state is not None and not v.is_current]
        if number is None:
            chosen = next((v for v in reversed(finished) if v.number < current.number), None)
        else:
            chosen = next((v for v in finished if v.number == number), None)
        if chosen is None:
            there = ", ".join(str(version.number) for version in finished) or "none"
            raise NotFoundError(
                "cluster-version-missing",
                place=connection.place,
                there=there,
                number=current.number,
            )
        point(connection, chosen.index)
    return chosen


def clean_up(connection: Connection) -> list[str]:
    """Remove all that readers of the present commit do not need; the versions that went.

    ``connection.keep`` finished versions stay. Raises IndexBusyError, IndexMissingError, and what
    ``Connection.translated`` raises.
    """
    with settled(connection) as (_, state):
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


Verdict = OneOf["ok", "note", "wrong"]

_DISK_FULL_PERCENT = 85
"""From here on OpenSearch puts no further shard on a node, by default."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: a note is worth knowing, what is wrong has to be mended."""

    name: str
    verdict: Verdict
    text: str

    def __str__(self) -> str:
        return f"{self.verdict:>5}  {self.name:<11} {self.text}"


def check(connection: Connection) -> Iterator[Finding]:
    """Look at server, cluster, version, mapping, counts and lock; each finding as it is made.

    Raises IndexMissingError where there is no index, and what ``Connection.translated`` raises.
    """
    yield Finding("server", "ok", f"OpenSearch {connection.server_version}")
    yield from _cluster(connection)
    yield from _disks(connection)
    index = current_index(connection)
    state = read_state(connection)
    versions = list_versions(connection)
    kept = ", ".join(str(version.number) for version in versions if version.state)
    yield Finding("alias", "ok", f"{connection.name} → {index} (kept: {kept})")
    yield from _copies(connection, state.index)
    yield _mapping(connection, state.index)
    yield _analyzer(state)
    yield Finding(
        "generation",
        "ok",
        f"{state.generation}, committed {state.committed_at}, {len(state.dead)} dead documents "
        "for the next writer to remove",
    )
    yield from _counts(connection, state)
    yield from _chunks(connection, state)
    yield from _writers(connection, versions)


def _cluster(connection: Connection) -> Iterator[Finding]:
    with connection.translated():
        health = connection.client.cluster.health()
    verdicts: dict[str, Verdict] = {"green": "ok", "yellow": "note"}
    verdict = verdicts.get(health["status"], "wrong")
    text = f"{health['status']}, {health['number_of_nodes']} nodes"
    if health["unassigned_shards"]:
        text += f", {health['unassigned_shards']} shards without a node: start what is missing"
    yield Finding("cluster", verdict, text)


def _disks(connection: Connection) -> Iterator[Finding]:
    with connection.translated():
        rows = connection.client.cat.allocation(
            params={"format": "json", "h": "node,disk.percent,disk.avail"}
        )
    for row in rows:
        if row["disk.percent"] is None:
            continue
        full = int(row["disk.percent"])
        text = f"{row['node']}: {full} % full, {row['disk.avail']} free"
        yield Finding("disk", "note" if full >= _DISK_FULL_PERCENT else "ok", text)


def _copies(connection: Connection, index: str) -> Iterator[Finding]:
    with connection.translated():
        shards = connection.client.cat.shards(
            index=index, params={"format": "json", "h": "shard,prirep,state"}
        )
        settings = connection.client.indices.get_settings(index=index)[index]["settings"]["index"]
    lost = [s["shard"] for s in shards if s["prirep"] == "p" and s["state"] != "STARTED"]
    waiting = sum(s["prirep"] == "r" and s["state"] != "STARTED" for s in shards)
    text = f"{settings['number_of_shards']} shards, {settings['number_of_replicas']} further copies"
    if lost:
        yield Finding("copies", "wrong", f"{text}; no copy of shard {', '.join(lost)} is there")
    elif waiting:
        yield Finding("copies", "note", f"{text}; {waiting} copies are missing for now")
    else:
        yield Finding("copies", "ok", text)
    blocks = [name for name, value in settings.get("blocks", {}).items() if value == "true"]
    if blocks:
        why = "a disk was nearly full" if "read_only_allow_delete" in blocks else "it was set so"
        yield Finding("writing", "wrong", f"blocked ({', '.join(blocks)}), because {why}")


def _mapping(connection: Connection, index: str) -> Finding:
    """Whether every field is as this Duansou makes it."""
    with connection.translated():
        there = connection.client.indices.get_mapping(index=index)[index]["mappings"]
    expected = index_body(1, 0)["mappings"]["properties"]
    fields = there.get("properties", {})
    strange = sorted(
        {name for name, field in expected.items() if not _within(field, fields.get(name))}
        | (fields.keys() - expected.keys())
    )
    if strange:
        return Finding(
            "mapping",
            "wrong",
            f"other than this Duansou makes it ({', '.join(strange)}): duansou migrate loads it "
            "into a new version",
        )
    return Finding("mapping", "ok", f"{len(expected)} fields as expected")


def _within(expected: Any, there: Any) -> bool:
    """Whether a JSON value has all of another; numbers and truth values may be text."""
    if isinstance(expected, Mapping):
        return isinstance(there, Mapping) and all(
            _within(value, there.get(name, _default(name))) for name, value in expected.items()
        )
    if isinstance(expected, bool):
        return str(there).lower() == str(expected).lower()
    if isinstance(expected, list) and len(expected) == 1 and not isinstance(there, list):
        return _within(expected[0], there)
    return str(expected) == str(there)


def _default(name: str) -> Any:
    """What OpenSearch leaves out of a mapping, since it is so anyway."""
    return {"index_options": "positions", "index": True}.get(name)


def _analyzer(state: State) -> Finding:
    if Analyzer(state.user_words).digest == state.analyzer_digest:
        words = f"{len(state.user_words)} words added" if state.user_words else "shipped"
        return Finding("dictionary", "ok", f"{state.analyzer_digest} ({words})")
    return Finding(
        "dictionary",
        "wrong",
        "made with an older folding or dictionary: move it into a folder with the version that "
        "made it, run duansou upgrade, and move it back",
    )


def _counts(connection: Connection, state: State) -> Iterator[Finding]:
    for kind, expected in state.records.items():
        plural = f"{kind}s"
        try:
            there = count_seen(connection, state, kind)
        except DuansouError as error:
            yield Finding(plural, "wrong", error.message)
            continue
        if there == expected:
            yield Finding(plural, "ok", f"{there}, as committed")
        else:
            yield Finding(
                plural, "wrong", f"{there} of {expected} that were committed: restore a snapshot"
            )


def _chunks(connection: Connection, state: State) -> Iterator[Finding]:
    runs = [run for runs in state.vocabulary.values() for run in runs]
    ids = [identity for run in runs for identity in run]
    missing = 0
    with connection.translated():
        for some in batched(ids, 500):
            body = {"docs": [{"_id": i, "routing": BOOKKEEPING_ROUTING} for i in some]}
            answer = connection.client.mget(body=body, index=state.index, _source=False)
            missing += sum(not found["found"] for found in answer["docs"])
    text = f"{len(ids)} chunks of terms in {len(runs)} runs"
    if missing:
        yield Finding("vocabulary", "wrong", f"{text}, {missing} are missing: restore a snapshot")
    else:
        yield Finding("vocabulary", "ok", text)
    try:
        joined_json(read_chunks(connection, state.index, state.manifest))
    except DuansouError as error:
        yield Finding("manifest", "wrong", error.message)
    except ValueError:
        yield Finding("manifest", "wrong", "it cannot be read: restore a snapshot")
    else:
        yield Finding("manifest", "ok", f"{len(state.manifest)} chunks")


def _writers(connection: Connection, versions: list[Version]) -> Iterator[Finding]:
    holder = current_holder(connection)
    if holder is not None:
        yield Finding("lock", "note", f"held by {holder}")
    else:
        yield Finding("lock", "ok", "free")
    kept = read_kept(connection, CHECKPOINT)
    if kept is not None:
        value = kept.value
        yield Finding(
            "load",
            "note",
            f"{value['index']} has {value['documents']} documents so far: duansou migrate goes on "
            "with it, duansou cluster clean drops it",
        )
    waiting = {kept.value["index"]} if kept is not None else set()
    left = [v.index for v in versions if v.state is None and v.index not in waiting]
    if left and holder is None:
        yield Finding("leftovers", "note", f"{', '.join(left)}: duansou cluster clean drops them")


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
    where not every shard could be kept, and what ``Connection.translated`` raises.
    """
    name = name or f"{connection.name}-{datetime.now(UTC):%Y%m%d-%H%M%S}"
    if not _NAME.fullmatch(name):
        raise UsageError("snapshot-name-unusable", name=name)
    read_state(connection)
    # What a writer that is gone has left must be void before, or would be seen after.
    with settled(connection) as (_, before), connection.translated(), _known(repository):
        state = before or read_state(connection)
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
    if answer["state"] != "SUCCESS":
        raise IndexStateError("snapshot-incomplete", name=name, state=answer["state"])
    return _snapshot(answer)


def list_snapshots(connection: Connection, repository: str) -> list[Snapshot]:
    """The snapshots of this index in a repository, the oldest first."""
    with connection.translated(), _known(repository):
        answer = connection.client.snapshot.get(repository=repository, snapshot="_all")
    return [
        _snapshot(each)
        for each in answer["snapshots"]
        if any(index.startswith(f"{connection.name}-v") for index in each["indices"])
    ]


def restore_snapshot(connection: Connection, repository: str, name: str) -> State:
    """Bring a snapshot back as a new version, which readers then use; the state of it.

    The version before stays, to roll back to. Raises IndexBusyError, NotFoundError for an unknown
    repository or snapshot, and what ``Connection.translated`` raises.
    """
    snapshot = next((s for s in list_snapshots(connection, repository) if s.name == name), None)
    if snapshot is None:
        raise NotFoundError(
            "snapshot-missing", name=name, index=connection.name, repository=repository
        )
    with settled(connection) as (lock, _):
        last = max((version.number for version in list_versions(connection)), default=0)
        index = version_name(connection.name, last + 1)
        with connection.translated():
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
            raise IndexStateError("snapshot-not-restored", name=name)
        state = read_state(connection, index)
        lock.require()
        point(connection, index)
        remove_versions(connection, superfluous(list_versions(connection), connection.keep))
    return state


@contextlib.contextmanager
def _known(repository: str) -> Iterator[None]:
    """Turn what the client says of an unknown repository into our error."""
    try:
        yield
    except client_errors.NotFoundError as error:
        if error.error != "repository_missing_exception":
            raise
        raise NotFoundError("snapshot-repository-missing", repository=repository) from error


def _snapshot(answer: dict[str, Any]) -> Snapshot:
    return Snapshot(
        answer["snapshot"],
        next(iter(answer["indices"]), ""),
        answer["state"],
        answer.get("start_time", ""),
    )
