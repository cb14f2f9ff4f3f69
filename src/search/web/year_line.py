"""How did the share of a search change over the years? A line, and the numbers that it is of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..searching.compare.table import Amount
from . import wording

HEIGHT = 100
"""Of the drawing; a year is ten wide. Both are stretched to the room there is."""

STEP = 10


@dataclass(frozen=True, slots=True)
class YearPoint:
    """One year with its place in the drawing; ``y`` None where the collection has no passage."""

    year: int
    found: str
    base: str
    share: str
    x: int
    y: float | None
    is_small: bool


@dataclass(frozen=True, slots=True)
class YearLine:
    """All points, those above the scale at its top.

    ``stretches`` are the lines, broken where the collection has nothing.
    """

    points: tuple[YearPoint, ...]
    stretches: tuple[str, ...]
    first: int
    last: int
    most: str
    width: int
    peak: YearPoint
    height: int = HEIGHT


def year_line(years: Sequence[tuple[int, Amount]]) -> YearLine | None:
    """The drawing of amounts by year; None where there are not two years to connect."""
    shares = [(amount.per_thousand or 0.0) for _, amount in years]
    if len(years) < 2 or not any(shares):
        return None
    # A year with few passages may have any share: it is drawn, but the scale is not made for it.
    sure = [s for s, (_, amount) in zip(shares, years, strict=True) if not amount.is_small]
    most = max(sure, default=0.0) or max(shares)
    points = [
        YearPoint(
            year=year,
            found=wording.thousands(amount.found),
            base=wording.thousands(amount.base or 0),
            share="—" if amount.per_thousand is None else wording.per_thousand(share),
            x=at * STEP,
            y=None
            if amount.per_thousand is None
            else round(max(0.0, HEIGHT * (1 - share / most)), 2),
            is_small=amount.is_small,
        )
        for at, ((year, amount), share) in enumerate(zip(years, shares, strict=True))
    ]
    stretches: list[list[str]] = [[]]
    for point in points:
        if point.y is None:
            stretches.append([])
        else:
            stretches[-1].append(f"{point.x},{point.y}")
    return YearLine(
        points=tuple(points),
        stretches=tuple(" ".join(stretch) for stretch in stretches if len(stretch) > 1),
        first=years[0][0],
        last=years[-1][0],
        most=wording.per_thousand(most),
        width=STEP * (len(years) - 1),
        peak=points[shares.index(most)],
    )
