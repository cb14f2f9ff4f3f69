"""What does a search give? Hits, counts and notices, and the JSON they become."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple

from ..documents.document import UNCLASSIFIED, Passage, shown_place
from ..query.nodes import And, Equivalent, Node, Not, Notice, Or, Query
from ..query.request import Facet, FacetName, SearchRequest

__all__ = [
    "CrossTable",
    "Explanation",
    "FacetCount",
    "Found",
    "Hit",
    "LabelHit",
    "NodeMatch",
    "PartialHit",
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
    closest: tuple[PartialHit, ...] = ()
    """Where nothing was found, what comes closest; never counted."""
    wider: Wider | None = None
    """Where writings that do not count would add passages."""
    literal_total: int = 0
    """How many of the passages found have the items as they are written."""

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
