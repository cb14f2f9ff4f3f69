"""Why does a passage match, and of what is its score made? Asked of the cluster as a search is.

Each leaf of the tree is a named clause of one question about one passage; each term's share is read
from the server's own explanation, so that shares add up to the score of a hit but for the rounding
of single precision. ``length`` is exact, while the server scores with a length in one byte: from 40
terms on it differs by at most 1/16.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ...analysis.text import fold
from ...analysis.words import Analyzer, characters, pairs
from ...documents.document import Passage
from ...index.answers import Explanation, NodeMatch, TermShare
from ...query.nodes import And, Node, Not, Or, Query
from ..formula import scored_terms
from .asking import Asking, Question
from .compile import compile_match, scoring_clauses
from .filters import Clause
from .schema import passage_of
from .tokens import word

_WEIGHT = re.compile(r"weight\((\w+):(.*) in \d+\) \[", re.DOTALL)


def explain(
    asking: Asking, analyzer: Analyzer, query: Query, passage_id: str
) -> Explanation | None:
    """The explanation of one passage, None where there is none of this id."""
    leaves = list(dict.fromkeys(_leaves(query.match)))
    named = [
        {"bool": {"filter": [compile_match(leaf)], "_name": str(number)}}
        for number, leaf in enumerate(leaves)
    ]
    why = {"explain": True, "size": 1, "_source": ["record"]}
    asked = list(scored_terms(query))
    answer, counted = asking.ask(
        [
            Question(
                "passage",
                [{"term": {"passage_id": passage_id}}],
                why,
                scored=[*scoring_clauses(query), *named],
            ),
            Question("passage", [], _counting(asked)),
        ]
    )
    hits = answer["hits"]["hits"]
    if not hits:
        return None
    matched = {leaves[int(name)] for name in hits[0].get("matched_queries", ())}
    shares = dict(_shares(hits[0]["_explanation"]))
    rarity = _rarity(counted, asked)
    terms = tuple(_terms(analyzer, asked, passage_of(hits[0]["_source"]), shares, rarity))
    return Explanation(
        passage_id=passage_id,
        match=_node(query.match, matched),
        score=sum(term.share for term in terms),
        terms=terms,
    )


def _leaves(node: Node) -> Iterator[Node]:
    match node:
        case And(children) | Or(children):
            for child in children:
                yield from _leaves(child)
        case Not(child):
            yield from _leaves(child)
        case _:
            yield node


def _node(node: Node, matched: set[Node]) -> NodeMatch:
    match node:
        case And(children):
            below = tuple(_node(child, matched) for child in children)
            return NodeMatch(node, all(child.matches for child in below), below)
        case Or(children):
            below = tuple(_node(child, matched) for child in children)
            return NodeMatch(node, any(child.matches for child in below), below)
        case Not(child):
            inner = _node(child, matched)
            return NodeMatch(node, not inner.matches, (inner,))
    return NodeMatch(node, node in matched)


def _terms(
    analyzer: Analyzer,
    asked: Sequence[tuple[str, str, float]],
    passage: Passage,
    shares: Mapping[tuple[str, str], tuple[float, float]],
    rarity: Mapping[tuple[str, str], float],
) -> Iterator[TermShare]:
    folded = fold(passage.text)
    texts = {
        "words": analyzer.terms(folded),
        "pairs": pairs(folded),
        "characters": characters(folded),
        "title": analyzer.terms(fold(passage.title or "")),
        "headings": [t for text in passage.headings for t in analyzer.terms(fold(text))],
    }
    for name, term, boost in asked:
        share, idf = shares.get((name, word(term)), (0.0, 0.0))
        yield TermShare(
            field=name,
            term=term,
            frequency=texts[name].count(term),
            length=len(texts[name]),
            idf=idf or rarity[name, term],
            weight=boost,
            share=share,
        )


def _shares(
    explanation: Mapping[str, Any],
) -> Iterator[tuple[tuple[str, str], tuple[float, float]]]:
    """((field, token), (share, idf)) of each term that scores in the passage."""
    found = _WEIGHT.match(explanation["description"])
    if found is None:
        for part in explanation.get("details", ()):
            yield from _shares(part)
        return
    yield (found[1], found[2]), (float(explanation["value"]), _idf(explanation))


def _idf(explanation: Mapping[str, Any]) -> float:
    if str(explanation["description"]).startswith("idf,"):
        return float(explanation["value"])
    return max(map(_idf, explanation.get("details", ())), default=0.0)


def _counting(terms: Sequence[tuple[str, str, float]]) -> dict[str, Any]:
    """Asks in how many passages each term is, and each of their fields.

    All are asked for, whether the passage has them or not: so the server has counted them already
    when the next passage is explained.
    """
    having: dict[str, Clause] = {
        str(number): {"term": {field: word(term)}} for number, (field, term, _) in enumerate(terms)
    }
    having |= {field: {"exists": {"field": field}} for field, _, _ in terms}
    return (
        {"size": 0, "aggs": {"having": {"filters": {"filters": having}}}} if having else {"size": 0}
    )


def _rarity(
    counted: Mapping[str, Any], terms: Sequence[tuple[str, str, float]]
) -> dict[tuple[str, str], float]:
    """The idf of terms, from how many passages have them."""
    if not terms:
        return {}
    counts = {
        name: bucket["doc_count"]
        for name, bucket in counted["aggregations"]["having"]["buckets"].items()
    }
    return {
        (field, term): _inverse(counts[field], counts[str(number)])
        for number, (field, term, _) in enumerate(terms)
    }


def _inverse(units: int, frequency: int) -> float:
    return math.log(1 + (units - frequency + 0.5) / (frequency + 0.5))
