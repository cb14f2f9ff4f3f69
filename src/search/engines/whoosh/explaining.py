"""Why does a passage match, and of what is its score made? The same numbers, looked up for one."""

from __future__ import annotations

import numpy as np

from ...query import And, Node, Not, Or, Query
from ...results import Explanation, NodeMatch, TermShare
from .compile import compile_match, scored_terms
from .matching import as_numbers, match_units
from .ranking import idf, impacts
from .segment import Segment
from .snapshot import Snapshot

__all__ = ["explain"]


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
    for name, text, boost in scored_terms(query):
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
    return Explanation(
        passage_id=segment.passage(number).passage_id,
        match=_node(segment, number, query.match),
        score=sum(share.share for share in shares),
        terms=tuple(shares),
    )


def _node(segment: Segment, number: int, node: Node) -> NodeMatch:
    """Leaves are asked of the index, as a search does; what is above follows from them."""
    match node:
        case And(children):
            below = tuple(_node(segment, number, child) for child in children)
            return NodeMatch(node, all(child.matches for child in below), below)
        case Or(children):
            below = tuple(_node(segment, number, child) for child in children)
            return NodeMatch(node, any(child.matches for child in below), below)
        case Not(child):
            inner = _node(segment, number, child)
            return NodeMatch(node, not inner.matches, (inner,))
    units = as_numbers(match_units(compile_match(node), segment.text))
    place = int(np.searchsorted(units, number))
    return NodeMatch(node, place < len(units) and int(units[place]) == number)
