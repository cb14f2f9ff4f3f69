"""An entry in CSL-JSON, the items that citation processors, Zotero and pandoc read.

Fields as the schema of CSL 1.0.2 names them. ``source`` is where the item was seen.
"""

from __future__ import annotations

from typing import Any

from .entries import Item

_TYPES = {"newspaper": "article-newspaper", "web": "webpage"}


def csl_item(item: Item) -> dict[str, Any]:
    """The fields that are known."""
    inverted = dict(item.authors.inverted)
    fields = {
        "id": item.key,
        "type": _TYPES[item.kind],
        "title": item.title,
        "author": [
            dict(zip(("family", "given"), inverted[i], strict=True))
            if i in inverted
            else {"literal": name}
            for i, name in enumerate(item.authors.names)
        ],
        "container-title": item.container,
        "issued": _date(item.published),
        "accessed": _date(item.accessed),
        "URL": item.url,
        "source": item.host,
        "language": item.language,
        "note": item.note,
    }
    return {name: value for name, value in fields.items() if value}


def _date(date: str | None) -> dict[str, list[list[int]]] | None:
    return {"date-parts": [[int(part) for part in date.split("-")]]} if date else None
