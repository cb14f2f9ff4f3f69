"""The results of a search: hits, counts and notices, and the JSON that they become."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from operator import attrgetter
from typing import Annotated, Any, NamedTuple
from typing import Literal as OneOf

from ..documents.declared import Count, DocumentId, Member, json_of, view
from ..documents.document import Passage
from ..index.answers import FacetCounts, LabelHit
from ..query.nodes import Equivalent, Notice, Query
from ..query.request import ALL_WRITINGS, Filters, SearchRequest

Reprint = Annotated[
    Passage,
    view(
        "passage_id document_id title source site",
        Member("published", attrgetter("published"), str | None),
    ),
]
"""Where else a text stands."""

Span = Annotated[tuple[Count, Count], "Characters of text that match: from, to."]


_SCORED = Passage.JSON + view("score highlights lead_in repeats")


@dataclass(frozen=True, kw_only=True)
class Hit(Passage):
    """A passage that was found. ``highlights`` are ranges of ``text``, sorted and disjoint.

    ``lead_in`` is the sentence that leads into the list of which it is an item. ``repeats`` says
    that its text stands in a hit above, which is why it comes so late. ``reprints`` and
    ``more_in_document`` say, in what is sent, for what else it stands where others are hidden.
    """

    score: float
    highlights: tuple[Span, ...]
    lead_in: Annotated[str, "The sentence before the list it is an item of."] | None = None
    repeats: Annotated[bool, "Its text stands in a hit above."] = False
    reprints: tuple[Reprint, ...] | None = None
    more_in_document: Count | None = None

    JSON = _SCORED + view("reprints? more_in_document?")


@dataclass(frozen=True, slots=True)
class PartialHit:
    """A passage with some of what was asked for: which parts, as written, it has and lacks.

    ``around`` are those of ``lacks`` that its title, a heading, what leads into its list or the
    place or year of its document has.
    """

    hit: Annotated[Hit, _SCORED]
    has: tuple[str, ...]
    lacks: tuple[str, ...]
    around: tuple[str, ...]

    JSON = view("*hit has lacks around")

    @property
    def absent(self) -> tuple[str, ...]:
        """What neither the passage has nor what stands around it."""
        return tuple(part for part in self.lacks if part not in self.around)


@dataclass(frozen=True, slots=True)
class Wider:
    """What other writings would add: the search with them, its total, and the writings."""

    request: SearchRequest
    total: Count
    equivalents: tuple[Equivalent, ...]

    JSON = view("also=request.writings total equivalents")


@dataclass(frozen=True, slots=True)
class Correction:
    """Another query, or a filter in its place, and how many passages that finds.

    ``kind`` "query": search ``text`` instead; "place": choose the place ``value``, called ``text``.
    """

    kind: OneOf["query", "place"]
    text: str
    passages: Count
    value: str = ""

    JSON = view(
        "kind text passages",
        Member(
            "city", lambda of: of.value if of.kind == "place" else None, str | None, False, True
        ),
    )


@dataclass(frozen=True, slots=True)
class KnownDocument:
    """A document whose title, or one of whose articles, a query names.

    ``passage`` is the article, or the first passage; ``article`` what the article is called.
    """

    document_id: DocumentId
    title: str
    passage: Passage | None = None
    article: str | None = None

    JSON = view("document_id title article passage")


class Named(NamedTuple):
    """A value of a facet that a query names, or a title."""

    facet: str
    value: str


@dataclass(frozen=True, slots=True)
class Narrower:
    """What a query names of the collection taken for filters: the search with these, its total.

    ``names`` stand in their order, ``rest`` is what is searched for there.
    """

    request: SearchRequest
    total: Count
    names: tuple[Named, ...]
    rest: str

    JSON = view("names rest total search=request.to_query_string")

    @property
    def counts_writings(self) -> bool:
        """Whether other writings of the rest count: nothing there has it as it was written."""
        return self.request.also == (ALL_WRITINGS,)


ReadingKind = OneOf["punctuation", "writings", "article", "narrower", "pinyin", "correction"]


@dataclass(frozen=True, slots=True)
class Reading:
    """What another reading of a query finds, where little is found literally; never counted.

    ``text`` is what was read, ``request`` the search that finds ``total`` passages so; None where
    no search does. ``partial`` says that not all were looked at: there may be more.
    """

    kind: ReadingKind
    text: str
    total: Count
    hits: tuple[Hit, ...]
    request: SearchRequest | None = None
    partial: bool = False

    JSON = view("kind text total partial search=request.to_query_string hits")

    @property
    def counts_writings(self) -> bool:
        """Whether other writings count too, where its kind does not say so."""
        also = self.request.also if self.request else ()
        return self.kind != "writings" and also == (ALL_WRITINGS,)


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
    ``corrections`` are what may have been meant where little is found. ``documents_left`` says that
    more are named than ``documents`` lists.
    """

    documents: tuple[KnownDocument, ...] = ()
    documents_left: bool = False
    narrower: Narrower | None = None
    otherwise: tuple[Reading, ...] = ()
    closest: tuple[PartialHit, ...] = ()
    corrections: tuple[Correction, ...] = ()
    looser: tuple[Looser, ...] = ()


