"""Find the passages that a quotation may be from, by the characters that must stand in the source.

``content`` is the folded text without punctuation: two texts with the same content differ in
punctuation, width or letter case only. What changes a value stays: ``%`` and its like, mathematical
signs, a minus before a digit, the space between two words in letters, one mark for whatever stands
between two digits (1.5 is not 15, 1、2 is not 12), and a sign that is a number of its own beside
another (10² is not 102).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import NamedTuple
from unicodedata import normalize

from ...analysis.equivalence import conversions
from ...analysis.text import HAN, Folded, fold, fold_with_offsets, is_letter
from ...budget import current
from ...documents.document import Passage
from ...index.answers import Found, LabelHit
from ...index.engine import NO_FILTERS, EngineRequest
from ...query.nodes import And, Literal, Near, Node, Or, Query
from ...searching.index import Index

_OF_VALUE = frozenset("%‰‱&@#*§°′″")
_SEPARATORS = {".": ".", "-": "-", "~": "-", ":": ":", "/": "/"}
_IN_WORDS = frozenset("-.'·")
_AT_ELLIPSES = re.compile(r"…+|⋯+|\.{3,}|。{3,}|．{3,}|・{3,}")


@cache
def is_punctuation(character: str) -> bool:
    """Whether a character may be left out of a text without changing its content."""
    return unicodedata.category(character)[0] == "P" and character not in _OF_VALUE


@cache
def _apart() -> re.Pattern[str]:
    """Runs of punctuation, as far as Chinese text has it, and the spaces that folding left."""
    basic_plane = map(chr, range(0x10000))
    return re.compile(f"[ {re.escape(''.join(filter(is_punctuation, basic_plane)))}]+")


@cache
def _beside_digits() -> re.Pattern[str]:
    """Raised, lowered and circled numbers directly beside a digit."""
    basic_plane = map(chr, range(0x10000))
    # Not ``form_of``, which would remember them all.
    numbers = "".join(
        c for c in basic_plane if not c.isdecimal() and normalize("NFKC", c).isdecimal()
    )
    return re.compile(rf"(?<=\d)[{numbers}]+|[{numbers}]+(?=\d)")


def content(text: str) -> Folded:
    """What of a text counts, with the offsets of it."""
    folded = fold_with_offsets(text)
    source, places = folded.text, folded.offsets
    raised = {at for run in _beside_digits().finditer(text) for at in range(*run.span())}
    if raised:
        pairs = zip(source, places, strict=False)
        source = "".join(text[at] if at in raised else sign for sign, at in pairs)
    kept: list[str] = []
    offsets: list[int] = []
    done = 0
    for run in _apart().finditer(source):
        start, end = run.span()
        kept.append(source[done:start])
        offsets.extend(places[done:start])
        mark = _mark(source, start, end) or _between_words(source, start, end, text, places)
        if mark:
            kept.append(mark)
            offsets.append(places[start])
        done = end
    kept.append(source[done:])
    offsets.extend(places[done:])
    return Folded("".join(kept), tuple(offsets))


def _mark(source: str, start: int, end: int) -> str:
    """What a run of punctuation counts as; mostly nothing."""
    run = source[start:end]
    if run == " ":
        return run
    if _is_digit(source[start - 1 : start]) and _is_digit(source[end : end + 1]):
        return _SEPARATORS.get(run, ",")
    # A dash of two is a dash; a single one directly before a digit is a minus.
    is_minus = _is_digit(source[end : end + 1]) and run[-1] == "-" and run[-2:] != "--"
    return "-" if is_minus else ""


def _between_words(source: str, start: int, end: int, text: str, places: Sequence[int]) -> str:
    """One space where punctuation stands between two words in letters, as white space does; not
    where it is of one word: U.S., don't, e-mail."""
    if not (
        start and end < len(source) and is_letter(source[start - 1]) and is_letter(source[end])
    ):
        return ""
    is_one_word = all(sign in _IN_WORDS for sign in source[start:end])
    parted = any(c.isspace() for c in text[places[start - 1] + 1 : places[end]])
    return "" if is_one_word and not parted else " "


