"""Writes a number as the numbers of Word lists are written: 三, ③, 丙, iii, c.

The formats are those of ECMA-376, 17.18.59 (ST_NumberFormat); one that is not known is written in
plain digits, as are numbers beyond those a format has signs for.
"""

from __future__ import annotations

from collections.abc import Callable

_MOST = 32_767
"""The largest number of a list in Word."""
_ROMAN = (
    (1000, "m"),
    (900, "cm"),
    (500, "d"),
    (400, "cd"),
    (100, "c"),
    (90, "xc"),
    (50, "l"),
    (40, "xl"),
    (10, "x"),
    (9, "ix"),
    (5, "v"),
    (4, "iv"),
    (1, "i"),
)
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_LATIN = "abcdefghijklmnopqrstuvwxyz"
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def _chinese(digits: str, units: str, *, one_ten: bool = False) -> Callable[[int], str]:
    """Counting with units; ``one_ten`` writes 一十 where a number begins with ten."""

    def write(number: int) -> str:
        text, gap = "", False
        for power in range(len(str(number)) - 1, -1, -1):
            digit = number // 10**power % 10
            if not digit:
                gap = bool(text)
                continue
            if gap:
                text += digits[0]
            gap = False
            text += digits[digit] + (units[power - 1] if power else "")
        short = not one_ten and text.startswith(digits[1] + units[0])
        return text[1:] if short and number < 20 else text

    return write


def _japanese(digits: str, units: str) -> Callable[[int], str]:
    """Counting with units where neither gaps nor a one before ten, hundred, thousand are said."""

    def write(number: int) -> str:
        text = ""
        for power in range(len(str(number)) - 1, -1, -1):
            digit = number // 10**power % 10
            if digit:
                one = digit == 1 and 0 < power < 4
                text += ("" if one else digits[digit]) + (units[power - 1] if power else "")
        return text

    return write


def _digits(digits: str) -> Callable[[int], str]:
    return lambda number: "".join(digits[int(each)] for each in str(number))


def _counting_to_99(digits: str, units: str) -> Callable[[int], str]:
    """With units below a hundred, one digit after another from there on."""
    spoken, spelled = _chinese(digits, units), _digits(digits)
    return lambda number: (spoken if number < 100 else spelled)(number)


def _signs(signs: str) -> Callable[[int], str]:
    return lambda number: signs[number - 1] if 0 < number <= len(signs) else str(number)


def _roman(number: int) -> str:
    text = ""
    for amount, sign in _ROMAN:
        text += sign * (number // amount)
        number %= amount
    return text


def _letters(number: int) -> str:
    """a to z, then aa to zz, as Word counts; after thirty rounds in digits."""
    if not 0 < number <= 780:
        return str(number)
    return _LATIN[(number - 1) % 26] * ((number - 1) // 26 + 1)


def _cycle(number: int) -> str:
    """甲子 to 癸亥, sixty in all, and round again."""
    return _STEMS[(number - 1) % 10] + _BRANCHES[(number - 1) % 12]


def _ordinal(number: int) -> str:
    ending = "th"
    if number // 10 % 10 != 1:
        ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


_SIMPLIFIED, _TRADITIONAL = "十百千万", "十百千萬"
_FORMATS: dict[str, Callable[[int], str]] = {
    "decimalZero": lambda number: f"{number:02}",
    "decimalFullWidth": lambda number: str(number).translate(_FULL_WIDTH),
    "decimalFullWidth2": lambda number: str(number).translate(_FULL_WIDTH),
    "decimalEnclosedCircle": _signs("".join(chr(0x2460 + i) for i in range(20))),
    "decimalEnclosedCircleChinese": _signs("".join(chr(0x2460 + i) for i in range(20))),
    "decimalEnclosedParen": _signs("".join(chr(0x2474 + i) for i in range(20))),
    "decimalEnclosedFullstop": _signs("".join(chr(0x2488 + i) for i in range(20))),
    "ideographEnclosedCircle": _signs("".join(chr(0x3280 + i) for i in range(10))),
    "numberInDash": lambda number: f"- {number} -",
    "ordinal": _ordinal,
    "hex": lambda number: f"{number:X}",
    "upperRoman": lambda number: _roman(number).upper(),
    "lowerRoman": _roman,
    "upperLetter": lambda number: _letters(number).upper(),
    "lowerLetter": _letters,
    "chineseCounting": _counting_to_99("○一二三四五六七八九", _SIMPLIFIED),
    "chineseCountingThousand": _chinese("零一二三四五六七八九", _SIMPLIFIED),
    "chineseLegalSimplified": _chinese("零壹贰叁肆伍陆柒捌玖", "拾佰仟万", one_ten=True),
    "taiwaneseCounting": _counting_to_99("○一二三四五六七八九", _TRADITIONAL),
    "taiwaneseCountingThousand": _chinese("○一二三四五六七八九", _TRADITIONAL),
    "taiwaneseDigital": _digits("○一二三四五六七八九"),
    "ideographDigital": _digits("〇一二三四五六七八九"),
    "japaneseCounting": _japanese("〇一二三四五六七八九", _SIMPLIFIED),
    "japaneseDigitalTenThousand": _digits("〇一二三四五六七八九"),
    "japaneseLegal": _chinese("零壱弐参四伍六七八九", "拾百阡萬", one_ten=True),
    "ideographLegalTraditional": _chinese("零壹貳參肆伍陸柒捌玖", "拾佰仟萬", one_ten=True),
    "ideographTraditional": _signs(_STEMS),
    "ideographZodiac": _signs(_BRANCHES),
    "ideographZodiacTraditional": _cycle,
    "none": lambda number: "",
}


def written(number: int, form: str) -> str:
    """A number of a list in a format of Word; one with commas, ``001, 002``, gives its width."""
    if "," in form:
        return str(number).zfill(min(len(form.partition(",")[0].strip()), 9))
    write = _FORMATS.get(form)
    if write is None or number > _MOST or (number < 1 and form != "none"):
        return f"{number:02}" if form == "decimalZero" else str(number)
    return write(number)
