"""Read Rich Text: code pages by font, what is deleted or hidden left out, notes apart.

Bytes above ASCII stand as ``\\'xx`` in the code page of their font, or, where that is the
system's, in the one that the document names; characters as ``\\uN``, with as many bytes for older
programs behind them as ``\\ucN`` says.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from ...errors import UnreadableFileError
from ..extract import Extract
from .office import Kind, OfficeLine, line_of, office_extract, row_of, styled
from .ole import code_page
from .word.fields import CODE_CHARS, equation, is_contents, is_equation, sign_of

_DEEPEST = 1_000
_CHARS_LIMIT = 20_000_000
_ENTRIES_LIMIT = 4_096
_NAME_CHARS = 200
_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?[0-9]{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z'])|([{}])"
    rb"|([^\\{}\r\n]+)"
)
_CHARSETS = {
    **{77: "mac_roman", 128: "cp932", 129: "cp949", 134: "gb18030", 136: "big5hkscs"},
    **{161: "cp1253", 162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256"},
    **{186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250"},
}
_SKIPPED_NAMES = """
    annotation atnauthor atndate atnicn atnid atnparent atnref atntime atrfend atrfstart background
    bkmkend bkmkstart colorschememapping colortbl comment datastore falt fchars filetbl
    footer footerf footerl footerr ftncn ftnsep ftnsepc aftncn aftnsep aftnsepc generator header
    headerf headerl headerr keywords lchars latentstyles listoverridetable listtable mmathPr
    nonesttables nonshppict objdata panose passwordhash pict private revtbl rsidtbl sn sp subject
    shprslt sv svb tc template themedata userprops wgrffmtfilter xe xmlnstbl
