"""The page of results."""

from __future__ import annotations

import gzip
import re
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask.testing import FlaskClient
from lxml import html

from search.query.request import SearchRequest
from search.web import create_app

from .corpus import DATONG, GUIGANG, document, index_of
from .markup import Page, read


def get(client: FlaskClient, address: str) -> Page:
    response = client.get(address)
    assert response.status_code == 200, response.text
    return read(response.text)


def state(address: str) -> SearchRequest:
    return SearchRequest.from_params(parse_qsl(urlsplit(address).query))


def option(page: Page, text: str) -> str:
    """Where the first value of a facet whose text begins so leads."""
    return next(
        a["href"]
        for label, a in page.links
        if label.startswith(text) and "option" in a.get("class", "")
    )


def test_the_empty_query_lists_every_passage(client: FlaskClient) -> None:
    page = get(client, "/")
    assert "6 个段落，3 篇文献" in page.text
    assert sum(tag == "article" for tag, _ in page.tags) == 6


def test_a_hit_shows_what_is_needed_to_judge_it(client: FlaskClient) -> None:
    page = get(client, "/?q=纠纷")
    assert page.marked == ["纠纷"]
    for part in ("贵港市提升安全感工作综述", "贵港日报", "2017-08-10", "网格化管理全覆盖"):
        assert part in page.text
    assert "¶ 2" in page.text
    hit = page.link("贵港市提升安全感工作综述")
    assert urlsplit(hit).path.startswith("/p/")
    assert state(hit).query == "纠纷"


def test_the_words_matched_are_marked_in_the_original_text(client: FlaskClient) -> None:
    page = get(client, "/?q=网格化管理")
    assert page.marked.count("网格化管理") == 2  # the passage, and the heading listed apart
    assert set(page.marked) == {"网格化管理", "网格化", "管理"}


def test_titles_and_headings_that_match_are_listed_apart_and_not_counted(
    client: FlaskClient,
) -> None:
    page = get(client, "/?q=“全覆盖”")
    assert "没有找到段落" in page.text
    assert "标题、小标题与图注中也有 1 处" in page.text
    assert urlsplit(page.link("网格化管理全覆盖")).path == f"/d/{GUIGANG.document_id}"


def test_every_facet_offers_its_values_with_counts(client: FlaskClient) -> None:
    page = get(client, "/")
    for value, label in (
        ("广西壮族自治区", "地区"),
        ("贵港市", "地区"),
        ("2017", "年份"),
        ("网格化管理", "主题"),
        ("贵港日报", "来源"),
    ):
        assert label in page.text
        options = [
            a for text, a in page.links if text.startswith(value) and "option" in a.get("class", "")
        ]
        assert len(options) == 1, value
        assert "个段落，" in options[0]["title"]


def test_an_unknown_value_is_offered_and_found(client: FlaskClient) -> None:
    page = get(client, "/")
    assert state(page.link("未知")).city == ("~unknown",)
    found = get(client, "/?city=~unknown")
    assert "1 个段落，1 篇文献" in found.text
    assert "地区未知" in found.text.replace(" ", "")


def test_choosing_keeps_the_other_choices_and_goes_to_the_first_page(client: FlaskClient) -> None:
    page = get(client, "/?q=信访&topic=信访工作&sort=date&limit=1&page=2")
    chosen = state(option(page, "2018"))
    assert chosen == SearchRequest(
        query="信访", topic=("信访工作",), year=("2018",), sort="date", limit=1
    )


def test_choosing_twice_takes_the_choice_back(client: FlaskClient) -> None:
    page = get(client, "/?year=2017&year=2018")
    assert state(option(page, "2017")).year == ("2018",)
    assert "5 个段落" in page.text


def test_a_chosen_filter_is_a_chip_that_removes_it(client: FlaskClient) -> None:
    page = get(client, "/?year=2017&topic=信访工作")
    chips = [a["href"] for _, a in page.links if a.get("class") == "chip"]
    assert [state(chip) for chip in chips] == [
        SearchRequest(topic=("信访工作",)),
        SearchRequest(year=("2017",)),
    ]
    assert state(page.link("全部去掉")) == SearchRequest()


