"""The numbers by which passages and documents are looked up, and the bytes that order them."""

from __future__ import annotations

import hashlib
import re

from ...documents.document import Document

_KEY = re.compile("[0-9a-f]{16}")


def document_key(document_id: str) -> int:
    """64 bits by which a document is looked up."""
    digest = hashlib.sha256(document_id.encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big")


def passage_key(passage_id: str) -> int | None:
    """64 bits by which a passage is looked up; None for what cannot be a passage id."""
    return int(passage_id[:16], 16) if _KEY.match(passage_id) else None


def order_key(document: Document) -> bytes:
    """Sorts as document order does: by first path, then id."""
    return f"{document.path}\x00{document.document_id}".encode("utf-8", "surrogatepass")
