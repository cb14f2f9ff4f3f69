"""From the bytes of a file to a Document: identity, metadata and facets, each with its evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from ..documents.document import (
    UNCLASSIFIED,
    Document,
    Evidence,
    NamedPlace,
    Paragraph,
    TopicEvidence,
    document_id,
    page_ranges,
    sha256_hex,
)
from ..facets.clues import PlaceClues
from ..facets.gazetteer import Gazetteer
from ..facets.mentions import NamesInText, places_in
from ..facets.place import CluesInText, infer_place, place_of_outlet
from ..facets.topic import Taxonomy
from ..facets.words import facet_words
from ..facets.year import named_years, publication_year, titled_year, year_of_issue
from ..languages.sentences import CHINESE
from .acts import promulgation_date, year_of_act
from .bylines import source_kind
from .decoding import script_of
from .extract import Extract
from .formats import extract_text
from .layout import Layout, lay_out

_NUMBER_CHARS = 40
_NUMBER_LINES = 12
"""The number of an official document is no longer, and stands among the first lines."""


def read_document(
    data: bytes,
    path: str,
    taxonomy: Taxonomy,
    neighbours: Callable[[], str | None] | None = None,
) -> Document:
    """The document a file holds.

    ``path`` is POSIX and relative to its root; it is recorded, its suffix says the format, and
    nothing else is inferred from it; ``neighbours`` gives the encoding of the files beside it.
    Raises UnreadableFileError for bytes that cannot be read.
    """
    return to_document(extract_text(data, path, neighbours), path, sha256_hex(data), taxonomy)


def to_document(extract: Extract, path: str, sha256: str, taxonomy: Taxonomy) -> Document:
    """The document of a text that a reader gave; ``sha256`` is of the raw bytes."""
    text = extract.text
    layout = lay_out(text, extract.guide)
    fields, evidence = layout.fields, layout.evidence
    promulgated = evidence.pop("promulgated", ())
    published = fields.get("published")
    if published is None and promulgated:
        published, newest = promulgation_date(promulgated)
        if newest is not None:
            evidence["published"] = (newest,)
    if extract.recognised_pages:
        pages = "、".join(
            each if isinstance(each, str) else each.said(CHINESE)
            for each in page_ranges(extract.recognised_pages)
        )
        note = f"第 {pages} 页由文字识别读出，未校对"
        evidence["recognised"] = (Evidence(note, None, None, "probable"),)
    if extract.faults:
        evidence["encoding"] = tuple(Evidence(fault, None, None) for fault in extract.faults)
    identity = document_id(
        text=text,
        url=fields.get("url"),
        title=fields.get("title"),
        published=published,
        # What is probable may be read otherwise one day, and is no part of an identity.
        source=fields.get("source") if _is_certain(evidence, "source") else None,
        site=fields.get("site"),
    )
    gazetteer = Gazetteer.load()
    clues = CluesInText.of(_clues(text, layout))
    found, topic_words = facet_words(taxonomy, gazetteer).find(clues.text)
    names = NamesInText(clues.text, gazetteer, found)
    place, place_evidence = infer_place(clues.clues, clues, names)
    source_city = place_of_outlet(fields.get("source"))
    year, why_year = publication_year(published), f"发布日期 {(published or '')[:10]} 的年份"
    if place_evidence:
        evidence["city"] = place_evidence
    if published and promulgated and fields.get("published") is None:
        header = [line.quote or "" for line in promulgated]
        in_force = (p for p in layout.paragraphs if p.role == "body" or p.kind == "effective")
        told = [text[p.start : p.end] for p in in_force]
        year, why_year = year_of_act(published, header, told)
    if published:
        evidence["year"] = (Evidence(why_year, _line(evidence, "published")),)
    elif year := titled_year("——".join(filter(None, map(fields.get, ("title", "subtitle"))))):
        evidence["year"] = (Evidence("标题里写明的年份", _line(evidence, "title")),)
    # An act is given its number when it is issued, which may be the year after it was passed.
    issued = _issued(text, layout) if year is None or promulgated else None
    if issued and issued[0] > (year or 0):
        year, evidence["year"] = issued
    kind = source_kind(fields.get("source"), fields.get("site"))
    return Document(
        document_id=identity,
        paths=(path,),
        text=text,
        paragraphs=tuple(
            _with_facets(
                layout,
                clues,
                taxonomy.topics_in(clues.text, clues.body, topic_words),
                places_in(names.mentions((place, source_city)), clues.body),
                text,
                extract.recognised,
            )
        ),
        sha256=sha256,
        encoding=extract.encoding,
        title=fields.get("title"),
        eyebrow=fields.get("eyebrow"),
        subtitle=fields.get("subtitle"),
        source=fields.get("source"),
        source_kind="regulation" if promulgated else "forum" if layout.is_forum else kind,
        site=fields.get("site"),
        author=fields.get("author"),
        posted_by=fields.get("posted_by"),
        contributor=fields.get("contributor"),
        editors=fields.get("editors"),
        published=published,
        url=fields.get("url"),
        city=place,
        source_city=source_city,
        year=year,
        script=script_of(text),
        evidence=evidence,
        scanned=extract.scanned,
    )


def _issued(text: str, layout: Layout) -> tuple[int, tuple[Evidence, ...]] | None:
    """The year in the document's own number, which stands near its title."""
    for paragraph in layout.paragraphs[:_NUMBER_LINES]:
        if paragraph.end - paragraph.start <= _NUMBER_CHARS:
            found = year_of_issue(text[paragraph.start : paragraph.end])
            if found:
                year, number = found
                line = text.count("\n", 0, paragraph.start) + 1
                return year, (Evidence(f"文号 {number} 的年份", line, sure="probable"),)
    return None


