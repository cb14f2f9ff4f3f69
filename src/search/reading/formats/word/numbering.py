"""Gives the paragraphs of a Word document the numbers that its lists show: 第一条, （一）, 1.1.

A list counts for all paragraphs of one story (the body, the notes, the text boxes). What one of
its numbers looks like is said by the level of its definition, or by what replaces that.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from .counting import written
from .package import NAMES, Element, child, number_of, value
from .styles import Style, Styles, is_on

_LEVELS = 9
_LONGEST_CHARS = 255
"""What surrounds a number; Word takes no more."""
_LARGEST = 2_147_483_647
_PLACE = re.compile(r"%([1-9])")
_AFTER = {"nothing": "", "space": " ", "tab": " "}


@dataclass(frozen=True, slots=True)
class _Level:
    """One level of a list. ``restart`` is after which level it begins again, 0 for never."""

    text: str
    form: str
    start: int
    restart: int
    after: str
    is_plain: bool
    style: str | None
    is_hidden: bool


@dataclass(frozen=True, slots=True)
class _List:
    """A list as paragraphs name it: which counters it counts with, its levels, where it starts."""

    counters: str
    levels: dict[int, _Level]
    starts: dict[int, int]


class Counters:
    """How far each list has counted in one story."""

    def __init__(self) -> None:
        self.counts: dict[str, list[int | None]] = {}
        self.begun: set[tuple[str, int]] = set()


class Numbering:
    """The lists of one document."""

    def __init__(self, root: Element | None, styles: Styles) -> None:
        self._styles = styles
        self._abstract: dict[str, Element] = {}
        self._by_link: dict[str, str] = {}
        self._lists: dict[str, _List | None] = {}
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
        return self._next(list_id, found, max(level, 0), counters)

    def _next(self, list_id: str, found: _List, level: int, counters: Counters) -> str:
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
        return self._shown(found, here, counts)

    @staticmethod
    def _shown(found: _List, here: _Level, counts: list[int | None]) -> str:
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

    def _list(self, list_id: str | None) -> _List | None:
        if list_id is None:
            return None
        if list_id not in self._lists:
            self._lists[list_id] = self._resolve(list_id)
        return self._lists[list_id]

    def _resolve(self, list_id: str) -> _List | None:
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
        return _List(key, levels, starts)

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


def _levels(element: Element, at: int = 0) -> dict[int, _Level]:
    found: dict[int, _Level] = {}
    for each in element:
        if NAMES[each.tag] == "w:lvl":
            number = number_of(value(each, "ilvl"), at, _LEVELS - 1)
            found[number] = _level(each, number)
    return found


def _level(element: Element, number: int) -> _Level:
    text = child(element, "w:lvlText")
    form = child(element, "w:numFmt")
    if form is None:  # a format of one's own, and beside it one for older programs
        form = child(child(child(element, "mc:AlternateContent"), "mc:Choice"), "w:numFmt")
    name = value(form) or "decimal"
    if name == "custom":
        name = value(form, "format") or "decimal"
    is_null = value(text, "null") in ("1", "true", "on")
    return _Level(
        text="" if is_null else (value(text) or "")[:_LONGEST_CHARS],
        form=name,
        start=number_of(value(child(element, "w:start")), 0, _LARGEST),
        restart=number_of(value(child(element, "w:lvlRestart")), number, _LEVELS),
        after=_AFTER.get(value(child(element, "w:suff")) or "tab", " "),
        is_plain=is_on(element, "w:isLgl") is True,
        style=value(child(element, "w:pStyle")),
        is_hidden=is_on(child(element, "w:rPr"), "w:vanish") is True,
    )
