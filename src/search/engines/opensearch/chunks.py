"""How are JSON values and counts of terms kept in records? Compressed, in pieces of bounded size.

The field ``record`` of a chunk is text that any mapping takes (base64 of zlib of JSON). Counts of
terms come in runs, each sorted by code points, which the reader adds up as it merges them.
"""

from __future__ import annotations

import base64
import heapq
import json
import zlib
from collections.abc import Iterable, Iterator
from itertools import groupby, islice
from operator import itemgetter
from typing import Any, TypeVar

T = TypeVar("T")

CHUNK_CHARS = 4_000_000
"""Characters of JSON in one chunk, before they are compressed."""

_COUNTS_IN_CHUNK = 50_000


def pack(value: Any) -> str:
    """A JSON value as ASCII text; ``unpack`` gives it back."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return _packed(text)


def unpack(text: str) -> Any:
    """The JSON value of a packed text. Raises ValueError where it is none."""
    return json.loads(_unpacked(text))


def json_chunks(value: Any) -> list[str]:
    """A JSON value of any size as packed pieces of its text, in order."""
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    return [_packed(text[at : at + CHUNK_CHARS]) for at in range(0, len(text), CHUNK_CHARS)]


def joined_json(chunks: Iterable[str]) -> Any:
    """The value that ``json_chunks`` took apart. Raises ValueError where it is none."""
    return json.loads("".join(map(_unpacked, chunks)))


def counts_chunks(counts: Iterable[tuple[str, int]]) -> Iterator[str]:
    """Counts of terms that are sorted by code points, as the packed pieces of a run."""
    for piece in batched(counts, _COUNTS_IN_CHUNK):
        yield pack(piece)


def batched(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Items in lists of ``size``, the last maybe shorter."""
    waiting = iter(items)
    while piece := list(islice(waiting, size)):
        yield piece


def merged_counts(runs: Iterable[Iterable[str]]) -> Iterator[tuple[str, int]]:
    """The sums of many runs, by code points, without those that are 0.

    Of each run one piece is held at a time. Raises ValueError where one is none.
    """
    merged = heapq.merge(*map(_counts_of, runs), key=itemgetter(0))
    for term, counts in groupby(merged, key=itemgetter(0)):
        total = sum(count for _, count in counts)
        if total:
            yield term, total


def _counts_of(run: Iterable[str]) -> Iterator[tuple[str, int]]:
    for chunk in run:
        yield from unpack(chunk)


def _packed(text: str) -> str:
    data = zlib.compress(text.encode("utf-8", "surrogatepass"), 6)
    return base64.b64encode(data).decode("ascii")


def _unpacked(text: str) -> str:
    try:
        return zlib.decompress(base64.b64decode(text, validate=True)).decode(
            "utf-8", "surrogatepass"
        )
    except zlib.error as error:
        raise ValueError("it is damaged") from error
