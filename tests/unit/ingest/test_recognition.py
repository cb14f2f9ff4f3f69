"""Text recognition: asked for, kept, marked wherever its words are shown; the engine itself."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterator
from dataclasses import asdict
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from click.testing import CliRunner, Result

from printed_pages import MadePage, pdf_of, text_in_columns
from search import open_index
from search.citing.showing import Shown, show
from search.cli import main
from search.documents.document import sha256_hex
from search.reading import recognition
from search.reading.columns import Piece
from search.reading.recognition import LONG_SIDE_PIXELS, Picture, pieces_of
from search.web import create_app

MADE = text_in_columns(random.Random(11), 1, pages=2)
RECOGNISED = [
    "信访工作机构应当自收到来信之日起十五日内书面答复来信人。",
    "县档案馆保管的材料共三百件。",
]


class FakeEngine:
    """Reads every picture as the same two lines."""

    name = "fake-1"
    reads = 0

    def read(self, picture: Picture) -> list[Piece]:
        """The lines, the second less sure."""
        type(self).reads += 1
        assert max(picture.pixels.shape) == LONG_SIDE_PIXELS
        return [
            Piece(text, 60, 100 + 30 * i, 60 + 12 * len(text), 112 + 30 * i, 12, 0, 0.99 - i / 10)
            for i, text in enumerate(RECOGNISED)
        ]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder ``docs`` with a file of two pages of text and a scanned one between."""
    FakeEngine.reads = 0
    monkeypatch.setattr(recognition, "_Rapid", FakeEngine)
    monkeypatch.setattr("search.cli.writing.is_installed", lambda: True)
    monkeypatch.setenv("DUANSOU_READ_PROCESSES", "0")
    monkeypatch.setenv("DUANSOU_LANG", "en")
    (tmp_path / "docs").mkdir()
    pages = [MADE.pages[0], MadePage(picture=True), MADE.pages[1]]
    (tmp_path / "docs" / "a.pdf").write_bytes(pdf_of(pages))
    before = Path.cwd()
    os.chdir(tmp_path)
    yield tmp_path
    os.chdir(before)


def _run(*args: str) -> Result:
    return CliRunner().invoke(main, args, catch_exceptions=False)


def _hits(query: str) -> Any:
    return json.loads(_run("search", query, "--json").stdout)["hits"]


def _ids() -> set[str]:
    with open_index("index") as index:
        return {passage.passage_id for passage in index.passages()}


def test_scanned_pages_are_recognised_only_when_asked(folder: Path) -> None:
    assert _run("index", "docs").exit_code == 3
    assert FakeEngine.reads == 0
    assert not _hits("十五日内书面答复")
    before = _ids()
    done = _run("index", "docs", "--ocr")
    assert (done.exit_code, FakeEngine.reads) == (0, 1)
    assert before < _ids()
    (hit,) = _hits("十五日内书面答复")
    assert (hit["text"], hit["recognised"]) == (RECOGNISED[0], 0.99)
    assert all(hit["recognised"] is None for hit in _hits("河道"))
    assert "pictures of text" not in _run("stats").stdout


