"""Collapsing, cross tables, explanations and budgets of the embedded engine, against the oracle."""

from __future__ import annotations

import itertools
import math
import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generated import ANALYZER, CHANGES, REQUESTS
from oracles import Pair, cases
from search import budget
from search.analysis.text import fold
from search.analysis.words import characters, pairs
from search.documents.document import Document
from search.documents.facets import ALL_FACETS, FacetName
from search.index.answers import Explanation
from search.index.engine import CountUnit, EngineRequest

FACET_NAMES = st.sampled_from([facet.name for facet in ALL_FACETS])
HISTORIES = st.lists(CHANGES, min_size=1, max_size=3)
EVERYTHING = 10_000

random_histories = settings(
    max_examples=cases(60),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def pair_after(folder: str, history: list[list[Document | str]]) -> Pair:
    """Both engines after some commits, each a segment of its own."""
    pair = Pair(Path(folder), merge_below_passages=0)
    for changes in history:
        pair.commit(changes)
    return pair


@random_histories
@given(history=HISTORIES, requests=st.lists(REQUESTS, min_size=1, max_size=4))
def test_hits_by_document(
    history: list[list[Document | str]], requests: list[EngineRequest]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        pair = pair_after(folder, history)
        for request in requests:
            plain = pair.whoosh.reader().search(replace(request, offset=0, limit=EVERYTHING))
            got = pair.whoosh.reader().search(replace(request, by_document=True))
            best = {hit[0].document_id: hit for hit in reversed(plain.hits)}
            sizes = Counter(p.document_id for p, _ in plain.hits)
            expected = [hit for hit in plain.hits if best[hit[0].document_id] is hit]
            page = expected[request.offset : request.offset + request.limit]
            assert got.hits == tuple(page)
            assert got.further == tuple(sizes[p.document_id] - 1 for p, _ in page)
            assert (got.total, got.documents, got.facets) == (
                plain.total,
                plain.documents,
                plain.facets,
            )
            if request.sort != "relevance":
                oracle = pair.naive.reader().search(replace(request, by_document=True))
                assert [p for p, _ in got.hits] == [p for p, _ in oracle.hits]
                assert got.further == oracle.further
        pair.whoosh.close()


@random_histories
@given(
    history=HISTORIES,
    requests=st.lists(REQUESTS, min_size=1, max_size=3),
    facets=st.tuples(FACET_NAMES, FACET_NAMES),
    rows=st.none() | st.lists(st.sampled_from([None, 2017, 2018, "山西省", "信访工作"])),
    unit=st.sampled_from(["passages", "documents"]),
)
def test_cross_tables(
    history: list[list[Document | str]],
    requests: list[EngineRequest],
    facets: tuple[FacetName, FacetName],
    rows: list[str | int | None] | None,
    unit: CountUnit,
) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        if unit == "documents":
            patch.setattr("search.engines.whoosh.facet_counts._TABLE_SIZE", 0)
        pair = pair_after(folder, history)
        for request in requests:
            asked = (request.query, request.filters, *facets)
            got = pair.whoosh.reader().cross_tabulate(*asked, rows=rows, unit=unit)
            assert got == pair.naive.reader().cross_tabulate(*asked, rows=rows, unit=unit)
        pair.whoosh.close()


@random_histories
@given(history=HISTORIES, requests=st.lists(REQUESTS, min_size=1, max_size=3))
def test_explanations(history: list[list[Document | str]], requests: list[EngineRequest]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        pair = pair_after(folder, history)
        for request in requests:
            query = request.query
            hits = pair.whoosh.reader().search(EngineRequest(query, limit=EVERYTHING)).hits
            scores = {passage.passage_id: score for passage, score in hits}
            for passage in itertools.islice(pair.naive.reader().passages(), 8):
                explanation = pair.whoosh.reader().explain(query, passage.passage_id)
                oracle = pair.naive.reader().explain(query, passage.passage_id)
                assert explanation.match == oracle.match
                assert explanation.matches == (passage.passage_id in scores)
                if explanation.matches:
                    score = scores[passage.passage_id]
                    assert math.isclose(explanation.score, score, rel_tol=1e-9, abs_tol=1e-12)
                assert_figures(explanation, fold(passage.text))
        pair.whoosh.close()


def assert_figures(explanation: Explanation, folded: str) -> None:
    """No term of the passage's own text is left out; shares add up."""
    terms = {
        "words": ANALYZER.terms(folded),
        "pairs": pairs(folded),
        "characters": characters(folded),
    }
    for term in explanation.terms:
        if term.field in terms:
            assert term.frequency >= terms[term.field].count(term.term)
            assert term.length >= len(terms[term.field])
        assert (term.share > 0) == (term.frequency > 0)
    total = math.fsum(term.share for term in explanation.terms)
    assert math.isclose(explanation.score, total, rel_tol=1e-9, abs_tol=1e-12)


@random_histories
@given(history=HISTORIES, request=REQUESTS, steps=st.integers(0, 12))
def test_what_is_found_in_time_is_a_lower_bound(
    history: list[list[Document | str]], request: EngineRequest, steps: int
) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        pair = pair_after(folder, history)
        request = replace(request, offset=0, limit=EVERYTHING)
        whole = pair.whoosh.reader().search(request)
        ticks = itertools.count()
        patch.setattr(budget, "_clock", lambda: next(ticks))
        patch.setattr(budget, "_LOOK_S", 0.0)
        with budget.Budget(steps * 1000).in_force():
            found = pair.whoosh.reader().search(request)
        if not found.partial:
            assert found == whole
        assert found.total <= whole.total
        assert found.documents <= whole.documents
        # Terms not reached add nothing to a score.
        scores = dict(whole.hits)
        assert all(score <= scores[passage] + 1e-9 for passage, score in found.hits)
        assert found.total == len(found.hits)
        for name, counts in found.facets.items():
            limits = {count.value: count for count in whole.facets[name]}
            for count in counts:
                assert count.count <= limits[count.value].count
                assert count.documents <= limits[count.value].documents
        pair.whoosh.close()
