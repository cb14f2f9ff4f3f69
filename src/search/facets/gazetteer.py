"""Places of China: the divisions, and what their names may mean.

Divisions are read from ``gazetteer.tsv``, which ``tools/build_gazetteer.py`` writes: code, name,
short form, flag and former names; the place above is told by the code. The keeper of a collection
adds places in a CSV file: name, level, parent and aliases.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import cache, cached_property, lru_cache
from importlib.resources import files

from ..documents.document import Place
from ..errors import BadValue, InputError
from ..languages.sentences import Sentence
from .clues import WordFinder

_SEPARATORS = str.maketrans({"／": "/", ">": "/", "·": "/", " ": "/", "\u3000": "/"})

_SHORT_ENDINGS = ("州", "县", "旗")
"""恩施土家族苗族自治州 is 恩施, and 恩施州, which stands in no line of the file."""

_LEVELS = 4
"""Province, prefecture, county, and a part of one that is named like it (北京市北京市朝阳区)."""


class Gazetteer:
    """Provinces, cities and counties of China with their short and former names.

    A county directly under its province (潜江市) stands at city level: (湖北省, 潜江市, None).
    ``vintage`` is the month whose divisions are in force here, ``sources`` where they come from.
    """

    def __init__(self, names: Names, *, vintage: str, sources: str) -> None:
        self.vintage = vintage
        self.sources = sources
        self.names = names

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The names that are looked for in texts."""
        return tuple(name for name in self.names if name not in SLOGANS)

    @cached_property
    def capitals(self) -> frozenset[Place]:
        """The capitals of provinces, which stand first among their cities."""
        first: dict[str | None, Place] = {}
        for readings in self.names.values():
            place = readings[0].division.place
            if readings[0].division.level is Level.CITY:
                first.setdefault(place[0], place)
        return frozenset(first.values())

    @cached_property
    def finder(self) -> WordFinder:
        """What finds them, by their numbers."""
        return WordFinder(self.words)

    @staticmethod
    def load() -> Gazetteer:
        """The gazetteer for reading, with the places of ``use_places``; read once per process."""
        return Gazetteer.with_places(_IN_FORCE[0])

    @staticmethod
    def with_places(text: str) -> Gazetteer:
        """The gazetteer in the package with the places of a file too, which ``text`` is of."""
        return _with_places(text) if text else _load()

    def resolve(self, name: str) -> tuple[Place, ...]:
        """The places a name can mean: none, one, or all candidates of an ambiguous one.

        Takes a path (广西/贵港, 广西壮族自治区/贵港市), a chain (安徽省池州市贵池区), a full name,
        a short form, or a former name where no present place bears it.
        """
        parts = [part for part in name.translate(_SEPARATORS).split("/") if part]
        if not parts:
            return ()
        found = self._named(parts[-1])
        for part in parts[:-1]:
            above = self._named(part)
            found = tuple(p for p in found if any(contains(a, p) for a in above))
        return found or (self._chain(parts[0], _LEVELS) if len(parts) == 1 else ())

    def also_called(self, name: str) -> tuple[str, ...]:
        """The other names, present and former, of the only place that a name stands for.

        Full names for a full name, short ones for a short one; none where several places bear it.
        """
        readings = self.names.get(name, ())
        divisions = dict.fromkeys(r.division for r in readings if r.kind is readings[0].kind)
        if len(divisions) != 1:
            return ()
        (division,) = divisions
        full = readings[0].kind in (Kind.FULL, Kind.FORMER)
        kinds = (Kind.FULL, Kind.FORMER) if full else (Kind.SHORT, Kind.FORMER_SHORT)
        return tuple(
            other
            for other, kind in self._names_of.get(division, ())
            if kind in kinds and other != name
        )

    @property
    def names_with_others(self) -> Iterator[str]:
        """The names that may have others by ``also_called``."""
        return (name for names in self._names_of.values() for name, _ in names)

    @cached_property
    def _names_of(self) -> dict[Division, list[tuple[str, Kind]]]:
        """All names of the places that had another one before."""
        names: dict[Division, list[tuple[str, Kind]]] = {}
        for name, readings in self.names.items():
            for reading in readings:
                names.setdefault(reading.division, []).append((name, reading.kind))
        former = (Kind.FORMER, Kind.FORMER_SHORT)
        return {
            division: found
            for division, found in names.items()
            if any(kind in former for _, kind in found)
        }

    def _named(self, name: str) -> tuple[Place, ...]:
        readings = self.names.get(name, ())
        for kind in Kind:
            places = dict.fromkeys(r.division.place for r in readings if r.kind is kind)
            if places:
                return tuple(sorted(places, key=lambda p: (sum(x is not None for x in p), p[0])))
        return ()

    def _chain(self, name: str, levels: int) -> tuple[Place, ...]:
        """安徽省池州市贵池区 without separators, of at most so many levels."""
        if levels < 2:
            return ()
        for cut in range(len(name) - 2, 1, -1):
            below = self._named(name[cut:])
            start = name[:cut]
            above = (self._named(start) or self._chain(start, levels - 1)) if below else ()
            found = tuple(p for p in below if any(contains(a, p) and a != p for a in above))
            if found:
                return found
        return ()


