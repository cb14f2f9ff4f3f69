"""Read the text layer of a PDF: lines joined to paragraphs, running heads set apart."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from ...documents.document import Evidence, Role
from ...errors import UnreadableFileError
from ..bylines import is_personal_name
from ..extract import Extract, Guide, bare, ends_sentence
from ..headings import starts_numbered
from ..layout import joined_lines

_PAGES_LIMIT = 5000
_SCANNED_CHARS_PER_PAGE = 8
"""Fewer Han characters, letters and digits on an average page mean pictures of text."""
_PAGE_NUMBER = re.compile(
    r"[-—–·\s]*(?:第\s*)?[0-9IVXivx]{1,4}\s*(?:页)?(?:\s*[/／共]\s*[0-9]{1,4}\s*页?)?[-—–·\s]*\Z"
)
_DIGITS = re.compile(r"[0-9]+")
_SPACE = re.compile(r"[ \t\xa0\u3000]+")
_NO_TEXT = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff\ufffd\ud800-\udfff]")
# pdfium writes a hyphen at the end of a line as U+0002.
_HYPHEN = "\x02"
_WITHIN_LINES = 20


@dataclass(frozen=True, slots=True)
class _PdfLine:
    """A line of a page with its horizontal extent and height, in points."""

    text: str
    page: int
    left: float
    right: float
    height: float
    is_edge: bool


def read_pdf(data: bytes) -> Extract:
    """The text layer of a PDF, one line per paragraph.

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
        pages = len(document)
        if pages > _PAGES_LIMIT:
            raise UnreadableFileError("pdf-too-many-pages", pages=pages, limit=_PAGES_LIMIT)
        lines = [line for page in range(pages) for line in _page_lines(document, page)]
        info = document.get_metadata_dict(skip_empty=True)
    except pypdfium2.PdfiumError as error:
        raise UnreadableFileError("pdf-page-damaged", error=str(error)) from error
    finally:
        document.close()
    if sum(len(bare(line.text)) for line in lines) < _SCANNED_CHARS_PER_PAGE * max(pages, 1):
        raise UnreadableFileError("pdf-without-text", pages=pages)
    running = _running_heads(lines, pages)
    texts: list[str] = []
    apart: dict[int, tuple[Role, str, str]] = {}
    for text, is_running in _paragraphs(lines, running):
        texts.append(text)
        if is_running:
            apart[len(texts)] = ("boilerplate", "running-head", "各页重复的页眉、页脚或页码")
    fields, evidence = _properties(info, texts)
    marked = [
        number
        for number, text in enumerate(texts, start=1)
        if number not in apart and text == fields.get("title")
    ]
    return Extract(
        "\n".join(texts),
        "pdf",
        Guide(
            apart=apart,
            title=tuple(marked[:1]),
            title_note="与 PDF 属性里的标题相同的行",
            fields=fields,
            evidence=evidence,
        ),
    )


def _page_lines(document: Any, number: int) -> list[_PdfLine]:
    page = document[number]
    try:
        text_page = page.get_textpage()
        try:
            text = text_page.get_text_range(errors="ignore")
            found: list[tuple[str, float, float, float]] = []
            position = 0
            for raw in text.split("\n"):
                line = raw.rstrip("\r")
                extent = _extent(text_page, position, line)
                position += len(raw) + 1
                clean = _SPACE.sub(" ", _NO_TEXT.sub("", line.replace(_HYPHEN, "-"))).strip()
                if clean:
                    found.append((clean, *extent))
        finally:
            text_page.close()
    finally:
        page.close()
    last = len(found) - 1
    return [
        _PdfLine(text, number, left, right, height, i < 2 or i > last - 2)
        for i, (text, left, right, height) in enumerate(found)
    ]


def _extent(text_page: Any, start: int, line: str) -> tuple[float, float, float]:
    """Left, right and height of the first and last characters that are seen."""
    first = start + len(line) - len(line.lstrip())
    last = start + len(line.rstrip()) - 1
    total = text_page.count_chars()
    if not line.strip() or last >= total:
        return 0.0, 0.0, 0.0
    left, bottom, _, top = text_page.get_charbox(first, loose=True)
    _, _, right, _ = text_page.get_charbox(last, loose=True)
    return left, right, max(top - bottom, 1.0)


def _running_heads(lines: list[_PdfLine], pages: int) -> set[int]:
    """Positions of page numbers and of lines that stand at the edge of many pages, digits aside."""
    edges = [i for i, line in enumerate(lines) if line.is_edge]
    counts = Counter(_DIGITS.sub("0", lines[i].text) for i in edges)
    often = max(3, pages // 4)
    return {
        i
        for i in edges
        if _PAGE_NUMBER.match(lines[i].text) or counts[_DIGITS.sub("0", lines[i].text)] >= often
    }


def _paragraphs(lines: list[_PdfLine], running: set[int]) -> list[tuple[str, bool]]:
    """(text, whether it is a running head): lines joined, also over the end of a page.

    A line goes on in the next if it reaches the right margin, the next is not indented against the
    left margin, is of the same size and begins no numbered item.
    """
    kept = [line for i, line in enumerate(lines) if i not in running]
    margins = {
        page: _margins(list(on_page)) for page, on_page in groupby(kept, key=lambda line: line.page)
    }
    result: list[tuple[list[str], bool]] = []
    before: _PdfLine | None = None
    place = -1
    for i, line in enumerate(lines):
        if i in running:
            result.append(([line.text], True))
            continue
        left, _ = margins[line.page]
        goes_on = before is not None and (
            before.right >= margins[before.page][1] - 1.6 * before.height
            and line.left <= left + 0.9 * line.height
            and abs(line.height - before.height) <= 0.2 * before.height
            and not (ends_sentence(before.text) and starts_numbered(line.text))
            and not (before.left > left + 4 * before.height and line.left > left)
        )
        if goes_on:
            result[place][0].append(line.text)
        else:
            result.append(([line.text], False))
            place = len(result) - 1
        before = line
    return [(joined_lines(texts), is_running) for texts, is_running in result]


def _margins(lines: list[_PdfLine]) -> tuple[float, float]:
    """Left and right margin of a page: the leftmost start that is common, the rightmost end."""
    if not lines:
        return 0.0, 0.0
    lefts = Counter(round(line.left / 3) for line in lines)
    common = [left for left, count in lefts.items() if count >= max(2, len(lines) // 10)]
    left = 3.0 * min(common or lefts)
    rights = sorted(line.right for line in lines)
    return left, rights[int(0.9 * (len(rights) - 1))]


def _properties(
    info: dict[str, str], texts: list[str]
) -> tuple[dict[str, str], dict[str, Evidence]]:
    """Title and author of the file's own description, where the text bears them out."""
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
    return fields, evidence
