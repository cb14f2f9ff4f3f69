"""List every place where what is asked for stands, with its context and its neighbours.

All occurrences are counted; the first ``kwic_limit`` of them in document order are kept, so that
memory and sorting are bounded however much is found.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Annotated, Any, NamedTuple, get_args
from typing import Literal as OneOf

from ..analysis.text import fold
from ..analysis.words import Analyzer
from ..budget import current
from ..documents.declared import TEXT, Count, DocumentId, Member, PassageId, Says, json_of, view
from ..documents.document import Passage, Place, place_path
from ..errors import BusyError, OverBudgetError, UsageError
from ..index.answers import Occurrences
from ..index.engine import EngineRequest, Reader
from ..query.nodes import Notice, Query
from ..query.notices import unfinished
from ..query.request import Asked, Filters, SearchRequest
from .collection import state_of
from .snippets import occurrences
from .spreadsheet import csv_header, csv_row, written_now

Order = OneOf["document", "left", "right", "match"]
"""In the order of documents; by the characters before, read from the match; after; by the match."""

ORDERS: tuple[Order, ...] = get_args(Order)

WIDTH_LIMIT_CHARS = 100
"""The most characters of context on either side."""
_WIDTH_CHARS = 20
NEAR_LIMIT_CHARS = 5
"""The most characters that are counted as one neighbour."""
_NEAR = Says(type="integer", minimum=1, maximum=NEAR_LIMIT_CHARS)


@dataclass(frozen=True, slots=True)
class ConcordanceRequest:
    """One state of the page of a concordance. ``to_params`` and ``from_params`` are inverse.

    ``search`` says which passages, and which ``page`` of the lines with how many (``limit``) on it;
    its own sort does not matter. ``width`` is the characters of context on either side.
    ``near_chars`` is how many characters beside a match are counted as its neighbour, 0 the next
    word. Raises UsageError where they are out of bounds.
    """

    search: Asked = field(default_factory=SearchRequest)
    order: Annotated[Order, TEXT] = "document"
    width: Count = _WIDTH_CHARS
    near_chars: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.width <= WIDTH_LIMIT_CHARS:
            raise UsageError("width-out-of-range", width=self.width, limit=WIDTH_LIMIT_CHARS)
        if not 0 <= self.near_chars <= NEAR_LIMIT_CHARS:
            raise UsageError(
                "near-out-of-range", near_chars=self.near_chars, limit=NEAR_LIMIT_CHARS
            )

    @classmethod
    def from_params(cls, params: Iterable[tuple[str, str]]) -> ConcordanceRequest:
        """From the parameters of an address: those of a search and order, width, near.

        Raises UsageError for a value that does not exist.
        """
        given = list(params)
        request = cls(SearchRequest.from_params(given))
        for name, value in given:
            if name == "order" and value:
                if value not in ORDERS:
                    raise UsageError("order-unknown", value=value, known=tuple(ORDERS))
                request = replace(request, order=value)
            elif name == "width" and value:
                request = replace(request, width=_number(name, value))
            elif name == "near" and value:
                near = 0 if value == "word" else _number(name, value)
                request = replace(request, near_chars=near)
        return request

    def to_params(self) -> list[tuple[str, str]]:
        """The parameters of its address, defaults left out, in a fixed order."""
        params = self.search.to_params()
        if self.order != "document":
            params.append(("order", self.order))
        if self.width != _WIDTH_CHARS:
            params.append(("width", str(self.width)))
        if self.near_chars:
            params.append(("near", str(self.near_chars)))
        return params

    def on_page(self, page: int) -> ConcordanceRequest:
        """Another page of the same lines."""
        return replace(self, search=self.search.on_page(page))


def _number(name: str, value: str) -> int:
    if value.isascii() and value.isdecimal() and len(value) < 7:
        return int(value)
    raise UsageError("whole-number-unreadable", name=name, value=value)


SORTED_CHARS = 40
"""So many characters beside a match decide the order; beyond them lines stay in document order."""
_NEIGHBOURS_SENT = 50
_AT_ONCE = 1_000
"""Passages that are held at the same time."""
_SEARCHING = 0.5
"""The part of what remains that a search for some passages has; in the rest they are read."""
_READING = 0.5
"""The part of a budget in which lines are found: to sort them and to count what stands beside them
takes as long."""
_PAGE_LINES = 4_000
"""A page whose counts are known needs no more lines: they take some 0.2 s. A fixed number, so that
all pages of a list are of the same one."""
_ROUND = 100
"""For the same reason, lines that time cuts are so many, or twice or thrice and so on."""


class Located(NamedTuple):
    """The passage of a line: what is needed to find and to name it."""

    passage_id: PassageId
    document_id: DocumentId
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
    start: Count
    end: Count
    left: str
    match: str
    right: str

    def before(self, width: int) -> str:
        """At most ``width`` characters before the match."""
        return self.left[max(0, len(self.left) - width) :]

    def after(self, width: int) -> str:
        """At most ``width`` characters after the match."""
        return self.right[:width]


_LINE = view(
    "left match right passage_id=passage.passage_id document_id=passage.document_id"
    " title=passage.title paragraph=passage.paragraph city=passage.city year=passage.year"
    " source=passage.source published=passage.published start end"
)
SentLine = Annotated[Line, _LINE]

HEADER = view(
    "*request.search occurrences passages documents matching_passages=matching",
    Member("listed", lambda found: len(found.lines), Count),
    Member("complete", lambda found: not found.is_cut and not found.partial, bool),
    "partial order=request.order width=request.width",
)
"""What was asked for and counted."""


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
    occurrences: Count
    passages: Count
    documents: Count
    matching: Count
    notices: tuple[Notice, ...]
    partial: bool = False

    @property
    def is_cut(self) -> bool:
        """Whether there are more occurrences than are listed."""
        return len(self.lines) < self.occurrences

    def sent(self, line: Line) -> Line:
        """A line as wide as was asked for."""
        width = self.request.width
        return line._replace(left=line.before(width), right=line.after(width))

    def page(self, size: int) -> tuple[int, int, tuple[Line, ...]]:
        """(page, pages, lines on it) of ``size`` lines each; a page past the end is the last."""
        pages = max(1, -(-len(self.lines) // size))
        page = min(self.request.search.page, pages)
        return page, pages, self.lines[(page - 1) * size : page * size]


@dataclass(slots=True)
class _Found:
    lines: list[Line]
    documents: set[str] = field(default_factory=set)
    occurrences: int = 0
    passages: int = 0
    matching: int = 0
    partial: bool = False


def concordance(
    reader: Reader,
    request: ConcordanceRequest,
    query: Query,
    filters: Filters,
    notices: tuple[Notice, ...] = (),
    *,
    limit: int = 50_000,
    is_page: bool = False,
) -> Concordance:
    """The concordance of a parsed query under resolved filters.

    ``limit`` is the most lines. When the budget is spent, what was found is returned; what the
    index counts is exact even then, and a page lists no more than it needs.
    """
    # Nothing is ranked, so nothing needs to score.
    unscored = replace(query, words=(), pairs=(), characters=())
    asked = EngineRequest(unscored, filters, sort="document", limit=_AT_ONCE, facets=False)
    # One more than is shown says whether there is more.
    keep = max(request.width + 1, SORTED_CHARS)
    budget = current()
    found = _Found([])
    counted = _counted_by_index(reader, query, filters)
    most = min(limit, _PAGE_LINES) if counted and is_page else limit
    with budget.share(_READING):
        for passage in _matching(reader, asked, found):
            ranges = occurrences(passage.text, query)
            if ranges:
                found.occurrences += len(ranges)
                found.passages += 1
                found.documents.add(passage.document_id)
                left = most - len(found.lines)
                if left > 0:
                    found.lines.extend(_lines(passage, ranges[:left], keep))
                elif counted:
                    break
    is_partial = found.partial and counted is None
    counted = counted or Occurrences(
        found.occurrences, found.passages, len(found.documents), found.matching
    )
    is_late = found.partial and not is_partial and len(found.lines) < counted.total
    if is_late and len(found.lines) > _ROUND:
        del found.lines[len(found.lines) // _ROUND * _ROUND :]
    said, listed = list(notices), len(found.lines)
    if is_partial:
        said.append(unfinished(budget.time_ms))
    if is_late:
        said.append(Notice("kwic-late", total=counted.total, listed=listed))
    elif most <= listed < min(limit, counted.total):
        said.append(Notice("kwic-page", total=counted.total, listed=listed))
    elif listed < counted.total:
        said.append(Notice("kwic-cut", total=counted.total, listed=listed))
    return Concordance(
        request=request,
        query=query,
        lines=tuple(_sorted(found.lines, request.order)),
        occurrences=counted.total,
        passages=counted.passages,
        documents=counted.documents,
        matching=counted.matching,
        notices=tuple(said),
        partial=is_partial,
    )


def _counted_by_index(reader: Reader, query: Query, filters: Filters) -> Occurrences | None:
    """The counts, where they can be had without reading texts in the time that is left."""
    try:
        with current().share(_SEARCHING):
            return reader.occurrences(query, filters)
    except BusyError:
        raise
    except OverBudgetError:
        return None


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


_SEEN_CHARS = 16
"""So much of the text beside a match is cut into words: longer words are rare."""
_WORD = re.compile(r"[^\W_]")


class Neighbour(NamedTuple):
    """Folded text beside a match, empty at the edge of a passage; lines and passages that have it.

    (A tuple, because there are many.)
    """

    text: str
    occurrences: Count
    passages: Count


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The neighbours on both sides, the commonest first, equals by code points.

    ``of`` is what is one: "word", or so many characters.
    """

    left: tuple[Neighbour, ...]
    right: tuple[Neighbour, ...]
    of: Annotated[str | int, Says(anyOf=[{"const": "word"}, _NEAR])] = "word"

    JSON = view(
        "of",
        Member("left", lambda both: both.left[:_NEIGHBOURS_SENT], tuple[Neighbour, ...]),
        Member("right", lambda both: both.right[:_NEIGHBOURS_SENT], tuple[Neighbour, ...]),
        Member("left_total", lambda both: len(both.left), Count),
        Member("right_total", lambda both: len(both.right), Count),
    )


