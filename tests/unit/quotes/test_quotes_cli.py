"""duansou check-quotes, as a user runs it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from search.cli import main
from unit.collection import FIRST, SECOND, Desk, article
from word_files import paragraph
from word_files import word_file as word_file_of

from .test_drafts import word_file

DRAFT = (
    "报告说“全县配备网格员五千人”，又说“建成视频监控平台十个，群众安全感明显提升”，"
    "还说「治安形势，平稳」。“没有这样的一句话在里面”"
)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    desk.write("a.txt", article("某县平安建设", FIRST, SECOND))
    desk.index()
    return desk


def test_a_draft_is_checked_quotation_by_quotation(desk: Desk, tmp_path: Path) -> None:
    draft = tmp_path / "draft.md"
    draft.write_text(DRAFT, encoding="utf-8")
    answer = desk.run("check-quotes", draft, "--json")
    assert answer.code == 1
    assert [one["verdict"] for one in answer.json] == ["exact", "altered", "punctuation", "absent"]
    exact, altered, _, absent = answer.json
    assert exact["passage_id"] == desk.passage_id("网格员五千人")
    assert exact["path"] == "a.txt"
    assert altered["difference"] == "建成视频监控平台[-十-]{+九+}个，群众安全感明显提升"
    assert (absent["passage_id"], absent["difference"]) == (None, None)


def test_the_report_for_a_reader_names_everything(desk: Desk, tmp_path: Path) -> None:
    draft = tmp_path / "draft.txt"
    draft.write_text(DRAFT, encoding="utf-8")
    answer = desk.run("check-quotes", draft)
    assert "2. ALTERED  “建成视频监控平台十个" in answer.out
    assert "[-十-]{+九+}" in answer.out
    assert "某县平安建设 ¶2  [a.txt]" in answer.out
    assert answer.out.endswith(
        "4 quotations: 1 exact, 1 punctuation, 1 altered, 0 stitched, 1 absent\n"
    )


def test_lines_from_stdin_are_each_a_quotation(desk: Desk) -> None:
    done = CliRunner().invoke(
        main,
        ["check-quotes", "-", "--lines", "--json", "--index", str(desk.index_dir)],
        input="全县配备网格员五千人\n\n治安形势平稳\n".encode(),
    )
    assert done.exit_code == 0
    assert [one["verdict"] for one in json.loads(done.stdout)] == ["exact", "exact"]


def test_standard_streams_may_be_closed(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a service or a scheduler may start a command."""

    duansou = ["sh", sys.executable, "-m", "search"]
    where = ["--index", str(desk.index_dir)]

    def run(*command: str, closed: str) -> tuple[int, str, str]:
        done = subprocess.run(
            ["sh", "-c", f'exec "$@" {closed}', *duansou, *command, *where],
            capture_output=True,
            encoding="utf-8",
            timeout=60,
        )
        return done.returncode, done.stdout, done.stderr

    draft = tmp_path / "draft.txt"
    draft.write_text("“全县配备网格员五千人”", encoding="utf-8")
    code, _, said = run("check-quotes", "-", closed="<&-")
    assert (code, said.count("\n")) == (2, 1), said
    assert "Standard input is closed" in said
    code, out, said = run("check-quotes", str(draft), closed=">&-")
    assert (code, out, said) == (0, "", "")
    # What asks whether somebody reads at a terminal: a bar of progress, a pager.
    for command in ("export", "search"):
        assert run(command, "网格", closed=">&- 2>&-") == (0, "", "")


@pytest.mark.parametrize("suffix", [".html", ".md"])
def test_a_report_is_written_and_hostile_text_stays_text(
    desk: Desk, tmp_path: Path, suffix: str
) -> None:
    draft, report = tmp_path / "draft.txt", tmp_path / f"report{suffix}"
    draft.write_text(DRAFT + "“<script>alert(1)</script>”", encoding="utf-8")
    assert desk.run("check-quotes", draft, "--report", report).code == 1
    text = report.read_text(encoding="utf-8")
    assert "共 5 条引文：一字不差 1" in text
    assert "<script" not in text
    assert ("<del>十</del><ins>九</ins>" if suffix == ".html" else "~~十~~**九**") in text


