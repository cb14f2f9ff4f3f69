"""tantivy-py: three whitespace-tokenized text fields, facets on fast fields.

Facet counts come from terms aggregations, the total from adding up one facet, so that the search
for the ten best need not count and may skip. Without filters one aggregation request serves all
facets; with filters facets with the same filters share one.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable
from typing import Any

from search.engines.formula import FIELD_WEIGHTS

from ..corpus import BenchDocument, Corpus
from ..values import FACETS, UNKNOWN, Answer, Question, Series, ancestors
from .peer_text import joined_characters, joined_pairs, joined_words, rows

_LIBRARY = "tantivy"
_WRITER_BYTES = 256_000_000
_VALUES = 10_000


class Tantivy:
    """Frequencies without positions, as scoring needs."""

    positions = False

    def __init__(self) -> None:
        self._library: Any = importlib.import_module(_LIBRARY)
        self._schema: Any = self._make_schema()
        self._index: Any = None
        self._searcher: Any = None

    def _make_schema(self) -> Any:
        builder = self._library.SchemaBuilder()
        for field in ("words", "pairs", "characters"):
            builder.add_text_field(
                field,
                tokenizer_name="whitespace",
                index_option="position" if self.positions and field == "characters" else "freq",
            )
        builder.add_bytes_field("text", stored=True, indexed=False)
        builder.add_text_field("place", tokenizer_name="raw", index_option="basic")
        builder.add_text_field("city", tokenizer_name="raw", index_option="basic", fast=True)
        builder.add_text_field("topic", tokenizer_name="raw", index_option="basic", fast=True)
        builder.add_unsigned_field("year", indexed=True, fast=True)
        return builder.build()

    def read(self, document: BenchDocument) -> BenchDocument:
        """As it is."""
        return document

    def build(self, documents: Iterable[BenchDocument], folder: str) -> None:
        """One indexing thread, one commit, merges waited for."""
        writer = self._library.Index(self._schema, path=folder).writer(_WRITER_BYTES, 1)
        for text, folded, (city, year, topic) in rows(documents):
            document = self._library.Document()
            document.add_text("words", joined_words(folded))
            document.add_text("pairs", joined_pairs(folded))
            document.add_text("characters", joined_characters(folded))
            document.add_bytes("text", text.encode())
            for place in ancestors(city):
                document.add_text("place", place)
            document.add_text("city", city)
            document.add_text("topic", topic)
            document.add_unsigned("year", year)
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()

    def open(self, folder: str, corpus: Corpus) -> None:
        """Index and searcher."""
        self._index = self._library.Index.open(folder)
        self._searcher = self._index.searcher()

    def ask(self, question: Question, series: Series) -> Answer:
        """Search, then aggregate where facets are asked for."""
        query = self._scored(question, series)
        filters = self._filters(question) if series.filtered else {}
        if series.task == "top":
            found = self._searcher.search(self._with(query, filters), 10)
            return Answer(found.count, self._texts(found))
        found = self._searcher.search(self._with(query, filters), 10, count=False)
        facets: dict[str, dict[str, int]] = {}
        groups: dict[tuple[str, ...], list[str]] = {}
        for name in FACETS:
            groups.setdefault(tuple(f for f in filters if f != name), []).append(name)
        matched = self._matched(question, series)
        for chosen, names in groups.items():
            wanted = self._with(matched, {name: filters[name] for name in chosen})
            facets |= self._aggregate(wanted, names)
        # Every passage has exactly one topic, and no topic is ever filtered by.
        return Answer(sum(facets["topic"].values()), self._texts(found), facets)

    def matches(self, phrase: str) -> Iterable[str]:
        """Not asked of it."""
        raise NotImplementedError

    def _texts(self, found: Any) -> tuple[str, ...]:
        documents = (self._searcher.doc(address) for _, address in found.hits)
        return tuple(bytes(document["text"][0]).decode() for document in documents)

    def _terms(self, field: str, terms: Iterable[str]) -> list[Any]:
        return [self._library.Query.term_query(self._schema, field, term) for term in terms]

    def _matched(self, question: Question, series: Series) -> Any:
        words = self._terms("words", question.words)
        occur = self._library.Occur.Should if series.any_term else self._library.Occur.Must
        if len(words) == 1:
            return words[0]
        return self._library.Query.boolean_query([(occur, word) for word in words])

    def _scored(self, question: Question, series: Series) -> Any:
        matched = self._matched(question, series)
        if series.fields == "words":
            return matched
        boost: Callable[[Any, float], Any] = self._library.Query.boost_query
        clauses = [(self._library.Occur.Must, matched)]
        for field, terms in (("pairs", question.pairs), ("characters", question.characters)):
            clauses += [
                (self._library.Occur.Should, boost(term, FIELD_WEIGHTS[field]))
                for term in self._terms(field, terms)
            ]
        return self._library.Query.boolean_query(clauses)

    def _filters(self, question: Question) -> dict[str, Any]:
        filters: dict[str, Any] = {}
        if question.city:
            filters["city"] = self._terms("place", [question.city])[0]
        if question.years:
            kind = self._library.FieldType.Unsigned
            filters["year"] = self._library.Query.range_query(
                self._schema, "year", kind, *question.years
            )
        return filters

    def _with(self, query: Any, filters: dict[str, Any]) -> Any:
        if not filters:
            return query
        must = self._library.Occur.Must
        silent = self._library.Query.const_score_query
        clauses = [(must, query), *((must, silent(kept, 0.0)) for kept in filters.values())]
        return self._library.Query.boolean_query(clauses)

    def _aggregate(self, query: Any, names: list[str]) -> dict[str, dict[str, int]]:
        request = {name: {"terms": {"field": name, "size": _VALUES}} for name in names}
        answer = self._searcher.aggregate(query, request)
        facets: dict[str, dict[str, int]] = {}
        for name in names:
            counts: dict[str, int] = {}
            for bucket in answer[name]["buckets"]:
                key = bucket["key"]
                if name == "year":
                    values = [str(int(key)) if key else UNKNOWN]
                else:
                    values = ancestors(key) if name == "city" else [key]
                for value in values:
                    counts[value] = counts.get(value, 0) + bucket["doc_count"]
            facets[name] = counts
        return facets


class TantivyWithPositions(Tantivy):
    """With positions of single characters, which a literal phrase needs: for its size and rate."""

    positions = True
