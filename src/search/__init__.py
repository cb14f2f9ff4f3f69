"""Duansou 段搜: full-text search over every paragraph of documents that must be cited.

import search

index = search.open_index("index/")
results = index.search("网格化 管理", city=["贵港市"], year=[2017], limit=10)
for hit in results.hits:
    print(hit.paragraph, hit.text)
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .config import Settings
    from .documents.document import Document, Passage
    from .engines.whoosh.face import JiebaAnalyzer, open_whoosh
    from .errors import DuansouError
    from .index.answers import FacetCount
    from .searching.index import Index
    from .searching.results import Hit, SearchResults

__all__ = [
    "Document",
    "DuansouError",
    "FacetCount",
    "Hit",
    "Index",
    "JiebaAnalyzer",
    "Passage",
    "SearchResults",
    "__version__",
    "open_index",
    "open_whoosh",
    "opened",
]

_MODULES = {
    "Document": "documents.document",
    "DuansouError": "errors",
    "FacetCount": "index.answers",
    "Hit": "searching.results",
    "Index": "searching.index",
    "JiebaAnalyzer": "engines.whoosh.face",
    "Passage": "documents.document",
    "SearchResults": "searching.results",
    "open_whoosh": "engines.whoosh.face",
}
"""Name → the module that has it, loaded when the name is first used: who uses one pays for it."""

_CALLED_BY_WHOOSH = {
    "_whoosh_schema": "schema_of_commit",
    "_whoosh_segments": "segments_of_commit",
}
"""The names that stand in what Whoosh reads of an index, for as long as there are such indexes."""

__version__ = "0.2.0"


def open_index(
    index_dir: str | Path | None = None, *, engine: str | None = None, **of_engine: Any
) -> Index:
    """Open an index for searching: a folder, or what the engine of another name says.

    ``of_engine`` are settings of that engine, such as the address of a server. What is None is what
    the environment says (``DUANSOU_ENGINE``, ``DUANSOU_INDEX_DIR`` and so on), else the folder
    ``index``. Raises IndexMissingError, IndexBrokenError, IndexTooNewError or IndexTooOldError
    where it cannot be opened; of a server also IndexUnreachableError or IndexForbiddenError.
    """
    from .config import load_settings

    return opened(load_settings(index_dir=index_dir, engine=engine, **of_engine))


def opened(settings: Settings, *, sharers: int = 1) -> Index:
    """The index that settings name, with what they say of searching; raises as ``open_index``.

    ``sharers`` processes have the memory together that the settings allow for what is remembered.
    """
    from .index.registry import kind_of
    from .searching.index import Index

    kind = kind_of(settings)
    return Index(
        kind.open_engine(settings, sharers=sharers),
        path=kind.folder_of(settings),
        page_size=settings.page_size,
        query_limit_chars=settings.query_limit_chars,
        query_budget_ms=settings.query_budget_ms,
        filter_limit=settings.filter_limit,
        kwic_limit=settings.kwic_limit,
    )


def __getattr__(name: str) -> Any:
    if name in _CALLED_BY_WHOOSH:
        module, attribute = "engines.whoosh.face", _CALLED_BY_WHOOSH[name]
    elif name in _MODULES:
        module, attribute = _MODULES[name], name
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f".{module}", __name__), attribute)
    return value
