"""Make lines of the characters of a page, with their boxes: lying, or standing as in old books."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

from .columns import Piece, blocks_of, rows_of

_GAP_HEIGHTS = 0.8
"""A wider gap within a line may be one of columns."""
_CELL_GAP_HEIGHTS = 1.5
"""And so wide a gap is one of cells."""
_SAMPLE = 500
"""Characters that tell the direction of writing."""


class Character(NamedTuple):
    """A character that is seen, with its box in points from the upper left corner of the page.

    ``line`` counts the lines of the text layer; ``after`` is "" or what stood between it and the
    character before: a space, or "-" where a word was divided.
    """

    text: str
    left: float
    top: float
    right: float
    bottom: float
    line: int
    after: str


def columns_of(
    characters: Sequence[Character], width: float, *, in_lines: bool
) -> list[list[Piece]]:
    """The lines of a page by columns, in reading order.

    ``in_lines`` says that the source has lines in an order that holds where there are no columns.
    """
    if not characters:
        return []
    if _runs_down(characters):
        turned, flat = _set_upright(characters, width)
        blocks = [rows_of(block) for block in blocks_of(list(_pieces(turned)))]
        return [*blocks, list(_pieces(flat))] if flat else blocks
    blocks = blocks_of(list(_pieces(characters)))
    if len(blocks) > 1 or not in_lines:
        return [rows_of(block) for block in blocks]
    return [[_whole_line(list(line)) for _, line in groupby(characters, lambda c: c.line)]]


def _whole_line(line: list[Character]) -> Piece:
    """A line of the text layer, from its first character to its last."""
    text = "".join((" " if c.after == " " else "") + c.text for c in line).strip()
    first, last = line[0], line[-1]
    bottom = max(first.bottom, last.bottom)
    heights = [max(c.bottom - c.top, 1.0) for c in line]
    height = sorted(heights)[len(heights) // 2]
    cells = 1 + sum(b.left - a.right > _CELL_GAP_HEIGHTS * height for a, b in pairwise(line))
    return Piece(text, first.left, first.top, last.right, bottom, height, first.line, cells=cells)


def _pieces(characters: Sequence[Character]) -> Iterator[Piece]:
    """Characters on one baseline without a wide gap, in the order of the layer."""
    run: list[Character] = []
    for character in characters:
        if run and not _follows(run[-1], character):
            yield _piece(run, "-" if character.after == "-" else "")
            run = []
        run.append(character)
    if run:
        yield _piece(run)


def _follows(before: Character, character: Character) -> bool:
    height = max(character.bottom - character.top, 1.0)
    return (
        before.line == character.line
        and character.after != "-"
        and abs(before.top + before.bottom - character.top - character.bottom) <= height
        and -1.2 * height <= character.left - before.right <= _GAP_HEIGHTS * height
    )


def _piece(run: list[Character], end: str = "") -> Piece:
    text = run[0].text + "".join(c.after + c.text for c in run[1:]) + end
    heights = sorted(max(c.bottom - c.top, 1.0) for c in run)
    return Piece(
        text,
        min(c.left for c in run),
        min(c.top for c in run),
        max(c.right for c in run),
        max(c.bottom for c in run),
        heights[len(heights) // 2],
        run[0].line,
    )


def _runs_down(characters: Sequence[Character]) -> bool:
    """Whether most characters stand below the one before, or above it, not beside it."""
    down = beside = 0
    for before, character in pairwise(characters[:_SAMPLE]):
        height = max(character.bottom - character.top, character.right - character.left, 1.0)
        across = character.left + character.right - before.left - before.right
        along = character.top + character.bottom - before.top - before.bottom
        down += _is_below(before, character)
        beside += abs(along) < 0.6 * height and 0 < across / 2 < 2.5 * height
    return down >= 10 and down > beside


def _is_below(before: Character, character: Character) -> bool:
    height = max(character.bottom - character.top, character.right - character.left, 1.0)
    across = character.left + character.right - before.left - before.right
    along = character.top + character.bottom - before.top - before.bottom
    return abs(across) < 0.6 * height and 0.3 * height < along / 2 < 2.5 * height


def _set_upright(
    characters: Sequence[Character], width: float
) -> tuple[list[Character], list[Character]]:
    """Vertical writing as if its lines lay, the rightmost first, and apart the few that do lie."""
    steps = [_is_below(before, character) for before, character in pairwise(characters)]
    flat: set[int] = set()
    for at, (before, character) in enumerate(pairwise(characters)):
        height = max(character.bottom - character.top, 1.0)
        level = abs(character.top + character.bottom - before.top - before.bottom) < 0.6 * height
        if level and abs(character.left - before.right) < 0.4 * height:
            flat.update(
                each for each in (at, at + 1) if not any(steps[max(each - 1, 0) : each + 1])
            )
    turned = [
        c._replace(left=c.top, right=c.bottom, top=width - c.right, bottom=width - c.left, line=0)
        for at, c in enumerate(characters)
        if at not in flat
    ]
    lying = [c for at, c in enumerate(characters) if at in flat]
    return turned, lying
