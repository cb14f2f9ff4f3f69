"""Measuring as a command: place and year, topics; and drafting a taxonomy."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from search.facets.topic import Taxonomy
from search.searching.vocabulary import WordGroup, as_taxonomy

from .collection import FIRST, SECOND, THIRD, Desk, article

LABELS = Path(__file__).parents[1] / "data" / "topic_labels.jsonl"
WATER = "水库大坝巡查发现渗漏，防汛指挥部调集沙袋加固堤防，水位回落。"
CROPS = "合作社种植早稻，农技员指导插秧，早稻亩产提高。"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def readings_set(folder: Path, *rows: str) -> Path:
    (folder / "files").mkdir(parents=True)
    for name, city, date in (
        ("大同市-1999.txt", "大同市", "2018-03-04"),
        ("b.txt", "贵港市", "2017-05-06"),
        ("c.txt", "某某", "2019-01-01"),
    ):
        text = article(f"{city}推进平安建设", f"{city}{FIRST}", f"{city}{SECOND}", date=date)
        (folder / "files" / name).write_text(text, encoding="utf-8")
    (folder / "gold.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder


def test_place_and_year_are_measured_against_what_is_known(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = readings_set(
        tmp_path / "set",
        "file\tprovince\tcity\tyear",
        "大同市-1999.txt\t山西省\t大同市\t2018",
        "b.txt\t广西壮族自治区\t南宁市\t2018",
        "c.txt\t\t\t",
    )
    fields = desk.run("evaluate", folder, "--json").json["fields"]
    assert (fields["city"]["known"], fields["city"]["recall"]) == (2, 0.5)
    assert (fields["city"]["given"], fields["city"]["precision"]) == (2, 0.5)
    assert fields["city"]["wrong"] == [{"file": "b.txt", "gold": "南宁市", "value": "贵港市"}]
    assert fields["year"]["precision"] == pytest.approx(1 / 3, abs=1e-5)
    assert fields["year"]["coverage"] == 1
    spoken = desk.run("evaluate", folder).out
    assert "of 2 with gold 0.5000 right" in spoken
    assert "wrong years by gold minus value  +1: 1" in spoken
    monkeypatch.setenv("DUANSOU_LANG", "zh")
    in_chinese = desk.run("evaluate", folder).out
    assert "有答案的 2 个里读对 0.5000" in in_chinese
    assert not re.search("[a-z]+ [a-z]+", in_chinese)


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (("name\tcity", "a\tb"), "line 1: name the columns"),
        (("file\tcity", "b.txt"), "line 2: it has 1 columns"),
        (("file\tcity", "none.txt\t"), "names it"),
        (("file\tcity",), "no row"),
    ],
)
def test_a_set_that_cannot_be_used_says_where(
    desk: Desk, tmp_path: Path, rows: tuple[str, ...], says: str
) -> None:
    answer = desk.run("evaluate", readings_set(tmp_path / "set", *rows))
    assert answer.code == 2
    assert says in answer.err


def test_topics_are_measured_one_by_one_and_together(desk: Desk) -> None:
    result = desk.run("topics", "test", LABELS, "--json").json
    assert result["paragraphs"] == 261
    assert result["micro"]["f1"] >= 0.85
    for name in ("right", "false", "missed"):
        assert sum(topic[name] for topic in result["topics"].values()) == result["micro"][name]
    spoken = desk.run("topics", "test", LABELS).out
    assert "all, 261 paragraphs" in spoken
    assert "维稳与风险舆情" in spoken


def test_confusion_names_what_was_found_instead(desk: Desk, tmp_path: Path) -> None:
    labels = tmp_path / "labels.jsonl"
    rows = [
        {"text": "人民调解员调处邻里纠纷312件。", "required": ["信访工作"]},
        {"text": "人民调解员调处邻里纠纷312件。", "required": [], "acceptable": ["矛盾纠纷化解"]},
        {"text": "春节将至。", "required": ["信访工作"]},
    ]
    labels.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    result = desk.run("topics", "test", labels, "--json").json
    assert {(c["missed"], c["found"], c["count"]) for c in result["confusion"]} == {
        ("信访工作", "矛盾纠纷化解", 1),
        ("信访工作", None, 1),
    }
    assert result["topics"]["信访工作"]["missed"] == 2
    assert result["micro"]["precision"] == 0


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('{"text": "x"}', "line 2: write"),
        ("[]", "line 2: it is not a JSON object"),
        ('{"text": "x", "required": ["没有"]}', "no topic '没有'"),
    ],
)
def test_a_wrong_label_names_its_line(desk: Desk, tmp_path: Path, line: str, says: str) -> None:
    labels = tmp_path / "labels.jsonl"
    labels.write_text('{"text": "x", "required": []}\n' + line, encoding="utf-8")
    answer = desk.run("topics", "test", labels)
    assert answer.code == 2
    assert says in answer.err


def test_a_draft_groups_words_that_go_together_and_can_be_indexed_with(
    desk: Desk, tmp_path: Path
) -> None:
    for number in range(6):
        desk.write(f"{number}水.txt", article(f"防汛简报{number}", f"{WATER}第{number}期。", THIRD))
        desk.write(f"{number}田.txt", article(f"农业简报{number}", f"{CROPS}第{number}期。", FIRST))
    desk.index()
    groups = desk.run("topics", "suggest", "--json").json
    words = [{entry["word"] for entry in group["words"]} for group in groups]
    water = next(group for group in words if "水库" in group)
    assert {"大坝", "渗漏"} <= water
    assert not water & {"早稻", "插秧"}
    draft = tmp_path / "draft.toml"
    answer = desk.run("topics", "suggest", "--groups", "5", "--words", "6")
    draft.write_text(answer.out, encoding="utf-8")
    names = Taxonomy.load(draft).names
    assert 2 <= len(names) <= 5
    desk.index("--topics", draft)
    assert desk.run("search", "渗漏", "--topic", names[0], "--json").code in (0, 1)
    assert set(names) & {v["value"] for v in desk.run("stats", "--json").json["facets"]["topic"]}


def test_a_draft_of_too_little_says_so(desk: Desk) -> None:
    desk.write("a.txt", article("某县推进平安建设", FIRST, SECOND))
    desk.index()
    answer = desk.run("topics", "suggest")
    assert answer.code == 2
    assert "index more documents" in answer.err


def test_a_draft_is_toml_whatever_the_words() -> None:
    group = WordGroup(("安全", "和平"), (5, 3))
    assert Taxonomy.parse(as_taxonomy([group]), "draft").names == ("安全",)
