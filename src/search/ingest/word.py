"""What does a Word document (.docx) say? Paragraphs and table rows in order, styles, properties."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..documents import Evidence, Role
from ..errors import UnreadableFileError
from .archive import check_members
from .extract import Extract, Guide
from .lines import bare
from .metadata import is_personal_name

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.text.paragraph import Paragraph as WordParagraph

__all__ = ["read_word"]

_HEADING = re.compile(r"(?:heading|标题)\s*([1-6])\Z", re.IGNORECASE)
_TITLE = re.compile(r"(?:title|标题)\Z", re.IGNORECASE)
_CAPTION = re.compile(r"(?:caption|题注)\Z", re.IGNORECASE)
_CONTENTS = re.compile(r"(?:toc|目录)\s*\d*", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\r\n\f\v\xa0]+")
_TITLE_WITHIN_LINES = 30


def read_word(data: bytes) -> Extract:
    """The text of a .docx file, one line per paragraph and table row.

    External references are never followed and entities never expanded. Raises UnreadableFileError
    for a file that is damaged, too large unpacked, protected by a password, or without text.
    """
    import docx  # half a second to import

    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableFileError(
            "it is an old or a password-protected Word document: save it as .docx without password"
        )
    check_members(data)
    try:
        document = docx.Document(io.BytesIO(data))
        lines = list(_lines(document))
        offered = _properties(document, [text for text, _ in lines[:_TITLE_WITHIN_LINES]])
    except (MemoryError, UnreadableFileError):
        raise
    except (zipfile.BadZipFile, KeyError) as error:
        raise UnreadableFileError("it is damaged or no .docx document") from error
    except Exception as error:  # python-docx lets errors of lxml and its own asserts through
        raise UnreadableFileError(f"it cannot be read as .docx ({type(error).__name__})") from error
    if not lines:
        raise UnreadableFileError("it has no text (only pictures?)")
    fields, evidence = offered
    styled = [i for i, (_, style) in enumerate(lines, start=1) if _TITLE.match(style)]
    named = [i for i, (text, _) in enumerate(lines, start=1) if text == fields.get("title")]
    title = tuple((styled or named)[:1])
    apart: dict[int, tuple[Role, str, str]] = {}
    levels = {}
    for number, (_, style) in enumerate(lines, start=1):
        heading = _HEADING.match(style)
        if heading:
            levels[number] = int(heading[1])
        elif _CAPTION.match(style):
            apart[number] = ("metadata", "caption", "样式为题注的段落")
        elif _CONTENTS.match(style):
            apart[number] = ("boilerplate", "contents", "样式为目录的段落")
    return Extract(
        "\n".join(text for text, _ in lines),
        "docx",
        Guide(
            apart=apart,
            title=title,
            title_note="样式为“标题”或与文件属性里的标题相同的段落",
            levels=levels,
            fields=fields,
            evidence=evidence,
        ),
    )


def _lines(document: WordDocument) -> Iterator[tuple[str, str]]:
    """(text, name of the style) of what is not empty; the cells of a row stand in one line."""
    from docx.table import Table

    for item in document.iter_inner_content():
        if isinstance(item, Table):
            for row in item.rows:
                seen: list[object] = []
                cells: list[str] = []
                for cell in row.cells:  # a merged cell comes once for each column
                    if not seen or seen[-1] is not cell._tc:
                        seen.append(cell._tc)
                        cells.append(_SPACE.sub(" ", cell.text).strip())
                text = "  ".join(filter(None, cells))
                if text:
                    yield text, "table"
        else:
            yield from _paragraph(item)


def _paragraph(item: WordParagraph) -> Iterator[tuple[str, str]]:
    style = item.style.name if item.style is not None and item.style.name else ""
    # A line break inside of a paragraph (Shift+Enter) ends a line: many use it for paragraphs.
    for piece in item.text.split("\n"):
        text = _SPACE.sub(" ", piece).strip()
        if text:
            yield text, style


def _properties(
    document: WordDocument, first_lines: list[str]
) -> tuple[dict[str, str], dict[str, Evidence]]:
    """Title and author from the file's properties, where they can be believed.

    Properties are often those of another document that served as a template: a title counts only
    if the text begins with it, an author only if it is a personal name. No date in them is one of
    publication.
    """
    fields: dict[str, str] = {}
    evidence: dict[str, Evidence] = {}
    properties = document.core_properties
    title = (properties.title or "").strip()
    if len(bare(title)) >= 4 and bare(title) in {bare(line) for line in first_lines}:
        fields["title"] = title
        evidence["title"] = Evidence("文件属性里的标题，文中也有", None, title)
    author = (properties.author or "").strip()
    if is_personal_name(author):
        fields["author"] = author
        evidence["author"] = Evidence("文件属性里的作者", None, author, "probable")
    return fields, evidence