def _is_digit(character: str) -> bool:
    return character != "" and character in "0123456789"


def parts_at_ellipses(quote: str) -> tuple[str, ...]:
    """The parts of a quotation between its ellipses; those around it leave out nothing of it."""
    parts = (part.strip() for part in _AT_ELLIPSES.split(quote))
    return tuple(part for part in parts if content(part).text)


_RUN = re.compile(rf"[{HAN}]+|[^\W_{HAN}]+")
"""Characters between which no white space or punctuation can hide."""
_RUNS = 8
_SHORT_CHARS = 8
_MARKS = (*",、。:;\"'()《》〈〉·-!?", "--", '",', ',"', '"、"', ')"', '("')
"""What usually stands between two characters, folded."""
_GAPS = 2
_MARKS_CHARS = 4
_STRETCHES = 6
_TRIED = 2
_PIECE_CHARS = 4
_FEWEST = 2
_PAIRS = 96
_FIRST = 20
_MORE = 1000
_SIMILAR = 40
_BUDGET_MS = 2000
"""No single search of a check may take longer."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A text that a quotation may be from: a passage, or a title, heading or caption."""

    text: str
    origin: Passage | LabelHit


class _Piece(NamedTuple):
    passages: int
    text: str


class Finder:
    """Searches one index for what a quotation may be from.

    What is not searched whole is not searched: all raise OverBudgetError where time is spent.
    """

    def __init__(self, index: Index) -> None:
        self.index = index
        self._reader = index.reader
        self._counts: dict[str, int] = {}
        self._similar: dict[tuple[str, ...], tuple[Candidate, ...]] = {}

    def begin(self) -> None:
        """Ask anew from now on: until then, what was counted once is not counted again."""
        self._counts.clear()
        self._similar.clear()

    def verbatim(self, quote: str) -> Iterator[tuple[Candidate, ...]]:
        """Texts in which the quotation may stand but for its punctuation, likely ones first.

        In batches, so that one can stop; each has all characters of it, maybe elsewhere.
        """
        folded = fold(quote.strip())
        total, passages = self._search(Literal(folded), _FIRST)
        yield _candidates(passages)
        if total > _FIRST:
            yield _candidates(self._search(Literal(folded), _MORE)[1][_FIRST:])
        yield self._labels(Literal(folded))
        runs = _RUN.findall(folded)
        if not runs:
            return
        is_short = sum(map(len, runs)) < _SHORT_CHARS
        node = _marked_otherwise(runs) if is_short else _with_runs(runs)
        yield _candidates(self._search(node, _FIRST)[1])
        yield self._labels(node)

    def similar(self, quote: str) -> tuple[Candidate, ...]:
        """Passages and labels that share rare pieces with the quotation, the best first."""
        folded = fold(quote)
        pieces = self._rare_pieces(folded)
        if not pieces:
            return ()
        # In another script a quotation often has the same pieces and pairs.
        pairs = _pairs(_RUN.findall(folded))
        known = self._similar.get((*pieces, "", *pairs))
        if known is None:
            node = Or(tuple(map(Literal, pieces)))
            known = self._scored(node, pairs) + self._labels(node)
            self._similar[(*pieces, "", *pairs)] = known
        return known

    def _count(self, piece: str) -> int:
        """How many passages have a piece of a quotation."""
        found = self._counts.get(piece)
        if found is None:
            found = self._counts[piece] = self._search(Literal(piece), 0)[0]
        return found

    def similar_in_scripts(self, quote: str) -> tuple[Candidate, ...]:
        """What has the quotation in another script, or is similar to it there."""
        found: list[Candidate] = []
        for other in conversions(quote):
            has = _candidates(self._search(Literal(fold(other)), _FIRST)[1])
            found += has or self.similar(other)
        return tuple(found)

    def has(self, text: str) -> bool:
        """Whether any passage has a text, literally."""
        return bool(self._search(Literal(fold(text)), 0)[0])

    def passages_in(self, document_id: str) -> tuple[Candidate, ...]:
        """The passages of a document."""
        current().spend()
        return tuple(Candidate(p.text, p) for p in self.index.passages_in(document_id))

    def _rare_pieces(self, folded: str) -> list[str]:
        """The rarest piece that occurs of each stretch of a quotation.

        Inside of runs, where no other punctuation can hide; if these are short or all altered,
        from the whole text, shorter ones.
        """
        runs = _RUN.findall(folded)
        size = _PIECE_CHARS if sum(map(len, runs)) > 4 * _PIECE_CHARS else _PIECE_CHARS - 1
        found: list[_Piece] = []
        for texts, piece_size in ((runs, size), ([folded], _PIECE_CHARS - 1), (runs, 2)):
            found = []
            for stretch in _stretches(_pieces(texts, piece_size)):
                step = max(1, len(stretch) // _TRIED)
                counted = [_Piece(self._count(piece), piece) for piece in stretch[::step][:_TRIED]]
                occurring = [piece for piece in counted if piece.passages]
                found += [min(occurring)] if occurring else []
            if len(found) >= _FEWEST:
                break
        return list(dict.fromkeys(piece.text for piece in found))

    def _labels(self, node: Node) -> tuple[Candidate, ...]:
        current().spend()
        _, labels = self._reader.labels(Query("", node), NO_FILTERS, _FIRST)
        return tuple(Candidate(label.text, label) for label in labels)

    def _scored(self, node: Node, pairs: tuple[str, ...]) -> tuple[Candidate, ...]:
        request = EngineRequest(Query("", node, pairs=pairs), limit=_SIMILAR, facets=False)
        return tuple(Candidate(p.text, p) for p, _ in self._found(request).hits)

    def _search(self, node: Node, limit: int) -> tuple[int, tuple[Passage, ...]]:
        request = EngineRequest(Query("", node), sort="document", limit=limit, facets=False)
        found = self._found(request)
        return found.total, tuple(passage for passage, _ in found.hits)

    def _found(self, request: EngineRequest) -> Found:
        budget = current()
        budget.spend()
        with budget.part(_BUDGET_MS):
            found = self._reader.search(request)
        if found.partial:
            # A part of an answer would call absent what stands in the rest.
            raise budget.refusal()
        return found


def _candidates(passages: Iterable[Passage]) -> tuple[Candidate, ...]:
    return tuple(Candidate(passage.text, passage) for passage in passages)


def _with_runs(runs: Sequence[str]) -> Node:
    """The longest runs of a quotation."""
    longest = sorted(dict.fromkeys(runs), key=len, reverse=True)
    return And(tuple(map(Literal, longest[:_RUNS])))


def _marked_otherwise(runs: Sequence[str]) -> Node:
    """A short quotation without its punctuation, with another mark, or with one more."""
    text = "".join(runs)
    if len(runs) > _GAPS:
        near = [Near(one, other, _MARKS_CHARS) for one, other in pairwise(runs)]
        return Or((Literal(text), And(tuple(near))))
    gaps = [len(runs[0])] if len(runs) == _GAPS else range(1, len(text))
    texts = [text, *(text[:at] + mark + text[at:] for at in gaps for mark in _MARKS)]
    return Or(tuple(map(Literal, texts)))


def _pieces(texts: Sequence[str], size: int) -> list[str]:
    """Everything of a size in some texts, in order; nothing that may be broken by white space."""
    pieces = [text[at : at + size] for text in texts for at in range(len(text) - size + 1)]
    return [piece for piece in pieces if " " not in piece]


def _stretches(pieces: Sequence[str]) -> list[Sequence[str]]:
    """Pieces in stretches of equal length."""
    length = max(1, -(-len(pieces) // _STRETCHES))
    return [pieces[at : at + length] for at in range(0, len(pieces), length)]


def _pairs(runs: Sequence[str]) -> tuple[str, ...]:
    """Adjacent characters that score, from all over a quotation."""
    pairs = list(dict.fromkeys(run[at : at + 2] for run in runs for at in range(len(run) - 1)))
    return tuple(pairs[:: max(1, -(-len(pairs) // _PAIRS))])
