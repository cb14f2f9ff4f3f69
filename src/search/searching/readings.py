"""Read a search otherwise: beside what it finds literally, and instead where that is nothing.

In this order, as far as there is anything to show: the same in other punctuation or writings; what
the collection knows by the names in it; pinyin; the correction of a slip; passages with most of the
words. What is found so is shown as what it is, and never counted as found.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Protocol

from ..analysis.text import HAN, fold
from ..analysis.words import Analyzer
from ..budget import current
from ..documents.document import Passage
from ..documents.facets import FacetName
from ..index.engine import DocumentTitle, EngineRequest, Reader
from ..query.nodes import And, InField, Literal, Node, Notice, Or, Query
from ..query.request import ALL_WRITINGS, Filters, SearchRequest
from .closest import closest_passages
from .collection import collection_values
from .known import Understood, plain_text, understand
from .results import (
    Correction,
    Hit,
    KnownDocument,
    Named,
    Narrower,
    PartialHit,
    Reading,
    ReadingKind,
    Readings,
    Wider,
)
from .snippets import hit_of
from .suggest.vocabulary import corrections, read_pinyin

_DOCUMENTS = 3
"""So many documents are named above the results."""
_ENOUGH = 3
"""With so many passages of one reading no further reading is shown."""
_ARTICLE_PASSAGES = 12
"""The most passages of one article that are shown."""
_SAME_TITLES = 8
_MENTIONS = 60
"""Of the passages that name an article so many are looked at for the one that it begins."""
_ARTICLE_BEGINS = re.compile(r"第[一二三四五六七八九十百千零〇]+条")
_LOOKED_AT = 60
"""Of the passages with all runs of a quotation so many are compared without punctuation."""
_ALIKE_CHARS = 24
_TEXTS = 6
"""So many other writings are named."""
_RUN = re.compile(rf"[{HAN}]+|[^\W_{HAN}]+")
_LATIN = re.compile(r"[A-Za-zÀ-ÿ'’ ]+\Z")


class _Index(Protocol):
    @property
    def reader(self) -> Reader: ...
    @property
    def analyzer(self) -> Analyzer: ...
    def filters(self, request: SearchRequest, notices: list[Notice]) -> Filters: ...


def read_otherwise(
    index: _Index,
    parse: Callable[[SearchRequest], Query],
    request: SearchRequest,
    asked: EngineRequest,
    total: int,
    wider: Wider | None,
) -> Readings:
    """What else the first page of a search that finds ``total`` passages may mean.

    ``asked`` is what the reader was asked for ``request``, ``wider`` what other writings add.
    """
    if request.page > 1 or not asked.query.asks_for_text:
        return Readings()
    return _Reading(index, parse, request, asked).readings(total, wider)


@dataclass(frozen=True, slots=True)
class _Reading:
    index: _Index
    parse: Callable[[SearchRequest], Query]
    request: SearchRequest
    asked: EngineRequest

    def readings(self, total: int, wider: Wider | None) -> Readings:
        items = self.asked.query.plain
        known = understand(self.index.reader, items) if items else Understood("")
        documents = self._documents(known)
        is_little = total < _ENOUGH
        shows = not total or (is_little and known.rest)
        narrower, hits = self._narrower(known, self.asked.limit if shows else 0)
        if narrower and not narrower.total:
            narrower = None
        if not is_little:
            return Readings(documents, narrower)
        meant: tuple[Correction, ...] | None = None

        def in_order() -> Iterator[Reading | None]:
            nonlocal meant
            yield self._punctuated()
            yield self._article(documents)
            yield self._in_writings(wider)
            if narrower:
                yield Reading("narrower", known.rest, narrower.total, hits, narrower.request)
            if total:
                return
            yield self._pinyin()
            meant = self._corrections()
            if not documents and not narrower:
                queries = (correction for correction in meant if correction.kind == "query")
                yield from (self._read("correction", query.text) for query in queries)

        otherwise: list[Reading] = []
        for reading in in_order():
            if reading is not None and reading.hits:
                otherwise.append(reading)
            if _is_enough(otherwise):
                break
        closest: tuple[PartialHit, ...] = ()
        if not total and not _is_enough(otherwise):
            closest = self._closest({hit.passage_id for r in otherwise for hit in r.hits})
        return Readings(documents, narrower, tuple(otherwise), closest, meant)

    def _documents(self, known: Understood) -> tuple[KnownDocument, ...]:
        """The documents that are named, with their first passage or the article."""
        reader = self.index.reader
        if self.request.is_filtered:
            return ()
        if known.article is not None:
            return self._with_article(known.article, known.titles)
        found = []
        for title in known.titles[:_DOCUMENTS]:
            first = next(iter(reader.passages_in(title.document_id, 1, 1)), None)
            found.append(KnownDocument(title.document_id, title.title, first))
        return tuple(found)

    def _with_article(
        self, article: str, titles: tuple[DocumentTitle, ...]
    ) -> tuple[KnownDocument, ...]:
        """The likeliest of some documents that has an article."""
        if not titles:
            return ()
        names = dict.fromkeys(fold(title.title) for title in titles[:_SAME_TITLES])
        named = Or(tuple(InField("title", Literal(name)) for name in names))
        hits = self._search(And((named, Literal(article))), _MENTIONS)
        begins = {
            passage.document_id: passage
            for passage in reversed(hits)
            if fold(passage.text).lstrip().startswith(article)
        }
        for title in titles[:_SAME_TITLES]:
            passage = begins.get(title.document_id)
            if passage is not None:
                return (KnownDocument(title.document_id, title.title, passage, article),)
        return ()

    def _search(self, match: Node, limit: int) -> tuple[Passage, ...]:
        asked = replace(
            self.asked,
            query=Query("", match),
            sort="document",
            offset=0,
            limit=limit,
            facets=False,
            named=False,
            by_document=False,
        )
        return tuple(passage for passage, _ in self.index.reader.search(asked).hits)

    def _narrower(self, known: Understood, limit: int) -> tuple[Narrower | None, tuple[Hit, ...]]:
        """The search with what is named as filters, and its first passages."""
        if known.article is not None or not known.narrows or current().is_spent():
            return None, ()
        query = known.rest
        if plain_text(self.asked.query.plain) != fold(" ".join(self.asked.query.plain)):
            request = self.request.with_also("script")
        else:
            request = self.request
        names = [Named(*each) for each in known.facets]
        if known.within is not None:
            names.append(Named("title", known.within.title))
            query = f'title:"{known.within.title}" {query}'.strip()
        if self.request.is_filtered and not known.rest:
            return None, ()
        if any(self.request.chosen(name) for name, _ in known.facets):
            return None, ()
        narrowed = replace(request, query=query, page=1)
        for name, value in known.facets:
            narrowed = narrowed.only(name, value)
        if limit or known.rest or len(names) > 1:
            total, hits = self._run(narrowed, limit)
        else:
            total, hits = self._in_collection(*known.facets[0]), ()
        return Narrower(narrowed, total, tuple(names), known.rest), hits

    def _in_collection(self, facet: FacetName, value: str) -> int:
        """How many passages have a value."""
        counts = collection_values(self.index.reader)[facet]
        return next((count.count for count in counts if str(count.value) == value), 0)

    def _run(self, request: SearchRequest, limit: int) -> tuple[int, tuple[Hit, ...]]:
        """How many passages another search finds, and the first of them."""
        query = self.parse(request)
        asked = replace(
            self.asked,
            query=query,
            filters=self.index.filters(request, []),
            offset=0,
            limit=limit,
            facets=False,
            named=False,
        )
        found = self.index.reader.search(asked)
        analyzer = self.index.analyzer
        return found.total, tuple(hit_of(p, score, query, analyzer) for p, score in found.hits)

    def _read(self, kind: ReadingKind, text: str) -> Reading | None:
        """What another text finds; or what the collection knows of it."""
        if current().is_spent():
            return None
        request = replace(self.request, query=text, page=1)
        total, hits = self._run(request, self.asked.limit)
        if total:
            return Reading(kind, text, total, hits, request)
        known = understand(self.index.reader, text.split())
        narrower, hits = self._narrower(known, self.asked.limit)
        return Reading(kind, text, narrower.total, hits, narrower.request) if narrower else None

    def _in_writings(self, wider: Wider | None) -> Reading | None:
        if wider is None or current().is_spent():
            return None
        total, hits = self._run(wider.request, self.asked.limit)
        found = "\n".join(fold(hit.text) for hit in hits)
        texts = dict.fromkeys(e.text for e in wider.equivalents if e.text in found)
        if not texts:
            # Characters that are alike stand for others one by one.
            texts = dict.fromkeys(e.text for e in wider.equivalents)
        return Reading("writings", "、".join(list(texts)[:_TEXTS]), total, hits, wider.request)

    def _article(self, documents: tuple[KnownDocument, ...]) -> Reading | None:
        """The passages of an article, to where the next begins."""
        for known in documents:
            if known.article is None or known.passage is None:
                continue
            at = known.passage.paragraph
            around = self.index.reader.passages_in(
                known.document_id, at, at + _ARTICLE_PASSAGES - 1
            )
            passages = [around[0]]
            for passage in around[1:]:
                if _ARTICLE_BEGINS.match(passage.text.lstrip()) or (
                    passage.headings != known.passage.headings
                ):
                    break
                passages.append(passage)
            hits = tuple(
                hit_of(p, 0.0, Query("", Literal(known.article)), self.index.analyzer)
                for p in passages
            )
            return Reading("article", known.article, len(hits), hits)
        return None

    def _pinyin(self) -> Reading | None:
        """What is read where letters alone were typed, as the completion box reads it."""
        typed = " ".join(self.asked.query.plain)
        if not _LATIN.match(typed) or current().is_spent():
            return None
        for text in read_pinyin(self.index.reader, typed):
            reading = self._read("pinyin", text)
            if reading is not None:
                return reading
        return None

    def _corrections(self) -> tuple[Correction, ...]:
        if current().is_spent():
            return ()
        return corrections(self.index.reader, self.request, 0, self.asked.filters)

    def _punctuated(self) -> Reading | None:
        """What has a quotation but for its punctuation."""
        query = self.asked.query
        if not isinstance(query.match, Literal) or query.plain or current().is_spent():
            return None
        runs = _RUN.findall(query.match.text)
        bare = "".join(runs)
        if len(bare) < 2:
            return None
        ways: list[Node] = [And(tuple(map(Literal, dict.fromkeys(runs))))]
        if len(bare) <= _ALIKE_CHARS:
            ways += [And((Literal(bare[:cut]), Literal(bare[cut:]))) for cut in range(1, len(bare))]
        marked = replace(query, match=Or(tuple(ways)), literals=tuple(runs))
        asked = replace(
            self.asked, query=marked, offset=0, limit=_LOOKED_AT, facets=False, named=False
        )
        same = [
            (passage, score)
            for passage, score in self.index.reader.search(asked).hits
            if query.match.text not in (text := fold(passage.text))
            and bare in "".join(_RUN.findall(text))
        ]
        analyzer = self.index.analyzer
        hits = tuple(hit_of(p, s, marked, analyzer) for p, s in same[: self.asked.limit])
        return Reading("punctuation", bare, len(same), hits) if hits else None

    def _closest(self, shown: set[str]) -> tuple[PartialHit, ...]:
        """The passages with most of what is asked for, other writings of its words too."""
        request = self.request.with_also(ALL_WRITINGS)
        query = self.parse(request)
        closest = closest_passages(self.index.reader, replace(self.asked, query=query))
        return tuple(
            PartialHit(hit_of(c.passage, c.score, query, self.index.analyzer), c.has, c.lacks)
            for c in closest
            if c.passage.passage_id not in shown
        )


def _is_enough(readings: list[Reading]) -> bool:
    """Whether what is read so far needs nothing beside it: an article is what was asked for."""
    found = sum(reading.total for reading in readings)
    return found >= _ENOUGH or any(reading.kind == "article" for reading in readings)
