"""Golden references, each compared by hand with the rules of both editions."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from search.citing.styles import cite
from search.documents.document import Evidence
from unit.citations.records import SEEDS, document

SEED_REFERENCES = {
    "000": "梁启勇. 砥砺奋进勇争优——贵港市抓稳定促和谐不断提升安全感满意度工作综述[N/OL]. "
    "贵港日报, 2017-08-10.",
    "001": "大同市社会安全感和满意度创新高[N/OL]. 山西法制报, 2018-11-15.",
    "002": "何英平. 全面强化综合治理措施 努力构建平安和谐津市[EB/OL]. (2009-04-30).",
    "003": "贵池区委政法委. “五个结合”深化“平安贵池”建设 提升人民群众安全感满意度[EB/OL]. "
    "(2021-11-12).",
    "004": "梁启勇. 贵港市“维稳基石工程”10年调处矛盾纠纷13万余件[EB/OL]. (2018-12-18).",
}


@pytest.mark.parametrize("style", ["gbt7714-2025", "gbt7714-2015"])
@pytest.mark.parametrize("seed", SEEDS)
def test_a_seed_is_cited_with_what_is_certain_and_nothing_else(seed: str, style: str) -> None:
    assert cite(SEEDS[seed], style=style).text == SEED_REFERENCES[seed]


@pytest.mark.parametrize(
    ("source", "published", "code"),
    [
        ("安徽法制报社", "2021-11-12T14:49:56", "[EB/OL]"),
        ("南方报业传媒集团", "2021-11-12T14:49", "[EB/OL]"),
        ("湖南日报社", "2021-11-12T08:00", "[EB/OL]"),
        ("半月谈杂志社", "2021-11-12T08:00:01", "[EB/OL]"),
        ("人民出版社", "2021-11-12T08:00", "[EB/OL]"),
        ("安徽法制报社", "2021-11-12", "[N/OL]"),
        ("安徽法制报", "2021-11-12T14:49:56", "[N/OL]"),
    ],
)
def test_what_a_publishing_house_dates_to_the_minute_is_a_page_of_its_site(
    source: str, published: str, code: str
) -> None:
    cited = cite(replace(SEEDS["003"], source=source, published=published))
    assert code in cited.text


def test_what_a_dateline_tells_is_cited_and_said_to_be_probable() -> None:
    evidence = {"author": (Evidence("电头写明 张三", 3, None, "probable"),)}
    cited = cite(replace(SEEDS["000"], author="张三", evidence=evidence))
    assert cited.text.startswith("张三. ")
    assert any("推断" in note for note in cited.notes)
    assert not any("推断" in note for note in cite(SEEDS["000"]).notes)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_seed_has_an_address_or_an_access_date(seed: str) -> None:
    both = ("获取和访问路径", "引用日期")
    newspaper = "[N/OL]" in SEED_REFERENCES[seed]
    assert cite(SEEDS[seed], style="gbt7714-2015").missing == both
    assert cite(SEEDS[seed]).missing == (both[:1] if newspaper else both)


@pytest.mark.parametrize(
    ("seed", "edition_2025", "edition_2015"),
    [
        (
            "000",
            "[N/OL]. 贵港日报, 2017-08-10. https://a.cn/1.htm.",
            "[N/OL]. 贵港日报, 2017-08-10[2026-07-01]. https://a.cn/1.htm.",
        ),
        (
            "002",
            "[EB/OL]. (2009-04-30)[2026-07-01]. https://a.cn/1.htm.",
            "[EB/OL]. (2009-04-30)[2026-07-01]. https://a.cn/1.htm.",
        ),
        (
            "004",
            "[EB/OL]. (2018-12-18)[2026-07-01]. https://a.cn/1.htm.",
            "[EB/OL]. (2018-12-18)[2026-07-01]. https://a.cn/1.htm.",
        ),
    ],
)
def test_a_seed_becomes_complete_with_address_and_access_date(
    seed: str, edition_2025: str, edition_2015: str
) -> None:
    for style, ending in (("gbt7714-2025", edition_2025), ("gbt7714-2015", edition_2015)):
        citation = cite(SEEDS[seed], style=style, accessed="2026-07-01", url="https://a.cn/1.htm")
        assert citation.text.endswith(ending)
        assert citation.missing == ()


# Fields, what the reader adds, the reference in 2025, the reference in 2015 (None: the same).
GOLDEN: dict[str, tuple[dict[str, Any], dict[str, Any], str, str | None]] = {
    "2015, clause 4.4.2, an online newspaper's article": (
        {
            "author": "傅刚，赵承，李佳路",
            "title": "大风沙过后的思考",
            "source": "北京青年报",
            "published": "2000-01-12",
            "url": "http://www.bjyouth.com.cn/Bqb/20000412/GB/4216%5ED0412B1401.htm",
        },
        {"accessed": "2005-09-28"},
        "傅刚, 赵承, 李佳路. 大风沙过后的思考[N/OL]. 北京青年报, 2000-01-12. "
        "http://www.bjyouth.com.cn/Bqb/20000412/GB/4216%5ED0412B1401.htm.",
        "傅刚, 赵承, 李佳路. 大风沙过后的思考[N/OL]. 北京青年报, 2000-01-12[2005-09-28]. "
        "http://www.bjyouth.com.cn/Bqb/20000412/GB/4216%5ED0412B1401.htm.",
    ),
    "2015, appendix A, a web page": (
        {
            "author": "萧钰",
            "title": "出版业信息化迈入快车道",
            "published": "2001-12-19",
            "url": "http://www.creader.com/news/20011219/200112190019.html",
        },
        {"accessed": "2002-04-15"},
        "萧钰. 出版业信息化迈入快车道[EB/OL]. (2001-12-19)[2002-04-15]. "
        "http://www.creader.com/news/20011219/200112190019.html.",
        None,
    ),
    "2025, B.4 example 6, page unknown": (
        {
            "author": "陈缮真",
            "title": "探索微观世界的无穷奥秘(科技大观)",
            "source": "人民日报",
            "published": "2022-08-16",
            "url": "http://paper.people.com.cn/rmrb/html/2022-08/16/nw.D110000renmrb_20220816_317.htm",
        },
        {},
        "陈缮真. 探索微观世界的无穷奥秘(科技大观)[N/OL]. 人民日报, 2022-08-16. "
        "http://paper.people.com.cn/rmrb/html/2022-08/16/nw.D110000renmrb_20220816_317.htm.",
        None,
    ),
    "2025, B.10 example 2, an institution with brackets": (
        {
            "author": "北京鲁迅博物馆(北京新文化运动纪念馆)",
            "title": "北京鲁迅博物馆志愿服务章程",
            "published": "2021-04-21",
            "url": "http://www.luxunmuseum.com.cn/html/202104/a11310.htm",
        },
        {"accessed": "2023-05-02"},
        "北京鲁迅博物馆(北京新文化运动纪念馆). 北京鲁迅博物馆志愿服务章程[EB/OL]. "
        "(2021-04-21)[2023-05-02]. http://www.luxunmuseum.com.cn/html/202104/a11310.htm.",
        None,
    ),
    "2025, B.10 example 3, marks inside the title": (
        {
            "author": "杨立华",
            "title": "《庄子》读不懂？看完这一篇“导读”就明白了",
            "published": "2022-10-26",
            "url": "https://www.bilibili.com/video/BV1t84y1B7vv/",
        },
        {"accessed": "2023-05-02"},
        "杨立华. 《庄子》读不懂？看完这一篇“导读”就明白了[EB/OL]. (2022-10-26)[2023-05-02]. "
        "https://www.bilibili.com/video/BV1t84y1B7vv/.",
        None,
    ),
    "2025, B.10 example 4, no date": (
        {
            "author": "高等教育文献保障系统",
            "title": "馆际互借与文献传递服务",
            "url": "http://home.calis.edu.cn/pages/list.html?id=4101e184",
        },
        {"accessed": "2025-06-21"},
        "高等教育文献保障系统. 馆际互借与文献传递服务[EB/OL]. [2025-06-21]. "
        "http://home.calis.edu.cn/pages/list.html?id=4101e184.",
        None,
    ),
    "2025, B.10 example 5, no author": (
        {
            "title": "许振超:“好好干,当一个好工人”",
            "source": "人民网",
            "published": "2025-02-17",
            "url": "http://cpc.people.com.cn/n1/2025/0217/c443712-40419790.html",
        },
        {"accessed": "2025-06-22"},
        "许振超:“好好干,当一个好工人”[EB/OL]. (2025-02-17)[2025-06-22]. "
        "http://cpc.people.com.cn/n1/2025/0217/c443712-40419790.html.",
        None,
    ),
    "four authors": (
        {
            "author": "印森林、吴胜和、李俊飞、冯文杰",
            "title": "题名",
            "source": "科技日报",
            "published": "2024-03-05",
        },
        {},
        "印森林, 吴胜和, 李俊飞, 等. 题名[N/OL]. 科技日报, 2024-03-05.",
        None,
    ),
    "the source itself says 等": (
        {"author": "张三等", "title": "题名", "source": "法治日报", "published": "2024-03-05"},
        {},
        "张三, 等. 题名[N/OL]. 法治日报, 2024-03-05.",
        None,
    ),
    "reporters and correspondents in one line": (
        {
            "author": "本报记者 谭卓雯 通讯员 杨展",
            "title": "题名",
            "source": "广西日报",
            "published": "2018-06-01",
        },
        {},
        "谭卓雯, 杨展. 题名[N/OL]. 广西日报, 2018-06-01.",
        None,
    ),
    "a collective author without a name": (
        {"author": "本报评论员", "title": "题名", "source": "人民日报", "published": "2020-01-02"},
        {},
        "本报评论员. 题名[N/OL]. 人民日报, 2020-01-02.",
        None,
    ),
    "a subtitle apart from the title": (
        {
            "title": "砥砺奋进勇争优",
            "subtitle": "——贵港市工作综述",
            "source": "贵港日报",
            "published": "2017-08-10",
        },
        {},
        "砥砺奋进勇争优: 贵港市工作综述[N/OL]. 贵港日报, 2017-08-10.",
        None,
    ),
    "a subtitle that the title has already": (
        {
            "title": "砥砺奋进勇争优——贵港市工作综述",
            "subtitle": "——贵港市工作综述",
            "published": "2017-08-10",
        },
        {},
        "砥砺奋进勇争优——贵港市工作综述[EB/OL]. (2017-08-10).",
        None,
    ),
    "line breaks in a title": (
        {"title": "全面强化综合治理措施\n　　努力构建平安和谐津市", "published": "2009-4-3"},
        {},
        "全面强化综合治理措施 努力构建平安和谐津市[EB/OL]. (2009-04-03).",
        None,
    ),
    "a regulation of a local congress": (
        {
            "author": "贵港市人民代表大会常务委员会",
            "title": "贵港市城市管理条例",
            "source_kind": "regulation",
            "published": "2019-12-05",
            "url": "https://flk.npc.gov.cn/detail2.html?ZmY4",
        },
        {"accessed": "2026-07-01"},
        "贵港市人民代表大会常务委员会. 贵港市城市管理条例[EB/OL]. (2019-12-05)[2026-07-01]. "
        "https://flk.npc.gov.cn/detail2.html?ZmY4.",
        None,
    ),
    "a government's page": (
        {
            "author": "国务院办公厅",
            "title": "关于加强网格化服务管理的意见",
            "source": "国务院办公厅",
            "source_kind": "government",
            "published": "2022-07-08",
        },
        {},
        "国务院办公厅. 关于加强网格化服务管理的意见[EB/OL]. (2022-07-08).",
        None,
    ),
    "a newspaper's website is not the newspaper": (
        {"title": "题名", "source": "贵港日报网", "published": "2020-05-06"},
        {},
        "题名[EB/OL]. (2020-05-06).",
        None,
    ),
    "a newspaper's overseas edition": (
        {"title": "题名", "source": "人民日报海外版", "published": "2020-05-06"},
        {},
        "题名[N/OL]. 人民日报海外版, 2020-05-06.",
        None,
    ),
    "a journal whose name ends in 报": (
        {"author": "李明", "title": "题名", "source": "北京大学学报", "published": "2020-05-06"},
        {},
        "李明. 题名[EB/OL]. (2020-05-06).",
        None,
    ),
    "a gazette": (
        {"title": "题名", "source": "国务院公报", "published": "2020-05-06"},
        {},
        "题名[EB/OL]. (2020-05-06).",
        None,
    ),
    "大公报 is a newspaper": (
        {"title": "题名", "source": "大公报", "published": "2020-05-06"},
        {},
        "题名[N/OL]. 大公报, 2020-05-06.",
        None,
    ),
    "only the year is known": (
        {"title": "题名", "source": "贵港日报", "published": "2017"},
        {},
        "题名[N/OL]. 贵港日报, 2017.",
        None,
    ),
    "a newspaper's article without a date": (
        {"title": "题名", "source": "贵港日报"},
        {"accessed": "2026-07-01"},
        "题名[N/OL]. 贵港日报.",
        "题名[N/OL]. 贵港日报[2026-07-01].",
    ),
    "an English page by several": (
        {
            "author": "Fordham, Ernest W.; Ali, Amiad; Turner, David A.; Charters, John R.",
            "title": "Grid management in Chinese cities",
            "published": "2019-07-13",
            "url": "https://example.org/grid.html",
        },
        {"accessed": "2025-01-02"},
        "Fordham E W, Ali A, Turner D A, et al. Grid management in Chinese cities[EB/OL]. "
        "(2019-07-13)[2025-01-02]. https://example.org/grid.html.",
        "FORDHAM E W, ALI A, TURNER D A, et al. Grid management in Chinese cities[EB/OL]. "
        "(2019-07-13)[2025-01-02]. https://example.org/grid.html.",
    ),
    "a western institution stays as printed": (
        {"author": "World Bank", "title": "Safe cities", "published": "2019-07-13"},
        {},
        "World Bank. Safe cities[EB/OL]. (2019-07-13).",
        None,
    ),
    "a double given name": (
        {"author": "Godard, Jean-Luc", "title": "Images", "published": "2019-07-13"},
        {},
        "Godard J-L. Images[EB/OL]. (2019-07-13).",
        "GODARD J-L. Images[EB/OL]. (2019-07-13).",
    ),
    "a translated name with its country": (
        {"author": "[美]杰里米·里夫金", "title": "题名", "published": "2019-07-13"},
        {},
        "杰里米·里夫金. 题名[EB/OL]. (2019-07-13).",
        None,
    ),
    "a spaced two-character name": (
        {"author": "张　三", "title": "题名", "published": "2019-07-13"},
        {},
        "张三. 题名[EB/OL]. (2019-07-13).",
        None,
    ),
    "traditional script": (
        {"author": "陳大文", "title": "網格化管理", "source": "聯合報", "published": "2019-07-13"},
        {},
        "陳大文. 網格化管理[N/OL]. 聯合報, 2019-07-13.",
        None,
    ),
    "the user takes what was seen": (
        {"title": "题名", "source": "贵港日报", "site": "yybnet.net", "published": "2017-08-10"},
        {"kind": "web"},
        "题名[EB/OL]. (2017-08-10).",
        None,
    ),
    "a title alone": ({"title": "题名"}, {}, "题名[EB/OL].", None),
    "nothing at all": ({}, {}, "[EB/OL].", None),
}


@pytest.mark.parametrize("name", GOLDEN)
def test_a_reference_is_as_the_edition_prints_it(name: str) -> None:
    fields, added, edition_2025, edition_2015 = GOLDEN[name]
    assert cite(document(**fields), style="gbt7714-2025", **added).text == edition_2025
    assert cite(document(**fields), style="gbt7714-2015", **added).text == (
        edition_2015 or edition_2025
    )


@pytest.mark.parametrize(
    ("outlet", "code"),
    [
        ("中国科学报", "N"),
        ("北京青年报", "N"),
        ("贵港日报社", "N"),
        ("羊城晚报", "N"),
        ("人民日报（海外版）", "N"),
        ("参考消息", "N"),
        ("物理学报", "EB"),
        ("武汉大学学报", "EB"),
        ("统计年报", "EB"),
        ("中国新闻周刊", "EB"),
        ("人民日报客户端", "EB"),
        ("新华社", "EB"),
        ("人民网-广西频道", "EB"),
    ],
)
def test_the_outlet_s_name_decides_the_type_code(outlet: str, code: str) -> None:
    assert f"[{code}/OL]" in cite(document(title="题名", source=outlet)).text


def test_a_stated_kind_of_outlet_goes_before_its_name_but_a_journal_is_no_newspaper() -> None:
    web = document(title="题名", source="某报", source_kind="web")
    paper = document(title="题名", source="某某先锋", source_kind="newspaper")
    journal = document(title="题名", source="物理学报", source_kind="newspaper")
    assert ["[N/OL]" in cite(d).text for d in (web, paper, journal)] == [False, True, False]


@pytest.mark.parametrize("style", ["gbt7714-2025", "gbt7714-2015"])
@pytest.mark.parametrize("name", GOLDEN)
def test_a_reference_is_one_line_and_invents_nothing(name: str, style: str) -> None:
    fields, added, _, _ = GOLDEN[name]
    text = cite(document(**fields), style=style, **added).text
    assert text.splitlines() == [text]
    assert not [word for word in ("S.l.", "s.n.", "不详", "佚名", "None", "..") if word in text]
