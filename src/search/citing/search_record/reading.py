"""What does a file say that should be a record? Text of JSON → SearchRecord, nothing trusted."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any, TypeVar, get_type_hints

from ...errors import InputError, UsageError
from ...index.answers import FacetCount
from ...query.request import ALL_FACETS, NOT, SearchRequest
from ...searching.collection_state import CollectionState
from .record import KIND, VERSION, Counts, SearchRecord

RECORD_LIMIT_BYTES = 20_000_000
"""No record is so large."""

T = TypeVar("T")


def read_record(text: str, name: str) -> SearchRecord:
    """The record in a JSON text, or in the first line of an exported JSON Lines file.

    ``name`` is what the text is called in errors. Raises InputError where it is none.
    """
    value = _json(text, name)
    if not isinstance(value, dict) or value.get("type") != KIND:
        raise InputError(
            f"{name} is no search record: it must be the JSON that `duansou search --record FILE`, "
            "the page /record or an export to JSON Lines writes."
        )
    if value.get("version") != VERSION:
        raise InputError(
            f"{name} is a search record of version {value.get('version')!r}; this program reads "
            f"version {VERSION}: use the newest one."
        )
    try:
        return _record(value)
    except (KeyError, TypeError, ValueError, AttributeError, UsageError) as error:
        raise InputError(
            f"{name} is a damaged search record ({error}): make it again with `duansou search "
            "--record`."
        ) from None


def _json(text: str, name: str) -> Any:
    for candidate in (text, text.partition("\n")[0]):
        try:
            return json.loads(candidate.lstrip("\ufeff"))
        except (ValueError, RecursionError):
            continue
    raise InputError(
        f"{name} is not JSON: give the .json file of a search record; the .txt file is for reading."
    )


def _record(value: dict[str, Any]) -> SearchRecord:
    counts = value["counts"]
    address = _of(str, value["address"])
    return SearchRecord(
        request=_request(value["search"]),
        understood=_of(dict, value.get("understood", {})),
        formula=_of(str, value["formula"]),
        notices=tuple(
            (_of(str, n["code"]), _of(str, n["message"]), _of(str, n["message_en"]))
            for n in value["notices"]
        ),
        equivalents=tuple(
            (_of(str, e["written"]), _of(str, e["text"]), _of(str, e["kind"]))
            for e in value["equivalents"]
        ),
        counts=Counts(
            passages=_of(int, counts["passages"]),
            documents=_of(int, counts["documents"]),
            literally=_of(int, counts["literally"]),
            labels=_of(int, counts["labels"]),
            wider=None
            if counts["with_other_writings"] is None
            else _of(int, counts["with_other_writings"]),
            partial=_of(bool, counts["partial"]),
            facets={
                _of(str, facet): tuple(_count(c) for c in values)
                for facet, values in value.get("facets", {}).items()
            },
        ),
        collection=_collection(value["collection"]),
        program=_of(str, value["program"]),
        made=_of(str, value["made"]),
        base=address.partition("?")[0].rstrip("/"),
    )


def _request(search: dict[str, Any]) -> SearchRequest:
    """The search as the parameters of an address, so that it is checked like one."""
    params = [("q", _of(str, search["query"])), ("any", "1" if _of(bool, search["any"]) else "")]
    params += [("also", _of(str, kind)) for kind in search["also"]]
    filters = search["filters"]
    for name in (f"{start}{facet.name}" for start in ("", NOT) for facet in ALL_FACETS):
        params += [(name, _of(str, value)) for value in filters.get(name, ())]
    params.append(("sort", _of(str, search["sort"])))
    params.append(("collapse", "1" if _of(bool, search["collapse"]) else ""))
    params.append(("by", "document" if _of(bool, search["by_document"]) else ""))
    return SearchRequest.from_params(params)


def _count(count: dict[str, Any]) -> FacetCount:
    value = count["value"]
    if value is not None and not isinstance(value, str | int):
        raise TypeError("the value of a facet is a text, a number or null")
    return FacetCount(value, _of(int, count["count"]), _of(int, count["documents"]))


def _collection(value: dict[str, Any]) -> CollectionState:
    kinds = get_type_hints(CollectionState)
    return CollectionState(
        **{f.name: _of(kinds[f.name], value[f.name]) for f in fields(CollectionState)}
    )


def _of(kind: type[T], value: object) -> T:
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise TypeError(f"{str(value)[:40]!r} is not of the kind {kind.__name__}")
    if isinstance(value, str):
        value.encode()  # Half a surrogate pair is no character: a ValueError says so.
    return value
