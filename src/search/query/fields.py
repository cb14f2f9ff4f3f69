"""The fields of the query language, and what may stand behind their colon."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import get_args

from ..analysis.text import HAN
from ..documents.facets import ALL_FACETS, BY_NAME, UNKNOWN, FacetName, YearRange
from .nodes import FacetIs, Node, Notice, Or, TextField
from .notices import shortened

FieldName = TextField | FacetName

FIRST_YEAR, LAST_YEAR = 1, 9999

_TEXT_FIELDS: dict[TextField, tuple[str, ...]] = {
    "title": ("标题", "题名", "篇名", "intitle"),
    "author": ("作者",),
}
_TRADITIONAL = str.maketrans("标题区来类点", "標題區來類點")
_NAMES: dict[str, FieldName] = {
    **{name: field for field, more in _TEXT_FIELDS.items() for name in (field, *more)},
    **{name: f.name for f in ALL_FACETS for name in (f.name, f.label, *f.aliases)},
}
FIELD_NAMES: dict[str, FieldName] = {
    **_NAMES,
    **{name.translate(_TRADITIONAL): field for name, field in _NAMES.items()},
}
"""Every name that may stand before a colon. The first of each field is the one in addresses."""

_FIELD = re.compile(
    rf"(?P<name>{'|'.join(sorted(FIELD_NAMES, key=len, reverse=True))})(?P<sign>:|[<>]=?|=)", re.I
)
ASCII = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
"""Characters of full width to those of ASCII."""
_LIST = re.compile(
    rf"(?<=[^、])(?:、|(?<=[{HAN}》〉])[,;，；](?=[{HAN}《〈]))(?=[^、])(?![^《〈]*[》〉])"
)
_YEAR_LIST = re.compile("[、,;，；和]")
_IN_MARKS = re.compile('\\A["“＂](.+)["”＂]\\Z')
_BETWEEN_MARKS = re.compile('["＂][、,;，；]["＂]')
_VALUES = 50
"""A longer list is no list: each value is compared with all of the collection."""
_UNREAD = ("value-unknown", "year-unreadable")
_UNKNOWN_WORDS = {UNKNOWN, "未知", "不详"}
_YEAR = r"[0-9]{1,4}"
_RANGE = re.compile(rf"(?P<first>{_YEAR})?年?(?P<to>\.\.+|[-~至到]|—)?(?P<last>{_YEAR})?年?\Z")
_LUCENE_RANGE = re.compile(rf"[\[{{]\s*({_YEAR}|\*)\s+TO\s+({_YEAR}|\*)\s*[\]}}]\Z")


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a value of a facet means: its node, and what the reader should know."""

    node: Node
    notices: tuple[Notice, ...] = ()


Resolve = Callable[[FacetName, str], Resolved]
"""From the facet and the value as written."""


def read_field(plain: str, at: int) -> tuple[FieldName, str, int] | None:
    """(field, the sign behind it, where its value begins) where a known field's name stands.

    The sign is a colon, or ``=`` or a comparison that people bring from elsewhere.
    """
    match = _FIELD.match(plain, at)
    if match is None:
        return None
    field = FIELD_NAMES[match["name"].lower()]
    if match["sign"] in (":", "=") or _is_year(field):
        return field, match["sign"], match.end()
    return None


def _is_year(field: FieldName) -> bool:
    return field in BY_NAME and BY_NAME[field].kind == "year"


def is_text_field(field: FieldName) -> bool:
    """Whether a field is searched literally, and is no facet."""
    return field in get_args(TextField)


def is_unknown(value: str) -> bool:
    """Whether a value says that nothing is known."""
    return value in _UNKNOWN_WORDS


def parse_year_value(value: str, sign: str = ":") -> YearRange | None:
    """The years a value means, both ends included; None where it cannot be read.

    Takes ``2017``, ``2017..2021``, ``2017..``, ``..2021``, ``2017-2021``, ``[2017 TO 2021]``, and
    one year behind a comparison.
    """
    value = value.translate(ASCII)
    match = _RANGE.match(value)
    if match and (match["first"] or match["last"]):
        first = int(match["first"]) if match["first"] else FIRST_YEAR
        last = int(match["last"]) if match["last"] else LAST_YEAR
        if not match["to"]:
            if not match["first"] or match["last"]:
                return None
            return _compared(first, sign)
        return (min(first, last), max(first, last)) if sign in (":", "=") else None
    lucene = _LUCENE_RANGE.match(value)
    if lucene:
        first = FIRST_YEAR if lucene[1] == "*" else int(lucene[1])
        last = LAST_YEAR if lucene[2] == "*" else int(lucene[2])
        return min(first, last), max(first, last)
    return None


def year_value(years: YearRange) -> str:
    """Years as they are written behind a colon."""
    first, last = years
    if first == last:
        return str(first)
    return f"{'' if first == FIRST_YEAR else first}..{'' if last == LAST_YEAR else last}"


def _compared(year: int, sign: str) -> YearRange:
    return {
        ">=": (year, LAST_YEAR),
        ">": (year + 1, LAST_YEAR),
        "<=": (FIRST_YEAR, year),
        "<": (FIRST_YEAR, year - 1),
    }.get(sign, (year, year))


def listed(value: str) -> list[str]:
    """The values that a list of them has, as 甲、“乙”; a title in its marks is one."""
    return [_IN_MARKS.sub(r"\1", one) for one in _LIST.split(value)]


def quoted(texts: Iterable[str]) -> list[str]:
    """Quoted values; straight marks alike on both sides hide where one of a list ends."""
    return [one for text in texts for one in _BETWEEN_MARKS.split(text)]


def resolve_each(resolve: Resolve, facet: FacetName, value: str) -> Resolved:
    """What a value means, or each of a list that is no value as a whole: any of these may hold."""
    resolved = resolve(facet, value)
    several = _YEAR_LIST.split(value) if _is_year(facet) else listed(value)
    if not resolved.notices or resolved.notices[0].code not in _UNREAD:
        return resolved
    if not 1 < len(several) <= _VALUES:
        return resolved
    found = any_of(resolve, facet, several)
    # A wrong year beside a right one would be a count that looks right.
    unread = any(notice.code == "year-unreadable" for notice in found.notices)
    return resolved if unread else found


def any_of(resolve: Resolve, facet: FacetName, values: Iterable[str]) -> Resolved:
    """What holds where any of some values does."""
    each = [resolve(facet, value) for value in values]
    told = tuple(notice for one in each for notice in one.notices)
    return Resolved(Or(tuple(one.node for one in each)), told)


def as_written(facet: FacetName, value: str) -> Resolved:
    """A value taken as it is written, without asking a collection."""
    if is_unknown(value):
        return Resolved(FacetIs(facet, (BY_NAME[facet].missing,)))
    if not _is_year(facet):
        return Resolved(FacetIs(facet, (value.strip("/"),)))
    years = parse_year_value(value)
    if years is None:
        return Resolved(
            FacetIs(facet, ((0, 0),)), (Notice("year-unreadable", value=shortened(value)),)
        )
    return Resolved(FacetIs(facet, (years,)))
