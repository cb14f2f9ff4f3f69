"""What does the page offer to quote? The passage or a range of it, its address, copies, proof."""

from __future__ import annotations

from dataclasses import dataclass

from ..analysis.punctuation import adapt_punctuation
from ..citing.showing import Shown
from ..documents.document import Passage
from ..documents.ranges import TextRange
from ..searching.snippets import Range, marked
from .addresses import Addresses
from .results_view import Pieces
from .safety import safe_link


@dataclass(frozen=True, slots=True)
class ReplacementView:
    """A mark that the adapted copy has otherwise; ``number`` counts the characters from 1."""

    number: int
    original: str
    standard: str


@dataclass(frozen=True, slots=True)
class QuotationView:
    """Everything the panel of the quotation needs.

    ``chosen`` is None where the whole passage is quoted; ``adapted`` None where its punctuation is
    standard already. ``address`` is the permanent one, of the range where there is one.
    """

    chosen: TextRange | None
    characters: int
    adapted: str | None
    replacements: tuple[ReplacementView, ...]
    address: str
    whole_address: str
    proof_address: str
    original_page: str | None

    @property
    def range_params(self) -> list[tuple[str, str]]:
        """The range as parameters of an address."""
        return self.chosen.to_params() if self.chosen else []


def quotation_view(shown: Shown, chosen: TextRange | None, addresses: Addresses) -> QuotationView:
    """The view of what is quoted of a passage."""
    passage = shown.passage
    adapted = adapt_punctuation(_quoted(passage, chosen))
    return QuotationView(
        chosen=chosen,
        characters=len(passage.text),
        adapted=adapted.text if adapted.replacements else None,
        replacements=tuple(
            ReplacementView(r.at + 1, r.original, r.standard) for r in adapted.replacements
        ),
        address=addresses.passage(passage.passage_id, chosen=chosen),
        whole_address=addresses.passage(passage.passage_id),
        proof_address=addresses.proof(passage.passage_id, chosen),
        original_page=safe_link(shown.original_page(chosen)),
    )


def _quoted(passage: Passage, chosen: TextRange | None) -> str:
    return chosen.quote if chosen else passage.text


def parted(
    text: str, highlights: tuple[Range, ...], chosen: TextRange | None
) -> tuple[Pieces, Pieces, Pieces]:
    """What stands before a range, in it and after it, each with its marked words.

    All of it is before where there is no range.
    """
    start, end = (chosen.start, chosen.end) if chosen else (len(text), len(text))
    before, within, after = (
        tuple(
            marked(
                text[first:last],
                [
                    (max(one, first) - first, min(other, last) - first)
                    for one, other in highlights
                    if one < last and other > first
                ],
            )
        )
        for first, last in ((0, start), (start, end), (end, len(text)))
    )
    return before, within, after
