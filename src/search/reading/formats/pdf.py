"""Read the text layer of a PDF: characters by their boxes, in columns where there are any.

A page without columns keeps the lines and the order that the text layer has.
"""

from __future__ import annotations

import ctypes
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from math import pi
from typing import Any, NamedTuple

from ...documents.document import Evidence
from ...errors import UnreadableFileError
from ..bylines import is_personal_name
from ..columns import Piece, blocks_of, rows_of
from ..extract import Extract, Guide, bare
from ..printed import Page, extract_of, paragraphs_of
from ..recognition import how_to_recognise

_PAGES_LIMIT = 5000
_TEXT_CHARS = 8
"""A page of fewer Han characters, letters and digits has no text, maybe a number or a stamp."""
_SPACES = frozenset(" \t\xa0\u3000")
_WITHIN_LINES = 20
_WIDE_FROM = 0x2E80
"""Of characters before this one (Latin, digits) the loose box may be wider than the character."""
_GAP_HEIGHTS = 0.8
"""A wider gap within a line may be one of columns."""
_CELL_GAP_HEIGHTS = 1.5
"""And so wide a gap is one of cells."""
_NEWLINE, _RETURN, _HYPHEN = 10, 13, 2
_UNMAPPED = re.compile(r"[!-/:-@\[-`{-~\ue000-\uf8ff]")
_REPEATED = re.compile(r"(.)\1{2,}")
_UNMAPPED_SHARE = 0.5
"""More ASCII punctuation or private characters than this are codes of glyphs: real pages have at
most 0.2 of them."""
_PICTURE_SHARE = 0.3
"""A picture over so much of a page without text is a scan."""
_SAMPLE = 500
_OUTLINES = 100
"""So many drawn shapes on a page without text may be writing turned into outlines."""


class _Character(NamedTuple):
    """A character that is seen, with its box in points from the upper left corner of the page.

    ``line`` counts the lines of the text layer; ``after`` is "" or what stood between it and the
    character before: a space, or "-" where a word was divided.
    """

    text: str
    left: float
    top: float
    right: float
    bottom: float
    line: int
    after: str


def read_pdf(data: bytes) -> Extract:
    """The text of a PDF, one line per paragraph.

    Raises UnreadableFileError where it is damaged, protected, or has no text layer (scanned).
    """
    import pypdfium2  # loads a library of 7 MB

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "assword" in str(error):
            raise UnreadableFileError("pdf-protected", error=str(error)) from error
        raise UnreadableFileError("pdf-damaged", error=str(error)) from error
    try:
        count = len(document)
        if count > _PAGES_LIMIT:
            raise UnreadableFileError("pdf-too-many-pages", pages=count, limit=_PAGES_LIMIT)
        pages = [_read_page(document, number) for number in range(count)]
        info = document.get_metadata_dict(skip_empty=True)
    except pypdfium2.PdfiumError as error:
        raise UnreadableFileError("pdf-page-damaged", error=str(error)) from error
    finally:
        document.close()
    scanned = tuple(page.number for page, is_scan in pages if is_scan)
    if not any(_has_text(page) for page, _ in pages):
        raise UnreadableFileError("pdf-without-text", pages=count, how=how_to_recognise())
    extract = extract_of(paragraphs_of([page for page, _ in pages]), "pdf", scanned)
    return replace(extract, guide=_guide(extract, info))


def _has_text(page: Page) -> bool:
    return (
        len(bare("".join(line.text for column in page.columns for line in column))) >= _TEXT_CHARS
    )


def _read_page(document: Any, number: int) -> tuple[Page, bool]:
    """A page with its lines, and whether there is a picture of text in place of text."""
    page = document[number]
    try:
        text_page = page.get_textpage()
        try:
            frame = _Frame.of(page, text_page)
            characters = list(_characters(text_page, frame))
        finally:
            text_page.close()
        text = "".join(character.text for character in characters)
        is_scan = _is_unmapped(text) or (len(bare(text)) < _TEXT_CHARS and _is_picture(page))
        columns = [] if _is_unmapped(text) else _columns(characters, frame.size[0])
        return Page(number + 1, frame.size[1], columns), is_scan
    finally:
        page.close()


