"""The distributed engine on real nodes: as the oracle on what is made up, as the embedded engine on
what is real, and what only a cluster has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from opensearchpy.transport import Transport

from agreement import Requests, compare
from cluster_index import ClusterIndex
from generated import ANALYZER, FILTERS, REQUESTS, document_of, documents, queries
from naive_engine import NaiveEngine, NaiveStore
from proofs.agreement import both_readers, documents_of
from search.documents.document import Document, passage_id
from search.documents.facets import ALL_FACETS, DOCUMENT_FACETS
from search.engines.formula import repeats_last
from search.engines.opensearch import asking, facets, recording, schema, searching
from search.engines.opensearch.compile import alike_alone, matches_pattern
from search.engines.opensearch.connection import Connection
from search.engines.opensearch.state import State, read_state
from search.errors import CommitGoneError, IndexStateError, QueryError
from search.index.engine import Engine, EngineRequest
from search.query.nodes import Alike, Gap, Query, Wildcard
from search.query.parser import parse_query
from search.query.request import Filters
from search.searching.index import Index

FACETS = st.sampled_from([facet.name for facet in ALL_FACETS])
SAMPLE = settings(
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
EVERYTHING = 10_000


def collection() -> list[Document]:
    """Generated documents, always the same, each with an id of its own."""
    drawn: list[Document] = []

    @seed(1)
    @settings(SAMPLE, max_examples=100)
    @given(documents())
    def collect(document: Document) -> None:
        drawn.append(replace(document, document_id=f"document-{len(drawn)}"))

    collect()
    return drawn


@pytest.fixture(scope="module")
def engines(opensearch_url: str) -> Iterator[tuple[NaiveEngine, Engine]]:
    """The oracle and a cluster after the same two commits: some documents replaced, some gone."""
    drawn = collection()
    store, index = NaiveStore(ANALYZER), ClusterIndex(opensearch_url, shards=3)
    try:
        for changed, gone in ((drawn[:70], ()), (drawn[40:], ("document-3", "document-50"))):
            with store.writer() as naive, index.writer(ANALYZER) as writer:
                for document in changed:
                    naive.put(document)
                    writer.put(document)
                for document_id in gone:
                    naive.delete(document_id)
                    writer.delete(document_id)
                naive.commit({})
                writer.commit({})
        yield store.engine(), index.engine()
    finally:
        index.remove()


@pytest.fixture
def index(opensearch_url: str) -> Iterator[ClusterIndex]:
    """An empty index."""
    made = ClusterIndex(opensearch_url)
    yield made
    made.remove()


def put(index: ClusterIndex, *bodies: str, document_id: str = "d1") -> None:
    with index.writer(ANALYZER) as writer:
        writer.put(document_of(document_id, *bodies))
        writer.commit({})


def ask(text: str, **fields: object) -> EngineRequest:
    return EngineRequest(query=parse_query(text, ANALYZER), **fields)  # type: ignore[arg-type]


def test_everything_stored_comes_back(engines: tuple[NaiveEngine, Engine]) -> None:
    naive, distributed = engines
    assert list(distributed.reader().passages()) == list(naive.reader().passages())
    assert list(distributed.reader().documents()) == list(naive.reader().documents())
    assert list(distributed.reader().titles()) == list(naive.reader().titles())


@seed(2)
@settings(SAMPLE, max_examples=80)
@given(request=REQUESTS)
def test_searches(engines: tuple[NaiveEngine, Engine], request: EngineRequest) -> None:
    naive, distributed = engines
    got = distributed.reader().search(request)
    expected = naive.reader().search(replace(request, offset=0, limit=EVERYTHING))
    assert not got.partial
    assert (got.total, got.documents) == (expected.total, expected.documents)
    assert got.facets == expected.facets
    page = slice(request.offset, request.offset + request.limit)
    if request.sort != "relevance":
        assert [p for p, _ in got.hits] == [p for p, _ in expected.hits[page]]
        return
    everything = distributed.reader().search(replace(request, offset=0, limit=EVERYTHING))
    assert {p.passage_id for p, _ in everything.hits} == {p.passage_id for p, _ in expected.hits}
    assert got.hits == everything.hits[page]
    assert got.repeats == everything.repeats[page]
    place = {p.passage_id: n for n, p in enumerate(naive.reader().passages())}
    ranked = sorted(everything.hits, key=lambda hit: (-hit[1], place[hit[0].passage_id]))
    if everything.repeats:
        shown = repeats_last([passage.text for passage, _ in ranked])
        ranked = [ranked[n] for n, _ in shown]
        assert everything.repeats == tuple(is_repeat for _, is_repeat in shown)
    assert everything.hits == tuple(ranked)


@seed(3)
@settings(SAMPLE, max_examples=25)
@given(
    query=queries(),
    filters=FILTERS,
    row=FACETS,
    column=FACETS,
    rows=st.none() | st.lists(st.sampled_from([None, 2017, 2018, "山西省", "信访工作"])),
    unit=st.sampled_from(["passages", "documents"]),
)
def test_tables_and_labels(engines, query, filters, row, column, rows, unit) -> None:  # type: ignore[no-untyped-def]
    naive, distributed = engines
    tables = [
        engine.reader().cross_tabulate(query, filters, row, column, rows=rows, unit=unit)
        for engine in engines
    ]
    assert tables[0] == tables[1]
    assert distributed.reader().labels(query, filters, 50) == naive.reader().labels(
        query, filters, 50
    )


@seed(4)
@settings(SAMPLE, max_examples=25)
@given(request=REQUESTS)
def test_explanations(engines: tuple[NaiveEngine, Engine], request: EngineRequest) -> None:
    naive, distributed = engines
    found = distributed.reader().search(replace(request, offset=0, limit=3))
    passages = [passage for passage, _ in found.hits] or [next(naive.reader().passages())]
    for passage in passages:
        explanation = distributed.reader().explain(request.query, passage.passage_id)
        assert explanation.match == naive.reader().explain(request.query, passage.passage_id).match
    for passage, score in found.hits:
        explained = distributed.reader().explain(request.query, passage.passage_id).score
        assert explained == pytest.approx(score, rel=1e-6)


@pytest.mark.shared
def test_real_documents_are_found_as_by_the_embedded_engine(
    opensearch_url: str, shared_dir: Path
) -> None:
    laws = documents_of(shared_dir / "eval" / "facets" / "files", passages=1500, seed=1)
    with both_readers(opensearch_url, laws) as (embedded, distributed):
        agreement = compare(embedded, distributed, list(islice(Requests(embedded, 1), 60)))
    assert agreement.differences == []
    assert agreement.mean_overlap >= 0.95


@pytest.mark.parametrize("sort", ["relevance", "date", "document"])
@pytest.mark.parametrize("by_document", [False, True])
def test_pages_beyond_the_reach_of_the_server(
    engines: tuple[NaiveEngine, Engine],
    monkeypatch: pytest.MonkeyPatch,
    sort: str,
    by_document: bool,
) -> None:
    _, distributed = engines
    query = parse_query("安 全 的 市 网 格", ANALYZER, any_term=True)
    request = replace(ask(""), query=query, sort=sort, by_document=by_document, limit=1000)  # type: ignore[arg-type]
    whole = distributed.reader().search(request)
    assert len(whole.hits) > 20
    monkeypatch.setattr(searching, "WINDOW", 5)
    # In order, as an export asks, and out of it, as somebody who turns pages.
    for offset in (3, 6, 9, 12, 18, 8, 2, len(whole.hits) - 1, len(whole.hits) + 3):
        page = distributed.reader().search(replace(request, offset=offset, limit=3))
        assert (page.total, page.facets) == (whole.total, whole.facets)
        assert page.hits == whole.hits[offset : offset + 3]
        assert page.further == whole.further[offset : offset + 3]


def test_a_text_that_stands_very_often_is_found_everywhere(
    index: ClusterIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(index, *["特此通知。"] * 7)
    engine = index.engine()
    monkeypatch.setattr("search.engines.opensearch.engine.WINDOW", 3)
    monkeypatch.setattr("search.engines.opensearch.engine._PASSAGES_AT_ONCE", 2)
    found = engine.reader().with_text(passage_id("特此通知。", "d1")[:20])
    assert [passage.paragraph for passage in found] == list(range(1, 8))
    assert engine.reader().passages_in("d1") == found == tuple(engine.reader().passages())


def test_scripts_pass_over_records_without_the_text(index: ClusterIndex) -> None:
    titled = replace(document_of("d1", "三天", title="三天"), paragraphs=())
    with index.writer(ANALYZER) as writer:
        writer.put(titled)
        writer.commit({})
    newest = asking.hold_newest(index.connection(), None)
    pattern = Wildcard(("三", "天"), (Gap(0, 50),))
    for clause in (
        matches_pattern(pattern, "text_folded"),
        alike_alone(Alike(("三3",), True), "text_folded"),
    ):
        # As the cache of the server asks: all records of a segment, whatever else was asked.
        answer = newest.search("document", [clause])
        assert answer["hits"]["total"]["value"] == 0


@pytest.mark.parametrize(
    ("text", "query", "total"),
    [
        ("啊" * 60_000 + "吗", "啊啊*吗?", 0),
        ("啊" * 60_000 + "吗", "啊啊*啊*吗", 1),
        ("啊。" * 30_000 + "吗", "啊*吗", 0),
        ("𠀀" * 30_000 + "吗", "??𠀀*吗", 1),
    ],
)
def test_patterns_in_a_very_long_passage(
    index: ClusterIndex, text: str, query: str, total: int
) -> None:
    put(index, text, "别的")
    found = index.engine().reader().search(ask(query))
    assert (found.total, found.partial) == (total, False)


def test_a_number_in_a_very_long_passage(index: ClusterIndex) -> None:
    put(index, "1" * 60_000, "1" * 60_000 + "元" + "1" * 30)
    asked = Query(text="", match=Alike(("1",) * 30, True))
    assert index.engine().reader().search(EngineRequest(query=asked)).total == 1


def test_a_query_of_the_longest_length_is_answered(index: ClusterIndex) -> None:
    text = "".join(chr(0x4E00 + n) for n in range(2000))
    put(index, text, "别的")
    found = (
        index.engine()
        .reader()
        .search(EngineRequest(query=parse_query(text, ANALYZER, any_term=True)))
    )
    assert found.hits[0][0].text == text


def test_too_long_a_query_says_so(index: ClusterIndex) -> None:
    put(index, "一二三")
    engine = index.engine()
    query = parse_query("一", ANALYZER)
    long = replace(query, words=tuple(f"w{n}" for n in range(21_000)))
    with pytest.raises(QueryError, match="shorten it, or have"):
        engine.reader().search(EngineRequest(query=long))


def test_a_facet_with_too_many_values_makes_the_answer_partial(
    engines: tuple[NaiveEngine, Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    naive, distributed = engines
    monkeypatch.setattr(facets, "MOST_VALUES", 2)
    found, expected = distributed.reader().search(ask("")), naive.reader().search(ask(""))
    assert found.partial
    assert (found.total, found.documents) == (expected.total, expected.documents)
    assert found.facets["city"] == ()
    with pytest.raises(IndexStateError, match="too many values"):
        distributed.reader().cross_tabulate(parse_query("", ANALYZER), Filters(), "city", "year")


def test_a_reader_outlives_what_later_writers_clear_away(index: ClusterIndex) -> None:
    put(index, "巡逻")
    with index.engine().reader() as reader:
        for number in range(3):
            # Each clears away what the one before it has replaced.
            put(index, f"巡逻{number}", "值班")
        assert [p.text for p, _ in reader.search(ask("巡逻")).hits] == ["巡逻"]
        assert reader.search(ask("")).total == 1


def test_a_point_in_time_that_is_gone_is_opened_anew_or_said(
    index: ClusterIndex, opensearch_url: str
) -> None:
    """As after a long rest, or with the node that kept it."""
    put(index, "巡逻")
    client = index.connection().client
    with index.engine().reader() as reader:
        client.delete_all_pits()
        assert reader.search(ask("巡逻")).total == 1
        put(index, "巡逻", "巡逻二")
        client.delete_all_pits()
        with pytest.raises(CommitGoneError, match="cleared away by later writing: try again"):
            reader.search(ask("巡逻"))


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The address of every request to the server from now on."""
    addresses: list[str] = []
    perform = Transport.perform_request

    def noted(transport: Transport, method: str, url: str, **more: Any) -> Any:
        addresses.append(url)
        return perform(transport, method, url, **more)

    monkeypatch.setattr(Transport, "perform_request", noted)
    return addresses


