"""What does a saved page say? Its visible text, which of it is the article, and its metadata.

The text of the document is what a reader of the page sees, one line per block. Nothing of it is
thrown away: what is not the article stays, judged with the reason.
"""

from __future__ import annotations

import codecs
import email
import email.policy
import re
from email.message import EmailMessage

from ...documents.document import Role
from ...errors import UnreadableFileError
from .. import metadata
from ..decoding import decode
from ..extract import Extract, Guide
from ..headings import is_prose
from ..lines import bare
from .html_lines import PageLine, parse_page, visible_lines
from .main_text import main_lines, set_apart
from .page_metadata import PageMetadata, read_page_metadata

_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_-]{2,20})""", re.I)
_CHARSET_BYTES = 8192
_SUPERSETS = {"gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "big5": "big5hkscs"}
_DAMAGED_SHARE = 0.01
"""Share of characters that may be damaged before a declared encoding is given up."""
_PARTS_IN_PARTS_LIMIT = 100
_HEADER_CHARS = 4_000
"""The library goes over the lines of a part once for each part around it, and over a header as
often as it has words. Browsers write one part around all others, and addresses of 2,000
characters."""
_HEAD_LINES = 15
"""Header lines stand at most so many lines before the article where the title is not found."""
_AFTER_LINES = 6
"""Lines after the article in which its editors may be named."""
_TITLE_LINES = 4
"""A title is broken into at most so many lines."""
_LEVEL_CHARS = 60
"""A longer line is no heading, whatever its element."""


def read_page(data: bytes, *, charset: str | None = None, address: str | None = None) -> Extract:
    """An HTML page; ``charset`` and ``address`` are what an envelope around it says."""
    source, encoding = decode_page(data, charset)
    root = parse_page(source)
    lines = visible_lines(root)
    if not any(is_prose(line.text) for line in lines):
        # Some pages hide their article until a script, or a click, shows it.
        lines = visible_lines(root, with_hidden=True) or lines
    if not lines:
        raise UnreadableFileError("it shows no text (a page that scripts fill?)")
    offered = read_page_metadata(root, source, address)
    main = main_lines(lines, source)
    aside = set_apart(lines, main)
    return Extract(
        "\n".join(line.text for line in lines), encoding, _guide(lines, main, aside, offered)
    )


def read_mhtml(data: bytes) -> Extract:
    """The page inside of a saved web archive (.mhtml)."""
    if data.lower().count(b"multipart/") > _PARTS_IN_PARTS_LIMIT:
        raise UnreadableFileError("its parts are nested too deeply")
    try:
        message = email.message_from_bytes(data, policy=email.policy.default)
        for part in message.walk():
            if any(len(value) > _HEADER_CHARS for _, value in part.raw_items()):
                raise UnreadableFileError("its headers are too long")
            if isinstance(part, EmailMessage) and part.get_content_type() == "text/html":
                content = part.get_payload(decode=True)
                address = part.get("Content-Location") or message.get("Snapshot-Content-Location")
                if isinstance(content, bytes) and content.strip():
                    return read_page(
                        content,
                        charset=part.get_content_charset(),
                        address=str(address) if address else None,
                    )
    except (ValueError, LookupError, IndexError, AttributeError, TypeError) as error:
        raise UnreadableFileError(f"it is not a web archive ({error})") from error
    raise UnreadableFileError("there is no page in it")


def decode_page(data: bytes, charset: str | None = None) -> tuple[str, str]:
    """Text and encoding of a page: what it declares, if that fits, else what ``decode`` finds."""
    found = _CHARSET.search(data[:_CHARSET_BYTES])
    declared = charset or (found[1].decode("ascii") if found else None)
    name = _SUPERSETS.get(declared.lower(), declared.lower()) if declared else None
    try:
        if name is not None:
            codecs.lookup(name)
    except LookupError:
        name = None
    if (
        name is None
        or data[:3] == codecs.BOM_UTF8
        or name.startswith(("utf-16", "utf16", "utf-32"))
    ):
        return decode(data)
    try:
        return data.decode(name), name
    except (UnicodeError, ValueError):
        pass
    try:
        return decode(data)
    except UnreadableFileError:
        text = data.decode(name, errors="replace")
        if text.count("\ufffd") > _DAMAGED_SHARE * len(text):
            raise
        return text, name


def _guide(
    lines: list[PageLine],
    main: set[int],
    aside: dict[int, tuple[str, str]],
    offered: PageMetadata,
) -> Guide:
    first, last = min(main), max(main)
    labelled = [
        line.text[slice(*span)]
        for line in lines[:first]
        if (span := metadata.labelled_title(line.text)) is not None
    ]
    title = _title_lines(lines, (*labelled, *offered.titles), main, first)
    # Between the title and the article there are source, date and author, and page furniture.
    start = title[0] if title and title[0] < first else max(first - _HEAD_LINES, 0)
    head = set()
    for i in [*range(start, first), *range(last + 1, min(last + 1 + _AFTER_LINES, len(lines)))]:
        fields = metadata.read_fields(lines[i].text)
        if i in title:
            continue
        if fields is not None:
            if i < first or fields.editors or fields.source:
                head.add(i)
        elif i < first and metadata.byline_authors(lines[i].text):
            head.add(i)
    apart: dict[int, tuple[Role, str, str]] = {}
    for i in range(len(lines)):
        if i in title or i in head:
            continue
        if i in aside:
            kind, reason = aside[i]
            apart[i + 1] = ("metadata" if kind == "caption" else "boilerplate", kind, reason)
        elif i not in main:
            apart[i + 1] = ("boilerplate", "outside", _place(i, first, last))
    for i in head:
        # A heading's level must not make a header line one.
        lines[i].level = 0
    return Guide(
        apart=apart,
        title=tuple(i + 1 for i in title),
        title_note="与网页标签或“标题”一栏相同的标题行",
        head=frozenset(i + 1 for i in head),
        levels={
            i + 1: line.level
            for i, line in enumerate(lines)
            if line.level and len(line.text) <= _LEVEL_CHARS and i not in title
        },
        fields=offered.fields,
        evidence=offered.evidence,
        is_forum=offered.is_forum,
    )


def _place(i: int, first: int, last: int) -> str:
    if i < first:
        return "正文之前的页面内容（导航、链接等）"
    return "正文之后的页面内容" if i > last else "正文区之外的页面内容"


def _title_lines(
    lines: list[PageLine], titles: tuple[str, ...], main: set[int], first: int
) -> tuple[int, ...]:
    """The lines that show one of the titles that tags give: nearest above the article's text.

    The title may be the first lines of the article itself, and may be broken into several.
    """
    last = first + _TITLE_LINES
    plain = [bare(line.text) for line in lines[: last + _TITLE_LINES]]
    for title in map(bare, titles):
        found: list[tuple[int, ...]] = []
        for i in range(min(last, len(plain))):
            joined = ""
            for j in range(i, min(i + _TITLE_LINES, len(plain))):
                joined += plain[j]
                if joined == title and plain[i]:
                    found.append(tuple(range(i, j + 1)))
                if not title.startswith(joined):
                    break
        # A heading element before a plain line, and the nearest to the article.
        if found:
            return max(found, key=lambda at: (lines[at[0]].level == 1, at[0]))
    return ()
