"""The lines of a concordance: every occurrence in the matching passages, found, counted, sorted.

All occurrences are counted; the first ``kwic_limit`` of them in document order are kept, so that
memory and sorting are bounded however much is found.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from ...analysis.text import fold
from ...budget import current
from ...documents.document import Passage, Place
from ...index.engine import EngineRequest, Reader
from ...query.nodes import Notice, Query
from ...query.notices import unfinished
from ...query.request import Filters
from ..snippets import occurrences
from .request import ConcordanceRequest, Order

SORTED_CHARS = 40
"""So many characters beside a match decide the order; beyond them lines stay in document order."""
_AT_ONCE = 5_000
"""Passages that are held at the same time."""
_SEARCHING = 0.5
"""The part of what remains that a search for some passages has; in the rest they are read."""
_READING = 0.5
"""The part of a budget in which lines are found: to sort them and to count what stands beside them
takes as long."""


class Located(NamedTuple):
    """The passage of a line: what is needed to find and to name it."""

    passage_id: str
    document_id: str
    title: str | None
    path: str
    paragraph: int
    source: str | None
    published: str | None
    city: Place
    year: int | None


class Line(NamedTuple):
    """One occurrence: ``[start, end)`` of its passage's text, and the text around it.

    ``left`` and ``right`` are at least as wide as was asked for, where the passage has so much.
    (A tuple, because there are tens of thousands of them.)
    """

    passage: Located
    start: int
    end: int
    left: str
    match: str
    right: str

    def before(self, width: int) -> str:
        """At most ``width`` characters before the match."""
        return self.left[max(0, len(self.left) - width) :]

    def after(self, width: int) -> str:
        """At most ``width`` characters after the match."""
        return self.right[:width]


@dataclass(frozen=True, slots=True)
class Concordance:
    """Every occurrence of what a query asks for literally, in the order asked for.

    ``occurrences`` in ``passages`` of ``documents`` are exact counts, of all; ``lines`` are those
    that are listed, at most the limit. ``matching`` passages were found by the search; those that
    have the words of the query apart have no occurrence. With ``partial`` time ran out, and every
    count is a lower bound.
    """

    request: ConcordanceRequest
    query: Query
    lines: tuple[Line, ...]
    occurrences: int
    passages: int
    documents: int
    matching: int
    notices: tuple[Notice, ...]
    partial: bool = False

    @property
    def is_cut(self) -> bool:
        """Whether there are more occurrences than are listed."""
        return len(self.lines) < self.occurrences

    def page(self, size: int) -> tuple[int, int, tuple[Line, ...]]:
        """(page, pages, lines on it) of ``size`` lines each; a page past the end is the last."""
        pages = max(1, -(-len(self.lines) // size))
        page = min(self.request.search.page, pages)
        return page, pages, self.lines[(page - 1) * size : page * size]


@dataclass(slots=True)
class _Found:
    lines: list[Line]
    occurrences: int = 0
    passages: int = 0
    matching: int = 0
    partial: bool = False


def concordance(
    reader: Reader,
    request: ConcordanceRequest,
    query: Query,
    filters: Filters,
    *,
    notices: tuple[Notice, ...] = (),
    limit: int = 50_000,
) -> Concordance:
    """The concordance of a parsed query under resolved filters.

    ``limit`` is the most lines. When the budget is spent, what was found is returned.
    """
    # Nothing is ranked, so nothing needs to score.
    unscored = replace(query, words=(), pairs=(), characters=())
    asked = EngineRequest(unscored, filters, sort="document", limit=_AT_ONCE, facets=False)
    # One more than is shown says whether there is more.
    keep = max(request.width + 1, SORTED_CHARS)
    budget = current()
    documents: set[str] = set()
    found = _Found([])
    with budget.share(_READING):
        for passage in _matching(reader, asked, found):
            ranges = occurrences(passage.text, query)
            if ranges:
                found.occurrences += len(ranges)
                found.passages += 1
                documents.add(passage.document_id)
                left = limit - len(found.lines)
                if left > 0:
                    found.lines.extend(_lines(passage, ranges[:left], keep))
    said = list(notices)
    if len(found.lines) < found.occurrences:
        said.append(_cut(len(found.lines), found.occurrences))
    if found.partial:
        said.append(unfinished(budget.time_ms))
    return Concordance(
        request=request,
        query=query,
        lines=tuple(_sorted(found.lines, request.order)),
        occurrences=found.occurrences,
        passages=found.passages,
        documents=len(documents),
        matching=found.matching,
        notices=tuple(said),
        partial=found.partial,
    )


def _matching(reader: Reader, asked: EngineRequest, found: _Found) -> Iterator[Passage]:
    """The matching passages in document order, until the budget is spent."""
    if not (asked.query.literals or asked.query.wildcards or asked.query.alikes):
        return
    offset, budget = 0, current()
    while True:
        # Something is left to look at what was found.
        with budget.share(_SEARCHING):
            part = reader.search(replace(asked, offset=offset))
        found.partial |= part.partial
        found.matching = max(found.matching, part.total)
        for passage, _ in part.hits:
            if budget.is_spent():
                found.partial = True
                return
            yield passage
            # Where not all patterns were looked for in it.
            found.partial |= budget.was_spent
        offset += len(part.hits)
        if found.partial or offset >= part.total or not part.hits:
            return


def _lines(passage: Passage, ranges: tuple[tuple[int, int], ...], keep: int) -> Iterator[Line]:
    located = Located(
        passage.passage_id,
        passage.document_id,
        passage.title,
        passage.path,
        passage.paragraph,
        passage.source,
        passage.published,
        passage.city,
        passage.year,
    )
    text = passage.text
    for start, end in ranges:
        left = text[max(0, start - keep) : start]
        yield Line(located, start, end, left, text[start:end], text[end : end + keep])


def _sorted(lines: list[Line], order: Order) -> list[Line]:
    """In the order asked for; equals stay in document order."""
    if order == "left":
        return sorted(lines, key=lambda line: fold(line.before(SORTED_CHARS)).rstrip()[::-1])
    if order == "right":
        return sorted(lines, key=_after)
    if order == "match":
        return sorted(lines, key=lambda line: (fold(line.match), _after(line)))
    return lines


def _after(line: Line) -> str:
    return fold(line.after(SORTED_CHARS)).lstrip()


def _cut(listed: int, total: int) -> Notice:
    return Notice(
        "kwic-cut",
        f"共 {total:,} 处，这里按文献次序只取前 {listed:,} 处来列出、排列和统计左右邻："
        "请加筛选条件缩小范围，或调高 DUANSOU_KWIC_LIMIT。",
        f"There are {total:,} occurrences; only the first {listed:,} in document order are listed, "
        "sorted and counted by neighbour: narrow the search, or raise DUANSOU_KWIC_LIMIT.",
    )
