"""Days and years in Chinese writing: when a document was published, which years a passage names.

Numerals are Arabic or Chinese, digit by digit or by tens.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from ..documents.document import NamedYears

_DAY = re.compile(
    r"(?P<year>[0-9]{4}|[一二三四五六七八九〇○零]{4})年\s*(?P<month>[0-9]{1,2}|[一二三四五六七八九十]{1,3})月"
    r"\s*(?P<day>[0-9]{1,2}|[一二三四五六七八九十]{1,3})日(?P<after>[^0-9。；;）)]*)"
)
_DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0, "元": 1, "廿": 2}


HALF_WIDTH = {0xFF10 + digit: str(digit) for digit in range(10)} | {
    ord(full): half for full, half in zip("：／－．\u3000", ":/-. ", strict=True)
}
"""Digits and signs of dates in full width to their plain forms, one for one, so ranges hold."""


def days_in(text: str) -> Iterator[tuple[datetime.date, str]]:
    """Each full date with what is said after it, up to the next figure or the end of the clause."""
    for match in _DAY.finditer(text.translate(HALF_WIDTH)):
        try:
            numbers = [chinese_number(match[part]) for part in ("year", "month", "day")]
            yield datetime.date(*numbers), match["after"]
        except (KeyError, ValueError):
            continue


def chinese_number(text: str) -> int:
    """二〇一七 digit by digit, 二十三 and 廿三 by tens, 元 as 1, 23 as it is.

    Raises KeyError or ValueError for what is no such number.
    """
    if text.isdigit() and text.isascii():
        return int(text)
    if "十" in text:
        tens, _, units = text.partition("十")
        return 10 * (_DIGITS[tens] if tens else 1) + (_DIGITS[units] if units else 0)
    if text.startswith("廿"):
        return 20 + (_DIGITS[text[1:]] if text[1:] else 0)
    return int("".join(str(_DIGITS[c]) for c in text))


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


# First year and length in years, after Fang Shiming, 中国历史纪年表 (the year in which an era
# changes belongs to both).
_ERAS = {
    "民国": (1912, 99), "中华民国": (1912, 99),
    "顺治": (1644, 18), "康熙": (1662, 61), "雍正": (1723, 13), "乾隆": (1736, 60),
    "嘉庆": (1796, 25), "道光": (1821, 30), "咸丰": (1851, 11), "同治": (1862, 13),
    "光绪": (1875, 34), "宣统": (1909, 3),
    "洪武": (1368, 31), "建文": (1399, 4), "永乐": (1403, 22), "洪熙": (1425, 1),
    "宣德": (1426, 10), "正统": (1436, 14), "景泰": (1450, 8), "天顺": (1457, 8),
    "成化": (1465, 23), "弘治": (1488, 18), "正德": (1506, 16), "嘉靖": (1522, 45),
    "隆庆": (1567, 6), "万历": (1573, 48), "泰昌": (1620, 1), "天启": (1621, 7),
    "崇祯": (1628, 17),
}  # fmt: skip

_FIRST, _LAST = 1500, 2100
"""A bare number of four digits before 年 is a year only in these; 公元 before it allows any."""

_HAN = "[一二][〇○零一二三四五六七八九]{3}"
# No part of a longer number, and no duration: 近2000年.
_YEAR = rf"(?:(?<![\d.,])\d{{4}}(?!\d)|(?<![〇○零一二三四五六七八九十百千万]){_HAN})"
_NUMBER = "元|[一二三四五六七八九十廿卅]{1,4}|[0-9]{1,2}"
_GAP = r"\s*+年?+\s*+"
_TO = rf"{_GAP}(?:[-—–－~～]{{1,2}}|至|到)\s*+"
_AND = rf"{_GAP}[、，,和及与]\s*+"
_PATTERN, _UNLISTED = (
    re.compile(
        rf"(?P<first>{_YEAR}){_TO}(?P<last>{_YEAR})\s*(?:学|财)?年(?!代)"
        rf"|(?P<decade>{_YEAR})\s*年代"
        r"|(?P<century>1[5-9]|2[01]|十[五六七八九]|二十一?)\s*世纪\s*"
        r"(?P<tens>[0-9]0|[二三四五六七八九]?十)\s*年代"
        rf"|(?P<listed>{listed})"
        rf"|(?<![近约逾达超])(?P<year>{_YEAR})\s*[两三四五学财]?年(?!的?历史|龄|限|均|寿|之久)"
        r"|(?<![\d.])(?P<dated>\d{4})(?=(?P<sep>[-./])\d{1,2}(?P=sep)\d{1,2}(?!\d))"
        r"|[〔\[［](?P<number>\d{4})[〕\]］](?=\s*+第?+\s*+\d++\s*+号)"
        r"|公元(?P<common>\d{1,4})年"
        rf"|(?P<era>{'|'.join(sorted(_ERAS, key=len, reverse=True))})(?P<of_era>{_NUMBER})年"
    )
    for listed in (rf"{_YEAR}(?={_AND}{_YEAR})", r"(?!)")
)
"""With and without years that another follows in a list, which the one at its end may name."""
_SINGLE_YEAR = re.compile(_YEAR)
_NEXT_OF_LIST = re.compile(_AND)
_LIST_END = re.compile(r"\s*+[两三四五多]?年")

_MAY_NAME = re.compile(rf"\d{{4}}|{_HAN}|世纪|公元|{'|'.join(_ERAS)}")
"""Stands in every text that names a year, and is found fast where there is none."""
_LONGEST_CENTURY_CHARS = 4


def publication_year(published: str | None) -> int | None:
    """The year of an ISO date; None where the date is unknown. Dates in the text never count."""
    return int(published[:4]) if published else None


def named_years(text: str) -> tuple[NamedYears, ...]:
    """The years that a text names, each once, in the order in which they are first named."""
    hint = _MAY_NAME.search(text)
    if hint is None:
        return ()
    found: dict[tuple[int, int], str] = {}
    for match in _matches(text, max(0, hint.start() - _LONGEST_CENTURY_CHARS)):
        years = _years(match)
        if years is not None:
            words = match.group()
            listed = match["listed"] or match["dated"]
            found.setdefault(years, words if listed is None else listed)
    return tuple(NamedYears(first, last, words) for (first, last), words in found.items())


def _matches(text: str, start: int) -> Iterator[re.Match[str]]:
    """What may be a year, from left to right."""
    listed: set[int] | None = None
    while (match := _PATTERN.search(text, start)) is not None:
        start = match.end()
        if match["listed"]:
            listed = _listed(text) if listed is None else listed
            if match.start() not in listed:
                # No 年 ends the list: each of its figures is what it is alone.
                alone = _UNLISTED.match(text, match.start())
                if alone is None:
                    continue
                match, start = alone, alone.end()
        yield match


def _listed(text: str) -> set[int]:
    """Where the years stand that are only named by the 年 at the end of their list.

    From the last to the first, as each is listed if the next one is, or ends the list.
    """
    years = [match.span() for match in _SINGLE_YEAR.finditer(text)]
    listed: set[int] = set()
    for (start, end), (following, its_end) in reversed(list(pairwise(years))):
        between = _NEXT_OF_LIST.match(text, end)
        if between is None or between.end() != following:
            continue
        if following in listed or _LIST_END.match(text, its_end):
            listed.add(start)
    return listed


def _years(match: re.Match[str]) -> tuple[int, int] | None:
    """First and last year of a match; None for what is no year."""
    if match["era"]:
        begin, length = _ERAS[match["era"]]
        number = _number(match["of_era"])
        return (begin + number - 1,) * 2 if 1 <= number <= length + 1 else None
    if match["century"]:
        first = 100 * (_number(match["century"]) - 1) + _number(match["tens"])
        return first, first + 9
    if match["common"]:
        year = int(match["common"])
        return (year, year) if year else None
    if match["first"]:
        first, last = _year(match["first"]), _year(match["last"])
        return (first, last) if _FIRST <= first < last <= _LAST else None
    if match["decade"]:
        first = _year(match["decade"])
        return (first, first + 9) if _FIRST <= first <= _LAST and first % 10 == 0 else None
    year = _year(match["listed"] or match["year"] or match["dated"] or match["number"])
    return (year, year) if _FIRST <= year <= _LAST else None


def _year(text: str) -> int:
    """2017, ２０１７ and 二〇一七, digit by digit."""
    return int(text) if text.isdecimal() else int("".join(str(_DIGITS[c]) for c in text))


def _number(text: str) -> int:
    """二十六, 廿六, 元 and 26."""
    if text.isdecimal():
        return int(text)
    text = text.replace("廿", "二十").replace("卅", "三十")
    if "十" not in text:
        return int("".join(str(_DIGITS[c]) for c in text))
    tens, _, units = text.partition("十")
    return 10 * (_DIGITS.get(tens, 0) if tens else 1) + (_DIGITS.get(units, 0) if units else 0)
