"""Which records stand beside the versions of an index? Few, by name, changed by compare-and-set.

They are in an index of their own (``<name>-control``), because they outlive every version.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from opensearchpy import exceptions as client_errors

from .chunks import pack, unpack
from .connection import Connection
from .failures import translated

_BODY = {
    "settings": {"index": {"number_of_shards": 1, "auto_expand_replicas": "0-2"}},
    "mappings": {
        "dynamic": "strict",
        "properties": {"record": {"type": "keyword", "index": False, "doc_values": False}},
    },
}


@dataclass(frozen=True, slots=True)
class Kept:
    """A record as it was read or written: its value, and which write made it."""

    value: dict[str, Any]
    seq_no: int
    primary_term: int


def read_kept(connection: Connection, name: str) -> Kept | None:
    """The record of a name, None where there is none."""
    with translated(connection.place, connection.addresses):
        try:
            found = connection.client.get(
                index=connection.control_index, id=name, params={"realtime": "true"}
            )
        except client_errors.NotFoundError:
            return None
    return Kept(unpack(found["_source"]["record"]), found["_seq_no"], found["_primary_term"])


def keep(
    connection: Connection, name: str, value: dict[str, Any], *, over: Kept | None
) -> Kept | None:
    """Write a record over the one that was read (None: there was none); None where it is another.

    ``value`` must differ from every other that may be written, so that a repeated attempt is known.
    """
    params: dict[str, Any] = {}
    if over is None:
        _make_index(connection)
        params["op_type"] = "create"
    else:
        params.update(if_seq_no=over.seq_no, if_primary_term=over.primary_term)
    with translated(connection.place, connection.addresses):
        try:
            written = connection.client.index(
                index=connection.control_index,
                id=name,
                body={"record": pack(value)},
                params=params,
            )
        except client_errors.ConflictError:
            there = read_kept(connection, name)
            return there if there is not None and there.value == value else None
    return Kept(value, written["_seq_no"], written["_primary_term"])


def remove_kept(connection: Connection, name: str) -> None:
    """Drop a record, if it is there."""
    with translated(connection.place, connection.addresses):
        try:
            connection.client.delete(index=connection.control_index, id=name)
        except client_errors.NotFoundError:
            return


def _make_index(connection: Connection) -> None:
    with translated(connection.place, connection.addresses):
        try:
            connection.client.indices.create(index=connection.control_index, body=_BODY)
        except client_errors.RequestError as error:
            if error.error != "resource_already_exists_exception":
                raise
