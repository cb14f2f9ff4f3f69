"""What a schema is put together from: plain types, and objects that have no further fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
COUNT: Schema = {"type": "integer", "minimum": 0}
WHOLE: Schema = {"type": "integer"}
NUMBER: Schema = {"type": "number"}
FLAG: Schema = {"type": "boolean"}
PASSAGE_ID: Schema = {"type": "string", "pattern": "^[0-9a-f]{20}-[0-9a-f]{8}(-[1-9][0-9]*)?$"}
DOCUMENT_ID: Schema = {"type": "string", "pattern": "^[0-9a-f]{16}"}


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


MAYBE = or_null(TEXT)
PLACE = {
    **many(MAYBE, minItems=3, maxItems=3),
    "description": "Province, city, county by their full names; null where not known.",
}
SPAN = many(COUNT, minItems=2, maxItems=2)
