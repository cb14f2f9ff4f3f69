"""What a query can ask of a passage: engine-neutral nodes, and the parsed query they make up."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from typing import Annotated, Any, NamedTuple
from typing import Literal as OneOf

from ..analysis.equivalence import Kind
from ..analysis.equivalence.numbers import NUMERALS
from ..analysis.text import is_han
from ..documents.declared import Says, view
from ..documents.facets import FacetName, YearRange
from ..languages.sentences import CHINESE, ENGLISH, Sentence


@dataclass(frozen=True, slots=True)
class Alike:
    """Matches where, one after another, one character of each of ``characters`` stands.

    With ``is_whole`` only where no sign of a number stands directly before a first sign of a
    number, or after a last one: 136000 is not in 2136000, nor in 136000.5 or 1,136000. Raises
    ValueError without characters.
    """

    characters: tuple[str, ...]
    is_whole: bool = False

    def __post_init__(self) -> None:
        if not self.characters or not all(self.characters):
            raise ValueError("there is a character at each place")

    @property
    def pattern(self) -> str:
        """It as it is shown: the characters of a place in brackets where they are several."""
        return "".join(c if len(c) == 1 else f"[{c}]" for c in self.characters)

    def spans(self, folded: str) -> Iterator[tuple[int, int]]:
        """Where it matches in a folded text, overlapping places too."""
        size = len(self.characters)
        return ((at.start(), at.start() + size) for at in _expression(self).finditer(folded))

    def matches(self, folded: str) -> bool:
        """Whether it matches anywhere in a folded text."""
        return _expression(self).search(folded) is not None


@cache
def _expression(alike: Alike) -> re.Pattern[str]:
    text = "".join(f"[{re.escape(same)}]" for same in alike.characters)
    if alike.is_whole:
        before, after = _around(alike.characters[0], alike.characters[-1])
        text = f"{before}{text}{after}"
    # Looking ahead only, the next place is sought one character further: places may overlap.
    return re.compile(f"(?={text})")


def _around(first: str, last: str) -> tuple[str, str]:
    """What must stand around a number that begins and ends with one of these characters."""
    before = after = ""
    if not set(first).isdisjoint(NUMERALS):
        before = rf"(?<![{NUMERALS}.])(?<![0-9],)"
    if not set(last).isdisjoint(NUMERALS):
        after = rf"(?![{NUMERALS}])(?![.,][0-9])"
    return before, after


RUN_CHARS = 50
"""The most characters that one ``*`` stands for."""
SENTENCE_ENDS = "。!?;…"
"""Folded characters that a ``*`` never contains."""
GAPS_LIMIT = 10
"""The most runs of ``?`` and ``*`` between the texts of one pattern."""

_RUN = re.compile(r"([?*]+)")
_END = re.compile(f"[{SENTENCE_ENDS}]")


@dataclass(frozen=True, slots=True)
class Gap:
    """At least ``least`` characters whatever they are, then at most ``more`` of one sentence."""

    least: int
    more: int


@dataclass(frozen=True, slots=True)
class Wildcard:
    """Matches where the folded ``texts`` occur in the folded passage one after another.

    Between neighbours stands the gap of their place (one fewer than texts), and at least ``before``
    and ``after`` characters around them. Raises ValueError where that does not fit together.
    """

    texts: tuple[str, ...]
    gaps: tuple[Gap, ...]
    before: int = 0
    after: int = 0

    def __post_init__(self) -> None:
        if not all(self.texts) or len(self.texts) != len(self.gaps) + 1 or self.before < 0:
            raise ValueError("a pattern has texts that are not empty, and gaps between them")

    @property
    def pattern(self) -> str:
        """It as it is written."""
        pieces = ["?" * self.before, self.texts[0]]
        for gap, text in zip(self.gaps, self.texts[1:], strict=True):
            pieces += ["?" * gap.least, "*" * (gap.more // RUN_CHARS), text]
        return "".join([*pieces, "?" * self.after])

    def spans(self, folded: str) -> Iterator[tuple[int, int]]:
        """Where it matches: one range for each place at which it ends.

        Of several ways to one place that with the nearest texts counts, looking backwards. Linear
        in the text, where a regular expression would try exponentially many ways.
        """
        starts = [at for at in places(self.texts[0], folded) if at >= self.before]
        reached = [(at + len(self.texts[0]), at - self.before) for at in starts]
        sentence_ends = [match.start() for match in _END.finditer(folded)] if self.gaps else []
        for gap, text in zip(self.gaps, self.texts[1:], strict=True):
            ends = [end for end, _ in reached]
            further = []
            for at in places(text, folded):
                nearest = bisect_right(ends, at - gap.least) - 1
                if nearest < 0:
                    continue
                run = ends[nearest] + gap.least
                if at - run <= gap.more and not _any_between(sentence_ends, run, at):
                    further.append((at + len(text), reached[nearest][1]))
            reached = further
        for end, start in reached:
            if end + self.after <= len(folded):
                yield start, end + self.after

    def matches(self, folded: str) -> bool:
        """Whether it matches anywhere in a folded text."""
        return next(self.spans(folded), None) is not None


def wildcard(folded: str) -> Wildcard | str | None:
    """The pattern of a folded item with ``?`` or ``*``.

    The text alone where the signs ask for nothing (``通*`` is ``通``), None where there is no text
    or there are more than GAPS_LIMIT gaps.
    """
    pieces = _RUN.split(folded)
    texts = tuple(pieces[::2])
    runs = [Gap(run.count("?"), run.count("*") * RUN_CHARS) for run in pieces[1::2]]
    before = after = 0
    if texts and not texts[0] and runs:
        before, texts, runs = runs[0].least, texts[1:], runs[1:]
    if texts and not texts[-1] and runs:
        after, texts, runs = runs[-1].least, texts[:-1], runs[:-1]
    if not texts or not all(texts) or len(runs) > GAPS_LIMIT:
        return None
    if not (runs or before or after):
        return texts[0]
    return Wildcard(texts, tuple(runs), before, after)


def places(text: str, folded: str) -> Iterator[int]:
    """Where a text begins in a folded text, ascending; places may overlap."""
    at = folded.find(text)
    while at >= 0:
        yield at
        at = folded.find(text, at + 1)


def _any_between(ascending: list[int], start: int, end: int) -> bool:
    place = bisect_right(ascending, start - 1)
    return place < len(ascending) and ascending[place] < end


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

Tree = Annotated[Mapping[str, Any], Says({"$ref": "#/components/schemas/Node"})]
"""A query's tree as JSON types: the type of each node, and what it holds."""


