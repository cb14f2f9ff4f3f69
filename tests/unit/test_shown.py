"""What people type is answered on the page as it is first shown: the measure, and its floors."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from search.errors import InputError
from search.evaluation.shown import evaluate_shown, read_wanted, results_of, shown_json

from .collection import Desk

QUESTIONS = Path(__file__).parents[1] / "data" / "questions"

PAGE = """
<html><header><a href="/p/head">no result</a></header><main>
<details><summary>folded</summary><a href="/p/folded">x</a></details>
<p><a href="/d/first?q=x#p1">a title</a> <a href="/p/opening">its beginning</a></p>
<details open><a href="/d/first">the same again</a></details>
<img src="x"><br>
<article><h2><a href="/p/one?q=x">a hit</a></h2><a href="/d/other">its document</a>
<details><a href="/p/reprint">x</a></details></article>
<article><a href="/p/two">a hit</a></article>
<a href="/?q=next">2</a></main><footer><a href="/d/foot">x</a></footer></html>
"""


def test_results_are_links_in_reading_order_that_are_not_folded() -> None:
    assert results_of(PAGE) == [
        ("d", "first"),
        ("p", "opening"),
        ("p", "one"),
        ("p", "two"),
    ]


def test_answered_among_three_results_and_by_three_passages(tmp_path: Path) -> None:
    queries = [
        {"id": "1", "kind": "a", "text": "document", "documents": [{"document_id": "first"}]},
        {"id": "2", "kind": "a", "text": "third passage", "passages": ["two"]},
        {"id": "3", "kind": "b", "text": "of a document", "documents": [{"document_id": "of one"}]},
        {"id": "4", "kind": "b", "text": "nowhere", "passages": ["reprint"]},
    ]
    lines = "\n".join(json.dumps(query) for query in queries)
    (tmp_path / "natural.jsonl").write_text(lines, encoding="utf-8")
    documents = {"one": "of one"}
    outcomes = evaluate_shown(read_wanted(tmp_path), lambda _: PAGE, documents.get)
    assert [(o.answered, o.by_passage) for o in outcomes] == [
        (True, False),
        (False, True),
        (True, True),
        (False, False),
    ]
    record = shown_json(outcomes)
    assert (record["answered"], record["by_passage"], record["queries"]) == (0.5, 0.5, 4)
    assert record["kinds"]["b"] == {"answered": 0.5, "by_passage": 0.5, "queries": 2}
    assert [query["id"] for query in record["not_answered"]] == ["2", "4"]


@pytest.mark.parametrize(
    "line", ["{", '{"id": "1"}', "[]", '{"id":"1","text":"x","documents":[1]}']
)
def test_a_line_that_is_no_query_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / "natural.jsonl").write_text(f"\n{line}\n", encoding="utf-8")
    with pytest.raises(InputError, match="line 2"):
        read_wanted(tmp_path)


def test_questions_on_the_seeds_are_answered(
    tmp_path: Path, seeds_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(tmp_path)
    assert desk.run("index", seeds_dir).code == 0
    record = desk.run("evaluate", QUESTIONS / "seeds", "--json").json
    assert record["queries"] == 10
    assert record["answered"] >= 0.9, record["not_answered"]
    said = desk.run("evaluate", QUESTIONS / "seeds")
    assert "answered" in said.out
    monkeypatch.setenv("DUANSOU_LANG", "zh")
    assert "答到" in desk.run("evaluate", QUESTIONS / "seeds").out
