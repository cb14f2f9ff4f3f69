"""What counts as the same finds each other, by every door, and what differs otherwise does not."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from generated import ANALYZER, document_of
from older_indexes import run
from search import open_index
from search.citing.quotes.checking import Checker
from search.documents.document import passages_of
from search.engines.whoosh.engine import open_engine
from search.engines.whoosh.writer import open_writer
from search.query.request import SearchRequest
from search.searching.concordance import ConcordanceRequest
from search.searching.index import Index
from written_otherwise import HAN, PIECES, Written, parted, written

MATCHING = Path(__file__).parents[3] / "shared" / "eval" / "faults" / "matching"


class Collection:
    """Passages of which it is known how else they could be written; ids are in their order."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.chance = random.Random(seed)
        self.pieces = [
            parted(self.chance.choices(tuple(PIECES), k=self.chance.randint(3, 12)))
            for _ in range(150)
        ]
        self.written = [written(pieces, self.chance) for pieces in self.pieces]
        with open_writer(folder, ANALYZER) as writer:
            documents = [
                document_of(f"document-{number:03}", one.text)
                for number, one in enumerate(self.written)
            ]
            for document in documents:
                writer.put(document)
            writer.commit({})
        self.ids = [next(passages_of(document)).passage_id for document in documents]
        self.index = Index(open_engine(folder), page_size=1000, query_budget_ms=0)

    def asked(self, among: Sequence[str] | None = None) -> list[str]:
        """Some pieces of a passage, now and then with another one, so that often nothing has it."""
        while True:
            pieces = self.chance.choice(self.pieces)
            start = self.chance.randrange(len(pieces))
            found = list(pieces[start : start + self.chance.randint(1, 4)])
            if self.chance.random() < 0.3:
                found[self.chance.randrange(len(found))] = self.chance.choice(tuple(PIECES))
            found = parted([piece for piece in found if piece != " "])
            if found and (among is None or all(piece in among for piece in found)):
                return found

    def with_text(self, plain: str) -> set[str]:
        return {
            passage_id
            for passage_id, one in zip(self.ids, self.written, strict=True)
            if plain in one.plain
        }

    def of(self, passage_id: str) -> Written:
        return self.written[self.ids.index(passage_id)]

    def found(self, query: str) -> set[str]:
        return {hit.passage_id for hit in self.index.search(query, limit=1000).hits}


@pytest.fixture(scope="module")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Collection]:
    made = Collection(tmp_path_factory.mktemp("index"), 20260701)
    yield made
    made.index.close()


