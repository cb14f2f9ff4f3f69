"""Values fixed by path: what they change, what the evidence says, how a wrong one is refused."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from search.errors import InputError
from search.facets.topic import Taxonomy
from search.reading.overrides import OverrideFile, Overrides

from .collection import FIRST, SECOND, THIRD, Desk, article

TAXONOMY = Taxonomy.load()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path)
    made.write("2019/甲.txt", article("某县推进平安建设", FIRST, SECOND))
    made.write("2020/乙.txt", article("某市加强社会治理", THIRD, date="2020-03-04"))
    return made


def test_a_file_in_the_folder_fixes_values_and_the_evidence_names_file_and_line(desk: Desk) -> None:
    desk.index()
    ids = {path: d["document_id"] for path, d in desk.listed().items()}
    desk.write(
        "duansou.toml",
        '# 更正\n[[override]]\npath = "2019/*.txt"\ncity = "广西/贵港"\npublished = 2018-05-06\n'
        'source = "贵港日报"\ntitle = "贵港市推进平安建设"\n',
    )
    report = desk.index()
    assert (report["read"], report["skipped"], report["documents"]) == (1, [], 2)
    found = desk.listed()
    changed = found["2019/甲.txt"]
    assert changed["city"] == ["广西壮族自治区", "贵港市", None]
    assert (changed["published"], changed["year"], changed["source"]) == (
        "2018-05-06",
        2018,
        "贵港日报",
    )
    assert changed["source_kind"] == "newspaper"
    assert changed["evidence"]["city"] == [
        {
            "note": "duansou.toml 第 4 行指定 地区：广西壮族自治区/贵港市",
            "line": None,
            "quote": None,
            "sure": "override",
        }
    ]
    assert "第 5 行" in changed["evidence"]["year"][0]["note"]
    assert {path: d["document_id"] for path, d in found.items()} == ids
    assert found["2020/乙.txt"]["evidence"] == desk.listed()["2020/乙.txt"]["evidence"]
    result = desk.run("search", "矛盾纠纷", "--city", "贵港", "--year", "2018", "--json").json
    assert result["total"] == 1
    assert desk.index()["read"] == 0


def test_taking_an_override_away_gives_back_what_the_file_says(desk: Desk) -> None:
    desk.index()
    before = desk.listed()
    sidecar = desk.write("duansou.toml", '[[override]]\npath = "甲.txt"\ntitle = "别的"\n')
    desk.index()
    assert desk.listed()["2019/甲.txt"]["title"] == "别的"
    sidecar.unlink()
    assert desk.index()["read"] == 1
    assert desk.listed() == before


def test_a_table_is_remembered_and_comes_before_the_files_in_folders(
    desk: Desk, tmp_path: Path
) -> None:
    desk.write("2019/duansou.toml", '[[override]]\npath = "*"\ntitle = "近"\nauthor = "张三"\n')
    desk.write("duansou.toml", '[[override]]\npath = "**"\ntitle = "远"\neditors = "李四"\n')
    table = tmp_path / "更正.csv"
    table.write_text("path,title,topics\n乙.txt,表,经费与保障|考核督查\n", encoding="utf-8-sig")
    desk.index("--overrides", table)
    table.unlink()
    desk.write("2020/丙.txt", article("某区开展专项行动", FIRST + "另记。"))
    report = desk.index()
    assert report["read"] == 1
    found = desk.listed()
    assert found["2019/甲.txt"]["title"] == "近"
    assert (found["2019/甲.txt"]["author"], found["2019/甲.txt"]["editors"]) == ("张三", "李四")
    assert found["2020/乙.txt"]["title"] == "表"
    hits = desk.run("search", "拨付", "--topic", "考核督查", "--json").json["hits"]
    assert [hit["topics"] for hit in hits] == [["经费与保障", "考核督查"]]
    shown = desk.run("show", hits[0]["passage_id"])
    assert "更正.csv 第 2 行指定 主题：经费与保障、考核督查" in shown.out
    assert desk.run("stats", "--json").json["overrides"] == "更正.csv"
    assert desk.index("--overrides", "none")["read"] == 1
    assert desk.listed()["2020/乙.txt"]["title"] == "远"


def test_topics_can_be_fixed_for_one_paragraph_and_a_value_can_be_taken_away(desk: Desk) -> None:
    desk.write(
        "duansou.toml",
        '[[override]]\npath = ["甲.txt", "没有.txt"]\nparagraph = 2\ntopics = ["信访工作"]\n'
        '[[override]]\npath = "甲.txt"\nsource = "~unknown"\npublished = "~unknown"\n',
    )
    report = desk.index()
    assert report["unused_overrides"] == ["duansou.toml, line 4: 没有.txt"]
    document = desk.listed()["2019/甲.txt"]
    assert (document["source"], document["published"], document["year"]) == (None, None, None)
    by_text = {h["text"]: h["topics"] for h in desk.run("search", "", "--json").json["hits"]}
    assert by_text[SECOND] == ["信访工作"]
    assert "信访工作" not in by_text[FIRST]


def test_inspect_shows_what_is_fixed(desk: Desk) -> None:
    desk.write("2019/duansou.toml", '[[override]]\npath = "甲.txt"\nyear = 1999\n')
    out = desk.run("inspect", desk.documents / "2019" / "甲.txt").out
    assert "1999" in out
    assert "duansou.toml 第 3 行指定 年份：1999" in out


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ('city = "鼓楼区"', 3, "江苏省/南京市/鼓楼区"),
        ('city = "某某市"', 3, "province/city/county"),
        ('topics = ["安全"]', 3, "综治中心与基层平台"),
        ("year = 20170", 3, "from 1 to 9999"),
        ('\npublished = "2017年8月"', 4, "2017-08-10"),
        ('published = "2017-02-30"', 3, "2017-08-10"),
        ('url = "javascript:alert(1)"', 3, "https://"),
        ('source_kind = "radio"', 3, "newspaper, web"),
        ('place = "贵港"', 3, "the fields are path"),
        ('paragraph = 2\ntitle = "x"', 3, "only topics"),
        ("title = 3", 3, "write a text"),
        ("title = [", 3, "not valid TOML"),
    ],
)
def test_a_wrong_override_names_file_line_and_what_is_allowed(
    desk: Desk, text: str, line: int, says: str
) -> None:
    desk.index()
    before = desk.listed()
    desk.write("2019/duansou.toml", f'[[override]]\npath = "*"\n{text}\n')
    answer = desk.run("index", desk.documents)
    assert answer.code == 2
    assert "2019/duansou.toml" in answer.err
    assert f"line {line}" in answer.err or "TOML" in answer.err
    assert says in answer.err
    assert answer.err.count("\n") == 1
    assert desk.listed() == before


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("file,title\na,b\n", "line 1: there is no column path"),
        ("path,title\na,b,c\n", "line 2: it has 3 cells under 2"),
        ('path,title\n"a,b\n', "it is no CSV"),
        ("path,year\n\na.txt,七\n", "line 3: year is '七'"),
        ("path,title\n,b\n", "line 2: it needs a path"),
    ],
)
def test_a_wrong_table_names_the_line(text: str, says: str) -> None:
    with pytest.raises(InputError, match=says) as caught:
        Overrides(OverrideFile("表.csv", text), TAXONOMY)
    assert caught.value.message.startswith("表.csv")
    assert caught.value.sentence.said("zh").startswith("表.csv")


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("甲.txt", "a/b/甲.txt", True),
        ("甲.txt", "a/甲.txt.txt", False),
        ("a/*.txt", "a/甲.txt", True),
        ("a/*.txt", "a/b/甲.txt", False),
        ("a/**", "a/b/甲.txt", True),
        ("a/", "a/b/甲.txt", True),
        ("**/b/?.txt", "a/b/甲.txt", True),
        ("[1]甲(2).txt", "[1]甲(2).txt", True),
        ("[1]甲.txt", "1甲.txt", False),
        ("./a/甲.txt", "a/甲.txt", True),
    ],
)
def test_patterns(pattern: str, path: str, matches: bool) -> None:
    overrides = Overrides(OverrideFile("表.csv", f'path,year\n"{pattern}",2000\n'), TAXONOMY)
    assert bool(overrides.of([("/none", path)])) is matches


def test_a_pattern_of_many_stars_stops_no_run(desk: Desk) -> None:
    name = "a" * 60
    desk.write(f"{name}.txt", article("某市推进平安建设", SECOND))
    pattern = "*a" * 30 + "*b"
    desk.write("duansou.toml", f'[[override]]\npath = "{pattern}"\nyear = 2000\n')
    began = time.process_time()
    assert desk.index()["skipped"] == []
    assert time.process_time() - began < 10
    assert desk.listed()[f"{name}.txt"]["year"] == 2020


def test_an_override_never_changes_the_identity_of_a_document() -> None:
    with pytest.raises(InputError, match="no field 'document_id'"):
        Overrides(OverrideFile("表.csv", "path,document_id\na,0123456789abcdef\n"), TAXONOMY)


def test_a_wrong_override_of_another_folder_does_not_stop_a_run(desk: Desk, tmp_path: Path) -> None:
    desk.index()
    desk.write("duansou.toml", '[[override]]\npath = "*"\nyear = "x"\n')
    other = tmp_path / "other"
    other.mkdir()
    (other / "丁.txt").write_text(article("某镇工作", THIRD + "他处。"), encoding="utf-8")
    assert desk.run("index", other).code == 0
    assert len(desk.listed()) == 3


def test_what_holds_in_the_whole_country_is_found_as_such(desk: Desk) -> None:
    articles = "第一条 为了建设平安中国，制定本法。\n\n第二条 本法自公布之日起施行。\n"
    desk.write("法.txt", f"中华人民共和国平安法\n\n{articles}")
    desk.write("综述.txt", article("综述", FIRST))
    desk.write("duansou.toml", '[[override]]\npath = "综述.txt"\ncity = "全国"\n')
    desk.index()
    found = desk.run("search", "--city", "全国", "--json").json
    assert {hit["path"] for hit in found["hits"]} == {"法.txt", "综述.txt"}
    first = found["facets"]["city"][0]
    assert (first["value"], first["count"]) == ("全国", found["total"])
    assert desk.run("stats", "--json").json["places"]["provinces"] == 0
