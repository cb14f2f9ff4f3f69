"""Describe a collection: what it holds and lacks; for page, JSON and command line alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from ..documents.declared import Count, Keys, Member, view
from ..documents.document import WHOLE_COUNTRY
from ..documents.facets import BY_NAME
from ..index.answers import FacetCount, distinct_values
from ..index.state import Skipped
from ..languages.sentences import ENGLISH
from .collection import state_of
from .index import Index

_LEVELS = ("provinces", "cities", "counties")
_SIZES = "documents passages size_bytes format_version indexed_at"
_LISTS = "dictionary user_words taxonomy synonyms"
_VALUES = "unknown places year_gaps facets"
PlacesOf = Annotated[Mapping[str, Count], Keys(_LEVELS, ())]


@dataclass(frozen=True, slots=True)
class Collection:
    """An index as it is described to its readers.

    ``roots`` are folders of the machine, for its keeper alone; no page shows them. ``unknown`` is
    by facet how many passages have no value, ``reprints_compared`` whether reprints were looked for
    since the last change, ``skipped`` what the last run could not read.
    """

    documents: Count
    passages: Count
    size_bytes: Count
    format_version: str
    indexed_at: str | None
    roots: tuple[str, ...]
    dictionary: str
    user_words: Count
    taxonomy: str | None
    synonyms: Count
    overrides: str | None
    superseded_passages: Count
    forgotten: tuple[str, ...]
    gazetteer: str
    skipped: Skipped
    facets: Mapping[str, tuple[FacetCount, ...]]

    JSON = view(
        _SIZES,
        "roots",
        _LISTS,
        "overrides superseded_passages forgotten gazetteer",
        Member("skipped", lambda of: _skipped(of.skipped), Mapping[str, Any]),
        _VALUES,
    )
    PUBLIC = view(
        _SIZES,
        _LISTS,
        Member("overrides", lambda of: of.overrides is not None, bool),
        "superseded_passages",
        Member("forgotten", lambda of: len(of.forgotten), Count),
        "gazetteer",
        _VALUES,
    )
    """Without what concerns the keeper of the collection alone."""

    @property
    def unknown(self) -> dict[str, Count]:
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
    def places(self) -> PlacesOf:
        """How many provinces, cities and counties documents are about; a municipality is one."""
        known = distinct_values(BY_NAME["city"], self.facets["city"])
        depths = [str(c.value).count("/") for c in known if c.value != WHOLE_COUNTRY]
        return dict(zip(_LEVELS, map(depths.count, range(len(_LEVELS))), strict=True))


def _skipped(skipped: Skipped) -> dict[str, Any]:
    files = [{"path": path, "reason": reason} for path, reason in skipped.told(ENGLISH)]
    return {"count": skipped.count, "files": files, "scanned_pages": skipped.scanned_pages}


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