def test_a_place_inside_a_chosen_one_narrows_instead_of_adding(client: FlaskClient) -> None:
    page = get(client, "/?city=广西壮族自治区")
    assert state(option(page, "贵港市")).city == ("广西壮族自治区/贵港市",)
    page = get(client, "/?city=广西壮族自治区/贵港市")
    assert state(option(page, "广西壮族自治区")).city == ("广西壮族自治区",)
    assert state(option(page, "大同市")).city == ("广西壮族自治区/贵港市", "山西省/大同市")


def test_a_large_place_tree_opens_along_the_choice() -> None:
    documents = [
        document(
            f"{i:016x}",
            [("body", "body", f"第{i}处的内容。")],
            title=f"第{i}处",
            city=(f"{'甲乙丙'[i % 3]}省", f"第{i}市", None),
        )
        for i in range(30)
    ]
    client = create_app(index_of(*documents)).test_client()
    page = get(client, "/")
    offered = [text for text, a in page.links if "option" in a.get("class", "")]
    assert not [text for text in offered if text.startswith("第3市")]
    assert any("选定后列出其中 10 处" in a.get("title", "") for a in page.named("a"))
    page = get(client, option(page, "甲省"))
    assert state(option(page, "第3市")).city == ("甲省/第3市",)
    page = get(client, "/?city=第4市")
    assert state(option(page, "第1市")).city == ("第4市", "乙省/第1市")


def test_a_choice_without_passages_stays_in_its_list(client: FlaskClient) -> None:
    page = get(client, "/?q=安全感&city=大同市&city=湖南省/常德市&topic=经费与保障")
    changed = {text: state(a["href"]) for text, a in page.links if "option" in a.get("class", "")}
    assert changed["经费与保障（已选，点按取消）0"].topic == ()
    assert changed["湖南省0"].city == ("大同市", "湖南省")
    assert changed["常德市（已选，点按取消）0"].city == ("大同市",)


def test_a_short_place_name_marks_the_place_it_means(client: FlaskClient) -> None:
    page = get(client, "/?city=贵港")
    options = [
        a for text, a in page.links if text.startswith("贵港市") and "option" in a.get("class", "")
    ]
    assert options[0]["aria-current"] == "true"
    assert state(options[0]["href"]).city == ()


def offered(client: FlaskClient, address: str) -> list[str]:
    page = get(client, address)
    return [text for text, a in page.links if "option" in a.get("class", "")]


@pytest.mark.parametrize(
    ("name", "chosen"),
    [
        ("襄樊", "襄阳市（已选，点按取消）1"),
        ("湖北/襄樊市", "襄阳市（已选，点按取消）1"),
        ("湖北省襄阳市", "襄阳市（已选，点按取消）1"),
        ("北京", "北京市（已选，点按取消）1"),
        ("天津", "天津市（已选，点按取消）0"),
        ("随州", "随州市（已选，点按取消）0"),
    ],
)
@pytest.mark.parametrize("page", ["/", "/facet/city"])
def test_a_place_by_any_of_its_names_is_marked_where_it_stands(
    name: str, chosen: str, page: str
) -> None:
    places = ("湖北省", "襄阳市", None), ("北京市", "北京市", None), ("山西省", "大同市", None)
    documents = [
        document(f"{n:016x}", [("body", "body", f"第{n}处的内容。")], title=f"第{n}处", city=city)
        for n, city in enumerate(places)
    ]
    client = create_app(index_of(*documents)).test_client()
    shown = offered(client, f"{page}?city={name}")
    assert [text.split(" › ")[-1] for text in shown if "已选" in text] == [chosen]
    assert not [text for text in shown if name in text and "市" not in text]
    left_out = offered(client, f"{page}?not_city={name}")
    assert [text.split(" › ")[-1] for text in left_out if "已排除" in text] == [
        chosen.replace("已选，点按取消", "已排除，点按恢复")
    ]


def test_a_range_of_years_is_one_choice(client: FlaskClient) -> None:
    page = get(client, "/?year=2017..2018")
    assert "2017–2018" in page.text
    assert state(option(page, "2017")).year == ()


def test_pages_are_linked_both_ways(client: FlaskClient) -> None:
    page = get(client, "/?limit=2&page=2")
    relations = {a["rel"]: a["href"] for a in page.named("a") if a.get("rel") in ("prev", "next")}
    assert state(relations["prev"]).page == 1
    assert state(relations["next"]).page == 3
    assert {a["rel"] for a in page.named("link")} >= {"prev", "next"}


