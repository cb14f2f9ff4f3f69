"""The embedded engine: a Whoosh index of arrays in files, verified as they are read.

This package is the only place that imports Whoosh.
"""

from .engine import WhooshEngine, WhooshReader, open_engine
from .integrity import Damage, Remains, check_index
from .writer import WhooshWriter, open_writer

__all__ = [
    "Damage",
    "Remains",
    "WhooshEngine",
    "WhooshReader",
    "WhooshWriter",
    "check_index",
    "open_engine",
    "open_writer",
]
