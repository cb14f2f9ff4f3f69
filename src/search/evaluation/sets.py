"""Judged sets and their measures: files checked line by line, nDCG, reciprocal rank, recall."""

from __future__ import annotations

import gzip
import json
import math
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

from ..documents.declared import Rounded
from ..errors import InputError
from ..languages.sentences import Sentence


def ndcg_at(
    ranking: Sequence[str], grades: Mapping[str, int], k: int = 10, *, exponential: bool = False
) -> float:
    """Normalized discounted cumulated gain of the first ``k``, from 0 to 1.

    DCG is the sum of grade / log2(rank + 1), ranks from 1, divided by that of the ideal order; 0
    where nothing is relevant. The gain is the grade itself, as in Järvelin and Kekäläinen,
    Cumulated gain-based evaluation of IR techniques, ACM TOIS 20(4), 2002, with the discount of
    trec_eval's ``ndcg_cut``; or 2^grade - 1 where it is ``exponential``, as in Burges et al.,
    Learning to rank using gradient descent, ICML 2005, which is the same for binary grades. A
    negative grade counts as 0.
    """

    def gain(grade: int) -> int:
        return 2 ** max(grade, 0) - 1 if exponential else max(grade, 0)

    best = _discounted(sorted(map(gain, grades.values()), reverse=True)[:k])
    return _discounted([gain(grades.get(id_, 0)) for id_ in ranking[:k]]) / best if best else 0.0


def reciprocal_rank_at(ranking: Sequence[str], grades: Mapping[str, int], k: int = 10) -> float:
    """1 / rank of the first relevant entry among the first ``k``, else 0; its mean is MRR@k.

    Voorhees, The TREC-8 question answering track report, 1999.
    """
    for rank, id_ in enumerate(ranking[:k], start=1):
        if grades.get(id_, 0) > 0:
            return 1 / rank
    return 0.0


def recall_at(ranking: Sequence[str], grades: Mapping[str, int], k: int = 100) -> float:
    """The share of all relevant entries that are among the first ``k`` (trec_eval's ``recall``).

    0 where nothing is relevant.
    """
    relevant = {id_ for id_, grade in grades.items() if grade > 0}
    return len(relevant.intersection(ranking[:k])) / len(relevant) if relevant else 0.0


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least ``share`` (0 to 1) of ``values`` do not exceed."""
    ordered = sorted(values)
    return ordered[max(math.ceil(share * len(ordered)) - 1, 0)]


def _discounted(gains: Sequence[int]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, start=1))


Measured = Annotated[float, Rounded(6)]
"""A mean or a share, as it is sent."""

Qrels = Mapping[str, Mapping[str, int]]
"""Query id → entry id → grade; relevant is a grade above 0."""


def read_queries(path: Path) -> dict[str, str]:
    """Query id → text, in the order of the file. Raises InputError."""
    queries: dict[str, str] = {}
    for number, record in read_records(path):
        id_ = text_field(path, number, record, "id")
        if id_ in queries:
            raise _twice(path, number, id_)
        queries[id_] = text_field(path, number, record, "text")
    return queries


def read_qrels(
    path: Path, queries: Mapping[str, str]
) -> tuple[dict[str, dict[str, int]], dict[str, int]]:
    """The judgements of a TREC qrels file, and the line at which each entry is first judged.

    Columns are apart by tabs or spaces. Raises InputError.
    """
    qrels: dict[str, dict[str, int]] = {}
    lines: dict[str, int] = {}
    for number, line in read_lines(path):
        columns = line.split("\t") if line.count("\t") == 3 else line.split()
        if len(columns) != 4:
            raise _bad_line(path, number, Sentence("set-columns-wrong", count=len(columns)))
        query, _, entry, grade = (column.strip() for column in columns)
        if query not in queries:
            raise _bad_line(path, number, Sentence("set-query-unknown", query=query))
        if not re.fullmatch(r"[+-]?[0-9]{1,9}", grade):
            raise _bad_line(path, number, Sentence("set-grade-no-number", grade=grade))
        qrels.setdefault(query, {})[entry] = int(grade)
        lines.setdefault(entry, number)
    return qrels, lines


def read_corpus(set_dir: Path) -> Iterator[tuple[str, str | None, str]]:
    """(id, title, text) of every entry, of the plain file if there are both."""
    plain = set_dir / "corpus.jsonl"
    path = plain if plain.exists() else set_dir / "corpus.jsonl.gz"
    if not path.exists():
        raise InputError("corpus-missing", set_dir=set_dir)
    seen: set[str] = set()
    for number, record in read_records(path):
        id_ = text_field(path, number, record, "id")
        if id_ in seen:
            raise _twice(path, number, id_)
        seen.add(id_)
        title = text_field(path, number, record, "title") if record.get("title") else None
        yield id_, title, text_field(path, number, record, "text")
    if not seen:
        raise InputError("corpus-empty", path=path)


def read_passages(path: Path) -> Iterator[tuple[str, str, str]]:
    """(id, path, text) of the judged passages of an index. Raises InputError."""
    for number, record in read_records(path):
        yield (
            text_field(path, number, record, "id"),
            text_field(path, number, record, "path"),
            text_field(path, number, record, "text"),
        )


def read_groups(path: Path) -> dict[str, dict[str, str]]:
    """Query id → passage id → its group, of passages that are nearly the same; none without a file.

    Raises InputError.
    """
    groups: dict[str, dict[str, str]] = {}
    for number, line in read_lines(path) if path.exists() else ():
        columns = [column.strip() for column in line.split("\t")]
        if len(columns) != 3:
            raise _bad_line(path, number, Sentence("groups-columns-wrong", count=len(columns)))
        query, group, passage = columns
        groups.setdefault(query, {})[passage] = group
    return groups


def not_in_corpus(path: Path, lines: Mapping[str, int]) -> dict[str, InputError]:
    """Each judged entry with what to raise if the corpus does not have it."""
    return {
        entry: _bad_line(path, number, Sentence("set-entry-unknown", entry=entry))
        for entry, number in lines.items()
    }


def read_records(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """The objects of a file with one a line, with the numbers of their lines. Raises InputError."""
    for number, line in read_lines(path):
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise _bad_line(path, number, Sentence("set-line-no-json", error=str(error))) from error
        if not isinstance(record, dict):
            raise _bad_line(path, number, Sentence("set-line-no-object"))
        yield number, record


def read_lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines that are not blank, with their numbers from 1. Raises InputError."""
    number = 0
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            for number, raw in enumerate(file, start=1):
                line = raw.decode("utf-8-sig" if number == 1 else "utf-8").strip("\r\n")
                if line.strip():
                    yield number, line
    except FileNotFoundError as error:
        raise InputError("set-file-missing", path=path) from error
    except UnicodeDecodeError as error:
        raise _bad_line(path, number, Sentence("line-no-utf8")) from error
    except (OSError, EOFError, zlib.error) as error:
        raise InputError("set-file-broken", path=path, number=number, error=str(error)) from error


def text_field(path: Path, number: int, record: Mapping[str, Any], name: str) -> str:
    """A text field; an id may be a number too."""
    value = record.get(name)
    if name == "id" and isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or (name == "id" and not value):
        raise _bad_line(path, number, Sentence("set-field-missing", name=name))
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise _bad_line(path, number, Sentence("set-field-half-character", name=name)) from error
    return value


def _twice(path: Path, number: int, id_: str) -> InputError:
    return _bad_line(path, number, Sentence("set-id-twice", id=id_))


def _bad_line(path: Path, number: int, reason: Sentence) -> InputError:
    return InputError("set-line-wrong", path=path, number=number, reason=reason)
