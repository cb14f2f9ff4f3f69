"""A small sample of ``make prove-cluster``: a node is killed while others write and read."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from cluster.faults import Faults
from cluster.nodes import Cluster


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
