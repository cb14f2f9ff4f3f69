"""The proof file: what it holds, how one that anybody may have written is read, whether it holds.

docs/en/permanence.md describes the format for those who check a file with other tools.

By itself a file is held to this: the hashes are those of the texts, the quotation is what stands at
its range, and the passage id is the one that the text and the document id give (which of several
equal paragraphs ``-n`` means no file can tell). So whoever cites the address of a passage has named
its wording. That the text was in a collection at all, and when, only the index tells.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple

from ..analysis.differences import first_difference, notation, side_by_side
from ..documents.declared import Member, view
from ..documents.document import Passage, TextRange, passage_id, permanent_path, sha256_hex
from ..errors import GoneError, InputError, NotFoundError
from ..languages.sentences import Sentence
from ..searching.collection import state_of
from ..searching.index import Index
from .showing import Shown, show

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
        raise _unusable(name, Sentence("proof-too-large", limit_mb=LIMIT_BYTES // 1000000))
    try:
        record = json.loads(
            data.decode("utf-8-sig"), object_pairs_hook=_once, parse_constant=_no_constant
        )
    except UnicodeDecodeError:
        raise _unusable(name, Sentence("no-utf8")) from None
    except (ValueError, RecursionError) as error:
        reason = Sentence("proof-no-json", error=_shortened(error))
        raise _unusable(name, reason) from None
    if not isinstance(record, dict) or record.get("format") != FORMAT:
        raise _unusable(name, Sentence("proof-format-missing", format=FORMAT))
    if _depth(record) > _DEEPEST:
        raise _unusable(name, Sentence("proof-nested-too-deeply", limit=_DEEPEST))
    fields = _Fields(record, name)
    version = fields.number("version")
    if version != VERSION:
        raise _unusable(name, Sentence("proof-version-unknown", version=version, known=VERSION))
    inner = record.get("range")
    chosen = None
    if inner is not None:
        if not isinstance(inner, dict):
            raise _unusable(name, Sentence("proof-range-unusable"))
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
            raise _unusable(self.name, Sentence("proof-no-text", inside=self.inside, key=key))
        try:
            sha256_hex(value)
        except UnicodeEncodeError:
            raise _unusable(
                self.name, Sentence("proof-half-character", inside=self.inside, key=key)
            ) from None
        return value

    def text_or_none(self, key: str) -> str | None:
        return None if self.record.get(key) is None else self.text(key)

    def number(self, key: str) -> int:
        value = self.record.get(key)
        if not isinstance(value, int) or isinstance(value, bool):
            raise _unusable(self.name, Sentence("proof-no-number", inside=self.inside, key=key))
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


IndexState = Literal["present", "superseded", "elsewhere", "forgotten", "unknown", "different"]
"""What the index has under the id: the same wording, searched today or superseded; the same text
under other documents only; nothing any more, on request; nothing; another wording."""

_ID = re.compile(r"[0-9a-f]{20}-[0-9a-f]{8}(?:-(?P<repeat>[1-9][0-9]{0,8}))?\Z")


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at, whether it is right, and a sentence if it is not."""

    name: str
    holds: bool
    why: Sentence | None = None

    JSON = view("name holds", Member("why", lambda check: str(check.why or ""), str))


@dataclass(frozen=True, slots=True)
class Difference:
    """Where two wordings first differ, counted from 0; what each has there, "" past its end."""

    at: int
    stated: str
    found: str


class InIndex(NamedTuple):
    """What the index has under the id, and since when it is an old wording."""

    state: IndexState
    superseded_at: str | None


@dataclass(frozen=True, slots=True)
class Verification:
    """The outcome for one file; ``index`` is None where none was asked.

    ``notes`` say what else of the file the index has otherwise (a title corrected since); they do
    not decide.
    """

    passage_id: str
    checks: tuple[Check, ...]
    index: IndexState | None = None
    superseded_at: str | None = None
    difference: Difference | None = None
    notes: tuple[Sentence, ...] = field(default=())

    JSON = view(
        "proven=is_proven passage_id checks index=in_index first_difference=difference",
        Member("notes", lambda found: list(map(str, found.notes)), tuple[str, ...]),
    )

    @property
    def in_index(self) -> InIndex | None:
        """What the index has, where one was asked."""
        return None if self.index is None else InIndex(self.index, self.superseded_at)

    @property
    def is_proven(self) -> bool:
        """Whether everything that was looked at is right."""
        return all(check.holds for check in self.checks)

    @property
    def reasons(self) -> tuple[Sentence, ...]:
        """Why it is not proven."""
        return tuple(check.why for check in self.checks if check.why and not check.holds)