def other_names(name: str) -> tuple[str, ...]:
    """``Gazetteer.also_called`` of the gazetteer in the package, loaded only for what may be one.

    Only places that had another name have several: whatever is called like one of these stands in
    its line, but for the short forms that end as ``_short_forms`` makes them.
    """
    if name not in _lines_with_former_names() and name[-1:] not in _SHORT_ENDINGS:
        return ()
    return _load().also_called(name)


@cache
def _lines_with_former_names() -> str:
    lines = _source().splitlines()
    return "\n".join(line for line in lines if not line.startswith("#") and line.split("\t")[4])


def _source() -> str:
    return files(__package__).joinpath("gazetteer.tsv").read_text(encoding="utf-8")


@cache
def _load() -> Gazetteer:
    names, header = read_divisions(_source().splitlines())
    return Gazetteer(names, vintage=header["vintage"], sources=header["sources"])


_IN_FORCE = [""]


def use_places(text: str) -> None:
    """Let ``Gazetteer.load`` have the places of a file too, from now on in this process.

    The text is that of the file, empty for none. It is for what reads files; who asks an index
    takes those of its commit (``searching.collection.gazetteer``).
    """
    _IN_FORCE[0] = text


def check_places(text: str, where: str) -> None:
    """Raises InputError, with the line, where the text of a file of places cannot be used."""
    with_places(_load().names, text, where)


@lru_cache(maxsize=4)
def _with_places(text: str) -> Gazetteer:
    shipped = _load()
    names = with_places(shipped.names, text, "the places in the index")
    return Gazetteer(names, vintage=shipped.vintage, sources=shipped.sources)


MUNICIPALITIES = frozenset(("北京市", "天津市", "上海市", "重庆市"))
CITY_REGIONS = frozenset(("香港特别行政区", "澳门特别行政区"))

_GENERIC_WORDS = """
城区 郊区 矿区 新区 东区 西区 南区 北区 港区 市区 中西区 大堂区 新城区 老城区 城中区 市中区
城东区 城西区 城北区 城关区 新市区 市南区 市北区 桥东区 桥西区 路南区 路北区 河东区 江岸区
江东区 江北区 江南区 湖滨区 滨湖区 滨江区 沿滩区 海港区 港口区 港南区 港北区 高新区 离岛区
"""
_GENERIC = frozenset(_GENERIC_WORDS.split())
"""Full names that are also plain words: 常德市城区 is no district."""

_ORDINARY_WORDS = """
公安 富裕 富民 资源 南部 中方 共和 合作 新兴 民权 会同 比如 延长 无为 和平 解放 复兴 振兴
友好 前进 向阳 光明 红旗 新建 工农 前锋 安居 太平 平安 爱民 宏伟 丰满 平房 小店 回民 路桥
运河 牡丹 东城 西城 河西 桥西 桥东 路南 路北 海南 南山 东山 西山 南海 东风 东安 江海 海港
天桥 河口 湖滨 月湖 水城 港口 南岸 山阳
"""
_ORDINARY = frozenset(_ORDINARY_WORDS.split())
"""Short forms that with 县 or 区 behind them still read as words: 新建区, 资源县级统筹, 西城区."""

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
    # Spelled out, as it is asked for all pairs of places of a text.
    return (
        (outer[0] is None or outer[0] == inner[0])
        and (outer[1] is None or outer[1] == inner[1])
        and (outer[2] is None or outer[2] == inner[2])
    )


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
        if level is Level.COUNTY and name == place[1]:
            continue  # 嘉峪关市 has no counties and is listed as one of its own
        wordy = level is Level.COUNTY and short in _ORDINARY
        alone = generic or slogan or wordy or len(name) == 2
        found.setdefault(name, []).append(Name(division, Kind.FULL, alone, generic))
        if short != name:
            alone = level is Level.COUNTY or division.common or not code.endswith("00")
            # 海南 is the province, though a district and a prefecture are called so too.
            alone = alone and level is not Level.PROVINCE
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
    for ending in _SHORT_ENDINGS:
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


