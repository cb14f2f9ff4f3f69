"""The oracle: the engine port in plain Python over lists, as short as it can be and slow.

Matching follows the definitions word by word; scoring is BM25 over the same fields as the embedded
engine, so that orders can be compared where scores differ clearly.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from typing import Any, Self, TypeVar

from search.analysis.equivalence.numbers import NUMERALS
from search.analysis.text import fold
from search.analysis.words import Analyzer
from search.documents.document import Document, Passage, passages_of, place_path
from search.documents.facets import FacetName
from search.engines import formula
from search.errors import NotFoundError
from search.index.answers import (
    Answer,
    CrossTable,
    Explanation,
    FacetCount,
    Found,
    LabelHit,
    NodeMatch,
    Occurrences,
    TermShare,
)
from search.index.engine import (
    CountUnit,
    DocumentTitle,
    EngineRequest,
    EngineStats,
    OncePerCommit,
    Plan,
    Reader,
    TermKind,
    answer_in_parts,
)
from search.query.nodes import (
    SENTENCE_ENDS,
    Alike,
    And,
    Every,
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
)
from search.query.request import Filters
from search.searching.snippets import occurrences

T = TypeVar("T")

LABEL_KINDS = {"caption", "eyebrow", "subtitle"}


class NaiveStore:
    """What is committed, shared by every engine and writer of one test."""

    def __init__(self, analyzer: Analyzer | None = None) -> None:
        self.analyzer = analyzer or Analyzer()
        self.documents: dict[str, Document] = {}
        self.manifest: Mapping[str, Any] = {}
        self.once = OncePerCommit()

    def engine(self) -> NaiveEngine:
        return NaiveEngine(self)

    def writer(self) -> NaiveWriter:
        return NaiveWriter(self)


class NaiveEngine:
    """Reads a NaiveStore."""

    def __init__(self, store: NaiveStore) -> None:
        self._store = store

    def reader(self) -> NaiveReader:
        return NaiveReader(copy(self._store))

    def prepare(self, prepare: Callable[[Reader], object]) -> None:
        pass

    def close(self) -> None:
        pass


class NaiveReader:
    """What a NaiveStore had when it was asked for; a commit gives the store new values."""

    def __init__(self, store: NaiveStore) -> None:
        self._store = store

    @property
    def analyzer(self) -> Analyzer:
        return self._store.analyzer

    def documents(self) -> Iterator[Document]:
        yield from sorted(self._store.documents.values(), key=lambda d: (d.path, d.document_id))

    def passages(self) -> Iterator[Passage]:
        for document in self.documents():
            yield from passages_of(document)

    def document(self, document_id: str) -> Document:
        try:
            return self._store.documents[document_id]
        except KeyError:
            raise NotFoundError("document-missing", document_id=document_id) from None

    described = document

    def passages_in(
        self, document_id: str, first: int = 1, last: int | None = None
    ) -> tuple[Passage, ...]:
        everything = enumerate(passages_of(self.document(document_id)), 1)
        return tuple(p for n, p in everything if first <= n and (last is None or n <= last))

    def get(self, passage_id: str) -> Passage:
        for passage in self.passages():
            if passage.passage_id == passage_id:
                return passage
        raise NotFoundError("passage-missing", passage_id=passage_id)

    def with_text(self, text_digest: str) -> tuple[Passage, ...]:
        return tuple(p for p in self.passages() if p.passage_id.startswith(f"{text_digest}-"))

    def search(self, request: EngineRequest) -> Found:
        everything = list(self.passages())
        matching = [
            p for p in everything if matches(request.query.match, unit_of(p, self.analyzer))
        ]
        found = [p for p in matching if passes(p, request.filters)]
        scores = bm25(request.query, everything, self.analyzer)
        order = {p.passage_id: i for i, p in enumerate(everything)}
        if request.sort == "relevance":
            found.sort(key=lambda p: (-scores[p.passage_id], order[p.passage_id]))
        elif request.sort == "date":
            found.sort(key=lambda p: order[p.passage_id])
            found.sort(key=lambda p: p.published or "", reverse=True)
        ranked = list({p.document_id: p for p in reversed(found)}.values())
        ranked = [p for p in found if p in ranked] if request.by_document else found
        repeats: dict[str, bool] = {}
        if request.sort == "relevance" and not request.by_document and any(scores.values()):
            ranked, repeats = repeats_last(ranked)
        page = ranked[request.offset : request.offset + request.limit]
        per_document = Counter(p.document_id for p in found)
        facets = {}
        if request.facets:
            for name, values_of in VALUES.items():
                if name in NAMED and not request.named:
                    continue
                facets[name] = count(
                    name,
                    [
                        (p, [v for v in values_of(p) if counts_for(p, name, v, request.filters)])
                        for p in matching
                    ],
                )
        return Found(
            total=len(found),
            documents=len({p.document_id for p in found}),
            hits=tuple((p, scores[p.passage_id]) for p in page),
            facets=facets,
            repeats=tuple(repeats[p.passage_id] for p in page if repeats),
            further=tuple(per_document[p.document_id] - 1 for p in page if request.by_document),
        )

    def search_all(self, requests: Sequence[EngineRequest]) -> tuple[Found, ...]:
        """What ``search`` gives for each of some requests."""
        return tuple(map(self.search, requests))

    def answer(self, plan: Plan) -> Answer:
        """All parts of a plan."""
        return answer_in_parts(self, plan)

    def cross_tabulate(
        self,
        query: Query,
        filters: Filters,
        row: FacetName,
        column: FacetName,
        *,
        rows: Collection[str | int | None] | None = None,
        columns: Collection[str | int | None] | None = None,
        unit: CountUnit = "passages",
    ) -> CrossTable:
        others = replace(filters, **{row: (), column: ()})
        found = [p for p, _ in self.search(EngineRequest(query, others, limit=1_000_000)).hits]

        def listed(name: str, wanted: Collection[str | int | None] | None) -> tuple[Any, ...]:
            values = [c.value for c in count(name, [(p, VALUES[name](p)) for p in found])]
            return tuple(v for v in values if wanted is None or v in wanted)

        def cell(r: Any, c: Any) -> int:
            both = [p for p in found if r in VALUES[row](p) and c in VALUES[column](p)]
            return len({p.document_id for p in both}) if unit == "documents" else len(both)

        down, right = listed(row, rows), listed(column, columns)
        counts = tuple(tuple(cell(r, c) for c in right) for r in down)
        return CrossTable(row, column, down, right, counts)

    def matching_in(self, query: Query, filters: Filters, document_id: str) -> tuple[int, ...]:
        return tuple(
            number
            for number, passage in enumerate(passages_of(self.document(document_id)), 1)
            if matches(query.match, unit_of(passage, self.analyzer)) and passes(passage, filters)
        )

    def occurrences(self, query: Query, filters: Filters) -> Occurrences | None:
        if not query.counted_text:
            return None
        found = self.search(EngineRequest(query, filters, limit=10**9, facets=False)).hits
        places = [(p.document_id, len(occurrences(p.text, query))) for p, _ in found]
        having = [(of, count) for of, count in places if count]
        documents = {of for of, _ in having}
        total = sum(count for _, count in having)
        return Occurrences(total, len(having), len(documents), len(found))

    def explain(self, query: Query, passage_id: str) -> Explanation:
        passage = self.get(passage_id)
        terms = as_read(passage, self.analyzer)
        shares = []
        for term in query.words:
            alone = bm25(replace(query, words=(term,)), list(self.passages()), self.analyzer)
            share = alone[passage_id]
            figures = (terms[term], length_of(passage, terms, self.analyzer), 0.0, 1.0, share)
            shares.append(TermShare("words", term, *figures))
        return Explanation(
            passage_id,
            explained(query.match, unit_of(passage, self.analyzer)),
            sum(term.share for term in shares),
            tuple(shares),
        )

    def labels(
        self, query: Query, filters: Filters, limit: int
    ) -> tuple[int, tuple[LabelHit, ...]]:
        hits = []
        for document in self.documents():
            passage_like = next(iter(_as_passage(document)))
            of_passages = dict.fromkeys([f"{n}{m}" for n in ("", "not_") for m in OF_PASSAGES], ())
            if isinstance(query.match, Every) or not passes(
                passage_like, replace(filters, **of_passages)
            ):
                continue
            for paragraph in document.paragraphs:
                if paragraph.role not in ("title", "heading") and (
                    paragraph.role != "metadata" or paragraph.kind not in LABEL_KINDS
                ):
                    continue
                text = document.slice(paragraph)
                label = replace(passage_like, text=text)
                if matches(query.match, unit_of(label, self.analyzer, is_label=True)):
                    hits.append(
                        LabelHit(
                            document.document_id,
                            document.path,
                            document.title,
                            paragraph.role,
                            paragraph.kind,
                            text,
                        )
                    )
        return len(hits), tuple(hits[:limit])

    def terms(self, kind: TermKind) -> Iterator[tuple[str, int]]:
        def cut(text: str) -> list[str]:
            if kind == "words":
                return self.analyzer.terms(text)
            return [text[i : i + 2] for i in range(len(text) - 1)]

        passages = [p for d in self.documents() for p in passages_of(d)]
        counts = Counter(term for p in passages for term in set(cut(fold(p.text))))
        return iter(sorted(counts.items()))

    def may_have(self, characters: Collection[str]) -> bool:
        return any(c in fold(p.text) for p in self.passages() for c in characters)

    def titles(self) -> Iterator[DocumentTitle]:
        return (
            DocumentTitle(d.document_id, d.title, d.passage_count)
            for d in self.documents()
            if d.title
        )

    def manifest(self) -> Mapping[str, Any]:
        return self._store.manifest

    def stats(self) -> EngineStats:
        return EngineStats(
            documents=len(self._store.documents),
            passages=sum(d.passage_count for d in self._store.documents.values()),
            size_bytes=0,
            format_version="naive",
        )

    @property
    def remains(self) -> None:
        return None

    def verify(self) -> None:
        """Nothing is stored that could be damaged."""

    def once(self, name: str, make: Callable[[], T]) -> T:
        return self._store.once.get(name, make)

    def close(self) -> None:
        """Nothing is held."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass


