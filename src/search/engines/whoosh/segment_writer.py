"""How do documents become a segment? One by one, in natural order (see ``segment_layout``)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from ...analysis import Analyzer
from ...documents import Document, Paragraph, Passage, passages_of, place_path
from .blocks import BytesWriter, RecordsWriter
from .container import Ints
from .keys import document_key, order_key, passage_key
from .segment_fields import AnalyzedFields
from .segment_layout import SegmentContents
from .toc import SegmentEntry

__all__ = ["LABEL_KINDS", "write_segment"]

LABEL_KINDS = frozenset({"caption", "eyebrow", "subtitle"})
"""The kinds of metadata paragraphs that are searchable as labels."""


def write_segment(folder: Path, documents: Iterable[Document], analyzer: Analyzer) -> SegmentEntry:
    """Write documents, given in document order, as a new segment of the folder."""
    builder = _Builder(analyzer)
    for document in documents:
        builder.add(document)
    return builder.contents().write(folder, builder.fields.write)


class _Numbering(dict[Any, int]):
    """Numbers values in the order in which they are first met."""

    def __missing__(self, value: Any) -> int:
        self[value] = number = len(self)
        return number


class _Builder:
    def __init__(self, analyzer: Analyzer) -> None:
        self.fields = AnalyzedFields(analyzer)
        self._documents = 0
        self._passages = 0
        self._texts = BytesWriter()
        self._records = {n: RecordsWriter() for n in ("documents", "paragraphs", "passages")}
        self._columns: dict[str, list[int]] = {}
        self._cities, self._years, self._sources, self._published, self._topics = (
            _Numbering() for _ in range(5)
        )
        self._topic_sets = _Numbering()
        self._sections = 0
        self._paragraphs = 0
        self._cells = 0
        self._order_keys: list[bytes] = []

    def add(self, document: Document) -> None:
        encoded = document.text.encode("utf-8", "surrogatepass")
        base = self._texts.append(encoded)
        position = _byte_positions(document.text, len(encoded))

        self._column("document.first_passage", self._passages)
        self._column("document.first_section", self._sections)
        self._column("document.first_paragraph", self._paragraphs)
        self._column("document.city", self._cities[place_path(document.city)])
        self._column("document.year", self._years[document.year])
        self._column("document.source", self._sources[document.source])
        self._column("document.published", self._published[document.published or ""])
        self._column("document.text_start", base)
        self._column("document.text_bytes", len(encoded))
        self._column("document.keys", document_key(document.document_id))
        self._order_keys.append(order_key(document))
        self.fields.add_title(document.title or "")

        cells: dict[int, int] = {}
        headings: tuple[str, ...] | None = None
        passages = passages_of(document)
        for number, paragraph in enumerate(document.paragraphs):
            start, end = int(position[paragraph.start]), int(position[paragraph.end])
            if _is_passage(paragraph):
                passage = next(passages)
                if paragraph.headings != headings:
                    headings = paragraph.headings
                    self.fields.add_section(headings)
                    self._sections += 1
                self._add_passage(paragraph, passage, cells, base + start, end - start)
            elif _is_label(paragraph):
                self._column("label.document", self._documents)
                self._column("label.paragraph", number)
                self._column("label.text_start", base + start)
                self._column("label.text_bytes", end - start)
                self.fields.add_label(document.slice(paragraph))
        self._records["documents"].append(_document_record(document))
        for paragraph in document.paragraphs:
            self._records["paragraphs"].append(_paragraph_record(paragraph))
        self._paragraphs += len(document.paragraphs)
        self._documents += 1

    def _add_passage(
        self,
        paragraph: Paragraph,
        passage: Passage,
        cells: dict[int, int],
        text_start: int,
        text_bytes: int,
    ) -> None:
        topics = tuple(self._topics[topic] for topic in dict.fromkeys(passage.topics))
        topic_set = self._topic_sets[tuple(sorted(topics))]
        if topic_set not in cells:
            cells[topic_set] = self._cells
            self._cells += 1
            self._column("cell.document", self._documents)
            self._column("cell.topics", topic_set)
        self._column("passage.cell", cells[topic_set])
        self._column("passage.section", self._sections - 1)
        self._column("passage.text_start", text_start)
        self._column("passage.text_bytes", text_bytes)
        key = passage_key(passage.passage_id)
        self._column("passage.keys", key or 0)
        repeat = passage.passage_id.split("-")[2:]
        evidence = [[e.topic, e.words, e.weight] for e in paragraph.topic_evidence]
        self._records["passages"].append(
            [
                paragraph.number,
                paragraph.start,
                paragraph.end,
                paragraph.headings,
                paragraph.topics,
                evidence,
                int(repeat[0]) if repeat else 1,
            ]
        )
        self.fields.add_passage(passage.text)
        self._passages += 1

    def _column(self, name: str, value: int) -> None:
        self._columns.setdefault(name, []).append(value)

    def contents(self) -> SegmentContents:
        """Everything added but the fields."""
        self._column("document.first_passage", self._passages)
        self._column("document.first_section", self._sections)
        self._column("document.first_paragraph", self._paragraphs)
        return SegmentContents(
            self._columns,
            cities=list(self._cities),
            years=list(self._years),
            sources=list(self._sources),
            published=list(self._published),
            topics=list(self._topics),
            topic_sets=list(self._topic_sets),
            order_keys=self._order_keys,
            texts=self._texts,
            documents=self._records["documents"],
            paragraphs=self._records["paragraphs"],
            passages=self._records["passages"],
        )


def _is_passage(paragraph: Paragraph) -> bool:
    """Whether ``passages_of`` makes a passage of this paragraph."""
    return paragraph.role == "body" and paragraph.number is not None


def _is_label(paragraph: Paragraph) -> bool:
    """Whether a paragraph is searchable as a title, heading or caption."""
    return paragraph.role in ("title", "heading") or (
        paragraph.role == "metadata" and paragraph.kind in LABEL_KINDS
    )


def _byte_positions(text: str, encoded_bytes: int) -> Ints:
    """Offset in UTF-8 of every character of ``text`` and of its end."""
    if len(text) == encoded_bytes:
        return np.arange(encoded_bytes + 1)
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
    widths = 1 + (codes >= 0x80).astype(np.int64) + (codes >= 0x800) + (codes >= 0x10000)
    return np.concatenate([[0], np.cumsum(widths)])


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


def _paragraph_record(paragraph: Paragraph) -> list[Any]:
    """What a paragraph has beyond the record of its passage, if it has one."""
    record: list[Any] = [paragraph.role, paragraph.kind, paragraph.reason]
    if not _is_passage(paragraph):
        evidence = [[e.topic, e.words, e.weight] for e in paragraph.topic_evidence]
        record += [
            paragraph.start,
            paragraph.end,
            paragraph.number,
            paragraph.headings,
            paragraph.topics,
            evidence,
        ]
    return record
