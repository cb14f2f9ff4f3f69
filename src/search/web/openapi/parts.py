"""The parts that several answers have: the fields of a passage, of a citation, of a place ..."""

from __future__ import annotations

from ...analysis.equivalence import KINDS
from ...documents.facets import ALL_FACETS, BESIDE, FACETS
from ...query.request import NOT
from .shapes import (
    COUNT,
    DOCUMENT_ID,
    FLAG,
    MAYBE,
    NUMBER,
    PASSAGE_ID,
    PLACE,
    SPAN,
    TEXT,
    WHOLE,
    Schema,
    many,
    or_null,
    reference,
    shape,
)

PASSAGE: dict[str, Schema] = {
    "passage_id": PASSAGE_ID,
    "document_id": DOCUMENT_ID,
    "path": TEXT,
    "title": MAYBE,
    "source": MAYBE,
    "site": MAYBE,
    "author": MAYBE,
    "published": {**MAYBE, "description": "ISO 8601: a day, or a day and time."},
    "url": MAYBE,
    "headings": many(TEXT),
    "paragraph": {"type": "integer", "minimum": 1, "description": "¶, from 1."},
    "text": {**TEXT, "description": "The exact text of the source."},
    "city": PLACE,
    "year": or_null(WHOLE),
    "topics": many(TEXT),
    "topic_evidence": many(shape({"topic": TEXT, "words": many(TEXT), "weight": NUMBER})),
    "named_places": many(shape({"place": PLACE, "words": many(TEXT)})),
    "named_years": many(shape({"first": WHOLE, "last": WHOLE, "words": TEXT})),
    "start": {**COUNT, "description": "Where it begins in the text of the document."},
    "end": COUNT,
    "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
    **{facet.name: MAYBE for facet in BESIDE},
}
SCORED: dict[str, Schema] = {
    "score": NUMBER,
    "highlights": many({**SPAN, "description": "Characters of text that match: from, to."}),
    "lead_in": or_null({**TEXT, "description": "The sentence before the list it is an item of."}),
    "repeats": {"type": "boolean", "description": "Its text stands in a hit above."},
}
QUOTED: dict[str, Schema] = {
    "address": {**TEXT, "description": "The permanent address, of the range if there is one."},
    "range": or_null(
        shape(
            {"from": COUNT, "to": WHOLE, "quote": TEXT, "sha256": PASSAGE["sha256"]},
            about="The characters of text that are quoted: code points from 0, to not included.",
        )
    ),
    "adapted": or_null(
        shape(
            {
                "text": TEXT,
                "replacements": many(shape({"at": COUNT, "original": TEXT, "standard": TEXT})),
            },
            about="The quotation in standard punctuation, not the source's own; null if it is.",
        )
    ),
}
REPRINT = shape(
    {
        "passage_id": PASSAGE_ID,
        "document_id": DOCUMENT_ID,
        "title": MAYBE,
        "source": MAYBE,
        "site": MAYBE,
        "published": MAYBE,
    }
)
NOTICE = shape({"code": TEXT, "message": TEXT, "message_en": TEXT})
WRITING = {"enum": list(KINDS)}
EQUIVALENT = shape({"written": TEXT, "text": TEXT, "kind": WRITING})
EVIDENCE = shape({"note": TEXT, "line": or_null(WHOLE), "quote": MAYBE, "sure": TEXT})
LINE = {
    "left": TEXT,
    "match": TEXT,
    "right": TEXT,
    "passage_id": PASSAGE_ID,
    "document_id": DOCUMENT_ID,
    "title": MAYBE,
    "paragraph": WHOLE,
    "city": PLACE,
    "year": or_null(WHOLE),
    "source": MAYBE,
    "published": MAYBE,
    "start": COUNT,
    "end": COUNT,
}
NEIGHBOUR = shape({"text": TEXT, "occurrences": COUNT, "passages": COUNT})
STANDS_IN = {
    "passage_id": or_null(PASSAGE_ID),
    "document_id": or_null(TEXT),
    "path": MAYBE,
    "title": MAYBE,
    "paragraph": or_null(WHOLE),
    "found_in": MAYBE,
}

CITATION = {
    "style": TEXT,
    "text": TEXT,
    "in_text": MAYBE,
    "missing": many(TEXT),
    "notes": many(TEXT),
}
FILTERS = shape(
    {}, {f"{start}{facet.name}": many(TEXT) for facet in ALL_FACETS for start in ("", NOT)}
)
ASKED = {
    "query": TEXT,
    "any": FLAG,
    "also": many(WRITING),
    "filters": FILTERS,
}
FACET = {"enum": [facet.name for facet in ALL_FACETS]}
AMOUNT = {"found": COUNT}
OF = {"of": COUNT, "per_thousand": or_null(NUMBER)}
HEADING = shape({"value": {"type": ["string", "integer", "null"]}, **AMOUNT}, OF)
JUDGED = ("headings", "topics", "topic_evidence", "named_places", "named_years")
DOCUMENT_TEXTS = (
    "title",
    "eyebrow",
    "subtitle",
    "source",
    "source_kind",
    "site",
    "author",
    "posted_by",
    "contributor",
    "editors",
    "published",
    "url",
    "captured",
)
FACETS_COUNTED = shape(
    {facet.name: many(reference("FacetCount")) for facet in FACETS},
    {facet.name: many(reference("FacetCount")) for facet in ALL_FACETS},
)
