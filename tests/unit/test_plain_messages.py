"""What a reader is told where something is missing, unreadable or not there."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from documents import json_lines
from search import open_index
from search.web import create_app

from .collection import FIRST, SECOND, THIRD, Desk, article

_EMPTY = "索引里还没有文献"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A folder beside an index that is not made yet; files are read without further processes."""
    monkeypatch.setenv("DUANSOU_READ_PROCESSES", "0")
    return Desk(tmp_path)


def _page(desk: Desk, address: str) -> str:
    with open_index(desk.index_dir) as index:
        return str(create_app(index).test_client().get(address).text)


# -- an index that is empty, and one that is not ---------------------------------------------------


def test_only_an_empty_index_is_called_empty(desk: Desk) -> None:
    desk.write("一.txt", article("矛盾纠纷排查", FIRST))
    desk.index()
    for query in ("龘", "龘龘", "龘龘龘", "", "*"):
        for more in ("", "&city=~unknown&year=1901", "&lang=en"):
            page = _page(desk, f"/?q={query}{more}")
            assert _EMPTY not in page
            assert "index holds no documents" not in page
    assert "用 OR 并列几种说法" in _page(desk, "/?q=龘")
    assert "holds no document" not in desk.run("search", "龘").err
    (document,) = desk.listed().values()
    desk.run("forget", document["document_id"])
    assert _EMPTY in _page(desk, "/?q=龘龘龘龘")
    assert "可以试试" not in _page(desk, "/?q=龘龘龘龘")
    for command in (["search", "龘"], ["documents"], ["kwic", "龘"], ["export", "龘"], ["stats"]):
        assert "The index holds no document" in desk.run(*command).err


# -- filters ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("facet", ["city", "year", "topic", "source", "place", "named_year"])
@pytest.mark.parametrize("left_out", [False, True])
def test_what_is_found_is_what_is_exported_under_any_filter(
    desk: Desk, facet: str, *, left_out: bool
) -> None:
    desk.write("一.txt", article("贵港市矛盾纠纷排查", "二〇一七年贵港市" + FIRST))
    desk.write("二.txt", article("大同市网格员", "二〇一八年大同市" + SECOND))
    desk.index()
    with open_index(desk.index_dir) as index:
        site = create_app(index).test_client()
        values = [c.value for c in index.facet_values(named=True)[facet]]
        for value in [*(str(v) for v in values if v is not None), "~unknown", "1234"]:
            name = f"not_{facet}" if left_out else facet
            found = site.get("/api/v1/search", query_string={name: value})
            total = json.loads(found.text)["total"]
            answer = site.get("/export.jsonl", query_string={name: value})
            assert answer.status_code == 200
            assert len(answer.text.splitlines()) == total + 2
            done = desk.run("export", "--format", "jsonl", f"--{name.replace('_', '-')}", value)
            assert (done.code, len(done.out.splitlines())) == (0 if total else 1, total + 2)


def test_an_export_that_cannot_be_is_refused_before_it_begins(desk: Desk) -> None:
    desk.write("一.txt", article("矛盾纠纷排查", FIRST))
    desk.index()
    for wrong in (("--style", "keiner"), ("--accessed", "gestern")):
        for form in ("csv", "jsonl", "text"):
            done = desk.run("export", "矛盾", "--format", form, *wrong)
            assert (done.code, done.out) == (2, "")


# -- kinds that are not read -----------------------------------------------------------------------


def test_the_report_counts_kinds_that_are_not_read(desk: Desk) -> None:
    desk.write("一.txt", article("矛盾纠纷排查", FIRST))
    desk.write("a.exe", "MZ")
    desk.write("b.EXE", "MZ")
    desk.write("c.dwg", "x")
    assert desk.index()["not_read"] == {".exe": 2, ".dwg": 1}


def test_where_nothing_could_be_read_the_kinds_are_named(desk: Desk) -> None:
    desk.write("a.exe", "MZ")
    desk.write("c.dwg", "x")
    done = desk.run("index", desk.documents)
    assert done.code == 2
    assert "1 .exe, 1 .dwg" in done.err
    desk.write("leer.txt", "")
    done = desk.run("index", desk.documents, "--json")
    assert done.code == 2
    assert "None of the 1 files" in done.err
    assert "1 .exe, 1 .dwg" in done.err
    assert done.err.count("\n") == 1


# -- documents inside of files ---------------------------------------------------------------------


@pytest.mark.parametrize("processes", ["0", "1"])
def test_a_record_is_inspected_with_any_number_of_readers(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, processes: str
) -> None:
    records = [{"title": f"第{n}条", "text": FIRST} for n in range(100)]
    (desk.documents / "a.jsonl").write_bytes(json_lines(records))
    monkeypatch.setenv("DUANSOU_READ_PROCESSES", processes)
    for number in (50,) if processes == "1" else (1, 50, 100):
        done = desk.run("inspect", f"{desk.documents}/a.jsonl#{number}", "--json")
        assert (done.code, done.err) == (0, "")
        assert done.json["document"]["title"] == f"第{number - 1}条"
    done = desk.run("inspect", f"{desk.documents}/a.jsonl#101")
    assert done.code == 2
    assert "there is no #101 in a.jsonl" in done.err


