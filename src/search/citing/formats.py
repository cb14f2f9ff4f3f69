"""Write citations as text, Markdown, HTML, BibTeX, RIS or CSL-JSON, as a stream.

An entry is what is cited; an item is a document with all its entries in plain fields, free of any
style. From items come the files of reference managers, which have a document once and a note for
each of its passages; from entries the texts in a style. ``FORMATS`` names them all.

BibTeX, as biblatex, Zotero and the GB/T 7714 styles for LaTeX read it: a newspaper's article is
``@article`` with ``entrysubtype = {newspaper}`` (biblatex manual, 2.1.1 and 2.2.3), a web page
``@online``; ``mark`` and ``medium`` give the type code to gbt7714.bst. A field stands once in an
entry, so its notes are the paragraphs of ``annote``, which no style prints; ``ids`` are further
keys (biblatex manual, 2.2.3). RIS, after the specification of 2011: NEWS and ELEC, T2 is the outlet
or site, Y2 the day of access, N1 a note, KW a facet's value, DP where it was seen. CSL-JSON has the
fields of the schema of CSL 1.0.2; ``note`` has a line for each, ``source`` is where it was seen.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from types import MappingProxyType
from typing import Annotated, Any

from ..documents.document import UNCLASSIFIED, Document, Passage, place_path
from ..documents.facets import ancestors
from ..errors import UsageError
from .record import Kind, Locator, Names, Record, csl_date, record_of
from .styles import DEFAULT_STYLE, STYLES, Citation, checked_style, cite

# Entries and items.

_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_SURROGATES = re.compile(r"[\ud800-\udfff]")

_LABELS = {
    "zh": {
        "quotation": "引文：“{}”",
        "passage": "原文：“{}”",
        "hash": "本段 SHA-256：{}",
        "address": "永久地址：{}",
        "host": "所见网站：{}",
        "more": "署名后有“等”",
        "quoted": "引用第{}段",
        "superseded": "这段文字于 {} 被改动或撤下，此为旧文",
        "recognised": "文字识别，未校对（各行置信度最低 {:.2f}）",
    },
    "en": {
        "quotation": "Quotation: “{}”",
        "passage": "Passage: “{}”",
        "hash": "SHA-256 of the passage: {}",
        "address": "Permanent address: {}",
        "host": "Seen at: {}",
        "more": "the byline goes on with “et al.”",
        "quoted": "Quoted: para. {}",
        "superseded": "This wording was changed or withdrawn on {}",
        "recognised": "Recognised in a picture, not proofread (lowest trust in a line {:.2f})",
    },
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that is cited: a document, or a passage of it.

    ``address`` is the permanent address of the passage or document where it is served.
    ``quotation`` is the range ``[start, end)`` of the passage's text that is quoted; None is the
    whole. ``url``, ``kind`` and ``item`` are as in ``cite``. ``superseded`` is the day since which
    the wording is an old one. ``quoted`` are the paragraphs of a document that a draft quotes.
    """

    document: Document
    passage: Passage | None = None
    address: Annotated[str | None, "The permanent address."] = None
    quotation: tuple[int, int] | None = None
    url: str | None = None
    kind: Kind | None = None
    item: str | None = None
    superseded: Annotated[str | None, "Since when it is an old wording."] = None
    quoted: tuple[int, ...] = ()

    @property
    def key(self) -> str:
        """What the entry is called for good: made from the passage's id, or the document's."""
        if self.passage is None:
            return document_key(self.document)
        key = f"duansou-{self.passage.passage_id}"
        return f"{key}-q{self.quotation[0]}-{self.quotation[1]}" if self.quotation else key

    @property
    def locator(self) -> Locator | None:
        """The paragraph; None for a whole document."""
        return Locator(self.passage.paragraph, self.item) if self.passage else None


def document_key(document: Document) -> str:
    """What a document is called for good in every list of references."""
    return f"duansou-{document.document_id}"


@dataclass(frozen=True, slots=True)
class Item:
    """A document as a format writes it: fields of one line each, no control characters.

    ``container`` is the outlet, for a web page without one its site; ``host`` where it was seen if
    that is another. ``url`` is the article's own address, else the permanent one. ``notes`` are one
    for each passage (¶, quotation, permanent address, hash), then what else is to be known.
    ``keywords`` are its place, at every level, and topics of what is cited. ``passage_keys`` are
    what its passages are called by themselves.
    """

    key: str
    kind: Kind
    language: str
    authors: Names
    title: str | None
    container: str | None
    host: str | None
    published: str | None
    accessed: str | None
    url: str | None
    notes: tuple[str, ...]
    keywords: tuple[str, ...]
    passage_keys: tuple[str, ...]


