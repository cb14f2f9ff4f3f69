"""The page of results, how its query was understood and why a passage matches, as plain values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from ..analysis.words import Analyzer
from ..citing.showing import Shown
from ..documents.document import UNCLASSIFIED
from ..documents.facets import BY_NAME
from ..index.answers import FacetCount, LabelHit, NodeMatch, distinct_values
from ..query.described import asks_for
from ..query.nodes import And, Equivalent, Literal, Node, Not, Notice, Or
from ..query.request import SearchRequest
from ..searching.compare import CompareRequest
from ..searching.concordance import ConcordanceRequest
from ..searching.index import Index
from ..searching.results import Hit, KnownDocument, Narrower, Reading, SearchResults
from ..searching.snippets import highlight, marked, snippet
from . import wording
from .addresses import Addresses, Pager, pager_of
from .facets import Chip, FacetList, chips, choice_addresses, facet_lists
from .languages import gettext as _
from .languages import language
from .suggestions import Alternative, CorrectionView, corrections, suggestions

V = TypeVar("V", bound=str | int)

_SNIPPET_CHARS = 260
_OPENING_CHARS = 40
"""Of the passage beside a title: one line of it."""
_WRITINGS_SHOWN = 8
_MISFIT_SHARE = 0.6
_MISFIT_PASSAGES = 20

Pieces = tuple[tuple[str, bool], ...]
"""Text in order as (piece, is marked)."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several ways to look at the same search; the one in force is ``chosen``."""

    label: str
    address: str
    chosen: bool = False


def choices(labels: Mapping[V, str], chosen: V, address: Callable[[V], str]) -> tuple[Choice, ...]:
    """A choice of each value, by what it is called."""
    return tuple(Choice(label, address(value), value == chosen) for value, label in labels.items())


@dataclass(frozen=True, slots=True)
class HitView:
    """One passage found."""

    number: int
    passage_id: str
    address: str
    document_address: str
    title: str
    headings: tuple[str, ...]
    paragraph: int
    source: str | None
    site: str | None
    published: str | None
    pieces: Pieces
    cut_before: bool
    cut_after: bool
    facets: tuple[Choice, ...]
    lead_in: str | None
    repeats: bool
    recognised: bool
    reprints: tuple[ReprintView, ...] = ()
    further: int = 0


@dataclass(frozen=True, slots=True)
class ReprintView:
    """A passage of another document with the text of a hit."""

    title: str
    source: str | None
    site: str | None
    published: str | None
    address: str


@dataclass(frozen=True, slots=True)
class ClosestView:
    """A passage with some of what was asked for: what it has, what only stands around it, and what
    is absent, as written."""

    hit: HitView
    has: tuple[str, ...]
    around: tuple[str, ...]
    absent: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KnownView:
    """A document that the query names: its address; where it begins, or the article, and how."""

    title: str
    address: str
    article: str | None
    passage_address: str | None
    opening: str


@dataclass(frozen=True, slots=True)
class NarrowerView:
    """What the query names, taken for filters: where is looked, for what, and how much there is."""

    where: str
    rest: str
    counts_writings: bool
    address: str
    passages: int


@dataclass(frozen=True, slots=True)
class ReadingView:
    """What another reading of the query finds. ``address`` leads to all of it."""

    kind: str
    text: str
    where: str
    counts_writings: bool
    passages: int
    partial: bool
    hits: tuple[HitView, ...]
    address: str | None


@dataclass(frozen=True, slots=True)
class LabelView:
    """A title, heading or caption that matches."""

    kind: str
    is_title: bool
    pieces: Pieces
    title: str
    address: str


@dataclass(frozen=True, slots=True)
class WritingsView:
    """Other writings of what was asked for, by kind: those that count, those that would add.

    ``kinds`` are the names of the kinds that are on; ``without`` leads to the search without.
    """

    counted: tuple[tuple[str, tuple[str, ...]], ...]
    kinds: tuple[str, ...]
    without: str | None
    more: tuple[tuple[str, tuple[str, ...]], ...]
    more_passages: int
    more_address: str | None