class NaiveWriter:
    """Collects changes and applies them at commit."""

    def __init__(self, store: NaiveStore) -> None:
        self._store = store
        self._changes: dict[str, Document | None] = {}

    def put(self, document: Document) -> None:
        self._changes[document.document_id] = document

    def delete(self, document_id: str) -> None:
        self._changes[document_id] = None

    def erase(self, document_id: str) -> None:
        self.delete(document_id)

    def commit(self, manifest: Mapping[str, Any]) -> None:
        documents = {**self._store.documents, **self._changes}
        self._store.documents = {i: d for i, d in documents.items() if d is not None}
        self._store.manifest = dict(manifest)
        self._store.once = OncePerCommit()
        self._changes = {}

    def cancel(self) -> None:
        self._changes = {}

    def __enter__(self) -> NaiveWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self.cancel()


@dataclass(frozen=True)
class Unit:
    """A passage, or a label in the shape of one, as matching sees it."""

    passage: Passage
    folded: str
    terms: set[str]
    is_label: bool


def unit_of(passage: Passage, analyzer: Analyzer, *, is_label: bool = False) -> Unit:
    folded = fold(passage.text)
    return Unit(passage, folded, set(analyzer.terms(folded)), is_label)


def matches(node: Node, unit: Unit) -> bool:
    """The definition of matching, node by node."""
    match node:
        case Every():
            return True
        case Literal(text):
            return text in unit.folded
        case Alike(characters, is_whole):
            return any(
                all(c in same for c, same in zip(unit.folded[at:], characters, strict=False))
                and not (is_whole and in_a_number(unit.folded, at, at + len(characters)))
                for at in range(len(unit.folded) - len(characters) + 1)
            )
        case Wildcard():
            return expression(node).search(unit.folded) is not None
        case Near(first, second, distance):
            return near(unit.folded, first, second, distance) or near(
                unit.folded, second, first, distance
            )
        case Word(term):
            return term in unit.terms
        case InField(field, text):
            value = getattr(unit.passage, field)
            if value is None:
                return False
            if isinstance(text, Literal):
                return text.text in fold(value)
            return expression(text).search(fold(value)) is not None
        case FacetIs(facet, values):
            if unit.is_label and facet in ("topic", *NAMED):
                return False
            chosen: dict[str, Any] = {facet: values}
            return FILTERS[facet](unit.passage, replace(Filters(), **chosen))
        case And(children):
            return all(matches(child, unit) for child in children)
        case Or(children):
            return any(matches(child, unit) for child in children)
        case Not(child):
            return not matches(child, unit)


