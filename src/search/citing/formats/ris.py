"""An entry in RIS: a tag a line, as the format's specification of 2011 has it, ends with CR LF.

NEWS is a newspaper's article, ELEC a web page; T2 is the outlet or site, Y2 the day of access, N1
the note, DP where it was seen, which are the fields that Zotero, EndNote and NoteExpress read.
"""

from __future__ import annotations

from collections.abc import Iterator

from .entries import Item

_TYPES = {"newspaper": "NEWS", "web": "ELEC"}


def ris(item: Item) -> str:
    """One record, ended by ER."""
    lines = [f"{tag}  - {value}" for tag, value in _fields(item) if value]
    return "\r\n".join([*lines, "ER  - ", ""])


def _fields(item: Item) -> Iterator[tuple[str, str | None]]:
    yield "TY", _TYPES[item.kind]
    yield "ID", item.key
    inverted = dict(item.authors.inverted)
    for i, name in enumerate(item.authors.names):
        # A comma divides family and given name, so an institution's becomes full-width.
        yield "AU", ", ".join(inverted[i]) if i in inverted else name.replace(",", "，")
    yield "TI", item.title
    yield "T2", item.container
    yield "DA", _date(item.published)
    yield "PY", item.published[:4] if item.published else None
    yield "UR", item.url
    yield "Y2", _date(item.accessed)
    yield "DP", item.host
    yield "LA", item.language
    yield "N1", item.note


def _date(date: str | None) -> str | None:
    """YYYY/MM/DD/other, with the slashes of what is not known."""
    if date is None:
        return None
    return "/".join([*date.split("-"), "", "", ""][:4])
