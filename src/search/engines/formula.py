"""The score of a hit: one BM25 sum, and the signs of a passage one hopes to see first.

    score = Σ field weight × Σ query term  idf × tf × (K1 + 1) / (tf + K1 × (1 − B + B × L / mean))
          + Σ sign weight × share of the query's items that the passage has the sign for
    idf   = ln(1 + (N − df + 0.5) / (df + 0.5))

Robertson & Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), with the
idf that cannot become negative. A term that stands twice in the query counts twice. Punctuation is
neither scored nor counted in L. What N, df and the mean are of, each engine says.

In the fields of ``WITH_CONTEXT`` a passage is read with its title, its headings and, if it is an
item of a list, the sentence that leads into it (``list_items``) in front: these count in tf, df and
L as its own. The length of its own text counts as at least ``FLOORS``, that of an item as at least
``ITEM_FLOORS``, so that nothing is first for being short.

All weights stand here and nowhere else. They were chosen on the queries at even positions of five
sets; `docs/evaluation.md` has the ablation.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence

from ..query.nodes import Query

K1 = 1.2
B = 0.75

FIELD_WEIGHTS: Mapping[str, float] = {"words": 1.0, "pairs": 1.0, "characters": 1.0}
"""Share of each field in the score. Single characters at 0.5 lose 0.003 nDCG@10 on STARD."""

WITH_CONTEXT = frozenset({"words", "pairs"})
"""Single characters of titles are in everything: with them STARD loses 0.003."""

PLAIN, BARE = "plain_", "bare_"
"""Before the name of a field, to measure what the ranking is worth: as a plain BM25 takes it, every
text with its title and headings and of whatever length; or without these. Embedded engine only."""

_CHARS_PER_ITEM, _CHARS_PER_TEXT = 150, 30
_PER_CHARACTER: Mapping[str, float] = {"words": 2 / 3, "pairs": 0.9, "characters": 1.0}
"""How many terms of each field a character of Chinese prose has, roughly."""

FLOORS = {name: round(_CHARS_PER_TEXT * share) for name, share in _PER_CHARACTER.items()}
"""Least length of a text that counts: 30 characters. From 20 to 40 nothing differs by 0.005."""

ITEM_FLOORS = {name: round(_CHARS_PER_ITEM * share) for name, share in _PER_CHARACTER.items()}
"""Least length of a list item that counts: 150 characters, three times the mean of statutes. From
100 to 200 nothing differs by 0.005."""

SIGN_WEIGHTS: Mapping[str, float] = {"definition": 20.0, "opening": 4.0}
"""What a sign adds for a query of which every item has it: as much as about two rare words, and
half a word. From 15 and from 2 to 6 nothing differs by 0.01."""

OPENING_CHARS = 20
"""An item begins so near to the beginning of an article, whose number takes some five."""

_ITEM_CHARS = range(2, 13)
_MOST_ITEMS = 3
"""Longer items and queries are sentences, which nothing defines and no article opens with."""

ScoredTerm = tuple[str, str, float]
"""Field or sign, term or item, and boost."""


def scored_terms(query: Query, only: frozenset[str] | None = None) -> Iterator[ScoredTerm]:
    """The terms that score, each once, its boost being field weight × repeats in the query.

    Then the items with the weight of each sign. ``only`` names the fields and signs that score.
    """
    for field, terms in (
        ("words", query.words),
        ("pairs", query.pairs),
        ("characters", query.characters),
    ):
        for name in (field,) if only is None else (field, PLAIN + field, BARE + field):
            if only is None or name in only:
                for term in dict.fromkeys(terms):
                    yield name, term, FIELD_WEIGHTS[field] * terms.count(term)
    items = query.literals
    if len(items) > _MOST_ITEMS or not query.words:
        return
    for item in items:
        if len(item) in _ITEM_CHARS:
            for sign, weight in SIGN_WEIGHTS.items():
                if only is None or sign in only:
                    yield sign, item, weight / len(items)


NAMING = "所称"
"""A defined item stands behind this,"""
MEANING = (",是指", "是指")
"""or before one of these."""


def definitions_of(item: str) -> tuple[str, ...]:
    """The folded texts of which one stands where a folded item is defined."""
    return NAMING + item, *(item + meaning for meaning in MEANING)


REPEATS_BLOCK = 30
"""Among so many hits exact repeats stand last: three pages of ten, few enough to look at."""


def blocks_of(offset: int, limit: int) -> tuple[int, int]:
    """The places ``[first, stop)`` of the whole blocks in which a slice of the order lies."""
    stop = offset + limit
    return offset - offset % REPEATS_BLOCK, -(-stop // REPEATS_BLOCK) * REPEATS_BLOCK


def repeats_last(texts: Sequence[Hashable]) -> list[tuple[int, bool]]:
    """(place, whether its text stands above it) of hits by score, as they are shown.

    ``texts`` is of whole blocks, the last of all may be shorter. Every block keeps its hits, so
    pages partition them.
    """
    order: list[tuple[int, bool]] = []
    for start in range(0, len(texts), REPEATS_BLOCK):
        seen: set[Hashable] = set()
        repeats = []
        for place in range(start, min(start + REPEATS_BLOCK, len(texts))):
            if texts[place] in seen:
                repeats.append((place, True))
            else:
                order.append((place, False))
                seen.add(texts[place])
        order += repeats
    return order
