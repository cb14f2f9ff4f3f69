"""APA, MLA and Chicago, by the CSL styles of the Citation Style Language project.

The style files in ``csl_styles`` are the project's own, unchanged, under CC BY-SA 3.0 (authors and
licence stand in each); the locales are those that come with citeproc-py, which is imported
when a reference is first made.

What citeproc-py does not do is done here: a substitute appears once, where its own would come a
second time; given names are whole where the manual wants them whole, English punctuation stands
inside quotation marks, Chinese months are figures, and a label never stands without what it labels.
Marks in the running text are made here too: the processor cannot tell that one is unambiguous, and
would add the title to MLA's.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

from .record import Locator, Record, Reference, csl_date


@dataclass(frozen=True, slots=True)
class Rules:
    """A style file and its substitutions where the author is unknown.

    ``title_for_author``: the title moves to the author's place (APA 7, 9.12).
    ``outlet_for_author``: the newspaper stands in the author's place, for a web page its site
    (Chicago 18, 14.97 and 14.104).
    ``publisher_is_no_author``: an institution that publishes its own page is named as publisher
    only (MLA 9, 5.3 to 5.22), elsewhere as author only (APA 7, 10.16).
    ``quotes_titles``: titles of articles stand in quotation marks, so marks inside become single
    ones; 《》 inside 《》 become 〈〉 (GB/T 15834—2011, 4.15).

    Sections of the manuals are given as the notes in the CSL project's styles give them.
    """

    file: str
    title_for_author: bool = False
    outlet_for_author: bool = False
    publisher_is_no_author: bool = False
    quotes_titles: bool = False


def apa(record: Record, locator: Locator) -> str:
    """``(Fordham et al., 2019, para. 14)``.

    APA 7, 8.11 (author and date), 8.13 (paragraph), 8.14 (the title in quotation marks where there
    is no author), 8.17 (of three or more authors the first), 9.17 (n.d.).
    """
    chinese = record.language == "zh"
    names = short_names(record, " & ") or _quoted(record, comma=True)
    year = record.published[:4] if record.published else ("无日期" if chinese else "n.d.")
    return f"({_joined(names, year)}, {_place(record, locator)})"


def mla(record: Record, locator: Locator) -> str:
    """``(Fordham et al., par. 14)``: MLA 9, chapter 6."""
    names = "" if publishes_itself(record) else short_names(record, " and ")
    names = names or _quoted(record, comma=True)
    return f"({_joined(names, _place(record, locator, 'par.'))})"


def chicago(record: Record, locator: Locator) -> str:
    """``(Fordham et al. 2019, para. 14)``: Chicago 18, 13.102 and what follows it."""
    chinese = record.language == "zh"
    names = short_names(record, " and ") or source_name(record) or _quoted(record)
    year = record.published[:4] if record.published else ("无日期" if chinese else "n.d.")
    place = _place(record, locator)
    return f"({names} {year}, {place})" if names else f"({year}, {place})"


def short_names(record: Record, and_: str) -> str:
    """Family names, or whole ones of Chinese persons and of institutions; "" where there is none.

    More than two become the first with 等 or et al.
    """
    authors = record.authors
    inverted = dict(authors.inverted)
    names = [inverted[i][0] if i in inverted else n for i, n in enumerate(authors.names)]
    if not names:
        return ""
    if len(names) > 2 or authors.more:
        return f"{names[0]} {'等' if authors.is_han else 'et al.'}"
    return ("和" if authors.is_han else and_).join(names)


def source_name(record: Record) -> str | None:
    """The newspaper, or the owner of the site, in place of an author; None where unknown."""
    return record.outlet or (record.site if record.kind == "web" else None)


def publishes_itself(record: Record) -> bool:
    """Whether a page's only author is the site, or the institution, that publishes it."""
    return record.kind == "web" and record.authors.names == (source_name(record),)


def _quoted(record: Record, *, comma: bool = False) -> str:
    if record.title is None:
        return ""
    if record.language == "zh":
        return f"《{record.title.translate(str.maketrans('《》', '〈〉'))}》"
    inner = record.title.translate(str.maketrans("“”", "‘’"))
    return f"“{inner}{',' if comma else ''}”"


