"""Which values may be fixed by hand, and what is each allowed to be?"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from ..documents.document import UNCLASSIFIED, UNKNOWN_PLACE, Place, place_path
from ..facets.gazetteer import Gazetteer
from ..facets.topic import Taxonomy

FIELDS = {
    "title": "标题",
    "eyebrow": "肩题",
    "subtitle": "副题",
    "source": "来源",
    "source_kind": "来源类型",
    "site": "网站",
    "author": "作者",
    "posted_by": "发布账号",
    "contributor": "供稿",
    "editors": "编辑",
    "published": "发布日期",
    "url": "原文地址",
    "city": "地区",
    "year": "年份",
    "topics": "主题",
}
"""The fields of a document that can be fixed, and what the evidence calls them."""

_UNKNOWN = "~unknown"
_KINDS = ("newspaper", "web", "government", "regulation", "forum")
_CLOCK = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2})?)?\Z")
_NAMES_SHOWN = 40


class BadValue(Exception):  # noqa: N818 (it becomes an error with file and line)
    """What is wrong with a value and what is allowed, without its place."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.en = en
        self.zh = zh


def checked(field: str, value: Any, taxonomy: Taxonomy) -> Any:
    """The value as a document holds it; None (no topics) for ``~unknown``. Raises BadValue.

    ``field`` is one of FIELDS, or ``paragraph`` for the ¶ that topics are fixed of.
    """
    if field == "topics":
        return _topics(value, taxonomy)
    unknown = value == _UNKNOWN
    if field == "city":
        return UNKNOWN_PLACE if unknown else _city(value)
    check = _CHECKS.get(field) or (_text if field in FIELDS else None)
    if check is None:
        listed = ", ".join(FIELDS)
        raise BadValue(
            f"there is no field {field!r}; the fields are path, paragraph, {listed}",
            f"没有“{field}”这一项；可用 path、paragraph、{listed}",
        )
    return None if unknown else check(field, value)


def _text(field: str, value: Any) -> str:
    text = " ".join(value.split()) if isinstance(value, str) else ""
    if not text:
        raise BadValue(
            f"{field} is {value!r}; write a text or {_UNKNOWN}", f"{field} 应为文字或 {_UNKNOWN}"
        )
    return text


def _kind(field: str, value: Any) -> str:
    if value not in _KINDS:
        listed = ", ".join(_KINDS)
        raise BadValue(f"{field} is {value!r}; it can be {listed}", f"{field} 可用 {listed}")
    return str(value)


def _number(field: str, value: Any) -> int:
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}", value.strip()):
        value = int(value)
    highest = 9999 if field == "year" else 999_999_999
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= highest:
        raise BadValue(
            f"{field} is {value!r}; write a whole number from 1 to {highest}",
            f"{field} 是 {value!r}，应为 1 到 {highest} 的整数",
        )
    return value


def _published(field: str, value: Any) -> str:
    if isinstance(value, datetime.datetime | datetime.date):
        value = value.isoformat()
    try:
        if not isinstance(value, str) or not _CLOCK.match(value):
            raise ValueError
        datetime.datetime.fromisoformat(value)
    except ValueError:
        raise BadValue(
            f"{field} is {value!r}; write a day such as 2017-08-10 or 2017-08-10T10:54",
            f"{field} 是 {value!r}，应写作 2017-08-10 或 2017-08-10T10:54",
        ) from None
    return value.replace(" ", "T")


def _url(field: str, value: Any) -> str:
    text = _text(field, value)
    try:
        parts = urlsplit(text)
        good = parts.scheme in ("http", "https") and parts.hostname and " " not in text
    except ValueError:
        good = False
    if not good:
        raise BadValue(
            f"{field} is {text!r}; write an address that begins with https:// or http://",
            f"{field} 是“{text}”，应以 https:// 或 http:// 开头",
        )
    return text


def _city(value: Any) -> Place:
    name = value.strip() if isinstance(value, str) else ""
    found = Gazetteer.load().resolve(name)
    if len(found) == 1:
        return found[0]
    if found:
        listed = [place_path(place) or "" for place in found]
        raise BadValue(
            f"the city {name!r} may be {', '.join(listed)}; write one of them",
            f"“{name}”可能指{'、'.join(listed)}；请写明其中一个",
        )
    raise BadValue(
        f"the city {value!r} is in no list of divisions; write province/city/county, such as "
        f"广西壮族自治区/贵港市/桂平市, or {_UNKNOWN}",
        f"行政区划里没有“{value}”；请写省/市/县，如 广西壮族自治区/贵港市/桂平市，或 {_UNKNOWN}",
    )


def _topics(value: Any, taxonomy: Taxonomy) -> tuple[str, ...]:
    """The topics in the order of the file; none for ~unknown."""
    names = re.split(r"[|；;、]", value) if isinstance(value, str) else value
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise BadValue("topics must be a list of names", "topics 应为主题名的列表")
    names = [name.strip() for name in names if name.strip()]
    if names in ([], [_UNKNOWN], [UNCLASSIFIED]):
        return ()
    wrong = next((name for name in names if name not in taxonomy.names), None)
    if wrong is not None:
        listed = ", ".join(taxonomy.names[:_NAMES_SHOWN])
        raise BadValue(
            f"there is no topic {wrong!r} in the taxonomy; choose from {listed} or {_UNKNOWN}",
            f"主题表里没有“{wrong}”；可用 {listed} 或 {_UNKNOWN}",
        )
    return tuple(dict.fromkeys(names))


_CHECKS: dict[str, Callable[[str, Any], Any]] = {
    "source_kind": _kind,
    "year": _number,
    "paragraph": _number,
    "published": _published,
    "url": _url,
}