@dataclass(frozen=True, slots=True)
class ConcordancePage:
    """What is sent: one page of the lines, and the neighbours of all."""

    concordance: Annotated[Concordance, HEADER]
    lines: tuple[SentLine, ...]
    neighbours: Neighbours
    page: int
    pages: Count
    limit: int

    JSON = view("*concordance lines neighbours notices=concordance.notices page pages limit")


def concordance_page(found: Concordance, analyzer: Analyzer, size: int) -> ConcordancePage:
    """The page that was asked for, of so many lines where nothing else was."""
    size = found.request.search.limit or size
    page, pages, lines = found.page(size)
    beside = neighbours(found.lines, analyzer, found.request.near_chars)
    return ConcordancePage(found, tuple(map(found.sent, lines)), beside, page, pages, size)


def neighbours(lines: Iterable[Line], analyzer: Analyzer, near_chars: int = 0) -> Neighbours:
    """Count the neighbours of lines.

    ``near_chars`` characters beside the match, fewer at the edge of a passage; 0 is the next word
    of the analyzer, or the sign that stands there. White space beside a match is passed over.
    """
    listed = tuple(lines)
    before: Callable[[str], str] = partial(_word_before, analyzer)
    after: Callable[[str], str] = partial(_word_after, analyzer)
    if near_chars:
        before, after = (lambda text: text[-near_chars:]), (lambda text: text[:near_chars])
    return Neighbours(
        _counted(listed, lambda line: fold(line.left).rstrip()[-_SEEN_CHARS:], before),
        _counted(listed, lambda line: fold(line.right).lstrip()[:_SEEN_CHARS], after),
        near_chars or "word",
    )


