"""Places of China: the divisions, what their names may mean, and the places that a text names.

Divisions are read from ``gazetteer.tsv``, which ``tools/build_gazetteer.py`` writes: code, name,
short form, flag and former names; the place above is told by the code.

Names in a text are found longest first from left to right. One that proves nothing alone (a
county's short form, 朝阳区, 城区, 大同) counts only where the context settles it: the place above
stands right before it, an office right after it (义乌公安), its full name stands elsewhere, or its
city is named. Otherwise it is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache, cached_property
from importlib.resources import files

from ..documents.document import NamedPlace, Place
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
        self._names = names
        self._finder = WordFinder(name for name in names if name not in SLOGANS)

    @staticmethod
    def load() -> Gazetteer:
        """The gazetteer in the package; read once per process."""
        return _load()

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
        readings = self._names.get(name, ())
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

    @cached_property
    def _names_of(self) -> dict[Division, list[tuple[str, Kind]]]:
        """All names of the places that had another one before."""
        names: dict[Division, list[tuple[str, Kind]]] = {}
        for name, readings in self._names.items():
            for reading in readings:
                names.setdefault(reading.division, []).append((name, reading.kind))
        former = (Kind.FORMER, Kind.FORMER_SHORT)
        return {
            division: found
            for division, found in names.items()
            if any(kind in former for _, kind in found)
        }

    def mentions(self, text: str, known: Iterable[Place] = ()) -> tuple[Mention, ...]:
        """The places a text names, in order; look-alikes and unsettled names are left out.

        ``known`` are places that count as named, such as those of the document around a passage.
        """
        return find_mentions(text, self._names, self._finder, known)

    def _named(self, name: str) -> tuple[Place, ...]:
        readings = self._names.get(name, ())
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
    return Gazetteer.load().also_called(name)


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
        if level is Level.COUNTY and name == place[1]:
            continue  # 嘉峪关市 has no counties and is listed as one of its own
        wordy = level is Level.COUNTY and short in _ORDINARY
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


def named_places(
    title: str | None, paragraphs: Sequence[str], known: Iterable[Place] = ()
) -> list[tuple[NamedPlace, ...]]:
    """For each paragraph the places it names, each once with its words, in order of naming.

    The document is read as one text, so that a full name anywhere settles a short one elsewhere;
    ``known`` places count as named. Of a chain (湖南省常德市) only the last place is meant. What
    stays ambiguous is left out.
    """
    parts = [title or "", *paragraphs]
    mentions = Gazetteer.load().mentions("\n".join(parts), known)
    found: list[dict[Place, list[str]]] = [{} for _ in parts]
    at, end = 0, len(parts[0])
    for mention, following in zip(mentions, (*mentions[1:], None), strict=False):
        while mention.start >= end:
            at += 1
            end += 1 + len(parts[at])
        if not _leads_on(mention, following):
            words = found[at].setdefault(mention.place, [])
            if mention.name not in words:
                words.append(mention.name)
    return [
        tuple(NamedPlace(place, tuple(words)) for place, words in places.items())
        for places in found[1:]
    ]


def _leads_on(mention: Mention, following: Mention | None) -> bool:
    """Whether the next mention only says more exactly where in this place."""
    return (
        following is not None
        and following.start == mention.end
        and following.place != mention.place
        and contains(mention.place, following.place)
    )


# 长江苏州段 is no 江苏, 经济南下 no 济南: what stands before takes the first character.
_TAKEN_BY_THE_LEFT = {
    "江": "长珠湘漓闽赣嫩龙浦",
    "河": "黄淮运渭汾海大洛",
    "山": "中泰太华黄衡嵩行",
    "湖": "洞庭太西鄱阳",
    "济": "经",
    "丽": "美秀艳",
    "安": "治",
    "应": "相对适",
    "台": "云平",
    "项": "专",
    "宜": "适",
    "大": "重",
    "广": "推",
    "合": "复综",
    "定": "确制规",
    "佛": "千",
    "运": "停",
    "平": "水和公",
    "南": "东西",
    "海": "上入出",
}
_OFFICE = (
    "公安", "警方", "交警", "民警", "法院", "检察", "检方", "法官", "政法", "市委", "县委", "区委",
    "海关", "日报", "晚报", "警察",
)  # fmt: skip
_RIVER = re.compile(r"河(?![长道段流湖])")
_STREET = (
    "路", "街", "大道", "大街", "东路", "西路", "南路", "北路", "中路", "岸", "时间", "牌", "银行",
    "条约", "合作组织", "行动计划",
)  # fmt: skip
_NOT_BEFORE = {
    "大连": "接续锁片通环任",
    "河源": "头",
    "海口": "径",
    "三明": "治",
    "北海": "道",
    "长春": "节藤",
    "兴安": "岭",
    "平安": "夜",
    "海南": "岛",
    "四平": "方",
    "内江": "南",
}
# 平安县(市、区) means any of them.
_ANY_UNIT = ("(市", "(县", "(区", "（市", "（县", "（区", "、区)", "、区）")
_WORD_END = {"市": "场值售面价井", "区": "域间别块分位", "县": "级", "省": "级部略"}


@dataclass(frozen=True, slots=True)
class Mention:
    """A place named at ``text[start:end]``."""

    place: Place
    name: str
    start: int
    end: int


@dataclass(slots=True)
class _Found:
    start: int
    end: int
    name: str
    readings: tuple[Name, ...]
    place: Place | None = None


def find_mentions(
    text: str, names: Names, finder: WordFinder, known: Iterable[Place] = ()
) -> tuple[Mention, ...]:
    """The settled mentions in order; ``known`` places count as named in the text."""
    found = list(_occurrences(text, names, finder))
    certain = _Context(known)
    for previous, item in zip([None, *found], found, strict=False):
        item.place = (
            _alone(item.readings) or _after(previous, item, text) or _with_office(item, text)
        )
        if item.place:
            certain.add(item.place)
    for previous, item in zip([None, *found], found, strict=False):
        if item.place is None:
            item.place = _after(previous, item, text) or _by_context(item.readings, certain)
    return tuple(
        Mention(item.place, item.name, item.start, item.end) for item in found if item.place
    )


def _occurrences(text: str, names: Names, finder: WordFinder) -> Iterator[_Found]:
    done = 0
    candidates = finder.find(text)
    for at, (start, end, name) in enumerate(candidates):
        if start < done or _cut_by_a_full_name(candidates, at, text, names):
            continue
        kind = names[name][0].kind
        before = text[start - 1] if start else ""
        if before == "和" and kind is Kind.FULL:
            before = ""  # A conjunction: 桂平市和平南县.
        if before and before in _TAKEN_BY_THE_LEFT.get(text[start], ""):
            continue
        if _stands(text, end, name, kind):
            yield _Found(start, end, name, names[name])
            done = end


def _cut_by_a_full_name(
    candidates: list[tuple[int, int, str]], at: int, text: str, names: Names
) -> bool:
    """Whether a full name begins inside a name that proves nothing: in 和平南县 is no 和平."""
    _, end, name = candidates[at]
    if not all(reading.needs_context for reading in names[name]):
        return False
    for later in range(at + 1, len(candidates)):
        start, stop, other = candidates[later]
        if start >= end:
            return False
        full = names[other][0]
        if stop > end and full.kind is Kind.FULL and not full.needs_context:
            return _stands(text, stop, other, full.kind)
    return False


def _stands(text: str, end: int, name: str, kind: Kind) -> bool:
    """Whether the name is not the beginning of another word (东方市场, 大连接, 北京路)."""
    after = text[end : end + 1]
    if not after:
        return True
    if kind in (Kind.FULL, Kind.FORMER):
        if text.startswith(_ANY_UNIT, end):
            return False
        return after not in _WORD_END.get(name[-1], "")
    if text.startswith(_STREET, end) or _RIVER.match(text, end):
        return False
    return after not in _NOT_BEFORE.get(name, "")


def _alone(readings: tuple[Name, ...]) -> Place | None:
    """The place if the name tells it without any context."""
    full = [r for r in readings if r.kind is Kind.FULL]
    if full:
        return _only(r.division for r in full if not r.needs_context) if len(full) == 1 else None
    # 西安 is the city, though two districts share the short form; 吉林 and 海南 are the provinces.
    for level in (Level.PROVINCE, Level.CITY):
        same = [r for r in readings if r.division.level is level and r.kind is not Kind.FORMER]
        same = [r for r in same if not r.division.former] or same
        if same:
            return _only(r.division for r in same if not r.needs_context)
    return _only(r.division for r in readings if r.kind is Kind.FORMER and not r.needs_context)


def _after(previous: _Found | None, item: _Found, text: str) -> Place | None:
    """池州贵池, 阳泉市城区: the place right before says which one."""
    if previous is None or previous.place is None:
        return None
    if text[previous.end : item.start].strip(" \u3000·、/-") or item.start - previous.end > 1:
        return None
    if "、" in text[previous.end : item.start]:
        return None
    above = previous.place
    return _only(
        r.division
        for r in item.readings
        if r.division.place != above
        and contains(above, r.division.place)
        and not (r.generic and r.kind is Kind.SHORT)
    )


def _with_office(item: _Found, text: str) -> Place | None:
    """义乌公安, 昆山警方: an office right after it, and no other place of that name."""
    if len(item.readings) > 1 or item.readings[0].division.common:
        return None
    return item.readings[0].division.place if text.startswith(_OFFICE, item.end) else None


def _by_context(readings: tuple[Name, ...], certain: _Context) -> Place | None:
    named = _only(r.division for r in readings if r.division.place in certain.named)
    if named:
        return named
    best = readings[0].kind
    if best is Kind.FULL and any(r.generic for r in readings):
        return None
    candidates = [r.division for r in readings if r.kind is best]
    if best is not Kind.FULL:
        candidates = [d for d in candidates if not d.common]
    in_city = _only(d for d in candidates if d.place[:2] in certain.cities)
    if in_city or any(d.place[:2] in certain.cities for d in candidates):
        return in_city
    if best is Kind.FULL:
        return _only(d for d in candidates if d.place[0] in certain.provinces)
    return None


def _only(divisions: Iterable[Division]) -> Place | None:
    places = {division.place for division in divisions}
    return places.pop() if len(places) == 1 else None


class _Context:
    """The places a text certainly names, and what they lie in."""

    def __init__(self, known: Iterable[Place]) -> None:
        self.named: set[Place] = set()
        self.cities: set[tuple[str | None, str | None]] = set()
        self.provinces: set[str | None] = set()
        for place in known:
            self.add(place)

    def add(self, place: Place) -> None:
        level = level_of(place)
        if level is None:
            return
        self.named.add(place)
        self.provinces.add(place[0])
        if level > Level.PROVINCE:
            self.cities.add(place[:2])
