"""Everyday words find the words of law for them on request; synonyms are proposed from texts."""

from __future__ import annotations

from pathlib import Path

import pytest

import search
from search.analysis.equivalence import everyday_words
from search.config import load_settings
from search.searching.index import Index
from search.web import create_app

from .collection import Desk, article

DOG = "养犬人应当在取得犬只后十日内办理养犬登记，领取养犬登记证和犬牌，并按时注射狂犬病疫苗。"
WORK = "用人单位解除劳动合同的，应当向劳动者支付经济补偿，并结清拖欠工资和加班工资。"
RENT = (
    "承租人应当按照约定的期限支付租金；出租人不得拖欠薪酬和押金以外的款项，不动产权证书由其保管。"
)
TALK = "村里的人说起养狗和打工，总有讲不完的话，家家户户都有自己的故事和难处。"
GUARD = "环境保护工作由各级政府负责，任何单位都有保护环境的义务，违者处以罚金。"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    desk.write("law.txt", article("若干规定", DOG, WORK, RENT, GUARD))
    desk.write("talk.txt", article("村里的话", TALK))
    desk.index()
    return desk


@pytest.fixture
def index(desk: Desk) -> Index:
    return search.open_index(desk.index_dir)


def texts(index: Index, query: str) -> set[str]:
    return {hit.text for hit in index.search(query, also="everyday").hits}


def test_the_list_is_long_one_way_and_says_something_else() -> None:
    others = everyday_words().others
    assert sum(map(len, others.values())) >= 300
    for word, official in others.items():
        assert len(word) == 1 or all(word not in other for other in official), word


@pytest.mark.parametrize(
    ("everyday", "found"),
    [
        ("遛狗", DOG),
        ("辞退", WORK),
        ("“炒鱿鱼”", WORK),
        ("房租", RENT),
        ("房产证", RENT),
        ("辞退 加班费", WORK),
        ('"老板 欠薪"~30', WORK),
    ],
)
def test_everyday_words_find_official_ones_on_request(
    index: Index, everyday: str, found: str
) -> None:
    plain = index.search(everyday)
    assert plain.total == 0
    assert texts(index, everyday) == {found}
    # Offered in one line, with how many passages it would add.
    assert plain.wider is not None
    assert plain.wider.total == 1
    assert plain.wider.request.also == ("everyday",)
    (hit,) = index.search(everyday, also="everyday").hits
    assert hit.highlights


def test_counts_are_literal_without_it_and_it_goes_one_way(index: Index) -> None:
    assert {hit.text for hit in index.search("养狗").hits} == {TALK}
    assert texts(index, "养狗") == {TALK, DOG}
    assert texts(index, "养犬") == {DOG}
    assert texts(index, "劳动者") == {WORK}


def test_an_everyday_word_is_a_whole_word(index: Index) -> None:
    """欠薪 stands in 拖欠薪酬 and 裁员 in 仲裁员, and neither is meant."""
    for text in ("拖欠薪酬", "仲裁员", "“首席仲裁员”"):
        assert not [
            e for e in index.search(text, also="everyday").query.equivalents if e.kind == "everyday"
        ]


def test_on_the_page_and_the_command_line(desk: Desk, index: Index) -> None:
    page = create_app(index, load_settings()).test_client()
    offered = page.get("/", query_string={"q": "养狗"}).text
    assert "还有 <strong>1</strong> 个段落" in offered
    assert "日常说法" in offered
    assert "also=everyday" in offered
    taken = page.get("/", query_string={"q": "养狗", "also": "everyday"}).text
    assert "<mark>养犬</mark>" in taken
    assert desk.run("search", "辞退").code == 1
    answer = desk.run("search", "辞退", "--also", "everyday")
    assert answer.code == 0
    assert "解除劳动合同" in answer.out


NAMED = (
    "申请最低生活保障（以下简称低保）的家庭，应当向乡镇人民政府提出书面申请，"
    "机动车驾驶证（俗称驾照）也须交验。"
)


def test_synonyms_are_proposed_with_what_shows_them(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    places = [("各乡镇的", "应当"), ("当地的", "可以"), ("所有的", "必须"), ("本县的", "负责")]
    lines = [
        f"{before}{word}{after}把第{n}项工作的进度写成报告，按时送到县里的主管部门备案。"
        for n in range(3)
        for before, after in places
        for word in ("居委会", "居民委员会", "账户", "帐户", "苹果", "鸭梨")
    ]
    desk.write("a.txt", article("关于若干事项的通知", NAMED, *lines))
    desk.index()
    answer = desk.run("synonyms", "suggest")
    assert answer.code == 0
    pairs = [line for line in answer.out.splitlines() if not line.startswith("#")]
    assert set(pairs[:2]) == {"低保 -> 最低生活保障", "驾照 -> 机动车驾驶证"}
    assert {"居委会 -> 居民委员会", "帐户 = 账户"} <= set(pairs)
    # Of one kind, standing in the same places, and not the same.
    assert not any("苹果" in pair for pair in pairs)
    found = desk.run("synonyms", "suggest", "--json", "--limit", "1").json
    assert [p["evidence"] for p in found] == ["named"]
    assert "以下简称低保" in found[0]["example"]

    file = tmp_path / "synonyms.txt"
    file.write_text(answer.out, encoding="utf-8")
    assert desk.run("search", "低保 书面申请", "--also", "synonyms", "--json").code == 0
    desk.index("--synonyms", file)
    assert desk.run("search", '"当地的居委会"', "--json").json["total"] == 3
    total = desk.run("search", "居委会", "--also", "synonyms", "--json").json["total"]
    assert total == 24
    # What the index has already is not proposed again, but stays in the file.
    again = desk.run("synonyms", "suggest")
    assert again.out.startswith("# in this index already")
    assert again.code == 1
    assert "No synonyms were found" in again.err


def test_a_word_of_one_character_is_read_beside_others(index: Index) -> None:
    assert index.search("单位欠工资").total == 0
    wide = index.search("单位欠工资", also="everyday")
    assert [hit.text for hit in wide.hits] == [WORK]
    assert ("欠", "拖欠") in {(e.written, e.text) for e in wide.query.equivalents}
    assert index.search("欠", also="everyday").total == index.search("欠").total


def test_another_writing_is_no_longer_word_that_holds_it(desk: Desk) -> None:
    desk.write(
        "kept.txt", article("犬只", "单位饲养犬只的，应当及时向公安机关登记，并缴纳管理费。")
    )
    desk.write("old.txt", article("犬隻", "本市實行養犬管理制度，凡領養者一律登記在冊，逾期不候。"))
    desk.index()
    index = search.open_index(desk.index_dir)
    assert index.search("养犬登记").total == 1
    for query in ("养犬登记", "養犬登記"):
        assert {hit.path for hit in index.search(query, also="script").hits} == {
            "law.txt",
            "old.txt",
        }
    # What is named is what stands there: not 養犬制度.
    (read,) = index.search("养犬制度").readings.otherwise
    assert (read.kind, read.text, read.total) == ("writings", "養犬", 1)
