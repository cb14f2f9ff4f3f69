"""Which concordance is being asked for? The search, the order, how much text around; ↔ address."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Literal as OneOf
from typing import get_args

from ...errors import UsageError
from ...query.request import SearchRequest

Order = OneOf["document", "left", "right", "match"]
"""In the order of documents; by the characters before, read from the match; after; by the match."""

ORDERS: tuple[Order, ...] = get_args(Order)

WIDTH_LIMIT_CHARS = 100
"""The most characters of context on either side."""
_WIDTH_CHARS = 20
NEAR_LIMIT_CHARS = 5
"""The most characters that are counted as one neighbour."""


@dataclass(frozen=True, slots=True)
class ConcordanceRequest:
    """One state of the page of a concordance. ``to_params`` and ``from_params`` are inverse.

    ``search`` says which passages, and which ``page`` of the lines with how many (``limit``) on it;
    its own sort does not matter. ``width`` is the characters of context on either side.
    ``near_chars`` is how many characters beside a match are counted as its neighbour, 0 the next
    word. Raises UsageError where they are out of bounds.
    """

    search: SearchRequest = field(default_factory=SearchRequest)
    order: Order = "document"
    width: int = _WIDTH_CHARS
    near_chars: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.width <= WIDTH_LIMIT_CHARS:
            raise UsageError(
                f"width is {self.width}; it can be 0 to {WIDTH_LIMIT_CHARS} characters.",
                zh=f"width 是 {self.width}：左右文可取 0 到 {WIDTH_LIMIT_CHARS} 个字。",
            )
        if not 0 <= self.near_chars <= NEAR_LIMIT_CHARS:
            raise UsageError(
                f"near is {self.near_chars}; it can be word or 1 to {NEAR_LIMIT_CHARS} characters.",
                zh=f"near 是 {self.near_chars}：可用 word 或 1 到 {NEAR_LIMIT_CHARS}（个字）。",
            )

    @classmethod
    def from_params(cls, params: Iterable[tuple[str, str]]) -> ConcordanceRequest:
        """From the parameters of an address: those of a search and order, width, near.

        Raises UsageError for a value that does not exist.
        """
        given = list(params)
        request = cls(SearchRequest.from_params(given))
        for name, value in given:
            if name == "order" and value:
                if value not in ORDERS:
                    raise UsageError(
                        f"order is {value!r}; it can be {', '.join(ORDERS)}.",
                        zh=f"没有“{value}”这种排列：可用 {'、'.join(ORDERS)}。",
                    )
                request = replace(request, order=value)
            elif name == "width" and value:
                request = replace(request, width=_number(name, value))
            elif name == "near" and value:
                near = 0 if value == "word" else _number(name, value)
                request = replace(request, near_chars=near)
        return request

    def to_params(self) -> list[tuple[str, str]]:
        """The parameters of its address, defaults left out, in a fixed order."""
        params = self.search.to_params()
        if self.order != "document":
            params.append(("order", self.order))
        if self.width != _WIDTH_CHARS:
            params.append(("width", str(self.width)))
        if self.near_chars:
            params.append(("near", str(self.near_chars)))
        return params

    def on_page(self, page: int) -> ConcordanceRequest:
        """Another page of the same lines."""
        return replace(self, search=self.search.on_page(page))


def _number(name: str, value: str) -> int:
    if value.isascii() and value.isdecimal() and len(value) < 7:
        return int(value)
    raise UsageError(
        f"{name} is {value!r}; it must be a whole number.",
        zh=f"{name} 应是整数，现在是“{value}”。",
    )
