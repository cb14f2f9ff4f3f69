"""The table of facets. A facet is one row; all that is offered of it follows from the row.

From its row follow filters and addresses, options of the command line, parameters of the API,
names in queries, JSON, columns of exports and of the index, fields of the cluster, the choices of a
comparison, and what a page says. To add one, add its row; its values come from what a document or
a passage has already (docs/decisions say how).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from .declared import Member
from .document import UNCLASSIFIED, Passage, place_path

FacetName = str
Value = str | int | None
"""A value of a facet; None is unknown."""

YearRange = tuple[int, int]
"""First and last year, both included."""

UNKNOWN = "~unknown"
"""The filter value for "not known", in every facet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """One row.

    ``name`` stands in addresses, JSON, options and before a colon; so do ``label``, which pages
    show, and ``aliases`` before a colon. ``label_en`` is for English sentences, ``about`` what the
    option says. ``kind`` gives order and meaning: places are paths and count for all above them,
    years are numbers that ranges choose, newest first. The ``scope`` is what has one value, or
    several: all passages of a document share theirs, or each has its own. Those that are ``named``
    are what the words of a passage name, and are counted only where asked for.

    ``read`` gives the known values of a document, or of a passage or its paragraph. ``choices`` are
    all values where those are a list, which pages translate. ``missing`` is the value of what has
    none, ``missing_label`` what a page calls it. The ``example`` is for the description of the API;
    ``shown`` values stand open on a page.
    """

    name: FacetName
    label: str
    label_en: str
    about: str
    read: Callable[[Any], Sequence[Value]]
    kind: Literal["place", "year", "text"] = "text"
    scope: Literal["document", "passage"] = "document"
    several: bool = False
    named: bool = False
    aliases: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    missing: str | None = None
    missing_label: str = "未知"
    example: str = ""
    shown: int = 8

    @property
    def is_single(self) -> bool:
        """Whether it has one value and nothing above it."""
        return not self.several and self.kind != "place"

    def value(self, of: Any) -> Value:
        """The only value of a document, or of a passage; places without those above them."""
        return next(iter(self.read(of)), self.missing)

    def values(self, of: Any) -> Sequence[Value]:
        """Every value that a choice may mean, each once, with all that a place lies in."""
        known: Iterable[Value] = self.read(of)
        if not known:
            return (self.missing,)
        if self.kind == "place":
            known = (above for path in known for above in ancestors(path))
        return tuple(dict.fromkeys(known))

    def has(self, value: Value, choices: Iterable[Any]) -> bool:
        """Whether a value is one of some choices, in a range of years, or in a place of them."""
        if self.kind == "year":
            return any(
                choice is value
                if choice is None or value is None
                else choice[0] <= value <= choice[1]
                for choice in choices
            )
        if self.kind == "place":
            return any(above in choices for above in ancestors(value))
        return value in choices


def _known(value: Value) -> tuple[Value, ...]:
    return () if value is None else (value,)


_KINDS = {
    "newspaper": "新闻",
    "web": "新闻",
    "regulation": "法规",
    "government": "政务",
    "forum": "论坛",
}
"""What a reader finds of the kind of an outlet → the kind of its documents."""

FACETS = (
    Facet(
        name="city",
        label="地区",
        label_en="place",
        about="Place by name or path",
        read=lambda of: _known(place_path(of.city)),
        kind="place",
        aliases=("城市",),
        example="贵港市",
        shown=12,
    ),
    Facet(
        name="year",
        label="年份",
        label_en="year",
        about="2017 or 2017..2021",
        read=lambda of: _known(of.year),
        kind="year",
        example="2017..2021",
    ),
    Facet(
        name="topic",
        label="主题",
        label_en="topic",
        about="Topic",
        read=lambda of: of.topics,
        scope="passage",
        several=True,
        missing=UNCLASSIFIED,
        missing_label=UNCLASSIFIED,
        shown=10,
    ),
    Facet(
        name="source",
        label="来源",
        label_en="source",
        about="Outlet",
        read=lambda of: _known(of.source),
    ),
    Facet(
        name="kind",
        label="类型",
        label_en="kind",
        about="Kind of document: 新闻 (news), 法规 (regulations), 政务 (government), 论坛 (forum)",
        read=lambda of: _known(_KINDS.get(of.source_kind)),
        choices=tuple(dict.fromkeys(_KINDS.values())),
        example="法规",
    ),
)
"""What a document is about, when, where and as what it was published; the topics of a passage."""

NAMED_FACETS = (
    Facet(
        name="place",
        label="文中地名",
        label_en="named place",
        about="Place the passage itself names",
        read=lambda of: [path for each in of.named_places if (path := place_path(each.place))],
        kind="place",
        scope="passage",
        several=True,
        named=True,
        aliases=("地点",),
        missing_label="未提及",
        shown=6,
    ),
    Facet(
        name="named_year",
        label="文中年份",
        label_en="named year",
        about="Year the passage names",
        read=lambda of: [y for each in of.named_years for y in range(each.first, each.last + 1)],
        kind="year",
        scope="passage",
        several=True,
        named=True,
        missing_label="未提及",
        shown=4,
    ),
)
"""What the passage itself names, which is another question."""

ALL_FACETS = (*FACETS, *NAMED_FACETS)
DOCUMENT_FACETS = tuple(facet for facet in ALL_FACETS if facet.scope == "document")
BESIDE = tuple(f for f in DOCUMENT_FACETS if f.name not in Passage.__dataclass_fields__)
"""Those that are no field of a passage: in JSON and exports they stand behind these, by name."""
Passage.JSON += tuple(Member(facet.name, facet.value, str | None) for facet in BESIDE)

BY_NAME = {facet.name: facet for facet in ALL_FACETS}


@lru_cache(4096)
def ancestors(path: Value) -> tuple[Value, ...]:
    """A path and every path above it, the highest first; None alone where unknown."""
    if path is None:
        return (None,)
    levels = str(path).split("/")
    return tuple("/".join(levels[: i + 1]) for i in range(len(levels)))