def test_pages_partition_the_passages(client: FlaskClient) -> None:
    seen: list[str] = []
    address: str | None = "/?limit=4"
    while address:
        page = get(client, address)
        seen += [a["href"] for t, a in page.links if "¶" in t and "/p/" in a["href"]]
        following = [a["href"] for a in page.named("a") if a.get("rel") == "next"]
        address = following[0] if following else None
    assert len(seen) == 6
    assert len({urlsplit(address).path for address in seen}) == 6


def test_a_page_past_the_last_shows_the_last_and_says_so(client: FlaskClient) -> None:
    page = get(client, "/?limit=4&page=9")
    assert "没有第 9 页" in page.text
    assert "本页 5–6" in page.text


def test_orders_and_ways_to_match_are_links(client: FlaskClient) -> None:
    page = get(client, "/?q=信访")
    assert state(page.link("日期")).sort == "date"
    assert state(page.link("文献次序")).sort == "document"
    # One word is all words, and where pages are full any word would only dilute them.
    assert "含任一词" not in page.text
    assert "含任一词" not in get(client, "/?q=信访 总&limit=1&any=1").text
    assert state(get(client, "/?q=信访 总量").link("含任一词")).any_term is True
    page = get(client, "/?q=贵港 矛盾&any=1")
    assert state(page.link("含全部词")).any_term is False


def test_the_form_keeps_the_filters_of_the_page(client: FlaskClient) -> None:
    page = get(client, "/?q=信访&year=2017&any=1&sort=date&page=1")
    tags = page.tags
    search = tags[next(i for i, (tag, _) in enumerate(tags) if tag == "form") :]
    search = search[: next(i for i, (tag, _) in enumerate(search) if tag == "button")]
    fields = {(a["name"], a["value"]) for tag, a in search if "name" in a and tag == "input"}
    assert fields == {("q", "信访"), ("year", "2017"), ("any", "1"), ("sort", "date")}


def test_an_empty_result_offers_looser_searches_that_find_something(client: FlaskClient) -> None:
    page = get(client, "/?q=“信访工作网格化”&year=2017")
    assert "没有找到段落" in page.text
    looser = state(page.link("去掉引号，含任一词即可"))
    assert looser.any_term
    assert looser.year == ("2017",)
    assert "“" not in looser.query
    assert "换成更短的词" in page.text


def test_what_is_looser_and_finds_no_more_is_not_offered(client: FlaskClient) -> None:
    page = get(client, "/?q=信访&year=1999")
    assert "没有找到段落" in page.text
    assert not state(page.link("去掉筛选条件")).year
    assert "含任一词即可" not in page.text


def test_an_empty_index_says_how_to_fill_it() -> None:
    page = get(create_app(index_of()).test_client(), "/")
    assert "duansou index" in page.text


@pytest.mark.parametrize(
    ("address", "is_told"), [("/", True), ("/?q=段", True), ("/?topic=未分类", False)]
)
def test_a_taxonomy_that_does_not_fit_is_pointed_out(address: str, is_told: bool) -> None:
    lines = [("body", "body", f"第{i}段，无关的内容。") for i in range(24)]
    app = create_app(index_of(document("e" * 16, lines, title="别的文献")))
    assert ("词表不适合" in get(app.test_client(), address).text) is is_told


def test_a_few_passages_without_topic_are_not_pointed_out(client: FlaskClient) -> None:
    assert "词表不适合" not in get(client, "/").text


def test_a_long_facet_is_folded_but_never_hides_a_choice() -> None:
    documents = [
        document(
            f"{number:016x}",
            [("body", "body", f"{number}号的内容。")],
            title=f"{number}号",
            source=f"报{number}",
        )
        for number in range(30)
    ]
    client = create_app(index_of(*documents)).test_client()
    page = get(client, "/?source=报29")
    assert "全部 30 项" in page.text
    html = client.get("/?source=报29").text
    listed = html[html.index("全部 30 项") :]
    assert ">报29<" in listed
    assert ">报28<" not in html


def test_a_facet_with_nothing_to_choose_is_not_there_unless_chosen(client: FlaskClient) -> None:
    page = get(client, "/?q=纠纷")
    assert "facet-source" not in page.by_id
    assert "facet-source" in get(client, "/?q=纠纷&source=贵港日报").by_id


