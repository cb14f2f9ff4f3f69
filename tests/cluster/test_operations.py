"""An index in a cluster by the command line: changed, moved, killed, rolled back, kept, erased."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from cluster.nodes import Cluster
from search.analysis.words import Analyzer
from search.cli import main
from search.config import load_settings
from search.documents.document import with_paths
from search.engines.opensearch.lock import WriterLock
from search.engines.opensearch.registration import connected
from search.engines.opensearch.writer import OpenSearchWriter
from search.engines.whoosh.engine import open_engine as open_folder
from search.errors import IndexBusyError
from search.index.registry import open_writer, reading
from unit.collection import FIRST, SECOND, THIRD, Answer, article

pytestmark = pytest.mark.cluster


@pytest.fixture
def name(opensearch_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The name of an index of this test; the environment says where it is."""
    chosen = f"test-{secrets.token_hex(6)}"
    monkeypatch.setenv("DUANSOU_ENGINE", "opensearch")
    monkeypatch.setenv("DUANSOU_OPENSEARCH_URL", opensearch_url)
    monkeypatch.setenv("DUANSOU_OPENSEARCH_NAME", chosen)
    monkeypatch.setenv("DUANSOU_OPENSEARCH_REPLICAS", "0")
    yield chosen
    with connected(load_settings()) as connection:
        connection.client.indices.delete(index=f"{chosen}-*", ignore_unavailable=True)


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    folder = tmp_path / "documents"
    folder.mkdir()
    for number, text in enumerate((FIRST, SECOND, THIRD), 1):
        (folder / f"{number}.txt").write_text(article(f"第{number}号报告", text), "utf-8")
    return folder


def run(*args: str | os.PathLike[str]) -> Answer:
    done = CliRunner().invoke(main, [*map(str, args)], catch_exceptions=False)
    return Answer(done.exit_code, done.stdout, done.stderr)


def total(query: str, *options: str) -> int:
    return int(run("search", query, "--json", *options).json["total"])


def versions() -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = run("cluster", "versions", "--json").json
    return listed


def test_an_index_is_made_edited_pruned_and_checked(name: str, documents: Path) -> None:
    missing = run("search", "网格员")
    assert missing.code == 4
    assert "There is no index" in missing.err
    assert run("index", documents, "--json").json["added"] == 3
    assert total("网格员") == 1
    assert run("index", documents, "--json").json["unchanged"] == 3
    (documents / "2.txt").write_text(article("第2号报告", FIRST + "又及。"), "utf-8")
    (documents / "3.txt").unlink()
    report = run("index", documents, "--prune", "--json").json
    assert (report["replaced"], report["pruned"], report["passages"]) == (1, ["3.txt"], 2)
    assert (total("网格员"), total("综治"), total("矛盾纠纷")) == (0, 0, 2)
    assert report["superseded"] == 2
    assert run("reprints", "--json").json["compared"] == 2
    findings = run("cluster", "check", "--json")
    assert findings.code == 0, findings.out
    assert {f["name"] for f in findings.json} >= {"mapping", "passages", "vocabulary", "lock"}
    assert run("check").code == 0


def test_what_is_lost_is_told_by_the_check(name: str, documents: Path) -> None:
    run("index", documents, "--quiet")
    with connected(load_settings()) as connection:
        connection.client.delete_by_query(
            index=name, body={"query": {"term": {"kind": "passage"}}}, params={"refresh": "true"}
        )
    checked = run("cluster", "check")
    assert checked.code == 4
    assert "0 of 3 that were committed" in checked.out


def test_an_index_moves_there_and_back_and_is_the_same(
    name: str, documents: Path, tmp_path: Path
) -> None:
    origin, back = tmp_path / "index", tmp_path / "back"
    run("index", documents, "--index", origin, "--quiet")
    (documents / "1.txt").write_text(article("第1号报告", SECOND + "改。"), "utf-8")
    run("index", documents, "--index", origin, "--quiet")
    moved = run("migrate", "--from", origin, "--to", "opensearch", "--json").json
    assert (moved["documents"], moved["was_there"]) == (3, False)
    assert run("migrate", "--from", origin, "--to", "opensearch", "--json").json["was_there"]
    assert run("migrate", "--from", "opensearch", "--to", back, "--json").json["documents"] == 3
    with (
        closing(open_folder(origin)) as one,
        reading(load_settings()) as second,
        closing(open_folder(back)) as last,
        one.reader() as first,
        last.reader() as third,
    ):
        for other in (second, third):
            assert list(other.documents()) == list(first.documents())
            assert list(other.passages()) == list(first.passages())
            assert other.manifest() == first.manifest()
            assert list(other.terms("words")) == list(first.terms("words"))
            assert list(other.terms("pairs")) == list(first.terms("pairs"))
    assert run("migrate", "--from", "opensearch", "--to", back, "--json").json["was_there"]
    # The files are known: nothing is read again.
    assert run("index", documents, "--json").json["unchanged"] == 3
    refused = run("migrate", "--from", origin, "--to", tmp_path / "x")
    assert refused.code == 2


