"""What office documents share: lines with what their format says of them, and their properties.

A table's row is one line, its cells two spaces apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from ...documents.document import Role
from ...errors import UnreadableFileError
from ..extract import Extract, Guide, borne_out
from .package import NAMES, Element

Kind = Literal[
    "", "title", "row", "box", "note", "caption", "contents", "drawing", "record", "speaker-note"
]
"""What a line is: of the body or a heading (""), a title, a row or box of the body, a note ..."""

_HEADING = re.compile(r"(?:heading|标题)\s*([1-6])\Z", re.IGNORECASE)
_TITLE = re.compile(r"(?:title|标题)\Z", re.IGNORECASE)
_CAPTION = re.compile(r"(?:caption|题注)\Z", re.IGNORECASE)
_CONTENTS = re.compile(r"(?:toc|目录)\s*\d*", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\r\n\f\v\xa0]+")
_NO_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f\xad\ufffe\uffff\ud800-\udfff]")
"""Controls, soft hyphens, halves of characters."""
_TITLE_WITHIN_LINES = 30
_BETWEEN_CELLS = "  "
_APART: dict[Kind, tuple[Role, str, str]] = {
    "note": ("metadata", "note", "上一段的脚注或尾注"),
    "speaker-note": ("metadata", "note", "幻灯片的备注"),
    "drawing": ("metadata", "caption", "示意图或图表里的文字"),
    "caption": ("metadata", "caption", "样式为题注的段落"),
    "contents": ("boilerplate", "contents", "目录域里的段落"),
    "record": ("body", "row", "表格的一行"),
}


@dataclass(frozen=True, slots=True)
class OfficeLine:
    """A line that is not blank, the level of a heading (1 to 6, else 0), and what it is.

    ``section`` is the heading above it that stands in no line, the name of a sheet.
    """

    text: str
    level: int = 0
    kind: Kind = ""
    section: str = ""


def line_of(text: str) -> str:
    """A text in one line, white space collapsed and what is no character left out."""
    return _SPACE.sub(" ", _NO_TEXT.sub("", text)).strip()


def written_in(root: Element) -> Iterator[str]:
    """What is written in a diagram or a chart: its paragraphs, then names of series, categories."""
    for paragraph in root.iter("{*}p"):
        text = "".join(each.text or "" for each in paragraph.iter("{*}t"))
        if NAMES[paragraph.tag] == "a:p" and text.strip():
            yield line_of(text)
    seen: set[str] = set()
    for cache in root.iter("{*}strCache", "{*}strLit"):
        names = (line_of(each.text or "") for each in cache.iter("{*}v"))
        text = "  ".join(filter(None, names))
        if text and text not in seen:
            seen.add(text)
            yield text


def styled(text: str, style: str) -> OfficeLine:
    """A line of a paragraph whose style has this name."""
    if heading := _HEADING.match(style):
        return OfficeLine(text, int(heading[1]))
    if _TITLE.match(style):
        return OfficeLine(text, kind="title")
    if _CAPTION.match(style):
        return OfficeLine(text, kind="caption")
    return OfficeLine(text, kind="contents" if _CONTENTS.match(style) else "")


def row_of(cells: Sequence[str]) -> str:
    """The cells of a row as one line; empty ones leave nothing."""
    return _BETWEEN_CELLS.join(filter(None, cells))


def office_extract(
    lines: Sequence[OfficeLine],
    encoding: str,
    *,
    title: str = "",
    author: str = "",
    has_revisions: bool = False,
) -> Extract:
    """The text of a document with what its styles say; ``title`` and ``author`` are its properties.

    Raises UnreadableFileError where there are no lines.
    """
    if not lines:
        raise UnreadableFileError("word-without-text")
    first = (line.text for line in lines[:_TITLE_WITHIN_LINES])
    fields, evidence = borne_out(title, author, first, "文件属性")
    apart: dict[int, tuple[Role, str, str]] = {}
    levels: dict[int, int] = {}
    sections: dict[int, str] = {}
    marked: list[int] = []
    named: list[int] = []
    rows: list[int] = []
    for number, line in enumerate(lines, start=1):
        if line.section:
            sections[number] = line.section
        if line.kind in _APART:
            apart[number] = _APART[line.kind]
            continue
        if line.kind == "title":
            marked.append(number)
        elif line.kind == "row" and _BETWEEN_CELLS in line.text:
            rows.append(number)
        elif line.level:
            levels[number] = min(line.level, 6)
        if line.text == fields.get("title"):
            named.append(number)
    return Extract(
        "\n".join(line.text for line in lines),
        encoding,
        Guide(
            apart=apart,
            title=tuple((marked or named)[:1]),
            title_note="样式为“标题”或与文件属性里的标题相同的段落",
            levels=levels,
            sections=sections,
            rows=frozenset(rows),
            fields=fields,
            evidence=evidence,
        ),
        has_revisions=has_revisions,
    )
