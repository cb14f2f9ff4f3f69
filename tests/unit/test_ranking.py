"""What comes first: whole rules before bare items, definitions before mentions, each text once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from search.cli import main
from search.documents.document import ARTICLE, PLAIN, forms

LAWS = {
    "工资条例": (
        "第一条 为了维护劳动者取得报酬的权利，结合本省实际，制定本条例。",
        "第二条 集体合同应当包括下列内容：",
        "（一）工作时间；",
        "（二）最低工资标准；",
        "（三）劳动纪律。",
        "用人单位支付给劳动者的报酬应当按月以货币形式支付，不得低于当地最低工资标准，也不得克扣。",
        "本条例所称最低工资，是指劳动者在法定工作时间内提供了正常劳动，用人单位依法应当支付的最低报酬。",
    ),
    "集体合同办法": (
        "职工一方可以就劳动报酬与企业协商，最低工资标准由省人民政府确定并且每两年至少调整一次，报国务院备案。",
        "第三条 最低工资标准的确定应当参考职工平均工资、就业状况和经济发展水平，并听取工会意见。",
    ),
    "集体合同办法（修订）": (
        "职工一方可以就劳动报酬与企业协商，最低工资标准由省人民政府确定并且每两年至少调整一次，报国务院备案。",
    ),
    "养犬管理规定": (
        "个人饲养应当办理登记，并且按照规定定期为所养的动物接种疫苗，接受公安机关的监督检查。",
        "公安机关负责本规定的实施，并会同有关部门做好宣传教育，引导市民文明出行、爱护环境。",
    ),
    "文明行为条例": (
        "个人应当爱护公共环境，按照规定分类投放垃圾，办理登记的单位应当做好宣传和监督检查。",
    ),
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ranking")
    for title, paragraphs in LAWS.items():
        (folder / "laws").mkdir(exist_ok=True)
        text = "\n\n".join((f"# {title}", *paragraphs))
        (folder / "laws" / f"{title}.md").write_text(text, encoding="utf-8")
    run(folder / "index", "index", str(folder / "laws"), "--quiet")
    return folder / "index"


def run(index: Path, *arguments: str) -> str:
    result = CliRunner().invoke(main, [*arguments, "--index", str(index)])
    assert result.exit_code == 0, result.output
    return result.output


def hits(index: Path, query: str, *options: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(run(index, "search", query, "--json", *options))[
        "hits"
    ]
    return found


def test_a_bare_item_is_not_first_for_being_short(index: Path) -> None:
    texts = [hit["text"] for hit in hits(index, "最低工资标准")]
    assert texts.index("（二）最低工资标准；") >= len(texts) - 2


def test_an_item_is_shown_with_the_sentence_that_leads_into_it(index: Path) -> None:
    found = {hit["text"]: hit["lead_in"] for hit in hits(index, "最低工资标准")}
    assert found["（二）最低工资标准；"] == "第二条 集体合同应当包括下列内容："
    assert {lead for text, lead in found.items() if not text.startswith("（")} == {None}
    assert "集体合同应当包括下列内容" in run(index, "search", "劳动纪律")


def test_the_sentence_that_leads_into_an_item_counts_for_it(index: Path) -> None:
    answer = json.loads(run(index, "search", "合同 纪律", "--any", "--json", "--explain"))
    (item,) = (hit for hit in answer["hits"] if hit["text"] == "（三）劳动纪律。")
    counted = {(t["field"], t["term"]): t["frequency"] for t in item["explanation"]["terms"]}
    # Not in its own text.
    assert counted["words", "合同"] == 1
    assert counted["words", "纪律"] == 1


def test_a_definition_comes_first(index: Path) -> None:
    assert "是指" in hits(index, "最低工资")[0]["text"]


def test_an_article_that_opens_with_what_is_asked_comes_before_what_mentions_it(
    index: Path,
) -> None:
    articles = [hit["text"].startswith("第") for hit in hits(index, "最低工资标准")]
    assert articles[0]


def test_words_of_the_title_count_as_those_of_the_passage(index: Path) -> None:
    first, *_ = hits(index, "养犬登记", "--any")
    assert first["title"] == "养犬管理规定"
    assert "登记" in first["text"]


def test_exact_repeats_come_last_and_are_called_so(index: Path) -> None:
    found = hits(index, "最低工资标准")
    assert [hit["repeats"] for hit in found] == [False] * (len(found) - 1) + [True]
    assert found[-1]["text"] in [hit["text"] for hit in found[:-1]]
    pages = [hits(index, "最低工资标准", "--limit", "2", "--page", str(n)) for n in (1, 2, 3)]
    assert [hit["passage_id"] for page in pages for hit in page] == [
        hit["passage_id"] for hit in found
    ]


def test_the_reasons_for_a_place_add_up(index: Path) -> None:
    answer = json.loads(run(index, "search", "最低工资", "--json", "--explain"))
    for hit in answer["hits"]:
        terms = hit["explanation"]["terms"]
        assert sum(term["share"] for term in terms) == pytest.approx(hit["score"])
    signs = {term["field"] for term in answer["hits"][0]["explanation"]["terms"] if term["share"]}
    assert {"words", "pairs", "characters", "definition"} <= signs


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["下列内容：", "（一）甲；", "（二）乙。", "其他。"], [PLAIN, 2, 3, PLAIN]),
        (["第三条 下列内容:", "1.甲；", "２、乙。"], [ARTICLE, 2, 3]),
        (["没有引导句。", "（一）甲；"], [PLAIN, PLAIN]),
        (["（一）甲；", "（二）乙。"], [PLAIN, PLAIN]),
        (["比例为：", "1.5倍以上；"], [PLAIN, PLAIN]),
        ([], []),
    ],
)
def test_an_item_knows_how_far_before_it_its_sentence_stands(
    texts: list[str], expected: list[int]
) -> None:
    assert list(forms((text, ()) for text in texts)) == expected


def test_a_list_ends_with_its_section() -> None:
    passages = [("下列内容：", ("一",)), ("（一）甲；", ("一",)), ("（一）乙；", ("二",))]
    assert list(forms(passages)) == [PLAIN, 2, PLAIN]
