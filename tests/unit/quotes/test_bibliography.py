"""A draft with twenty quotations, three of them subtly wrong: checked in one paste, on the command
line and on the page, and its sources taken away without a loss."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import rispy
from bibtexparser.entrypoint import parse_string
from pylatexenc.latex2text import LatexNodes2Text

from search import open_index
from search.web import create_app
from unit.collection import Desk
from unit.web.markup import read

TITLES = ("贵港市平安建设&综治_工作", "津市{网格}化管理：100%覆盖", "大同市安全感满意度")
SOURCES = ("贵港日报", "湖南日报", "山西法制报")
AUTHORS = ("梁启勇、李明", "津市市委政法委", "张三")
PLACES = "南江北湖西山东河中原上海下关左岭右安前进"


def paragraph(place: str, number: int) -> str:
    return (
        f"{place}{number}街道建立网格化服务管理中心，配备网格员{100 + number}名，"
        f"全年化解{place}辖区矛盾纠纷{200 + 7 * number}件，群众{place}满意度达到九成以上。"
    )


RECORDS = [
    {
        "title": TITLES[which],
        "author": AUTHORS[which],
        "source": SOURCES[which],
        "published": f"201{7 + which}-0{1 + which}-1{which}",
        "url": f"https://news.example.org/2018/{which}_a.html?id={which}&x=%E4",
        "text": "\n\n".join(
            paragraph(PLACES[which * 7 + n], which * 7 + n) for n in range(6 + (which != 2))
        ),
    }
    for which in range(3)
]
QUOTES = [paragraph(PLACES[n], n)[:38] for n in (7, *range(7), *range(8, 20))]
WRONG = {3: ("网格员", "网络员"), 11: ("中心", "站点"), 17: ("建立", "成立")}
DRAFT = "\n".join(
    f"{n}. 报告称“{quote.replace(*WRONG[n]) if n in WRONG else quote}”。"
    for n, quote in enumerate(QUOTES)
)
FIRST_SEEN = (1, 0, 2)
"""The sources in the order in which the draft quotes them."""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    desk = Desk(tmp_path_factory.mktemp("draft"))
    lines = "\n".join(json.dumps(record, ensure_ascii=False) for record in RECORDS)
    desk.write("data.jsonl", lines + "\n")
    desk.index()
    return desk


def checked(taken: Callable[[str], str]) -> None:
    """That what is taken in each format has every field of the three sources, in order."""
    plain = LatexNodes2Text(math_mode="verbatim").latex_to_text
    bib = parse_string(taken("bibtex"))
    assert not bib.failed_blocks
    ris, csl = rispy.loads(taken("ris")), json.loads(taken("csl-json"))
    assert len(bib.entries) == len(ris) == len(csl) == 3
    for which, a, b, c in zip(FIRST_SEEN, bib.entries, ris, csl, strict=True):
        record: dict[str, Any] = RECORDS[which]
        names = record["author"].split("、")
        assert [plain(a["title"]), b["title"], c["title"]] == [record["title"]] * 3
        assert [a["journal"], b["secondary_title"], c["container-title"]] == [record["source"]] * 3
        assert [a["url"], b["urls"][0], c["URL"]] == [record["url"]] * 3
        assert a["date"] == record["published"]
        assert b["date"] == record["published"].replace("-", "/") + "/"
        assert c["issued"]["date-parts"] == [[int(p) for p in record["published"].split("-")]]
        assert a["author"] == " and ".join(f"{{{name}}}" for name in names)
        assert b["authors"] == names
        assert c["author"] == [{"literal": name} for name in names]
        noted = "\n\n".join(b["notes"])
        assert plain(a["annote"]) == noted
        assert noted == c["note"].replace("\n", "\n\n")
        assert c["note"].startswith("引用第1、2、3、4、5、6")
    text = taken("text")
    references = [line for line in text.splitlines() if line.startswith("[")]
    assert references == [
        f"[{n}] {', '.join(RECORDS[w]['author'].split('、'))}. {RECORDS[w]['title']}[N/OL]. "
        f"{RECORDS[w]['source']}, {RECORDS[w]['published']}. {RECORDS[w]['url']}."
        for n, w in enumerate(FIRST_SEEN, start=1)
    ]


def test_on_the_command_line(desk: Desk, tmp_path: Path) -> None:
    draft = tmp_path / "draft.txt"
    draft.write_text(DRAFT, encoding="utf-8")
    answer = desk.run("check-quotes", draft, "--json")
    assert answer.code == 1
    verdicts = [one["verdict"] for one in answer.json]
    assert [n for n, verdict in enumerate(verdicts) if verdict == "altered"] == sorted(WRONG)
    assert verdicts.count("exact") == 17
    assert [one["citation"]["in_text"] for one in answer.json[:2]] == ["[1]第1段", "[2]第1段"]

    def taken(form: str) -> str:
        suffix = {"bibtex": ".bib", "ris": ".ris", "csl-json": ".json", "text": ".txt"}[form]
        file = tmp_path / f"sources{suffix}"
        assert desk.run("check-quotes", draft, "--bibliography", file).code == 1
        return file.read_bytes().decode("utf-8")

    checked(taken)


def test_on_the_page(desk: Desk) -> None:
    with open_index(desk.index_dir) as index:
        client = create_app(index, config={"TESTING": True}).test_client()
        answer = client.post("/quotes", data={"text": DRAFT})
        page = read(answer.text)
        assert "共 20 条引文" in page.text
        assert "一字不差 17" in page.text
        assert "文字有改动 3" in page.text
        (form,) = [f for f in page.named("form") if f.get("action") == "/quotes/bibliography"]
        assert (form["method"], form["enctype"]) == ("post", "multipart/form-data")
        (sent,) = [a for a in page.named("input") if a.get("name") == "text"]

        def taken(chosen: str) -> str:
            fields = {"text": sent["value"], "format": chosen, "style": "gbt7714-2025"}
            file = client.post(form["action"], data=fields)
            assert file.status_code == 200
            assert file.headers["Cache-Control"] == "no-store"
            assert "attachment" in file.headers["Content-Disposition"]
            return file.get_data().decode("utf-8")

        checked(taken)
        assert "永久地址：http://localhost/d/" in taken("ris")


def test_the_reports_end_with_the_numbered_references(desk: Desk, tmp_path: Path) -> None:
    draft = tmp_path / "draft.txt"
    draft.write_text(DRAFT, encoding="utf-8")
    out = desk.run("check-quotes", draft).out
    assert (
        out.index("[1] 津市市委政法委.") < out.index("[2] 梁启勇, 李明.") < out.index("[3] 张三.")
    )
    for suffix in (".md", ".html"):
        report = tmp_path / f"report{suffix}"
        desk.run("check-quotes", draft, "--report", report)
        assert report.read_text(encoding="utf-8").count("参考文献") == 1


def test_a_bibliography_of_another_kind_is_refused_before_the_work(
    desk: Desk, tmp_path: Path
) -> None:
    draft = tmp_path / "draft.txt"
    draft.write_text(DRAFT, encoding="utf-8")
    answer = desk.run("check-quotes", draft, "--bibliography", tmp_path / "sources.docx")
    assert (answer.code, answer.out) == (2, "")
    assert "name a file .txt, .bib, .ris, .json, .md, .html" in answer.err
    unwritable = desk.run("check-quotes", draft, "--bibliography", tmp_path / "no" / "a.bib")
    assert (unwritable.code, "cannot be written" in unwritable.err) == (2, True)


def test_a_draft_without_sources_has_an_empty_bibliography(desk: Desk, tmp_path: Path) -> None:
    draft, file = tmp_path / "draft.txt", tmp_path / "sources.json"
    draft.write_text("“没有这样的一句话在任何文献里面”", encoding="utf-8")
    desk.run("check-quotes", draft, "--bibliography", file)
    assert json.loads(file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("fields", [{"format": "endnote"}, {"format": "ris", "style": "turabian"}])
def test_the_page_refuses_an_unknown_format_or_style(desk: Desk, fields: dict[str, str]) -> None:
    with open_index(desk.index_dir) as index:
        client = create_app(index, config={"TESTING": True}).test_client()
        assert client.post("/quotes/bibliography", data=fields).status_code == 400
        other = client.post(
            "/quotes/bibliography", data=fields, headers={"Origin": "https://evil.example"}
        )
        assert other.status_code == 403