def verify(proof: Proof) -> Verification:
    """Whether a file agrees with itself."""
    digest = sha256_hex(proof.text)
    checks = [
        Check(
            "text",
            proof.sha256 == digest,
            Sentence("proof-text-changed", digest=digest, stated=proof.sha256[:80]),
        ),
        _check_of_id(proof),
    ]
    difference = None
    if proof.chosen is not None:
        checks.append(_check_of_range(proof.text, proof.chosen))
        there = proof.text[max(proof.chosen.start, 0) : max(proof.chosen.end, 0)]
        difference = _difference(proof.chosen.quote, there, max(proof.chosen.start, 0))
    kept = tuple(check if not check.holds else replace(check, why=None) for check in checks)
    return Verification(proof.passage_id, kept, difference=difference)


def _check_of_id(proof: Proof) -> Check:
    found = _ID.match(proof.passage_id)
    if found is None:
        return Check("passage_id", False, Sentence("proof-no-id", id=proof.passage_id[:80]))
    repeat = int(found["repeat"] or 1)
    expected = passage_id(proof.text, proof.document_id, repeat)
    return Check(
        "passage_id",
        expected == proof.passage_id,
        Sentence(
            "proof-other-id",
            document_id=proof.document_id[:80],
            expected=expected,
            stated=proof.passage_id,
        ),
    )


def _check_of_range(text: str, chosen: ProofRange) -> Check:
    if not 0 <= chosen.start < chosen.end <= len(text):
        why = Sentence("proof-no-range", start=chosen.start, end=chosen.end, length=len(text))
        return Check("range", False, why)
    there = text[chosen.start : chosen.end]
    if chosen.quote != there:
        return Check("range", False, Sentence("proof-other-quote"))
    return Check(
        "range",
        sha256_hex(chosen.quote) == chosen.sha256,
        Sentence("proof-quote-changed", digest=sha256_hex(chosen.quote), stated=chosen.sha256[:80]),
    )


def verify_in(proof: Proof, index: Index) -> Verification:
    """The same, and whether the index has, or had, this wording under this id."""
    alone = verify(proof)
    try:
        shown = show(index, proof.passage_id)
    except GoneError:
        return _with(alone, "forgotten", Sentence("proof-erased"))
    except NotFoundError:
        return _with(alone, "unknown", Sentence("proof-never-there"))
    if not isinstance(shown, Shown) or shown.passage.passage_id != proof.passage_id:
        others = (shown.passage,) if isinstance(shown, Shown) else shown
        difference = _difference(proof.text, others[0].text)
        if difference is None:
            where = tuple(other.passage_id for other in others[:5])
            why = Sentence("proof-elsewhere-only", where=where)
            return _with(alone, "elsewhere", why)
        return _with(alone, "different", _other_wording(proof, others[0]), difference)
    difference = _difference(proof.text, shown.passage.text)
    if difference is not None:
        return _with(alone, "different", _other_wording(proof, shown.passage), difference)
    notes = tuple(
        Sentence("proof-metadata", name=name, found=getattr(shown.document, name), stated=stated)
        for name, stated in proof.metadata.items()
        if getattr(shown.document, name) != stated
    )
    if shown.superseded is not None:
        found = _with(alone, "superseded", None)
        return replace(found, superseded_at=shown.superseded.superseded, notes=notes)
    return replace(_with(alone, "present", None), notes=notes)


def _with(
    alone: Verification,
    state: IndexState,
    why: Sentence | None,
    difference: Difference | None = None,
) -> Verification:
    return replace(
        alone,
        checks=(*alone.checks, Check("index", why is None, why)),
        index=state,
        difference=difference or alone.difference,
    )


def _other_wording(proof: Proof, passage: Passage) -> Sentence:
    changes = notation(side_by_side(proof.text[:2000], passage.text[:2000]))
    return Sentence("proof-other-wording", changes=changes)


def _difference(stated: str, found: str, offset: int = 0) -> Difference | None:
    at = first_difference(stated, found)
    return None if at is None else Difference(offset + at, stated[at : at + 1], found[at : at + 1])


def _unusable(name: str, reason: Sentence) -> InputError:
    return InputError("proof-unusable", name=name, reason=reason)
