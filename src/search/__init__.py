"""Duansou 段搜: full-text search over every paragraph of documents that must be cited.

import search

index = search.open_index("index/")
results = index.search("网格化 管理", city=["贵港市"], year=[2017], limit=10)
for hit in results.hits:
    print(hit.paragraph, hit.text)
"""

from __future__ import annotations

from pathlib import Path

from .documents import Document, Passage
from .errors import DuansouError
from .index import Index
from .results import FacetCount, Hit, SearchResults

__all__ = [
    "Document",
    "DuansouError",
    "FacetCount",
    "Hit",
    "Index",
    "Passage",
    "SearchResults",
    "__version__",
    "open_index",
]

__version__ = "0.1.0"


def open_index(index_dir: str | Path = "index") -> Index:
    """Open the index in a folder for searching.

    Raises IndexMissingError, IndexBrokenError or IndexTooNewError where it cannot be.
    """
    from .config import load_settings
    from .engines.whoosh import open_engine

    settings = load_settings(index_dir=index_dir)
    return Index(
        open_engine(settings.index_dir, cache_mb=settings.postings_cache_mb),
        path=settings.index_dir,
        page_size=settings.page_size,
        query_limit_chars=settings.query_limit_chars,
        query_budget_ms=settings.query_budget_ms,
        filter_limit=settings.filter_limit,
        kwic_limit=settings.kwic_limit,
    )
