"""What a Word document of 1997 to 2003 says of its text: pieces, formatting, styles, lists.

The text lies in pieces, 8-bit or UTF-16; what is deleted, hidden, in a table, a heading or in a
list is said of ranges of bytes, in pages of formatting ([MS-DOC], 2.8 to 2.9).
"""

from __future__ import annotations

import re
import struct
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from ...errors import UnreadableFileError
from .word.fields import PRIVATE, sign_of
from .word.numbering import Level, NumberedList

_CHARS_LIMIT = 20_000_000
_PAGE_BYTES = 512
_DELETED, _INSERTED, _HIDDEN = 0x0800, 0x0801, 0x083C
_CHARACTER_STYLE, _SYMBOL, _FONT = 0x4A30, 0x6A09, 0x4A4F
_IN_TABLE, _ROW_END, _LEVEL, _LIST = 0x2416, 0x2417, 0x260A, 0x460B
_SHORT_PROPERTIES = {0x41: _DELETED, 0x42: _INSERTED, 0x5C: _HIDDEN}
"""What a piece says of all of its text in two bytes ([MS-DOC], 2.9.207)."""
_OPERAND_BYTES = (1, 1, 2, 4, 2, 2, 0, 3)
END = re.compile("[\r\x07\x0c]")
_DEEPEST = 50
"""Styles based on styles; what goes on longer is a circle."""
_FORMS = (
    *("decimal", "upperRoman", "lowerRoman", "upperLetter", "lowerLetter", "ordinal"),
    *("cardinalText", "ordinalText", "hex", "chicago", "ideographDigital", "japaneseCounting"),
    *("aiueo", "iroha", "decimalFullWidth", "decimalHalfWidth", "japaneseLegal"),
    *("japaneseDigitalTenThousand", "decimalEnclosedCircle", "decimalFullWidth2"),
    *("aiueoFullWidth", "irohaFullWidth", "decimalZero", "bullet", "ganada", "chosung"),
    *("decimalEnclosedFullstop", "decimalEnclosedParen", "decimalEnclosedCircleChinese"),
    *("ideographEnclosedCircle", "ideographTraditional", "ideographZodiac"),
    *("ideographZodiacTraditional", "taiwaneseCounting", "ideographLegalTraditional"),
    *("taiwaneseCountingThousand", "taiwaneseDigital", "chineseCounting"),
    *("chineseLegalSimplified", "chineseCountingThousand"),
)
"""Formats of numbers by their code ([MS-OSHARED], 2.2.1.3), as ``numbering.written`` names them."""


def u16(data: bytes, at: int) -> int:
    """A number of two bytes; 0 where there are none."""
    return int.from_bytes(data[at : at + 2], "little") if at + 2 <= len(data) else 0


def u32(data: bytes, at: int) -> int:
    """A number of four bytes; 0 where there are none."""
    return int.from_bytes(data[at : at + 4], "little") if at + 4 <= len(data) else 0


