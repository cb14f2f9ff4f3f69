"""Match patterns with wildcards: texts in their order, with gaps of bounded length.

``?`` is one character, whatever it is; ``*`` is none to RUN_CHARS characters of one sentence, that
is none of SENTENCE_ENDS. Where both stand side by side, the ``?`` come first.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

RUN_CHARS = 50
"""The most characters that one ``*`` stands for."""
SENTENCE_ENDS = "。!?;…"
"""Folded characters that a ``*`` never contains."""
GAPS_LIMIT = 10
"""The most runs of ``?`` and ``*`` between the texts of one pattern."""

_RUN = re.compile(r"([?*]+)")
_END = re.compile(f"[{SENTENCE_ENDS}]")


@dataclass(frozen=True, slots=True)
class Gap:
    """At least ``least`` characters whatever they are, then at most ``more`` of one sentence."""

    least: int
    more: int


@dataclass(frozen=True, slots=True)
class Wildcard:
    """Matches where the folded ``texts`` occur in the folded passage one after another.

    Between neighbours stands the gap of their place (one fewer than texts), and at least ``before``
    and ``after`` characters around them. Raises ValueError where that does not fit together.
    """

    texts: tuple[str, ...]
    gaps: tuple[Gap, ...]
    before: int = 0
    after: int = 0

    def __post_init__(self) -> None:
        if not all(self.texts) or len(self.texts) != len(self.gaps) + 1 or self.before < 0:
            raise ValueError("a pattern has texts that are not empty, and gaps between them")

    @property
    def pattern(self) -> str:
        """It as it is written."""
        pieces = ["?" * self.before, self.texts[0]]
        for gap, text in zip(self.gaps, self.texts[1:], strict=True):
            pieces += ["?" * gap.least, "*" * (gap.more // RUN_CHARS), text]
        return "".join([*pieces, "?" * self.after])

    def spans(self, folded: str) -> Iterator[tuple[int, int]]:
        """Where it matches: one range for each place at which it ends.

        Of several ways to one place that with the nearest texts counts, looking backwards. Linear
        in the text, where a regular expression would try exponentially many ways.
        """
        starts = [at for at in places(self.texts[0], folded) if at >= self.before]
        reached = [(at + len(self.texts[0]), at - self.before) for at in starts]
        sentence_ends = [match.start() for match in _END.finditer(folded)] if self.gaps else []
        for gap, text in zip(self.gaps, self.texts[1:], strict=True):
            ends = [end for end, _ in reached]
            further = []
            for at in places(text, folded):
                nearest = bisect_right(ends, at - gap.least) - 1
                if nearest < 0:
                    continue
                run = ends[nearest] + gap.least
                if at - run <= gap.more and not _any_between(sentence_ends, run, at):
                    further.append((at + len(text), reached[nearest][1]))
            reached = further
        for end, start in reached:
            if end + self.after <= len(folded):
                yield start, end + self.after

    def matches(self, folded: str) -> bool:
        """Whether it matches anywhere in a folded text."""
        return next(self.spans(folded), None) is not None


def wildcard(folded: str) -> Wildcard | str | None:
    """The pattern of a folded item with ``?`` or ``*``.

    The text alone where the signs ask for nothing (``通*`` is ``通``), None where there is no text
    or there are more than GAPS_LIMIT gaps.
    """
    pieces = _RUN.split(folded)
    texts = tuple(pieces[::2])
    runs = [Gap(run.count("?"), run.count("*") * RUN_CHARS) for run in pieces[1::2]]
    before = after = 0
    if texts and not texts[0] and runs:
        before, texts, runs = runs[0].least, texts[1:], runs[1:]
    if texts and not texts[-1] and runs:
        after, texts, runs = runs[-1].least, texts[:-1], runs[:-1]
    if not texts or not all(texts) or len(runs) > GAPS_LIMIT:
        return None
    if not (runs or before or after):
        return texts[0]
    return Wildcard(texts, tuple(runs), before, after)


def places(text: str, folded: str) -> Iterator[int]:
    """Where a text begins in a folded text, ascending; places may overlap."""
    at = folded.find(text)
    while at >= 0:
        yield at
        at = folded.find(text, at + 1)


def _any_between(ascending: list[int], start: int, end: int) -> bool:
    place = bisect_right(ascending, start - 1)
    return place < len(ascending) and ascending[place] < end
