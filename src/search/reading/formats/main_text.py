"""Which lines of a page are its article? The element that holds the prose, or two opinions.

An article stands in one element, and that element holds most of the prose of its page (links,
buttons and header fields are no prose). So the search goes down from the root, each time into the
child with nearly all prose of its parent, and stops where the prose divides. Where the page has
much prose elsewhere, or none that is recognised, trafilatura is asked too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from lxml import etree

from .. import metadata
from ..furniture import furniture, opens_tail
from ..headings import is_prose
from ..lines import bare
from .html_lines import PageLine

Outside = tuple[str, str]
"""(kind, reason in Chinese) of a line that is not the article's."""

_CHILD_SHARE = 0.7
"""The share of an element's prose with which one child is taken for the article's element."""
_SURE_SHARE = 0.6
"""The share of the page's prose with which the element found needs no second opinion."""
_APART_SHARE = 0.3
"""An element with more of the prose than this is no side matter, whatever it is called."""
_LINK_SHARE = 0.8
"""The share of its characters with which a line is a link."""
_LINKS_AT_LEAST = 3
"""So many links one after another are a list of other pages."""
_ROOTS = ("html", "body")
_APART_TAGS = {
    "nav": ("navigation", "导航栏（nav）"),
    "footer": ("footer", "页脚（footer）"),
    "aside": ("aside", "边栏（aside）"),
}
_APART_NAMES = re.compile(
    r"(?:\A|[\s_-])(?P<name>nav|navbar|breadcrumbs?|crumbs?|menu|footer|sidebar|share|sharing|"
    r"related|recommend|recommended|pagination|pager|toolbar|qrcode|ewm|copyright|"
    r"infobox|navbox|hatnote|ambox|catlinks|toc|reflist|references|mw-editsection)"
    r"(?:\Z|[\s_-])",
    re.IGNORECASE,
)


def main_lines(lines: Sequence[PageLine], source: str) -> set[int]:
    """Positions of the article's lines, side matter inside of it included."""
    prose = [_prose_chars(line) for line in lines]
    weights = _weights(lines, prose)
    chosen = _descend(lines, weights)
    if chosen is None:
        found = _second_opinion(lines, source)
        return found or {i for i in range(len(lines)) if prose[i]} or set(range(len(lines)))
    own = {i for i, line in enumerate(lines) if _is_inside(line.block, chosen)}
    if weights[chosen] < _SURE_SHARE * sum(prose):
        found = _second_opinion(lines, source)
        if _chars(lines, own) < _SURE_SHARE * _chars(lines, found):
            return own | found
    return own


def set_apart(lines: Sequence[PageLine], main: set[int]) -> dict[int, Outside]:
    """Side matter by what its element is or is called: navigation, share boxes, captions."""
    weights = _weights(lines, [len(line.text) if i in main else 0 for i, line in enumerate(lines)])
    most = _APART_SHARE * _chars(lines, main)
    verdicts: dict[etree._Element, Outside | None] = {}

    def verdict_of(element: etree._Element | None) -> Outside | None:
        path = []
        found: Outside | None = None
        while element is not None:
            if element in verdicts:
                found = verdicts[element]
                break
            path.append(element)
            element = element.getparent()
        for each in reversed(path):
            found = found or _name_verdict(each, weights.get(each, 0) > most)
            verdicts[each] = found
        return found

    apart = {}
    for i, line in enumerate(lines):
        found = verdict_of(line.block)
        if found:
            apart[i] = found
    for run in _link_runs(lines, main):
        apart.update({i: ("link-list", "连续几行都是链接") for i in run if i not in apart})
    return apart


def _link_runs(lines: Sequence[PageLine], main: set[int]) -> list[list[int]]:
    """Runs of lines in the article that are links to other pages; attachments are its own."""
    runs: list[list[int]] = []
    run: list[int] = []
    for i in [*sorted(main), len(lines)]:
        is_link = i < len(lines) and lines[i].link_chars >= _LINK_SHARE * len(lines[i].text)
        if is_link and not lines[i].level:
            run.append(i)
            continue
        attached = bool(run) and any("附件" in lines[j].text for j in (max(run[0] - 1, 0), run[0]))
        if len(run) >= _LINKS_AT_LEAST and not attached:
            runs.append(run)
        run = []
    return runs


def _name_verdict(element: etree._Element, is_large: bool) -> Outside | None:
    if element.tag == "figcaption":
        return "caption", "图片说明（figcaption）"
    if is_large or element.tag in _ROOTS:
        return None
    if element.tag in _APART_TAGS:
        return _APART_TAGS[element.tag]
    match = _APART_NAMES.search(f"{element.get('class', '')} {element.get('id', '')}")
    return ("aside", f"页面里名为 {match['name'].lower()} 的部分") if match else None


def _prose_chars(line: PageLine) -> int:
    """Length of a line of prose outside of links; 0 for every other line."""
    if 2 * line.link_chars > len(line.text) or not is_prose(line.text):
        return 0
    if furniture(line.text) or opens_tail(line.text) or metadata.read_fields(line.text) is not None:
        return 0
    return len(line.text)


def _weights(lines: Sequence[PageLine], values: Sequence[int]) -> dict[etree._Element, int]:
    """The sum of ``values`` inside of each element that has any."""
    weights: dict[etree._Element, int] = {}
    for line, value in zip(lines, values, strict=True):
        element = line.block if value else None
        while element is not None:
            weights[element] = weights.get(element, 0) + value
            element = element.getparent()
    return weights


def _descend(
    lines: Sequence[PageLine], weights: dict[etree._Element, int]
) -> etree._Element | None:
    """The deepest element that still holds the article; None where it would be the whole page."""
    if not weights:
        return None
    element = max(weights, key=lambda each: weights[each])
    while (parent := element.getparent()) is not None:
        element = parent
    while True:
        children = [child for child in element if child in weights]
        if not children:
            break
        heaviest = max(children, key=lambda child: weights[child])
        if weights[heaviest] < _CHILD_SHARE * weights[element]:
            break
        element = heaviest
    return None if element.tag in _ROOTS else element


def _second_opinion(lines: Sequence[PageLine], source: str) -> set[int]:
    """The lines that trafilatura takes for the main text."""
    import trafilatura  # a second to import, and most folders need it for few pages

    text = trafilatura.extract(source, fast=True, include_comments=True) or ""
    whole = bare(text)
    kept = {bare(line) for line in text.split("\n")}
    found = set()
    for i, line in enumerate(lines):
        plain = bare(line.text)
        if plain in kept or (len(plain) >= 8 and plain in whole):
            found.add(i)
    return found - {i for i in found if not bare(lines[i].text)}


def _is_inside(element: etree._Element | None, outer: etree._Element) -> bool:
    while element is not None:
        if element is outer:
            return True
        element = element.getparent()
    return False


def _chars(lines: Sequence[PageLine], positions: set[int]) -> int:
    return sum(len(lines[i].text) for i in positions)
