"""Read whole indexes in the formats of earlier versions: documents in order, and the manifest.

Nothing here is shared with the present format but the values that come out, so that this stays as
it is when that changes. Every index that was ever written has one of these tables of contents and
segments, all files named with their SHA-256:

    1, DUANSOU 1   blocks of 16,384 bytes (zlib); ``paragraphs`` holds one record for each document
    1, DUANSOU 2   the same with one record for each paragraph
    1, DUANSOU 3   blocks of 2,048 bytes (zstd), which may share a dictionary
    2, DUANSOU 3   passages in columns; ``verdicts``, ``sections`` and ``others`` for ``paragraphs``
    2, DUANSOU 4   the same; later also the places and years that a passage names, in its record
    3, DUANSOU 5   the same, with checksums of stretches of every array

The last byte of the magic was not raised with every change, so what a segment has decides how it is
read. Postings and facet columns are not read: they are made anew of the documents.
"""

from __future__ import annotations

import hashlib
import json
import mmap
import struct
import zlib
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import zstandard

from ...analysis.words import Analyzer
from ...documents.document import (
    UNCLASSIFIED,
    Document,
    NamedPlace,
    NamedYears,
    Paragraph,
    TopicEvidence,
)
from ...index.engine import EngineStats
from .container import broken, unreadable
from .toc import FORMAT, TOC_NAME

_SEGMENTS = {1: (1, 2, 3), 2: (3, 4), 3: (5,)}
"""The formats of segments under each version of the table of contents: they were counted apart."""
_MAGICS = tuple(b"DUANSOU" + bytes([n]) for numbers in _SEGMENTS.values() for n in numbers)
_FOOTER = struct.Struct("<QII8s")
"""Where the directory begins, its CRC-32, its length in bytes, the magic."""
_ZLIB_BLOCK_BYTES, _ZSTD_BLOCK_BYTES = 16_384, 2_048
_BLOCKS_REMEMBERED = 256
"""Documents come in order, so what is asked for next stands in a block that was just read."""


class OlderIndex:
    """One commit of an index in a folder; what a copy is made from (see ``engines.unloading``).

    Raises IndexBrokenError where a file is not what was written: all of them are compared with
    their checksums first, so that no damage gets into an index that then looks sound.
    """

    def __init__(self, folder: Path) -> None:
        path = folder / TOC_NAME
        try:
            envelope = json.loads(path.read_bytes())
            body = envelope["body"]
            text = json.dumps(body, ensure_ascii=True, sort_keys=True)
            sound = hashlib.sha256(text.encode()).hexdigest() == envelope["sha256"]
        except OSError as error:
            raise unreadable(path, error) from error
        except (ValueError, KeyError, TypeError) as error:
            raise broken(path, "is not a table of contents") from error
        if not sound or envelope["format"] != FORMAT or envelope["version"] not in _SEGMENTS:
            raise broken(path, "is damaged")
        self._folder = folder
        self._version: int = envelope["version"]
        self._body: Mapping[str, Any] = body
        self.generation: int = body["generation"]
        self.analyzer = Analyzer(tuple(body["user_words"]))
        entries = [body["manifest"], *(segment["file"] for segment in body["segments"])]
        entries += [s["deleted"] for s in body["segments"] if s["deleted"]]
        for entry in [*entries, *([body["order"]] if body["order"] else [])]:
            self._require_sound(entry)
        self._manifest: Mapping[str, Any] = json.loads(self._read(body["manifest"]))
        self._segments = [
            _Segment(folder / segment["file"]["name"], self._live(segment))
            for segment in body["segments"]
        ]

    def manifest(self) -> Mapping[str, Any]:
        """What the commit's writer set."""
        return self._manifest

    def stats(self) -> EngineStats:
        """Counts of what is not deleted."""
        segments = self._segments
        return EngineStats(
            documents=sum(map(_Segment.live_documents, segments)),
            passages=sum(map(_Segment.live_passages, segments)),
            size_bytes=0,
            format_version=f"{FORMAT} {self._version}",
            generation=self.generation,
        )

    def documents(self) -> Iterator[Document]:
        """Every document that is not deleted, in document order."""
        order = self._body["order"]
        sizes = [segment.documents for segment in self._segments]
        # One segment is in order by itself, and has no file that says so.
        ranks = np.frombuffer(self._read(order), "<u4") if order else np.arange(sum(sizes))
        of_segment = np.split(ranks, np.cumsum(sizes)[:-1])
        places = sorted(
            (int(rank), at, number)
            for at, segment in enumerate(self._segments)
            for number, rank in enumerate(of_segment[at].tolist())
            if segment.live[number]
        )
        for _, at, number in places:
            yield self._segments[at].document(number)

    def _live(self, segment: Mapping[str, Any]) -> list[bool]:
        count = segment["documents"]
        if not segment["deleted"]:
            return [True] * count
        packed = np.frombuffer(self._read(segment["deleted"]), np.uint8)
        live: list[bool] = (np.unpackbits(packed, count=count) == 0).tolist()
        return live

    def _read(self, entry: Mapping[str, Any]) -> bytes:
        path: Path = self._folder / entry["name"]
        return path.read_bytes()

    def _require_sound(self, entry: Mapping[str, Any]) -> None:
        path = self._folder / entry["name"]
        try:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise unreadable(path, error) from error
        if digest != entry["sha256"]:
            raise broken(path, "is damaged")


