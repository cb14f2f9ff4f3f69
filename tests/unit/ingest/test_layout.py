"""Every line of the seeds, and page shapes that the seeds do not have."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from search.reading.layout import Layout, lay_out

DATA = Path(__file__).parents[2] / "data"
SEEDS = Path(__file__).parents[3] / "seeds"
ROLES = json.loads((DATA / "seed_roles.json").read_text(encoding="utf-8"))


def roles(text: str) -> list[tuple[str, str]]:
    """(role, text) of every paragraph."""
    return [(p.role, text[p.start : p.end]) for p in lay_out(text).paragraphs]


def seed(prefix: str) -> tuple[str, Layout]:
    text = next(SEEDS.glob(f"{prefix}_*.txt")).read_text(encoding="utf-8")
    return text, lay_out(text)


@pytest.mark.parametrize("name", ROLES)
def test_every_line_of_a_seed_has_its_role(name: str) -> None:
    text = (SEEDS / name).read_text(encoding="utf-8")
    found: dict[int, str] = {}
    for paragraph in lay_out(text).paragraphs:
        found[text.count("\n", 0, paragraph.start) + 1] = paragraph.role
    expected = {line: role for role, lines in ROLES[name].items() for line in lines}
    assert found == expected


@pytest.mark.parametrize("name", ROLES)
def test_paragraphs_cover_every_line_that_is_not_blank(name: str) -> None:
    text = (SEEDS / name).read_text(encoding="utf-8")
    lines = [number for number, line in enumerate(text.split("\n"), start=1) if line.strip()]
    assert sorted(line for lines_ in ROLES[name].values() for line in lines_) == lines


@pytest.mark.parametrize(
    ("prefix", "fields"),
    [
        (
            "000",
            {
                "title": "砥砺奋进勇争优——贵港市抓稳定促和谐不断提升安全感满意度工作综述",
                "source": "贵港日报",
                "site": "yybnet.net",
                "author": "梁启勇",
                "published": "2017-08-10T10:54",
            },
        ),
        (
            "001",
            {
                "title": "大同市社会安全感和满意度创新高",
                "source": "山西法制报",
                "site": "太原长安网",
                "posted_by": "太原长安网(中共太原市委政法委)",
                "published": "2018-11-15",
            },
        ),
        (
            "002",
            {
                "title": "全面强化综合治理措施 努力构建平安和谐津市",
                "site": "老秘网_材夜思范文",
                "posted_by": "沙市秘书",
                "author": "何英平",
                "published": "2009-04-30T23:40",
            },
        ),
        (
            "003",
            {
                "title": "“五个结合”深化“平安贵池”建设 提升人民群众安全感满意度",
                "source": "安徽法制报社",
                "contributor": "贵池区委政法委",
                "published": "2021-11-12T14:49:56",
            },
        ),
        (
            "004",
            {
                "title": "贵港市“维稳基石工程”10年调处矛盾纠纷13万余件",
                "eyebrow": "加强制度保障 压实领导责任 “一把手”真抓实干",
                "source": "人民网-广西频道",
                "author": "梁启勇",
                "editors": "张芳、庞冠华",
                "published": "2018-12-18T21:52",
            },
        ),
    ],
)
def test_a_seed_offers_exactly_these_fields(prefix: str, fields: dict[str, str]) -> None:
    _, layout = seed(prefix)
    assert layout.fields == fields


def test_every_field_has_the_line_it_was_read_from() -> None:
    text, layout = seed("000")
    assert layout.evidence["source"][0].line == 6
    assert layout.evidence["author"][0].line == 8
    assert layout.evidence.keys() == layout.fields.keys()
    assert "贵港日报" in text.split("\n")[5]


def test_paragraph_14_of_the_first_seed_is_the_one_on_cameras() -> None:
    text, layout = seed("000")
    passage = next(p for p in layout.paragraphs if p.number == 14)
    assert "摄像头8174个" in text[passage.start : passage.end]


def test_headings_that_stand_over_each_other_are_both_above_the_paragraph() -> None:
    _, layout = seed("003")
    assert next(p.headings for p in layout.paragraphs if p.number == 6) == (
        "风险防范与打击整治相结合",
        "不断增强群众安全感",
    )


def test_a_dashed_one_sentence_heading_goes_below_a_plain_one() -> None:
    _, layout = seed("000")
    assert next(p.headings for p in layout.paragraphs if p.number == 7) == (
        "顶层设计 创新机制",
        "——用工作考评,推动提升安全感满意度工作常态化、长效化。",
    )
    assert next(p.headings for p in layout.paragraphs if p.number == 11) == (
        "打防并举 大力整治影响安全感突出治安问题",
    )


PROSE = "今年以来，全县共排查各类矛盾纠纷三百余起，调处成功率达到百分之九十八，群众满意度持续提升。"


def test_a_plain_article_needs_no_header_line() -> None:
    text = f"某县扎实推进平安建设\n\n{PROSE}\n{PROSE}再接再厉。\n"
    assert [role for role, _ in roles(text)] == ["title", "body", "body"]


NOTICE = "关于举办全县职工拔河比赛的通知"


@pytest.mark.parametrize(
    "told",
    [
        "时间：2021年10月16日上午9时",
        "时间：2021年10月16日至17日",
        "面试时间：2021年10月16日",
        "停电日期：2021年10月16日",
        "一、时间：2021年10月16日",
        "时间：10月16日上午",
        "2021年10月16日 报名启动",
        "2021年10月 县体育中心",
    ],
)
def test_a_day_in_a_text_is_body_and_the_signature_dates_it(told: str) -> None:
    layout = lay_out(text := f"{NOTICE}\n{PROSE}\n{told}\n{PROSE}\n县总工会\n2021年9月3日\n")
    assert layout.fields["published"] == "2021-09-03"
    roles = {text[p.start : p.end]: p.role for p in layout.paragraphs}
    assert roles[told] == ("heading" if told.startswith("一") else "body")


@pytest.mark.parametrize(
    "line",
    ["2021年9月3日", "发布时间：2021年9月3日", "（2021年9月3日）", "2021年9月3日 某县日报"],
)
def test_below_the_text_a_day_that_has_nothing_else_beside_it_dates_it(line: str) -> None:
    layout = lay_out(f"{NOTICE}\n{PROSE}\n{line}\n{PROSE}\n")
    assert layout.fields["published"] == "2021-09-03"


def test_entries_of_a_chronicle_are_body_and_date_nothing() -> None:
    entries = ["2003年7月 某大学", "2006年3月1日 县教育局", "2011年9月 县人民政府"]
    layout = lay_out(text := "\n".join(["某某简历", "工作经历", *entries, PROSE]))
    assert "published" not in layout.fields
    assert [text[p.start : p.end] for p in layout.paragraphs if p.role == "body"] == [
        *entries,
        PROSE,
    ]


@pytest.mark.parametrize(
    "told",
    [
        "（二）审核：县自然资源局",
        "四、统筹：县住建局",
        "三、资金来源\n来源：上级财政\n四、工作措施",
        "三、资金来源\n来源：财政拨款占80%\n四、工作措施",
        "来源：上级补助资金80%，地方配套20%",
        "来源：县财政拨款200万元",
    ],
)
def test_a_label_in_a_plan_is_what_the_plan_says(told: str) -> None:
    layout = lay_out(text := f"饮水工程实施方案\n{PROSE}\n{told}\n{PROSE}\n")
    assert layout.fields.keys() == {"title"}
    roles = {text[p.start : p.end]: p.role for p in layout.paragraphs}
    assert {roles[line] for line in told.split("\n")} <= {"heading", "body"}
    assert "\n" not in told or roles[told.split("\n")[1]] == "body"


@pytest.mark.parametrize("label", ["出生日期", "成立时间：", "报名时间"])
def test_a_day_below_the_label_of_an_event_is_body_and_dates_nothing(label: str) -> None:
    day = "1998年5月12日"
    layout = lay_out(text := f"某某工程咨询公司\n{label}\n{day}\n注册资本\n三千万元\n{PROSE}\n")
    assert "published" not in layout.fields
    assert ("body", day) in [(p.role, text[p.start : p.end]) for p in layout.paragraphs]


def test_a_birthday_that_a_page_shows_above_dates_nothing_either() -> None:
    page = f"张某某\n1975年1月28日\n新加坡\n{PROSE}\n出生日期\n1975年1月28日\n"
    assert "published" not in lay_out(page).fields
    assert lay_out(page.replace("出生", "发布")).fields["published"] == "1975-01-28"


def test_the_day_of_a_meeting_dates_its_minutes_where_nothing_else_does() -> None:
    minutes = f"县人民政府常务会议纪要\n时间：2020年5月11日\n地点：三楼会议室\n{PROSE}\n"
    layout = lay_out(minutes)
    assert layout.fields["published"] == "2020-05-11"
    assert layout.evidence["published"][0].sure == "probable"
    assert lay_out(f"{minutes}2020年5月13日\n").fields["published"] == "2020-05-13"


def test_a_list_of_other_articles_after_the_text_is_boilerplate_with_its_teasers() -> None:
    text = f"某县扎实推进平安建设\n2020-01-02 来源：某县日报\n{PROSE}\n{PROSE}\n相关阅读\n{PROSE}\n"
    assert [role for role, _ in roles(text)][-2:] == ["boilerplate", "boilerplate"]


def test_an_opening_of_a_list_before_most_of_the_article_does_not_end_it() -> None:
    long = "\n".join([PROSE] * 8)
    text = f"某县扎实推进平安建设\n2020-01-02 来源：某县日报\n{PROSE}\n相关链接\n{long}\n"
    assert [role for role, _ in roles(text)].count("body") >= 9


def test_a_sentence_on_copyright_is_body() -> None:
    sentence = "会议要求，各网站转载文章应当注明版权所有者，依法保护权利人的合法权益。"
    assert ("body", sentence) in roles(f"某市开展版权保护\n{PROSE}\n{sentence}\n")


def test_a_repeated_title_is_no_paragraph_of_the_article() -> None:
    text = f"某县扎实推进平安建设\n时间：2020-01-02\n某县扎实推进平安建设\n{PROSE}\n"
    assert [role for role, _ in roles(text)] == ["title", "metadata", "boilerplate", "body"]


def test_numbered_lines_are_headings_when_short_and_paragraphs_when_they_hold_sentences() -> None:
    text = f"工作总结\n{PROSE}\n一、抓组织领导\n1、加强领导。{PROSE}\n（一）抓落实\n{PROSE}\n"
    assert [role for role, _ in roles(text)] == [
        "title",
        "body",
        "heading",
        "body",
        "heading",
        "body",
    ]


def test_markdown_marks_are_outside_of_the_paragraph() -> None:
    text = (
        "# 某市养犬管理条例\n2011年11月17日 某市人民代表大会常务委员会通过\n"
        "## 第一章 总则\n第一条 为了规范养犬行为，制定本条例。\n"
    )
    assert roles(text) == [
        ("title", "某市养犬管理条例"),
        ("metadata", "2011年11月17日 某市人民代表大会常务委员会通过"),
        ("heading", "第一章 总则"),
        ("body", "第一条 为了规范养犬行为，制定本条例。"),
    ]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_kind_give_the_same_paragraphs(line_end: str) -> None:
    text = line_end.join(["某县扎实推进平安建设", "", PROSE, PROSE + "。"])
    assert [role for role, _ in roles(text)] == ["title", "body", "body"]


def test_a_text_of_short_lines_only_keeps_all_of_them() -> None:
    kept = [text for role, text in roles("春眠不觉晓\n处处闻啼鸟\n夜来风雨声\n花落知多少\n")]
    assert kept == ["春眠不觉晓", "处处闻啼鸟", "夜来风雨声", "花落知多少"]


def test_front_matter_and_comments_of_markdown_are_no_paragraphs() -> None:
    text = (
        "---\nbookHidden: true\n---\n# 某市养犬管理条例\n"
        "2011年11月17日 某市人民代表大会常务委员会通过\n2012年1月1日 施行\n"
        "<!-- INFO END -->\n第一条 为了规范养犬行为，制定本条例。\n"
    )
    assert [role for role, _ in roles(text)] == [
        *["metadata"] * 3,
        "title",
        "metadata",
        "metadata",
        "boilerplate",
        "body",
    ]
