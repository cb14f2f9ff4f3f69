"""A date of publication is read from header, signature, record and heading, or its place is told.

Each kind of writing is asked for where people have it: in a text file and in a record.
"""

from __future__ import annotations

import datetime
import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.documents.document import Document
from search.facets.topic import Taxonomy
from search.reading.dates import date_in, recorded_date
from search.reading.document import read_document, to_document
from search.reading.files import parts_in
from search.reading.formats.records import DEFAULT_FIELDS

from ..collection import Desk

TAXONOMY = Taxonomy.load()
BODY = (
    "今年以来，全镇共清理河道十二公里，拆除违章建筑三十处，受到沿岸群众的欢迎。\n\n"
    "下一步将继续做好管护工作，防止垃圾回流，并把责任落实到每一个人。\n"
)


def of_text(text: str) -> Document:
    return read_document(text.encode(), "x.txt", TAXONOMY)


def of_record(date: object, name: str = "date") -> Document:
    record = {"title": "河道整治进展", "text": BODY, name: date}
    data = json.dumps(record, ensure_ascii=False).encode()
    (part,) = parts_in(io.BytesIO(data), "a.jsonl", DEFAULT_FIELDS)
    return to_document(part.extract(), part.path, part.sha256(), TAXONOMY)


WRITTEN = [
    ("二〇一九年五月六日", "2019-05-06"),
    ("二○一九年五月二十日", "2019-05-20"),
    ("二Ｏ一九年十二月廿六日", "2019-12-26"),
    ("二零一九年十月三十一日", "2019-10-31"),
    ("二0一九年元月十日", "2019-01-10"),
    ("二O一九年五月六日", "2019-05-06"),
    ("民國108年5月6日", "2019-05-06"),
    ("中華民國一百零八年五月六日", "2019-05-06"),
    ("民国一〇八年五月六日", "2019-05-06"),
    ("民國八十八年十月十日", "1999-10-10"),
    ("２０１９年５月６日", "2019-05-06"),
    ("2019 年 5 月 6 日", "2019-05-06"),
    ("2019年5月", "2019-05"),
    ("2019-05-06T10:54:00+08:00", "2019-05-06T10:54:00"),
    ("2019-05-06 10:54", "2019-05-06T10:54"),
    ("2019年5月6日 下午3:20", "2019-05-06T15:20"),
    ("2019年5月6日 星期一 10:54", "2019-05-06T10:54"),
    ("Mon, 06 May 2019 08:00:00 +0800", "2019-05-06T08:00:00"),
    ("May 6, 2019", "2019-05-06"),
]


@pytest.mark.parametrize(("written", "iso"), WRITTEN)
def test_a_date_in_a_header_line_is_read_however_it_is_written(written: str, iso: str) -> None:
    document = of_text(f"河道整治进展情况\n发布时间：{written}　来源：水利站\n\n{BODY}")
    assert document.published == iso
    assert document.year == int(iso[:4])
    assert document.source == "水利站"


@pytest.mark.parametrize(
    "name",
    [
        "pubDate",
        "pub_date",
        "publishTime",
        "PubTime",
        "datePublished",
        "发表时间",
        "时间",
        "发稿时间",
    ],
)
def test_the_field_of_the_date_is_known_by_all_the_names_it_has(name: str) -> None:
    assert of_record("2019-05-06", name).published == "2019-05-06"


@pytest.mark.parametrize(("written", "iso"), WRITTEN)
def test_a_date_in_a_record_is_read_however_it_is_written(written: str, iso: str) -> None:
    document = of_record(written)
    assert (document.published, document.year) == (iso, int(iso[:4]))


@pytest.mark.parametrize(
    ("value", "iso"),
    [
        (2019, "2019"),
        ("2019", "2019"),
        ("108/05/06", "2019-05-06"),
        ("20190506", "2019-05-06"),
        ("20190506105400", "2019-05-06T10:54:00"),
        (1557100800, "2019-05-06T08:00:00"),
        (1557100800000, "2019-05-06T08:00:00"),
        ("31/12/2018", "2018-12-31"),
        ("06/05/2019", "2019"),
        ("05/05/2019", "2019-05-05"),
        ("2019-5", "2019-05"),
        ("108年5月6日", "2019-05-06"),
        ("/Date(1557100800000)/", "2019-05-06T08:00:00"),
        ("Mon May 06 10:54:00 +0800 2019", "2019-05-06T10:54:00"),
        ("May 6th, 2019", "2019-05-06"),
    ],
)
def test_numbers_in_a_field_of_a_record_are_a_date(value: object, iso: str) -> None:
    assert of_record(value).published == iso


