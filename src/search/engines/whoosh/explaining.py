"""Why does a passage match, and of what is its score made? The same numbers, looked up for one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...analysis.text import fold
from ...budget import current
from ...documents.document import Passage
from ...index.answers import Explanation, NodeMatch, TermShare
from ...query.alike import Alike
from ...query.nodes import And, InField, Literal, Near, Node, Not, Or, Query
from ...query.wildcards import Wildcard
from ..formula import scored_terms
from .compile import compile_match
from .matching import as_numbers, match_units
from .ranking import idf, impacts
from .segment import Segment
from .snapshot import Snapshot


def explain(snapshot: Snapshot, segment: Segment, number: int, query: Query) -> Explanation:
    """The explanation of one passage of a segment, given by its number."""
    document = segment.document_of(number)
    fields = {
        **{name: (getattr(segment.text, name), number) for name in ("words", "pairs")},
        "characters": (segment.text.characters, number),
        "title": (segment.title, document),
        "headings": (segment.headings, int(segment.section_of[number])),
    }
    shares = []
    budget = current()
    for name, text, boost in scored_terms(query):
        budget.spend()
        term = text.encode("utf-8", "surrogatepass")
        field, unit = fields[name]
        count = int(field.postings(term).counts_in(np.array([unit], np.uint32))[0])
        length = int(field.lengths[unit])
        rarity = idf(snapshot.field_units[name], snapshot.frequency(name, term))
        impact = 0.0
        if count:
            one = np.array([count]), np.array([length])
            impact = float(impacts(*one, snapshot.mean_lengths[name])[0])
        shares.append(
            TermShare(
                field=name,
                term=text,
                frequency=count,
                length=length,
                idf=rarity,
                weight=boost,
                share=boost * rarity * impact,
            )
        )
    passage = segment.passage(number)
    return Explanation(
        passage_id=passage.passage_id,
        match=_Passage(segment, number, passage, fold(passage.text)).explained(query.match),
        score=sum(share.share for share in shares),
        terms=tuple(shares),
    )


@dataclass(frozen=True, slots=True)
class _Passage:
    """One passage, looked at by itself: what a search looks for in an index stands in its text."""

    segment: Segment
    number: int
    passage: Passage
    folded: str

    def explained(self, node: Node) -> NodeMatch:
        """What is above leaves follows from them."""
        match node:
            case And(children):
                below = tuple(map(self.explained, children))
                return NodeMatch(node, all(child.matches for child in below), below)
            case Or(children):
                below = tuple(map(self.explained, children))
                return NodeMatch(node, any(child.matches for child in below), below)
            case Not(child):
                inner = self.explained(child)
                return NodeMatch(node, not inner.matches, (inner,))
        current().spend()
        return NodeMatch(node, self._has(node))

    def _has(self, node: Node) -> bool:
        match node:
            case Literal(text):
                return text in self.folded
            case Alike() | Near() | Wildcard():
                return node.matches(self.folded)
            case InField(field, text):
                value = getattr(self.passage, field)
                if value is None:
                    return False
                folded = fold(value)
                return text.text in folded if isinstance(text, Literal) else text.matches(folded)
        units = as_numbers(match_units(compile_match(node), self.segment.text))
        place = int(np.searchsorted(units, self.number))
        return place < len(units) and int(units[place]) == self.number
