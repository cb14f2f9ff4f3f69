"""The tree of a query: engine-neutral nodes, and the parsed query that they make up."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal as OneOf

from ..analysis.equivalence import Kind
from ..documents.facets import FacetName, YearRange
from .alike import Alike
from .wildcards import Wildcard, places

TextField = OneOf["title", "author"]
"""A field of the document whose text can be asked for."""


@dataclass(frozen=True, slots=True)
class Literal:
    """Matches where the folded ``text`` occurs in the folded passage."""

    text: str


@dataclass(frozen=True, slots=True)
class Near:
    """Matches where two folded texts occur in the folded passage, close together.

    Either may come first; they do not overlap, and at most ``distance`` folded characters stand
    between them (0: side by side). Raises ValueError for an empty text or a distance below 0.
    """

    first: str
    second: str
    distance: int

    def __post_init__(self) -> None:
        if not self.first or not self.second or self.distance < 0:
            raise ValueError("Near takes two texts and a distance from 0")

    def matches(self, folded: str) -> bool:
        """Whether it matches anywhere in a folded text; linear in it."""
        first, second = list(places(self.first, folded)), list(places(self.second, folded))
        return self._follows(first, len(self.first), second) or self._follows(
            second, len(self.second), first
        )

    def _follows(self, left: list[int], size: int, right: list[int]) -> bool:
        """Whether a text that begins at one of ``right`` comes soon enough after one of ``left``.

        Of several before it the nearest decides.
        """
        before = 0
        for at in right:
            while before < len(left) and left[before] + size <= at:
                before += 1
            if before and at - (left[before - 1] + size) <= self.distance:
                return True
        return False


@dataclass(frozen=True, slots=True)
class Word:
    """Matches where the analyzer finds the token ``term`` in the passage."""

    term: str


@dataclass(frozen=True, slots=True)
class InField:
    """Matches where the folded title or author of the document has ``text``, literally.

    A document without the field has nothing there.
    """

    field: TextField
    text: Literal | Wildcard


@dataclass(frozen=True, slots=True)
class FacetIs:
    """Matches what a filter with these choices of one facet lets pass (``request.Filters``).

    None stands for unknown. A title, heading or caption has city, year and source of its document
    but no topics, places and years of its own: those match none of these.
    """

    facet: FacetName
    values: tuple[str | YearRange | None, ...]


@dataclass(frozen=True, slots=True)
class And:
    """Matches where all children match (at least one child).

    ``is_apart`` where they are the words and items of one text, which is looked for as it is
    written beside it: what matches only here has them apart.
    """

    children: tuple[Node, ...]
    is_apart: bool = field(default=False, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Or:
    """Matches where at least one child matches (at least one child)."""

    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Matches where the child does not."""

    child: Node


@dataclass(frozen=True, slots=True)
class Every:
    """Matches every passage."""


Node = Literal | Alike | Wildcard | Near | Word | InField | FacetIs | And | Or | Not | Every


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the reader should know about how a search was understood."""

    code: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Equivalent:
    """That a text counts for what was written, and why: a kind of ``equivalence.KINDS``."""

    written: str
    text: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Part:
    """One of the things that a query asks for at once: what was written, and what matches it."""

    text: str
    match: Node


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query.

    ``match`` decides which passages are found. ``words``, ``pairs`` and ``characters`` are the
    terms that score, repeats kept, in the order of the query; all empty for the empty query.
    ``literals`` are the folded texts whose occurrences are highlighted, ``highlighted_words`` the
    tokens that are, ``wildcards`` the patterns, ``alikes`` the texts in other characters.
    ``equivalents`` are the other writings that count.

    Where it asks for several things at once, ``parts`` are these; a passage that has some of them
    and matches ``rest`` (exclusions and fields) is a partial match.
    """

    text: str
    match: Node
    words: tuple[str, ...] = ()
    pairs: tuple[str, ...] = ()
    characters: tuple[str, ...] = ()
    literals: tuple[str, ...] = ()
    highlighted_words: tuple[str, ...] = ()
    wildcards: tuple[Wildcard, ...] = ()
    alikes: tuple[Alike, ...] = ()
    equivalents: tuple[Equivalent, ...] = ()
    notices: tuple[Notice, ...] = ()
    parts: tuple[Part, ...] = ()
    rest: Node = Every()
    plain: tuple[str, ...] = ()
    """What it asks for, item by item as written, where it is nothing but unquoted items."""

    @property
    def is_empty(self) -> bool:
        """Whether it asks for every passage."""
        return isinstance(self.match, Every)

    @property
    def asks_for_text(self) -> bool:
        """Whether it names anything that stands in a text."""
        return bool(self.literals or self.highlighted_words or self.wildcards or self.alikes)
