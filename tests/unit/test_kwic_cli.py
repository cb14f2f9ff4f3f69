"""duansou kwic and duansou like, as a user meets them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from search.cli import main

PASSAGES = (
    "信访工作要依法化解矛盾纠纷，群众满意度明显提高。",
    "各地信访部门化解矛盾纠纷，群众满意度继续提高。",
    "天气晴朗，适合郊游。",
    "=1+1 信访总量下降。",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("kwic")
    for number, text in enumerate(PASSAGES):
        (made / f"{number}.txt").write_text(f"第{number}号\n\n{text}\n", encoding="utf-8")
    run(made, "index", str(made))
    return made


def run(folder: Path, *args: str) -> Result:
    return CliRunner().invoke(main, [*args, "--index", str(folder / "index")])


def test_lines_counts_and_exit_codes(folder: Path) -> None:
    done = run(folder, "kwic", "信访", "--sort", "right", "--width", "4")
    assert done.exit_code == 0, done.output
    # Four Han characters take eight columns; the matches stand below each other.
    beginnings = (
        "        信访工作要依  ",
        "    1+1 信访总量下降  ",
        "    各地信访部门化解  ",
    )
    for line, beginning in zip(done.stdout.splitlines(), beginnings, strict=True):
        assert line.startswith(beginning)
    assert "3 occurrences in 3 passages of 3 documents" in done.stderr
    assert run(folder, "kwic", "没有的词").exit_code == 1
    assert run(folder, "kwic", "信访", "--near", "9").exit_code == 2


def test_csv_opens_in_a_spreadsheet(folder: Path) -> None:
    done = run(folder, "kwic", "信访", "--format", "csv")
    data = done.stdout_bytes
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert ["occurrences", "3"] in rows
    assert "'=1+1 " in [cell for row in rows for cell in row]


def test_json_lines_and_neighbours(folder: Path) -> None:
    header, *lines = map(
        json.loads, run(folder, "kwic", "信访", "--format", "jsonl").stdout.splitlines()
    )
    assert header["header"]["passages"] == len(lines) == 3
    done = run(folder, "kwic", "信访", "--neighbours", "--near", "2")
    assert "工作  (1 passages)" in done.stdout


def test_like_says_what_is_shared(folder: Path) -> None:
    found = json.loads(run(folder, "search", "信访工作", "--json").stdout)
    here = found["hits"][0]["passage_id"]
    body = json.loads(run(folder, "like", here, "--json").stdout)
    assert [like["text"] for like in body["passages"]] == [PASSAGES[1]]
    done = run(folder, "like", here)
    assert done.exit_code == 0
    assert "shares " in done.stdout
    assert "满意度" in done.stdout
    assert run(folder, "like", "0" * 20 + "-00000000").exit_code == 1
    assert run(folder, "like", here, "--year", "1900").exit_code == 1