_BAD_NAMES = {
    "/".join(["很长的目录名"] * 300) + "/a.txt": "its name has more than 4,096 bytes",
    "": "it has no name",
    "甲\x00乙.txt": None,
    "../外.txt": "its name leads out of the archive",
    "/外.txt": "its name leads out of the archive",
    "C:\\外.txt": "its name leads out of the archive",
    "..\\外.txt": "its name leads out of the archive",
    "甲\x1b[2J.txt": "its name is not text",
    "甲\n乙.txt": "its name is not text",
    "甲\u202e乙.txt": "its name is not text",
}


@pytest.mark.parametrize("name", _BAD_NAMES)
def test_a_member_with_an_impossible_name_is_named_and_the_others_are_read(
    desk: Desk, name: str
) -> None:
    with zipfile.ZipFile(desk.documents / "a.zip", "w") as archive:
        archive.writestr("好.txt", article("矛盾纠纷排查", FIRST))
        info = zipfile.ZipInfo("placeholder")
        info.filename = name
        archive.writestr(info, article("网格员", SECOND))
        # Allowed in an archive, and in no file system.
        archive.writestr("长" * 200 + "/b.txt", article("经费", THIRD))
    reason = _BAD_NAMES[name]
    for _ in range(2):
        done = desk.run("index", desk.documents)
        said = [line for line in done.err.splitlines() if line.startswith("skipped")]
        assert "Traceback" not in done.err
        if reason:
            assert (done.code, len(said)) == (3, 1)
            assert said[0].endswith(reason)
            assert len(said[0]) < 250
        paths = set(desk.listed())
        assert {"a.zip!/好.txt", "a.zip!/" + "长" * 200 + "/b.txt"} <= paths
        # Opened again, although the file did not change.
        os.utime(desk.documents / "a.zip")


# -- folders that cannot be read -------------------------------------------------------------------


class _Locked:
    """Makes some folders refuse to be listed, as they do to whoever is not root."""

    def __init__(self) -> None:
        self.names: set[str] = set()
        self._scandir = os.scandir

    def __call__(self, path: Any = ".") -> Iterator[os.DirEntry[str]]:
        if Path(os.fsdecode(path)).name in self.names:
            raise PermissionError(13, "Permission denied", path)
        return self._scandir(path)


def test_a_folder_that_cannot_be_read_is_named_and_loses_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = _Locked()
    monkeypatch.setattr("os.scandir", locked)
    desk.write("一.txt", article("矛盾纠纷排查", FIRST))
    desk.write("zu/tief/二.txt", article("网格员", SECOND))
    desk.write("zu/三.txt", article("经费", THIRD))
    locked.names = {"tief"}
    for _ in range(2):
        done = desk.run("index", desk.documents)
        assert done.code == 3
        assert "skipped zu/tief/: the folder cannot be read (Permission denied)" in done.err
        assert set(desk.listed()) == {"一.txt", "zu/三.txt"}
    locked.names = set()
    assert set(desk.index() and desk.listed()) == {"一.txt", "zu/三.txt", "zu/tief/二.txt"}
    locked.names = {"zu"}
    for options in ((), ("--prune",)):
        done = desk.run("index", desk.documents, "--json", *options)
        assert done.code == 3
        assert [s["path"] for s in done.json["skipped"]] == ["zu/"]
        assert done.json["vanished"] == done.json["pruned"] == []
        assert set(desk.listed()) == {"一.txt", "zu/三.txt", "zu/tief/二.txt"}
    # Also where nothing else is there.
    (desk.documents / "一.txt").unlink()
    done = desk.run("index", desk.documents, "--json")
    assert (done.code, done.json["vanished"]) == (3, ["一.txt"])
    locked.names = {"documents"}
    done = desk.run("index", desk.documents)
    assert done.code == 2
    assert "cannot be read (Permission denied)" in done.err
    assert len(desk.listed()) == 3


# -- brackets in brackets --------------------------------------------------------------------------


@pytest.mark.parametrize("body", ["[" * 1_000, "[" * 100_000, '{"text":' * 50_000])
def test_brackets_in_brackets_are_a_wrong_request(desk: Desk, body: str) -> None:
    desk.write("一.txt", article("矛盾纠纷排查", FIRST))
    desk.index()
    with open_index(desk.index_dir) as index:
        answer = (
            create_app(index)
            .test_client()
            .post("/api/v1/quotes", data=body, content_type="application/json")
        )
    assert answer.status_code == 400
    assert json.loads(answer.text)["error"]["code"] == "bad_request"


def test_brackets_in_brackets_are_a_wrong_file(desk: Desk, tmp_path: Path) -> None:
    desk.write("一.txt", article("矛盾纠纷排查", FIRST))
    nested = tmp_path / "nested.toml"
    nested.write_text("topic = " + "[" * 100_000)
    done = desk.run("index", desk.documents, "--topics", nested)
    assert done.code == 2
    assert "nested too deeply" in done.err
    desk.write("duansou.toml", nested.read_text())
    done = desk.run("index", desk.documents)
    assert done.code == 2
    assert "nested too deeply" in done.err
