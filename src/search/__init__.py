"""Duansou 段搜: full-text search over every paragraph of documents that must be cited.

import search

index = search.open_index("index/")
results = index.search("网格化 管理", city=["贵港市"], year=[2017], limit=10)
for hit in results.hits:
    print(hit.paragraph, hit.text)
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from .documents.document import Document, Passage
from .errors import DuansouError
from .index.answers import FacetCount
from .searching.index import Index
from .searching.results import Hit, SearchResults

if TYPE_CHECKING:
    from .config import Settings

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
    "opened",
]

__version__ = "0.1.0"


def open_index(
    index_dir: str | Path | None = None,
    *,
    engine: str | None = None,
    opensearch_url: str | None = None,
) -> Index:
    """Open an index for searching: a folder, or with ``engine="opensearch"`` one in a cluster.

    What is None is what the environment says (``DUANSOU_ENGINE``, ``DUANSOU_INDEX_DIR`` and so on),
    else the folder ``index``. Raises IndexMissingError, IndexBrokenError, IndexTooNewError or
    IndexTooOldError where it cannot be opened; of a cluster also IndexUnreachableError or
    IndexForbiddenError.
    """
    from .config import load_settings

    return opened(load_settings(index_dir=index_dir, engine=engine, opensearch_url=opensearch_url))


def opened(settings: Settings, *, sharers: int = 1) -> Index:
    """The index that settings name, with what they say of searching; raises as ``open_index``.

    ``sharers`` processes have the memory together that the settings allow for what is remembered.
    """
    from .engines.opening import is_distributed, open_engine

    return Index(
        open_engine(settings, sharers=sharers),
        path=None if is_distributed(settings) else settings.index_dir,
        page_size=settings.page_size,
        query_limit_chars=settings.query_limit_chars,
        query_budget_ms=settings.query_budget_ms,
        filter_limit=settings.filter_limit,
        kwic_limit=settings.kwic_limit,
    )
