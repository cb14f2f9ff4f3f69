"""Documents, passages, their ids, and ranges of a passage, as plain values.

Ids come from content, never from a path or a position: see ``document_id`` and ``passage_id``.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from operator import attrgetter
from typing import Annotated, Any, Literal, NamedTuple, TypeVar

from ..errors import UsageError
from ..languages.sentences import Sentence
from .declared import TEXT, Count, DocumentId, PassageId, Says, Sha256, view

Place = Annotated[
    tuple[str | None, str | None, str | None],
    "Province, city, county by their full names; null where not known.",
]
"""(province, city, county) as official full names; a municipality repeats its name as city."""

UNKNOWN_PLACE: Place = (None, None, None)
WHOLE_COUNTRY = "全国"
"""Stands where a province would, for what holds in all of them."""
UNCLASSIFIED = "未分类"
"""The topic of a passage that has none of the taxonomy's."""

Role = Literal["title", "heading", "body", "metadata", "boilerplate"]

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a field has its value: a Chinese sentence for the reader and where it was read.

    ``line`` is the 1-based line of the source text, None where no single line tells.
    ``sure`` is "certain" (stands there in so many words), "probable" (inferred) or "override".
    """

    note: str
    line: int | None = None
    quote: str | None = None
    sure: Annotated[Literal["certain", "probable", "override"], TEXT] = "certain"


def _pickled_whole(made: type[V]) -> type[V]:
    """Pickle a frozen value as the call that makes it: a collection's paragraphs come from other
    processes by the hundred thousand, and field by field takes twice as long.
    """
    values = attrgetter(*(one.name for one in fields(made)))  # type: ignore[arg-type]
    setattr(made, "__reduce__", lambda value: (made, values(value)))  # noqa: B010 - of any class
    return made


@_pickled_whole
@dataclass(frozen=True, slots=True)
class TopicEvidence:
    """The words of a passage that put it under a topic, and their summed weight."""

    topic: str
    words: tuple[str, ...]
    weight: float


@_pickled_whole
@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A place that a passage names, and the words in which it does, each once."""

    place: Place
    words: tuple[str, ...]


@_pickled_whole
@dataclass(frozen=True, slots=True)
class NamedYears:
    """A year that a passage names, or a range, both ends included; and the first words for it."""

    first: int
    last: int
    words: str


Recognised = Annotated[
    float | None,
    "Read from a picture by text recognition, not proofread: the lowest trust in a line, 0 to 1.",
]


