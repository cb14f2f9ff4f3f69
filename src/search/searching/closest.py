"""Find the passages with most of what was asked for, where nothing has all of it.

Partial matches are offered beside a search that found nothing; they are never counted as found.
What is asked for weighs as much as it tells: by its inverse document frequency (Spärck Jones 1972),
so that a passage with one rare word comes before one with two that stand everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from ..analysis.equivalence import simplified
from ..analysis.text import fold
from ..analysis.words import Analyzer, characters, pairs
from ..budget import current
from ..documents.document import Passage
from ..errors import OverBudgetError
from ..index.engine import Asking, EngineRequest, Reader
from ..query.nodes import Alike, And, Every, Literal, Node, Or, Part, Query, Word
from .snippets import lead_in

_SHOWN = 5
_LOOKED_AT = 60
"""So many passages that have any part, the best by score, are compared by what they have. Each
takes as long as a hit, and twice as many answered no more questions."""
_PARTS = 48
"""With more parts nothing is offered: to compare them would take longer than the search."""
_AROUND = 0.3
"""What a part weighs that stands around a passage (its title, headings, its document's place and
year) and not in it."""
_SINGLE = 0.5
"""What a single character weighs of its rarity: as a word it is rare, in other words it is not."""
_MOST = 4
"""The power of the share that a passage has, by which its score counts: most of it was wanted."""
_SCORED_CHARS = 1000


@dataclass(frozen=True, slots=True)
class Closest:
    """A passage with some of the parts of a query, as they were written.

    ``around`` are those that it lacks and that stand around it.
    """

    passage: Passage
    score: float
    has: tuple[str, ...]
    lacks: tuple[str, ...]
    around: tuple[str, ...]


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
    compared: dict[str, tuple[float, float, Closest]] = {}
    for passage, score in hits:
        # What stands in several documents is looked at once.
        if passage.sha256 not in compared:
            one, share = _compared(passage, score, parts, weights)
            compared[passage.sha256] = (-(share**_MOST) * score, -share, one)
    ranked = sorted(compared.values(), key=lambda each: each[:2])
    best = [_with_lead_in(reader, one, parts) for _, _, one in ranked[:_SHOWN]]
    # Beside one that lacks a single thing, those that lack much are far off.
    absent = [len(closest.lacks) - len(closest.around) for closest in best]
    most = max(1, len(parts) // 3) if min(absent) <= 1 else len(parts)
    return tuple(one for one, missing in zip(best, absent, strict=True) if missing <= most)


def _compared(
    passage: Passage, score: float, parts: tuple[Part, ...], weights: list[float]
) -> tuple[Closest, float]:
    """(what of the parts a passage has, the share of their weight)."""
    text = fold(passage.text)
    year = "" if passage.year is None else f"{passage.year}年"
    near = _folded(passage.title, *passage.headings, *passage.city, year)
    has = dict.fromkeys(part.text for part in parts if _stands(part.match, text))
    lacks = dict.fromkeys(part.text for part in parts if part.text not in has)
    around = _standing(parts, lacks, near)
    share = sum(
        weight if part.text in has else weight * _AROUND
        for part, weight in zip(parts, weights, strict=True)
        if part.text in has or part.text in around
    )
    one = Closest(passage, score, tuple(has), tuple(lacks), around)
    return one, share / (sum(weights) or 1.0)


def _with_lead_in(reader: Reader, one: Closest, parts: tuple[Part, ...]) -> Closest:
    """What stands around a passage with what leads into its list, as far as there is time.

    Only for those that are shown: in a cluster each is a question of its own.
    """
    if len(one.around) == len(one.lacks) or current().is_spent():
        return one
    try:
        lead = lead_in(reader, one.passage)
    except OverBudgetError:
        return one
    found = {*one.around, *_standing(parts, one.lacks, _folded(lead))}
    return replace(one, around=tuple(part for part in one.lacks if part in found))


# Passages of one document have the same title, place and year, and often the same heading.
_fold_again = lru_cache(maxsize=1024)(fold)


def _folded(*texts: str | None) -> str:
    """Texts folded each by itself: nothing stands across two of them."""
    return "\n".join(_fold_again(text) for text in texts if text)


def _standing(parts: tuple[Part, ...], among: Iterable[str], folded: str) -> tuple[str, ...]:
    """Which of some parts a folded text has."""
    found = {part.text for part in parts if _stands(part.match, folded)}
    return tuple(text for text in among if text in found)


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