def _with_facets(
    layout: Layout,
    clues: CluesInText,
    found: Iterable[tuple[TopicEvidence, ...]],
    places: Iterable[tuple[NamedPlace, ...]],
    text: str,
    recognised: Mapping[int, float],
) -> Iterator[Paragraph]:
    """The paragraphs with what each passage is about and names."""
    facets = zip(clues.clues.body, found, places, strict=True)
    for paragraph in layout.paragraphs:
        if paragraph.role != "body":
            yield Paragraph(*paragraph)
            continue
        passage, about, named = next(facets)
        years = named_years(passage)
        topics = tuple([evidence.topic for evidence in about]) or (UNCLASSIFIED,)
        line = text.count("\n", 0, paragraph.start) + 1 if recognised else 0
        yield Paragraph(*paragraph, topics, about, named, years, recognised.get(line))


def _clues(text: str, layout: Layout) -> PlaceClues:
    fields = layout.fields
    by_role: dict[str, list[str]] = {}
    for paragraph in layout.paragraphs:
        own = paragraph.kind in ("caption", "promulgation")
        key = paragraph.kind if own else paragraph.role
        by_role.setdefault(key, []).append(text[paragraph.start : paragraph.end])
    return PlaceClues(
        title=fields.get("title"),
        eyebrow=fields.get("eyebrow"),
        subtitle=fields.get("subtitle"),
        body=tuple(by_role.get("body", ())),
        headings=tuple(by_role.get("heading", ())),
        captions=tuple(by_role.get("caption", ())),
        promulgation=tuple(by_role.get("promulgation", ())),
        source=fields.get("source"),
        site=fields.get("site"),
        contributor=fields.get("contributor"),
        author=fields.get("author"),
        posted_by=fields.get("posted_by"),
        breadcrumbs=layout.breadcrumbs,
    )


def _is_certain(evidence: dict[str, tuple[Evidence, ...]], name: str) -> bool:
    return all(each.sure != "probable" for each in evidence.get(name, ()))


def _line(evidence: dict[str, tuple[Evidence, ...]], name: str) -> int | None:
    return evidence[name][0].line if evidence.get(name) else None
