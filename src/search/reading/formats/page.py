"""Read HTML pages: which of their lines are the article, and what stands around it."""

from __future__ import annotations

import codecs
import re
from dataclasses import replace
from typing import Any, NamedTuple

from lxml import etree

from ...documents.document import Evidence, Role
from ...errors import UnreadableFileError
from .. import metadata
from ..bylines import byline, lone_names
from ..decoding import Decoded, decode
from ..extract import Extract, Guide, bare
from ..headings import is_beside_title, is_header, is_prose, may_be_title
from .main_text import (
    Anchors,
    Outside,
    chars_in,
    main_lines,
    set_apart,
    side_matter,
)
from .page_lines import PageLine, parse_page, visible_lines
from .page_metadata import SITE_SUFFIX, TITLES_LIMIT, PageMetadata, read_page_metadata
from .page_scripts import scripted_article
from .posts import is_head, is_thread, opened_on, opening_lines, posts_in

_FIT_ANYTHING = frozenset(
    ("iso8859-1", "cp1252", "ascii", "unicode-escape", "raw-unicode-escape", "utf-7", "punycode")
)
"""Encodings that are declared in pages of any, and codecs of Python that no page is in."""
_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_-]{2,20})""", re.I)
_CHARSET_BYTES = 8192
_SUPERSETS = {"gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "big5": "big5hkscs"}
_HEAD_LINES = 15
"""Header lines stand at most so many lines before the article where the title is not found."""
_AFTER_LINES = 6
"""Lines after the article in which its editors may be named."""
_NAMES_SITE = re.compile(
    r"\A欢迎|(?:[网站局厅委院]|网站|门户|政府|办公室|委员会|首页|主页|页面|详情|正文)\Z",
    re.IGNORECASE,
)
"""A title that is that of the site, or of its pages."""
_COLUMN_CHARS = 8
"""A title of a page that is no longer may be the name of a column."""
_HEADING_CHARS = 6
"""A heading of a lower level that is shorter may be that of a column."""
_CHANGED = re.compile(r"\W*(?:最[后近新])?\s*(?:更新|编辑|修改)")
_ABOVE_LINES = 3
_TITLE_LINES = 4
"""A title is broken into at most so many lines."""
_OPENING_SHARE = 0.05
"""What has more of the text before posts, on a page that does not say that it is one of a forum,
is an article with comments; more where posts have floors, which few have."""
_OPENING_WITH_FLOORS_SHARE = 0.2
_LEVEL_CHARS = 60
"""A longer line is no heading, whatever its element."""


def read_page(data: bytes, *, charset: str | None = None, address: str | None = None) -> Extract:
    """An HTML page; ``charset`` and ``address`` are what an envelope around it says."""
    source, encoding, faults = decode_page(data, charset)
    root = parse_page(source)
    lines = visible_lines(root)
    if not any(is_prose(line.text) for line in lines):
        # Some pages hide their article until a script, or a click, shows it.
        lines = visible_lines(root, with_hidden=True) or lines
    record: dict[str, Any] = {}
    if not any(is_prose(line.text) for line in lines) and (found := scripted_article(root, lines)):
        record, lines = found
    if not lines:
        raise UnreadableFileError("page-without-text")
    offered = read_page_metadata(root, source, address, record)
    if not offered.is_forum:
        address = offered.fields.get("url", "")
        offered = replace(offered, is_forum=is_thread(lines, offered.site_title, address))
    anchors = _anchors(lines, offered)
    parts = _divide(lines, source, anchors, offered)
    return Extract(
        "\n".join(line.text for line in lines),
        encoding,
        _guide(lines, parts, offered),
        faults=faults,
    )


class _Parts(NamedTuple):
    """Positions of the article's lines, or those of a thread; what is set apart; whole posts."""

    main: set[int]
    apart: dict[int, Outside]
    posts: frozenset[int] = frozenset()