def _properties(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The properties (sprm) in a list of them, each with its operand."""
    at = 0
    while at + 2 <= len(data):
        code = u16(data, at)
        at += 2
        size = code >> 13
        if size == 6:
            if code == 0xD608:  # a table's own, with a size of two bytes
                length = u16(data, at) + 1
            elif at >= len(data) or (code == 0xC615 and data[at] == 255):
                return
            else:
                length = data[at] + 1
        else:
            length = _OPERAND_BYTES[size]
        yield code, data[at : at + length]
        at += length


@dataclass(frozen=True, slots=True)
class _Piece:
    """A run of text: its first character, how many, and where its bytes are."""

    start: int
    count: int
    offset: int
    width: int
    properties: bytes


@dataclass(slots=True)
class _Style:
    """A style as far as it says anything of its own."""

    name: str = ""
    base: int = 0xFFF
    paragraph: bytes = b""
    hides: bool | None = None


@dataclass(slots=True)
class _Run:
    """Formatting of a range of bytes: a style, and properties."""

    start: int
    end: int
    style: int
    properties: bytes


@dataclass(frozen=True, slots=True)
class Paragraph:
    """What is said of a paragraph."""

    style: int = 0
    in_table: bool = False
    is_row_end: bool = False
    list_id: int = 0
    level: int = 0


class Structure:
    """The text of a document, ``text``, and what is said of its characters by their number."""

    def __init__(self, stream: bytes, tables: bytes) -> None:
        self.stream, self._tables = stream, tables
        self.has_revisions = False
        self._pieces, self.text = self._read_pieces()
        self._starts = [piece.start for piece in self._pieces]
        self.styles = self._read_styles()
        self._characters = self._runs(0xFA, is_paragraph=False)
        self._paragraphs = self._runs(0x102, is_paragraph=True)
        self._paragraph_starts = [run.start for run in self._paragraphs]
        self._fonts = self._read_fonts()
        self.dropped, self.symbols = self._marked()
        self.drop_starts = [start for start, _ in self.dropped]
        self.lists = self._read_lists()

    def at(self, entry: int) -> bytes:
        """What an entry (offset, size) of the header refers to in the table stream."""
        start, size = u32(self.stream, entry), u32(self.stream, entry + 4)
        return self._tables[start : start + size]

    # What the file says

    def _read_pieces(self) -> tuple[list[_Piece], str]:
        data, at = self.at(0x1A2), 0
        shared: list[bytes] = []
        while at < len(data) and data[at] == 1:
            size = u16(data, at + 1)
            shared.append(data[at + 3 : at + 3 + size])
            at += 3 + size
        if at >= len(data) or data[at] != 2:
            raise UnreadableFileError("office-damaged", error="Clx")
        plan = data[at + 5 : at + 5 + u32(data, at + 1)]
        number = max((len(plan) - 4) // 12, 0)
        pieces: list[_Piece] = []
        texts: list[str] = []
        total = 0
        for i in range(number):
            count = u32(plan, 4 * i + 4) - u32(plan, 4 * i)
            if count <= 0:
                continue
            entry = 4 * (number + 1) + 8 * i
            where, modifier = u32(plan, entry + 2), u16(plan, entry + 6)
            width = 1 if where & 0x40000000 else 2
            offset = (where & 0x3FFFFFFF) // (2 if width == 1 else 1)
            raw = self.stream[offset : offset + width * count]
            if len(raw) < width * count:
                raise UnreadableFileError("office-damaged", error="WordDocument")
            if width == 1:
                text = raw.decode("cp1252", "replace")
            else:
                text = raw.decode("utf-16-le", "surrogatepass")
                if len(text) < count:  # pairs: here a character is one unit
                    text = "".join(map(chr, struct.unpack(f"<{count}H", raw)))
            total += len(text)
            if total > _CHARS_LIMIT:
                raise UnreadableFileError("office-too-much-text", limit=_CHARS_LIMIT)
            if modifier & 1:
                own = shared[modifier >> 1] if modifier >> 1 < len(shared) else b""
            else:
                known = _SHORT_PROPERTIES.get(modifier >> 1 & 0x7F)
                own = struct.pack("<HB", known, modifier >> 8) if known else b""
            pieces.append(_Piece(total - len(text), len(text), offset, width, own))
            texts.append(text)
        return pieces, "".join(texts)

    def _read_styles(self) -> list[_Style]:
        data = self.at(0xA2)
        styles: list[_Style] = []
        fixed = u16(data, 4)
        at = 2 + u16(data, 0)
        for _ in range(min(u16(data, 2), 4096)):
            if at + 2 > len(data):
                break
            size = u16(data, at)
            one = data[at + 2 : at + 2 + size]
            at += 2 + size
            styles.append(_style(one, fixed) if size else _Style())
        return styles

    def _runs(self, entry: int, *, is_paragraph: bool) -> list[_Run]:
        """The formatting of characters or paragraphs, in order of their bytes."""
        data = self.at(entry)
        pages = max((len(data) - 4) // 8, 0)
        each = 13 if is_paragraph else 1
        runs: list[_Run] = []
        for number in range(min(pages, len(self.stream) // _PAGE_BYTES)):
            start = (u32(data, 4 * (pages + 1) + 4 * number) & 0x3FFFFF) * _PAGE_BYTES
            page = self.stream[start : start + _PAGE_BYTES]
            if len(page) < _PAGE_BYTES:
                continue
            count = page[-1]
            if 4 * (count + 1) + each * count >= _PAGE_BYTES:
                continue
            for i in range(count):
                offset = page[4 * (count + 1) + each * i] * 2
                style, own = 0, b""
                if offset and is_paragraph:
                    size = page[offset] * 2 - 1
                    if size < 0:
                        offset += 1
                        size = page[offset] * 2 if offset < _PAGE_BYTES else 0
                    own = page[offset + 1 : offset + 1 + size]
                    style, own = u16(own, 0), own[2:]
                elif offset:
                    own = page[offset + 1 : offset + 1 + page[offset]]
                runs.append(_Run(u32(page, 4 * i), u32(page, 4 * i + 4), style, own))
        return sorted(runs, key=lambda run: run.start)

    def _read_fonts(self) -> list[str]:
        data = self.at(0x112)
        fonts: list[str] = []
        at = 4
        for _ in range(min(u16(data, 0), 2000)):
            if at >= len(data):
                break
            name = data[at + 40 : at + 1 + data[at]].decode("utf-16-le", "ignore")
            fonts.append(name.partition("\0")[0])
            at += 1 + data[at]
        return fonts

    def _read_lists(self) -> list[tuple[str, NumberedList]]:
        """The lists as paragraphs name them, in order."""
        start = u32(self.stream, 0x2E2)
        if not u32(self.stream, 0x2E6):
            return []
        # The levels follow the table that the header has the size of.
        data = self._tables[start:]
        count = min(u16(data, 0), 4096)
        known: dict[int, dict[int, Level]] = {}
        at = 2 + 28 * count
        for i in range(count):
            head = data[2 + 28 * i : 30 + 28 * i]
            levels: dict[int, Level] = {}
            for number in range(1 if len(head) > 26 and head[26] & 1 else 9):
                levels[number], at = self._level(data, at, number)
            known[u32(head, 0)] = levels
        return self._overridden(known)

    def _overridden(self, known: dict[int, dict[int, Level]]) -> list[tuple[str, NumberedList]]:
        data = self.at(0x2EA)
        count = min(u32(data, 0), 4096)
        lists: list[tuple[str, NumberedList]] = []
        at = 4 + 16 * count
        for i in range(count):
            head = data[4 + 16 * i : 20 + 16 * i]
            if len(head) < 16:
                break
            levels = dict(known.get(u32(head, 0), {}))
            starts: dict[int, int] = {}
            at += 4
            for _ in range(min(head[12], 9)):
                first, flags = u32(data, at), u32(data, at + 4)
                at += 8
                number = min(flags & 0xF, 8)
                if flags & 0x20:
                    levels[number], at = self._level(data, at, number)
                elif flags & 0x10:
                    starts[number] = first
            counters = str(u32(head, 0))
            lists.append((str(i), NumberedList(counters, levels, starts)))
        return lists

    def _level(self, data: bytes, at: int, number: int) -> tuple[Level, int]:
        head = data[at : at + 28]
        if len(head) < 28:
            return Level("", "none", 1, number, ""), at + 28
        own = at + 28 + head[25]
        text_at = own + head[24]
        size = min(u16(data, text_at), 255)
        raw = data[text_at + 2 : text_at + 2 + 2 * size].decode("utf-16-le", "ignore")
        places = "".join(f"%{ord(c) + 1}" if ord(c) < 9 else c for c in raw)
        form = _FORMS[head[4]] if head[4] < len(_FORMS) else "none" if head[4] == 255 else "decimal"
        hidden = any(
            code == _HIDDEN and value[:1] == b"\1" for code, value in _properties(data[own:text_at])
        )
        flags = head[5]
        level = Level(
            text=places,
            form=form,
            start=min(u32(head, 0), 32_767),
            restart=min(head[26], 9) if flags & 8 else number,
            after="" if head[15] == 2 else " ",
            is_plain=bool(flags & 4),
            is_hidden=hidden,
        )
        return level, text_at + 2 + 2 * size

    # What it means for the text

    def _based(self, style: int) -> Iterator[_Style]:
        """A style, then those that it is based on, the nearest first."""
        for _ in range(_DEEPEST):
            if style >= len(self.styles):
                return
            yield self.styles[style]
            style = self.styles[style].base

    def _hides(self, style: int) -> bool:
        return next((each.hides for each in self._based(style) if each.hides is not None), False)

    def _marked(self) -> tuple[list[tuple[int, int]], dict[int, str]]:
        """The ranges that are deleted or hidden, in order, and the characters of symbol fonts."""
        dropped: list[tuple[int, int]] = []
        symbols: dict[int, str] = {}
        starts = [run.start for run in self._characters]
        plain = {style for style in range(len(self.styles)) if not self._hides(style)}
        hiding = len(plain) < len(self.styles)
        for piece in self._pieces:
            end = piece.offset + piece.count * piece.width
            at = max(bisect_right(starts, piece.offset) - 1, 0)
            for i in range(at, len(self._characters)):
                run = self._characters[i]
                if run.start >= end:
                    break
                first = (max(run.start, piece.offset) - piece.offset) // piece.width
                last = (min(run.end, end) - piece.offset) // piece.width
                if last <= first:
                    continue
                own = run.properties + piece.properties
                for start, stop in self._cut(piece.start + first, piece.start + last, hiding):
                    drops, symbol, font = self._judge(own, start, hiding)
                    if drops:
                        dropped.append((start, stop))
                    elif symbol:
                        symbols.update((i, symbol) for i in range(start, min(stop, start + 1000)))
                    for found in PRIVATE.finditer(self.text, start, stop):
                        symbols[found.start()] = sign_of(font, ord(found[0]))
        dropped.sort()
        return dropped, symbols

    def _cut(self, start: int, end: int, hiding: bool) -> Iterator[tuple[int, int]]:
        """A range in paragraphs, where styles of some hide their text."""
        if hiding:
            for found in END.finditer(self.text, start, end):
                yield start, found.end()
                start = found.end()
        if start < end:
            yield start, end

    def _judge(self, properties: bytes, at: int, hiding: bool) -> tuple[bool, str | None, str]:
        """Whether a run is not shown, the sign that stands for each of its characters, its font."""
        deleted = False
        hidden: bool | None = None
        opposite = False
        style: int | None = None
        symbol = None
        font = ""
        for code, value in _properties(properties):
            if code in (_DELETED, _INSERTED):
                self.has_revisions = True
                if code == _DELETED:
                    deleted = value[:1] == b"\1"
            elif code == _HIDDEN and value:
                hidden = value[0] == 1 if value[0] < 2 else None
                opposite = value[0] == 0x81
            elif code == _CHARACTER_STYLE:
                style = u16(value, 0)
            elif code == _SYMBOL:
                symbol = sign_of(self._font(u16(value, 0)), u16(value, 2))
            elif code == _FONT:
                font = self._font(u16(value, 0))
        if hidden is None:
            of_style = hiding and (
                self._hides(self.paragraph_at(at).style)
                != (style is not None and self._hides(style))
            )
            hidden = of_style != opposite
        return deleted or hidden, symbol, font

    def _font(self, number: int) -> str:
        return self._fonts[number] if number < len(self._fonts) else ""

    def paragraph_at(self, at: int) -> Paragraph:
        """What is said of the paragraph that a character is in."""
        index = bisect_right(self._starts, at) - 1
        if index < 0:
            return Paragraph()
        piece = self._pieces[index]
        offset = piece.offset + (at - piece.start) * piece.width
        index = bisect_right(self._paragraph_starts, offset) - 1
        if index < 0 or offset >= self._paragraphs[index].end:
            return Paragraph()
        run = self._paragraphs[index]
        found = {_IN_TABLE: 0, _ROW_END: 0, _LEVEL: 0, _LIST: 0}
        of_styles = [each.paragraph for each in self._based(run.style)]
        for properties in (*reversed(of_styles), run.properties + piece.properties):
            for code, value in _properties(properties):
                if code in found:
                    found[code] = int.from_bytes(value, "little", signed=True)
        return Paragraph(
            run.style,
            bool(found[_IN_TABLE]),
            bool(found[_ROW_END]),
            found[_LIST],
            min(max(found[_LEVEL], 0), 8),
        )


def _style(data: bytes, fixed: int) -> _Style:
    """One style: its name, what it is based on, and its properties ([MS-DOC], 2.9.258)."""
    kind, base = u16(data, 2) & 0xF, u16(data, 2) >> 4
    length = u16(data, fixed)
    name = data[fixed + 2 : fixed + 2 + 2 * length].decode("utf-16-le", "ignore")
    identity = u16(data, 0) & 0xFFF
    if 1 <= identity <= 9:
        name = f"heading {min(identity, 6)}"
    elif identity == 62:
        name = "title"
    elif identity == 34:
        name = "caption"
    elif 19 <= identity <= 27:
        name = "toc"
    style = _Style(name, base)
    at = fixed + 2 + 2 * length + 2
    parts: list[bytes] = []
    for _ in range(min(u16(data, 4) & 0xF, 3)):
        size = u16(data, at)
        parts.append(data[at + 2 : at + 2 + size])
        at += 2 + size + (size & 1)
    if kind == 1 and parts:
        style.paragraph = parts[0][2:]
    characters = (
        parts[1] if kind == 1 and len(parts) > 1 else parts[0] if kind == 2 and parts else b""
    )
    for code, value in _properties(characters):
        if code == _HIDDEN and value:
            style.hides = value[0] in (1, 0x81)
    return style
