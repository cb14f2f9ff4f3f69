"""How was a query understood, and how much of what it finds has it word for word?"""

from __future__ import annotations

from dataclasses import replace

from ..index.engine import EngineRequest, Reader
from ..query.alike import Alike
from ..query.nodes import And, Literal, Node, Not, Or, Word


def literally(node: Node) -> Node:
    """A tree in which items match only as they are written, not by all their words.

    The same tree where it asks for nothing else.
    """
    match node:
        case And(children):
            return replace(node, children=tuple(map(literally, children)))
        case Or(children):
            written = tuple(child for child in children if not _is_apart(child, children))
            below = tuple(map(literally, written))
            return below[0] if len(below) == 1 else Or(below)
        case Not(child):
            # What is excluded stays excluded as it was.
            return Not(child)
        case _:
            return node


def literal_total(reader: Reader, asked: EngineRequest, total: int) -> int:
    """How many of the ``total`` passages found have the items as they are written."""
    match = literally(asked.query.match)
    if match == asked.query.match or not total:
        return total
    query = replace(asked.query, match=match)
    return reader.search(
        replace(asked, query=query, offset=0, limit=0, facets=False, named=False)
    ).total


def _is_apart(child: Node, beside: tuple[Node, ...]) -> bool:
    """Whether a child of an Or is an item's words or parts, beside the item as it is written."""
    if not isinstance(child, And) or not isinstance(beside[0], Literal | Alike):
        return False
    firsts = (node.children[0] if isinstance(node, Or) else node for node in child.children)
    return child.is_apart or all(isinstance(word, Word) for word in firsts)
