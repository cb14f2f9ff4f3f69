"""Open the package of an office document: its parts, what they refer to, and the names in them.

Nothing outside of the package is followed, a part with a document type is refused, and no entity
is expanded. Names of elements are written as the standard does (``w:p``), whichever of its
namespaces, transitional or strict, a file has.
"""

from __future__ import annotations

import io
import posixpath
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from lxml import etree

from ...errors import UnreadableFileError
from .archive import Archive

Element = Any
"""An element of lxml, which has no types."""

_PREFIXES = {
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "w",
    "http://purl.oclc.org/ooxml/wordprocessingml/main": "w",
    "http://schemas.microsoft.com/office/word/2003/wordml": "w",
    "http://schemas.microsoft.com/aml/2001/core": "aml",
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main": "x",
    "http://purl.oclc.org/ooxml/spreadsheetml/main": "x",
    "http://schemas.openxmlformats.org/presentationml/2006/main": "p",
    "http://purl.oclc.org/ooxml/presentationml/main": "p",
    "http://schemas.openxmlformats.org/officeDocument/2006/math": "m",
    "http://purl.oclc.org/ooxml/officeDocument/math": "m",
    "http://schemas.openxmlformats.org/drawingml/2006/main": "a",
    "http://purl.oclc.org/ooxml/drawingml/main": "a",
    "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing": "wp",
    "http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing": "wp",
    "http://schemas.openxmlformats.org/drawingml/2006/diagram": "dgm",
    "http://purl.oclc.org/ooxml/drawingml/diagram": "dgm",
    "http://schemas.openxmlformats.org/drawingml/2006/chart": "c",
    "http://purl.oclc.org/ooxml/drawingml/chart": "c",
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc",
    "http://purl.org/dc/elements/1.1/": "dc",
    "urn:schemas-microsoft-com:vml": "v",
    **{
        f"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0": name
        for name in ("office", "text", "table", "style", "presentation")
    },
    "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0": "draw",
    "urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0": "svg",
}
_RELATIONSHIPS = (
    "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}",
    "{http://purl.oclc.org/ooxml/officeDocument/relationships}",
)
_MAIN_PART = "word/document.xml"


def first_text(root: Element, name: str) -> str:
    """The text of the first element of that local name, "" where there is none."""
    return next((each.text or "" for each in root.iter(f"{{*}}{name}")), "")


class _Names(dict[Any, str]):
    """The short name of each tag of lxml; that of an unknown namespace has an empty prefix."""

    def __missing__(self, tag: Any) -> str:
        name = "?"  # a comment, an entity
        if isinstance(tag, str):
            space, _, local = tag.rpartition("}")
            name = f"{_PREFIXES.get(space[1:], '')}:{local}"
        if len(self) < 10_000:  # no file can fill the memory with names it invents
            self[tag] = name
        return name


NAMES = _Names()


def child(element: Element | None, name: str) -> Element | None:
    """The first child of that short name."""
    if element is None:
        return None
    return next((each for each in element if NAMES[each.tag] == name), None)


def value(element: Element | None, name: str = "val") -> str | None:
    """An attribute in the namespace of its element, or in none; None without element or it."""
    if element is None:
        return None
    space = element.tag.rpartition("}")[0]
    found = element.get(f"{space}}}{name}") if space else None
    if found is None:
        found = element.get(name)
    return found if found is None else str(found)


def number_of(text: str | None, default: int, most: int) -> int:
    """A number from 0 to ``most``; the default for what is none."""
    plain = (text or "").strip()
    if not (plain.isascii() and plain.isdigit()):
        return default
    return min(int(plain[:10]), most)


def parse_xml(data: bytes, part: str) -> Element:
    """The root element of XML. Raises UnreadableFileError where it is damaged or has entities."""
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableFileError("part-damaged", part=part) from error
    declared = root.getroottree().docinfo.internalDTD
    # Old programs name a document type; one that declares anything is no document of Office.
    if declared is not None and [*declared.iterentities(), *declared.iterelements()]:
        raise UnreadableFileError("part-declares-entities", part=part)
    return root


class Package:
    """The parts of one document. Raises UnreadableFileError where it is none or is damaged."""

    def __init__(self, data: bytes) -> None:
        self._archive = Archive(io.BytesIO(data))
        # Names of parts differ in more than case, says the standard, and some writers rely on it.
        self._names = {name.lower(): name for name in self._archive.names()}
        self._related: dict[str, dict[str, tuple[str, str]]] = {}
        main = next(self.of_kind("", "officeDocument"), _MAIN_PART)
        self.main = main if self.has(main) else _MAIN_PART

    def __enter__(self) -> Package:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the bytes."""
        self._archive.close()

    def has(self, part: str) -> bool:
        """Whether it holds that part."""
        return part.lower() in self._names

    def read(self, part: str) -> bytes:
        """The bytes of a part."""
        name = self._names.get(part.lower())
        if name is None:
            raise UnreadableFileError("word-part-missing", part=part)
        return self._archive.read(name)

    def parse(self, part: str) -> Element:
        """The root element of a part."""
        return parse_xml(self.read(part), part)

    def properties(self) -> tuple[str, str]:
        """Title and author as the file's properties have them, "" where they have none."""
        part = next(self.of_kind("", "core-properties"), "docProps/core.xml")
        try:
            root = self.parse(part) if self.has(part) else None
        except UnreadableFileError:
            return "", ""  # they are none of the text
        title, author = (
            (getattr(child(root, name), "text", None) or "") for name in ("dc:title", "dc:creator")
        )
        return title, author

    def of_kind(self, part: str, kind: str) -> Iterator[str]:
        """The parts that a part refers to as being of this kind."""
        for found, target in self._relations(part).values():
            if found == kind:
                yield target

    def target(self, part: str, element: Element, attribute: str = "id") -> str | None:
        """The part that an element of a part refers to, where the package holds it."""
        for space in _RELATIONSHIPS:
            identifier = element.get(f"{space}{attribute}")
            if identifier is not None:
                _, target = self._relations(part).get(identifier, ("", ""))
                return target if self.has(target) else None
        return None

    def _relations(self, part: str) -> dict[str, tuple[str, str]]:
        """(kind, part) by id."""
        if part not in self._related:
            folder = posixpath.dirname(part)
            beside = posixpath.join(folder, "_rels", f"{posixpath.basename(part)}.rels")
            found: dict[str, tuple[str, str]] = {}
            for each in self.parse(beside) if self.has(beside) else ():
                target = unquote(each.get("Target") or "").replace("\\", "/")
                if each.get("TargetMode") != "External" and target:
                    path = posixpath.normpath(posixpath.join("/", folder, target))
                    kind = (each.get("Type") or "").rpartition("/")[2]
                    found[each.get("Id") or ""] = (kind, path.lstrip("/"))
            self._related[part] = found
        return self._related[part]