def tree_json(node: Node, below: Sequence[Tree] | None = None, **said: bool) -> Tree:
    """A tree; ``below`` are those of its children, where more is ``said`` of each node."""
    record: dict[str, Any] = {"node": type(node).__name__.lower(), **said}
    children = node.children if isinstance(node, And | Or) else ()
    children = (node.child,) if isinstance(node, Not) else children
    if not isinstance(node, And | Or | Not):
        return record | asdict(node)
    return {**record, "children": below or [tree_json(child) for child in children]}


class Notice(Sentence):
    """Something the reader should know about how a search was understood."""

    __slots__ = ()

    JSON = view("code message message_en")

    @property
    def message(self) -> str:
        """What is said of it in Chinese."""
        return self.said(CHINESE)

    @property
    def message_en(self) -> str:
        """The same in English."""
        return self.said(ENGLISH)


class Said(NamedTuple):
    """A sentence as it was said, in Chinese and in English."""

    code: str
    message: str
    message_en: str


class Equivalent(NamedTuple):
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
    def tree(self) -> Tree:
        """How it is understood, as JSON types."""
        return tree_json(self.match)

    @property
    def is_all_read(self) -> bool:
        """Whether all of it are unquoted items: what only asks stands in them, not between them."""
        return "".join(self.plain) == "".join(self.text.split())

    @property
    def is_empty(self) -> bool:
        """Whether it asks for every passage."""
        return isinstance(self.match, Every)

    @property
    def counted_text(self) -> str:
        """The text whose places an index can count: the only one that is marked, with a character
        of Han. Empty where texts have to be read: several may share a place, and one of letters may
        stand twice in a single sign (i in ⅲ).
        """
        if self.wildcards or self.alikes or len(set(self.literals)) != 1:
            return ""
        return self.literals[0] if any(map(is_han, self.literals[0])) else ""

    @property
    def asks_for_text(self) -> bool:
        """Whether it names anything that stands in a text."""
        return bool(self.literals or self.highlighted_words or self.wildcards or self.alikes)
