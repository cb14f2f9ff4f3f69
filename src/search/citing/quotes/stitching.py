"""What is a quotation put together of? Its longest pieces that occur, and where they stand."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ...budget import current
from .characters import content
from .verdicts import Arrangement, Source

PIECES_LIMIT = 4
PIECE_FROM_CHARS = 6
_LEFT_OUT = 0.1
_DOCUMENTS = 3


def pieces_of(quote: str, occurs: Callable[[str], bool]) -> tuple[tuple[str, ...], float]:
    """The quotation as the longest pieces that occur, from its beginning, and how much they cover.

    At most PIECES_LIMIT, each of PIECE_FROM_CHARS characters or more; nothing where more than a
    tenth of it is in none.
    """
    size = len(content(quote).text)
    may_be_left = int(size * _LEFT_OUT)
    pieces: list[str] = []
    at = left = 0
    while at < len(quote) and left <= may_be_left and len(pieces) < PIECES_LIMIT:
        end = _longest(quote, at, occurs)
        piece = quote[at:end]
        covered = len(content(piece).text)
        if covered >= PIECE_FROM_CHARS:
            pieces.append(piece)
            at = end
        else:
            left += len(content(quote[at]).text)
            at += 1
    covered = sum(len(content(piece).text) for piece in pieces)
    return tuple(pieces), covered / size if size else 0.0


def _longest(quote: str, start: int, occurs: Callable[[str], bool]) -> int:
    """Where the longest piece from ``start`` that occurs ends; what begins one that occurs does."""
    low, high = start, min(start + PIECE_FROM_CHARS, len(quote))
    if not occurs(quote[start:high]):
        return low
    low, high = high, len(quote)
    while low < high:
        middle = (low + high + 1) // 2
        if occurs(quote[start:middle]):
            low = middle
        else:
            high = middle - 1
    return low


def arranged(
    parts: Sequence[str],
    options: Sequence[Sequence[Source]],
    elsewhere: Callable[[str, str], Sequence[Source]],
) -> tuple[tuple[Source, ...], Arrangement]:
    """One place for each part: in one document and in order, where that is possible.

    ``options`` are places known for each part, at least one; ``elsewhere`` gives those of a part in
    a document. Raises OverBudgetError where time is spent.
    """
    rarest = min(options, key=len)
    documents = list(dict.fromkeys(source.document_id for source in rarest))[:_DOCUMENTS]
    within: tuple[Source, ...] | None = None
    for document in documents:
        places = [
            [s for s in known if s.document_id == document] or list(elsewhere(part, document))
            for part, known in zip(parts, options, strict=True)
        ]
        if not all(places):
            continue
        in_order = _in_order(places)
        if in_order is None:
            # Places known are not all there are.
            places = [
                list(elsewhere(part, document)) or p for part, p in zip(parts, places, strict=True)
            ]
            in_order = _in_order(places)
        if in_order is not None:
            return in_order, "in order"
        within = within or tuple(place[0] for place in places)
    if within is not None:
        return within, "out of order"
    return tuple(known[0] for known in options), "several documents"


def _in_order(places: Sequence[Sequence[Source]]) -> tuple[Source, ...] | None:
    """The earliest place of each part after that of the part before."""
    chosen: list[Source] = []
    at = (-1, -1)
    for options in places:
        current().spend()
        later = [s for s in options if _position(s) >= at]
        if not later:
            return None
        earliest = min(later, key=_position)
        chosen.append(earliest)
        at = (earliest.paragraph or 0, earliest.end)
    return tuple(chosen)


def _position(source: Source) -> tuple[int, int]:
    # What has no number, a title above all, comes before the text.
    return source.paragraph or 0, source.start
