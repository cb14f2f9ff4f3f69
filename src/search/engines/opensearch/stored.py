"""Which documents does a version have, and what leaves it for good?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ...documents.document import Document
from .chunks import batched
from .connection import Connection
from .failures import require_whole, translated
from .schema import document_of
from .state import State, visible
from .tokens import safe

_DOCUMENTS_AT_ONCE = 100


def find_documents(
    connection: Connection, index: str, seen: Mapping[str, Any], ids: Sequence[str]
) -> dict[str, Document]:
    """The documents of these ids, by id; ``seen`` lets through one record of each at most."""
    found: dict[str, Document] = {}
    for some in batched(ids, _DOCUMENTS_AT_ONCE):
        wanted = {"terms": {"document_id": [safe(identity) for identity in some]}}
        for source, _ in _page(connection, index, [seen, wanted], len(some), None):
            document = document_of(source)
            found[document.document_id] = document
    return found


def each_document(connection: Connection, state: State) -> Iterator[Document]:
    """Every document that readers of a state see, by id."""
    after: list[Any] | None = None
    while True:
        page = _page(connection, state.index, [visible(state)], _DOCUMENTS_AT_ONCE, after)
        for source, _ in page:
            yield document_of(source)
        if len(page) < _DOCUMENTS_AT_ONCE:
            return
        after = page[-1][1]


def count_records(connection: Connection, index: str, query: Mapping[str, Any]) -> int:
    """How many records match, of those that were refreshed."""
    with translated(connection.place, connection.addresses):
        answer = connection.client.count(index=index, body={"query": query})
    require_whole(answer, connection.place)
    return int(answer["count"])


def delete_records(connection: Connection, index: str, query: Mapping[str, Any]) -> int:
    """Delete what matches, of what was refreshed, and refresh; how many there were."""
    with translated(connection.place, connection.addresses):
        answer = connection.client.delete_by_query(
            index=index,
            body={"query": query},
            params={
                "refresh": "true",
                "conflicts": "proceed",
                "slices": "auto",
                "scroll_size": 2000,
                "request_timeout": max(600, connection.timeout_s),
            },
        )
    require_whole({"_shards": {"failed": len(answer["failures"])}}, connection.place)
    return int(answer["deleted"])


def refresh(connection: Connection, index: str) -> None:
    """Let searches see all that was written, on every copy that is there."""
    with translated(connection.place, connection.addresses):
        answer = connection.client.indices.refresh(
            index=index, params={"request_timeout": max(120, connection.timeout_s)}
        )
    require_whole(answer, connection.place)


def _page(
    connection: Connection,
    index: str,
    filters: Sequence[Mapping[str, Any]],
    size: int,
    after: Sequence[Any] | None,
) -> list[tuple[dict[str, Any], list[Any]]]:
    """Documents with the values that they are sorted by."""
    body: dict[str, Any] = {
        "size": size,
        "query": {"bool": {"filter": [{"term": {"kind": "document"}}, *filters]}},
        "sort": ["document_id"],
        "_source": ["record"],
        "track_total_hits": False,
    }
    if after is not None:
        body["search_after"] = list(after)
    with translated(connection.place, connection.addresses):
        answer = connection.client.search(index=index, body=body)
    require_whole(answer, connection.place)
    return [(hit["_source"], hit["sort"]) for hit in answer["hits"]["hits"]]
