"""What a document may take to read is bounded, whichever process reads it and whatever it holds."""

from __future__ import annotations

import io
import re
import threading
import time
import zipfile
from pathlib import Path

import pytest
from lxml import etree

from search.documents.document import Document, sha256_hex
from search.errors import UnreadableFileError
from search.facets.topic import Taxonomy
from search.languages.sentences import Sentence
from search.platforms import CAN_INTERRUPT, IS_WINDOWS
from search.reading.extract import Guide
from search.reading.files import SourceFile, parts_in, read_bytes
from search.reading.formats import archive
from search.reading.formats.records import DEFAULT_FIELDS
from search.reading.layout import Layout, lay_out
from search.reading.reading import ReadingLimits
from search.reading.workers import Readers

GOOD = "某县平安建设\n\n今年以来，全县共排查各类矛盾纠纷三百余起，调处成功率达到百分之九十八。\n"
_STUCK = re.compile(r"(?:a|aa)+\Z")


def _files(folder: Path, **texts: str) -> list[tuple[SourceFile, str]]:
    tasks = []
    for name, text in texts.items():
        path = name.replace("_", ".")
        (folder / path).write_text(text, encoding="utf-8")
        file = SourceFile(folder, path)
        tasks.append((file, sha256_hex(read_bytes(file, 100))))
    return tasks


@pytest.mark.skipif(not CAN_INTERRUPT, reason="nothing is read in this process here")
def test_the_time_limit_holds_for_what_is_read_in_this_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stuck(text: str, guide: Guide | None = None) -> Layout:
        if "aaaa" in text:
            _STUCK.match(text)
        return lay_out(text, guide)

    monkeypatch.setattr("search.reading.document.lay_out", stuck)
    tasks = _files(tmp_path, a_txt="a" * 60 + "b", b_txt=GOOD)
    began = time.monotonic()
    with Readers(Taxonomy.load(), limits=ReadingLimits(timeout_s=1)) as readers:
        (_, first), (_, second) = readers.read(tasks)
    assert time.monotonic() - began < 10
    assert isinstance(first, Sentence)
    assert "more than 1 seconds" in str(first)
    assert isinstance(second, Document)


def test_another_thread_reads_in_processes_too(tmp_path: Path) -> None:
    """A signal ends only what the main thread does."""
    tasks = _files(tmp_path, a_txt=GOOD)
    found: list[object] = []
    started: list[int] = []

    def read() -> None:
        with Readers(Taxonomy.load()) as readers:
            for _, document in readers.read(tasks):
                found.append(document)
                started.append(len(readers._busy) + len(readers._idle))

    thread = threading.Thread(target=read)
    thread.start()
    thread.join(60)
    assert isinstance(found[0], Document)
    assert started == [1]


@pytest.mark.skipif("sys.platform != 'linux'", reason="only Linux bounds the memory of a process")
def test_the_processes_share_one_limit_and_what_needs_all_of_it_gets_it(tmp_path: Path) -> None:
    page = "<p>" + "今天，全市召开了会议。" * 20_000 + "</p>"
    tasks = _files(tmp_path, a_html=page, b_html=GOOD)
    limits = ReadingLimits(memory_mb=60)
    allowed: list[int] = []
    with Readers(Taxonomy.load(), limits=limits, processes=12) as readers:
        documents = []
        for _, document in readers.read(tasks):
            documents.append(document)
            for worker in [*readers._busy, *readers._idle]:
                said = Path(f"/proc/{worker._process.pid}/limits").read_text(encoding="ascii")
                found = re.search(r"Max address space +([0-9]+)", said)
                used = Path(f"/proc/{worker._process.pid}/statm").read_text(encoding="ascii")
                if found:
                    allowed.append(int(found[1]) - 4096 * int(used.split()[0]))
    assert all(isinstance(document, Document) for document in documents)
    assert allowed
    assert max(allowed) <= 60_000_000 / 12


def _bytes_of_zip(**members: bytes) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("_", "."), content)
    return data.getvalue()


def test_archives_in_an_archive_share_its_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "_MEMBERS_LIMIT", 1000)
    monkeypatch.setattr(archive.Allowance.__init__, "__defaults__", (1000, 1_000_000))
    inner = _bytes_of_zip(**{f"{n}_txt": b"a" for n in range(400)})
    outer = _bytes_of_zip(a_zip=inner, b_zip=inner, c_zip=inner, d_txt=b"text")
    refused = [
        part
        for part in parts_in(io.BytesIO(outer), "x.zip", DEFAULT_FIELDS)
        if part.refusal is not None
    ]
    assert [part.path for part in refused] == ["x.zip!/c.zip"]
    assert "limit of 1000" in str(refused[0].refusal)


def _hostile() -> dict[str, str]:
    deep = "--a\nContent-Type: multipart/mixed; boundary=a\n\n"
    entities = "".join(f"<!ENTITY {chr(98 + n)} '{f'&{chr(97 + n)};' * 10}'>" for n in range(9))
    cell = '<table><tr><td colspan="2000000000" rowspan="2000000000">'
    return {
        "spans.html": f"{cell}{GOOD}</table>",
        "entities.html": f"<!DOCTYPE html [<!ENTITY a 'aaaaaaaaaa'>{entities}]><p>&j;{GOOD}</p>",
        "deep.html": "<div><b>" * 20_000 + GOOD,
        "line.html": "今天，全市召开了会议。" * 20_000,
        "columns.csv": ",".join(["a"] * 500_000) + "\n" + "1\n" * 5_000,
        "open.csv": 'text\n"' + "a\n" * 100_000,
        "lists.jsonl": '{"text":' + "[" * 100_000 + "]" * 100_000 + "}\n",
        "digits.jsonl": '{"text":' + "9" * 1_000_000 + "}\n",
        "parts.mhtml": "Content-Type: multipart/mixed; boundary=a\n\n" + deep * 5000,
        "header.mhtml": "Content-Type: text/html; charset=" + "=?utf-8?q?a?= " * 20_000 + "\n\na",
    }


def test_hostile_files_are_read_or_refused_within_little(tmp_path: Path) -> None:
    """None of them takes the seconds it may, and none more memory than it may."""
    # A process may wait for its turn on a busy machine, above all one of Windows.
    limits = ReadingLimits(timeout_s=60 if IS_WINDOWS else 10, memory_mb=400)
    said: dict[str, object] = {}
    with Readers(Taxonomy.load(), limits=limits, processes=1) as readers:
        for name, text in _hostile().items():
            (tmp_path / name).write_bytes(text.encode())
            file = SourceFile(tmp_path, name)
            if name.endswith((".csv", ".jsonl")):
                said[name] = [part.refusal for part in readers.parts(file)][-1]
            else:
                ((_, said[name]),) = readers.read([(file, sha256_hex(text.encode()))])
    assert said.keys() == _hostile().keys()
    for name, outcome in said.items():
        assert "seconds" not in str(outcome)[:200], name
        assert "crashed" not in str(outcome)[:200], name
    # Before it had a limit of its own, libxml2 read everything.
    assert "nested too deeply" in str(said["deep.html"]) or etree.LIBXML_VERSION < (2, 14)
    assert "2,000 fields" in str(said["columns.csv"])


@pytest.mark.skipif(not Path("/proc/version").exists(), reason="the system makes up no files here")
def test_what_the_system_makes_up_is_no_document() -> None:
    assert Path("/proc/version").read_bytes()
    with pytest.raises(UnreadableFileError) as refused:
        read_bytes(SourceFile(Path("/proc"), "version"), 100)
    assert refused.value.sentence.code == "file-empty"
