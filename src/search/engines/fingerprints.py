"""Is what a load reads still what it read before it was interrupted?"""

from __future__ import annotations

import hashlib
import json

from ..engine import Reader

__all__ = ["fingerprint"]


def fingerprint(reader: Reader) -> str:
    """16 hex digits that change with every commit to an index."""
    stats = reader.stats()
    parts = (
        stats.format_version,
        stats.generation,
        stats.documents,
        stats.passages,
        reader.analyzer.digest,
        reader.manifest(),
    )
    text = json.dumps(parts, ensure_ascii=True, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