def item_of(entry: Entry, *others: Entry, accessed: str | None = None) -> Item:
    """The fields of a document of which one entry or several are cited.

    Raises UsageError as ``cite`` does.
    """
    entries = tuple({each.key: each for each in (entry, *others)}.values())
    record = record_of(entry.document, accessed=accessed, url=entry.url, kind=entry.kind)
    title = ": ".join(part for part in (record.title, record.subtitle) if part)
    container = record.outlet or (record.site if record.kind == "web" else None)
    host = record.site if record.site != container else None
    notes = [" | ".join(filter(None, map(clean, _notes(each, record)))) for each in entries]
    if record.authors.more:
        notes.append(_LABELS[record.language]["more"])
    return Item(
        key=document_key(entry.document),
        kind=record.kind,
        language=_language(record, entry.document.script),
        authors=_clean_names(record.authors),
        title=clean(title),
        container=clean(container),
        host=clean(host),
        published=record.published,
        accessed=record.accessed,
        url=record.url or clean(entry.address),
        notes=tuple(filter(None, notes)),
        keywords=_keywords(entry.document, [e.passage for e in entries if e.passage]),
        passage_keys=tuple(each.key for each in entries if each.passage),
    )


def _keywords(document: Document, passages: Sequence[Passage]) -> tuple[str, ...]:
    """Each in one piece: a comma or semicolon would part it."""
    places = [
        path.rpartition("/")[2]
        for path in map(str, filter(None, ancestors(place_path(document.city))))
    ]
    topics = [topic for each in passages or document.paragraphs for topic in each.topics]
    known = (clean(word) for word in (*places, *topics) if word != UNCLASSIFIED)
    apart = str.maketrans(",;", "，；")
    return tuple(dict.fromkeys(word.translate(apart) for word in known if word))


def _language(record: Record, script: str | None) -> str:
    if record.language == "en":
        return "en"
    return "zh-TW" if script == "Hant" else "zh-CN"


def clean(text: str | None) -> str | None:
    """Text in one line that any encoding can write; None for nothing.

    What breaks lines becomes a space, half a surrogate pair the replacement character.
    """
    return _SURROGATES.sub("\ufffd", _BREAKS.sub(" ", text or "")).strip() or None


def _clean_names(names: Names) -> Names:
    return Names(
        tuple(clean(name) or "\ufffd" for name in names.names),
        names.more,
        tuple((i, (clean(a) or "", clean(b) or "")) for i, (a, b) in names.inverted),
    )


def _notes(entry: Entry, record: Record) -> Iterator[str]:
    labels = _LABELS[record.language]
    passage, locator = entry.passage, entry.locator
    if passage is not None and locator is not None:
        yield locator.in_chinese if record.language == "zh" else locator.in_english()
        said, label = _quoted(passage, entry.quotation)
        yield labels[label].format(said)
    if entry.quoted:
        between = "、" if record.language == "zh" else ", "
        yield labels["quoted"].format(between.join(map(str, entry.quoted)))
    if entry.address:
        yield labels["address"].format(entry.address)
    if passage is not None:
        yield labels["hash"].format(passage.sha256)
    if passage is not None and passage.recognised is not None:
        yield labels["recognised"].format(passage.recognised)
    if entry.superseded:
        yield labels["superseded"].format(entry.superseded)


def _quoted(passage: Passage, quotation: tuple[int, int] | None) -> tuple[str, str]:
    """What is quoted of a passage, and its label: a part of it, or the whole."""
    return (
        (passage.text[slice(*quotation)], "quotation") if quotation else (passage.text, "passage")
    )


# RIS.

_RIS_TYPES = {"newspaper": "NEWS", "web": "ELEC"}


def ris(item: Item) -> str:
    """One record, ended by ER."""
    lines = [f"{tag}  - {value}" for tag, value in _ris_fields(item) if value]
    return "\r\n".join([*lines, "ER  - ", ""])


