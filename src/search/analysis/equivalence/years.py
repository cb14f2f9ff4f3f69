"""Other writings of years and dates: 2018年 and 二〇一八年, 3月15日 and 三月十五日."""

from __future__ import annotations

import re
from collections.abc import Iterator

ZEROS = "〇○◯零"
"""What is written for the zero of a year in Chinese."""

_CHINESE = "〇一二三四五六七八九"
_TO_DIGITS = str.maketrans(_CHINESE + ZEROS[1:], "0123456789" + "000")
_TO_CHINESE = str.maketrans("0123456789", _CHINESE)

_YEAR = re.compile(rf"(?<![0-9])[12][0-9]{{3}}(?=年)|[一二][一-九{_CHINESE}{ZEROS}]{{3}}(?=年)")


_DAY = re.compile(
    r"(?<=[年月])(?:[0-9]{1,2}|[一二三四五六七八九]?十?[一二三四五六七八九]?)(?=[月日])"
)
"""A month behind a year, or a day behind a month."""
_TENS = ("", "十", "二十", "三十")


def year_texts(text: str) -> Iterator[str]:
    """The text with all its years in digits, and with all in Chinese signs, 〇 for the zero.

    Months behind a year and days behind a month are written as the year is.
    """
    plain = _YEAR.sub(lambda year: _digits(year.group()), text)
    yield _DAY.sub(lambda day: str(_day(day.group()) or day.group()), plain)
    chinese = _YEAR.sub(lambda year: _digits(year.group()).translate(_TO_CHINESE), text)
    yield _DAY.sub(lambda day: _chinese_day(day.group()), chinese)


def _day(written: str) -> int:
    """The number of a month or day, 0 for what is none."""
    if written.isdecimal() and written.isascii():
        return int(written)
    tens, ten, units = written.rpartition("十")
    return (_CHINESE.find(tens) if tens else 1) * 10 * len(ten) + max(_CHINESE.find(units), 0)


def _chinese_day(written: str) -> str:
    number = _day(written)
    if not 0 < number < 40:
        return written
    units = number % 10
    return _TENS[number // 10] + (_CHINESE[units] if units else "")


def _digits(year: str) -> str:
    digits = year.translate(_TO_DIGITS)
    return digits if digits.isdecimal() and digits.isascii() else year
