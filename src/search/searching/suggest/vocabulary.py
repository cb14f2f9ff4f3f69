"""Completion and corrections from the vocabulary of a commit, read when somebody first asks."""

from __future__ import annotations

from collections.abc import Iterator

from ...documents.document import UNCLASSIFIED
from ...facets.gazetteer import Gazetteer
from ...index.engine import NO_FILTERS, EngineRequest, Reader
from ...query.nodes import Literal, Query
from ...query.parser import parse_query
from ...query.request import Filters, SearchRequest
from ..collection import collection_values
from .completion import Completion, Suggestion
from .corrections import Correction, correct
from .spelling import Spelling

_WORDS = 200_000
_TITLES = 100_000
"""Most words and titles that are completed, the commonest: what bounds the memory."""


def completion(reader: Reader) -> Completion:
    """What completes a text that is being typed; made at its first use after a commit.

    How good it is stands in docs/en/evaluation.md.
    """

    def count(word: str) -> int:
        return _total(reader, parse_query(word, reader.analyzer))

    return reader.once("completion", lambda: Completion(_entries(reader), count))


def spelling(reader: Reader) -> Spelling:
    """What proposes corrections; made at its first use after a commit."""
    return reader.once("spelling", lambda: Spelling(reader.terms("pairs")))


def corrections(
    reader: Reader, request: SearchRequest, total: int, filters: Filters
) -> tuple[Correction, ...]:
    """What may have been meant by a search that finds ``total`` passages."""

    def count(text: str) -> int:
        query = parse_query(text, reader.analyzer, any_term=request.any_term, limit_chars=len(text))
        return _total(reader, query, filters)

    def occurs(run: str) -> int:
        return _total(reader, Query(run, Literal(run)), filters)

    found = correct(
        request.query,
        total,
        lambda: spelling(reader),
        words=reader.analyzer.words,
        count=count,
        occurs=occurs,
    )
    places = () if total or request.city else _places(reader, request.query.strip())
    return (*places, *found)


def _places(reader: Reader, name: str) -> Iterator[Correction]:
    """The places of the collection that a name may mean."""
    meant = {"/".join(p for p in place if p) for place in Gazetteer.load().resolve(name)}
    for counted in collection_values(reader)["city"]:
        path = str(counted.value)
        if path in meant or path.rsplit("/", 1)[-1] == name:
            yield Correction("place", path.rsplit("/", 1)[-1], counted.count, path)


def _total(reader: Reader, query: Query, filters: Filters = NO_FILTERS) -> int:
    return reader.search(EngineRequest(query, filters, limit=0, facets=False)).total


def _entries(reader: Reader) -> Iterator[Suggestion]:
    words = [
        (count, word)
        for word, count in reader.terms("words")
        if len(word) > 1 and word.strip("0123456789.%")
    ]
    words.sort(key=lambda pair: (-pair[0], pair[1]))
    yield from (Suggestion("word", word, word, count) for count, word in words[:_WORDS])
    titles = sorted(reader.titles(), key=lambda title: -title.passages)
    for title in titles[:_TITLES]:
        yield Suggestion("title", title.title, title.document_id, title.passages)
    facets = collection_values(reader)
    for place in facets["city"]:
        if place.value is not None:
            path = str(place.value)
            yield Suggestion("place", path.rsplit("/", 1)[-1], path, place.count)
    for topic in facets["topic"]:
        if topic.value not in (None, UNCLASSIFIED):
            yield Suggestion("topic", str(topic.value), str(topic.value), topic.count)
