"""Walk through the text of a Word document: one line for each paragraph and row that is seen.

Tracked changes count as accepted. What stands beside a paragraph (text boxes, notes, the text of
diagrams) follows it in lines of its own. An element that is not known is passed through to what
it holds, so that no new kind of container hides text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Literal

from ..package import NAMES, Element, child, number_of, value
from .fields import Fields, formula, symbol
from .numbering import Counters, Numbering, Style, Styles, is_on

LineKind = Literal["", "row", "box", "note", "contents", "drawing"]
"""What a line is if no paragraph of the body: a table's row, of a text box, note ..."""

_SPACE = re.compile(r"[ \t\r\n\f\v\xa0]+")
_SKIPPED = frozenset(
    f"w:{name}"
    for name in (
        *("del", "moveFrom", "delText", "delInstrText", "instrText", "rt", "softHyphen", "pgNum"),
        *("pPr", "rPr", "sdtPr", "sdtEndPr", "tblPr", "tblGrid", "tblPrEx", "trPr", "tcPr"),
        *("sectPr", "customXmlPr", "smartTagPr", "rubyPr", "fldData", "ffData"),
    )
) | {"m:ctrlPr", "m:rPr", "m:oMathParaPr", "m:argPr"}
_FORMULAS = frozenset(
    f"m:{name}"
    for name in (
        *("f", "rad", "nary", "d", "sSup", "sSub", "sSubSup", "sPre", "limLow", "limUpp"),
        *("eqArr", "m", "mr"),
    )
)
_DRAWINGS = frozenset(("w:drawing", "w:pict", "w:object"))
_ASIDES = frozenset(("w:footnoteReference", "w:endnoteReference", "dgm:relIds", "c:chart"))
_TEXTS = tuple(
    f"{{*}}{name.partition(':')[2]}"
    for name in ("w:t", "w:sym", "v:textpath", "w:altChunk", *_ASIDES)
)
"""Holds text, in any namespace."""
_UNDERSTOOD = ("http://schemas.microsoft.com/office/", "http://schemas.openxmlformats.org/")
_SIGNS = {"w:tab": "\t", "w:ptab": "\t", "w:cr": "\n", "w:noBreakHyphen": "-"}
_WIDEST = 1000
"""Columns that a cell may take or a row may leave out; Word has 63."""


@dataclass(frozen=True, slots=True)
class WordLine:
    """A line that is not blank, the name of its style, and what it is."""

    text: str
    style: str = ""
    kind: LineKind = ""


Aside = Callable[[Element], Iterable[WordLine]]
"""Gives the lines of what an element refers to: a note, a diagram, an embedded file."""


@dataclass(slots=True)
class _Paragraph:
    """A paragraph, as far as it has come."""

    pieces: list[str] = field(default_factory=list)
    beside: list[Element] = field(default_factory=list)
    number: str | None = None
    style: Style = field(default_factory=Style)
    hides: bool = False
    in_contents: bool = False
    in_text: bool = False