@dataclass(frozen=True, slots=True)
class FirstPage:
    """What the collection holds, for who comes in: places, first and last year, what to try."""

    places: int
    years: tuple[int, int] | None
    examples: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class ResultsView:
    """Everything the template of results needs."""

    request: SearchRequest
    total: int
    documents: int
    first: int
    last: int
    first_page: FirstPage | None
    chips: tuple[Chip, ...]
    cleared: str
    facets: tuple[FacetList, ...]
    sorts: tuple[Choice, ...]
    shows: tuple[Choice, ...]
    writings: WritingsView | None
    understood: tuple[Line, ...]
    literal_total: int
    hidden: int
    hits: tuple[HitView, ...]
    labels: tuple[LabelView, ...]
    labels_total: int
    notices: tuple[Notice, ...]
    corrections: tuple[CorrectionView, ...]
    suggestions: tuple[Alternative, ...]
    known: tuple[KnownView, ...]
    narrower: NarrowerView | None
    otherwise: tuple[ReadingView, ...]
    closest: tuple[ClosestView, ...]
    pager: Pager
    json_address: str
    kwic_address: str | None
    compare_address: str | None


def results_view(index: Index, results: SearchResults, addresses: Addresses) -> ResultsView:
    """The view of one page of results. ``index`` is asked again only where little was found, or
    nothing fits the taxonomy.
    """
    request = results.request
    first = (results.page - 1) * results.limit + 1
    analyzer = index.analyzer
    found_otherwise = results.readings.otherwise
    labels = tuple(_label(label, results, analyzer, addresses) for label in results.labels)
    return ResultsView(
        request=request,
        total=results.total,
        documents=results.documents,
        first=first,
        last=first + len(results.hits) - 1,
        first_page=_first_page(results, addresses),
        chips=chips(request, addresses.search),
        cleared=addresses.search(request.cleared()),
        facets=facet_lists(results, addresses, _taxonomy_misfits(index, results)),
        sorts=_sorts(request, addresses),
        shows=(*_shows(results, addresses), *_matching(results, addresses)),
        writings=_writings(results, addresses),
        understood=understood(results.query.match) if _needs_saying(results) else (),
        literal_total=results.literal_total,
        hidden=results.hidden,
        hits=tuple(_hit(hit, first + i, results, addresses) for i, hit in enumerate(results.hits)),
        labels=labels,
        labels_total=results.labels_total,
        notices=results.notices,
        corrections=tuple(corrections(results, addresses)),
        suggestions=tuple(suggestions(results, addresses)) if not results.total else (),
        known=tuple(_known(known, request, addresses) for known in results.readings.documents),
        narrower=_narrower(results.readings.narrower, addresses),
        otherwise=tuple(_reading(results, reading, addresses) for reading in found_otherwise),
        closest=tuple(
            ClosestView(
                _hit(near.hit, number, results, addresses), near.has, near.around, near.absent
            )
            for number, near in enumerate(results.closest, 1)
        ),
        pager=pager_of(
            results.page,
            results.pages,
            lambda number: addresses.search(request.on_page(number)),
        ),
        json_address=addresses.of("api/v1/search", request),
        kwic_address=_kwic(results, addresses),
        compare_address=addresses.of("compare", CompareRequest(request)) if results.total else None,
    )


