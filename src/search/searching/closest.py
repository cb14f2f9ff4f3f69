"""Find the passages that come closest where nothing has all that was asked for, and what they lack.

Partial matches are offered beside a search that found nothing; they are never counted as found.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations
from math import comb

from ..budget import current
from ..documents.document import Passage
from ..index.engine import EngineRequest, Reader
from ..query.nodes import And, Every, Node, Or, Part, Query

_SHOWN = 3
_LOOKED_AT = 8
"""So many passages that have any part are compared by how many they have."""
_PARTS = 24
"""With more parts nothing is offered: to compare them would take longer than the search."""
_NODES = 200
"""The largest tree that asks for some number of the parts, whichever they are."""


@dataclass(frozen=True, slots=True)
class Closest:
    """A passage with some of the parts of a query, as they were written."""

    passage: Passage
    score: float
    has: tuple[str, ...]
    lacks: tuple[str, ...]


def closest_passages(reader: Reader, request: EngineRequest) -> tuple[Closest, ...]:
    """The passages with most parts of a query that has 2 to 24, the more relevant first.

    What the query excludes, its fields and the filters hold for them too.
    """
    parts = request.query.parts
    if not 2 <= len(parts) <= _PARTS:
        return ()
    for wanted in _fewer_and_fewer(parts):
        asked = replace(
            request,
            query=replace(request.query, match=_with_rest(wanted, request.query.rest)),
            sort="relevance",
            offset=0,
            limit=_LOOKED_AT,
            facets=False,
            named=False,
        )
        if current().is_spent():
            return ()
        found = [
            _compared(reader, request.query, parts, passage, score)
            for passage, score in reader.search(asked).hits
        ]
        if found:
            # The order of equals stays: by score.
            return tuple(sorted(found, key=lambda closest: -len(closest.has))[:_SHOWN])
    return ()


def _fewer_and_fewer(parts: tuple[Part, ...]) -> Iterator[Node]:
    """Trees for all parts but one, all but two ... as far as that is few nodes; then for any."""
    nodes = [part.match for part in parts]
    for count in range(len(nodes) - 1, 1, -1):
        if comb(len(nodes), count) * count > _NODES:
            break
        yield Or(tuple(And(some) for some in combinations(nodes, count)))
    yield Or(tuple(nodes))


def _with_rest(node: Node, rest: Node) -> Node:
    return node if isinstance(rest, Every) else And((node, rest))


def _compared(
    reader: Reader, query: Query, parts: tuple[Part, ...], passage: Passage, score: float
) -> Closest:
    asked = replace(query, match=Or(tuple(part.match for part in parts)))
    children = reader.explain(asked, passage.passage_id).match.children
    compared = list(zip(parts, children, strict=True))
    return Closest(
        passage,
        score,
        tuple(dict.fromkeys(part.text for part, found in compared if found.matches)),
        tuple(dict.fromkeys(part.text for part, found in compared if not found.matches)),
    )
