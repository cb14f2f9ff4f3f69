"""Outlets and authors: from labels, bylines and datelines; lists stay lists, words are no names."""

from __future__ import annotations

import io
import json

import pytest

from search.citing.formats import Entry, write_citations
from search.citing.styles import cite
from search.documents.document import Document, passages_of
from search.facets.topic import Taxonomy
from search.reading.bylines import byline, dateline
from search.reading.document import read_document, to_document
from search.reading.files import parts_in
from search.reading.formats.records import DEFAULT_FIELDS

TAXONOMY = Taxonomy.load()
BODY = (
    "今年以来，全镇共清理河道十二公里，拆除违章建筑三十处，受到沿岸群众的欢迎。\n\n"
    "下一步将继续做好管护工作，防止垃圾回流，并把责任落实到每一个人。\n"
)


def of_text(text: str, name: str = "x.txt") -> Document:
    return read_document(text.encode(), name, TAXONOMY)


def of_table(names: str, values: str) -> Document:
    data = f"{names}\n{values}\n".encode()
    (part,) = parts_in(io.BytesIO(data), "a.csv", DEFAULT_FIELDS)
    return to_document(part.extract(), part.path, part.sha256(), TAXONOMY)


def of_record(**record: object) -> Document:
    filled = {"title": "河道整治进展", "text": BODY, "date": "2019-05-06", **record}
    data = json.dumps(filled, ensure_ascii=False).encode()
    (part,) = parts_in(io.BytesIO(data), "a.jsonl", DEFAULT_FIELDS)
    return to_document(part.extract(), part.path, part.sha256(), TAXONOMY)


def of_page(head: str) -> Document:
    paragraphs = "".join(f"<p>{each}</p>" for each in BODY.split("\n\n") * 3)
    page = (
        f"<html><head><title>河道整治进展情况</title>{head}</head><body><h1>河道整治进展情况</h1>"
    )
    return of_text(f"{page}<div>{paragraphs}</div></body></html>", "x.html")


def sure(document: Document, name: str) -> str:
    return document.evidence[name][0].sure


DATELINES = [
    ("新华社北京7月21日电（记者张三、李思）", "新华社", "张三、李思"),
    ("新华社深圳电（记者张泽伟）", "新华社", "张泽伟"),
    ("新华网内罗毕5月11日电（记者张艺 俞铮）", "新华网", "张艺、俞铮"),
    ("新京报讯（记者刘名洋 实习生 郭懿萌）", "新京报", "刘名洋、郭懿萌"),
    ("新京报快讯（记者 薛星星）", "新京报", "薛星星"),
    ("江城晚报记者李建国、海州台记者王芳、赵明报道：", "江城晚报", "李建国、王芳、赵明"),
    ("新华社记者李建国、王芳5月3日电（", "新华社", "李建国、王芳"),
    ("海州日报讯　（记者／李建国　实习生／王芳）", "海州日报", "李建国、王芳"),
    ("中新网上海5月3日电 (记者 陈静)", "中新网", "陈静"),
    ("中新网客户端北京11月5日电（记者 宋宇晟）", "中新网", "宋宇晟"),
    ("中新社华盛顿9月5日电 (记者 沙晗汀)", "中新社", "沙晗汀"),
    ("人民网北京12月8日电（记者姜洁）", "人民网", "姜洁"),
    ("经济日报-中国经济网北京5月3日讯（记者 李华林）", "经济日报-中国经济网", "李华林"),
    ("【环球网报道 记者 张晓雅】", "环球网", "张晓雅"),
    ("法制网北京5月3日讯 记者张昊 ", "法制网", "张昊"),
    ("央视网消息：", "央视网", None),
    ("直播吧11月6日讯 ", "直播吧", None),
    ("本报讯（记者  肖赧）", None, "肖赧"),
    ("本报广州11月4日电  （记者贺林平）", None, "贺林平"),
]


@pytest.mark.parametrize(("dateline", "outlet", "authors"), DATELINES)
def test_a_dateline_tells_outlet_and_reporters_marked_probable(
    dateline: str, outlet: str | None, authors: str | None
) -> None:
    document = of_text(f"河道整治进展情况\n\n{dateline}{BODY}")
    assert (document.source, document.author) == (outlet, authors)
    told = [name for name, value in (("source", outlet), ("author", authors)) if value]
    assert [sure(document, name) for name in told] == ["probable"] * len(told)
    assert next(passages_of(document)).text.startswith(dateline.strip()[:8])