@_pickled_whole
@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of a document: ``document.text[start:end]``.

    ``number`` (¶) counts body paragraphs from 1 and is None for every other role. ``kind`` says
    more precisely what a metadata or boilerplate paragraph is (caption, byline, footer ...);
    ``reason`` says in Chinese why it was judged so.
    """

    start: Count
    end: Count
    role: Role
    kind: str
    reason: str
    number: int | None = None
    headings: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    topic_evidence: tuple[TopicEvidence, ...] = ()
    named_places: tuple[NamedPlace, ...] = ()
    named_years: tuple[NamedYears, ...] = ()
    recognised: Recognised = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One source text, however many files hold it. Unknown is None, never a guess.

    ``paths`` are POSIX paths relative to their root, in order; ``published`` is ISO 8601
    (2018-12-18 or 2018-12-18T21:52); ``sha256`` is of the raw bytes; ``captured`` is the UTC time
    at which the text was first indexed; ``city`` is what it is about, ``source_city`` where its
    outlet sits; ``evidence`` maps a field to why it has its value; ``scanned`` are pages that are
    pictures of text and are not in it.
    """

    document_id: DocumentId
    paths: tuple[str, ...]
    text: str
    paragraphs: tuple[Paragraph, ...]
    sha256: Sha256
    encoding: str = "utf-8"
    captured: str | None = None
    title: str | None = None
    eyebrow: str | None = None
    subtitle: str | None = None
    source: str | None = None
    source_kind: str | None = None
    site: str | None = None
    author: str | None = None
    posted_by: str | None = None
    contributor: str | None = None
    editors: str | None = None
    published: str | None = None
    url: str | None = None
    city: Place = UNKNOWN_PLACE
    source_city: Place = UNKNOWN_PLACE
    year: int | None = None
    script: str | None = None
    evidence: Mapping[str, tuple[Evidence, ...]] = field(default_factory=dict)
    scanned: Annotated[tuple[int, ...], "Pages that are pictures, and were not read."] = ()

    JSON = view(
        "document_id path paths title eyebrow subtitle source source_kind site author posted_by"
        " contributor editors published url city source_city year passages=passage_count sha256"
        " captured evidence scanned"
    )

    @property
    def path(self) -> str:
        """The first of its paths."""
        return self.paths[0]

    def slice(self, paragraph: Paragraph) -> str:
        """The exact text of one of its paragraphs."""
        return self.text[paragraph.start : paragraph.end]

    @property
    def passage_count(self) -> Count:
        """How many body paragraphs it has."""
        return sum(p.role == "body" for p in self.paragraphs)

    def to_record(self) -> dict[str, Any]:
        """A value of JSON types; ``from_record`` gives the same document back."""
        return asdict(self)

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Document:
        """The document that ``to_record`` wrote."""
        values = dict(record)
        values["paths"] = tuple(values["paths"])
        values["city"] = tuple(values["city"])
        values["source_city"] = tuple(values.get("source_city", UNKNOWN_PLACE))
        values["scanned"] = tuple(values.get("scanned", ()))
        values["paragraphs"] = tuple(Paragraph(**_judged(p)) for p in values["paragraphs"])
        values["evidence"] = {
            name: tuple(Evidence(**e) for e in items) for name, items in values["evidence"].items()
        }
        return cls(**values)


@dataclass(frozen=True, kw_only=True)
class Passage:
    """One body paragraph, the unit that is found and cited.

    ``text`` is the unchanged slice ``[start, end)`` of the document's text, ``sha256`` its hash,
    ``paragraph`` the ¶ number. The document's fields are repeated so that a passage stands alone.
    """

    passage_id: PassageId
    document_id: DocumentId
    path: str
    title: str | None
    source: str | None
    site: str | None
    author: str | None
    published: Annotated[str | None, "ISO 8601: a day, or a day and time."]
    url: str | None
    headings: tuple[str, ...]
    paragraph: Annotated[int, Says(minimum=1), "¶, from 1."]
    text: Annotated[str, "The exact text of the source."]
    start: Annotated[Count, "Where it begins in the text of the document."]
    end: Count
    sha256: Sha256
    city: Place
    year: int | None
    topics: tuple[str, ...]
    topic_evidence: tuple[TopicEvidence, ...] = ()
    named_places: tuple[NamedPlace, ...] = ()
    named_years: tuple[NamedYears, ...] = ()
    source_kind: str | None = None
    recognised: Recognised = None

    JSON = view(
        "passage_id document_id path title source site author published url headings paragraph text"
        " city year topics topic_evidence named_places named_years start end sha256"
        " recognised"
    )
    """And the facets that are none of these (``facets.BESIDE``)."""


def passage_from(record: Mapping[str, Any]) -> Passage:
    """The passage whose fields ``asdict`` gave."""
    return Passage(**{**_judged(record), "city": tuple(record["city"])})


SHARED = (
    "path",
    *(
        field.name
        for field in fields(Passage)
        if field.name in Document.__dataclass_fields__ and field.name not in ("text", "sha256")
    ),
)
"""What a passage repeats of its document."""


def _judged(record: Mapping[str, Any]) -> dict[str, Any]:
    """The fields with what a paragraph is about and names as values."""
    return {
        **record,
        "headings": tuple(record["headings"]),
        "topics": tuple(record["topics"]),
        "topic_evidence": tuple(
            TopicEvidence(e["topic"], tuple(e["words"]), e["weight"])
            for e in record["topic_evidence"]
        ),
        "named_places": tuple(
            NamedPlace(_place(n["place"]), tuple(n["words"]))
            for n in record.get("named_places", ())
        ),
        "named_years": tuple(NamedYears(**n) for n in record.get("named_years", ())),
    }


