"""Quoted text finds exactly the passages that contain it: recall and precision 1.000."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import search
from proofs.exactness import check_texts, sampled, scripts_mixed
from search.analysis.text import fold
from search.analysis.words import Analyzer
from search.documents.facets import FACETS
from search.engines.whoosh.engine import open_engine
from search.engines.whoosh.writer import open_writer
from search.facets.topic import Taxonomy
from search.index.run import update_index
from search.query.request import SearchRequest
from search.searching.index import Index

SEEDS = Path(__file__).parents[2] / "seeds"
HALF_TO_FULL = str.maketrans(
    ",:;()!?%1234567890ABN+", "，：；（）！？％１２３４５６７８９０ＡＢＮ＋"
)

PROMISED = (
    "text title paragraph headings city year topics source published url passage_id "
    "document_id path"
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    folder = tmp_path_factory.mktemp("index")
    analyzer = Analyzer()
    with open_writer(folder, analyzer) as writer:
        update_index(
            [SEEDS], reader=None, writer=writer, analyzer=analyzer, taxonomy=Taxonomy.load()
        )
    with Index(open_engine(folder)) as opened:
        yield opened


@pytest.fixture(scope="module")
def folded(index: Index) -> dict[str, str]:
    """Passage id → folded text: the oracle."""
    return {p.passage_id: fold(p.text) for p in index.passages()}


def found(index: Index, query: str) -> set[str]:
    return {hit.passage_id for hit in index.search(query, limit=1000).hits}


def expected(folded: dict[str, str], text: str) -> set[str]:
    return {i for i, passage in folded.items() if fold(text) in passage}


def quoted_strings() -> list[str]:
    texts = [path.read_text(encoding="utf-8") for path in sorted(SEEDS.glob("*.txt"))]
    return sorted({s for text in texts for s in re.findall(r"“([^“”]+)”", text)})


def test_the_seeds_quote_146_distinct_strings() -> None:
    assert len(quoted_strings()) == 146


def test_every_string_the_seeds_quote_is_found_exactly(
    index: Index, folded: dict[str, str]
) -> None:
    for text in quoted_strings():
        assert found(index, f'"{text}"') == expected(folded, text)
        asked = (f'"{text}"', f"“{text}”", f"「{text}」")
        assert len({index.parse(SearchRequest(query)).match for query in asked}) == 1


def test_random_substrings_are_found_exactly(index: Index, folded: dict[str, str]) -> None:
    rng = random.Random(20260701)
    passages = list(index.passages())
    for _ in range(100):
        text = rng.choice(passages).text
        size = rng.randint(1, 6)
        start = rng.randrange(max(1, len(text) - size))
        piece = text[start : start + size]
        assert found(index, f'"{piece}"') == expected(folded, piece), piece


@pytest.mark.parametrize("text", ["1+10+N", "94.01%", "市", "146", "QQ", "%", "、", "——", "2-3名"])
def test_symbols_digits_and_single_characters_are_found_exactly(
    index: Index, folded: dict[str, str], text: str
) -> None:
    assert expected(folded, text)
    assert found(index, f'"{text}"') == expected(folded, text)
    assert found(index, text) == expected(folded, text)
    assert found(index, f'"{text.translate(HALF_TO_FULL)}"') == expected(folded, text)


def test_text_pasted_with_full_width_punctuation_is_found(
    index: Index, folded: dict[str, str]
) -> None:
    for passage in index.passages():
        piece = passage.text[5:45]
        pasted = piece.translate(HALF_TO_FULL)
        ids = found(index, f'"{pasted}"')
        assert ids == expected(folded, piece)
        assert passage.passage_id in ids


def test_an_unquoted_item_finds_what_is_literal_and_what_has_all_its_words(
    index: Index, folded: dict[str, str]
) -> None:
    analyzer = index.analyzer
    for item in ("网格化管理", "安全感满意度", "视频监控", "矛盾纠纷调处化解", "平安建设工作"):
        words = set(analyzer.words(item))
        wanted = {
            i for i, text in folded.items() if item in text or words <= set(analyzer.terms(text))
        }
        assert found(index, item) == wanted


def test_every_count_of_a_facet_is_the_total_of_its_filter(index: Index) -> None:
    for query in ("", "群众", '"市"'):
        facets = index.search(query).facets
        for facet in FACETS:
            for count in facets[facet.name]:
                value = "~unknown" if count.value is None else str(count.value)
                filtered = index.run(SearchRequest(query=query).toggled(facet.name, value))
                assert (filtered.total, filtered.documents) == (count.count, count.documents)


def test_pages_partition_the_hits(index: Index) -> None:
    for sort in ("relevance", "date", "document"):
        whole = [h.passage_id for h in index.search("群众", sort=sort, limit=1000).hits]
        pages = index.search("群众", sort=sort, limit=7).pages
        paged = [
            h.passage_id
            for page in range(1, pages + 1)
            for h in index.search("群众", sort=sort, limit=7, page=page).hits
        ]
        assert paged == whole
        assert len(set(paged)) == len(paged)


def test_highlights_are_the_matched_ranges_of_the_original_text(index: Index) -> None:
    hits = index.search('"天眼" 摄像头').hits
    assert hits
    for hit in hits:
        marked = {hit.text[start:end] for start, end in hit.highlights}
        assert {"天眼", "摄像头"} <= marked


def test_the_public_names_are_the_promised_ones(index: Index) -> None:
    hit = index.search("网格化 管理", city=["大同市"], year=[2018], limit=1).hits[0]
    for name in PROMISED.split():
        assert hasattr(hit, name)
        assert hasattr(index.get(hit.passage_id), name)
    assert set(search.__all__) >= {"open_index", "Hit", "Passage", "SearchResults"}


def test_texts_cut_anywhere_in_both_scripts_find_what_has_them(
    index: Index, tmp_path: Path
) -> None:
    texts = scripts_mixed((" ".join(p.text.split()) for p in index.passages()), seed=1)
    for name, cases, expected, wrong in check_texts(tmp_path, texts, sampled(texts, 150, seed=1)):
        assert wrong == 0, name
        assert expected >= cases == 150
