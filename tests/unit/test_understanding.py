"""How much of what a query finds has it as it is written?"""

from __future__ import annotations

import pytest

from search.query.nodes import Alike, And, Literal, Node, Not, Or, Word
from search.searching.wider import literally

A, B = Literal("网格化管理"), Literal("信访")
WORDS = And((Word("网格化"), Word("管理")))


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (A, A),
        (Or((A, WORDS)), A),
        (And((Or((A, WORDS)), B)), And((A, B))),
        (Or((A, B)), Or((A, B))),
        (And((A, Not(Or((B, WORDS))))), And((A, Not(Or((B, WORDS)))))),
        (Or((A, Alike(("网", "格")), WORDS)), Or((A, Alike(("网", "格"))))),
        (Or((A, And((Or((Word("a"), B)), Word("b"))))), A),
    ],
)
def test_only_what_is_written_is_left(node: Node, expected: Node) -> None:
    assert literally(node) == expected