def _divide(lines: list[PageLine], source: str, anchors: Anchors, offered: PageMetadata) -> _Parts:
    """The lines of the article, or of the posts of a thread, and what among them is neither."""
    side = side_matter(lines)
    posts = posts_in(lines, side)
    if (
        posts is None
        or not (posts.are_dated or posts.are_answered)
        or not (offered.is_forum or (posts.are_several and posts.are_answered))
    ):
        main = main_lines(lines, source, anchors, side)
        return _Parts(main, set_apart(lines, main, side))
    # What opens a thread may look otherwise than what answers it.
    first = min(posts.text)
    title = min((i for i in anchors.titles if i < first), default=0)
    opening = opening_lines(lines, side, title, first)
    opening = {i for i in opening if i not in anchors.titles and not is_head(lines[i])}
    main = set(posts.text | opening)
    most = _OPENING_WITH_FLOORS_SHARE if posts.have_floors else _OPENING_SHARE
    if not offered.is_forum and chars_in(lines, opening) > most * chars_in(lines, main):
        comments = posts.text | posts.heads if posts.are_answered else frozenset[int]()
        main = main_lines(lines, source, anchors, side, comments)
        return _Parts(main, set_apart(lines, main, side))
    apart = set_apart(lines, main, side)
    for i in posts.text:
        if apart.get(i, ("", ""))[0] in ("comment", "control"):
            del apart[i]
    around = "发帖人、时间、楼层一类的信息"
    apart.update(dict.fromkeys(posts.heads, ("post-head", around)))
    return _Parts(main, apart, posts.text)


def decode_page(data: bytes, charset: str | None = None) -> Decoded:
    """Text of a page: in the encoding it declares, if that fits, else in what ``decode`` finds."""
    found = _CHARSET.search(data[:_CHARSET_BYTES])
    declared = (charset or (found[1].decode("ascii") if found else "")).lower()
    name = _SUPERSETS.get(declared, declared)
    try:
        codec = codecs.lookup(name).name
    except LookupError:
        name = codec = ""
    if codec in _FIT_ANYTHING:
        # What editors put there by themselves: believed where nothing else fits.
        try:
            return decode(data)
        except UnreadableFileError:
            return decode(data, declared="cp1252")
    return decode(data, declared="" if name.startswith(("utf-16", "utf16", "utf-32")) else name)