@pytest.mark.parametrize(
    ("closing", "iso"),
    [
        ("镇人民政府\n二〇一一年五月六日", "2011-05-06"),
        ("镇人民政府\n\n二○一一年五月二十六日", "2011-05-26"),
        ("贵港市港北区人民政府社会治安综合治理委员会办公室　2011年5月6日", "2011-05-06"),
        ("县水利局 2011.5.6", "2011-05-06"),
        ("某縣政府　民國100年5月6日", "2011-05-06"),
        ("（2011年5月6日）", "2011-05-06"),
        ("某县人民政府办公室　2011年5月6日印发", "2011-05-06"),
        ("镇人民政府\n２０１１年５月６日", "2011-05-06"),
        ("2011年5月6日于贵港", "2011-05-06"),
        ("2011年5月于贵港", "2011-05"),
        ("2011年5月6日夜记于开封城外", "2011-05-06"),
        ("写于2011年5月6日深夜", "2011-05-06"),
        ("完稿于2011年5月6日", "2011-05-06"),
        ("日期：2011年5月6日", "2011-05-06"),
        ("县水利局\n日期：2011年5月6日", "2011-05-06"),
        ("2011年5月6日，农历四月初四", "2011-05-06"),
    ],
)
def test_a_signature_dates_its_text(closing: str, iso: str) -> None:
    document = of_text(f"关于做好防汛工作的通知\n\n各村民委员会：\n\n{BODY}\n{closing}\n")
    assert (document.published, document.year) == (iso, 2011)


@pytest.mark.parametrize(
    ("head", "iso"),
    [
        ("河港日报 2011年05月06日 星期五 第04版：副刊", "2011-05-06"),
        ("Posted on Friday, May 6th, 2011", "2011-05-06"),
        ("展期：2011年5月6日—5月20日", None),
        ("登记日期\t2011年5月6日", None),
        ("2011年5月6日于贵港", "2011-05-06"),
        ("2011年5月6日凌晨于唐山地震中遇难的人们", None),
    ],
)
def test_a_line_below_the_title_dates_its_text_unless_it_is_of_something_else(
    head: str, iso: str | None
) -> None:
    assert of_text(f"桂花树下\n\n{head}\n\n{BODY}").published == iso


@pytest.mark.parametrize(
    ("heading", "iso"),
    [
        ("民國九十五年三月二十一日公布\n民國一○八年十二月九日修正公布第三條條文", "2019-12-09"),
        (
            "中華民國 95 年 3 月 21 日 府法字第 0950055555 號令公布\n"
            "中華民國 108 年 12 月 9 日 府法字第 1080299999 號令修正",
            "2019-12-09",
        ),
        ("（2018 年 3 月 29 日某市人民代表大会常务委员会第二次会议通过）", "2018-03-29"),
        ("民國108年12月9日起施行", None),
    ],
)
def test_the_heading_of_an_act_dates_it_in_the_years_of_the_republic_too(
    heading: str, iso: str | None
) -> None:
    act = of_text(f"某县河道管理条例\n{heading}\n\n第一章　总则\n\n第一条　{BODY}")
    assert act.published == iso


@pytest.mark.parametrize(
    "closing",
    [
        "截止日期：2011年5月6日",
        "甲方：某公司\n日期：2011年5月6日",
        "2011年5月6日于江北召开",
        "某人生于2011年5月6日",
        "2011年5月6日于北京去世",
        "2011年5月6日于江北路竣工",
        "图书馆新馆开幕\n日期：2011年5月6日",
        "日期：2011年5月6日8时至12时",
        "日期：2011年5月6日 上午9:00",
    ],
)
def test_the_last_line_dates_no_text_where_its_day_is_of_something_else(closing: str) -> None:
    assert of_text(f"桂花树下\n\n{BODY}\n{closing}\n").published is None


def in_numerals(number: int) -> str:
    """23 as 二十三."""
    tens, units = divmod(number, 10)
    digits = " 一二三四五六七八九"
    return f"{digits[tens] if tens > 1 else ''}{'十' if tens else ''}{digits[units]}".replace(
        " ", ""
    )


