"""Dates as Chinese documents print them: in digits or numerals, of the Republic, with a clock time.

Everything becomes ISO 8601, as far as it is known: 2019-05-06T10:54, 2019-05-06, 2019-05 or 2019. A
time stays as it is printed, whatever its zone. Every date of a text or a field is read here.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from typing import NamedTuple

from ..facets.year import CIRCLES, chinese_number

_HALF_WIDTH = {0xFF10 + digit: str(digit) for digit in range(10)} | {
    ord(full): half for full, half in zip("：／－．\u3000", ":/-. ", strict=True)
}
_FULL_WIDTH = re.compile(f"[{''.join(map(chr, _HALF_WIDTH))}]")


def half_width(text: str) -> str:
    """The digits and signs of dates in their plain forms, one for one, so ranges hold."""
    return text.translate(_HALF_WIDTH) if _FULL_WIDTH.search(text) else text


_HAN_YEAR = f"[一二][{CIRCLES}0一二三四五六七八九]{{3}}"
_HAN_MONTH = "元|正|十[一二]?|[一二三四五六七八九]"
_HAN_DAY = "(?:三十一?|[一二]?十[一二三四五六七八九]?|廿[一二三四五六七八九]?|[一二三四五六七八九])"
_YEAR = rf"(?<![0-9])(?P<year>(?:19|20)[0-9]{{2}})|(?P<han_year>{_HAN_YEAR})"
_REPUBLIC = (
    r"(?:中[華华])?民[國国]\s*"
    rf"(?P<republic>[0-9]{{1,3}}|[元百一二三四五六七八九十{CIRCLES}]{{1,5}})"
)
_MONTH = rf"(?P<month>1[0-2]|0?[1-9](?![0-9])|{_HAN_MONTH})"
_DAY = rf"(?P<day>3[01]|[12][0-9]|0?[1-9]|{_HAN_DAY})"
_AM_PM = r"(?:\s?(?P<of_day>[AaPp])\.?[Mm](?![A-Za-z]))?"
_CLOCK = (
    r"[\sT]*(?:[(（]?(?:星期|周|週|礼拜)[一二三四五六日天][)）]?\s*)?"
    r"(?:(?P<half>上午|早上|凌晨|中午|下午|晚上|晚)\s*)?"
    r"(?P<hour>2[0-3]|[01]?[0-9])\s*(?:[:时時]|点(?=\s*[0-5]))\s*(?P<minute>[0-5][0-9])"
    rf"(?:\s*[:分]\s*(?P<second>[0-5][0-9]))?{_AM_PM}"
)
_FULL = re.compile(
    rf"(?:(?:{_YEAR}|{_REPUBLIC})\s*(?:年|(?<=[0-9])[-/.])\s*{_MONTH}\s*(?:月|(?<=[0-9])[-/.])\s*"
    rf"{_DAY}(?![0-9十])\s*+[日号號]?+)(?:{_CLOCK})?"
)
_PARTIAL = re.compile(
    rf"(?:{_YEAR}|{_REPUBLIC})\s*年(?:\s*{_MONTH}\s*月)?(?!\s*[0-9一二三四五六七八九十至到])"
    r"|(?<![0-9])(?P<dashed_year>(?:19|20)[0-9]{2})[-/.](?P<dashed_month>1[0-2]|0[1-9])"
    r"(?![-/.0-9])"
)
_ANY_DATE = re.compile("[0-9０-９年](?:(?<=年)|(?=[0-9０-９]))")
"""Two figures or 年 stand in every text with a date, and are found fast where there is none."""
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH_NAME = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    "oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
_ENGLISH = re.compile(
    rf"(?<![0-9A-Za-z])(?:(?P<d1>[0-9]{{1,2}})[ -](?P<m1>{_MONTH_NAME})[.,]?[ -]"
    rf"|(?P<m2>{_MONTH_NAME})[.]? (?P<d2>[0-9]{{1,2}})(?:st|nd|rd|th)?,? )"
    r"(?P<year>(?:19|20)[0-9]{2})(?:,? (?P<hour>2[0-3]|[01]?[0-9]):(?P<minute>[0-5][0-9])"
    rf"(?::(?P<second>[0-5][0-9]))?{_AM_PM})?",
    re.IGNORECASE,
)
_COMPACT = re.compile(
    r"(?P<year>(?:19|20)[0-9]{2})(?:(?P<month>[01][0-9])(?:(?P<day>[0-3][0-9])"
    r"(?:[T ]?(?P<hour>[0-2][0-9]):?(?P<minute>[0-5][0-9])(?::?(?P<second>[0-5][0-9]))?)?)?)?"
    r"(?:\.0+)?(?:Z|[+-][0-9:]{4,5})?\Z"
)
_OF_REPUBLIC = re.compile(
    r"(?P<year>[1-9][0-9]{1,2})(?:(?P<sign>[-/.])(?P<month>[0-9]{1,2})(?P=sign)(?P<day>[0-9]{1,2})"
    r"(?![-/.0-9])|年(?P<m>[0-9]{1,2})月(?P<d>[0-9]{1,2})日)"
)
_EPOCH = re.compile(r"(?P<seconds>1[0-9]{9})(?:[0-9]{3})?(?:\.[0-9]+)?\Z")
"""From 2001 to 2033: what is shorter is a number of something else."""
_WRAPPED = re.compile(r"\A/Date\(([0-9]+)[^)]*\)/\Z")
_SCRIPT = re.compile(
    rf"[A-Z][a-z]{{2}} (?P<month>{'|'.join(_MONTHS)}) {{1,2}}(?P<day>[0-9]{{1,2}}) "
    r"(?P<hour>[0-2][0-9]):(?P<minute>[0-5][0-9]):(?P<second>[0-5][0-9]) (?:\S+ )?"
    r"(?P<year>(?:19|20)[0-9]{2})",
    re.IGNORECASE,
)
"""Mon May 06 10:54:00 +0800 2019, as programs and Weibo write it."""
_MONTH_ALONE = re.compile(r"(?P<year>(?:19|20)[0-9]{2})[-/.](?P<month>1[0-2]|0?[1-9])\Z")
_YEAR_LAST = re.compile(
    r"(?P<first>[0-9]{1,2})(?P<sign>[-/.])(?P<second>[0-9]{1,2})(?P=sign)"
    r"(?P<year>(?:19|20)[0-9]{2})(?![0-9])"
)

_LIKE_DATE = re.compile(
    rf"[0-9{CIRCLES}一二三四五六七八九Xx×＊*_＿○]{{2,4}}\s*年\s*\S{{1,3}}\s*月"
    r"|(?<![0-9.])[0-9]{1,4}([-/.])[0-9]{1,2}\1[0-9]{1,4}(?![0-9.])"
    r"|\A\S{1,3}月\S{1,3}日|\A[0-9]{6,}\Z|\A(?:今天|昨天|前天|刚刚|[0-9]+\s*(?:秒|分钟|小时|天|周|个?月|年)前)"
)

_DAY_LABEL = re.compile(r"[\u4e00-\u9fff]{0,8}(?:日期|时间)\s*[:：]")

_CHINA = datetime.timezone(datetime.timedelta(hours=8))
_BEFORE_REPUBLIC = 1911
_EARLIEST = 1900
"""What is read off numerals before, or after 2100, is another number."""
_FIRST_OF_THREE_DIGITS = 100
"""A year of the Republic without its name has three: 99/05/06 may be of 1999."""
_LONGEST_CHARS = 60


class Dated(NamedTuple):
    """A date as ISO 8601, and the range of the text that says it."""

    iso: str
    span: tuple[int, int]


def may_have_date(text: str) -> bool:
    """Whether a text has what stands in every date, for what is asked of every line."""
    return _ANY_DATE.search(text) is not None


def date_in(text: str, *, partial: bool = False) -> Dated | None:
    """The first full date of a text; with ``partial``, where there is none, a month or a year.

    A clock time is kept where it is printed and not midnight: midnight to the second is what pages
    print when they know only the day. A day that does not exist is none.
    """
    if not may_have_date(text):
        return None
    text = half_width(text)
    for match in _FULL.finditer(text):
        iso = _iso(match)
        if iso:
            return Dated(iso, match.span())
    for match in _ENGLISH.finditer(text):
        month = _MONTHS.index((match["m1"] or match["m2"])[:3].lower()) + 1
        iso = _on(int(match["year"]), month, int(match["d1"] or match["d2"]), match)
        if iso:
            return Dated(iso, match.span())
    for match in _PARTIAL.finditer(text) if partial else ():
        if match["dashed_year"]:
            return Dated(f"{match['dashed_year']}-{match['dashed_month']}", match.span())
        year, month_said = _year(match), match["month"]
        if year is not None:
            of_month = f"-{_number(month_said):02d}" if month_said else ""
            return Dated(f"{year}{of_month}", match.span())
    return None


def recorded_date(value: str) -> str | None:
    """The date that a field of a record or a tag holds, or that a label announces, as far as known.

    Besides what texts print: 20190506, 201905, 2019, 20190506105400, 108/05/06 of the Republic and
    seconds or milliseconds since 1970. Of 06/05/2019, which is two days, the year is known.
    """
    value = _WRAPPED.sub(r"\1", half_width(value.strip()))
    try:
        if alone := _MONTH_ALONE.match(value):
            return f"{alone['year']}-{int(alone['month']):02d}"
        if compact := _COMPACT.match(value):
            year, month, day = compact.group("year", "month", "day")
            if day is None:
                datetime.date(int(year), int(month or 1), 1)
                return f"{year}-{month}" if month else year
            return _on(int(year), int(month), int(day), compact)
        if of_republic := _OF_REPUBLIC.match(value):
            year, _, month, day, m, d = of_republic.groups()
            month, day = month or m, day or d
            if int(year) < _FIRST_OF_THREE_DIGITS:
                return None
            return datetime.date(int(year) + _BEFORE_REPUBLIC, int(month), int(day)).isoformat()
        if epoch := _EPOCH.match(value):
            return _moment(datetime.datetime.fromtimestamp(int(epoch["seconds"]), _CHINA))
        if by_script := _SCRIPT.match(value):
            month = _MONTHS.index(by_script["month"].lower()) + 1
            return _on(int(by_script["year"]), month, int(by_script["day"]), by_script)
        if last := _YEAR_LAST.match(value):
            return _year_last(int(last["first"]), int(last["second"]), int(last["year"]))
    except (ValueError, OverflowError, OSError):
        return None
    found = date_in(value[:_LONGEST_CHARS], partial=True)
    return found.iso if found else None


def is_like_date(text: str) -> bool:
    """Whether a text looks like a date, be it one or not: 二〇一九年十三月五日, 06/05/19, 3天前."""
    return _LIKE_DATE.search(half_width(text.strip())) is not None


def is_labelled_day(text: str) -> bool:
    """Whether a line is a date behind a label, whatever it is that of: 面试时间：2021年10月16日."""
    return _DAY_LABEL.match(text) is not None and date_in(text, partial=True) is not None


def days_in(text: str) -> Iterator[tuple[datetime.date, str]]:
    """Each full date with what is said after it, up to the next date or the end of the clause.

    A clause ends with a full stop, a semicolon, or the bracket that encloses it; numbers in it, as
    in 第78号, end nothing.
    """
    matches = list(_FULL.finditer(half_width(text))) if may_have_date(text) else []
    ends = [*(match.start() for match in matches[1:]), len(text)]
    for match, end in zip(matches, ends, strict=False):
        iso = _iso(match)
        if iso:
            after = text[match.end() : end]
            yield datetime.date.fromisoformat(iso[:10]), _clause(after)


def _clause(text: str) -> str:
    depth = 0
    for at, character in enumerate(text):
        if character in "（(":
            depth += 1
        elif character in "）)":
            depth -= 1
        if depth < 0 or character in "。；;":
            return text[:at]
    return text


def _iso(match: re.Match[str]) -> str | None:
    try:
        year = _year(match)
        return (
            None
            if year is None
            else _on(year, _number(match["month"]), _number(match["day"]), match)
        )
    except (KeyError, ValueError):
        return None


def _on(year: int, month: int, day: int, match: re.Match[str]) -> str | None:
    """The day with the clock time of a match, None for one that does not exist."""
    try:
        date = datetime.date(year, month, day)
        if match["hour"] is None:
            return date.isoformat()
        hour, second = int(match["hour"]), match["second"]
        said = match.groupdict().get("half") or (match.groupdict().get("of_day") or "").lower()
        if said in ("晚上", "晚") and hour == 12:
            return date.isoformat()  # whether it is the beginning or the end of the day is not told
        if hour < 12 and (said in ("下午", "晚上", "晚", "p") or (said == "中午" and hour < 3)):
            hour += 12
        elif hour == 12 and said in ("凌晨", "a"):
            hour = 0
        clock = datetime.time(hour, int(match["minute"]), int(second or 0))
    except ValueError:
        return None
    return _moment(datetime.datetime.combine(date, clock), seconds=second is not None)


def _year_last(first: int, second: int, year: int) -> str | None:
    """06/05/2019: the day where its two readings agree or only one is a date, else the year."""
    days = set()
    for month, day in ((first, second), (second, first)):
        try:
            days.add(datetime.date(year, month, day).isoformat())
        except ValueError:
            continue
    return days.pop() if len(days) == 1 else str(year) if days else None


def _moment(moment: datetime.datetime, *, seconds: bool = True) -> str:
    if not any((moment.hour, moment.minute, moment.second)):
        return moment.date().isoformat()
    return moment.strftime("%Y-%m-%dT%H:%M:%S" if seconds else "%Y-%m-%dT%H:%M")


def _year(match: re.Match[str]) -> int | None:
    """The year of a match; None for a numeral that is none of the last two centuries."""
    if match["year"]:
        return int(match["year"])
    try:
        if match["republic"]:
            return _BEFORE_REPUBLIC + _number(match["republic"])
        year = chinese_number(match["han_year"])
    except (KeyError, ValueError):
        return None
    return year if _EARLIEST <= year < _EARLIEST + 200 else None


def _number(text: str) -> int:
    return 1 if text in ("元", "正") else chinese_number(text)
