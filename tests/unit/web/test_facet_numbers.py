"""How many values a facet has is one number, wherever a page says it."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from search.web import create_app

from .corpus import document, index_of
from .markup import read

PLACES = [
    ("北京市", "北京市", "朝阳区"),
    ("北京市", "北京市", "海淀区"),
    ("北京市", "北京市", None),
    ("上海市", "上海市", None),
    ("重庆市", "重庆市", "城口县"),
    ("吉林省", "吉林市", None),
    ("吉林省", "长春市", "德惠市"),
    ("广西壮族自治区", "贵港市", "港北区"),
    ("广西壮族自治区", "贵港市", "平南县"),
    ("广西壮族自治区", "玉林市", None),
    ("山西省", "大同市", None),
    ("山西省", None, None),
    (None, None, None),
]
PROVINCES, CITIES, COUNTIES = 6, 5, 6
"""Of these a municipality is a province and no city besides."""


@pytest.fixture(scope="module")
def many_years() -> FlaskClient:
    made = [
        document(
            f"{n:016x}",
            [
                ("body", "body", f"网格{n}。"),
                ("body", "body", f"{2000 + n}年的网格。"),
                ("body", "body", "词一。"),
            ],
            title=f"第{n}篇",
            city=PLACES[n % len(PLACES)],
            year=2000 + n if n else None,
            source=f"来源{n}" if n else None,
            topics={f"网格{n}。": f"主题{n}"} if n else {},
        )
        for n in range(20)
    ]
    return create_app(index_of(*made)).test_client()


@pytest.fixture(scope="module")
def pages(many_years: FlaskClient) -> dict[str, str]:
    client = many_years
    addresses = ["/", "/about", *(f"/facet/{name}" for name in ("city", "year", "topic", "source"))]
    # What is chosen but not found is in the list, to be taken back, and is no value.
    addresses += ["/?city=云南省&source=无", "/facet/city?city=云南省", "/facet/source?source=无"]
    return {address: client.get(address).text for address in addresses}


@pytest.mark.parametrize(
    ("name", "label", "expected"),
    [
        ("city", "地区", PROVINCES + CITIES + COUNTIES),
        ("year", "年份", 19),
        ("topic", "主题", 19),
        ("source", "来源", 19),
    ],
)
def test_sidebar_page_of_the_facet_and_about_say_one_number(
    pages: dict[str, str], name: str, label: str, expected: int
) -> None:
    sidebar = re.findall(rf'href="[^"]*/facet/{name}[^"]*"[^>]*>全部 (\d+) 项', pages["/"])
    assert sidebar == [str(expected)]
    own = read(pages[f"/facet/{name}"])
    assert f"{label}：{expected} 个值" in own.text
    assert len([tag for tag, _ in own.tags if tag == "h1"]) == 1
    about = read(pages["/about"]).text
    if name == "year":
        assert f"共 {expected} 个年份" in about
    elif name == "city":
        assert f"全部 {expected} 个地区" in about
        assert f"{PROVINCES} 个省级地区、{CITIES} 个市级地区、{COUNTIES} 个县级地区" in about
    else:
        assert f"{label}共 {expected} 个。" in about


@pytest.mark.parametrize(
    ("name", "chosen", "label", "expected"),
    [("city", "云南省", "地区", 17), ("source", "无", "来源", 19)],
)
def test_what_is_chosen_but_not_found_is_no_value(
    pages: dict[str, str], name: str, chosen: str, label: str, expected: int
) -> None:
    page = read(pages[f"/facet/{name}?{name}={chosen}"])
    assert f"{label}：{expected} 个值" in page.text
    assert chosen in page.text


def test_each_value_is_listed_once(pages: dict[str, str]) -> None:
    listed = re.findall(r'<span class="value">(.*?)</span>', pages["/facet/city"])
    # And the unknown one.
    assert len(listed) == len(set(listed)) == PROVINCES + CITIES + COUNTIES + 1


@pytest.mark.parametrize("name", ["year", "not_year", "named_year", "not_named_year"])
@pytest.mark.parametrize("years", ["1900..1950", "1950", "~unknown", "2010..2100"])
@pytest.mark.parametrize("path", ["/", "/facet/year", "/facet/named_year", "/compare", "/kwic"])
def test_years_that_no_document_has_can_be_chosen_and_taken_back(
    many_years: FlaskClient, path: str, name: str, years: str
) -> None:
    asked = many_years.get(path, query_string={"q": "网格", name: years})
    assert asked.status_code == 200
    # What leads elsewhere keeps it.
    kept = re.escape(quote(years, safe="~."))
    assert re.search(rf"[?&;]{name}={kept}(?![\w.])", asked.text)
    if years == "1900..1950" and (path, name) == ("/", "year"):
        # The form has what is chosen, though no bar stands for it.
        assert 'name="year_from" value="1900"' in asked.text
        assert 'name="year_to" value="1950"' in asked.text
