"""The engines under test, each behind the protocol ``bench.values.System``."""

from __future__ import annotations

from importlib import import_module

from ..values import MissingPeerError, System

OURS = "duansou"
LABELS = {
    OURS: "Duansou",
    "tantivy": "tantivy-py",
    "tantivy-positions": "tantivy-py with positions",
    "sqlite": "SQLite FTS5",
    "sqlite-trigram": "SQLite FTS5 trigram",
    "whoosh": "stock Whoosh",
}
SLOW = {"sqlite", "whoosh"}
"""These get every fourth question; ratios compare the questions that both sides got."""

_MODULES = {
    OURS: ("duansou", "Duansou"),
    "duansou-index": ("duansou", "DuansouIndex"),
    "tantivy": ("tantivy", "Tantivy"),
    "tantivy-positions": ("tantivy", "TantivyWithPositions"),
    "sqlite": ("sqlite", "SqliteWords"),
    "sqlite-trigram": ("sqlite", "SqliteTrigrams"),
    "whoosh": ("whoosh", "StockWhoosh"),
}


def make_system(name: str) -> System:
    """The system of this name. Raises MissingPeerError where its library is not installed."""
    module, kind = _MODULES[name]
    try:
        system: System = getattr(import_module(f".{module}", __name__), kind)()
    except ModuleNotFoundError as error:
        raise MissingPeerError(
            f"{LABELS[name]} is left out: the library {error.name} is not installed "
            "(pip install -e '.[bench]')."
        ) from error
    return system
