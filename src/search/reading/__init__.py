"""From files to documents: which files, which encoding, which paragraphs, which metadata."""

from .document import read_document
from .files import NotRead, SourceFile, container_of, exists, find_files, path_order, read_bytes
from .formats import is_container, readable_suffixes
from .opening import open_containers
from .formats.records import FieldMap, parse_field_map
from .workers import Readers
from .reading import ReadingLimits

__all__ = [
    "FieldMap",
    "NotRead",
    "Readers",
    "ReadingLimits",
    "SourceFile",
    "container_of",
    "exists",
    "find_files",
    "is_container",
    "open_containers",
    "parse_field_map",
    "path_order",
    "read_bytes",
    "read_document",
    "readable_suffixes",
]
