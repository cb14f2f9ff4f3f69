"""How do documents become records of one generation, counted as they go?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from ...analysis.text import fold
from ...analysis.words import Analyzer
from ...documents.document import Document
from .bulk import BulkSender
from .chunks import counts_chunks, json_chunks, merged_counts
from .connection import Connection
from .failures import translated
from .schema import BOOKKEEPING_ROUTING, FACET_FIELDS, Record, passage_of, records_of
from .state import Runs, read_chunks
from .tokens import LONGEST_CHARS, SEPARATOR

KINDS = ("words", "pairs")
"""The kinds of terms that are counted."""

_FIELDS = {"words": "words", "pairs": "text_pairs"}
"""The field of a passage that holds the terms of a kind; pairs are all, with punctuation."""

_SPILL_TERMS = 400_000
"""So many terms are counted in memory before they become a run."""
_MERGE_RUNS = 16
"""More runs than this are merged: readers add all of them up."""


@dataclass(slots=True)
class Tally:
    """How many of each there are, and where the counts of terms are that were written down."""

    documents: int = 0
    passages: int = 0
    labels: int = 0
    runs: dict[str, Runs] = field(default_factory=dict)

    def to_record(self) -> dict[str, Any]:
        """A value of JSON types."""
        return {
            "documents": self.documents,
            "passages": self.passages,
            "labels": self.labels,
            "runs": {kind: list(map(list, runs)) for kind, runs in self.runs.items()},
        }

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> Tally:
        """What ``to_record`` wrote."""
        runs = {kind: tuple(map(tuple, of_kind)) for kind, of_kind in record["runs"].items()}
        return cls(record["documents"], record["passages"], record["labels"], runs)


class Recording:
    """Writes records of one generation to a version, and keeps its ``tally``.

    ``tally`` goes on from what is there already. ``prefix`` keeps the ids of chunks apart from
    those of an earlier attempt at the same generation.
    """

    def __init__(
        self,
        connection: Connection,
        index: str,
        born: int,
        analyzer: Analyzer,
        tally: Tally,
        prefix: str,
    ) -> None:
        self.index = index
        self.born = born
        self.tally = tally
        self._connection = connection
        self._analyzer = analyzer
        self._prefix = prefix
        self._numbers = count(1)
        self._counts: dict[str, Counter[str]] = {kind: Counter() for kind in KINDS}
        self.sender = BulkSender(connection, index)
        # A version made before a facet came has no field for it.
        with translated(connection.place, connection.addresses):
            connection.client.indices.put_mapping(index=index, body={"properties": FACET_FIELDS})

    def add(self, document: Document) -> None:
        """Write a document."""
        for record in records_of(document, self._analyzer, self.born):
            self._count(record, 1)
            self.sender.add(record)
        if sum(map(len, self._counts.values())) > _SPILL_TERMS:
            self.spill()

    def subtract(self, document: Document) -> None:
        """Count a document no longer; its records are for others to hide or remove."""
        for record in records_of(document, self._analyzer, self.born):
            self._count(record, -1)

    def spill(self) -> None:
        """Write the counts of terms in memory down as runs."""
        for kind, counts in self._counts.items():
            items = ((term, counts[term]) for term in sorted(counts) if counts[term])
            self._add_run(kind, items)
            counts.clear()

    def merge_runs(self, *, always: bool = False) -> None:
        """Make one run of many, or ``always``, so that terms that nothing has any more are gone."""
        for kind, runs in list(self.tally.runs.items()):
            if (always and runs) or len(runs) > _MERGE_RUNS:
                self.sender.drain()
                chunks = (read_chunks(self._connection, self.index, run) for run in runs)
                self.tally.runs[kind] = ()
                self._add_run(kind, merged_counts(chunks))

    def add_manifest(self, manifest: Any) -> tuple[str, ...]:
        """Write a manifest down; the ids of its chunks in order."""
        return tuple(self._add_chunk("manifest", chunk) for chunk in json_chunks(manifest))

    def _add_run(self, kind: str, counts: Iterable[tuple[str, int]]) -> None:
        run = tuple(self._add_chunk("vocabulary", chunk) for chunk in counts_chunks(counts))
        if run:
            self.tally.runs[kind] = (*self.tally.runs.get(kind, ()), run)

    def _add_chunk(self, kind: str, chunk: str) -> str:
        number = next(self._numbers)
        identity = f"{kind}.{self._prefix}.{number}.{self.born}"
        source = {"kind": kind, "born": self.born, "part": number, "record": chunk}
        self.sender.add(Record(identity, BOOKKEEPING_ROUTING, source))
        return identity

    def _count(self, record: Record, sign: int) -> None:
        kind = record.source["kind"]
        if kind == "document":
            self.tally.documents += sign
        elif kind == "label":
            self.tally.labels += sign
        else:
            self.tally.passages += sign
            for kind_of_term, counts in self._counts.items():
                for term in self._terms(record, kind_of_term):
                    counts[term] += sign

    def _terms(self, record: Record, kind: str) -> set[str]:
        """The terms of a passage, each once."""
        tokens = set(record.source[_FIELDS[kind]].split(SEPARATOR)) - {""}
        # Tokens of long words are shortened, those with lone surrogates written otherwise; terms
        # are counted as they are.
        if kind == "words":
            if any(len(token) > LONGEST_CHARS for token in tokens):
                return set(self._analyzer.terms(fold(passage_of(record.source).text)))
        elif any(len(token) > 2 for token in tokens):
            folded = fold(passage_of(record.source).text)
            return {folded[at : at + 2] for at in range(len(folded) - 1)}
        return tokens
