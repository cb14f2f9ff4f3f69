"""Which passages may a quotation be from? What has its characters, and what has rare pieces of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ..documents import Passage
from ..engine import NO_FILTERS, EngineRequest
from ..equivalence import Equivalences, Synonyms
from ..index import Index
from ..query import Alike, And, Literal, Near, Node, Or, Query
from ..results import LabelHit
from ..text import HAN, fold

__all__ = ["Candidate", "Finder"]

_RUN = re.compile(rf"[{HAN}]+|[^\W_{HAN}]+")
"""Characters between which no white space or punctuation can hide."""
_RUNS = 8
_SHORT_CHARS = 8
_STRETCHES = 6
_TRIED = 3
_PIECE_CHARS = 4
_PAIRS = 96
_FIRST = 20
_MORE = 1000
_SIMILAR = 30
_BUDGET_MS = 2000
"""No single search of a check may take longer."""
_SCRIPT = Equivalences.of(("script",), Synonyms())


@dataclass(frozen=True, slots=True)
class Candidate:
    """A text that a quotation may be from: a passage, or a title, heading or caption."""

    text: str
    origin: Passage | LabelHit


class _Piece(NamedTuple):
    passages: int
    text: str


class Finder:
    """Searches one index for what a quotation may be from."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self._engine = index.engine

    def verbatim(self, quote: str) -> Iterator[tuple[Candidate, ...]]:
        """Texts in which the quotation may stand but for its punctuation, likely ones first.

        In batches, so that one can stop; each has all characters of it, maybe elsewhere.
        """
        folded = fold(quote.strip())
        yield self._first(Literal(folded))
        yield self._more(Literal(folded))
        yield self._labels(Literal(folded))
        runs = sorted(dict.fromkeys(_RUN.findall(folded)), key=len, reverse=True)[:_RUNS]
        if not runs:
            return
        node: Node = And(tuple(map(Literal, runs)))
        yield self._first(node)
        yield self._labels(node)
        if len(folded) <= 2 * _SHORT_CHARS and max(map(len, runs)) > 1:
            yield self._first(_parted(runs), _MORE)

    def similar(self, quote: str) -> tuple[Candidate, ...]:
        """Passages and labels that share rare pieces with the quotation, the best first."""
        runs = _RUN.findall(fold(quote))
        pieces = self._rare_pieces(runs)
        if not pieces:
            return ()
        node = Or(tuple(Literal(piece) for piece in pieces))
        return self._scored(node, _pairs(runs)) + self._labels(node)

    def similar_in_scripts(self, quote: str) -> tuple[Candidate, ...]:
        """The same with the characters of both scripts as one."""
        runs = _RUN.findall(fold(quote))
        stretches = _stretches(runs)
        pieces = [stretch[len(stretch) // 2] for stretch in stretches]
        if not pieces:
            return ()
        node = Or(tuple(Alike(_SCRIPT.alike(piece)) for piece in pieces))
        found = self._scored(node, ())
        return found + self._labels(node)

    def has(self, text: str) -> bool:
        """Whether any passage has a text, literally."""
        return bool(self._search(Literal(fold(text)), 0)[0])

    def passages_in(self, document_id: str) -> tuple[Candidate, ...]:
        """The passages of a document."""
        return tuple(Candidate(p.text, p) for p in self.index.passages_in(document_id))

    def _rare_pieces(self, runs: Sequence[str]) -> list[str]:
        """The rarest piece that occurs of each stretch of a quotation."""
        found = []
        for stretch in _stretches(runs):
            step = max(1, len(stretch) // _TRIED)
            counted = [_Piece(self._search(Literal(p), 0)[0], p) for p in stretch[::step][:_TRIED]]
            occurring = [piece for piece in counted if piece.passages]
            if occurring:
                found.append(min(occurring).text)
        return list(dict.fromkeys(found))

    def _first(self, node: Node, limit: int = _FIRST) -> tuple[Candidate, ...]:
        return tuple(Candidate(p.text, p) for p in self._search(node, limit)[1])

    def _more(self, node: Node) -> tuple[Candidate, ...]:
        total, passages = (
            self._search(node, _MORE) if self._search(node, 0)[0] > _FIRST else (0, ())
        )
        return tuple(Candidate(p.text, p) for p in passages[_FIRST:]) if total else ()

    def _labels(self, node: Node) -> tuple[Candidate, ...]:
        _, labels = self._engine.labels(Query("", node), NO_FILTERS, _FIRST)
        return tuple(Candidate(label.text, label) for label in labels)

    def _scored(self, node: Node, pairs: tuple[str, ...]) -> tuple[Candidate, ...]:
        request = EngineRequest(
            Query("", node, pairs=pairs), limit=_SIMILAR, facets=False, budget_ms=_BUDGET_MS
        )
        return tuple(Candidate(p.text, p) for p, _ in self._engine.search(request).hits)

    def _search(self, node: Node, limit: int) -> tuple[int, tuple[Passage, ...]]:
        request = EngineRequest(
            Query("", node), sort="document", limit=limit, facets=False, budget_ms=_BUDGET_MS
        )
        found = self._engine.search(request)
        return found.total, tuple(passage for passage, _ in found.hits)


def _parted(runs: Sequence[str]) -> Node:
    """The characters of a short quotation, with something between any two of them."""
    longest = max(runs, key=len)
    return Or(tuple(Near(longest[:at], longest[at:], 3) for at in range(1, len(longest))))


def _stretches(runs: Sequence[str]) -> list[list[str]]:
    """The pieces of a quotation, in stretches of equal length over all of it."""
    size = _PIECE_CHARS if sum(map(len, runs)) > 4 * _PIECE_CHARS else _PIECE_CHARS - 1
    pieces = [
        piece
        for run in runs
        for piece in (
            [run[at : at + size] for at in range(len(run) - size + 1)] if len(run) >= size else ()
        )
    ] or [run for run in runs if len(run) > 1]
    length = max(1, -(-len(pieces) // _STRETCHES))
    return [pieces[at : at + length] for at in range(0, len(pieces), length)]


def _pairs(runs: Sequence[str]) -> tuple[str, ...]:
    """Adjacent characters that score, from all over a quotation."""
    pairs = list(dict.fromkeys(run[at : at + 2] for run in runs for at in range(len(run) - 1)))
    return tuple(pairs[:: max(1, -(-len(pairs) // _PAIRS))])