def _guide(lines: list[PageLine], parts: _Parts, offered: PageMetadata) -> Guide:
    main, aside, posts = parts
    first, last = min(main), max(main)
    labelled = {
        i: line.text[slice(*span)]
        for i, line in enumerate(lines[: first + _TITLE_LINES])
        if (span := metadata.labelled_title(line.text)) is not None
    }
    # A menu has the names of columns, which tags have too.
    menu = [_is_menu(line) for line in lines]
    told = (*labelled.values(), *offered.titles)
    title = _title_lines(lines, told, first, menu) or _title_part(
        lines, _title_lines(lines, _pieces(offered.titles), first, menu), first
    )
    note = "与网页标签或“标题”一栏相同的标题行"
    # What a label says it is stands nowhere else.
    title = title or tuple(labelled)[:1]
    # What stands before a dash or a bar is the shortest of them.
    shortest = min(offered.titles, key=len, default="首页")
    names_site = _NAMES_SITE.search(shortest) is not None or is_beside_title(shortest)
    if not title and (names_site or len(shortest) <= _COLUMN_CHARS):
        title = _title_above_header(lines, first, any_line=names_site)
        note = "正文和来源行之前的标题行"
    title = title or _title_lines(lines, told, first, [False] * len(lines))
    # Between the title and the article there are source, date and author, and page furniture.
    start = title[0] if title and title[0] < first else max(first - _HEAD_LINES, 0)
    head = set()
    below_title = range(title[-1] + 1, title[-1] + 3) if title else range(0)
    # Below an abstract too.
    above = {*range(start, first), *range(first + 1, min(first + 1 + _ABOVE_LINES, last))} - main
    for i in [*sorted(above), *range(last + 1, min(last + 1 + _AFTER_LINES, len(lines)))]:
        fields = metadata.read_fields(lines[i].text)
        if i in title or (i and metadata.is_event_label(lines[i - 1].text)):
            continue
        if title and i < title[0] and not metadata.has_label(lines[i].text):
            continue  # above it stand menus and archives with months too
        if fields is not None:
            if i < last or fields.editors or fields.source:
                head.add(i)
        elif i < last and (byline(lines[i].text) or (i in below_title and _is_name(lines[i]))):
            head.add(i)
    if title and not any(is_header(lines[i].text) for i in head & above):
        # All of that may stand above the title, as does a clock of the site, which has no label.
        nearest = range(max(title[0] - _ABOVE_LINES, 0), title[0])
        head |= {
            i for i in nearest if is_header(lines[i].text) and metadata.has_label(lines[i].text)
        }
    apart: dict[int, tuple[Role, str, str]] = {}
    # What stands above the title may be its eyebrow, as its words tell.
    above_title = {i - 1 for i in title[:1] if may_be_title(lines[i - 1].text)} - aside.keys()
    above_title -= {i for i in above_title if lines[i].link_chars}
    for i in sorted({*range(len(lines))} - above_title - head - {*title}):
        if i in aside:
            kind, reason = aside[i]
            role: Role = "metadata" if kind in ("caption", "post-head") else "boilerplate"
            apart[i + 1] = (role, kind, reason)
        elif i not in main:
            apart[i + 1] = ("boilerplate", "outside", _place(i, first, last))
    below = [i for i in range(last + 1, last + 1 + _AFTER_LINES) if i not in aside]
    opened, began = opened_on(lines, range(start, last), posts) if posts else _posted(lines, below)
    for i in head:  # A heading's level must not make a header line one.
        lines[i].level = 0
    return Guide(
        apart=apart,
        title=tuple(i + 1 for i in title),
        title_note=note,
        head=frozenset(i + 1 for i in head),
        levels={
            i + 1: line.level
            for i, line in enumerate(lines)
            if line.level and len(line.text) <= _LEVEL_CHARS and i not in title
        },
        # What somebody says in one word is no heading, nor is an item of a list.
        plain=frozenset(
            i + 1 for i, line in enumerate(lines) if i in posts or _is_item(line.block)
        ),
        rows=frozenset(i + 1 for i, line in enumerate(lines) if line.is_row),
        fields=opened | offered.fields,
        evidence=began | offered.evidence,
        is_forum=offered.is_forum,
    )


def _posted(lines: list[PageLine], below: list[int]) -> tuple[dict[str, str], dict[str, Evidence]]:
    """The day that some blogs give below an article."""
    for i in below:
        text = lines[i].text if i < len(lines) else ""
        fields = None if _CHANGED.match(text) else metadata.read_fields(text)
        if fields and fields.published and metadata.is_posted(text):
            evidence = Evidence("文末的发表时间", i + 1, text[:200])
            return {"published": fields.published}, {"published": evidence}
    return {}, {}


def _title_above_header(lines: list[PageLine], first: int, *, any_line: bool) -> tuple[int, ...]:
    """What tags name is the site or a column: the title is the heading, else, with ``any_line``,
    the last line that may be one, above source and date.
    """
    start, end = max(first - _HEAD_LINES, 0), _first_prose(lines, first)
    headers = [i for i in range(start, end) if is_header(lines[i].text)]
    while headers[1:] and headers[-2] == headers[-1] - 1:
        headers.pop()
    named = [
        i
        for i in range(start, end)
        if may_be_title(lines[i].text)
        and not is_beside_title(lines[i].text)
        and not lines[i].text.startswith("首页")
        and 2 * lines[i].link_chars < len(lines[i].text)
    ]
    above = [i for i in named if headers and i < headers[-1]]
    headed = [i for i in above or named if _heads(lines[i])]
    return tuple((headed or (above if any_line else []))[-1:])


