"""Names to places, and places named in text."""

from __future__ import annotations

import re

import pytest

from search.documents.document import Place
from search.facets.gazetteer import Gazetteer
from search.facets.mentions import NamesInText

GAZETTEER = Gazetteer.load()
GUIGANG = ("广西壮族自治区", "贵港市", None)
GUICHI = ("安徽省", "池州市", "贵池区")


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("贵港", GUIGANG),
        ("贵港市", GUIGANG),
        ("广西壮族自治区/贵港市", GUIGANG),
        ("广西/贵港", GUIGANG),
        ("广西", ("广西壮族自治区", None, None)),
        ("贵池", GUICHI),
        ("安徽省/池州市/贵池区", GUICHI),
        ("安徽省池州市贵池区", GUICHI),
        ("北京", ("北京市", "北京市", None)),
        ("北京市/北京市/朝阳区", ("北京市", "北京市", "朝阳区")),
        ("北京市/朝阳区", ("北京市", "北京市", "朝阳区")),
        ("恩施州", ("湖北省", "恩施土家族苗族自治州", None)),
        ("内蒙古", ("内蒙古自治区", None, None)),
        ("津市", ("湖南省", "常德市", "津市市")),
        ("浦东", ("上海市", "上海市", "浦东新区")),
        ("香港", ("香港特别行政区", "香港特别行政区", None)),
        ("澳门特别行政区", ("澳门特别行政区", "澳门特别行政区", None)),
        ("台北", ("台湾省", "台北市", None)),
    ],
)
def test_a_name_resolves_to_the_official_place(name: str, place: Place) -> None:
    assert GAZETTEER.resolve(name) == (place,)


@pytest.mark.parametrize("name", ["潜江", "潜江市", "湖北省/潜江市"])
def test_a_county_directly_under_its_province_stands_at_city_level(name: str) -> None:
    assert GAZETTEER.resolve(name) == (("湖北省", "潜江市", None),)


@pytest.mark.parametrize(
    ("former", "place"),
    [
        ("襄樊", ("湖北省", "襄阳市", None)),
        ("襄樊市", ("湖北省", "襄阳市", None)),
        ("襄阳县", ("湖北省", "襄阳市", "襄州区")),
        ("贵池市", GUICHI),
        ("崇文区", ("北京市", "北京市", "东城区")),
        ("綦江县", ("重庆市", "重庆市", "綦江区")),
    ],
)
def test_a_former_name_resolves_to_its_successor(former: str, place: Place) -> None:
    assert GAZETTEER.resolve(former) == (place,)


def test_a_city_that_was_split_up_keeps_its_own_name() -> None:
    assert GAZETTEER.resolve("莱芜市") == (("山东省", "莱芜市", None),)
    assert ("山东省", "济南市", "莱芜区") in GAZETTEER.resolve("莱芜")


@pytest.mark.parametrize(
    ("name", "count"), [("鼓楼区", 4), ("朝阳", 4), ("朝阳区", 2), ("吉林", 2)]
)
def test_an_ambiguous_name_lists_its_candidates(name: str, count: int) -> None:
    places = GAZETTEER.resolve(name)
    assert len(places) == len(set(places)) == count


@pytest.mark.parametrize("name", ["", "/", "某某市", "广西/大同", "安全感"])
def test_what_is_no_place_resolves_to_nothing(name: str) -> None:
    assert GAZETTEER.resolve(name) == ()


def named(text: str) -> list[str]:
    return [
        next(n for n in reversed(m.place) if n) for m in NamesInText(text, GAZETTEER).mentions()
    ]


@pytest.mark.parametrize(
    "text",
    [
        "朝阳产业蓬勃发展",
        "两地做法大同小异",
        "公安机关整合资源,互助合作,维护和平",
        "市区和城区、郊区各设一处",
        "全国平安建设先进县(市、区)",
        "全省平安县(市、区),创建平安县区、平安区",
        "东方市场和大连接",
        "经济南下,治安阳光",
        "中山东路、北京路、南京大街",
        "维护长治久安",
        "各位来宾,日照时间较长",
        "鼓楼区人民政府",
        "沙市秘书",
        "制定安全预案,制定安全制度,规定安全责任",
        "古城保护区,古城管理,古城风貌",
        "新建区内的相应城市设施",
        "苏州河与南阳河",
    ],
)
def test_words_that_look_like_places_are_none(text: str) -> None:
    assert named(text) == []


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("长江苏州段", ["苏州市"]),
        ("长春市朝阳区", ["长春市", "朝阳区"]),
        ("池州贵池", ["池州市", "贵池区"]),
        ("津市市区依山傍水", ["津市市"]),
        ("大同市人说大同好", ["大同市", "大同市"]),
        ("山西大同", ["山西省", "大同市"]),
        ("常德市城区", ["常德市"]),
        ("阳泉市城区", ["阳泉市", "城区"]),
        ("南京市的鼓楼区人民政府", ["南京市", "鼓楼区"]),
        ("大同市的阳高、浑源等县", ["大同市", "阳高县", "浑源县"]),
        ("公安县公安局", []),
        ("湖北公安县公安局", ["湖北省", "公安县", "公安县"]),
        ("荆州公安", ["荆州市"]),
        ("苏州河长制", ["苏州市"]),
        ("义乌公安破案,义乌人叫好", ["义乌市", "义乌市"]),
        ("海东市平安区的平安建设", ["海东市", "平安区"]),
        ("西安和吉林", ["西安市", "吉林省"]),
        ("桂平市和平南县", ["桂平市", "平南县"]),
    ],
)
def test_names_are_settled_by_context(text: str, places: list[str]) -> None:
    assert named(text) == places


def test_known_places_settle_short_names() -> None:
    text = "贵池的做法"
    assert not NamesInText(text, GAZETTEER).mentions()
    assert [m.place for m in NamesInText(text, GAZETTEER).mentions([GUICHI])] == [GUICHI]


def test_a_mention_points_at_its_text() -> None:
    text = "在安徽省池州市贵池区,贵池人民"
    mentions = NamesInText(text, GAZETTEER).mentions()
    assert [text[m.start : m.end] for m in mentions] == [m.name for m in mentions]
    assert [m.name for m in mentions] == ["安徽省", "池州市", "贵池区", "贵池"]


def test_vintage_is_a_month_and_the_gazetteer_is_read_once() -> None:
    assert re.fullmatch(r"\d{4}-\d{2}", GAZETTEER.vintage)
    assert Gazetteer.load() is GAZETTEER
