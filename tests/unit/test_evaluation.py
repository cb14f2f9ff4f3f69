"""Metrics against values worked out by hand, and evaluation of small sets."""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from naive_engine import NaiveEngine, NaiveStore, NaiveWriter
from search.analysis.words import Analyzer
from search.documents.declared import json_of
from search.engines.whoosh.engine import open_engine
from search.engines.whoosh.writer import open_writer
from search.errors import InputError
from search.evaluation import EvaluationResult, Progress, evaluate
from search.evaluation.judged import VARIANTS, Answer, Lost, lost_queries
from search.evaluation.sets import ndcg_at, percentile, recall_at, reciprocal_rank_at

CORPUS: list[dict[str, object]] = [
    {"id": "a", "title": "贵港市", "text": "网格化管理覆盖全市一千个社区。"},
    {"id": "b", "text": "信访工作联席会议每月召开一次。"},
    {"id": "c", "text": "视频监控接入派出所的监控平台。"},
    {"id": "d", "text": ""},
    {"id": 5, "text": "群众安全感满意度逐年提升。"},
]
QUERIES: list[dict[str, object]] = [
    {"id": "q1", "text": "网格化管理怎么做？"},
    {"id": "q2", "text": "信访会议多久开一次"},
    {"id": "q3", "text": "没有人评过这一条"},
    {"id": "q4", "text": "火星"},
    {"id": 6, "text": ""},
]
QRELS = "q1\t0\ta\t1\nq2 0 b 1\nq2 0 c 0\nq3 0 a 0\nq4\t0\t5\t1\n6 0 a 1\n"


def test_ndcg_of_a_ranking_worked_out_by_hand() -> None:
    grades = {"a": 3, "b": 2, "c": 1}
    gain = 1 / math.log2(2) + 3 / math.log2(4)
    ideal = 3 / math.log2(2) + 2 / math.log2(3) + 1 / math.log2(4)
    assert ndcg_at(["c", "x", "a"], grades) == pytest.approx(gain / ideal)
    assert ndcg_at(["a"], {"a": 1}) == 1.0
    assert ndcg_at(["x", "a"], {"a": 1}) == pytest.approx(1 / math.log2(3))


def test_ndcg_cuts_ranking_and_ideal_at_the_same_depth() -> None:
    many = {str(i): 1 for i in range(30)}
    assert ndcg_at([str(i) for i in range(30)], many) == pytest.approx(1.0)
    assert ndcg_at([*"abcdefghij", "0"], many) == 0.0


def test_reciprocal_rank_is_of_the_first_relevant_entry_within_the_depth() -> None:
    assert reciprocal_rank_at(["x", "y", "a", "b"], {"a": 1, "b": 2}) == pytest.approx(1 / 3)
    assert reciprocal_rank_at([*"0123456789", "a"], {"a": 1}) == 0.0
    assert reciprocal_rank_at(["a"], {"a": 0}) == 0.0


def test_recall_is_the_share_found_of_all_that_is_relevant() -> None:
    grades = {"a": 1, "b": 1, "c": 2, "d": 0}
    assert recall_at(["d", "a", "c"], grades) == pytest.approx(2 / 3)
    assert recall_at([*map(str, range(100)), "a"], {"a": 1}) == 0.0


def test_nothing_relevant_gives_nothing() -> None:
    for metric in (ndcg_at, reciprocal_rank_at, recall_at):
        assert metric(["a"], {}) == 0.0
        assert metric([], {"a": 1}) == 0.0
        assert metric(["a"], {"a": -1}) == 0.0


def test_a_percentile_is_a_value_that_was_measured() -> None:
    assert percentile([5, 1, 4, 2, 3], 0.5) == 3
    assert percentile(list(range(1, 101)), 0.95) == 95
    assert percentile([7], 0.95) == 7


