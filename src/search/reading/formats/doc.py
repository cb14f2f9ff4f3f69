"""Read Word documents of 1997 to 2003 (.doc, also .wps): the text that is seen, as Word shows it.

Documents of Word 6 and 95 have 8-bit text in the code page of their language.
"""

from __future__ import annotations

import re
import struct
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ...analysis.text import HAN
from ...errors import UnreadableFileError
from ..extract import Extract
from .doc_structure import END, Paragraph, Structure, u16, u32
from .office import OfficeLine, line_of, office_extract, row_of, styled
from .ole import Compound
from .word.fields import CODE_CHARS, equation, is_contents, is_equation
from .word.numbering import Counters, next_number

_WORD_97 = 0xC1
"""The first version whose text is in pieces."""
_PARTS = ("body", "footnotes", "headers", "macros", "comments", "endnotes", "boxes", "headers")
_FIELD_MARK = re.compile("([\x13\x14\x15])")
_SIGNS = str.maketrans(
    {"\x0b": "\n", "\x1e": "-", "\x0e": "\n", "\x09": "\t", "\xa0": " "}
    | dict.fromkeys("\x00\x01\x02\x03\x04\x05\x06\x08\x1f")
)
_DEEPEST = 20
"""Fields in fields, as Word takes them."""


def read_doc(data: bytes) -> Extract:
    """The text of a Word document, one line per paragraph and table row, changes accepted.

    Raises UnreadableFileError for one that is damaged, protected, or saved in pieces by Word 6.
    """
    with Compound(data) as file:
        stream = file.read("WordDocument")
        if len(stream) < 0x44:
            raise UnreadableFileError("office-damaged", error="WordDocument")
        magic, version = u16(stream, 0), u16(stream, 2)
        flags = u16(stream, 10)
        if flags & 0x100:
            raise UnreadableFileError("office-protected")
        title, author = file.properties()
        if magic != 0xA5EC or version < _WORD_97:
            return office_extract(_old_lines(stream, flags), "doc", title=title, author=author)
        table = "1Table" if flags & 0x200 else "0Table"
        if not file.has(table):
            table = "0Table" if table == "1Table" else "1Table"
        if not file.has(table):
            raise UnreadableFileError("office-damaged", error=table)
        tables = file.read(table)
    try:
        structure = Structure(stream, tables)
        lines = list(_Text(structure).lines())
    except (struct.error, IndexError) as error:
        raise UnreadableFileError("office-damaged", error=str(error)) from error
    return office_extract(
        lines, "doc", title=title, author=author, has_revisions=structure.has_revisions
    )


@dataclass(slots=True)
class _Field:
    """A field that is open: its instruction, and whether its result has begun."""

    code: str = ""
    has_result: bool = False