def in_a_number(text: str, start: int, end: int) -> bool:
    """Whether signs of a number around a part of a text make it part of another number."""
    before, after = text[:start], text[end:]
    if text[start] in NUMERALS and before:
        if before[-1] in NUMERALS or before[-1] == ".":
            return True
        if before[-1] == "," and before[-2:-1] in DIGITS:
            return True
    if text[end - 1] in NUMERALS and after:
        return after[0] in NUMERALS or (after[0] in ".," and after[1:2] in DIGITS)
    return False


DIGITS = tuple("0123456789")


def expression(pattern: Wildcard) -> re.Pattern[str]:
    """A pattern as a regular expression over folded text."""
    parts = [f".{{{pattern.before}}}", re.escape(pattern.texts[0])]
    for gap, text in zip(pattern.gaps, pattern.texts[1:], strict=True):
        parts += [f".{{{gap.least}}}[^{SENTENCE_ENDS}]{{0,{gap.more}}}", re.escape(text)]
    return re.compile("".join([*parts, f".{{{pattern.after}}}"]), re.DOTALL)


def explained(node: Node, unit: Unit) -> NodeMatch:
    """``matches`` for a node and every node below it."""
    children = (node.child,) if isinstance(node, Not) else getattr(node, "children", ())
    below = tuple(explained(child, unit) for child in children)
    return NodeMatch(node, matches(node, unit), below)


