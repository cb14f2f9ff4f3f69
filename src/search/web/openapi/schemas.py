"""The shapes of the answers, as JSON Schema (2020-12). Every field that is sent is named here.

``additionalProperties`` is false throughout: a field that is added to an answer and not here fails
the tests, which hold every answer to its schema.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from ...concordance.request import NEAR_LIMIT_CHARS
from ...documents import Role
from ...equivalence import KINDS
from ...request import ALL_FACETS, FACETS

__all__ = ["SCHEMAS", "TEXT", "Schema", "many", "or_null", "reference", "shape"]

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_WHOLE: Schema = {"type": "integer"}
_NUMBER: Schema = {"type": "number"}
_FLAG: Schema = {"type": "boolean"}
_PASSAGE_ID: Schema = {"type": "string", "pattern": "^[0-9a-f]{20}-[0-9a-f]{8}$"}
_DOCUMENT_ID: Schema = {"type": "string", "pattern": "^[0-9a-f]{16}"}


def reference(name: str) -> Schema:
    """A schema by its name."""
    return {"$ref": f"#/components/schemas/{name}"}


def shape(
    fields: Mapping[str, Schema], also: Mapping[str, Schema] | None = None, about: str = ""
) -> Schema:
    """An object that has all ``fields``, maybe some of ``also``, and nothing else."""
    made: Schema = {"type": "object"}
    if about:
        made["description"] = about
    return made | {
        "properties": {**fields, **(also or {})},
        "required": list(fields),
        "additionalProperties": False,
    }


def many(items: Schema, **bounds: int) -> Schema:
    """A list."""
    return {"type": "array", "items": items, **bounds}


def or_null(schema: Schema) -> Schema:
    """The same, or null for what is unknown."""
    return {"anyOf": [schema, {"type": "null"}]}


_MAYBE = or_null(TEXT)
_PLACE = {
    **many(_MAYBE, minItems=3, maxItems=3),
    "description": "Province, city, county by their full names; null where not known.",
}
_SPAN = many(_COUNT, minItems=2, maxItems=2)

_PASSAGE: dict[str, Schema] = {
    "passage_id": _PASSAGE_ID,
    "document_id": _DOCUMENT_ID,
    "path": TEXT,
    "title": _MAYBE,
    "source": _MAYBE,
    "site": _MAYBE,
    "author": _MAYBE,
    "published": {**_MAYBE, "description": "ISO 8601: a day, or a day and time."},
    "url": _MAYBE,
    "headings": many(TEXT),
    "paragraph": {"type": "integer", "minimum": 1, "description": "¶, from 1."},
    "text": {**TEXT, "description": "The exact text of the source."},
    "city": _PLACE,
    "year": or_null(_WHOLE),
    "topics": many(TEXT),
    "topic_evidence": many(shape({"topic": TEXT, "words": many(TEXT), "weight": _NUMBER})),
    "named_places": many(shape({"place": _PLACE, "words": many(TEXT)})),
    "named_years": many(shape({"first": _WHOLE, "last": _WHOLE, "words": TEXT})),
    "start": {**_COUNT, "description": "Where it begins in the text of the document."},
    "end": _COUNT,
    "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
}
_SCORED: dict[str, Schema] = {
    "score": _NUMBER,
    "highlights": many({**_SPAN, "description": "Characters of text that match: from, to."}),
}
_REPRINT = shape(
    {
        "passage_id": _PASSAGE_ID,
        "document_id": _DOCUMENT_ID,
        "title": _MAYBE,
        "source": _MAYBE,
        "site": _MAYBE,
        "published": _MAYBE,
    }
)
_NOTICE = shape({"code": TEXT, "message": TEXT, "message_en": TEXT})
_WRITING = {"enum": list(KINDS)}
_EQUIVALENT = shape({"written": TEXT, "text": TEXT, "kind": _WRITING})
_EVIDENCE = shape({"note": TEXT, "line": or_null(_WHOLE), "quote": _MAYBE, "sure": TEXT})
_LINE = {
    "left": TEXT,
    "match": TEXT,
    "right": TEXT,
    "passage_id": _PASSAGE_ID,
    "document_id": _DOCUMENT_ID,
    "title": _MAYBE,
    "paragraph": _WHOLE,
    "city": _PLACE,
    "year": or_null(_WHOLE),
    "source": _MAYBE,
    "published": _MAYBE,
    "start": _COUNT,
    "end": _COUNT,
}
_NEIGHBOUR = shape({"text": TEXT, "occurrences": _COUNT, "passages": _COUNT})
_STANDS_IN = {
    "passage_id": or_null(_PASSAGE_ID),
    "document_id": or_null(TEXT),
    "path": _MAYBE,
    "title": _MAYBE,
    "paragraph": or_null(_WHOLE),
    "found_in": _MAYBE,
}

_JUDGED = ("headings", "topics", "topic_evidence", "named_places", "named_years")
_DOCUMENT_TEXTS = (
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

_CITATION: dict[str, Schema] = {
    "style": TEXT,
    "text": TEXT,
    "in_text": _MAYBE,
    "missing": many(TEXT),
    "notes": many(TEXT),
}

SCHEMAS: Mapping[str, Schema] = {
    "Error": shape({"error": shape({"code": TEXT, "message": TEXT, "message_en": TEXT})}),
    "Passage": shape(_PASSAGE),
    "Hit": shape({**_PASSAGE, **_SCORED}, {"reprints": many(_REPRINT)}),
    "PartialHit": shape({**_PASSAGE, **_SCORED, "has": many(TEXT), "lacks": many(TEXT)}),
    "Like": shape({**_PASSAGE, "score": _NUMBER, "shared": many(TEXT)}),
    "FacetCount": shape(
        {
            "value": {"type": ["string", "integer", "null"], "description": "null is unknown."},
            "count": _COUNT,
            "documents": _COUNT,
        }
    ),
    "Node": {
        "type": "object",
        "description": "A node of the understood query: its type, and what it holds.",
        "properties": {"node": TEXT, "children": many(reference("Node")), "matches": _FLAG},
        "required": ["node"],
    },
    "SearchResults": shape(
        {
            "query": TEXT,
            "total": {**_COUNT, "description": "Passages that match."},
            "documents": _COUNT,
            "partial": {**_FLAG, "description": "Time ran out: counts are lower bounds."},
            "page": _WHOLE,
            "pages": _COUNT,
            "limit": _WHOLE,
            "collapsed": _FLAG,
            "hidden": _COUNT,
            "literally": {**_COUNT, "description": "Of total, those that have it as written."},
            "understood": reference("Node"),
            "also": many(_WRITING),
            "equivalents": many(_EQUIVALENT),
            "wider": or_null(
                shape({"also": many(_WRITING), "total": _COUNT, "equivalents": many(_EQUIVALENT)})
            ),
            "hits": many(reference("Hit")),
            "closest": many(reference("PartialHit")),
            "facets": shape(
                {facet.name: many(reference("FacetCount")) for facet in FACETS},
                {facet.name: many(reference("FacetCount")) for facet in ALL_FACETS},
            ),
            "labels": many(
                shape(
                    {
                        "document_id": _DOCUMENT_ID,
                        "path": TEXT,
                        "title": _MAYBE,
                        "role": TEXT,
                        "kind": TEXT,
                        "text": TEXT,
                    }
                )
            ),
            "labels_total": _COUNT,
            "notices": many(_NOTICE),
            "did_you_mean": many(
                shape(
                    {"kind": {"enum": ["query", "place"]}, "text": TEXT, "passages": _COUNT},
                    {"city": TEXT},
                )
            ),
        }
    ),
    "Suggestions": shape(
        {
            "query": TEXT,
            "suggestions": many(
                shape(
                    {
                        "kind": {"enum": ["word", "title", "place", "topic"]},
                        "label": TEXT,
                        "text": TEXT,
                        "value": TEXT,
                        "passages": _COUNT,
                        "address": TEXT,
                    }
                )
            ),
        }
    ),
    "Document": shape(
        {
            "document_id": _DOCUMENT_ID,
            "path": TEXT,
            "paths": many(TEXT),
            **dict.fromkeys(_DOCUMENT_TEXTS, _MAYBE),
            "city": _PLACE,
            "source_city": _PLACE,
            "year": or_null(_WHOLE),
            "passages": _COUNT,
            "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
            "evidence": {"type": "object", "additionalProperties": many(_EVIDENCE)},
        }
    ),
    "InspectedDocument": shape(
        {
            "document": reference("Document"),
            "paragraphs": many(
                shape(
                    {
                        "start": _COUNT,
                        "end": _COUNT,
                        "text": TEXT,
                        "role": {"enum": list(get_args(Role))},
                        "kind": TEXT,
                        "reason": TEXT,
                        "paragraph": or_null(_WHOLE),
                        **{name: _PASSAGE[name] for name in _JUDGED},
                    }
                )
            ),
        }
    ),
    "Citation": shape(_CITATION),
    "CitedItem": shape(
        {
            "key": TEXT,
            "address": TEXT,
            "superseded": _MAYBE,
            **_CITATION,
            "csl": {"type": "object", "description": "The item in CSL-JSON 1.0.2."},
        }
    ),
    "ShownPassage": shape(
        {
            **_PASSAGE,
            "superseded": or_null(
                shape(
                    {
                        "at": TEXT,
                        "reason": TEXT,
                        "document_id": _MAYBE,
                        "passage_id": or_null(_PASSAGE_ID),
                    },
                    about="That this is an old wording: since when, and what stands there now.",
                )
            ),
            "before": many(reference("Passage")),
            "after": many(reference("Passage")),
            "document": reference("Document"),
            "citations": many(reference("Citation")),
        }
    ),
    "Candidates": shape({"candidates": many(reference("Passage"))}),
    "Explanation": shape(
        {
            "passage_id": _PASSAGE_ID,
            "matches": _FLAG,
            "match": reference("Node"),
            "score": _NUMBER,
            "terms": many(
                shape(
                    {
                        "field": TEXT,
                        "term": TEXT,
                        "frequency": _COUNT,
                        "length": _COUNT,
                        "idf": _NUMBER,
                        "weight": _NUMBER,
                        "share": _NUMBER,
                    }
                )
            ),
        }
    ),
    "Similar": shape(
        {
            "passage_id": _PASSAGE_ID,
            "terms": many(TEXT),
            "passages": many(reference("Like")),
            "reprints": many(reference("Like")),
        }
    ),
    "Concordance": shape(
        {
            "query": TEXT,
            "any": _FLAG,
            "also": many(_WRITING),
            "filters": {"type": "object", "additionalProperties": many(TEXT)},
            "occurrences": _COUNT,
            "passages": _COUNT,
            "documents": _COUNT,
            "matching_passages": _COUNT,
            "listed": _COUNT,
            "complete": _FLAG,
            "partial": _FLAG,
            "order": TEXT,
            "width": _COUNT,
            "lines": many(shape(_LINE)),
            "neighbours": shape(
                {
                    "of": {
                        "anyOf": [
                            {"const": "word"},
                            {"type": "integer", "minimum": 1, "maximum": NEAR_LIMIT_CHARS},
                        ]
                    },
                    "left": many(_NEIGHBOUR),
                    "right": many(_NEIGHBOUR),
                    "left_total": _COUNT,
                    "right_total": _COUNT,
                }
            ),
            "notices": many(_NOTICE),
            "page": _WHOLE,
            "pages": _COUNT,
            "limit": _WHOLE,
        }
    ),
    "CheckedQuote": shape(
        {
            "quote": TEXT,
            "verdict": {"enum": ["exact", "punctuation", "altered", "stitched", "absent"]},
            "difference": _MAYBE,
            "difference_kind": _MAYBE,
            "changes": many(shape({"quote": TEXT, "source": TEXT})),
            "similarity": _NUMBER,
            **_STANDS_IN,
            "source_text": _MAYBE,
            "arrangement": _MAYBE,
            "parts": many(
                shape({"quote": TEXT, "verdict": TEXT, "difference": _MAYBE}, _STANDS_IN)
            ),
            "others": many(shape(_STANDS_IN)),
            "notes": many(TEXT),
            "citation": or_null(shape({"style": TEXT, "text": TEXT, "in_text": _MAYBE})),
        }
    ),
    "Health": shape(
        {
            "status": {"const": "ok"},
            "documents": _COUNT,
            "passages": _COUNT,
            "format_version": TEXT,
            "version": TEXT,
        }
    ),
}
"""Name → schema, as it stands in the document under components."""
