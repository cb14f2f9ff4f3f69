"""Read OFD, the fixed layout of GB/T 33190: characters at their places, as printed.

Text stands in TextCode; what chooses glyphs for it is not read, nor are watermarks and seals, which
are annotations. Coordinates are millimetres from the upper left corner.
"""

from __future__ import annotations

import io
import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import replace
from math import sqrt
from typing import Any

from ...errors import UnreadableFileError
from ..columns import Character, columns_of
from ..extract import Extract
from ..printed import Page, extract_of, with_properties
from .archive import Archive
from .package import parse_xml

_POINTS_PER_MM = 72 / 25.4
_PAGES_LIMIT = 5000
_OBJECTS_LIMIT = 2_000_000
"""Characters and objects of one file, whatever its templates and compositions repeat."""
_REPEATS_LIMIT = 100_000
_DEPTH = 40
"""Of blocks and compositions in each other: no page has so many, and no stack is exceeded."""
_PICTURE_SHARE = 0.3
_WIDE_FROM = 0x2E80
_SIZE_MM = 3.0
_ASCENT, _DESCENT = 0.86, 0.14
"""Parts of the height of a character above and below its baseline."""

Element = Any
_Matrix = tuple[float, float, float, float, float, float]
_SAME: _Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def read_ofd(data: bytes) -> Extract:
    """The text of an OFD file, one line per paragraph.

    Raises UnreadableFileError where it is damaged, declares entities, or has no text (scanned).
    """
    return _Reader(_Package(data)).read()


class _Package:
    """The parts of a file by name, whatever case and slashes their names have."""

    def __init__(self, data: bytes) -> None:
        self._archive = Archive(io.BytesIO(data))
        self._names = {
            name.replace("\\", "/").lstrip("/").lower(): name for name in self._archive.names()
        }

    def parse(self, part: str) -> Element | None:
        """The root element of a part; None where there is no such part."""
        name = self._names.get(posixpath.normpath(part).lstrip("/").lower())
        if name is None:
            return None
        return parse_xml(self._archive.read(name), part)


