"""Do two engines that hold the same documents give the same answers? Requests made of real text.

Every kind of node, filter, order and slice is drawn, always the same from one seed. Sets, totals,
counts and the orders that scores do not decide must be equal. Scores are of one formula, but the
cluster keeps lengths in one byte: of the order by relevance the first ten are compared.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from search.analysis.text import fold
from search.analysis.words import Analyzer, characters, pairs
from search.documents.document import Passage
from search.documents.facets import ALL_FACETS, FacetName
from search.index.engine import EngineRequest, Reader
from search.query.nodes import (
    Alike,
    And,
    FacetIs,
    InField,
    Literal,
    Near,
    Node,
    Not,
    Or,
    Query,
    Wildcard,
    Word,
    wildcard,
)
from search.query.parser import parse_query
from search.query.request import Filters

_TOP = 10
_ALIKE = ("一1壹", "二2", "国國", "法灋", "条條", "会會", "万萬")


class Requests:
    """Requests about the passages of an engine."""

    def __init__(self, reader: Reader, seed: int, looked_at: int = 20_000) -> None:
        self._chance = random.Random(seed)
        self._analyzer: Analyzer = reader.analyzer
        self._passages = [p for p in islice(reader.passages(), looked_at) if len(p.text) > 8]
        everything = EngineRequest(query=parse_query("", self._analyzer), limit=0, named=True)
        facets = reader.search(everything).facets
        self._values = {name: [c.value for c in counts] for name, counts in facets.items()}

    def __iter__(self) -> Iterator[EngineRequest]:
        while True:
            yield self._request()

    def _request(self) -> EngineRequest:
        chance = self._chance
        return EngineRequest(
            query=self._query(),
            filters=self._filters(),
            sort=chance.choice(["relevance", "relevance", "date", "document"]),
            offset=chance.choice([0, 0, 0, 10, 95]),
            limit=chance.choice([0, 10, 10, 50]),
            facets=chance.random() < 0.8,
            named=chance.random() < 0.3,
            by_document=chance.random() < 0.2,
        )

    def _query(self) -> Query:
        if self._chance.random() < 0.4:
            text = self._typed()
            return parse_query(text, self._analyzer, any_term=self._chance.random() < 0.3)
        asked = self._node(2)
        text = fold(self._piece(2, 12))
        return Query(
            text=text,
            match=asked,
            words=tuple(self._analyzer.terms(text)),
            pairs=tuple(pairs(text)),
            characters=tuple(characters(text)),
        )

    def _typed(self) -> str:
        """A query as somebody would write it."""
        chance = self._chance
        some = [self._piece(2, 6) for _ in range(chance.randint(1, 4))]
        signs = ["", "", "-", '"']
        return " ".join(
            f'"{piece}"' if (sign := chance.choice(signs)) == '"' else f"{sign}{piece}"
            for piece in some
        )

    def _node(self, depth: int) -> Node:
        chance = self._chance
        kind = chance.randrange(12 if depth else 8)
        if kind >= 8:
            below = tuple(self._node(depth - 1) for _ in range(chance.randint(1, 3)))
            nodes: list[Node] = [And(below), Or(below), Not(below[0]), And((below[0],))]
            return chance.choice(nodes)
        return self._leaf(kind)

    def _leaf(self, kind: int) -> Node:
        chance = self._chance
        match kind:
            case 0 | 1:
                return Literal(fold(self._piece(1, 12)))
            case 2:
                passage = self._passage()
                distance = chance.choice([0, 1, 5, 20])
                first = fold(self._piece(1, 4, passage))
                return Near(first, fold(self._piece(1, 4, passage)), distance)
            case 3:
                return Word(chance.choice(self._analyzer.terms(fold(self._piece(6, 20))) or ["无"]))
            case 4:
                return self._pattern() or Literal("的")
            case 5:
                text = fold(self._piece(1, 5))
                same = {c: group for group in _ALIKE for c in group}
                return Alike(tuple(same.get(c, c) for c in text), chance.random() < 0.5)
            case 6:
                title = fold(self._passage().title or "办法")
                start = chance.randrange(max(len(title) - 3, 1))
                return InField("title", Literal(title[start : start + chance.randint(1, 5)]))
            case _:
                name = chance.choice(ALL_FACETS).name
                return FacetIs(name, self._choices(name) or (None,))

    def _pattern(self) -> Wildcard | None:
        text = fold(self._piece(6, 25))
        at = sorted(self._chance.sample(range(len(text)), min(4, len(text))))
        cut = text[at[0] : at[0] + 2] if len(at) > 1 else text
        for start in at[1:]:
            cut += self._chance.choice(["*", "?", "?*", "??"]) + text[start : start + 2]
        found = wildcard(cut)
        return found if isinstance(found, Wildcard) else None

    def _filters(self) -> Filters:
        chosen: dict[str, Any] = {}
        for facet in ALL_FACETS:
            for prefix in ("", "not_"):
                if self._chance.random() < 0.08:
                    chosen[f"{prefix}{facet.name}"] = self._choices(facet.name)
        return Filters(**chosen)

    def _choices(self, name: FacetName) -> tuple[Any, ...]:
        values = self._values[name]
        some = self._chance.sample(values, min(len(values), self._chance.randint(1, 3)))
        if name not in ("year", "named_year"):
            return tuple(some)
        years = [None if y is None else (int(y) - self._chance.randint(0, 3), int(y)) for y in some]
        return tuple(years)

    def _passage(self) -> Passage:
        return self._chance.choice(self._passages)

    def _piece(self, least: int, most: int, passage: Passage | None = None) -> str:
        text = (passage or self._passage()).text.strip()
        start = self._chance.randrange(max(len(text) - least, 1))
        return text[start : start + self._chance.randint(least, most)].strip() or "的"


@dataclass(slots=True)
class Agreement:
    """What was compared. ``differences`` name the request and what differs."""

    requests: int = 0
    found: int = 0
    tables: int = 0
    ranked: int = 0
    overlap: float = 0.0
    differences: list[str] = field(default_factory=list)

    @property
    def mean_overlap(self) -> float:
        """The share of the first ten that both engines have, over the orders by relevance."""
        return self.overlap / self.ranked if self.ranked else 1.0


def compare(embedded: Reader, distributed: Reader, requests: Sequence[EngineRequest]) -> Agreement:
    """Ask both engines all of it."""
    agreement = Agreement()
    facets = [facet.name for facet in ALL_FACETS]
    for number, request in enumerate(requests):
        agreement.requests += 1
        differs = list(_differences(embedded, distributed, request, agreement))
        if number % 5 == 0:
            agreement.tables += 1
            row, column = facets[number // 5 % 6], facets[number // 30 % 6]
            unit: Any = "documents" if number % 2 else "passages"
            tables = [
                reader.cross_tabulate(request.query, request.filters, row, column, unit=unit)
                for reader in (embedded, distributed)
            ]
            if tables[0] != tables[1]:
                differs.append(f"table of {row} and {column}, {unit}")
        if number % 5 == 1:
            labels = [e.labels(request.query, request.filters, 20) for e in (embedded, distributed)]
            if labels[0] != labels[1]:
                differs.append(f"labels: {labels[0][0]}, {labels[1][0]}")
        agreement.differences += [f"{what}: {request}" for what in differs]
    return agreement


def _differences(
    embedded: Reader, distributed: Reader, request: EngineRequest, agreement: Agreement
) -> Iterator[str]:
    expected, got = embedded.search(request), distributed.search(request)
    agreement.found += expected.total
    if got.partial:
        yield "partial"
    if (got.total, got.documents) != (expected.total, expected.documents):
        yield f"{expected.total} in {expected.documents}, got {got.total} in {got.documents}"
    if got.facets != expected.facets:
        yield f"facets {[n for n in expected.facets if got.facets.get(n) != expected.facets[n]]}"
    if request.sort != "relevance":
        if [p for p, _ in got.hits] != [p for p, _ in expected.hits]:
            yield "hits"
        if got.further != expected.further:
            yield "hidden"
        return
    if len(got.hits) != len(expected.hits):
        yield f"{len(expected.hits)} hits, got {len(got.hits)}"
    first = replace(request, offset=0, limit=_TOP, facets=False, named=False)
    tops = [{p.passage_id for p, _ in e.search(first).hits} for e in (embedded, distributed)]
    if tops[0]:
        agreement.ranked += 1
        agreement.overlap += len(tops[0] & tops[1]) / len(tops[0])
