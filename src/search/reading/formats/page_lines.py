"""The lines of an HTML page that a reader sees, each with the element that it is in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass

from lxml import etree, html

from ...errors import UnreadableFileError
from ..extract import split_lines
from ..wrapping import join_wrapped

_BLOCK_NAMES = """
    address article aside blockquote body caption center dd details dialog dir div dl dt
    fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend
    li listing main menu nav ol p plaintext pre section summary table tbody td tfoot th thead tr
    ul xmp
"""
_UNSEEN_NAMES = """
    applet audio base button canvas datalist embed frame frameset head iframe input link
    map math meta noembed noframes noscript object option rp rt script select style svg
    template textarea title video xml
"""
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_UNSEEN = frozenset(_UNSEEN_NAMES.split())
_KEEPING_LINES = frozenset({"pre", "xmp", "listing", "plaintext"})
_KEEPS_LINES = re.compile(r"white-space\s*:\s*(?:pre|break-spaces)", re.IGNORECASE)
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_INVISIBLE = re.compile(r"visibility\s*:\s*hidden", re.IGNORECASE)
_TINY = re.compile(r"font-size\s*:\s*0(?:px|pt|em|rem|%)?\s*(?:;|!|\Z)", re.IGNORECASE)
_UNFOLDS = re.compile(
    r"\W*(?:(?:点击|查看|展开|阅读|显示)+(?:剩余|余下|其余)?(?:全文|全部|更多|内容|剩余.{0,8}))\W*"
)
"""The button that shows the rest of an article."""
_FULL_STOP = re.compile("[。！？].*[。！？]|[^。！？]{16}[。！？]", re.DOTALL)
_ASKS = re.compile("[？?]|如何|怎|什么|哪|是否|能否|吗")
_MAY_ANSWER = frozenset({"dd", "div", "section", "li"})
_SEVERAL = 3
_NO_TEXT = frozenset({"jammer", "mw-editsection"})
"""Classes of what forums put between lines, that who copies them copies it too, and of buttons that
stand in headings.
"""
_CELL_CHARS = 60
"""A table cell of at most so much plain text shares its row's line."""
_GAP = "\x1f"
_SPACE = re.compile(r"[ \t\r\n\f\v\xa0\u3000\u200b\ufeff]+")
_GAPS = re.compile(rf" ?{_GAP}[ {_GAP}]*")
# Control characters, which XML cannot hold, and surrogates, which UTF-8 cannot.
NO_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")

_HEADING = re.compile("h[1-6]")
_HEADING_DEPTH = 30
"""No heading is marked so often; looking on takes the square of a deep page."""
_NO_HEADING = ("body", "div", "td", "section")


@dataclass(slots=True)
class PageLine:
    """One line that a reader of the page sees.

    ``block`` is the innermost block element around its beginning; ``link_chars`` of its characters
    stand in links; ``level`` is 1 to 6 in a heading element, else 0; ``is_row`` says that it is
    several cells of a table.
    """

    text: str
    block: etree._Element
    link_chars: int
    level: int
    is_row: bool = False


def parse_page(source: str) -> etree._Element:
    """The tree of a page, as forgiving as a browser; no entity, network or file is touched.

    Raises UnreadableFileError where there is nothing to parse, or where elements lie so deep in
    each other (2,048) that the parser leaves out the rest.
    """
    # The declared encoding no longer holds: the text was decoded before.
    data = NO_XML.sub(" ", source).encode()
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
    has_text = False
    start: etree._Element = root
    blocks: list[etree._Element] = [root]

    def end_line() -> None:
        nonlocal link_chars, has_text
        if not has_text:
            pieces.clear()
            return
        cells = _SPACE.sub(" ", "".join(pieces)).strip(" " + _GAP)
        text = _GAPS.sub("  ", cells)
        if text:
            chars = min(link_chars, len(text))
            lines.append(PageLine(text, start, chars, _level(start), _GAP in cells))
        pieces.clear()
        link_chars = 0
        has_text = False

    def add(text: str, in_link: bool) -> None:
        nonlocal start, link_chars, has_text
        if not text.isspace():
            if not has_text:
                start = blocks[-1]
                has_text = True
            if in_link:
                link_chars += len(text.strip())
        pieces.append(text)

    inline: set[etree._Element] = set()
    keeping: list[etree._Element] = []
    folded = set() if with_hidden else _folded(root)
    for event, element, in_link in _walk(root, with_hidden, folded):
        tag = element.tag
        block = tag in _BLOCKS
        if tag in ("td", "th"):
            if event == "start" and _is_inline_cell(element):
                inline.add(element)
            if element in inline:
                block = False
                pieces.extend((_GAP,) if pieces else ())
        elif tag == "p" and isinstance(element, etree._Element):
            block = element.getparent() not in inline
        if event == "start":
            if _keeps_lines(element):
                keeping.append(element)
            if block:
                end_line()
                blocks.append(element)
            elif tag == "br":
                end_line()
            text = element.text if tag != "br" else None
        else:
            if block:
                end_line()
                blocks.pop()
            if keeping and keeping[-1] is element:
                keeping.pop()
            text = element.tail
        if not text:
            continue
        if not keeping:
            add(text, in_link)
            continue
        for number, line in enumerate(_kept_lines(text)):
            if number:
                end_line()
            if line:
                add(line, in_link)
        if text.endswith("\n"):
            end_line()
    end_line()
    return lines