class _Reader:
    """Reads the documents of one file, page after page."""

    def __init__(self, package: _Package) -> None:
        self._package = package
        self._left = _OBJECTS_LIMIT
        self._pages: list[Page] = []

    def read(self) -> Extract:
        """Every page of every document in the file."""
        root = self._package.parse("OFD.xml")
        if root is None:
            raise UnreadableFileError("ofd-damaged", part="OFD.xml")
        info: dict[str, str] = {}
        for body in _children(root, "DocBody"):
            described = _child(body, "DocInfo")
            for each in () if described is None else described:
                info.setdefault(_name(each), " ".join((each.text or "").split()))
            document = _child(body, "DocRoot")
            if document is not None:
                self._read_document(_located("OFD.xml", document.text))
        extract = extract_of(self._pages, "ofd")
        return with_properties(extract, info.get("Title", ""), info.get("Author", ""), "OFD 属性")

    def _read_document(self, part: str) -> None:
        root = self._package.parse(part)
        if root is None:
            raise UnreadableFileError("ofd-damaged", part=part)
        common = _child(root, "CommonData")
        shared = self._units(part, common)
        templates = {
            each.get("ID"): _located(part, each.get("BaseLoc"))
            for each in _children(common, "TemplatePage")
        }
        for page in _children(_child(root, "Pages"), "Page"):
            if len(self._pages) >= _PAGES_LIMIT:
                raise UnreadableFileError(
                    "pdf-too-many-pages", pages=f"> {_PAGES_LIMIT}", limit=_PAGES_LIMIT
                )
            self._read_page(_located(part, page.get("BaseLoc")), common, shared, templates)

    def _read_page(
        self,
        part: str,
        common: Element | None,
        shared: Mapping[str, Element],
        templates: Mapping[str, str],
    ) -> None:
        number = len(self._pages) + 1
        root = self._package.parse(part)
        if root is None:
            self._pages.append(Page(number, 0.0, []))
            return
        sources = [(part, root)]
        for used in _children(root, "Template"):
            template = templates.get(used.get("TemplateID"), "")
            parsed = self._package.parse(template) if template else None
            if parsed is not None:
                sources.insert(0, (template, parsed))
        width, height = _size(root, common)
        characters: list[Character] = []
        pictures = 0.0
        for origin, source in sources:
            units = {**shared, **self._units(origin, source)}
            for content in _children(source, "Content"):
                for each in self._objects(content, units, _SAME, ()):
                    if isinstance(each, float):
                        pictures += each
                    else:
                        characters.append(each)
        columns = columns_of(_once(characters), width, in_lines=False)
        page = Page(number, height, columns)
        if pictures >= _PICTURE_SHARE * width * height and not page.has_text:
            page = replace(page, is_scan=True)
        self._pages.append(page)

    def _units(self, part: str, holder: Element | None) -> dict[str, Element]:
        """The compositions that a document or a page may place, by id."""
        found: dict[str, Element] = {}
        for kind in ("PublicRes", "DocumentRes", "PageRes"):
            for each in _children(holder, kind):
                root = self._package.parse(_located(part, each.text))
                for unit in () if root is None else root.iter():
                    content = _child(unit, "Content")
                    if _name(unit) == "CompositeGraphicUnit" and content is not None:
                        found[unit.get("ID", "")] = content
        return found

    def _objects(
        self, holder: Element, units: Mapping[str, Element], frame: _Matrix, inside: tuple[str, ...]
    ) -> Iterator[Character | float]:
        """The characters below an element, and the areas of pictures, in points."""
        for each in holder:
            self._count()
            kind = _name(each)
            if (each.get("Visible") or "").lower() == "false":
                continue
            if kind in ("Layer", "PageBlock"):
                if len(inside) < _DEPTH:
                    yield from self._objects(each, units, frame, (*inside, ""))
            elif kind == "CompositeObject":
                unit = each.get("ResourceID", "")
                if unit in units and unit not in inside and len(inside) < _DEPTH:
                    placed = _times(_placed(each), frame)
                    yield from self._objects(units[unit], units, placed, (*inside, unit))
            elif kind == "ImageObject":
                _, _, wide, high = _numbers(each.get("Boundary"), 4)
                scale = abs(frame[0] * frame[3] - frame[1] * frame[2])
                yield wide * high * scale * _POINTS_PER_MM**2
            elif kind == "TextObject":
                yield from self._text(each, _times(_placed(each), frame))

    def _count(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise UnreadableFileError("ofd-too-much-text", limit=_OBJECTS_LIMIT)

    def _text(self, element: Element, frame: _Matrix) -> Iterator[Character]:
        size = _number(element.get("Size"), _SIZE_MM)
        a, b, c, d, e, f = frame
        height = size * (sqrt(abs(a * d - b * c)) or 1.0) * _POINTS_PER_MM
        x = y = 0.0
        for code in _children(element, "TextCode"):
            x, y = _number(code.get("X"), x), _number(code.get("Y"), y)
            across, along = _deltas(code.get("DeltaX")), _deltas(code.get("DeltaY"))
            for at, letter in enumerate(code.text or ""):
                if at:
                    advance = size * (1.0 if ord(letter) >= _WIDE_FROM else 0.5)
                    x += across[at - 1] if at <= len(across) else 0.0 if along else advance
                    y += along[at - 1] if at <= len(along) else 0.0
                if letter.isspace():
                    continue
                self._count()
                left = (x * a + y * c + e) * _POINTS_PER_MM
                base = (x * b + y * d + f) * _POINTS_PER_MM
                wide = height * (1.0 if ord(letter) >= _WIDE_FROM else 0.5)
                yield Character(
                    letter,
                    left,
                    base - _ASCENT * height,
                    left + wide,
                    base + _DESCENT * height,
                    0,
                    "",
                )


def _once(characters: list[Character]) -> list[Character]:
    """Characters that are printed over themselves, to look bold, once."""
    seen: set[tuple[str, int, int]] = set()
    once = []
    for each in characters:
        unit = max(0.2 * (each.bottom - each.top), 0.01)
        keys = {
            (each.text, int(each.left / unit + shift), int(each.top / unit + shift))
            for shift in (0.0, 0.5)
        }
        if not keys & seen:
            once.append(each)
        seen |= keys
    return once


def _size(page: Element, common: Element | None) -> tuple[float, float]:
    """Width and height of a page in points: its own, else that of the document."""
    for holder in (_child(page, "Area"), _child(common, "PageArea")):
        box = _child(holder, "PhysicalBox")
        if box is not None:
            _, _, width, height = _numbers(box.text, 4)
            return width * _POINTS_PER_MM, height * _POINTS_PER_MM
    return 210 * _POINTS_PER_MM, 297 * _POINTS_PER_MM


def _placed(element: Element) -> _Matrix:
    """How the coordinates inside of an object become those of what it stands in."""
    left, top, _, _ = _numbers(element.get("Boundary"), 4)
    a, b, c, d, e, f = _numbers(element.get("CTM"), 6) if element.get("CTM") else _SAME
    return _times((a, b, c, d, e, f), (1.0, 0.0, 0.0, 1.0, left, top))


def _times(first: _Matrix, then: _Matrix) -> _Matrix:
    a, b, c, d, e, f = first
    g, h, i, j, k, m = then
    return (
        a * g + b * i,
        a * h + b * j,
        c * g + d * i,
        c * h + d * j,
        e * g + f * i + k,
        e * h + f * j + m,
    )


def _number(text: str | None, default: float) -> float:
    try:
        number = float(text or "")
    except ValueError:
        return default
    return number if abs(number) < 1e6 else default


def _numbers(text: str | None, count: int) -> list[float]:
    """So many numbers, 0 for those that are none."""
    numbers = [_number(each, 0.0) for each in (text or "").split()[:count]]
    return numbers + [0.0] * (count - len(numbers))


def _deltas(text: str | None) -> list[float]:
    """Distances from each character to the next; ``g n d`` stands for n times d."""
    found: list[float] = []
    parts = iter((text or "").split())
    for part in parts:
        if part == "g":
            times, distance = _number(next(parts, ""), 0.0), _number(next(parts, ""), 0.0)
            found += [distance] * max(0, min(int(times), _REPEATS_LIMIT - len(found)))
        elif len(found) < _REPEATS_LIMIT:
            found.append(_number(part, 0.0))
    return found


def _located(part: str, named: str | None) -> str:
    """The part that is named in another: from its folder or, with a slash, from the top."""
    name = (named or "").strip().replace("\\", "/")
    if name.startswith("/"):
        return name.lstrip("/")
    return posixpath.join(posixpath.dirname(part), name)


def _name(element: Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _children(element: Element | None, name: str) -> Iterator[Element]:
    return (each for each in (() if element is None else element) if _name(each) == name)


def _child(element: Element | None, name: str) -> Element | None:
    return next(_children(element, name), None)
