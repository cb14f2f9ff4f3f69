"""Resolve styles and lists of a Word document: hidden text, and the numbers that lists show.

What a style does not say, the one it is based on says. Whether text is hidden is a toggle: where
several of paragraph, character and table style hide it, they cancel out (ECMA-376, 17.7.3).

Numbers are written as Word's lists write them: 三, ③, 丙, iii, c. The formats are those of
ECMA-376, 17.18.59 (ST_NumberFormat); one that is not known is written in plain digits, as are
numbers beyond those a format has signs for.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from ..package import NAMES, Element, child, number_of, value

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


_DEEPEST = 50
"""Styles based on styles; what goes on longer is a circle."""


@dataclass(frozen=True, slots=True)
class Style:
    """What a style says in the end; ``numbering`` is (number of the list, level)."""

    name: str = ""
    hides: bool = False
    numbering: tuple[str | None, str | None] = (None, None)
    numbered_by: str | None = None


def is_on(properties: Element | None, name: str) -> bool | None:
    """Whether run properties switch something on; None where they do not say."""
    found = child(properties, name)
    if found is None:
        return None
    return value(found) not in ("0", "false", "off")


class Styles:
    """The styles of one document, each resolved once."""

    def __init__(self, root: Element | None) -> None:
        self._sources: dict[tuple[str, str], Element] = {}
        self._defaults: dict[str, str] = {}
        self._resolved: dict[tuple[str, str], Style] = {}
        self.hides_all = False
        for element in () if root is None else root:
            if NAMES[element.tag] == "w:style":
                kind, name = value(element, "type") or "", value(element, "styleId") or ""
                self._sources.setdefault((kind, name), element)
                if value(element, "default") in ("1", "true", "on"):
                    self._defaults[kind] = name
            elif NAMES[element.tag] == "w:docDefaults":
                properties = child(child(element, "w:rPrDefault"), "w:rPr")
                self.hides_all = is_on(properties, "w:vanish") is True

    def get(self, kind: str, name: str | None) -> Style:
        """A style by its id, or the default of its kind (paragraph, character, table)."""
        if name is None or (kind, name) not in self._sources:
            name = self._defaults.get(kind, "")
        key = kind, name
        if key not in self._resolved:
            self._resolved[key] = self._resolve(kind, name)
        return self._resolved[key]

    def _resolve(self, kind: str, name: str) -> Style:
        hides: bool | None = None
        list_id = level = numbered_by = None
        own_name = ""
        at: str | None = name
        for depth in range(_DEEPEST):
            element = self._sources.get((kind, at or ""))
            if element is None:
                break
            if depth == 0:
                own_name = value(child(element, "w:name")) or ""
            if hides is None:
                hides = is_on(child(element, "w:rPr"), "w:vanish")
            numbers = child(child(element, "w:pPr"), "w:numPr")
            if numbers is not None:
                level = level or value(child(numbers, "w:ilvl"))
                if list_id is None:
                    list_id = value(child(numbers, "w:numId"))
                    numbered_by = at
            at = value(child(element, "w:basedOn"))
        return Style(own_name, bool(hides), (list_id, level), numbered_by)


_LEVELS = 9
_LONGEST_CHARS = 255
"""What surrounds a number; Word takes no more."""
_LARGEST = 2_147_483_647
_PLACE = re.compile(r"%([1-9])")
_AFTER = {"nothing": "", "space": " ", "tab": " "}


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list. ``restart`` is after which level it begins again, 0 for never."""

    text: str
    form: str
    start: int
    restart: int
    after: str
    is_plain: bool = False
    style: str | None = None
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class NumberedList:
    """A list as paragraphs name it: which counters it counts with, its levels, where it starts."""

    counters: str
    levels: dict[int, Level]
    starts: dict[int, int]


class Counters:
    """How far each list has counted in one story."""

    def __init__(self) -> None:
        self.counts: dict[str, list[int | None]] = {}
        self.begun: set[tuple[str, int]] = set()


def next_number(list_id: str, found: NumberedList, level: int, counters: Counters) -> str:
    """The number that the next paragraph of a list shows, "" where it shows none."""
    counts = counters.counts.setdefault(found.counters, [None] * _LEVELS)
    here = found.levels.get(level)
    if here is None:
        return ""
    first = (list_id, level) not in counters.begun
    counters.begun.add((list_id, level))
    before = counts[level]
    if level in found.starts and first:
        counts[level] = found.starts[level]
    else:
        counts[level] = found.starts.get(level, here.start) if before is None else before + 1
    for deeper in range(level + 1, _LEVELS):
        below = found.levels.get(deeper)
        if below is None or level < below.restart:
            counts[deeper] = None
    return _shown(found, here, counts)


