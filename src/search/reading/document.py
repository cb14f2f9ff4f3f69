"""From the bytes of a file to a Document: identity, metadata and facets, each with its evidence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from ..documents.document import (
    UNCLASSIFIED,
    Document,
    Evidence,
    Paragraph,
    Place,
    document_id,
    page_ranges,
    sha256_hex,
)
from ..facets.clues import PlaceClues
from ..facets.gazetteer import named_places
from ..facets.place import infer_place, place_of_outlet
from ..facets.topic import Taxonomy
from ..facets.year import chinese_number, named_years, publication_year, year_of_act
from ..languages.sentences import CHINESE
from .decoding import script_of
from .extract import Extract
from .formats import extract_text
from .layout import Layout, lay_out
from .metadata import promulgation_date, source_kind

_WORK_REPORT = re.compile(
    r"(?P<year>(?:19|20)[0-9]{2}|[一二][〇○零一二三四五六七八九]{3})年[^年]{0,12}政府工作报告"
)


def read_document(data: bytes, path: str, taxonomy: Taxonomy) -> Document:
    """The document a file holds.

    ``path`` is POSIX and relative to its root; it is recorded, its suffix says the format, and
    nothing else is inferred from it. Raises UnreadableFileError for bytes that cannot be read.
    """
    return to_document(extract_text(data, path), path, sha256_hex(data), taxonomy)


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
        source=fields.get("source"),
        site=fields.get("site"),
    )
    place, place_evidence = infer_place(_clues(text, layout))
    source_city = place_of_outlet(fields.get("source"))
    year, why_year = publication_year(published), f"发布日期 {(published or '')[:10]} 的年份"
    if place_evidence:
        evidence["city"] = place_evidence
    if published and promulgated and fields.get("published") is None:
        header = [line.quote or "" for line in promulgated]
        bodies = [text[p.start : p.end] for p in layout.paragraphs if p.role == "body"]
        year, why_year = year_of_act(published, header, bodies)
    if published:
        evidence["year"] = (Evidence(why_year, _line(evidence, "published")),)
    elif report := _WORK_REPORT.search(fields.get("title") or ""):
        # It is given at the beginning of the year that it names, whenever it was printed.
        year = chinese_number(report["year"])
        evidence["year"] = (Evidence("政府工作报告标题里的年份", _line(evidence, "title")),)
    kind = source_kind(fields.get("source"), fields.get("site"))
    return Document(
        document_id=identity,
        paths=(path,),
        text=text,
        paragraphs=tuple(
            _with_facets(text, layout, taxonomy, (place, source_city), extract.recognised)
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


def _with_facets(
    text: str,
    layout: Layout,
    taxonomy: Taxonomy,
    known: Iterable[Place],
    recognised: Mapping[int, float],
) -> Iterator[Paragraph]:
    """The paragraphs with what each passage is about and names."""
    bodies = [text[p.start : p.end] for p in layout.paragraphs if p.role == "body"]
    places = iter(named_places(layout.fields.get("title"), bodies, known))
    body = iter(bodies)
    for paragraph in layout.paragraphs:
        if paragraph.role != "body":
            yield paragraph
            continue
        passage = next(body)
        found = taxonomy.topics_of(passage)
        # Spelled out, as dataclasses.replace takes a tenth of the time that reading takes.
        yield Paragraph(
            paragraph.start,
            paragraph.end,
            paragraph.role,
            paragraph.kind,
            paragraph.reason,
            paragraph.number,
            paragraph.headings,
            tuple(e.topic for e in found) or (UNCLASSIFIED,),
            found,
            next(places),
            named_years(passage),
            recognised.get(text.count("\n", 0, paragraph.start) + 1) if recognised else None,
        )


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


def _line(evidence: dict[str, tuple[Evidence, ...]], name: str) -> int | None:
    return evidence[name][0].line if evidence.get(name) else None
