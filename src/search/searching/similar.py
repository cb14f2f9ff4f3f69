"""Find passages like one: those that share its telling words.

Telling is what stands often here and seldom elsewhere: words by tf × idf, as in Lucene's
MoreLikeThis. The search is an ordinary one for any of them, so its order is that of every search.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice

from ..analysis.text import fold, is_han_run
from ..budget import current
from ..documents.declared import view
from ..documents.document import Passage
from ..index.engine import EngineRequest, Reader
from ..index.reprints import is_reprint
from ..query.nodes import Or, Query, Word
from ..query.request import Filters

SIMILAR_LIMIT = 50
"""The most passages that are given."""
_TERMS = 25
"""So many telling words are searched for."""
_WORDS_LOOKED_AT = 400
"""Of a longer passage only its first so many different words are weighed."""
_COMMON_SHARE = 3
"""A word in more than a third of the passages tells nothing."""
_REPRINTS_SHOWN = 10
_SHARED = 2
"""One word in common is chance, unless there is only one to share."""


@dataclass(frozen=True, slots=True)
class Like:
    """A passage like another: ``shared`` are the telling words that both have, best first."""

    passage: Passage
    score: float
    shared: tuple[str, ...]

    JSON = view("*passage score shared")


@dataclass(frozen=True, slots=True)
class Similar:
    """The passages most like ``passage``, the likest first, by its telling words ``terms``.

    ``reprints`` have nearly the same text; they stand apart and do not count among ``passages``.
    """

    passage: Passage
    terms: tuple[str, ...]
    passages: tuple[Like, ...]
    reprints: tuple[Like, ...]

    JSON = view("passage_id=passage.passage_id terms passages reprints")


def similar_passages(
    reader: Reader,
    passage: Passage,
    filters: Filters,
    limit: int,
    groups: Mapping[str, tuple[str, ...]],
) -> Similar:
    """At most ``limit`` passages like one, under some filters; the passage itself is none of them.

    ``groups`` are the known reprints by passage; texts that would be linked are recognised too.
    """
    limit = min(limit, SIMILAR_LIMIT)
    terms = _telling_words(reader, passage)
    if not terms:
        return Similar(passage, (), (), ())
    known = set(groups.get(passage.passage_id, ()))
    query = Query("", Or(tuple(map(Word, terms))), words=terms)
    # Reprints come first, as they have every word: some room for them.
    room = limit + len(known) + _REPRINTS_SHOWN + 1
    found = reader.search(EngineRequest(query, filters, limit=room, facets=False))
    if found.partial:
        raise current().refusal()
    budget = current()
    likes: list[Like] = []
    reprints: list[Like] = []
    for other, score in found.hits:
        if other.passage_id == passage.passage_id:
            continue
        # The likest may be among those that were not looked at.
        budget.spend()
        has = set(reader.analyzer.terms(fold(other.text)))
        like = Like(other, score, _outermost(term for term in terms if term in has))
        if other.passage_id in known or is_reprint(other.text, passage.text):
            reprints.append(like)
        elif len(like.shared) >= min(_SHARED, len(terms)):
            likes.append(like)
    return Similar(passage, terms, tuple(likes[:limit]), tuple(reprints[:_REPRINTS_SHOWN]))


def _telling_words(reader: Reader, passage: Passage) -> tuple[str, ...]:
    """The words of a passage that tell most, best first, equals in the order of the text.

    Single characters and figures are left out, and so is what no other passage has.
    """
    words = Counter(filter(_is_word, reader.analyzer.terms(fold(passage.text))))
    total = reader.stats().passages
    weights: dict[str, float] = {}
    budget = current()
    for word, often in islice(words.items(), _WORDS_LOOKED_AT):
        budget.spend()
        asked = EngineRequest(Query("", Word(word)), limit=0, facets=False)
        having = reader.search(asked).total
        if having > 1 and having * _COMMON_SHARE <= total:
            # The idf of the ranking.
            weights[word] = often * math.log(1 + (total - having + 0.5) / (having + 0.5))
    return tuple(sorted(weights, key=lambda word: -weights[word])[:_TERMS])


def _outermost(terms: Iterable[str]) -> tuple[str, ...]:
    """Without the words inside of longer ones: 化解矛盾 says 化解 and 矛盾 too."""
    several = tuple(terms)
    return tuple(
        term for term in several if not any(term in other for other in several if other != term)
    )


def _is_word(word: str) -> bool:
    return len(word) > 1 and (is_han_run(word) or word.isalpha())