class Story:
    """The lines of one story: the body, a note, or a text box, with its own counters."""

    def __init__(
        self,
        styles: Styles,
        numbering: Numbering,
        aside: Aside,
        counters: Counters,
        boxes: Counters,
    ) -> None:
        self._styles, self._numbering, self._aside = styles, numbering, aside
        self._counters, self._boxes = counters, boxes
        self._fields = Fields(None)
        self._out: list[WordLine] = []
        self._open: _Paragraph | None = None
        self._in_cell = False
        self._table_hides = False

    def lines(self, container: Element) -> list[WordLine]:
        """All lines of a container of paragraphs and tables."""
        self._fields = Fields(container)
        self._blocks(container)
        self._close()
        return self._out

    def _blocks(self, container: Element) -> None:
        for element in container:
            name = NAMES[element.tag]
            if name == "w:p":
                self._paragraph(element)
            elif name == "w:tbl":
                self._close()
                self._table(element)
            elif name == "w:altChunk":
                self._close()
                self._out += self._aside(element)
            elif name == "mc:AlternateContent":
                self._blocks(_alternative(element))
            elif name in ("w:r", "w:hyperlink", "w:fldSimple", "m:oMath", "m:oMathPara"):
                self._inline((element,), self._paragraph_open(None))
                self._close()
            elif name not in _SKIPPED:
                self._blocks(element)

    # Paragraphs

    def _paragraph_open(self, style: Style | None) -> _Paragraph:
        if self._open is None:
            self._open = _Paragraph()
        self._open.style = style or self._styles.get("paragraph", None)
        self._open.hides = self._table_hides != self._open.style.hides
        return self._open

    def _paragraph(self, element: Element) -> None:
        properties = child(element, "w:pPr")
        style = self._styles.get("paragraph", value(child(properties, "w:pStyle")))
        paragraph = self._paragraph_open(style)
        self._inline(element, paragraph)
        mark = child(properties, "w:rPr")
        if child(mark, "w:del") is not None or child(mark, "w:moveFrom") is not None:
            return  # without its mark a paragraph goes on in the next one
        if value(child(properties, "w:framePr"), "dropCap") in ("drop", "margin"):
            return  # the first character of the next paragraph, set large
        if self._is_hidden(mark, paragraph):
            if paragraph.number is None and any(piece.strip() for piece in paragraph.pieces):
                paragraph.number = self._numbering.number(properties, style, self._counters)
            return
        if paragraph.number is None:
            paragraph.number = self._numbering.number(properties, style, self._counters)
        self._close()

    def _close(self) -> None:
        """End the open paragraph, and put out its lines and what stands beside it."""
        paragraph, self._open = self._open, None
        if paragraph is None:
            return
        text = "".join(paragraph.pieces)
        number = paragraph.number or ""
        if text.strip() or self._in_cell:
            kind: LineKind = ""
            if paragraph.in_contents and not paragraph.in_text:
                kind = "contents"
            # A line break inside of a paragraph (Shift+Enter) ends a line: many use it for
            # paragraphs.
            for piece in (number + text).split("\n"):
                line = _SPACE.sub(" ", piece).strip()
                if line:
                    self._out.append(WordLine(line, paragraph.style.name, kind))
        for element in paragraph.beside:
            self._beside(element)

    def _beside(self, element: Element) -> None:
        name = NAMES[element.tag]
        if name == "w:txbxContent":
            box = Story(self._styles, self._numbering, self._aside, self._boxes, self._boxes)
            self._out += [
                line if line.kind else replace(line, kind="box") for line in box.lines(element)
            ]
        elif name == "v:textpath":
            text = _SPACE.sub(" ", element.get("string") or "").strip()
            self._out += [WordLine(text, kind="box")] if text else []
        elif name == "a:p":
            text = "".join(each.text or "" for each in element.iter("{*}t"))
            text = _SPACE.sub(" ", text).strip()
            self._out += [WordLine(text, kind="box")] if text else []
        else:
            self._out += self._aside(element)

    # What is in a paragraph

    def _inline(self, elements: Iterable[Element], paragraph: _Paragraph) -> None:
        for element in elements:
            name = NAMES[element.tag]
            if name == "w:r":
                hidden = self._is_hidden(child(element, "w:rPr"), paragraph)
                self._run(element, paragraph, hidden=hidden)
            elif name == "m:r":
                if is_on(child(element, "w:rPr"), "w:vanish") is not True:
                    self._run(element, paragraph, hidden=False)
            elif name in _FORMULAS:
                self._add(formula(element, self._text_of), paragraph)
            elif name == "mc:AlternateContent":
                self._inline(_alternative(element), paragraph)
            elif name in _DRAWINGS:
                self._drawing(element, paragraph)
            elif name not in _SKIPPED and name != "?":
                self._inline(element, paragraph)

    def _run(self, run: Element, paragraph: _Paragraph, *, hidden: bool) -> None:
        for element in run:
            name = NAMES[element.tag]
            if name == "w:fldChar":
                shown = self._fields.mark(element)
                if not hidden:
                    self._add(shown, paragraph)
            elif name == "w:instrText":
                self._fields.instruct(element.text or "")
            elif hidden:
                continue
            elif name in ("w:t", "m:t"):
                self._add(element.text or "", paragraph)
            elif name in _SIGNS:
                self._add(_SIGNS[name], paragraph)
            elif name == "w:br":
                # A break of page or column is none of the text.
                if value(element, "type") in (None, "textWrapping"):
                    self._add("\n", paragraph)
            elif name == "w:sym":
                self._add(symbol(element), paragraph)
            elif name in _DRAWINGS:
                self._drawing(element, paragraph)
            elif name in _ASIDES:
                self._put_beside(element, paragraph)
            elif name == "mc:AlternateContent":
                self._run(_alternative(element), paragraph, hidden=hidden)
            elif name == "w:ruby":
                self._inline(element, paragraph)
            elif name not in _SKIPPED and name != "?":
                self._inline((element,), paragraph)

    def _add(self, text: str, paragraph: _Paragraph) -> None:
        if text and self._fields.is_shown:
            paragraph.pieces.append(text)
            if text.strip():
                paragraph.in_contents |= self._fields.is_contents
                paragraph.in_text |= not self._fields.is_contents

    def _put_beside(self, element: Element, paragraph: _Paragraph) -> None:
        if self._fields.is_shown:
            paragraph.beside.append(element)

    def _text_of(self, element: Element) -> str:
        """The text inside of a part of a formula."""
        inner = _Paragraph()
        self._inline(element, inner)
        return "".join(inner.pieces)

    def _drawing(self, element: Element, paragraph: _Paragraph) -> None:
        """What is written in a drawing: text boxes, WordArt, diagrams, charts."""
        for each in element:
            name = NAMES[each.tag]
            if name == "mc:AlternateContent":
                self._drawing(_alternative(each), paragraph)
            elif name in ("w:txbxContent", "a:p", "v:textpath") or name in _ASIDES:
                self._put_beside(each, paragraph)
            elif name not in ("w:del", "w:moveFrom", "?") and not _is_invisible(each):
                self._drawing(each, paragraph)

    def _is_hidden(self, properties: Element | None, paragraph: _Paragraph) -> bool:
        """Whether these run properties hide text of this paragraph."""
        direct = is_on(properties, "w:vanish")
        if direct is not None:
            return direct
        if self._styles.hides_all:
            return True
        style = value(child(properties, "w:rStyle"))
        hides = style is not None and self._styles.get("character", style).hides
        return hides != paragraph.hides

    # Tables

    def _table(self, table: Element) -> None:
        style = value(child(child(table, "w:tblPr"), "w:tblStyle"))
        before = self._table_hides, self._in_cell
        self._table_hides = style is not None and self._styles.get("table", style).hides
        self._in_cell = True
        merged: set[int] = set()
        for row in _inside(table, "w:tr"):
            properties = child(row, "w:trPr")
            # A row that is deleted or hidden is not there.
            if child(properties, "w:del") is None and is_on(properties, "w:hidden") is not True:
                merged = self._row(row, properties, merged)
        self._table_hides, self._in_cell = before

    def _row(self, row: Element, properties: Element | None, merged: set[int]) -> set[int]:
        """Put out a row as one line; gives the columns whose cells may go on below.

        A table inside of a cell parts the line where it stands; text boxes and notes follow.
        """
        column = number_of(value(child(properties, "w:gridBefore")), 0, _WIDEST)
        goes_on: set[int] = set()
        out, cells, after = self._out, [""], list[WordLine]()
        for cell in _inside(row, "w:tc"):
            of_cell = child(cell, "w:tcPr")
            if child(of_cell, "w:cellDel") is not None:
                continue
            merge = child(of_cell, "w:vMerge")
            at = column
            column += max(1, number_of(value(child(of_cell, "w:gridSpan")), 1, _WIDEST))
            if merge is not None:
                goes_on.add(at)
                if value(merge) != "restart" and at in merged:
                    continue  # what it holds is not shown
            self._out = []
            self._blocks(cell)
            self._close()
            for line in self._out:
                if line.kind == "row":
                    _put_row(out, cells)
                    cells = [""]
                    out.append(line)
                elif line.kind in ("", "contents"):
                    cells[-1] = f"{cells[-1]} {line.text}".strip()
                else:
                    after.append(line)
            cells.append("")
        self._out = out
        _put_row(out, cells)
        out += after
        return goes_on


