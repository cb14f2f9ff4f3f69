"""Which day does a line name? Dates with a clock time, as printed on pages."""

from __future__ import annotations

import datetime
import re

from ..documents import Evidence

__all__ = ["DATE", "date_in", "iso_date", "promulgation_date"]

DATE = (
    r"(?P<year>(?:19|20)[0-9]{2})\s*(?:年|[-/.])\s*(?P<month>1[0-2]|0?[1-9])\s*(?:月|[-/.])\s*"
    r"(?P<day>3[01]|[12][0-9]|0?[1-9])(?![0-9])\s*日?"
    r"(?:[\sT]*(?P<hour>2[0-3]|[01]?[0-9])\s*[:：时]\s*(?P<minute>[0-5][0-9])"
    r"(?:\s*[:：分]\s*(?P<second>[0-5][0-9]))?)?"
)
_DATE = re.compile(rf"(?<![0-9]){DATE}")


def date_in(text: str) -> tuple[str, tuple[int, int]] | None:
    """The first full date of a text as ISO 8601 and the range it stands at, or None."""
    for match in _DATE.finditer(text):
        iso = iso_date(match)
        if iso:
            return iso, match.span()
    return None


def iso_date(match: re.Match[str]) -> str | None:
    """ISO 8601 of a match of ``DATE``: with the clock time where it is printed and not midnight.

    Midnight to the second is what pages print when they know only the day. None for a day that
    does not exist.
    """
    try:
        day = datetime.date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        return None
    if match["hour"] is None:
        return day.isoformat()
    clock = [int(match["hour"]), int(match["minute"])]
    if match["second"] is not None:
        clock.append(int(match["second"]))
    if not any(clock):
        return day.isoformat()
    return f"{day.isoformat()}T{':'.join(f'{part:02d}' for part in clock)}"


_DAY = re.compile(
    r"(?P<year>[0-9]{4}|[一二三四五六七八九〇○零]{4})年\s*(?P<month>[0-9]{1,2}|[一二三四五六七八九十]{1,3})月"
    r"\s*(?P<day>[0-9]{1,2}|[一二三四五六七八九十]{1,3})日(?P<after>[^0-9。；;）)]*)"
)
_ENACTED = re.compile(r"通过|公布|颁布|修正|修订|修改|批准|发布|印发|令")


def promulgation_date(lines: tuple[Evidence, ...]) -> tuple[str | None, Evidence | None]:
    """The newest day on which a regulation was passed, published or amended, and its line.

    The day from which it applies (施行) is no such day.
    """
    newest: tuple[str, Evidence] | None = None
    for line in lines:
        for match in _DAY.finditer(line.quote or ""):
            if not _ENACTED.search(match["after"]):
                continue
            day = _chinese_day(match)
            if day and (newest is None or day > newest[0]):
                newest = (day, Evidence("最近一次公布或修正的日期", line.line, line.quote))
    return newest or (None, None)


def _chinese_day(match: re.Match[str]) -> str | None:
    try:
        return datetime.date(
            _chinese_number(match["year"]),
            _chinese_number(match["month"]),
            _chinese_number(match["day"]),
        ).isoformat()
    except ValueError:
        return None


def _chinese_number(text: str) -> int:
    """二〇一七 digit by digit, 二十三 by tens, 23 as it is."""
    if text.isdigit() and text.isascii():
        return int(text)
    digits = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0}
    if "十" in text:
        tens, _, units = text.partition("十")
        return 10 * (digits[tens] if tens else 1) + (digits[units] if units else 0)
    return int("".join(str(digits[c]) for c in text))
