"""The numbers by which passages and documents are looked up, and the bytes that order them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ...documents.document import Document
from ...documents.facets import Value
from .blocks import BytesWriter, RecordsWriter
from .container import ArrayFileWriter, smallest_unsigned
from .facet_values import NAMED, OF_DOCUMENTS, NamedValues, list_of, write_sets
from .toc import FileEntry, SegmentEntry, new_name

_KEY = re.compile("[0-9a-f]{16}")


def document_key(document_id: str) -> int:
    """64 bits by which a document is looked up."""
    digest = hashlib.sha256(document_id.encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big")


def passage_key(passage_id: str) -> int | None:
    """64 bits by which a passage is looked up; None for what cannot be a passage id."""
    return int(passage_id[:16], 16) if _KEY.match(passage_id) else None


def order_key(document: Document) -> bytes:
    """Sorts as document order does: by first path, then id."""
    return f"{document.path}\x00{document.document_id}".encode("utf-8", "surrogatepass")


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