def _put_row(out: list[WordLine], cells: list[str]) -> None:
    text = "  ".join(filter(None, cells))
    if text:
        out.append(WordLine(text, kind="row"))


def _inside(element: Element, name: str) -> Iterable[Element]:
    """The rows of a table, or cells of a row, also those in content controls."""
    for each in element:
        found = NAMES[each.tag]
        if found == name:
            yield each
        elif found == "mc:AlternateContent":
            yield from _inside(_alternative(each), name)
        elif found not in _SKIPPED and found != "?":
            yield from _inside(each, name)


def _alternative(element: Element) -> Element:
    """The one of several contents that is shown: the first that is understood and holds text."""
    choices = [each for each in element if NAMES[each.tag] in ("mc:Choice", "mc:Fallback")]
    spoken = [each for each in choices if _is_understood(each)] or choices
    for each in spoken:
        if next(each.iter(*_TEXTS), None) is not None:
            return each
    return spoken[0] if spoken else element


def _is_understood(choice: Element) -> bool:
    if NAMES[choice.tag] == "mc:Fallback":
        return True
    spaces = [choice.nsmap.get(prefix, "") for prefix in (choice.get("Requires") or "").split()]
    return all(space.startswith(_UNDERSTOOD) for space in spaces)


def _is_invisible(element: Element) -> bool:
    """Whether a shape is not shown."""
    named = child(element, "wp:docPr")
    if named is not None and named.get("hidden") in ("1", "true"):
        return True
    return "visibility:hidden" in (element.get("style") or "").replace(" ", "")
