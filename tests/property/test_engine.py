"""The embedded engine against the oracle, on generated corpora, queries and histories."""

from __future__ import annotations

import math
import random
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from naive_engine import NaiveEngine, NaiveStore
from search.analysis import Analyzer, characters, pairs
from search.documents import Document, Paragraph, Passage, Role, passages_of
from search.engine import EngineRequest
from search.engines.whoosh import (
    WhooshEngine,
    matching,
    merging,
    near,
    open_engine,
    open_writer,
    postings,
    scoring,
    segment,
    writer,
)
from search.engines.whoosh.ranking import FIELD_WEIGHTS, K1, B
from search.query import And, Every, Literal, Near, Node, Not, Or, Query, Word, parse_query
from search.request import Filters
from search.text import fold

ANALYZER = Analyzer()

# Few characters, so that phrases overlap, repeat and cross every kind of border.
ALPHABET = "安全管理网格市的人民政府ab1，。 \n“”Ａ𠀀\x00"
TEXTS = st.text(ALPHABET, max_size=14)
WORDS = st.sampled_from(
    ["安全", "管理", "网格", "人民", "政府", "人民政府", "的", "市", "ab", "无"]
)
TOPICS = st.lists(st.sampled_from(["治安防控", "网格化管理", "信访工作"]), max_size=3).map(
    lambda topics: tuple(dict.fromkeys(topics))
)
PLACES = st.sampled_from(
    [
        (None, None, None),
        ("山西省", "大同市", None),
        ("山西省", None, None),
        ("湖南省", "常德市", "津市市"),
        ("湖南省", "常德市", None),
    ]
)
ROLES: list[Role] = ["body", "body", "body", "title", "heading", "metadata"]
YEARS = st.sampled_from([None, 2009, 2017, 2018])
SOURCES = st.sampled_from([None, "贵港日报", "山西法制报"])
DATES = st.sampled_from([None, "2017-01-02", "2018-12-18", "2018-12-18T21:52"])


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """One of six ids, with up to seven paragraphs of any role."""
    number = draw(st.integers(0, 5))
    text, paragraphs, body = "", [], 0
    headings: tuple[str, ...] = ()
    for content in draw(st.lists(TEXTS, max_size=7)):
        role: Role = draw(st.sampled_from(ROLES))
        kind = draw(st.sampled_from(["caption", "byline"])) if role == "metadata" else role
        if role == "heading":
            headings = (*headings[:1], content)
        body += role == "body"
        paragraphs.append(
            Paragraph(
                start=len(text),
                end=len(text) + len(content),
                role=role,
                kind=kind,
                reason="",
                number=body if role == "body" else None,
                headings=headings if role == "body" else (),
                topics=draw(TOPICS) if role == "body" else (),
            )
        )
        text += content + "\n"
    return Document(
        document_id=f"document-{number}",
        paths=(f"{draw(st.sampled_from('aZ文𠀀'))}/{number % 3}.txt",),
        text=text,
        paragraphs=tuple(paragraphs),
        sha256="",
        title=draw(st.one_of(st.none(), TEXTS)),
        source=draw(SOURCES),
        published=draw(DATES),
        city=draw(PLACES),
        year=draw(YEARS),
    )


def document_of(document_id: str, *bodies: str, **fields: object) -> Document:
    """A document of body paragraphs only."""
    text, paragraphs = "", []
    for number, content in enumerate(bodies, 1):
        end = len(text) + len(content)
        paragraphs.append(Paragraph(len(text), end, "body", "body", "", number))
        text += content + "\n"
    return Document(
        document_id=document_id,
        paths=(str(fields.pop("path", document_id)),),
        text=text,
        paragraphs=tuple(paragraphs),
        sha256="",
        **fields,  # type: ignore[arg-type]
    )


LITERALS = st.one_of(
    st.text(ALPHABET, min_size=1, max_size=6),
    st.sampled_from(["人民政府", "市", "，", "a", "网格管理"]),
).map(lambda text: Literal(fold(text)))
NEARS = st.builds(
    lambda first, second, distance: Near(first.text, second.text, distance),
    LITERALS,
    LITERALS,
    st.sampled_from([0, 1, 2, 5, 10**12]),
)
NODES: st.SearchStrategy[Node] = st.recursive(
    st.one_of(LITERALS, NEARS, WORDS.map(Word), st.just(Every())),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda nodes: And(tuple(nodes))),
        st.lists(inner, min_size=1, max_size=3).map(lambda nodes: Or(tuple(nodes))),
        inner.map(Not),
    ),
    max_leaves=6,
)


@st.composite
def queries(draw: st.DrawFn) -> Query:
    """A tree that decides and a text that scores, independent of each other."""
    folded = fold(draw(TEXTS))
    scored = draw(st.booleans())
    return Query(
        text=folded,
        match=draw(NODES),
        words=tuple(ANALYZER.terms(folded)) if scored else (),
        pairs=tuple(pairs(folded)) if scored else (),
        characters=tuple(characters(folded)) if scored else (),
    )