ids = st.lists(st.sampled_from("abcdefghijklmno"), unique=True, max_size=15)
judged = st.dictionaries(st.sampled_from("abcdefghijklmno"), st.integers(-1, 4), max_size=15)


@given(ids, judged)
def test_metrics_are_shares_and_the_ideal_order_is_perfect(
    ranking: list[str], grades: dict[str, int]
) -> None:
    for metric in (ndcg_at, reciprocal_rank_at, recall_at):
        assert 0 <= metric(ranking, grades) <= 1 + 1e-12
    ideal = sorted(grades, key=lambda id_: -grades[id_])
    perfect = 1.0 if any(grade > 0 for grade in grades.values()) else 0.0
    assert ndcg_at(ideal, grades) == pytest.approx(perfect)
    assert reciprocal_rank_at(ideal, grades) == perfect
    assert recall_at(ideal, grades) == perfect


@given(ids, judged, st.integers(0, 14), st.integers(0, 14))
def test_moving_a_better_entry_up_never_lowers_ndcg(
    ranking: list[str], grades: dict[str, int], i: int, j: int
) -> None:
    i, j = sorted((i, j))
    if j < len(ranking) and grades.get(ranking[i], 0) <= grades.get(ranking[j], 0):
        better = ranking.copy()
        better[i], better[j] = better[j], better[i]
        assert ndcg_at(better, grades) >= ndcg_at(ranking, grades) - 1e-12


def write_set(
    folder: Path,
    *,
    corpus: str | None = None,
    queries: str | None = None,
    qrels: str | None = None,
    packed: bool = False,
) -> Path:
    """The small set above, with any of its files replaced."""
    text = corpus if corpus is not None else json_lines(CORPUS)
    if packed:
        (folder / "corpus.jsonl.gz").write_bytes(gzip.compress(text.encode()))
    else:
        (folder / "corpus.jsonl").write_text(text, encoding="utf-8")
    queries = queries if queries is not None else json_lines(QUERIES)
    (folder / "queries.jsonl").write_text(queries, encoding="utf-8")
    (folder / "qrels.tsv").write_text(qrels if qrels is not None else QRELS, encoding="utf-8")
    return folder


def json_lines(records: Sequence[Mapping[str, object]]) -> str:
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


def run(
    set_dir: Path, *, any_term: bool = True, progress: Progress | None = None
) -> EvaluationResult:
    """Evaluate on the oracle engine."""
    store = NaiveStore()

    def open_writer(index_dir: Path, analyzer: Analyzer) -> NaiveWriter:
        assert not index_dir.exists()
        store.analyzer = analyzer
        return store.writer()

    def open_engine(index_dir: Path) -> NaiveEngine:
        return store.engine()

    return evaluate(
        set_dir,
        open_writer=open_writer,
        open_engine=open_engine,
        any_term=any_term,
        progress=progress,
    )


@pytest.mark.parametrize("packed", [False, True])
def test_a_small_set_is_measured(tmp_path: Path, packed: bool) -> None:
    result = run(write_set(tmp_path, packed=packed))
    assert (result.all.queries, result.passages) == (4, 5)
    assert result.run["q1"][0] == "a"
    assert result.run["q2"][0] == "b"
    assert result.run["q4"] == ()
    assert result.run["6"] == ()
    assert "q3" not in result.run
    assert result.all.ndcg_at_10 == result.all.mrr_at_10 == result.all.recall_at_100 == 0.5
    assert 0 < result.p50_ms <= result.p95_ms


def test_the_embedded_engine_measures_the_same_set(tmp_path: Path) -> None:
    result = evaluate(write_set(tmp_path), open_writer=open_writer, open_engine=open_engine)
    assert (result.all.queries, result.passages, result.all.recall_at_100) == (4, 5, 0.5)
    assert result.run["q1"][0] == "a"


