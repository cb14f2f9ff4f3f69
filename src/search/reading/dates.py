"""Dates as Chinese documents print them: in digits or numerals, of the Republic, with a clock time.

Everything becomes ISO 8601, as far as it is known: 2019-05-06T10:54, 2019-05-06, 2019-05 or 2019. A
time stays as it is printed, whatever its zone.
"""

from __future__ import annotations

import datetime
import re
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from ..facets.year import HALF_WIDTH, chinese_number

_HAN_YEAR = "[一二][〇○零ＯO一二三四五六七八九]{3}"
_HAN_MONTH = "元|正|十[一二]?|[一二三四五六七八九]"
_HAN_DAY = "三十一?|[二廿]?十?[一二三四五六七八九]|[一二]?十|廿|初[一二三四五六七八九十]"
_YEAR = rf"(?<![0-9])(?P<year>(?:19|20)[0-9]{{2}})|(?P<han_year>{_HAN_YEAR})"
_REPUBLIC = r"(?:中[華华])?民[國国]\s*(?P<republic>[0-9]{1,3}|[元一二三四五六七八九十〇○零]{1,3})"
_MONTH = rf"(?P<month>1[0-2]|0?[1-9](?![0-9])|{_HAN_MONTH})"
_DAY = rf"(?P<day>3[01]|[12][0-9]|0?[1-9]|{_HAN_DAY})"
_CLOCK = (
    r"[\sT]*(?P<hour>2[0-3]|[01]?[0-9])\s*[:：时時]\s*(?P<minute>[0-5][0-9])"
    r"(?:\s*[:：分]\s*(?P<second>[0-5][0-9]))?"
)
_FULL = re.compile(
    rf"(?:(?:{_YEAR}|{_REPUBLIC})\s*(?:年|(?<=[0-9])[-/.])\s*{_MONTH}\s*(?:月|(?<=[0-9])[-/.])\s*"
    rf"{_DAY}(?![0-9])\s*+[日号號]?+)(?:{_CLOCK})?"
)
_PARTIAL = re.compile(
    rf"(?:{_YEAR}|{_REPUBLIC})\s*年(?:\s*{_MONTH}\s*月)?(?!\s*[0-9一二三四五六七八九十至到])"
    r"|(?<![0-9])(?P<dashed_year>(?:19|20)[0-9]{2})[-/.](?P<dashed_month>1[0-2]|0[1-9])"
    r"(?![-/.0-9])"
)
_COMPACT = re.compile(r"(?P<year>(?:19|20)[0-9]{2})(?:(?P<month>[01][0-9])(?P<day>[0-3][0-9])?)?\Z")
_OF_REPUBLIC = re.compile(
    r"(?P<year>1[0-9]{2})[-/.](?P<month>[0-9]{1,2})[-/.](?P<day>[0-9]{1,2})\Z"
)
_EPOCH = re.compile(r"(?P<seconds>[01]?[0-9]{9})(?:[0-9]{3})?(?:\.[0-9]+)?\Z")
_MAIL = re.compile(r"(?:[A-Z][a-z]{2}, )?[0-9]{1,2} [A-Z][a-z]{2} [0-9]{4} ")

_CHINA = datetime.timezone(datetime.timedelta(hours=8))
_BEFORE_REPUBLIC = 1911
_EARLIEST = 1900
"""What is read off numerals before, or after 2100, is another number."""


class Dated(NamedTuple):
    """A date as ISO 8601, and the range of the text that says it."""

    iso: str
    span: tuple[int, int]


def date_in(text: str, *, partial: bool = False) -> Dated | None:
    """The first full date of a text; with ``partial``, where there is none, a month or a year.

    A clock time is kept where it is printed and not midnight: midnight to the second is what pages
    print when they know only the day. A day that does not exist is none.
    """
    text = text.translate(HALF_WIDTH)
    for match in _FULL.finditer(text):
        iso = _iso(match)
        if iso:
            return Dated(iso, match.span())
    for match in _PARTIAL.finditer(text) if partial else ():
        if match["dashed_year"]:
            return Dated(f"{match['dashed_year']}-{match['dashed_month']}", match.span())
        year, month = _year(match), match["month"]
        if year is not None:
            of_month = f"-{_number(month):02d}" if month else ""
            return Dated(f"{year}{of_month}", match.span())
    return None


def recorded_date(value: str) -> str | None:
    """The date that a field of a record or a tag holds, which holds nothing else.

    Besides what texts print: 20190506, 201905, 2019, 108/05/06 of the Republic, seconds or
    milliseconds since 1970, and the form of mail headers (RFC 822).
    """
    value = value.strip().translate(HALF_WIDTH)
    try:
        if compact := _COMPACT.match(value):
            parts = [part for part in compact.groups() if part]
            datetime.date(*map(int, [*parts, "1", "1"][:3]))
            return "-".join(parts)
        if of_republic := _OF_REPUBLIC.match(value):
            year, month, day = map(int, of_republic.groups())
            return datetime.date(year + _BEFORE_REPUBLIC, month, day).isoformat()
        if epoch := _EPOCH.match(value):
            return _moment(datetime.datetime.fromtimestamp(int(epoch["seconds"]), _CHINA))
        if _MAIL.match(value):
            return _moment(parsedate_to_datetime(value))
    except (ValueError, OverflowError, OSError):
        return None
    found = date_in(value[:60], partial=True)
    return found.iso if found else None


def _iso(match: re.Match[str]) -> str | None:
    try:
        year = _year(match)
        if year is None:
            return None
        day = datetime.date(year, _number(match["month"]), _number(match["day"]))
    except (KeyError, ValueError):
        return None
    if match["hour"] is None:
        return day.isoformat()
    clock = datetime.time(int(match["hour"]), int(match["minute"]), int(match["second"] or 0))
    moment = datetime.datetime.combine(day, clock)
    return _moment(moment, seconds=match["second"] is not None)


def _moment(moment: datetime.datetime, *, seconds: bool = True) -> str:
    if not any((moment.hour, moment.minute, moment.second)):
        return moment.date().isoformat()
    return moment.strftime("%Y-%m-%dT%H:%M:%S" if seconds else "%Y-%m-%dT%H:%M")


def _year(match: re.Match[str]) -> int | None:
    """The year of a match; None for a numeral that is none of the last two centuries."""
    if match["year"]:
        return int(match["year"])
    if match["republic"]:
        return _BEFORE_REPUBLIC + _number(match["republic"])
    year = chinese_number(re.sub("[ＯO]", "〇", match["han_year"]))
    return year if _EARLIEST <= year < _EARLIEST + 200 else None


def _number(text: str) -> int:
    return 1 if text in ("元", "正") else chinese_number(text.removeprefix("初"))
