"""Topics of a passage: what counts, what does not, and how often the labels are met."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from search.facets.topic import Taxonomy

from .seed_clues import seed_lines

TAXONOMY = Taxonomy.load()
LABELS = Path(__file__).parents[2] / "data" / "topic_labels.jsonl"
NAMES = (
    "安全感满意度",
    "组织领导与责任",
    "考核督查",
    "经费与保障",
    "队伍建设",
    "打击犯罪",
    "治安防控",
    "视频监控与智慧治理",
    "网格化管理",
    "综治中心与基层平台",
    "矛盾纠纷化解",
    "信访工作",
    "维稳与风险舆情",
    "基层自治与社会协同",
    "重点人群与社会管理",
    "法治与执法监督",
    "营商环境与经济发展",
    "公共安全监管",
)

Label = dict[str, Any]


def labels() -> list[Label]:
    return [json.loads(line) for line in LABELS.read_text(encoding="utf-8").splitlines()]


def text_of(label: Label) -> str:
    return str(label["text"])


def topics(text: str) -> set[str]:
    return {evidence.topic for evidence in TAXONOMY.topics_of(text)}


def micro_f1(chosen: Iterable[Label]) -> float:
    """An acceptable topic that is found is neither right nor wrong."""
    right = false = missed = 0
    for label in chosen:
        found, required = topics(text_of(label)), set(label["required"])
        right += len(found & required)
        false += len(found - required - set(label["acceptable"]))
        missed += len(required - found)
    return 2 * right / (2 * right + false + missed)


def test_the_shipped_taxonomy_has_exactly_these_topics() -> None:
    assert TAXONOMY.names == NAMES


def test_labels_name_topics_of_the_taxonomy_only() -> None:
    for label in labels():
        required, acceptable = set(label["required"]), set(label["acceptable"])
        assert required | acceptable <= set(NAMES)
        assert not required & acceptable


def test_every_body_paragraph_of_the_seeds_is_labelled() -> None:
    of_seeds = [label for label in labels() if "seed" in label]
    assert len(of_seeds) == 84
    for label in of_seeds:
        assert label["text"] == seed_lines(label["seed"])[label["line"]].strip()


@pytest.mark.parametrize("part", ["seeds", "tuned on", "held out", "all"])
def test_labels_are_met(part: str) -> None:
    everything = labels()
    others = [label for label in everything if "seed" not in label]
    chosen = {
        "seeds": [label for label in everything if "seed" in label],
        "tuned on": others[0::2],
        "held out": others[1::2],
        "all": everything,
    }[part]
    assert micro_f1(chosen) >= (0.95 if part in ("seeds", "all") else 0.9)


def test_what_is_found_is_right() -> None:
    right = false = 0
    for label in labels():
        found, required = topics(text_of(label)), set(label["required"])
        right += len(found & required)
        false += len(found - required - set(label["acceptable"]))
    assert right / (right + false) >= 0.93


def test_satisfaction_of_investors_is_not_the_feeling_of_safety() -> None:
    text = "贵港市2018年企业投资环境满意度达到86.10,比全区平均水平高3.74,蝉联广西第一。"
    assert topics(text) == {"营商环境与经济发展"}


def test_a_point_of_legal_risk_is_no_risk_to_stability() -> None:
    text = "组织律师实地走访企业30家,梳理法律风险点22个,提出法律意见建议20条。"
    assert "维稳与风险舆情" not in topics(text)


def test_a_purpose_clause_is_not_enough() -> None:
    assert topics("通过调处化解大量矛盾纠纷,为招商引资创造了安全稳定的社会环境。") == {
        "矛盾纠纷化解"
    }


def test_a_result_clause_is_not_enough() -> None:
    text = "全县建成村级红白理事会126个,村规民约家喻户晓,群众安全感不断提升。"
    assert topics(text) == {"基层自治与社会协同"}


@pytest.mark.parametrize(
    "text",
    [
        "春节将至,街上张灯结彩,游人如织。",
        "采猎二、三级保护野生药材物种的,必须持有采药证。",
        "为了加强信访工作,规范信访秩序,根据有关法律,结合本省实际,制定本条例。",
        "",
        "，。",
    ],
)
def test_a_passage_without_a_topic_has_none(text: str) -> None:
    assert TAXONOMY.topics_of(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "会议由县公安机关、法院、检察机关承办，司法行政部门协办。",
        "网信、教育、科技、工业和信息化、公安、财政、数据等部门按照职责做好版权工作。",
        "项目涉及基建、电力、矿产、企业、投资、农产品等领域。",
        "培训、资金、项目、企业、市场等方面的问题逐一列出。",
        "展会设科技、金融、企业、项目、数据等展区。",
        "市场是否扩大，取决于发展的前景和就业。",
        "一些产品业绩虽然不好，但和同类产品相比排名还位居前列。",
        "该规划统筹考虑住房、交通、数据、信息化和管理系统、绿化等内容。",
    ],
)
def test_weak_words_in_offices_and_enumerations_and_very_weak_ones_are_no_topic(text: str) -> None:
    assert TAXONOMY.topics_of(text) == ()


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("信访局受理群众来信来访三百件，全部按期答复。", "信访工作"),
        ("会议研究了绿化、教育、网格化管理、交通等工作。", "网格化管理"),
        ("全县投入资金、设备，企业、项目落地三十个，招商引资势头良好。", "营商环境与经济发展"),
        ("工作人员抓获犯罪嫌疑人五名。", "打击犯罪"),
        ("对水利、交通、教育、卫生等部门末位的通报批评，实行一票否决。", "考核督查"),
    ],
)
def test_a_telling_word_is_a_topic_wherever_it_stands(text: str, topic: str) -> None:
    assert topic in topics(text)


def test_three_hints_of_one_do_not_tell_and_two_of_one_and_a_half_do() -> None:
    words = '{ "雨水" = 1, "雷电" = 1, "大风" = 1, "冰雹" = 1.5, "洪水" = 1.5 }'
    taxonomy = Taxonomy.parse(f'[[topic]]\nname = "甲"\nwords = {words}\n', "甲")
    assert not taxonomy.topics_of("昨夜有雨水，有雷电，有大风。")
    assert taxonomy.topics_of("昨夜有冰雹，今天有洪水。")


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("公众对社会治安安全感为96.03%,比上年上升0.46个百分点。", "安全感满意度"),
        ("县委书记与各镇签订平安建设责任书,主要领导负总责、亲自抓。", "组织领导与责任"),
        ("对排名末位的乡镇通报批评、约谈,实行一票否决。", "考核督查"),
        ("县财政将综治经费列入预算,今年拨付380万元。", "经费与保障"),
        ("开展政法队伍教育整顿,组织民警岗位练兵12期。", "队伍建设"),
        ("全县破获电信网络诈骗案件85起,抓获犯罪嫌疑人97人。", "打击犯罪"),
        ("组建治安联防队76支,在街面昼夜巡逻。", "治安防控"),
        ("架设高清视频监控900路,实现镇村全覆盖。", "视频监控与智慧治理"),
        ("选优配强专兼职网格员1120名。", "网格化管理"),
        ("14个乡镇的综治中心全部实体化运行。", "综治中心与基层平台"),
        ("人民调解员调处邻里纠纷312件,成功率98%。", "矛盾纠纷化解"),
        ("县领导接访下访126批次,化解信访积案43件。", "信访工作"),
        ("对18个重大项目开展社会稳定风险评估。", "维稳与风险舆情"),
        ("126个村成立红白理事会,修订村规民约。", "基层自治与社会协同"),
        ("对刑满释放人员逐人建档,落实安置帮教。", "重点人群与社会管理"),
        ("评查案件240件,发出执法监督意见书9份。", "法治与执法监督"),
        ("推行“一网通办”,企业开办压缩到半天。", "营商环境与经济发展"),
        ("检查烟花爆竹零售点27家,整改火灾隐患41处。", "公共安全监管"),
    ],
)
def test_each_topic_is_found_in_a_sentence_of_its_own(text: str, topic: str) -> None:
    assert TAXONOMY.topics_of(text)[0].topic == topic


def test_evidence_words_stand_in_the_text_and_the_weightiest_topic_comes_first() -> None:
    for label in labels():
        text = text_of(label)
        found = TAXONOMY.topics_of(text)
        assert all(word in text for evidence in found for word in evidence.words)
        assert all(evidence.words for evidence in found)
        weights = [evidence.weight for evidence in found]
        assert weights == sorted(weights, reverse=True)


def test_the_same_text_gives_the_same_topics() -> None:
    again = Taxonomy.parse(TAXONOMY.source, "again")
    assert again.digest == TAXONOMY.digest
    for label in labels():
        assert again.topics_of(text_of(label)) == TAXONOMY.topics_of(text_of(label))
