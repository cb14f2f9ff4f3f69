"""Evaluate what is read of documents: place and year of files, topics of labelled paragraphs.

A set is a folder with ``gold.tsv`` (columns file, province, city, year, in any order, any of the
last three left out or empty where nothing is known) and the files in ``files/``. The reader is
handed the bytes alone: no file name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from ..documents.declared import Member, view
from ..errors import InputError
from ..facets.topic import Taxonomy
from ..reading.document import read_document
from .sets import Measured, read_lines, read_records

FIELDS = ("province", "city", "year")
_GOLD = "gold.tsv"


@dataclass(frozen=True, slots=True)
class FieldReading:
    """One field over a set of documents.

    ``known`` have gold, ``found`` of these are read right; ``given`` have a value by the reader,
    ``right`` of these is the gold (so a value where the gold has none is wrong).
    ``wrong`` holds (file, gold, value) of every value that is not the gold.
    """

    documents: int
    known: int
    found: int
    given: int
    right: int
    wrong: tuple[tuple[str, str, str], ...]

    JSON = view(
        "known recall given precision coverage",
        Member(
            "wrong",
            lambda of: [
                {"file": file, "gold": gold or None, "value": value}
                for file, gold, value in of.wrong
            ],
            Any,
        ),
    )

    @property
    def recall(self) -> Measured:
        """The share of those with gold that are right."""
        return self.found / self.known if self.known else 0.0

    @property
    def precision(self) -> Measured:
        """The share of the values given that are right."""
        return self.right / self.given if self.given else 0.0

    @property
    def coverage(self) -> Measured:
        """The share of all documents that are given a value."""
        return self.given / self.documents if self.documents else 0.0


@dataclass(frozen=True, slots=True)
class ReadingsResult:
    """What was measured; ``year_off`` counts the wrong years by gold minus value."""

    documents: int
    fields: dict[str, FieldReading]

    @property
    def year_off(self) -> dict[int, int]:
        """How far wrong years are off: 1 for a gold one year later, with how often."""
        wrong = self.fields["year"].wrong if "year" in self.fields else ()
        off = Counter(int(gold) - int(value) for _, gold, value in wrong if gold.isdecimal())
        return dict(sorted(off.items(), key=lambda item: (-item[1], item[0])))

    JSON = view(
        "documents fields",
        Member(
            "year_off",
            lambda of: {f"{off:+d}": count for off, count in of.year_off.items()},
            Any,
        ),
    )


def is_readings_set(folder: Path) -> bool:
    """Whether a folder holds documents with known place and year."""
    return (folder / _GOLD).is_file()


def evaluate_readings(
    folder: Path, *, progress: Callable[[int, int], None] | None = None
) -> ReadingsResult:
    """Read every file of a set and compare. Raises InputError for a set that cannot be used."""
    gold = _gold(folder / _GOLD)
    taxonomy = Taxonomy.parse('[[topic]]\nname = "-"\nwords = { "--" = 3 }\n', "no topics")
    names = [name for name in FIELDS if name in next(iter(gold.values()))]
    values: dict[str, dict[str, str]] = {}
    for number, file in enumerate(gold):
        try:
            data = (folder / "files" / file).read_bytes()
        except OSError as error:
            raise InputError(
                "readings-file-missing",
                path=folder / "files" / file,
                reason=error.strerror,
                gold=_GOLD,
            ) from error
        document = read_document(data, f"{number}{PurePosixPath(file).suffix}", taxonomy)
        values[file] = {
            "province": document.city[0] or "",
            "city": document.city[1] or "",
            "year": str(document.year or ""),
        }
        if progress:
            progress(number + 1, len(gold))
    return ReadingsResult(len(gold), {name: _compared(name, gold, values) for name in names})


def _compared(
    name: str, gold: dict[str, dict[str, str]], values: dict[str, dict[str, str]]
) -> FieldReading:
    pairs = [(file, row[name], values[file][name]) for file, row in gold.items()]
    return FieldReading(
        documents=len(pairs),
        known=sum(bool(known) for _, known, _ in pairs),
        found=sum(known == value for _, known, value in pairs if known),
        given=sum(bool(value) for _, _, value in pairs),
        right=sum(known == value for _, known, value in pairs if value),
        wrong=tuple(pair for pair in pairs if pair[2] and pair[1] != pair[2]),
    )


def _gold(path: Path) -> dict[str, dict[str, str]]:
    """File → column → value, in the order of the table."""
    lines = list(read_lines(path))
    header = lines[0][1].split("\t") if lines else []
    if "file" not in header or not set(header) & set(FIELDS):
        raise InputError("readings-columns-missing", path=path, fields=tuple(FIELDS))
    rows: dict[str, dict[str, str]] = {}
    for number, line in lines[1:]:
        cells = [cell.strip() for cell in line.split("\t")]
        if len(cells) != len(header):
            raise InputError(
                "readings-line-unreadable",
                path=path,
                number=number,
                count=len(cells),
                expected=len(header),
            )
        row = dict(zip(header, cells, strict=True))
        rows[row.pop("file")] = row
    if not rows:
        raise InputError("readings-empty", path=path)
    return rows


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
