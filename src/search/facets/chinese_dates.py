"""Which day does Chinese writing name? Arabic or Chinese numerals, digit by digit or by tens."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator

_DAY = re.compile(
    r"(?P<year>[0-9]{4}|[一二三四五六七八九〇○零]{4})年\s*(?P<month>[0-9]{1,2}|[一二三四五六七八九十]{1,3})月"
    r"\s*(?P<day>[0-9]{1,2}|[一二三四五六七八九十]{1,3})日(?P<after>[^0-9。；;）)]*)"
)
_DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0, "元": 1, "廿": 2}


def days_in(text: str) -> Iterator[tuple[datetime.date, str]]:
    """Each full date with what is said after it, up to the next figure or the end of the clause."""
    for match in _DAY.finditer(text):
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
