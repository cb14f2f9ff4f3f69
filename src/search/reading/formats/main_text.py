"""The visible lines of an HTML page with their elements, and which of them are the article."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lxml import etree, html

from ...errors import UnreadableFileError
from .. import metadata
from ..extract import bare
from ..headings import furniture, is_prose, opens_tail

_BLOCK_NAMES = """
    address article aside blockquote body caption center dd details dialog dir div dl dt
    fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend
    li listing main menu nav ol p plaintext pre section summary table tbody td tfoot th thead tr
    ul xmp
"""
_UNSEEN_NAMES = """
    applet audio base button canvas datalist embed frame frameset head iframe input link
    map math meta noembed noframes noscript object option script select style svg template
    textarea title video xml
"""
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_UNSEEN = frozenset(_UNSEEN_NAMES.split())
_KEEPING_LINES = frozenset({"pre", "xmp", "listing", "plaintext"})
_KEEPS_LINES = re.compile(r"white-space\s*:\s*(?:pre|break-spaces)", re.IGNORECASE)
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_CELL_CHARS = 60
"""A table cell of at most so much plain text shares its row's line."""
_GAP = "\x1f"
_SPACE = re.compile(r"[ \t\r\n\f\v\xa0\u3000\u200b\ufeff]+")
_GAPS = re.compile(rf" ?{_GAP}[ {_GAP}]*")
# Control characters, which XML cannot hold, and surrogates, which UTF-8 cannot.
_NO_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


@dataclass(slots=True)
class PageLine:
    """One line that a reader of the page sees.

    ``block`` is the innermost block element around its beginning; ``link_chars`` of its characters
    stand in links; ``level`` is 1 to 6 in a heading element, else 0.
    """

    text: str
    block: etree._Element
    link_chars: int
    level: int


def parse_page(source: str) -> etree._Element:
    """The tree of a page, as forgiving as a browser; no entity, network or file is touched.

    Raises UnreadableFileError where there is nothing to parse, or where elements lie so deep in
    each other (2,048) that the parser leaves out the rest.
    """
    # The declared encoding no longer holds: the text was decoded before.
    data = _NO_XML.sub(" ", source).encode()
    # Without huge_tree the rest of a page is lost after 256 levels, which unclosed tags reach.
    parser = html.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.LxmlError, ValueError) as error:
        raise UnreadableFileError("page-unparsable", error=str(error)) from error
    if root is None:
        raise UnreadableFileError("page-no-html")
    if any("xcessive depth" in error.message for error in parser.error_log):
        raise UnreadableFileError("page-nested-too-deeply")
    return root


def visible_lines(root: etree._Element, *, with_hidden: bool = False) -> list[PageLine]:
    """The lines of a page in order: a block element or <br> ends one, white space is collapsed.

    Where the page keeps line breaks (<pre>, ``white-space: pre-wrap``) so does each. Short cells of
    a table row stand in one line, two spaces between them. ``with_hidden`` also gives what the page
    hides until a script shows it.
    """
    lines: list[PageLine] = []
    pieces: list[str] = []
    link_chars = 0
    start: etree._Element = root
    blocks: list[etree._Element] = [root]

    def end_line() -> None:
        nonlocal link_chars
        text = _SPACE.sub(" ", "".join(pieces)).strip(" " + _GAP)
        text = _GAPS.sub("  ", text)
        if text:
            lines.append(PageLine(text, start, min(link_chars, len(text)), _level(start)))
        pieces.clear()
        link_chars = 0

    def add(text: str, *, in_link: bool) -> None:
        nonlocal start, link_chars
        if text.strip():
            if not pieces:
                start = blocks[-1]
            link_chars += len(text.strip()) if in_link else 0
        pieces.append(text)

    inline: set[etree._Element] = set()
    keeping: list[etree._Element] = []
    for event, element, in_link in _walk(root, with_hidden):
        block = element.tag in _BLOCKS
        if element.tag in ("td", "th") and event == "start" and _is_inline_cell(element):
            inline.add(element)
        if element in inline:
            block = False
            pieces.extend((_GAP,) if pieces else ())
        if event == "start":
            if _keeps_lines(element):
                keeping.append(element)
            if block:
                end_line()
                blocks.append(element)
            elif element.tag == "br":
                end_line()
            text = element.text if element.tag != "br" else None
        else:
            if block:
                end_line()
                blocks.pop()
            if keeping and keeping[-1] is element:
                keeping.pop()
            text = element.tail
        for number, line in enumerate((text or "").splitlines() if keeping else (text,)):
            if number:
                end_line()
            if line:
                add(line, in_link=in_link)
        if keeping and text and text.endswith("\n"):
            end_line()
    end_line()
    return lines


def _keeps_lines(element: etree._Element | _Tail) -> bool:
    """Whether the text of an element is shown with its line breaks."""
    if element.tag in _KEEPING_LINES:
        return True
    style = element.get("style") if isinstance(element, etree._Element) else None
    return style is not None and _KEEPS_LINES.search(style) is not None


def _walk(root: etree._Element, with_hidden: bool) -> Iterator[tuple[str, etree._Element, bool]]:
    """Start and end of every element that is shown, with whether the text there is in a link."""
    links = 0
    walker = etree.iterwalk(root, events=("start", "end"))
    unseen: etree._Element | None = None
    for event, element in walker:
        if unseen is not None:
            if event == "end" and element is unseen:
                unseen = None
                yield "end", _Tail(element), links > 0
            continue
        if event == "start" and _is_unseen(element, with_hidden):
            unseen = element
            walker.skip_subtree()
            continue
        if element.tag == "a":
            links += 1 if event == "start" else -1
        yield event, element, links > 0


class _Tail:
    """What is left of an element that is not shown: the text after it."""

    def __init__(self, element: etree._Element) -> None:
        self.tag = "br" if element.tag in _BLOCKS else "span"
        self.text = None
        self.tail = element.tail


def _is_unseen(element: etree._Element, with_hidden: bool) -> bool:
    if not isinstance(element.tag, str) or element.tag in _UNSEEN:
        return True
    if with_hidden:
        return False
    if element.get("hidden") is not None:
        return True
    style = element.get("style")
    return style is not None and _HIDDEN.search(style) is not None


def _is_inline_cell(cell: etree._Element) -> bool:
    """Whether a table cell is short plain text, so that its row reads as one line."""
    chars = 0
    for each in cell.iter():
        if each is not cell and (each.tag in _BLOCKS or each.tag == "br"):
            return False
        chars += len((each.text or "").strip()) + len((each.tail or "").strip())
        if chars > _CELL_CHARS:
            return False
    return True


def _level(element: etree._Element) -> int:
    while element is not None and element.tag not in ("body", "div", "td", "section"):
        if re.fullmatch(r"h[1-6]", str(element.tag)):
            return int(element.tag[1])
        element = element.getparent()
    return 0


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
