"""Lines of a text that was wrapped at a fixed width are the paragraphs that they were."""

from __future__ import annotations

import pytest

from search.analysis.text import fold
from search.reading.extract import split_lines
from search.reading.layout import lay_out
from search.reading.wrapping import columns, join_wrapped, joined_lines

PARAGRAPHS = [
    "贵港市深入推进平安建设，不断提升人民群众的安全感和满意度，全市社会大局持续稳定，各项工作取得新的进展"
    "和成效，得到了上级部门的充分肯定与表扬。",
    "全县配备网格员五千人，建成视频监控平台九个，群众安全感明显提升，治安形势总体平稳，刑事案件立案数连续"
    "三年下降，人民群众的获得感更加充实。",
    "今年以来，全县共排查各类矛盾纠纷三百余起，调处成功率达到百分之九十八，没有发生一起因矛盾纠纷引发的"
    "重大案件，基层基础更加牢固。",
]


def wrapped(text: str, width: int, indent: str) -> str:
    """A paragraph broken after so many characters, the first line indented."""
    text = indent + text
    return "\n".join(text[i : i + width] for i in range(0, len(text), width))


def texts(source: str) -> list[str]:
    return [line.text for line in join_wrapped(split_lines(source), source)]


@pytest.mark.parametrize("width", [18, 25, 36])
def test_indented_paragraphs_are_joined_and_not_merged(width: int) -> None:
    source = "\n".join(wrapped(each, width, "　　") for each in PARAGRAPHS * 2)
    assert texts(source) == PARAGRAPHS * 2


def test_paragraphs_apart_by_blank_lines_are_joined() -> None:
    source = "\n\n".join(wrapped(each, 25, "") for each in PARAGRAPHS)
    assert texts(source) == PARAGRAPHS


def test_a_passage_is_the_unchanged_slice_and_reads_without_the_breaks() -> None:
    source = "\n".join(wrapped(each, 25, "　　") for each in PARAGRAPHS)
    bodies = [source[p.start : p.end] for p in lay_out(source).paragraphs if p.role == "body"]
    assert [body.replace("\n", "") for body in bodies] == PARAGRAPHS
    assert [fold(body) for body in bodies] == [fold(text) for text in PARAGRAPHS]


def test_headings_and_items_stay_apart() -> None:
    lines = [
        wrapped(PARAGRAPHS[0], 25, "　　"),
        "　　一、主要做法",
        wrapped(PARAGRAPHS[1], 25, "　　"),
    ]
    assert texts("\n".join(lines)) == [PARAGRAPHS[0], "一、主要做法", PARAGRAPHS[1]]


def test_a_text_of_one_line_a_paragraph_stays_as_it_is() -> None:
    assert texts("\n".join(PARAGRAPHS)) == PARAGRAPHS


def test_a_poem_stays_as_it_is() -> None:
    poem = ["床前明月光，", "疑是地上霜。", "举头望明月，", "低头思故乡。"] * 4
    assert texts("\n".join(poem)) == poem


def test_a_list_of_lines_of_one_length_stays_as_it_is() -> None:
    towns = ["东河", "西河", "南河", "北河", "前山", "后山"]
    farms = [f"{town}镇大坡村丰收家庭农场，负责人王某某" for town in towns]
    assert texts("\n".join(["示范家庭农场名单", *farms])) == ["示范家庭农场名单", *farms]


@pytest.mark.parametrize(
    ("first", "second", "joined"),
    [
        ("平安", "建设", "平安建设"),
        ("the", "end", "the end"),
        ("共", "12起", "共12起"),
        ("inter-", "net", "internet"),
    ],
)
def test_a_space_stands_only_between_words_that_are_not_han(
    first: str, second: str, joined: str
) -> None:
    assert joined_lines((first, second)) == joined


def test_wide_characters_take_two_columns() -> None:
    assert columns("平a，") == 5


def test_three_full_lines_show_that_a_short_text_was_wrapped() -> None:
    source = "\n\n".join(wrapped(each, 42, "") for each in PARAGRAPHS)
    assert source.count("\n") - source.count("\n\n") * 2 == 3
    assert texts(source) == PARAGRAPHS


def test_a_full_line_ends_with_a_comma_too_where_first_lines_are_indented() -> None:
    told = [
        "县里今年把全部四十二座小水库列入民生实事，目前已经完工二十九座。",
        "每座水库都明确了行政、技术、巡查三个责任人，名单在村口公示，群众可以监督。",
        "下一步还要装上自动雨量计和水位计，数据每五分钟传到县里一次，超过时报警。",
    ]
    assert texts("\n".join(wrapped(each, 24, "　　") for each in told)) == told


def test_verses_of_one_length_that_end_with_commas_stay_lines() -> None:
    verses = [
        "好雨知时节当春乃发生呀随风潜入夜，",
        "润物细无声野径云俱黑呀江船火独明，",
        "晓看红湿处花重锦官城呀春眠不觉晓，",
        "处处闻啼鸟夜来风雨声呀花落知多少。",
    ]
    assert texts("\n".join(verses)) == verses