def near(folded: str, left: str, right: str, distance: int) -> bool:
    """Whether ``right`` begins at most ``distance`` characters after ``left`` ends."""
    return any(
        folded.startswith(right, end + gap)
        for end in range(len(left), len(folded) + 1)
        if folded.startswith(left, end - len(left))
        for gap in range(min(distance, len(folded)) + 1)
    )


def cities(passage: Passage) -> list[str | int | None]:
    """A city and its ancestors; None alone where unknown."""
    path = place_path(passage.city)
    if path is None:
        return [None]
    levels = path.split("/")
    return ["/".join(levels[: i + 1]) for i in range(len(levels))]


def named_places(passage: Passage) -> list[str | int | None]:
    """Every place that a passage names, and what these lie in; None alone where it names none."""
    paths: dict[str | int | None, None] = {}
    for named in passage.named_places:
        levels = [level for level in named.place if level]
        paths.update({"/".join(levels[: i + 1]): None for i in range(len(levels))})
    return list(paths) or [None]


def named_years(passage: Passage) -> list[str | int | None]:
    """Every year that a passage names, those of a range too; None alone where it names none."""
    years: set[str | int | None] = set()
    for named in passage.named_years:
        years.update(range(named.first, named.last + 1))
    return list(years) or [None]


def in_years(values: list[str | int | None], ranges: tuple[tuple[int, int] | None, ...]) -> bool:
    """Whether one of some years lies in one of the ranges; None stands for unknown."""
    return any(
        value is None if r is None else value is not None and r[0] <= int(value) <= r[1]
        for r in ranges
        for value in values
    )


def kind(passage: Passage) -> str | None:
    """What kind of document a passage is of; None where unknown."""
    kinds = {"newspaper": "新闻", "web": "新闻", "regulation": "法规", "government": "政务"}
    return {**kinds, "forum": "论坛"}.get(passage.source_kind or "")


VALUES: dict[str, Callable[[Passage], list[str | int | None]]] = {
    "city": cities,
    "year": lambda p: [p.year],
    "topic": lambda p: list(p.topics),
    "source": lambda p: [p.source],
    "kind": lambda p: [kind(p)],
    "place": named_places,
    "named_year": named_years,
}
NAMED = ("place", "named_year")
FILTERS: dict[str, Callable[[Passage, Filters], bool]] = {
    "city": lambda p, f: not f.city or any(v in f.city for v in cities(p)),
    "year": lambda p, f: (
        not f.year
        or any(
            p.year is None if r is None else p.year is not None and r[0] <= p.year <= r[1]
            for r in f.year
        )
    ),
    "topic": lambda p, f: not f.topic or any(t in f.topic for t in p.topics),
    "source": lambda p, f: not f.source or p.source in f.source,
    "kind": lambda p, f: not f.kind or kind(p) in f.kind,
    "place": lambda p, f: not f.place or any(v in f.place for v in named_places(p)),
    "named_year": lambda p, f: not f.named_year or in_years(named_years(p), f.named_year),
}


OF_PASSAGES = ("topic", *NAMED)


def has(passage: Passage, name: str, values: tuple[Any, ...]) -> bool:
    """Whether a passage has one of some values of a facet."""
    chosen: dict[str, Any] = {name: values}
    return bool(values) and FILTERS[name](passage, replace(Filters(), **chosen))


