"""Does a proof file hold? By itself, and against an index.

By itself: the hashes are those of the texts, the quotation is what stands at its range, and the
passage id is the one that the text and the document id give (``documents.passage_id``; which of
several equal paragraphs ``-n`` means no file can tell). So whoever cites the address of a passage
has named its wording, and a file under that id with other words does not hold. That the text was in
a collection at all, and when, only the index tells.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from ...analysis.differences import first_difference, notation, side_by_side
from ...documents.document import Passage, passage_id, sha256_hex
from ...errors import GoneError, NotFoundError
from ...searching.index import Index
from ..showing import Shown, show
from .files import Proof, ProofRange

IndexState = Literal["present", "superseded", "elsewhere", "forgotten", "unknown", "different"]
"""What the index has under the id: the same wording, searched today or superseded; the same text
under other documents only; nothing any more, on request; nothing; another wording."""

_ID = re.compile(r"[0-9a-f]{20}-[0-9a-f]{8}(?:-(?P<repeat>[1-9][0-9]{0,8}))?\Z")


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at, whether it is right, and a sentence if it is not."""

    name: str
    holds: bool
    why: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """Where two wordings first differ, counted from 0; what each has there, "" past its end."""

    at: int
    stated: str
    found: str


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
    notes: tuple[str, ...] = field(default=())

    @property
    def is_proven(self) -> bool:
        """Whether everything that was looked at is right."""
        return all(check.holds for check in self.checks)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it is not proven."""
        return tuple(check.why for check in self.checks if not check.holds)

    def to_json(self) -> dict[str, Any]:
        """JSON types."""
        return {
            "proven": self.is_proven,
            "passage_id": self.passage_id,
            "checks": [{"name": c.name, "holds": c.holds, "why": c.why} for c in self.checks],
            "index": None
            if self.index is None
            else {"state": self.index, "superseded_at": self.superseded_at},
            "first_difference": None
            if self.difference is None
            else {
                "at": self.difference.at,
                "stated": self.difference.stated,
                "found": self.difference.found,
            },
            "notes": list(self.notes),
        }


def verify(proof: Proof) -> Verification:
    """Whether a file agrees with itself."""
    digest = sha256_hex(proof.text)
    checks = [
        Check(
            "text",
            proof.sha256 == digest,
            f"the text has the SHA-256 {digest}, and the file states {proof.sha256[:80]}: the text "
            "or its hash was changed",
        ),
        _check_of_id(proof),
    ]
    difference = None
    if proof.chosen is not None:
        checks.append(_check_of_range(proof.text, proof.chosen))
        there = proof.text[max(proof.chosen.start, 0) : max(proof.chosen.end, 0)]
        difference = _difference(proof.chosen.quote, there, max(proof.chosen.start, 0))
    kept = tuple(check if not check.holds else replace(check, why="") for check in checks)
    return Verification(proof.passage_id, kept, difference=difference)


def _check_of_id(proof: Proof) -> Check:
    found = _ID.match(proof.passage_id)
    if found is None:
        return Check("passage_id", False, f"{proof.passage_id[:80]!r} is no passage id")
    repeat = int(found["repeat"] or 1)
    expected = passage_id(proof.text, proof.document_id, repeat)
    return Check(
        "passage_id",
        expected == proof.passage_id,
        f"this text in the document {proof.document_id[:80]} has the passage id {expected}, and "
        f"the file states {proof.passage_id}",
    )


def _check_of_range(text: str, chosen: ProofRange) -> Check:
    if not 0 <= chosen.start < chosen.end <= len(text):
        why = (
            f"the range from {chosen.start} to {chosen.end} is none of a text of "
            f"{len(text)} characters"
        )
        return Check("range", False, why)
    there = text[chosen.start : chosen.end]
    if chosen.quote != there:
        return Check("range", False, "the quotation is not what stands at its range")
    return Check(
        "range",
        sha256_hex(chosen.quote) == chosen.sha256,
        f"the quotation has the SHA-256 {sha256_hex(chosen.quote)}, and the file states "
        f"{chosen.sha256[:80]}",
    )


def verify_in(proof: Proof, index: Index) -> Verification:
    """The same, and whether the index has, or had, this wording under this id."""
    alone = verify(proof)
    try:
        shown = show(index, proof.passage_id)
    except GoneError:
        why = "the document was erased from this index on request, so it cannot say"
        return _with(alone, "forgotten", why)
    except NotFoundError:
        return _with(alone, "unknown", "this index never had a passage of this id")
    if not isinstance(shown, Shown) or shown.passage.passage_id != proof.passage_id:
        others = (shown.passage,) if isinstance(shown, Shown) else shown
        where = ", ".join(other.passage_id for other in others[:5])
        difference = _difference(proof.text, others[0].text)
        if difference is None:
            why = f"this index has the same wording in other documents only: {where}"
            return _with(alone, "elsewhere", why)
        return _with(alone, "different", _other_wording(proof, others[0]), difference)
    difference = _difference(proof.text, shown.passage.text)
    if difference is not None:
        return _with(alone, "different", _other_wording(proof, shown.passage), difference)
    notes = tuple(
        f"the index has {name} {getattr(shown.document, name)!r}, the file {stated!r}"
        for name, stated in proof.metadata.items()
        if getattr(shown.document, name) != stated
    )
    if shown.superseded is not None:
        found = _with(alone, "superseded", None)
        return replace(found, superseded_at=shown.superseded.superseded, notes=notes)
    return replace(_with(alone, "present", None), notes=notes)


def _with(
    alone: Verification, state: IndexState, why: str | None, difference: Difference | None = None
) -> Verification:
    return replace(
        alone,
        checks=(*alone.checks, Check("index", why is None, why or "")),
        index=state,
        difference=difference or alone.difference,
    )


def _other_wording(proof: Proof, passage: Passage) -> str:
    changes = notation(side_by_side(proof.text[:2000], passage.text[:2000]))
    return f"this index has another wording under this id: {changes}"


def _difference(stated: str, found: str, offset: int = 0) -> Difference | None:
    at = first_difference(stated, found)
    return None if at is None else Difference(offset + at, stated[at : at + 1], found[at : at + 1])