def _first_prose(lines: list[PageLine], first: int) -> int:
    near = enumerate(lines[first : first + _TITLE_LINES], first)
    return next((i for i, line in near if is_prose(line.text)), first)


def _title_part(lines: list[PageLine], part: tuple[int, ...], first: int) -> tuple[int, ...]:
    """Lines that show a part of <title>, unless it names a column: below that stands a heading, or,
    where it is short, any line that may be the title.
    """
    is_short = sum(len(lines[i].text) for i in part) <= _COLUMN_CHARS
    below = lines[part[-1] + 1 : _first_prose(lines, first)] if part else []
    below = [line for line in below if _heads(line) or (is_short and not _is_menu(line))]
    is_column = any(may_be_title(line.text) and not is_beside_title(line.text) for line in below)
    return () if is_column else part


def _is_name(line: PageLine) -> bool:
    """Whether a line is who wrote a text, and no button with a name of a service."""
    return not line.link_chars and bool(lone_names(line.text))


def _heads(line: PageLine) -> bool:
    """Whether a line is a heading as titles are; one of a column is short and of a lower level."""
    return line.level == 1 or (1 < line.level <= 3 and len(line.text) >= _HEADING_CHARS)


def _is_item(block: etree._Element) -> bool:
    """Whether an element is an item of a list, or a paragraph of one."""
    parent = block.getparent()
    return block.tag == "li" or (block.tag == "p" and parent is not None and parent.tag == "li")


def _is_menu(line: PageLine) -> bool:
    return not line.level and line.link_chars >= len(line.text)


def _pieces(titles: tuple[str, ...]) -> tuple[str, ...]:
    """What the longest title ends with, and its parts, longest first, but for names of sites."""
    words = SITE_SUFFIX.sub(" ", max(titles, key=len, default="")).split()[:TITLES_LIMIT]
    pieces = {*words, *(" ".join(words[i:]) for i in range(1, len(words)))}
    pieces = {piece for piece in pieces if len(piece) >= 4 and not _NAMES_SITE.search(piece)}
    return tuple(sorted(pieces, key=lambda piece: (-len(piece), piece)))


def _place(i: int, first: int, last: int) -> str:
    if i < first:
        return "正文之前的页面内容（导航、链接等）"
    return "正文之后的页面内容" if i > last else "正文区之外的页面内容"


def _anchors(lines: list[PageLine], offered: PageMetadata) -> Anchors:
    """Where the title that tags give stands in the page, and how they describe the article."""
    plain = [bare(line.text) for line in lines]
    runs = next(filter(None, (_runs(plain, bare(title)) for title in offered.titles)), [])
    return Anchors(tuple(run[0] for run in runs), offered.description)


def _title_lines(
    lines: list[PageLine], titles: tuple[str, ...], first: int, aside: list[bool]
) -> tuple[int, ...]:
    """The lines, not ``aside``, that show one of the titles: nearest above the article's text.

    The title may be the first lines of the article itself, and may be broken into several.
    """
    own = lines[: first + 2 * _TITLE_LINES]
    plain = ["" if no else bare(line.text) for line, no in zip(own, aside, strict=False)]
    for title in map(bare, titles):
        found = [run for run in _runs(plain, title) if run[0] < first + _TITLE_LINES]
        # A heading element before a plain line, and the nearest to the article.
        if found:
            return max(found, key=lambda at: (lines[at[0]].level == 1, at[0]))
    return ()


def _runs(plain: list[str], title: str) -> list[tuple[int, ...]]:
    """The places in which a title is what some lines say together, all of them bare."""
    found = []
    for i, begin in enumerate(plain):
        joined = ""
        for j in range(i, min(i + _TITLE_LINES, len(plain)) if begin else i):
            joined += plain[j]
            if joined == title:
                found.append(tuple(range(i, j + 1)))
            if not title.startswith(joined):
                break
    return found
