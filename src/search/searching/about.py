"""Describe a collection: what it holds and lacks; for page, JSON and command line alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..documents.facets import BY_NAME
from ..index.answers import FacetCount, counts_json, distinct_values
from ..index.state import Skipped
from ..languages.sentences import ENGLISH
from .collection import state_of
from .index import Index


@dataclass(frozen=True, slots=True)
class Collection:
    """An index as it is described to its readers.

    ``roots`` are folders of the machine, for its keeper alone; no page shows them. ``unknown`` is
    by facet how many passages have no value, ``reprints_compared`` whether reprints were looked for
    since the last change, ``skipped`` what the last run could not read.
    """

    documents: int
    passages: int
    size_bytes: int
    format_version: str
    indexed_at: str | None
    roots: tuple[str, ...]
    dictionary: str
    user_words: int
    taxonomy: str | None
    synonyms: int
    overrides: str | None
    superseded_passages: int
    forgotten: tuple[str, ...]
    gazetteer: str
    skipped: Skipped
    facets: Mapping[str, tuple[FacetCount, ...]]

    @property
    def unknown(self) -> dict[str, int]:
        """By facet, how many passages have no value, or no topic."""
        return {
            name: next((c.count for c in counts if c.value in (None, BY_NAME[name].missing)), 0)
            for name, counts in self.facets.items()
        }

    @property
    def years(self) -> tuple[FacetCount, ...]:
        """The known years, oldest first."""
        known = [c for c in self.facets["year"] if c.value is not None]
        return tuple(sorted(known, key=lambda c: int(c.value or 0)))

    @property
    def year_gaps(self) -> tuple[int, ...]:
        """Years between the first and the last from which there is no document."""
        known = {int(c.value or 0) for c in self.years}
        return tuple(
            y for y in range(min(known, default=0), max(known, default=0)) if y not in known
        )

    @property
    def places(self) -> dict[str, int]:
        """How many provinces, cities and counties documents are about; a municipality is one."""
        known = distinct_values(BY_NAME["city"], self.facets["city"])
        depths = [str(c.value).count("/") for c in known]
        return {
            level: depths.count(depth)
            for depth, level in enumerate(("provinces", "cities", "counties"))
        }

    def to_json(self) -> dict[str, Any]:
        """The answer of ``stats --json``."""
        return {
            "documents": self.documents,
            "passages": self.passages,
            "size_bytes": self.size_bytes,
            "format_version": self.format_version,
            "indexed_at": self.indexed_at,
            "roots": list(self.roots),
            "dictionary": self.dictionary,
            "user_words": self.user_words,
            "taxonomy": self.taxonomy,
            "synonyms": self.synonyms,
            "overrides": self.overrides,
            "superseded_passages": self.superseded_passages,
            "forgotten": list(self.forgotten),
            "gazetteer": self.gazetteer,
            "skipped": {
                "count": self.skipped.count,
                "files": [{"path": p, "reason": why} for p, why in self.skipped.told(ENGLISH)],
            },
            "unknown": self.unknown,
            "places": self.places,
            "year_gaps": list(self.year_gaps),
            "facets": counts_json(self.facets),
        }

    def to_public_json(self) -> dict[str, Any]:
        """The same without what concerns the keeper of the collection alone."""
        record = self.to_json()
        del record["roots"], record["skipped"]
        record["forgotten"] = len(self.forgotten)
        record["overrides"] = self.overrides is not None
        return record


def describe(index: Index) -> Collection:
    """What an opened index holds and was made with."""
    state, manifest, history = state_of(index.reader), index.manifest(), index.history()
    return Collection(
        documents=state.documents,
        passages=state.passages,
        size_bytes=index.stats().size_bytes,
        format_version=state.format,
        indexed_at=state.indexed_at or None,
        roots=tuple(manifest.get("roots", ())),
        dictionary=state.dictionary,
        user_words=len(index.analyzer.user_words),
        taxonomy=state.taxonomy or None,
        synonyms=len(index.synonyms().others),
        overrides=(manifest.get("overrides") or {}).get("name"),
        superseded_passages=history.passages,
        forgotten=tuple(sorted(history.forgotten)),
        gazetteer=state.gazetteer,
        skipped=Skipped.from_manifest(manifest),
        facets=index.facet_values(),
    )
