"""Explain a hit: what of the query it matches, and its score term by term."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...analysis.text import fold
from ...budget import current
from ...documents.document import Passage
from ...index.answers import Explanation, NodeMatch, TermShare
from ...query.alike import Alike
from ...query.nodes import InField, Literal, Near, Node, Query
from ...query.wildcards import Wildcard
from ..formula import scored_terms
from .matching import as_numbers, match_units
from .ranking import impacts
from .segment import Segment
from .snapshot import Snapshot


def explain(snapshot: Snapshot, segment: Segment, number: int, query: Query) -> Explanation:
    """The explanation of one passage of a segment, given by its number."""
    shares = []
    budget = current()
    for name, text, boost in scored_terms(query):
        budget.spend()
        term = text.encode("utf-8", "surrogatepass")
        field = segment.scored_fields[name]
        count = int(field.postings(term).counts_in(np.array([number], np.uint32))[0])
        length = int(field.lengths[number])
        rarity = snapshot.rarity(name, term)
        impact = 0.0
        if count:
            one = np.array([count]), np.array([length])
            impact = float(impacts(*one, snapshot.mean_length(name))[0])
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
    alone = _Passage(segment, number, passage, fold(passage.text))
    return Explanation(
        passage_id=passage.passage_id,
        match=NodeMatch.of(query.match, alone.has),
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

    def has(self, node: Node) -> bool:
        """Whether a leaf of a tree matches it."""
        current().spend()
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
        units = as_numbers(match_units(node, self.segment.text))
        place = int(np.searchsorted(units, self.number))
        return place < len(units) and int(units[place]) == self.number
