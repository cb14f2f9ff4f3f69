"""Choose the part of a passage that is shown, and its marked characters: ranges, never HTML.

Every range is a half-open pair of offsets into the original text, so a page, a terminal and JSON
mark the same characters and each escapes in its own way.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter

from ..analysis.text import fold_with_offsets
from ..analysis.words import Analyzer
from ..budget import current
from ..documents.document import ARTICLE, FARTHEST_LEAD, Passage, forms, is_item
from ..index.engine import Reader
from ..query.nodes import Alike, Query, Wildcard, places
from .results import Hit

Range = tuple[int, int]
"""Start and exclusive end, in characters of the original text."""

_SENTENCE_END = re.compile(r"(?:[。！？；!?;…]+[”’」』》）)\]】\"']*|\n)\s*")
_CLAUSE_END = re.compile(r"[，、：,:]\s*")


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of a passage: ``text`` is the unchanged slice that begins at ``start``.

    ``highlights`` are ranges of ``text``, sorted and disjoint; ``cut_before`` and ``cut_after`` say
    whether anything but white space was left out there.
    """

    text: str
    highlights: tuple[Range, ...]
    start: int = 0
    cut_before: bool = False
    cut_after: bool = False

    def pieces(self) -> Iterator[tuple[str, bool]]:
        """The text in order as (piece, is marked)."""
        return marked(self.text, self.highlights)


def hit_of(
    passage: Passage,
    score: float,
    query: Query,
    analyzer: Analyzer,
    *,
    lead_in: str | None = None,
    repeats: bool = False,
) -> Hit:
    """A passage that a query found, with what is marked in it."""
    highlights = highlight(passage.text, query, analyzer)
    return Hit(
        **vars(passage), score=score, highlights=highlights, lead_in=lead_in, repeats=repeats
    )


def lead_in(reader: Reader, passage: Passage) -> str | None:
    """The sentence that leads into the list of which a passage is an item; None where it is none.

    Most lists are short, so only where one is not are many passages read.
    """
    if not is_item(passage.text):
        return None
    at = passage.paragraph
    for far in (8, 64, FARTHEST_LEAD):
        around = reader.passages_in(passage.document_id, max(1, at - far), at)
        if not around or around[-1].passage_id != passage.passage_id:
            return None
        *_, form = forms((near.text, near.headings) for near in around)
        if form > ARTICLE:
            return around[-form].text
        if at - far <= 1 or not all(is_item(near.text) for near in around):
            return None
    return None


def highlight(text: str, query: Query, analyzer: Analyzer) -> tuple[Range, ...]:
    """The characters of ``text`` that a query matches: sorted, disjoint, touching ranges merged.

    They are its ``occurrences``, and the tokens that equal one of the query's highlighted words;
    overlapping tokens (安全 in 安全感) give their union.
    """
    folded = fold_with_offsets(text)
    ranges = [folded.original_range(*span) for span in _literal_ranges(folded.text, query)]
    # Only what is a word here and part of a word there takes segmentation to tell.
    words = {word for word in query.highlighted_words if word in folded.text}
    words.difference_update(query.literals)
    if words and not current().is_spent():
        ranges.extend(
            folded.original_range(*span) for span in analyzer.spans_of(words, folded.text)
        )
    return _union(ranges)


def occurrences(text: str, query: Query) -> tuple[Range, ...]:
    """Where what a query asks for literally stands in ``text``: distinct ranges, sorted.

    They are all places of the query's literals and of texts alike, and what its patterns match with
    their gaps. Ranges may overlap: 哈哈 stands twice in 哈哈哈.
    """
    folded = fold_with_offsets(text)
    # Two signs of one character are one place: ㎡ has an m and a 2.
    ranges = {folded.original_range(*span) for span in _literal_ranges(folded.text, query)}
    return tuple(sorted(ranges))


def marked(text: str, ranges: Iterable[Range]) -> Iterator[tuple[str, bool]]:
    """``text`` in order as (piece, is marked), no piece empty; the pieces join to ``text``.

    ``ranges`` are sorted, disjoint and inside the text, as ``highlight`` gives them.
    """
    done = 0
    for start, end in ranges:
        if done < start:
            yield text[done:start], False
        if start < end:
            yield text[start:end], True
        done = end
    if done < len(text):
        yield text[done:], False