FILTERS = st.builds(
    Filters,
    city=st.lists(
        st.sampled_from([None, "山西省", "湖南省/常德市", "湖南省/常德市/津市市", "没有"]),
        max_size=2,
    ).map(tuple),
    year=st.lists(st.sampled_from([None, (2009, 2017), (2018, 2018)]), max_size=2).map(tuple),
    topic=st.lists(st.sampled_from(["治安防控", "信访工作", "未分类", None]), max_size=2).map(
        tuple
    ),
    source=st.lists(st.sampled_from([None, "贵港日报"]), max_size=1).map(tuple),
)
REQUESTS = st.builds(
    EngineRequest,
    query=queries(),
    filters=FILTERS,
    sort=st.sampled_from(["relevance", "date", "document"]),
    offset=st.sampled_from([0, 0, 1, 4]),
    limit=st.sampled_from([0, 1, 3, 50]),
)
CHANGES = st.lists(
    st.one_of(documents(), st.integers(0, 5).map(lambda number: f"document-{number}")), max_size=8
)


class Pair:
    """One history applied to both engines."""

    def __init__(self, folder: Path, merge_below_passages: int) -> None:
        self.folder = folder
        self.merge_below_passages = merge_below_passages
        self.store = NaiveStore(ANALYZER)
        self.naive = self.store.engine()
        self.commit([])
        self.whoosh = open_engine(folder)

    def commit(self, changes: list[Document | str]) -> None:
        with self.store.writer() as naive, open_writer(self.folder, ANALYZER) as whoosh:
            whoosh.merge_below_passages = self.merge_below_passages
            for change in changes:
                if isinstance(change, Document):
                    naive.put(change)
                    whoosh.put(change)
                else:
                    naive.delete(change)
                    whoosh.delete(change)
            naive.commit({})
            whoosh.commit({})


@settings(
    max_examples=70,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    history=st.lists(CHANGES, min_size=1, max_size=4),
    requests=st.lists(REQUESTS, min_size=1, max_size=6),
)
@pytest.mark.parametrize("merge_below_passages", [0, 3, 2_000])
def test_agrees_with_the_oracle(
    history: list[list[Document | str]],
    requests: list[EngineRequest],
    merge_below_passages: int,
) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        # Small enough that merges and writers go through their limits.
        patch.setattr(merging, "_CHUNK_POSTINGS", 5)
        patch.setattr(writer, "_BUFFER_CHARS", 60)
        if merge_below_passages == 3:
            patch.setattr(matching, "_SPARSE", 0)
            patch.setattr(segment, "_POSTINGS_REMEMBERED", 8)
            patch.setattr(postings, "_FEW", 0)
            patch.setattr(near, "_FEW", 0)
        pair = Pair(Path(folder), merge_below_passages)
        for changes in history:
            pair.commit(changes)
            for request in requests:
                assert_same_search(pair.naive, pair.whoosh, request)
                for limit in (0, 2, 50):
                    assert pair.whoosh.labels(
                        request.query, request.filters, limit
                    ) == pair.naive.labels(request.query, request.filters, limit)
            assert_same_contents(pair.naive, pair.whoosh)
        pair.whoosh.close()


def assert_same_search(naive: NaiveEngine, whoosh: WhooshEngine, request: EngineRequest) -> None:
    """Totals, counts and facets; the order too, which scores of live passages decide."""
    got = whoosh.search(request)
    expected = naive.search(replace(request, offset=0, limit=10_000))
    assert got.total == expected.total
    assert got.documents == expected.documents
    assert got.facets == expected.facets
    page = slice(request.offset, request.offset + request.limit)
    if request.sort != "relevance":
        assert [p for p, _ in got.hits] == [p for p, _ in expected.hits[page]]
        return
    everything = whoosh.search(replace(request, offset=0, limit=10_000))
    assert {p.passage_id for p, _ in everything.hits} == {p.passage_id for p, _ in expected.hits}
    assert got.hits == everything.hits[page]
    place = {p.passage_id: n for n, p in enumerate(naive.passages())}
    order = [(-score, place[p.passage_id]) for p, score in everything.hits]
    assert order == sorted(order)


def assert_same_contents(naive: NaiveEngine, whoosh: WhooshEngine) -> None:
    """Everything stored comes back as it was put."""
    passages = list(naive.passages())
    assert list(whoosh.passages()) == passages
    assert list(whoosh.documents()) == list(naive.documents())
    for passage in passages[:5]:
        assert whoosh.get(passage.passage_id) == passage
        digest = passage.passage_id[:20]
        assert whoosh.with_text(digest) == naive.with_text(digest)
    stats = whoosh.stats()
    assert (stats.documents, stats.passages) == (
        naive.stats().documents,
        naive.stats().passages,
    )


