"""Which query of the cluster is a Duansou query? One clause for each node, matching the same.

A text is a phrase of pairs of adjacent characters: every second pair and the last cover it, and a
pair is far rarer than a character. Distances are asked of single characters, because two pairs may
overlap where two texts do not.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from ...documents.facets import BY_NAME
from ...query.alike import Alike
from ...query.nodes import And, Every, FacetIs, InField, Literal, Near, Node, Not, Or, Query, Word
from ...query.wildcards import Wildcard
from ..formula import K1, scored_terms
from .filters import NOTHING, Clause, has_value
from .patterns import alike_alone, matches_pattern
from .tokens import HOLE, SEPARATOR, exact_characters, exact_pairs, joined, safe, word

EVERYTHING: Clause = {"match_all": {}}

_FARTHEST = 10_000_000
"""No text is longer, so a greater distance asks for no less."""
_NO_TOKEN = HOLE * 2
"""Longer than any character."""
_PAIRS_OF_ALIKE = 200
"""With more pairs of characters that are alike, single characters are asked for."""


@dataclass(frozen=True, slots=True)
class Searched:
    """What is searched: the fields of its words and its text; only passages have all facets."""

    words: str
    text: str
    has_own_facets: bool = True


PASSAGES = Searched("words", "text")
LABELS = Searched("label_words", "label", has_own_facets=False)


def compile_match(node: Node, searched: Searched = PASSAGES) -> Clause:
    """The clause that decides what matches."""
    match node:
        case Every():
            return EVERYTHING
        case Word(term):
            return {"term": {searched.words: word(term)}}
        case InField():
            return _in_field(node)
        case FacetIs(facet, values):
            if BY_NAME[facet].scope == "passage" and not searched.has_own_facets:
                return NOTHING
            return has_value(facet, values)
        case And(children):
            return {"bool": {"filter": [compile_match(child, searched) for child in children]}}
        case Or(children):
            return {"bool": {"should": [compile_match(child, searched) for child in children]}}
        case Not(child):
            return {"bool": {"must_not": [compile_match(child, searched)]}}
        case Literal() | Near() | Alike() | Wildcard():
            return _in_text(node, searched.text)


def scoring_clauses(query: Query, only: frozenset[str] | None = None) -> list[Clause]:
    """The terms that score, as optional clauses; ``only`` leaves all other fields out.

    Lucene's BM25 leaves the constant factor K1 + 1 of the formula out, so the boost has it.
    """
    return [
        {"term": {field: {"value": word(term), "boost": boost * (K1 + 1)}}}
        for field, term, boost in scored_terms(query, only)
    ]


def _in_text(node: Literal | Near | Alike | Wildcard, text: str) -> Clause:
    match node:
        case Literal(""):
            return EVERYTHING
        case Literal(literal):
            return _phrase(literal, text)
        case Near(first, second, distance):
            near = {
                "any_of": {
                    "intervals": [
                        _followed(first, second, distance),
                        _followed(second, first, distance),
                    ]
                }
            }
            return _all(
                *(_phrase(part, text) for part in dict.fromkeys((first, second))),
                {"intervals": {f"{text}_exact": near}},
            )
        case Alike():
            places = _alike(node, text)
            return _all(places, alike_alone(node, f"{text}_folded")) if node.is_whole else places
        case Wildcard(texts):
            return _all(
                *(_phrase(part, text) for part in dict.fromkeys(texts)),
                matches_pattern(node, f"{text}_folded"),
            )


def _in_field(node: InField) -> Clause:
    """Title and author stand in the record of the document, which is asked for its passages."""
    if node.text == Literal(""):
        asked: Clause = {"exists": {"field": f"{node.field}_folded"}}
    else:
        asked = _in_text(node.text, node.field)
    return {"has_parent": {"parent_type": "document", "query": asked}}


def _phrase(literal: str, text: str) -> Clause:
    if SEPARATOR in literal:
        return NOTHING
    if len(literal) == 1:
        return {"term": {f"{text}_exact": safe(literal)}}
    pairs = exact_pairs(literal)
    if len(pairs) == 1:
        return {"term": {f"{text}_pairs": pairs[0]}}
    last = len(pairs) - 1
    covering = (pair if at % 2 == 0 or at == last else HOLE for at, pair in enumerate(pairs))
    return {"match_phrase": {f"{text}_pairs": joined(covering)}}


def _followed(first: str, second: str, distance: int) -> Clause:
    """Two texts in this order, with at most so many characters between."""
    left, right = _run(first), _run(second)
    if first == second:
        # Lucene takes two equal sources together and then lets their places overlap; one that may
        # also be a token that no text has is another source with the same places.
        right = {"any_of": {"intervals": [right, {"match": {"query": _NO_TOKEN}}]}}
    return {
        "all_of": {
            "ordered": True,
            "max_gaps": min(distance, _FARTHEST),
            "intervals": [left, right],
        }
    }


def _run(literal: str) -> Clause:
    tokens = joined(exact_characters(literal))
    return {"match": {"query": tokens, "max_gaps": 0, "ordered": True}}


def _alike(alike: Alike, text: str) -> Clause:
    characters = alike.characters
    if len(characters) == 1:
        return {"terms": {f"{text}_exact": [safe(character) for character in characters[0]]}}
    if all(len(same) == 1 for same in characters):
        return _phrase("".join(characters), text)
    pairs = [[safe(a + b) for a in first for b in second] for first, second in pairwise(characters)]
    if sum(map(len, pairs)) <= _PAIRS_OF_ALIKE:
        return {"intervals": {f"{text}_pairs": _one_of_each(pairs)}}
    single = [[safe(character) for character in same] for same in characters]
    return {"intervals": {f"{text}_exact": _one_of_each(single)}}


def _one_of_each(places: list[list[str]]) -> Clause:
    """One token of each list, side by side."""
    intervals: list[Any] = [
        {"any_of": {"intervals": [{"match": {"query": token}} for token in tokens]}}
        for tokens in places
    ]
    if len(intervals) == 1:
        only: Clause = intervals[0]
        return only
    return {"all_of": {"ordered": True, "max_gaps": 0, "intervals": intervals}}


def _all(*clauses: Clause) -> Clause:
    return {"bool": {"filter": list(clauses)}}
