"""What does a segment answer? Its fields, its columns, and its stored passages and documents."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property, lru_cache, partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from ...documents import (
    UNCLASSIFIED,
    Document,
    Paragraph,
    Passage,
    passage_id,
    sha256_hex,
)
from ...engine import DocumentTitle
from ...results import LabelHit
from .blocks import Bytes, Records
from .container import ArrayFile, Bools, Ints
from .keys import document_key, passage_key
from .named_facets import SegmentNames
from .named_sets import named_fields
from .postings import Field, TextFields
from .segment_columns import SegmentColumns, evidence_of, topic_sets
from .segment_layout import SegmentContents
from .term_postings import PostingsCache
from .toc import SegmentEntry, read_checked
from .unit_facts import DocumentFields, LabelFacts, PassageFacts

__all__ = ["SCORED_FIELDS", "Segment"]

SCORED_FIELDS = ("words", "pairs", "characters", "title", "headings")

_DOCUMENTS_REMEMBERED = 1024
_SECTIONS_REMEMBERED = 4096


class Segment:
    """Reads one segment as of one commit. Numbers count from 0 in the segment.

    Opening maps the file and reads its directory and the bitmap of deletions; nothing else is read
    before it is asked for. Decoded postings are remembered in ``cache``; without one, none is.
    """

    def __init__(
        self, folder: Path, entry: SegmentEntry, cache: PostingsCache | None = None
    ) -> None:
        self.entry = entry
        # Read now: a later commit removes it, while a mapped file stays readable.
        self._deleted = read_checked(folder, entry.deleted) if entry.deleted else None
        self.file = file = ArrayFile(folder / entry.file.name, entry.file.size)
        values = file.values
        self.documents: int = values["documents"]
        self.passages: int = values["passages"]
        self.sections: int = values["sections"]
        self.cells: int = values["cells"]
        self.labels: int = values["labels"]
        self.cities: list[str | None] = values["cities"]
        self.years: list[int | None] = values["years"]
        self.sources: list[str | None] = values["sources"]
        self.published: list[str] = values["published"]
        self.topics: list[str] = values["topics"]
        sizes = values["fields"]
        cache = cache or PostingsCache(0)
        self.title = Field(file, "document.title", sizes["document"]["title"], cache)
        self.headings = Field(file, "section.headings", sizes["section"]["headings"], cache)
        self.cell_of: Ints = file["passage.cell"]
        self.section_of: Ints = file["passage.section"]
        self.cell_document: Ints = file["cell.document"]
        self.published_of: Ints = file["document.published"]
        self.first_passage: Ints = file["document.first_passage"]
        self.first_paragraph: Ints = file["document.first_paragraph"]
        self.label_document: Ints = file["label.document"]
        self._texts = Bytes(file, "texts")
        self._passage_records = Records(file, "passages")
        self._section_records = Records(file, "sections")
        self._other_records = Records(file, "others")
        self._verdict_records = Records(file, "verdicts")
        self._document_records = Records(file, "documents")
        known = (lambda: self.columns), DocumentFields(self.documents, self._read_documents)
        of_passages = PassageFacts(*known, partial(self._text, "passage"), lambda: self.names)
        of_labels = LabelFacts(*known, partial(self._text, "label"), self.label_document)
        self.text = TextFields(file, "passage", sizes["passage"], cache, of_passages)
        self.label_text = TextFields(file, "label", sizes["label"], cache, of_labels)
        self._document_record = lru_cache(_DOCUMENTS_REMEMBERED)(self._document_records.__getitem__)
        self._shared = lru_cache(_DOCUMENTS_REMEMBERED)(self._shared_fields)
        self._headings_of = lru_cache(_SECTIONS_REMEMBERED)(self._read_headings)
        self._views: dict[str, memoryview] = {}

    @cached_property
    def live_documents(self) -> Bools | None:
        """(documents,) True where not deleted; None where none is deleted."""
        if self._deleted is None:
            return None
        packed = np.frombuffer(self._deleted, np.uint8)
        return ~np.unpackbits(packed, count=self.documents).astype(np.bool_)

    @cached_property
    def live_cells(self) -> Bools | None:
        """(cells,) True where the document is not deleted; None where none is deleted."""
        live = self.live_documents
        return None if live is None else live[self.cell_document]

    @cached_property
    def columns(self) -> SegmentColumns:
        """What its passages belong to, for counting."""
        return SegmentColumns(self.file, self.live_documents)

    @cached_property
    def names(self) -> SegmentNames:
        """Which places and years its passages name."""
        return SegmentNames(self.file, self.passages)

    def _read_documents(self) -> Iterator[dict[str, Any]]:
        return map(self._document_records.__getitem__, range(self.documents))

    def documents_of(self, passages: Ints) -> Ints:
        """(passages,) the document of each of some passages."""
        return self.cell_document.take(self.cell_of.take(passages))

    @cached_property
    def topic_sets(self) -> list[tuple[int, ...]]:
        """The topic numbers of every set of topics."""
        return topic_sets(self.file)

    @cached_property
    def order_keys(self) -> list[bytes]:
        """Sort key of every document, ascending."""
        blob = self.file["document.order_keys"].tobytes()
        ends = self.file["document.order_ends"].tolist()
        return [blob[a:b] for a, b in pairwise([0, *ends])]

    def first_of(self, kind: str) -> Ints:
        """(documents + 1,) the first section, passage, cell ... of each document."""
        documents = np.arange(self.documents + 1)
        if kind == "document":
            return documents
        if kind in ("label", "cell"):
            of = self.label_document if kind == "label" else self.cell_document
            return np.searchsorted(of, documents)
        return self.file[f"document.first_{kind}"].astype(np.int64)

    def field(self, kind: str, name: str) -> Field:
        """A field by its kind of unit and its name."""
        if kind in ("document", "section"):
            return self.title if kind == "document" else self.headings
        field: Field = getattr(self.text if kind == "passage" else self.label_text, name)
        return field

    def scored_field(self, name: str) -> Field:
        """A field that scores: of passages, or the title or headings around them."""
        return self._scored_fields[name]

    @cached_property
    def _scored_fields(self) -> dict[str, Field]:
        text = self.text
        fields = (text.words, text.pairs, text.characters, self.title, self.headings)
        return dict(zip(SCORED_FIELDS, fields, strict=True))

    def is_live(self, document: int) -> bool:
        """Whether a document is not deleted."""
        return self.live_documents is None or bool(self.live_documents[document])

    def document_of(self, passage: int) -> int:
        """The document of a passage."""
        return self._number("cell.document", self._number("passage.cell", passage))

    def passage_range(self, document: int) -> range:
        """The passages of a document."""
        return range(int(self.first_passage[document]), int(self.first_passage[document + 1]))

    def _paragraph_range(self, document: int) -> range:
        return range(int(self.first_paragraph[document]), int(self.first_paragraph[document + 1]))

    def find_documents(self, document_id: str) -> list[int]:
        """The live documents of an id: one, unless a writer is about to take others out."""
        numbers = filter(self.is_live, self._by_key("document", document_key(document_id)))
        return [n for n in numbers if self._document_record(n)["document_id"] == document_id]

    def find_passages(self, id_prefix: str) -> Iterator[int]:
        """Live passages whose id begins so (at least the 20 digits of the text)."""
        for number in self._live_by_key(id_prefix):
            if self.passage(number).passage_id.startswith(id_prefix):
                yield number

    def find_passage(self, passage_id: str) -> Passage | None:
        """The live passage of an id."""
        numbers = np.array(list(self._live_by_key(passage_id)), np.intp)
        _, firsts = np.unique(self.cell_document[self.cell_of[numbers]], return_index=True)
        _, of, repeat, *_ = (*passage_id.split("-"), "", "")
        place = int(repeat) - 1 if repeat.isdecimal() else 0
        for same_document in np.split(numbers, firsts[1:]):
            # The repeats of one text in a document are numbered in order. Only another text with
            # the same key would put one elsewhere, so the rest is looked at too.
            likely = same_document[max(place, 0) : place + 1]
            for number in (*likely.tolist(), *same_document.tolist()):
                passage = self.passage(number)
                if passage.passage_id == passage_id:
                    return passage
                if passage.passage_id.split("-")[1] != of:
                    break
        return None

    def passage(self, number: int) -> Passage:
        """A passage as it was put."""
        values = self._passage_values(number)
        paragraph, start, headings, topics, evidence, repeat, named = values
        of_document, suffix = self._shared(self.document_of(number))
        encoded = self._encoded("passage", number)
        text = encoded.decode("utf-8", "surrogatepass")
        digest = sha256_hex(encoded)
        identity = f"{digest[:20]}-{suffix}"
        passage = object.__new__(Passage)
        # All fields at once: a frozen class would set each of twenty through a call of its own,
        # which takes longer than everything else here.
        passage.__dict__.update(
            of_document,
            passage_id=identity if repeat == 1 else f"{identity}-{repeat}",
            headings=headings,
            paragraph=paragraph,
            text=text,
            start=start,
            end=start + len(text),
            sha256=digest,
            topics=tuple(topics) or (UNCLASSIFIED,),
            topic_evidence=evidence_of(evidence) if evidence else (),
            **named_fields(named),
        )
        return passage

    def _shared_fields(self, document: int) -> tuple[dict[str, Any], str]:
        """(what the passages of a document share, the part of their ids that names it)."""
        record = self._document_record(document)
        names = ("document_id", "title", "source", "site", "author", "published", "url", "year")
        shared = {name: record[name] for name in names}
        shared |= {"path": record["paths"][0], "city": tuple(record["city"])}
        return shared, passage_id("", record["document_id"]).split("-")[1]

    def document(self, number: int) -> Document:
        """A document as it was put."""
        text = self._text("document", number)
        passage = int(self.first_passage[number])
        # Paragraphs that are no passages are numbered among themselves.
        other = int(self.first_paragraph[number]) - passage
        paragraphs = []
        for place in self._paragraph_range(number):
            role, kind, reason, is_passage = self._verdict(place)
            named: list[Any] = []
            if is_passage:
                values = self._passage_values(passage)
                paragraph, start, headings, topics, evidence, _, named = values
                end = start + len(self._text("passage", passage))
                passage += 1
            else:
                record = self._other_records[other]
                start, end, paragraph, headings, topics, evidence = record
                other += 1
            paragraphs.append(
                Paragraph(
                    start=start,
                    end=end,
                    role=role,
                    kind=kind,
                    reason=reason,
                    number=paragraph,
                    headings=tuple(headings),
                    topics=tuple(topics),
                    topic_evidence=evidence_of(evidence),
                    **named_fields(named),
                )
            )
        record = {**self._document_record(number), "text": text}
        return replace(
            Document.from_record({**record, "paragraphs": ()}), paragraphs=tuple(paragraphs)
        )

    def title_of(self, number: int) -> DocumentTitle | None:
        """What a document is called; None where it has no title."""
        # Not by the remembered records: whoever asks reads every document once.
        record = self._document_records[number]
        if not record["title"]:
            return None
        passages = len(self.passage_range(number))
        return DocumentTitle(record["document_id"], record["title"], passages)

    def copy_document(self, number: int, contents: SegmentContents) -> None:
        """Append the text and the records of a document as they are stored."""
        start = int(self.file["document.text_start"][number])
        end = start + int(self.file["document.text_bytes"][number])
        contents.texts.append(self._texts.read(start, end))
        first_passage, first_paragraph = self.first_passage, self.first_paragraph
        passages = self.passage_range(number)
        first_other = int(first_paragraph[number]) - passages.start
        sections = self.file["document.first_section"]
        for name, lines, numbers in (
            ("documents", self._document_records, range(number, number + 1)),
            ("sections", self._section_records, range(*sections[number : number + 2].tolist())),
            ("passages", self._passage_records, passages),
            (
                "others",
                self._other_records,
                range(first_other, int(first_paragraph[number + 1] - first_passage[number + 1])),
            ),
        ):
            for line in map(lines.line, numbers):
                contents.records[name].append_line(line)

    def forget(self) -> None:
        """Let go of remembered texts and records: for those who read everything once."""
        for blocks in (
            self._texts,
            self._document_records,
            self._section_records,
            self._passage_records,
            self._other_records,
        ):
            blocks.forget()

    def verdicts(self) -> list[bytes]:
        """The distinct verdicts on paragraphs, as they are stored."""
        return [self._verdict_records.line(n) for n in range(self._verdict_records.count)]

    def label(self, number: int) -> LabelHit:
        """A title, heading or caption."""
        of = int(self.label_document[number])
        document = self._document_record(of)
        place = int(self.first_paragraph[of]) + int(self.file["label.paragraph"][number])
        role, kind, *_ = self._verdict(place)
        return LabelHit(
            document_id=document["document_id"],
            path=document["paths"][0],
            title=document["title"],
            role=role,
            kind=kind,
            text=self._text("label", number),
        )

    def _passage_values(self, number: int) -> tuple[int, int, Any, Any, Any, int, list[Any]]:
        """(¶ number, start, headings, topics, evidence, repeat, named) of a passage's paragraph."""
        start = self._number("passage.start", number)
        headings = self._headings_of(self._number("passage.section", number))
        line = self._passage_records.line(number)
        if line:
            topics, evidence, repeat, paragraph, *named = json.loads(line.decode("ascii"))
            return paragraph, start, headings, topics, evidence, repeat, named
        cell = self._number("passage.cell", number)
        (topic,) = self.topic_sets[self._number("cell.topics", cell)]
        name = self.topics[topic]
        first = self._number("document.first_passage", self._number("cell.document", cell))
        topics = () if name == UNCLASSIFIED else (name,)
        return number - first + 1, start, headings, topics, (), 1, []

    def _number(self, column: str, place: int) -> int:
        """One number of a column."""
        # Memory views give single numbers several times faster than arrays.
        view = self._views.get(column)
        if view is None:
            view = self._views[column] = memoryview(self.file[column].data)
        number: int = view[place]
        return number

    def _read_headings(self, section: int) -> tuple[str, ...]:
        return tuple(self._section_records[section])

    def _verdict(self, paragraph: int) -> Any:
        """[role, kind, reason, whether it is a passage] of a paragraph of the segment."""
        return self._verdict_records[self._number("paragraph.verdict", paragraph)]

    def _text(self, kind: str, number: int) -> str:
        return self._encoded(kind, number).decode("utf-8", "surrogatepass")

    def _encoded(self, kind: str, number: int) -> bytes:
        start = self._number(f"{kind}.text_start", number)
        return self._texts.read(start, start + self._number(f"{kind}.text_bytes", number))

    def _live_by_key(self, id_prefix: str) -> Iterator[int]:
        """Live passages whose id has the key of this one, ascending."""
        key = passage_key(id_prefix)
        numbers = self._by_key("passage", key) if key is not None else []
        return (number for number in numbers if self.is_live(self.document_of(number)))

    def _by_key(self, kind: str, key: int) -> list[int]:
        keys = self.file[f"{kind}.keys"]
        wanted = np.uint64(key)
        first = int(np.searchsorted(keys, wanted, side="left"))
        last = int(np.searchsorted(keys, wanted, side="right"))
        # The permutation is stable, so equal keys come in document order.
        numbers: list[int] = self.file[f"{kind}.by_key"][first:last].tolist()
        return numbers
