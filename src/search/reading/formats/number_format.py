"""Write a number as a cell of a table shows it: by its format (ECMA-376, 18.8.31), as Excel does.

Sections for signs and conditions, digits and thousands, per cent, exponents, fractions, dates and
times with 年月日, weekdays, Chinese numerals ([DBNum1]). What is laid out by the width of a column
is not: no cell shows ####.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation, localcontext
from fractions import Fraction
from functools import lru_cache
from operator import eq, ge, gt, le, lt, ne

from .word.numbering import written

BUILT_IN = {
    **{
        1: "0",
        2: "0.00",
        3: "#,##0",
        4: "#,##0.00",
        5: "¥#,##0;¥-#,##0",
        6: "¥#,##0;¥-#,##0",
        7: "¥#,##0.00;¥-#,##0.00",
    },
    **{8: "¥#,##0.00;¥-#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00"},
    **{12: "# ?/?", 13: "# ??/??", 14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy"},
    **{18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 22: "yyyy/m/d h:mm"},
    **{37: "#,##0;-#,##0", 38: "#,##0;-#,##0", 39: "#,##0.00;-#,##0.00"},
    **{40: "#,##0.00;-#,##0.00", 41: "#,##0;-#,##0;-", 42: "¥#,##0;¥-#,##0;¥-"},
    **{43: "#,##0.00;-#,##0.00;-", 44: "¥#,##0.00;¥-#,##0.00;¥-", 45: "mm:ss", 46: "[h]:mm:ss"},
    **{47: "mm:ss.0", 48: "##0.0E+0", 49: "@"},
    **dict.fromkeys((27, 36, 50, 52, 57), 'yyyy"年"m"月"'),
    **dict.fromkeys((28, 29, 51, 53, 54, 58), 'm"月"d"日"'),
    **{30: "m-d-yy", 31: 'yyyy"年"m"月"d"日"', 32: 'h"时"mm"分"', 33: 'h"时"mm"分"ss"秒"'},
    **{34: '上午/下午h"时"mm"分"', 35: '上午/下午h"时"mm"分"ss"秒"'},
    **{55: '上午/下午h"时"mm"分"', 56: '上午/下午h"时"mm"分"ss"秒"'},
}
"""Formats that a file names by number alone, as the Chinese Excel shows them."""
GENERAL = "General"
_GENERAL_CHARS = 11
_LARGEST_PLAIN = 10**15
_FORMAT_CHARS = 500
_PIECE = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|_(?P<space>.)|\*(?P<fill>.)|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<general>General|G/通用格式)|(?P<half>AM/PM|A/P|上午/下午)"
    r"|(?P<exponent>E[+\-])|(?P<date>[ymdhsebga]+)"
    r"|(?P<digits>[0#?]+)|(?P<other>.)",
    re.DOTALL | re.IGNORECASE,
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?[0-9.]+)\Z")
_COMPARED = {"<": lt, ">": gt, "=": eq, "<=": le, ">=": ge, "<>": ne}
_ELAPSED = re.compile(r"(h+|m+|s+)\Z", re.IGNORECASE)
_WEEKDAYS = "一二三四五六日"
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December"),
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_NUMERALS = {
    1: ("ideographDigital", "chineseCountingThousand"),
    2: ("chineseLegalSimplified", "chineseLegalSimplified"),
    3: ("decimalFullWidth", "decimalFullWidth"),
}
_LEGAL_DIGITS = str.maketrans("0123456789", "零壹贰叁肆伍陆柒捌玖")

_Piece = tuple[str, str]
"""(what it is, what stands there)."""


def shown(value: float, form: str, *, from_1904: bool = False) -> str:
    """A number in a format; dates are days since 1899-12-30, or 1904 (``from_1904``)."""
    if form.lower() == "general" or len(form) > _FORMAT_CHARS or value != value:
        return general(value)
    section, is_own_sign = _section(_sections(form), value)
    if section is None:
        return general(value)
    if not section:
        return ""
    kinds = {kind for kind, _ in section}
    numerals = max(
        (int(text[5:6]) for kind, text in section if kind == "bracket" and _is_numeral(text)),
        default=0,
    )
    try:
        if kinds & {"date", "half"} or _is_elapsed(section):
            return _date(value, section, numerals, from_1904=from_1904)
        return _number(value, section, numerals, is_own_sign=is_own_sign)
    except (ValueError, OverflowError, InvalidOperation, ZeroDivisionError):
        return general(value)


def general(value: float) -> str:
    """A number that has no format: eleven characters, whole numbers up to fifteen digits."""
    if value != value or value in (float("inf"), float("-inf")):
        return ""
    whole = abs(value)
    if whole == int(whole) and whole < _LARGEST_PLAIN:
        return str(int(value))
    if not 1e-9 <= whole < 10 ** (_GENERAL_CHARS - 1):
        mantissa, _, exponent = f"{value:.5E}".partition("E")
        mantissa = mantissa.rstrip("0").rstrip(".")
        return f"{mantissa}E{exponent[0]}{exponent[1:].zfill(2)}"
    places = max(_GENERAL_CHARS - 1 - len(str(int(whole))), 0)
    text = format(_rounded(value, places), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _rounded(value: float, places: int) -> Decimal:
    """Half away from zero, as tables round, of the number as it is written."""
    with localcontext() as context:
        context.prec = 15  # so many digits has a number of a table
        known = +Decimal(repr(float(value)))
        context.prec = 400
        return known.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


@lru_cache(maxsize=1024)
def _sections(form: str) -> tuple[tuple[_Piece, ...], ...]:
    """The sections of a format, each in its pieces."""
    sections: list[list[_Piece]] = [[]]
    for found in _PIECE.finditer(form):
        kind = found.lastgroup or "other"
        text = found[kind]
        if kind == "other" and text == ";":
            sections.append([])
        elif kind in ("quoted", "escaped"):
            sections[-1].append(("literal", text))
        elif kind == "space":
            sections[-1].append(("literal", " "))
        elif kind == "bracket" and text.startswith("$"):
            sections[-1].append(("literal", text[1:].partition("-")[0]))
            sections[-1].append(("locale", text.rpartition("-")[2]))
        elif kind != "fill":
            sections[-1].append((kind, text))
    return tuple(map(tuple, sections[:4]))


def _section(
    sections: Sequence[tuple[_Piece, ...]], value: float
) -> tuple[tuple[_Piece, ...] | None, bool]:
    """The section for a number, None where none is, and whether it writes the sign itself."""
    numbers = [s for s in sections if not any(kind == "other" and text == "@" for kind, text in s)]
    if not numbers:
        return None, False
    conditions = [_condition(section) for section in numbers]
    if any(conditions):
        for section, condition in zip(numbers, conditions, strict=True):
            if condition is None:
                return section, False
            sign, bound = condition
            if _COMPARED[sign](value, bound):
                return section, value < 0
        return numbers[-1], False
    if value < 0 and len(numbers) > 1:
        return numbers[1], True
    if value == 0 and len(numbers) > 2:
        return numbers[2], True
    return numbers[0], False


def _condition(section: Sequence[_Piece]) -> tuple[str, float] | None:
    for kind, text in section:
        if kind == "bracket" and (found := _CONDITION.match(text)):
            try:
                return found[1], float(found[2])
            except ValueError:
                return None
    return None


def _is_numeral(bracket: str) -> bool:
    return bracket[:5].lower() == "dbnum" and bracket[5:6] in ("1", "2", "3")


def _is_elapsed(section: Sequence[_Piece]) -> bool:
    return any(kind == "bracket" and _ELAPSED.match(text) for kind, text in section)


def _number(value: float, section: Sequence[_Piece], numerals: int, *, is_own_sign: bool) -> str:
    percent = sum(text.count("%") for kind, text in section if kind == "other")
    places = [i for i, (kind, _) in enumerate(section) if kind == "digits"]
    sign = "-" if value < 0 and not is_own_sign else ""
    if not places:
        out = (
            (general(abs(value)) if kind == "general" else text)
            for kind, text in section
            if kind in ("literal", "general", "other")
        )
        return sign + _numerals("".join(out), numerals)
    first, last = places[0], places[-1]
    middle = section[first : last + 1]
    number = abs(Decimal(repr(float(value)))) * 100**percent
    # Commas right behind the digits divide by a thousand each.
    after = last + 1
    while after < len(section) and section[after] == ("other", ","):
        number, after = number / 1000, after + 1
    if any(kind == "exponent" for kind, _ in middle):
        body = _scientific(number, middle)
    elif ("other", "/") in middle:
        body = _fraction(number, middle)
    else:
        body = _plain(number, middle)
    before = "".join(text for kind, text in section[:first] if kind in ("literal", "other"))
    behind = "".join(text for kind, text in section[after:] if kind in ("literal", "other"))
    if not any(c not in "0.,-% " for c in body) and sign and not body.strip("0.,% "):
        sign = ""
    return f"{sign}{before}{_numerals(body, numerals)}{behind}"


def _plain(number: Decimal, middle: Sequence[_Piece]) -> str:
    point = next((i for i, piece in enumerate(middle) if piece == ("other", ".")), len(middle))
    whole, decimals = middle[:point], middle[point + 1 :]
    most = sum(len(text) for kind, text in decimals if kind == "digits")
    least = len("".join(text for kind, text in decimals if kind == "digits").rstrip("#?"))
    digits, _, fraction = format(_rounded(float(number), most), "f").partition(".")
    fraction = fraction[:least] + fraction[least:].rstrip("0")
    grouped = any(piece == ("other", ",") for piece in whole)
    wanted = "".join(text for kind, text in whole if kind == "digits")
    digits = digits.lstrip("0").rjust(len(wanted.lstrip("#?")), "0")
    out = _grouped(digits) if grouped else _placed(digits, whole)
    if point < len(middle):
        out += "." + fraction
        # What stands between and behind the decimals.
        out += "".join(text for kind, text in decimals if kind == "literal")
    return out


def _grouped(digits: str) -> str:
    head = len(digits) % 3
    groups = [digits[:head], *(digits[i : i + 3] for i in range(head, len(digits), 3))]
    return ",".join(filter(None, groups))


def _placed(digits: str, whole: Sequence[_Piece]) -> str:
    """Digits at the places of a format, what stands between them kept: 000-0000."""
    out: list[str] = []
    rest = digits
    count = sum(kind == "digits" for kind, _ in whole)
    for kind, text in reversed(whole):
        if kind == "digits":
            count -= 1
            take = len(rest) if count == 0 else len(text)
            out.append(rest[len(rest) - take :] if take < len(rest) else rest)
            rest = rest[: max(len(rest) - take, 0)]
        elif kind == "literal" or (kind == "other" and text != ","):
            out.append(text)
    return "".join(reversed(out))


def _scientific(number: Decimal, middle: Sequence[_Piece]) -> str:
    at = next(i for i, (kind, _) in enumerate(middle) if kind == "exponent")
    places = sum(len(t) for kind, t in _after_point(middle[:at]) if kind == "digits")
    whole = sum(len(t) for kind, t in middle[:at] if kind == "digits") - places
    width = sum(len(text) for kind, text in middle[at:] if kind == "digits")
    if not number:
        return f"{_rounded(0, places)}E+{'0' * width}"
    exponent = number.adjusted()
    step = max(whole, 1)
    exponent -= exponent % step if step > 1 else 0
    mantissa = number.scaleb(-exponent).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    if mantissa >= 10**step:
        mantissa, exponent = mantissa / 10**step, exponent + step
        mantissa = mantissa.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    sign = "-" if exponent < 0 else "+" if middle[at][1].endswith("+") else ""
    return f"{mantissa}E{sign}{str(abs(exponent)).zfill(width)}"


def _after_point(pieces: Sequence[_Piece]) -> Sequence[_Piece]:
    point = next((i for i, piece in enumerate(pieces) if piece == ("other", ".")), len(pieces))
    return pieces[point:]


def _fraction(number: Decimal, middle: Sequence[_Piece]) -> str:
    at = middle.index(("other", "/"))
    behind = "".join(text for kind, text in middle[at:] if kind == "digits")
    fixed = "".join(text for kind, text in middle[at + 1 :] if kind in ("digits", "other"))
    has_whole = sum(kind == "digits" for kind, _ in middle[:at]) > 1
    exact = Fraction(number)
    whole = exact.numerator // exact.denominator if has_whole else 0
    rest = exact - whole
    if fixed.isdigit() and fixed.strip("0"):
        bottom = int(fixed[:6])
        near = round(rest * bottom)
    else:
        part = rest.limit_denominator(10 ** min(len(behind), 5) - 1)
        near, bottom = part.numerator, part.denominator
    if near == bottom and has_whole:
        whole, near = whole + 1, 0
    if has_whole and not near:
        return str(whole)
    return f"{whole or ''} {near}/{bottom}".strip()


def _numerals(text: str, numerals: int) -> str:
    """The same with Chinese numerals: whole numbers counted, decimals digit by digit."""
    if not numerals:
        return text
    _, counting = _NUMERALS[numerals]

    def write(found: re.Match[str]) -> str:
        whole, _, decimals = found[0].partition(".")
        plain = whole.replace(",", "")
        out = (
            written(int(plain), counting)
            if plain and int(plain)
            else "〇"
            if numerals == 1
            else "零"
        )
        if numerals == 3:
            out = written(int(plain or 0), counting)
        digits = "".join(_digit(d, numerals) for d in decimals)
        return f"{out}.{digits}" if digits else out

    return re.sub(r"[0-9,]+(?:\.[0-9]+)?", write, text)


def _digit(digit: str, numerals: int) -> str:
    if numerals == 2:
        return digit.translate(_LEGAL_DIGITS)
    return written(int(digit), _NUMERALS[numerals][0]) if digit != "0" else "〇０"[numerals == 3]


def _date(value: float, section: Sequence[_Piece], numerals: int, *, from_1904: bool) -> str:
    places = max(
        (len(section[i + 1][1]) for i, p in enumerate(section[:-1]) if p == ("other", ".")),
        default=0,
    )
    elapsed = _is_elapsed(section)
    if value < 0 and not (from_1904 or elapsed):
        raise ValueError
    # A day has 86,400 seconds; what is not shown of them is rounded, as Excel rounds.
    seconds = _rounded(value * 86_400, min(places, 3))
    if from_1904:
        start = datetime.datetime(1904, 1, 1)
    else:
        # There is a 29 February 1900 in these days, for compatibility with Lotus 1-2-3.
        start = datetime.datetime(1899, 12, 31 if value < 60 else 30)
    moment = start + datetime.timedelta(seconds=int(seconds), milliseconds=int(seconds % 1 * 1000))
    is_chinese = any(kind == "locale" and text.endswith("804") for kind, text in section)
    half = any(kind == "half" for kind, _ in section)
    out: list[str] = []
    for i, (kind, text) in enumerate(section):
        if kind == "date":
            for part in _parts(text):
                minutes = part[0] in "mM" and len(part) < 3 and _are_minutes(section, i)
                out.append(_date_part(moment, part, minutes, half, numerals, is_chinese))
        elif kind == "bracket" and _ELAPSED.match(text):
            unit = {"h": 3600, "m": 60, "s": 1}[text[0].lower()]
            out.append(str(int(abs(seconds)) // unit).zfill(len(text)))
        elif kind == "half":
            late = moment.hour >= 12
            out.append(("上午", "下午")[late] if text == "上午/下午" else ("AM", "PM")[late])
        elif kind == "digits":
            if i and section[i - 1] == ("other", "."):
                out.append(f"{moment.microsecond // 1000:03}"[: len(text)].ljust(len(text), "0"))
            else:
                out.append(text)
        elif kind == "other" and text == "." and i + 1 < len(section):
            out.append(".")
        elif kind in ("literal", "other"):
            out.append(text)
    return "".join(out)


def _parts(text: str) -> Iterator[str]:
    """Runs of one letter: yyyymmdd is three."""
    return (found[0] for found in re.finditer(r"(.)\1*", text.lower()))


def _are_minutes(section: Sequence[_Piece], at: int) -> bool:
    """Whether m stands for minutes: behind hours, or before seconds."""
    before = [
        text
        for kind, text in section[:at]
        if kind == "date" or (kind == "bracket" and _ELAPSED.match(text))
    ]
    after = next((text for kind, text in section[at + 1 :] if kind == "date"), "")
    return (bool(before) and before[-1][0] in "hH") or after[:1].lower() == "s"


def _date_part(
    moment: datetime.datetime, part: str, minutes: bool, half: bool, numerals: int, chinese: bool
) -> str:
    letter, width = part[0], len(part)
    if minutes:
        return _counted(moment.minute, width, numerals)
    match letter:
        case "y" | "e":
            if letter == "y" and width <= 2:
                return f"{moment.year % 100:02}"
            year = str(moment.year)
            return "".join(_digit(d, numerals) for d in year) if numerals else year
        case "b":
            return str(moment.year + 543)[-width if width <= 2 else -4 :]
        case "m" if width >= 3:
            if chinese:
                return written(moment.month, "chineseCountingThousand") + "月"
            name = _MONTHS[moment.month - 1]
            return name if width == 4 else name[:1] if width == 5 else name[:3]
        case "m":
            return _counted(moment.month, width, numerals)
        case "d" if width >= 3:
            if chinese:
                return ("周" if width == 3 else "星期") + _WEEKDAYS[moment.weekday()]
            name = _DAYS[moment.weekday()]
            return name[:3] if width == 3 else name
        case "d":
            return _counted(moment.day, width, numerals)
        case "h":
            hour = (moment.hour % 12 or 12) if half else moment.hour
            return _counted(hour, width, numerals)
        case "s":
            return _counted(moment.second, width, numerals)
        case "a":
            return ("周" if width == 3 else "星期") + _WEEKDAYS[moment.weekday()]
        case _:
            return ""  # g: an era, which the Chinese calendar of a table has none of


def _counted(number: int, width: int, numerals: int) -> str:
    if not numerals:
        return f"{number:02}" if width == 2 else str(number)
    return written(number, _NUMERALS[numerals][1]) if number else _digit("0", numerals)
