"""Resolve a passage id as of today: a passage, several of one text, or an old wording."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from ..analysis.differences import Pair, side_by_side
from ..analysis.punctuation import adapt_punctuation
from ..documents.document import Document, Passage, document_json
from ..documents.history import Superseded
from ..documents.ranges import TextRange, parse_range, permanent_path
from ..errors import NotFoundError
from ..searching.index import Index
from ..searching.results import passage_json, reprint_json
from .formats import Entry
from .record import Kind
from .styles import EDITIONS, Citation, cite
from .text_fragments import link_to_text

_LIKENESS = 0.5
"""How much alike an old and a present wording are at least, as difflib's ratio."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A passage with its document and the passages around it.

    For an old wording ``superseded`` says when and why it left the search; then ``document`` has no
    text, nothing stands around it, and ``present`` is the passage now most like it, ``successor``
    the document that it is in, where there are such. ``chain`` has every passage with this text in
    order of publication, itself too, where it was found to be printed several times.
    """

    passage: Passage
    document: Document
    passages: int
    before: tuple[Passage, ...] = ()
    after: tuple[Passage, ...] = ()
    superseded: Superseded | None = None
    present: Passage | None = None
    successor: Document | None = None
    chain: tuple[Passage, ...] = ()

    @property
    def changes(self) -> tuple[Pair, ...]:
        """An old wording beside the present one; nothing where there is no present one."""
        return side_by_side(self.passage.text, self.present.text) if self.present else ()

    def original_page(self, chosen: TextRange | None = None) -> str | None:
        """The address that opens the original page at the passage, or at a range of it.

        None where the document has no article address, or the words could be others of the page
        too; and for an old wording, which the page need not have any more.
        """
        if self.superseded is not None:
            return None
        start = self.passage.start + (chosen.start if chosen else 0)
        end = self.passage.start + chosen.end if chosen else self.passage.end
        return link_to_text(self.document.url, self.document.text, start, end)


def chosen_in(
    shown: Shown | tuple[Passage, ...], start: str | None, end: str | None
) -> TextRange | None:
    """The range that was asked for in what an id stands for, which is one text in any case.

    None where none was. Raises UsageError for one that is none of the text.
    """
    passage = shown.passage if isinstance(shown, Shown) else shown[0]
    return parse_range(passage.text, start, end)


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
    passages = document.passage_count
    return Shown(found[0], document, passages, before, after, chain=_chain(index, found[0]))


def _chain(index: Index, passage: Passage) -> tuple[Passage, ...]:
    chain = []
    for passage_id in index.reprints().group_of(passage.passage_id):
        try:
            chain.append(index.get(passage_id))
        except NotFoundError:
            # Taken out since reprints were compared.
            continue
    return tuple(chain) if len(chain) > 1 else ()


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


def shown_json(
    shown: Shown | tuple[Passage, ...], chosen: TextRange | None = None
) -> dict[str, Any]:
    """The answer of ``show --json`` and of ``/api/v1/passages/<id>``; for a range, or the whole."""
    if not isinstance(shown, Shown):
        return {"candidates": [passage_json(p) | _quoted_json(p, chosen) for p in shown]}
    old = shown.superseded
    citations = [cite(shown.document, shown.passage, style=style) for style in EDITIONS]
    return {
        **passage_json(shown.passage),
        **_quoted_json(shown.passage, chosen),
        "original_page": shown.original_page(chosen),
        "superseded": None
        if old is None
        else {
            "at": old.superseded,
            "reason": old.reason,
            "document_id": shown.successor.document_id if shown.successor else None,
            "passage_id": shown.present.passage_id if shown.present else None,
            "changes": [{"old": one, "now": other} for one, other in shown.changes],
        },
        "chain": [reprint_json(other) for other in shown.chain],
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


def _quoted_json(passage: Passage, chosen: TextRange | None) -> dict[str, Any]:
    """The permanent address, the range and what is quoted: all of a passage if no range is."""
    text = chosen.quote if chosen else passage.text
    adapted = adapt_punctuation(text)
    return {
        "address": permanent_path(passage.passage_id, chosen),
        "range": None
        if chosen is None
        else {
            "from": chosen.start,
            "to": chosen.end,
            "quote": chosen.quote,
            "sha256": chosen.sha256,
        },
        # What stands here is not the source's own punctuation; null where that is standard already.
        "adapted": None
        if not adapted.replacements
        else {
            "text": adapted.text,
            "replacements": [
                {"at": r.at, "original": r.original, "standard": r.standard}
                for r in adapted.replacements
            ],
        },
    }
