"""duansou export, as a user meets it; what is no longer in the collection is never in it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest
import rispy
from bibtexparser.entrypoint import parse_string
from click.testing import CliRunner, Result

from search.citing import exporting
from search.citing.search_record import read_record
from search.cli import main
from search.documents.document import Passage

PASSAGES = (
    "信访工作要依法化解矛盾纠纷，群众满意度明显提高。",
    "各地信访部门化解矛盾纠纷，群众满意度继续提高。",
    "=1+1 信访总量下降，天气晴朗。",
)


def written(folder: Path, number: int, text: str) -> None:
    file = folder / f"{number}.txt"
    file.write_text(f"第{number}号文件{{}} % @x\n\n{text}\n", encoding="utf-8")


def indexed(made: Path) -> Path:
    for number, text in enumerate(PASSAGES):
        written(made, number, text)
    run(made, "index", str(made))
    return made


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return indexed(tmp_path_factory.mktemp("export"))


def run(folder: Path, *args: str, **env: str) -> Result:
    return CliRunner().invoke(main, [*args, "--index", str(folder / "index")], env=env)


def test_csv_goes_to_standard_output_and_counts_to_the_terminal(folder: Path) -> None:
    done = run(folder, "export", "信访", "--sort", "document")
    assert done.exit_code == 0, done.output
    assert done.stdout_bytes.startswith(b"\xef\xbb\xbfpassage_id,")
    rows = list(csv.DictReader(io.StringIO(done.stdout_bytes.decode("utf-8-sig"), newline="")))
    assert [row["text"] for row in rows] == [*PASSAGES[:2], f"'{PASSAGES[2]}"]
    assert "3 passages, 3 documents" in done.stderr
    assert rows[0]["address"] == f"/p/{rows[0]['passage_id']}"


def test_addresses_are_those_of_the_public_site(folder: Path) -> None:
    done = run(
        folder, "export", "信访", "--format", "jsonl", DUANSOU_PUBLIC_URL="https://x.example/"
    )
    record, first, *_ = map(json.loads, done.stdout.splitlines())
    assert first["address"] == f"https://x.example/p/{first['passage_id']}"
    assert record["address"].startswith("https://x.example/?q=")
    wrong = run(folder, "export", "信访", DUANSOU_PUBLIC_URL="x.example")
    assert wrong.exit_code == 2
    assert "DUANSOU_PUBLIC_URL" in wrong.output


def test_programs_read_every_document_once_below_the_record(folder: Path) -> None:
    hostile = "信访 -@article{x, -TY -END}"
    bib = run(folder, "export", hostile, "--format", "bibtex")
    assert bib.exit_code == 0, bib.output
    library = parse_string(bib.stdout)
    assert len(library.entries) == 3
    assert not library.failed_blocks
    assert bib.stdout.startswith("% 段搜检索记录")
    assert "信访 -＠article{x" in bib.stdout
    ris = run(folder, "export", hostile, "--format", "ris").stdout
    assert len(rispy.loads("".join(ris.splitlines(keepends=True)[3:]))) == 3
    assert ris.splitlines()[3].startswith("TY  - ")
    items = json.loads(run(folder, "export", hostile, "--format", "csl-json").stdout)
    assert len(items) == 3
    assert all("第1段 | 原文：“" in item["note"] for item in items)


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_readers_get_the_record_and_every_mark(folder: Path, form: str) -> None:
    done = run(folder, "export", "信访 --><script>", "--any", "--format", form)
    assert done.exit_code == 0, done.output
    assert "检索记录" in done.stdout
    assert done.stdout.count("第1段") == 3
    assert done.stdout.count("满意度明显提高") == 1
    if form == "html":
        assert "<script" not in done.stdout.split("-->", 1)[1]
        assert done.stdout.split("-->", 1)[1].lstrip().startswith("<!doctype html>")
    styled = run(folder, "export", "信访", "--format", form, "--style", "gbt7714-2015-note")
    assert styled.exit_code == 0
    assert styled.stdout != done.stdout


def test_a_file_is_there_whole_or_not_at_all(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "out.csv"
    done = run(folder, "export", "信访", "-o", str(target))
    assert done.exit_code == 0, done.output
    assert target.read_bytes().startswith(b"\xef\xbb\xbf")
    assert done.stdout == ""
    before = target.read_bytes()

    def broken(export: exporting.Export, *, together: bool) -> Iterator[Passage]:
        yield from islice(whole(export, together=together), 1)
        raise OSError(28, "No space left on device")

    whole = exporting.Export.passages

    monkeypatch.setattr(exporting.Export, "passages", broken)
    failed = run(folder, "export", "信访", "-o", str(target))
    assert failed.exit_code == 2
    assert "No space left on device" in failed.output
    assert target.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["out.csv"]
    lost = run(folder, "export", "信访", "-o", str(tmp_path / "no" / "out.csv"))
    assert lost.exit_code == 2
    assert "cannot be written" in lost.output


def test_exit_codes_and_bounds(folder: Path) -> None:
    nothing = run(folder, "export", "没有的词", "--format", "jsonl")
    assert nothing.exit_code == 1
    assert read_record(nothing.stdout, "it").counts.passages == 0
    assert run(folder, "export", "信访", "--style", "x").exit_code == 2
    assert run(folder, "export", "信访", "--accessed", "x").exit_code == 2
    many = run(folder, "export", "信访", DUANSOU_EXPORT_LIMIT="2")
    assert many.exit_code == 2
    assert "finds 3 passages, and at most 2" in many.output
    first = run(folder, "export", "信访", "--limit", "2", DUANSOU_EXPORT_LIMIT="2")
    assert first.exit_code == 0
    assert "2 of 3 passages" in first.stderr


def test_the_record_in_an_export_is_checked(folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.jsonl"
    run(folder, "export", "信访 -天气", "--format", "jsonl", "-o", str(target))
    done = run(folder, "record", "check", str(target))
    assert done.exit_code == 0, done.output
    assert "same counts: 2 passages" in done.output


def test_superseded_and_forgotten_passages_are_not_exported(tmp_path: Path) -> None:
    made = indexed(tmp_path)
    written(made, 0, "信访工作改写以后的新文字，另起一段。")
    run(made, "index", str(made))
    documents = json.loads(run(made, "documents", "--json").stdout)
    gone = next(d["document_id"] for d in documents if d["path"] == "1.txt")
    (made / "1.txt").unlink()
    forgotten = run(made, "forget", gone)
    assert forgotten.exit_code == 0, forgotten.output
    for form in ("csv", "jsonl", "text"):
        text = run(made, "export", "", "--format", form).stdout_bytes.decode()
        assert PASSAGES[0] not in text
        assert "各地信访部门" not in text
        assert gone not in text
    rows = run(made, "export", "信访", "--format", "jsonl").stdout.splitlines()
    assert len(rows) == 4
