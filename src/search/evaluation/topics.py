"""Evaluate topics: labelled paragraphs in, precision, recall and confusion out.

Labels are JSON lines: ``text``, ``required`` (its topics) and maybe ``acceptable`` (topics that are
neither right nor wrong where they are found).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..documents.declared import Member, view
from ..errors import InputError
from ..facets.topic import Taxonomy
from .sets import Measured, read_records


@dataclass(frozen=True, slots=True)
class Label:
    """A paragraph and the topics that a reader gives it."""

    text: str
    required: frozenset[str]
    acceptable: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class TopicScore:
    """How often a topic was rightly found, wrongly found, and missed."""

    right: int
    false: int
    missed: int

    JSON = view("precision recall f1 right false missed")

    @property
    def precision(self) -> Measured:
        """The share of what was found that is right; 0 where nothing was."""
        return self.right / (self.right + self.false) if self.right + self.false else 0.0

    @property
    def recall(self) -> Measured:
        """The share of what was to be found that was; 0 where nothing was to be."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 0.0

    @property
    def f1(self) -> Measured:
        """The harmonic mean of precision and recall."""
        twice = 2 * self.right
        return twice / (twice + self.false + self.missed) if twice else 0.0


@dataclass(frozen=True, slots=True)
class TopicsResult:
    """All topics together (``micro``: every decision counts once), and each.

    ``confusion`` counts (topic missed, topic found in the same paragraph instead); None stands for
    nothing missed, or nothing found instead.
    """

    paragraphs: int
    micro: TopicScore
    topics: dict[str, TopicScore]
    confusion: dict[tuple[str | None, str | None], int]

    JSON = view(
        "paragraphs micro topics",
        Member(
            "confusion",
            lambda of: [
                {"missed": missed, "found": found, "count": count}
                for (missed, found), count in of.confusion.items()
            ],
            Any,
        ),
    )


def evaluate_topics(labels: Iterable[Label], taxonomy: Taxonomy) -> TopicsResult:
    """Compare the topics that a taxonomy gives with the labels."""
    right: Counter[str] = Counter()
    false: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    confusion: Counter[tuple[str | None, str | None]] = Counter()
    paragraphs = 0
    for label in labels:
        paragraphs += 1
        found = {evidence.topic for evidence in taxonomy.topics_of(label.text)}
        wrong = found - label.required - label.acceptable
        lacking = label.required - found
        right.update(found & label.required)
        false.update(wrong)
        missed.update(lacking)
        confusion.update((lack, other) for lack in lacking or [None] for other in wrong or [None])
    del confusion[None, None]
    scores = {n: TopicScore(right[n], false[n], missed[n]) for n in taxonomy.names}
    micro = TopicScore(right.total(), false.total(), missed.total())
    order = sorted(confusion.items(), key=lambda item: (-item[1], str(item[0])))
    return TopicsResult(paragraphs, micro, scores, dict(order))


def read_labels(path: Path, taxonomy: Taxonomy) -> list[Label]:
    """The labels of a file. Raises InputError, naming the line, for what cannot be used."""
    labels = []
    for number, record in read_records(path):
        try:
            label = Label(
                record["text"],
                frozenset(record["required"]),
                frozenset(record.get("acceptable", ())),
            )
            text_is_text = isinstance(label.text, str)
        except (TypeError, KeyError):
            text_is_text = False
        if not text_is_text:
            raise InputError("label-line-unreadable", path=path, number=number)
        unknown = sorted((label.required | label.acceptable) - set(taxonomy.names))
        if unknown:
            raise InputError(
                "label-topic-unknown",
                path=path,
                number=number,
                unknown=unknown[0],
                names=tuple(taxonomy.names),
            )
        labels.append(label)
    if not labels:
        raise InputError("labels-empty", path=path)
    return labels
