"""The OpenAPI document: the table of operations, written as the standard has it (3.1.0)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from ... import __version__
from ...languages.sentences import CHINESE
from ..failures import ANSWERS
from .operations import OPERATIONS, Operation, Parameter
from .schemas import components, reference

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
