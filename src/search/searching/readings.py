"""Read a search otherwise: beside what it finds literally, and instead where that is nothing.

In this order, as far as there is anything to show: the same in other punctuation or writings; what
the collection knows by the names in it; pinyin; the correction of a slip; passages with most of the
words. What is found so is shown as what it is, and never counted as found.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, combinations
from typing import Protocol

from ..analysis.text import HAN, NUMERALS, fold
from ..analysis.words import Analyzer
from ..budget import current
from ..documents.facets import FacetName
from ..index.engine import Asking, DocumentTitle, EngineRequest, Reader, ask, together
from ..query.nodes import And, InField, Literal, Node, Notice, Or, Query
from ..query.request import ALL_WRITINGS, Filters, SearchRequest
from .closest import closest_passages
from .collection import collection_values
from .known import Understood, plain_text, understand
from .results import (
    Correction,
    Hit,
    KnownDocument,
    Looser,
    LooserWay,
    Named,
    Narrower,
    PartialHit,
    Reading,
    ReadingKind,
    Readings,
    Wider,
)
from .snippets import hit_of
from .suggest.corrections import FINDS_LITTLE
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
_ARTICLE_BEGINS = re.compile(rf"第[{NUMERALS}]+条")
_LOOKED_AT = 60
"""Of the passages with all runs of a quotation so many are compared without punctuation."""
_ALIKE_CHARS = 24
_TEXTS = 6
"""So many other writings are named."""
_LOOSER = 3
"""So many looser searches are offered."""
_NO_QUOTES = str.maketrans(dict.fromkeys('"“”＂「」『』', " "))
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
    if request.page > 1 or (total and not asked.query.asks_for_text):
        return Readings()
    readings = _Reading(index, parse, request, asked).readings(total, wider)
    return ask(index.reader, readings)


@dataclass(frozen=True, slots=True)
class _Reading:
    index: _Index
    parse: Callable[[SearchRequest], Query]
    request: SearchRequest
    asked: EngineRequest

    def readings(self, total: int, wider: Wider | None) -> Asking[Readings]:
        """In two walks at most: all that may be read at once, and more where that is little."""
        items = self.asked.query.plain
        known = understand(self.index.reader, items) if items else Understood("")
        is_little = total < _ENOUGH
        limit = self.asked.limit if not total or (is_little and known.rest) else 0
        (
            (documents, are_left),
            (narrower, hits),
            meant,
            looser,
            punctuated,
            written,
            spelled,
        ) = yield from together(
            self._documents(known),
            self._narrower(known, limit),
            self._corrections(total),
            self._looser(total),
            self._punctuated(is_little),
            self._in_writings(wider if is_little else None),
            self._pinyin(total),
        )
        if documents and known.is_whole:
            # What was typed is the name of something: no slip.
            meant = tuple(c for c in meant if c.kind != "query")
        found: list[Reading] = []
        is_enough = partial(_is_enough, is_whole=known.is_whole)

        def add(*readings: Reading | None) -> None:
            found.extend(r for r in readings if r and r.hits and not is_enough(found))

        closest: tuple[PartialHit, ...] = ()
        if is_little:
            add(punctuated)
            found += [] if is_enough(found) else self._articles(documents)
            add(written)
            if narrower:
                add(Reading("narrower", known.rest, narrower.total, hits, narrower.request))
            add(spelled)
        if not total and not is_enough(found):
            # Beside what the collection knows, corrections are only links.
            is_known = documents or narrower
            queries = [c for c in meant if c.kind == "query" and not is_known]
            corrected = [self._found("correction", query.text) for query in queries]
            so_far = found + [Reading("correction", c.text, c.passages, ()) for c in queries]
            *searched, closest = yield from together(
                *corrected, _nothing() if is_enough(so_far) else self._closest()
            )
            add(*searched)
            shown = {hit.passage_id for reading in found for hit in reading.hits}
            closest = tuple(near for near in closest or () if near.hit.passage_id not in shown)
        return Readings(documents, are_left, narrower, tuple(found), closest, meant, looser)

    def _documents(self, known: Understood) -> Asking[tuple[tuple[KnownDocument, ...], bool]]:
        """The first documents that are named, with their first passage or the article; whether
        there are more.
        """
        reader = self.index.reader
        if self.request.is_filtered:
            return (), False
        if known.articles:
            articles = known.articles[:_DOCUMENTS]
            most = _DOCUMENTS // len(articles)
            each = (self._with_article(article, known.titles) for article in articles)
            having = yield from together(*each)
            first = tuple(chain.from_iterable(documents[:most] for documents in having))
            are_left = len(known.titles) > _SAME_TITLES
            return first, are_left or any(len(documents) > most for documents in having)
        found = []
        for title in known.titles[:_DOCUMENTS]:
            opening = next(iter(reader.passages_in(title.document_id, 1, 1)), None)
            found.append(KnownDocument(title.document_id, title.title, opening))
        return tuple(found), len(known.titles) > _DOCUMENTS

    def _with_article(
        self, article: str, titles: tuple[DocumentTitle, ...]
    ) -> Asking[tuple[KnownDocument, ...]]:
        """The likeliest of some documents that have an article."""
        names = dict.fromkeys(fold(title.title) for title in titles[:_SAME_TITLES])
        named = Or(tuple(InField("title", Literal(name)) for name in names))
        mentions = replace(
            self.asked.counting(Query("", And((named, Literal(article))))),
            sort="document",
            limit=_MENTIONS,
        )
        (found,) = yield [mentions]
        begins = {
            passage.document_id: passage
            for passage, _ in reversed(found.hits)
            if fold(passage.text).lstrip().startswith(article)
        }
        return tuple(
            KnownDocument(title.document_id, title.title, passage, article)
            for title in titles[:_SAME_TITLES]
            if (passage := begins.get(title.document_id)) is not None
        )

    def _narrower(
        self, known: Understood, limit: int
    ) -> Asking[tuple[Narrower | None, tuple[Hit, ...]]]:
        """The search with what is named as filters, and its first passages; None without any."""
        if known.articles or not known.narrows or current().is_spent():
            return None, ()
        query = known.rest
        if plain_text(self.asked.query.plain) != " ".join(map(fold, self.asked.query.plain)):
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
        wider = narrowed.with_also(ALL_WRITINGS)
        if limit and known.rest and wider.also != narrowed.also:
            # Other writings too, where nothing has this one.
            (total, hits), others = yield from together(
                self._run(narrowed, limit), self._run(wider, limit)
            )
            if not total:
                narrowed, (total, hits) = wider, others
        elif limit or known.rest or len(names) > 1:
            total, hits = yield from self._run(narrowed, limit)
        else:
            total, hits = self._in_collection(*known.facets[0]), ()
        return (Narrower(narrowed, total, tuple(names), known.rest), hits) if total else (None, ())

    def _in_collection(self, facet: FacetName, value: str) -> int:
        """How many passages have a value."""
        counts = collection_values(self.index.reader)[facet]
        return next((count.count for count in counts if str(count.value) == value), 0)

    def _run(self, request: SearchRequest, limit: int) -> Asking[tuple[int, tuple[Hit, ...]]]:
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
        (found,) = yield [asked]
        analyzer = self.index.analyzer
        return found.total, tuple(hit_of(p, score, query, analyzer) for p, score in found.hits)

    def _found(self, kind: ReadingKind, text: str) -> Asking[Reading | None]:
        """What another text finds."""
        request = replace(self.request, query=text, page=1)
        total, hits = yield from self._run(request, self.asked.limit)
        return Reading(kind, text, total, hits, request) if total else None

    def _in_writings(self, wider: Wider | None) -> Asking[Reading | None]:
        if wider is None:
            return None
        total, hits = yield from self._run(wider.request, self.asked.limit)
        found = "\n".join(fold(hit.text) for hit in hits)
        texts = dict.fromkeys(e.text for e in wider.equivalents if e.text in found)
        if not texts:
            # Characters that are alike stand for others one by one.
            texts = dict.fromkeys(
                text
                for alike in self.parse(wider.request).alikes
                for start, end in alike.spans(found)
                if (text := found[start:end]) not in fold(self.request.query)
            )
        return Reading("writings", "、".join(list(texts)[:_TEXTS]), total, hits, wider.request)

    def _articles(self, documents: tuple[KnownDocument, ...]) -> Iterator[Reading]:
        """The passages of each article, to where the next begins."""
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
            yield Reading("article", known.article, len(hits), hits)

    def _pinyin(self, total: int) -> Asking[Reading | None]:
        """What is read where letters alone were typed, as the completion box reads it."""
        typed = " ".join(self.asked.query.plain)
        if total or not _LATIN.match(typed) or current().is_spent():
            return None
        reader, limit = self.index.reader, self.asked.limit
        texts = read_pinyin(reader, typed)
        literally = (self._found("pinyin", text) for text in texts)
        known = (self._narrower(understand(reader, text.split()), limit) for text in texts)
        found = yield from together(*literally, *known)
        read: list[Reading] = [reading for reading in found[: len(texts)] if reading]
        if read:
            return max(read, key=lambda reading: reading.total)
        for text, (narrower, hits) in zip(texts, found[len(texts) :], strict=True):
            if narrower:
                return Reading("pinyin", text, narrower.total, hits, narrower.request)
        return None

    def _corrections(self, total: int) -> Asking[tuple[Correction, ...]]:
        if not self.request.query.strip() or total > FINDS_LITTLE or current().is_spent():
            return ()
        return (yield from corrections(self.index.reader, self.request, total, self.asked))

    def _looser(self, total: int) -> Asking[tuple[Looser, ...]]:
        """Where nothing is found: looser searches that find something, the least loosened first."""
        if total or current().is_spent():
            return ()
        loosened = list(_loosened(self.request))
        found = yield [
            replace(
                self.asked.counting(self.parse(request)), filters=self.index.filters(request, [])
            )
            for _, request in loosened
        ]
        looser: list[Looser] = []
        for (ways, request), one in zip(loosened, found, strict=True):
            # What is loosened more and finds no more says nothing.
            less = (each.total for each in looser if {*each.ways} < {*ways})
            if one.total > max(less, default=0):
                looser.append(Looser(ways, request, one.total))
        return tuple(looser[:_LOOSER])

    def _punctuated(self, is_little: bool) -> Asking[Reading | None]:
        """What has a quotation but for its punctuation."""
        query = self.asked.query
        if not is_little or not isinstance(query.match, Literal) or query.plain:
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
        (found,) = yield [asked]
        same = [
            (passage, score)
            for passage, score in found.hits
            if query.match.text not in (text := fold(passage.text))
            and bare in "".join(_RUN.findall(text))
        ]
        analyzer = self.index.analyzer
        hits = tuple(hit_of(p, s, marked, analyzer) for p, s in same[: self.asked.limit])
        partial = found.total > _LOOKED_AT
        return Reading("punctuation", bare, len(same), hits, partial=partial) if hits else None

    def _closest(self) -> Asking[tuple[PartialHit, ...]]:
        """The passages with most of what is asked for, other writings of its words too."""
        query = self.parse(self.request.with_also(ALL_WRITINGS))
        reader, analyzer = self.index.reader, self.index.analyzer
        closest = yield from closest_passages(reader, replace(self.asked, query=query))
        return tuple(
            PartialHit(hit_of(c.passage, c.score, query, analyzer), c.has, c.lacks, c.around)
            for c in closest
        )


def _nothing() -> Asking[None]:
    """A question without an answer."""
    yield from ()


def _loosened(request: SearchRequest) -> Iterator[tuple[tuple[LooserWay, ...], SearchRequest]]:
    """The search without its filters, its quotation marks, the need for every word; then two of
    these, then all.
    """
    unquoted = request.query.translate(_NO_QUOTES)
    loosen: dict[LooserWay, Callable[[SearchRequest], SearchRequest]] = {}
    if request.is_filtered:
        loosen["filters"] = lambda r: r.cleared()
    if unquoted != request.query:
        loosen["quotes"] = lambda r: replace(r, query=unquoted, page=1)
    if request.query.strip() and not request.any_term:
        loosen["any"] = lambda r: replace(r, any_term=True, page=1)
    for size in range(1, len(loosen) + 1):
        for ways in combinations(loosen, size):
            looser = request
            for way in ways:
                looser = loosen[way](looser)
            yield ways, looser


def _is_enough(readings: Sequence[Reading], is_whole: bool) -> bool:
    """Whether what is read so far needs nothing beside it: an article is what was asked for where
    the title ``is_whole``, and else counts for nothing.
    """
    articles = [reading for reading in readings if reading.kind == "article"]
    found = sum(reading.total for reading in readings if reading not in articles)
    return found >= _ENOUGH or (is_whole and bool(articles))
