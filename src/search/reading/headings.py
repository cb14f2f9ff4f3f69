"""Which lines are section headings, and which headings stand above a paragraph?"""

from __future__ import annotations

import re

from .lines import Line, ends_sentence, is_short, sentence_count

_HEADING_CHARS = 40
_PROSE_CHARS = 30
_SENTENCE_CHARS = 16
_ENDS_FULL = re.compile(r"[。！？][”’」』）)\"']*\Z")
_NUMBERED = (
    ("part", re.compile(r"第[一二三四五六七八九十百零〇0-9]+[编部篇]\s*\S")),
    ("chapter", re.compile(r"第[一二三四五六七八九十百零〇0-9]+章\s*\S")),
    ("section", re.compile(r"第[一二三四五六七八九十百零〇0-9]+节\s*\S")),
    ("一、", re.compile(r"[一二三四五六七八九十]{1,3}\s*[、．.]\s*\S")),
    ("(一)", re.compile(r"[（(][一二三四五六七八九十]{1,3}[)）]\s*\S")),
    ("1、", re.compile(r"[0-9]{1,2}\s*[、．.]\s*(?![0-9])\S")),
    ("(1)", re.compile(r"[（(][0-9]{1,2}[)）]\s*\S")),
)
_DASHED = re.compile(r"[—─－-]{1,2}\s*\S")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_ITEM = re.compile(r"[•·●○◆■□▪★☆※►▶*]|第[一二三四五六七八九十百零〇0-9]+条")
_LEADER = re.compile(r"\.{4,}|…{2,}|\s[0-9]{1,3}\Z")


def is_prose(text: str) -> bool:
    """Whether a line reads as a paragraph: it holds a sentence, or is too long for a heading."""
    if _ENDS_FULL.search(text) and len(text) >= _SENTENCE_CHARS:
        return True
    return (sentence_count(text) > 0 and len(text) >= _PROSE_CHARS) or len(
        text
    ) > 2 * _HEADING_CHARS


def heading_style(line: Line, following: list[Line]) -> str | None:
    """The style of a heading (its numbering, its dash, or "plain"); None for no heading.

    ``following`` are the next lines of the article, nearest first. A plain heading must have a
    paragraph of prose below it, with at most one other heading between. A line that begins with a
    dash is a heading only if it is one short sentence above a paragraph that does not begin so.
    """
    if line.level:
        return "#" * line.level
    text = line.text
    if _ITEM.match(text) or not _HAN.search(text):
        return None
    for style, pattern in _NUMBERED:
        if pattern.match(text):
            return style if is_short(text, _HEADING_CHARS) and not ends_sentence(text) else None
    if _DASHED.match(text):
        return "——" if _is_dashed_heading(text, following) else None
    if not is_short(text, _HEADING_CHARS) or ends_sentence(text) or _LEADER.search(text):
        return None
    return "plain" if _stands_above_prose(following) else None


def starts_numbered(text: str) -> bool:
    """Whether a line begins with a number as headings and items have it: 一、 (二) 3. 第四章."""
    return any(pattern.match(text) for _, pattern in _NUMBERED)


def _is_dashed_heading(text: str, following: list[Line]) -> bool:
    one_short_sentence = is_short(text, _HEADING_CHARS) and sentence_count(text) <= 1
    return (
        one_short_sentence
        and bool(following)
        and is_prose(following[0].text)
        and _DASHED.match(following[0].text) is None
        and len(following[0].text) > 1.5 * len(text)
    )


def _stands_above_prose(following: list[Line]) -> bool:
    if not following:
        return False
    first = following[0]
    if is_prose(first.text):
        return True
    if first.level or starts_numbered(first.text):
        return True
    if _DASHED.match(first.text):
        return _is_dashed_heading(first.text, following[1:])
    one_more = is_short(first.text, _HEADING_CHARS) and not ends_sentence(first.text)
    return one_more and len(following) > 1 and is_prose(following[1].text)


class HeadingPath:
    """The headings above the current paragraph, outermost first.

    A heading of a style already in the path takes that one's place and drops what is below it; one
    of a new style goes below. Two headings of one style with nothing between them stack.
    """

    def __init__(self) -> None:
        self._stack: list[tuple[str, str]] = []
        self._previous_style: str | None = None

    def heading(self, style: str, text: str) -> None:
        """Pass a heading."""
        if style == self._previous_style and style == "plain":
            style = "plain below plain"
        styles = [kept for kept, _ in self._stack]
        if style in styles:
            del self._stack[styles.index(style) :]
        elif style.startswith("#"):
            self._stack = [kept for kept in self._stack if len(kept[0]) < len(style)]
        self._stack.append((style, text))
        self._previous_style = style

    def paragraph(self) -> tuple[str, ...]:
        """Pass a body paragraph and get the headings above it."""
        self._previous_style = None
        return tuple(text for _, text in self._stack)