@dataclass(frozen=True, slots=True)
class _Frame:
    """How coordinates of a page, from the lower left, become those of its writing, set upright."""

    rotation: int
    left: float
    bottom: float
    right: float
    top: float

    @classmethod
    def of(cls, page: Any, text_page: Any) -> _Frame:
        """The frame in which most of the writing is upright, however the page is turned."""
        from pypdfium2 import raw

        step = text_page.count_chars() // _SAMPLE + 1
        turns: Counter[int] = Counter()
        for at in range(0, text_page.count_chars(), step):
            if raw.FPDFText_GetUnicode(text_page.raw, at) > 32:
                angle = raw.FPDFText_GetCharAngle(text_page.raw, at)
                turns[round(angle / (pi / 2)) % 4 if angle >= 0 else 0] += 1
        turned = turns.most_common(1)[0][0] if turns else 0
        return cls(turned * 90, *page.get_cropbox())

    @property
    def size(self) -> tuple[float, float]:
        """Width and height."""
        size = self.right - self.left, self.top - self.bottom
        return size if self.rotation % 180 == 0 else size[::-1]

    def box(self, box: Any) -> tuple[float, float, float, float]:
        """Left, top, right and bottom, measured from the upper left corner."""
        match self.rotation:
            case 90:
                ends = box.bottom - self.bottom, box.left - self.left
                others = box.top - self.bottom, box.right - self.left
            case 180:
                ends = self.right - box.right, box.bottom - self.bottom
                others = self.right - box.left, box.top - self.bottom
            case 270:
                ends = self.top - box.top, self.right - box.right
                others = self.top - box.bottom, self.right - box.left
            case _:
                ends = box.left - self.left, self.top - box.top
                others = box.right - self.left, self.top - box.bottom
        return *ends, *others


def _characters(text_page: Any, frame: _Frame) -> Iterator[_Character]:
    """The characters of a page in the order of its text layer.

    The layer counts units of UTF-16, a rare character as two, so that each has its own box.
    """
    from pypdfium2 import raw

    handle = text_page.raw
    unit_of, loose_of, tight_of = (
        raw.FPDFText_GetUnicode,
        raw.FPDFText_GetLooseCharBox,
        raw.FPDFText_GetCharBox,
    )
    box = raw.FS_RECTF()
    loose = ctypes.byref(box)
    sides = [ctypes.c_double() for _ in range(4)]
    left, right = sides[:2]
    tight = [ctypes.byref(side) for side in sides]
    line, between, high = 0, "", 0
    for at in range(text_page.count_chars()):
        unit = unit_of(handle, at)
        if unit in (_NEWLINE, _RETURN, _HYPHEN):
            line += unit == _NEWLINE
            between = "-" if unit == _HYPHEN else ""
            continue
        if 0xD800 <= unit < 0xDC00:
            high = unit
            continue
        if 0xDC00 <= unit < 0xE000:
            if not high:
                continue
            unit = 0x10000 + ((high - 0xD800) << 10) + (unit - 0xDC00)
        high = 0
        if (unit < 32 and unit != 9) or unit in (0xFFFD, 0xFFFE, 0xFFFF) or unit > 0x10FFFF:
            continue
        text = chr(unit)
        if text in _SPACES:
            between = between or " "
            continue
        if not loose_of(handle, at, loose):
            continue
        if unit < _WIDE_FROM and tight_of(handle, at, *tight) and right.value > left.value:
            # As high as its loose box, as wide as it is seen.
            box.left, box.right = left.value, right.value
        yield _Character(text, *frame.box(box), line, between)
        between = ""


def _columns(characters: Sequence[_Character], width: float) -> list[list[Piece]]:
    """The lines of a page by columns, in reading order."""
    if not characters:
        return []
    if _runs_down(characters):
        turned, flat = _set_upright(characters, width)
        blocks = [rows_of(block) for block in blocks_of(list(_pieces(turned)))]
        return [*blocks, list(_pieces(flat))] if flat else blocks
    blocks = blocks_of(list(_pieces(characters)))
    if len(blocks) > 1:
        return [rows_of(block) for block in blocks]
    return [[_whole_line(list(line)) for _, line in groupby(characters, lambda c: c.line)]]


