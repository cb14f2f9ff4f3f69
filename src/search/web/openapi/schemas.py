"""The shapes of the answers, as JSON Schema (2020-12). Every field that is sent is named here.

``additionalProperties`` is false throughout: a field that is added to an answer and not here fails
the tests, which hold every answer to its schema.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from ...citing.quotes.reports import VERDICTS
from ...documents.document import Role
from ...searching.compare import LEVELS, MEASURES
from ...searching.concordance import NEAR_LIMIT_CHARS
from ...searching.results import ReadingKind
from .parts import (
    AMOUNT,
    ASKED,
    CITATION,
    DOCUMENT_TEXTS,
    EQUIVALENT,
    EVIDENCE,
    FACET,
    FACETS_COUNTED,
    HEADING,
    JUDGED,
    LINE,
    NEIGHBOUR,
    NOTICE,
    OF,
    PASSAGE,
    QUOTED,
    REPRINT,
    SCORED,
    STANDS_IN,
    WRITING,
)
from .shapes import (
    COUNT,
    DOCUMENT_ID,
    FLAG,
    MAYBE,
    NUMBER,
    PASSAGE_ID,
    PLACE,
    TEXT,
    WHOLE,
    Schema,
    many,
    or_null,
    reference,
    shape,
)

SCHEMAS: Mapping[str, Schema] = {
    "Error": shape({"error": shape({"code": TEXT, "message": TEXT, "message_en": TEXT})}),
    "Passage": shape(PASSAGE),
    "Hit": shape({**PASSAGE, **SCORED}, {"reprints": many(REPRINT), "more_in_document": COUNT}),
    "PartialHit": shape({**PASSAGE, **SCORED, "has": many(TEXT), "lacks": many(TEXT)}),
    "Like": shape({**PASSAGE, "score": NUMBER, "shared": many(TEXT)}),
    "FacetCount": shape(
        {
            "value": {"type": ["string", "integer", "null"], "description": "null is unknown."},
            "count": COUNT,
            "documents": COUNT,
        }
    ),
    "Node": {
        "type": "object",
        "description": "A node of the understood query: its type, and what it holds.",
        "properties": {"node": TEXT, "children": many(reference("Node")), "matches": FLAG},
        "required": ["node"],
    },
    "Narrower": shape(
        {
            "names": many(shape({"facet": TEXT, "value": TEXT})),
            "rest": TEXT,
            "total": COUNT,
            "search": TEXT,
        }
    ),
    "SearchResults": shape(
        {
            "query": TEXT,
            "total": {**COUNT, "description": "Passages that match."},
            "documents": COUNT,
            "partial": {**FLAG, "description": "Time ran out: counts are lower bounds."},
            "page": WHOLE,
            "pages": COUNT,
            "limit": WHOLE,
            "collapsed": FLAG,
            "by_document": FLAG,
            "hidden": COUNT,
            "literally": {**COUNT, "description": "Of total, those that have it as written."},
            "understood": reference("Node"),
            "also": many(WRITING),
            "equivalents": many(EQUIVALENT),
            "wider": or_null(
                shape({"also": many(WRITING), "total": COUNT, "equivalents": many(EQUIVALENT)})
            ),
            "hits": many(reference("Hit")),
            "closest": many(reference("PartialHit")),
            "known": many(
                shape(
                    {
                        "document_id": DOCUMENT_ID,
                        "title": TEXT,
                        "article": MAYBE,
                        "passage": or_null(reference("Passage")),
                    }
                )
            ),
            "narrower": or_null(reference("Narrower")),
            "otherwise": many(
                shape(
                    {
                        "kind": {"enum": list(get_args(ReadingKind))},
                        "text": TEXT,
                        "total": COUNT,
                        "search": MAYBE,
                        "hits": many(reference("Hit")),
                    }
                )
            ),
            "facets": FACETS_COUNTED,
            "labels": many(
                shape(
                    {
                        "document_id": DOCUMENT_ID,
                        "path": TEXT,
                        "title": MAYBE,
                        "role": TEXT,
                        "kind": TEXT,
                        "text": TEXT,
                    }
                )
            ),
            "labels_total": COUNT,
            "notices": many(NOTICE),
            "did_you_mean": many(
                shape(
                    {"kind": {"enum": ["query", "place"]}, "text": TEXT, "passages": COUNT},
                    {"city": TEXT},
                )
            ),
        }
    ),
    "Facets": shape(
        {
            "query": TEXT,
            "total": COUNT,
            "documents": COUNT,
            "partial": FLAG,
            "facets": FACETS_COUNTED,
            "notices": many(NOTICE),
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
                        "passages": COUNT,
                        "address": TEXT,
                    }
                )
            ),
        }
    ),
    "Document": shape(
        {
            "document_id": DOCUMENT_ID,
            "path": TEXT,
            "paths": many(TEXT),
            **dict.fromkeys(DOCUMENT_TEXTS, MAYBE),
            "city": PLACE,
            "source_city": PLACE,
            "year": or_null(WHOLE),
            "passages": COUNT,
            "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
            "evidence": {"type": "object", "additionalProperties": many(EVIDENCE)},
        }
    ),
    "InspectedDocument": shape(
        {
            "document": reference("Document"),
            "paragraphs": many(
                shape(
                    {
                        "start": COUNT,
                        "end": COUNT,
                        "text": TEXT,
                        "role": {"enum": list(get_args(Role))},
                        "kind": TEXT,
                        "reason": TEXT,
                        "paragraph": or_null(WHOLE),
                        **{name: PASSAGE[name] for name in JUDGED},
                    }
                )
            ),
        }
    ),
    "Citation": shape(CITATION),
    "CitedEntry": shape(
        {
            "key": TEXT,
            "address": {**MAYBE, "description": "The permanent address."},
            "superseded": {**MAYBE, "description": "Since when it is an old wording."},
            **CITATION,
            "csl": {"type": "object", "description": "An item of CSL-JSON 1.0.2."},
        }
    ),
    "Comparison": shape(
        {
            **ASKED,
            "rows": FACET,
            "columns": FACET,
            "measure": {"enum": list(MEASURES)},
            "level": {"enum": list(LEVELS)},
            "passages": COUNT,
            "documents": COUNT,
            "of_passages": or_null(COUNT),
            "partial": FLAG,
            "row_values": many(HEADING),
            "column_values": many(HEADING),
            "cells": many(many(shape(AMOUNT, OF))),
            "other_rows": many(HEADING),
            "other_columns": many(HEADING),
            "above_level": shape({"rows": or_null(COUNT), "columns": or_null(COUNT)}),
            "several_values": many(FACET),
            "years": many(shape({"year": WHOLE, **AMOUNT}, OF)),
            "notices": many(NOTICE),
        }
    ),
    "Collection": shape(
        {
            "version": TEXT,
            "documents": COUNT,
            "passages": COUNT,
            "size_bytes": COUNT,
            "format_version": TEXT,
            "indexed_at": MAYBE,
            "dictionary": TEXT,
            "user_words": COUNT,
            "taxonomy": MAYBE,
            "synonyms": COUNT,
            "overrides": FLAG,
            "superseded_passages": COUNT,
            "forgotten": COUNT,
            "gazetteer": TEXT,
            "unknown": {"type": "object", "additionalProperties": COUNT},
            "places": shape(dict.fromkeys(("provinces", "cities", "counties"), COUNT)),
            "year_gaps": many(WHOLE),
            "facets": {"type": "object", "additionalProperties": many(reference("FacetCount"))},
        }
    ),
    "ShownPassage": shape(
        {
            **PASSAGE,
            **QUOTED,
            "original_page": {**MAYBE, "description": "Opens the original at these words."},
            "superseded": or_null(
                shape(
                    {
                        "at": TEXT,
                        "reason": TEXT,
                        "document_id": MAYBE,
                        "passage_id": or_null(PASSAGE_ID),
                        "changes": many(shape({"old": TEXT, "now": TEXT})),
                    },
                    about="That this is an old wording: since when, and what stands there now.",
                )
            ),
            "chain": {
                **many(REPRINT),
                "description": "Where the text was printed, this place too, the earliest first.",
            },
            "before": many(reference("Passage")),
            "after": many(reference("Passage")),
            "document": reference("Document"),
            "citations": many(reference("Citation")),
        }
    ),
    "Candidates": shape({"candidates": many(shape({**PASSAGE, **QUOTED}))}),
    "Explanation": shape(
        {
            "passage_id": PASSAGE_ID,
            "matches": FLAG,
            "match": reference("Node"),
            "score": NUMBER,
            "terms": many(
                shape(
                    {
                        "field": TEXT,
                        "term": TEXT,
                        "frequency": COUNT,
                        "length": COUNT,
                        "idf": NUMBER,
                        "weight": NUMBER,
                        "share": NUMBER,
                    }
                )
            ),
        }
    ),
    "Similar": shape(
        {
            "passage_id": PASSAGE_ID,
            "terms": many(TEXT),
            "passages": many(reference("Like")),
            "reprints": many(reference("Like")),
        }
    ),
    "Concordance": shape(
        {
            **ASKED,
            "occurrences": COUNT,
            "passages": COUNT,
            "documents": COUNT,
            "matching_passages": COUNT,
            "listed": COUNT,
            "complete": FLAG,
            "partial": FLAG,
            "order": TEXT,
            "width": COUNT,
            "lines": many(shape(LINE)),
            "neighbours": shape(
                {
                    "of": {
                        "anyOf": [
                            {"const": "word"},
                            {"type": "integer", "minimum": 1, "maximum": NEAR_LIMIT_CHARS},
                        ]
                    },
                    "left": many(NEIGHBOUR),
                    "right": many(NEIGHBOUR),
                    "left_total": COUNT,
                    "right_total": COUNT,
                }
            ),
            "notices": many(NOTICE),
            "page": WHOLE,
            "pages": COUNT,
            "limit": WHOLE,
        }
    ),
    "CheckedQuote": shape(
        {
            "quote": TEXT,
            "verdict": {"enum": [*VERDICTS]},
            "difference": MAYBE,
            "difference_kind": MAYBE,
            "changes": many(shape({"quote": TEXT, "source": TEXT})),
            "similarity": NUMBER,
            **STANDS_IN,
            "source_text": MAYBE,
            "arrangement": MAYBE,
            "parts": many(shape({"quote": TEXT, "verdict": TEXT, "difference": MAYBE}, STANDS_IN)),
            "others": many(shape(STANDS_IN)),
            "notes": many(TEXT),
            "citation": or_null(shape({"style": TEXT, "text": TEXT, "in_text": MAYBE})),
        }
    ),
    "Health": shape(
        {
            "status": {"const": "ok"},
            "documents": COUNT,
            "passages": COUNT,
            "format_version": TEXT,
            "version": TEXT,
        }
    ),
}
"""Name → schema, as it stands in the document under components."""
