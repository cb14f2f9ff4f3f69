"""What is said of a quotation? Its verdict, where it stands, and what was changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from ...documents.document import Passage
from ...index.answers import LabelHit
from .differences import Change

Verdict = Literal["exact", "punctuation", "altered", "stitched", "absent", "unchecked"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)

UNCHECKED = (
    "限定的时间已用完，没有核对：请少核对几条再试，或在终端用 duansou check-quotes 核对。",
    "The time for one request was spent, so it was not checked: send fewer quotations at once, or "
    "use duansou check-quotes.",
)
"""Said of what is unchecked, which may well be in the collection."""

DifferenceKind = Literal["characters", "script", "script and characters", "punctuation", "case"]
"""In what a quotation differs: ``script`` where it is the same in the other script."""

Arrangement = Literal["in order", "out of order", "several documents"]
"""Whether the parts of a quotation stand in one document, and in the order quoted."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a quotation stands: ``text[start:end]`` of a passage, or of a label of a document.

    ``found_in`` is "text", or what the label is: "title", "eyebrow", "subtitle", "heading",
    "caption", "note" or another kind; then ``passage_id`` and ``paragraph`` are None.
    """

    passage_id: str | None
    document_id: str
    path: str
    title: str | None
    paragraph: int | None
    found_in: str
    text: str
    start: int
    end: int

    @property
    def wording(self) -> str:
        """What the source says there."""
        return self.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class CheckedPart:
    """One part of a quotation, judged by itself."""

    quote: str
    verdict: Verdict
    source: Source | None
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckedQuote:
    """A quotation with its verdict.

    ``source`` is where it stands (its first part, where it is stitched); None where it is absent.
    ``changes`` are both texts side by side where they differ. ``others`` are further places with
    the same verdict, not all of them. ``similarity`` is the share of its characters that
    needed no edit. ``notes`` are (Chinese, English) sentences to read before trusting it.
    """

    quote: str
    verdict: Verdict
    source: Source | None = None
    changes: tuple[Change, ...] = ()
    kind: DifferenceKind | None = None
    similarity: float = 0.0
    others: tuple[Source, ...] = ()
    parts: tuple[CheckedPart, ...] = ()
    arrangement: Arrangement | None = None
    notes: tuple[tuple[str, str], ...] = ()

    @property
    def is_good(self) -> bool:
        """Whether the source says it: exactly, or but for its punctuation."""
        return self.verdict in ("exact", "punctuation")


def passage_source(passage: Passage, start: int, end: int) -> Source:
    """A stretch of a passage."""
    return Source(
        passage.passage_id,
        passage.document_id,
        passage.path,
        passage.title,
        passage.paragraph,
        "text",
        passage.text,
        start,
        end,
    )


def label_source(label: LabelHit, start: int, end: int) -> Source:
    """A stretch of a title, heading or caption."""
    named = {"title", "eyebrow", "subtitle", "caption", "note"}
    found_in = label.kind if label.kind in named else label.role
    return Source(
        None, label.document_id, label.path, label.title, None, found_in, label.text, start, end
    )
