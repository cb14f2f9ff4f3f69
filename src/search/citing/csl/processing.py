"""The CSL processor: the only module that knows citeproc-py.

What citeproc-py does not do is done here: a substitute appears once, given names are whole where
the manual wants them whole, English punctuation stands inside quotation marks, Chinese months are
figures, and a label never stands without what it labels.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

from citeproc import (
    Citation,
    CitationItem,
    CitationStylesBibliography,
    CitationStylesStyle,
    Locator,
    formatter,
)
from citeproc.source.json import CiteProcJSON

from ..locators import Locator as Place
from ..record import Record
from .marks import publishes_itself, source_name
from .rules import Rules

_LOCALES = {"zh": "zh-CN", "en": "en-US"}
_WHOLE_NAMES = {"modern-language-association", "chicago-author-date", "chicago-notes-bibliography"}
_KEY = "item"
# Code points that are no characters, and so in no text (Unicode, 23.7).
# citeproc-py takes some HTML for markup; a title's characters must come out as they went in.
_GUARDED = str.maketrans({"<": "\ufdd0", ">": "\ufdd1"})
_UNGUARDED = str.maketrans({"\ufdd0": "<", "\ufdd1": ">"})
_MONTH = "\ufdd2"
"""Ends the name of a Chinese month: a day that follows takes 日."""
_SUPPRESSED = "\ufdd3"
"""Stands for an outlet that is named in the author's place: the title is an article's still."""
_STRAIGHT = re.compile('"([^"]*)"')
_TWICE = re.compile(r"\A([“《].+?[”》])\.? (?=\1)")
_CHINESE_DAY = re.compile(f"{_MONTH} ([0-9]{{1,2}})(?![0-9])")

_lock = Lock()
"""A style keeps what it renders in itself, so one thread renders at a time."""


@lru_cache(maxsize=1024)
def bibliography_entry(record: Record, rules: Rules) -> str:
    """The entry in the bibliography, one line of plain text."""
    with _lock:
        made = _bibliography(record, rules)
        made.register(Citation([CitationItem(_KEY)]))
        entries = made.bibliography()
        text = _mended(str(entries[0]), record) if entries else ""
    if rules.publisher_is_no_author:
        text = _TWICE.sub("", text)
    return text


@lru_cache(maxsize=1024)
def note(record: Record, rules: Rules, place: Place) -> str:
    """The full note for one passage, one line of plain text."""
    with _lock:
        made = _bibliography(record, rules, is_note=True)
        chinese = record.language == "zh"
        # The label is the locale's where it has one; in Chinese it surrounds the number.
        locator = None if chinese else Locator("paragraph", place.in_english("").strip())
        item = CitationItem(_KEY) if locator is None else CitationItem(_KEY, locator=locator)
        citation = Citation([item])
        made.register(citation)
        text = _mended(str(made.cite(citation, lambda _: None)), record)
    if not chinese:
        return text
    # Before the address, as in English, else at the end.
    body, address = text.removesuffix("."), ""
    if record.url and body.endswith(record.url):
        body, address = body.removesuffix(record.url).rstrip(" ,."), f", {record.url}"
    return f"{', '.join(filter(None, (body.strip(' ,'), place.in_chinese)))}{address}."


def _bibliography(record: Record, rules: Rules, *, is_note: bool = False) -> Any:
    fields = _fields(record, rules, is_note=is_note)
    source = CiteProcJSON([fields])
    style = _style(rules.file, _LOCALES[record.language])
    return CitationStylesBibliography(style, source, formatter.plain)


@lru_cache(maxsize=8)
def _style(file: str, locale: str) -> Any:
    path = Path(__file__).parent / "styles" / f"{file}.csl"
    style = CitationStylesStyle(str(path), locale=locale, validate=False)
    if file in _WHOLE_NAMES:
        # Its names say initialize="false", which citeproc-py does not know.
        style.root.attrib.pop("initialize-with", None)
    for label in style.root.xpath("//*[local-name()='label'][@variable!='locator']"):
        # No item here has an edition, volume or page for them to label.
        label.getparent().remove(label)
    if locale == "zh-CN":
        for node in style.root.locales:
            for month in range(1, 13):
                for term in node.xpath(
                    f".//*[local-name()='term'][@name='month-{month:02}'][not(@form)]"
                ):
                    term.text = f"{month}月{_MONTH}"
            for term in node.xpath(".//*[local-name()='term'][@name='no date']"):
                term.text = "无日期"
    return style


def _fields(record: Record, rules: Rules, *, is_note: bool) -> dict[str, Any]:
    title = ": ".join(part for part in (record.title, record.subtitle) if part)
    container = source_name(record)
    authors = _authors(record)
    if publishes_itself(record):
        if rules.publisher_is_no_author:
            authors = []
        else:
            container = _SUPPRESSED
    if rules.quotes_titles:
        title = _inner(title, record)
        # A page of a site that is not known is part of one still, so its title is quoted.
        container = container or _SUPPRESSED
    if not authors and rules.title_for_author and title:
        authors, title = [{"literal": title}], ""
    elif (
        not (authors or is_note)
        and rules.outlet_for_author
        and container not in (None, _SUPPRESSED)
    ):
        authors, container = [{"literal": str(container)}], _SUPPRESSED
    fields: dict[str, Any] = {
        "id": _KEY,
        "type": "article-newspaper" if record.kind == "newspaper" else "webpage",
        "language": "en" if record.language == "en" else "zh",
        "title": title,
        "author": authors,
        "container-title": container,
        "issued": _date(record.published),
        "accessed": _date(record.accessed),
        "URL": record.url,
    }
    return {name: _guarded(value) for name, value in fields.items() if value}


def _authors(record: Record) -> list[dict[str, str]]:
    """Western persons in two parts, everybody else as one name.

    Where the source itself says 等, the names are one literal with it: no style would print it.
    """
    authors = record.authors
    if authors.more:
        others = "等" if authors.is_han else "et al."
        return [{"literal": ", ".join([*authors.names, others])}]
    inverted = dict(authors.inverted)
    return [
        dict(zip(("family", "given"), inverted[i], strict=True))
        if i in inverted
        else {"literal": name}
        for i, name in enumerate(authors.names)
    ]


def _inner(title: str, record: Record) -> str:
    if record.language == "zh":
        return title.translate(str.maketrans("《》", "〈〉"))
    inner = _STRAIGHT.sub("‘\\1’", title).translate(str.maketrans("“”", "‘’"))
    # The headline capitals of citeproc-py stop at a quotation mark.
    return re.sub("‘([a-z])", lambda first: f"‘{first[1].upper()}", inner)


def _date(date: str | None) -> Mapping[str, list[list[int]]] | None:
    return {"date-parts": [[int(part) for part in date.split("-")]]} if date else None


def _guarded(value: Any) -> Any:
    if isinstance(value, str):
        return value.translate(_GUARDED)
    if isinstance(value, list):
        return [{k: v.translate(_GUARDED) for k, v in name.items()} for name in value]
    return value


def _mended(text: str, record: Record) -> str:
    text = re.sub(f" ?{_SUPPRESSED}[.,]?", "", text.translate(_UNGUARDED))
    text = " ".join(text.split())
    # No full stop after ? and !.
    text = re.sub(r"([?!？！])\.(?= |\Z)", r"\1", text)
    if record.language == "zh":
        last = record.authors.names[-1:]
        if last and len(record.authors.names) > 1:
            text = re.sub(rf",? (?:和|&) (?={re.escape(last[0])})", "和", text, count=1)
        return _CHINESE_DAY.sub(r"\1日", text).replace(_MONTH, "")
    # Full stop and comma stand inside (Chicago 18, 6.9, and so MLA).
    text = text.replace("”.", ".”").replace("”,", ",”")
    return re.sub(r"([?!.])\.”", r"\1”", text)
