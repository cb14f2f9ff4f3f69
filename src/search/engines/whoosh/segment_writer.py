"""Write documents as a segment, one by one, in natural order (see ``segment_layout``)."""

from __future__ import annotations

import hashlib
from array import array
from collections import Counter, defaultdict
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from ...analysis.words import Analyzer
from ...documents.document import UNCLASSIFIED, Document, Paragraph, forms
from ...documents.facets import ALL_FACETS, DOCUMENT_FACETS, NAMED_FACETS
from .blocks import BytesWriter, RecordsWriter, Spills, encode_record
from .container import Ints
from .facet_values import CELL_FACET, NAMED, SetNumbering, named_record
from .segment_fields import AnalyzedFields
from .segment_layout import KEYS, RECORDS, SegmentContents, document_key, order_key
from .toc import SegmentEntry

LABEL_KINDS = frozenset({"caption", "eyebrow", "note", "subtitle"})
"""The kinds of metadata paragraphs that are searchable as labels."""


class SegmentBuilder:
    """A segment in the making, of documents that come in document order. Used once, then closed.

    Segmenting has a thread of its own; what is written does not depend on its pace.
    """

    def __init__(self, folder: Path, analyzer: Analyzer) -> None:
        self._folder = folder
        self._segmenting = ThreadPoolExecutor(1)
        self._spills = Spills(folder)
        self._contents = _Builder(
            AnalyzedFields(analyzer, self._segmenting, self._spills), self._spills
        )

    def __enter__(self) -> SegmentBuilder:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def add(self, document: Document) -> None:
        """Take the next document apart; it is not held."""
        self._contents.add(document)

    def write(self) -> SegmentEntry:
        """Write what was added as a new segment of the folder."""
        return self._contents.contents().write(self._folder, self._contents.fields.write)

    def close(self) -> None:
        """Forget everything. Safe to call twice."""
        self._segmenting.shutdown(cancel_futures=True)
        self._spills.close()


class _Numbering(dict[Any, int]):
    """Numbers values in the order in which they are first met."""

    def __missing__(self, value: Any) -> int:
        self[value] = number = len(self)
        return number


class _Builder:
    def __init__(self, fields: AnalyzedFields, spills: Spills) -> None:
        self.fields = fields
        self._documents = 0
        self._passages = 0
        self._texts = BytesWriter(spills.new())
        self._records = {name: RecordsWriter(spills.new()) for name in RECORDS}
        self._columns: defaultdict[str, array[int]] = defaultdict(lambda: array("q"))
        for name in KEYS:
            self._columns[name] = array("Q")
        self._values = {facet.name: _Numbering() for facet in ALL_FACETS if not facet.named}
        self._published = _Numbering()
        self._topic_sets = _Numbering()
        self._verdicts = _Numbering()
        self._named: dict[str, SetNumbering] = {name: SetNumbering() for name in NAMED}
        self._sections = 0
        self._paragraphs = 0
        self._cells = 0
        self._order_keys: list[bytes] = []

    def add(self, document: Document) -> None:
        text, paragraphs = document.text, document.paragraphs
        encoded = text.encode("utf-8", "surrogatepass")
        base = self._texts.append(encoded)
        position = _byte_positions(encoded)

        self._begin_document()
        for facet in DOCUMENT_FACETS:
            self._column(f"document.{facet.name}", self._values[facet.name][facet.value(document)])
        self._column("document.published", self._published[document.published or ""])
        self._column("document.text_start", base)
        self._column("document.text_bytes", len(encoded))
        self._column("document.keys", document_key(document.document_id))
        self._order_keys.append(order_key(document))
        self._records["documents"].append(_document_record(document))

        body = [paragraph for paragraph in paragraphs if _is_passage(paragraph)]
        starts = np.array([paragraph.start for paragraph in body], np.int64)
        begins = position[starts]
        ends = position[np.array([paragraph.end for paragraph in body], np.int64)]
        self._column("passage.start", *starts.tolist())
        self._column("passage.text_start", *(begins + base).tolist())
        self._column("passage.text_bytes", *(ends - begins).tolist())
        texts = [text[paragraph.start : paragraph.end] for paragraph in body]
        self._add_passages(document.title or "", body, texts)
        self.fields.add_passages(texts)

        verdicts = self._verdicts
        for number, paragraph in enumerate(paragraphs):
            is_passage = _is_passage(paragraph)
            verdict = (paragraph.role, paragraph.kind, paragraph.reason, is_passage)
            self._column("paragraph.verdict", verdicts[verdict])
            if is_passage:
                continue
            self._records["others"].append(_other_record(paragraph))
            if _is_label(paragraph):
                start, end = int(position[paragraph.start]), int(position[paragraph.end])
                self._column("label.document", self._documents)
                self._column("label.paragraph", number)
                self._column("label.text_start", base + start)
                self._column("label.text_bytes", end - start)
                self.fields.add_labels((document.slice(paragraph),))
        self._paragraphs += len(paragraphs)
        self._documents += 1

    def _add_passages(self, title: str, body: list[Paragraph], texts: list[str]) -> None:
        """What the passages of a document have beside their place in the text."""
        cells: dict[int, int] = {}
        headings: tuple[str, ...] | None = None
        records = self._records["passages"]
        cell_of, section_of = self._columns["passage.cell"], self._columns["passage.section"]
        cell_of_topics: dict[tuple[str, ...], int] = {}
        repeats: Counter[str] | None = Counter() if len(set(texts)) < len(texts) else None
        for number, (paragraph, text) in enumerate(zip(body, texts, strict=True), 1):
            if paragraph.headings != headings:
                headings = paragraph.headings
                self.fields.add_section(title, headings)
                self._records["sections"].append(headings)
                self._sections += 1
            cell = cell_of_topics.get(paragraph.topics)
            if cell is None:
                cell = cell_of_topics[paragraph.topics] = self._cell(paragraph.topics, cells)
            cell_of.append(cell)
            section_of.append(self._sections - 1)
            repeat = 1
            if repeats is not None:
                repeats[text] += 1
                repeat = repeats[text]
            records.append_line(_passage_record(paragraph, number, repeat))
        # The first digits of the passage ids, which begin with the hash of the text.
        digests = (hashlib.sha256(text.encode()).digest()[:8] for text in texts)
        keys = np.frombuffer(b"".join(digests), ">u8")
        self._columns["passage.keys"].frombytes(keys.astype(np.uint64).tobytes())
        here = zip(texts, (paragraph.headings for paragraph in body), strict=True)
        self._column("passage.form", *forms(here))
        for facet in NAMED_FACETS:
            sets = self._named[facet.name]
            self._column(f"passage.{facet.name}", *(sets.number(facet.values(p)) for p in body))
        self._passages += len(body)

    def _cell(self, topics: tuple[str, ...], cells: dict[int, int]) -> int:
        """The cell of the document for passages with these topics."""
        of = self._values[CELL_FACET]
        numbers = (of[topic] for topic in dict.fromkeys(topics or (UNCLASSIFIED,)))
        topic_set = self._topic_sets[tuple(sorted(numbers))]
        if topic_set not in cells:
            cells[topic_set] = self._cells
            self._cells += 1
            self._column("cell.document", self._documents)
            self._column("cell.topics", topic_set)
        return cells[topic_set]

    def _begin_document(self) -> None:
        self._column("document.first_passage", self._passages)
        self._column("document.first_section", self._sections)
        self._column("document.first_paragraph", self._paragraphs)

    def _column(self, name: str, *values: int) -> None:
        self._columns[name].extend(values)

    def contents(self) -> SegmentContents:
        """Everything added but the fields."""
        self._begin_document()
        for verdict in self._verdicts:
            self._records["verdicts"].append(verdict)
        return SegmentContents(
            self._columns,
            values={name: list(values) for name, values in self._values.items()},
            published=list(self._published),
            topic_sets=list(self._topic_sets),
            named={name: sets.contents for name, sets in self._named.items()},
            order_keys=self._order_keys,
            texts=self._texts,
            records=self._records,
        )


