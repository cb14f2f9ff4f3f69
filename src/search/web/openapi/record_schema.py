"""The shape of the record of a search, beside those of the other answers."""

from __future__ import annotations

from ...citing.search_record import KIND, VERSION
from ...documents.facets import ALL_FACETS
from .parts import EQUIVALENT, FILTERS, NOTICE, WRITING
from .shapes import COUNT, FLAG, TEXT, Schema, many, or_null, reference, shape

RECORD_SCHEMAS: dict[str, Schema] = {
    "SearchRecord": shape(
        {
            "type": {"const": KIND},
            "version": {"const": VERSION},
            "id": {"type": "string", "pattern": "^[0-9a-f]{16}$"},
            "made": {**TEXT, "description": "UTC, ISO 8601."},
            "program": TEXT,
            "search": shape(
                {
                    "query": TEXT,
                    "any": FLAG,
                    "also": many(WRITING),
                    "filters": FILTERS,
                    "sort": {"enum": ["relevance", "date", "document"]},
                    "collapse": FLAG,
                    "by_document": FLAG,
                }
            ),
            "formula": {**TEXT, "description": "How the query is understood, on one line."},
            "understood": reference("Node"),
            "notices": many(NOTICE),
            "equivalents": many(EQUIVALENT),
            "counts": shape(
                {
                    "passages": COUNT,
                    "documents": COUNT,
                    "literally": COUNT,
                    "labels": COUNT,
                    "with_other_writings": or_null(COUNT),
                    "partial": FLAG,
                }
            ),
            "facets": shape({}, {f.name: many(reference("FacetCount")) for f in ALL_FACETS}),
            "collection": shape(
                {
                    "format": TEXT,
                    "generation": COUNT,
                    "indexed_at": TEXT,
                    "documents": COUNT,
                    "passages": COUNT,
                    "files": {**TEXT, "description": "SHA-256 of the sorted SHA-256 of all files."},
                    "dictionary": TEXT,
                    "taxonomy": TEXT,
                    "synonyms": TEXT,
                    "overrides": TEXT,
                    "gazetteer": TEXT,
                    "reader": COUNT,
                }
            ),
            "address": TEXT,
            "record_address": TEXT,
            "command": {**TEXT, "description": "Runs the search again, quoted for a shell."},
        }
    ),
}
"""Name → schema."""
