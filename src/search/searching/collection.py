"""On which state of which collection an answer rests, and which values its facets have.

Records, proof files, tables and the page about the collection all take the state from here. The
values are counted once for each commit: filters are resolved against them, and every click on a
place would else count everything again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from ..analysis.equivalence import Synonyms
from ..documents.declared import Count
from ..documents.document import sha256_hex
from ..facets.gazetteer import Gazetteer
from ..index.answers import FacetCount
from ..index.engine import EngineRequest, Reader
from ..query.parser import parse_query


@dataclass(frozen=True, slots=True)
class CollectionState:
    """The state of an index; two records with equal ones were made on the same documents.

    ``generation`` counts commits (0 where the engine does not), ``indexed_at`` is UTC. ``files`` is
    the SHA-256 of the sorted SHA-256 of all files, so it does not depend on the machine or on
    paths. ``dictionary``, ``taxonomy``, ``synonyms`` and ``overrides`` are digests, empty where
    there is none; ``gazetteer`` is the month whose divisions are in force, with ``+`` and a digest
    where the keeper added places; ``reader`` the version of the reader of documents.
    """

    format: str
    generation: Count
    indexed_at: str
    documents: Count
    passages: Count
    files: Annotated[str, "SHA-256 of the sorted SHA-256 of all files."]
    dictionary: str
    taxonomy: str
    synonyms: str
    overrides: str
    gazetteer: str
    reader: Count


def state_of(reader: Reader) -> CollectionState:
    """The state that a reader sees; made once for each commit."""
    return reader.once("state of the collection", lambda: _state(reader))


def _state(reader: Reader) -> CollectionState:
    stats, manifest = reader.stats(), reader.manifest()
    held = {known[0] for paths in manifest.get("files", {}).values() for known in paths.values()}
    synonyms = Synonyms.parse(manifest.get("synonyms") or "", "the synonyms in the index")
    overrides = manifest.get("overrides")
    places = manifest.get("places")
    return CollectionState(
        format=stats.format_version,
        generation=stats.generation,
        indexed_at=manifest.get("indexed_at") or "",
        documents=stats.documents,
        passages=stats.passages,
        files=sha256_hex("\n".join(sorted(held))) if held else "",
        dictionary=reader.analyzer.digest,
        taxonomy=manifest.get("taxonomy_digest") or "",
        synonyms=synonyms.digest if synonyms.others else "",
        overrides=sha256_hex(overrides["text"])[:12] if overrides else "",
        gazetteer=gazetteer(reader).vintage + (f"+{sha256_hex(places)[:12]}" if places else ""),
        reader=manifest.get("reader_version") or 0,
    )


def gazetteer(reader: Reader) -> Gazetteer:
    """The places that are known in a commit, with those that its keeper added."""
    return reader.once(
        "gazetteer", lambda: Gazetteer.with_places(reader.manifest().get("places") or "")
    )


def collection_values(
    reader: Reader, *, named: bool = False
) -> Mapping[str, tuple[FacetCount, ...]]:
    """Every facet value of all passages with its counts.

    ``named`` adds the places and years that passages name.
    """

    def counted() -> Mapping[str, tuple[FacetCount, ...]]:
        everything = parse_query("", reader.analyzer)
        return reader.search(EngineRequest(everything, limit=0, named=named)).facets

    return reader.once("values of all facets" if named else "values of facets", counted)
