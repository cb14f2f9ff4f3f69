"""The page that compares, its files, and what stands beside a search: facets, years, exclusions."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, quote, urlsplit
from xml.etree import ElementTree as Xml

import pytest
from flask.testing import FlaskClient

from search import __version__
from search.query.request import SearchRequest
from search.searching.index import Index
from search.web import create_app

from .corpus import DATONG, GUIGANG, HOSTILE, SCRIPT, document, index_of
from .markup import Page, read

SVG = "{http://www.w3.org/2000/svg}"


def get(client: FlaskClient, address: str) -> Page:
    response = client.get(address)
    assert response.status_code == 200, response.text
    return read(response.text)


def state(address: str) -> SearchRequest:
    return SearchRequest.from_params(parse_qsl(urlsplit(address).query))


def total(client: FlaskClient, address: str) -> int:
    found = re.search(r"([\d,]+) 个段落，[\d,]+ 篇文献", get(client, address).text)
    return int(found[1].replace(",", "")) if found else 0


def of_years(*years: int | None) -> FlaskClient:
    """A collection with a document of one paragraph for each of some years."""
    documents = [
        document(
            f"{number:016x}",
            [("body", "body", f"第{number}篇的内容。")],
            title=f"第{number}篇",
            year=year,
            source=f"报{number}",
        )
        for number, year in enumerate(years)
    ]
    return create_app(index_of(*documents), config={"TESTING": True}).test_client()


# The page that compares


@pytest.mark.parametrize(
    "asked",
    ["", "q=信访", "rows=topic&columns=source", "q=全市&not_city=大同", "rows=year&columns=topic"],
)
def test_every_linked_number_is_the_total_of_its_search(client: FlaskClient, asked: str) -> None:
    html = client.get(f"/compare?{asked}").text
    cells = re.findall(r'<td class="shade-[1-5]"[^>]*><a href="([^"]+)"[^>]*>([\d,]+)</a>', html)
    assert cells
    for address, number in cells:
        assert total(client, address.replace("&amp;", "&")) == int(number)


def test_results_lead_to_the_comparison_and_back(client: FlaskClient) -> None:
    page = get(client, "/?q=信访&year=2017")
    address = page.link("对比")
    assert urlsplit(address).path == "/compare"
    there = get(client, address)
    assert state(there.link("← 回到检索结果")) == SearchRequest("信访", year=("2017",))
    assert urlsplit(there.link("每千段")).path == "/compare"
    assert "2017" in there.text


def test_shares_say_what_they_are_of(client: FlaskClient) -> None:
    page = get(client, "/compare?q=信访&measure=share")
    titles = [a["title"] for tag, a in page.tags if tag == "td" and "title" in a]
    assert "广西壮族自治区 › 贵港市，2017 年：每千段 333.3 段（1 ÷ 3 段）" in titles
    assert "分母不足 50 段" in page.text
    assert "没有段落，无从计算" in " ".join(titles)


def test_the_line_over_the_years_has_its_numbers_beside_it(client: FlaskClient) -> None:
    page = get(client, "/compare?q=信访")
    assert "历年变化" in page.text
    assert "2018 年最高" in page.text
    assert "历年变化" not in get(client, "/compare?q=信访&rows=city&columns=topic").text


def heads(page: Page) -> list[tuple[str, str]]:
    """The columns' names with the addresses of the table sorted by each."""
    return [(text, a["href"]) for text, a in page.links if a.get("title", "").startswith("按")]


def test_the_newest_year_stands_first_and_empty_ones_are_a_switch_away() -> None:
    client = of_years(2010, 2013, 2013, None)
    page = get(client, "/compare?rows=source&columns=year")
    assert [name for name, _ in heads(page)] == ["合计", "2013", "2010", "未知"]
    whole = get(client, page.link("显示空着的行和列（2）"))
    assert [name for name, _ in heads(whole)] == ["合计", "2013", "2012", "2011", "2010", "未知"]
    back = get(client, whole.link("略去空着的行和列"))
    assert heads(back) == heads(page)


def test_rows_are_sorted_by_any_column_and_as_they_were_again() -> None:
    client = of_years(2010, 2013, 2013, 2012, 2012, 2012)
    address = "/compare?rows=year&columns=source&measure=documents"
    page = get(client, address)

    def years(page: Page) -> list[str]:
        return [text for text, a in page.links if state(a["href"]).year == (text,)]

    assert years(page) == ["2013", "2012", "2010"]
    by_total = get(client, dict(heads(page))["合计"])
    assert years(by_total) == ["2012", "2013", "2010"]
    by_first = get(client, dict(heads(by_total))["报0"])
    assert years(by_first) == ["2010", "2013", "2012"]
    assert [a["aria-sort"] for a in by_first.named("th") if "aria-sort" in a] == ["descending"]
    assert years(get(client, dict(heads(by_first))["报0"])) == years(page)
    assert years(get(client, f"{address}&ranked={quote(SCRIPT)}")) == years(page)