def test_what_was_recognised_is_never_read_again_by_itself(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _run("index", "docs", "--ocr")
    monkeypatch.setattr("search.index.run.READER_VERSION", 10_000)
    monkeypatch.setattr(FakeEngine, "name", "fake-2")
    for extra in ((), ("--ocr",)):
        done = _run("index", "docs", *extra)
        assert (done.exit_code, FakeEngine.reads) == (0, 1)
        assert [hit["text"] for hit in _hits("十五日内书面答复")] == [RECOGNISED[0]]


def test_recognised_words_are_marked_wherever_they_are_shown(folder: Path) -> None:
    _run("index", "docs", "--ocr")
    (hit,) = _hits("三百件")
    note = "文字识别，未校对"
    with open_index(folder / "index") as index:
        app = create_app(index)
        client = app.test_client()
        assert note in client.get("/?q=三百件").get_data(as_text=True)
        assert note not in client.get("/?q=河道").get_data(as_text=True)
        page = client.get(f"/p/{hit['passage_id']}").get_data(as_text=True)
        assert note in page
        assert "0.89" in page
        shown = show(index, hit["passage_id"])
        assert isinstance(shown, Shown)
        document = index.document(hit["document_id"])
    assert "第 2 页由文字识别读出" in document.evidence["recognised"][0].note
    answer = json.loads(_run("show", hit["passage_id"], "--json").stdout)
    assert answer["recognised"] == 0.89
    assert all("文字识别" in each["notes"][-1] for each in answer["citations"])
    assert not any("文字识别" in each["text"] for each in answer["citations"])
    for form in ("ris", "bibtex", "csl-json"):
        exported = _run("cite", hit["passage_id"], "--format", form).stdout
        assert "文字识别" in exported
    assert "not proofread" in _run("search", "三百件").stdout


def test_a_quotation_from_a_recognised_source_is_said_to_be_one(folder: Path) -> None:
    _run("index", "docs", "--ocr")
    (folder / "draft.txt").write_text(f"“{RECOGNISED[1]}”\n“{MADE.paragraphs[0][:30]}”\n", "utf-8")
    checked = json.loads(_run("check-quotes", "draft.txt", "--json").stdout)
    assert checked[0]["verdict"] == "exact"
    assert any("not proofread" in note for note in checked[0]["notes"])
    assert not any("not proofread" in note for note in checked[1]["notes"])


def test_a_setting_in_the_folder_asks_for_it_too(folder: Path) -> None:
    (folder / "docs" / "duansou.toml").write_text("ocr = true\n", "utf-8")
    assert _run("index", "docs").exit_code == 0
    assert FakeEngine.reads == 1
    (folder / "docs" / "duansou.toml").write_text('ocr = "yes"\n', "utf-8")
    done = _run("index", "docs")
    assert done.exit_code == 2
    assert "duansou.toml, line 1: ocr must be true or false" in done.stderr


def test_without_the_extra_one_sentence_says_what_to_install(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.cli.writing.is_installed", lambda: False)
    done = _run("index", "docs", "--ocr")
    assert done.exit_code == 2
    assert 'pip install "duansou[ocr]"' in done.stderr
    monkeypatch.setattr(recognition, "is_installed", lambda: False)
    done = _run("index", "docs")
    assert "pages 2" in done.stderr
    assert 'pip install "duansou[ocr]"' in done.stderr


def test_what_was_recognised_in_a_document_is_erased_with_it(folder: Path) -> None:
    _run("index", "docs", "--ocr")
    (kept,) = (folder / "index" / "recognised").iterdir()
    (hit,) = _hits("三百件")
    _run("forget", hit["document_id"])
    assert not kept.exists()


def test_a_first_run_that_was_cut_short_goes_on_with_what_it_has(folder: Path) -> None:
    digest = sha256_hex((folder / "docs" / "a.pdf").read_bytes())
    kept = folder / "index" / "recognised" / digest / "2-fake-1.json"
    kept.parent.mkdir(parents=True)
    piece = Piece("巡河日志要如实记录每天的水位。", 60, 100, 300, 112, 12, 0, 0.9)
    kept.write_text(json.dumps([asdict(piece)]), "utf-8")
    assert _run("index", "docs", "--ocr").exit_code == 0
    assert FakeEngine.reads == 0
    assert [hit["text"] for hit in _hits("巡河日志")] == [piece.text]


def test_half_a_kept_page_is_recognised_anew(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _run("index", "docs", "--ocr")
    (kept,) = (folder / "index" / "recognised").glob("*/*.json")
    whole = kept.read_text("utf-8")
    kept.write_text(whole[:20], "utf-8")
    monkeypatch.setattr("search.index.run.READER_VERSION", 10_000)
    assert _run("index", "docs", "--ocr").exit_code == 0
    assert FakeEngine.reads == 2
    assert kept.read_text("utf-8") == whole


def test_a_turned_page_is_set_straight() -> None:
    tops = range(100, 400, 40)
    corners = ((100, 0), (700, 0), (700, 20), (100, 20))
    lines = [
        ([[x, top + y + 0.03 * x] for x, y in corners], f"第{top}行(一);", 0.95) for top in tops
    ]
    pieces = pieces_of(lines, 0.5)
    assert all(abs(p.top - 0.5 * top) < 2 for p, top in zip(pieces, tops, strict=True))
    assert {p.height for p in pieces} == {pieces[0].height}
    assert pieces[0].text == "第100行（一）;"


def test_the_engine_reads_a_picture_offline() -> None:
    pytest.importorskip("rapidocr", reason='needs pip install "duansou[ocr]"')
    made = text_in_columns(random.Random(1), 1, pages=1, size=14)
    marks = made.pages[0].marks[:6]
    with pypdfium2.PdfDocument(pdf_of([MadePage(marks)])) as document:
        page = document[0]
        scale = LONG_SIDE_PIXELS / page.get_height()
        pixels = page.render(scale=scale).to_numpy()
        page.close()
    import cv2
    import numpy as np

    seal = np.full_like(pixels, 255)
    cv2.circle(seal, (400, 200), 110, (60, 60, 220), 12)
    pixels = np.minimum(pixels, seal)  # as ink over the first lines
    engine = recognition._Rapid()
    pieces = engine.read(Picture(pixels, 1 / scale))
    read = "".join(piece.text for piece in sorted(pieces, key=lambda piece: piece.top))
    right = "".join(mark.text for mark in marks)
    alike = SequenceMatcher(None, read.replace(" ", ""), right.replace(" ", ""), autojunk=False)
    assert alike.ratio() >= 0.97, read
    assert all(0.5 <= (piece.score or 0) <= 1 for piece in pieces)
    assert engine.name.startswith("rapidocr-")
