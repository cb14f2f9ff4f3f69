"""What of a search is found word for word, and what other writings would add to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from ..analysis.equivalence import KINDS, Equivalences, Kind, Synonyms
from ..analysis.text import fold
from ..index.engine import Reader
from ..query.nodes import Alike, And, Every, FacetIs, Literal, Node, Not, Or, Query, Word
from ..query.request import ALL_WRITINGS, SearchRequest
from .results import Wider


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


Parse = Callable[[SearchRequest], Query]


@dataclass(frozen=True, slots=True)
class OtherWritings:
    """A search in the writings that may add to it.

    ``singly`` has its query with each of these kinds by itself; ``every`` with all kinds there are,
    where that is more.
    """

    request: SearchRequest
    query: Query
    singly: Mapping[Kind, Query]
    every: Query | None

    @property
    def trees(self) -> tuple[Node, ...]:
        """What is to be counted for ``wider``."""
        queries = (*self.singly.values(), *((self.every,) if self.every else ()))
        return tuple(query.match for query in queries)

    def wider(self, counts: tuple[int, ...], total: int) -> Wider | None:
        """The search with the kinds that add to its ``total`` passages; None where none does.

        ``counts`` are those of ``trees``. One kind where it alone adds something, else every kind.
        """
        found = dict(zip(self.singly, counts, strict=False))
        adding = tuple(kind for kind in found if found[kind] > total)
        if len(adding) == 1:
            query, passages = self.singly[adding[0]], found[adding[0]]
        elif self.every is None:
            return None
        else:
            query, passages = self.every, counts[-1]
            # All that say something else do add: with the others it is the same.
            adding = adding if len(adding) == len(self.singly) else ()
        added = tuple(e for e in query.equivalents if e not in self.query.equivalents)
        wider = self.request.with_also(*(adding or (ALL_WRITINGS,)))
        return Wider(wider, passages, added) if passages > total else None


def other_writings(
    reader: Reader, parse: Parse, request: SearchRequest, query: Query, synonyms: Synonyms
) -> OtherWritings:
    """The writings that may add to what ``query``, which is ``request`` parsed, finds."""
    every: Query | None = None
    singly: dict[Kind, Query] = {}
    if request.also != (ALL_WRITINGS,) and _has_others(reader, parse, request, query, synonyms):
        every = parse(request.with_also(ALL_WRITINGS))
        for kind in _kinds(every, request):
            if _may_add(reader, every, kind):
                singly[kind] = parse(request.with_also(kind))
    # One kind may add only with another, which by itself says nothing else.
    is_more = every is not None and any(every.match != q.match for q in singly.values())
    return OtherWritings(request, query, singly, every if is_more else None)


def _kinds(query: Query, request: SearchRequest) -> tuple[Kind, ...]:
    """The kinds of other writings that a query has and the request does not count."""
    return tuple(dict.fromkeys(e.kind for e in query.equivalents if e.kind not in request.writings))


def _has_others(
    reader: Reader, parse: Parse, request: SearchRequest, query: Query, synonyms: Synonyms
) -> bool:
    """Whether there may be any; converting between scripts loads dictionaries of 0.1 s, so it is
    only done where another kind has something, or a character in the other script occurs.
    """
    if "script" in request.writings or _script_may_add(reader, query):
        return True
    if not Equivalences(frozenset(KINDS), synonyms).may_apply(fold(query.text)):
        return False
    rest = request.with_also(*(kind for kind in KINDS if kind != "script"))
    return bool(_kinds(parse(rest), request))


def _script_may_add(reader: Reader, query: Query) -> bool:
    """Whether a character that is one with a character of the query in another script stands
    somewhere, told without converting; True for what is asked for in whole converted texts.
    """
    texts = _literal_texts(query.match)
    if texts is None:
        return True
    every = Equivalences(frozenset(KINDS))
    alike = {same for text in texts for characters in every.alike(text) for same in characters}
    return reader.may_have(alike - set("".join(texts)))


def _literal_texts(node: Node) -> list[str] | None:
    """The texts of a tree of texts, words and facets; None where there is anything else in it."""
    match node:
        case Literal(text) | Word(text):
            return [text]
        case And(children) | Or(children):
            texts = [_literal_texts(child) for child in children]
            known = [text for text in texts if text is not None]
            return [each for text in known for each in text] if len(known) == len(texts) else None
        case Not(child):
            return _literal_texts(child)
        case FacetIs() | Every():
            return []
    return None


def _may_add(reader: Reader, query: Query, kind: Kind) -> bool:
    """Whether another writing can occur at all: one of its characters stands somewhere.

    Most collections are in one script, and looking up some characters is much cheaper than looking
    up a sentence in all its writings.
    """
    if kind != "script":
        return True
    written = set(fold(query.text))
    others = {
        character
        for alike in query.alikes
        for same in alike.characters
        for character in same
        if character not in written
    }
    others |= {c for e in query.equivalents for c in e.text if c not in written}
    return reader.may_have(others)