def test_a_load_that_was_killed_goes_on(
    name: str, documents: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    origin = tmp_path / "index"
    for number in range(60):
        text = article(f"报告{number}", f"{FIRST}之{number}", f"{SECOND}之{number}")
        (documents / f"m{number}.txt").write_text(text, "utf-8")
    run("index", documents, "--index", origin, "--quiet")
    # A process that kills itself at the third checkpoint, right after it was written.
    script = f"""
import os, signal
from pathlib import Path
from search.config import load_settings
from search.engines.opensearch.registration import connected
from search.engines.opensearch import writer
from search.engines.whoosh.engine import open_engine
save, seen = writer._Job._save, []
def saving(self, documents, last):
    save(self, documents, last)
    seen.append(documents)
    if len(seen) == 3:
        os.kill(os.getpid(), signal.SIGKILL)
writer._Job._save = saving
with connected(load_settings()) as connection:
    writer.load(connection, open_engine(Path({str(origin)!r})).reader(), checkpoint_passages=20)
"""
    killed = subprocess.run([sys.executable, "-c", script], env=os.environ, timeout=100)
    assert killed.returncode == -signal.SIGKILL
    assert run("search", "网格员").code == 4, "nothing is seen of half a load"
    (unfinished,) = versions()
    assert not unfinished["finished"]
    moved = run("migrate", "--from", origin, "--to", "opensearch", "--json").json
    assert moved["documents"] == 63
    assert moved["resumed_documents"] >= 30
    with closing(open_folder(origin)) as engine, reading(load_settings()) as second:
        first = engine.reader()
        assert list(second.passages()) == list(first.passages())
        assert list(second.terms("pairs")) == list(first.terms("pairs"))
    assert run("cluster", "check").code == 0


def test_versions_are_kept_and_rolled_back_to(name: str, documents: Path, tmp_path: Path) -> None:
    origin = tmp_path / "index"
    for text in (FIRST, SECOND, THIRD):
        (documents / "1.txt").write_text(article("第1号报告", text + "改。"), "utf-8")
        run("index", documents, "--index", origin, "--quiet")
        run("migrate", "--from", origin, "--to", "opensearch", "--keep", "2", "--quiet")
    assert [(v["number"], v["current"]) for v in versions()] == [(2, False), (3, True)]
    assert total('"逐级审计。改。"') == 1
    assert run("cluster", "rollback").code == 0
    assert total('"逐级审计。改。"') == 0
    assert run("cluster", "rollback").code == 1
    assert run("cluster", "rollback", "--to", "3").code == 0
    assert total('"逐级审计。改。"') == 1
    assert run("cluster", "clean", "--keep", "1").code == 0
    assert [v["number"] for v in versions()] == [3]


def test_a_snapshot_comes_back_as_a_new_version(
    name: str, documents: Path, cluster: Cluster
) -> None:
    run("index", documents, "--quiet")
    repository = ("--repository", name)
    assert run("cluster", "snapshot", "kept", *repository).code == 1, "there is no repository yet"
    place = str(cluster.snapshots / name)
    taken = run("cluster", "snapshot", "kept", *repository, "--location", place)
    assert taken.code == 0, taken.err
    (documents / "2.txt").unlink()
    run("index", documents, "--prune", "--quiet")
    assert total("网格员") == 0
    assert "kept" in run("cluster", "snapshot", "--list", *repository).out
    assert run("cluster", "restore", "kept", *repository).code == 0
    assert total("网格员") == 1
    assert run("cluster", "check").code == 0
    assert run("cluster", "restore", "other", *repository).code == 1


@pytest.mark.parametrize("replicas", [0, 1])
def test_what_is_forgotten_is_in_no_file_of_the_cluster(
    name: str,
    documents: Path,
    cluster: Cluster,
    monkeypatch: pytest.MonkeyPatch,
    replicas: int,
) -> None:
    monkeypatch.setenv("DUANSOU_OPENSEARCH_REPLICAS", str(replicas))
    rare = "渊渟岳峙龘靐齉爩"
    (documents / "2.txt").write_text(article("第2号报告", SECOND, f"{rare}之辞，凡十二字有余。"))
    run("index", documents, "--quiet")
    held = [file for node in cluster.nodes for file in holding(node.folder / "data", rare)]
    assert held, "a text can be seen in the files at all"
    (identity,) = {
        d["document_id"] for d in run("documents", "--json").json if d["path"] == "2.txt"
    }
    forgotten = run("forget", identity)
    assert forgotten.code == 0, forgotten.err
    assert "snapshots taken before still hold it" in forgotten.out
    assert total("网格员") == 0
    assert run("index", documents, "--json").json["forgotten"] == ["2.txt"]
    assert not [f for node in cluster.nodes for f in holding(node.folder / "data", rare)]


def holding(folder: Path, text: str) -> list[Path]:
    """The files that hold the first characters of a text that nothing else has."""
    wanted = text[4:6].encode()
    found = []
    for file in folder.rglob("*"):
        try:
            if file.is_file() and wanted in file.read_bytes():
                found.append(file)
        except OSError:  # a node has removed it meanwhile
            continue
    return found


def test_one_writes_at_a_time_and_a_dead_one_is_let_go(name: str, documents: Path) -> None:
    run("index", documents, "--quiet")
    with open_writer(load_settings(), Analyzer()):
        refused = run("index", documents)
        assert refused.code == 4
        assert f"process {os.getpid()} on" in refused.err
    script = """
import os, signal
from search.analysis.words import Analyzer
from search.config import load_settings
from search.index.registry import open_engine, open_writer
engine = open_engine(load_settings())
writer = open_writer(load_settings(), Analyzer())
for document in list(engine.reader().documents()):
    writer.delete(document.document_id)
    writer.put(document)
writer._flush()
writer._recording.sender.drain()
os.kill(os.getpid(), signal.SIGKILL)
"""
    killed = subprocess.run([sys.executable, "-c", script], env=os.environ, timeout=100)
    assert killed.returncode == -signal.SIGKILL
    assert total("网格员") == 1
    (documents / "1.txt").write_text(article("第1号报告", SECOND + "改。"), "utf-8")
    assert run("index", documents, "--json").json["replaced"] == 1
    assert total("网格员") == 2
    checked = run("cluster", "check")
    assert checked.code == 0, checked.out


def test_a_writer_that_was_taken_for_gone_commits_nothing(name: str, documents: Path) -> None:
    run("index", documents, "--quiet")
    with reading(load_settings()) as reader:
        everything = list(reader.documents())
    sleeper = open_writer(load_settings(), Analyzer())
    assert isinstance(sleeper, OpenSearchWriter)
    sleeper.delete(everything[0].document_id)
    sleeper.put(with_paths(everything[1], ("elsewhere.txt",)))
    sleeper._flush()
    # Its lock runs out, as if it had not been heard of, and another takes it over.
    with connected(load_settings()) as connection:
        late = time.time() + 1000
        WriterLock(connection, sleep=lambda _: None, now=lambda: late).release(clean=False)
    (documents / "3.txt").write_text(article("第3号报告", SECOND + "改。"), "utf-8")
    assert run("index", documents, "--json").json["replaced"] == 1
    with pytest.raises(IndexBusyError):
        sleeper.commit({})
    sleeper.cancel()
    listed = [d["path"] for d in run("documents", "--json").json]
    assert listed == ["1.txt", "2.txt", "3.txt"]
    assert total("网格员") == 2
    assert run("cluster", "check").code == 0


def test_secrets_and_unreachable_servers_are_told_of_in_one_sentence(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as changed:
        changed.setenv("DUANSOU_OPENSEARCH_USER", "reader")
        changed.setenv("DUANSOU_OPENSEARCH_PASSWORD", "hunter2-secret")
        changed.setenv("DUANSOU_OPENSEARCH_URL", "http://127.0.0.1:9")
        for command in (["search", "x"], ["cluster", "check"], ["index", "."], ["forget", "x"]):
            refused = run(*command)
            assert refused.code == 4
            assert refused.err.startswith(
                "duansou: OpenSearch cannot be reached at http://127.0.0.1:9"
            )
            assert "hunter2" not in refused.err + refused.out + repr(load_settings())
            assert refused.err.count("\n") == 1
