"""Which provinces, cities and counties are there, and by which names do they go?

Read from ``gazetteer.tsv``, which ``tools/build_gazetteer.py`` writes: code, name, short form, flag
and former names; the place above is told by the code.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from ..documents.document import Place

MUNICIPALITIES = frozenset(("北京市", "天津市", "上海市", "重庆市"))
CITY_REGIONS = frozenset(("香港特别行政区", "澳门特别行政区"))

_GENERIC_WORDS = """
城区 郊区 矿区 新区 东区 西区 南区 北区 港区 市区 中西区 大堂区 新城区 老城区 城中区 市中区
城东区 城西区 城北区 城关区 新市区 市南区 市北区 桥东区 桥西区 路南区 路北区 河东区 江岸区
江东区 江北区 江南区 湖滨区 滨湖区 滨江区 沿滩区 海港区 港口区 港南区 港北区 高新区 离岛区
"""
_GENERIC = frozenset(_GENERIC_WORDS.split())
"""Full names that are also plain words: 常德市城区 is no district."""

SLOGANS = frozenset(("平安", "富裕"))
"""Short forms of places that texts put before 县, 区, 市 as an aim: 创建平安县区."""


class Level(IntEnum):
    """Depth below the country; also the index of the name in a Place."""

    PROVINCE = 0
    CITY = 1
    COUNTY = 2


class Kind(IntEnum):
    """How a name stands for a place, the surest first."""

    FULL = 0
    SHORT = 1
    FORMER = 2
    FORMER_SHORT = 3


@dataclass(frozen=True, slots=True)
class Division:
    """One place. ``common``: the short form is also a common word; ``former``: abolished."""

    place: Place
    level: Level
    name: str
    short: str
    common: bool
    former: bool


@dataclass(frozen=True, slots=True)
class Name:
    """A name as one of a division's.

    ``needs_context``: it proves nothing standing alone; ``generic``: it is an everyday word (城区,
    公安), so that a full one needs the place above right before it (阳泉市城区), a short one its
    full name elsewhere (公安县).
    """

    division: Division
    kind: Kind
    needs_context: bool
    generic: bool = False


Names = dict[str, tuple[Name, ...]]
"""Every name with the divisions it can stand for, the surest kind first."""


def level_of(place: Place) -> Level | None:
    """The deepest known level of a place; a municipality is a city. None for an unknown place."""
    if place[2]:
        return Level.COUNTY
    if place[1]:
        return Level.CITY
    return Level.PROVINCE if place[0] else None


def contains(outer: Place, inner: Place) -> bool:
    """Whether ``inner`` is ``outer`` or lies in it."""
    return all(a is None or a == b for a, b in zip(outer, inner, strict=True))


def read_divisions(lines: Iterable[str]) -> tuple[Names, dict[str, str]]:
    """All names, and the header fields (``vintage``, ``sources``)."""
    header: dict[str, str] = {}
    found: dict[str, list[Name]] = {}
    places: dict[str, Place] = {}
    former_shorts: list[tuple[str, Division]] = []
    for line in lines:
        if line.startswith("#"):
            label, _, value = line[1:].strip().partition(": ")
            header[label] = value
            continue
        code, name, short, flag, former = line.rstrip("\n").split("\t")
        place, level = _place(code, name, places)
        places[code] = place
        division = Division(place, level, name, short, flag in ("w", "v"), flag == "x")
        generic = name in _GENERIC
        slogan = short in SLOGANS
        # 新建区, 西城区: where the short form is a word, the full name of a county proves little.
        wordy = level is Level.COUNTY and division.common and len(name) == 3
        alone = generic or slogan or wordy or len(name) == 2
        found.setdefault(name, []).append(Name(division, Kind.FULL, alone, generic))
        if short != name:
            alone = level is Level.COUNTY or division.common or not code.endswith("00")
            for form in _short_forms(division):
                found.setdefault(form, []).append(
                    Name(division, Kind.SHORT, alone, generic=flag == "v")
                )
        for old in former.split("|") if former else ():
            found.setdefault(old, []).append(Name(division, Kind.FORMER, slogan or len(old) == 2))
            if len(old) > 2 and old[-1] in "市县区盟":
                # 襄阳地区 was 襄阳, 襄樊市 襄樊.
                ending = 2 if old.endswith("地区") else 1
                former_shorts.append((old[:-ending], division))
    for old_short, division in former_shorts:
        # 襄樊 still says 襄阳, but 莱芜 and other stems that live on say what they say today.
        if old_short not in found or found[old_short][0].kind is Kind.FORMER_SHORT:
            found.setdefault(old_short, []).append(Name(division, Kind.FORMER_SHORT, True))
    return {n: tuple(sorted(ds, key=lambda d: d.kind)) for n, ds in found.items()}, header


def _short_forms(division: Division) -> tuple[str, ...]:
    """贵港; for 恩施土家族苗族自治州 also 恩施州."""
    for ending in ("州", "县", "旗"):
        if division.name.endswith(f"自治{ending}") and len(division.short) > 1:
            return division.short, division.short + ending
    return (division.short,)


def _place(code: str, name: str, places: dict[str, Place]) -> tuple[Place, Level]:
    if code.endswith("0000"):
        city = name if name in MUNICIPALITIES or name in CITY_REGIONS else None
        return (name, city, None), Level.PROVINCE
    province = places[f"{code[:2]}0000"]
    if province[1]:
        return (province[0], province[1], name), Level.COUNTY
    city_place = None if code.endswith("00") else places.get(f"{code[:4]}00")
    if city_place is None:
        # Cities, and counties directly under the province (潜江市), which hold a city's rank.
        return (province[0], name, None), Level.CITY
    return (province[0], city_place[1], name), Level.COUNTY
