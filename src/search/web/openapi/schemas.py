"""The shapes of the answers as JSON Schema (2020-12), made of the classes that are sent.

``additionalProperties`` is false throughout: an answer with more than its class declares fails the
tests, which hold every answer to its schema.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import NoneType
from typing import Any, Literal, get_args, get_origin

from ...citing.quotes.reports import CitedQuote
from ...citing.search_record import SearchRecord
from ...citing.showing import Candidates, ShownPassage
from ...citing.styles import Citation
from ...documents.declared import Keys, View, alternatives, members_of, plain
from ...documents.document import Document, Inspected, Passage
from ...index.answers import Explanation, FacetCount
from ...searching.compare import Comparison
from ...searching.concordance import ConcordancePage
from ...searching.results import FacetsAnswer, Hit, Narrower, PartialHit, SearchAnswer
from ...searching.similar import Like, Similar
from ..about import Health, PublicCollection
from ..citing import CitedEntry
from ..failures import ErrorAnswer
from ..suggestions import Completions

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
_NULL: Schema = {"type": "null"}


def reference(name: str) -> Schema:
    """A schema by its name."""
    return {"$ref": f"#/components/schemas/{name}"}


def many(items: Schema) -> Schema:
    """A list."""
    return {"type": "array", "items": items}


def shape(fields: Mapping[str, Schema], required: Sequence[str] | None = None) -> Schema:
    """An object that has these fields, all or the ``required`` ones, and nothing else."""
    return {
        "type": "object",
        "properties": dict(fields),
        "required": list(fields if required is None else required),
        "additionalProperties": False,
    }


COMPONENTS: Mapping[str, Any] = {
    "Error": ErrorAnswer,
    "Passage": Passage,
    "Hit": Hit,
    "PartialHit": PartialHit,
    "Like": Like,
    "FacetCount": FacetCount,
    "Node": None,
    "Narrower": Narrower,
    "SearchResults": SearchAnswer,
    "Facets": FacetsAnswer,
    "Suggestions": Completions,
    "Document": Document,
    "InspectedDocument": Inspected,
    "Citation": Citation,
    "CitedEntry": CitedEntry,
    "Comparison": Comparison,
    "Collection": PublicCollection,
    "ShownPassage": ShownPassage,
    "Candidates": Candidates,
    "Explanation": Explanation,
    "Similar": Similar,
    "Concordance": ConcordancePage,
    "CheckedQuote": CitedQuote,
    "Health": Health,
    "SearchRecord": SearchRecord,
}
"""Name → the class of the answer, or of a part that several have."""

_NODE: Schema = {
    "type": "object",
    "description": "A node of the understood query: its type, and what it holds.",
    "properties": {
        "node": TEXT,
        "children": many(reference("Node")),
        "matches": {"type": "boolean"},
    },
    "required": ["node"],
}
_LATER = {
    "Document": {"captured": "url"},
    "CheckedQuote": {"passage_id": "similarity", "path": "document_id"},
}
"""What is described elsewhere than it is sent: after which."""

_NAMES = {id(cls): name for name, cls in COMPONENTS.items() if cls is not None}
_PLAIN = {str: "string", int: "integer", float: "number", bool: "boolean", NoneType: "null"}
_OF_A_TYPE = {"type", "anyOf", "enum", "const", "$ref"}


def components() -> dict[str, Schema]:
    """Name → schema, as it stands in the document under components."""
    return {
        name: _NODE if cls is None else _object(cls, None, _LATER.get(name, {}))
        for name, cls in COMPONENTS.items()
    }


def schema_of(hint: Any) -> Schema:
    """The schema of a type: by its name, if it has one."""
    hint, said = plain(hint)
    views: list[View] = [each for each in said if isinstance(each, tuple)]
    made = _unsaid(hint, views[0] if views else None, said)
    for each in said:
        more = {"description": each} if isinstance(each, str) else each
        if not isinstance(more, dict):
            continue
        if "properties" in made:  # Before what may be long.
            made = {"type": made["type"], **more, **made}
        else:
            made = more if _OF_A_TYPE & more.keys() else made | more
    return made


def _unsaid(hint: Any, chosen: View | None, said: Sequence[Any]) -> Schema:
    kinds = alternatives(hint)
    if hint is not kinds[0]:
        made = schema_of(kinds[0])
        return made if _NULL in made.get("anyOf", ()) else {"anyOf": [made, _NULL]}
    origin, inner = get_origin(hint) or hint, get_args(hint)
    if origin in _PLAIN:
        return {"type": _PLAIN[origin]}
    if origin is Literal:
        return {"enum": list(inner)}
    if origin is tuple and inner:
        bounds = {} if inner[1] is ... else {"minItems": len(inner), "maxItems": len(inner)}
        return many(schema_of(inner[0])) | bounds
    if issubclass(origin, Mapping):
        return _mapping(inner[1], next((each for each in said if isinstance(each, Keys)), None))
    if chosen is None and id(origin) in _NAMES:
        return reference(_NAMES[id(origin)])
    return _object(origin, chosen, {})


def _mapping(values: Any, keys: Keys | None) -> Schema:
    if keys is not None:
        names = dict.fromkeys((*keys.required, *keys.optional))
        return shape(dict.fromkeys(names, schema_of(values)), keys.required)
    return {"type": "object"} | (
        {} if values is Any else {"additionalProperties": schema_of(values)}
    )


def _object(cls: type, chosen: View | None, later: Mapping[str, str]) -> Schema:
    fields: dict[str, Schema] = {}
    required: list[str] = []
    for member, hint in members_of(cls, chosen):
        (kind,) = alternatives(hint) if member.is_optional or member.is_spread else (hint,)
        if member.is_spread:
            inner, said = plain(kind)
            below = _object(inner, next((s for s in said if isinstance(s, tuple)), None), {})
            fields |= below["properties"]
            required += below["required"] if kind is hint else ()
        else:
            fields[member.name] = schema_of(kind)
            required += () if member.is_optional else (member.name,)
    for name, after in later.items():
        for places in (order := list(fields), required):
            places.remove(name)
            places.insert(places.index(after) + 1, name)
        fields = {each: fields[each] for each in order}
    return shape(fields, required)
