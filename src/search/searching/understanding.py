"""The part of a query's tree that matches word for word."""

from __future__ import annotations

from dataclasses import replace

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


def _is_apart(child: Node, beside: tuple[Node, ...]) -> bool:
    """Whether a child of an Or is an item's words or parts, beside the item as it is written."""
    if not isinstance(child, And) or not isinstance(beside[0], Literal | Alike):
        return False
    firsts = (node.children[0] if isinstance(node, Or) else node for node in child.children)
    return child.is_apart or all(isinstance(word, Word) for word in firsts)