def _place(levels: Sequence[str | None]) -> Place:
    province, city, county = levels
    return province, city, county


def sha256_hex(data: str | bytes) -> str:
    """SHA-256 in hex, of bytes or of UTF-8 text."""
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()


def document_id(
    *,
    text: str,
    url: str | None = None,
    title: str | None = None,
    published: str | None = None,
    source: str | None = None,
    site: str | None = None,
) -> str:
    """16 hex digits from the first identity that the file itself offers.

    Its own article address; else title, date, outlet and site (a title and a date at least); else
    the whole text. Pass what was read from the file, before any override.
    """
    if url:
        identity = f"url\x1f{url}"
    elif title and published:
        identity = "\x1f".join(("described", title, published, source or "", site or ""))
    else:
        identity = f"text\x1f{text}"
    return sha256_hex(identity)[:16]


def passage_id(text: str, of_document_id: str, repeat: int = 1) -> str:
    """20 hex digits of the exact text, 8 of the document id, and ``-n`` for the nth repeat."""
    base = f"{sha256_hex(text)[:20]}-{sha256_hex(of_document_id)[:8]}"
    return base if repeat == 1 else f"{base}-{repeat}"


def passages_of(document: Document) -> Iterator[Passage]:
    """The passages of a document in order."""
    seen: Counter[str] = Counter()
    shared = {name: getattr(document, name) for name in SHARED}
    for paragraph in document.paragraphs:
        if paragraph.role != "body" or paragraph.number is None:
            continue
        text = document.slice(paragraph)
        seen[text] += 1
        yield Passage(
            **shared,
            passage_id=passage_id(text, document.document_id, seen[text]),
            headings=paragraph.headings,
            paragraph=paragraph.number,
            text=text,
            start=paragraph.start,
            end=paragraph.end,
            sha256=sha256_hex(text),
            topics=paragraph.topics or (UNCLASSIFIED,),
            topic_evidence=paragraph.topic_evidence,
            named_places=paragraph.named_places,
            named_years=paragraph.named_years,
            recognised=paragraph.recognised,
        )


def page_ranges(pages: Sequence[int]) -> tuple[Sentence | str, ...]:
    """Numbers of pages as ranges: 2–5, 8."""
    ranges: list[list[int]] = []
    for page in sorted(set(pages)):
        if ranges and page == ranges[-1][1] + 1:
            ranges[-1][1] = page
        else:
            ranges.append([page, page])
    return tuple(
        Sentence("page-range", first=first, last=last) if first < last else str(first)
        for first, last in ranges
    )


def place_path(place: Place) -> str | None:
    """A place as one facet value: its known levels joined by ``/``; None where nothing is known."""
    return "/".join(level for level in place if level) or None


def shown_place(path: str) -> str:
    """A facet value of a place as it is read: a municipality once (``北京市/朝阳区``)."""
    levels = path.split("/")
    return "/".join(level for i, level in enumerate(levels) if i == 0 or level != levels[i - 1])


def with_paths(document: Document, paths: tuple[str, ...]) -> Document:
    """The same document found under other paths."""
    return replace(document, paths=paths)


@dataclass(frozen=True, slots=True)
class ReadParagraph:
    """A paragraph with its text."""

    paragraph: Paragraph
    text: str

    JSON = view(
        "start=paragraph.start end=paragraph.end text role=paragraph.role kind=paragraph.kind"
        " reason=paragraph.reason paragraph=paragraph.number headings=paragraph.headings"
        " topics=paragraph.topics topic_evidence=paragraph.topic_evidence"
        " named_places=paragraph.named_places named_years=paragraph.named_years"
        " recognised=paragraph.recognised"
    )


class Inspected(NamedTuple):
    """How a file was read: the document and every paragraph with its verdict."""

    document: Document
    paragraphs: tuple[ReadParagraph, ...]