@given(day=st.dates(datetime.date(1912, 1, 1), datetime.date(2099, 12, 31)))
def test_every_day_is_read_in_every_writing(day: datetime.date) -> None:
    year = "".join("〇一二三四五六七八九"[int(digit)] for digit in str(day.year))
    plain = f"{day.year}年{day.month}月{day.day}日"
    full_width = plain.translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)})
    month, number = in_numerals(day.month), in_numerals(day.day)
    writings = [
        plain,
        full_width,
        f"{day:%Y-%m-%d}",
        f"{day.year}/{day.month}/{day.day}",
        f"{year}年{month}月{number}日",
        f"{year.replace('〇', '○')}年{month}月{number}日",
        f"民國{day.year - 1911}年{day.month}月{day.day}日",
        f"{day:%a, %d %b %Y} 00:00:00 +0800",
    ]
    for written in writings:
        found = date_in(f"于{written}，")
        assert (found and found.iso) == day.isoformat(), written
        assert recorded_date(written) == day.isoformat(), written
    assert recorded_date(f"{day:%Y%m%d}") == day.isoformat()


UNREAD = ["二〇一九年十三月五日", "昨天", "3小时前", "19/05/06", "20XX年X月X日", "99/05/06"]


@pytest.mark.parametrize("written", UNREAD)
def test_what_is_like_a_date_and_cannot_be_read_is_told(written: str) -> None:
    header = of_text(f"河道整治进展情况\n发布时间：{written}\n\n{BODY}")
    for document in (header, of_record(written)):
        assert document.published is None
        assert document.year is None
        assert written in document.evidence["published"][0].note


def test_an_unread_signature_is_told_and_no_paragraph() -> None:
    document = of_text(f"关于做好防汛工作的通知\n\n{BODY}\n镇人民政府\n二〇一九年十三月五日\n")
    assert document.published is None
    assert "十三月" in document.evidence["published"][0].note