def test_two_selects_choose_the_sides_which_change_places_where_they_would_be_one(
    client: FlaskClient,
) -> None:
    page = get(client, "/compare?q=信访&measure=share")
    sent = {a["name"]: a["value"] for a in page.named("input") if a.get("type") == "hidden"}
    assert sent["was"] == "city year"
    assert [a["name"] for a in page.named("select")] == ["rows", "columns"]
    fields = "q=信访&measure=share&was=city+year"
    swapped = client.get(f"/compare?{fields}&rows=year&columns=year")
    assert swapped.status_code == 302
    assert dict(parse_qsl(urlsplit(swapped.location).query)) == {
        "q": "信访",
        "measure": "share",
        "rows": "year",
        "columns": "city",
    }
    assert "按主题和年份对比" in get(client, f"/compare?{fields}&rows=topic&columns=year").text
    assert client.get(f"/compare?{fields}&rows=topic&columns=topic").status_code == 400


def test_an_empty_comparison_says_so_and_leads_back(client: FlaskClient) -> None:
    page = get(client, "/compare?q=没有这样的话")
    assert "没有找到段落" in page.text
    assert state(page.link("回到检索结果")).query == "没有这样的话"
    assert not page.named("table")


def test_what_is_left_to_the_rest_is_named_and_linked() -> None:
    client = of_years(*range(1950, 2000), *range(1950, 1960))
    page = get(client, "/compare?rows=source&columns=year")
    assert "其余 10 个年份" in page.text
    assert "其余 30 个来源" in page.text
    assert state(page.link("1999")).year == ("1999",)


@pytest.mark.parametrize("asked", ["rows=topic&columns=topic", "measure=x", "rows=author"])
def test_a_wrong_comparison_is_refused_in_words(client: FlaskClient, asked: str) -> None:
    response = client.get(f"/compare?{asked}")
    assert response.status_code == 400
    assert client.get(f"/api/v1/compare?{asked}").get_json()["error"]["code"] == "bad_request"


def test_the_drawing_stands_alone_and_has_no_rights(client: FlaskClient) -> None:
    response = client.get(f"/compare.svg?q={quote('信访')}&measure=share")
    assert response.headers["Content-Disposition"] == 'attachment; filename="compare.svg"'
    assert "sandbox" in response.headers["Content-Security-Policy"]
    drawing = Xml.fromstring(response.data)  # noqa: S314 - our own
    assert drawing.findtext(f"{SVG}title") == "每千段：地区 × 年份：信访"
    assert "每千段 =" in str(drawing.findtext(f"{SVG}desc"))
    names = {element.tag.removeprefix(SVG) for element in drawing.iter()}
    assert names <= {"svg", "title", "desc", "rect", "text", "g"}
    assert not any(
        name.startswith("on") or name == "style" or name.endswith("href")
        for element in drawing.iter()
        for name in element.attrib
    )


@pytest.mark.parametrize("form", ["", ".svg", ".csv"])
def test_hostile_names_and_queries_are_only_text(client: FlaskClient, form: str) -> None:
    asked = f"q={quote(SCRIPT)}&any=1&rows=source&columns=topic&not_topic={quote(SCRIPT)}"
    body = client.get(f"/compare{form}?{asked}").text
    if form == ".csv":
        assert f'"{SCRIPT}来源""\'"' in body
    else:
        assert SCRIPT not in body
        assert "&lt;script&gt;" in body


def test_a_drawing_is_well_formed_whatever_is_asked(client: FlaskClient) -> None:
    response = client.get("/compare.svg?q=信访%00%0b%ef%bf%bf&any=1")
    Xml.fromstring(response.data)  # noqa: S314 - our own


def test_files_have_the_table_of_the_page(client: FlaskClient) -> None:
    text = client.get("/compare.csv?q=信访").data.decode()
    assert text.startswith("\ufeffquery,信访\r\n")
    assert "广西壮族自治区/贵港市,1,1,0\r\n" in text
    record = client.get("/api/v1/compare?q=信访").get_json()
    assert record["cells"][1][0] == {"found": 1}


# Leaving out


def test_what_is_left_out_is_a_chip_and_can_come_back(client: FlaskClient) -> None:
    page = get(client, "/facet/year")
    out = page.link("−不含2018")
    assert state(out) == SearchRequest(not_year=("2018",))
    page = get(client, out)
    assert "4 个段落" in page.text
    chips = [(text, a["href"]) for text, a in page.links if a.get("class") == "chip excludes"]
    assert [(text, state(href)) for text, href in chips] == [
        ("年份不含2018×（去掉）", SearchRequest())
    ]


def test_a_value_that_is_left_out_says_what_would_come_back(client: FlaskClient) -> None:
    page = get(client, "/?not_city=山西省&not_topic=信访工作")
    options = {text: a for text, a in page.links if "excluded" in a.get("class", "")}
    assert {text.split("（")[0] for text in options} >= {"山西省", "信访工作"}
    back = next(a["href"] for text, a in options.items() if text.startswith("山西省"))
    counted = next(int(text[-1]) for text in options if text.startswith("山西省"))
    assert total(client, back) - total(client, "/?not_city=山西省&not_topic=信访工作") == counted


