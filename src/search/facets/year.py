"""Which year was it published in, and which years does a text name?

Named years are read as they are written: Arabic and Chinese numerals, ranges, decades, lists, and
the eras of the Republic, the Qing and the Ming. Relative words (今年, 去年) and two-digit years are
not resolved.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from ..documents.document import NamedYears
from .chinese_dates import _DIGITS

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
