"""Is what a load reads still what it read before it was interrupted?"""

from __future__ import annotations

import hashlib
import json

from ..engine import Engine

__all__ = ["fingerprint"]


def fingerprint(engine: Engine) -> str:
    """16 hex digits that change with every commit to an index."""
    stats = engine.stats()
    parts = (
        stats.format_version,
        stats.generation,
        stats.documents,
        stats.passages,
        engine.analyzer.digest,
        engine.manifest(),
    )
    text = json.dumps(parts, ensure_ascii=True, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
