"""Other writings of a year: 2018年 and 二〇一八年, whichever sign stands for the zero."""

from __future__ import annotations

import re
from collections.abc import Iterator

ZEROS = "〇○◯零"
"""What is written for the zero of a year in Chinese."""

_CHINESE = "〇一二三四五六七八九"
_TO_DIGITS = str.maketrans(_CHINESE + ZEROS[1:], "0123456789" + "000")
_TO_CHINESE = str.maketrans("0123456789", _CHINESE)

_YEAR = re.compile(rf"(?<![0-9])[12][0-9]{{3}}(?=年)|[一二][一-九{_CHINESE}{ZEROS}]{{3}}(?=年)")


def year_texts(text: str) -> Iterator[str]:
    """The text with all its years in digits, and with all in Chinese signs, 〇 for the zero."""
    yield _YEAR.sub(lambda year: _digits(year.group()), text)
    yield _YEAR.sub(lambda year: _digits(year.group()).translate(_TO_CHINESE), text)


def _digits(year: str) -> str:
    digits = year.translate(_TO_DIGITS)
    return digits if digits.isdecimal() and digits.isascii() else year
