"""Every address that answers in JSON: what it takes, what it gives, how it fails."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from types import NoneType
from typing import Any, Literal, get_args, get_origin

from .. import __version__
from ..analysis.equivalence import KINDS
from ..citing.quotes.reports import CitedQuote
from ..citing.search_record import SearchRecord
from ..citing.showing import Candidates, ShownPassage
from ..citing.styles import STYLES, Citation
from ..documents.declared import Keys, View, alternatives, members_of, plain
from ..documents.document import Document, Inspected, Passage
from ..documents.facets import ALL_FACETS, UNKNOWN
from ..index.answers import Explanation, FacetCount
from ..languages.sentences import CHINESE
from ..query.request import ALL_WRITINGS, NOT, Sort
from ..searching.compare import LEVELS, MEASURES, Comparison
from ..searching.concordance import NEAR_LIMIT_CHARS, ORDERS, WIDTH_LIMIT_CHARS, ConcordancePage
from ..searching.results import FacetsAnswer, Hit, Narrower, PartialHit, SearchAnswer
from ..searching.similar import SIMILAR_LIMIT, Like, Similar
from .about import Health, PublicCollection
from .citing import CitedEntry
from .failures import ANSWERS, ErrorAnswer
from .suggestions import Completions

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

_NAMES = {id(cls): name for name, cls in COMPONENTS.items() if cls is not None}
_PLAIN = {str: "string", int: "integer", float: "number", bool: "boolean", NoneType: "null"}
_OF_A_TYPE = {"type", "anyOf", "enum", "const", "$ref"}


def components() -> dict[str, Schema]:
    """Name → schema, as it stands in the document under components."""
    return {name: _NODE if cls is None else _object(cls, None) for name, cls in COMPONENTS.items()}


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
    return _object(origin, chosen)


def _mapping(values: Any, keys: Keys | None) -> Schema:
    if keys is not None:
        names = dict.fromkeys((*keys.required, *keys.optional))
        return shape(dict.fromkeys(names, schema_of(values)), keys.required)
    return {"type": "object"} | (
        {} if values is Any else {"additionalProperties": schema_of(values)}
    )


def _object(cls: type, chosen: View | None) -> Schema:
    fields: dict[str, Schema] = {}
    required: list[str] = []
    for member, hint in members_of(cls, chosen):
        (kind,) = alternatives(hint) if member.is_optional or member.is_spread else (hint,)
        if member.is_spread:
            inner, said = plain(kind)
            below = _object(inner, next((s for s in said if isinstance(s, tuple)), None))
            fields |= below["properties"]
            required += below["required"] if kind is hint else ()
        else:
            fields[member.name] = schema_of(kind)
            required += () if member.is_optional else (member.name,)
    return shape(fields, required)


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of an address, in its query or, with ``in_path``, in its path."""

    name: str
    zh: str
    schema: Schema
    in_path: bool = False
    example: str = ""

    @property
    def choices(self) -> tuple[str, ...]:
        """What it can be, where that is a list."""
        return tuple((self.schema.get("items") or self.schema).get("enum", ()))


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one address.

    ``path`` is written as OpenAPI does (``/p/{passage_id}``); ``answers`` is status → (what it
    means, schema); errors are added to these by ``fails``, their statuses. ``body`` is the schema
    of what is sent.
    """

    path: str
    zh: str
    en: str
    answers: Mapping[int, tuple[str, Schema]]
    parameters: tuple[Parameter, ...] = ()
    method: str = "get"
    body: Schema | None = None
    fails: tuple[int, ...] = ()


_PASSAGE = Parameter(
    "passage_id", "段落的永久编号", {"type": "string", "minLength": 1}, in_path=True
)

_DOCUMENT = Parameter(
    "document_id", "文献的永久编号", {"type": "string", "minLength": 1}, in_path=True
)
_FACETS = tuple(
    Parameter(
        facet.name,
        f"{facet.label}；可以给几个，符合其一即可，{UNKNOWN} 是未知",
        many(TEXT),
        example=facet.example,
    )
    for facet in ALL_FACETS
)
_LEFT_OUT = tuple(
    Parameter(f"{NOT}{facet.name}", f"不含这些{facet.label}", many(TEXT)) for facet in ALL_FACETS
)
_CITED = (
    Parameter("style", "著录格式", {"enum": list(STYLES)}),
    Parameter("accessed", "引用日期：打开原文的那一天", TEXT, example="2026-07-01"),
    Parameter("url", "原文地址，库里没有时补上", TEXT),
    Parameter("kind", "按报纸文章还是网页著录", {"enum": ["newspaper", "web"]}),
    Parameter("item", "长段里的哪一项，如“六是”", TEXT),
)
QUERY = Parameter("q", "检索式；空着就是全部段落", TEXT, example="网格化管理")
SEARCH = (
    QUERY,
    Parameter("any", "1：含任一词即可", TEXT),
    Parameter("also", "计入哪些其他写法", many({"enum": [*KINDS, ALL_WRITINGS]})),
    *_FACETS,
    *_LEFT_OUT,
)
_ORDERED = (
    Parameter("sort", "次序", {"enum": list(get_args(Sort))}),
    Parameter("collapse", "1：合并转载", TEXT),
)
_NUMBERS: Schema = {"type": "integer", "minimum": 1}
_FROM_ZERO: Schema = {"type": "integer", "minimum": 0}
PAGED = (
    Parameter("page", "第几页，从 1 起", _NUMBERS),
    Parameter("limit", "一页几个", _NUMBERS),
)

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "/api/v1/search",
        "检索段落",
        "Search for passages",
        {200: ("一页结果，和全部结果的计数", reference("SearchResults"))},
        (
            *SEARCH,
            *_ORDERED,
            Parameter("by", "document：每篇文献只列最相关的一段", {"enum": ["document"]}),
            *PAGED,
        ),
        fails=(400,),
    ),
    Operation(
        "/api/v1/facets",
        "各分面的值和段落数，不列段落",
        "The values of every facet with their counts, without passages",
        {200: ("每个值选上它能得到多少", reference("Facets"))},
        SEARCH,
        fails=(400,),
    ),
    Operation(
        "/api/v1/record",
        "检索记录：检索了什么、怎样理解、在怎样的文献库里、结果多少、怎样重做",
        "The record of a search: what was asked, on what, what was counted, how to repeat it",
        {200: ("检索记录", reference("SearchRecord"))},
        (*SEARCH, *_ORDERED),
        fails=(400,),
    ),
    Operation(
        "/api/v1/suggest",
        "检索式最后一项可以补成什么",
        "Complete the last item of a query",
        {200: ("建议", reference("Suggestions"))},
        (*SEARCH, Parameter("limit", "至多几个", _NUMBERS)),
        fails=(400,),
    ),
    Operation(
        "/api/v1/passages/{passage_id}",
        "一个段落，前后文、文献和引文",
        "One passage with its neighbours, document and citations",
        {
            200: ("段落；改动以后的旧编号给出旧文", reference("ShownPassage")),
            300: ("这段文字现在在几篇文献里", reference("Candidates")),
        },
        (
            _PASSAGE,
            Parameter("from", "只引其中几句：第一个字，从 0 起", _FROM_ZERO, example="12"),
            Parameter("to", "其后的第一个字；与 from 一起给", _FROM_ZERO, example="48"),
        ),
        fails=(400, 404, 410),
    ),
    Operation(
        "/api/v1/passages/{passage_id}/why",
        "一个段落为何符合检索式，得分由什么构成",
        "Why a passage matches, and what its score is made of",
        {200: ("逐项说明", reference("Explanation"))},
        (_PASSAGE, *SEARCH),
        fails=(400, 404, 410),
    ),
    Operation(
        "/api/v1/passages/{passage_id}/like",
        "与一个段落相近的段落",
        "Passages like one",
        {200: ("相近的段落和共有的词", reference("Similar"))},
        (
            _PASSAGE,
            *_FACETS,
            *_LEFT_OUT,
            Parameter("limit", "至多几个", {**_NUMBERS, "maximum": SIMILAR_LIMIT}),
        ),
        fails=(400, 404, 410),
    ),
    Operation(
        "/api/v1/passages/{passage_id}/cite",
        "一个段落的引文",
        "The citation of a passage",
        {
            200: ("引文，缺什么，以及 CSL-JSON", reference("CitedEntry")),
            300: ("这段文字现在在几篇文献里", reference("Candidates")),
        },
        (_PASSAGE, *_CITED),
        fails=(400, 404, 410),
    ),
    Operation(
        "/api/v1/documents/{document_id}/cite",
        "一篇文献的引文",
        "The citation of a document",
        {200: ("引文，缺什么，以及 CSL-JSON", reference("CitedEntry"))},
        (_DOCUMENT, *_CITED),
        fails=(400, 404, 410),
    ),
    Operation(
        "/api/v1/compare",
        "按任意两个分面列表：段落数、每千段中的段数或文献数",
        "A table of what is found over any two facets",
        {200: ("行、列、各格，以及历年的数", reference("Comparison"))},
        (
            *SEARCH,
            Parameter("rows", "行", {"enum": [facet.name for facet in ALL_FACETS]}),
            Parameter("columns", "列", {"enum": [facet.name for facet in ALL_FACETS]}),
            Parameter("measure", "数什么", {"enum": list(MEASURES)}),
            Parameter("level", "地方按哪一级", {"enum": list(LEVELS)}),
        ),
        fails=(400,),
    ),
    Operation(
        "/api/v1/about",
        "库里有什么，缺什么，用什么建的",
        "What the collection has and lacks, and what it was indexed with",
        {200: ("各项数字", reference("Collection"))},
    ),
    Operation(
        "/api/v1/documents/{document_id}",
        "一篇文献：信息、依据和原文的每一段",
        "A document: its fields with evidence, and every paragraph of its source",
        {200: ("文献和各段，页面杂项也在内", reference("InspectedDocument"))},
        (_DOCUMENT,),
        fails=(404, 410),
    ),
    Operation(
        "/api/v1/kwic",
        "检索词的每一处出现，各带上下文",
        "Every occurrence with its context (a concordance)",
        {200: ("一页各行，和左右邻的统计", reference("Concordance"))},
        (
            *SEARCH,
            Parameter("order", "排列", {"enum": list(ORDERS)}),
            Parameter(
                "width",
                "左右文各几个字",
                {"type": "integer", "minimum": 0, "maximum": WIDTH_LIMIT_CHARS},
            ),
            Parameter("near", f"统计左右邻：word 或 1 到 {NEAR_LIMIT_CHARS}（个字）", TEXT),
            *PAGED,
        ),
        fails=(400,),
    ),
    Operation(
        "/api/v1/quotes",
        "核对引文：与文献库逐字比较；不保存",
        "Check quotations against the collection; nothing is stored",
        {200: ("每条引文一个结论，依次", many(reference("CheckedQuote")))},
        method="post",
        body={
            "oneOf": [
                shape({"text": {**TEXT, "description": "文稿，引号里的每一句都核对"}}),
                shape({"quotes": many(TEXT)}),
            ]
        },
        fails=(400, 403, 413),
    ),
    Operation(
        "/healthz",
        "索引能不能读，有多少文献",
        "Whether the index can be read, and how much it holds",
        {200: ("可以", reference("Health"))},
    ),
    Operation(
        "/api/v1/openapi.json",
        "这份说明",
        "This document",
        {200: ("OpenAPI 3.1", {"type": "object"})},
    ),
)
"""In the order in which they are listed."""


_ABOUT = (
    "段搜的 JSON 接口：与网页同样的参数、同样的限制。只读；出错时都是同一种形状（Error），"
    "message 是中文，message_en 是英文。"
    "JSON of the same searches as the page, with the same limits; errors have one shape."
)

_ALWAYS = (401, 403, 429, 503)
"""Whatever is asked: who asks may not read, or asks too often, or the server is busy (for the last
two Retry-After says when to come again)."""


def openapi_document(root: str) -> dict[str, Any]:
    """The document, for an application mounted at ``root`` ("" at the top)."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "info": {"title": "段搜 Duansou", "version": __version__, "description": _ABOUT},
        "servers": [{"url": root or "/"}],
        "paths": paths,
        "components": {"schemas": components()},
    }


