"""What is asked and answered: plain values that the run and its worker processes exchange."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from .corpus import BenchDocument, Corpus

CLASSES = ("common word", "two words", "rare word", "phrase", "sentence")
FACETS = ("city", "year", "topic")
UNKNOWN = "~"
"""How the peers, which have no null, write a city or year that is not known."""

Cell = tuple[str, int, str]
"""Leaf city path (or UNKNOWN), year (0 unknown) and topic of a passage."""


class MissingPeerError(Exception):
    """A peer's library cannot be imported; the message is for the reader."""


@dataclass(frozen=True, slots=True)
class Question:
    """One query, segmented beforehand so that every system works with the same terms.

    ``words`` must all (or any) stand in a passage; ``pairs`` and ``characters`` add to the score
    in the fused series. ``city`` and ``years`` are the filters of the filtered series.
    """

    text: str
    kind: str
    words: tuple[str, ...]
    pairs: tuple[str, ...]
    characters: tuple[str, ...]
    city: str | None = None
    years: tuple[int, int] | None = None

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Question:
        """The question that ``asdict`` turned into JSON types."""
        fields = dict(record)
        for name in ("words", "pairs", "characters"):
            fields[name] = tuple(fields[name])
        fields["years"] = tuple(fields["years"]) if fields["years"] else None
        return cls(**fields)


@dataclass(frozen=True, slots=True)
class Series:
    """One way of asking all questions.

    ``task`` is "top" (ten best with text, total), "facets" (the same and three facet counts),
    "phrase" (ten best and total of a literal substring) or "typed" (facets, from the text as a
    reader types it). ``fields`` is "words" or "fused".
    """

    task: str
    fields: str = "words"
    any_term: bool = False
    filtered: bool = False

    @property
    def name(self) -> str:
        """A key that is readable too."""
        if self.task in {"phrase", "typed"}:
            return self.task
        mode = "any" if self.any_term else "all"
        return f"{self.task} {self.fields} {mode}" + (" filtered" if self.filtered else "")

    def to_record(self) -> dict[str, Any]:
        """A value of JSON types."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Answer:
    """Exact total, texts of the best ten, and facet → value → passages where asked for."""

    total: int
    texts: tuple[str, ...]
    facets: Mapping[str, Mapping[str, int]] | None = None


class System(Protocol):
    """An engine under test. One process either builds an index or opens one and asks it."""

    def read(self, document: BenchDocument) -> Any:
        """What a reader of files would hand to the engine; not part of the index time."""
        ...

    def build(self, documents: Iterable[Any], folder: str) -> None:
        """Write the index of all documents, as read, into an empty folder, committed."""
        ...

    def open(self, folder: str, corpus: Corpus) -> None:
        """Open the index as cheaply as the engine can."""
        ...

    def ask(self, question: Question, series: Series) -> Answer:
        """Answer one question, nothing remembered from an earlier answer."""
        ...

    def matches(self, phrase: str) -> Iterable[str]:
        """The texts of all passages that contain a phrase literally, where the engine can."""
        ...


def disjunctive_counts(
    cells: Iterable[tuple[Cell, int]], question: Question, *, filtered: bool
) -> tuple[int, dict[str, dict[str, int]]]:
    """Total and facet counts from counts by cell; a facet's own filter is left out of its own.

    Every city above a leaf counts what is below it.
    """
    counts: dict[str, dict[str, int]] = {name: {} for name in FACETS}
    total = 0
    for (city, year, topic), count in cells:
        here = not (filtered and question.city) or _below(city, question.city)
        then = not (filtered and question.years) or _within(year, question.years)
        total += count if here and then else 0
        if then:
            for place in ancestors(city):
                counts["city"][place] = counts["city"].get(place, 0) + count
        if here:
            key = str(year) if year else UNKNOWN
            counts["year"][key] = counts["year"].get(key, 0) + count
        if here and then:
            counts["topic"][topic] = counts["topic"].get(topic, 0) + count
    return total, counts


def ancestors(path: str) -> list[str]:
    """A city path and every path above it."""
    levels = path.split("/")
    return ["/".join(levels[: i + 1]) for i in range(len(levels))]


def _below(city: str, chosen: str | None) -> bool:
    return chosen is None or city == chosen or city.startswith(f"{chosen}/")


def _within(year: int, years: tuple[int, int] | None) -> bool:
    return years is None or years[0] <= year <= years[1]
