"""Find the passages with most of what was asked for, where nothing has all of it.

Partial matches are offered beside a search that found nothing; they are never counted as found.
What is asked for weighs as much as it tells: by its inverse document frequency (Spärck Jones 1972),
so that a passage with one rare word comes before one with two that stand everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from ..analysis.equivalence import simplified
from ..analysis.text import fold
from ..analysis.words import Analyzer, characters, pairs
from ..budget import current
from ..documents.document import Passage
from ..index.engine import Asking, EngineRequest, Reader
from ..query.nodes import Alike, And, Every, Literal, Node, Or, Part, Query, Word

_SHOWN = 5
_LOOKED_AT = 120
"""So many passages that have any part, the best by score, are compared by what they have."""
_PARTS = 48
"""With more parts nothing is offered: to compare them would take longer than the search."""
_AROUND = 0.3
"""What a part weighs that stands in the title or a heading of a passage, and not in itself."""
_SINGLE = 0.5
"""What a single character weighs of its rarity: as a word it is rare, in other words it is not."""
_MOST = 4
"""The power of the share that a passage has, by which its score counts: most of it was wanted."""
_SCORED_CHARS = 1000


@dataclass(frozen=True, slots=True)
class Closest:
    """A passage with some of the parts of a query, as they were written."""

    passage: Passage
    score: float
    has: tuple[str, ...]
    lacks: tuple[str, ...]


def closest_passages(reader: Reader, request: EngineRequest) -> Asking[tuple[Closest, ...]]:
    """The passages with most of a query that has 2 to 48 parts, best first.

    What the query excludes, its fields and the filters hold for them too. The score counts by
    the share that a passage has of what tells something.
    """
    parts = request.query.parts
    if not 2 <= len(parts) <= _PARTS or current().is_spent():
        return ()
    query = _of_parts(request.query, parts, reader.analyzer)
    asked = replace(
        request,
        query=query,
        sort="relevance",
        offset=0,
        limit=_LOOKED_AT,
        facets=False,
        named=False,
        by_document=False,
    )
    hits = (yield [asked])[0].hits
    if not hits or current().is_spent():
        return ()
    explained = reader.explain(query, hits[0][0].passage_id)
    rarity = {term.term: term.idf for term in explained.terms if term.field == "words"}
    weights = [_weight(part, rarity, reader.analyzer) for part in parts]
    texts: dict[str, tuple[float, float, Passage, float]] = {}
    for passage, score in hits:
        share = _share(passage, parts, weights)
        # What stands in several documents is looked at once.
        texts.setdefault(passage.sha256, (-(share**_MOST) * score, -share, passage, score))
    ranked = sorted(texts.values(), key=lambda one: one[:2])
    compared = [
        Closest(
            passage,
            score,
            tuple(dict.fromkeys(part.text for part in parts if _has(part, passage))),
            tuple(dict.fromkeys(part.text for part in parts if not _has(part, passage))),
        )
        for _, _, passage, score in ranked[:_SHOWN]
    ]
    # Beside one that lacks a single thing, those that lack much are far off.
    nearly = any(len(closest.lacks) == 1 for closest in compared)
    most = max(1, len(parts) // 3) if nearly else len(parts)
    return tuple(closest for closest in compared if len(closest.lacks) <= most)


def _of_parts(query: Query, parts: tuple[Part, ...], analyzer: Analyzer) -> Query:
    """A query for any of some parts, scored by their words alone, each once."""
    match: Node = Or(tuple(part.match for part in parts))
    if not isinstance(query.rest, Every):
        match = And((match, query.rest))
    texts = dict.fromkeys(text for part in parts for text in _texts(part.match))
    folded = "\n".join(texts)[:_SCORED_CHARS]
    whole = "\n".join(query.literals[:1])[:_SCORED_CHARS]
    return replace(
        query,
        match=match,
        words=tuple(dict.fromkeys(analyzer.words(folded))),
        pairs=tuple(dict.fromkeys((*pairs(folded), *pairs(whole)))),
        characters=tuple(dict.fromkeys(characters(folded))),
    )


def _texts(node: Node) -> Iterator[str]:
    """The texts, any of which a node asks for, in simplified script where any will do."""
    match node:
        case Literal(text) | Word(text):
            yield text
        case Alike(same):
            yield "".join(simplified(characters[0]) for characters in same)
        case Or(children) | And(children):
            for child in children:
                yield from _texts(child)


def _weight(part: Part, rarity: Mapping[str, float], analyzer: Analyzer) -> float:
    """How much a part tells: the rarity of the rarest word of the commonest text for it."""
    texts = (
        max((rarity[word] for word in analyzer.words(text) if word in rarity), default=0.0)
        for text in _texts(part.match)
    )
    known = [weight for weight in texts if weight]
    weight = min(known, default=max(rarity.values(), default=0.0) or 1.0)
    return weight * _SINGLE if len(part.text) == 1 else weight


def _share(passage: Passage, parts: tuple[Part, ...], weights: list[float]) -> float:
    """Of all that the parts weigh, how much a passage has."""
    text = fold(passage.text)
    around = fold(" ".join((passage.title or "", *passage.headings)))
    has = 0.0
    for part, weight in zip(parts, weights, strict=True):
        if _stands(part.match, text):
            has += weight
        elif _stands(part.match, around):
            has += weight * _AROUND
    return has / (sum(weights) or 1.0)


def _stands(node: Node, folded: str) -> bool:
    """Whether what a node asks for stands in a folded text, words anywhere."""
    match node:
        case Literal(text) | Word(text):
            return text in folded
        case Or(children):
            return any(_stands(child, folded) for child in children)
        case And(children):
            return all(_stands(child, folded) for child in children)
        case Every():
            return True
    matches = getattr(node, "matches", None)
    return matches is not None and bool(matches(folded))


def _has(part: Part, passage: Passage) -> bool:
    return _stands(part.match, fold(passage.text))
