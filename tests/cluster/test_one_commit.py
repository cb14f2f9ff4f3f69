"""No answer of a cluster mixes two commits, whatever is committed while it is made."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cluster_index import ClusterIndex
from restless import FIRST, SECOND, Turns, torn_in_commands, torn_on_pages, write
from search import open_index
from search.documents.document import Document
from search.engines.opensearch.engine import OpenSearchEngine, OpenSearchReader
from search.engines.opensearch.state import State, read_state, write_state
from unit.web.corpus import ANALYZER

# One of each way to ask; all there are turn to and fro on the embedded engine.
ADDRESSES = (
    "/?q=网格化 管理",
    "/?q=网格化 管理&collapse=1",
    "/?q=“没有的话” 网格化",
    "/p/{passage}/why?q=网格化 管理",
    "/d/{document}?q=网格",
    "/kwic.csv?q=网格",
    "/compare?q=网格&measure=share",
    "/facet/place?q=网格化 管理",
    "/about",
    "/export.jsonl?q=网格",
    "/api/v1/search?q=网格化 管理",
    "/api/v1/suggest?q=网",
    "/quotes",
)
COMMANDS = ("search 网格化", "show {passage}", "export 网格 --format csv", "stats")


@pytest.fixture
def turns(opensearch_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Turns]:
    index = ClusterIndex(opensearch_url)
    try:
        # A commit is one write of the state: here of one of two whose records are all there.
        connection = index.connection()
        states: dict[int, State] = {}
        for documents in (FIRST, SECOND):
            write(index.writer(ANALYZER), documents)
            states[len(documents)] = read_state(connection)

        def commit(documents: tuple[Document, ...]) -> None:
            write_state(connection, states[len(documents)], over=read_state(connection))

        monkeypatch.setenv("DUANSOU_ENGINE", "opensearch")
        monkeypatch.setenv("DUANSOU_OPENSEARCH_URL", opensearch_url)
        monkeypatch.setenv("DUANSOU_OPENSEARCH_NAME", connection.name)
        turning = Turns(monkeypatch, OpenSearchEngine, OpenSearchReader, commit)
        yield turning
        turning.on = False
    finally:
        index.remove()


def test_addresses(turns: Turns) -> None:
    with open_index() as index:
        assert torn_on_pages(turns, index, ADDRESSES) == []


def test_commands(turns: Turns) -> None:
    assert torn_in_commands(turns, COMMANDS) == []