@settings(max_examples=70, deadline=None, derandomize=True)
@given(corpus=st.lists(documents(), max_size=6), query=queries())
@pytest.mark.parametrize("lookup_cost", [0, 10**9], ids=["looked up", "added up"])
def test_scores_are_the_formula(corpus: list[Document], query: Query, lookup_cost: int) -> None:
    unique = {document.document_id: document for document in corpus}
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(scoring, "_LOOKUP_COST", lookup_cost)
        with open_writer(Path(folder), ANALYZER) as writer:
            for document in unique.values():
                writer.put(document)
            writer.commit({})
        engine = open_engine(Path(folder))
        found = engine.search(EngineRequest(query=query, limit=1_000, facets=False))
        expected = formula(query, list(unique.values()))
        for passage, score in found.hits:
            assert math.isclose(score, expected[passage.passage_id], rel_tol=1e-9, abs_tol=1e-12)
        # Either way gives the same floating-point number, so that pages partition the hits.
        patch.setattr(scoring, "_LOOKUP_COST", 10**9 - lookup_cost)
        assert engine.search(EngineRequest(query=query, limit=1_000)).hits == found.hits
        by_date = engine.search(EngineRequest(query=query, limit=1_000, sort="date"))
        assert dict(_scores(by_date.hits)) == dict(_scores(found.hits))
        engine.close()


def _scores(hits: tuple[tuple[Passage, float], ...]) -> Iterator[tuple[str, float]]:
    return ((passage.passage_id, score) for passage, score in hits)


def formula(query: Query, corpus: list[Document]) -> dict[str, float]:
    """The score of every passage, computed as ``ranking`` writes it down."""
    units: dict[str, list[list[str]]] = {name: [] for name in FIELD_WEIGHTS}
    of: dict[str, dict[str, int]] = {}
    for document in corpus:
        units["title"].append(ANALYZER.terms(fold(document.title or "")))
        headings: tuple[str, ...] | None = None
        for passage in passages_of(document):
            if passage.headings != headings:
                headings = passage.headings
                units["headings"].append([t for h in headings for t in ANALYZER.terms(fold(h))])
            folded = fold(passage.text)
            units["words"].append(ANALYZER.terms(folded))
            units["pairs"].append(pairs(folded))
            units["characters"].append(characters(folded))
            of[passage.passage_id] = {name: len(units[name]) - 1 for name in units}
    scores = dict.fromkeys(of, 0.0)
    terms = {"pairs": query.pairs, "characters": query.characters}
    for name, lists in units.items():
        counters = [Counter(terms_of_unit) for terms_of_unit in lists]
        mean = sum(map(len, lists)) / len(lists) if lists else 0.0
        for term in terms.get(name, query.words):
            df = sum(term in counter for counter in counters)
            idf = math.log(1 + (len(lists) - df + 0.5) / (df + 0.5))
            for passage_id, numbers in of.items():
                tf = counters[numbers[name]][term]
                if tf:
                    norm = 1 - B + B * len(lists[numbers[name]]) / mean
                    scores[passage_id] += (
                        FIELD_WEIGHTS[name] * idf * tf * (K1 + 1) / (tf + K1 * norm)
                    )
    return scores


def test_literal_search_is_substring_search() -> None:
    """1,000 substrings of 1 to 6 characters: exactly the passages that contain them."""
    random_ = random.Random(7)
    texts = ["".join(random_.choices(ALPHABET, k=random_.randint(0, 60))) for _ in range(120)]
    text = "\n".join(texts)
    document = document_of("d", *texts)
    folded = [fold(content) for content in texts]
    with tempfile.TemporaryDirectory() as folder:
        with open_writer(Path(folder), ANALYZER) as writer:
            writer.put(document)
            writer.commit({})
        engine = open_engine(Path(folder))
        for _ in range(1_000):
            source = random_.choice([*texts, text])
            size = random_.randint(1, 6)
            at = random_.randrange(max(1, len(source) - size + 1))
            wanted = fold(source[at : at + size])
            query = Query(text=wanted, match=Literal(wanted))
            found = engine.search(
                EngineRequest(query=query, sort="document", limit=200, facets=False)
            )
            expected = [n for n, content in enumerate(folded, 1) if wanted in content]
            assert [passage.paragraph for passage, _ in found.hits] == expected
        engine.close()


def test_pages_partition_the_hits() -> None:
    random_ = random.Random(11)
    with tempfile.TemporaryDirectory() as folder:
        with open_writer(Path(folder), ANALYZER) as writer:
            for number in range(40):
                content = "".join(random_.choices("安全管理", k=random_.randint(1, 3)))
                date = random_.choice([None, "2018-01-01", "2019-01-01"])
                writer.put(document_of(f"d{number}", content, path=f"{number % 7}", published=date))
            writer.commit({})
        engine = open_engine(Path(folder))
        query = parse_query("安 全", ANALYZER, any_term=True)
        for sort in ("relevance", "date", "document"):
            request = EngineRequest(query=query, sort=sort, limit=100, facets=False)
            whole = engine.search(request).hits
            for limit in (1, 3, 7):
                pages = [
                    hit
                    for offset in range(0, len(whole) + limit, limit)
                    for hit in engine.search(replace(request, offset=offset, limit=limit)).hits
                ]
                assert tuple(pages) == whole
        engine.close()
