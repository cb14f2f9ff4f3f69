"""The embedded engine against the oracle, on generated corpora, queries and histories."""

from __future__ import annotations

import random
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generated import ALPHABET, ANALYZER, CHANGES, REQUESTS, STEPS, document_of, documents, queries
from oracles import Step, cases, check_formula, check_history, check_two_of_each
from search.analysis.text import fold
from search.documents.document import Document
from search.engines.whoosh.engine import open_engine
from search.engines.whoosh.writer import open_writer
from search.index.engine import EngineRequest
from search.query.nodes import Literal, Query
from search.query.parser import parse_query


@settings(
    max_examples=cases(300),
    suppress_health_check=[HealthCheck.too_slow],
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
    check_history(history, requests, merge_below_passages)


@settings(max_examples=cases(100), suppress_health_check=[HealthCheck.too_slow])
@given(steps=STEPS)
def test_two_writers_and_two_readers_in_any_order(steps: list[Step]) -> None:
    check_two_of_each(steps)


@settings(max_examples=cases(300))
@given(corpus=st.lists(documents(), max_size=6), query=queries())
@pytest.mark.parametrize("lookup_cost", [0, 10**9], ids=["looked up", "added up"])
def test_scores_are_the_formula(corpus: list[Document], query: Query, lookup_cost: int) -> None:
    check_formula(corpus, query, lookup_cost)


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
            found = engine.reader().search(
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
            whole = engine.reader().search(request).hits
            for limit in (1, 3, 7):
                pages = [
                    hit
                    for offset in range(0, len(whole) + limit, limit)
                    for hit in engine.reader()
                    .search(replace(request, offset=offset, limit=limit))
                    .hits
                ]
                assert tuple(pages) == whole
        engine.close()