def _operation(operation: Operation) -> dict[str, Any]:
    record: dict[str, Any] = {
        "operationId": _operation_id(operation),
        "summary": operation.zh,
        "description": operation.en,
        "parameters": [_parameter(parameter) for parameter in operation.parameters],
        "responses": {
            str(status): {
                "description": meaning,
                "content": {"application/json": {"schema": schema}},
            }
            for status, (meaning, schema) in operation.answers.items()
        }
        | {
            str(int(status)): {
                "description": ANSWERS[status][1].said(CHINESE),
                "content": {"application/json": {"schema": reference("Error")}},
            }
            for status in map(HTTPStatus, sorted({*operation.fails, *_ALWAYS}))
        },
    }
    if operation.body is not None:
        record["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": operation.body}},
        }
    return record


def _operation_id(operation: Operation) -> str:
    """``get_passages_why`` for GET /api/v1/passages/{passage_id}/why."""
    parts = [p for p in operation.path.split("/") if p not in ("", "api", "v1") and "{" not in p]
    return "_".join((operation.method, *(p.replace(".", "_").replace("-", "_") for p in parts)))


def _parameter(parameter: Parameter) -> dict[str, Any]:
    record: dict[str, Any] = {
        "name": parameter.name,
        "in": "path" if parameter.in_path else "query",
        "required": parameter.in_path,
        "description": parameter.zh,
        "schema": parameter.schema,
    }
    if parameter.example and parameter.schema.get("type") != "array":
        record["example"] = parameter.example
    return record