def test_a_word_file_is_a_draft(desk: Desk, tmp_path: Path) -> None:
    draft = tmp_path / "draft.docx"
    draft.write_bytes(word_file())
    assert [one["quote"] for one in desk.run("check-quotes", draft, "--json").json] == ["安全第一"]


def test_wrong_input_is_exit_code_2_and_says_what_to_do(desk: Desk, tmp_path: Path) -> None:
    missing = desk.run("check-quotes", tmp_path / "none.txt")
    assert (missing.code, missing.err.count("\n")) == (2, 1)
    assert "name a draft" in missing.err
    draft = tmp_path / "draft.txt"
    draft.write_text("“甲乙”", encoding="utf-8")
    assert desk.run("check-quotes", draft, "--report", "r.doc").code == 2
    (tmp_path / "draft.pdf").write_bytes(b"%PDF")
    assert desk.run("check-quotes", tmp_path / "draft.pdf").code == 2
    draft.write_bytes(b"\x00\x01\x02\x03" * 50)
    assert desk.run("check-quotes", draft).code == 2


def test_a_mark_left_open_is_named(desk: Desk, tmp_path: Path) -> None:
    draft = tmp_path / "draft.txt"
    draft.write_text("“全县配备网格员五千人，没有关", encoding="utf-8")
    answer = desk.run("check-quotes", draft)
    assert answer.code == 0
    assert "never closed on line 1" in answer.err


def revised(before: str, tracked: str, after: str) -> bytes:
    """A Word draft with a change that is tracked."""
    return word_file_of(paragraph(f"报告说“{before}", tracked, f"{after}”。"))


INSERTED = '<w:ins w:id="1" w:author="x"><w:r><w:t>不</w:t></w:r></w:ins>'
DELETED = '<w:del w:id="1" w:author="x"><w:r><w:delText>不</w:delText></w:r></w:del>'


@pytest.mark.parametrize(("tracked", "verdict"), [(INSERTED, "altered"), (DELETED, "exact")])
def test_a_draft_with_tracked_changes_is_checked_as_accepted_and_says_so(
    desk: Desk, tmp_path: Path, tracked: str, verdict: str
) -> None:
    draft = tmp_path / "draft.docx"
    draft.write_bytes(
        revised("建成视频监控平台九个，群众安全感", tracked, "明显提升，治安形势平稳")
    )
    (one,) = desk.run("check-quotes", draft, "--json").json
    assert one["verdict"] == verdict
    told = "The draft has tracked changes: it was checked as it reads with all of them accepted."
    assert told in one["notes"]
    report = tmp_path / "report.md"
    answer = desk.run("check-quotes", draft, "--report", report)
    assert answer.out.count(told) == 1
    assert report.read_text(encoding="utf-8").count("按接受全部修订之后的文字核对") == 1


def test_a_field_or_a_note_of_a_draft_is_part_of_it(desk: Desk, tmp_path: Path) -> None:
    field = '<w:fldSimple w:instr="X"><w:r><w:t>不</w:t></w:r></w:fldSimple>'
    reference = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    note = paragraph("又说“全县配备网格员六千人，建成视频监控平台九个”。")
    draft = tmp_path / "draft.docx"
    draft.write_bytes(
        word_file_of(
            paragraph("“群众安全感", field, "明显提升，治安形势平稳”", reference),
            footnotes=f'<w:footnote w:id="2">{note}</w:footnote>',
        )
    )
    answer = desk.run("check-quotes", draft, "--json").json
    assert [(one["verdict"], one["notes"]) for one in answer] == [("altered", [])] * 2
