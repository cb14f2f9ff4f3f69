"""The results of a search: hits, counts and notices, and the JSON that they become."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any
from typing import Literal as OneOf

from ..documents.document import Passage, judged_json
from ..documents.facets import BESIDE
from ..index.answers import Explanation, FacetCount, LabelHit, NodeMatch, counts_json
from ..query.nodes import And, Equivalent, Node, Not, Notice, Or, Query
from ..query.request import SearchRequest


@dataclass(frozen=True, kw_only=True)
class Hit(Passage):
    """A passage that was found. ``highlights`` are ranges of ``text``, sorted and disjoint.

    ``lead_in`` is the sentence that leads into the list of which it is an item. ``repeats`` says
    that its text stands in a hit above, which is why it comes so late.
    """

    score: float
    highlights: tuple[tuple[int, int], ...]
    lead_in: str | None = None
    repeats: bool = False


@dataclass(frozen=True, slots=True)
class PartialHit:
    """A passage with some of what was asked for: which parts, as written, it has and lacks."""

    hit: Hit
    has: tuple[str, ...]
    lacks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wider:
    """What other writings would add: the search with them, its total, and the writings."""

    request: SearchRequest
    total: int
    equivalents: tuple[Equivalent, ...]


@dataclass(frozen=True, slots=True)
class Correction:
    """Another query, or a filter in its place, and how many passages that finds.

    ``kind`` "query": search ``text`` instead; "place": choose the place ``value``, called ``text``.
    """

    kind: OneOf["query", "place"]
    text: str
    passages: int
    value: str = ""

    def to_json(self) -> dict[str, Any]:
        """One entry of ``did_you_mean``."""
        record: dict[str, Any] = {"kind": self.kind, "text": self.text, "passages": self.passages}
        return record | ({"city": self.value} if self.kind == "place" else {})


@dataclass(frozen=True, slots=True)
class KnownDocument:
    """A document whose title, or one of whose articles, a query names.

    ``passage`` is the article, or the first passage; ``article`` what the article is called.
    """

    document_id: str
    title: str
    passage: Passage | None = None
    article: str | None = None


@dataclass(frozen=True, slots=True)
class Narrower:
    """What a query names of the collection taken for filters: the search with these, its total.

    ``names`` are (facet, or "title"; value) in their order, ``rest`` what is searched for there.
    """

    request: SearchRequest
    total: int
    names: tuple[tuple[str, str], ...]
    rest: str


ReadingKind = OneOf["punctuation", "writings", "article", "narrower", "pinyin", "correction"]


@dataclass(frozen=True, slots=True)
class Reading:
    """What another reading of a query finds, where little is found literally; never counted.

    ``text`` is what was read, ``request`` the search that finds ``total`` passages so; None where
    no search does.
    """

    kind: ReadingKind
    text: str
    total: int
    hits: tuple[Hit, ...]
    request: SearchRequest | None = None


LooserWay = OneOf["filters", "quotes", "any"]
"""Without its filters, without its quotation marks, with any of its words."""


@dataclass(frozen=True, slots=True)
class Looser:
    """A looser search that finds something, and in which ways it is looser."""

    ways: tuple[LooserWay, ...]
    request: SearchRequest
    total: int


@dataclass(frozen=True, slots=True)
class Readings:
    """What else a search may mean, beside what it finds literally.

    ``otherwise`` holds the first readings that find something where little is found literally, and
    ``closest`` the passages with most of it where nothing is, as are ``looser`` searches.
    ``corrections`` are what may have been meant where little is found.
    """

    documents: tuple[KnownDocument, ...] = ()
    narrower: Narrower | None = None
    otherwise: tuple[Reading, ...] = ()
    closest: tuple[PartialHit, ...] = ()
    corrections: tuple[Correction, ...] = ()
    looser: tuple[Looser, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The members of the answer that tell of them."""
        return {
            "known": [
                {
                    "document_id": known.document_id,
                    "title": known.title,
                    "article": known.article,
                    "passage": known.passage and passage_json(known.passage),
                }
                for known in self.documents
            ],
            "narrower": self.narrower and _narrower_json(self.narrower),
            "otherwise": [
                {
                    "kind": reading.kind,
                    "text": reading.text,
                    "total": reading.total,
                    "search": reading.request and reading.request.to_query_string(),
                    "hits": [passage_json(hit) for hit in reading.hits],
                }
                for reading in self.otherwise
            ],
        }


def _narrower_json(narrower: Narrower) -> dict[str, Any]:
    return {
        "names": [{"facet": facet, "value": value} for facet, value in narrower.names],
        "rest": narrower.rest,
        "total": narrower.total,
        "search": narrower.request.to_query_string(),
    }


