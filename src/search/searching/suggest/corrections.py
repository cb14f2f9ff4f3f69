"""Propose corrections that the collection bears out, each with what it finds."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from ...budget import current
from ..results import Correction as Correction
from .spelling import PENALTY, Slip, Spelling

FINDS_LITTLE = 3
"""A query that finds more passages than this is taken to mean what it says."""
_LONGEST_CHARS = 16
"""A longer query is a quotation, and has a slip at each of many places."""

_SHOWN = 3
_FEWEST: dict[Slip, int] = {"homophone": 3, "swap": 3, "shape": 5, "missing": 8, "extra": 8}
"""A correction finds at least so many passages,"""
_FEWEST_INSTEAD = 2
_TIMES: dict[Slip, int] = {"homophone": 10, "swap": 10, "shape": 20, "missing": 30, "extra": 30}
"""and at least so many times as many as the query itself."""
_WORSE = 2.0
"""A further correction is shown if it is at most e² times less likely than the first."""
_APART = 0.02
"""What a passage counts that has all the words, but apart."""
_ONE_WORD: frozenset[Slip] = frozenset(("shape", "missing", "extra"))
"""Two or three characters say too little of which other was meant, unless they make one word;"""
_WORD_CHARS = 4
_PAIR_CHARS = 3
"""and so do two of any slip, where finding something is all that speaks for another text."""


def correct(
    query: str,
    total: int,
    spelling: Callable[[], Spelling],
    *,
    words: Callable[[str], Sequence[str]],
    count: Callable[[str], int],
    occurs: Callable[[str], int],
) -> tuple[Correction, ...]:
    """What may have been meant by a query that finds ``total`` passages; the likeliest first.

    ``spelling`` is asked for only where it is needed; ``words`` cuts a run of Han characters;
    ``count`` says what another query finds, ``occurs`` in how many passages a run stands literally.
    Nothing where ``total`` is above ``FINDS_LITTLE``, or for a query of a whole sentence.
    """
    if total > FINDS_LITTLE or len(query) > _LONGEST_CHARS:
        return ()
    # Bayes' rule: how often the text occurs, times how often one slips like that.
    ranked: list[tuple[float, str, int]] = []
    budget = current()
    for proposal in spelling().propose(query):
        if budget.is_spent():
            break
        slip = proposal.slip
        shortest = _WORD_CHARS if slip in _ONE_WORD else 0 if total else _PAIR_CHARS
        if len(proposal.run) < shortest and len(words(proposal.run)) > 1:
            continue
        found = count(proposal.text)
        # Where nothing was found, what is found at all is worth showing.
        fewest = max(_FEWEST[slip], _TIMES[slip] * total) if total else _FEWEST_INSTEAD
        if found < fewest:
            continue
        evidence = occurs(proposal.run) + _APART * found
        ranked.append((PENALTY[slip] - math.log(evidence), proposal.text, found))
    ranked.sort()
    best = ranked[0][0] if ranked else 0.0
    return tuple(
        Correction("query", text, found)
        for score, text, found in ranked[:_SHOWN]
        if score <= best + _WORSE
    )
