"""Read Word documents (OOXML): the text that is seen, in order, and what its styles say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ....documents.document import Evidence, Role
from ....errors import UnreadableFileError
from ...bylines import is_personal_name
from ...decoding import decode
from ...extract import Extract, Guide, bare
from .numbering import Counters, Numbering, Styles
from .package import NAMES, Element, Package, child, value
from .story import Story, WordLine

_HEADING = re.compile(r"(?:heading|标题)\s*([1-6])\Z", re.IGNORECASE)
_TITLE = re.compile(r"(?:title|标题)\Z", re.IGNORECASE)
_CAPTION = re.compile(r"(?:caption|题注)\Z", re.IGNORECASE)
_CONTENTS = re.compile(r"(?:toc|目录)\s*\d*", re.IGNORECASE)
_SPACE = re.compile(r"\s+")
_PAGE = re.compile(rb"(?:\xef\xbb\xbf)?\s*<")
_TITLE_WITHIN_LINES = 30
_REVISIONS = ("{*}ins", "{*}del", "{*}moveFrom", "{*}moveTo", "{*}cellIns", "{*}cellDel")
_APART: dict[str, tuple[Role, str, str]] = {
    "note": ("metadata", "note", "上一段的脚注或尾注"),
    "drawing": ("metadata", "caption", "示意图或图表里的文字"),
    "contents": ("boilerplate", "contents", "目录域里的段落"),
}


def read_word(data: bytes) -> Extract:
    """The text of a Word document, one line per paragraph and table row, changes accepted.

    External references are never followed and entities never expanded. Raises UnreadableFileError
    for a file that is damaged, too large unpacked, protected by a password, or without text.
    """
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableFileError("word-old-or-protected")
    package = Package(data)
    try:
        reading = _Reading(package)
        lines = reading.lines()
        fields, evidence = _properties(package, [line.text for line in lines[:_TITLE_WITHIN_LINES]])
    finally:
        package.close()
    if not lines:
        raise UnreadableFileError("word-without-text")
    guide = _guide(lines, fields, evidence)
    text = "\n".join(line.text for line in lines)
    return Extract(text, "docx", guide, has_revisions=reading.has_revisions)


def _guide(lines: list[WordLine], fields: dict[str, str], evidence: dict[str, Evidence]) -> Guide:
    apart: dict[int, tuple[Role, str, str]] = {}
    levels: dict[int, int] = {}
    styled: list[int] = []
    named: list[int] = []
    for number, line in enumerate(lines, start=1):
        if line.kind in _APART:
            apart[number] = _APART[line.kind]
            continue
        heading = _HEADING.match(line.style)
        if _TITLE.match(line.style):
            styled.append(number)
        if line.text == fields.get("title"):
            named.append(number)
        if heading:
            levels[number] = int(heading[1])
        elif _CAPTION.match(line.style):
            apart[number] = ("metadata", "caption", "样式为题注的段落")
        elif _CONTENTS.match(line.style):
            apart[number] = ("boilerplate", "contents", "样式为目录的段落")
    return Guide(
        apart=apart,
        title=tuple((styled or named)[:1]),
        title_note="样式为“标题”或与文件属性里的标题相同的段落",
        levels=levels,
        fields=fields,
        evidence=evidence,
    )


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
            for text in _written_in(self._package.parse(part)):
                yield WordLine(text, kind="drawing")

    def _is_first(self, what: str) -> bool:
        known = what in self._seen
        self._seen.add(what)
        return not known

    def _embedded(self, part: str) -> Iterator[WordLine]:
        """The lines of a file that Word shows as if it were written here (``w:altChunk``)."""
        data = self._package.read(part)
        if data.startswith(b"PK") and not self._is_embedded:
            package = Package(data)
            try:
                yield from _Reading(package, is_embedded=True).lines()
            finally:
                package.close()
            return
        from ..page import read_mhtml, read_page

        if _PAGE.match(data):
            text = read_page(data).text
        elif data[:200].lstrip().lower().startswith((b"mime-version", b"from:")):
            text = read_mhtml(data).text
        elif part.lower().endswith((".txt", ".text")):
            text = decode(data).text
        else:
            raise UnreadableFileError("word-embeds-file", part=part)
        lines = (_SPACE.sub(" ", line).strip() for line in text.splitlines())
        yield from (WordLine(line) for line in lines if line)


def _written_in(root: Element) -> Iterator[str]:
    """What is written in a diagram or a chart: its paragraphs, then names of series, categories."""
    for paragraph in root.iter("{*}p"):
        text = "".join(each.text or "" for each in paragraph.iter("{*}t"))
        if NAMES[paragraph.tag] == "a:p" and text.strip():
            yield _SPACE.sub(" ", text).strip()
    seen: set[str] = set()
    for cache in root.iter("{*}strCache", "{*}strLit"):
        names = (_SPACE.sub(" ", each.text or "").strip() for each in cache.iter("{*}v"))
        text = "  ".join(filter(None, names))
        if text and text not in seen:
            seen.add(text)
            yield text


def _properties(
    package: Package, first_lines: Iterable[str]
) -> tuple[dict[str, str], dict[str, Evidence]]:
    """Title and author from the file's properties, where they can be believed.

    Properties are often those of another document that served as a template: a title counts only
    if the text begins with it, an author only if it is a personal name. No date in them is one of
    publication.
    """
    fields: dict[str, str] = {}
    evidence: dict[str, Evidence] = {}
    part = next(package.of_kind("", "core-properties"), "docProps/core.xml")
    root = package.parse(part) if package.has(part) else None
    title, author = (
        (getattr(child(root, name), "text", None) or "").strip()
        for name in ("dc:title", "dc:creator")
    )
    if len(bare(title)) >= 4 and bare(title) in {bare(line) for line in first_lines}:
        fields["title"] = title
        evidence["title"] = Evidence("文件属性里的标题，文中也有", None, title)
    if is_personal_name(author):
        fields["author"] = author
        evidence["author"] = Evidence("文件属性里的作者", None, author, "probable")
    return fields, evidence
