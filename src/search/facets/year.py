"""Years in Chinese writing: of a document's publication, and those that a passage names.

Numerals are Arabic or Chinese, digit by digit or by tens.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from ..documents.document import NamedYears

CIRCLES = "〇○◯ＯOОООoо零"
"""What documents have for the figure nought among numerals: signs, letters of two scripts."""
_DIGITS = (
    {c: i for i, c in enumerate("〇一二三四五六七八九")}
    | dict.fromkeys(CIRCLES + "0", 0)
    | {"元": 1}
)


def chinese_number(text: str) -> int:
    """二〇一七 digit by digit, 二十三, 廿三 and 一百零八 by tens, 元 as 1, 23 as it is.

    Raises KeyError or ValueError for what is no such number.
    """
    if text.isdecimal():
        return int(text)
    hundreds, hundred, text = text.rpartition("百")
    base = 100 * (_DIGITS[hundreds] if hundreds else 1) if hundred else 0
    text = text.replace("廿", "二十").replace("卅", "三十")
    if "十" in text:
        tens, _, units = text.lstrip("零〇").partition("十")
        return base + 10 * (_DIGITS[tens] if tens else 1) + (_DIGITS[units] if units else 0)
    if not text:
        return base
    return base + int("".join(str(_DIGITS[c]) for c in text))


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

_DIGIT = f"[{CIRCLES}一二三四五六七八九]"
_HAN = f"[一二]{_DIGIT}{{3}}"
# No part of a longer number, and no duration: 近2000年.
_YEAR = rf"(?:(?<![\d.,])\d{{4}}(?!\d)|(?<![{CIRCLES}一二三四五六七八九十百千万]){_HAN})"
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

_MAY_NAME = re.compile(r"[\d年纪](?:(?<=[年纪])|(?=\d{3}))")
"""Stands in every text that names a year."""
_MAY_BEGIN = re.compile(
    # What begins with a set of characters is looked for faster than alternatives are.
    rf"[\d一二十公〔\[［{''.join(era[0] for era in _ERAS)}](?:(?<=\d)(?<!\d\d)(?=\d{{3}})"
    rf"|(?<=[一二])(?={_DIGIT}{{3}})|(?<=[12二十])(?=\w{{0,2}}\s*世纪)|(?<=[〔\[［])(?=\d{{4}})"
    rf"|(?=元\d)|(?={'|'.join(era[1:] for era in _ERAS)}))"
)
"""The first character of all that ``_PATTERN`` finds, and hardly any other."""


def publication_year(published: str | None) -> int | None:
    """The year of an ISO date; None where the date is unknown. Dates in the text never count."""
    return int(published[:4]) if published else None


_WRITTEN = rf"(?<![0-9{CIRCLES}一二三四五六七八九])(?:(?:19|20)[0-9]{{2}}|{_HAN})"
_CONGRESS_REPORT = (
    "(?:政府|人民法院|法院|人民检察院|检察院|人大常委会|人民代表大会常务委员会|人大|政协)工作报告"
)
_TITLES = tuple(
    re.compile(pattern.replace("YEAR", f"(?P<year>{_WRITTEN})"))
    for pattern in (
        rf"YEAR年(?!度)[^年]{{0,16}}{_CONGRESS_REPORT}",
        rf"{_CONGRESS_REPORT}\s*[（(—－-]{{1,2}}\s*YEAR\s*年?(?:[0-9一二三四五六七八九十]{{1,3}}月|\s*[）)]|\Z)",
        r"年.{0,30}执行情况.{0,12}YEAR年.{0,30}(?:计划|预算).{0,12}报告",
        # The version of an act that collections name: 某某条例（2018修正）.
        r"[（(]\s*YEAR\s*年?(?:[0-9一二三四五六七八九十]{1,3}月)?(?:[0-9一二三四五六七八九十]{1,3}日)?"
        r"\s*(?:第?[一二三四五六七八九十]?次)?(?:修正|修订|修改)(?:版|本|文本)?\s*[）)]\s*\Z",
    )
)


def titled_year(title: str | None) -> int | None:
    """The year in which a text came out, where its title says so, else None.

    A congress is given its reports at the beginning of the year that they name, and its plan and
    budget in the year that they are for; a version of an act is of the year of its amendment.
    """
    for pattern in _TITLES:
        if found := pattern.search(title or ""):
            return _year(found["year"])
    return None


_NUMBER_OF_ISSUE = re.compile(
    r"[（(]?(?:(?:发文字号|发文文号|文号)\s*[:：]\s*)?(?P<number>[\u4e00-\u9fff（）()]{1,14}?"
    r"[〔\[［（(【﹝]\s*(?P<year>(?:19|20)[0-9]{2})\s*[〕\]］）)】﹞]\s*第?\s*[0-9]{1,5}\s*号)[）)]?"
)


def year_of_issue(line: str) -> tuple[int, str] | None:
    """The year in an official document's number, 国发〔2019〕5号, where a line is that alone."""
    found = _NUMBER_OF_ISSUE.fullmatch(line.strip())
    return (int(found["year"]), found["number"]) if found else None


def named_years(text: str) -> tuple[NamedYears, ...]:
    """The years that a text names, each once, in the order in which they are first named."""
    if _MAY_NAME.search(text) is None:
        return ()
    found: dict[tuple[int, int], str] = {}
    for match in _matches(text):
        years = _years(match)
        if years is not None:
            words = match.group()
            listed = match["listed"] or match["dated"]
            found.setdefault(years, words if listed is None else listed)
    return tuple(NamedYears(first, last, words) for (first, last), words in found.items())


def _matches(text: str) -> Iterator[re.Match[str]]:
    """What may be a year, from left to right."""
    listed: set[int] | None = None
    done = 0
    for begin in _MAY_BEGIN.finditer(text):
        start = begin.start()
        match = _PATTERN.match(text, start) if start >= done else None
        if match is None:
            continue
        if match["listed"]:
            listed = _listed(text) if listed is None else listed
            if start not in listed:
                # No 年 ends the list: each of its figures is what it is alone.
                done = match.end()
                match = _UNLISTED.match(text, start)
                if match is None:
                    continue
        done = match.end()
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
    """A number of a year within an era or a century; 0 for what is none."""
    try:
        return chinese_number(text)
    except (KeyError, ValueError):
        return 0