def test_choosing_what_is_left_out_lets_it_in(client: FlaskClient) -> None:
    page = get(client, "/facet/year?year=2017")
    assert state(page.link("−不含2017")) == SearchRequest(not_year=("2017",))
    wrong = client.get("/?not_year=abc")
    assert wrong.status_code == 400
    assert get(client, "/?not_year=2017..2018").text.count("1 个段落") >= 1


# The years


def test_many_years_are_drawn_and_few_are_a_list() -> None:
    page = get(of_years(2010, 2010, 2012, None), "/?q=内容")
    assert not page.named("path")
    assert state(page.link("20102")) == SearchRequest("内容", year=("2010",))
    client = of_years(*range(2001, 2012), 2001, 2015, None)
    page = get(client, "/?q=内容&year=2003")
    (drawing,) = [a for a in page.named("svg") if a["class"] == "years"]
    assert drawing["data-first"] == "2001"
    assert drawing["data-counts"] == "2 1 1 1 1 1 1 1 1 1 1 0 0 0 1"
    bars = {a["class"]: a["d"].count("M") for a in page.named("path")}
    assert bars == {"column": 11, "column chosen": 1}
    unknown = [state(a["href"]).year for text, a in page.links if text.startswith("未知")]
    assert ("2003", "~unknown") in unknown


def test_a_range_of_years_by_two_fields() -> None:
    client = of_years(2010, 2011, 2012, 2013)
    for fields, years in (
        ("year_from=2011&year_to=2012", "2011..2012"),
        ("year_from=2012&year_to=2011", "2011..2012"),
        ("year_from=2011&year_to=2011", "2011"),
        ("year_from=2012&year_to=", "2012..2013"),
        ("year_from=&year_to=2012", "2010..2012"),
    ):
        response = client.get(f"/?q=内容&sort=date&{fields}")
        assert response.status_code == 302
        assert state(response.location) == SearchRequest("内容", year=(years,), sort="date")
    assert state(client.get("/?year=2010&year_from=&year_to=").location) == SearchRequest()
    refused = client.get("/?year_from=2011&year_to=二〇一二")
    assert refused.status_code == 400
    assert "不是年份" in refused.text
    page = get(client, "/?year=2011..2012")
    chosen = [text[:4] for text, a in page.links if "option chosen" in a.get("class", "")]
    assert chosen == ["2012", "2011"]
    named = client.get("/?named_year_from=1999&named_year_to=2001").location
    assert state(named) == SearchRequest(named_year=("1999..2001",))


def test_one_year_needs_no_drawing() -> None:
    assert not get(of_years(2010, 2010), "/").named("path")


# All values of a facet


def test_a_long_facet_has_a_page_with_every_value() -> None:
    client = of_years(*[2000 + n % 4 for n in range(120)])
    page = get(client, "/?q=内容")
    address = page.link("全部 120 项")
    page = get(client, address)
    assert "120 个值" in page.text
    assert state(page.link("报0")) == SearchRequest("内容", source=("报0",))
    names = [text for text, a in page.links if "option" in a.get("class", "")]
    assert len(names) == 100
    rest = get(client, page.link("下一页"))
    assert len([1 for _, a in rest.links if "option" in a.get("class", "")]) == 20
    by_name = get(client, page.link("按名称"))
    shown = [state(a["href"]).source for _, a in by_name.links if "option" in a.get("class", "")]
    assert shown == sorted(shown)
    found = get(client, f"{address}&find={quote('报11')}")
    assert "含“报11”的 11 个" in found.text
    none = get(client, f"{address}&find={quote(SCRIPT)}")
    assert "没有含“" in none.text
    assert client.get("/facet/author").status_code == 404
    assert client.get("/facet/city?order=size").status_code == 400


# The collection


def test_the_collection_says_what_it_is_and_lacks(client: FlaskClient, index: Index) -> None:
    page = get(client, "/about")
    for said in (
        "6 个段落",
        "3 篇文献",
        "2017 至 2018 年",
        "2 个省级",
        "1 个段落，占 16.7%",
        __version__,
        index.analyzer.digest,
    ):
        assert said in page.text, said
    record = client.get("/api/v1/about").get_json()
    assert record["unknown"] == {"city": 1, "year": 1, "topic": 2, "source": 0, "kind": 6}
    assert record["places"] == {"provinces": 2, "cities": 2, "counties": 0}
    assert "roots" not in record
    assert record["forgotten"] == 0
    assert "/api/v1/about" in [a["href"] for a in page.named("link")]
    assert get(client, "/help").link("关于本库") == "/about"


def test_gaps_in_the_years_are_named() -> None:
    page = get(of_years(2001, 2005, 2007), "/about")
    assert "2002–2004、2006 年一篇也没有" in page.text
    empty = create_app(index_of(), config={"TESTING": True}).test_client()
    assert "还没有文献" in get(empty, "/about").text


def test_names_of_the_collection_are_escaped() -> None:
    client = create_app(index_of(GUIGANG, DATONG, HOSTILE)).test_client()
    for address in ("/about", "/facet/source", "/compare?rows=source&columns=topic"):
        assert SCRIPT not in client.get(address).text