def _is_passage(paragraph: Paragraph) -> bool:
    """Whether ``passages_of`` makes a passage of this paragraph."""
    return paragraph.role == "body" and paragraph.number is not None


def _is_label(paragraph: Paragraph) -> bool:
    """Whether a paragraph is searchable as a title, heading or caption."""
    return paragraph.role in ("title", "heading") or (
        paragraph.role == "metadata" and paragraph.kind in LABEL_KINDS
    )


def _byte_positions(encoded: bytes) -> Ints:
    """(characters + 1,) where each character of a text in UTF-8 begins, and where it ends."""
    # The end is no byte that goes on with a character either.
    data = np.frombuffer(encoded + b"\n", np.uint8)
    return np.flatnonzero((data & 0xC0) != 0x80)


def _document_record(document: Document) -> Mapping[str, Any]:
    """All fields but the text and the paragraphs, as JSON types."""
    record = {
        name: getattr(document, name)
        for name in Document.__dataclass_fields__
        if name not in ("text", "paragraphs", "evidence")
    }
    record["evidence"] = {
        name: [asdict(evidence) for evidence in items] for name, items in document.evidence.items()
    }
    return record


def _other_record(paragraph: Paragraph) -> list[Any]:
    """What a paragraph that is no passage has beyond its verdict."""
    return [
        paragraph.start,
        paragraph.end,
        paragraph.number,
        paragraph.headings,
        paragraph.topics,
        _evidence(paragraph),
    ]


def _passage_record(paragraph: Paragraph, number: int, repeat: int) -> bytes:
    """What the columns do not say of the ``number``-th passage of a document; mostly nothing."""
    topics = paragraph.topics
    plain = len(topics) <= 1 and topics != (UNCLASSIFIED,)
    named = named_record(paragraph)
    if (
        plain
        and not named
        and not paragraph.topic_evidence
        and repeat == 1
        and paragraph.number == number
    ):
        return b""
    return encode_record([topics, _evidence(paragraph), repeat, paragraph.number, *named])


def _evidence(paragraph: Paragraph) -> list[Any]:
    return [[e.topic, e.words, e.weight] for e in paragraph.topic_evidence]
