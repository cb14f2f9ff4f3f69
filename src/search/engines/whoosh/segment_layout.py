"""The layout of a segment: one file of arrays, documents in natural order.

Besides the fields (see ``inversion``) a segment holds, all numbers counting from 0 in the segment:

    passage.cell, passage.section    per passage: its cell and its section
    passage.start                    per passage: character of its document's text it begins at
    passage.form                     per passage: what ``list_items`` says it is
    passage.text_start, .text_bytes  per passage: where its text lies in ``texts``
    passage.keys, passage.by_key     first 16 digits of every passage id, ascending; whose it is
    cell.document, cell.topics       per cell: a cell is the passages of one document that have one
                                     set of topics, so every facet is a function of the cell
    topics.ends, topics.members      per set of topics: its topic numbers, CSR
    passage.place, .named_year ...   what passages name (see ``named_sets``)
    document.city .year .source .published   per document: numbers of the lists in the directory;
                                     one column for each facet of documents
    document.first_passage           (documents + 1,) passages of a document are consecutive
    document.first_section           (documents + 1,) so are its sections: runs of equal headings
    document.first_paragraph         (documents + 1,) so are its paragraphs, of whatever role
    document.text_start, .text_bytes per document
    document.keys, document.by_key   first 8 bytes of SHA-256 of every document id, ascending
    document.order_keys, .order_ends path, NUL, id of each document, one after another
    paragraph.verdict                per paragraph: its role, kind and reason, in ``verdicts``
    label.document .paragraph .text_start .text_bytes   per title, heading or caption

and these records, in JSON:

    documents    per document: all fields but text and paragraphs
    sections     per section: its headings
    verdicts     distinct ones: [role, kind, reason, whether it is a passage]
    passages     per passage: [topics, evidence, repeat, number], and the places and years that it
                 names with their words, if any; where it has evidence, names or several topics,
                 repeats a text or is not numbered in order; empty for the others
    others       per paragraph that is no passage: [start, end, number, headings, topics, evidence]

What nearly every passage has alike stands in columns: writing and reading JSON took longer than
all else about a passage. ``label.paragraph`` is the number of the paragraph among those of its
document.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ...documents.facets import Value
from .blocks import BytesWriter, RecordsWriter
from .container import ArrayFileWriter, smallest_unsigned
from .named_sets import NAMED, NamedValues, write_sets
from .segment_columns import OF_DOCUMENTS, list_of
from .toc import FileEntry, SegmentEntry, new_name

FieldSizes = dict[str, dict[str, dict[str, int]]]
"""Kind of unit → field → what ``inversion.write_field`` gives."""

COLUMNS = (
    "passage.cell",
    "passage.section",
    "passage.start",
    "passage.form",
    *(f"passage.{name}" for name in NAMED),
    "passage.text_start",
    "passage.text_bytes",
    "cell.document",
    "cell.topics",
    "document.first_passage",
    "document.first_section",
    "document.first_paragraph",
    *(f"document.{name}" for name in OF_DOCUMENTS),
    "document.published",
    "document.text_start",
    "document.text_bytes",
    "paragraph.verdict",
    "label.document",
    "label.paragraph",
    "label.text_start",
    "label.text_bytes",
)

KEYS = ("passage.keys", "document.keys")

RECORDS = ("documents", "sections", "verdicts", "passages", "others")


@dataclass(slots=True)
class SegmentContents:
    """Everything of a segment but its fields; texts and records wait in files. Written once.

    ``columns`` are those of ``COLUMNS``, and ``passage.keys`` and ``document.keys`` in order of the
    passages and documents. The lists are the values that columns number; dates of publication are
    sorted, and renumbered, when they are written.
    """

    columns: dict[str, Any]
    values: Mapping[str, Sequence[Value]]
    published: Sequence[str]
    topic_sets: Sequence[tuple[int, ...]]
    named: Mapping[str, NamedValues]
    order_keys: Sequence[bytes]
    texts: BytesWriter
    records: Mapping[str, RecordsWriter]

    def write(
        self, folder: Path, write_fields: Callable[[ArrayFileWriter], FieldSizes]
    ) -> SegmentEntry:
        """Write the segment as a new file of the folder, synced."""
        name = new_name("segment")
        sizes = {
            kind: len(self.columns.get(column, ()))
            for kind, column in (
                ("documents", "document.published"),
                ("passages", "passage.cell"),
                ("cells", "cell.document"),
                ("labels", "label.document"),
            )
        }
        sizes["sections"] = int(np.asarray(self.columns["document.first_section"])[-1])
        with ArrayFileWriter(folder / name) as file:
            self._write_columns(file)
            self.texts.write(file, "texts")
            for record, writer in self.records.items():
                writer.write(file, record)
            size, digest = file.finish(
                {
                    **sizes,
                    **{list_of(name): list(values) for name, values in self.values.items()},
                    "published": sorted(self.published),
                    "named": {name: list(values) for name, (values, _) in self.named.items()},
                    "fields": write_fields(file),
                }
            )
        return SegmentEntry(FileEntry(name, size, digest), sizes["documents"], sizes["passages"])

    def _write_columns(self, file: ArrayFileWriter) -> None:
        for name in KEYS:
            # None is kept once it is written: the fields, written next, need the room.
            keys = np.asarray(self.columns.pop(name, ()), np.uint64)
            order = np.argsort(keys, kind="stable")
            file.add(name, keys[order])
            file.add(name.replace(".keys", ".by_key"), order.astype(np.uint32))
        rank = {date: number for number, date in enumerate(sorted(self.published))}
        by_number = np.array([rank[date] for date in self.published], np.int64)
        for name in COLUMNS:
            values = np.asarray(self.columns.pop(name, ()), np.int64)
            if name == "document.published":
                values = by_number[values]
            file.add(name, values.astype(smallest_unsigned(int(values.max(initial=0)))))
        sets = self.topic_sets
        file.add("topics.ends", np.cumsum([len(s) for s in sets], dtype=np.uint32))
        file.add("topics.members", np.array([t for s in sets for t in s], np.uint32))
        for facet, (_, named) in self.named.items():
            write_sets(file, facet, named)
        file.add("document.order_keys", np.frombuffer(b"".join(self.order_keys), np.uint8))
        file.add("document.order_ends", np.cumsum([len(k) for k in self.order_keys], dtype="<u8"))
