"""Read the text layer of a PDF: characters by their boxes, in columns where there are any.

A page without columns keeps the lines and the order that the text layer has.
"""

from __future__ import annotations

import ctypes
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from math import pi
from typing import Any

from ...errors import UnreadableFileError
from ..columns import Character, blocks_of, columns_of, rows_of
from ..extract import Extract, bare
from ..printed import TEXT_CHARS, Page, extract_of, with_properties
from ..recognition import LONG_SIDE_PIXELS, Picture, recognised

_PAGES_LIMIT = 5000
_SPACES = frozenset(" \t\xa0\u3000")
_WIDE_FROM = 0x2E80
"""Of characters before this one (Latin, digits) the loose box may be wider than the character."""
_NEWLINE, _RETURN, _HYPHEN = 10, 13, 2
_UNMAPPED = re.compile(r"[!-/:-@\[-`{-~\ue000-\uf8ff]")
_CODES_AT_LEAST = 20
_STRANGE = re.compile(
    "[\u0100-\u02af\u0370-\u1dff\u2400-\u245f\u2600-\u2e7f\u3200-\u33ff\u3400-\u4dbf\ua000-\uabff]"
)
_STRANGE_SHARE, _STRANGE_SCRIPTS = 0.2, 8
"""So many characters of so many scripts and kinds of signs stand in no text."""
_REPEATED = re.compile(r"(.)\1{2,}")
_UNMAPPED_SHARE = 0.5
"""More ASCII punctuation or private characters than this are codes of glyphs: real pages have at
most 0.2 of them."""
_PICTURE_SHARE = 0.3
"""A picture over so much of a page without text is a scan."""
_SAMPLE = 60
"""Characters that tell how a page is turned."""
_OUTLINES = 100
"""So many drawn shapes on a page without text may be writing turned into outlines."""


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
    extract = extract_of(pages, "pdf")
    return with_properties(extract, info.get("Title", ""), info.get("Author", ""), "PDF 属性")


def _read_page(document: Any, number: int) -> Page:
    """A page with its lines: of its text layer, or recognised where there is a picture of text."""
    page = document[number]
    try:
        text_page = page.get_textpage()
        try:
            frame = _Frame.of(page, text_page)
            characters = list(_characters(text_page, frame))
        finally:
            text_page.close()
        text = "".join(character.text for character in characters)
        is_scan = _is_unmapped(text) or (len(bare(text)) < TEXT_CHARS and _is_picture(page))
        if is_scan:
            found = recognised(number + 1, lambda: _picture_of(page))
            if found is not None:
                columns = [rows_of(block) for block in blocks_of(found)]
                return Page(number + 1, page.get_height(), columns)
        # The order of the layer is that in which the page is shown, be it upright or not.
        in_lines = frame.rotation == page.get_rotation()
        columns = columns_of(characters, frame.size[0], in_lines=in_lines)
        columns = [] if _is_unmapped(text) else columns
        return Page(number + 1, frame.size[1], columns, is_scan)
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
                turns[-round(angle / (pi / 2)) % 4 if angle >= 0 else 0] += 1
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


def _characters(text_page: Any, frame: _Frame) -> Iterator[Character]:
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
        if (
            (unit < 32 and unit != 9)
            or 0x7F <= unit < 0xA0
            or unit in (0xFFFD, 0xFFFE, 0xFFFF)
            or unit > 0x10FFFF
        ):
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
        yield Character(text, *frame.box(box), line, between)
        between = ""


def _is_unmapped(text: str) -> bool:
    """Whether a text layer holds the codes of glyphs in place of characters.

    Dots and lines that lead the eye are counted once.
    """
    plain = _REPEATED.sub(r"\1", "".join(text.split()))
    if len(plain) < _CODES_AT_LEAST:
        return False
    strange = _STRANGE.findall(plain)
    return len(_UNMAPPED.findall(plain)) > _UNMAPPED_SHARE * len(plain) or (
        len(strange) > _STRANGE_SHARE * len(plain)
        and len({ord(character) >> 8 for character in strange}) >= _STRANGE_SCRIPTS
    )


def _picture_of(page: Any) -> Picture:
    scale = LONG_SIDE_PIXELS / max(*page.get_size(), 1.0)
    return Picture(page.render(scale=scale).to_numpy(), 1 / scale)


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