ABLATED: list[dict[str, object]] = [
    {"id": "a", "title": "贵港市", "text": "网格化管理覆盖全市一千个社区。"},
    {"id": "b", "title": "二〇一九年报告", "text": "网格，化为管，理。"},
    {"id": "c", "text": "什么都有管理：什么是什么，什么为什么。"},
    {"id": "d", "text": "安全感满意度逐年提升。"},
]


@pytest.fixture
def ablated(tmp_path: Path) -> EvaluationResult:
    queries = json_lines(
        [
            {"id": "1", "text": "网格化管理是什么"},
            {"id": "2", "text": "報告裡的安全感"},
            {"id": "3", "text": "火星"},
        ]
    )
    set_dir = write_set(
        tmp_path,
        corpus=json_lines(ABLATED),
        queries=queries,
        qrels="1 0 a 1\n2 0 d 1\n3 0 a 1\n",
    )
    return evaluate(
        set_dir, open_writer=open_writer, open_engine=open_engine, variants=VARIANTS, lost=5
    )


def test_an_ablation_ranks_the_same_index_in_every_way(ablated: EvaluationResult) -> None:
    rows = {row.name: row for row in ablated.ablation}
    assert list(rows) == ["Duansou", *(variant.name for variant in VARIANTS)]
    assert rows["Duansou"].all == ablated.all
    assert rows["Duansou"].changed == 0
    # Question words bring up the passage that is full of them.
    assert rows["with question words"].all.ndcg_at_10 < ablated.all.ndcg_at_10
    assert rows["with question words"].changed == 1
    # Nothing in the queries has another writing of these kinds.
    assert rows["also places"].changed == rows["also years"].changed == 0
    assert rows["also places"].all == ablated.all


def test_the_queries_at_odd_positions_are_measured_by_themselves(
    ablated: EvaluationResult,
) -> None:
    assert ablated.all.queries == 3
    assert ablated.odd is not None
    assert ablated.odd.queries == 1
    assert ablated.odd.ndcg_at_10 == 1.0


def test_lost_queries_show_what_came_first_and_what_is_right(ablated: EvaluationResult) -> None:
    assert ablated.lost_total == 1
    (lost,) = ablated.lost
    assert (lost.query, lost.ndcg, lost.first) == ("3", 0.0, None)
    assert (lost.relevant.entry, lost.relevant.rank) == ("a", None)
    assert lost.relevant.text == ABLATED[0]["text"]


def test_what_words_alone_do_better_is_lost_too_and_comes_first() -> None:
    queries = {"1": "没有", "2": "第二"}
    run = {"1": ("b",), "2": ("b", "a")}
    words = {"1": ("b",), "2": ("a", "b")}
    qrels = {"1": {"a": 1}, "2": {"a": 1}}
    corpus = [("a", None, "甲"), ("b", None, "乙"), ("c", None, "丙")]
    total, lost = lost_queries(queries, qrels, run, words, corpus, limit=1)
    assert total == 2
    assert lost == (
        Lost("2", "第二", 1 / math.log2(3), 1.0, Answer("b", "乙", 1), Answer("a", "甲", 2)),
    )


def test_the_answer_has_the_names_of_the_contract(tmp_path: Path) -> None:
    answer = json_of(run(write_set(tmp_path)))
    contract = {"ndcg@10", "mrr@10", "recall@100", "queries", "passages", "p50_ms", "p95_ms"}
    assert contract <= answer.keys()
    assert json.loads(json.dumps(answer)) == answer


def test_all_words_must_match_only_where_that_is_asked_for(tmp_path: Path) -> None:
    set_dir = write_set(tmp_path)
    assert run(set_dir, any_term=False).run["q1"] == ()


def test_progress_counts_entries_then_queries(tmp_path: Path) -> None:
    many = [{"id": f"more{i}", "text": "其他"} for i in range(500)]
    write_set(tmp_path, corpus=json_lines([*CORPUS, *many]))
    seen: list[tuple[int, int]] = []
    run(tmp_path, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(500, 0), *[(505 + i, 509) for i in (1, 2, 3, 4)]]


