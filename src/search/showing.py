"""What does a passage id stand for today? A passage, several of one text, or an old wording."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from .citations import EDITIONS, Citation, Kind, cite
from .citations.formats import Entry
from .document_records import document_json
from .documents import Document, Passage
from .errors import NotFoundError
from .history import Superseded
from .index import Index
from .results import passage_json

__all__ = ["Shown", "citation_json", "entry_of", "show", "shown_json"]

_LIKENESS = 0.5
"""How much alike an old and a present wording are at least, as difflib's ratio."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A passage with its document and the passages around it.

    For an old wording ``superseded`` says when and why it left the search; then ``document`` has no
    text, nothing stands around it, and ``present`` is the passage now most like it, ``successor``
    the document that it is in, where there are such.
    """

    passage: Passage
    document: Document
    passages: int
    before: tuple[Passage, ...] = ()
    after: tuple[Passage, ...] = ()
    superseded: Superseded | None = None
    present: Passage | None = None
    successor: Document | None = None


def show(index: Index, passage_id: str) -> Shown | tuple[Passage, ...]:
    """What stands under an id now; several passages where its text is in several other documents.

    A text that is in one other document is shown as that passage, whose id is another. Raises
    NotFoundError for an id that never was, GoneError for what was erased on request.
    """
    try:
        found = index.resolve(passage_id)
    except NotFoundError:
        superseded = index.superseded(passage_id)
        if superseded is None:
            raise
        return _superseded(index, superseded)
    if len(found) > 1:
        return found
    document = index.document(found[0].document_id)
    before, after = index.neighbours(found[0])
    return Shown(found[0], document, document.passage_count, before, after)


def _superseded(index: Index, old: Superseded) -> Shown:
    identity = old.document.document_id
    successor: Document | None = None
    for candidate in (identity, index.history().successor(identity)):
        try:
            successor = successor or (index.document(candidate) if candidate else None)
        except NotFoundError:
            continue
    present = None
    if successor is not None:
        present = _most_alike(old.passage, index.passages_in(successor.document_id))
    return Shown(
        old.passage,
        old.document,
        old.passages,
        superseded=old,
        present=present,
        successor=successor,
    )


def _most_alike(old: Passage, passages: Sequence[Passage]) -> Passage | None:
    """The passage most like an old one, the nearer in ¶ of equals; None where none is like it."""
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(old.text)
    best, likeness = None, _LIKENESS
    for passage in sorted(passages, key=lambda p: abs(p.paragraph - old.paragraph)):
        matcher.set_seq1(passage.text)
        # The cheap upper bounds spare most comparisons.
        if matcher.real_quick_ratio() > likeness and matcher.quick_ratio() > likeness:
            ratio = matcher.ratio()
            if ratio > likeness:
                best, likeness = passage, ratio
    return best


def shown_json(shown: Shown | tuple[Passage, ...]) -> dict[str, Any]:
    """The answer of ``show --json`` and of ``/api/v1/passages/<id>``."""
    if not isinstance(shown, Shown):
        return {"candidates": [passage_json(passage) for passage in shown]}
    old = shown.superseded
    citations = [cite(shown.document, shown.passage, style=style) for style in EDITIONS]
    return {
        **passage_json(shown.passage),
        "superseded": None
        if old is None
        else {
            "at": old.superseded,
            "reason": old.reason,
            "document_id": shown.successor.document_id if shown.successor else None,
            "passage_id": shown.present.passage_id if shown.present else None,
        },
        "before": [passage_json(other) for other in shown.before],
        "after": [passage_json(other) for other in shown.after],
        "document": {**document_json(shown.document), "passages": shown.passages},
        "citations": [citation_json(citation) for citation in citations],
    }


def citation_json(citation: Citation) -> dict[str, Any]:
    """A citation, in whatever answer it stands."""
    return {
        "style": citation.style,
        "text": citation.text,
        "in_text": citation.in_text,
        "missing": list(citation.missing),
        "notes": list(citation.notes),
    }


def entry_of(
    shown: Shown,
    *,
    address: str | None = None,
    url: str | None = None,
    kind: Kind | None = None,
    item: str | None = None,
) -> Entry:
    """What is cited of a shown passage; an old wording says since when it is one."""
    return Entry(
        shown.document,
        shown.passage,
        address=address,
        url=url,
        kind=kind,
        item=item,
        superseded=shown.superseded.superseded[:10] if shown.superseded else None,
    )