def test_a_label_comes_before_a_dateline_and_no_id_changes_by_one() -> None:
    text = f"河道整治进展情况\n2019-05-06 来源：水利日报\n\n新京报讯（记者 李明）{BODY}"
    document = of_text(text)
    assert (document.source, sure(document, "source")) == ("水利日报", "certain")
    assert document.author == "李明"
    plain = of_text(f"河道整治进展情况\n2019-05-06\n\n{BODY}")
    dated = of_text(f"河道整治进展情况\n2019-05-06\n\n新京报讯（记者 李明）{BODY}")
    assert dated.document_id == plain.document_id


@pytest.mark.parametrize(
    "opening",
    [
        "据央视新闻消息，",
        "据市气象局消息，",
        "社会各界讯问了有关情况，",
        "上海11月5日消息，",
        "报道称，",
        "新华社电视台播出的节目说，",
        "近日，",
        "全网络、全社会都在讨论，",
    ],
)
def test_what_a_text_relies_on_is_no_outlet_of_it(opening: str) -> None:
    document = of_text(f"河道整治进展情况\n\n{opening}{BODY}")
    assert (document.source, document.author) == (None, None)


@pytest.mark.parametrize(
    ("line", "outlet", "authors"),
    [
        ("澎湃新闻记者 包雨朦", "澎湃新闻", "包雨朦"),
        ("《投资者报》记者 闫军", "投资者报", "闫军"),
        ("每经记者 李卓 每经实习记者 陈克远", None, "李卓、陈克远"),
        ("■本报记者\xa0贾\xa0丽", None, "贾丽"),
        ("新京报记者 苏季 校对 李铭", "新京报", "苏季"),
        ("作者 向坤", None, "向坤"),
        ("专题撰文 信息时报记者 白云 专题摄影 信息时报记者 李明", "信息时报", "白云、李明"),
        ("来源 北京商报", "北京商报", None),
        ("来源丨人民日报 作者丨王明", "人民日报", "王明"),
        ("来源：人民网作者：李明", "人民网", "李明"),
        ("作者：张三  李四", None, "张三、李四"),
        ("作者：古丽·某某、李明", None, "古丽·某某、李明"),
        ("來源：聯合報", "聯合報", None),
    ],
)
def test_a_line_below_the_title_tells_outlet_and_authors(
    line: str, outlet: str | None, authors: str | None
) -> None:
    document = of_text(f"河道整治进展情况\n{line}\n\n{BODY}")
    assert (document.source, document.author) == (outlet, authors)
    assert line not in [p.text for p in passages_of(document)]


@pytest.mark.parametrize(
    ("closing", "outlet", "authors"),
    [
        ("（北京晚报：孔宁）", "北京晚报", "孔宁"),
        ("【来源：游民星空】【作者：王晓明】", "游民星空", "王晓明"),
        ("文章来源：留学杂志", "留学杂志", None),
        ("本报记者 李立 J148", None, "李立"),
        ("(梁启勇)", None, "梁启勇"),
        ("（下转二版）", None, None),
    ],
)
def test_what_ends_the_last_paragraph_may_tell_them(
    closing: str, outlet: str | None, authors: str | None
) -> None:
    document = of_text(f"河道整治进展情况\n\n{BODY.strip()}{closing}\n")
    assert (document.source, document.author) == (outlet, authors)


@pytest.mark.parametrize(
    "line",
    [
        "谢谢",
        "全文",
        "桂林",
        "公告",
        "江苏",
        "高新区",
        "周知",
        "方案",
        "金华",
        "高原",
        "安监局",
        "安吉",
    ],
)
def test_a_word_or_a_place_below_the_title_is_no_author(line: str) -> None:
    document = of_text(f"河道整治进展情况\n{line}\n\n{BODY}")
    assert document.author is None


def test_a_name_below_the_title_is_the_author_unless_the_text_is_about_them() -> None:
    assert of_text(f"河道整治进展情况\n何英平\n\n{BODY}").author == "何英平"
    assert of_text(f"河道整治进展情况\n（何英平　李明）\n\n{BODY}").author == "何英平、李明"
    assert of_text(f"河道整治进展情况\n何英平\n\n何英平说，{BODY}").author is None


