"""The user dictionary and the vocabulary through the command line."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from search.documents.document import Document
from search.engines.whoosh import writer
from search.engines.whoosh.segment_writer import SegmentBuilder
from search.engines.whoosh.toc import WriterLock

from .collection import Desk, article


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    after = ["设施", "工作", "单位", "制度", "标准", "项目", "人员", "计划", "区域", "方案"]
    before = ["设立", "建设", "检查", "清理", "管理", "批准", "登记", "拆除", "使用", "维护"]
    lines = [
        f"今年以来，各地继续{before[n % 10]}霱坬柈{after[n // 10 % 10]}，群众普遍感到满意。"
        for n in range(60)
    ]
    desk.write("a.txt", article("关于霱坬柈的通知", *lines))
    rng = random.Random(5)
    subjects = ["公安机关", "人民法院", "卫生部门", "村民委员会", "教育主管部门", "交通运输部门"]
    objects = ["安全生产责任", "环境保护制度", "食品安全标准", "土地承包合同", "道路交通事故"]
    others = [
        f"{rng.choice(subjects)}{rng.choice(before)}{rng.choice(objects)}，第{n}次{rng.choice(after)}"
        "已经全部完成。"
        for n in range(300)
    ]
    desk.write("c.txt", article("工作报告", *others))
    desk.index()
    return desk


def words_of(desk: Desk, query: str) -> list[str]:
    """The words that the index's own analyzer makes of a query, told by what scores."""
    hits = desk.run("search", query, "--explain", "--limit", "1", "--json").json["hits"]
    terms = hits[0]["explanation"]["terms"]
    return sorted(term["term"] for term in terms if term["field"] == "words")


def test_suggested_words_become_the_dictionary_of_the_index(desk: Desk, tmp_path: Path) -> None:
    answer = desk.run("words", "suggest")
    assert answer.code == 0
    assert any(line.startswith("霱坬柈\t60\t") for line in answer.out.splitlines())
    assert desk.run("words", "suggest", "--json").json[0]["word"] == "霱坬柈"
    file = tmp_path / "words.txt"
    file.write_text(answer.out, encoding="utf-8")

    assert words_of(desk, "霱坬柈") == ["坬", "柈", "霱"]
    desk.index("--dictionary", file)
    # Recorded: neither queries nor later runs need the file.
    file.unlink()
    desk.write("b.txt", article("另一篇", "这里也写到霱坬柈，还写到县里其他各项重点工作。"))
    desk.index()
    assert words_of(desk, "霱坬柈") == ["霱坬柈"]
    assert desk.run("search", "霱坬柈", "--json").json["total"] == 61
    again = desk.run("words", "suggest")
    assert again.code in (0, 1)
    assert "霱坬柈" in again.out.splitlines()
    assert not any(line.startswith("霱坬柈\t") for line in again.out.splitlines())


def test_a_new_dictionary_takes_every_document_apart_once(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words, taken_apart = tmp_path / "words.txt", []
    words.write_text("霱坬柈\n", encoding="utf-8")
    add = SegmentBuilder.add

    def counted(builder: SegmentBuilder, document: Document) -> None:
        taken_apart.append(str(document.title))
        add(builder, document)

    monkeypatch.setattr(SegmentBuilder, "add", counted)
    desk.index("--dictionary", words)
    assert sorted(taken_apart) == ["关于霱坬柈的通知", "工作报告"]
    assert words_of(desk, "霱坬柈") == ["霱坬柈"]
    assert desk.run("search", "霱坬柈", "--json").json["total"] == 60


@pytest.mark.parametrize("command", ["index", "reprints"])
def test_a_dictionary_that_another_process_gave_meanwhile_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    desk, words = Desk(tmp_path), tmp_path / "words.txt"
    desk.write("a.txt", article("关于霱坬柈的通知", "各地继续推进霱坬柈建设，群众普遍满意。"))
    desk.index()
    words.write_text("霱坬柈\n", encoding="utf-8")

    def late(folder: Path) -> WriterLock:
        monkeypatch.setattr(writer, "WriterLock", WriterLock)
        desk.index("--dictionary", words)
        return WriterLock(folder)

    monkeypatch.setattr(writer, "WriterLock", late)
    desk.write("b.txt", article("另一篇", "这里写到县里其他各项重点工作，还有霱坬柈。"))
    args = (command, desk.documents) if command == "index" else (command,)
    done = desk.run(*args)
    assert (done.code, "run the command again" in done.err) == (4, True)
    assert words_of(desk, "霱坬柈") == ["霱坬柈"]
    assert desk.run(*args).code == 0
    assert words_of(desk, "霱坬柈") == ["霱坬柈"]


def test_a_word_the_dictionary_lacks_is_found_literally_meanwhile(desk: Desk) -> None:
    assert desk.run("search", "霱坬柈", "--json").json["total"] == 60
    assert desk.run("search", '"霱坬柈"', "--json").json["total"] == 60
    assert desk.run("search", "坬柈", "--json").json["total"] == 60


def test_an_index_without_new_words_says_what_to_do(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.write("a.txt", article("通知", "全县排查矛盾纠纷三百余起，调处成功率达到百分之九十八。"))
    desk.index()
    answer = desk.run("words", "suggest")
    assert (answer.code, answer.out) == (1, "")
    assert "--fewest" in answer.err


def test_a_text_is_completed(desk: Desk) -> None:
    answer = desk.run("suggest", "qunz")
    assert answer.code == 0
    assert "  word  群众  (60 passages)" in answer.out.splitlines()
    (title,) = desk.run("suggest", "霱坬柈的", "--json").json
    assert (title["kind"], title["text"]) == ("title", "关于霱坬柈的通知")
    assert desk.run("suggest", "zzzz").code == 1


def test_what_may_have_been_meant_is_one_line(desk: Desk) -> None:
    answer = desk.run("search", "群众普偏")
    assert answer.code == 1
    assert answer.out.count("Did you mean: 群众普遍 (60 passages)\n") == 1
    found = desk.run("search", "群众普偏", "--json").json
    assert found["query"] == "群众普偏"
    assert found["did_you_mean"] == [{"kind": "query", "text": "群众普遍", "passages": 60}]
    assert desk.run("search", "群众普遍", "--json").json["did_you_mean"] == []


def test_slips_are_measured_on_an_index(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "queries.jsonl").write_text('{"id": "1", "text": "群众普遍"}\n', encoding="utf-8")
    found = desk.run("evaluate", tmp_path, "--slips", "6", "--json").json
    assert found["slips"] == 6
    assert found["correct_queries"] == 7
    assert found["right_first"] >= 0.5
    assert found["false_alarms"] <= 0.2
    assert found == desk.run("evaluate", tmp_path, "--slips", "6", "--json").json
    assert "right_first" in desk.run("evaluate", tmp_path, "--slips", "3").out
