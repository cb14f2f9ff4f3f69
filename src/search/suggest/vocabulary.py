"""What of the vocabulary is read when? Nothing until somebody asks, then once for each commit."""

from __future__ import annotations

from collections.abc import Iterator

from ..collection_values import CollectionValues
from ..documents import UNCLASSIFIED
from ..engine import NO_FILTERS, Engine, EngineRequest
from ..facets.gazetteer import Gazetteer
from ..once_per_commit import OncePerCommit
from ..query import Literal, Query, parse_query
from ..request import Filters, SearchRequest
from .completion import Completion, Suggestion
from .corrections import Correction, correct
from .spelling import Spelling

__all__ = ["Vocabulary"]

_WORDS = 200_000
_TITLES = 100_000
"""Most words and titles that are completed, the commonest: what bounds the memory."""


class Vocabulary:
    """Completion and spelling of what an engine holds now. Safe to share between threads.

    What they cost and how good they are stands in docs/evaluation.md. After a commit they are made
    again when they are next asked for.
    """

    def __init__(self, engine: Engine, values: CollectionValues) -> None:
        self._engine = engine
        self._values = values
        self._completion = OncePerCommit(engine, self._make_completion)
        self._spelling = OncePerCommit(engine, lambda: Spelling(engine.terms("pairs")))

    def completion(self) -> Completion:
        """What completes a text that is being typed."""
        return self._completion.get()

    def spelling(self) -> Spelling:
        """What proposes corrections."""
        return self._spelling.get()

    def corrections(
        self, request: SearchRequest, total: int, filters: Filters
    ) -> tuple[Correction, ...]:
        """What may have been meant by a search that finds ``total`` passages."""
        engine = self._engine

        def count(text: str) -> int:
            query = parse_query(
                text, engine.analyzer, any_term=request.any_term, limit_chars=len(text)
            )
            return self._total(query, filters)

        def occurs(run: str) -> int:
            return self._total(Query(run, Literal(run)), filters)

        found = correct(
            request.query,
            total,
            self.spelling,
            words=engine.analyzer.words,
            count=count,
            occurs=occurs,
        )
        places = () if total or request.city else self._places(request.query.strip())
        return (*places, *found)

    def _places(self, name: str) -> Iterator[Correction]:
        """The places of the collection that a name may mean."""
        meant = {"/".join(p for p in place if p) for place in Gazetteer.load().resolve(name)}
        for counted in self._values.counts()["city"]:
            path = str(counted.value)
            if path in meant or path.rsplit("/", 1)[-1] == name:
                yield Correction("place", path.rsplit("/", 1)[-1], counted.count, path)

    def _total(self, query: Query, filters: Filters = NO_FILTERS) -> int:
        return self._engine.search(EngineRequest(query, filters, limit=0, facets=False)).total

    def _make_completion(self) -> Completion:
        def count(word: str) -> int:
            return self._total(parse_query(word, self._engine.analyzer))

        return Completion(self._entries(), count)

    def _entries(self) -> Iterator[Suggestion]:
        words = [
            (count, word)
            for word, count in self._engine.terms("words")
            if len(word) > 1 and word.strip("0123456789.%")
        ]
        words.sort(key=lambda pair: (-pair[0], pair[1]))
        yield from (Suggestion("word", word, word, count) for count, word in words[:_WORDS])
        titles = sorted(self._engine.titles(), key=lambda title: -title.passages)
        for title in titles[:_TITLES]:
            yield Suggestion("title", title.title, title.document_id, title.passages)
        facets = self._values.counts()
        for place in facets["city"]:
            if place.value is not None:
                path = str(place.value)
                yield Suggestion("place", path.rsplit("/", 1)[-1], path, place.count)
        for topic in facets["topic"]:
            if topic.value not in (None, UNCLASSIFIED):
                yield Suggestion("topic", str(topic.value), str(topic.value), topic.count)
