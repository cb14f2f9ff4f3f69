"""Where little is found literally, other readings are shown at once, and said to be others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from search.evaluation.shown import results_of
from search.searching.index import Index
from search.web import create_app

from .corpus import SCRIPT, document, index_of

PROPERTY = document(
    "1111111111111111",
    [
        ("body", "body", "第一条 为了规范物业管理活动，维护业主的合法权益，制定本条例。"),
        ("body", "body", "第四十八条 物业服务企业应当公布收费标准，接受业主监督。"),
        ("body", "body", "违反前款规定的，由住房和城乡建设部门责令改正。"),
        ("body", "body", "第四十九条 业主应当按照约定交纳物业费。"),
    ],
    title="杭州市物业管理条例",
    city=("浙江省", "杭州市", None),
    year=2021,
)
CODE = document(
    "2222222222222222",
    [
        ("body", "body", "第一千二百五十四条 禁止从建筑物中抛掷物品。"),
        ("body", "body", "第一千二百五十五条之一 违反的，依法承担责任。"),
        ("body", "body", "本法自二〇〇九年三月一日起施行；宁波的物业也适用杭州的做法。"),
    ],
    title="中华人民共和国民法典",
    year=2020,
)
DOGS = document(
    "3333333333333333",
    [
        ("body", "body", "养犬人应当为犬只办理登记，并且携犬出户时束犬链。"),
        ("body", "body", "养犬登记证由公安机关核发，遗失的应当补办。"),
        ("body", "body", "养犬登记每年核验一次。"),
    ],
    title=f"宁波市养犬管理条例{SCRIPT}",
    city=("浙江省", "宁波市", None),
    year=2018,
)


@pytest.fixture(scope="module")
def index() -> Iterator[Index]:
    with index_of(PROPERTY, CODE, DOGS) as opened:
        yield opened


@pytest.fixture(scope="module")
def client(index: Index) -> FlaskClient:
    return create_app(index, config={"TESTING": True}).test_client()


def page(client: FlaskClient, query: str, **params: str) -> str:
    answer = client.get("/", query_string={"q": query, **params})
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def asked(client: FlaskClient, query: str) -> Any:
    return client.get("/api/v1/search", query_string={"q": query}).get_json()


def text_of(html: str) -> str:
    return re.sub(r"<[^>]+>", "", html)


def kinds(record: Any) -> list[str]:
    return [reading["kind"] for reading in record["otherwise"]]


def test_a_place_and_a_word_find_what_is_about_the_place(client: FlaskClient) -> None:
    record = asked(client, "杭州 业主")
    assert (record["total"], record["hits"]) == (0, [])
    assert record["narrower"]["names"] == [{"facet": "city", "value": "浙江省/杭州市"}]
    assert (record["narrower"]["rest"], record["narrower"]["total"]) == ("业主", 3)
    assert kinds(record) == ["narrower"]
    assert len(record["otherwise"][0]["hits"]) == 3
    shown = text_of(page(client, "杭州 业主"))
    assert "关于杭州市的文献里的“业主”" in shown
    assert "3 个段落，不计入结果" in shown
    assert "没有找到段落" in shown


@pytest.mark.parametrize(
    ("city", "value", "queries"),
    [
        (("上海市", "上海市", None), "上海市/上海市", ("上海 分类", "上海市 分类", "上海市分类")),
        (("吉林省", "吉林市", None), "吉林省", ("吉林 分类", "吉林省 分类")),
        (("吉林省", "吉林市", None), "吉林省/吉林市", ("吉林市 分类",)),
    ],
)
def test_of_places_with_one_name_the_widest_is_meant(
    city: tuple[str, str | None, str | None], value: str, queries: tuple[str, ...]
) -> None:
    of_city = document("4444444444444444", [("body", "body", "分类投放。")], city=city, title="甲")
    county = document(
        "5555555555555555",
        [("body", "body", "定时定点。")],
        city=(*city[:2], "浦东新区" if city[0] == "上海市" else "昌邑区"),
        title="乙",
    )
    with index_of(of_city, county) as index:
        for query in queries:
            narrower = index.search(query).readings.narrower
            assert narrower is not None, query
            assert (narrower.rest, narrower.total) == ("分类", 1)
            assert [(each.facet, each.value) for each in narrower.names] == [("city", value)]


def test_a_place_named_twice_is_one(client: FlaskClient) -> None:
    assert [each["title"] for each in asked(client, "杭州市 杭州 物业管理条例")["known"]] == [
        each["title"] for each in asked(client, "杭州 物业管理条例")["known"]
    ]


@pytest.mark.parametrize(
    "query", ["浙江 杭州 业主", "杭州 浙江省 业主", "浙江省杭州市 业主", "浙江 杭州业主"]
)
def test_a_place_in_another_is_the_one_that_is_meant(client: FlaskClient, query: str) -> None:
    narrower = asked(client, query)["narrower"]
    assert narrower["names"] == [{"facet": "city", "value": "浙江省/杭州市"}]
    assert (narrower["rest"], narrower["total"]) == ("业主", 3)


@pytest.mark.parametrize(
    ("query", "years"),
    [
        ("2018-2020年 登记", "2018..2020"),
        ("2018年至2019年登记", "2018..2019"),
        ("2018—2020 登记", "2018..2020"),
        ("2018年以来 登记", "2018..2021"),
        ("登记 2018年之后", "2018..2021"),
        ("2018年后 登记", "2018..2021"),
        ("2019年以前的登记", "2018..2019"),
        ("2020-2018年 登记", "2018..2020"),
        ("1890至2019年登记", "1890..2019"),
        ("登记1800-2019元", None),
        ("登记2000-2019人", None),
        ("登记1850至2019", None),
        ("2030年以后 登记", None),
        ("1998年至1999年 登记", None),
        ("2018年前期 登记", None),
        ("2018-20190 登记", None),
        ("登记 2018-2020年度", None),
        ("2018-2020年规划 登记", None),
    ],
)
def test_years_from_one_to_another_are_understood(
    client: FlaskClient, query: str, years: str | None
) -> None:
    narrower = asked(client, query)["narrower"]
    if years is None:
        assert narrower is None
        return
    assert narrower["names"] == [{"facet": "year", "value": years}]
    assert narrower["total"] == 3
    assert "taken-as-text" not in {each["code"] for each in asked(client, query)["notices"]}
    assert f"{years.replace('..', '–')} 年发布的文献" in text_of(page(client, query))


def test_beside_what_is_found_it_is_one_line(client: FlaskClient) -> None:
    record = asked(client, "杭州 物业")
    assert record["total"] == 1
    assert record["narrower"]["total"] == 3
    shown = text_of(page(client, "2021 业主"))
    assert "2021 年发布的文献里的“业主” " in shown
    assert "其他写法" not in shown


def test_in_another_writing_where_the_place_has_not_this_one(client: FlaskClient) -> None:
    record = asked(client, "杭州 物业公司")
    assert kinds(record) == ["narrower"]
    assert record["narrower"]["total"] == 1
    shown = text_of(page(client, "杭州 物业公司"))
    assert "关于杭州市的文献里的“物业公司”（计入其他写法）" in shown


def test_a_title_with_another_year_is_led_to_all_the_same(client: FlaskClient) -> None:
    shown = results_of(page(client, "2021年 民法典"))
    assert shown[0] == ("d", CODE.document_id)


@pytest.mark.parametrize(
    "query", ["杭州物业", "物业 杭州市", "杭州市物业管理", "《杭州市物业管理条例》"]
)
def test_a_title_is_led_to_first(client: FlaskClient, query: str) -> None:
    assert results_of(page(client, query))[0] == ("d", PROPERTY.document_id)


@pytest.mark.parametrize(
    "query",
    [
        "民法典（2020修正）",
        "民法典 2021年修订",
        "民法典2019",
        "2019年民法典",
        "民法典全文",
        "民法典 最新版",
        "现行民法典",
        "民法典（2020年修正）第1254条",
    ],
)
def test_a_title_with_its_edition_is_led_to(client: FlaskClient, query: str) -> None:
    assert [known["title"] for known in asked(client, query)["known"]] == [CODE.title]


@pytest.mark.parametrize(
    "query", ["杭州物业管理条例2019", "2019年杭州市物业管理条例", "杭州 物业管理条例 2019"]
)
def test_a_place_and_a_year_beside_a_title_name_it(client: FlaskClient, query: str) -> None:
    assert [known["title"] for known in asked(client, query)["known"]] == [PROPERTY.title]


@pytest.mark.parametrize("query", ["2021年物业", "2021物业", "物业2021", "物业 2021年"])
def test_a_year_is_one_wherever_it_is_written(client: FlaskClient, query: str) -> None:
    narrower = asked(client, query)["narrower"]
    assert narrower["names"] == [{"facet": "year", "value": "2021"}]
    assert (narrower["rest"], narrower["total"]) == ("物业", 3)


@pytest.mark.parametrize("query", ["2021元物业", "2021年度物业", "2021级业主", "第2021"])
def test_four_digits_of_something_else_are_no_year(client: FlaskClient, query: str) -> None:
    assert asked(client, query)["narrower"] is None


@pytest.mark.parametrize(
    ("query", "article", "begins"),
    [
        ("物业管理条例 第四十八条", "第四十八条", "第四十八条 物业"),
        ("物业管理条例48条", "第四十八条", "第四十八条 物业"),
        ("《民法典》第1254条", "第一千二百五十四条", "第一千二百五十四条 禁止"),
        ("民法典 1254條", "第一千二百五十四条", "第一千二百五十四条 禁止"),
        ("《民法典》第 1254 条", "第一千二百五十四条", "第一千二百五十四条 禁止"),
        ("民法典一千二百五十四条第一款", "第一千二百五十四条", "第一千二百五十四条 禁止"),
        ("民法典1255条之一", "第一千二百五十五条之一", "第一千二百五十五条之一 违反"),
        ("民法典1254", "第一千二百五十四条", "第一千二百五十四条 禁止"),
        ("民法典第1254", "第一千二百五十四条", "第一千二百五十四条 禁止"),
        ("民法典 一千二百五十四", "第一千二百五十四条", "第一千二百五十四条 禁止"),
        ("杭州物业管理条例 48", "第四十八条", "第四十八条 物业"),
    ],
)
def test_an_article_is_led_to(client: FlaskClient, query: str, article: str, begins: str) -> None:
    record = asked(client, query)
    assert record["total"] == 0
    assert record["known"][0]["article"] == article
    assert record["known"][0]["passage"]["text"].startswith(begins)
    assert kinds(record)[0] == "article"
    html = page(client, query)
    assert results_of(html)[1] == ("p", record["known"][0]["passage"]["passage_id"])


@pytest.mark.parametrize("query", ["物业 48", "物业管理条例 2019", "业主 四十八"])
def test_a_number_that_is_of_no_article_is_none(client: FlaskClient, query: str) -> None:
    assert [known["article"] for known in asked(client, query)["known"]] in ([], [None])


def test_an_article_ends_where_the_next_begins(client: FlaskClient) -> None:
    (reading, *_) = asked(client, "物业管理条例48条")["otherwise"]
    assert [hit["paragraph"] for hit in reading["hits"]] == [2, 3]


def test_several_articles_are_led_to(client: FlaskClient) -> None:
    record = asked(client, "物业管理条例第四十八条、第四十九条")
    assert [known["article"] for known in record["known"]] == ["第四十八条", "第四十九条"]
    assert [reading["text"] for reading in record["otherwise"]] == ["第四十八条", "第四十九条"]


@pytest.fixture(scope="module")
def of_cities() -> Iterator[FlaskClient]:
    titles = [f"{city}消防条例" for city in ("北京市", "湖北省", "上海市", "天津市")]
    titles += [
        "北京市未成年人保护条例",
        "未成年人网络保护法",
        "未成年人网络保护办法",
        "未成年人网络保护条例",
        "上海市航道管理条例",
    ]
    documents = [
        document(f"{n:016x}", [("body", "body", f"第十条 单位（{n}）依法办理。")], title=title)
        for n, title in enumerate(titles)
    ]
    citing = document("f" * 16, [("body", "body", "上海市的航到，管理条例另说。")], title="答复")
    with index_of(*documents, citing) as opened:
        yield create_app(opened, config={"TESTING": True}).test_client()


@pytest.mark.parametrize("query", ["重庆市消防条例", "湖南省消防条例", "上海市养犬管理条例"])
def test_the_title_of_another_place_or_matter_is_not_led_to(
    of_cities: FlaskClient, query: str
) -> None:
    for asked_for in (query, f"{query}第十条", query.replace("条例", " 条例")):
        record = asked(of_cities, asked_for)
        assert (record["known"], kinds(record)) == ([], [])


@pytest.mark.parametrize("query", ["未网法", "未络法 第十条", "未网法第10条"])
def test_a_law_is_known_by_its_short_name(of_cities: FlaskClient, query: str) -> None:
    record = asked(of_cities, query)
    assert [known["title"] for known in record["known"]] == ["未成年人网络保护法"]
    assert record["did_you_mean"] == []
    assert asked(of_cities, query.replace("未", "人"))["known"] == []


def test_of_several_titles_that_have_the_article_three_are_listed(of_cities: FlaskClient) -> None:
    record = asked(of_cities, "消防条例第十条")
    assert len({known["title"] for known in record["known"]}) == 3
    assert kinds(record) == ["article"] * 3
    shown = text_of(page(of_cities, "消防条例第十条"))
    assert all(f"《{known['title']}》第十条" in shown for known in record["known"])
    (known,) = asked(of_cities, "湖北消防条例第十条")["known"]
    assert known["title"] == "湖北省消防条例"


@pytest.mark.parametrize("query", ["消防条例第十条", "消防条例", "第十条 消防 条例"])
def test_that_more_titles_fit_than_are_listed_is_said(of_cities: FlaskClient, query: str) -> None:
    def is_said(query: str) -> bool:
        told = {notice["code"] for notice in asked(of_cities, query)["notices"]}
        return "more-titles-fit" in told

    assert len(asked(of_cities, query)["known"]) == 3
    assert is_said(query)
    assert "标题相符的文献不止这 3 篇" in text_of(page(of_cities, query))
    assert not is_said(f"上海市{query}")
    assert not is_said("未成年人网络保护")


def test_a_title_with_a_word_in_between_is_another(of_cities: FlaskClient) -> None:
    (known,) = asked(of_cities, "未成年人保护条例第十条")["known"]
    assert known["title"] == "北京市未成年人保护条例"


def test_beside_what_only_nearly_is_a_title_other_readings_stay(of_cities: FlaskClient) -> None:
    record = asked(of_cities, "上海市航到管理条例第十条")
    assert [known["title"] for known in record["known"]] == ["上海市航道管理条例"]
    assert kinds(record)[0] == "article"
    assert len(kinds(record)) > 1 or record["closest"]


@pytest.mark.parametrize(
    ("query", "text"),
    [("yangquan", "养犬"), ("wuyeguanli", "物业管理"), ("wuye guanli", "物业管理")],
)
def test_pinyin_is_read(client: FlaskClient, query: str, text: str) -> None:
    record = asked(client, query)
    assert record["total"] == 0
    assert (record["otherwise"][0]["kind"], record["otherwise"][0]["text"]) == ("pinyin", text)
    assert f"按拼音读作“{text}”" in text_of(page(client, query))


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("養犬人應當", "writings"),
        ("2009年3月1日", "writings"),
        ("“物业管理活动维护业主的”", "punctuation"),
        ("“维护，业主的合法权益”", "punctuation"),
        ("养犬登既", "correction"),
    ],
)
def test_what_differs_a_little_is_shown_as_that(client: FlaskClient, query: str, kind: str) -> None:
    record = asked(client, query)
    assert record["total"] == 0
    assert kinds(record)[0] == kind
    assert record["otherwise"][0]["hits"]


def test_what_was_not_all_looked_at_is_no_count() -> None:
    bodies = [("body", "body", f"第{n}项：发现，隐患及时处理。") for n in range(61)]
    with index_of(document("6666666666666666", bodies[:60], title="甲")) as few:
        (reading,) = few.search("“发现隐患及时处理”").readings.otherwise
        assert (reading.total, reading.partial) == (60, False)
    with index_of(document("6666666666666666", bodies, title="甲")) as many:
        client = create_app(many, config={"TESTING": True}).test_client()
        (found,) = asked(client, "“发现隐患及时处理”")["otherwise"]
        assert (found["total"], found["partial"]) == (60, True)
        assert "（至少 60 个段落，不计入结果）" in text_of(page(client, "“发现隐患及时处理”"))


def test_words_inside_of_words_are_said_not_to_be_words(client: FlaskClient) -> None:
    # 证 stands there in 登记证 only.
    query = "养犬遗失证"
    record = asked(client, query)
    assert (record["total"], record["closest"][0]["lacks"]) == (0, [])
    shown = text_of(page(client, query))
    assert "没有段落以单独的词含有全部各项" in shown
    assert "没有段落符合全部各项" not in shown
    assert "没有段落符合全部各项" in text_of(page(client, "养犬 登记 外星人"))


def test_titles_and_headings_with_all_of_it_come_before_passages_with_some() -> None:
    number = [
        ("heading", "heading", "法释〔2023〕8号"),
        ("body", "body", "为依法惩治犯罪，制定本解释。"),
    ]
    others = [("body", "body", "第二十条 本解释自2023年8月15日起施行，号令作废。")]
    documents = (
        document("7777777777777777", number, title="审理破坏森林资源案件的解释"),
        document("8888888888888888", others, title="另一解释"),
    )
    with index_of(*documents) as index:
        client = create_app(index, config={"TESTING": True}).test_client()
        record = asked(client, "法释〔2023〕8号")
        assert (record["total"], record["labels_total"]) == (0, 1)
        shown = text_of(page(client, "法释〔2023〕8号"))
        assert shown.index("审理破坏森林资源案件的解释") < shown.index("第二十条")


def test_a_question_is_answered_by_its_words(client: FlaskClient) -> None:
    record = asked(client, "养犬登记证遗失了应当怎么补办？")
    assert record["total"] == 1
    assert "asking-left-out" in [notice["code"] for notice in record["notices"]]
    assert asked(client, "“养犬登记证遗失了怎么办”")["total"] == 0
    # They took part where the very text was found.
    assert asked(client, "遗失的应当补办")["notices"] == []
    assert asked(client, "遗失的应当补办 吗")["notices"] != []
    # With something that is nowhere: the passage with most of it, by what tells most.
    record = asked(client, "外星人的养犬登记证怎么补办")
    assert record["total"] == 0
    assert record["closest"][0]["text"].startswith("养犬登记证")
    assert "外星人" in record["closest"][0]["lacks"]


def test_a_pasted_sentence_comes_first(client: FlaskClient) -> None:
    sentence = "养犬人应当为犬只办理登记，并且携犬出户时束犬链。"
    record = asked(client, sentence)
    assert record["hits"][0]["text"] == sentence


@pytest.mark.parametrize("query", ["鑫", "鑫淼", "鑫淼焱垚"])
def test_finding_nothing_at_all_is_said_last(client: FlaskClient, query: str) -> None:
    shown = text_of(page(client, query))
    assert "索引里还没有文献" not in shown
    assert shown.index("没有找到段落") < shown.index("没有找到也是结果")
    mixed = text_of(page(client, f"杭州 业主 {query}"))
    assert mixed.index("部分符合") < mixed.index("没有找到也是结果")


def test_titles_and_queries_are_escaped(client: FlaskClient) -> None:
    for query in ("宁波养犬", f"宁波 {SCRIPT}", f"养犬 2018 {SCRIPT}", "宁波 登记"):
        assert "<script>alert" not in page(client, query)


def test_a_filter_holds_for_other_readings(client: FlaskClient) -> None:
    html = page(client, "杭州 业主", year="2018")
    assert ("d", PROPERTY.document_id) not in results_of(html)
    assert not [r for r in results_of(html) if r[0] == "p"]


def test_counts_mean_what_was_typed(index: Index) -> None:
    for query in ("杭州 业主", "wuyeguanli", "养犬登既", "民法典 1254条"):
        results = index.search(query)
        assert (results.total, results.documents, results.hits) == (0, 0, ())
        assert not any(count.count for counts in results.facets.values() for count in counts)
