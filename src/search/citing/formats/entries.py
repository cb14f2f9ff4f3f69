"""What is taken away of a cited passage? An entry, and what every format writes of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ...documents.document import Document, Passage
from ..locators import Locator
from ..names import Names
from ..record import Kind, Record, record_of

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
    address: str | None = None
    quotation: tuple[int, int] | None = None
    url: str | None = None
    kind: Kind | None = None
    item: str | None = None
    superseded: str | None = None
    quoted: tuple[int, ...] = ()

    @property
    def key(self) -> str:
        """What the entry is called for good: made from the passage's id, or the document's."""
        if self.passage is None:
            return f"duansou-{self.document.document_id}"
        key = f"duansou-{self.passage.passage_id}"
        return f"{key}-q{self.quotation[0]}-{self.quotation[1]}" if self.quotation else key

    @property
    def locator(self) -> Locator | None:
        """The paragraph; None for a whole document."""
        return Locator(self.passage.paragraph, self.item) if self.passage else None


@dataclass(frozen=True, slots=True)
class Item:
    """The fields of an entry as a format writes them: one line each, no control characters.

    ``container`` is the outlet, for a web page without one its site; ``host`` where it was seen if
    that is another. ``note`` has the place, the quotation, its hash and the permanent address.
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
    note: str


def item_of(entry: Entry, *, accessed: str | None = None) -> Item:
    """The fields of an entry. Raises UsageError as ``cite`` does."""
    record = record_of(entry.document, accessed=accessed, url=entry.url, kind=entry.kind)
    title = ": ".join(part for part in (record.title, record.subtitle) if part)
    container = record.outlet or (record.site if record.kind == "web" else None)
    host = record.site if record.site != container else None
    return Item(
        key=entry.key,
        kind=record.kind,
        language=_language(record, entry.document.script),
        authors=_clean_names(record.authors),
        title=clean(title),
        container=clean(container),
        host=clean(host),
        published=record.published,
        accessed=record.accessed,
        url=record.url,
        note=" | ".join(filter(None, map(clean, _notes(entry, record, host)))),
    )


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


def _notes(entry: Entry, record: Record, host: str | None) -> Iterator[str]:
    labels = _LABELS[record.language]
    passage, locator = entry.passage, entry.locator
    if passage is not None and locator is not None:
        yield locator.in_chinese if record.language == "zh" else locator.in_english()
        if entry.quotation is not None:
            yield labels["quotation"].format(passage.text[slice(*entry.quotation)])
        else:
            yield labels["passage"].format(passage.text)
        yield labels["hash"].format(passage.sha256)
    if entry.quoted:
        between = "、" if record.language == "zh" else ", "
        yield labels["quoted"].format(between.join(map(str, entry.quoted)))
    if entry.address:
        yield labels["address"].format(entry.address)
    if host:
        yield labels["host"].format(host)
    if record.authors.more:
        yield labels["more"]
    if entry.superseded:
        yield labels["superseded"].format(entry.superseded)
