"""Say of what a whole index is copied, and whether it is still what it was before a copy was cut
short."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from ..analysis.words import Analyzer
from ..documents.document import Document
from ..index.engine import EngineStats


class Source(Protocol):
    """What a copy is made of: every reader, and an index of an older format."""

    @property
    def analyzer(self) -> Analyzer:
        """The analyzer with its user words."""
        ...

    def documents(self) -> Iterator[Document]:
        """Every document in document order."""
        ...

    def manifest(self) -> Mapping[str, Any]:
        """The JSON value of the last commit's writer."""
        ...

    def stats(self) -> EngineStats:
        """Counts of what is committed."""
        ...


def fingerprint(source: Source) -> str:
    """16 hex digits that change with every commit to an index."""
    stats = source.stats()
    parts = (
        stats.format_version,
        stats.generation,
        stats.documents,
        stats.passages,
        source.analyzer.digest,
        source.manifest(),
    )
    text = json.dumps(parts, ensure_ascii=True, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
