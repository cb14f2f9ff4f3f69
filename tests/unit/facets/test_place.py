"""The place of a document: the seeds, regulations, and what the evidence says."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from pathlib import Path

import pytest

from search.documents.document import UNKNOWN_PLACE, Place
from search.facets.clues import PlaceClues
from search.facets.place import infer_place

from .seed_clues import seed_clues
from .shared import shared

SEEDS: dict[str, Place] = {
    "000": ("广西壮族自治区", "贵港市", None),
    "001": ("山西省", "大同市", None),
    "002": ("湖南省", "常德市", "津市市"),
    "003": ("安徽省", "池州市", "贵池区"),
    "004": ("广西壮族自治区", "贵港市", None),
}


@pytest.mark.parametrize("number", SEEDS)
def test_a_seed_is_placed_where_it_is_about(number: str) -> None:
    assert infer_place(seed_clues(number))[0] == SEEDS[number]


@pytest.mark.parametrize("number", SEEDS)
def test_the_body_of_a_seed_never_says_another_place(number: str) -> None:
    clues = replace(seed_clues(number), title=None, source=None, contributor=None, captions=())
    assert infer_place(clues)[0] in (SEEDS[number], UNKNOWN_PLACE)


@pytest.mark.parametrize("number", SEEDS)
def test_the_same_clues_give_the_same_evidence(number: str) -> None:
    assert infer_place(seed_clues(number)) == infer_place(seed_clues(number))


def notes(clues: PlaceClues) -> list[str]:
    return [evidence.note for evidence in infer_place(clues)[1]]


def test_evidence_counts_the_mentions_and_names_the_misleading_site() -> None:
    found = notes(seed_clues("001"))
    assert re.match(r"大同市：正文出现 \d+ 次，标题中有", found[0])
    assert "太原长安网是发布网站，不是所写的地方" in found


def test_evidence_says_when_a_level_is_never_named() -> None:
    assert "池州市：文中没有出现，由贵池区的隶属关系得出" in notes(seed_clues("003"))


def test_evidence_says_that_the_breadcrumb_and_the_poster_do_not_count() -> None:
    assert "栏目名中的桂平市不作依据" in notes(seed_clues("000"))
    assert any(note.startswith("沙市秘书是发布账号") for note in notes(seed_clues("002")))


def test_nothing_is_known_of_an_empty_document() -> None:
    assert infer_place(PlaceClues()) == (UNKNOWN_PLACE, ())


@pytest.mark.parametrize(
    ("title", "passed", "place"),
    [
        ("上海口岸服务条例", "2011年11月17日 上海市第十三届人民代表大会常务委员会通过", "上海市"),
        ("泰山风景名胜区生态保护条例", "2017年12月26日 泰安市第十七届人民代表大会通过", "泰安市"),
        ("山东省台儿庄古城保护管理条例", "2013年11月29日 山东省第十二届人民代表大会通过", None),
        ("安阳市林州红旗渠保护条例", "2019年6月1日 安阳市第十四届人民代表大会通过", "安阳市"),
    ],
)
def test_a_regulation_holds_where_it_was_passed(title: str, passed: str, place: str | None) -> None:
    clues = PlaceClues(title=title, promulgation=(passed,), body=("第一条 为了保护,制定本条例。",))
    found = infer_place(clues)[0]
    assert found[1:] == (place, None)
    assert found[0] is not None


def test_a_regulation_without_its_history_is_placed_by_its_title() -> None:
    clues = PlaceClues(title="烟台葡萄酒产区保护条例", body=("第一条 为了保护,制定本条例。",))
    assert infer_place(clues)[0] == ("山东省", "烟台市", None)


@pytest.mark.parametrize(
    ("title", "history"),
    [
        ("最高人民法院关于上海金融法院案件管辖的规定", ()),
        ("中华人民共和国劳动法", ()),
        ("中华人民共和国劳动法（2018年修正）", ()),
        ("中华人民共和国民法典", ()),
        ("中华人民共和国刑法修正案（六）", ()),
        ("危险化学品安全管理条例", ("（2011年3月2日中华人民共和国国务院令第591号公布）",)),
        ("反恐怖主义规定", ("2015年12月27日第十二届全国人民代表大会常务委员会通过",)),
    ],
)
def test_a_national_act_is_of_the_whole_country(title: str, history: tuple[str, ...]) -> None:
    body = ("第一条 各地人民法院,包括北京市、上海市的,适用本规定。",) * 5
    place, evidence = infer_place(PlaceClues(title=title, body=body, promulgation=history))
    assert place == ("全国", None, None)
    assert evidence


@pytest.mark.parametrize("title", ["中华人民共和国成立七十周年座谈会举行", "国务院部署三季度工作"])
def test_news_of_the_state_is_no_act(title: str) -> None:
    assert infer_place(PlaceClues(title=title, body=("会议指出。",)))[0] == UNKNOWN_PLACE


def _regulation(path: Path, *, with_history: bool) -> PlaceClues:
    lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
    lines = [line for line in lines if line]
    body = [line for line in lines[1:] if not line.startswith("#")]
    history = []
    while body and re.match(r"[（(]?\s*\d{4}年", body[0]):
        history.append(body.pop(0))
    return PlaceClues(
        title=lines[0].lstrip("# "), body=body, promulgation=history if with_history else ()
    )


@pytest.mark.parametrize("with_history", [True, False])
def test_regulations_of_three_provinces(with_history: bool) -> None:
    folder = shared("eval/facets")
    with (folder / "gold.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    with_city = right = given = given_right = 0
    for row in rows:
        clues = _regulation(folder / "files" / row["file"], with_history=with_history)
        place = infer_place(clues)[0]
        correct = place[:2] == (row["province"], row["city"] or None)
        if row["city"]:
            with_city += 1
            right += correct
        if place != UNKNOWN_PLACE:
            given += 1
            given_right += correct
    assert right / with_city >= 0.97
    assert given_right / given >= 0.99


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("嘉峪关市", ("甘肃省", "嘉峪关市", None)),
        ("平遥县", ("山西省", "晋中市", "平遥县")),
        ("大兴区", ("北京市", "北京市", "大兴区")),
        ("南安市", ("福建省", "泉州市", "南安市")),
        ("孝义市", ("山西省", "吕梁市", "孝义市")),
        ("凤凰县", ("湖南省", "湘西土家族苗族自治州", "凤凰县")),
        ("丰台区", ("北京市", "北京市", "丰台区")),
        ("麒麟区", ("云南省", "曲靖市", "麒麟区")),
    ],
)
def test_a_county_whose_short_form_is_a_word_is_known_by_its_full_name(
    name: str, place: Place
) -> None:
    body = f"{name}近日开展冬季清洁行动。截至目前，{name}已经清理垃圾三百多吨。"
    found, _ = infer_place(PlaceClues(title=f"{name}开展行动", body=(body,)))
    assert found == place


@pytest.mark.parametrize(
    "text", ["新建区域道路", "资源县级统筹", "平安县区创建", "城东区块", "和平区域合作"]
)
def test_words_that_only_look_like_a_county_are_none(text: str) -> None:
    found, _ = infer_place(PlaceClues(title=text, body=(f"{text}。{text}，{text}。",)))
    assert found == (None, None, None)
