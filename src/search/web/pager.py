"""Which pages does a pager link to? The first, the last, and those around the one shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

_PAGES_AROUND = 2


@dataclass(frozen=True, slots=True)
class Pager:
    """Links to other pages: numbers in order, None where some are left out."""

    page: int
    pages: int
    previous: str | None
    next: str | None
    numbers: tuple[tuple[int, str] | None, ...]


def pager_of(page: int, pages: int, address: Callable[[int], str]) -> Pager:
    """The pager of a page, from the address of each page by its number."""
    around = range(max(1, page - _PAGES_AROUND), min(pages, page + _PAGES_AROUND) + 1)
    numbers: list[tuple[int, str] | None] = []
    last = 0
    for number in sorted({1, pages, *around}):
        if number - last == 2:
            numbers.append((number - 1, address(number - 1)))
        elif number - last > 2:
            numbers.append(None)
        numbers.append((number, address(number)))
        last = number
    return Pager(
        page=page,
        pages=pages,
        previous=address(page - 1) if page > 1 else None,
        next=address(page + 1) if page < pages else None,
        numbers=tuple(numbers),
    )
