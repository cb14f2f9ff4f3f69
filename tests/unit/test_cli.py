"""The command line as a user meets it: output, JSON, exit codes, sentences."""

from __future__ import annotations

import gc
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from documents import docx_document, html_page, json_lines, pdf_document, zip_archive
from search import open_index
from search.analysis.words import Analyzer
from search.cli import main
from search.engines.whoosh.writer import open_writer
from search.facets.topic import Taxonomy
from search.web import create_app

SEEDS = Path(__file__).parents[2] / "seeds"

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an index of the seeds in ``index/``."""
    made = tmp_path_factory.mktemp("命令 行")
    shutil.copytree(SEEDS, made / "seeds")
    done = duansou(made, "index", "seeds")
    assert done.returncode == 0, done.stderr
    return made


def duansou(folder: Path, *args: str, **env: str) -> subprocess.CompletedProcess[str]:
    """The command, run in a folder; in this process, as a new one would load everything anew."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        done = CliRunner().invoke(main, args, env=env, catch_exceptions=False)
    finally:
        os.chdir(before)
    return subprocess.CompletedProcess(args, done.exit_code, done.stdout, done.stderr)


def answer(folder: Path, *args: str) -> Any:
    """What a command prints with --json."""
    done = duansou(folder, *args, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_seeds_come_out_as_they_should(folder: Path) -> None:
    found = {d["path"][:3]: d for d in answer(folder, "documents")}
    expected = {
        "000": (["广西壮族自治区", "贵港市", None], 2017, "贵港日报", "2017-08-10T10:54", 19),
        "001": (["山西省", "大同市", None], 2018, "山西法制报", "2018-11-15", 16),
        "002": (["湖南省", "常德市", "津市市"], 2009, None, "2009-04-30T23:40", 24),
        "003": (["安徽省", "池州市", "贵池区"], 2021, "安徽法制报社", "2021-11-12T14:49:56", 19),
        "004": (["广西壮族自治区", "贵港市", None], 2018, "人民网-广西频道", "2018-12-18T21:52", 6),
    }
    for prefix, (city, year, source, published, passages) in expected.items():
        document = found[prefix]
        assert document["city"] == city
        assert document["year"] == year
        assert document["source"] == source
        assert document["published"] == published
        assert document["passages"] == passages
        assert document["url"] is None
    assert found["000"]["site"] == "yybnet.net"
    assert found["001"]["site"] == "太原长安网"
    assert found["001"]["author"] is None
    assert found["002"]["author"] == "何英平"
    assert found["002"]["posted_by"] == "沙市秘书"
    assert found["003"]["contributor"] == "贵池区委政法委"


def test_search_json_has_the_contract_names(folder: Path) -> None:
    result = answer(folder, "search", "天眼 摄像头")
    assert result.keys() >= {"total", "documents", "hits", "facets", "notices"}
    hit = result["hits"][0]
    assert hit.keys() >= {
        "passage_id",
        "document_id",
        "path",
        "title",
        "source",
        "published",
        "url",
        "headings",
        "paragraph",
        "text",
        "highlights",
        "score",
        "city",
        "year",
        "topics",
    }
    assert hit["paragraph"] == 14
    assert "8174个" in hit["text"]
    assert "天眼" in {hit["text"][start:end] for start, end in hit["highlights"]}
    assert result["facets"].keys() >= {"city", "year", "topic"}
    for counts in result["facets"].values():
        for count in counts:
            assert count.keys() >= {"value", "count", "documents"}


def test_filters_narrow_between_kinds_and_widen_inside_one(folder: Path) -> None:
    everything = answer(folder, "search")["total"]
    assert everything == 84
    both = answer(folder, "search", "--year", "2017", "--year", "2018")["total"]
    assert both == 19 + 16 + 6
    assert answer(folder, "search", "--year", "2017..2018")["total"] == both
    assert answer(folder, "search", "--year", "2018", "--city", "贵港市")["total"] == 6
    assert answer(folder, "search", "--city", "池州")["total"] == 19
    assert answer(folder, "search", "--city", "广西")["total"] == 25


def test_topics_have_exactly_the_shipped_names(folder: Path) -> None:
    values = {c["value"] for c in answer(folder, "search")["facets"]["topic"]}
    assert values <= {*Taxonomy.load().names, "未分类"}


def test_inspect_json_has_the_contract_names_and_needs_no_index(folder: Path) -> None:
    name = next(SEEDS.glob("004*")).name
    result = answer(folder, "inspect", f"seeds/{name}", "--index", "none")
    assert result["document"]["title"] == "贵港市“维稳基石工程”10年调处矛盾纠纷13万余件"
    text = (SEEDS / name).read_text(encoding="utf-8")
    for paragraph in result["paragraphs"]:
        assert paragraph.keys() >= {"start", "end", "text", "role", "reason", "topics"}
        assert text[paragraph["start"] : paragraph["end"]] == paragraph["text"]
        assert paragraph["reason"]


def test_show_gives_the_passage_with_neighbours_and_citations(folder: Path) -> None:
    hit = answer(folder, "search", '"一村一警务助理"')["hits"][0]
    shown = answer(folder, "show", hit["passage_id"])
    assert shown["text"] == hit["text"]
    assert [p["paragraph"] for p in (*shown["before"], *shown["after"])] == [13, 15]
    assert {c["style"] for c in shown["citations"]} == {"gbt7714-2025", "gbt7714-2015"}
    assert "[N/OL]" in shown["citations"][0]["text"]
    assert shown["citations"][0]["missing"]


def test_stats_tell_counts_and_versions(folder: Path) -> None:
    stats = answer(folder, "stats")
    assert (stats["documents"], stats["passages"]) == (5, 84)
    assert stats["gazetteer"]
    assert stats["dictionary"]


def test_an_index_among_the_documents_is_none_of_them(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("今年以来，全县共排查矛盾纠纷三百余起。", encoding="utf-8")
    for told in ("1 added", "1 unchanged"):
        done = duansou(tmp_path, "index", ".")
        assert done.returncode == 0
        assert told in done.stderr
        assert done.stderr.count("\n") == 1
    # Documents beside it are read.
    (tmp_path / "index" / "b.txt").write_text("全县平安建设成效明显。", encoding="utf-8")
    assert "1 added" in duansou(tmp_path, "index", ".").stderr
    assert re.search("^ *overrides$", duansou(tmp_path, "stats").stdout, re.MULTILINE)


def test_check_names_a_damaged_file(tmp_path: Path) -> None:
    shutil.copytree(SEEDS, tmp_path / "seeds")
    assert duansou(tmp_path, "index", "seeds").returncode == 0
    assert duansou(tmp_path, "check").returncode == 0
    largest = max((tmp_path / "index").iterdir(), key=lambda path: path.stat().st_size)
    data = bytearray(largest.read_bytes())
    data[len(data) // 2] ^= 1
    gc.collect()  # Windows lets nobody write into what a run in this process still has open.
    largest.write_bytes(bytes(data))
    done = duansou(tmp_path, "check")
    assert done.returncode == 4
    assert largest.name in done.stderr


def test_a_second_run_changes_nothing(folder: Path) -> None:
    def state() -> list[tuple[str, bytes]]:
        files = (path for path in (folder / "index").iterdir() if path.suffix != ".lock")
        return sorted((path.name, path.read_bytes()) for path in files)

    before = state()
    assert len(before) >= 2
    done = duansou(folder, "index", "seeds")
    assert done.returncode == 0
    assert "5 unchanged" in done.stderr
    assert state() == before


def test_an_index_of_a_newer_version_is_named_and_left_alone(tmp_path: Path) -> None:
    shutil.copytree(SEEDS, tmp_path / "seeds")
    assert duansou(tmp_path, "index", "seeds").returncode == 0
    toc = tmp_path / "index" / "duansou.toc"
    toc.write_text(re.sub(r'"version": \d+', '"version": 99', toc.read_text(), count=1))
    before = toc.read_bytes()
    for args in (("search", "x"), ("index", "seeds")):
        done = duansou(tmp_path, *args)
        assert done.returncode == 4
        assert "version 99" in done.stderr
    assert toc.read_bytes() == before


def test_a_damaged_index_is_named(tmp_path: Path) -> None:
    shutil.copytree(SEEDS, tmp_path / "seeds")
    assert duansou(tmp_path, "index", "seeds").returncode == 0
    (tmp_path / "index" / "duansou.toc").write_bytes(b"\x00 not a table of contents")
    done = duansou(tmp_path, "search", "x")
    assert done.returncode == 4
    assert "duansou.toc" in done.stderr


def test_a_second_writer_is_told_who_is_writing(tmp_path: Path) -> None:
    shutil.copytree(SEEDS, tmp_path / "seeds")
    with open_writer(tmp_path / "index", Analyzer()):
        done = duansou(tmp_path, "index", "seeds")
    assert done.returncode == 4
    assert str(os.getpid()) in done.stderr
    assert duansou(tmp_path, "index", "seeds").returncode == 0


@pytest.mark.parametrize(
    ("args", "code", "sentence"),
    [
        (("search", "这里绝对没有这个词组啊"), 1, "Nothing found"),
        (("show", "0" * 20 + "-00000000"), 1, "There is no passage"),
        (("search", "x", "--year", "二零一七"), 2, "write one year"),
        (("search", "x" * 20_000), 2, "shorten it"),
        (("search", "x", "--index", "nowhere"), 4, "nowhere"),
        (("index", "nowhere"), 2, "no file or folder"),
        (("inspect", "seeds"), 2, "name one file"),
        (("search", "x", "--sort", "size"), 2, "relevance"),
        (("evaluate", "seeds"), 2, "queries.jsonl"),
    ],
)
def test_errors_are_one_sentence_with_their_exit_code(
    folder: Path, args: tuple[str, ...], code: int, sentence: str
) -> None:
    done = duansou(folder, *args)
    assert done.returncode == code
    assert sentence in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_an_ambiguous_place_lists_its_candidates(folder: Path) -> None:
    done = duansou(folder, "search", "--city", "鼓楼区")
    assert done.returncode == 2
    assert "江苏省/南京市/鼓楼区" in done.stderr


@pytest.mark.usefixtures("read_apart")
def test_every_format_is_indexed_and_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    first = "今年以来，全县共排查各类矛盾纠纷三百余起，调处成功率达到百分之九十八。"
    contents = {
        "a.docx": docx_document([("Normal", f"{first}甲")]),
        "b.html": html_page(f"<h1>平安建设</h1><p>{first}乙</p>"),
        "c.jsonl": json_lines([{"biaoti": "题目", "neirong": f"{first}丙"}, "{"]),
        "d.pdf": pdf_document([[(0, f"{first}丁")]]),
        "e.zip": zip_archive({"f/g.txt": f"{first}戊".encode()}),
        "h.pdf": pdf_document([[]]),
        "i.png": b"x",
    }
    (tmp_path / "docs").mkdir()
    for name, content in contents.items():
        (tmp_path / "docs" / name).write_bytes(content)
    done = duansou(tmp_path, "index", "docs", "--fields", "title=biaoti,text=neirong")
    assert done.returncode == 3
    assert "skipped c.jsonl#2: the line is not JSON" in done.stderr
    assert "skipped h.pdf: it has no text layer" in done.stderr
    assert "not read, because of their kind: 1 .png" in done.stderr
    found = {hit["path"] for hit in answer(tmp_path, "search", '"矛盾纠纷三百余起"')["hits"]}
    assert found == {"a.docx", "b.html", "c.jsonl#1", "d.pdf", "e.zip!/f/g.txt"}
    inside = answer(tmp_path, "inspect", "docs/e.zip!/f/g.txt")
    assert inside["paragraphs"][0]["text"] == f"{first}戊"
    (tmp_path / "docs" / "c.jsonl").write_bytes(
        json_lines([{"biaoti": "题目", "neirong": f"{first}丙"}, {"neirong": f"{first}己"}])
    )
    done = duansou(tmp_path, "index", "docs", "--fields", "title=biaoti,text=neirong")
    assert "1 added" in done.stderr
    assert "replaced" not in done.stderr


def test_a_file_of_many_documents_is_listed_by_inspect(tmp_path: Path) -> None:
    (tmp_path / "d.jsonl").write_bytes(json_lines([{"text": "正文。"}, "{"]))
    parts = answer(tmp_path, "inspect", "d.jsonl")["parts"]
    assert [(part["path"], part["reason"] is None) for part in parts] == [
        ("d.jsonl#1", True),
        ("d.jsonl#2", False),
    ]
    done = duansou(tmp_path, "inspect", "d.jsonl#3")
    assert done.returncode == 2
    assert "there is no #3 in d.jsonl" in done.stderr


def test_the_suffixes_that_are_read_are_named_by_help(tmp_path: Path) -> None:
    told = duansou(tmp_path, "index", "--help").stdout
    assert all(suffix in told for suffix in (".docx", ".html", ".jsonl", ".pdf", ".zip"))


def test_pages_with_gold_text_are_evaluated(tmp_path: Path) -> None:
    text = "今年以来，全县共排查各类矛盾纠纷三百余起，调处成功率达到百分之九十八。"
    (tmp_path / "a.html").write_bytes(html_page(f"<h1>平安建设</h1><div><p>{text}</p></div>"))
    (tmp_path / "gold.jsonl").write_bytes(
        json_lines([{"id": "a", "file": "a.html", "text": text, "kind": "article"}])
    )
    assert answer(tmp_path, "evaluate", ".")["kinds"]["article"]["f1_duansou"] == 1.0


def test_skipped_files_give_exit_code_3_and_the_rest_is_indexed(tmp_path: Path) -> None:
    shutil.copytree(SEEDS, tmp_path / "seeds")
    (tmp_path / "seeds" / "坏.txt").write_bytes(b"\x00\x01\x02\x03" * 500)
    done = duansou(tmp_path, "index", "seeds")
    assert done.returncode == 3
    assert "skipped 坏.txt: it is not text" in done.stderr
    stats = answer(tmp_path, "stats")
    assert stats["documents"] == 5
    # Whoever asks later is told too, in the language of the terminal, until the file is well.
    (skipped,) = stats["skipped"]["files"]
    assert (stats["skipped"]["count"], skipped["path"]) == (1, "坏.txt")
    assert skipped["reason"].startswith("it is not text")
    assert "skipped 坏.txt: it is not text" in duansou(tmp_path, "stats").stdout
    assert "略过 坏.txt：" in duansou(tmp_path, "stats", DUANSOU_LANG="zh").stdout
    (tmp_path / "seeds" / "坏.txt").unlink()
    assert duansou(tmp_path, "index", "seeds").returncode == 0
    assert answer(tmp_path, "stats")["skipped"] == {"count": 0, "files": [], "scanned_pages": 0}


def test_a_failed_run_keeps_the_old_index(tmp_path: Path) -> None:
    shutil.copytree(SEEDS, tmp_path / "seeds")
    assert duansou(tmp_path, "index", "seeds").returncode == 0
    (tmp_path / "empty").mkdir()
    assert duansou(tmp_path, "index", "empty").returncode == 2
    assert answer(tmp_path, "stats")["documents"] == 5


def test_a_folder_that_is_no_index_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.jpg").write_bytes(b"x")
    for args in (("index", str(SEEDS)), ("search", "x")):
        done = duansou(tmp_path, *args, "--index", "photos")
        assert done.returncode == 4, done.stderr
        assert "photos" in done.stderr
    assert [p.name for p in (tmp_path / "photos").iterdir()] == ["a.jpg"]


def test_a_terminal_without_utf8_still_prints(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "search", "documents"],
        cwd=folder,
        env={**os.environ, "LC_ALL": "C", "LANG": "C", "PYTHONIOENCODING": "", "PYTHONUTF8": "0"},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0
    assert "大同市" in done.stdout.decode("utf-8")


def test_help_is_a_manual(folder: Path) -> None:
    text = duansou(folder, "--help").stdout
    for word in ("Exit codes", "duansou search", "index", "serve", "evaluate"):
        assert word in text


def test_a_user_taxonomy_is_kept_for_later_runs(tmp_path: Path) -> None:
    shutil.copytree(SEEDS, tmp_path / "seeds")
    (tmp_path / "mine.toml").write_text(
        '[[topic]]\nname = "摄像头"\nwords = { "摄像头" = 3 }\n', encoding="utf-8"
    )
    assert duansou(tmp_path, "index", "seeds", "--topics", "mine.toml").returncode == 0
    found = {c["value"] for c in answer(tmp_path, "search")["facets"]["topic"]}
    assert found == {"摄像头", "未分类"}
    assert "5 unchanged" in duansou(tmp_path, "index", "seeds").stderr
    found = {c["value"] for c in answer(tmp_path, "search")["facets"]["topic"]}
    assert found == {"摄像头", "未分类"}


def test_a_user_dictionary_changes_no_passage_id(tmp_path: Path) -> None:
    shutil.copytree(SEEDS, tmp_path / "seeds")
    assert duansou(tmp_path, "index", "seeds").returncode == 0
    before = {h["passage_id"] for h in answer(tmp_path, "search", "--limit", "200")["hits"]}
    (tmp_path / "words.txt").write_text("提档争优\n维稳基石工程\n", encoding="utf-8")
    done = duansou(tmp_path, "index", "seeds", "--dictionary", "words.txt")
    assert done.returncode == 0
    after = {h["passage_id"] for h in answer(tmp_path, "search", "--limit", "200")["hits"]}
    assert after == before
    assert answer(tmp_path, "stats")["user_words"] == 2


def test_an_explanation_adds_up_to_the_score(folder: Path) -> None:
    result = answer(folder, "search", "天眼 摄像头", "--explain")
    for hit in result["hits"]:
        explanation = hit["explanation"]
        assert explanation["matches"]
        assert explanation["match"]["node"] == "and"
        assert explanation["match"]["children"][0]["text"] == "天眼"
        assert sum(t["share"] for t in explanation["terms"]) == pytest.approx(
            hit["score"], rel=1e-9
        )
    assert "explanation" not in answer(folder, "search", "天眼")["hits"][0]
    printed = duansou(folder, "search", "“天眼 摄像”~9", "--explain").stdout
    assert "✓ has “天眼” and “摄像”, at most 9 characters between" in printed
    assert "characters 天" in printed


def test_a_passage_shows_the_places_and_years_that_it_names(tmp_path: Path) -> None:
    documents = tmp_path / "文"
    documents.mkdir()
    text = (
        "贵港市推进平安建设\n\n2020-01-02 来源：贵港日报\n\n"
        "贵港市桂平市自民国二十六年起有案可查，2016—2020年桂平矛盾纠纷逐年下降，群众满意。\n"
    )
    (documents / "a.txt").write_text(text, encoding="utf-8")
    assert duansou(tmp_path, "index", "文").returncode == 0
    (hit,) = answer(tmp_path, "search", "桂平")["hits"]
    assert hit["named_places"] == [
        {"place": ["广西壮族自治区", "贵港市", "桂平市"], "words": ["桂平市", "桂平"]}
    ]
    assert hit["named_years"] == [
        {"first": 1937, "last": 1937, "words": "民国二十六年"},
        {"first": 2016, "last": 2020, "words": "2016—2020年"},
    ]
    assert hit["city"] == ["广西壮族自治区", "贵港市", None]
    assert hit["year"] == 2020
    shown = duansou(tmp_path, "show", hit["passage_id"]).stdout
    assert "桂平市  ← 桂平市、桂平" in shown
    assert "2016–2020  ← 2016—2020年" in shown
    inspected = duansou(tmp_path, "inspect", str(documents / "a.txt")).stdout
    assert "names 广西壮族自治区/贵港市/桂平市, 1937, 2016–2020" in inspected
    assert "source_city  广西壮族自治区/贵港市" in inspected
    with open_index(tmp_path / "index") as index:
        page = create_app(index, config={"TESTING": True}).test_client()
        body = page.get(f"/p/{hit['passage_id']}").text
    assert "提到地方" in body
    assert "本段写作：民国二十六年" in body