@pytest.mark.parametrize(
    "query", ["巡逻", "巡逻 AND 网格", "网格 -巡逻", "“网格”", "后来", "10月", "title:网格 OR 巡逻"]
)
def test_a_page_of_three_hits_or_more_is_one_request_beside_that_for_the_newest_commit(
    index: ClusterIndex, asked: list[str], query: str
) -> None:
    # Where a page shows little it asks once more, for what else may be meant.
    put(index, *["巡逻，後來", "巡逻和网格 10月", "网格", "后来"] * 3)
    collection = Index(index.engine())
    with collection.newest() as newest:
        newest.search("第一次")
    asked.clear()
    with collection.newest() as newest:
        found = newest.search(query)
    assert found.total
    assert found.facets["city"]
    assert len(asked) == 2
    assert asked[1] == "/_msearch"


@pytest.mark.parametrize(("by_document", "requests"), [(False, 1), (True, 2)])
def test_a_search_is_one_request_and_what_is_of_the_commit_is_asked_once(
    index: ClusterIndex, asked: list[str], by_document: bool, requests: int
) -> None:
    put(index, "巡逻", "巡逻二")
    engine = index.engine()
    for pages in range(3):
        asked.clear()
        with engine.reader() as reader:
            assert reader.analyzer.terms("巡逻")
            assert (reader.stats().passages, reader.manifest()) == (2, {})
            of_the_commit = len(asked)
            assert len(reader.search(ask("巡逻", by_document=by_document)).hits) == 2 - by_document
        assert len(asked) - of_the_commit == requests
        # Which commit is the newest is all that is asked of a commit that is known.
        assert of_the_commit == 1 or not pages


