"""A small sample of ``make prove-cluster``: a node is killed while others write and read."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from cluster.faults import ANALYZER, Faults, document
from cluster.nodes import Cluster
from cluster_index import ClusterIndex
from search.engines.opensearch.schema import BOOKKEEPING_ROUTING
from search.errors import IndexIncompleteError
from search.index.engine import EngineRequest
from search.query.parser import parse_query


@pytest.fixture(scope="module")
def faults(cluster: Cluster) -> Iterator[Faults]:
    """An index on three nodes."""
    made = Faults(cluster, documents=100)
    yield made
    made.remove()


def test_a_node_killed_during_a_load_loses_nothing_that_was_committed(faults: Faults) -> None:
    faults.check_load(random.Random(1))


def test_a_node_killed_under_searches_makes_no_count_wrong(faults: Faults) -> None:
    faults.check_searches(random.Random(2))


def test_what_is_missing_without_copies_is_told_and_found_again(cluster: Cluster) -> None:
    """Also by a reader that is opened when it is missing already."""
    index, killed = ClusterIndex(",".join(cluster.urls), shards=3, replicas=0), None
    try:
        with index.writer(ANALYZER) as writer:
            for number in range(30):
                writer.put(document(number, 1))
            writer.commit({})
        asked = EngineRequest(parse_query("第", ANALYZER))
        engine, connection = index.engine(), index.connection()
        with engine.reader() as reader:
            whole = reader.search(asked)
            placed = connection.client.search_shards(
                index=connection.name, routing=BOOKKEEPING_ROUTING
            )
            keeper = placed["nodes"][placed["shards"][0][0]["node"]]["name"]
            killed = next(n for n, node in enumerate(cluster.nodes) if node.name != keeper)
            cluster.kill(killed)
            for asked_now in (engine, index.engine()):
                with asked_now.reader() as other:
                    for one in (reader, other):
                        found = one.search(asked)
                        assert found.partial
                        assert 0 < found.total < whole.total
                    with pytest.raises(IndexIncompleteError):
                        other.titles().__next__()
            cluster.restart(killed)
            killed = None
            assert reader.search(asked) == whole
    finally:
        if killed is not None:
            cluster.restart(killed)
        index.remove()
