"""What is a hit's score? One BM25 sum over all fields; the weights stand here and nowhere else.

    score = Σ field weight × Σ query term  idf × tf × (K1 + 1) / (tf + K1 × (1 − B + B × L / mean))
    idf   = ln(1 + (N − df + 0.5) / (df + 0.5))

Robertson & Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), with the
idf that cannot become negative. A term that stands twice in the query counts twice. Punctuation is
neither scored nor counted in L. What N, df and the mean are of, each engine says.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..query.nodes import Query

ScoredTerm = tuple[str, str, float]
"""Field, term and boost."""

K1 = 1.2
B = 0.75

FIELD_WEIGHTS = {
    "words": 1.0,
    "pairs": 1.0,
    "characters": 0.5,
    "title": 0.1,
    "headings": 0.1,
}
"""Share of each field in the score.

Chosen on the queries at even positions of CMRC 2018 dev and STARD, any-term. Single characters at
0.3 lose 0.003 nDCG@10 on STARD; titles at 0 lose 0.001 on CMRC, at 0.5 they lose 0.009 on STARD,
whose titles are names of laws.
"""


def scored_terms(query: Query, only: frozenset[str] | None = None) -> Iterator[ScoredTerm]:
    """The terms that score, each once, its boost being field weight × repeats in the query.

    ``only`` leaves all other fields out.
    """
    for fields, terms in (
        (("words", "title", "headings"), query.words),
        (("pairs",), query.pairs),
        (("characters",), query.characters),
    ):
        for term in dict.fromkeys(terms):
            repeats = terms.count(term)
            for field in fields:
                if only is not None and field not in only:
                    continue
                yield field, term, FIELD_WEIGHTS[field] * repeats