def _whole_line(line: list[_Character]) -> Piece:
    """A line of the text layer, from its first character to its last."""
    text = "".join((" " if c.after == " " else "") + c.text for c in line).strip()
    first, last = line[0], line[-1]
    bottom = max(first.bottom, last.bottom)
    heights = [max(c.bottom - c.top, 1.0) for c in line]
    height = sorted(heights)[len(heights) // 2]
    cells = 1 + sum(b.left - a.right > _CELL_GAP_HEIGHTS * height for a, b in pairwise(line))
    return Piece(text, first.left, first.top, last.right, bottom, height, first.line, cells=cells)


def _pieces(characters: Sequence[_Character]) -> Iterator[Piece]:
    """Characters on one baseline without a wide gap, in the order of the layer."""
    run: list[_Character] = []
    for character in characters:
        if run and not _follows(run[-1], character):
            yield _piece(run, "-" if character.after == "-" else "")
            run = []
        run.append(character)
    if run:
        yield _piece(run)


def _follows(before: _Character, character: _Character) -> bool:
    height = max(character.bottom - character.top, 1.0)
    return (
        before.line == character.line
        and character.after != "-"
        and abs(before.top + before.bottom - character.top - character.bottom) <= height
        and -1.2 * height <= character.left - before.right <= _GAP_HEIGHTS * height
    )


def _piece(run: list[_Character], end: str = "") -> Piece:
    text = run[0].text + "".join(c.after + c.text for c in run[1:]) + end
    heights = sorted(max(c.bottom - c.top, 1.0) for c in run)
    return Piece(
        text,
        min(c.left for c in run),
        min(c.top for c in run),
        max(c.right for c in run),
        max(c.bottom for c in run),
        heights[len(heights) // 2],
        run[0].line,
    )


def _runs_down(characters: Sequence[_Character]) -> bool:
    """Whether most characters stand below the one before, or above it, not beside it."""
    down = beside = 0
    for before, character in pairwise(characters[:_SAMPLE]):
        height = max(character.bottom - character.top, character.right - character.left, 1.0)
        across = character.left + character.right - before.left - before.right
        along = character.top + character.bottom - before.top - before.bottom
        down += _is_below(before, character)
        beside += abs(along) < 0.6 * height and 0 < across / 2 < 2.5 * height
    return down >= 10 and down > beside


def _is_below(before: _Character, character: _Character) -> bool:
    height = max(character.bottom - character.top, character.right - character.left, 1.0)
    across = character.left + character.right - before.left - before.right
    along = character.top + character.bottom - before.top - before.bottom
    return abs(across) < 0.6 * height and 0.3 * height < along / 2 < 2.5 * height


def _set_upright(
    characters: Sequence[_Character], width: float
) -> tuple[list[_Character], list[_Character]]:
    """Vertical writing as if its lines lay, the rightmost first, and apart the few that do lie."""
    steps = [_is_below(before, character) for before, character in pairwise(characters)]
    flat: set[int] = set()
    for at, (before, character) in enumerate(pairwise(characters)):
        height = max(character.bottom - character.top, 1.0)
        level = abs(character.top + character.bottom - before.top - before.bottom) < 0.6 * height
        if level and abs(character.left - before.right) < 0.4 * height:
            flat.update(
                each for each in (at, at + 1) if not any(steps[max(each - 1, 0) : each + 1])
            )
    turned = [
        c._replace(left=c.top, right=c.bottom, top=width - c.right, bottom=width - c.left, line=0)
        for at, c in enumerate(characters)
        if at not in flat
    ]
    lying = [c for at, c in enumerate(characters) if at in flat]
    return turned, lying


def _is_unmapped(text: str) -> bool:
    """Whether a text layer holds the codes of glyphs in place of characters.

    Dots and lines that lead the eye are counted once.
    """
    plain = _REPEATED.sub(r"\1", "".join(text.split()))
    return len(plain) >= 20 and len(_UNMAPPED.findall(plain)) > _UNMAPPED_SHARE * len(plain)


def _is_picture(page: Any) -> bool:
    from pypdfium2 import raw

    width, height = page.get_size()
    shapes = 0
    for found in page.get_objects(max_depth=4):
        if found.type == raw.FPDF_PAGEOBJ_IMAGE:
            left, bottom, right, top = found.get_bounds()
            if (right - left) * (top - bottom) >= _PICTURE_SHARE * width * height:
                return True
        shapes += found.type == raw.FPDF_PAGEOBJ_PATH
        if shapes >= _OUTLINES:
            return True
    return False


def _guide(extract: Extract, info: dict[str, str]) -> Guide:
    """What stands apart, with title and author of the file's own description, where the text bears
    them out.
    """
    texts = extract.text.split("\n")
    apart = extract.guide.apart if extract.guide else {}
    fields: dict[str, str] = {}
    evidence: dict[str, Evidence] = {}
    title = info.get("Title", "").strip()
    if len(bare(title)) >= 4 and bare(title) in {bare(text) for text in texts[:_WITHIN_LINES]}:
        fields["title"] = title
        evidence["title"] = Evidence("PDF 属性里的标题，文中也有", None, title)
    author = info.get("Author", "").strip()
    if is_personal_name(author):
        fields["author"] = author
        evidence["author"] = Evidence("PDF 属性里的作者", None, author, "probable")
    marked = (
        number
        for number, text in enumerate(texts, start=1)
        if number not in apart and text == fields.get("title")
    )
    return Guide(
        apart=apart,
        title=tuple(marked)[:1],
        title_note="与 PDF 属性里的标题相同的行",
        fields=fields,
        evidence=evidence,
    )