def merged(ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def test_a_quoted_text_finds_and_marks_it_however_it_is_written(collection: Collection) -> None:
    several = 0
    for _ in range(200):
        wanted = written(collection.asked(), collection.chance)
        results = collection.index.search(f'"{wanted.text}"', limit=1000)
        assert {hit.passage_id for hit in results.hits} == collection.with_text(wanted.plain)
        for hit in results.hits:
            places = collection.of(hit.passage_id).places(wanted.plain)
            assert list(hit.highlights) == merged(places), (wanted, hit.text)
        several += results.total > 1
    assert several > 20


def test_a_concordance_has_each_place_whole(collection: Collection) -> None:
    for _ in range(50):
        wanted = written(collection.asked(), collection.chance)
        request = ConcordanceRequest(SearchRequest(f'"{wanted.text}"'))
        lines = collection.index.concordance(request).lines
        assert sorted((line.passage.passage_id, line.start, line.end) for line in lines) == sorted(
            (passage_id, *place)
            for passage_id in collection.with_text(wanted.plain)
            for place in dict.fromkeys(collection.of(passage_id).places(wanted.plain))
        )


def test_exclusion_nearness_and_patterns_mean_the_same(collection: Collection) -> None:
    chance = collection.chance
    letters = (*HAN, "1", "20", "a", "be", "ii")
    everywhere = set(collection.ids)
    for _ in range(60):
        one, other, third = (
            written(collection.asked(letters)[:1], chance, spaced=False) for _ in range(3)
        )
        without = everywhere - collection.with_text(other.plain)
        found = collection.found(f'"{one.text}" -"{other.text}"')
        assert found == collection.with_text(one.plain) & without, (one, other)
        near = collection.found(f'"{one.text} {other.text}"~2')
        assert near == {i for i in everywhere if is_near(collection.of(i).plain, one, other, 2)}
        pattern = collection.found(f"{one.text}?{third.text}")
        assert pattern == {
            i for i in everywhere if has_pattern(collection.of(i).plain, one.plain, third.plain)
        }


def is_near(text: str, one: Written, other: Written, distance: int) -> bool:
    return any(
        text.startswith(b.plain, at + len(a.plain) + gap)
        for a, b in ((one, other), (other, one))
        for at in range(len(text))
        if text.startswith(a.plain, at)
        for gap in range(distance + 1)
    )


def has_pattern(text: str, first: str, last: str) -> bool:
    return any(
        text.startswith(first, at) and text.startswith(last, at + len(first) + 1)
        for at in range(len(text))
    )


def test_a_check_of_quotations_calls_the_same_what_a_search_finds(collection: Collection) -> None:
    checker = Checker(collection.index)
    exact = 0
    for _ in range(60):
        wanted = written(collection.asked(), collection.chance)
        if not any(character.isalnum() for character in wanted.plain):
            continue
        found = collection.with_text(wanted.plain)
        verdict = checker.check(wanted.text).verdict
        assert verdict in ("exact", "punctuation") or not found, wanted
        assert found or verdict != "exact", wanted
        exact += verdict == "exact"
    assert exact > 5


ARTICLE = """关于转发会议纪要的通知

2020-01-02 来源：青河日报

根据青政办〔2019〕5号文件，2017 年 8 月 10 日起接种 COVID-19 疫苗的人数超过 20 万人，占 50 %以下。

调\u200b解\u200b委\u200b员\u200b会和人民\u00ad陪审\u2060员负责⽂件⼯作，每㎡补助３元，⻓期执行，按Ⅱ级标准办理。
"""
SAME = (
    '"2017年8月10日"',
    "2017年8月10日",
    '"COVID-19疫苗"',
    '"20万人"',
    '"占50%以下"',
    "青政办[2019]5号",
    "青政办（2019）5号",
    "青政办【2019】5号",
    "青政办﹝2019]5号",
    "调解委员会",
    "\u2068人民陪审员\u2069",
    '\ufeff"文件工作"',
    '"每m2补助3元，长期执行"',
    '"每㎡补助"',
    '"II级标准"',
    '"调解委员会 人民陪审员"~3',
    "文?工作",
    '疫苗 -"20 万 个"',
)
OTHERWISE = (
    '"2017年8月1日"',
    '"2 0万人"',
    '"COVID-1 9"',
    '"青政办20195号"',
    '"人民陪审团"',
    '"每cm2补助"',
)


def test_on_the_command_line_and_in_a_draft(tmp_path: Path) -> None:
    document, index = tmp_path / "纪要.txt", tmp_path / "index"
    document.write_text(ARTICLE, encoding="utf-8")
    assert run(index, "index", document, "--quiet")[0] == 0
    for query in SAME:
        code, out, _ = run(index, "search", query, "--json")
        assert (code, json.loads(out)["total"]) == (0, 1), query
    for query in OTHERWISE:
        assert run(index, "search", query)[0] == 1, query
    draft = tmp_path / "draft.txt"
    draft.write_text(
        "据载“2017年8月10日起接种COVID-19疫苗”，又“调解委员会和人民陪审员负责文件工作”，"
        "又“青政办[2019]5号文件”。",
        encoding="utf-8",
    )
    code, out, _ = run(index, "check-quotes", draft, "--json")
    verdicts = [quote["verdict"] for quote in json.loads(out)]
    assert verdicts == ["exact", "exact", "punctuation"]


@pytest.mark.parametrize("kind", ["spaces", "invisible", "compatibility", "document-numbers"])
def test_inputs_that_were_matched_wrongly(kind: str, tmp_path: Path) -> None:
    if not MATCHING.exists():
        pytest.skip(f"{MATCHING} is not there")
    name = "compatibility-forms" if kind == "compatibility" else kind
    assert run(tmp_path / "index", "index", MATCHING / f"{name}.txt", "--quiet")[0] == 0
    with open_index(tmp_path / "index") as index:
        for query in (MATCHING / f"queries-{kind}.txt").read_text(encoding="utf-8").splitlines():
            results = index.search(query)
            assert results.total >= 1, query
            assert all(hit.highlights for hit in results.hits), query
