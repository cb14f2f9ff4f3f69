"""Stock Whoosh: its default codec, writer and searcher, facets by ``groupedby``.

With filters each facet whose own filter has to be left out is one more search.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from typing import Any

from ..corpus import BenchDocument, Corpus
from ..values import FACETS, UNKNOWN, Answer, Question, Series, ancestors
from .peer_text import joined_words, rows

_WRITER_MB = 256


class StockWhoosh:
    """As a user of Whoosh would set it up, with the segmentation done beforehand."""

    def __init__(self) -> None:
        self._index_module: Any = importlib.import_module("whoosh.index")
        self._fields: Any = importlib.import_module("whoosh.fields")
        self._analysis: Any = importlib.import_module("whoosh.analysis")
        self._query: Any = importlib.import_module("whoosh.query")
        self._sorting: Any = importlib.import_module("whoosh.sorting")
        self._searcher: Any = None

    def read(self, document: BenchDocument) -> BenchDocument:
        """As it is."""
        return document

    def build(self, documents: Iterable[BenchDocument], folder: str) -> None:
        """One writer, one process, one commit."""
        spaces = self._analysis.SpaceSeparatedTokenizer()
        schema = self._fields.Schema(
            words=self._fields.TEXT(analyzer=spaces, phrase=False),
            text=self._fields.STORED,
            place=self._fields.KEYWORD,
            city=self._fields.ID(sortable=True),
            year=self._fields.NUMERIC(int, sortable=True),
            topic=self._fields.ID(sortable=True),
        )
        writer = self._index_module.create_in(folder, schema).writer(limitmb=_WRITER_MB)
        for text, folded, (city, year, topic) in rows(documents):
            writer.add_document(
                words=joined_words(folded),
                text=text,
                place=" ".join(ancestors(city)),
                city=city,
                year=year,
                topic=topic,
            )
        writer.commit()

    def open(self, folder: str, corpus: Corpus) -> None:
        """Index and searcher."""
        self._searcher = self._index_module.open_dir(folder, readonly=True).searcher()

    def ask(self, question: Question, series: Series) -> Answer:
        """One search, and one more for each facet that leaves a filter out."""
        terms = [self._query.Term("words", word) for word in question.words]
        combine = self._query.Or if series.any_term else self._query.And
        query = terms[0] if len(terms) == 1 else combine(terms)
        filters = self._filters(question) if series.filtered else {}
        names = FACETS if series.task == "facets" else ()
        together = tuple(name for name in names if name not in filters)
        # The length of filtered results is only right where something is grouped.
        found = self._search(query, filters, together or (("topic",) if filters else ()))
        texts = tuple(hit["text"] for hit in found)
        facets = {name: _counts(found, name) for name in together}
        for name in names:
            if name in filters:
                others = {f: kept for f, kept in filters.items() if f != name}
                facets[name] = _counts(self._search(query, others, (name,)), name)
        return Answer(len(found), texts, facets if names else None)

    def matches(self, phrase: str) -> Iterable[str]:
        """Not asked of it."""
        raise NotImplementedError

    def _search(self, query: Any, filters: dict[str, Any], facets: Iterable[str]) -> Any:
        grouped = {name: self._sorting.FieldFacet(name) for name in facets}
        return self._searcher.search(
            query,
            limit=10,
            filter=self._query.And(list(filters.values())) if filters else None,
            groupedby=grouped or None,
            maptype=self._sorting.Count,
        )

    def _filters(self, question: Question) -> dict[str, Any]:
        filters: dict[str, Any] = {}
        if question.city:
            filters["city"] = self._query.Term("place", question.city)
        if question.years:
            filters["year"] = self._query.NumericRange("year", *question.years)
        return filters


def _counts(found: Any, name: str) -> dict[str, int]:
    counts: dict[str, int] = {}
    for key, count in found.groups(name).items():
        if name == "year":
            values = [str(key) if key else UNKNOWN]
        else:
            values = ancestors(key) if name == "city" else [key]
        for value in values:
            counts[value] = counts.get(value, 0) + count
    return counts
