"""The index as Whoosh reads it: against our executor, and against an index that Whoosh wrote."""

from __future__ import annotations

import importlib
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generated import ANALYZER, CHANGES, WORDS, document_of, queries
from oracles import cases, check_stock_searcher
from search import open_index
from search.documents.document import Document, Passage
from search.engines.whoosh.codec import ArrayCodec
from search.engines.whoosh.engine import WhooshReader, open_engine
from search.engines.whoosh.face import open_whoosh
from search.engines.whoosh.passage_fields import stored_values
from search.engines.whoosh.writer import open_writer
from search.errors import IndexStateError, QueryError
from search.index.engine import EngineRequest
from search.query.nodes import Query
from search.query.parser import parse_query
from search.query.request import Filters

# Untyped: the stubs of one Whoosh are not those of another.
filestore: Any = importlib.import_module("whoosh.filedb.filestore")
qparser: Any = importlib.import_module("whoosh.qparser")
sorting: Any = importlib.import_module("whoosh.sorting")
spans: Any = importlib.import_module("whoosh.query.spans")
stock_query: Any = importlib.import_module("whoosh.query")
whoosh_index: Any = importlib.import_module("whoosh.index")

Histories = list[list[Document | str]]

TEXTS = st.sampled_from(["text", "title", "headings"])
LEAVES: st.SearchStrategy[Any] = st.one_of(
    st.builds(stock_query.Term, TEXTS, WORDS),
    st.builds(stock_query.Prefix, TEXTS, st.sampled_from(["安", "人", "a"])),
    st.builds(stock_query.Wildcard, TEXTS, st.sampled_from(["?全", "*府", "a*"])),
    st.builds(stock_query.FuzzyTerm, TEXTS, st.sampled_from(["安全", "管全", "人民"])),
    st.builds(stock_query.TermRange, TEXTS, st.just("a"), st.sampled_from(["b", "安", "的"])),
    st.builds(
        stock_query.Phrase, TEXTS, st.lists(WORDS, min_size=2, max_size=3), st.integers(1, 3)
    ),
    st.builds(
        stock_query.NumericRange, st.just("year"), st.just(2009), st.sampled_from([2009, 2017])
    ),
    st.builds(stock_query.NumericRange, st.just("named_year"), st.just(2000), st.just(2017)),
    st.builds(
        stock_query.Term,
        st.just("city"),
        st.sampled_from(["湖南省", "湖南省/常德市", "山西省/大同市"]),
    ),
    st.builds(stock_query.Term, st.just("place"), st.sampled_from(["湖南省", "山西省/大同市"])),
    st.builds(stock_query.Term, st.just("topic"), st.sampled_from(["信访工作", "治安防控"])),
    st.builds(stock_query.Term, st.just("source"), st.just("贵港日报")),
    st.builds(stock_query.Prefix, st.just("published"), st.sampled_from(["2018", "2018-12-18T"])),
    st.builds(stock_query.Every),
    st.builds(stock_query.Every, st.sampled_from(["city", "year", "text"])),
)


