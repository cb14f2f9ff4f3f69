"""On which state of which collection does an answer rest, and how were its documents read?"""

from __future__ import annotations

from dataclasses import dataclass

from ..documents import sha256_hex
from ..facets.gazetteer import Gazetteer
from ..index import Index

__all__ = ["Collection", "collection_of"]


@dataclass(frozen=True, slots=True)
class Collection:
    """The state of an index; two records with equal ones were made on the same documents.

    ``generation`` counts commits (0 where the engine does not), ``indexed_at`` is UTC. ``files`` is
    the SHA-256 of the sorted SHA-256 of all files, so it does not depend on the machine or on
    paths. ``dictionary``, ``taxonomy``, ``synonyms`` and ``overrides`` are digests, empty where
    there is none; ``gazetteer`` is the month whose divisions are in force; ``reader`` the version
    of the reader of documents.
    """

    format: str
    generation: int
    indexed_at: str
    documents: int
    passages: int
    files: str
    dictionary: str
    taxonomy: str
    synonyms: str
    overrides: str
    gazetteer: str
    reader: int


def collection_of(index: Index) -> Collection:
    """The present state of an index."""
    stats = index.stats()
    manifest = index.manifest()
    held = {known[0] for paths in manifest.get("files", {}).values() for known in paths.values()}
    synonyms = index.synonyms()
    overrides = manifest.get("overrides")
    return Collection(
        format=stats.format_version,
        generation=stats.generation,
        indexed_at=manifest.get("indexed_at") or "",
        documents=stats.documents,
        passages=stats.passages,
        files=sha256_hex("\n".join(sorted(held))) if held else "",
        dictionary=index.analyzer.digest,
        taxonomy=manifest.get("taxonomy_digest") or "",
        synonyms=synonyms.digest if synonyms.others else "",
        overrides=sha256_hex(overrides["text"])[:12] if overrides else "",
        gazetteer=Gazetteer.load().vintage,
        reader=manifest.get("reader_version") or 0,
    )
