"""How is a document written as JSON: its fields with their evidence, and how its file was read?"""

from __future__ import annotations

from typing import Any

from .document import Document, Place


def document_json(document: Document) -> dict[str, Any]:
    """A document without its text, as JSON types; unknown is null."""
    place: Place = document.city
    return {
        "document_id": document.document_id,
        "path": document.path,
        "paths": list(document.paths),
        "title": document.title,
        "eyebrow": document.eyebrow,
        "subtitle": document.subtitle,
        "source": document.source,
        "source_kind": document.source_kind,
        "site": document.site,
        "author": document.author,
        "posted_by": document.posted_by,
        "contributor": document.contributor,
        "editors": document.editors,
        "published": document.published,
        "url": document.url,
        "city": list(place),
        "source_city": list(document.source_city),
        "year": document.year,
        "passages": document.passage_count,
        "sha256": document.sha256,
        "captured": document.captured,
        "evidence": {
            name: [
                {"note": e.note, "line": e.line, "quote": e.quote, "sure": e.sure} for e in items
            ]
            for name, items in document.evidence.items()
        },
    }


def inspection_json(document: Document) -> dict[str, Any]:
    """How a file was read: the document and every paragraph with its verdict."""
    return {
        "document": document_json(document),
        "paragraphs": [
            {
                "start": paragraph.start,
                "end": paragraph.end,
                "text": document.slice(paragraph),
                "role": paragraph.role,
                "kind": paragraph.kind,
                "reason": paragraph.reason,
                "paragraph": paragraph.number,
                "headings": list(paragraph.headings),
                "topics": list(paragraph.topics),
                "topic_evidence": [
                    {"topic": e.topic, "words": list(e.words), "weight": e.weight}
                    for e in paragraph.topic_evidence
                ],
                "named_places": [
                    {"place": list(n.place), "words": list(n.words)} for n in paragraph.named_places
                ],
                "named_years": [
                    {"first": n.first, "last": n.last, "words": n.words}
                    for n in paragraph.named_years
                ],
            }
            for paragraph in document.paragraphs
        ],
    }
