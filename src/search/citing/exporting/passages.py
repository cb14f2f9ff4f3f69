"""How is a list of passages written down? As CSV that a spreadsheet opens, and as JSON Lines."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ...documents.document import NamedYears, Passage, place_path
from ...searching.results import passage_json
from ...searching.spreadsheet import BYTE_ORDER_MARK, csv_row
from ..search_record.record import SearchRecord

COLUMNS = (
    "passage_id",
    "address",
    "text",
    "paragraph",
    "title",
    "source",
    "site",
    "author",
    "published",
    "city",
    "year",
    "topics",
    "named_places",
    "named_years",
    "url",
    "sha256",
    "citation",
    "superseded",
    "record_id",
    "record",
)
"""The columns of the CSV file, in their order."""

_BETWEEN = " | "
_LINE_ENDS = {0x85: "\\u0085", 0x2028: "\\u2028", 0x2029: "\\u2029"}
"""What some programs take for the end of a line, and JSON may write in another way."""


@dataclass(frozen=True, slots=True)
class Found:
    """A passage to be written down, its permanent address, and its document's reference.

    ``superseded`` is the UTC time at which an old wording left the search, else None.
    """

    passage: Passage
    address: str
    citation: str
    superseded: str | None = None


def csv_passages(found: Iterable[Found], record: SearchRecord | None) -> Iterator[str]:
    """CSV with a byte-order mark: the names of the columns, then one row for each passage.

    There are no other rows, so that a table stays a table however it is sorted or joined. Every row
    has the id of the search's record, and the first the record itself, as JSON in one cell.
    """
    yield BYTE_ORDER_MARK
    yield csv_row(COLUMNS)
    record_id = record.record_id if record else ""
    said = json.dumps(record.to_json(short=True), ensure_ascii=False) if record else ""
    for each in found:
        passage = each.passage
        yield csv_row(
            (
                passage.passage_id,
                each.address,
                passage.text,
                passage.paragraph,
                passage.title,
                passage.source,
                passage.site,
                passage.author,
                passage.published,
                place_path(passage.city),
                passage.year,
                _BETWEEN.join(passage.topics),
                _BETWEEN.join(place_path(n.place) or "" for n in passage.named_places),
                _BETWEEN.join(map(_years, passage.named_years)),
                passage.url,
                passage.sha256,
                each.citation,
                each.superseded,
                record_id,
                said,
            )
        )
        said = ""


def json_passages(
    found: Iterable[Found],
    record: SearchRecord | None,
    missing: Iterable[Mapping[str, str]] = (),
) -> Iterator[str]:
    """JSON Lines: the record, one object for each passage, what is missing, and an end.

    Every object has a ``type``: ``duansou-search-record``, ``passage``, ``missing`` or ``end``. A
    file without the last was cut off.
    """
    if record:
        yield _line(record.to_json(short=True))
    count = 0
    for each in found:
        count += 1
        yield _line(
            {
                "type": "passage",
                **passage_json(each.passage),
                "address": each.address,
                "citation": each.citation,
                "superseded": each.superseded,
            }
        )
    for said in missing:
        yield _line({"type": "missing", **said})
    yield _line({"type": "end", "passages": count})


def _line(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False).translate(_LINE_ENDS) + "\n"


def _years(named: NamedYears) -> str:
    first, last = named.first, named.last
    return str(first) if first == last else f"{first}..{last}"
