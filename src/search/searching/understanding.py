"""The part of a query's tree that matches word for word."""

from __future__ import annotations

from collections.abc import Iterator

from ..query.alike import Alike
from ..query.nodes import And, Literal, Node, Not, Or, Word


def literally(node: Node) -> Node:
    """A tree in which items match only as they are written, not by all their words.

    The same tree where it asks for nothing else.
    """
    match node:
        case And(children):
            return And(tuple(map(literally, children)))
        case Or(children):
            written = tuple(child for child in children if not _is_words_of(child, children))
            below = tuple(map(literally, written))
            return below[0] if len(below) == 1 else Or(below)
        case Not(child):
            # What is excluded stays excluded as it was.
            return Not(child)
        case _:
            return node


def _is_words_of(child: Node, beside: tuple[Node, ...]) -> bool:
    """Whether a child of an Or is an item's words, beside the item as it is written."""
    return (
        isinstance(child, And)
        and isinstance(beside[0], Literal | Alike)
        and all(isinstance(word, Word) for word in _firsts(child))
    )


def _firsts(words: And) -> Iterator[Node]:
    return (child.children[0] if isinstance(child, Or) else child for child in words.children)