def _first_page(results: SearchResults, addresses: Addresses) -> FirstPage | None:
    """Shown before anything is asked: examples are what most of the collection is about."""
    if results.request != SearchRequest() or not results.total:
        return None

    def known(name: str) -> list[str]:
        values = distinct_values(BY_NAME[name], results.facets.get(name, ()))
        missing = (None, BY_NAME[name].missing)
        return [str(count.value) for count in values if count.value not in missing]

    topics, years = known("topic"), [int(year) for year in known("year")]
    places = [place for place in known("city") if place.count("/") == 1] or known("city")
    examples = [Choice(topic, addresses.search(SearchRequest(topic=(topic,)))) for topic in topics]
    examples[2:] = [
        Choice(place.rsplit("/", 1)[-1], addresses.search(SearchRequest(city=(place,))))
        for place in places
    ][:1]
    if years:
        latest = f"年份:{max(years)}"
        examples.append(Choice(latest, addresses.search(SearchRequest(latest))))
    return FirstPage(
        places=len(known("city")),
        years=(min(years), max(years)) if years else None,
        examples=tuple(examples),
    )


def _kwic(results: SearchResults, addresses: Addresses) -> str | None:
    """Every occurrence with its context, where a text was asked for and found."""
    if not results.total or not results.query.asks_for_text:
        return None
    search = replace(results.request, page=1, limit=None)
    return addresses.of("kwic", ConcordanceRequest(search))


def _sorts(request: SearchRequest, addresses: Addresses) -> tuple[Choice, ...]:
    """The orders. Without a query nothing is more relevant: that is the order of documents."""
    if request.query.strip():
        return choices(
            wording.SORTS, request.sort, lambda sort: addresses.search(request.sorted_by(sort))
        )
    by_date = request.sort == "date"
    return (
        Choice(
            wording.SORTS["document"], addresses.search(request.sorted_by("relevance")), not by_date
        ),
        Choice(wording.SORTS["date"], addresses.search(request.sorted_by("date")), by_date),
    )


def _needs_saying(results: SearchResults) -> bool:
    """Whether a query means anything but one text literally, or words of which each must stand."""
    match = results.query.match
    parts = match.children if isinstance(match, And) else (match,)
    literally = all(isinstance(part, Literal) for part in parts)
    return not literally or results.literal_total != results.total


def _matching(results: SearchResults, addresses: Addresses) -> tuple[Choice, ...]:
    """Any word instead of all, where all are seldom together; back, where that is in force."""
    request = results.request
    if request.any_term:
        return (Choice(_("含全部词"), addresses.search(replace(request, any_term=False, page=1))),)
    if isinstance(results.query.match, And) and 0 < results.total <= results.limit:
        return (Choice(_("含任一词"), addresses.search(replace(request, any_term=True, page=1))),)
    return ()


def _writings(results: SearchResults, addresses: Addresses) -> WritingsView | None:
    """Which other writings count, and which would add passages."""
    request, wider = results.request, results.wider
    if not request.query.strip() or (not request.also and wider is None):
        return None
    return WritingsView(
        counted=_by_kind(results.query.equivalents),
        without=addresses.search(replace(request, also=(), page=1)) if request.also else None,
        kinds=tuple(wording.WRITINGS[kind] for kind in request.writings),
        more=_by_kind(wider.equivalents) if wider else (),
        more_passages=wider.total - results.total if wider else 0,
        more_address=addresses.search(wider.request) if wider else None,
    )


