"""What other writings would add to a search that does not count them.

It is asked together with the search: one tree for each kind of other writings that may add
something, and one for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ..analysis.equivalence import Kind
from ..analysis.text import fold
from ..index.engine import EngineRequest, Reader
from ..query.nodes import Literal, Node, Or, Query
from ..query.request import ALL_WRITINGS, SearchRequest
from .results import Wider

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

    def wider(
        self, counts: tuple[int, ...], total: int, parse: Parse, count: Callable[[Node], int]
    ) -> Wider | None:
        """The search with the kinds that add to its ``total`` passages; None where none does.

        ``counts`` are those of ``trees``. Only kinds that add something by themselves; every kind
        where only several together do. ``count`` counts some of several, which nobody foresaw.
        """
        found = dict(zip(self.singly, counts, strict=False))
        adding = tuple(kind for kind in found if found[kind] > total)
        if len(adding) == 1:
            query, passages = self.singly[adding[0]], found[adding[0]]
        elif self.every is None:
            return None
        elif not adding or len(adding) == len(self.singly):
            # All that say something else do add: with the others it is the same.
            query, passages = self.every, counts[-1]
        else:
            query = parse(self.request.with_also(*adding))
            passages = count(query.match)
        added = tuple(e for e in query.equivalents if e not in self.query.equivalents)
        wider = self.request.with_also(*(adding or (ALL_WRITINGS,)))
        return Wider(wider, passages, added) if passages > total else None


def other_writings(
    reader: Reader, parse: Parse, request: SearchRequest, query: Query
) -> OtherWritings:
    """The writings that may add to what ``query``, which is ``request`` parsed, finds."""
    every: Query | None = None
    singly: dict[Kind, Query] = {}
    if request.also != (ALL_WRITINGS,):
        every = parse(request.with_also(ALL_WRITINGS))
        kinds = dict.fromkeys(e.kind for e in every.equivalents)
        for kind in kinds:
            if kind not in request.writings and _may_add(reader, every, kind):
                singly[kind] = parse(request.with_also(kind))
    # One kind may add only with another, which by itself says nothing else.
    is_more = every is not None and any(every.match != q.match for q in singly.values())
    return OtherWritings(request, query, singly, every if is_more else None)


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
    return _occur(reader, others)


def _occur(reader: Reader, characters: set[str]) -> bool:
    """Whether any of some characters stands in any passage; those that do not are remembered."""
    absent: set[str] = reader.once("characters that do not occur", set)
    unknown = characters - absent
    if not unknown:
        return False
    anywhere = Query("", Or(tuple(Literal(character) for character in sorted(unknown))))
    found = reader.search(EngineRequest(anywhere, limit=0, facets=False))
    if not found.total and not found.partial:
        absent |= unknown
    return found.total > 0
