"""Join lines that were wrapped at a fixed width.

A paragraph of several lines keeps its place in the source, line breaks included, so that its text
is the unchanged slice; what the lines say is judged without the breaks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..analysis.text import is_han
from .extract import Line, ends_sentence
from .headings import starts_numbered

_LINES_AT_LEAST = 3
"""So many full lines that stop within a sentence show that a text was wrapped."""
_SHARE = 0.3
"""And so large a share of the lines."""
_LONGER_SHARE = 0.05
"""At most so large a share of the lines may be longer than the width."""
_NARROWEST_COLUMNS = 28
_WIDEST_COLUMNS = 140
_SLACK_COLUMNS = 5
"""A full line may be shorter than the width by a character and the punctuation kept off its end."""
_WIDE_RANGES = (
    "\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3"
    "\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\U00020000-\U0003fffd"
)
_WIDE = re.compile(f"[{_WIDE_RANGES}]")
_NARROW = re.compile(f"[^{_WIDE_RANGES}]")
_COMMAS = "，、,；;"
_INDENT = " \t\u3000"
_ITEM = re.compile(r"[•·●○◆■□▪★☆※►▶*-]\s|第[一二三四五六七八九十百零〇0-9]+[条章节编]|[>|]")


def columns(text: str) -> int:
    """The width of a text in columns of a terminal: a wide character takes two."""
    # Nearly all of a Chinese text is wide: the few others are faster to count.
    return len(text) if text.isascii() else 2 * len(text) - len(_NARROW.findall(text))


def join_wrapped(lines: list[Line], source: str) -> list[Line]:
    """The same lines, those of one wrapped paragraph joined; all unchanged if nothing was wrapped.

    A line goes on in the next one if it fills the width, no blank line is between, the next is
    neither indented nor begins an item or a heading, and, where paragraphs are neither indented nor
    set apart by blank lines, it does not end a sentence.
    """
    if sum(len(line.text) > _WIDEST_COLUMNS for line in lines) > _LONGER_SHARE * len(lines):
        return lines  # most texts have a line for each paragraph: nothing to look at
    indents = [_indent(line, source) for line in lines]
    widths = [columns(line.text) + indent for line, indent in zip(lines, indents, strict=True)]
    is_indented = sum(indent >= 2 for indent in indents) >= 2
    # Where first lines are indented, one that is not goes on behind a comma too.
    goes_on_after = [is_indented and indent < 2 for indent in indents]
    width = _wrapping_width(lines, widths, goes_on_after)
    if width is None:
        return lines
    marked = is_indented or sum(line.gap > 0 for line in lines[1:]) >= 2
    joined: list[list[Line]] = []
    for i, line in enumerate(lines):
        goes_on = (
            i > 0
            and widths[i - 1] >= width - _SLACK_COLUMNS
            and widths[i - 1] <= width + 2
            and not line.gap
            and not line.level
            and not lines[i - 1].level
            and indents[i] < 2
            and not _begins_item(line.text)
            and (marked or not ends_sentence(lines[i - 1].text) or lines[i - 1].text[-1] in _COMMAS)
        )
        if goes_on:
            joined[-1].append(line)
        else:
            joined.append([line])
    return [
        lines[0]._replace(end=lines[-1].end, text=joined_lines([line.text for line in lines]))
        if len(lines) > 1
        else lines[0]
        for lines in joined
    ]


def joined_lines(lines: Iterable[str]) -> str:
    """Lines as one: a space only between two words that are not Han.

    A hyphen before a small letter is taken for that of a divided word.
    """
    pieces: list[str] = []
    for line in filter(None, lines):
        if pieces:
            left, right = pieces[-1][-1], line[0]
            if left == "-" and right.islower():
                pieces[-1] = pieces[-1][:-1]
            elif not any(is_han(c) or _WIDE.match(c) for c in (left, right)):
                pieces.append(" ")
        pieces.append(line)
    return "".join(pieces)


def _wrapping_width(lines: list[Line], widths: list[int], goes_on_after: list[bool]) -> int | None:
    """The width at which lines were broken; None if they were not."""
    inside = [
        i
        for i in range(len(lines) - 1)
        if not lines[i + 1].gap
        and not lines[i].level
        and (
            not ends_sentence(lines[i].text)
            or (lines[i].text[-1] in _COMMAS and goes_on_after[i + 1])
        )
    ]
    if len(inside) < _LINES_AT_LEAST:
        return None
    # Nearly all lines that stop within a sentence are the longest there are: that is a width.
    width = sorted(widths[i] for i in inside)[int(0.9 * (len(inside) - 1))]
    if not _NARROWEST_COLUMNS <= width <= _WIDEST_COLUMNS:
        return None
    full = [i for i in inside if width - _SLACK_COLUMNS <= widths[i] <= width + 2]
    longer = sum(each > width + 2 for each in widths)
    if len(full) < max(_LINES_AT_LEAST, _SHARE * len(lines)):
        return None
    # In a list of lines of one length none goes on to the end of a sentence.
    goes_on = any(ends_sentence(lines[i + 1].text) for i in full)
    return width if goes_on and longer <= _LONGER_SHARE * len(lines) else None


def _indent(line: Line, source: str) -> int:
    """Columns of white space before a line."""
    start = line.start
    if start == 0 or source[start - 1] == "\n":
        return 0
    while start > 0 and source[start - 1] in _INDENT:
        start -= 1
    return columns(source[start : line.start])


def _begins_item(text: str) -> bool:
    return _ITEM.match(text) is not None or starts_numbered(text)