def _by_kind(equivalents: Iterable[Equivalent]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """(the kind's name, the writings), the first of each kind only where they are many."""
    found: dict[str, dict[str, None]] = {}
    for equivalent in equivalents:
        found.setdefault(wording.WRITINGS[equivalent.kind], {})[equivalent.text] = None
    return tuple((kind, tuple(texts)[:_WRITINGS_SHOWN]) for kind, texts in found.items())


def _shows(results: SearchResults, addresses: Addresses) -> tuple[Choice, ...]:
    """Every passage, each text once, each document once: those that make a difference."""
    request = results.request
    whole = addresses.search(request.collapsed(False))
    choices = [Choice(_("段落"), whole, not (request.collapse or request.by_document))]
    if results.linked and results.total > 1:
        collapsed = addresses.search(request.collapsed(True))
        is_on = request.collapse and not request.by_document
        choices.append(Choice(_("合并转载"), collapsed, is_on))
    if results.total > results.documents or request.by_document:
        grouped = addresses.search(request.grouped())
        choices.append(Choice(_("按文献"), grouped, request.by_document))
    return tuple(choices) if len(choices) > 1 else ()


def _hit(hit: Hit, number: int, results: SearchResults, addresses: Addresses) -> HitView:
    request = results.request
    shown = snippet(hit.text, hit.highlights, _SNIPPET_CHARS)
    return HitView(
        number=number,
        passage_id=hit.passage_id,
        address=addresses.passage(hit.passage_id, request),
        document_address=addresses.document(hit.document_id, request, paragraph=hit.paragraph),
        title=hit.title or hit.path,
        headings=hit.headings,
        paragraph=hit.paragraph,
        source=hit.source,
        site=hit.site,
        published=hit.published,
        pieces=tuple(shown.pieces()),
        cut_before=shown.cut_before,
        cut_after=shown.cut_after,
        facets=tuple(_facets_of(hit, request, addresses)),
        lead_in=hit.lead_in,
        repeats=hit.repeats,
        recognised=hit.recognised is not None,
        further=results.further.get(hit.passage_id, 0),
        reprints=tuple(
            ReprintView(
                title=other.title or other.path,
                source=other.source,
                site=other.site,
                published=other.published,
                address=addresses.passage(other.passage_id, request),
            )
            for other in results.reprints.get(hit.passage_id, ())
        ),
    )


def _known(known: KnownDocument, request: SearchRequest, addresses: Addresses) -> KnownView:
    passage = known.passage
    opening = "" if passage is None else passage.text.strip()
    at = None if passage is None else passage.paragraph
    return KnownView(
        title=wording.titled(known.title),
        address=addresses.document(known.document_id, request, paragraph=at),
        article=known.article,
        passage_address=addresses.passage(passage.passage_id, request) if passage else None,
        opening=opening if len(opening) <= _OPENING_CHARS else f"{opening[:_OPENING_CHARS]}……",
    )


def _narrower(narrower: Narrower | None, addresses: Addresses) -> NarrowerView | None:
    if narrower is None:
        return None
    return NarrowerView(
        where=wording.where(narrower.names),
        rest=narrower.rest,
        counts_writings=narrower.counts_writings,
        address=addresses.search(narrower.request),
        passages=narrower.total,
    )


def _reading(results: SearchResults, reading: Reading, addresses: Addresses) -> ReadingView:
    narrower = results.readings.narrower
    where = ""
    if reading.kind == "narrower" and narrower is not None:
        where = wording.where(narrower.names)
    elif reading.kind == "article":
        where = wording.titled(reading.hits[0].title or reading.hits[0].path)
    # What is marked and what a link carries along is what was read.
    shown = replace(results, request=reading.request or results.request)
    return ReadingView(
        kind=reading.kind,
        text=reading.text,
        where=where,
        counts_writings=reading.counts_writings,
        passages=reading.total,
        partial=reading.partial,
        hits=tuple(_hit(hit, n, shown, addresses) for n, hit in enumerate(reading.hits, 1)),
        address=addresses.search(reading.request) if reading.request else None,
    )


_TAGS = ("city", "year", "topic")
"""The facets that stand below a hit; its source stands above."""


def _facets_of(hit: Hit, request: SearchRequest, addresses: Addresses) -> Iterator[Choice]:
    """The city, year and topics of a passage, each narrowing the search to it."""
    for facet in map(BY_NAME.__getitem__, _TAGS):
        for value in (str(value) for value in facet.read(hit) if value != facet.missing):
            chosen = value in request.chosen(facet.name)
            places = choice_addresses(facet.name, request, addresses)
            address = addresses.search(request.on_page(1)) if chosen else places.choosing(value)
            label = wording.value_label(facet, value.rsplit("/", 1)[-1])
            yield Choice(label, address, chosen)


def _label(
    label: LabelHit, results: SearchResults, analyzer: Analyzer, addresses: Addresses
) -> LabelView:
    ranges = highlight(label.text, results.query, analyzer)
    return LabelView(
        kind=wording.KINDS.get(label.kind) or wording.ROLES.get(label.role, label.role),
        is_title=label.kind == "title",
        pieces=tuple(marked(label.text, ranges)),
        title=label.title or label.path,
        address=addresses.document(label.document_id, results.request),
    )


def _taxonomy_misfits(index: Index, results: SearchResults) -> bool:
    """Whether most of this search, and of the whole collection, has no topic."""
    if results.request.topic:
        return False
    if not _mostly_unclassified(results.facets.get("topic", ()), results.total):
        return False
    return _mostly_unclassified(index.facet_values()["topic"], index.stats().passages)


def _mostly_unclassified(counts: Iterable[FacetCount], total: int) -> bool:
    without = sum(c.count for c in counts if c.value in (UNCLASSIFIED, None))
    return total >= _MISFIT_PASSAGES and without >= _MISFIT_SHARE * total


_LINES = 60
"""More lines of a tree nobody reads."""


@dataclass(frozen=True, slots=True)
class Line:
    """One node of a query: how deep it stands, what it asks for, whether a passage has it."""

    depth: int
    text: str
    matches: bool | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """What one term adds to a score; ``part`` is its part of the whole, in percent."""

    field: str
    term: str
    frequency: int
    length: int
    idf: float
    weight: float
    share: float
    part: float


@dataclass(frozen=True, slots=True)
class WhyView:
    """Everything the template of reasons needs."""

    title: str
    paragraph: int
    pieces: tuple[tuple[str, bool], ...]
    passage_address: str
    back: str | None
    query: str
    matches: bool
    lines: tuple[Line, ...]
    score: float
    shares: tuple[Share, ...]


def understood(node: Node) -> tuple[Line, ...]:
    """A query's tree as lines, at most _LINES."""
    return tuple(line for line, __ in zip(_lines(node, 0), range(_LINES), strict=False))


def why_view(index: Index, shown: Shown, origin: SearchRequest, addresses: Addresses) -> WhyView:
    """Why a passage opened from the search ``origin`` matches it."""
    passage = shown.passage
    query = index.parse(origin)
    found = index.explain(query, passage.passage_id)
    shares = sorted((t for t in found.terms if t.frequency), key=lambda t: -t.share)
    return WhyView(
        title=passage.title or passage.path,
        paragraph=passage.paragraph,
        pieces=tuple(marked(passage.text, highlight(passage.text, query, index.analyzer))),
        passage_address=addresses.passage(passage.passage_id, origin),
        back=addresses.search(origin) if origin.query.strip() else None,
        query=origin.query,
        matches=found.matches,
        lines=tuple(
            line for line, __ in zip(_matched(found.match, 0), range(_LINES), strict=False)
        ),
        score=found.score,
        shares=tuple(
            Share(
                wording.SCORED_FIELDS[t.field],
                t.term,
                t.frequency,
                t.length,
                t.idf,
                t.weight,
                t.share,
                100 * t.share / found.score if found.score else 0.0,
            )
            for t in shares
        ),
    )


def _lines(node: Node, depth: int) -> Iterator[Line]:
    yield Line(depth, asks_for(node).said(language()))
    for child in _below(node):
        yield from _lines(child, depth + 1)


def _matched(found: NodeMatch, depth: int) -> Iterator[Line]:
    yield Line(depth, asks_for(found.node).said(language()), found.matches)
    for child in found.children:
        yield from _matched(child, depth + 1)


def _below(node: Node) -> tuple[Node, ...]:
    match node:
        case And(children) | Or(children):
            return children
        case Not(child):
            return (child,)
        case __:
            return ()
