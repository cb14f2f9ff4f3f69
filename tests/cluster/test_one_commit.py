"""No answer of a cluster mixes two commits, whatever is committed while it is made."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

import pytest
from click.testing import CliRunner

from cluster_index import ClusterIndex
from restless import DOCUMENT, DRAFT, FIRST, PASSAGE, SECOND, Turns, torn, write
from search import open_index
from search.cli import main
from search.documents.document import Document
from search.engines.opensearch.engine import OpenSearchEngine, OpenSearchReader
from search.engines.opensearch.state import State, read_state, write_state
from search.web import create_app
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
        client = create_app(index, config={"TESTING": True}).test_client()

        def answer(address: str) -> str:
            if address == "/quotes":
                return client.post(address, data={"text": DRAFT}).text
            response = client.get(address.format(passage=PASSAGE, document=DOCUMENT))
            assert response.status_code == 200, response.text
            return response.text

        assert torn(turns, ADDRESSES, answer) == []


def test_commands(turns: Turns) -> None:
    def answer(command: str) -> str:
        words = shlex.split(command.format(passage=PASSAGE))
        done = CliRunner().invoke(main, words, catch_exceptions=False)
        assert done.exit_code in (0, 1), done.output
        return done.output

    assert torn(turns, COMMANDS, answer) == []