def test_what_has_no_value_comes_last_and_no_hit_says_so(client: FlaskClient) -> None:
    html = client.get("/").text
    topics = html[html.index('id="facet-topic"') :]
    topics = topics[: topics.index("</section>")]
    values = re.findall(r'<span class="value">(.*?)</span>', topics)
    assert values[-1] == "未分类"
    hits = html[html.index('<ol class="hits"') : html.index("</ol>")]
    assert "<article" in hits
    assert not re.search("未知|未分类", hits)


def test_the_first_page_says_what_is_here_and_its_examples_find_something(
    client: FlaskClient,
) -> None:
    page = get(client, "/")
    assert "这里有 3 篇文献，写到 4 处地方，发布于 2017 至 2018 年" in page.text
    html = client.get("/").text
    examples = read(html[html.index('<p class="examples">') :].split("</p>")[0] + "</p>").links
    assert len(examples) == 4
    for _, attributes in examples:
        assert sum(tag == "article" for tag, _ in get(client, attributes["href"]).tags) > 0
    assert "比如" not in get(client, "/?q=信访").text


def test_the_same_answer_is_the_same_page(client: FlaskClient) -> None:
    first = client.get("/?q=信访")
    again = client.get("/?q=信访", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert client.get("/?q=网格", headers={"If-None-Match": first.headers["ETag"]}).data


def test_a_page_is_small_whatever_there_is_to_choose() -> None:
    documents = [
        document(
            f"{n:016x}",
            [("body", "body", f"网格化管理第{n}处。" + "网格化管理" * 40)],
            title=f"第{n}篇关于网格化管理的文献",
            city=(f"{n % 30}自治区", f"{n}自治州", f"{n}自治县"),
            year=1950 + n % 75,
            source=f"来源{n}",
            topics={f"网格化管理第{n}处。" + "网格化管理" * 40: f"主题{n % 40}"},
        )
        for n in range(300)
    ]
    client = create_app(index_of(*documents)).test_client()
    assert len(client.get("/?q=网格化管理").data) <= 40 * 1024


def test_the_first_page_is_light() -> None:
    lines = [("body", "body", "网格化管理" * 200) for _ in range(30)]
    client = create_app(index_of(document("f" * 16, lines, title="长文献"))).test_client()
    wire = {"Accept-Encoding": "gzip"}
    page = client.get("/?q=网格化管理", headers=wire)
    weight = len(page.data)
    for tag, attributes in read(gzip.decompress(page.data).decode()).tags:
        if tag == "script" or (tag == "link" and attributes["rel"] in ("stylesheet", "icon")):
            address = attributes.get("href") or attributes["src"]
            with client.get(address, headers=wire) as asset:
                assert asset.status_code == 200
                weight += len(asset.data)
    assert weight <= 60 * 1024


def test_a_mounted_application_keeps_its_prefix() -> None:
    client = create_app(index_of(GUIGANG, DATONG)).test_client()
    page = read(client.get("/?q=信访", base_url="http://localhost/duansou").text)
    local = [a["href"] for _, a in page.links if not a["href"].startswith("#")]
    assert local
    assert all(address.startswith("/duansou/") for address in local)


def test_chosen_hits_are_cited_and_exported_together(client: FlaskClient) -> None:
    root = html.fromstring(client.get("/?q=信访").text)
    boxes = root.xpath("//ol[@class='hits']/li//input[@type='checkbox'][@name='id']")
    assert len(boxes) == len(root.xpath("//ol[@class='hits']/li")) > 1
    assert {box.get("form") for box in boxes} == {"chosen"}
    (form,) = root.xpath("//form[@id='chosen']")
    addresses = [form.get("action"), *form.xpath(".//@formaction")]
    assert {"/basket", "/basket.ris", "/basket.bib", "/basket.csv"} < set(addresses)
    for address in addresses:
        taken = client.get(address, query_string={"id": [box.get("value") for box in boxes[:2]]})
        assert taken.status_code == 200
        assert "信访" in taken.text


def test_what_is_read_otherwise_can_be_cited_too(client: FlaskClient) -> None:
    root = html.fromstring(client.get("/?q=矛盾糾紛").text)
    hits = root.xpath("//section[@class='closest']//article")
    assert hits
    for hit in hits:
        assert hit.xpath(".//a[@class='cite-here']")
        assert hit.xpath(".//a[@class='to-basket']")
