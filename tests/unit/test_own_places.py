"""Places that the keeper adds: known while reading and in filters, and refused with their line."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from search import open_index
from search.engines.whoosh.face import open_whoosh
from search.facets.gazetteer import use_places
from search.query.request import SearchRequest

from .collection import Desk

qparser: Any = importlib.import_module("whoosh.qparser")

PLACES = (
    "name,level,parent,aliases\n"
    "雄安新区,city,河北省,雄安\n"
    "容东片区,county,河北省/雄安新区,容东|容东新城\n"
    "# 开发区\n"
    "光谷开发区,county,武汉市,东湖高新区\n"
)
NEWS = (
    "容东片区启用新学校\n\n近日，容东片区的三所学校同时启用，学生和家长都说方便。\n\n"
    "容东片区管委会介绍，雄安今年还将建成两所医院，方便群众就近看病。\n"
)
OTHER = "各地推进教学改革\n\n各地的学校都在推进教学改革，课程的质量得到提高，家长普遍满意。\n"
RONGDONG = ["河北省", "雄安新区", "容东片区"]
UNKNOWN = [None, None, None]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    made.write("学校.txt", NEWS)
    made.write("改革.txt", OTHER)
    yield made
    use_places("")


def city(desk: Desk) -> object:
    return desk.listed()["学校.txt"]["city"]


def test_a_folder_names_the_file_of_its_places(desk: Desk) -> None:
    desk.index()
    assert city(desk) == UNKNOWN
    desk.write("地名.csv", PLACES)
    desk.write("duansou.toml", 'places = "地名.csv"\n')
    report = desk.index()
    assert (report["read"], report["skipped"], report["documents"]) == (2, [], 2)
    assert city(desk) == RONGDONG
    assert desk.index()["read"] == 0
    inspected = desk.run("inspect", desk.documents / "学校.txt").out
    assert "雄安新区/容东片区" in inspected or "雄安新区 容东片区" in inspected
    for name in ("雄安", "容东新城", "河北省/雄安新区", "河北"):
        assert desk.run("search", "学校", "--city", name, "--json").json["total"] == 1


def test_what_changes_in_the_file_is_read_anew_and_an_option_forgets_it(
    desk: Desk, tmp_path: Path
) -> None:
    own = tmp_path / "own.csv"
    own.write_text(PLACES, encoding="utf-8")
    desk.index("--places", own)
    assert city(desk) == RONGDONG
    assert desk.index()["read"] == 0
    own.write_text("name,level,parent\n容东片区,county,河北省/保定市\n", encoding="utf-8")
    assert desk.index("--places", own)["read"] == 2
    assert city(desk) == ["河北省", "保定市", "容东片区"]
    assert desk.index("--places", "none")["read"] == 2
    assert city(desk) == UNKNOWN


def test_a_record_of_a_search_tells_that_places_were_added(desk: Desk, tmp_path: Path) -> None:
    own = tmp_path / "own.csv"
    own.write_text(PLACES, encoding="utf-8")
    states = []
    for option in ("none", own):
        desk.index("--places", option)
        record = desk.run("search", "学校", "--record", "-").json
        states.append(record["collection"]["gazetteer"])
    assert states[1].startswith(f"{states[0]}+")


def test_more_names_for_a_place_that_is_there(desk: Desk, tmp_path: Path) -> None:
    desk.write("鹏城.txt", "鹏城建设公园\n\n鹏城今年建设公园十二处，鹏城的居民出门就能见到绿色。\n")
    own = tmp_path / "own.csv"
    own.write_text("name,level,parent,aliases\n深圳市,市,广东省,鹏城\n", encoding="utf-8")
    desk.index("--places", own)
    assert desk.listed()["鹏城.txt"]["city"] == ["广东省", "深圳市", None]


def test_every_index_has_its_own_places_whatever_was_asked_before(
    desk: Desk, tmp_path: Path
) -> None:
    own = tmp_path / "own.csv"
    own.write_text(PLACES, encoding="utf-8")
    desk.index("--places", own)
    plain = Desk(tmp_path / "plain")
    plain.write("学校.txt", NEWS)
    plain.write("改革.txt", OTHER)
    plain.index()  # what this process reads next has no places of its own
    with open_index(desk.index_dir) as here, open_index(plain.index_dir) as other:
        narrower = here.search("容东新城 学校").readings.narrower
        assert narrower is not None
        assert narrower.names == (("city", "河北省/雄安新区/容东片区"),)
        assert other.search("容东新城 学校").readings.narrower is None
        for _ in range(2):
            assert here.search("学校", city="雄安").total == 1
            assert here.search("学校 地区:容东新城").total == 1
            assert other.search("学校", city="雄安").notices[0].code == "place-unknown"
            assert other.search("学校 地区:容东新城").total == 0
        place, *_ = here.search("容东新城").readings.corrections
        assert (place.kind, place.value) == ("place", "河北省/雄安新区/容东片区")
        assert here.run_whoosh(SearchRequest("city:雄安")).total == 2
        assert other.run_whoosh(SearchRequest("city:雄安")).total == 0
    parser = qparser.QueryParser("text", open_whoosh(desk.index_dir).schema)
    assert "河北省/雄安新区" in str(parser.parse("city:雄安"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name,level,parent\n甲乙区,村,河北省\n", "line 2"),
        ("name,level,parent\n甲乙区,county,某某市\n", "某某市"),
        ("name,level,parent\n甲乙区,county,朝阳区\n", "朝阳区"),
        ("name,level,parent\n甲乙市,city,河北省\n甲乙区,county,河北省\n", "line 3"),
        ("name,level,parent\n甲,county,保定市\n", "two characters"),
        ("name,level,parent\n甲乙区,county\n", "line 2"),
        ("名称,级别\n甲乙区,county\n", "line 1"),
        ('name,level,parent\n"甲乙区,county,保定市\n', "line 2"),
        ("name,level,parent\n甲乙省,province,河北省\n", "no parent"),
    ],
)
def test_a_line_that_cannot_be_used_stops_the_run_in_one_sentence(
    desk: Desk, tmp_path: Path, text: str, said: str
) -> None:
    own = tmp_path / "own.csv"
    own.write_text(text, encoding="utf-8")
    result = desk.run("index", desk.documents, "--places", own)
    assert result.code == 2
    assert said in result.err.lower()
    assert "own.csv" in result.err
    assert len(result.err.strip().splitlines()) == 1


@pytest.mark.parametrize("value", ['"../地名.csv"', "3", '""'])
def test_the_key_is_a_file_in_the_same_folder(desk: Desk, value: str) -> None:
    desk.write("duansou.toml", f"# 地名\nplaces = {value}\n")
    result = desk.run("index", desk.documents)
    assert result.code == 2
    assert "duansou.toml, line 2" in result.err
