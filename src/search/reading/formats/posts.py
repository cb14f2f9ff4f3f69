"""The posts of a forum page: what each says, and what stands around it (author, time, floor).

Nothing here knows a site. Posts are elements of one kind, by tag and class, and what a post says
has a kind of its own, in which no time, floor or button stands.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise

from lxml import etree

from ...documents.document import Evidence
from .. import metadata
from ..dates import date_in
from ..headings import is_prose
from .main_text import Outside, is_button, prose_chars
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
_DAY_ALONE = re.compile(r"\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}日?")
_WORDS = re.compile("\\s+[\u4e00-\u9fff]{2,}")
_IN_A_HOUSE = re.compile(r"(?:[号栋幢座]楼?|单元|大厦|路|街|弄)\s*\Z")
_HAN = re.compile("[\u4e00-\u9fff]")
_HAN_AT_END = re.compile("[\u4e00-\u9fff]\\Z")
_SENTENCE = re.compile(r"[。！？!?；]")
_SITES = re.compile(r"论坛|論壇|贴吧|短评|影评|\bbbs\b|\bforum\b", re.IGNORECASE)
_MAYBE_SITES = re.compile("社区|社區|小组|问答")
"""Offices of neighbourhoods are called 社区 too: one call to answer must be there."""
_ADDRESSES = re.compile(
    r"(?:\A|[/._-])(?:bbs|forums?|threads?|viewthread|viewtopic|showtopic|groups?|questions?|tieba|club"
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
_WITH_TIMES = 0.2
"""The share of elements with a time or floor in them above which they are whole posts."""
_WITH_BUTTONS = 0.5
"""And that with a button in them."""
_EDITED = re.compile("最后由.{1,40}编辑|最后编辑|编辑于|修改于")
"""A note of the forum within a post."""
_FEWEST_HEADS = 2
_SEVERAL = 3
_IN_MOST = 0.7
"""The share of neighbouring posts between which a time or floor stands."""
_ANSWER = re.compile("回复|举报|点赞|[赞顶踩]|支持|反对|有用")


@dataclass(frozen=True, slots=True)
class Posts:
    """Lines that posts consist of, and lines that say who wrote them, and when.

    Two may be alike by chance, ``are_several`` says that there are more. Between each two there may
    be a time (``are_dated``), a floor (``have_floors``) or buttons (``are_answered``), as comments
    have them.
    """

    text: frozenset[int]
    heads: frozenset[int]
    are_several: bool = False
    are_dated: bool = False
    have_floors: bool = False
    are_answered: bool = False


def is_thread(lines: Sequence[PageLine], site: str, address: str) -> bool:
    """Whether a page is one of a forum, as its title's end, its address or its buttons say."""
    if _SITES.search(site) or _ADDRESSES.search(address):
        return True
    short = [line.text for line in lines if len(line.text) <= _AROUND_CHARS]
    calls = len({call for text in short for call in _CALLS.findall(text)})
    return calls >= (1 if _MAYBE_SITES.search(site) else _CALLS_AT_LEAST)


def is_head(line: PageLine) -> bool:
    """Whether a line heads or closes a post: its time, its floor, its buttons."""
    text = line.text
    if len(text) > 2 * _AROUND_CHARS:
        return False
    if is_button(text):
        return True
    if _EDITED.search(text):
        return False
    found = _TIME.search(text) or _FLOOR.search(text)
    if found is None or _SENTENCE.search(text):
        return False
    before, after = text[: found.start()], text[found.end() :]
    if found[0].endswith("前") and _HAN_AT_END.search(before) and _HAN.match(after):
        return False  # 我3年前也遇到过
    if found.re is _TIME and not before and _DAY_ALONE.fullmatch(found[0]) and _WORDS.match(after):
        return False  # 2008年5月12日 汶川地震
    if found.re is _FLOOR and _IN_A_HOUSE.search(before):
        return False  # 3号楼 5楼
    return len(text) - len(found.group()) <= _AROUND_CHARS


