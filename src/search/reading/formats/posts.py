"""The posts of a forum page: what each says, and what stands around it (author, time, floor).

Nothing here knows a site. Posts are elements of one kind, by tag and class, and what a post says
has a kind of its own, in which no time, floor or button stands.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from lxml import etree

from ..headings import is_prose
from .main_text import is_button
from .page_lines import PageLine

_TIME = re.compile(
    r"(?:(?:19|20)\d\d\s*[-./年]\s*\d{1,2}\s*[-./月]\s*\d{1,2}日?|\d{1,2}[-/月]\d{1,2}日?(?=\s+\d{1,2}:))"
    r"(?:\s*\d{1,2}:\d\d(?::\d\d)?)?"
    r"|\d{1,3}\s*(?:秒钟?|分钟|小时|天|周|个?月|年)之?前|(?:昨天|前天|今天)\s*\d{1,2}:\d\d|刚刚"
)
_FLOOR = re.compile(
    r"(?:\A|\s|来自\S{1,12}?端)(?:#\s*\d{1,5}|\d{1,5}\s*(?:[楼樓#]|F\b)|沙发|板凳|地板)(?=\Z|[\s\d])"
)
_AROUND_CHARS = 40
"""So many characters may stand beside a time in the line that heads or closes a post."""
_SENTENCE = re.compile(r"[。！？!?；]")
_SITES = re.compile(
    r"论坛|論壇|贴吧|社区|社區|小组|问答|短评|影评|\bbbs\b|\bforum\b", re.IGNORECASE
)
_ADDRESSES = re.compile(
    r"(?:\A|[/._-])(?:bbs|forums?|threads?|viewthread|viewtopic|showtopic|questions?|tieba|club"
    r"|wenda|ask)(?:[\d/._?-]|\Z)",
    re.IGNORECASE,
)
_CALLS = re.compile(
    r"只看(?:楼主|該作者|该作者)|仅看楼主|倒序看帖|回复贴|回帖|跟帖|发帖|发贴|写回答|\d+\s*个回答|查看全部\s*\d+\s*个"
    r"|楼主|发表于\s*\d"
)
_CALLS_AT_LEAST = 2
_LEVELS = 12
"""So many kinds of elements around a line may be what holds the text of a post."""
_DIGITS = dict.fromkeys(map(ord, "0123456789"))
_WITH_HEADS = 0.2
"""The share of elements with a time or floor in them above which they are whole posts."""
_FEWEST_HEADS = 2
_SEVERAL = 3
_IN_MOST = 0.7
"""The share of neighbouring posts between which a time or floor stands."""
_ANSWER = re.compile("回复|举报|点赞|[赞顶踩]|支持|反对|有用")


@dataclass(frozen=True, slots=True)
class Posts:
    """Lines that posts consist of, and lines that say who wrote them, and when.

    Between each two of several there may be a time (``are_dated``), a floor (``have_floors``) or
    buttons (``are_answered``), as comments have them.
    """

    text: frozenset[int]
    heads: frozenset[int]
    are_dated: bool = False
    have_floors: bool = False
    are_answered: bool = False


def is_thread(lines: Sequence[PageLine], site: str, address: str) -> bool:
    """Whether a page is one of a forum, as its title's end, its address or its buttons say."""
    if _SITES.search(site) or _ADDRESSES.search(address):
        return True
    short = [line.text for line in lines if len(line.text) <= _AROUND_CHARS]
    return len({call for text in short for call in _CALLS.findall(text)}) >= _CALLS_AT_LEAST


def is_head(line: PageLine) -> bool:
    """Whether a line heads or closes a post: its time, its floor, its buttons."""
    text = line.text
    if len(text) > 2 * _AROUND_CHARS:
        return False
    if is_button(text):
        return True
    found = _TIME.search(text) or _FLOOR.search(text)
    if found is None or _SENTENCE.search(text):
        return False
    return len(text) - len(found.group()) <= _AROUND_CHARS


def posts_in(lines: Sequence[PageLine], side: Mapping[int, tuple[str, str]]) -> Posts | None:
    """The posts of a thread; None where nothing is alike. ``side`` is the page's side matter.

    Of all kinds of elements without a head in them the one whose elements say most.
    """
    heads = {i for i, line in enumerate(lines) if is_head(line)}
    if len(heads) < _FEWEST_HEADS:
        return None
    beside = {i for i, (kind, _) in side.items() if kind != "comment"}
    elements: dict[str, dict[etree._Element, list[int]]] = {}
    kinds_of: dict[etree._Element, list[tuple[str, etree._Element]]] = {}
    for i, line in enumerate(lines):
        if i not in beside:
            for kind, outermost in _kinds(line.block, kinds_of):
                elements.setdefault(kind, {}).setdefault(outermost, []).append(i)
    best: list[list[int]] = []
    most = 0
    for found in elements.values():
        parts = list(found.values())
        # A post may say no more than a button does: 顶.
        with_heads = sum(len(part) > 1 and any(i in heads for i in part) for part in parts)
        if len(parts) < 2 or with_heads > _WITH_HEADS * len(parts):
            continue
        said = sum(len(lines[i].text) - lines[i].link_chars for part in parts for i in part)
        if said >= most:  # the outermost of those that say the same
            best, most = parts, said
    if not best:
        return None
    text = {i for part in best for i in part if i not in heads or len(part) == 1}
    between = range(min(text), max(text) + 1)
    times = Counter(lines[i].text for i in between)
    # An answer to a post may look otherwise; what several end with is how somebody signs.
    text |= {
        i
        for i in between
        if i not in beside
        and times[lines[i].text] == 1
        and is_prose(lines[i].text)
        and i not in heads
        and 2 * lines[i].link_chars <= len(lines[i].text)
    }
    gaps = [
        [lines[i] for i in range(one[-1] + 1, other[0]) if i in heads]
        for one, other in pairwise(sorted(best))
    ]

    def in_most(is_there: Callable[[PageLine], bool]) -> bool:
        have = sum(any(map(is_there, gap)) for gap in gaps)
        return len(best) >= _SEVERAL and have >= _IN_MOST * len(gaps)

    return Posts(
        frozenset(text),
        frozenset(i for i in between if i not in text),
        are_dated=in_most(lambda line: not is_button(line.text)),
        have_floors=in_most(lambda line: _FLOOR.search(line.text) is not None),
        are_answered=in_most(lambda line: _ANSWER.search(line.text) is not None),
    )


def _kinds(
    block: etree._Element, known: dict[etree._Element, list[tuple[str, etree._Element]]]
) -> list[tuple[str, etree._Element]]:
    """The kinds of the innermost elements around a line, each with the outermost of its kind."""
    path: list[etree._Element] = []
    element: etree._Element | None = block
    while element is not None and element not in known:
        path.append(element)
        element = element.getparent()
    found = [] if element is None else known[element]
    for element in reversed(path):
        kind = _kind(element)
        # Paragraphs beside each other are of one post.
        outermost = element.getparent() if element.tag == "p" else element
        if kind and outermost is not None and all(kind != other for other, _ in found):
            found = [(kind, outermost), *found[: _LEVELS - 1]]
        known[element] = found
    return found


def _kind(element: etree._Element) -> str | None:
    """What elements alike share: tag and classes without numbers, else the parent's and the tag.

    None for what has no class and is of no certain use.
    """
    names = element.get("class")
    if names:
        return f"{element.tag}.{names.strip()}".translate(_DIGITS)
    parent = element.getparent()
    if element.tag not in ("p", "td", "dd", "blockquote", "pre") or parent is None:
        return None
    return f"{parent.tag}.{parent.get('class')}>{element.tag}"
