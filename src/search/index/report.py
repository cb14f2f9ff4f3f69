"""What did an indexing run do?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from ..reading.files import NotRead


@dataclass(slots=True)
class IndexReport:
    """What a run did. Paths are relative to their root.

    ``skipped`` holds (path, reason); ``duplicates`` (path, path of the same content) of files that
    are new as such; ``rewritten`` (old path, new path) of files renamed and edited at once;
    ``vanished`` are gone and still searchable, ``pruned`` left the search in this run;
    ``forgotten`` are files of documents that were erased on request; ``unused_overrides`` are
    overrides that concern no file; ``not_read`` counts files of kinds that are not read, by suffix.
    Where ``damaged_files`` of the index were mended, ``taken_over`` documents were sound in them,
    ``read_again`` came from their own files, and ``lost`` are the paths of those that have none.
    """

    added: int = 0
    replaced: int = 0
    unchanged: int = 0
    moved: int = 0
    copies: int = 0
    duplicates: list[tuple[str, str]] = field(default_factory=list)
    rewritten: list[tuple[str, str]] = field(default_factory=list)
    vanished: list[str] = field(default_factory=list)
    pruned: list[str] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    not_read: Counter[str] = field(default_factory=Counter)
    unused_overrides: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    damaged_files: int = 0
    taken_over: int = 0
    read_again: int = 0
    superseded: int = 0
    read: int = 0
    documents: int = 0
    passages: int = 0
    committed: bool = False

    def refuse(self, refused: Iterable[tuple[str, str]]) -> None:
        """Note files and folders that are not read: (path, reason)."""
        for path, reason in refused:
            if isinstance(reason, NotRead):
                self.not_read[Path(path).suffix.lower()] += 1
            else:
                self.skipped.append((path, reason))

    def kinds_not_read(self) -> str:
        """How many files of which kinds are not read, the most frequent first."""
        return ", ".join(
            f"{count} {suffix or 'without suffix'}" for suffix, count in self.not_read.most_common()
        )

    def to_json(self) -> dict[str, Any]:
        """The answer of ``index --json``."""
        # A Counter is no dict to ``asdict``: it would count the pairs.
        record = asdict(replace(self, not_read=Counter()))
        record["not_read"] = dict(self.not_read)
        record["skipped"] = [{"path": path, "reason": why} for path, why in self.skipped]
        record["duplicates"] = [{"path": path, "of": of} for path, of in self.duplicates]
        record["rewritten"] = [{"path": old, "now": now} for old, now in self.rewritten]
        return record