def _joined(names: str, rest: str) -> str:
    if not names:
        return rest
    return f"{names} {rest}" if names.endswith(",”") else f"{names}, {rest}"


def _place(record: Record, locator: Locator, abbreviation: str = "para.") -> str:
    return locator.in_chinese if record.language == "zh" else locator.in_english(abbreviation)


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
    from citeproc import Citation, CitationItem

    with _lock:
        made = _bibliography(record, rules)
        made.register(Citation([CitationItem(_KEY)]))
        entries = made.bibliography()
        text = _mended(str(entries[0]), record) if entries else ""
    if rules.publisher_is_no_author:
        text = _TWICE.sub("", text)
    return text


@lru_cache(maxsize=1024)
def note(record: Record, rules: Rules, place: Locator) -> str:
    """The full note for one passage, one line of plain text."""
    from citeproc import Citation, CitationItem
    from citeproc import Locator as CslLocator

    with _lock:
        made = _bibliography(record, rules, is_note=True)
        chinese = record.language == "zh"
        # The label is the locale's where it has one; in Chinese it surrounds the number.
        locator = None if chinese else CslLocator("paragraph", place.in_english("").strip())
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
    from citeproc import CitationStylesBibliography, formatter
    from citeproc.source.json import CiteProcJSON

    fields = _fields(record, rules, is_note=is_note)
    source = CiteProcJSON([fields])
    style = _style(rules.file, _LOCALES[record.language])
    return CitationStylesBibliography(style, source, formatter.plain)


@lru_cache(maxsize=8)
def _style(file: str, locale: str) -> Any:
    from citeproc import CitationStylesStyle

    path = Path(__file__).parent / "csl_styles" / f"{file}.csl"
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
        "issued": csl_date(record.published),
        "accessed": csl_date(record.accessed),
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
    return authors.as_csl


def _inner(title: str, record: Record) -> str:
    if record.language == "zh":
        return title.translate(str.maketrans("《》", "〈〉"))
    inner = _STRAIGHT.sub("‘\\1’", title).translate(str.maketrans("“”", "‘’"))
    # The headline capitals of citeproc-py stop at a quotation mark.
    return re.sub("‘([a-z])", lambda first: f"‘{first[1].upper()}", inner)


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


@dataclass(frozen=True, slots=True)
class CslStyle:
    """A style made by a CSL processor; ``mark`` makes what points at a passage, if not a note."""

    rules: Rules
    mark: Callable[[Record, Locator], str] | None
    is_numbered: bool = False
    is_listed_once: bool = True

    def reference(self, record: Record, locator: Locator | None) -> Reference:
        """The entry in the list of references."""

        return Reference(
            text=bibliography_entry(record, self.rules),
            missing=_missing(record),
            notes=(*record.notes, *_notes(record)),
        )

    def in_text(self, record: Record, number: int, locator: Locator) -> str:
        """The mark in brackets; in Chicago's notes the whole note with its number."""
        if self.mark is not None:
            return self.mark(record, locator)

        return f"{number}. {note(record, self.rules, locator)}"


def _missing(record: Record) -> tuple[str, ...]:
    """What a reader needs to find the source again; all three manuals print what there is."""
    newspaper = record.kind == "newspaper"
    lacks = {
        "题名": record.title is None,
        "报纸名": newspaper and record.outlet is None,
        "网站名": not newspaper and record.outlet is None and record.site is None,
        "发布日期": record.published is None,
        "网址": record.url is None,
    }
    return tuple(name for name, is_lacking in lacks.items() if is_lacking)


def _notes(record: Record) -> tuple[str, ...]:
    authors = record.authors
    as_printed = any(" " in name for name in authors.names) and not authors.inverted
    if as_printed and not authors.is_han:
        return ("西文责任者照录：如是个人，列表中应姓在前。",)
    return ()


APA = CslStyle(Rules("apa", title_for_author=True), apa)
MLA = CslStyle(
    Rules("modern-language-association", publisher_is_no_author=True, quotes_titles=True),
    mla,
)
CHICAGO = CslStyle(
    Rules("chicago-notes-bibliography", outlet_for_author=True, quotes_titles=True), None
)
CHICAGO_AUTHOR_DATE = CslStyle(
    Rules("chicago-author-date", outlet_for_author=True, quotes_titles=True), chicago
)
