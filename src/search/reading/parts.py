"""Which documents does a file of many hold? Members of archives, records; each with its own path.

A member of ``a.zip`` is ``a.zip!/folder/b.html``, the record in line 12 of ``c.jsonl`` is
``c.jsonl#12``, and both nest: ``a.zip!/c.jsonl#12``.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import IO

from ..documents.document import sha256_hex
from ..errors import UnreadableFileError
from .extract import Extract
from .files import NotRead
from .formats import (
    DOCUMENT_SUFFIXES,
    MAYBE_WORD_SUFFIXES,
    ZIP_MARK,
    extract_text,
    readable_suffixes,
    suffix_of,
)
from .formats.archive import NESTING_LIMIT, Allowance, Archive
from .formats.records import DEFAULT_FIELDS, FieldMap, Record, read_record, records_in


@dataclass(frozen=True, slots=True)
class Part:
    """One document inside of a file, or (``refusal``) why it cannot be read.

    ``sha256`` gives the hash of its bytes, ``extract`` its text; both may raise
    UnreadableFileError, and are valid only until the next part is asked for.
    """

    path: str
    refusal: str | None = None
    sha256: Callable[[], str] = lambda: ""
    extract: Callable[[], Extract] = lambda: Extract("", "")


def parts_in(
    file: IO[bytes],
    path: str,
    fields: FieldMap,
    *,
    depth: int = 1,
    allowance: Allowance | None = None,
) -> Iterator[Part]:
    """The documents of a container in order. Raises UnreadableFileError if it is none at all."""
    if suffix_of(path) == ".zip":
        yield from _members(file, path, fields, depth, allowance or Allowance())
    else:
        yield from _records(file, path, fields)


def _unread_suffix(path: str) -> str:
    """Why a file is not read: for its kind."""
    return NotRead(f"{suffix_of(path)} files are not read (only {readable_suffixes()})")


def _members(
    file: IO[bytes], path: str, fields: FieldMap, depth: int, allowance: Allowance
) -> Iterator[Part]:
    with closing(Archive(file, allowance)) as archive:
        for name, reason in archive.refused():
            yield Part(f"{path}!/{name}", reason)
        for name in archive.names():
            if _is_hidden(name):
                continue
            yield from _member(archive, name, f"{path}!/{name}", fields, depth, allowance)


def _member(
    archive: Archive, name: str, inner: str, fields: FieldMap, depth: int, allowance: Allowance
) -> Iterator[Part]:
    suffix = suffix_of(name)
    if suffix in DOCUMENT_SUFFIXES or (
        suffix in MAYBE_WORD_SUFFIXES and archive.begins(name, ZIP_MARK)
    ):

        def data() -> bytes:
            content = archive.read(name)
            if not content.strip():
                raise UnreadableFileError("it is empty")
            return content

        yield Part(
            inner,
            sha256=lambda: sha256_hex(data()),
            extract=lambda: extract_text(data(), name),
        )
        return
    if suffix not in (".zip", ".jsonl", ".csv"):
        yield Part(inner, _unread_suffix(name))
        return
    if suffix == ".zip" and depth >= NESTING_LIMIT:
        yield Part(inner, f"archives are read {NESTING_LIMIT} deep and this lies deeper")
        return
    try:
        data_inside = io.BytesIO(archive.read(name))
        yield from parts_in(data_inside, inner, fields, depth=depth + 1, allowance=allowance)
    except UnreadableFileError as error:
        yield Part(inner, error.message)


def _records(file: IO[bytes], path: str, fields: FieldMap) -> Iterator[Part]:
    mapped = b"" if fields == DEFAULT_FIELDS else repr(sorted(fields.items())).encode()
    for record in records_in(file, suffix_of(path)):
        yield _record_part(record, path, fields, mapped)


def _record_part(record: Record, path: str, fields: FieldMap, mapped: bytes) -> Part:
    return Part(
        f"{path}#{record.line}",
        record.problem,
        # Under another map the same bytes are another document.
        sha256=lambda: sha256_hex(record.raw + mapped),
        extract=lambda: read_record(record, fields),
    )


def _is_hidden(name: str) -> bool:
    return any(part.startswith((".", "__MACOSX")) for part in name.split("/"))