def snippet(text: str, highlights: Sequence[Range], max_chars: int) -> Snippet:
    """At most ``max_chars`` characters of ``text``, whole if it is no longer.

    A long text is cut at sentences; at clauses, then anywhere, only inside a sentence that is
    itself too long, and never inside a highlight that fits. Of all such windows the one with the
    most different highlighted strings is taken, then the most highlights, then one that begins with
    a sentence, then the one whose highlights stand nearest its middle. Raises ValueError if
    ``max_chars`` is below 1.
    """
    if max_chars < 1:
        raise ValueError("max_chars counts from 1")
    if len(text) <= max_chars:
        return Snippet(text, tuple(highlights))
    sentences = {0, *(m.end() for m in _SENTENCE_END.finditer(text))}
    cuts = _cuts(text, highlights, sentences, max_chars)
    start, end = max(
        _windows(cuts, max_chars),
        key=lambda window: _worth(text, window, highlights, window[0] in sentences),
    )
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Snippet(
        text=text[start:end],
        highlights=tuple(
            (max(a, start) - start, min(b, end) - start)
            for a, b in highlights
            if a < end and b > start
        ),
        start=start,
        cut_before=bool(text[:start].strip()),
        cut_after=bool(text[end:].strip()),
    )


def _literal_ranges(folded: str, query: Query) -> set[Range]:
    """The ranges of a folded text that a query asks for literally; when the budget is spent, of
    that only what was looked for until then."""
    ranges: set[Range] = set()
    budget = current()
    for literal in filter(None, query.literals):
        if budget.is_spent():
            break
        size = len(literal)
        ranges.update((at, at + size) for at in places(literal, folded))
    patterns: tuple[Wildcard | Alike, ...] = (*query.wildcards, *query.alikes)
    for pattern in patterns:
        if budget.is_spent():
            break
        ranges.update(pattern.spans(folded))
    return ranges


def _union(ranges: Iterable[Range]) -> tuple[Range, ...]:
    merged: list[Range] = []
    for start, end in sorted(ranges):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return tuple(merged)


def _cuts(text: str, highlights: Sequence[Range], sentences: set[int], max_chars: int) -> list[int]:
    """Offsets at which a window may begin or end, none further than ``max_chars`` from the next."""
    whole = [span for span in highlights if span[1] - span[0] <= max_chars]
    starts = [span[0] for span in whole]

    def torn(offset: int) -> Range | None:
        """The highlight that a cut here would tear."""
        at = bisect_right(starts, offset) - 1
        return whole[at] if at >= 0 and whole[at][0] < offset < whole[at][1] else None

    clauses = sorted(m.end() for m in _CLAUSE_END.finditer(text) if not torn(m.end()))
    bounds = sorted({offset for offset in sentences if not torn(offset)} | {0, len(text)})
    cuts = [0]
    for end in bounds[1:]:
        if end - cuts[-1] > max_chars:
            first = bisect_right(clauses, cuts[-1])
            for clause in [*clauses[first : bisect_right(clauses, end)], end]:
                while clause - cuts[-1] > max_chars:
                    span = torn(cuts[-1] + max_chars)
                    cuts.append(span[0] if span else cuts[-1] + max_chars)
                if clause > cuts[-1]:
                    cuts.append(clause)
        elif end > cuts[-1]:
            cuts.append(end)
    return cuts


def _windows(cuts: list[int], max_chars: int) -> Iterator[Range]:
    """From every cut as far as ``max_chars`` reach, in order."""
    last = 0
    for first in range(len(cuts) - 1):
        while last + 1 < len(cuts) and cuts[last + 1] - cuts[first] <= max_chars:
            last += 1
        yield cuts[first], cuts[last]


def _worth(
    text: str, window: Range, highlights: Sequence[Range], begins_sentence: bool
) -> tuple[int, int, bool, float, int]:
    """What a window is worth, greater is better; the earlier of equals wins."""
    start, end = window
    first = bisect_right(highlights, start, key=itemgetter(1))
    last = bisect_left(highlights, end, key=itemgetter(0))
    inside = [(max(a, start), min(b, end)) for a, b in highlights[first:last]]
    if not inside:
        return (0, 0, begins_sentence, 0.0, -start)
    middle = (inside[0][0] + inside[-1][1]) / 2
    return (
        len({text[a:b] for a, b in inside}),
        len(inside),
        begins_sentence,
        -abs(middle - (start + end) / 2),
        -start,
    )
