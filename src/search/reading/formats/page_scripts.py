"""The article of a page that has it in its scripts alone: as JSON that a browser makes text of."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import escape
from typing import Any

from lxml import etree

from ..extract import bare
from ..headings import furniture, is_prose
from .page_lines import PageLine, parse_page, visible_lines

_LONGEST_CHARS = 2_000_000
_TITLE_CHARS = 4
_TITLE_KEY = re.compile(r"(?:title|headline|subject)\Z", re.IGNORECASE)
_NO_TEXT_KEY = re.compile("desc|summary|abstract|digest|intro", re.IGNORECASE)
_FEWEST_CHARS = 60
"""What is shorter is a summary, a slogan or a hint."""


def scripted_article(
    root: etree._Element, shown: list[PageLine]
) -> tuple[dict[str, Any], list[PageLine]] | None:
    """The record of the article and its lines; None if none has prose, or if what the page has
    ``shown`` is more, or has rows of a table.

    Records are the objects of JSON that a script begins with or assigns. The article's has the
    title with which <title> begins; of several it is the one whose text says most.
    """
    window = "".join((element.text or "") for element in root.iter("title"))
    if any(line.is_row for line in shown):
        return None
    records = [
        record
        for script in root.iter("script")
        for record in _records(script.text or "")
        if any(_is_title(key, value, window) for key, value in record.items())
    ]
    said = [
        (len(text), i, text)
        for i, record in enumerate(records)
        for key, text in record.items()
        if isinstance(text, str) and len(text) >= _FEWEST_CHARS and not _NO_TEXT_KEY.search(key)
    ]
    for _, i, text in sorted(said, reverse=True):
        if "<" not in text:
            text = escape(text).replace("\n", "<br>")
        lines = visible_lines(parse_page(f"<html><body><div>{text}</div></body></html>"))
        if any(is_prose(line.text) for line in lines):
            return (records[i], lines) if _chars(shown) < _chars(lines) else None
    return None


def _chars(lines: list[PageLine]) -> int:
    own = (line.text for line in lines if 2 * line.link_chars < len(line.text))
    return sum(len(bare(text)) for text in own if furniture(text) is None)


def _is_title(key: str, value: Any, window: str) -> bool:
    if not isinstance(value, str) or not _TITLE_KEY.search(key):
        return False
    return len(value.strip()) >= _TITLE_CHARS and window.lstrip().startswith(value.strip())


def _records(script: str) -> Iterator[dict[str, Any]]:
    """All objects of the JSON in a script, those within others too; none of what is no JSON."""
    start = script.find("{")
    if start < 0 or len(script) > _LONGEST_CHARS:
        return
    try:
        value, _ = json.JSONDecoder(strict=False).raw_decode(script, start)
    except (ValueError, RecursionError):
        return
    values = [value]
    while values:
        value = values.pop()
        if isinstance(value, dict):
            yield value
        within = value.values() if isinstance(value, dict) else value
        values += [each for each in within if isinstance(each, dict | list)]
