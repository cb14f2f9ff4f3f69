"""The proof file: what it holds, and how one that anybody may have written is read.

docs/permanence.md describes the format for those who check a file with other tools.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...documents.document import sha256_hex
from ...documents.ranges import TextRange, permanent_path
from ...errors import InputError
from ...searching.collection_state import state_of
from ...searching.index import Index
from ..showing import Shown

FORMAT = "duansou-proof"
VERSION = 1
LIMIT_BYTES = 8_000_000
"""The largest file that is read; a passage is far smaller."""
_DEEPEST = 8
_METADATA = ("title", "source", "site", "author", "published", "url", "captured")


@dataclass(frozen=True, slots=True)
class ProofRange:
    """A range as a file states it, right or wrong."""

    start: int
    end: int
    quote: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Proof:
    """What a file states of one passage, right or wrong; of the types that are promised.

    ``metadata`` are title, source, site, author, published, url and captured, unknown as None.
    """

    passage_id: str
    document_id: str
    text: str
    sha256: str
    chosen: ProofRange | None
    metadata: Mapping[str, str | None]


def proof_of(index: Index, shown: Shown, chosen: TextRange | None = None) -> dict[str, Any]:
    """The file for a passage, or for a range of it, as JSON types."""
    passage, document, old = shown.passage, shown.document, shown.superseded
    state = state_of(index.reader)
    return {
        "format": FORMAT,
        "version": VERSION,
        "passage_id": passage.passage_id,
        "document_id": passage.document_id,
        "address": permanent_path(passage.passage_id, chosen),
        "text": passage.text,
        "sha256": passage.sha256,
        "range": None
        if chosen is None
        else {
            "from": chosen.start,
            "to": chosen.end,
            "quote": chosen.quote,
            "sha256": chosen.sha256,
        },
        "paragraph": passage.paragraph,
        **{name: getattr(document, name) for name in _METADATA},
        "document_sha256": document.sha256,
        "superseded": None if old is None else {"at": old.superseded, "reason": old.reason},
        "index": {
            "reader_version": state.reader or None,
            "format_version": state.format,
            "indexed_at": state.indexed_at or None,
        },
    }


def proof_json(record: Mapping[str, Any]) -> str:
    """The text of a file: the same bytes for the same record."""
    return json.dumps(record, ensure_ascii=False, indent=2) + "\n"


def read_proof(data: bytes, name: str) -> Proof:
    """What a file states. Unknown members are ignored, so that later versions may have more.

    Raises InputError, which names the file and what is wrong, for what is too large, no JSON, no
    proof file, of a newer version, or of other types than promised.
    """
    if len(data) > LIMIT_BYTES:
        raise _unusable(name, f"it is larger than {LIMIT_BYTES // 1_000_000} MB")
    try:
        record = json.loads(
            data.decode("utf-8-sig"), object_pairs_hook=_once, parse_constant=_no_constant
        )
    except UnicodeDecodeError:
        raise _unusable(name, "it is not UTF-8") from None
    except (ValueError, RecursionError) as error:
        raise _unusable(name, f"it is not JSON ({_shortened(error)})") from None
    if not isinstance(record, dict) or record.get("format") != FORMAT:
        raise _unusable(name, f'it has no "format": "{FORMAT}"')
    if _depth(record) > _DEEPEST:
        raise _unusable(name, f"it is nested deeper than {_DEEPEST} levels")
    fields = _Fields(record, name)
    version = fields.number("version")
    if version != VERSION:
        raise _unusable(name, f"it is of version {version}, and this Duansou reads {VERSION}")
    inner = record.get("range")
    chosen = None
    if inner is not None:
        if not isinstance(inner, dict):
            raise _unusable(name, '"range" is neither null nor an object')
        within = _Fields(inner, name, "range.")
        chosen = ProofRange(
            within.number("from"), within.number("to"), within.text("quote"), within.text("sha256")
        )
    return Proof(
        passage_id=fields.text("passage_id"),
        document_id=fields.text("document_id"),
        text=fields.text("text"),
        sha256=fields.text("sha256"),
        chosen=chosen,
        metadata={key: fields.text_or_none(key) for key in _METADATA},
    )


class _Fields:
    """Members of an object, each of the type that it must be."""

    def __init__(self, record: Mapping[str, Any], name: str, inside: str = "") -> None:
        self.record, self.name, self.inside = record, name, inside

    def text(self, key: str) -> str:
        value = self.record.get(key)
        if not isinstance(value, str):
            raise _unusable(self.name, f'"{self.inside}{key}" is missing or no text')
        try:
            sha256_hex(value)
        except UnicodeEncodeError:
            raise _unusable(self.name, f'"{self.inside}{key}" has half a character in it') from None
        return value

    def text_or_none(self, key: str) -> str | None:
        return None if self.record.get(key) is None else self.text(key)

    def number(self, key: str) -> int:
        value = self.record.get(key)
        if not isinstance(value, int) or isinstance(value, bool):
            raise _unusable(self.name, f'"{self.inside}{key}" is missing or no whole number')
        return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object; one that names a member twice may be read in two ways."""
    record = dict(pairs)
    if len(record) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return record


def _no_constant(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON")


def _depth(value: Any) -> int:
    deepest, waiting = 0, [(value, 1)]
    while waiting:
        inner, level = waiting.pop()
        if isinstance(inner, (dict, list)) and level <= _DEEPEST + 1:
            deepest = max(deepest, level)
            members = inner.values() if isinstance(inner, dict) else inner
            waiting.extend((member, level + 1) for member in members)
    return deepest


def _shortened(error: Exception) -> str:
    return "nested too deeply" if isinstance(error, RecursionError) else str(error)[:100]


def _unusable(name: str, why: str) -> InputError:
    return InputError(
        f"{name} is no proof file that can be verified: {why}; download it again from the page of "
        "the passage."
    )
