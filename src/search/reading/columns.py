"""Characters of a page to lines in the order in which they are read: columns by their gaps.

Coordinates run from the upper left corner, to the right and down, in any unit. A white gap that few
lines cross divides columns if there is running text on both sides; the lines that cross it divide
the page into bands, and in each band what is left of the gap is read before what is right of it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import NamedTuple

_GAP_HEIGHTS = 0.8
"""Columns stand so far from each other at least."""
_CELL_GAP_HEIGHTS = 1.5
"""So wide a gap in a line is one of cells."""
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


_STEPS_PER_HEIGHT = 4
_MAY_CROSS = 0.12
"""So large a share of the pieces may cross the gap: titles, page numbers, wide tables."""
_SPACE_HEIGHTS = 0.2
_TEXT_HEIGHTS = 8
"""A piece of running text is as wide as so many characters at least; cells are narrower."""
_NARROWEST_HEIGHTS = 10
"""A page narrower than this has no columns."""
_DEPTH = 6
_GAPS_TRIED = 12
_ABOVE_TITLE = 3
"""So many pieces, as of a running head, may stand above the title."""
STOPS = re.compile(r"[。！？!?；;：:…][”’」』）)】》\"'\s]*\Z")
"""What ends a sentence ends a line."""
_HANGING = frozenset("，。、；：！？）》”’」』】〕〉,.;:!?)]")
"""What may stand beyond the right margin."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters on one baseline: without a wide gap, or a whole line of several ``cells``.

    ``line`` is the line of the source that it is of, ``score`` the trust of who recognised it.
    """

    text: str
    left: float
    top: float
    right: float
    bottom: float
    height: float
    line: int = 0
    score: float | None = None
    cells: int = 1

    @property
    def middle(self) -> float:
        """How far down its middle is."""
        return (self.top + self.bottom) / 2


def usual_height(pieces: Iterable[Piece]) -> float:
    """The height of most of the writing; 1 where there is none."""
    heights: Counter[float] = Counter()
    for piece in pieces:
        heights[round(piece.height, 1)] += len(piece.text)
    return max(heights.most_common(1)[0][0], 0.1) if heights else 1.0


def blocks_of(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """The pieces of a page in blocks, in reading order: parts of columns, and what crosses them.

    One block where there are no columns.
    """
    return _divided(list(pieces), usual_height(pieces), 0) if pieces else []


def rows_of(block: Iterable[Piece]) -> list[Piece]:
    """The pieces of a block as whole lines from top to bottom, two spaces between cells."""
    rows: list[list[Piece]] = []
    top = bottom = 0.0
    for piece in sorted(block, key=lambda piece: (piece.middle, piece.left)):
        if rows and _on_one_line(top, bottom, piece):
            rows[-1].append(piece)
            top, bottom = min(top, piece.top), max(bottom, piece.bottom)
        else:
            rows.append([piece])
            top, bottom = piece.top, piece.bottom
    return [_joined(sorted(row, key=lambda piece: piece.left)) for row in rows]


def _joined(row: Sequence[Piece]) -> Piece:
    """Pieces of one line, in their order, as one."""
    if len(row) == 1:
        return row[0]
    height = usual_height(row)
    text, cells = row[0].text, row[0].cells
    for before, piece in pairwise(row):
        gap = (piece.left - before.right) / height
        parts = gap > _CELL_GAP_HEIGHTS
        text += ("  " if parts else " " if gap > _SPACE_HEIGHTS else "") + piece.text
        cells += piece.cells if parts else 0
    scores = [piece.score for piece in row if piece.score is not None]
    return Piece(
        text,
        min(piece.left for piece in row),
        min(piece.top for piece in row),
        max(piece.right for piece in row),
        max(piece.bottom for piece in row),
        height,
        row[0].line,
        min(scores, default=None),
        cells,
    )


def _on_one_line(top: float, bottom: float, piece: Piece) -> bool:
    """Whether a piece overlaps a line by half of the lower of the two, as superscripts do too."""
    common = min(bottom, piece.bottom) - max(top, piece.top)
    return common >= 0.5 * max(min(bottom - top, piece.bottom - piece.top), 0.01)


def _divided(pieces: list[Piece], height: float, depth: int) -> list[list[Piece]]:
    cut = _column_cut(pieces, height) if depth < _DEPTH else None
    if cut is None:
        return [pieces]
    middle, crossing = cut
    beside = [piece for piece in pieces if id(piece) not in crossing]
    across = sorted((p for p in pieces if id(p) in crossing), key=lambda piece: piece.top)
    bands = _bands(across, beside, height)
    for band in bands:
        if last := _last_line(band, beside, middle, height):
            band += last
            beside = [piece for piece in beside if piece not in last]
    blocks: list[list[Piece]] = []
    upper = float("-inf")
    for band in [*bands, []]:
        lower = (band[0].top + max(p.bottom for p in band)) / 2 if band else float("inf")
        between = [piece for piece in beside if upper <= piece.middle < lower]
        for side in (
            [piece for piece in between if piece.left < middle],
            [piece for piece in between if piece.left >= middle],
        ):
            if side:
                blocks += _divided(side, height, depth + 1)
        if band:
            blocks.append(band)
        upper = lower
    return blocks


def _bands(across: Sequence[Piece], beside: Sequence[Piece], height: float) -> list[list[Piece]]:
    """What crosses the gap, in runs with nothing beside them."""
    bands: list[list[Piece]] = []
    for piece in across:
        if bands:
            band = bands[-1]
            bottom = max(p.bottom for p in band)
            alone = not any(band[0].top <= other.middle < piece.top for other in beside)
            if alone and piece.top - bottom < 3 * height:
                band.append(piece)
                continue
        bands.append([piece])
    return bands


def _last_line(
    band: Sequence[Piece], beside: Sequence[Piece], middle: float, height: float
) -> list[Piece]:
    """The pieces of the line, too short to cross the gap, that ends the paragraph above it."""
    above = max(band, key=lambda piece: piece.bottom)
    if STOPS.search(above.text) or above.right - above.left < _TEXT_HEIGHTS * above.height:
        return []
    near = [p for p in beside if 0.5 * height < p.middle - above.middle < 2.5 * height]
    row = _rows(near, height)[0] if near else []
    goes_on = row and all(
        piece.left < middle and abs(piece.height - above.height) < 0.1 * above.height
        for piece in row
    )
    return row if goes_on and row[0].left <= above.left else []


def _column_cut(pieces: list[Piece], height: float) -> tuple[float, set[int]] | None:
    """Where the best gap is and the pieces (by ``id``) that cross it, if there are columns."""
    left, right = min(p.left for p in pieces), max(p.right for p in pieces)
    if len(pieces) < 6 or right - left < _NARROWEST_HEIGHTS * height:
        return None
    step = height / _STEPS_PER_HEIGHT
    steps = min(int((right - left) / step) + 1, 4000)  # a page of any size, in bounded time
    step = (right - left) / steps
    tabular = _table_rows(pieces, height)
    changes = [0] * (steps + 2)
    for piece in pieces:
        if id(piece) not in tabular:
            changes[max(0, int((piece.left - left) / step))] += 1
            changes[min(steps, int((_text_end(piece) - left) / step)) + 1] -= 1
    covered = 0
    cover = [covered := covered + change for change in changes[: steps + 1]]
    limit = max(1, int(_MAY_CROSS * len(pieces)))
    gaps: dict[tuple[int, int], int] = {}
    for most in sorted({0, 1, 2, 4, limit}):
        for is_gap, run in groupby(range(steps), [over <= most for over in cover].__getitem__):
            places = list(run)
            if is_gap and most <= limit and len(places) * step >= _GAP_HEIGHTS * height:
                gaps.setdefault((places[0], places[-1] + 1), most)
    best: tuple[tuple[int, int, int], float, set[int]] | None = None
    large = _large_rows(pieces, height) + _short_edges(pieces, height)
    widest = sorted(gaps, key=lambda gap: (gaps[gap], gap[0] - gap[1]))[:_GAPS_TRIED]
    for start, end in widest:
        middle = left + (start + end) / 2 * step
        crossing = _crossing(pieces, large, middle, height) | tabular
        one = [p for p in pieces if id(p) not in crossing and p.left < middle]
        other = [p for p in pieces if id(p) not in crossing and p.left >= middle]
        fewer = min(len(one), len(other))
        if fewer >= 3 and _is_running(one, height) and _is_running(other, height):
            rank = (fewer, -gaps[start, end], end - start)
            if best is None or rank > best[0]:
                best = rank, middle, crossing
    return best[1:] if best else None


def _rows(pieces: Iterable[Piece], height: float) -> list[list[Piece]]:
    """Pieces whose middles are on one level, from left to right."""
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda piece: piece.middle):
        if rows and piece.middle - rows[-1][0].middle < 0.5 * height:
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [sorted(row, key=lambda piece: piece.left) for row in rows]


def _large_rows(pieces: Sequence[Piece], height: float) -> list[tuple[list[Piece], bool]]:
    """The lines in large letters; and whether one heads the page, with nothing beside it."""
    large = [piece for piece in pieces if piece.height > 1.25 * height]
    small = [piece for piece in pieces if piece.height <= 1.25 * height]
    return [
        (
            row,
            sum(p.middle < row[0].top for p in small) <= _ABOVE_TITLE
            and not any(row[0].top < p.middle < row[0].bottom for p in small),
        )
        for row in _rows(large, height)
    ]


def _short_edges(pieces: Sequence[Piece], height: float) -> list[tuple[list[Piece], bool]]:
    """What stands together in the first and the last line and is short, as page numbers are."""
    rows = _rows(pieces, height)
    found: list[list[Piece]] = []
    for row in (rows[0], rows[-1]):
        found.append([])
        for piece in row:
            if found[-1] and piece.left - found[-1][-1].right > 2 * height:
                found.append([])
            found[-1].append(piece)
    return [(run, False) for run in found if run[-1].right - run[0].left < _TEXT_HEIGHTS * height]


def _crossing(
    pieces: Iterable[Piece],
    large: list[tuple[list[Piece], bool]],
    middle: float,
    height: float,
) -> set[int]:
    """The pieces over a gap, and lines (large or short) that are parted by it or head the page."""
    least, most = middle - 0.3 * height, middle + 0.3 * height
    over = {id(piece) for piece in pieces if piece.left < least and _text_end(piece) > most}
    for row in _rows(pieces, height) if over else ():
        # What a space alone parts from it is of the same line: 摘　要：……
        for one, other in [*pairwise(row), *pairwise(reversed(row))]:
            gap = max(one.left, other.left) - min(one.right, other.right)
            if id(one) in over and gap < _CELL_GAP_HEIGHTS * height:
                over.add(id(other))
    for row, heads_page in large:
        if heads_page or row[0].left < middle < row[-1].right:
            over.update(id(piece) for piece in row)
    return over


def _table_rows(pieces: list[Piece], height: float) -> set[int]:
    """The pieces of tables that stand across a page: three or more narrow ones in a line, twice."""
    rows = _rows(pieces, height)
    is_row = [
        len(row) >= 3
        and sum(p.right - p.left < _TEXT_HEIGHTS * height for p in row) >= 0.6 * len(row)
        for row in rows
    ]
    found: set[int] = set()
    for i, row in enumerate(rows):
        near = is_row[max(i - 1, 0) : i] + is_row[i + 1 : i + 2]
        if is_row[i] and any(near):
            found.update(id(p) for p in row)
    # Where nearly all is so, the columns are narrow, or the whole page is a table without a cut.
    return found if len(found) <= 0.5 * len(pieces) else set()


def _text_end(piece: Piece) -> float:
    """Where a piece ends, punctuation that may hang over aside."""
    hanging = 0
    while hanging < min(3, len(piece.text) - 1) and piece.text[-1 - hanging] in _HANGING:
        hanging += 1
    return piece.right - 0.9 * hanging * piece.height


def _is_running(pieces: list[Piece], height: float) -> bool:
    """Whether pieces are running text: half of them wide, with common left or right edges."""
    wide = [p for p in pieces if p.right - p.left >= _TEXT_HEIGHTS * height]
    if len(wide) < 0.5 * len(pieces):
        return False
    rights = Counter(round(p.right / height) for p in wide)
    at_right = sum(
        count
        for edge, count in rights.items()
        if count + rights[edge - 1] + rights[edge + 1] >= 0.2 * len(pieces)
    )
    if at_right >= 0.5 * len(wide):
        return True
    # Ragged on the right: of one left margin, from which only first lines are indented.
    lefts = Counter(round(p.left / height) for p in wide)
    edge = min((e for e, count in lefts.items() if count >= 0.3 * len(wide)), default=0)
    flush = sum(count for e, count in lefts.items() if edge - 1 <= e <= edge + 3)
    return len(wide) >= 6 and len(wide) >= 0.7 * len(pieces) and flush >= 0.9 * len(wide)
