"""duansou cite, as a user runs it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import rispy
from bibtexparser.entrypoint import parse_string

from search.citing.formats import FORMATS
from search.citing.styles import STYLES
from unit.collection import FIRST, SECOND, Desk, article


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    desk.write("a.txt", article("某县平安建设", FIRST, SECOND))
    desk.index()
    return desk


def test_text_is_the_reference_and_the_mark_and_what_lacks_stands_apart(desk: Desk) -> None:
    answer = desk.run("cite", desk.passage_id("网格员五千人"))
    assert answer.code == 0
    assert answer.out == "某县平安建设[N/OL]. 某县日报, 2020-01-02.\n[1]第2段\n"
    assert answer.err.startswith("缺：获取和访问路径\n")


def test_the_reader_completes_it(desk: Desk) -> None:
    answer = desk.run(
        "cite",
        desk.passage_id("网格员五千人"),
        *("--style", "gbt7714-2015", "--accessed", "2026-07-01"),
        *("--url", "https://a.cn/1.htm", "--kind", "web", "--item", "六是"),
    )
    assert answer.out == (
        "某县平安建设[EB/OL]. (2020-01-02)[2026-07-01]. https://a.cn/1.htm.\n[1]第2段“六是”\n"
    )
    assert "缺" not in answer.err


@pytest.mark.parametrize("style", STYLES)
def test_every_style_is_one_line_and_a_mark(desk: Desk, style: str) -> None:
    answer = desk.run("cite", desk.passage_id("网格员五千人"), "--style", style)
    assert len(answer.out.splitlines()) == 2
    assert "某县平安建设" in answer.out


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_names_the_title(desk: Desk, form: str) -> None:
    answer = desk.run("cite", desk.passage_id("网格员五千人"), "--format", form)
    assert "某县平安建设" in answer.out


def test_reference_managers_read_it(desk: Desk) -> None:
    identity = desk.passage_id("网格员五千人")

    def exported(form: str) -> str:
        return desk.run("cite", identity, "--format", form).out

    (bib,) = parse_string(exported("bibtex")).entries
    (ris,) = rispy.loads(exported("ris"))
    (csl,) = json.loads(exported("csl-json"))
    document = desk.listed()["a.txt"]["document_id"]
    assert bib.key == ris["id"] == csl["id"] == f"duansou-{document}"
    assert bib["ids"] == f"duansou-{identity}"
    assert bib["title"] == ris["title"] == csl["title"] == "某县平安建设"
    assert [bib["annote"]] == ris["notes"] == [csl["note"]]
    assert SECOND in csl["note"]


def test_the_permanent_address_stands_for_one_that_is_not_known(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUANSOU_PUBLIC_URL", "https://x.example")
    identity = desk.passage_id("网格员五千人")
    (ris,) = rispy.loads(desk.run("cite", identity, "--format", "ris").out)
    assert ris["urls"] == [f"https://x.example/p/{identity}"]
    assert f"永久地址：https://x.example/p/{identity}" in ris["notes"][0]


def test_a_document_is_cited_by_its_id(desk: Desk) -> None:
    identity = desk.listed()["a.txt"]["document_id"]
    assert desk.run("cite", identity).out == "某县平安建设[N/OL]. 某县日报, 2020-01-02.\n"
    refused = desk.run("cite", identity, "--item", "六是")
    assert (refused.code, refused.out) == (2, "")
    assert "is a document" in refused.err


def test_an_old_wording_is_cited_as_it_was_and_that_is_said(desk: Desk) -> None:
    old = desk.passage_id("网格员五千人")
    desk.write("a.txt", article("某县平安建设", FIRST, SECOND.replace("五千", "六千")))
    desk.index()
    answer = desk.run("cite", old, "--format", "csl-json")
    (item,) = json.loads(answer.out)
    assert SECOND in item["note"]
    assert "被改动或撤下，此为旧文" in item["note"]
    assert "This wording is an old one: it was changed or taken out on 20" in answer.err


def test_a_text_that_stands_in_several_documents_is_to_be_chosen(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.write("a.txt", article("甲", FIRST, date="2020-01-01"))
    desk.index()
    identity = desk.passage_id("调处成功率")
    desk.write("a.txt", article("丙", SECOND, date="2020-01-03"))
    desk.write("b.txt", article("乙", FIRST, date="2020-01-02"))
    desk.write("c.txt", article("丁", FIRST, date="2020-01-04"))
    desk.index("--prune")
    answer = desk.run("cite", identity)
    assert answer.code == 2
    assert "stands in 2 documents now; cite one of" in answer.err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--accessed", "yesterday"], "The access date is 'yesterday'"),
        (["--url", "https://a.cn/"], "is a site's home page"),
        (["--style", "turabian"], "turabian"),
        (["--format", "endnote"], "endnote"),
        (["--kind", "book"], "book"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(desk: Desk, options: list[str], said: str) -> None:
    answer = desk.run("cite", desk.passage_id("网格员五千人"), *options)
    assert (answer.code, answer.out) == (2, "")
    assert said in answer.err


@pytest.mark.parametrize("identity", ["0" * 16, "0" * 20 + "-" + "0" * 8])
def test_an_unknown_id_is_not_found(desk: Desk, identity: str) -> None:
    assert desk.run("cite", identity).code == 1