def test_a_run_names_the_files_whose_date_it_could_not_read(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.write("a.txt", f"河道整治进展情况\n发布时间：昨天\n\n{BODY}")
    desk.write("b.txt", f"河道整治情况二\n发布时间：2019年5月\n\n{BODY}")
    said = desk.run("index", desk.documents).err
    assert "a.txt: 昨天" in said
    assert "b.txt" not in said
    desk.write("a.txt", f"河道整治进展情况\n发布时间：前天\n\n{BODY}")
    assert desk.index()["unread_dates"] == [{"path": "a.txt", "value": "前天"}]


ACT = "第一条 为了加强河道管理，保障防洪安全，改善水环境，制定本条例。\n"


@pytest.mark.parametrize(
    ("heading", "published", "year"),
    [
        (
            "2014年3月27日 某省人大常务委员会第9次会议批准\n"
            "2014年4月11日 某市第12届人民代表大会常务委员会公告第25号公布",
            "2014-04-11",
            2014,
        ),
        (
            "（2018年11月29日某省第13届人大常委会第7次会议批准 2019年1月5日某市人大常委会（第5号）"
            "公告公布 自2019年3月1日起施行）",
            "2019-01-05",
            2019,
        ),
        ("2021年2月7日 最高人民法院审判委员会第1831次会议通过", "2021-02-07", 2021),
        ("2021年12月27日 最高人民法院审判委员会第1831次会议通过", "2021-12-27", None),
        (
            "2020年12月23日 最高人民法院审判委员会第1823次会议通过\n2021年1月1日 施行",
            "2020-12-23",
            2020,
        ),
        ("（经1986年8月29日某市人民政府第56次常务会议通过）", "1986-08-29", 1986),
        ("1996年7月6日国务院令第201号发布 2011年1月8日第2次修订", "2011-01-08", 2011),
        ("二〇一八年九月二十日某市人民代表大会常务委员会第12次会议通过", "2018-09-20", 2018),
    ],
)
def test_the_heading_of_a_regulation_is_read_to_the_end_of_each_clause(
    heading: str, published: str, year: int | None
) -> None:
    document = of_text(f"# 某市河道管理条例\n{heading}\n{ACT}")
    assert (document.published, document.year) == (published, year)


@pytest.mark.parametrize(
    ("heading", "published"),
    [
        (
            "2010年3月1日 某省人大常委会第一次会议通过\n"
            "2018年9月7日 某省人大常委会第九次会议《关于修改〈某省县\n"
            "乡道路条例〉的决定》修正",
            "2018-09-07",
        ),
        ("2017年7月28日 某省\n第十二届人大常委会第三十一次会议批准", "2017-07-28"),
        ("2019年3月15日 某市第十三届人民代表大会第二次\n会议通过）", "2019-03-15"),
        (
            "2016年1月22日 某省人大常委会批准的2015年12月25日某市人大常委会关于修\n"
            "改《某市海洋规定》的决定修正根据2018年9月7日某市人大常委会的决定第二次修正",
            "2018-09-07",
        ),
    ],
)
def test_an_entry_of_the_heading_may_go_on_in_the_next_line(heading: str, published: str) -> None:
    document = of_text(f"# 某市海洋规定\n{heading}\n{ACT}")
    assert document.published == published
    bodies = [document.slice(p) for p in document.paragraphs if p.role == "body"]
    assert bodies == [p for p in bodies if p in ACT]
    assert not any(p.role == "heading" and "修正" in document.slice(p) for p in document.paragraphs)


@pytest.mark.parametrize(
    ("head", "subtitle"),
    [
        ("2021年03月08日 10:20", "《某市安全生产条例》公布"),
        ("2021年03月08日 10:20 某市", "市人大常委会会议通过的条例今天公布"),
        ("2021年03月08日 某市日报记者张某某", "市安全生产条例今天正式对外公布"),
    ],
)
def test_a_header_and_a_subtitle_are_no_entry_of_an_act(head: str, subtitle: str) -> None:
    document = of_text(f"我市出台新规\n{head}\n{subtitle}\n{BODY}")
    assert document.source_kind != "regulation"
    assert (document.published or "")[:10] == "2021-03-08"
    assert not [p for p in document.paragraphs if p.kind == "promulgation"]


def test_how_an_act_begins_is_no_heading_of_its_amendments() -> None:
    first = "根据2010年4月29日修正的《中华人民共和国国家赔偿法》，结合审判工作实际，制定本规定。"
    document = of_text(
        f"# 某某程序的规定\n2011年2月28日 审判委员会第1513次会议通过\n{first}\n{ACT}"
    )
    assert document.published == "2011-02-28"
    bodies = [document.slice(p) for p in document.paragraphs if p.role == "body"]
    assert first in bodies


@pytest.mark.parametrize(
    ("title", "year"),
    [
        ("2019年某市人民政府工作报告", 2019),
        ("某县政府工作报告（2019年）", 2019),
        ("政府工作报告——2019年1月20日在某县第十七届人民代表大会第四次会议上", 2019),
        ("二〇一九年某县人民法院工作报告", 2019),
        ("关于2018年国民经济和社会发展计划执行情况与2019年计划草案的报告", 2019),
        ("某市2018年预算执行情况和2019年预算草案的报告", 2019),
        ("某市养犬管理条例（2019修正）", 2019),
        ("某市养犬管理条例（2019年3月28日修正）", 2019),
        ("2018年工作总结和2019年工作计划", None),
        ("2019年度法治政府建设情况报告", None),
        ("“十四五”规划（2021年至2025年）", None),
    ],
)
def test_the_year_stands_in_titles_of_reports_and_of_versions(title: str, year: int | None) -> None:
    assert of_text(f"# {title}\n\n{BODY}").year == year


def test_the_number_of_a_document_tells_its_year_where_nothing_else_does() -> None:
    text = f"# 关于做好防汛工作的通知\n\n某政发〔2019〕5号\n\n各村民委员会：\n\n{BODY}"
    document = of_text(text)
    assert (document.published, document.year) == (None, 2019)
    assert document.evidence["year"][0].sure == "probable"
    cited = of_text(
        f"# 防汛工作情况\n\n{BODY}\n按照某政发〔2019〕5号文件的要求，各村做好了准备。\n"
    )
    assert cited.year is None


@pytest.mark.parametrize(
    ("said", "iso"),
    [
        ("2019年5月6日（星期一）下午3:30", "2019-05-06T15:30"),
        ("2019年5月6日凌晨12:30", "2019-05-06T00:30"),
        ("2019年5月6日中午1:20", "2019-05-06T13:20"),
        ("2019年5月6日中午12:20", "2019-05-06T12:20"),
        ("2019年5月6日晚上12:30", "2019-05-06"),
        ("2019-05-06 03:54:00 PM", "2019-05-06T15:54:00"),
        ("May 5th 2019 3:05 PM", "2019-05-05T15:05"),
        ("September 5, 2019 12:05 am", "2019-09-05T00:05"),
        ("20190506 10:54:00", "2019-05-06T10:54:00"),
        ("Marketing 12, 2019", None),
        ("Decision 12 2019", None),
        ("Juniper 10, 2020", None),
        ("120.10.10.5", None),
        ("100.1.1.1", None),
        ("123456789", None),
    ],
)
def test_half_days_are_told_and_numbers_of_other_things_are_no_dates(
    said: str, iso: str | None
) -> None:
    assert recorded_date(said) == iso