@pytest.mark.parametrize(
    ("line", "outlet"),
    [
        ("来源：新华社 举报", "新华社"),
        ("来源：新京报举报", "新京报"),
        ("来源：湖南日报 分享到：", "湖南日报"),
        ("来源：人民日报 [打印] [关闭] 字号：大 中 小", "人民日报"),
        ("来源：新华网 查看更多", "新华网"),
        ("来源：太原长安网(市委政法委)", "太原长安网(市委政法委)"),
        ("来源：浙江大学官方微信", "浙江大学官方微信"),
        ("来源：网络", None),
        ("来源：本站原创", None),
        ("来源：互联网", None),
        ("来源：网络整理", None),
        ("来源：未知", None),
    ],
)
def test_a_value_ends_at_buttons_and_the_net_is_no_outlet(line: str, outlet: str | None) -> None:
    document = of_text(f"河道整治进展情况\n2019-05-06　{line}\n\n{BODY}")
    assert document.source == outlet
    assert document.published == "2019-05-06"
    assert of_record(source=line.removeprefix("来源：")).source == outlet


def test_an_outlet_or_a_column_alone_is_no_title() -> None:
    document = of_text(f"广东推出电子身份证\n人民日报\n本报广州11月4日电  （记者贺林平）{BODY}")
    assert document.title == "广东推出电子身份证"
    assert (document.source, document.author) == ("人民日报", "贺林平")
    assert sure(document, "source") == "probable"


@pytest.mark.parametrize(
    "column", ["要闻播报", "【工作动态】", "今日头条", "第3版：时政", "A02版 本地新闻", "水利之窗"]
)
def test_a_column_is_no_title_where_another_line_is(column: str) -> None:
    header = "2019-05-06 来源：水利日报"
    for lines in (f"{column}\n河道整治进展情况", f"河道整治进展情况\n{column}"):
        document = of_text(f"{lines}\n{header}\n\n{BODY}")
        assert document.title == "河道整治进展情况"
    assert of_text(f"水利动态\n{header}\n\n{BODY}").title == "水利动态"


def test_a_title_that_stands_twice_is_no_caption() -> None:
    title = "马云：从出口转向进口是最大的机会"
    assert of_text(f"{title}\n\n{title}\n澎湃新闻记者 虞涵棋\n{BODY}").title == title


NAMES = ["Ann Lee", "Bo Chen", "Carl Ray", "Di Wu"]
OFFICES = ["县水利局", "县农业局"]
PERSONS = ["古丽·某某", "王明", "李四"]


@pytest.mark.parametrize("names", [NAMES, OFFICES, PERSONS, ["张三"], ["Smith, John", "Doe, Jane"]])
def test_a_list_of_authors_is_so_many_authors_in_every_style_and_format(names: list[str]) -> None:
    document = of_record(author=names, source="水利日报")
    (first, *_) = passages_of(document)
    shown = [name.replace("Smith, John", "Smith J").replace("Doe, Jane", "Doe J") for name in names]
    assert cite(document).text.startswith(", ".join(shown[:3]))

    def written(form: str) -> str:
        return "".join(write_citations([Entry(document, first)], form))

    assert written("ris").count("AU  - ") == len(names)
    assert written("bibtex").count(" and ") == len(names) - 1
    (item,) = json.loads(written("csl-json"))
    assert len(item["author"]) == len(names)


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("张三、李四、王明", "张三、李四、王明"),
        ('"[""张三"", ""李四""]"', "张三、李四"),
        ("\"['张三', '李四']\"", "张三、李四"),
        ("作者：张三", "张三"),
        ("佚名", None),
    ],
)
def test_a_list_in_a_cell_of_a_table_is_a_list(written: str, names: str | None) -> None:
    text = BODY.split("\n")[0]
    assert of_table("标题,正文,作者", f"河道整治,{text},{written}").author == names


@pytest.mark.parametrize(
    ("head", "authors"),
    [
        ('<meta name="author" content="张三"><meta name="author" content="李四">', "张三、李四"),
        ('<meta name="author" content="张三、李四">', "张三、李四"),
        (
            '<script type="application/ld+json">{"@type": "NewsArticle",'
            '"author": [{"name": "Ann Lee"}, {"name": "Bo Chen"}]}</script>',
            "Ann Lee、Bo Chen",
        ),
        ('<meta name="author" content="县水利局、县农业局">', "县水利局、县农业局"),
        ('<meta name="author" content="人民网">', None),
        ('<meta name="author" content="佚名">', None),
    ],
)
def test_the_tags_of_a_page_give_lists(head: str, authors: str | None) -> None:
    assert of_page(head).author == authors


@pytest.mark.parametrize(
    "line", ["本报评论员文章", "记者会现场", "记者节快乐", "记者团合影", "近日讯", "我校讯"]
)
def test_words_beside_a_role_are_no_names_and_no_outlets(line: str) -> None:
    said = byline(line) or dateline(f"{line}（记者王明）全市召开了会议。")
    assert said is None or (said.outlet is None and said.authors in (None, "王明"))
