"""When a regulation was published: what its heading tells of its passing and its amendments.

The heading is the lines, or the bracket, below the title. Of the newest version the day of
publication counts; the day from which it applies (施行) never does.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Sequence

from ..documents.document import Evidence
from .dates import days_in, half_width

_ENACTED = re.compile(
    r"通过|公布|颁布|修正|修订|修改|批准|发布|公告|印发|令|通過|頒布|發布|修訂|訂定"
)
_PUBLISHED = re.compile(r"公布|颁布|发布|公告|印发|令|頒布|發布")
_PUBLISHED_LATER = re.compile("批准|(?:审判|检察)委员会|[常部局]务会议")
_AMENDED = re.compile(r"修正|修改")
_IN_FORCE = re.compile(r"\s*起?(?:正式)?(?:施行|实施|生效|执行)")
_CITED = re.compile(r"《[^》]*+》?")
_HEADING_CHARS = 1500
"""An act amended a dozen times lists them all in one bracket."""
_LATE_MONTH = 11
"""An act is published within two months of its approval: from November on maybe the next year."""
_DONE = "通过|公布|颁布|修正|修订|修改|批准|发布|公告|印发|废止|通過|頒布|發布|修訂|訂定|廢止"
_MONTH = (
    r"(?:(?:中[華华])?民[國国]\s?[0-9元百一二三四五六七八九十〇○零]{1,5}|[0-9]{4}|[一二三四五六七八九〇○零]{4})"
    r"\s?年\s*[0-9一二三四五六七八九十]{1,3}\s?月(?:\s*[0-9一二三四五六七八九十]{1,3}\s?日)?"
)
_HEADING = re.compile(
    # A sentence of an article has a comma after its date, and others behind it.
    rf"(?:[（(【〔\[][^（(。]{{0,80}}?{_MONTH}|(?:经|根据|于)?\s*{_MONTH}(?![，,]))"
    rf"[^。！？]*(?:{_DONE})[^。！？]*[。]?[）)】〕\]]?\Z"
)
_DONE_LAST = re.compile(rf"(?:{_DONE})[。）)]*\Z")
_HEADING_LINES, _ENTRY_LINES = 60, 4
_GOES_ON = re.compile(r"[^，。！？；：:]{8,600}")
_PASSED_BY = re.compile("会议|委员会|大会|人大|政府令|[部局]令")
_BEGINS = re.compile(
    rf"[（(]?(?:经|根据|于)?\s*{_MONTH}|\s*(?:第[一二三四五六七八九十百0-9]+[章节条]|#|[0-9]{{4}}年)"
)
_EFFECTIVE = re.compile(r"[（(]?\s*(?:自)?\S{8,14}日起?\s*(?:施行|实施|生效|执行)\s*[）)]?\Z")


def is_promulgation(text: str) -> bool:
    """Whether a line tells when a regulation was passed, published or amended."""
    if "年" not in text or len(text) > _HEADING_CHARS:
        return False
    if _HEADING.match(half_width(text)) is None:
        return False
    # 根据…修正的《某某法》，制定本规定 is how an act begins.
    return not text.startswith("根据") or _DONE_LAST.search(text) is not None


def wrapped_entries(texts: Sequence[str], first: int) -> Iterator[tuple[range, str]]:
    """The entries of a heading that go on in the next lines, from line ``first`` on: which, joined.

    What goes on begins with no date of its own, and is no sentence. An entry has no hour
    and names who passed an act; a source, a date and a subtitle below are none.
    """
    i = first
    while i < min(len(texts), first + _HEADING_LINES):
        joined, last = texts[i], i
        while not _DONE_LAST.search(joined) and _GOES_ON.fullmatch(joined):
            last += 1
            following = texts[last] if last < min(len(texts), i + _ENTRY_LINES) else ""
            if not following or _BEGINS.match(half_width(following)):
                break
            joined += following
        is_whole = _DONE_LAST.search(joined) and _PASSED_BY.search(joined)
        if last > i and is_whole and is_promulgation(joined):
            yield range(i, last + 1), joined
            i = last
        elif not is_of_act(texts[i]):
            return
        i += 1


def is_effective_date(text: str) -> bool:
    """Whether a line says from which day a regulation applies."""
    return len(text) <= 30 and _EFFECTIVE.match(text) is not None


def is_of_act(text: str) -> bool:
    """Whether a line tells when a regulation was passed, published or amended, or applies."""
    return is_promulgation(text) or is_effective_date(text)


def promulgation_date(lines: tuple[Evidence, ...]) -> tuple[str | None, Evidence | None]:
    """The newest day on which a regulation was passed, published or amended, and its line."""
    newest: tuple[str, Evidence] | None = None
    for line in lines:
        for day, _ in _events(line.quote or ""):
            if newest is None or day.isoformat() > newest[0]:
                quoted = Evidence("最近一次公布或修正的日期", line.line, line.quote)
                newest = (day.isoformat(), quoted)
    return newest or (None, None)


def _events(text: str) -> Iterable[tuple[datetime.date, str]]:
    """The days on which something was done, and what, without the names of other acts in it."""
    for day, after in days_in(text):
        if _ENACTED.search(after) and not _IN_FORCE.match(after):
            yield day, _CITED.sub("", after)


def year_of_act(
    newest: str, header: Sequence[str], articles: Iterable[str]
) -> tuple[int | None, str]:
    """The year in which the newest version of a regulation was published, and why, in Chinese.

    ``newest`` is the ISO date of the last event its ``header`` lines tell of, ``articles`` are its
    paragraphs. The congress of a city has its acts approved (批准) by that of the province and
    publishes them afterwards (立法法, articles on local regulations); courts and ministries do so
    with what their councils have passed. After an approval late in the year the year stays open,
    unless the act is in force by New Year's Day. Of an amendment (修正) the articles do not say
    when it takes force.
    """
    day = datetime.date.fromisoformat(newest[:10])
    said = [what for line in header for date, what in _events(line) if date == day]
    plain = f"最近一次公布或修正的日期 {day} 的年份"
    later = any(_PUBLISHED_LATER.search(what) for what in said)
    published = any(_PUBLISHED.search(what) for what in said)
    if not later or published or day.month < _LATE_MONTH:
        return day.year, plain
    new_year = datetime.date(day.year + 1, 1, 1)
    if not any(_AMENDED.search(what) for what in said):
        for text in (*header, *articles):
            for date, after in days_in(text):
                if day < date <= new_year and _IN_FORCE.match(after):
                    return day.year, f"{day} 通过或批准，{date} 起施行，公布在两者之间"
    return None, f"{day} 通过或批准，公布在其后，可能已是次年：文中没有写明公布日期"
