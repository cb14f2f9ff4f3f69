"""How was a query understood, and how much of what it finds has it word for word?"""

from __future__ import annotations

from collections.abc import Iterator
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


def literal_total(reader: Reader, asked: EngineRequest, total: int) -> int:
    """How many of the ``total`` passages found have the items as they are written."""
    match = literally(asked.query.match)
    if match == asked.query.match or not total:
        return total
    query = replace(asked.query, match=match)
    return reader.search(
        replace(asked, query=query, offset=0, limit=0, facets=False, named=False)
    ).total


def _is_words_of(child: Node, beside: tuple[Node, ...]) -> bool:
    """Whether a child of an Or is an item's words, beside the item as it is written."""
    return (
        isinstance(child, And)
        and isinstance(beside[0], Literal | Alike)
        and all(isinstance(word, Word) for word in _firsts(child))
    )


def _firsts(words: And) -> Iterator[Node]:
    return (child.children[0] if isinstance(child, Or) else child for child in words.children)
