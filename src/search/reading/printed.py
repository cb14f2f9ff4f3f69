"""Make paragraphs of the lines of printed pages: joined over columns and pages, around notes.

What is printed (PDF, OFD, recognised pictures) has no paragraphs, only lines at places. Running
heads and page numbers are known by their place on many pages, footnotes by their size and mark at
the end of a column.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from typing import Literal

from ..documents.document import Role
from ..errors import UnreadableFileError
from .columns import STOPS, Piece, usual_height
from .extract import Extract, Guide, bare, borne_out, ends_sentence
from .headings import starts_numbered
from .recognition import how_to_recognise
from .wrapping import joined_lines

Kind = Literal["", "running-head", "note"]
_APART: dict[Kind, tuple[Role, str, str]] = {
    "running-head": ("boilerplate", "running-head", "各页重复的页眉、页脚或页码"),
    "note": ("metadata", "note", "上一段的脚注或尾注"),
}

TEXT_CHARS = 8
"""A page of fewer Han characters, letters and digits has no text, maybe a number or a stamp."""
_TITLE_LINES = 20
_PAGE_NUMBER = re.compile(
    r"[-—–·\s]*(?:第\s*)?[0-9IVXivx]{1,4}\s*(?:页)?(?:\s*[/／共]\s*[0-9]{1,4}\s*页?)?[-—–·\s]*\Z"
)
_DIGITS = re.compile(r"[0-9]+")
_MARK = re.compile(
    r"\s*(?P<mark>[\[［〔【]?(?:收稿日期|修回日期|基金项目|作者简介|作者单位|通[讯信]作者)[:：\]］〕】]|[①-⑳❶-❿⑴-⒇*＊※†‡]|[\[［〔【(（][0-9]{1,3}[\]］〕】)）]|[0-9]{1,3}(?=\s?[^\W\d_年月日]))"
)
"""What a footnote begins with."""
_ARTICLE = re.compile(r"第[一二三四五六七八九十百零〇0-9]{1,6}条\s")
_LETTER = re.compile(r"[^\W\d_]")
_LEADER = re.compile(r"(?:[.．·]\s?){4,}\S{0,6}\Z|…{2,}\s?[0-9]+\Z")
"""The end of a line in a table of contents."""
_PAUSES = re.compile(r"[，。；、：！？]")
_SMALL = 0.93
"""A note is set in letters of so much of the height of the text, or smaller."""
_NOTE_LINES = 40
_STEP = 3.0
"""Lines that begin within so many points of each other have one margin."""
_FEW_LINES = 5
"""A column of fewer lines has the margins of others at its place."""
_RAGGED_SHARE = 0.4
"""Where so many columns are ragged, all are."""


@dataclass(frozen=True, slots=True)
class Page:
    """The lines of a page in reading order, by columns; places and ``height`` in points.

    A page that ``is_scan`` is a picture that nobody has read.
    """

    number: int
    height: float
    columns: Sequence[Sequence[Piece]]
    is_scan: bool = False

    @property
    def has_text(self) -> bool:
        """Whether there is more on it than a number or a stamp."""
        text = "".join(line.text for column in self.columns for line in column)
        return len(bare(text)) >= TEXT_CHARS


@dataclass(frozen=True, slots=True)
class Printed:
    """A paragraph, or what stands apart from them; ``pages`` are those of its lines, from 1.

    ``score`` is the lowest trust in one of its lines where they were recognised in a picture,
    ``cells`` the most of a line.
    """

    text: str
    kind: Kind
    pages: tuple[int, ...]
    score: float | None = None
    cells: int = 1


@dataclass(frozen=True, slots=True)
class _Column:
    """Margins of a column, the distance of its lines, and how its paragraphs are to be known."""

    left: float
    right: float
    leading: float
    is_indented: bool = False
    is_ragged: bool = False


@dataclass(slots=True)
class _Line:
    """A line with its place; ``said`` is what its row at the edge of a page says, ``kind`` as
    judged.
    """

    piece: Piece
    page: Page
    column: int
    is_edge: bool = False
    is_apart: bool = False
    said: str = ""
    kind: Kind = ""

    @property
    def height(self) -> float:
        return self.piece.height


def paragraphs_of(pages: Sequence[Page]) -> list[Printed]:
    """The paragraphs of all pages, with running heads and notes where they come."""
    lines: list[_Line] = []
    column = 0
    for page in pages:
        on_page: list[_Line] = []
        for block in page.columns:
            on_page += [_Line(piece, page, column) for piece in block]
            column += 1
        _mark_edges(on_page)
        lines += on_page
    _find_running_heads(lines, len(pages))
    _find_notes(lines)
    columns = _columns([line for line in lines if not line.kind])
    return [_printed(group) for group in _grouped(lines, columns, pages)]


def extract_of(pages: Sequence[Page], encoding: str) -> Extract:
    """The text of some pages with a line for each paragraph, what stands apart marked.

    Raises UnreadableFileError where none of them has text.
    """
    if not any(page.has_text for page in pages):
        raise UnreadableFileError(
            "pdf-without-text", pages=len(pages), how=how_to_recognise(encoding)
        )
    printed = paragraphs_of(pages)
    apart = {n: _APART[each.kind] for n, each in enumerate(printed, start=1) if each.kind}
    trusted = [(n, each) for n, each in enumerate(printed, start=1) if each.score is not None]
    return Extract(
        "\n".join(each.text for each in printed),
        encoding,
        Guide(apart=apart, plain=_rows(printed)),
        scanned=tuple(page.number for page in pages if page.is_scan),
        recognised={n: each.score for n, each in trusted if each.score is not None},
        recognised_pages=tuple(sorted({page for _, each in trusted for page in each.pages})),
    )


def _rows(printed: Sequence[Printed]) -> frozenset[int]:
    """The numbers of rows of tables: three cells or more, or two beside others in cells. A number
    and its heading are two as well (第一章　总则), a word may be set wide (总　则).
    """
    in_cells = {
        n
        for n, each in enumerate(printed, start=1)
        if each.cells > 1 and not _is_set_wide(each.text)
    }
    return frozenset(
        n
        for n in in_cells
        if printed[n - 1].cells > 2
        or (not in_cells.isdisjoint((n - 1, n + 1)) and not starts_numbered(printed[n - 1].text))
    )


def _is_set_wide(text: str) -> bool:
    """Whether gaps part the characters of a word, maybe behind a number: 第一章　总　则."""
    words = text.split()[1 if starts_numbered(text) else 0 :]
    return all(len(word) == 1 and word.isalpha() for word in words)


def with_properties(extract: Extract, title: str, author: str, origin: str) -> Extract:
    """A text with title and author of its file's own description, where the text bears them out."""
    texts = extract.text.split("\n")
    guide = extract.guide or Guide(apart={})
    fields, evidence = borne_out(title, author, texts[:_TITLE_LINES], origin)
    marked = (
        number
        for number, text in enumerate(texts, start=1)
        if number not in guide.apart and text == fields.get("title")
    )
    guide = replace(
        guide,
        title=tuple(marked)[:1],
        title_note=f"与 {origin}里的标题相同的行",
        fields=fields,
        evidence=evidence,
    )
    return replace(extract, guide=guide)


