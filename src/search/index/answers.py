"""What an engine answers with: totals, slices, facet counts, labels, tables, explanations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, NamedTuple

from ..documents.declared import Count, DocumentId, Keys, PassageId, Says, view
from ..documents.document import Passage, shown_place
from ..documents.facets import ALL_FACETS, FACETS, Facet, FacetName
from ..query.nodes import And, Node, Not, Or, Tree, tree_json


class FacetCount(NamedTuple):
    """How many passages, in how many documents, have this value; None is unknown.

    A city value counts everything below it, so a parent counts its children too. (A tuple, because
    a search makes hundreds of them.)
    """

    value: Annotated[
        str | int | None,
        Says(type=["string", "integer", "null"]),
        "null is unknown.",
    ]
    count: Count  # type: ignore[assignment]  # hides the method of tuples
    documents: Count


_NAMES = tuple(facet.name for facet in ALL_FACETS)
FacetCounts = Annotated[
    Mapping[str, tuple[FacetCount, ...]],
    Keys(tuple(facet.name for facet in FACETS), _NAMES),
]
"""The values of facets; what passages name is counted where it was asked for."""
SomeFacetCounts = Annotated[Mapping[str, tuple[FacetCount, ...]], Keys((), _NAMES)]


def distinct_values(facet: Facet, counts: Iterable[FacetCount]) -> tuple[FacetCount, ...]:
    """The values that a facet is said to have: this is what every page counts.

    What is unknown or has no topic is none, nor is what is chosen but not found; a municipality,
    which stands below itself as a city, is one place.
    """
    known = [c for c in counts if c.count and c.value not in (None, facet.missing)]
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

    document_id: DocumentId
    path: str
    title: str | None
    role: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Found:
    """What an engine returns: exact totals, one slice of scored passages, facet counts.

    ``further`` says for each hit how many more matching passages of its document it stands for;
    it is empty unless the request is by document. ``repeats`` says of each hit, in order of score,
    whether its text stands above it. Where ``partial``, time ran out: every hit does
    match, but totals and counts are lower bounds, and facets may be empty.
    """

    total: int
    documents: int
    hits: tuple[tuple[Passage, float], ...]
    facets: Mapping[str, tuple[FacetCount, ...]]
    further: tuple[int, ...] = ()
    repeats: tuple[bool, ...] = ()
    partial: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What an engine says to a plan: each part as it was asked for.

    ``counts`` are the totals of the plan's other trees in their order; where ``found`` is partial
    they are lower bounds too. ``labels`` are the first of ``labels_total``.
    """

    found: Found
    labels_total: int = 0
    labels: tuple[LabelHit, ...] = ()
    counts: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Occurrences:
    """In how many places a text stands, in how many passages and documents; of how many passages
    that were found."""

    total: int
    passages: int
    documents: int
    matching: int


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

    @classmethod
    def of(cls, node: Node, has: Callable[[Node], bool]) -> NodeMatch:
        """What follows for a tree from what ``has`` says of each of its leaves."""
        match node:
            case And(children) | Or(children):
                below = tuple(cls.of(child, has) for child in children)
                together = all if isinstance(node, And) else any
                return cls(node, together(child.matches for child in below), below)
            case Not(child):
                inner = cls.of(child, has)
                return cls(node, not inner.matches, (inner,))
        return cls(node, has(node))


@dataclass(frozen=True, slots=True)
class TermShare:
    """What one term adds to a score.

    ``frequency`` is how often it occurs in the ``field`` of the passage with what is around it,
    ``length`` the length that counts (``engines.formula``). ``weight`` is the field's weight times
    the term's repeats in the query. A sign has the item of the query as term and 1 as length and
    idf. ``share`` is in units of the score, 0
    where the term does not occur.
    """

    field: str
    term: str
    frequency: Count
    length: Count
    idf: float
    weight: float
    share: float


EXPLANATION = view("matches match=tree score terms")
"""What is sent beside a passage that is."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a passage matches a query and what its score is made of.

    ``score`` is the sum of the shares of ``terms``, which are all that score, in the order in which
    they are added. A passage that does not match has the score that it would have if it did.
    """

    passage_id: PassageId
    match: NodeMatch
    score: float
    terms: tuple[TermShare, ...]

    JSON = view("passage_id") + EXPLANATION

    @property
    def tree(self) -> Tree:
        """The query's tree as JSON types, each node with whether it matches."""
        return _matched(self.match)

    @property
    def matches(self) -> bool:
        """Whether a search without filters finds the passage."""
        return self.match.matches


def _matched(found: NodeMatch) -> Tree:
    below = [_matched(child) for child in found.children]
    return tree_json(found.node, below, matches=found.matches)
