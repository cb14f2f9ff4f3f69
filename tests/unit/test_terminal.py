"""What a document, a file's name or a query may not do to a terminal."""

from __future__ import annotations

import ast
import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from documents import json_lines, zip_archive
from search.cli import main
from search.cli.terminal import columns, cut, write_exact
from source_tree import modules

from .collection import FIRST, Desk, article

_HOSTILE = "\x1b]0;题\x07\x1b[2J\x9b31m\u202e反\u2066\x85盖住"
_COMMANDS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_OURS = re.compile(r"\x1b\[[0-9;]*m")
"""What click writes for colours; no hostile text here has one."""
_TEXT = f"网格化管理{_HOSTILE}的记录，今年以来共排查矛盾纠纷三百余起。"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Hostile text in titles, passages, file names and names of members."""
    desk = Desk(tmp_path_factory.mktemp("desk"))
    records = [{"title": f"标题{_HOSTILE}", "text": _TEXT, "source": f"日报{_HOSTILE}"}]
    (desk.documents / "一.jsonl").write_bytes(json_lines(records))
    desk.write("二\x1b[31m\u202e.txt", article("网格二", FIRST))
    (desk.documents / "三.zip").write_bytes(
        zip_archive({f"甲{_HOSTILE}.txt": b"x", "乙.txt": FIRST.encode()})
    )
    desk.run("index", desk.documents)
    return desk


def _everything(desk: Desk) -> list[list[str]]:
    found = desk.run("search", "网格化", "--json").json["hits"][0]
    passage, document = found["passage_id"], found["document_id"]
    return [
        ["search", "网格化", "--explain"],
        ["search", _HOSTILE],
        ["search", "网格", "--city", _HOSTILE],
        ["search", "网格化", "--json"],
        ["documents"],
        ["documents", "--json"],
        ["show", passage],
        ["show", passage, "--from", "0", "--to", "12"],
        ["show", _HOSTILE],
        ["cite", passage],
        ["cite", document],
        ["kwic", "网格化"],
        ["like", passage],
        ["stats"],
        ["compare", "网格", "--rows", "source"],
        ["suggest", "标"],
        ["inspect", f"{desk.documents}/一.jsonl#1"],
        ["inspect", str(desk.documents / "三.zip")],
        ["index", str(desk.documents)],
        ["index", f"nirgends{_HOSTILE}"],
        ["check-quotes", "-"],
        ["search", f"--{_HOSTILE}"],
        ["search", "网格", "--sort", _HOSTILE],
        [f"suche{_HOSTILE}"],
        [f"--{_HOSTILE}"],
    ]


def test_no_command_lets_a_control_character_through(desk: Desk) -> None:
    shown = 0
    for command in _everything(desk):
        place = [] if command[0].startswith(("--", "suche")) else ["--index", str(desk.index_dir)]
        done = CliRunner().invoke(
            main, [*command, *place], color=True, input=f"“{_TEXT}”", catch_exceptions=False
        )
        text = _OURS.sub("", done.stdout + done.stderr)
        assert _COMMANDS.search(text) is None, command
        shown += "\\x1b" in text or "\\u001b" in text
    # They are not dropped: a reader sees what is there.
    assert shown > 15


def test_json_says_the_same_with_and_without_controls(desk: Desk) -> None:
    assert (
        desk.run("search", "网格化", "--json")
        .json["hits"][0]["text"]
        .startswith(f"网格化管理{_HOSTILE}")
    )


def test_an_exported_file_is_exact_and_a_terminal_is_spared(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a.csv"
    desk.run("export", "网格化", "-o", file)
    text = file.read_text("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    assert "\x1b]0;题\x07" in row["text"]
    written = io.BytesIO()
    stream = io.TextIOWrapper(written, encoding="utf-8")
    monkeypatch.setattr(stream, "isatty", lambda: True)
    monkeypatch.setattr("sys.stdout", stream)
    write_exact(["\ufeffa,\x1b[2J\r\n"])
    assert written.getvalue().decode() == "\ufeffa,\\x1b[2J\n"


def test_a_hyphen_is_standard_output(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    there, plain = (
        desk.run("export", "网格化", "--format", "jsonl", *more) for more in (("-o", "-"), ())
    )
    assert list(tmp_path.iterdir()) == []
    first, second = (_without_time(a.out) for a in (there, plain))
    assert first == second
    assert there.code == 0


def _without_time(lines: str) -> list[Any]:
    records = [json.loads(line) for line in lines.splitlines()]
    return [{k: v for k, v in r.items() if k not in ("record", "made")} for r in records[1:]]


def test_all_that_is_printed_goes_one_way() -> None:
    """Only ``cli.terminal`` writes; it is where control characters are written out."""
    for module in modules().values():
        if module.part != "cli" or module.name.endswith(".terminal"):
            continue
        for node in module.nodes:
            called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            assert called not in {"click.echo", "click.secho", "click.style", "print"}, module.name
            assert not called.startswith(("sys.stdout.write", "sys.stdout.buffer")), module.name


def test_no_sentence_is_printed_in_one_language_only() -> None:
    """What is printed has a code (``phrase``), or is a name, a number or a text of a document."""

    def texts(node: ast.AST) -> Iterator[str]:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif not isinstance(node, ast.Call):
            for inner in ast.iter_child_nodes(node):
                yield from texts(inner)

    found = [
        f"{module.name}:{node.lineno}: {text}"
        for module in modules().values()
        if module.part == "cli" or module.name.endswith(".commands")
        for node in module.nodes
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"echo", "secho", "say"}
        for argument in node.args
        for text in texts(argument)
        if re.search("[a-z]{2,} [a-z]{2,}", text)
    ]
    assert found == []


def test_a_label_is_never_cut_and_a_date_is(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.write("一.txt", article("没有日期的一篇", FIRST, date=None))
    desk.write("二.txt", article("有日期的一篇", FIRST + "又一年。"))
    desk.index()
    out = desk.run("search", "矛盾纠纷").out
    assert "· date unknown ·" in out
    assert "· 2020-01-02 ·" in out
    undated = desk.listed()["一.txt"]["document_id"]
    passage = next(
        h["passage_id"]
        for h in desk.run("search", "矛盾纠纷", "--json").json["hits"]
        if h["document_id"] == undated
    )
    assert re.search(r"· date unknown ·", desk.run("show", passage).out)


def test_a_text_is_cut_by_the_columns_it_takes() -> None:
    assert columns("中a，e\u0301") == 6
    assert cut("中文字", 6) == "中文字"
    assert cut("中文字", 5) == "中文…"
    for limit in range(1, 20):
        assert columns(cut("甲b丙d戊f" * 3, limit)) <= limit
