"""The page of a basket and its files."""

from __future__ import annotations

import csv
import io
import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import rispy
from flask.testing import FlaskClient

from search.citing.exporting import EXPORTS
from search.searching.index import Index

from .corpus import DATONG, GUIGANG, HOSTILE, SCRIPT
from .markup import read


def address_of(*ids: str, suffix: str = "", more: str = "") -> str:
    return f"/basket{suffix}?" + "&".join(f"id={each}" for each in ids) + more


def ids_in(address: str) -> list[str]:
    return [value for name, value in parse_qsl(urlsplit(address).query) if name == "id"]


@pytest.fixture
def ids(index: Index) -> list[str]:
    return [
        index.passages_in(GUIGANG.document_id)[2].passage_id,
        index.passages_in(DATONG.document_id)[0].passage_id,
        index.passages_in(GUIGANG.document_id)[0].passage_id,
    ]


def test_hits_and_passages_lead_into_a_basket(client: FlaskClient, ids: list[str]) -> None:
    results = read(client.get("/?q=信访").text)
    one = results.link("加入引文篮")
    assert len(ids_in(one)) == 1
    page = read(client.get(f"/p/{ids[0]}").text)
    assert ids_in(page.link("加入引文篮")) == [ids[0]]
    every = results.link("引用本页 2 段")
    assert len(ids_in(every)) == 2
    assert "引文篮：2 段，2 篇文献" in read(client.get(every).text).text


def test_passages_are_listed_with_marks_and_one_list_of_references(
    client: FlaskClient, ids: list[str]
) -> None:
    page = read(client.get(address_of(*ids)).text)
    assert "引文篮：3 段，2 篇文献" in page.text
    for mark in ("[1]第3段", "[2]第1段", "[1]第1段"):
        assert mark in page.text
    plain = page.by_id["basket-text"]
    assert plain.count("[N/OL]") == 2
    assert f"http://localhost/p/{ids[1]}" in plain
    assert "“形成“1+10+N”方案体系，信访总量下降。”[1]第3段" in plain


def test_order_and_removal_need_no_script(client: FlaskClient, ids: list[str]) -> None:
    first, second, third = ids
    more = "&style=gbt7714-2015&kept=1"
    page = read(client.get(address_of(*ids, more=more)).text)
    buttons = [(b["name"], b["value"]) for b in page.named("button") if b.get("form")]
    made = []
    for name, value in buttons:
        moved = client.get(address_of(*ids, more=f"{more}&accessed=&add=&{name}={value}"))
        assert moved.status_code == 302
        assert moved.location.endswith("&style=gbt7714-2015&kept=1")
        made.append((name, ids_in(moved.location)))
    assert made == [
        ("down", [second, first, third]),
        ("without", [second, third]),
        ("up", [second, first, third]),
        ("down", [first, third, second]),
        ("without", [first, third]),
        ("up", [first, third, second]),
        ("without", [first, second]),
    ]
    assert ids_in(page.link("清空引文篮")) == []
    assert client.get(address_of(*ids, more=f"&up={first}&without=x")).status_code == 200


def test_the_page_of_a_full_basket_is_not_heavy(client: FlaskClient) -> None:
    full = [f"{number:020}-00000000" for number in range(200)]
    assert len(client.get(address_of(*full)).data) < 250_000


def test_the_form_adds_what_is_pasted_and_dates_the_references(
    client: FlaskClient, ids: list[str]
) -> None:
    page = read(client.get(address_of(ids[0])).text)
    hidden = [(a["name"], a["value"]) for a in page.named("input") if a.get("type") == "hidden"]
    assert ("id", ids[0]) in hidden
    added = read(
        client.get(
            "/basket",
            query_string=[*hidden, ("add", f"http://x/p/{ids[1]}?q=1"), ("accessed", "2026-07-01")],
            follow_redirects=True,
        ).text
    )
    assert "引文篮：2 段，2 篇文献" in added.text
    wrong = client.get(address_of(*ids, more="&accessed=gestern"))
    assert wrong.status_code == 200
    assert "引用日期“gestern”不是日期" in wrong.text
    assert "没有段落地址" in client.get("/basket?add=x").text


def test_every_id_is_answered_for(client: FlaskClient, ids: list[str]) -> None:
    unknown = "0" * 20 + "-00000000"
    moved = ids[1].split("-")[0] + "-00000000"
    text = read(client.get(address_of(ids[0], unknown, moved, quote_of(SCRIPT))).text).text
    assert f"编号 {unknown}：文献库里没有这个段落" in text
    assert f"编号 {moved} 的文字现在属于这篇文献" in text
    assert "有 2 个编号现在不对应单独一个段落" in text


