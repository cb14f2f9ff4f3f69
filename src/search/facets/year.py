"""Which year was it published in?"""

from __future__ import annotations

__all__ = ["publication_year"]


def publication_year(published: str | None) -> int | None:
    """The year of an ISO date; None where the date is unknown. Dates in the text never count."""
    return int(published[:4]) if published else None
