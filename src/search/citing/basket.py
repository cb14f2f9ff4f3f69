"""A basket of passages to be cited: an address that holds their ids, and nothing more.

It is kept nowhere but in the address (and, by choice of the reader, in the browser), so a basket
can be bookmarked, sent and printed. What an id stands for is decided each time it is opened, and
an id that stands for nothing any more is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal as OneOf

from ..budget import current
from ..documents.document import Document, Passage
from ..documents.history import Superseded
from ..errors import GoneError, NotFoundError, UsageError
from ..searching.index import Index
from .showing import Shown, show
from .styles import DEFAULT_STYLE, Citation, checked_style, cite

BASKET_LIMIT = 200
"""The most passages of a basket: their ids stand in one address, whose length is bounded."""

_ID = re.compile(r"(?<![0-9a-f-])[0-9a-f]{20}-[0-9a-f]{8}(?:-[0-9]{1,6})?(?![0-9a-f])")
_LONGEST = 60

State = OneOf["present", "moved", "superseded", "several", "forgotten", "unknown"]
"""What an id stands for: its passage; the same text in another document; an old wording; the same
text in several documents; something erased on request; nothing."""


def passage_ids(text: str) -> tuple[str, ...]:
    """The passage ids in a text, such as pasted addresses, each once, in their order."""
    return tuple(dict.fromkeys(_ID.findall(text)))


@dataclass(frozen=True, slots=True)
class Basket:
    """Passage ids in the order chosen, each once, and the style of the references.

    ``accessed`` is the day the reader opened the sources, or empty. ``to_params`` and
    ``from_params`` are inverse.
    """

    ids: tuple[str, ...] = ()
    style: str = DEFAULT_STYLE
    accessed: str = ""

    @classmethod
    def from_params(cls, params: Iterable[tuple[str, str]]) -> Basket:
        """From the parameters of an address: ``id`` (repeated), ``add``, ``style``, ``accessed``.

        ``add`` is any text with ids in it, which are put behind the others. Raises UsageError for
        more than ``BASKET_LIMIT`` ids, a style that does not exist, and an ``add`` without any id.
        """
        ids: dict[str, None] = {}
        style, accessed = DEFAULT_STYLE, ""
        for name, value in params:
            value = value.strip()
            if name == "id" and value:
                ids[value[:_LONGEST].strip()] = None
            elif name == "add" and value:
                found = passage_ids(value)
                if not found:
                    raise UsageError("basket-nothing-to-add")
                ids.update(dict.fromkeys(found))
            elif name == "style" and value:
                style = value
            elif name == "accessed" and value:
                accessed = value[:40].strip()
        checked_style(style)
        if len(ids) > BASKET_LIMIT:
            raise UsageError("basket-too-large", count=len(ids), limit=BASKET_LIMIT)
        return cls(tuple(ids), style, accessed)

    def to_params(self) -> list[tuple[str, str]]:
        """The parameters of its address, defaults left out."""
        params = [("id", each) for each in self.ids]
        if self.style != DEFAULT_STYLE:
            params.append(("style", self.style))
        if self.accessed:
            params.append(("accessed", self.accessed))
        return params

    def without(self, passage_id: str) -> Basket:
        """With one passage less."""
        return Basket(tuple(i for i in self.ids if i != passage_id), self.style, self.accessed)

    def moved(self, passage_id: str, places: int) -> Basket:
        """With one passage so many places further down; up where negative."""
        others = [i for i in self.ids if i != passage_id]
        at = min(max(0, self.ids.index(passage_id) + places), len(others))
        ids = (*others[:at], passage_id, *others[at:])
        return Basket(ids, self.style, self.accessed)


@dataclass(frozen=True, slots=True)
class Item:
    """One id of a basket and what it stands for.

    ``passage`` and ``document`` are None where it stands for nothing, or for several, which are
    ``candidates``. ``superseded`` says when an old wording left the search, ``present`` is the
    passage now most like it.
    """

    asked: str
    state: State
    passage: Passage | None = None
    document: Document | None = None
    superseded: Superseded | None = None
    present: Passage | None = None
    candidates: tuple[Passage, ...] = ()


@dataclass(frozen=True, slots=True)
class Reference:
    """One entry in the list of references; ``number`` is None in a style without numbers."""

    number: int | None
    document: Document
    citation: Citation


@dataclass(frozen=True, slots=True)
class Cited:
    """The references of a basket, and what points at each passage from the text, by its id."""

    references: tuple[Reference, ...]
    in_text: dict[str, str]


def items_of(index: Index, basket: Basket) -> tuple[Item, ...]:
    """What every id of a basket stands for now, in its order. Raises OverBudgetError."""
    budget, items = current(), []
    for each in basket.ids:
        budget.spend()
        items.append(_item(index, each))
    return tuple(items)


def bibliography(items: Sequence[Item], style: str, accessed: str = "") -> Cited:
    """The references of the passages: each document once, numbered as it first appears.

    In a style of footnotes, whose references name the paragraph, each passage has its own. Raises
    UsageError for an access date that is none, OverBudgetError; what a processor made until then is
    kept, so that the same basket goes on from there.
    """
    chosen = checked_style(style)
    references: dict[str, Reference] = {}
    in_text: dict[str, str] = {}
    numbers: dict[str, int] = {}
    for item in items:
        if item.passage is None or item.document is None:
            continue
        current().spend()
        identity = item.document.document_id if chosen.is_listed_once else item.asked
        number = numbers.setdefault(identity, len(numbers) + 1)
        made = cite(
            item.document, item.passage, style=style, accessed=accessed or None, number=number
        )
        shown = number if chosen.is_numbered else None
        references.setdefault(identity, Reference(shown, item.document, made))
        in_text[item.asked] = made.in_text or ""
    return Cited(tuple(references.values()), in_text)


def _item(index: Index, asked: str) -> Item:
    try:
        shown = show(index, asked)
    except GoneError:
        return Item(asked, "forgotten")
    except NotFoundError:
        return Item(asked, "unknown")
    if not isinstance(shown, Shown):
        return Item(asked, "several", candidates=shown)
    if shown.superseded is not None:
        return Item(
            asked,
            "superseded",
            shown.passage,
            shown.document,
            superseded=shown.superseded,
            present=shown.present,
        )
    state: State = "present" if shown.passage.passage_id == asked else "moved"
    return Item(asked, state, shown.passage, shown.document)