def _ris_fields(item: Item) -> Iterator[tuple[str, str | None]]:
    yield "TY", _RIS_TYPES[item.kind]
    yield "ID", item.key
    inverted = dict(item.authors.inverted)
    for i, name in enumerate(item.authors.names):
        # A comma divides family and given name, so an institution's becomes full-width.
        yield "AU", ", ".join(inverted[i]) if i in inverted else name.replace(",", "，")
    yield "TI", item.title
    yield "T2", item.container
    yield "DA", _ris_date(item.published)
    yield "PY", item.published[:4] if item.published else None
    yield "UR", item.url
    yield "Y2", _ris_date(item.accessed)
    yield "DP", item.host
    yield "LA", item.language
    for word in item.keywords:
        yield "KW", word
    for note in item.notes:
        yield "N1", note


def _ris_date(date: str | None) -> str | None:
    """YYYY/MM/DD/other, with the slashes of what is not known."""
    if date is None:
        return None
    return "/".join([*date.split("-"), "", "", ""][:4])


# BibTeX.

_SPECIAL = {
    # \{ would still count as a brace where BibTeX balances them; these do not.
    "{": r"{\lbrace}",
    "}": r"{\rbrace}",
    "\\": r"{\textbackslash}",
    "~": r"{\textasciitilde}",
    "^": r"{\textasciicircum}",
    **{sign: f"\\{sign}" for sign in "%#&$_"},
}
_SIGNS = re.compile(r"[{}\\~^%#&$_]")
_LIGATURES = re.compile(r"(?<=-)(?=-)|(?<=`)(?=`)|(?<=')(?=')|(?<=[?!])(?=`)|(?<=,)(?=,)")
_BIBTEX_MARKS = {"newspaper": "N", "web": "EB"}
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]


def bibtex(item: Item) -> str:
    """One entry, a field a line."""
    kind = "article" if item.kind == "newspaper" else "online"
    fields = "".join(f"  {name} = {value},\n" for name, value in _bibtex_fields(item))
    return f"@{kind}{{{item.key},\n{fields}}}\n"


def escaped(text: str) -> str:
    """Text that LaTeX prints as it is: signs as commands, ligatures apart."""
    return _LIGATURES.sub("{}", _SIGNS.sub(lambda sign: _SPECIAL[sign[0]], text))


def _bibtex_fields(item: Item) -> Iterator[tuple[str, str]]:
    if item.authors.names:
        yield "author", f"{{{_authors(item)}}}"
    if item.title:
        yield "title", f"{{{escaped(item.title)}}}"
    if item.container:
        name = "journal" if item.kind == "newspaper" else "organization"
        yield name, f"{{{escaped(item.container)}}}"
    if item.published:
        yield "date", f"{{{item.published}}}"
        year, *rest = item.published.split("-")
        yield "year", f"{{{year}}}"
        if rest:
            yield "month", _MONTHS[int(rest[0]) - 1] if 0 < int(rest[0]) <= 12 else f"{{{rest[0]}}}"
    if item.url:
        # Read verbatim, so its signs stay; only what would end the field is percent-encoded.
        yield "url", f"{{{_url(item.url)}}}"
    if item.accessed:
        yield "urldate", f"{{{item.accessed}}}"
    if item.kind == "newspaper":
        yield "entrysubtype", "{newspaper}"
    yield "mark", f"{{{_BIBTEX_MARKS[item.kind]}}}"
    yield "medium", "{OL}"
    yield "language", f"{{{item.language}}}"
    yield "langid", "{english}" if item.language == "en" else "{chinese}"
    if item.keywords:
        yield "keywords", f"{{{escaped(', '.join(item.keywords))}}}"
    if item.passage_keys:
        yield "ids", f"{{{','.join(item.passage_keys)}}}"
    labels = _LABELS["en" if item.language == "en" else "zh"]
    notes = [*item.notes, labels["host"].format(item.host)] if item.host else item.notes
    if notes:
        # An empty line begins a paragraph.
        yield "annote", "{" + "\n\n".join(map(escaped, notes)) + "}"


def _authors(item: Item) -> str:
    """Persons given as ``Family, Given``; every other name in braces, so that it is never split."""
    inverted = dict(item.authors.inverted)
    names = [
        ", ".join(map(escaped, inverted[i])) if i in inverted else f"{{{escaped(name)}}}"
        for i, name in enumerate(item.authors.names)
    ]
    return " and ".join([*names, "others"] if item.authors.more else names)


def _url(url: str) -> str:
    return url.replace("\\", "%5C").replace("{", "%7B").replace("}", "%7D")


# CSL-JSON.

_CSL_TYPES = {"newspaper": "article-newspaper", "web": "webpage"}