def quote_of(text: str) -> str:
    return text.replace("<", "%3C").replace(">", "%3E")


def test_an_empty_and_an_overfull_basket_say_what_to_do(client: FlaskClient) -> None:
    assert "引文篮还是空的" in client.get("/basket").text
    full = client.get(address_of(*map(str, range(201))))
    assert full.status_code == 400
    assert "一个引文篮最多 200 个" in full.text


@pytest.mark.parametrize("form", EXPORTS.values(), ids=lambda form: form.name)
def test_files_have_the_passages_in_their_order(
    client: FlaskClient, ids: list[str], form: Any
) -> None:
    unknown = "0" * 20 + "-00000000"
    response = client.get(address_of(*ids, unknown, suffix=form.suffix))
    assert response.status_code == 200
    assert f'filename="duansou-basket{form.suffix}"' in response.headers["Content-Disposition"]
    text = response.text
    assert text.index("贵港市提升安全感工作综述") < text.index("大同市满意度创新高")
    if form.name == "csv":
        rows = list(csv.DictReader(io.StringIO(text[1:], newline="")))
        assert [row["passage_id"] for row in rows] == ids
    if form.name == "jsonl":
        values = [json.loads(line) for line in text.splitlines()]
        assert [v["passage_id"] for v in values if v["type"] == "passage"] == ids
        assert {"type": "missing", "passage_id": unknown, "reason": "unknown"} in values


def test_chosen_passages_are_exported_below_their_documents_as_a_search_is(
    client: FlaskClient, ids: list[str]
) -> None:
    """What boxes beside hits send: ``id`` for each that is ticked, whatever else the form has."""
    (guigang, datong) = rispy.loads(client.get(address_of(*ids, suffix=".ris", more="&id=")).text)
    for item, chosen in ((guigang, [ids[0], ids[2]]), (datong, [ids[1]])):
        addresses = [f"http://localhost/p/{each}" for each in chosen]
        assert [note.split("永久地址：")[1].split(" | ")[0] for note in item["notes"]] == addresses
    assert guigang["urls"] == [f"http://localhost/p/{ids[0]}"]
    assert datong["urls"] == [DATONG.url]
    found = client.get("/export.ris").text
    whole = {item["id"]: item for item in rispy.loads(found[found.index("TY  - ") :])}
    one = rispy.loads(client.get(f"/p/{ids[1]}/cite?format=ris").text)[0]
    assert one == datong
    assert set(datong["notes"]) < set(whole[datong["id"]]["notes"])
    kept = ("id", "title", "secondary_title", "date", "type_of_reference")
    assert {n: whole[datong["id"]].get(n) for n in kept} == {n: datong.get(n) for n in kept}


def test_hostile_text_is_escaped(client: FlaskClient, index: Index) -> None:
    hostile = index.passages_in(HOSTILE.document_id)[0].passage_id
    text = client.get(address_of(hostile, quote_of(f'"{SCRIPT}'))).text
    assert SCRIPT not in text
    assert "<img" not in text


def test_old_wordings_and_erased_passages_are_said_and_marked(
    reworded: tuple[FlaskClient, str, str],
) -> None:
    client, old, gone = reworded
    page = read(client.get(address_of(old, gone)).text)
    assert "旧文：" in page.text
    assert "满意度提高。" in page.by_id["item-1"]
    assert page.link("1.txt ¶ 1").startswith("/p/")
    assert "这篇文献已按要求从文献库中抹去" in page.by_id["item-2"]
    assert "[1]第1段" in page.by_id["item-1"]
    lines = client.get(address_of(old, gone, suffix=".jsonl")).text.splitlines()
    first, missing, end = map(json.loads, lines)
    assert first["superseded"]
    assert missing == {"type": "missing", "passage_id": gone, "reason": "forgotten"}
    assert end["passages"] == 1


def test_footnotes_have_a_reference_for_each_passage_and_no_numbers(
    client: FlaskClient, ids: list[str]
) -> None:
    page = read(client.get(address_of(*ids, more="&style=gbt7714-2015-note")).text)
    assert "引文篮：3 段，2 篇文献" in page.text
    assert page.by_id["basket-text"].partition("参考文献")[2].count("[N/OL]") == 3
    assert client.get(address_of(*ids, more="&style=x")).status_code == 400
