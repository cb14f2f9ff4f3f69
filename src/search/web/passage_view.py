"""The page of one passage as plain values: text, neighbours, facets, citation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..analysis.differences import Pair
from ..analysis.words import Analyzer
from ..citing.showing import Shown
from ..documents.document import Document, Evidence, Passage, TextRange, place_path
from ..documents.facets import BY_NAME, DOCUMENT_FACETS, UNKNOWN
from ..query.nodes import Query
from ..query.request import SearchRequest
from ..searching.index import Index
from ..searching.snippets import highlight, marked
from . import wording
from .addresses import Added, Addresses
from .citing import CitingView, citing_view, meta_tags
from .languages import gettext as _
from .quotes import QuotationView, parted, quotation_view
from .results_view import Pieces
from .safety import safe_link

_SHORTENED_CHARS = 120


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """Why a field has its value."""

    note: str
    line: int | None
    quote: str | None
    sure: str


@dataclass(frozen=True, slots=True)
class Fact:
    """One field: its value (None is unknown), where a search for it or a link leads, and why."""

    name: str
    label: str
    value: str | None
    address: str | None = None
    link: str | None = None
    evidence: tuple[EvidenceView, ...] = ()


@dataclass(frozen=True, slots=True)
class NeighbourView:
    """The paragraph before or after."""

    paragraph: int
    address: str
    text: str


@dataclass(frozen=True, slots=True)
class SupersededView:
    """That this is an old wording: since when, why, where the present one is, how it differs."""

    when: str
    why: str
    present: NeighbourView | None
    changes: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class PrintedView:
    """One place where the text was printed; without an address it is the one that is shown."""

    title: str
    source: str | None
    site: str | None
    published: str | None
    address: str | None


@dataclass(frozen=True, slots=True)
class PassageView:
    """Everything the template of a passage needs.

    ``pieces`` are the text before the range that is quoted, in it, and after it.
    """

    passage: Passage
    document: Document
    title: str
    passages: int
    pieces: tuple[Pieces, Pieces, Pieces]
    quotation: QuotationView
    before: tuple[NeighbourView, ...]
    after: tuple[NeighbourView, ...]
    chain: tuple[PrintedView, ...]
    facts: tuple[Fact, ...]
    citing: CitingView
    meta: tuple[tuple[str, str], ...]
    permanent: str
    document_address: str | None
    superseded: SupersededView | None
    back: str | None
    like_address: str
    why_address: str | None


def passage_view(
    index: Index,
    shown: Shown,
    origin: SearchRequest,
    addresses: Addresses,
    chosen: TextRange | None = None,
    *,
    added: Added,
) -> PassageView:
    """The view of a passage opened from the search ``origin``, or of a range of it.

    ``added`` is what the reader adds to the citation; what is wrong with it is said beside it.
    """
    passage, document = shown.passage, shown.document
    lives_in = shown.successor if shown.superseded else document
    analyzer = index.analyzer
    query = index.parse(origin)
    return PassageView(
        passage=passage,
        document=document,
        title=document.title or document.path,
        passages=shown.passages,
        pieces=parted(passage.text, highlight(passage.text, query, analyzer), chosen),
        quotation=quotation_view(shown, chosen, addresses),
        before=tuple(_neighbour(p, origin, addresses) for p in shown.before),
        after=tuple(_neighbour(p, origin, addresses) for p in shown.after),
        chain=tuple(_printed(p, passage, origin, addresses) for p in shown.chain),
        facts=tuple(_passage_facts(document, passage, addresses)),
        citing=citing_view(
            document,
            passage,
            added,
            action=addresses.passage(passage.passage_id),
            file=lambda params: addresses.passage_citation(passage.passage_id, params),
        ),
        meta=meta_tags(document),
        permanent=addresses.passage(passage.passage_id),
        document_address=_document_address(shown, lives_in, origin, addresses),
        superseded=_superseded(shown, origin, addresses),
        back=addresses.search(origin) if origin.to_params() else None,
        like_address=addresses.like(passage.passage_id, origin),
        why_address=addresses.why(passage.passage_id, origin) if origin.query.strip() else None,
    )


def _document_address(
    shown: Shown, document: Document | None, origin: SearchRequest, addresses: Addresses
) -> str | None:
    """The document at the passage, or at the one that took its place; None where it is gone."""
    if document is None:
        return None
    at = shown.present if shown.superseded else shown.passage
    return addresses.document(document.document_id, origin, paragraph=at.paragraph if at else None)


def _superseded(shown: Shown, origin: SearchRequest, addresses: Addresses) -> SupersededView | None:
    if shown.superseded is None:
        return None
    present = _neighbour(shown.present, origin, addresses) if shown.present else None
    return SupersededView(
        shown.superseded.superseded,
        wording.SUPERSEDED[shown.superseded.reason],
        present,
        shown.changes,
    )


def pieces(text: str, query: Query, analyzer: Analyzer) -> Pieces:
    """A text with what the query matches marked."""
    if query.is_empty:
        return ((text, False),) if text else ()
    return tuple(marked(text, highlight(text, query, analyzer)))


def facts_of(
    document: Document, addresses: Addresses, names: tuple[str, ...] | None = None
) -> Iterator[Fact]:
    """The fields of a document with their evidence: the named ones, else all that it has.

    City, year and source are always there, known or not: they are facets. A line that is quoted
    once, or is the value itself, is not quoted again.
    """
    quoted: set[str] = set()
    for name in names or tuple(wording.FIELDS):
        facet = BY_NAME.get(name)
        value = facet.value(document) if facet else getattr(document, name)
        if value is None and names is None and facet not in DOCUMENT_FACETS:
            continue
        text = None if value is None else str(value)
        shown = text
        if facet and facet.kind == "place" and text:
            shown = text.replace("/", " › ")
        elif name == "published":
            shown = wording.moment(text)
        evidence = tuple(
            _evidence(e, quoted | {text or ""}) for e in document.evidence.get(name, ())
        )
        quoted |= {e.quote for e in document.evidence.get(name, ()) if e.quote}
        yield Fact(
            name=name,
            label=wording.FIELDS[name],
            value=shown or None,
            address=(
                addresses.search(SearchRequest().toggled(facet.name, text or UNKNOWN))
                if facet
                else None
            ),
            link=safe_link(text) if name in ("url", "site") else None,
            evidence=evidence,
        )


def _passage_facts(document: Document, passage: Passage, addresses: Addresses) -> Iterator[Fact]:
    yield from facts_of(document, addresses, ("city", "year"))
    words = {e.topic: e.words for e in passage.topic_evidence}
    by_hand = tuple(_evidence(e, set()) for e in document.evidence.get("topics", ()))
    for topic in passage.topics:
        if words.get(topic):
            note = _("本段有：%(words)s", words=wording.listed(words[topic]))
        else:
            note = _("没有主题词表中的词")
        yield Fact(
            name="topic",
            label=wording.FACETS["topic"],
            value=wording.value_label(BY_NAME["topic"], topic),
            address=addresses.search(SearchRequest(topic=(topic,))),
            evidence=(
                by_hand
                if by_hand and not words.get(topic)
                else (EvidenceView(note, None, None, ""),)
            ),
        )
    for place in passage.named_places:
        path = place_path(place.place) or ""
        naming = addresses.search(SearchRequest(place=(path,)))
        yield _named("named-place", _("提到地方"), path, wording.listed(place.words), naming)
    for years in passage.named_years:
        span = str(years.first) if years.first == years.last else f"{years.first}–{years.last}"
        naming = addresses.search(SearchRequest(named_year=(f"{years.first}..{years.last}",)))
        yield _named("named-years", _("提到年份"), span, years.words, naming)
    yield from facts_of(document, addresses, ("source", "published"))


def _named(name: str, label: str, value: str, words: str, address: str) -> Fact:
    note = EvidenceView(_("本段写作：%(words)s", words=words), None, None, "")
    return Fact(name, label, value.replace("/", " › "), address=address, evidence=(note,))


def _evidence(evidence: Evidence, shown: set[str]) -> EvidenceView:
    """``shown`` are quotations that need not be repeated."""
    quote = evidence.quote if evidence.quote not in shown else None
    if quote and len(quote) > _SHORTENED_CHARS:
        quote = quote[:_SHORTENED_CHARS] + "……"
    return EvidenceView(evidence.note, evidence.line, quote, wording.SURE.get(evidence.sure, ""))


def _printed(
    printed: Passage, shown: Passage, origin: SearchRequest, addresses: Addresses
) -> PrintedView:
    is_shown = printed.passage_id == shown.passage_id
    return PrintedView(
        printed.title or printed.path,
        printed.source,
        printed.site,
        printed.published,
        None if is_shown else addresses.passage(printed.passage_id, origin),
    )


def _neighbour(passage: Passage, origin: SearchRequest, addresses: Addresses) -> NeighbourView:
    return NeighbourView(
        passage.paragraph, addresses.passage(passage.passage_id, origin), passage.text
    )
