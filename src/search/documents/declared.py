"""Declare an answer once: its class gives the JSON that is sent, and the schema of it.

A dataclass or a named tuple is sent as its fields. Where what is sent has other names, another
order or more than the fields, the class says so as ``JSON``::

    JSON = view("document_id passages=passage_count city? *citation")

sends four members: a field or property; one under another name, which may be a path
(``request.sort``) or a method without arguments; one that is left out where it is None; and those
of a value in its place. A path through what is None gives None. ``Annotated`` with another view
sends an excerpt; with a text it describes the value, with ``Says(minimum=0)`` it adds to its
schema, or stands for it where that says what type it is, with ``Rounded(3)`` it is sent so. The
schemas are made in ``web.openapi``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin, get_type_hints

Writer = Callable[[Any], Any]


class Member(NamedTuple):
    """One name of an object in JSON, and the path of its value, or what makes it, of a ``hint``."""

    name: str
    path: str | Callable[[Any], Any]
    hint: Any = None
    is_spread: bool = False
    is_optional: bool = False


View = tuple[Member, ...]
"""What is sent of a class, in order."""


@dataclass(frozen=True, slots=True)
class Keys:
    """Which keys a mapping has, and which it may have; no others."""

    required: tuple[str, ...]
    optional: tuple[str, ...]


class Says(dict[str, Any]):
    """Keywords of JSON Schema, which can stand in a type."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(repr(self))


@dataclass(frozen=True, slots=True)
class Rounded:
    """To how many decimals a number is sent."""

    digits: int


def view(*parts: str | Member) -> View:
    """The view that is written as above; a member that is made is given whole."""
    members: list[Member] = []
    for part in parts:
        for word in part.split() if isinstance(part, str) else ():
            name, _, path = word.strip("*?").partition("=")
            members.append(Member(name, path or name, None, word[0] == "*", word[-1] == "?"))
        members += () if isinstance(part, str) else (part,)
    return tuple(members)


TEXT = Says(type="string")
MAYBE = Says(anyOf=[TEXT, {"type": "null"}])
"""Any text, where only some stand there now."""
Count = Annotated[int, Says(minimum=0)]
PassageId = Annotated[str, Says(pattern="^[0-9a-f]{20}-[0-9a-f]{8}(-[1-9][0-9]*)?$")]
DocumentId = Annotated[str, Says(pattern="^[0-9a-f]{16}")]
Sha256 = Annotated[str, Says(pattern="^[0-9a-f]{64}$")]


def json_of(value: Any, chosen: View | None = None) -> dict[str, Any]:
    """A value as JSON types; an excerpt of it, if one is ``chosen``."""
    written: dict[str, Any] = _object_writer(value.__class__, chosen)(value)
    return written


def members_of(cls: type, chosen: View | None = None) -> list[tuple[Member, Any]]:
    """What is sent of a class, each with its type."""
    if chosen is None:
        chosen = getattr(cls, "JSON", None)
    if chosen is None:
        return [(Member(name, name), hint) for name, hint in _hints(cls).items()]
    return [(m, m.hint if callable(m.path) else _hint_at(cls, m.path.split("."))) for m in chosen]


def plain(hint: Any) -> tuple[Any, tuple[Any, ...]]:
    """A type without what is annotated, and that."""
    return (hint.__origin__, hint.__metadata__) if get_origin(hint) is Annotated else (hint, ())


def alternatives(hint: Any) -> tuple[Any, ...]:
    """The types of a union but None; the one type of anything else."""
    if get_origin(hint) not in (Union, UnionType):
        return (hint,)
    return tuple(one for one in get_args(hint) if one is not NoneType)


@cache
def _hints(cls: Callable[..., Any]) -> dict[str, Any]:
    return get_type_hints(cls, include_extras=True)


def _hint_at(cls: type, path: list[str]) -> Any:
    """The type of a field, property or method at a path; with None where a step may be."""
    hint = _hints(cls).get(path[0])
    if hint is None:
        found = getattr(cls, path[0])
        hint = _hints(getattr(found, "fget", found))["return"]
    if len(path) == 1:
        return hint
    (step,) = alternatives(plain(hint)[0])
    below = _hint_at(plain(step)[0], path[1:])
    return below if step is plain(hint)[0] else below | None


def _getter(cls: type, path: str) -> Writer:
    names = path.split(".")
    last = attrgetter(path)
    if len(names) == 1:
        return (lambda value: last(value)()) if callable(getattr(cls, path, None)) else last

    def get(value: Any) -> Any:
        for name in names:
            value = None if value is None else getattr(value, name)
        return value() if callable(value) else value

    return get


@cache
def _object_writer(cls: type, chosen: View | None) -> Writer:
    parts = []
    for (name, path, _, is_spread, is_optional), hint in members_of(cls, chosen):
        get = path if callable(path) else _getter(cls, path)
        parts.append((name, get, _writer(hint), is_spread, is_optional))

    def write(value: Any) -> dict[str, Any]:
        record: dict[str, Any] = {}
        for name, get, inner, is_spread, is_optional in parts:
            found = get(value)
            if inner is not None and found is not None:
                found = inner(found)
            if is_spread:
                record.update(found or {})
            elif found is not None or not is_optional:
                record[name] = found
        return record

    return write


def _writer(hint: Any) -> Writer | None:
    """What makes JSON types of a value but None; None where it is of these already."""
    hint, said = plain(hint)
    kinds = alternatives(hint)
    if hint is not kinds[0]:
        return next(filter(None, map(_writer, kinds)), None)
    chosen = next((each for each in said if isinstance(each, tuple)), None)
    origin = get_origin(hint) or hint
    decimals = next((each.digits for each in said if isinstance(each, Rounded)), None)
    if decimals is not None:
        return lambda value: round(value, decimals)
    if origin is Literal or origin in (str, int, float, bool, Any):
        return None
    if origin is tuple:
        item = _writer(get_args(hint)[0])
        return list if item is None else (lambda values: [item(value) for value in values])
    if issubclass(origin, Mapping):
        each = _writer(get_args(hint)[1])
        if each is None:
            return dict
        return lambda values: {name: each(value) for name, value in values.items()}
    return _object_writer(hint, chosen)