def test_an_index_that_never_rests_is_not_read_wrong(
    index: ClusterIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(index, "巡逻")
    engine = index.engine()
    commits = iter(range(1000))

    def restless(connection: Connection) -> State:
        return replace(read_state(connection), commit=str(next(commits)))

    for module in ("asking", "engine"):
        monkeypatch.setattr(f"search.engines.opensearch.{module}.read_state", restless)
    with pytest.raises(CommitGoneError, match="try again"):
        engine.reader()


def test_records_older_than_a_facet_know_none_until_they_are_read_again(
    index: ClusterIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    law, news = (
        document_of(kind, "安全", source_kind=kind, city=("山西省", None, None))
        for kind in ("regulation", "newspaper")
    )

    def commit(*documents: Document) -> None:
        with index.writer(ANALYZER) as writer:
            for document in documents:
                writer.put(document)
            writer.commit({})

    def kinds() -> dict[str | int | None, tuple[int, int]]:
        with index.engine().reader() as reader:
            found = reader.search(EngineRequest(parse_query("安全", ANALYZER)))
            unknown = Filters(kind=(None,))
            asked = EngineRequest(parse_query("安全", ANALYZER), unknown)
            table = reader.cross_tabulate(asked.query, Filters(), "kind", "city", unit="documents")
            counts = {c.value: (c.count, c.documents) for c in found.facets["kind"]}
            assert counts.get(None, (0, 0))[0] == reader.search(asked).total
            assert {r: cells[0] for r, cells in zip(table.rows, table.counts, strict=True)} == {
                value: documents for value, (_, documents) in counts.items()
            }
            return counts

    with monkeypatch.context() as before:
        fields = {name: f for name, f in schema.FACET_FIELDS.items() if "kind" not in name}
        shared = tuple(facet for facet in DOCUMENT_FACETS if facet.name != "kind")
        before.setattr(schema, "FACET_FIELDS", fields)
        before.setattr(recording, "FACET_FIELDS", fields)
        before.setattr(schema, "DOCUMENT_FACETS", shared)
        commit(law)
    assert kinds() == {None: (1, 1)}
    commit(news)
    assert kinds() == {"新闻": (1, 1), None: (1, 1)}
    commit(law)
    assert kinds() == {"新闻": (1, 1), "法规": (1, 1)}
