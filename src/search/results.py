"""What does a search give? Hits, counts and notices, and the JSON they become."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple
from typing import Literal as OneOf

from .documents import UNCLASSIFIED, Passage, shown_place
from .query import And, Equivalent, Node, Not, Notice, Or, Query
from .request import Facet, FacetName, SearchRequest

__all__ = [
    "Correction",
    "CrossTable",
    "Explanation",
    "FacetCount",
    "Found",
    "Hit",
    "KnownDocument",
    "LabelHit",
    "Narrower",
    "NodeMatch",
    "PartialHit",
    "Reading",
    "ReadingKind",
    "Readings",
    "SearchResults",
    "TermShare",
    "Wider",
    "distinct_values",
    "explanation_json",
    "node_json",
    "passage_json",
    "reprint_json",
]


class FacetCount(NamedTuple):
    """How many passages, in how many documents, have this value; None is unknown.

    A city value counts everything below it, so a parent counts its children too. (A tuple, because
    a search makes hundreds of them.)
    """

    value: str | int | None
    count: int  # type: ignore[assignment]  # hides the method of tuples
    documents: int


def distinct_values(facet: Facet, counts: Iterable[FacetCount]) -> tuple[FacetCount, ...]:
    """The values that a facet is said to have: this is what every page counts.

    What is unknown or has no topic is none, nor is what is chosen but not found; a municipality,
    which stands below itself as a city, is one place.
    """
    known = [c for c in counts if c.count and c.value not in (None, UNCLASSIFIED)]
    if facet.kind != "place":
        return tuple(known)
    # A province comes before what lies in it.
    places: dict[str, FacetCount] = {}
    for count in known:
        places.setdefault(shown_place(str(count.value)), count)
    return tuple(places.values())


@dataclass(frozen=True, slots=True)
class LabelHit:
    """A title, heading or caption that matches: listed apart, never counted as a passage."""

    document_id: str
    path: str
    title: str | None
    role: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Found:
    """What an engine returns: exact totals, one slice of scored passages, facet counts.

    ``further`` says for each hit how many more matching passages of its document it stands for;
    it is empty unless the request is by document. Where ``partial``, time ran out: every hit does
    match, but totals and counts are lower bounds, and facets may be empty.
    """

    total: int
    documents: int
    hits: tuple[tuple[Passage, float], ...]
    facets: Mapping[str, tuple[FacetCount, ...]]
    further: tuple[int, ...] = ()
    partial: bool = False


@dataclass(frozen=True, slots=True)
class CrossTable:
    """How many passages, or documents, have each value of one facet and each of another.

    ``counts[i][j]`` is the number of those with ``rows[i]`` and ``columns[j]``. Values are those
    with a passage, in facet order; None is unknown. A city counts everything below it, and a
    passage may have several topics, so rows or columns of these add up to more than the passages.
    """

    row: FacetName
    column: FacetName
    rows: tuple[str | int | None, ...]
    columns: tuple[str | int | None, ...]
    counts: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class NodeMatch:
    """Whether one node of a query's tree matches a passage, and each node below it."""

    node: Node
    matches: bool
    children: tuple[NodeMatch, ...] = ()


@dataclass(frozen=True, slots=True)
class TermShare:
    """What one term adds to a score.

    ``frequency`` is how often it occurs in the ``field`` of the passage (of its document for the
    title, of its section for the headings) and ``length`` how many terms that has. ``weight`` is
    the field's weight times the term's repeats in the query. ``share`` is in units of the score, 0
    where the term does not occur.
    """

    field: str
    term: str
    frequency: int
    length: int
    idf: float
    weight: float
    share: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a passage matches a query and what its score is made of.

    ``score`` is the sum of the shares of ``terms``, which are all that score, in the order in which
    they are added. A passage that does not match has the score that it would have if it did.
    """

    passage_id: str
    match: NodeMatch
    score: float
    terms: tuple[TermShare, ...]

    @property
    def matches(self) -> bool:
        """Whether a search without filters finds the passage."""
        return self.match.matches


@dataclass(frozen=True, kw_only=True)
class Hit(Passage):
    """A passage that was found. ``highlights`` are ranges of ``text``, sorted and disjoint."""

    score: float
    highlights: tuple[tuple[int, int], ...]


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


@dataclass(frozen=True, slots=True)
class Readings:
    """What else a search may mean, beside what it finds literally.

    ``otherwise`` holds the first readings that find something where little is found literally, and
    ``closest`` the passages with most of it where nothing is. ``corrections`` None: they were not
    looked for.
    """

    documents: tuple[KnownDocument, ...] = ()
    narrower: Narrower | None = None
    otherwise: tuple[Reading, ...] = ()
    closest: tuple[PartialHit, ...] = ()
    corrections: tuple[Correction, ...] | None = None

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
            "facets": {
                name: [
                    {"value": c.value, "count": c.count, "documents": c.documents} for c in counts
                ]
                for name, counts in self.facets.items()
            },
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
            "notices": [
                {"code": n.code, "message": n.zh, "message_en": n.en} for n in self.notices
            ],
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
        "topics": list(passage.topics),
        "topic_evidence": [
            {"topic": e.topic, "words": list(e.words), "weight": e.weight}
            for e in passage.topic_evidence
        ],
        "named_places": [
            {"place": list(named.place), "words": list(named.words)}
            for named in passage.named_places
        ],
        "named_years": [
            {"first": named.first, "last": named.last, "words": named.words}
            for named in passage.named_years
        ],
        "start": passage.start,
        "end": passage.end,
        "sha256": passage.sha256,
    }
    if isinstance(passage, Hit):
        record["score"] = passage.score
        record["highlights"] = [list(span) for span in passage.highlights]
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
