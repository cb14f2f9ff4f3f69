"""Read OpenDocument texts and presentations (.odt, .odp): what is seen, changes accepted.

Deleted text lies apart in such a file, hidden text has a style that does not show it. Numbers of
lists are counted as in Word files. ``OpenDocument`` is also what tables (.ods) are read with.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...errors import UnreadableFileError
from ..extract import Extract
from .office import Kind, OfficeLine, line_of, office_extract, row_of
from .package import NAMES, Element, Package, child, first_text, number_of, value
from .word.fields import signs_in
from .word.numbering import Counters, Level, NumberedList, next_number

_DEEPEST = 50
"""Styles based on styles; what goes on longer is a circle."""
_SPACES_LIMIT = 100
_SIGNS = {"text:tab": "\t", "text:line-break": "\n"}
_UNSEEN = frozenset(
    (
        *("office:annotation", "office:annotation-end", "text:tracked-changes", "text:ruby-text"),
        *("text:hidden-text", "text:script", "office:forms", "text:sequence-decls"),
        *("text:variable-decls", "text:user-field-decls", "text:note-citation", "svg:title"),
        *(
            "svg:desc",
            ":title",
            ":desc",
            "text:alphabetical-index-auto-mark-file",
            "text:dde-connection-decls",
        ),
        *("presentation:header-decl", "presentation:footer-decl", "presentation:date-time-decl"),
        *("text:index-title-template", "text:bibliography-configuration", "office:event-listeners"),
    )
)
_FORMS = {
    **{"1": "decimal", "i": "lowerRoman", "I": "upperRoman", "a": "lowerLetter"},
    **{"A": "upperLetter", "一": "chineseCountingThousand", "壹": "chineseLegalSimplified"},
    **{"①": "decimalEnclosedCircle", "甲": "ideographTraditional", "子": "ideographZodiac"},
    **{"１": "decimalFullWidth", "1st": "ordinal", "01": "decimalZero", "": "none"},
}
_OF_PAGE = ("header", "footer", "page-number", "date-time")
"""Frames of a slide, or of its notes, that say nothing of it."""
_CONTENTS = ("text:table-of-content", "text:alphabetical-index", "text:index-body")
_PLACE = re.compile(r"%([0-9]+)%")


class OpenDocument:
    """The content of one file. Raises UnreadableFileError where it is damaged or protected."""

    def __init__(self, data: bytes) -> None:
        self._package = Package(data)
        try:
            manifest = "META-INF/manifest.xml"
            if self._package.has(manifest):
                root = self._package.parse(manifest)
                if next(root.iter("{*}encryption-data"), None) is not None:
                    raise UnreadableFileError("office-protected")
            self.root = self._package.parse("content.xml")
            self._styles: dict[tuple[str, str], Element] = {}
            self.lists: dict[str, Element] = {}
            self.outline: Element | None = None
            roots = [self._package.parse("styles.xml")] if self._package.has("styles.xml") else []
            for element in (*roots, self.root):
                for each in element.iter("{*}style", "{*}list-style", "{*}outline-style"):
                    self._learn(each)
            self.title, self.author = self._properties()
        except BaseException:
            self._package.close()
            raise

    def __enter__(self) -> OpenDocument:
        return self

    def __exit__(self, *_: object) -> None:
        self._package.close()

    def _learn(self, style: Element) -> None:
        name = NAMES[style.tag]
        if name == "style:style":
            self._styles[value(style, "family") or "", value(style, "name") or ""] = style
        elif name == "text:list-style":
            self.lists[_attribute(style, "name") or ""] = style
        elif name == "text:outline-style":
            self.outline = style

    def _properties(self) -> tuple[str, str]:
        if not self._package.has("meta.xml"):
            return "", ""
        root = self._package.parse("meta.xml")
        return first_text(root, "title"), first_text(root, "initial-creator")

    def body(self, kind: str) -> Element:
        """The element that holds the content, "office:text"; another where it is another kind."""
        body = child(self.root, "office:body")
        for each in () if body is None else body:
            if NAMES[each.tag] == kind or not kind:
                return each
        raise UnreadableFileError("office-damaged", error="content.xml")

    def hides(self, family: str, name: str | None) -> bool | None:
        """Whether a style hides text; None where it does not say."""
        for _ in range(_DEEPEST):
            style = self._styles.get((family, name or ""))
            if style is None:
                return None
            properties = child(style, "style:text-properties")
            shown = None if properties is None else _attribute(properties, "display")
            if shown is not None:
                return shown == "none"
            name = value(style, "parent-style-name")
        return None

    def font_of(self, name: str | None) -> str:
        """The font of a character style."""
        properties = child(self._styles.get(("text", name or "")), "style:text-properties")
        return "" if properties is None else _attribute(properties, "font-name") or ""

    def is_hidden_table(self, table: Element) -> bool:
        """Whether a sheet is not shown."""
        style = self._styles.get(("table", value(table, "style-name") or ""))
        properties = child(style, "style:table-properties")
        return properties is not None and _attribute(properties, "display") == "false"

    def is_hidden_slide(self, page: Element) -> bool:
        """Whether a slide is left out of the show."""
        style = self._styles.get(("drawing-page", _attribute(page, "style-name") or ""))
        properties = child(style, "style:drawing-page-properties")
        return properties is not None and _attribute(properties, "visibility") == "hidden"

    def style_name(self, name: str | None) -> str:
        """What a paragraph style is called, or the one that an automatic style is based on."""
        for _ in range(_DEEPEST):
            style = self._styles.get(("paragraph", name or ""))
            if style is None:
                break
            parent = value(style, "parent-style-name")
            if parent is None or not re.fullmatch(r"P[0-9]+", name or ""):
                return (value(style, "display-name") or name or "").replace("_20_", " ")
            name = parent
        return (name or "").replace("_20_", " ")

    def text_of(self, cell: Element) -> str:
        """What a cell shows, its paragraphs in one line."""
        reading = _Reading(self)
        texts = (reading.inline(each) for each in cell if NAMES[each.tag] in ("text:p", "text:h"))
        return line_of(" ".join(texts))


def rows_of(table: Element) -> Iterator[Element]:
    """The rows of a table, those in groups too, that are not hidden."""
    for each in table:
        name = NAMES[each.tag]
        if name == "table:table-row":
            if value(each, "visibility") not in ("collapse", "filter"):
                yield each
        elif name in ("table:table-header-rows", "table:table-rows", "table:table-row-group"):
            yield from rows_of(each)


def read_odt(data: bytes) -> Extract:
    """The text of an OpenDocument text or presentation, one line per paragraph and table row.

    Raises UnreadableFileError for one that is damaged or protected.
    """
    with OpenDocument(data) as document:
        reading = _Reading(document)
        changes = next(document.root.iter("{*}tracked-changes"), None)
        lines = list(reading.blocks(document.body("")))
        return office_extract(
            lines,
            "odt",
            title=document.title,
            author=document.author,
            has_revisions=changes is not None and len(changes) > 0,
        )


def _attribute(element: Element, name: str) -> str | None:
    """An attribute of any namespace."""
    for key, found in element.attrib.items():
        if key.rpartition("}")[2] == name:
            return str(found)
    return None


class _Lists:
    """Where in a list a paragraph is."""

    def __init__(self, style: str | None, key: str) -> None:
        self.style, self.key = style, key
        self.level = 0


class _Reading:
    """One document while it is read."""

    def __init__(self, document: OpenDocument) -> None:
        self._document = document
        self._counters = Counters()
        self._numbered: dict[str, NumberedList] = {}
        self._beside: list[tuple[Kind, Element]] = []
        self._number_of_lists = 0
        self._in_cell = False  # where a number may stand alone
        self._same: dict[str, str] = {}  # what one goes on with → the list

    # Blocks

    def blocks(
        self, element: Element, within: _Lists | None = None, kind: Kind = ""
    ) -> Iterator[OfficeLine]:
        """The lines of what is in an element."""
        first = True
        for each in element:
            name = NAMES[each.tag]
            if name in ("text:p", "text:h"):
                is_item = within is not None and first and NAMES[element.tag] == "text:list-item"
                yield from self._paragraph(each, within if is_item else None, kind)
                first = False
            elif name == "text:list":
                yield from self._list(each, within, kind)
            elif name == "table:table":
                yield from self._table(each)
            elif name == "text:section" and _attribute(each, "display") == "none":
                continue
            elif name in _CONTENTS:
                yield from self.blocks(each, None, "contents")
            elif name.endswith("-source") and name.startswith("text:"):
                continue
            elif name == "draw:page":
                yield from self._slide(each)
            elif name == "presentation:notes":
                yield from self.blocks(each, None, "speaker-note")
            elif name not in _UNSEEN and name != "?":
                yield from self.blocks(each, within, kind)

    def _paragraph(
        self, element: Element, within: _Lists | None, kind: Kind
    ) -> Iterator[OfficeLine]:
        style = _attribute(element, "style-name")
        number = ""
        hidden = bool(self._document.hides("paragraph", style))
        text = self.inline(element, hidden=hidden)
        beside, self._beside = self._beside, []
        if within is not None:
            number = self._next(within)
        elif NAMES[element.tag] == "text:h" and _attribute(element, "is-list-header") != "true":
            number = self._outlined(element)
        if text.strip() or (number and self._in_cell):
            level = 0
            if NAMES[element.tag] == "text:h":
                level = number_of(_attribute(element, "outline-level"), 1, 6) or 1
            named = self._document.style_name(style)
            for piece in (number + text).split("\n"):
                if line := line_of(piece):
                    if kind:
                        yield OfficeLine(line, kind=kind)
                    elif level:
                        yield OfficeLine(line, level)
                    else:
                        yield _of_style(line, named)
        for what, each in beside:
            if not hidden:
                yield from self.blocks(each, None, kind or what)

    def _slide(self, page: Element) -> Iterator[OfficeLine]:
        if self._document.is_hidden_slide(page):
            return
        notes = []
        for each in page:
            name = NAMES[each.tag]
            if name == "presentation:notes":
                notes.append(each)
                continue
            placed = _attribute(each, "class")
            if placed in _OF_PAGE:
                continue
            lines = self.blocks((each,), None)
            for line in lines:
                if placed == "title" and not line.kind:
                    yield OfficeLine(line.text, 1)
                else:
                    yield line
        for each in (each for note in notes for each in note):
            if _attribute(each, "class") not in _OF_PAGE:
                yield from self.blocks((each,), None, "speaker-note")

    def _table(self, table: Element) -> Iterator[OfficeLine]:
        after: list[OfficeLine] = []
        for row in rows_of(table):
            cells: list[str] = []
            for cell in row:
                if NAMES[cell.tag] != "table:table-cell":
                    continue
                texts: list[str] = []
                self._in_cell = True
                for line in self.blocks(cell):
                    if line.kind in ("note", "drawing"):
                        after.append(line)
                    else:
                        texts.append(line.text)
                self._in_cell = False
                cells.append(" ".join(texts))
            if text := row_of(cells):
                yield OfficeLine(text, kind="row")
            yield from after
            after.clear()

    # Lists

    def _list(self, element: Element, within: _Lists | None, kind: Kind) -> Iterator[OfficeLine]:
        style = _attribute(element, "style-name")
        if within is None:
            continued = _attribute(element, "continue-list")
            identity = element.get("{http://www.w3.org/XML/1998/namespace}id")
            self._number_of_lists += 1
            key = self._same.get(continued or "", f"list {self._number_of_lists}")
            if _attribute(element, "continue-numbering") == "true":
                key = self._same.get(f"style {style}", key)
            here = _Lists(style, key)
            self._same |= {f"style {style}": key, identity or "": key}
        else:
            here = _Lists(style or within.style, within.key)
            here.level = within.level + 1
        for item in element:
            if NAMES[item.tag] in ("text:list-item", "text:list-header"):
                if (start := _attribute(item, "start-value")) is not None:
                    counts = self._counters.counts.setdefault(here.key, [None] * 9)
                    counts[min(here.level, 8)] = number_of(start, 1, 30_000) - 1
                yield from self.blocks(item, here, kind)

    def _next(self, within: _Lists) -> str:
        key = f"{within.key}\0{within.style}"
        if key not in self._numbered:
            levels = _levels(self._document.lists.get(within.style or ""))
            self._numbered[key] = NumberedList(within.key, levels, {})
        return next_number(key, self._numbered[key], min(within.level, 8), self._counters)

    def _outlined(self, element: Element) -> str:
        if self._document.outline is None:
            return ""
        if "outline" not in self._numbered:
            levels = _levels(self._document.outline)
            self._numbered["outline"] = NumberedList("outline", levels, {})
        level = number_of(_attribute(element, "outline-level"), 1, 9)
        return next_number("outline", self._numbered["outline"], max(level, 1) - 1, self._counters)

    # Text

    def inline(self, element: Element, *, hidden: bool = False) -> str:
        """The text inside of a paragraph; what stands beside it is kept for afterwards."""
        pieces = ["" if hidden else element.text or ""]
        for each in element:
            name = NAMES[each.tag]
            if name == "text:s" and not hidden:
                pieces.append(" " * number_of(_attribute(each, "c"), 1, _SPACES_LIMIT))
            elif name in _SIGNS and not hidden:
                pieces.append(_SIGNS[name])
            elif name == "text:note":
                body = child(each, "text:note-body")
                if body is not None and not hidden:
                    self._beside.append(("note", body))
            elif name.startswith("draw:") and name != "draw:a":
                if not hidden:
                    self._beside.append(("box", each))
            elif name == "text:span":
                style = _attribute(each, "style-name")
                own = self._document.hides("text", style)
                text = self.inline(each, hidden=hidden if own is None else own)
                pieces.append(signs_in(self._document.font_of(style), text))
            elif name not in _UNSEEN and name != "?":
                pieces.append(self.inline(each, hidden=hidden))
            if not hidden:
                pieces.append(each.tail or "")
        return "".join(pieces)


def _of_style(text: str, style: str) -> OfficeLine:
    if style.lower() == "title":
        return OfficeLine(text, kind="title")
    if style.lower() in ("caption", "illustration", "table", "figure"):
        return OfficeLine(text, kind="caption")
    return OfficeLine(text)


def _levels(style: Element | None) -> dict[int, Level]:
    """The levels of a list style."""
    levels: dict[int, Level] = {}
    for each in () if style is None else style:
        name = NAMES[each.tag]
        number = number_of(_attribute(each, "level"), 1, 9) - 1
        if name not in ("text:list-level-style-number", "text:outline-level-style") or number < 0:
            continue
        form = _attribute(each, "num-format") or ""
        head = form.partition(",")[0].strip()
        said = _attribute(each, "num-list-format")
        if said is not None:
            text = _PLACE.sub(lambda found: f"%{found[1]}", said)
        else:
            above = max(number_of(_attribute(each, "display-levels"), 1, 9), 1)
            places = [f"%{i}" for i in range(max(number - above + 2, 1), number + 2)]
            text = (
                (_attribute(each, "num-prefix") or "")
                + (".".join(places) if head else "")
                + (_attribute(each, "num-suffix") or "")
            )
        levels[number] = Level(
            text=text if head or text.strip("%123456789. ") else "",
            form=_FORMS.get(head, "decimal"),
            start=number_of(_attribute(each, "start-value"), 1, 30_000),
            restart=number,
            after=" ",
        )
    return levels
