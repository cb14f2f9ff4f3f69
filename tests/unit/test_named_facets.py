"""Documents about a place and passages naming it are two questions, on every way to ask."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from search import open_index
from search.config import load_settings
from search.web import create_app

from .collection import Desk, article

ABOUT = "贵港市委市政府部署平安建设，全市各地层层落实，贵港市民安居乐业。"
NAMING = "其中桂平市组建联防队伍三百支，二〇一七年以来发案率连年下降，群众满意。"
OTHER = "大同市的经验表明，民国二十六年的旧城格局至今可见，值得借鉴学习。"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    desk = Desk(tmp_path_factory.mktemp("named"))
    desk.write("a.txt", article("贵港市平安建设综述", ABOUT, NAMING, OTHER, date="2020-01-02"))
    desk.index()
    return desk


@pytest.fixture
def client(desk: Desk) -> Iterator[FlaskClient]:
    with open_index(desk.index_dir) as index:
        yield create_app(index, load_settings()).test_client()


def texts(desk: Desk, *options: str) -> list[str]:
    answer: Any = desk.run("search", "--sort", "document", "--json", *options).json
    assert answer["total"] == len(answer["hits"])
    return [hit["text"] for hit in answer["hits"]]


@pytest.mark.parametrize(
    ("options", "found"),
    [
        (["--city", "贵港"], [ABOUT, NAMING, OTHER]),
        (["--place", "贵港"], [ABOUT, NAMING]),
        (["--place", "桂平"], [NAMING]),
        (["--place", "桂平", "--place", "山西"], [NAMING, OTHER]),
        (["--place", "贵港", "--named-year", "2015..2018"], [NAMING]),
        (["--named-year", "1937"], [OTHER]),
        (["--named-year", "~unknown"], [ABOUT]),
        (["--year", "2017"], []),
        (["--city", "桂平"], []),
    ],
)
def test_the_command_line_asks_both_questions(
    desk: Desk, options: list[str], found: list[str]
) -> None:
    assert texts(desk, *options) == found


def test_each_count_is_the_total_of_the_search_with_that_value(desk: Desk) -> None:
    facets = desk.run("search", "--json").json["facets"]
    for name, option in (("place", "--place"), ("named_year", "--named-year")):
        assert facets[name]
        for count in facets[name]:
            value = "~unknown" if count["value"] is None else str(count["value"])
            assert len(texts(desk, option, value)) == count["count"]


def test_a_place_that_no_passage_names_and_a_wrong_year_are_said(desk: Desk) -> None:
    answer = desk.run("search", "--place", "海口", "--json")
    assert answer.code == 1
    assert answer.json["notices"][0]["message_en"] == "No passage names 海南省/海口市."
    refused = desk.run("search", "--named-year", "去年")
    assert refused.code == 2
    assert "write one year (2017)" in refused.err


def test_the_page_offers_what_passages_name_and_shows_the_choice(client: FlaskClient) -> None:
    page = client.get("/").text
    assert "文中地名" in page
    assert "文中年份" in page
    chosen = client.get(f"/?place={quote('桂平')}&named_year=2017").text
    assert "<strong>1</strong> 个段落" in chosen
    assert "文中地名</span>桂平" in chosen


def test_the_passage_page_leads_to_all_passages_naming_the_place(
    desk: Desk, client: FlaskClient
) -> None:
    page = client.get(f"/p/{desk.passage_id(NAMING)}").text
    path = quote("广西壮族自治区/贵港市/桂平市", safe="")
    assert f"/?place={path}" in page
    assert "/?named_year=2017..2017" in page


def test_the_api_takes_the_same_choices(client: FlaskClient) -> None:
    answer = client.get(f"/api/v1/search?place={quote('山西省/大同市')}").get_json()
    assert [hit["text"] for hit in answer["hits"]] == [OTHER]