def test_blank_lines_a_byte_order_mark_and_line_ends_of_windows_are_read(tmp_path: Path) -> None:
    write_set(tmp_path)
    for name in ("corpus.jsonl", "queries.jsonl", "qrels.tsv"):
        text = (tmp_path / name).read_text(encoding="utf-8")
        windows = "\ufeff" + text.replace("\n", "\r\n\r\n")
        (tmp_path / name).write_bytes(windows.encode())
    assert run(tmp_path).all.recall_at_100 == 0.5


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"corpus": '{"id": "a", "text": "字"}\n{"id": '}, "corpus.jsonl, line 2: it is not JSON"),
        ({"corpus": "[1]\n"}, "corpus.jsonl, line 1: it is not a JSON object"),
        ({"corpus": '{"id": "a"}\n'}, 'corpus.jsonl, line 1: the field "text"'),
        ({"corpus": '{"id": "", "text": "字"}\n'}, 'corpus.jsonl, line 1: the field "id"'),
        ({"corpus": '{"id": true, "text": "字"}\n'}, 'corpus.jsonl, line 1: the field "id"'),
        ({"corpus": '{"id": "a", "text": "\\ud800"}\n'}, "lone surrogate"),
        ({"corpus": '{"id": 1, "text": "一"}\n{"id": "1", "text": "二"}\n'}, "line 2: the id '1'"),
        ({"corpus": ""}, "corpus.jsonl has no entry"),
        ({"queries": '{"id": "q1", "text": 5}\n'}, 'queries.jsonl, line 1: the field "text"'),
        ({"queries": '{"id": 1, "text": ""}\n' * 2}, "queries.jsonl, line 2: the id '1'"),
        ({"qrels": "q1 0 a 1\nq9 0 a 1\n"}, "qrels.tsv, line 2: the query 'q9'"),
        ({"qrels": "q1 0 a 1\nq1 0 z 1\n"}, "qrels.tsv, line 2: the entry 'z'"),
        ({"qrels": "q1 a 1\n"}, "qrels.tsv, line 1: it has 3 columns"),
        ({"qrels": "q1 0 a high\n"}, "qrels.tsv, line 1: the grade is 'high'"),
        ({"qrels": "q1 0 a 0\n"}, "no entry relevant"),
        ({"qrels": ""}, "no entry relevant"),
    ],
)
def test_a_bad_line_is_named_with_what_to_do(
    tmp_path: Path, files: dict[str, str], said: str
) -> None:
    write_set(tmp_path)
    for name, text in files.items():
        suffix = "tsv" if name == "qrels" else "jsonl"
        (tmp_path / f"{name}.{suffix}").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as refused:
        run(tmp_path)
    assert said in refused.value.message
    assert refused.value.sentence.said("zh") != refused.value.message


@pytest.mark.parametrize("name", ["corpus.jsonl", "queries.jsonl", "qrels.tsv"])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    (write_set(tmp_path) / name).unlink()
    with pytest.raises(InputError, match=name):
        run(tmp_path)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no folder"):
        run(tmp_path / "absent")


def not_utf_8(folder: Path) -> None:
    (folder / "queries.jsonl").write_bytes('{"id": "q1", "text": "网格"}\n'.encode("gb18030"))


def not_gzip(folder: Path) -> None:
    (folder / "corpus.jsonl").rename(folder / "corpus.jsonl.gz")


def cut_gzip(folder: Path) -> None:
    packed = gzip.compress((folder / "corpus.jsonl").read_bytes())
    (folder / "corpus.jsonl").unlink()
    (folder / "corpus.jsonl.gz").write_bytes(packed[:-20])


@pytest.mark.parametrize("damage", [not_utf_8, not_gzip, cut_gzip])
def test_a_damaged_file_is_an_input_error(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    damage(write_set(tmp_path))
    with pytest.raises(InputError, match="jsonl"):
        run(tmp_path)
