"""The article of a page that has it in its scripts alone: as JSON that a browser makes text of."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import escape
from typing import Any

from lxml import etree

from ..headings import is_prose
from .page_lines import parse_page, visible_lines

_LONGEST_CHARS = 2_000_000
_TITLE_CHARS = 4
_FEWEST_CHARS = 60
"""What is shorter is a summary, a slogan or a hint."""


def scripted_article(root: etree._Element) -> tuple[dict[str, Any], etree._Element] | None:
    """The record of the article and its text as the tree of a page; None if none has prose.

    Records are the objects of JSON that a script begins with or assigns. The article's has what
    <title> names; of several it is the one whose text says most.
    """
    window = "".join((element.text or "") for element in root.iter("title"))
    records = [
        record
        for script in root.iter("script")
        for record in _records(script.text or "")
        if any(_names(value, window) for value in record.values())
    ]
    said = [
        (len(text), i, text)
        for i, record in enumerate(records)
        for text in record.values()
        if isinstance(text, str) and len(text) >= _FEWEST_CHARS
    ]
    for _, i, text in sorted(said, reverse=True):
        if "<" not in text:
            text = escape(text).replace("\n", "<br>")
        tree = parse_page(f"<html><body><div>{text}</div></body></html>")
        if any(is_prose(line.text) for line in visible_lines(tree)):
            return records[i], tree
    return None


def _names(value: Any, window: str) -> bool:
    return isinstance(value, str) and len(value.strip()) >= _TITLE_CHARS and value.strip() in window


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