def _shown(found: NumberedList, here: Level, counts: list[int | None]) -> str:
    # A bullet is no text, but several characters in its place are: 附件：.
    if here.is_hidden or not here.text or (here.form == "bullet" and len(here.text) < 2):
        return ""

    def write(place: re.Match[str]) -> str:
        level = found.levels.get(int(place[1]) - 1)
        if level is None:
            return ""
        count = counts[int(place[1]) - 1]
        plain = here.is_plain and level.form != "none"
        return written(level.start if count is None else count, "" if plain else level.form)

    text = here.text if here.form == "bullet" else _PLACE.sub(write, here.text)
    return text + here.after if text.strip() else ""


class Numbering:
    """The lists of one document."""

    def __init__(self, root: Element | None, styles: Styles) -> None:
        self._styles = styles
        self._abstract: dict[str, Element] = {}
        self._by_link: dict[str, str] = {}
        self._lists: dict[str, NumberedList | None] = {}
        self._sources: dict[str, Element] = {}
        for element in () if root is None else root:
            name = NAMES[element.tag]
            if name == "w:abstractNum":
                key = value(element, "abstractNumId") or ""
                self._abstract[key] = element
                link = value(child(element, "w:styleLink"))
                if link:
                    self._by_link[link] = key
            elif name == "w:num":
                self._sources[value(element, "numId") or ""] = element

    def number(self, properties: Element | None, style: Style, counters: Counters) -> str:
        """The number of the next paragraph with these properties, "" where it shows none."""
        direct = child(properties, "w:numPr")
        list_id, level_id = value(child(direct, "w:numId")), value(child(direct, "w:ilvl"))
        from_style = list_id is None
        if list_id is None:
            list_id = style.numbering[0]
        found = self._list(list_id) if list_id not in (None, "0") else None
        if list_id is None or found is None:
            return ""
        level = number_of(level_id, -1, _LEVELS - 1)
        if level < 0 and from_style:
            # A level may name the style that is numbered by it; else the style names the level.
            named = (n for n, each in found.levels.items() if each.style == style.numbered_by)
            level = next(named, number_of(style.numbering[1], 0, _LEVELS - 1))
        return next_number(list_id, found, max(level, 0), counters)

    def _list(self, list_id: str | None) -> NumberedList | None:
        if list_id is None:
            return None
        if list_id not in self._lists:
            self._lists[list_id] = self._resolve(list_id)
        return self._lists[list_id]

    def _resolve(self, list_id: str) -> NumberedList | None:
        source = self._sources.get(list_id)
        key = value(child(source, "w:abstractNumId"))
        if source is None or key not in self._abstract:
            return None
        key = self._linked(key)
        levels = _levels(self._abstract[key])
        starts: dict[int, int] = {}
        for override in source:
            if NAMES[override.tag] != "w:lvlOverride":
                continue
            at = number_of(value(override, "ilvl"), 0, _LEVELS - 1)
            levels |= _levels(override, at)
            start = child(override, "w:startOverride")
            if start is not None:
                starts[at] = number_of(value(start), 1, _LARGEST)
                if at in levels:
                    levels[at] = replace(levels[at], start=starts[at])
        return NumberedList(key, levels, starts)

    def _linked(self, key: str) -> str:
        """The definition that holds the levels: a list may leave them to a numbering style."""
        link = value(child(self._abstract[key], "w:numStyleLink"))
        if not link:
            return key
        if link in self._by_link:
            return self._by_link[link]
        source = self._sources.get(self._styles.get("numbering", link).numbering[0] or "")
        other = value(child(source, "w:abstractNumId"))
        return other if other is not None and other in self._abstract else key


def _levels(element: Element, at: int = 0) -> dict[int, Level]:
    found: dict[int, Level] = {}
    for each in element:
        if NAMES[each.tag] == "w:lvl":
            number = number_of(value(each, "ilvl"), at, _LEVELS - 1)
            found[number] = _level(each, number)
    return found


def _level(element: Element, number: int) -> Level:
    text = child(element, "w:lvlText")
    form = child(element, "w:numFmt")
    if form is None:  # a format of one's own, and beside it one for older programs
        form = child(child(child(element, "mc:AlternateContent"), "mc:Choice"), "w:numFmt")
    name = value(form) or "decimal"
    if name == "custom":
        name = value(form, "format") or "decimal"
    is_null = value(text, "null") in ("1", "true", "on")
    return Level(
        text="" if is_null else (value(text) or "")[:_LONGEST_CHARS],
        form=name,
        start=number_of(value(child(element, "w:start")), 0, _LARGEST),
        restart=number_of(value(child(element, "w:lvlRestart")), number, _LEVELS),
        after=_AFTER.get(value(child(element, "w:suff")) or "tab", " "),
        is_plain=is_on(element, "w:isLgl") is True,
        style=value(child(element, "w:pStyle")),
        is_hidden=is_on(child(element, "w:rPr"), "w:vanish") is True,
    )
