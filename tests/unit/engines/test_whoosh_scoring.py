"""The few that are shown are those that exact scores of all put first, in the same order."""

from __future__ import annotations

import random
from collections.abc import Iterator

import numpy as np
import pytest

from search.analysis.words import Analyzer, characters, pairs
from search.documents.document import Document, Paragraph
from search.engines.whoosh.engine import WhooshEngine, open_engine
from search.engines.whoosh.scoring import Scorer
from search.engines.whoosh.term_postings import STEPS, Postings, PostingsCache, impacts, most_steps
from search.engines.whoosh.writer import open_writer
from search.index.engine import EngineRequest
from search.query.nodes import And, Literal, Not, Or, Query, Word
from search.query.request import Filters

WORDS = ["矛盾", "化解", "网格", "管理", "社区", "安全", "服务", "群众", "风险", "评估"]
ANALYZER = Analyzer()


def document(number: int, chance: random.Random) -> Document:
    """A title and 60 paragraphs under a few headings; frequent words are much more frequent."""
    lines: list[tuple[str, str]] = [("title", "".join(chance.sample(WORDS, 3)))]
    for _ in range(60):
        if chance.random() < 0.1:
            lines.append(("heading", "".join(chance.sample(WORDS, 2))))
        length = chance.randint(1, 12)
        drawn = [WORDS[min(int(chance.expovariate(0.5)), len(WORDS) - 1)] for _ in range(length)]
        lines.append(("body", "".join(drawn)))
    paragraphs, start, ordinal = [], 0, 0
    headings: tuple[str, ...] = ()
    for role, text in lines:
        if role == "heading":
            headings = (text,)
        ordinal += role == "body"
        paragraphs.append(
            Paragraph(
                start=start,
                end=start + len(text),
                role=role,  # type: ignore[arg-type]
                kind=role,
                reason="",
                number=ordinal if role == "body" else None,
                headings=headings if role == "body" else (),
            )
        )
        start += len(text) + 1
    return Document(
        document_id=f"{number:016x}",
        paths=(f"{number:04}.txt",),
        text="\n".join(text for _, text in lines),
        paragraphs=tuple(paragraphs),
        sha256="0" * 64,
        title=lines[0][1],
        year=2000 + number % 5,
    )


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WhooshEngine]:
    """4,800 passages in a large and a small segment, with two documents deleted."""
    folder, chance = tmp_path_factory.mktemp("index"), random.Random(5)
    for numbers, deleted in ((range(60), ()), (range(60, 80), (3, 44))):
        with open_writer(folder, ANALYZER) as writer:
            writer.merge_below_passages = 0
            for number in numbers:
                writer.put(document(number, chance))
            for number in deleted:
                writer.delete(f"{number:016x}")
            writer.commit({})
    opened = open_engine(folder)
    yield opened
    opened.close()


def queries() -> Iterator[Query]:
    chance = random.Random(9)
    for size in (1, 1, 2, 3, 5):
        words = tuple(chance.sample(WORDS, size))
        nodes = tuple(map(Word, words))
        for match in (And(nodes), Or(nodes), And((nodes[0], Not(Literal("风险")))), nodes[0]):
            text = "".join(words)
            yield Query(text="", match=match, words=words)
            yield Query(
                text="",
                match=match,
                words=(*words, words[0]),
                pairs=tuple(pairs(text)),
                characters=tuple(characters(text)),
            )


@pytest.mark.parametrize("years", [(), ((2001, 2002),)])
@pytest.mark.parametrize("query", list(queries()))
def test_a_page_is_a_slice_of_what_exact_scores_of_all_give(
    engine: WhooshEngine, query: Query, years: tuple[tuple[int, int], ...]
) -> None:
    filters = Filters(year=years)
    everything = engine.reader().search(EngineRequest(query, filters, limit=10_000))
    assert len(everything.hits) == everything.total
    for offset in (0, 3, 200):
        page = engine.reader().search(EngineRequest(query, filters, offset=offset, limit=10))
        assert page.hits == everything.hits[offset : offset + 10]
        assert (page.total, page.facets) == (everything.total, everything.facets)


def test_most_passages_are_ruled_out_without_an_exact_score(engine: WhooshEngine) -> None:
    snapshot = engine.snapshot()
    segment = snapshot.segments[0]
    scorer = Scorer(snapshot, [("words", "风险", 1.0), ("words", "评估", 1.0)])
    everywhere = np.ones(segment.passages, np.bool_)
    for matched in (everywhere, np.flatnonzero(everywhere)):
        numbers, scores = scorer.best(segment, matched, 10)
        assert len(numbers) == len(scores) < segment.passages / 4


@pytest.mark.parametrize("weight", [0.05, 0.7, 3.4])
def test_steps_are_never_below_the_score_and_at_most_one_above(weight: float) -> None:
    chance = np.random.default_rng(3)
    gaps, counts = chance.integers(1, 5, 500), chance.integers(1, 9, 500)
    postings = Postings(gaps, counts, 3_000)
    lengths = chance.integers(1, 300, 3_000)
    exact = weight * impacts(counts, lengths[postings.units], 60.0) * STEPS
    steps = postings.steps(lengths, 60.0, weight)[:-1]
    assert (steps >= exact - 1e-9).all()
    assert (steps <= exact + 1).all()
    assert steps.max() <= most_steps(weight)
    assert postings.has_table(weight)
    table = postings.table(lengths, 60.0, weight)
    assert np.flatnonzero(table).tolist() == postings.units.tolist()
    assert table[postings.units].tolist() == steps.tolist()


def test_a_term_that_outweighs_a_byte_has_no_table() -> None:
    postings = Postings(np.ones(500, np.intp), np.ones(500, np.intp), 1_000)
    assert postings.has_table(3.0)
    assert not postings.has_table(30.0)


@pytest.mark.parametrize("size", [1, 40, 1_500])
def test_counts_and_places_of_some_units(size: int) -> None:
    chance = np.random.default_rng(size)
    units = np.sort(chance.choice(2_000, size, replace=False))
    counts = chance.integers(1, 400, size)
    postings = Postings(np.diff(units, prepend=0), counts, 2_000)
    wanted = np.sort(chance.choice(2_000, 50, replace=False))
    known = dict(zip(units.tolist(), counts.tolist(), strict=True))
    found = postings.counts_in(wanted.astype(np.uint32)).tolist()
    assert found == [known.get(unit, 0) for unit in wanted.tolist()]
    places = postings.places(wanted).tolist()
    assert places == [n for n, unit in enumerate(units.tolist()) if unit in set(wanted.tolist())]


def test_processes_that_share_the_memory_for_postings_remember_less_each() -> None:
    postings = Postings(np.ones(500, np.intp), np.ones(500, np.intp), 1_000)

    def remembered(sharers: int) -> int:
        cache = PostingsCache(60 * postings.size_bytes, sharers)
        for number in range(100):
            cache.put((0, number), postings)
        return sum(cache.get((0, number)) is not None for number in range(100))

    assert [remembered(sharers) for sharers in (1, 2, 4)] == [60, 30, 15]
