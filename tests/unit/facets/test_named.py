"""Years and places that a passage names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pytest

from search.documents.document import NamedPlace, NamedYears, Place
from search.facets.gazetteer import Gazetteer
from search.facets.mentions import NamesInText, places_in
from search.facets.place import place_of_outlet
from search.facets.year import named_years

GUIGANG = ("广西壮族自治区", "贵港市", None)
GUIPING = ("广西壮族自治区", "贵港市", "桂平市")


def years(text: str) -> list[tuple[int, int]]:
    return [(named.first, named.last) for named in named_years(text)]


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("自2017年起施行", [(2017, 2017)]),
        ("２０１７年，二〇一八年，二○一九年", [(2017, 2017), (2018, 2018), (2019, 2019)]),
        ("民国二十六年七月，民国元年，民国38年", [(1937, 1937), (1912, 1912), (1949, 1949)]),
        ("光绪三十四年，宣统元年，乾隆廿六年", [(1908, 1908), (1909, 1909), (1761, 1761)]),
        ("2016—2020年", [(2016, 2020)]),
        ("2016年至2020年，2009-2010学年", [(2016, 2020), (2009, 2010)]),
        ("二〇一六年到二〇二〇年", [(2016, 2020)]),
        ("2016、2017和2018年，2019和2020两年", [(y, y) for y in range(2016, 2021)]),
        ("1990年代，20世纪80年代，十九世纪六十年代", [(1990, 1999), (1980, 1989), (1860, 1869)]),
        ("2018-12-18发布，2019/1/2修改，2020.3.4印发", [(2018, 2018), (2019, 2019), (2020, 2020)]),
        ("国发〔2015〕12号，令[2016]第3号", [(2015, 2015), (2016, 2016)]),
        ("公元618年建立", [(618, 618)]),
        ("2017年度和2017年", [(2017, 2017)]),
    ],
)
def test_years_are_read_as_they_are_written(text: str, spans: list[tuple[int, int]]) -> None:
    assert years(text) == spans


@pytest.mark.parametrize(
    "text",
    [
        "今年、去年、前年和明年，近三年来",
        "近2000年的发展，1600年历史，5000年文明，使用年限3000年",
        "98年，3年内，十年，15000年，12017年",
        "公元前221年，公元0年",
        "光绪五十年，民国一百二十年，宣统十年",
        "2018-13，编号2018-1，电话2017-123456，GB 2017.1",
        "2020—2016年",
        "一百二十年，二百五十年",
        "",
    ],
)
def test_what_is_no_year_is_left_out(text: str) -> None:
    assert years(text) == []


def test_the_words_for_a_year_are_kept() -> None:
    assert named_years("一九九八年以来，1998年") == (NamedYears(1998, 1998, "一九九八年"),)
    assert named_years("2016、2017年") == (
        NamedYears(2016, 2016, "2016"),
        NamedYears(2017, 2017, "2017年"),
    )


def named_places(
    title: str, paragraphs: Sequence[str], known: Iterable[Place] = ()
) -> list[tuple[NamedPlace, ...]]:
    text = "\n".join([title, *paragraphs])
    spans = [(text.index(part), text.index(part) + len(part)) for part in paragraphs]
    return places_in(NamesInText(text, Gazetteer.load()).mentions(known), spans)


def test_each_paragraph_has_its_own_places_and_the_document_settles_them() -> None:
    found = named_places(
        "贵港市推进平安建设",
        [
            "桂平市和平南县先行，桂平再推广。",
            "广西壮族自治区贵港市桂平市；广西。",
            "群众满意。",
            "鼓楼区、城区、朝阳产业",
        ],
    )
    assert found == [
        (
            NamedPlace(GUIPING, ("桂平市", "桂平")),
            NamedPlace(("广西壮族自治区", "贵港市", "平南县"), ("平南县",)),
        ),
        (
            NamedPlace(GUIPING, ("桂平市",)),
            NamedPlace(("广西壮族自治区", None, None), ("广西",)),
        ),
        (),
        (),
    ]


def test_the_place_of_the_document_settles_a_short_name() -> None:
    assert named_places("", ["桂平的做法值得推广。"]) == [()]
    assert named_places("", ["桂平的做法值得推广。"], [GUIPING]) == [
        (NamedPlace(GUIPING, ("桂平",)),)
    ]
    assert named_places("", [], [GUIPING]) == []


def test_an_outlet_has_a_place_of_its_own() -> None:
    assert place_of_outlet("贵港日报") == GUIGANG
    assert place_of_outlet("人民网") == place_of_outlet(None) == (None, None, None)
