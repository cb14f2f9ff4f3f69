"""An empty index of a cluster for one test, removed afterwards."""

from __future__ import annotations

import secrets

from search.analysis.words import Analyzer
from search.config import load_settings
from search.engines.opensearch.connection import Connection, connect
from search.engines.opensearch.engine import open_engine
from search.engines.opensearch.writer import open_writer
from search.index.engine import Engine, Writer


class ClusterIndex:
    """An index with a name of its own, of two shards, so that counts have to be added up."""

    def __init__(self, url: str, shards: int = 2, replicas: int = 0) -> None:
        self._settings = load_settings(
            engine="opensearch",
            opensearch_url=url,
            opensearch_name=f"test-{secrets.token_hex(6)}",
            opensearch_shards=shards,
            opensearch_replicas=replicas,
        )
        self._connections: list[Connection] = []

    def connection(self) -> Connection:
        """A connection that ``remove`` closes."""
        connection = connect(self._settings)
        self._connections.append(connection)
        return connection

    def engine(self) -> Engine:
        """Reads the index."""
        return open_engine(self.connection())

    def writer(self, analyzer: Analyzer) -> Writer:
        """Changes the index."""
        return open_writer(self.connection(), analyzer)

    def remove(self) -> None:
        """Take all versions away, and close what was opened."""
        connection = self.connection()
        connection.client.indices.delete(index=f"{connection.name}-*", ignore_unavailable=True)
        for opened in self._connections:
            opened.close()
