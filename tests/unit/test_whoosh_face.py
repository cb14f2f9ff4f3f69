"""What somebody who knows Whoosh does with an index: the program of the docs, a schema of one's
own, the command line; and what becomes of the file that Whoosh reads.
"""

from __future__ import annotations

import importlib
import os
import pickle
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from search import open_index
from search.engines.whoosh import toc
from search.engines.whoosh.container import VERSION
from search.engines.whoosh.face import JiebaAnalyzer
from search.engines.whoosh.integrity import check_index
from search.errors import IndexBrokenError, IndexTooOldError
from unit.collection import FIRST, SECOND, THIRD, Desk, article

analysis: Any = importlib.import_module("whoosh.analysis")
fields: Any = importlib.import_module("whoosh.fields")
filestore: Any = importlib.import_module("whoosh.filedb.filestore")
qparser: Any = importlib.import_module("whoosh.qparser")
stock_query: Any = importlib.import_module("whoosh.query")
whoosh_index: Any = importlib.import_module("whoosh.index")


@pytest.fixture(scope="module")
def seeds_index(tmp_path_factory: pytest.TempPathFactory, seeds_dir: Path) -> Path:
    """An index of the seeds, in a folder of its own."""
    folder = tmp_path_factory.mktemp("seeds")
    desk = Desk(folder)
    for path in seeds_dir.glob("*.txt"):
        shutil.copy(path, desk.documents)
    desk.index()
    return folder


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Two documents in an index."""
    desk = Desk(tmp_path)
    desk.write("a.txt", article("贵港市网格化工作", FIRST, SECOND, date="2017-01-02"))
    desk.write("b.txt", article("大同市综治工作", THIRD, date="2018-01-02"))
    desk.index()
    return desk


def test_the_program_of_the_docs_runs_by_itself(seeds_index: Path, repository: Path) -> None:
    page = (repository / "docs" / "en" / "whoosh.md").read_text(encoding="utf-8")
    program, own = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        cwd=seeds_index,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    assert "湖南省/常德市/津市市 10" in lines
    assert '<b class="match term' in done.stdout
    with open_index(seeds_index / "index") as index:
        assert f"text:矛盾 纠纷 {index.search('矛盾纠纷').literal_total}" in done.stdout.replace(
            '"', ""
        )
        assert f"{stock_query.Every()} {index.stats().passages}" in lines
        known = {f"'{count.value}'" for count in index.facet_values()["topic"]}
    (topics,) = [line for line in lines if line.startswith("dict_keys")]
    assert all(topic in topics for topic in known)
    compile(own, "docs/en/whoosh.md", "exec")
    exec(own, {})  # noqa: S102 - the docs


def test_a_query_of_whoosh_finds_on_the_command_line_what_it_finds_in_whoosh(desk: Desk) -> None:
    answer = desk.run("search", "--whoosh", "text:安全感 AND city:贵港", "--json")
    assert answer.code == 0
    (hit,) = answer.json["hits"]
    assert SECOND in hit["text"]
    assert hit["highlights"]
    assert [count["value"] for count in answer.json["facets"]["year"]] == [2017]
    assert desk.run("search", "--whoosh", "*", "--year", "2018", "--json").json["total"] == 1
    assert desk.run("search", "--whoosh", "year:[2018 TO 2020]", "--json").json["total"] == 1
    assert desk.run("search", "--whoosh", "排杳~1", "--json").json["total"] == 1
    assert desk.run("search", "--whoosh", "text:安全感 AND city:大同").code == 1
    last = desk.run("search", "--whoosh", "*", "--limit", "2", "--page", "9", "--json").json
    assert (last["page"], len(last["hits"])) == (2, 1)
    assert last["notices"][0]["code"] == "page-past-end"
    for wrong in (["year:甲"], ["安全", "--explain"], ["安全", "--any"]):
        refused = desk.run("search", "--whoosh", *wrong)
        assert (refused.code, refused.out) == (2, "")
        assert refused.err.count("\n") == 1


def test_the_analyzer_serves_in_a_schema_of_ones_own(tmp_path: Path) -> None:
    analyzer = JiebaAnalyzer(["维稳基石工程"]) | analysis.StopFilter(
        frozenset("的"), minsize=1, renumber=False
    )
    schema = fields.Schema(body=fields.TEXT(analyzer=analyzer, stored=True, chars=True))
    index = whoosh_index.create_in(str(tmp_path), schema)
    writer = index.writer()
    text = "全市的安全感满意度提升，ＡＢＣ平台与维稳基石工程"
    writer.add_document(body=text)
    writer.add_document(body="安全，满意度")
    writer.commit()
    # By another process, from what was pickled.
    schema = pickle.loads(pickle.dumps(schema))  # noqa: S301 - just made
    with whoosh_index.open_dir(str(tmp_path)).searcher() as searcher:
        parse = qparser.QueryParser("body", schema).parse

        def found(asked: Any) -> int:
            return len(searcher.search(parse(asked) if isinstance(asked, str) else asked))

        assert found("安全感") == found("安全感 abc") == found("维稳基石工程") == 1
        assert found("安全") == 2
        assert found('"安全感满意度"') == found('"全市的安全感"~2') == 1
        assert found(stock_query.Phrase("body", ["安全感", "满意度"])) == 1
        assert found('"满意度 安全感"') == 0
        (hit,) = searcher.search(parse("安全感"))
        assert '<b class="match term0">安全感</b>' in hit.highlights("body")
        for term, pos in (("全市", 0), ("安全", 2), ("安全感", 2), ("满意度", 3), ("abc", 5)):
            (at, start, end) = searcher.postings("body", term).value_as("characters")[0]
            assert (at, text[start:end]) == (pos, "ＡＢＣ" if term == "abc" else term)
    assert pickle.loads(pickle.dumps(analyzer)) == analyzer  # noqa: S301
    assert b"search" in pickle.dumps(JiebaAnalyzer())
    assert b"engines" not in pickle.dumps(JiebaAnalyzer())


def whoosh_file(index: Path) -> Path:
    """The table of contents that Whoosh reads."""
    (path,) = index.glob("_MAIN_*.toc")
    return path


def test_without_its_file_whoosh_sees_nothing_until_the_next_commit_or_an_upgrade(
    desk: Desk,
) -> None:
    for again in (
        lambda: desk.run("upgrade"),
        lambda: (
            desk.write("c.txt", article("又一篇", "又有一段，说的是另一件事情。")) and desk.index()
        ),
    ):
        whoosh_file(desk.index_dir).unlink()
        assert not whoosh_index.exists_in(str(desk.index_dir))
        said = desk.run("check")
        assert (said.code, "Whoosh cannot open it" in said.out) == (0, True)
        assert desk.run("search", "安全感").code == 0
        again()
        with whoosh_index.open_dir(str(desk.index_dir)).searcher() as searcher:
            assert len(searcher.search(stock_query.Term("text", "安全感"))) == 1
        assert "Whoosh" not in desk.run("check").out


def test_a_changed_file_of_whoosh_is_found_and_mended_and_our_search_never_reads_it(
    desk: Desk,
) -> None:
    path = whoosh_file(desk.index_dir)
    path.write_bytes(pickle.dumps(print))
    answer = desk.run("check")
    assert answer.code == 4
    assert path.name in answer.out
    assert "mends it" in answer.err
    assert desk.run("search", "安全感").code == 0
    desk.write("c.txt", article("又一篇", "又有一段，说的是另一件事情。"))
    desk.index()
    assert check_index(desk.index_dir) == ()
    with open_index(desk.index_dir) as index:
        passages = index.stats().passages
    assert whoosh_index.open_dir(str(desk.index_dir)).doc_count() == passages


def test_an_index_of_whoosh_itself_is_nobody_s_to_write_into(tmp_path: Path) -> None:
    whoosh_index.create_in(str(tmp_path), fields.Schema(text=fields.TEXT()))
    with pytest.raises(IndexBrokenError, match="not an index of Duansou"):
        toc.require_ours(tmp_path)
    assert whoosh_index.exists_in(str(tmp_path))


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_what_another_version_wrote_says_so(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search.engines.whoosh.face.VERSION", VERSION + 1)
    with pytest.raises(IndexTooOldError, match="duansou upgrade"):
        whoosh_index.open_dir(str(desk.index_dir))


def test_erasing_leaves_nothing_for_whoosh(desk: Desk) -> None:
    (document,) = {d["document_id"] for d in desk.listed().values() if "大同" in d["title"]}
    assert desk.run("forget", document).code == 0
    with whoosh_index.open_dir(str(desk.index_dir)).searcher() as searcher:
        assert searcher.doc_count() == 2
        assert ("text", "审计") not in searcher.reader()
    assert not any(THIRD[:8].encode() in p.read_bytes() for p in desk.index_dir.iterdir())
