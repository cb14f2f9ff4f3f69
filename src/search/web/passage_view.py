"""What the page of a passage says beside it: what is quoted, and each field with its evidence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from ..analysis.punctuation import adapt_punctuation
from ..citing.showing import Shown
from ..documents.document import Document, Evidence, Passage, TextRange, place_path
from ..documents.facets import BY_NAME, DOCUMENT_FACETS, UNKNOWN
from ..query.request import SearchRequest
from ..searching.index import Index
from ..searching.snippets import Range, highlight, marked
from . import wording
from .addresses import Addresses
from .citing import meta_tags
from .languages import gettext as _
from .results_view import Pieces
from .safety import safe_link

_SHORTENED_CHARS = 120


@dataclass(frozen=True, slots=True)
class Fact:
    """One field: its value (None is unknown), where a search for it or a link leads, and why."""

    name: str
    label: str
    value: str | None
    address: str | None = None
    link: str | None = None
    evidence: tuple[Evidence, ...] = ()


def passage_values(
    index: Index,
    shown: Shown,
    origin: SearchRequest,
    addresses: Addresses,
    chosen: TextRange | None = None,
) -> dict[str, Any]:
    """What the template says of a passage opened from the search ``origin``, or of a range of it.

    ``pieces`` are the text before the range that is quoted, in it, and after it.
    """
    passage, document = shown.passage, shown.document
    quoted = chosen.quote if chosen else passage.text
    marks = highlight(passage.text, index.parse(origin), index.analyzer)
    return {
        "shown": shown,
        "passage": passage,
        "document": document,
        "chosen": chosen,
        "quoted": quoted,
        "adapted": adapt_punctuation(quoted),
        "original_page": safe_link(shown.original_page(chosen)),
        "pieces": _parted(passage.text, marks, chosen),
        "facts": tuple(_passage_facts(document, passage, addresses)),
        "meta": meta_tags(document),
    }


def _parted(
    text: str, highlights: tuple[Range, ...], chosen: TextRange | None
) -> tuple[Pieces, Pieces, Pieces]:
    """What stands before a range, in it and after it, each with its marked words.

    All of it is before where there is no range.
    """
    start, end = (chosen.start, chosen.end) if chosen else (len(text), len(text))
    before, within, after = (
        tuple(
            marked(
                text[first:last],
                [
                    (max(one, first) - first, min(other, last) - first)
                    for one, other in highlights
                    if one < last and other > first
                ],
            )
        )
        for first, last in ((0, start), (start, end), (end, len(text)))
    )
    return before, within, after


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
            evidence=(by_hand if by_hand and not words.get(topic) else (Evidence(note),)),
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
    note = Evidence(_("本段写作：%(words)s", words=words))
    return Fact(name, label, value.replace("/", " › "), address=address, evidence=(note,))


def _evidence(evidence: Evidence, shown: set[str]) -> Evidence:
    """As it is shown: without a quotation that ``shown`` has, of a long one the beginning."""
    quote = evidence.quote if evidence.quote not in shown else None
    return replace(evidence, quote=quote and wording.shortened(quote, _SHORTENED_CHARS))