def _counted(
    lines: tuple[Line, ...], beside: Callable[[Line], str], nearest: Callable[[str], str]
) -> tuple[Neighbour, ...]:
    counts: Counter[str] = Counter()
    passages: dict[str, set[str]] = {}
    known: dict[str, str] = {}
    for line in lines:
        around = beside(line)
        text = known.get(around)
        if text is None:
            text = known[around] = nearest(around)
        counts[text] += 1
        passages.setdefault(text, set()).add(line.passage.passage_id)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Neighbour(text, count, len(passages[text])) for text, count in ordered)


def _word_before(analyzer: Analyzer, text: str) -> str:
    if not text or not _WORD.match(text[-1]):
        return text[-1:]
    return (analyzer.words(text) or [text])[-1]


def _word_after(analyzer: Analyzer, text: str) -> str:
    if not text or not _WORD.match(text[0]):
        return text[:1]
    return (analyzer.words(text) or [text])[0]


_COLUMNS = (
    "left",
    "match",
    "right",
    "title",
    "paragraph",
    "city",
    "year",
    "source",
    "published",
    "passage_id",
    "start",
    "end",
)


def provenance(reader: Reader) -> dict[str, Any]:
    """On which state of which index an answer rests."""
    state = state_of(reader)
    return {
        "index_format": state.format,
        "indexed_at": state.indexed_at or None,
        "index_documents": state.documents,
        "index_passages": state.passages,
        "dictionary": state.dictionary,
    }


def json_lines(found: Concordance, provenance: Mapping[str, Any]) -> Iterator[str]:
    """JSON Lines: a header, then one record for each listed occurrence.

    ``provenance`` says of what index and with which program, and goes into the header.
    """
    header = {"header": {**json_of(found, HEADER), **provenance, "written": written_now()}}
    yield json.dumps(header, ensure_ascii=False) + "\n"
    for line in found.lines:
        yield json.dumps(json_of(found.sent(line), _LINE), ensure_ascii=False) + "\n"


def csv_lines(found: Concordance, provenance: Mapping[str, Any]) -> Iterator[str]:
    """CSV with a byte-order mark, which tells Excel that it is UTF-8.

    First comes a header record of names and values, one row each; then an empty row, the names of
    the columns, and a row for each listed occurrence. No cell is run as a formula.
    """
    yield from csv_header({**json_of(found, HEADER), **provenance})
    yield csv_row(())
    yield csv_row(_COLUMNS)
    for line in found.lines:
        record = json_of(found.sent(line), _LINE)
        record["city"] = place_path(line.passage.city) or ""
        yield csv_row([record[name] for name in _COLUMNS])