@dataclass(frozen=True, slots=True)
class SearchResults:
    """One page of a search, with the counts of all of it."""

    request: SearchRequest
    query: Query
    total: int
    documents: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[FacetCount, ...]]
    labels: tuple[LabelHit, ...]
    labels_total: int
    notices: tuple[Notice, ...]
    page: int
    pages: int
    limit: int
    partial: bool = False
    reprints: Mapping[str, tuple[Passage, ...]] = field(default_factory=dict)
    """The passages that stand behind a hit where reprints are collapsed, by the hit's id."""
    hidden: int = 0
    """How many passages stand behind others, on all pages."""
    further: Mapping[str, int] = field(default_factory=dict)
    """Where each document is shown once: how many more of its passages match, by the hit's id."""
    linked: bool = False
    """Whether the index knows of any reprints."""
    readings: Readings = Readings()
    """What else it may mean; never counted."""
    wider: Wider | None = None
    """Where writings that do not count would add passages."""
    literal_total: int = 0
    """How many of the passages found have the items as they are written."""

    @property
    def closest(self) -> tuple[PartialHit, ...]:
        """Where nothing was found, what comes closest; never counted."""
        return self.readings.closest

    def to_json(self) -> dict[str, Any]:
        """The answer of ``search --json`` and ``/api/v1/search``."""
        return {
            "query": self.query.text,
            "total": self.total,
            "documents": self.documents,
            "partial": self.partial,
            "page": self.page,
            "pages": self.pages,
            "limit": self.limit,
            "collapsed": self.request.collapse,
            "by_document": self.request.by_document,
            "hidden": self.hidden,
            "literally": self.literal_total,
            "understood": node_json(self.query.match),
            "also": list(self.request.writings),
            "equivalents": _equivalents_json(self.query.equivalents),
            "wider": self.wider
            and {
                "also": list(self.wider.request.writings),
                "total": self.wider.total,
                "equivalents": _equivalents_json(self.wider.equivalents),
            },
            "hits": [self._hit_json(hit) for hit in self.hits],
            "closest": [
                {**passage_json(p.hit), "has": list(p.has), "lacks": list(p.lacks)}
                for p in self.closest
            ],
            **self.readings.to_json(),
            "facets": counts_json(self.facets),
            "labels": [
                {
                    "document_id": label.document_id,
                    "path": label.path,
                    "title": label.title,
                    "role": label.role,
                    "kind": label.kind,
                    "text": label.text,
                }
                for label in self.labels
            ],
            "labels_total": self.labels_total,
            "notices": [n.to_json() for n in self.notices],
        }

    def _hit_json(self, hit: Hit) -> dict[str, Any]:
        record = passage_json(hit)
        if self.request.by_document:
            record["more_in_document"] = self.further.get(hit.passage_id, 0)
        elif self.request.collapse:
            others = self.reprints.get(hit.passage_id, ())
            record["reprints"] = [reprint_json(other) for other in others]
        return record


def reprint_json(passage: Passage) -> dict[str, Any]:
    """Where else a text stands, as JSON types."""
    return {
        "passage_id": passage.passage_id,
        "document_id": passage.document_id,
        "title": passage.title,
        "source": passage.source,
        "site": passage.site,
        "published": passage.published,
    }


def passage_json(passage: Passage) -> dict[str, Any]:
    """A passage, or a hit with its score and highlights, as JSON types."""
    record: dict[str, Any] = {
        "passage_id": passage.passage_id,
        "document_id": passage.document_id,
        "path": passage.path,
        "title": passage.title,
        "source": passage.source,
        "site": passage.site,
        "author": passage.author,
        "published": passage.published,
        "url": passage.url,
        "headings": list(passage.headings),
        "paragraph": passage.paragraph,
        "text": passage.text,
        "city": list(passage.city),
        "year": passage.year,
        **judged_json(passage),
        "start": passage.start,
        "end": passage.end,
        "sha256": passage.sha256,
        **{facet.name: facet.value(passage) for facet in BESIDE},
    }
    if isinstance(passage, Hit):
        record["score"] = passage.score
        record["highlights"] = [list(span) for span in passage.highlights]
        record["lead_in"] = passage.lead_in
        record["repeats"] = passage.repeats
    return record


def node_json(node: Node) -> dict[str, Any]:
    """A query's tree as JSON types: the type of each node, and what it holds."""
    record: dict[str, Any] = {"node": type(node).__name__.lower()}
    match node:
        case And(children) | Or(children):
            return {**record, "children": [node_json(child) for child in children]}
        case Not(child):
            return {**record, "children": [node_json(child)]}
        case _:
            return {**record, **asdict(node)}


def explanation_json(explanation: Explanation) -> dict[str, Any]:
    """An explanation as JSON types; a node of the query is its type and what it holds."""

    def node_json(found: NodeMatch) -> dict[str, Any]:
        node = found.node
        record: dict[str, Any] = {"node": type(node).__name__.lower(), "matches": found.matches}
        if found.children:
            record["children"] = [node_json(child) for child in found.children]
        else:
            record |= asdict(node)
        return record

    return {
        "matches": explanation.matches,
        "match": node_json(explanation.match),
        "score": explanation.score,
        "terms": [asdict(term) for term in explanation.terms],
    }


def _equivalents_json(equivalents: Iterable[Equivalent]) -> list[dict[str, Any]]:
    return [{"written": e.written, "text": e.text, "kind": e.kind} for e in equivalents]
