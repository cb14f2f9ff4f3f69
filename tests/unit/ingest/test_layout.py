"""Every line of the seeds, and page shapes that the seeds do not have."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from search.reading.extract import Guide
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


def test_settings_at_the_top_of_a_text_tell_of_it_for_sure() -> None:
    settings = (
        '---\ntitle: "河道日记"\nDate : x\ndate: 2021-07-15\nauthor: 周海涛\ntags: [水]\n---\n'
    )
    layout = lay_out(f"{settings}## 春天\n{PROSE}\n\n2019年3月1日\n")
    told = {"title": "河道日记", "published": "2021-07-15", "author": "周海涛"}
    assert layout.fields == told
    assert {name: layout.evidence[name][0].line for name in told} == {
        "title": 2,
        "published": 4,
        "author": 5,
    }
    unread = lay_out(f"---\ndate: 昨天\n---\n# 河道日记\n{PROSE}\n")
    assert unread.fields == {"title": "河道日记"}
    assert "昨天" in unread.evidence["published"][0].note


def test_who_holds_an_event_and_how_to_reach_them_is_body_unless_a_footer_is_near() -> None:
    contacts = ["主办单位：某市文化馆", "联系电话：0999-1234567", "地址：某市人民路九号"]
    prose = "各社区都可以报名，每队不超过二十人，服装自备。"
    notice = ["关于举办广场舞比赛的通知", prose, *contacts]
    assert [text for role, text in roles("\n".join(notice)) if role == "body"] == notice[1:]
    page = roles("\n".join([*notice, "版权所有 某市文化馆"]))
    assert [role for role, _ in page] == ["title", "body", *["boilerplate"] * 4]
    signed = roles("\n".join([*notice, "某市文化馆", "2019年5月6日", "版权所有 某市文化馆"]))
    assert [text for role, text in signed if role == "body"][: len(notice) - 1] == notice[1:]
    assert signed[-1][0] == "boilerplate"


def test_a_line_on_a_board_is_no_share_box() -> None:
    told = "老师请同学们依次上前，大家纷纷举手，气氛十分热烈，这堂课很有意义。"
    found = roles(f"开学第一课\n{told}\n请点在看板的红点上\n{told}")
    assert ("boilerplate", "请点在看板的红点上") not in found


def test_codes_to_scan_and_replies_are_body_unless_a_share_box_is_near() -> None:
    prose = "各单位按照分工抓好落实，每月底报送进展情况，年底统一验收。"
    plan = ["智慧社区建设方案", "（一）推广电梯二维码管理", prose, "（二）推行企业微信办公", prose]
    answers = ["答：微信扫码、现金都可以", "回复：已修好路灯六盏"]
    assert [role for role, _ in roles("\n".join([*plan, *answers[:1]]))] == [
        *("title", "heading", "body", "heading", "body", "body")
    ]
    assert all(role != "boilerplate" for role, _ in roles("\n".join([*plan, *answers])))
    box = ["使用企业微信", "扫一扫加入群聊"]
    found = roles("\n".join([*plan, *box]))
    assert [text for role, text in found if role == "boilerplate"] == box


def test_items_rows_and_quotes_of_markdown_are_no_headings() -> None:
    prose = "老街在城北，清末建成，现存骑楼三十余栋，保存得最完整。"
    marked = ["> 调研人：某小组", "| 甲街 | 居住 |", "- 清末民初", "+ 民国"]
    for line in marked:
        found = roles(f"# 老街调研笔记\n\n{prose}\n\n{line}\n\n{prose}")
        assert [role for role, _ in found] == ["title", "body", "body", "body"]


def test_lines_numbered_alike_with_nothing_between_are_items() -> None:
    prose = "材料不全的，窗口一次告知，补齐以后当日受理，三日内办结。"
    items = ["一、材料", "1. 申请表", "2. 身份证", "3. 照片", "二、流程", "（一）受理"]
    found = roles("\n".join(["办证指南", prose, *items, prose]))
    assert [text for role, text in found if role == "heading"] == [items[0], *items[-2:]]
    chapters = roles(f"某市信访条例\n第一章 总则\n第二章 办理\n第三章 附则\n{prose}")
    assert [role for role, _ in chapters] == ["title", *["heading"] * 3, "body"]


@pytest.mark.parametrize(
    "items",
    [
        ["附件：1. 水利建设任务分解表", "2. 工程进度统计表"],
        ["附件：水利建设任务分解表"],
        ["项目编号：YX-118", "项目名称：第二医院门诊楼空调", "预算金额：1860000.00元"],
        ["关键词：植被恢复；遥感；时空变化"],
        ["十一月五日，候鸟在湿地觅食。张某某 摄"],
    ],
)
def test_attachments_labelled_items_and_what_a_picture_shows_are_no_headings(
    items: list[str],
) -> None:
    told = "全县计划清淤沟渠三百二十公里，维修小型泵站四十六座，改善灌溉面积三万亩。"
    signed = ["县政府办公室", "2019年5月6日", told]
    found = roles("\n".join(["关于水利建设工作的通知", told, *items, *signed]))
    assert {item for role, item in found if role == "body"} >= set(items)


@pytest.mark.parametrize("items", [["1.总体要求"], ["一、总体要求", "（一）目标"], []])
def test_an_attachments_text_has_its_headings(items: list[str]) -> None:
    told = "全县计划清淤沟渠三百二十公里，维修小型泵站四十六座，改善灌溉面积三万亩。"
    headings = ["附件1：水利建设实施方案", *items]
    found = lay_out("\n".join(["关于水利建设工作的通知", told, *headings, told])).paragraphs
    assert found[-1].headings == tuple(headings)


def test_many_lines_of_one_number_are_read_in_their_length() -> None:
    began = time.process_time()
    roles("入围名单\n名单如下，请认真核对，如有异议及时反映。\n" + "1.张某某名单\n" * 4000)
    assert time.process_time() - began < 0.6  # it took almost two seconds


@pytest.mark.parametrize(
    "line",
    [
        "更新时间：2022-05-01",
        "更新时间：2022-05-01 来源：县报",
        "阅读：512 2021年4月1日",
        "摄影：张某某 作者：李某某 2019年5月1日",
        "文号：池政办〔2020〕5号 2020年12月1日",
    ],
)
def test_a_day_below_the_title_counts_before_one_of_something_else(line: str) -> None:
    told = "全县计划清淤沟渠三百二十公里，维修小型泵站四十六座，改善灌溉面积三万亩。"
    text = f"关于水利建设工作的通知\n2021-03-08 10:20\n{line}\n{told}"
    assert lay_out(text).fields["published"] == "2021-03-08T10:20"


def test_the_day_of_publication_counts_before_that_of_a_change_a_line_above() -> None:
    text = f"河道清淤见成效\n更新时间：2021-07-16\n發佈時間：2021-07-15\n{PROSE}"
    assert lay_out(text).fields["published"] == "2021-07-15"


@pytest.mark.parametrize(
    "line",
    [
        "某某日报 · 2021年7月15日 · 周海涛",
        "某某日报记者 周海涛 2021年7月15日",
        "周海涛 2021-07-15",
    ],
)
def test_who_stands_beside_a_day_below_the_title_probably_wrote_the_text(line: str) -> None:
    layout = lay_out(f"河道清淤见成效\n{line}\n{PROSE}")
    assert (layout.fields["published"], layout.fields["author"]) == ("2021-07-15", "周海涛")
    assert layout.fields.get("source") == ("某某日报" if "日报" in line else None)


def test_a_paper_in_brackets_beside_its_day_is_the_outlet() -> None:
    layout = lay_out(f"河道清淤见成效\n《某某日报》（ 2021年07月15日   02 版）\n{PROSE}")
    assert (layout.fields["published"], layout.fields["source"]) == ("2021-07-15", "某某日报")


@pytest.mark.parametrize("line", ["2021-07-15 桂林", "2021年7月15日 星期四 晴", "2021-07-15 谢谢"])
def test_a_place_or_a_word_beside_a_day_is_no_author(line: str) -> None:
    assert "author" not in lay_out(f"河道清淤见成效\n{line}\n{PROSE}").fields


def test_an_answer_is_no_heading() -> None:
    prose = "答：带齐材料到镇里的窗口办理，当日就能拿到，不收费用。"
    found = roles(f"办证问答\n{prose}\n问：能代办吗？\n答：可以，带身份证\n{prose}")
    assert [role for role, _ in found] == ["title", *["body"] * 4]


@pytest.mark.parametrize("is_above", [True, False])
def test_a_documents_number_is_body_above_and_below_its_title(is_above: bool) -> None:
    title, number = "某县人民政府关于加强信访工作的通知", "某政发〔2018〕27号"
    prose = "各乡镇要落实领导接访，按月排查矛盾，年底统一考核，结果通报全县。"
    head = [number, title] if is_above else [title, number]
    found = roles("\n\n".join(["某县人民政府文件", *head, prose]))
    assert [text for role, text in found if role == "body"] == [number, prose]


def test_names_and_outlets_that_a_text_lists_are_no_bylines() -> None:
    names = ["王建国", "李小明", "张志强", "陈国华"]
    found = lay_out("\n".join(["全县优秀教师名单", *names]))
    assert [p.role for p in found.paragraphs] == ["title", *["body"] * 4]
    assert "author" not in found.fields
    channels = ["网站专栏", "社区橱窗", "乡村广播", "流动展板", "某某日报"]
    found = lay_out("\n".join(["宣传工作安排", *channels]))
    assert [p.role for p in found.paragraphs] == ["title", *["body"] * 5]
    prose = "今年以来，全县共排查各类矛盾纠纷三百余起，调处成功率很高。"
    signed = lay_out("\n".join(["调解工作见成效", "某某日报", "王建国", prose]))
    assert signed.fields["author"] == "王建国"
    assert signed.fields["source"] == "某某日报"


PROSE = "为了加强河道管理，保障防洪安全，改善水环境，根据有关法律，结合本县实际，制定本办法。"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (
            "某某县河道管理条例\n（2019年9月3日通过）\n目　录\n第一章 总则\n第二章 保护\n"
            f"第一章 总则\n第一条 {PROSE}\n第二章 保护\n第二条 河道设标志。",
            "某某县河道管理条例",
        ),
        (
            f"某某县人民政府办公室\n关于印发某某县河道\n管理办法的通知\n{PROSE}",
            "某某县人民政府办公室关于印发某某县河道管理办法的通知",
        ),
        (f"某某县水利局\n关于河道清淤的通知\n{PROSE}", "某某县水利局关于河道清淤的通知"),
        (
            f"2019年某某县水利统计公报\n某某县统计局\n2020年3月2日\n{PROSE}",
            "2019年某某县水利统计公报",
        ),
        (
            f"在全县水利工作会议上的讲话\n县委副书记 张某某\n2020年3月2日\n{PROSE}",
            "在全县水利工作会议上的讲话",
        ),
        (f"水利简报\n第12期\n2020年3月2日\n{PROSE}", "水利简报"),
        (f"某水发〔2020〕8号\n某某县水利工作要点\n{PROSE}", "某某县水利工作要点"),
        (
            f"政府工作报告\n——2020年1月6日在某某县第九届人民代表大会第四次会议上\n{PROSE}",
            "政府工作报告",
        ),
        (
            "某某县水利局招聘公告\n因工作需要，某某县水利局面向社会公开招聘河道管理人员五名，现公告如下：\n"
            f"一、报名时间\n{PROSE}",
            "某某县水利局招聘公告",
        ),
        *(
            (f"{title}\n来源：某某日报 2019-03-05\n巡逻防控成效明显\n{PROSE}", title)
            for title in (
                "第十期市民课堂在某某县开讲",
                "二、三季度全县经济平稳运行",
                "第一部反家暴地方条例出台",
                "台风2018年第22号“山竹”登陆",
            )
        ),
        (
            f"柔性执法赢民心\n走进某某市中级人民法院\n来源：某报 2019-03-05\n{PROSE}",
            "走进某某市中级人民法院",
        ),
        (f"平安人物\n某某市市长 看望慰问\n来源：某报 2019-03-05\n{PROSE}", "某某市市长 看望慰问"),
        (f"通 知\n\n各科室：\n\n{PROSE}", "通 知"),
        (f"公告\n{PROSE}", "公告"),
        (f"河边\n王建国\n\n{PROSE}", "河边"),
        (
            f"某某县人民政府文件\n某某县人民政府关于进一步加强\n河道管理的通知\n各乡镇人民政府：\n{PROSE}",
            "某某县人民政府关于进一步加强河道管理的通知",
        ),
        (f"小河里的大民生\n——某某县河道纪实\n{PROSE}", "小河里的大民生"),
        (f"小河的故事\n原标题：一条小河的故事和河边的人\n{PROSE}", "小河的故事"),
        (f"【标题】小河的故事\n【日期】2021-07-15\n正文：\n{PROSE}", "小河的故事"),
        (f"河边的小镇\n关键词：河道；小镇\n{PROSE}", "河边的小镇"),
        # Where nothing else may be one, that is the title.
        (f"某某县水利局\n2020年3月2日\n{PROSE}", "某某县水利局"),
    ],
)
def test_the_title_is_the_line_or_lines_that_name_the_text(text: str, title: str) -> None:
    assert lay_out(text).fields["title"] == title


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (f"某某县河道规划\n# 第一章 总则\n{PROSE}\n# 第二章 保护\n{PROSE}", "某某县河道规划"),
        (f"某某县河道规划\n# 1 总则\n{PROSE}\n# 2 保护\n{PROSE}", "某某县河道规划"),
        (f"今日某某网\n# 全县开展夜间巡逻\n{PROSE}\n# 相关情况\n{PROSE}", "全县开展夜间巡逻"),
        (f"# 某某县河道规划\n{PROSE}\n# 保护\n{PROSE}", "某某县河道规划"),
        (f"某某县\n# 某某县河道规划\n{PROSE}", "某某县河道规划"),
    ],
)
def test_of_several_headings_of_the_first_level_none_is_the_title_where_one_stands_above(
    text: str, title: str
) -> None:
    assert lay_out(text).fields["title"] == title


@pytest.mark.parametrize("first", ["王建国", "目录", "前言", "首页", "问：何时放水？"])
def test_a_name_a_part_a_button_and_a_question_are_no_title_of_a_text(first: str) -> None:
    assert "title" not in lay_out(f"{first}\n\n{PROSE}\n{PROSE}").fields


def test_two_lines_numbered_alike_are_items_where_the_line_above_leads_in() -> None:
    items = ["1. 坝顶有无裂缝", "2. 坝坡有无渗水"]
    found = roles("\n".join(["河道巡查须知", PROSE, "巡查内容包括：", *items, PROSE]))
    assert [role for role, _ in found] == ["title", *["body"] * 5]
    one = roles("\n".join(["河道巡查须知", "现通知如下：", "一、巡查", PROSE, "二、上报", PROSE]))
    assert [text for role, text in one if role == "heading"] == ["一、巡查", "二、上报"]


def test_two_headings_with_nothing_between_are_no_list() -> None:
    found = roles(f"某某县工作方案\n一、总体要求\n二、主要任务\n（一）加强巡逻\n{PROSE}")
    assert [role for role, _ in found] == ["title", "heading", "heading", "heading", "body"]


def test_lines_of_contacts_are_no_distance_from_the_footer_below_them() -> None:
    lines = ["主办：某某县", "地址：某某路", "电话：0775-1", "传真：0775-2", "邮编：537100"]
    found = roles("\n".join(["某某县新闻", PROSE, *lines, "桂ICP备05000000号"]))
    assert [role for role, _ in found[2:]] == ["boilerplate"] * 6


def test_a_table_of_many_rows_is_read_in_its_length() -> None:
    size = 20_000
    guide = Guide(apart={}, rows=frozenset(range(3, size + 3)))
    text = "\n".join(["某某县名单", PROSE, *(f"张三{n}  李四{n}" for n in range(size))])
    began = time.process_time()
    assert len(lay_out(text, guide).paragraphs) == size + 2
    assert time.process_time() - began < 2


def test_lines_that_are_alike_are_no_captions_where_nothing_is_told() -> None:
    text = "值班安排表\n\n上午班\n张三 李四\n王五 赵六\n王五 赵六\n下午班\n孙七 周八\n"
    assert [role for role, _ in roles(text)] == ["title", *["body"] * 6]