def passes(passage: Passage, filters: Filters, but: str | None = None) -> bool:
    """Whether a passage passes every filter, or every one except those of a facet."""
    return all(
        keep(passage, filters) and not has(passage, name, filters.excluded(name))
        for name, keep in FILTERS.items()
        if name != but
    )


def names_value(name: str, choice: Any, value: str | int | None) -> bool:
    """Whether a choice is of this very value, or of years that it is one of."""
    if choice is None or value is None or name not in ("year", "named_year"):
        return bool(choice == value)
    return bool(choice[0] <= int(value) <= choice[1])


def counts_for(passage: Passage, name: str, value: str | int | None, filters: Filters) -> bool:
    """Whether a passage that has a value is counted for it, as ``Engine.search`` says."""
    others = tuple(e for e in filters.excluded(name) if not names_value(name, e, value))
    return passes(passage, filters, but=name) and not has(passage, name, others)


def count(name: str, kept: list[tuple[Passage, list[str | int | None]]]) -> tuple[FacetCount, ...]:
    """Counts in the order the port asks for, of passages with the values they count for."""
    passages: Counter[str | int | None] = Counter()
    documents: dict[str | int | None, set[str]] = {}
    for passage, values in kept:
        for value in values:
            passages[value] += 1
            documents.setdefault(value, set()).add(passage.document_id)

    def key(value: str | int | None) -> Any:
        if name in ("year", "named_year"):
            return (value is None, -int(value or 0))
        if name in ("city", "place") and value is not None:
            levels = str(value).split("/")
            parents = ["/".join(levels[: i + 1]) for i in range(len(levels))]
            # A parent that is not listed is no place to sort by.
            found = [(passages[p] > 0, -passages[p], p) if passages[p] else () for p in parents]
            return (False, found)
        return (value is None, [(-passages[value], str(value))])

    return tuple(
        FacetCount(value, passages[value], len(documents[value]))
        for value in sorted(passages, key=key)
    )


def repeats_last(ranked: list[Passage]) -> tuple[list[Passage], dict[str, bool]]:
    """Of every block those last whose text stands above in it; and which these are."""
    order: list[Passage] = []
    repeats: dict[str, bool] = {}
    for start in range(0, len(ranked), formula.REPEATS_BLOCK):
        block = ranked[start : start + formula.REPEATS_BLOCK]
        texts = [passage.text for passage in block]
        found = {p.passage_id: p.text in texts[:at] for at, p in enumerate(block)}
        order += sorted(block, key=lambda p: found[p.passage_id])
        repeats |= found
    return order, repeats


def as_read(passage: Passage, analyzer: Analyzer) -> Counter[str]:
    """The words of a passage with its title and headings."""
    texts = (passage.title or "", *passage.headings, passage.text)
    return Counter(term for text in texts for term in analyzer.terms(fold(text)))


def length_of(passage: Passage, terms: Counter[str], analyzer: Analyzer) -> int:
    """How many words a passage as read counts for: of its own, at least the floor."""
    own = len(analyzer.terms(fold(passage.text)))
    return terms.total() + max(0, formula.FLOORS["words"] - own)


def bm25(query: Query, everything: list[Passage], analyzer: Analyzer) -> dict[str, float]:
    """BM25 over the words of passages as read: enough to tell clear cases apart."""
    texts = {p.passage_id: as_read(p, analyzer) for p in everything}
    lengths = {p.passage_id: length_of(p, texts[p.passage_id], analyzer) for p in everything}
    mean = sum(lengths.values()) / max(len(lengths), 1) or 1.0
    scores = dict.fromkeys(texts, 0.0)
    for term in query.words:
        df = sum(term in c for c in texts.values())
        idf = math.log(1 + (len(texts) - df + 0.5) / (df + 0.5))
        for i, c in texts.items():
            tf = c[term]
            scores[i] += idf * tf * 2.2 / (tf + 1.2 * (0.25 + 0.75 * lengths[i] / mean))
    return scores


def _as_passage(document: Document) -> Iterator[Passage]:
    """The document's facets in the shape of a passage."""
    yield Passage(
        passage_id="",
        document_id=document.document_id,
        path=document.path,
        title=document.title,
        source=document.source,
        site=document.site,
        author=document.author,
        published=document.published,
        url=document.url,
        headings=(),
        paragraph=0,
        text="",
        start=0,
        end=0,
        sha256="",
        city=document.city,
        year=document.year,
        source_kind=document.source_kind,
        topics=(),
    )