def _kept_lines(text: str) -> list[str]:
    """The lines of a text that keeps them, joined where it was wrapped at a fixed width."""
    kept = text.splitlines()
    lines = split_lines(text, markdown=False)
    joined = join_wrapped(lines, text)
    if len(joined) == len(lines):
        return kept
    return ["", *(line.text for line in joined)] if not kept[0] else [line.text for line in joined]


def _keeps_lines(element: etree._Element | _Tail) -> bool:
    """Whether the text of an element is shown with its line breaks."""
    if element.tag in _KEEPING_LINES:
        return True
    style = element.get("style") if isinstance(element, etree._Element) else None
    return style is not None and _KEEPS_LINES.search(style) is not None


def _folded(root: etree._Element) -> set[etree._Element]:
    """Elements with prose that are hidden until one asks for the rest of an article, or, as answers
    to several questions, for each of them.
    """
    alike: dict[tuple[str, str | None], dict[str, etree._Element]] = {}
    found = set()
    walker = etree.iterwalk(root, events=("start",))
    for _, element in walker:
        style = element.get("style") if element.tag in _BLOCKS else None
        if style is None or _HIDDEN.search(style) is None:
            continue
        walker.skip_subtree()
        said = "".join(element.itertext()).strip()
        if not _FULL_STOP.search(said):
            continue
        below = element.getnext()
        if below is not None and _UNFOLDS.fullmatch("".join(below.itertext())):
            found.add(element)
        above = element.getprevious()
        asked = "" if above is None or above.get("style") else "".join(above.itertext()).strip()
        if element.tag in _MAY_ANSWER and len(asked) <= _CELL_CHARS and _ASKS.search(asked):
            alike.setdefault((element.tag, element.get("class")), {})[said] = element
    return found.union(*(each.values() for each in alike.values() if len(each) >= _SEVERAL))


def _walk(
    root: etree._Element, with_hidden: bool, folded: Set[etree._Element]
) -> Iterator[tuple[str, etree._Element, bool]]:
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
        if event == "start" and _is_unseen(element, with_hidden or element in folded):
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
    if element.get("class") in _NO_TEXT:
        return True
    style = element.get("style")
    if style is None:
        return False
    # Elements within may have a size of their own; what holds blocks is shown by a script.
    return (
        _HIDDEN.search(style) is not None
        or (not len(element) and bool(_TINY.search(style)))
        or (element.tag not in _BLOCKS and bool(_INVISIBLE.search(style)))
    )


def _is_inline_cell(cell: etree._Element) -> bool:
    """Whether a table cell is short plain text, maybe in one paragraph, as word processors put it,
    so that its row reads as one line.
    """
    chars = paragraphs = 0
    for each in cell.iter():
        if each is not cell and (each.tag in _BLOCKS or each.tag == "br"):
            paragraphs += 1
            if each.tag != "p" or paragraphs > 1 or _stands_alone(cell):
                return False
        chars += len((each.text or "").strip()) + len((each.tail or "").strip())
        if chars > _CELL_CHARS:
            return False
    return True


def _stands_alone(cell: etree._Element) -> bool:
    """Whether a cell is the only one of its row, which lays out a page."""
    row = cell.getparent()
    return row is None or len(row) == 1


def _level(element: etree._Element) -> int:
    for _ in range(_HEADING_DEPTH):
        if element is None or element.tag in _NO_HEADING:
            break
        if _HEADING.fullmatch(str(element.tag)):
            return int(element.tag[1])
        element = element.getparent()
    return 0