_COLUMNS = ("name", "level", "parent", "aliases")
_LEVEL_NAMES = {
    "province": Level.PROVINCE, "省": Level.PROVINCE, "省级": Level.PROVINCE,
    "city": Level.CITY, "市": Level.CITY, "地级": Level.CITY,
    "county": Level.COUNTY, "县": Level.COUNTY, "区": Level.COUNTY, "县级": Level.COUNTY,
}  # fmt: skip
_SHORTEST_NAME = 2
_BETWEEN_ALIASES = re.compile(r"[|；;、]")


def with_places(shipped: Names, text: str, where: str) -> Names:
    """The names with those of a CSV file of places; ``where`` names it in messages.

    A line is name, level (province, city, county), the parent as a path or a name that only one
    place has (also one further up in the file), and other names with | between. A place that is
    there gets the other names. Raises InputError, with the line, for what cannot be used.
    """
    gazetteer = Gazetteer(dict(shipped), vintage="", sources="")
    names = gazetteer.names
    for line, row in _rows(text, where):
        try:
            division = _added(row, gazetteer)
        except BadValue as error:
            raise _bad(where, line, error.sentence) from error
        aliases = [alias.strip() for alias in _BETWEEN_ALIASES.split(row["aliases"])]
        for name in (division.name, *filter(None, aliases)):
            if len(name) < _SHORTEST_NAME:
                raise _bad(where, line, Sentence("place-name-too-short", name=name))
            others = [r for r in names.get(name, ()) if r.division.place != division.place]
            # What the keeper calls a place proves it wherever it stands.
            names[name] = (Name(division, Kind.FULL, needs_context=False), *others)
    return names


def _rows(text: str, where: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    header: list[str] | None = None
    try:
        for row in rows:
            cells = [cell.strip() for cell in row]
            if not any(cells) or cells[0].startswith("#"):
                continue
            line = rows.line_num
            if header is None:
                header = [cell.lower() for cell in cells]
                if not {"name", "level"} <= set(header) <= set(_COLUMNS):
                    known = ", ".join(_COLUMNS)
                    raise _bad(where, line, Sentence("place-columns-wrong", known=known))
            elif len(cells) != len(header):
                count, expected = len(cells), len(header)
                reason = Sentence("override-cells-uneven", count=count, expected=expected)
                raise _bad(where, line, reason)
            else:
                yield line, {**dict.fromkeys(_COLUMNS, ""), **dict(zip(header, cells, strict=True))}
    except csv.Error as error:
        reason = Sentence("override-no-csv", error=str(error))
        raise _bad(where, rows.line_num, reason) from error


def _added(row: Mapping[str, str], gazetteer: Gazetteer) -> Division:
    """The place of a line. Raises BadValue with the reason alone."""
    name, above = row["name"], row["parent"]
    level = _LEVEL_NAMES.get(row["level"].lower())
    if level is None:
        known = ", ".join(_LEVEL_NAMES)
        raise BadValue("place-level-unknown", level=row["level"], known=known)
    if level is Level.PROVINCE:
        if above:
            raise BadValue("place-parent-needless", name=name)
        return Division((name, None, None), level, name, name, common=False, former=False)
    found = gazetteer.resolve(above)
    if len(found) != 1:
        listed = tuple("/".join(filter(None, place)) for place in found)
        if found:
            raise BadValue("place-parent-ambiguous", name=above, listed=listed)
        raise BadValue("place-parent-unknown", name=above)
    (parent,) = found
    is_city = level is Level.CITY
    if parent[2] or (is_city and parent[1]) or (not is_city and not parent[1]):
        raise BadValue("place-parent-of-other-level", name=above)
    place = (parent[0], name, None) if is_city else (parent[0], parent[1], name)
    return Division(place, level, name, name, common=False, former=False)


def _bad(where: str, line: int, reason: Sentence) -> InputError:
    return InputError("places-line-wrong", where=where, line=line, reason=reason)
