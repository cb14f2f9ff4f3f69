"""One value of a facet as the page offers it."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["FacetOption"]


@dataclass(frozen=True, slots=True)
class FacetOption:
    """One value: its counts and the address that chooses it, or takes the choice back.

    ``excluded`` says that it is left out, and then ``address`` lets it in again; else
    ``without_address`` leaves it out. ``inside`` is how many places lie in it that are listed only
    once it is chosen.
    """

    label: str
    value: str
    count: int
    documents: int
    chosen: bool
    address: str
    children: tuple[FacetOption, ...] = ()
    inside: int = 0
    excluded: bool = False
    without_address: str | None = None
