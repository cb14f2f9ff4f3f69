"""Give the columns of a segment, each verified when it is first read, and look up by id.

What is stored is held to ids here: the first digits of the id of a passage are a hash of its text
and stand in ``passage.keys``; ``document.keys`` has a hash of each document's id.
"""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import replace
from functools import cached_property, lru_cache, partial
from itertools import pairwise
from pathlib import Path
from typing import Any, Self

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
from ...errors import IndexBrokenError
from ...index.answers import LabelHit
from ...index.engine import DocumentTitle
from ..formula import BARE, FIELD_WEIGHTS, PLAIN, WITH_CONTEXT
from .blocks import BLOCKS_REMEMBERED, Bytes, Records
from .container import ArrayFile, Bools, Ints, broken
from .facet_values import SegmentColumns, evidence_of, named_fields, topic_sets
from .named_facets import SegmentNames
from .postings import Field, TextFields
from .scored_fields import Around, PassageField, ScoredField, SignField, Signs
from .segment_layout import FieldSizes, SegmentContents, document_key, passage_key
from .term_postings import PostingsCache
from .toc import SegmentEntry, read_checked
from .unit_facts import DocumentFields, LabelFacts, PassageFacts


class SegmentArrays:
    """The columns of one segment as of one commit. Numbers count from 0 in the segment.

    Opening reads the directory of the file and the bitmap of deletions; nothing else is read
    before it is asked for. Raises IndexBrokenError for what is not as it was written.
    """

    def __init__(self, folder: Path, entry: SegmentEntry, *, mapped: bool) -> None:
        self._be_of(folder, entry)
        self.file = ArrayFile(folder / entry.file.name, entry.file.size, mapped=mapped)
        try:
            self._read_values(self.file.values)
        except (KeyError, TypeError) as error:
            raise broken(self.file.path, "lacks something in its directory") from error
        self._views: dict[str, memoryview] = {}
        self._keys: dict[str, tuple[memoryview, memoryview]] = {}

    def _be_of(self, folder: Path, entry: SegmentEntry) -> None:
        self.entry = entry
        # Read now: a later commit removes it, while an open file stays readable.
        self._deleted = read_checked(folder, entry.deleted) if entry.deleted else None

    def as_of(self, folder: Path, entry: SegmentEntry) -> Self:
        """The same file as of another commit, which differs in what is deleted.

        What was read of it, and is remembered, is shared.
        """
        other = copy(self)
        other._be_of(folder, entry)
        for name in ("live_documents", "live_cells"):
            other.__dict__.pop(name, None)
        if "columns" in other.__dict__:
            other.__dict__["columns"] = self.columns.living(other.live_documents)
        return other

    def _read_values(self, values: Mapping[str, Any]) -> None:
        self.documents: int = values["documents"]
        self.passages: int = values["passages"]
        self.sections: int = values["sections"]
        self.cells: int = values["cells"]
        self.labels: int = values["labels"]
        self.published: list[str] = values["published"]
        self.topics: list[str] = values["topics"]
        self.field_sizes: FieldSizes = values["fields"]
        if (self.documents, self.passages) != (self.entry.documents, self.entry.passages):
            raise TypeError("other numbers than in the table of contents")

    # Of each column what is read first verifies it, so opening does not read them.

    @cached_property
    def cell_of(self) -> Ints:
        """(passages,) the cell of each."""
        return self.file["passage.cell"]

    @cached_property
    def section_of(self) -> Ints:
        """(passages,) the section of each."""
        return self.file["passage.section"]

    @cached_property
    def text_keys(self) -> Ints:
        """(passages,) the first 16 digits of the hash of each text."""
        keys = np.empty(self.passages, np.uint64)
        keys[self.file["passage.by_key"]] = self.file["passage.keys"]
        return keys

    @cached_property
    def cell_document(self) -> Ints:
        """(cells,) the document of each."""
        return self.file["cell.document"]

    @cached_property
    def published_of(self) -> Ints:
        """(documents,) the number of its date."""
        return self.file["document.published"]

    @cached_property
    def first_passage(self) -> Ints:
        """(documents + 1,) where the passages of each begin."""
        return self.file["document.first_passage"]

    @cached_property
    def first_paragraph(self) -> Ints:
        """(documents + 1,) where the paragraphs of each begin."""
        return self.file["document.first_paragraph"]

    @cached_property
    def label_document(self) -> Ints:
        """(labels,) the document of each."""
        return self.file["label.document"]

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

    def is_live(self, document: int) -> bool:
        """Whether a document is not deleted."""
        return self.live_documents is None or bool(self.live_documents[document])

    def document_of(self, passage: int) -> int:
        """The document of a passage."""
        return self.number("cell.document", self.number("passage.cell", passage))

    def passage_range(self, document: int) -> range:
        """The passages of a document."""
        return range(int(self.first_passage[document]), int(self.first_passage[document + 1]))

    def paragraph_range(self, document: int) -> range:
        """The paragraphs of a document."""
        return range(int(self.first_paragraph[document]), int(self.first_paragraph[document + 1]))

    def number(self, column: str, place: int) -> int:
        """One number of a column."""
        view = self._views.get(column)
        if view is None:
            view = self._view(column)
        number: int = view[place]
        return number

    def _view(self, column: str) -> memoryview:
        """A whole column. Memory views give single numbers several times faster than arrays."""
        view = self._views.get(column)
        if view is None:
            view = self._views[column] = memoryview(self.file[column].data)
        return view

    def by_key(self, kind: str, key: int) -> list[int]:
        """The passages or documents that are looked up by this key, ascending."""
        keys, by_key = self._keys.get(kind) or self._read_keys(kind)
        first = bisect_left(keys, key)
        # The permutation is stable, so equal keys come in document order.
        numbers: list[int] = by_key[first : bisect_right(keys, key, first)].tolist()
        return numbers

    def _read_keys(self, kind: str) -> tuple[memoryview, memoryview]:
        found = self._view(f"{kind}.keys"), self._view(f"{kind}.by_key")
        self._keys[kind] = found
        return found

    def require_key(self, kind: str, key: int, number: int) -> None:
        """Raise IndexBrokenError unless a passage or document is the one that was written."""
        keys, by_key = self._keys.get(kind) or self._read_keys(kind)
        at = bisect_left(keys, key)
        if at < len(keys) and by_key[at] != number:
            # A text that many documents have.
            at = bisect_left(by_key, number, at, bisect_right(keys, key, at))
        if at == len(keys) or keys[at] != key or by_key[at] != number:
            raise self.not_as_written(kind, number)

    def not_as_written(self, kind: str, number: int) -> IndexBrokenError:
        """The error for a passage or document that is not what its key says."""
        return broken(self.file.path, f"gives {kind} {number} not as it was written")


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
        self.counted: dict[str, tuple[Bools, Ints]] = {}
        """By the name of a field what ``term_counts`` counted last: which documents lived, then
        (terms,) in how many of their passages each term is."""
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
        signs = Signs(text, around)
        made["definition"] = SignField(self.passages, signs.definitions)
        made["opening"] = SignField(self.passages, signs.openings)
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

    def passage_text(self, number: int) -> str:
        """The text of a passage."""
        return self._text("passage", number)

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
        return replace(self.described(number), text=text, paragraphs=tuple(paragraphs))

    def described(self, number: int) -> Document:
        """A document without its text and paragraphs."""
        return Document.from_record({**self._document_record(number), "text": "", "paragraphs": ()})

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
