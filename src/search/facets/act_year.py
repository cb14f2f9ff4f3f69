"""Which year was a regulation published in, if its text tells?"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Sequence

from .chinese_dates import days_in

_PUBLISHED = re.compile(r"公布|颁布|发布|公告|印发|令")
_APPROVED = "批准"
_AMENDED = re.compile(r"修正|修改")
_IN_FORCE = re.compile(r"\s*起?(?:正式)?(?:施行|实施|生效|执行)")
_LATE_MONTH = 11
"""An act is published within two months of its approval: from November on maybe the next year."""


def year_of_act(
    newest: str, header: Sequence[str], articles: Iterable[str]
) -> tuple[int | None, str]:
    """The year in which the newest version of a regulation was published, and why, in Chinese.

    ``newest`` is the ISO date of the last event its ``header`` lines tell of, ``articles`` are its
    paragraphs. The congress of a city has its acts approved (批准) by that of the province and
    publishes them afterwards (立法法, articles on local regulations): after an approval late in the
    year the year stays open, unless the act is in force by New Year's Day. Of an amendment (修正)
    the articles do not say when it takes force.
    """
    day = datetime.date.fromisoformat(newest[:10])
    said = [after for line in header for date, after in days_in(line) if date == day]
    plain = f"最近一次公布或修正的日期 {day} 的年份"
    approved = any(_APPROVED in after for after in said)
    published = any(_PUBLISHED.search(after) for after in said)
    if not approved or published or day.month < _LATE_MONTH:
        return day.year, plain
    new_year = datetime.date(day.year + 1, 1, 1)
    if not any(_AMENDED.search(after) for after in said):
        for text in (*header, *articles):
            for date, after in days_in(text):
                if day < date <= new_year and _IN_FORCE.match(after):
                    return day.year, f"{day} 批准，{date} 起施行，公布在两者之间"
    return None, f"{day} 批准，公布在其后，可能已是次年：文中没有写明公布日期"