def _mark_edges(lines: list[_Line]) -> None:
    """The outermost lines of a page: in the order of the source, and those that stand apart."""
    for line in lines[:2] + lines[-2:]:
        line.is_edge, line.said = True, _DIGITS.sub("0", bare(line.piece.text))
    for row in _standing_apart(lines):
        # Of one row columns make several lines.
        words = "".join(x.piece.text for x in sorted(row, key=lambda x: x.piece.left))
        for line in row:
            line.is_edge = line.is_apart = True
            line.said = _DIGITS.sub("0", bare(words))


def _find_running_heads(lines: list[_Line], pages: int) -> None:
    """Page numbers, and what stands at the edge of many pages: the same words, or the same place.

    By its place a line is one only if it is apart from the text and on most pages.
    """
    edges = [line for line in lines if line.is_edge]
    words = Counter(said for said, _ in {(line.said, line.page.number) for line in edges})
    places: defaultdict[tuple[int, int], set[int]] = defaultdict(set)
    same: defaultdict[tuple[int, int, str], set[int]] = defaultdict(set)
    for line in edges:
        for at, size in _places(line):
            same[at, size, line.said].add(line.page.number)
            if line.is_apart:
                places[at, size].add(line.page.number)
    height = usual_height(line.piece for line in lines)
    often = max(3, pages // 4)
    mostly = max(3, 0.6 * pages)
    for line in edges:
        mark = _MARK.match(line.piece.text)
        if mark and line.height <= _SMALL * height and not mark["mark"].isdigit():
            continue  # a note, as other pages may have in the same place
        on_pages = max(len(places[key]) for key in _places(line)) if line.is_apart else 0
        # Dates and numbers that stand alone may be cells of a table.
        has_letter = _LETTER.search(line.said) is not None
        repeats = words[line.said] >= often and (has_letter or not line.is_apart)
        # On two pages the same words in the same place, unless larger, as the title of a form is.
        twice = pages == 2 == max(len(same[at, size, line.said]) for at, size in _places(line))
        is_apart = any(places[key] for key in _places(line))
        twice = twice and has_letter and (is_apart or line.height <= height)
        by_place = (not mark and on_pages >= mostly) or twice
        if _PAGE_NUMBER.match(line.piece.text) or repeats or by_place:
            line.kind = "running-head"
    rows = {(x.page.number, x.said) for x in edges if x.kind and x.is_apart}
    for line in edges:
        if line.is_apart and (line.page.number, line.said) in rows:
            line.kind = "running-head"


def _places(line: _Line) -> list[tuple[int, int]]:
    """Where a line stands, to a twentieth of its height or so: neighbours share one of the keys."""
    unit = max(0.2 * line.height, 0.01)
    at, size = line.piece.middle / unit, round(10 * line.height)
    return [(int(at), size), (int(at + 0.5), -size)]


def _standing_apart(on_page: Sequence[_Line]) -> list[list[_Line]]:
    """The first and the last row of a page that have a wider gap than others to the text."""
    rows: list[list[_Line]] = []
    for line in sorted(on_page, key=lambda line: line.piece.middle):
        if rows and line.piece.middle - rows[-1][0].piece.middle < 0.5 * line.height:
            rows[-1].append(line)
        else:
            rows.append([line])
    gaps = [
        min(line.piece.top for line in below) - max(line.piece.bottom for line in above)
        for above, below in pairwise(rows)
    ]
    if not gaps:
        return []
    usual = median(gaps)
    apart = []
    for row, gap in ((rows[0], gaps[0]), (rows[-1], gaps[-1])):
        height = max(line.height for line in row)
        if gap > max(0.8 * height, usual + 0.5 * height):
            apart.append(row)
    return apart


def _find_notes(lines: list[_Line]) -> None:
    """Footnotes: the end of a column from a mark on, in smaller letters than the text.

    In letters of the same size only where the text of the page has the mark, and a gap parts them.
    """
    body = [line for line in lines if not line.kind]
    height = usual_height(line.piece for line in body)
    by_column: defaultdict[int, list[_Line]] = defaultdict(list)
    for line in body:
        by_column[line.column].append(line)
    goes_on = False
    for of_column in by_column.values():
        small = 0
        for line in reversed(of_column[-_NOTE_LINES:]):
            if line.height > _SMALL * height:
                break
            small += 1
        if small == len(of_column) and not goes_on and len(by_column) > 1:
            # Nothing but small letters: an appendix, or the notes of text that stands elsewhere.
            page = of_column[0].page
            others = [x for x in body if x.page is page and x.height > _SMALL * height]
            if not others or min(x.piece.top for x in of_column) < max(
                x.piece.bottom for x in others
            ):
                continue
        found = of_column[len(of_column) - small :]
        first = next(
            (i for i in range(len(found)) if _opens_note(of_column, len(of_column) - small + i)),
            None,
        )
        if goes_on and found and found is not of_column:
            first = 0
        found = _parted_notes(of_column, body) if first is None else found[first:]
        for line in found:
            line.kind = "note"
        goes_on = bool(found) and not STOPS.search(found[-1].piece.text)


def _opens_note(of_column: list[_Line], at: int) -> bool:
    """Whether a line in small letters begins with a mark; one that other lines have too (a number,
    an asterisk) counts only below a gap.
    """
    line = of_column[at]
    mark = _MARK.match(line.piece.text)
    if mark is None:
        return False
    if mark["mark"][-1] in ":：":
        return True
    if not _LETTER.search(line.piece.text, mark.end()):
        return False
    if not mark["mark"].isdigit() and mark["mark"] not in "*＊":
        return True
    return at == 0 or line.piece.top - of_column[at - 1].piece.bottom > 0.8 * line.height


def _parted_notes(of_column: list[_Line], body: list[_Line]) -> list[_Line]:
    for i in range(len(of_column) - 1, max(len(of_column) - _NOTE_LINES, 0), -1):
        above, line = of_column[i - 1], of_column[i]
        if line.piece.top - above.piece.bottom < line.height:
            continue
        mark = _MARK.match(line.piece.text)
        if mark is None or mark["mark"].isdigit():
            return []
        others = (x.piece.text for x in body if x.page is line.page and x is not line)
        return of_column[i:] if any(mark["mark"] in text for text in others) else []
    return []


def _columns(lines: Sequence[_Line]) -> dict[int, _Column]:
    """The columns that hold text. Those of few lines share the margins of others at their place."""
    by_number: defaultdict[int, list[_Line]] = defaultdict(list)
    for line in lines:
        by_number[line.column].append(line)
    columns = {number: _column(of_column) for number, of_column in by_number.items()}
    ragged = [columns[n].is_ragged for n, lines in by_number.items() if len(lines) >= _FEW_LINES]
    if sum(ragged) >= _RAGGED_SHARE * len(ragged) > 0:
        columns = {number: replace(each, is_ragged=True) for number, each in columns.items()}
    full = [columns[n] for n, of_column in by_number.items() if len(of_column) >= _FEW_LINES]
    for number, of_column in by_number.items():
        if len(of_column) >= _FEW_LINES:
            continue
        own = columns[number]
        height = usual_height(line.piece for line in of_column)
        left = min(line.piece.left for line in of_column)
        like = [
            each
            for each in full
            if -0.3 * height < left - each.left < 3 * height
            and own.right <= each.right + 2 * height
        ]
        if like:
            # The nearest: where text is set in columns, also what crosses them stands so.
            columns[number] = min(like, key=lambda each: (abs(each.left - left), each.right))
    return columns


def _column(lines: Sequence[_Line]) -> _Column:
    """Left margin: the leftmost start that is common; right margin: the rightmost end but some."""
    pieces = [line.piece for line in lines]
    height = usual_height(pieces)
    lefts = Counter(round(piece.left / _STEP) for piece in pieces)
    common = [left for left, count in lefts.items() if count >= max(2, len(pieces) // 10)]
    left = _STEP * min(common or lefts)
    if 1.2 * height < left - _STEP * min(lefts) < 3.2 * height:
        left = _STEP * min(lefts)  # of paragraphs of a line or two most lines are first ones
    rights = sorted(piece.right for piece in pieces)
    right = rights[int(0.9 * (len(rights) - 1))]
    steps = [b.top - a.top for a, b in pairwise(pieces) if b.top > a.top]
    leading = median(steps) if steps else 1.5 * height
    indented = sum(1.2 * height < piece.left - left < 3.2 * height for piece in pieces)
    is_indented = 2 <= indented <= 0.7 * len(pieces) or (
        indented >= 1 and 2 * indented < len(pieces)
    )
    stopped = sum(
        a.right < right - 1.6 * height
        and a.right - left >= 0.5 * (right - left)
        and not STOPS.search(a.text)
        and b.left <= left + 0.9 * height
        and 0 < b.top - a.top < 1.5 * leading
        for a, b in pairwise(pieces)
    )
    prose = sum(_PAUSES.search(piece.text) is not None for piece in pieces)
    is_ragged = stopped >= max(3, 0.1 * len(pieces)) and prose >= 0.5 * len(pieces)
    return _Column(left, right, leading, is_indented, is_ragged)


def _grouped(
    lines: Iterable[_Line], columns: dict[int, _Column], pages: Iterable[Page]
) -> list[list[_Line]]:
    """The lines of each paragraph, in the order in which they begin.

    None goes on over a page that was not read.
    """
    groups: list[list[_Line]] = []
    unread = [page.number for page in pages if page.is_scan]
    text: list[_Line] | None = None
    note: list[_Line] | None = None
    for line in lines:
        if line.kind == "running-head":
            groups.append([line])
        elif line.kind == "note":
            if note is not None and not _MARK.match(line.piece.text):
                note.append(line)
            else:
                note = [line]
                groups.append(note)
        elif (
            text
            and not any(text[-1].page.number < page < line.page.number for page in unread)
            and _goes_on(text[-1], line, columns)
        ):
            text.append(line)
        else:
            text = [line]
            groups.append(text)
    return groups


def _goes_on(before: _Line, line: _Line, columns: dict[int, _Column]) -> bool:
    """Whether a line belongs to the paragraph of the one before it in the order of reading.

    It does if that one reaches the right margin, and this one is not indented against the left
    margin, is of the same size and begins no numbered item. Where lines are ragged on the right,
    those that do not end a sentence go on too, or all that are not indented.
    """
    here, there = columns[line.column], columns[before.column]
    height, a, b = before.height, before.piece, line.piece
    if (
        b.left > here.left + 0.9 * line.height
        or abs(line.height - height) > 0.2 * height
        or (ends_sentence(a.text) and (starts_numbered(b.text) or _ARTICLE.match(b.text)))
        or (a.left > there.left + 4 * height and b.left > here.left)
        or max(a.cells, b.cells) > 2
        or min(a.cells, b.cells) > 1  # rows of a table
        or _LEADER.search(a.text)
        or (a.score is None) != (b.score is None)  # what was recognised stands by itself
    ):
        return False
    stops = STOPS.search(a.text) is not None
    if stops and before.column == line.column and b.top - a.top > 1.6 * here.leading:
        return False
    if a.right >= there.right - 1.6 * height:
        return True
    if not there.is_ragged or a.right - there.left < 0.5 * (there.right - there.left):
        return False
    return there.is_indented or not stops


def _printed(group: Sequence[_Line]) -> Printed:
    scores = [line.piece.score for line in group if line.piece.score is not None]
    pages = dict.fromkeys(line.page.number for line in group)
    return Printed(
        joined_lines(line.piece.text for line in group),
        group[0].kind,
        tuple(pages),
        min(scores, default=None),
        max(line.piece.cells for line in group),
    )
