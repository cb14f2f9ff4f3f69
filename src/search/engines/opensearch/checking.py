"""Is an index in OpenSearch whole, and what does whoever runs it have to know of it?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from typing import Literal as OneOf

from ...analysis.words import Analyzer
from ...errors import DuansouError
from .chunks import batched, joined_json
from .connection import Connection
from .control import read_kept
from .failures import translated
from .loading import CHECKPOINT
from .lock import current_holder
from .schema import BOOKKEEPING_ROUTING, index_body
from .state import State, read_chunks, read_state, visible
from .stored import count_records
from .versions import Version, current_index, list_versions

Verdict = OneOf["ok", "note", "wrong"]

_DISK_FULL_PERCENT = 85
"""From here on OpenSearch puts no further shard on a node, by default."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: a note is worth knowing, what is wrong has to be mended."""

    name: str
    verdict: Verdict
    text: str


def check(connection: Connection) -> Iterator[Finding]:
    """Look at server, cluster, version, mapping, counts and lock; each finding as it is made.

    Raises IndexMissingError where there is no index, and what ``failures.translated`` raises.
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
    with translated(connection.place, connection.addresses):
        health = connection.client.cluster.health()
    verdicts: dict[str, Verdict] = {"green": "ok", "yellow": "note"}
    verdict = verdicts.get(health["status"], "wrong")
    text = f"{health['status']}, {health['number_of_nodes']} nodes"
    if health["unassigned_shards"]:
        text += f", {health['unassigned_shards']} shards without a node: start what is missing"
    yield Finding("cluster", verdict, text)


def _disks(connection: Connection) -> Iterator[Finding]:
    with translated(connection.place, connection.addresses):
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
    with translated(connection.place, connection.addresses):
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
    with translated(connection.place, connection.addresses):
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
        "segmented with an older dictionary: move it into a folder with the version that made it, "
        "run duansou upgrade, and move it back",
    )


def _counts(connection: Connection, state: State) -> Iterator[Finding]:
    for kind, plural, expected in (
        ("document", "documents", state.documents),
        ("passage", "passages", state.passages),
        ("label", "labels", state.labels),
    ):
        query = {"bool": {"filter": [{"term": {"kind": kind}}, visible(state)]}}
        try:
            there = count_records(connection, state.index, query)
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
    with translated(connection.place, connection.addresses):
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
