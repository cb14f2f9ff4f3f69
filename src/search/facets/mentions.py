"""The places that a text names: found by their words, settled by what stands around them.

Names are found longest first from left to right. One that proves nothing alone (a county's short
form, 朝阳区, 城区, 大同) counts only where the context settles it: the place above stands right
before it, an office right after it (义乌公安), its full name stands elsewhere, its city is named,
or a full name that may be a word (赵县, 公安县) stands by itself again and again.
Otherwise it is left out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from ..documents.document import NamedPlace, Place
from .gazetteer import Division, Gazetteer, Kind, Level, Name, Names, contains, level_of

Candidate = tuple[int, int, str]
"""Start, end and word of what may name a place."""

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
    "兴": "新复振",
    "重": "隆",
    "北": "拱湖",
}
_ANNIVERSARY = re.compile("(?:周年|[十百]年?|年一|校)大庆(?!市|油田)")
"""六十周年大庆 is no 大庆, 2021年大庆 is."""
_OFFICE = (
    "公安", "警方", "交警", "民警", "法院", "检察", "检方", "法官", "政法", "市委", "县委", "区委",
    "海关", "日报", "晚报", "警察",
)  # fmt: skip
_RIVER = re.compile(r"河(?![长道段流湖])")
_STREET = (
    "路", "街", "大道", "大街", "东路", "西路", "南路", "北路", "中路", "岸", "时间", "牌", "银行",
    "条约", "合作组织", "行动计划",
)  # fmt: skip
_STREET_BEGINS = frozenset(word[0] for word in _STREET)
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
    "大理": "由石",
}
# 平安县(市、区) means any of them.
_ANY_UNIT = ("(市", "(县", "(区", "（市", "（县", "（区", "、区)", "、区）")
_WORD_END = {"市": "场值售面价井", "区": "域间别块分位", "县": "级", "省": "级部略"}


class Mention(NamedTuple):
    """A place named at ``text[start:end]``."""

    place: Place
    name: str
    start: int
    end: int

    @property
    def is_full(self) -> bool:
        """Whether it says what the place is, or was: 巍山彝族回族自治县, 巍山县, 襄樊市.

        杭州, of two characters, only seems to.
        """
        unit = len(self.name) > 2 and self.name.endswith(("市", "县", "州", "旗", "区", "盟"))
        return unit or self.name == next(name for name in reversed(self.place) if name)


@dataclass(slots=True)
class _Found:
    start: int
    end: int
    name: str
    readings: tuple[Name, ...]
    place: Place | None = None


class NamesInText:
    """The names of places in one text. What the text itself settles is settled once."""

    def __init__(
        self, text: str, gazetteer: Gazetteer, found: Sequence[Candidate] | None = None
    ) -> None:
        """``found`` are all names that stand in the text, where they were looked for."""
        self.text = text
        self._gazetteer = gazetteer
        if found is None:
            words = gazetteer.words
            found = [(start, end, words[n]) for n, start, end in gazetteer.finder.find(text)]
        self._found = list(_occurrences(text, gazetteer.names, found))
        repeated = _repeated(self._found, text)
        self._named = dict.fromkeys(
            filter(None, (self._settle(at, repeated) for at in range(len(self._found))))
        )
        self._side_by_side = _side_by_side(item for item in self._found if item.place is None)

    def _settle(self, at: int, repeated: frozenset[str]) -> Place | None:
        item = self._found[at]
        previous = self._found[at - 1] if at else None
        item.place = (
            _alone(self._gazetteer, item.name)
            or (_after(previous, previous.place, item, self.text) if previous else None)
            or _with_office(item, self.text)
            or (item.readings[0].division.place if item.name in repeated else None)
        )
        return item.place

    def mentions(self, known: Iterable[Place] = ()) -> tuple[Mention, ...]:
        """The settled mentions in order; ``known`` places count as named in the text."""
        certain = _Context((*known, *self._named, *self._side_by_side))
        by_context: dict[str, Place | None] = {}
        settled: list[Mention] = []
        previous: _Found | None = None
        above: Place | None = None
        for item in self._found:
            place = item.place
            if place is None:
                place = _after(previous, above, item, self.text) if previous else None
            if place is None:
                if item.name not in by_context:
                    by_context[item.name] = _by_context(item.readings, certain)
                place = by_context[item.name]
            if place is not None:
                settled.append(Mention(place, item.name, item.start, item.end))
            previous, above = item, place
        return tuple(settled)


def places_in(
    mentions: Sequence[Mention], spans: Iterable[tuple[int, int]]
) -> list[tuple[NamedPlace, ...]]:
    """For each stretch of the text, in order, the places that are named in it.

    Each once with its words, in order of naming; of a chain (湖南省常德市) only the last is meant.
    """
    named: list[tuple[NamedPlace, ...]] = []
    at = 0
    for start, end in spans:
        while at < len(mentions) and mentions[at].start < start:
            at += 1
        found: dict[Place, dict[str, None]] = {}
        while at < len(mentions) and mentions[at].start < end:
            mention = mentions[at]
            at += 1
            if not leads_on(mention, mentions[at] if at < len(mentions) else None):
                found.setdefault(mention.place, {})[mention.name] = None
        named.append(tuple(NamedPlace(place, tuple(words)) for place, words in found.items()))
    return named


def leads_on(mention: Mention, following: Mention | None) -> bool:
    """Whether the next mention only says more exactly where in this place."""
    return (
        following is not None
        and following.start == mention.end
        and following.place != mention.place
        and contains(mention.place, following.place)
    )


def _occurrences(text: str, names: Names, candidates: Sequence[Candidate]) -> Iterator[_Found]:
    done = 0
    for at, (start, end, name) in enumerate(candidates):
        if start < done or _cut_by_a_full_name(candidates, at, text, names):
            continue
        readings = names[name]
        kind = readings[0].kind
        before = text[start - 1] if start else ""
        if before == "和" and kind is Kind.FULL:
            before = ""  # A conjunction: 桂平市和平南县.
        # 江西南昌 is no 西南: the name before has its last character.
        if before and start > done and before in _TAKEN_BY_THE_LEFT.get(text[start], ""):
            continue
        if name == "大庆" and _ANNIVERSARY.search(text, max(start - 2, 0), end + 2):
            continue
        if _stands(text, end, name, kind):
            yield _Found(start, end, name, readings)
            done = end


# 近日在赵县, 来自公安县: what may stand right before the name of a place. 市和县 is no 和县.
_BEFORE_A_PLACE = re.compile(r"[\n。]|[^\u4e00-\u9fff](?!和)|[在到赴向从自由为市州省](?!和)")
# 赵县县委, 公安县公安局; 比如县里 and 合作市级 are words that go on.
_OFFICE_OF_ITS_OWN = re.compile(
    r"人民|政府|委|公安|法院|检察|人大|政协|纪委|[\u4e00-\u9fff]{1,6}(?:局|镇|乡|街道)"
)
_GOES_ON = re.compile(r"[里城级乡内外直处科长域]")
_AGAIN = 2


def _repeated(found: Iterable[_Found], text: str) -> frozenset[str]:
    """Full names that might be words but stand by themselves in several places of the text.

    Of 赵县 and 涉县 an office once is enough, as they are no words. Of 新建区 and 合作市 an office
    or the beginning of the text has to be among the places.
    """
    times: Counter[str] = Counter()
    doubtful: dict[str, bool] = {}
    for item in found:
        first = item.readings[0]
        if first.kind is not Kind.FULL or not first.needs_context or first.generic:
            continue
        if len(item.readings) > 1 and item.readings[1].kind is Kind.FULL:
            continue
        if item.start and not _BEFORE_A_PLACE.match(text, item.start - 1):
            continue
        if _GOES_ON.match(text, item.end):
            continue
        office = _OFFICE_OF_ITS_OWN.match(text, item.end) is not None
        is_word = len(item.name) > 2
        is_doubtful = is_word and item.start > 0 and not office
        doubtful[item.name] = is_doubtful and doubtful.get(item.name, True)
        times[item.name] += _AGAIN if office and not is_word else 1
    return frozenset(n for n, count in times.items() if count >= _AGAIN and not doubtful[n])


def _cut_by_a_full_name(candidates: Sequence[Candidate], at: int, text: str, names: Names) -> bool:
    """Whether a full name begins inside a name that proves nothing: in 和平南县 is no 和平."""
    _, end, name = candidates[at]
    if at + 1 == len(candidates) or candidates[at + 1][0] >= end:
        return False  # nearly all
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
    if after in _STREET_BEGINS and text.startswith(_STREET, end):
        return False
    if after == "河" and _RIVER.match(text, end):
        return False
    return after not in _NOT_BEFORE.get(name, "")


@lru_cache(maxsize=10_000)
def _alone(gazetteer: Gazetteer, name: str) -> Place | None:
    """The place if the name tells it without any context."""
    readings = gazetteer.names[name]
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


def _side_by_side(unsettled: Iterable[_Found]) -> list[Place]:
    """Counties of one city by names that no other bears: 德令哈 and 乌兰 tell of each other."""
    counties: dict[tuple[str | None, str | None], dict[Place, None]] = {}
    for item in unsettled:
        first = item.readings[0]
        if len(item.readings) == 1 and not first.division.common and not first.generic:
            place = first.division.place
            counties.setdefault(place[:2], {})[place] = None
    return [place for places in counties.values() if len(places) > 1 for place in places]


def _after(previous: _Found, above: Place | None, item: _Found, text: str) -> Place | None:
    """池州贵池, 阳泉市城区: the place right before says which one."""
    if above is None or item.start - previous.end > 1:
        return None
    if text[previous.end : item.start].strip(" \u3000·/-"):
        return None
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