def _compounds(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Without AndNot: Whoosh's matcher finds too much where the refused part begins first."""
    several = st.lists(inner, min_size=1, max_size=3)
    return st.one_of(
        several.map(stock_query.And),
        several.map(stock_query.Or),
        st.builds(stock_query.AndMaybe, inner, inner),
        st.builds(stock_query.ConstantScoreQuery, inner),
    )


NEAR: st.SearchStrategy[Any] = st.builds(
    lambda first, second, slop: spans.SpanNear2(
        [stock_query.Term("text", first), stock_query.Term("text", second)], slop, ordered=False
    ),
    WORDS,
    WORDS,
    st.integers(1, 4),
)
"""Alone: in other queries Whoosh 2.7.4 fails on it."""
TREES = st.one_of(st.recursive(LEAVES, _compounds, max_leaves=4), NEAR)
TYPED = st.sampled_from(
    [
        "人民政府 安全",
        "安全管理 OR 网格",
        '"人民政府 安全"',
        "city:常德 AND 管*",
        "year:[2009 TO 2017] text:的",
        "title:安全 source:贵港日报",
        "topic:信访工作",
        "named_year:2018",
        "*",
    ]
)


def write(folder: Path, history: Histories) -> None:
    """Every list of changes is a commit; small segments stay apart."""
    for changes in history:
        with open_writer(folder, ANALYZER) as writer:
            writer.merge_below_passages = 0
            for change in changes:
                if isinstance(change, Document):
                    writer.put(change)
                else:
                    writer.delete(change)
            writer.commit({})


def written_by_whoosh(passages: Iterable[Passage], stored: dict[str, Any], schema: Any) -> Any:
    """An index that Whoosh itself writes, of the same passages with the same schema."""
    index = filestore.RamStorage().create_index(schema)
    writer = index.writer()
    for passage in passages:
        places = {
            "/".join(filter(None, named.place[:size]))
            for named in passage.named_places
            for size in (1, 2, 3)
        }
        years = {
            year for named in passage.named_years for year in range(named.first, named.last + 1)
        }
        more: dict[str, Any] = {"place": sorted(places - {""}), "named_year": sorted(years)}
        values = stored[passage.passage_id] | {name: each for name, each in more.items() if each}
        writer.add_document(**values)
    writer.commit()
    return index


@settings(max_examples=cases(500), suppress_health_check=[HealthCheck.too_slow])
@given(
    history=st.lists(CHANGES, min_size=1, max_size=3),
    asked=st.lists(queries(), min_size=1, max_size=4),
)
def test_the_stock_searcher_agrees(history: Histories, asked: list[Query]) -> None:
    check_stock_searcher(history, asked)


@settings(max_examples=cases(100), suppress_health_check=[HealthCheck.too_slow])
@given(
    history=st.lists(CHANGES, min_size=1, max_size=3),
    trees=st.lists(TREES, min_size=1, max_size=4),
    typed=TYPED,
)
def test_it_is_as_an_index_that_whoosh_wrote(
    history: Histories, trees: list[Any], typed: str
) -> None:
    """Whatever is asked through ``open_dir``: hits, groups, order, spans, key terms, statistics."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder, history)
        engine = open_engine(folder)
        passages = list(engine.reader().passages())
        engine.close()
        ours = whoosh_index.open_dir(str(folder))
        with ours.searcher() as searcher:
            numbers = {
                searcher.stored_fields(n)["passage_id"]: searcher.stored_fields(n)
                for n in searcher.reader().all_doc_ids()
            }
        theirs = written_by_whoosh(passages, numbers, ours.schema)
        parsed = qparser.QueryParser("text", ours.schema).parse(typed)
        with ours.searcher() as one, theirs.searcher() as other:
            assert one.doc_count() == other.doc_count() == len(passages)
            for tree in (*trees, parsed):
                assert found(one, tree) == found(other, tree), tree
            if not one.reader().has_deletions():
                for field in ("text", "title", "headings", "city", "year", "topic", "published"):
                    assert terms(one, field) == terms(other, field), (
                        field,
                        terms(one, field),
                        terms(other, field),
                    )
            if passages and not one.reader().has_deletions():
                first = passages[0].passage_id
                keys = [
                    s.key_terms([s.document_number(passage_id=first)], "text") for s in (one, other)
                ]
                assert [term for term, _ in keys[0]] == [term for term, _ in keys[1]]


def found(searcher: Any, tree: Any) -> Any:
    """What a searcher answers: hits by year and date, groups of several facets."""
    results = searcher.search(
        tree,
        limit=None,
        groupedby={
            **{name: sorting.FieldFacet(name) for name in ("city", "year", "source")},
            "topics": sorting.FieldFacet("topic", allow_overlap=True),
        },
        sortedby=["year", "published", "passage_id"],
    )
    of = {hit.docnum: hit["passage_id"] for hit in results}
    # Without any value Whoosh has no column, and calls unknown None in place of "".
    groups = {
        name: {
            key or None: sorted(of[n] for n in members)
            for key, members in results.groups(name).items()
        }
        for name in ("city", "year", "source", "topics")
    }
    return [hit["passage_id"] for hit in results], groups


def terms(searcher: Any, field: str) -> list[tuple[bytes, int, float]]:
    """Every term of a field, in how many passages it occurs and how often."""
    reader = searcher.reader()
    return [
        (term, reader.doc_frequency(field, term), reader.frequency(field, term))
        for term in reader.lexicon(field)
        if reader.doc_frequency(field, term)  # not only in documents without passages
    ]


def test_a_query_of_whoosh_decides_and_filters_order_and_pages_are_ours(tmp_path: Path) -> None:
    bodies = ["安全 abc", "安全管理 abd 管理", "信访 abe", "其他"]
    write(
        tmp_path,
        [
            [
                document_of(f"d{n}", body, title=f"标题{n}", year=2000 + n)
                for n, body in enumerate(bodies)
            ]
        ],
    )
    engine = open_engine(tmp_path)
    reader = engine.reader()
    assert isinstance(reader, WhooshReader)
    scored = parse_query("管理", ANALYZER)
    tree = stock_query.And(
        [stock_query.Prefix("text", "ab"), stock_query.Not(stock_query.Term("text", "信访"))]
    )
    result = reader.search_whoosh(tree, EngineRequest(scored))
    assert [p.document_id for p, _ in result.hits] == ["d1", "d0"]
    assert result.hits[0][1] > result.hits[1][1] == 0
    assert [count.value for count in result.facets["year"]] == [2001, 2000]
    filtered = EngineRequest(scored, Filters(year=((2000, 2000),)), limit=1)
    assert [p.document_id for p, _ in reader.search_whoosh(tree, filtered).hits] == ["d0"]
    with pytest.raises(QueryError, match="positions"):
        reader.search_whoosh(stock_query.Phrase("source", ["安全", "管理"]), EngineRequest(scored))
    engine.close()


def test_nothing_is_written_through_whoosh(tmp_path: Path) -> None:
    """Of an index without a document too, where Whoosh has no segment to ask."""
    for history in ([], [document_of("d", "安全")]):
        write(tmp_path, [list(history)])
        files = sorted(path.name for path in tmp_path.iterdir())
        for index in (whoosh_index.open_dir(str(tmp_path)), open_whoosh(tmp_path)):
            for _ in range(2):
                with pytest.raises(IndexStateError, match="duansou index"):
                    index.writer()
            with pytest.raises(IndexStateError, match="duansou index"):
                index.delete_by_term("text", "安全")
        assert {path.name for path in tmp_path.iterdir()} - set(files) <= {"MAIN_WRITELOCK"}
    codec = ArrayCodec()
    refusals: tuple[Callable[[], Any], ...] = (
        lambda: codec.per_document_writer(None, None),
        lambda: codec.field_writer(None, None),
        lambda: codec.postings_writer(None),
        lambda: codec.new_segment(None, "x"),
    )
    for refused in refusals:
        with pytest.raises(IndexStateError, match="duansou index"):
            refused()
    with open_index(tmp_path) as index:
        assert index.search("安全").total == 1


def test_the_words_of_a_title_are_found_at_their_positions(tmp_path: Path) -> None:
    write(tmp_path, [[document_of("d", "正文", title="人民政府 安全感")]])
    with open_whoosh(tmp_path).searcher() as searcher:
        for words, hits in (
            (["人民政府", "安全感"], 1),
            (["安全感", "人民政府"], 0),
            (["人民", "安全"], 1),
        ):
            assert len(searcher.search(stock_query.Phrase("title", words))) == hits


def test_what_is_stored_is_the_passage(tmp_path: Path) -> None:
    write(tmp_path, [[document_of("d", "甲", "乙", title="题", source="贵港日报", year=2017)]])
    engine = open_engine(tmp_path)
    (segment,) = engine.snapshot().segments
    stored = stored_values(segment, 1)
    assert (stored["text"], stored["paragraph"], stored["title"], stored["year"]) == (
        "乙",
        2,
        "题",
        2017,
    )
    assert "city" not in stored
    assert stored["passage_id"] == segment.passage(1).passage_id
    engine.close()


@pytest.mark.parametrize("opened", [lambda p: whoosh_index.open_dir(str(p)), open_whoosh])
def test_a_searcher_is_of_one_commit_and_a_refreshed_one_of_the_newest(
    tmp_path: Path, opened: Callable[[Path], Any]
) -> None:
    write(
        tmp_path, [[document_of("a", "甲一"), document_of("b", "甲二")], [document_of("c", "甲三")]]
    )
    index = opened(tmp_path)

    def texts(searcher: Any) -> set[str]:
        hits = [hit["text"] for hit in searcher.search(stock_query.Every(), limit=None)]
        assert len(hits) == len(set(hits))
        return set(hits)

    searcher = index.searcher()
    write(tmp_path, [[document_of("a", "甲四")], ["b"]])
    assert texts(searcher) == {"甲一", "甲二", "甲三"}
    assert not searcher.up_to_date()
    newest = searcher.refresh()
    assert texts(newest) == texts(index.searcher()) == {"甲四", "甲三"}
    assert newest.up_to_date()
