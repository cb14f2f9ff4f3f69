"""Read presentations (.pptx, .ppt, .dps): slides in their order, titles as headings, notes apart.

Hidden slides, and the numbers, dates and feet that stand on every slide, are left out.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from itertools import islice

from ...errors import UnreadableFileError
from ..extract import Extract
from ..headings import may_be_title
from .office import Kind, OfficeLine, line_of, office_extract, row_of, written_in
from .ole import Compound
from .package import NAMES, Element, Package, child

_UNSEEN = frozenset(("sldNum", "dt", "ftr", "hdr", "sldImg"))
_DEEPEST = 40
_LINES_LIMIT = 200_000


def read_slides(data: bytes, kind: str) -> Extract:
    """The text of a presentation, ``kind`` "pptx" or "ppt", one line per paragraph or row.

    Raises UnreadableFileError for one that is damaged or protected.
    """
    return _read_pptx(data) if kind == "pptx" else _read_ppt(data)


# .pptx


def _read_pptx(data: bytes) -> Extract:
    with Package(data) as package:
        root = package.parse(package.main)
        if NAMES[root.tag] != "p:presentation":
            raise UnreadableFileError("slides-are-none")
        slides: list[list[OfficeLine]] = []
        order = child(root, "p:sldIdLst")
        for each in () if order is None else order:
            part = package.target(package.main, each)
            if part is not None:
                slides.append(list(_slide(package, part)))
        title, author = package.properties()
    return office_extract(_titled(slides), "pptx", title=title, author=author)


def _titled(slides: Iterable[list[OfficeLine]]) -> list[OfficeLine]:
    """The lines of slides; the title of the first is that of the presentation, also where it is
    no more than the first line on it that may be one.
    """
    shown = list(filter(None, slides))
    first = shown[0] if shown else []
    marked = [i for i, line in enumerate(first) if line.level]
    others = (i for i, line in enumerate(first) if not line.kind and may_be_title(line.text))
    for at in marked[:1] or [*others][:1]:
        first[at] = OfficeLine(first[at].text, kind="title")
    return [line for slide in shown for line in slide]


def _slide(package: Package, part: str) -> Iterator[OfficeLine]:
    root = package.parse(part)
    if root.get("show") in ("0", "false"):
        return
    tree = child(child(root, "p:cSld"), "p:spTree")
    if tree is not None:
        yield from _shapes(package, part, tree, "")
    for notes in package.of_kind(part, "notesSlide"):
        if package.has(notes):
            beside = child(child(package.parse(notes), "p:cSld"), "p:spTree")
            if beside is not None:
                yield from _shapes(package, notes, beside, "speaker-note")


def _shapes(package: Package, part: str, element: Element, kind: Kind) -> Iterator[OfficeLine]:
    """The lines of the shapes in an element, in the order of the file, which is that of drawing."""
    for each in element:
        name = NAMES[each.tag]
        if name == "mc:AlternateContent":
            choices = [c for c in each if NAMES[c.tag] in ("mc:Choice", "mc:Fallback")]
            yield from _shapes(package, part, choices[0], kind) if choices else ()
        elif name == "p:grpSp":
            if not _is_hidden(each):
                yield from _shapes(package, part, each, kind)
        elif name in ("p:sp", "p:cxnSp"):
            if not _is_hidden(each):
                yield from _shape(each, kind)
        elif name == "p:graphicFrame" and not _is_hidden(each):
            for table in each.iter("{*}tbl"):
                for row in table:
                    if NAMES[row.tag] == "a:tr":
                        cells = (" ".join(_paragraphs(cell)) for cell in row)
                        if text := row_of(list(cells)):
                            yield OfficeLine(text, kind=kind or "row")
            for relation in each.iter("{*}relIds"):
                diagram = package.target(part, relation, "dm")
                if diagram is not None:
                    for text in _paragraphs(package.parse(diagram)):
                        yield OfficeLine(text, kind=kind or "drawing")
            for reference in each.iter("{*}chart"):
                chart = package.target(part, reference)
                if chart is not None:
                    for text in written_in(package.parse(chart)):
                        yield OfficeLine(text, kind=kind or "drawing")


def _is_hidden(shape: Element) -> bool:
    for each in shape:
        if NAMES[each.tag].startswith("p:nv"):
            named = child(each, "p:cNvPr")
            return named is not None and named.get("hidden") in ("1", "true")
    return False


def _shape(shape: Element, kind: Kind) -> Iterator[OfficeLine]:
    placed = next(shape.iter("{*}ph"), None)
    role = "" if placed is None else placed.get("type", "body")
    if role in _UNSEEN:
        return
    is_title = role in ("title", "ctrTitle") and not kind
    body = child(shape, "p:txBody")
    texts = () if body is None else _paragraphs(body)
    if is_title:
        # A title broken into lines is one.
        if text := " ".join(texts):
            yield OfficeLine(text, level=1)
        return
    for text in texts:
        yield OfficeLine(text, kind=kind)


def _paragraphs(element: Element) -> Iterator[str]:
    """The paragraphs below an element that hold text; a line break in one ends a line."""
    for paragraph in element.iter("{*}p"):
        if NAMES[paragraph.tag] != "a:p":
            continue
        pieces: list[str] = []
        for each in paragraph.iter("{*}t", "{*}br", "{*}tab"):
            is_text = each.tag.endswith("}t")  # of a formula, too
            name = NAMES[each.tag]
            pieces.append(each.text or "" if is_text else "\n" if name == "a:br" else "\t")
        yield from filter(None, (line_of(text) for text in "".join(pieces).split("\n")))


# .ppt

_CONTAINER = 0xF
_SLIDE_LIST, _SLIDE, _NOTES = 4080, 1006, 1008
_SLIDE_PLACE, _SLIDE_FACTS, _SHOW_FACTS = 1011, 1007, 1017
_HEADER, _WIDE, _NARROW = 3999, 4000, 4008
_FOOTERS = 4057
_TITLES = (0, 6)
_ENCRYPTED = 0xF3D1C4DF

_Record = tuple[int, int, int, int]
"""(version and instance, type, where its content begins, and ends)."""


def _records(data: bytes, at: int, end: int) -> Iterator[_Record]:
    while at + 8 <= end:
        version, kind, size = struct.unpack_from("<HHI", data, at)
        yield version, kind, at + 8, min(at + 8 + size, end)
        at += 8 + size


def _read_ppt(data: bytes) -> Extract:
    with Compound(data) as file:
        folder = "" if file.has("PowerPoint Document") else "PP97_DUALSTORAGE/"
        stream = file.read(f"{folder}PowerPoint Document")
        user = f"{folder}Current User"
        current = file.read(user) if file.has(user) else b""
        title, author = file.properties()
        if file.has("EncryptedSummary"):
            raise UnreadableFileError("office-protected")
    if len(current) < 20:
        raise UnreadableFileError("office-damaged", error="Current User")
    mark, edit = struct.unpack_from("<II", current, 12)
    if mark == _ENCRYPTED:
        raise UnreadableFileError("office-protected")
    places, document = _live(stream, edit)
    if document not in places:
        raise UnreadableFileError("office-damaged", error="PowerPoint Document")
    lines = list(_Slides(stream, places).lines(places[document]))
    titled = _titled([lines[:1], lines[1:]])
    return office_extract(titled, "ppt", title=title, author=author)


def _live(stream: bytes, edit: int) -> tuple[dict[int, int], int]:
    """Where each object is in its newest version, and the number of the document."""
    places: dict[int, int] = {}
    document = 0
    seen: set[int] = set()
    while edit and edit not in seen and edit + 36 <= len(stream):
        seen.add(edit)
        _, _, before, directory, number = struct.unpack_from("<IIIII", stream, edit + 8)
        document = document or number
        for _, _, at, end in islice(_records(stream, directory, len(stream)), 1):
            while at + 4 <= end:
                head = struct.unpack_from("<I", stream, at)[0]
                at += 4
                for number in range(head & 0xFFFFF, (head & 0xFFFFF) + (head >> 20)):
                    if at + 4 > end:
                        break
                    places.setdefault(number, struct.unpack_from("<I", stream, at)[0])
                    at += 4
        edit = before
    return places, document


class _Slides:
    """The slides of one presentation."""

    def __init__(self, stream: bytes, places: dict[int, int]) -> None:
        self._stream, self._places = stream, places
        self._count = 0

    def lines(self, document: int) -> Iterator[OfficeLine]:
        """The lines of all slides, the notes of each behind it."""
        lists: dict[int, list[tuple[int, int, list[OfficeLine]]]] = {}
        for version, kind, at, end in self._inside(document):
            if kind == _SLIDE_LIST:
                lists[version >> 4] = list(self._listed(at, end))
        notes = {identity: number for number, identity, _ in lists.get(2, ())}
        for number, _, texts in lists.get(0, ()):
            if number not in self._places:
                continue
            place = self._places[number]
            hidden, of_notes = self._facts(place)
            if hidden:
                continue
            yield from texts
            yield from self._texts(place, "")
            note = notes.get(of_notes)
            if note in self._places:
                yield from self._texts(self._places[note], "speaker-note")

    def _inside(self, place: int) -> Iterator[_Record]:
        """What is in the object at a place."""
        if place + 8 <= len(self._stream):
            size = struct.unpack_from("<I", self._stream, place + 4)[0]
            yield from _records(self._stream, place + 8, min(place + 8 + size, len(self._stream)))

    def _listed(self, at: int, end: int) -> Iterator[tuple[int, int, list[OfficeLine]]]:
        """(object, identity, text of its places) of each slide of a list."""
        found: tuple[int, int, list[OfficeLine]] | None = None
        is_title = False
        for _, kind, start, stop in _records(self._stream, at, end):
            if kind == _SLIDE_PLACE and start + 16 <= stop:
                if found is not None:
                    yield found
                number, _, _, identity = struct.unpack_from("<IIiI", self._stream, start)
                found = number, identity, []
            elif kind == _HEADER and start + 4 <= stop:
                is_title = struct.unpack_from("<I", self._stream, start)[0] in _TITLES
            elif found is not None and kind in (_WIDE, _NARROW):
                found[2].extend(self._said(kind, start, stop, "", is_title=is_title))
        if found is not None:
            yield found

    def _facts(self, place: int) -> tuple[bool, int]:
        """Whether a slide is hidden, and the identity of its notes."""
        hidden, notes = False, 0
        for _, kind, start, stop in self._inside(place):
            if kind == _SLIDE_FACTS and start + 20 <= stop:
                notes = struct.unpack_from("<I", self._stream, start + 16)[0]
            elif kind == _SHOW_FACTS and start + 12 <= stop:
                hidden = bool(struct.unpack_from("<H", self._stream, start + 10)[0] & 4)
        return hidden, notes

    def _texts(self, place: int, kind: Kind) -> Iterator[OfficeLine]:
        for version, record, start, stop in self._inside(place):
            if version & _CONTAINER == _CONTAINER and record != _FOOTERS:
                yield from self._atoms(record, start, stop, kind, 0)

    def _atoms(
        self, record: int, start: int, stop: int, kind: Kind, depth: int
    ) -> Iterator[OfficeLine]:
        is_title = False
        if depth > _DEEPEST or record in (_WIDE, _NARROW):
            return
        for version, inner, at, end in _records(self._stream, start, stop):
            if inner == _HEADER and at + 4 <= end:
                is_title = struct.unpack_from("<I", self._stream, at)[0] in _TITLES
            elif inner in (_WIDE, _NARROW):
                yield from self._said(inner, at, end, kind, is_title=is_title)
            elif version & _CONTAINER == _CONTAINER and inner != _FOOTERS:
                yield from self._atoms(inner, at, end, kind, depth + 1)

    def _said(
        self, record: int, start: int, stop: int, kind: Kind, *, is_title: bool
    ) -> Iterator[OfficeLine]:
        raw = self._stream[start:stop]
        text = raw.decode("utf-16-le" if record == _WIDE else "latin-1", "replace")
        lines = filter(
            None, map(line_of, text.replace("\x0b", "\n").replace("\r", "\n").split("\n"))
        )
        said = [line for line in lines if line != "*"]  # the place of a number or a date
        if is_title and not kind and said:
            said = [" ".join(said)]
        for line in said:
            self._count += 1
            if self._count > _LINES_LIMIT:
                raise UnreadableFileError("office-too-much-text", limit=_LINES_LIMIT)
            yield (
                OfficeLine(line, level=1) if is_title and not kind else OfficeLine(line, kind=kind)
            )
