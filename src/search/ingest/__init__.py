"""From files to documents: which files, which encoding, which paragraphs, which metadata."""

from .document import read_document
from .files import SourceFile, find_files, read_bytes

__all__ = ["SourceFile", "find_files", "read_bytes", "read_document"]