"""
_SKIPPED = frozenset(_SKIPPED_NAMES.split())
_SIGNS = {
    **{"tab": "\t", "line": "\n", "lbr": "\n", "page": "", "column": "", "bullet": "•"},
    **{"emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“"},
    **{
        "rdblquote": "”",
        "emspace": "\u3000",
        "enspace": " ",
        "qmspace": " ",
        "zwj": "",
        "zwnj": "",
    },
}


class _Story:
    """Paragraphs that follow each other: the body, a note, a text box."""

    def __init__(self, kind: Kind = "", before: tuple[str, int, bool] = ("", 9, False)) -> None:
        self.kind = kind
        self.before = before  # style, level and table of the paragraph that it stands in
        self.lines: list[OfficeLine] = []
        self.number = ""  # what the list shows before the paragraph
        self.text: list[str] = []
        self.beside: list[OfficeLine] = []
        self.cell: list[str] = []
        self.row: list[str] = []

    def end_paragraph(self, style: str, *, in_table: bool, in_contents: bool = False) -> None:
        """Put out the paragraph, into the cell where it is in one."""
        text = self._taken(is_cell=in_table)
        if in_table:
            self.cell.append(line_of(text))
            return
        self.end_row()
        for piece in text.split("\n"):
            if line := line_of(piece):
                one = styled(line, style)
                self.lines.append(OfficeLine(line, kind="contents") if in_contents else one)
        self._put_beside()

    def end_cell(self) -> None:
        """Put the cell into its row."""
        self.cell.append(line_of(self._taken(is_cell=True)))
        self.row.append(" ".join(filter(None, self.cell)))
        self.cell.clear()

    def _taken(self, *, is_cell: bool) -> str:
        """The text of the paragraph with its number, if it has any of its own."""
        text, number = "".join(self.text), line_of(self.number)
        self.text.clear()
        self.number = ""
        # A bullet is no text; a cell may hold a number alone.
        if not (text.strip() or is_cell) or (len(number) == 1 and not number.isalnum()):
            number = ""
        return f"{number} {text}" if number else text

    def end_row(self) -> None:
        """Put out the row, if there is one."""
        if any(self.cell):
            self.end_cell()
        if row := row_of(self.row):
            self.lines.append(OfficeLine(row, kind="row"))
            self._put_beside()
        self.row.clear()
        self.cell.clear()

    def _put_beside(self) -> None:
        self.lines += self.beside
        self.beside.clear()


class _State:
    """What holds inside of a group."""

    __slots__ = (
        *("deleted", "font", "hidden", "into", "is_number", "is_story", "skips", "unicode_bytes"),
    )

    def __init__(self) -> None:
        self.skips = False
        self.hidden = self.deleted = False
        self.font: int | None = None
        self.unicode_bytes = 1
        self.into = ""  # what the text of a group is taken for: a font, a style, the title
        self.is_story = self.is_number = False

    def copy(self) -> _State:
        """The same for a group inside."""
        new = _State.__new__(_State)
        new.skips, new.hidden, new.deleted = self.skips, self.hidden, self.deleted
        new.font, new.unicode_bytes, new.into = self.font, self.unicode_bytes, self.into
        new.is_story, new.is_number = False, self.is_number
        return new


def read_rtf(data: bytes) -> Extract:
    """The text of a Rich Text document, one line per paragraph and table row, changes accepted.

    Raises UnreadableFileError where groups nest too deeply, or where there is no text.
    """
    reading = _Reading()
    reading.read(data)
    return office_extract(
        reading.lines(),
        "rtf",
        title=reading.said.get("title", ""),
        author=reading.said.get("author", ""),
        has_revisions=reading.has_revisions,
    )


class _Reading:
    """One document while it is read."""

    def __init__(self) -> None:
        self._page = "cp1252"
        self._fonts: dict[int, str] = {}
        self._font_names: dict[int, str] = {}
        self._default_font: int | None = None
        self._styles: dict[int, str] = {}
        self._stories = [_Story()]
        self._state = _State()
        self._groups: list[_State] = []
        self._pending = bytearray()
        self._entry: int | None = None
        self._style, self._level, self._in_table = "", 9, False
        self._contents: int | None = None
        self._code = ""
        self._high = 0
        self._chars = 0
        self.said: dict[str, str] = {}
        self.has_revisions = False

    def lines(self) -> list[OfficeLine]:
        """All lines of the document."""
        while len(self._stories) > 1:
            self._end_story()
        self._end_paragraph(force=True)
        self._stories[0].end_row()
        return self._stories[0].lines

    def read(self, data: bytes) -> None:
        """Go over the tokens of the document."""
        at, end = 0, len(data)
        to_skip = 0  # bytes for older programs
        begins = starred = False
        while at < end:
            found = _TOKEN.match(data, at)
            if found is None:
                at += 1
                continue
            at = found.end()
            word, number, code, sign, brace, text = found.groups()
            state = self._state
            if text is not None:
                begins = False
                if to_skip:
                    text, to_skip = text[to_skip:], max(to_skip - len(text), 0)
                self._pending += text
            elif code is not None:
                begins = False
                if to_skip:
                    to_skip -= 1
                else:
                    self._pending.append(int(code, 16))
            elif brace == b"{":
                self._flush()
                if len(self._groups) >= _DEEPEST:
                    raise UnreadableFileError("nested-too-deeply")
                self._groups.append(state)
                self._state = state.copy()
                begins, starred, to_skip = True, False, 0
            elif brace == b"}":
                self._flush()
                if self._groups:
                    self._leave()
                begins, to_skip = False, 0
            elif sign is not None:
                if sign == b"*":
                    starred = True
                    continue
                begins = False
                if to_skip:
                    to_skip -= 1
                elif sign in b"\\{}":
                    self._pending += sign
                elif sign == b"~":
                    self._put(" ")
                elif sign == b"_":
                    self._put("-")
                elif sign in b"\r\n":
                    self._end_paragraph()
            elif word is not None:
                name = word.decode("ascii")
                amount = int(number) if number is not None else None
                if begins:
                    self._enter(name, starred)
                begins = starred = False
                if name == "bin":
                    at += min(max(amount or 0, 0), end - at)
                elif name == "u" and amount is not None:
                    self._unicode(amount)
                    to_skip = self._state.unicode_bytes
                elif to_skip and name in _SIGNS:
                    to_skip -= 1
                else:
                    self._word(name, amount)
        self._flush()

    # Groups

    def _enter(self, name: str, starred: bool) -> None:
        """A group begins with this word: whether its text is any, and of what."""
        state = self._state
        if name in ("footnote", "shptxt", "dptxbxtext"):
            if state.skips and state.into != "shape":
                return
            state.skips, state.into, state.is_story = False, "", True
            before = (self._style, self._level, self._in_table)
            self._stories.append(_Story("note" if name == "footnote" else "box", before))
            self._in_table = False
        elif name in ("shpinst", "do") and not state.skips:
            state.skips, state.into = True, "shape"
        elif name in ("listtext", "pntext"):
            state.is_number = True
            self._stories[-1].number = ""
        elif name in ("fonttbl", "stylesheet", "info"):
            state.skips, state.into, self._entry = True, name, None
        elif name in ("title", "author") and state.into == "info":
            state.into = f"info {name}"
        elif name == "fldinst":
            state.skips, state.into, self._code = True, "field", ""
        elif name == "upr":
            state.skips = True
        elif name == "ud":
            state.skips = self._groups[-2].skips if len(self._groups) > 1 else False
        elif name in _SKIPPED or (starred and name not in ("shppict", "nestcell")):
            state.skips = True

    def _leave(self) -> None:
        state = self._state
        self._state = self._groups.pop()
        if state.is_story and len(self._stories) > 1:
            self._end_story()
        if state.into == "field" and self._state.into != "field":
            if is_contents(self._code):
                # The field is the group around that of its instruction.
                self._contents = len(self._groups)
            elif is_equation(self._code):
                self._put(equation(self._code))
        if self._contents is not None and len(self._groups) < self._contents:
            self._contents = None

    def _end_story(self) -> None:
        self._end_paragraph(force=True)
        story = self._stories.pop()
        story.end_row()
        self._style, self._level, self._in_table = story.before
        self._stories[-1].beside += [OfficeLine(line.text, kind=story.kind) for line in story.lines]

    # Text

    def _shows(self) -> bool:
        state = self._state
        return not (state.skips or state.hidden or state.deleted)

    def _flush(self) -> None:
        """Decode the bytes that have come together."""
        if not self._pending:
            return
        raw = bytes(self._pending)
        self._pending.clear()
        if self._state.into or not self._state.skips:
            self._put(self._decoded(raw))

    def _decoded(self, raw: bytes) -> str:
        if raw.isascii():
            return raw.decode("ascii")
        own = self._fonts.get(self._font_in_force()) or self._page
        text = raw.decode(own, "replace")
        if "\ufffd" in text and own != self._page:
            other = raw.decode(self._page, "replace")
            text = min(text, other, key=lambda each: each.count("\ufffd"))
        return text

    def _font_in_force(self) -> int:
        font = self._default_font if self._state.font is None else self._state.font
        return -1 if font is None else font

    def _put(self, text: str) -> None:
        self._flush()  # what comes before it
        state = self._state
        if state.into:
            self._tell(state.into, text)
        elif self._shows():
            if state.is_number:
                self._stories[-1].number = (self._stories[-1].number + text)[:_NAME_CHARS]
                return
            self._chars += len(text)
            if self._chars > _CHARS_LIMIT:
                raise UnreadableFileError("office-too-much-text", limit=_CHARS_LIMIT)
            self._stories[-1].text.append(text)

    def _tell(self, into: str, text: str) -> None:
        if into in ("stylesheet", "fonttbl"):
            names = self._styles if into == "stylesheet" else self._font_names
            entry = 0 if self._entry is None else self._entry
            if len(names) < _ENTRIES_LIMIT:
                names[entry] = (names.get(entry, "") + text)[:_NAME_CHARS]
        elif into == "field":
            self._code = (self._code + text)[:CODE_CHARS]
        elif into.startswith("info "):
            name = into[5:]
            self.said[name] = (self.said.get(name, "") + text)[:500]

    def _unicode(self, number: int) -> None:
        self._flush()
        code = number + 65_536 if number < 0 else number
        if 0xD800 <= code < 0xDC00:
            self._high = code
            return
        if 0xDC00 <= code < 0xE000:
            if self._high:
                self._put(chr(0x10000 + ((self._high - 0xD800) << 10) + code - 0xDC00))
            self._high = 0
        elif 0xF000 <= code <= 0xF0FF:
            name = self._font_names.get(self._font_in_force(), "").strip().rstrip(";")
            self._put(sign_of(name, code))
        elif 0 < code < 0x110000:
            self._put(chr(code))

    def _end_paragraph(self, *, force: bool = False) -> None:
        self._flush()
        state = self._state
        if not force and (state.skips or state.deleted or state.hidden):
            return  # without its mark a paragraph goes on in the next one
        style = f"heading {self._level + 1}" if self._level < 6 else self._style
        self._stories[-1].end_paragraph(
            style, in_table=self._in_table, in_contents=self._contents is not None
        )

    # Words

    def _word(self, name: str, number: int | None) -> None:
        state = self._state
        if name in _SIGNS:
            self._put(_SIGNS[name])
        elif name in ("par", "sect"):
            if not state.skips:
                self._end_paragraph()
        elif name in _WORDS:
            self._flush()
            _WORDS[name](self, number)

    def _font(self, number: int | None) -> None:
        if self._state.into == "fonttbl":
            self._entry = number
        else:
            self._state.font = number

    def _charset(self, number: int | None) -> None:
        if self._state.into == "fonttbl" and self._entry is not None:
            self._fonts[self._entry] = _CHARSETS.get(number or 0, "")

    def _code_page_of_font(self, number: int | None) -> None:
        if self._state.into == "fonttbl" and self._entry is not None and number:
            self._fonts[self._entry] = code_page(number)

    def _set_page(self, number: int | None) -> None:
        self._page = code_page(number)

    def _set_default_font(self, number: int | None) -> None:
        self._default_font = number

    def _bytes(self, number: int | None) -> None:
        self._state.unicode_bytes = max(0, min(number or 0, 16))

    def _plain(self, _: int | None) -> None:
        self._state.font = None
        self._state.hidden = self._state.deleted = False

    def _hide(self, number: int | None) -> None:
        self._state.hidden = number != 0

    def _delete(self, number: int | None) -> None:
        self._state.deleted = number != 0
        self.has_revisions = True

    def _revise(self, _: int | None) -> None:
        self.has_revisions = True

    def _reset(self, _: int | None) -> None:
        if not self._state.skips:
            self._style, self._level, self._in_table = self._styles.get(0, ""), 9, False

    def _set_style(self, number: int | None) -> None:
        if self._state.into == "stylesheet":
            self._entry = number
        elif not self._state.skips:
            self._style = self._styles.get(number or 0, "").strip().rstrip(";")

    def _no_style(self, number: int | None) -> None:
        """Styles of characters, sections and tables are others."""
        if self._state.into == "stylesheet":
            self._entry = -1 - (number or 0)

    def _outline(self, number: int | None) -> None:
        if not self._state.skips and number is not None:
            self._level = number

    def _table(self, _: int | None) -> None:
        if not self._state.skips:
            self._in_table = True

    def _cell(self, _: int | None) -> None:
        if not self._state.skips:
            self._stories[-1].end_cell()

    def _inner_cell(self, _: int | None) -> None:
        if not self._state.skips:
            self._stories[-1].end_paragraph("", in_table=True)

    def _row(self, _: int | None) -> None:
        if not self._state.skips:
            self._stories[-1].end_row()


_WORDS: dict[str, Callable[[_Reading, int | None], None]] = {
    "ansicpg": _Reading._set_page,
    "cell": _Reading._cell,
    "cpg": _Reading._code_page_of_font,
    "cs": _Reading._no_style,
    "deff": _Reading._set_default_font,
    "deleted": _Reading._delete,
    "ds": _Reading._no_style,
    "f": _Reading._font,
    "fcharset": _Reading._charset,
    "htmlrtf": _Reading._hide,
    "intbl": _Reading._table,
    "nestcell": _Reading._inner_cell,
    "outlinelevel": _Reading._outline,
    "pard": _Reading._reset,
    "plain": _Reading._plain,
    "revised": _Reading._revise,
    "row": _Reading._row,
    "s": _Reading._set_style,
    "ts": _Reading._no_style,
    "uc": _Reading._bytes,
    "v": _Reading._hide,
}
