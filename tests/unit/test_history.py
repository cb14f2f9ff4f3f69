"""What leaves the search keeps its address: edited, pruned, renamed; what is forgotten is gone."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from search import open_index
from search.analysis.words import Analyzer
from search.documents.document import Document, Paragraph, Passage, passages_of, sha256_hex
from search.documents.history import History
from search.engines.whoosh.writer import open_writer
from search.index.run import Watcher
from search.web import create_app

from .collection import FIRST, SECOND, THIRD, Desk, article

EDITED = SECOND.replace("五千人", "六千人")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path)
    made.write("甲.txt", article("某县推进平安建设", FIRST, SECOND))
    made.write("乙.txt", article("某市加强社会治理", THIRD))
    made.index()
    return made


@pytest.fixture
def client(desk: Desk) -> Iterator[FlaskClient]:
    with open_index(desk.index_dir) as index:
        yield create_app(index, config={"TESTING": True}).test_client()


def test_an_old_wording_stays_under_its_address_and_points_to_the_new_one(
    desk: Desk, client: FlaskClient
) -> None:
    old = desk.passage_id(SECOND)
    desk.write("甲.txt", article("某县推进平安建设", FIRST, EDITED))
    report = desk.index()
    assert (report["replaced"], report["superseded"], report["read"]) == (1, 1, 1)
    now = desk.passage_id(EDITED)
    shown = desk.run("show", old, "--json").json
    assert shown["text"] == SECOND
    assert shown["sha256"] == sha256_hex(SECOND)
    assert shown["superseded"]["passage_id"] == now
    assert shown["superseded"]["reason"] == "edited"
    assert (shown["paragraph"], shown["document"]["passages"]) == (2, 2)
    assert shown["citations"][0]["in_text"].endswith("第2段")
    spoken = desk.run("show", old).out
    assert "Superseded" in spoken
    assert SECOND in spoken
    assert now in spoken
    page = client.get(f"/p/{old}")
    assert page.status_code == 200
    assert SECOND in page.text
    assert "旧文" in page.text
    assert f"/p/{now}" in page.text
    answer = client.get(f"/api/v1/passages/{old}").json
    assert answer == shown
    assert client.get(f"/api/v1/passages/{now}").get_json()["superseded"] is None
    assert desk.run("search", f'"{SECOND}"').code == 1


def test_the_page_of_an_old_wording_shows_what_changed_in_marked_text(
    desk: Desk, client: FlaskClient
) -> None:
    old = desk.passage_id(SECOND)
    desk.write("甲.txt", article("某县推进平安建设", FIRST, EDITED))
    desk.index()
    page = client.get(f"/p/{old}?from=2&to=8")
    assert page.status_code == 200
    shown = re.sub(' lang="[^"]*"', "", page.text)
    assert '<del><span class="unseen">〔删：</span>五<span class="unseen">〕</span></del>' in shown
    assert '<ins><span class="unseen">〔增：</span>六<span class="unseen">〕</span></ins>' in shown
    assert f'id="quote" data-exact>{SECOND[2:8]}<' in page.text
    answer = client.get(f"/api/v1/passages/{old}?from=2&to=8").get_json()
    changes = answer["superseded"]["changes"]
    assert "".join(c["old"] for c in changes) == SECOND
    assert "".join(c["now"] for c in changes) == EDITED
    assert answer["range"]["quote"] == SECOND[2:8]
    assert desk.run("show", old, "--from", "2", "--to", "8", "--json").json == answer


def test_only_forgetting_ends_a_range_and_a_proof(desk: Desk, client: FlaskClient) -> None:
    old = desk.passage_id(THIRD)
    ranged = [f"/p/{old}?from=0&to=5", f"/api/v1/passages/{old}?from=0&to=5"]
    ranged.append(f"/p/{old}/proof.json?from=0&to=5")
    (desk.documents / "乙.txt").unlink()
    desk.index("--prune")
    assert [client.get(address).status_code for address in ranged] == [200, 200, 200]
    identity = desk.run("show", old, "--json").json["document_id"]
    desk.run("forget", identity)
    assert [client.get(address).status_code for address in ranged] == [410, 410, 410]
    assert desk.run("show", old, "--from", "0", "--to", "5").code == 1


def test_an_edit_taken_back_is_the_passage_again(desk: Desk) -> None:
    old = desk.passage_id(SECOND)
    for text in (EDITED, SECOND, EDITED, SECOND):
        desk.write("甲.txt", article("某县推进平安建设", FIRST, text))
        desk.index()
    assert desk.run("show", old, "--json").json["superseded"] is None
    assert desk.run("stats", "--json").json["superseded_passages"] == 2


def test_a_text_without_date_is_followed_through_its_edits(desk: Desk) -> None:
    texts = [THIRD + f"第{n}稿。" for n in "一二三"]
    ids = []
    for text in texts:
        desk.write("丙.txt", article("工作要点", FIRST, text, date=None))
        desk.index()
        ids.append(desk.passage_id(text))
    first = desk.run("show", ids[0], "--json").json
    assert first["text"] == texts[0]
    assert first["superseded"]["passage_id"] == ids[2]


def test_a_vanished_file_stays_until_it_is_pruned(desk: Desk, client: FlaskClient) -> None:
    old = desk.passage_id(THIRD)
    (desk.documents / "乙.txt").unlink()
    assert desk.index()["vanished"] == ["乙.txt"]
    assert desk.index()["vanished"] == ["乙.txt"]
    assert desk.passage_id(THIRD) == old
    report = desk.index("--prune")
    assert (report["pruned"], report["vanished"], report["documents"]) == (["乙.txt"], [], 1)
    assert desk.run("search", "拨付").code == 1
    shown = desk.run("show", old, "--json").json
    assert (shown["text"], shown["superseded"]["reason"]) == (THIRD, "pruned")
    assert shown["superseded"]["passage_id"] is None
    assert "所在文件已不在文献库里" in client.get(f"/p/{old}").text
    desk.write("乙.txt", article("某市加强社会治理", THIRD))
    desk.index()
    assert desk.run("show", old, "--json").json["superseded"] is None


def test_only_the_folders_that_are_named_are_pruned(desk: Desk, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "丁.txt").write_text(article("某镇工作", THIRD + "他处。"), encoding="utf-8")
    (desk.documents / "乙.txt").unlink()
    assert desk.run("index", other, "--prune").code == 0
    assert len(desk.listed()) == 3


def test_an_emptied_folder_prunes_nothing(desk: Desk) -> None:
    for file in desk.documents.iterdir():
        file.unlink()
    answer = desk.run("index", desk.documents, "--prune")
    assert answer.code == 2
    assert "no document in" in answer.err
    assert len(desk.listed()) == 2


@pytest.mark.parametrize("date", ["2020-01-02", None], ids=["dated", "undated"])
@pytest.mark.parametrize("prune", [(), ("--prune",)], ids=["kept", "pruned"])
def test_a_file_renamed_and_edited_replaces_its_document(
    desk: Desk, date: str | None, prune: tuple[str, ...]
) -> None:
    desk.write("丙.txt", article("工作要点", FIRST + "一。", SECOND, THIRD + "旧。", date=date))
    desk.index()
    old = desk.passage_id(THIRD + "旧。")
    (desk.documents / "丙.txt").unlink()
    desk.write("丁.txt", article("工作要点", FIRST + "一。", SECOND, THIRD + "新。", date=date))
    report = desk.index(*prune)
    assert report["rewritten"] == [{"path": "丙.txt", "now": "丁.txt"}]
    assert (report["replaced"], report["added"], report["documents"]) == (1, 0, 3)
    assert (report["vanished"], report["pruned"]) == ([], [])
    assert set(desk.listed()) == {"甲.txt", "乙.txt", "丁.txt"}
    shown = desk.run("show", old, "--json").json
    assert shown["superseded"]["passage_id"] == desk.passage_id(THIRD + "新。")


def test_another_text_is_not_taken_for_a_renamed_one(desk: Desk) -> None:
    (desk.documents / "乙.txt").unlink()
    desk.write("丙.txt", article("某市加强社会治理", SECOND + "与前文无关。"))
    report = desk.index()
    assert (report["rewritten"], report["vanished"]) == ([], ["乙.txt"])
    assert report["added"] == 1
    assert len(desk.listed()) == 3


def test_new_copies_are_listed_once(desk: Desk) -> None:
    desk.write("副本.txt", (desk.documents / "甲.txt").read_text(encoding="utf-8"))
    assert desk.index()["duplicates"] == [{"path": "副本.txt", "of": "甲.txt"}]
    assert desk.index()["duplicates"] == []


def test_the_summary_names_what_happened(desk: Desk) -> None:
    (desk.documents / "乙.txt").unlink()
    desk.write("副本.txt", (desk.documents / "甲.txt").read_text(encoding="utf-8"))
    desk.write("空.txt", " ")
    answer = desk.run("index", desk.documents)
    assert answer.code == 3
    for said in (
        "duplicate: 副本.txt: the same as 甲.txt",
        "vanished, still searchable: 乙.txt",
        "--prune",
        "skipped 空.txt: it is empty",
        "1 skipped, 1 vanished",
    ):
        assert said in answer.err


def everything_in(folder: Path) -> bytes:
    """The bytes of every file of an index, and the texts that are packed in them."""
    with open_index(folder) as index:
        texts = [str(d.to_record()) for d in index.documents()]
        manifest = str(index.manifest())
    return b"".join(f.read_bytes() for f in folder.iterdir()) + "".join([*texts, manifest]).encode()


def test_a_forgotten_document_is_erased_and_does_not_come_back(
    desk: Desk, client: FlaskClient
) -> None:
    private = "举报人张某某住在柳荫巷九号，联系方式另附，请予保密。"
    path = desk.write("密.txt", article("来信摘要", private, FIRST + "摘。"))
    desk.index()
    old = desk.passage_id(private)
    desk.write("密.txt", article("来信摘要", private + "又及。", FIRST + "摘。"))
    desk.index()
    new = desk.passage_id(private + "又及。")
    identity = desk.listed()["密.txt"]["document_id"]
    assert client.get(f"/p/{old}").status_code == 200

    answer = desk.run("forget", identity)
    assert answer.code == 0
    assert "密.txt" in answer.out
    left = everything_in(desk.index_dir)
    for word in ("张某某", "柳荫巷", "密.txt", "来信摘要"):
        assert word.encode() not in left
        assert word.encode("unicode_escape") not in left
    for address in (f"/p/{old}", f"/p/{new}", f"/d/{identity}", f"/api/v1/passages/{old}"):
        response = client.get(address)
        assert response.status_code == 410
        assert "抹去" in response.text
    assert client.get(f"/api/v1/passages/{new}").get_json()["error"]["code"] == "gone"
    assert desk.run("show", old).code == 1
    assert "erased" in desk.run("show", new).err
    assert desk.run("stats", "--json").json["forgotten"] == [identity]

    report = desk.index()
    assert (report["forgotten"], report["documents"]) == (["密.txt"], 2)
    # Nor by another wording of the same document, nor under another name.
    path.rename(desk.documents / "改名.txt")
    desk.write("密.txt", article("来信摘要", private + "再及。"))
    assert desk.index()["forgotten"] == ["改名.txt", "密.txt"]
    assert len(desk.listed()) == 2

    assert desk.run("forget", identity, "--allow").code == 0
    (desk.documents / "密.txt").unlink()
    assert desk.index()["added"] == 1
    assert client.get(f"/p/{new}").status_code == 200


@pytest.mark.parametrize("args", [["0123456789abcdef"], ["0123456789abcdef", "--allow"]])
def test_forgetting_what_is_not_there_says_so(desk: Desk, args: list[str]) -> None:
    answer = desk.run("forget", *args)
    assert answer.code == 1
    assert "no document 0123456789abcdef" in answer.err


def test_a_run_that_fails_keeps_the_archive_and_the_documents(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = desk.passage_id(SECOND)
    desk.write("甲.txt", article("某县推进平安建设", FIRST, EDITED))
    desk.index()
    desk.write(
        "甲.txt", article("某县推进平安建设", FIRST, "第三种写法，与前两种都不相同，另行说明。")
    )

    def fail(*args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("search.engines.whoosh.writer.write_toc", fail)
        assert desk.run("index", desk.documents).code != 0
    assert desk.run("show", old, "--json").json["text"] == SECOND
    assert desk.passage_id(EDITED)
    assert desk.run("check").code == 0


def document(number: int, *texts: str) -> Document:
    whole = "\n".join(texts)
    paragraphs, start = [], 0
    for ordinal, text in enumerate(texts, 1):
        paragraphs.append(
            Paragraph(start, start + len(text), "body", "body", "", ordinal, ("上",), ("甲",))
        )
        start += len(text) + 1
    return Document(
        document_id=f"{number:016x}",
        paths=(f"{number}.txt",),
        text=whole,
        paragraphs=tuple(paragraphs),
        sha256=sha256_hex(whole),
        city=("广西壮族自治区", "贵港市", None),
        year=2017,
    )


def test_what_is_archived_comes_back_equal_through_a_manifest() -> None:
    one = document(1, "第一段", "第二段", "第一段", "第四段")
    kept: list[Passage] = list(passages_of(one))
    history = History().adding(one, kept, when="2026-07-01T00:00:00+00:00", reason="edited")
    again = History.from_manifest(history.to_manifest())
    for passage in kept:
        found = again.find(passage.passage_id)
        assert found is not None
        assert found.passage == passage
        assert (found.passages, found.document.title, found.document.text) == (4, None, "")
    assert again.passages == 4
    assert again.find("0" * 20 + "-" + "0" * 8) is None
    assert history.adding(one, kept, when="later", reason="pruned") == history


def test_successors_are_followed_to_the_last_and_never_in_a_circle() -> None:
    history = History().succeeding("a", "b").succeeding("b", "c")
    assert history.successor("a") == "c"
    assert set(history.predecessors("c")) == {"a", "b"}
    assert history.succeeding("c", "a").successor("a") in {"b", "c"}
    assert history.succeeding("c", "c").successor("c") is None


def test_a_watcher_waits_until_changes_have_come_to_rest(tmp_path: Path) -> None:
    now = [0.0]
    steps: Iterator[Callable[[], object]] = iter(
        [
            lambda: None,
            lambda: (tmp_path / "a.txt").write_text("一"),
            lambda: (tmp_path / "a.txt").write_text("一二"),
            lambda: (tmp_path / "duansou.toml").write_text(""),
        ]
    )

    def sleep(seconds: float) -> None:
        now[0] += seconds
        next(steps, lambda: None)()

    watcher = Watcher([tmp_path], rest_s=2.0, sleep=sleep, clock=lambda: now[0])
    watcher.wait()
    assert next(steps, None) is None
    assert now[0] >= 4 + 2


def test_watching_indexes_changes_survives_errors_and_ends_on_request(desk: Desk) -> None:
    command = [sys.executable, "-m", "search", "index", str(desk.documents), "--watch", "--prune"]
    other = open_writer(desk.index_dir, Analyzer())
    running = subprocess.Popen(
        [*command, "--index", str(desk.index_dir)],
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env={**os.environ, "DUANSOU_WATCH_REST_MS": "100"},
        # A shell starts what runs in its background without ears for Ctrl-C, and that is inherited.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert running.stderr is not None
    # Whatever it waits for in vain, it does not wait for ever.
    patience = threading.Timer(120, running.kill)
    patience.start()

    def said(words: str) -> None:
        assert running.stderr is not None
        for line in running.stderr:
            if words in line:
                return
        pytest.fail(f"it never said {words}")

    try:
        said("is being written by")
        other.cancel()
        said("watching")
        desk.write("duansou.toml", '[[override]]\npath = "*"\nyear = "x"\n')
        said("line 3")
        said("watching")
        desk.write("duansou.toml", "")
        desk.write("丙.txt", article("某区开展专项行动", THIRD + "新增。"))
        said("1 added")
        assert "丙.txt" in desk.listed()
        running.send_signal(signal.SIGINT)
        said("stopped")
        assert running.wait(10) == 0
    finally:
        patience.cancel()
        running.kill()
        running.wait()
        running.stderr.close()