def inspected(document: Document) -> Inspected:
    """A document as it was read."""
    read = tuple(ReadParagraph(each, document.slice(each)) for each in document.paragraphs)
    return Inspected(document, read)


_NUMERALS = "一二三四五六七八九十百千零〇两0-9０-９"
_ITEM = re.compile(
    rf"\s*(?:[(（][{_NUMERALS}]{{1,4}}[)）]|[一二三四五六七八九十百]{{1,3}}、"
    r"|[0-9０-９]{1,3}[.、．)）](?![0-9])|[①-⑳])"
)
_ARTICLE = re.compile(rf"\s*第[{_NUMERALS}]{{1,8}}条")
_COLON = re.compile(r"[:：]\s*$")

PLAIN, ARTICLE = 0, 1
"""Forms of a passage. A higher one is that of an item: its lead-in stands form - 1 before it."""
FARTHEST_LEAD = 254
"""A longer list loses its lead-in; so a form fits a byte."""


def forms(passages: Iterable[tuple[str, object]]) -> Iterator[int]:
    """The form of each passage of a document, in order, given by its text and its section.

    An item belongs to the last passage before it in its section that is none, if that ends in a
    colon; without one it is a plain text with a number.
    """
    section: object = None
    distance = 0
    leads = False
    for text, here in passages:
        if here != section:
            section, leads = here, False
        distance += 1
        if _ITEM.match(text):
            yield distance + 1 if leads and distance < FARTHEST_LEAD else PLAIN
            continue
        leads, distance = _COLON.search(text) is not None, 0
        yield ARTICLE if _ARTICLE.match(text) else PLAIN


def is_item(text: str) -> bool:
    """Whether a text begins with the number of an item."""
    return _ITEM.match(text) is not None


_NUMBER = re.compile(r"[0-9]{1,9}\Z")


@dataclass(frozen=True, slots=True)
class TextRange:
    """The characters ``[start, end)`` of a passage, at least one: ``quote``."""

    start: Count
    end: int
    quote: str

    JSON = view("from=start to=end quote sha256")

    @property
    def sha256(self) -> Sha256:
        """The hash of the quotation."""
        return sha256_hex(self.quote)

    def to_params(self) -> list[tuple[str, str]]:
        """The parameters of an address that ``parse_range`` reads."""
        return [("from", str(self.start)), ("to", str(self.end))]


def parse_range(text: str, start: str | None, end: str | None) -> TextRange | None:
    """The range that two values of an address, or of the command line, mean in a passage.

    None where neither was given. Raises UsageError where one is missing, no whole number, or the
    range is empty or reaches beyond the text.
    """
    if start is None and end is None:
        return None
    for name, value in (("from", start), ("to", end)):
        if value is None:
            raise UsageError("range-half", name=name)
        if not _NUMBER.match(value):
            raise UsageError("range-no-number", name=name, value=value[:40])
    return _within(text, int(start or 0), int(end or 0))


def counted_range(text: str, first: str, last: str) -> TextRange:
    """The range from the ``first`` to the ``last`` character as people count: from 1, both in it.

    Raises UsageError as ``parse_range`` does.
    """
    for value in (first, last):
        if not _NUMBER.match(value) or int(value) < 1:
            raise UsageError("character-number-unreadable", value=value[:40])
    return _within(text, int(first) - 1, int(last))


def _within(text: str, start: int, end: int) -> TextRange:
    if start >= end:
        raise UsageError("range-empty", start=start, end=end)
    if end > len(text):
        raise UsageError("range-past-end", end=end, length=len(text))
    return TextRange(start, end, text[start:end])


def permanent_path(passage_id: str, chosen: TextRange | None = None) -> str:
    """The permanent address of a passage, or of a range in it, below where the page is mounted."""
    query = "&".join(f"{name}={value}" for name, value in chosen.to_params()) if chosen else ""
    return f"/p/{passage_id}" + (f"?{query}" if query else "")