class _Text:
    """The text of one document while it is put out."""

    def __init__(self, structure: Structure) -> None:
        self._structure = structure
        self._endless: set[int] = set()

    def lines(self) -> Iterator[OfficeLine]:
        """The lines of the body, each with its notes behind it, then those of text boxes."""
        starts: dict[str, tuple[int, int]] = {}
        at = 0
        for number, name in enumerate(_PARTS):
            size = u32(self._structure.stream, 0x4C + 4 * number)
            starts[name] = (at, at + size)
            at += size
        notes = [
            *self._notes(0xAA, 0xB2, *starts["footnotes"]),
            *self._notes(0x20A, 0x212, *starts["endnotes"]),
        ]
        notes.sort()
        waiting = iter(notes)
        following = next(waiting, None)
        for end, line in self._story(*starts["body"]):
            yield line
            while following is not None and following[0] < end:
                for _, note in self._story(*following[1:]):
                    yield OfficeLine(note.text, kind="note")
                following = next(waiting, None)
        for _, line in self._story(*starts["boxes"]):
            yield OfficeLine(line.text, kind="box")

    def _notes(
        self, references: int, texts: int, start: int, end: int
    ) -> Iterable[tuple[int, int, int]]:
        """(where it is referred to, start, end) of each note."""
        marks, places = self._structure.at(references), self._structure.at(texts)
        count = max((len(marks) - 4) // 6, 0)
        done = start
        for i in range(count):
            first, last = start + u32(places, 4 * i), start + u32(places, 4 * i + 4)
            if done <= first < last <= end:  # else the same text would be read again and again
                yield u32(marks, 4 * i), first, last
                done = last

    def _story(self, start: int, end: int) -> Iterator[tuple[int, OfficeLine]]:
        """The lines of a range, each with the character after it."""
        fields: list[_Field] = []
        counters = Counters()
        pieces: list[str] = []
        cells: list[str] = []
        cell: list[str] = []
        at = start
        end = min(end, len(self._structure.text))
        self._endless |= _endless_fields(self._structure.text, start, end)
        for found in [*END.finditer(self._structure.text, start, end), None]:
            stop = end if found is None else found.start()
            in_contents = any(is_contents(each.code) for each in fields)
            pieces.append(self._shown(at, stop, fields))
            in_contents = in_contents or any(is_contents(each.code) for each in fields)
            at = stop + 1
            said = self._structure.paragraph_at(stop)
            mark = "\r" if found is None else found[0]
            if found is not None and mark == "\r" and self._is_dropped(stop):
                continue  # without its mark a paragraph goes on in the next one
            text = "".join(pieces)
            pieces = []
            # A cell may hold a number alone.
            is_cell = mark == "\x07" and not said.is_row_end
            number = self._number(said, counters) if text.strip() or is_cell else ""
            if said.in_table or mark == "\x07":
                cell.append(line_of(number + text))
                if mark == "\x07":
                    cells.append(row_of(cell).replace("  ", " "))
                    cell = []
                if said.is_row_end:
                    if row := row_of(cells):
                        yield at, OfficeLine(row, kind="row")
                    cells = []
                continue
            if row := row_of([*cells, *cell]):
                yield at, OfficeLine(row, kind="row")
            cells, cell = [], []
            style = (
                self._structure.styles[said.style].name
                if said.style < len(self._structure.styles)
                else ""
            )
            # A line break inside of a paragraph ends a line: many use it for paragraphs.
            for one in (number + text).split("\n"):
                if line := line_of(one):
                    yield (
                        at,
                        OfficeLine(line, kind="contents") if in_contents else styled(line, style),
                    )
        if row := row_of([*cells, *cell]):
            yield end, OfficeLine(row, kind="row")

    def _number(self, said: Paragraph, counters: Counters) -> str:
        if not 0 < said.list_id <= len(self._structure.lists):
            return ""
        list_id, found = self._structure.lists[said.list_id - 1]
        return next_number(list_id, found, said.level, counters)

    def _is_dropped(self, at: int) -> bool:
        index = bisect_right(self._structure.drop_starts, at) - 1
        return index >= 0 and at < self._structure.dropped[index][1]

    def _shown(self, start: int, end: int, fields: list[_Field]) -> str:
        """What is seen of a range; of a field only its result, ``fields`` are those open."""
        out: list[str] = []
        for first, last, is_dropped in self._parts_of(start, end):
            text = self._structure.text[first:last]
            if self._structure.symbols and not is_dropped:
                text = "".join(
                    self._structure.symbols.get(i, c) for i, c in enumerate(text, start=first)
                )
            at = first
            for piece in _FIELD_MARK.split(text):
                shown = self._passed(piece, at, fields)
                at += len(piece)
                if shown and not is_dropped and all(field.has_result for field in fields):
                    out.append(shown.translate(_SIGNS))
        text = "".join(out)
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")

    def _passed(self, piece: str, at: int, fields: list[_Field]) -> str:
        """Pass a mark of a field or a text; gives what is to be seen in its place."""
        if piece == "\x13":
            if at not in self._endless and len(fields) < _DEEPEST:
                fields.append(_Field())
        elif piece == "\x14":
            if fields:
                fields[-1].has_result = True
        elif piece == "\x15":
            if fields:
                ended = fields.pop()
                if not ended.has_result and is_equation(ended.code):
                    return equation(ended.code)
        elif fields and not fields[-1].has_result:
            fields[-1].code = (fields[-1].code + piece)[:CODE_CHARS]
        else:
            return piece
        return ""

    def _parts_of(self, start: int, end: int) -> Iterator[tuple[int, int, bool]]:
        """A range cut where deleted or hidden text begins and ends."""
        index = max(bisect_right(self._structure.drop_starts, start) - 1, 0)
        at = start
        dropped = self._structure.dropped
        for i in range(index, len(dropped)):
            first, last = dropped[i]
            if first >= end:
                break
            if last <= at:
                continue
            if first > at:
                yield at, first, False
            yield max(first, at), min(last, end), True
            at = min(last, end)
        if at < end:
            yield at, end, False


def _endless_fields(text: str, start: int, end: int) -> set[int]:
    """Where fields begin that never end: what follows is shown."""
    begun: list[int] = []
    for found in _FIELD_MARK.finditer(text, start, end):
        if found[0] == "\x13":
            begun.append(found.start())
        elif found[0] == "\x15" and begun:
            begun.pop()
    return set(begun)


_LANGUAGES = {0x804: "gb18030", 0x1004: "gb18030", 0x404: "big5hkscs", 0xC04: "big5hkscs"}
_BESIDE = re.compile(rb"[\x80-\xff]{2,}")
_HAN = re.compile(f"[{HAN}]+")
_WESTERN_SHARE = 0.9
"""Of ASCII in a text of Western Europe."""
_FIELD = re.compile("\x13[^\x13\x14\x15]*(?:\x14|(?=\x15))|[\x13\x15]")


def _old_lines(stream: bytes, flags: int) -> list[OfficeLine]:
    """The lines of a document of Word 6 or 95. Raises UnreadableFileError if it is in pieces."""
    if flags & 0x4:
        raise UnreadableFileError("word-6-in-pieces")
    raw = stream[u32(stream, 0x18) : u32(stream, 0x1C)]
    # Marks of the format are no characters of any text.
    plain = raw.translate(None, bytes((*range(7), 8, *range(0x0E, 0x13), *range(0x16, 0x20))))
    marked = plain.replace(b"\x07", b"\n").replace(b"\x0c", b"\n").replace(b"\r", b"\n")
    shown = _FIELD.sub("", marked.decode("latin-1")).encode("latin-1")
    said = _decoded(shown.replace(b"\x0b", b"\n"), _LANGUAGES.get(u16(stream, 6)))
    return [OfficeLine(line) for each in said.split("\n") if (line := line_of(each))]


def _decoded(raw: bytes, language: str | None) -> str:
    """8-bit text: in the code page of its language, of China, or of Western Europe."""
    # Bytes of Chinese stand side by side, letters with accents and quotation marks alone.
    beside = sum(map(len, _BESIDE.findall(raw)))
    is_western = language is None and beside * 2 < sum(byte >= 0x80 for byte in raw)
    for encoding in () if is_western else filter(None, (language, "gb18030", "big5hkscs")):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if sum(map(len, _HAN.findall(text))) * 2 >= sum(not c.isascii() for c in text):
            return text
    if sum(byte < 0x80 for byte in raw) < _WESTERN_SHARE * len(raw):
        raise UnreadableFileError("file-no-text")
    return raw.decode("cp1252", "replace")