Notices = tuple[Notice, ...]


def nothing_else(said: Notices) -> tuple[Readings, Notices]:
    """No readings, and what was said."""
    return Readings(), said


@dataclass(frozen=True)
class SearchResults:
    """One page of a search, with the counts of all of it.

    What else it may mean is looked for when ``readings`` or ``notices`` are first asked for, of the
    same commit and before the index is closed: who wants hits and counts does not wait for it.
    These then raise what a search raises.
    """

    request: SearchRequest
    filters: Filters
    """The choices of the request, each as a value of the collection."""
    query: Query
    total: Annotated[Count, "Passages that match."]
    documents: Count
    hits: tuple[Hit, ...]
    facets: FacetCounts
    labels: tuple[LabelHit, ...]
    labels_total: Count
    said: Notices
    """What is said of the query, its filters and the page."""
    page: int
    pages: Count
    limit: int
    partial: Annotated[bool, "Time ran out: counts are lower bounds."] = False
    reprints: Mapping[str, tuple[Passage, ...]] = field(default_factory=dict)
    """The passages that stand behind a hit where reprints are collapsed, by the hit's id."""
    hidden: Count = 0
    """How many passages stand behind others, on all pages."""
    further: Mapping[str, int] = field(default_factory=dict)
    """Where each document is shown once: how many more of its passages match, by the hit's id."""
    linked: bool = False
    """Whether the index knows of any reprints."""
    wider: Wider | None = None
    """Where writings that do not count would add passages."""
    literal_total: Annotated[Count, "Of total, those that have it as written."] = 0
    """How many of the passages found have the items as they are written."""
    read_otherwise: Callable[[Notices], tuple[Readings, Notices]] = field(
        default=nothing_else, repr=False, compare=False
    )
    """What else it may mean, and what then is said instead of what was."""

    JSON = view(
        "query=query.text total documents partial page pages limit collapsed=request.collapse"
        " by_document=request.by_document hidden literally=literal_total understood=query.tree"
        " also=request.writings equivalents=query.equivalents wider hits=sent closest"
        " known=readings.documents narrower=readings.narrower otherwise=readings.otherwise"
        " facets labels labels_total notices"
    )

    @property
    def _otherwise(self) -> tuple[Readings, Notices]:
        # Not by cached_property, which up to Python 3.11 has all results wait for one another.
        found: tuple[Readings, Notices] | None = self.__dict__.get("_read")
        if found is None:
            found = self.__dict__["_read"] = self.read_otherwise(self.said)
        return found

    @property
    def readings(self) -> Readings:
        """What else it may mean; never counted."""
        return self._otherwise[0]

    @property
    def notices(self) -> Notices:
        """What is said of the query, its filters, the page and the readings."""
        return self._otherwise[1]

    @property
    def closest(self) -> tuple[PartialHit, ...]:
        """Where nothing was found, what comes closest; never counted."""
        return self.readings.closest

    @property
    def sent(self) -> tuple[Hit, ...]:
        """The hits, each with what it stands for where others are hidden."""
        if self.request.by_document:
            return tuple(
                replace(hit, more_in_document=self.further.get(hit.passage_id, 0))
                for hit in self.hits
            )
        if self.request.collapse:
            return tuple(
                replace(hit, reprints=self.reprints.get(hit.passage_id, ())) for hit in self.hits
            )
        return self.hits

    def to_json(self) -> dict[str, Any]:
        """As JSON types."""
        return json_of(self)


class FacetsAnswer(NamedTuple):
    """What is sent of a search where its passages do not matter."""

    query: str
    total: Count
    documents: Count
    partial: bool
    facets: FacetCounts
    notices: Notices

    @classmethod
    def of(cls, found: SearchResults) -> FacetsAnswer:
        """From the results."""
        counted = found.total, found.documents, found.partial
        return cls(found.query.text, *counted, found.facets, found.said)


@dataclass(frozen=True, slots=True)
class SearchAnswer:
    """What is sent of a search: its results, and what may have been meant."""

    results: SearchResults
    did_you_mean: tuple[Correction, ...]

    JSON = view("*results did_you_mean")
