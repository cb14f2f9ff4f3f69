"""Answer for a segment: its fields, its columns, and its stored passages and documents.

Each passage that is read is held to the first digits of its id, which are a hash of its text and
stand in ``passage.keys``, and each document record to its id in ``document.keys``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np

from ...documents.document import (
    SHARED,
    UNCLASSIFIED,
    Document,
    Paragraph,
    Passage,
    passage_id,
    sha256_hex,
)
from ...index.answers import LabelHit
from ...index.engine import DocumentTitle
from ..formula import BARE, FIELD_WEIGHTS, PLAIN, WITH_CONTEXT
from .blocks import BLOCKS_REMEMBERED, Bytes, Records
from .keys import document_key, passage_key
from .named_sets import named_fields
from .postings import Field, TextFields
from .scored_fields import Around, PassageField, ScoredField, SignField, definitions, openings
from .segment_arrays import SegmentArrays
from .segment_columns import evidence_of
from .segment_layout import SegmentContents
from .term_postings import PostingsCache
from .toc import SegmentEntry
from .unit_facts import DocumentFields, LabelFacts, PassageFacts

_DOCUMENTS_REMEMBERED = 1024
_SECTIONS_REMEMBERED = 4096


class Segment(SegmentArrays):
    """Reads one segment as of one commit. Numbers count from 0 in the segment.

    Nothing is given that is not what was written: where a part of the file is damaged, what needs
    it raises IndexBrokenError. Decoded postings are remembered in ``cache``; without one, none
    is, and the file is mapped: for those who read everything once (see ``container``).
    """

    def __init__(
        self, folder: Path, entry: SegmentEntry, cache: PostingsCache | None = None
    ) -> None:
        super().__init__(folder, entry, mapped=cache is None)
        file, sizes, cache = self.file, self.field_sizes, cache or PostingsCache(0)
        self.context = {
            name: Field(file, f"section.{name}", sizes["section"][name], cache)
            for name in sizes["section"]
        }
        self._cache = cache
        blocks = BLOCKS_REMEMBERED // cache.sharers
        self._texts = Bytes(file, "texts", blocks)
        self._passage_records = Records(file, "passages", blocks)
        self._section_records = Records(file, "sections", blocks)
        self._other_records = Records(file, "others", blocks)
        self._verdict_records = Records(file, "verdicts", blocks)
        self._document_records = Records(file, "documents", blocks)
        known = (lambda: self.columns), DocumentFields(self.documents, self._read_documents)
        of_passages = PassageFacts(*known, partial(self._text, "passage"), lambda: self.names)
        of_labels = LabelFacts(*known, partial(self._text, "label"), lambda: self.label_document)
        self.text = TextFields(file, "passage", sizes["passage"], cache, of_passages)
        self.label_text = TextFields(file, "label", sizes["label"], cache, of_labels)
        self._document_record = lru_cache(_DOCUMENTS_REMEMBERED)(self._read_document_record)
        self._shared = lru_cache(_DOCUMENTS_REMEMBERED)(self._shared_fields)
        self._headings_of = lru_cache(_SECTIONS_REMEMBERED)(self._read_headings)

    def _read_documents(self) -> Iterator[dict[str, Any]]:
        return map(self._document_records.__getitem__, range(self.documents))

    def field(self, kind: str, name: str) -> Field:
        """A field by its kind of unit and its name."""
        if kind == "section":
            return self.context[name]
        field: Field = getattr(self.text if kind == "passage" else self.label_text, name)
        return field

    @cached_property
    def scored_fields(self) -> Mapping[str, ScoredField]:
        """The fields and signs that score, and the fields that they are measured by."""
        text, around = self.text, self.around
        made: dict[str, ScoredField] = {}
        for name in FIELD_WEIGHTS:
            own, context = self.field("passage", name), self.context.get(name)
            shared = context if name in WITH_CONTEXT else None
            made[name] = PassageField(name, own, shared, around, self._cache)
            made[PLAIN + name] = PassageField(name, own, context, around, self._cache, floors=False)
            made[BARE + name] = PassageField(name, own, None, around, self._cache)
        made["definition"] = SignField(self.passages, partial(definitions, text))
        made["opening"] = SignField(self.passages, partial(openings, text, around))
        return made

    @cached_property
    def around(self) -> Around:
        """Where its passages stand."""
        return Around(lambda: self.section_of, lambda: self.file["passage.form"])

    def find_documents(self, document_id: str) -> list[int]:
        """The live documents of an id: one, unless a writer is about to take others out."""
        numbers = filter(self.is_live, self.by_key("document", document_key(document_id)))
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
        self.require_key("passage", int(digest[:16], 16), number)
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
        record = {**record, "path": record["paths"][0], "city": tuple(record["city"])}
        shared = {name: record[name] for name in SHARED}
        return shared, passage_id("", record["document_id"]).split("-")[1]

    def document(self, number: int) -> Document:
        """A document as it was put."""
        text = self._text("document", number)
        passage = int(self.first_passage[number])
        # Paragraphs that are no passages are numbered among themselves.
        other = int(self.first_paragraph[number]) - passage
        paragraphs = []
        for place in self.paragraph_range(number):
            role, kind, reason, is_passage = self._verdict(place)
            named: list[Any] = []
            if is_passage:
                values = self._passage_values(passage)
                paragraph, start, headings, topics, evidence, _, named = values
                encoded = self._encoded("passage", passage)
                self.require_key("passage", int(sha256_hex(encoded)[:16], 16), passage)
                end = start + len(encoded.decode("utf-8", "surrogatepass"))
                if text[start:end].encode("utf-8", "surrogatepass") != encoded:
                    raise self.not_as_written("passage", passage)
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
        start = self.number("passage.start", number)
        headings = self._headings_of(self.number("passage.section", number))
        line = self._passage_records.line(number)
        if line:
            topics, evidence, repeat, paragraph, *named = json.loads(line.decode("ascii"))
            return paragraph, start, headings, topics, evidence, repeat, named
        cell = self.number("passage.cell", number)
        (topic,) = self.topic_sets[self.number("cell.topics", cell)]
        name = self.topics[topic]
        first = self.number("document.first_passage", self.number("cell.document", cell))
        topics = () if name == UNCLASSIFIED else (name,)
        return number - first + 1, start, headings, topics, (), 1, []

    def _read_document_record(self, number: int) -> dict[str, Any]:
        record: dict[str, Any] = self._document_records[number]
        self.require_key("document", document_key(record["document_id"]), number)
        return record

    def _read_headings(self, section: int) -> tuple[str, ...]:
        return tuple(self._section_records[section])

    def _verdict(self, paragraph: int) -> Any:
        """[role, kind, reason, whether it is a passage] of a paragraph of the segment."""
        return self._verdict_records[self.number("paragraph.verdict", paragraph)]

    def _text(self, kind: str, number: int) -> str:
        return self._encoded(kind, number).decode("utf-8", "surrogatepass")

    def _encoded(self, kind: str, number: int) -> bytes:
        start = self.number(f"{kind}.text_start", number)
        return self._texts.read(start, start + self.number(f"{kind}.text_bytes", number))

    def _live_by_key(self, id_prefix: str) -> Iterator[int]:
        """Live passages whose id has the key of this one, ascending."""
        key = passage_key(id_prefix)
        numbers = self.by_key("passage", key) if key is not None else []
        return (number for number in numbers if self.is_live(self.document_of(number)))
