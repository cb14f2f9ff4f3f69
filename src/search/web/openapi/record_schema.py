"""The shape of the record of a search, beside those of the other answers."""

from __future__ import annotations

from ...equivalence import KINDS
from ...request import ALL_FACETS
from ...search_record import KIND, VERSION
from .schemas import TEXT, Schema, many, or_null, reference, shape

__all__ = ["RECORD_SCHEMAS"]

_COUNT: Schema = {"type": "integer", "minimum": 0}
_FLAG: Schema = {"type": "boolean"}
_WRITING: Schema = {"enum": list(KINDS)}

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
                    "any": _FLAG,
                    "also": many(_WRITING),
                    "filters": shape({}, {facet.name: many(TEXT) for facet in ALL_FACETS}),
                    "sort": {"enum": ["relevance", "date", "document"]},
                    "collapse": _FLAG,
                }
            ),
            "formula": {**TEXT, "description": "How the query is understood, on one line."},
            "understood": reference("Node"),
            "notices": many(shape({"code": TEXT, "message": TEXT, "message_en": TEXT})),
            "equivalents": many(shape({"written": TEXT, "text": TEXT, "kind": _WRITING})),
            "counts": shape(
                {
                    "passages": _COUNT,
                    "documents": _COUNT,
                    "literally": _COUNT,
                    "labels": _COUNT,
                    "with_other_writings": or_null(_COUNT),
                    "partial": _FLAG,
                }
            ),
            "facets": shape({}, {f.name: many(reference("FacetCount")) for f in ALL_FACETS}),
            "collection": shape(
                {
                    "format": TEXT,
                    "generation": _COUNT,
                    "indexed_at": TEXT,
                    "documents": _COUNT,
                    "passages": _COUNT,
                    "files": {**TEXT, "description": "SHA-256 of the sorted SHA-256 of all files."},
                    "dictionary": TEXT,
                    "taxonomy": TEXT,
                    "synonyms": TEXT,
                    "overrides": TEXT,
                    "gazetteer": TEXT,
                    "reader": _COUNT,
                }
            ),
            "address": TEXT,
            "record_address": TEXT,
            "command": {**TEXT, "description": "Runs the search again, quoted for a shell."},
        }
    ),
}
"""Name → schema."""
