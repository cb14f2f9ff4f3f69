"""Read Word documents (OOXML): the text that is seen, in order, and what its styles say."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ....errors import UnreadableFileError
from ...decoding import decode
from ...extract import Extract
from ..office import OfficeLine, office_extract, styled, written_in
from ..package import NAMES, Element, Package, child, value
from .numbering import Counters, Numbering, Styles
from .story import Story, WordLine

_SPACE = re.compile(r"\s+")
_PAGE = re.compile(rb"(?:\xef\xbb\xbf)?\s*<")
_REVISIONS = ("{*}ins", "{*}del", "{*}moveFrom", "{*}moveTo", "{*}cellIns", "{*}cellDel")


def read_word(data: bytes) -> Extract:
    """The text of a Word document, one line per paragraph and table row, changes accepted.

    External references are never followed and entities never expanded. Raises UnreadableFileError
    for a file that is damaged, too large unpacked, protected by a password, or without text.
    """
    with Package(data) as package:
        reading = _Reading(package)
        lines = [_line(line) for line in reading.lines()]
        title, author = package.properties()
    return office_extract(
        lines, "docx", title=title, author=author, has_revisions=reading.has_revisions
    )


def _line(line: WordLine) -> OfficeLine:
    if line.kind in ("row", "note", "drawing", "contents"):
        return OfficeLine(line.text, kind=line.kind)
    return styled(line.text, line.style)


class _Reading:
    """One document while it is read: its parts, and what was put out already."""

    def __init__(self, package: Package, *, is_embedded: bool = False) -> None:
        self._package = package
        self._is_embedded = is_embedded
        root = package.parse(package.main)
        body = child(root, "w:body")
        if NAMES[root.tag] != "w:document" or body is None:
            raise UnreadableFileError("word-is-none")
        self._body = body
        self._styles = Styles(self._part("styles"))
        self._numbering = Numbering(self._part("numbering"), self._styles)
        self._notes = {
            "w:footnoteReference": self._notes_of("footnotes"),
            "w:endnoteReference": self._notes_of("endnotes"),
        }
        self._seen: set[str] = set()
        self._note_counters, self._box_counters = Counters(), Counters()
        parts = [body, *(note for notes in self._notes.values() for note in notes.values())]
        self.has_revisions = any(next(part.iter(*_REVISIONS), None) is not None for part in parts)

    def lines(self) -> list[WordLine]:
        """All lines of the document."""
        return self._story(Counters()).lines(self._body)

    def _story(self, counters: Counters) -> Story:
        return Story(self._styles, self._numbering, self._aside, counters, self._box_counters)

    def _part(self, kind: str) -> Element | None:
        part = next(self._package.of_kind(self._package.main, kind), None)
        return self._package.parse(part) if part and self._package.has(part) else None

    def _notes_of(self, kind: str) -> dict[str, Element]:
        root = self._part(kind)
        return {value(note, "id") or "": note for note in (() if root is None else root)}

    def _aside(self, element: Element) -> Iterator[WordLine]:
        """The lines of what an element refers to, each only once."""
        name = NAMES[element.tag]
        if name in self._notes:
            identifier = value(element, "id") or ""
            note = self._notes[name].get(identifier)
            if note is not None and self._is_first(f"{name} {identifier}"):
                for line in self._story(self._note_counters).lines(note):
                    yield WordLine(line.text, kind="note")
            return
        attribute = "dm" if name == "dgm:relIds" else "id"
        part = self._package.target(self._package.main, element, attribute)
        if part is None or not self._is_first(part):
            return
        if name == "w:altChunk":
            yield from self._embedded(part)
        else:
            for text in written_in(self._package.parse(part)):
                yield WordLine(text, kind="drawing")

    def _is_first(self, what: str) -> bool:
        known = what in self._seen
        self._seen.add(what)
        return not known

    def _embedded(self, part: str) -> Iterator[WordLine]:
        """The lines of a file that Word shows as if it were written here (``w:altChunk``)."""
        data = self._package.read(part)
        if data.startswith(b"PK") and not self._is_embedded:
            with Package(data) as package:
                yield from _Reading(package, is_embedded=True).lines()
            return
        from ..mail import read_mhtml
        from ..page import read_page
        from ..rtf import read_rtf

        if data.startswith(b"{\\rtf"):
            text = read_rtf(data).text
        elif _PAGE.match(data):
            text = read_page(data).text
        elif data[:200].lstrip().lower().startswith((b"mime-version", b"from:")):
            text = read_mhtml(data).text
        elif part.lower().endswith((".txt", ".text")):
            text = decode(data).text
        else:
            raise UnreadableFileError("word-embeds-file", part=part)
        lines = (_SPACE.sub(" ", line).strip() for line in text.splitlines())
        yield from (WordLine(line) for line in lines if line)
