"""Which day does a line name? Dates with a clock time, as printed on pages."""

from __future__ import annotations

import datetime
import re

from ..documents.document import Evidence
from ..facets.chinese_dates import days_in

DATE = (
    r"(?P<year>(?:19|20)[0-9]{2})\s*(?:年|[-/.])\s*(?P<month>1[0-2]|0?[1-9])\s*(?:月|[-/.])\s*"
    r"(?P<day>3[01]|[12][0-9]|0?[1-9])(?![0-9])\s*+日?+"
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


_ENACTED = re.compile(r"通过|公布|颁布|修正|修订|修改|批准|发布|印发|令")


def promulgation_date(lines: tuple[Evidence, ...]) -> tuple[str | None, Evidence | None]:
    """The newest day on which a regulation was passed, published or amended, and its line.

    The day from which it applies (施行) is no such day.
    """
    newest: tuple[str, Evidence] | None = None
    for line in lines:
        for date, after in days_in(line.quote or ""):
            day = date.isoformat()
            if _ENACTED.search(after) and (newest is None or day > newest[0]):
                newest = (day, Evidence("最近一次公布或修正的日期", line.line, line.quote))
    return newest or (None, None)