def csl_item(item: Item) -> dict[str, Any]:
    """The fields that are known."""
    fields = {
        "id": item.key,
        "type": _CSL_TYPES[item.kind],
        "title": item.title,
        "author": item.authors.as_csl,
        "container-title": item.container,
        "issued": csl_date(item.published),
        "accessed": csl_date(item.accessed),
        "URL": item.url,
        "source": item.host,
        "language": item.language,
        "keyword": ", ".join(item.keywords),
        "note": "\n".join(item.notes),
    }
    return {name: value for name, value in fields.items() if value}


# Texts to be read, in a style.

_PROSE_MARKS = re.compile(r"[\\`*{}\[\]#|~!]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
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
        yield _Line(prefix, shown, tuple(_details(entry, citation, is_known=shown is None)))


def _details(entry: Entry, citation: Citation, *, is_known: bool) -> Iterator[tuple[str, str]]:
    if citation.in_text:
        yield "文中标注", clean(citation.in_text) or ""
    if entry.passage is not None:
        said, label = _quoted(entry.passage, entry.quotation)
        name, _, quoted = _LABELS["zh"][label].format(clean(said) or "").partition("：")
        yield name, quoted
    if entry.address:
        yield "永久地址", clean(entry.address) or ""
    if entry.superseded:
        yield "旧文", f"{entry.superseded} 起不再检索"
    if citation.missing and not is_known:
        yield "缺", "、".join(citation.missing)


def _plain(text: str) -> str:
    """Text in which Markdown and HTML mean nothing; an underscore inside a word stays for links."""
    marked = _PROSE_MARKS.sub(lambda sign: f"\\{sign[0]}", text)
    return _LEADING.sub(r"\1\\\2", escape(marked, quote=False))


# All formats by their names.

Writer = Callable[[Iterable[Entry], str, str | None], Iterator[str]]


@dataclass(frozen=True, slots=True)
class Format:
    """A format: its media type and the suffix of its files."""

    media_type: str
    suffix: str
    write: Writer


def _items(entries: Iterable[Entry], accessed: str | None) -> Iterator[Item]:
    """Each document once, its entries standing beside each other."""
    for _, of_one in groupby(entries, lambda entry: entry.document.document_id):
        yield item_of(*of_one, accessed=accessed)


def _bibtex(entries: Iterable[Entry], _: str, accessed: str | None) -> Iterator[str]:
    return (bibtex(item) + "\n" for item in _items(entries, accessed))


def _ris(entries: Iterable[Entry], _: str, accessed: str | None) -> Iterator[str]:
    return (ris(item) + "\r\n" for item in _items(entries, accessed))


def _csl_json(entries: Iterable[Entry], _: str, accessed: str | None) -> Iterator[str]:
    before = "[\n"
    for item in _items(entries, accessed):
        yield before + json.dumps(csl_item(item), ensure_ascii=False)
        before = ",\n"
    yield "\n]\n" if before != "[\n" else "[]\n"


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "text": Format("text/plain; charset=utf-8", ".txt", as_text),
        "bibtex": Format("application/x-bibtex; charset=utf-8", ".bib", _bibtex),
        "ris": Format("application/x-research-info-systems; charset=utf-8", ".ris", _ris),
        "csl-json": Format("application/vnd.citationstyles.csl+json", ".json", _csl_json),
        "markdown": Format("text/markdown; charset=utf-8", ".md", as_markdown),
        "html": Format("text/html; charset=utf-8", ".html", as_html),
    }
)
"""Format name → format, in the order they are offered."""


def checked_format(name: str) -> Format:
    """The format of that name. Raises UsageError with the names there are."""
    if name not in FORMATS:
        listed = ", ".join(FORMATS)
        raise UsageError("citation-format-unknown", name=name, listed=listed)
    return FORMATS[name]


def write_citations(
    entries: Iterable[Entry],
    format: str,  # noqa: A002
    *,
    style: str = DEFAULT_STYLE,
    accessed: str | None = None,
) -> Iterator[str]:
    """The entries in a format, piece by piece: a document each in BibTeX and RIS, an array in JSON.

    For these the entries of a document stand beside each other, so that none is written twice.
    ``style`` counts for text, Markdown and HTML. ``accessed`` is the day the pages were opened.
    Raises UsageError at once for a format or style that does not exist, and while it is read as
    ``cite`` does.
    """
    chosen = checked_format(format)
    checked_style(style)
    return chosen.write(entries, style, accessed)
