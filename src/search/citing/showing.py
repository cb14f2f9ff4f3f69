"""Resolve a passage id as of today: a passage, several of one text, or an old wording."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Annotated, Any, NamedTuple

from ..analysis.differences import Pair, side_by_side
from ..analysis.punctuation import Adapted, adapt_punctuation
from ..documents.declared import TEXT, PassageId, json_of, view
from ..documents.document import Document, Passage, TextRange, parse_range, permanent_path
from ..documents.history import Reason, Superseded
from ..errors import NotFoundError
from ..searching.index import Index
from ..searching.results import Reprint
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
    chain: Annotated[
        tuple[Reprint, ...],
        "Where the text was printed, this place too, the earliest first.",
    ] = ()

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


_Range = Annotated[
    TextRange, "The characters of text that are quoted: code points from 0, to not included."
]
_Adapted = Annotated[
    Adapted, "The quotation in standard punctuation, not the source's own; null if it is."
]


@dataclass(frozen=True, slots=True)
class Quoted:
    """What is quoted: all of a passage, or a range; ``adapted`` where it is not standard."""

    passage: Passage
    address: Annotated[str, "The permanent address, of the range if there is one."]
    range: _Range | None
    adapted: _Adapted | None

    JSON = view("*passage address range adapted")


@dataclass(frozen=True, slots=True)
class Candidates:
    """The passages that an id stands for now."""

    candidates: tuple[Quoted, ...]


class Wordings(NamedTuple):
    """A stretch of an old wording, and of the present one."""

    old: str
    now: str


class Outdated(NamedTuple):
    """Since when and why a wording is an old one, and what stands there now."""

    at: str
    reason: Annotated[Reason, TEXT]
    document_id: str | None
    passage_id: PassageId | None
    changes: tuple[Wordings, ...]


_Old = Annotated[Outdated, "That this is an old wording: since when, and what stands there now."]


@dataclass(frozen=True, slots=True)
class ShownPassage:
    """What is sent of a passage: itself and what is quoted of it, and everything around it."""

    quoted: Quoted
    shown: Shown
    original_page: Annotated[str | None, "Opens the original at these words."]
    superseded: _Old | None
    citations: tuple[Citation, ...]

    JSON = view(
        "*quoted original_page superseded chain=shown.chain before=shown.before after=shown.after"
        " document=shown.document citations"
    )


def sent(
    shown: Shown | tuple[Passage, ...], chosen: TextRange | None = None
) -> ShownPassage | Candidates:
    """What is sent of what stands under an id, for a range or the whole."""
    if not isinstance(shown, Shown):
        return Candidates(tuple(_quoted(passage, chosen) for passage in shown))
    old = shown.superseded
    return ShownPassage(
        _quoted(shown.passage, chosen),
        shown,
        shown.original_page(chosen),
        _outdated(shown, old) if old else None,
        tuple(cite(shown.document, shown.passage, style=style) for style in EDITIONS),
    )


def _outdated(shown: Shown, old: Superseded) -> Outdated:
    return Outdated(
        old.superseded,
        old.reason,
        shown.successor.document_id if shown.successor else None,
        shown.present.passage_id if shown.present else None,
        tuple(map(Wordings._make, shown.changes)),
    )


def shown_json(
    shown: Shown | tuple[Passage, ...], chosen: TextRange | None = None
) -> dict[str, Any]:
    """The answer of ``show --json`` and of ``/api/v1/passages/<id>``."""
    record = json_of(sent(shown, chosen))
    if isinstance(shown, Shown):  # Of an old wording there is no text any more to count them in.
        record["document"]["passages"] = shown.passages
    return record


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


def _quoted(passage: Passage, chosen: TextRange | None) -> Quoted:
    adapted = adapt_punctuation(chosen.quote if chosen else passage.text)
    address = permanent_path(passage.passage_id, chosen)
    return Quoted(passage, address, chosen, adapted if adapted.replacements else None)
