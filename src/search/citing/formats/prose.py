"""Citations to be read: plain text, Markdown, HTML. The only formats in which the style counts.

Below each reference stand its mark in the text, what is quoted, and what is missing. A source has
one number and one reference, however many of its passages are cited: for the later ones only what
differs is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape

from ..citing import Citation, cite
from ..styles import STYLES
from .entries import Entry, clean

_MARKS = re.compile(r"[\\`*{}\[\]#|~!]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
_LEADING = re.compile(r"\A([0-9]*)([-+=.)])")


@dataclass(frozen=True, slots=True)
class _Line:
    """An entry as it is read; ``reference`` is None where it stands further up."""

    number: str
    reference: str | None
    details: tuple[tuple[str, str], ...]


def as_text(entries: Iterable[Entry], style: str, accessed: str | None) -> Iterator[str]:
    """A reference a line, details indented."""
    for line in _lines(entries, style, accessed):
        if line.reference is not None:
            yield f"{line.number}{line.reference}\n"
        for name, value in line.details:
            yield f"    {name}：{value}\n"


def as_markdown(entries: Iterable[Entry], style: str, accessed: str | None) -> Iterator[str]:
    """A list; nothing in a document means anything to Markdown or HTML."""
    for line in _lines(entries, style, accessed):
        if line.reference is not None:
            yield f"- {_plain(line.number)}{_plain(line.reference)}\n"
        for name, value in line.details:
            yield f"  - {name}：{_plain(value)}\n"


def as_html(entries: Iterable[Entry], style: str, accessed: str | None) -> Iterator[str]:
    """A page whole in itself, without script or style."""
    yield (
        '<!doctype html>\n<html lang="zh-Hans"><head><meta charset="utf-8">'
        "<title>参考文献</title></head><body><h1>参考文献</h1>\n"
    )
    for line in _lines(entries, style, accessed):
        if line.reference is not None:
            yield f"<p>{escape(line.number + line.reference)}</p>\n"
        items = "".join(f"<li>{name}：{escape(value)}</li>" for name, value in line.details)
        yield f"<ul>{items}</ul>\n" if items else ""
    yield "</body></html>\n"


def _lines(entries: Iterable[Entry], style: str, accessed: str | None) -> Iterator[_Line]:
    numbers: dict[tuple[str, str | None, str | None], int] = {}
    chosen = STYLES[style]
    for entry in entries:
        source = (entry.document.document_id, entry.url, entry.kind)
        known = source in numbers
        number = numbers.setdefault(source, len(numbers) + 1)
        citation = cite(
            entry.document,
            entry.passage,
            style=style,
            accessed=accessed,
            url=entry.url,
            item=entry.item,
            number=number,
            kind=entry.kind,
        )
        reference = clean(citation.text) or ""
        # A footnote names the paragraph, so every one is written.
        shown = None if known and chosen.is_listed_once else reference
        prefix = f"[{number}] " if chosen.is_numbered else ""
        yield _Line(prefix, shown, tuple(_details(entry, citation)))


def _details(entry: Entry, citation: Citation) -> Iterator[tuple[str, str]]:
    if citation.in_text:
        yield "文中标注", clean(citation.in_text) or ""
    if entry.passage is not None and entry.quotation is not None:
        yield "引文", f"“{clean(entry.passage.text[slice(*entry.quotation)]) or ''}”"
    if entry.address:
        yield "永久地址", clean(entry.address) or ""
    if entry.superseded:
        yield "旧文", f"{entry.superseded} 起不再检索"
    if citation.missing:
        yield "缺", "、".join(citation.missing)


def _plain(text: str) -> str:
    """Text in which Markdown and HTML mean nothing; an underscore inside a word stays for links."""
    marked = _MARKS.sub(lambda sign: f"\\{sign[0]}", text)
    return _LEADING.sub(r"\1\\\2", escape(marked, quote=False))
