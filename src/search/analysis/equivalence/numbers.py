"""Other writings of a number: 13.6万 is 136000, 136,000, 十三万六千; 1.5% is 百分之一点五.

A number is converted where it is one beyond doubt: from 100 on, with decimals or a percent sign, or
before a Han character (15个部门). Signs and letters beside it make it a name (1+10+N, GB/T 7714).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

_DIGITS = "零一二三四五六七八九"
_VALUES = {sign: value for value, sign in enumerate(_DIGITS)} | {"〇": 0, "两": 2}
_SMALL = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10**4, "亿": 10**8}
_LARGEST = 10**16
_FEW = 100

NUMERALS = "0123456789" + _DIGITS + "〇两兩十百千万萬亿億%‰"
"""Signs of numbers: a number with another of them beside it is another number."""

_CHINESE_RUN = r"[零〇一二两三四五六七八九十百千万亿]+(?:点[零〇一二三四五六七八九]+)?"
_NUMBER = re.compile(
    rf"(?P<percent>百分之{_CHINESE_RUN})"
    r"|(?P<arabic>(?<![0-9.])[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?)(?P<scale>[万亿]?)(?P<sign>%?)"
    rf"|(?P<chinese>{_CHINESE_RUN})"
)
_NAME_SIGN = re.compile(r"[a-z0-9+\-/:_.#&=~]")
_HAN = re.compile(r"[\u4e00-\u9fff]")


def number_texts(text: str) -> Iterator[str]:
    """The folded text with one of its numbers written in another way."""
    for match in _NUMBER.finditer(text):
        before, after = text[: match.start()], text[match.end() :]
        for written in _written(match, before, after):
            yield before + written + after


def _written(match: re.Match[str], before: str, after: str) -> Iterator[str]:
    if after.startswith("年") and len(match.group()) == 4:
        return  # a year, which is written digit by digit
    if match["percent"]:
        value = (
            Decimal(100) if match["percent"][3:] == "百" else _chinese_value(match["percent"][3:])
        )
        if value is not None and value <= _LARGEST:
            yield f"{_plain(value)}%"
        return
    if match["arabic"]:
        # Signs beside it make it a name.
        if _NAME_SIGN.match(after) or _NAME_SIGN.search(before[-1:]):
            return
        value = Decimal(match["arabic"].replace(",", "")) * _LARGE.get(match["scale"], 1)
        if match["sign"]:
            if not match["scale"]:
                yield f"百分之{'百' if value == _FEW else _chinese(value)}"
            return
        if match["arabic"].startswith("0") and value >= 1:
            return
        doubtful = value < _FEW and "." not in match["arabic"] and not _HAN.match(after)
    else:
        found = _chinese_value(match["chinese"])
        run = match["chinese"]
        if found is None or len(run) < 2 or not set(run) & set("一二两三四五六七八九"):
            return
        value, doubtful = found, False
    if not doubtful and value <= _LARGEST:
        yield from (form for form in _forms(value) if form != match.group())


def _forms(value: Decimal) -> Iterator[str]:
    """A number in every usual way."""
    plain = _plain(value)
    yield plain
    whole = value == value.to_integral_value()
    if whole and value >= 1000:
        yield f"{int(value):,}"
    for name, scale in _LARGE.items():
        scaled = value / scale
        # 13.6万, but not 0.00136亿 or 23500000万.
        if 1 <= scaled < _LARGE["万"] * _FEW and -_exponent(scaled) <= 4:
            yield f"{_plain(scaled)}{name}"
            if not whole or scaled != scaled.to_integral_value():
                yield f"{_chinese(scaled)}{name}"
    if whole or value < _LARGE["万"]:
        chinese = _chinese(value)
        yield chinese
        spoken = re.sub(r"二(?=[千万亿]|百(?!分))", "两", chinese)
        if spoken != chinese:
            yield spoken


def _plain(value: Decimal) -> str:
    """Without exponent and without zeros at the end of decimals."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _exponent(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def _chinese_value(text: str) -> Decimal | None:
    """The value of a number in Chinese signs, None where it is not one (一五, 万一)."""
    whole, point, decimals = text.partition("点")
    value = _chinese_integer(whole)
    if value is None:
        return None
    if point:
        fraction = "".join(str(_VALUES[sign]) for sign in decimals)
        return Decimal(f"{value}.{fraction}")
    return Decimal(value)


def _chinese_integer(text: str) -> int | None:
    if len(text) == 1 and text in _VALUES:
        return _VALUES[text]
    total = section = 0
    digit: int | None = None
    least_large, least_small = _LARGEST, 10**4
    for place, sign in enumerate(text):
        if sign in _VALUES:
            value = _VALUES[sign]
            if digit is not None and digit != 0:
                return None
            digit = value
        elif sign in _SMALL:
            unit = _SMALL[sign]
            if unit >= least_small or (digit in (None, 0) and not (unit == 10 and section == 0)):
                return None
            section += (digit or 1) * unit
            digit, least_small = None, unit
        else:
            unit = _LARGE[sign]
            section += digit or 0
            if unit == _LARGE["亿"] and least_large == _LARGE["万"] and not section:
                # 一万亿: what stands before 亿 is counted in 亿.
                total *= unit
            elif not section or unit >= least_large or (digit == 0 and place == 0):
                return None
            else:
                total += section * unit
            section, digit, least_large, least_small = 0, None, unit, 10**4
    if digit is not None:
        # 三百五 is 350 in speech: too doubtful to convert.
        if digit and text[-2:-1] in ("百", "千", "万", "亿"):
            return None
        section += digit
    return total + section


def _chinese(value: Decimal) -> str:
    whole = int(value)
    text = _chinese_whole(whole)
    if value != whole:
        text += "点" + "".join(_DIGITS[int(d)] for d in _plain(value).split(".")[1])
    return text


def _chinese_whole(value: int) -> str:
    if value == 0:
        return "零"
    parts: list[str] = []
    left, zero = value, False
    for name, scale in (("亿", 10**8), ("万", 10**4), ("", 1)):
        section, left = divmod(left, scale)
        if not section:
            zero = bool(parts)
            continue
        if parts and (zero or section < 1000):
            parts.append("零")
        # 亿 of 亿 is written 万亿.
        inner = _chinese_whole(section) if section >= 10**4 else _section(section)
        parts.append(inner + name)
        zero = False
    text = "".join(parts)
    return text.removeprefix("一") if text.startswith("一十") else text


def _section(value: int) -> str:
    """A number below 10,000."""
    text, zero = "", False
    for name, scale in (("千", 1000), ("百", 100), ("十", 10), ("", 1)):
        digit, value = divmod(value, scale)
        if digit:
            text += ("零" if zero and text else "") + _DIGITS[digit] + name
            zero = False
        else:
            zero = True
    return text


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
