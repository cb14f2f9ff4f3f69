"""Ours: the embedded engine, through its port.

It is asked for more than the peers: four facets instead of three, each with the number of documents
beside the number of passages, and titles and headings score in every series.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from search import open_index
from search.analysis.words import Analyzer
from search.documents.document import UNCLASSIFIED, Document, Paragraph, sha256_hex
from search.engines.whoosh.engine import open_engine
from search.engines.whoosh.writer import open_writer
from search.index.answers import FacetCount
from search.index.engine import Engine, EngineRequest
from search.query.nodes import And, Node, Or, Query, Word
from search.query.parser import parse_query
from search.query.request import Filters
from search.searching.index import Index

from ..corpus import BenchDocument, Corpus
from ..values import FACETS, UNKNOWN, Answer, Question, Series


class Duansou:
    """The system under development."""

    def __init__(self) -> None:
        self._engine: Engine | None = None

    def read(self, document: BenchDocument) -> Document:
        """The document as the reader of files would have made it."""
        return to_document(document)

    def build(self, documents: Iterable[Document], folder: str) -> None:
        """One writer, one commit."""
        with open_writer(Path(folder), Analyzer()) as writer:
            for document in documents:
                writer.put(document)
            writer.commit({})

    def open(self, folder: str, corpus: Corpus) -> None:
        """As the page and the command line do."""
        self._engine = open_engine(Path(folder))

    def ask(self, question: Question, series: Series) -> Answer:
        """Through ``Engine.search``; "typed" and "phrase" parse the text first."""
        engine = self._opened()
        facets = series.task in {"facets", "typed"}
        request = EngineRequest(_query(question, series, engine.reader().analyzer), facets=facets)
        if series.filtered:
            city = (question.city,) if question.city else ()
            year = (question.years,) if question.years else ()
            request = replace(request, filters=Filters(city=city, year=year))
        found = engine.reader().search(request)
        return Answer(
            total=found.total,
            texts=tuple(passage.text for passage, _ in found.hits),
            facets={name: _counts(found.facets[name]) for name in FACETS} if facets else None,
        )

    def matches(self, phrase: str) -> Iterable[str]:
        """Every hit of the quoted phrase."""
        engine = self._opened()
        query = parse_query(f'"{phrase}"', engine.reader().analyzer)
        total = engine.reader().search(EngineRequest(query, limit=0, facets=False)).total
        found = engine.reader().search(EngineRequest(query, limit=total, facets=False))
        return (passage.text for passage, _ in found.hits)

    def _opened(self) -> Engine:
        if self._engine is None:
            raise RuntimeError("open first")
        return self._engine


class DuansouIndex(Duansou):
    """The same index, asked with the public call: what a reader types, and all that comes with it.

    That is marks, notices, titles and headings that match, and what other writings would add.
    """

    def open(self, folder: str, corpus: Corpus) -> None:
        """As Python code does."""
        self._index: Index = open_index(Path(folder))

    def ask(self, question: Question, series: Series) -> Answer:
        """``index.search`` with what is typed, filtered where the series is."""
        filters: dict[str, Any] = {}
        if series.filtered and question.city:
            filters["city"] = question.city
        if series.filtered and question.years:
            filters["year"] = "{}..{}".format(*question.years)
        found = self._index.search(question.text, limit=10, **filters)
        return Answer(
            total=found.total,
            texts=tuple(hit.text for hit in found.hits),
            facets={name: _counts(found.facets[name]) for name in FACETS},
        )


def to_document(document: BenchDocument) -> Document:
    """The document as the reader of files would have made it."""
    paragraphs: list[Paragraph] = []
    lines: list[str] = []
    topic_of: dict[int, str] = {}
    headings: tuple[str, ...] = ()
    lines.append(document.title)
    roles: list[tuple[str, tuple[str, ...]]] = [("title", ())]
    for passage in document.passages:
        if passage.headings != headings:
            headings = passage.headings
            if headings:
                lines.append(headings[-1])
                roles.append(("heading", headings[:-1]))
        topic_of[len(lines)] = passage.topic
        lines.append(passage.text)
        roles.append(("body", headings))
    start = number = 0
    for at, (line, (role, above)) in enumerate(zip(lines, roles, strict=True)):
        number += role == "body"
        paragraphs.append(
            Paragraph(
                start=start,
                end=start + len(line),
                role=role,  # type: ignore[arg-type]
                kind=role,
                reason="",
                number=number if role == "body" else None,
                headings=above,
                topics=tuple({topic_of.get(at, UNCLASSIFIED)} - {UNCLASSIFIED}),
            )
        )
        start += len(line) + 1
    text = "\n".join(lines)
    province, _, city = (document.city or "").partition("/")
    return Document(
        document_id=hashlib.sha256(document.path.encode()).hexdigest()[:16],
        paths=(document.path,),
        text=text,
        paragraphs=tuple(paragraphs),
        sha256=sha256_hex(text),
        title=document.title,
        source=document.source,
        city=(province or None, city or None, None),
        year=document.year,
        published=f"{document.year}-01-01" if document.year else None,
    )


def _query(question: Question, series: Series, analyzer: Analyzer) -> Query:
    if series.task == "typed":
        return parse_query(question.text, analyzer)
    if series.task == "phrase":
        return parse_query(f'"{question.text}"', analyzer)
    words: tuple[Node, ...] = tuple(Word(word) for word in question.words)
    match = words[0] if len(words) == 1 else (Or(words) if series.any_term else And(words))
    fused = series.fields == "fused"
    return Query(
        text=question.text,
        match=match,
        words=question.words,
        pairs=question.pairs if fused else (),
        characters=question.characters if fused else (),
    )


def _counts(counts: tuple[FacetCount, ...]) -> dict[str, int]:
    return {UNKNOWN if c.value is None else str(c.value): c.count for c in counts}
