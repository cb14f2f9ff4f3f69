"""Ours in a cluster: the same port, the same questions, the index in OpenSearch."""

from __future__ import annotations

from collections.abc import Iterable

from search.analysis.words import Analyzer
from search.config import load_settings
from search.documents.document import Document
from search.engines.opensearch.connection import Connection, connect
from search.engines.opensearch.engine import open_engine
from search.engines.opensearch.writer import open_writer

from ..corpus import Corpus
from .duansou import Duansou


class DuansouCluster(Duansou):
    """The distributed engine; the folder that a system gets is the name of its index here."""

    def __init__(self, urls: Iterable[str], shards: int, replicas: int) -> None:
        super().__init__()
        self._urls = ",".join(urls)
        self._shards, self._replicas = shards, replicas

    def connection(self, folder: str) -> Connection:
        """A connection to the index of this name."""
        return connect(
            load_settings(
                engine="opensearch",
                opensearch_url=self._urls,
                opensearch_name=folder,
                opensearch_shards=self._shards,
                opensearch_replicas=self._replicas,
                opensearch_timeout_s=300,
            )
        )

    def build(self, documents: Iterable[Document], folder: str) -> None:
        """One writer, one commit, as `duansou index` does it."""
        with open_writer(self.connection(folder), Analyzer()) as writer:
            for document in documents:
                writer.put(document)
            writer.commit({})

    def open(self, folder: str, corpus: Corpus) -> None:
        """As the page and the command line do."""
        self._engine = open_engine(self.connection(folder))