def posts_in(lines: Sequence[PageLine], side: Mapping[int, Outside]) -> Posts | None:
    """The posts of a thread; None where nothing is alike. ``side`` is the page's side matter.

    Of all kinds of elements without a head in them the one whose elements say most.
    """
    heads = {i for i, line in enumerate(lines) if is_head(line)}
    signed = {i for i in heads if not is_button(lines[i].text)}
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
        if len(parts) < 2 or _share(parts, signed) > _WITH_TIMES:
            continue
        # A post may say no more than a button does: 顶.
        if _share([part for part in parts if len(part) > 1], heads) > _WITH_BUTTONS:
            continue
        # What many end with, as somebody signs, is said once.
        texts = {tuple(lines[i].text for i in part): part for part in parts}
        said = sum(len(lines[i].text) - lines[i].link_chars for p in texts.values() for i in p)
        if said >= most:  # the outermost of those that say the same
            best, most = parts, said
    if not best:
        return None
    text = {i for part in best for i in part if not _EDITED.search(lines[i].text)} - signed
    if not text:
        return None
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
        [i for i in range(one[-1] + 1, other[0]) if i in heads]
        for one, other in pairwise(sorted(best))
    ]

    def in_most(is_there: Callable[[int], object]) -> bool:
        have = sum(any(map(is_there, gap)) for gap in gaps)
        return have >= _IN_MOST * len(gaps)

    return Posts(
        frozenset(text),
        frozenset(i for i in between if i not in text),
        are_several=len(best) >= _SEVERAL,
        are_dated=in_most(signed.__contains__),
        have_floors=in_most(lambda i: _FLOOR.search(lines[i].text)),
        are_answered=in_most(lambda i: _ANSWER.search(lines[i].text)),
    )


def _share(parts: Sequence[Sequence[int]], among: Set[int]) -> float:
    """The share of the parts that have any of some lines."""
    return sum(not among.isdisjoint(part) for part in parts) / max(len(parts), 1)


def opening_lines(
    lines: Sequence[PageLine], side: Mapping[int, Outside], start: int, end: int
) -> set[int]:
    """What opens a thread where that looks otherwise than the posts: from ``start`` to ``end``.

    Its prose and lines set as that is. It may be as short as 如题: without prose the longest line
    between two heads, of which one is its own.
    """
    own = [i for i in range(start + 1, end) if i not in side]
    told = [i for i in own if prose_chars(lines[i])]
    heads = [i for i in own if is_head(lines[i]) and not is_button(lines[i].text)]
    if not told and len(heads) > 1:
        between = range(heads[0] + 1, heads[-1])
        plain = [i for i in own if i in between and not lines[i].link_chars and i not in heads]
        told = sorted(plain, key=lambda i: len(lines[i].text))[-1:]
    settings = {_setting(lines[i].block) for i in told}
    return {i for i in own if _setting(lines[i].block) in settings}


def opened_on(
    lines: Sequence[PageLine], within: range, posts: Set[int]
) -> tuple[dict[str, str], dict[str, Evidence]]:
    """The day on which a thread was opened: the first beside its posts, if none is earlier.

    The days of members, as of their registration, are none of posts.
    """
    days = [
        (dated.iso, i)
        for i in within
        if i not in posts and is_head(lines[i]) and "注册" not in lines[i].text
        if not metadata.is_event_label(lines[max(i - 1, 0)].text)
        if (dated := date_in(lines[i].text)) is not None
    ]
    if not days or min(days)[0][:10] < days[0][0][:10]:
        return {}, {}
    (iso, i), *_ = days
    evidence = Evidence("第一个帖子的时间", i + 1, lines[i].text[:200])
    return {"published": iso}, {"published": evidence}


def _setting(element: etree._Element) -> tuple[etree._Element, str, str | None]:
    return element.getparent(), element.tag, element.get("class")


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