class _Segment:
    """The documents of one segment, numbered from 0. ``live`` says which are not deleted."""

    def __init__(self, path: Path, live: list[bool]) -> None:
        self._file = file = _File(path)
        self.live = live
        self.documents: int = file.values["documents"]
        self._records = lru_cache(None)(lambda name: _records(file, name))
        self._texts = _blocks(file, "texts")
        self._text_block_bytes = (
            _ZSTD_BLOCK_BYTES if "texts.dictionary" in file.arrays else _ZLIB_BLOCK_BYTES
        )
        self._column = lru_cache(None)(lambda name: memoryview(file.array(name).data))
        ends = file.array("topics.ends").tolist()
        members = file.array("topics.members").tolist()
        self._topic_sets = [members[a:b] for a, b in pairwise([0, *ends])]

    def live_documents(self) -> int:
        return sum(self.live)

    def live_passages(self) -> int:
        sizes = map(len, map(self._passages, range(self.documents)))
        return sum(size for size, live in zip(sizes, self.live, strict=True) if live)

    def document(self, number: int) -> Document:
        """A document as it was put."""
        record = {**self._records("documents")(number), "text": self._text("document", number)}
        if "paragraph.verdict" in self._file.arrays:
            paragraphs = self._paragraphs_in_columns(number)
        else:
            paragraphs = self._paragraphs_in_records(number)
        document = Document.from_record({**record, "paragraphs": ()})
        return replace(document, paragraphs=tuple(paragraphs))

    def _paragraphs_in_records(self, number: int) -> Iterator[Paragraph]:
        """Of tables of contents 1: the record of a passage has what that of its paragraph lacks."""
        records = self._records("paragraphs")
        if "document.first_paragraph" in self._file.arrays:
            of_document = map(records, self._range("first_paragraph", number))
        else:
            of_document = iter(records(number))
        passages = map(self._records("passages"), self._passages(number))
        for role, kind, reason, *rest in of_document:
            if rest:
                start, end, paragraph, headings, topics, evidence = rest
            else:
                paragraph, start, end, headings, topics, evidence, _ = next(passages)
            yield _paragraph(
                (start, end, role, kind, reason, paragraph), headings, topics, evidence, []
            )

    def _paragraphs_in_columns(self, number: int) -> Iterator[Paragraph]:
        """Of tables of contents 2."""
        paragraphs, passages = self._range("first_paragraph", number), self._passages(number)
        others = map(self._records("others"), range(paragraphs.start - passages.start, 1 << 62))
        coming = iter(passages)
        for place in paragraphs:
            verdict = self._records("verdicts")(self._column("paragraph.verdict")[place])
            role, kind, reason, is_passage = verdict
            named: list[Any] = []
            if is_passage:
                passage = next(coming)
                start = self._column("passage.start")[passage]
                end = start + len(self._text("passage", passage))
                headings = self._records("sections")(self._column("passage.section")[passage])
                paragraph, topics, evidence, named = self._passage(passage, passages.start)
            else:
                start, end, paragraph, headings, topics, evidence = next(others)
            yield _paragraph(
                (start, end, role, kind, reason, paragraph), headings, topics, evidence, named
            )

    def _passage(self, passage: int, first: int) -> tuple[int, Any, Any, list[Any]]:
        """(¶ number, topics, evidence, what it names); an empty record says that all is usual."""
        record = self._records("passages")(passage)
        if record is not None:
            topics, evidence, _, paragraph, *named = record
            return paragraph, topics, evidence, named
        cell = self._column("passage.cell")[passage]
        (topic,) = self._topic_sets[self._column("cell.topics")[cell]]
        name = self._file.values["topics"][topic]
        return passage - first + 1, [] if name == UNCLASSIFIED else [name], [], []

    def _passages(self, number: int) -> range:
        return self._range("first_passage", number)

    def _range(self, name: str, number: int) -> range:
        column = self._column(f"document.{name}")
        return range(column[number], column[number + 1])

    def _text(self, kind: str, number: int) -> str:
        start = self._column(f"{kind}.text_start")[number]
        end = start + self._column(f"{kind}.text_bytes")[number]
        size = self._text_block_bytes
        first = start // size
        data = b"".join(map(self._texts, range(first, -(-end // size))))
        return data[start - first * size : end - first * size].decode("utf-8", "surrogatepass")


class _File:
    """The arrays of one file by name, and the values of its directory."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with path.open("rb") as file:
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        offset, _, length, magic = _FOOTER.unpack(self._map[-_FOOTER.size :])
        if magic not in _MAGICS:
            raise broken(path, "is not a segment")
        directory = json.loads(self._map[offset : offset + length].decode("utf-8", "surrogatepass"))
        self.arrays: Mapping[str, tuple[Any, ...]] = directory["arrays"]
        self.values: Mapping[str, Any] = directory["values"]

    def array(self, name: str) -> Any:
        dtype, count, offset, *_ = self.arrays[name]
        return np.frombuffer(self._map, dtype, count, offset) if count else np.empty(0, dtype)


def _blocks(file: _File, name: str) -> Callable[[int], bytes]:
    """Gives a block by its number, decompressed."""
    ends, data = file.array(f"{name}.ends").tolist(), file.array(f"{name}.blocks").data
    if f"{name}.dictionary" not in file.arrays:
        decompress: Callable[[Any], bytes] = zlib.decompress
    else:
        shared = file.array(f"{name}.dictionary").tobytes()
        dictionary = zstandard.ZstdCompressionDict(shared, dict_type=zstandard.DICT_TYPE_FULLDICT)
        decompress = zstandard.ZstdDecompressor(dict_data=dictionary if shared else None).decompress

    def block(number: int) -> bytes:
        try:
            return decompress(data[ends[number] : ends[number + 1]])
        except (zlib.error, zstandard.ZstdError) as error:
            raise broken(file.path, f"is damaged in block {number} of {name}") from error

    return lru_cache(_BLOCKS_REMEMBERED)(block)


def _records(file: _File, name: str) -> Callable[[int], Any]:
    """Gives a JSON value by its number; None where its line is empty."""
    block, firsts = _blocks(file, name), file.array(f"{name}.firsts").tolist()
    lines = lru_cache(_BLOCKS_REMEMBERED)(lambda number: block(number).split(b"\n"))

    def record(number: int) -> Any:
        at = bisect_right(firsts, number) - 1
        line = lines(at)[number - firsts[at]]
        return json.loads(line) if line else None

    return record


def _paragraph(
    plain: tuple[Any, ...],
    headings: list[str],
    topics: list[str],
    evidence: list[Any],
    named: list[Any],
) -> Paragraph:
    start, end, role, kind, reason, number = plain
    places, years = named or ([], [])
    return Paragraph(
        start,
        end,
        role,
        kind,
        reason,
        number,
        tuple(headings),
        tuple(topics),
        tuple(TopicEvidence(topic, tuple(words), weight) for topic, words, weight in evidence),
        tuple(NamedPlace(tuple(place), tuple(words)) for place, words in places),
        tuple(NamedYears(*year) for year in years),
    )
