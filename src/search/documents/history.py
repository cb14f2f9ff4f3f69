"""What the collection held before: superseded passages, successors, what was forgotten.

All of it is part of the manifest, so it is committed, or lost, together with the documents. The
passages of one version of a document that a commit took out are kept compressed as one entry.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

from .document import SHARED, Document, Passage, passage_from, sha256_hex

Reason = Literal["edited", "pruned"]
"""Why a passage left the search: another wording took its place, or its file vanished."""


@dataclass(frozen=True, slots=True)
class Superseded:
    """A passage that is no longer searched, with its document as it was, without the text.

    ``passages`` is how many the document had, ``superseded`` the UTC time at which it left.
    """

    passage: Passage
    document: Document
    passages: int
    superseded: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class History:
    """The past of a collection: values of JSON types, changed only by making another.

    ``archive`` maps a document id to entries, the newest last; ``successors`` maps a document
    id to the one that took its place; ``forgotten`` maps a document id to the hashes of the files
    that held it.
    """

    archive: Mapping[str, tuple[Mapping[str, Any], ...]] = field(default_factory=dict)
    successors: Mapping[str, str] = field(default_factory=dict)
    forgotten: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def from_manifest(cls, manifest: Mapping[str, Any]) -> History:
        """The history that a manifest holds."""
        forgotten = manifest.get("forgotten", {})
        return cls(
            {name: tuple(entries) for name, entries in manifest.get("archive", {}).items()},
            dict(manifest.get("successors", {})),
            {identity: tuple(contents) for identity, contents in forgotten.items()},
        )

    def to_manifest(self) -> dict[str, Any]:
        """What ``from_manifest`` reads."""
        return {
            "archive": {name: list(entries) for name, entries in self.archive.items()},
            "successors": dict(self.successors),
            "forgotten": {name: list(contents) for name, contents in self.forgotten.items()},
        }

    def find(self, passage_id: str) -> Superseded | None:
        """The newest wording kept under a passage id."""
        of = _of(passage_id)
        for document_id, entries in self.archive.items():
            if sha256_hex(document_id)[:8] == of:
                for entry in reversed(entries):
                    if passage_id in entry["ids"]:
                        return _unpacked(entry, passage_id)
        return None

    def successor(self, document_id: str) -> str | None:
        """The document that took the place of one, through as many steps as there were."""
        seen = {document_id}
        found = None
        while (following := self.successors.get(found or document_id)) and following not in seen:
            seen.add(following)
            found = following
        return found

    def is_forgotten(self, document_id: str) -> bool:
        """Whether a document was erased on request."""
        return document_id in self.forgotten

    def is_forgotten_passage(self, passage_id: str) -> bool:
        """Whether a passage id is of an erased document, which its second part names."""
        of = _of(passage_id)
        return any(sha256_hex(identity)[:8] == of for identity in self.forgotten)

    @property
    def passages(self) -> int:
        """How many superseded passages are kept."""
        return sum(len(entry["ids"]) for entries in self.archive.values() for entry in entries)

    def holds(self, document_id: str) -> bool:
        """Whether passages of a document are kept."""
        return document_id in self.archive

    def adding(
        self, document: Document, passages: Iterable[Passage], *, when: str, reason: Reason
    ) -> History:
        """With these passages of a document kept; those already kept are not kept twice."""
        earlier = self.archive.get(document.document_id, ())
        kept = {passage_id for entry in earlier for passage_id in entry["ids"]}
        chosen = [passage for passage in passages if passage.passage_id not in kept]
        if not chosen:
            return self
        entries = (*earlier, _packed(document, chosen, when, reason))
        return replace(self, archive={**self.archive, document.document_id: entries})

    def succeeding(self, old: str, new: str) -> History:
        """With one document as the successor of another."""
        return self if old == new else replace(self, successors={**self.successors, old: new})

    def predecessors(self, document_id: str) -> tuple[str, ...]:
        """The documents that this one took the place of, however many steps ago."""
        return tuple(old for old in self.successors if self.successor(old) == document_id)

    def forgetting(self, document_ids: Iterable[str], contents: Iterable[str]) -> History:
        """With nothing left of these documents but that they, and these files, are not wanted."""
        gone = dict.fromkeys(document_ids)
        hashes = tuple(sorted(set(contents)))
        return History(
            {name: entries for name, entries in self.archive.items() if name not in gone},
            {a: b for a, b in self.successors.items() if a not in gone and b not in gone},
            {**self.forgotten, **dict.fromkeys(gone, hashes)},
        )

    def allowing(self, document_id: str) -> History:
        """With a document, and the files it was forgotten with, wanted again."""
        hashes = self.forgotten[document_id]
        # Earlier versions were forgotten together with it and share its files.
        together = {i for i, h in self.forgotten.items() if h and h == hashes} | {document_id}
        kept = {i: h for i, h in self.forgotten.items() if i not in together}
        return replace(self, forgotten=kept)


def _of(passage_id: str) -> str:
    """The part of a passage id that names its document."""
    return (*passage_id.split("-"), "")[1]


def _packed(
    document: Document, passages: list[Passage], when: str, reason: Reason
) -> dict[str, Any]:
    record = {
        "document": replace(document, text="", paragraphs=()).to_record(),
        "passages": [
            {name: value for name, value in asdict(passage).items() if name not in SHARED}
            for passage in passages
        ],
    }
    data = zlib.compress(json.dumps(record, ensure_ascii=False).encode("utf-8", "surrogatepass"))
    return {
        "superseded": when,
        "reason": reason,
        "passages": document.passage_count,
        "ids": [passage.passage_id for passage in passages],
        "data": base64.b64encode(data).decode(),
    }


def _unpacked(entry: Mapping[str, Any], passage_id: str) -> Superseded:
    data = zlib.decompress(base64.b64decode(entry["data"]))
    record = json.loads(data.decode("utf-8", "surrogatepass"))
    document = Document.from_record(record["document"])
    fields = record["passages"][entry["ids"].index(passage_id)]
    passage = passage_from({**fields, **{name: getattr(document, name) for name in SHARED}})
    return Superseded(passage, document, entry["passages"], entry["superseded"], entry["reason"])
