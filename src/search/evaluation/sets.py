"""Read a judged set: its three files, every line checked and named where it is wrong."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ..errors import InputError

Qrels = Mapping[str, Mapping[str, int]]
"""Query id → entry id → grade; relevant is a grade above 0."""


def read_queries(path: Path) -> dict[str, str]:
    """Query id → text, in the order of the file. Raises InputError."""
    queries: dict[str, str] = {}
    for number, record in _records(path):
        id_ = _field(path, number, record, "id")
        if id_ in queries:
            raise _twice(path, number, id_)
        queries[id_] = _field(path, number, record, "text")
    return queries


def read_qrels(
    path: Path, queries: Mapping[str, str]
) -> tuple[dict[str, dict[str, int]], dict[str, int]]:
    """The judgements of a TREC qrels file, and the line at which each entry is first judged.

    Columns are apart by tabs or spaces. Raises InputError.
    """
    qrels: dict[str, dict[str, int]] = {}
    lines: dict[str, int] = {}
    for number, line in _lines(path):
        columns = line.split("\t") if line.count("\t") == 3 else line.split()
        if len(columns) != 4:
            raise _bad_line(
                path,
                number,
                f"it has {len(columns)} columns; write query, 0, entry, grade",
                f"有 {len(columns)} 列，应为检索式编号、0、条目编号、评级四列",
            )
        query, _, entry, grade = (column.strip() for column in columns)
        if query not in queries:
            raise _bad_line(
                path,
                number,
                f"the query {query!r} is not in queries.jsonl; add it there or drop the line",
                f"queries.jsonl 里没有检索式“{query}”，请补上或删去该行",
            )
        if not re.fullmatch(r"[+-]?[0-9]{1,9}", grade):
            raise _bad_line(
                path,
                number,
                f"the grade is {grade!r}; write a whole number",
                f"评级“{grade}”应为整数",
            )
        qrels.setdefault(query, {})[entry] = int(grade)
        lines.setdefault(entry, number)
    return qrels, lines


def read_corpus(set_dir: Path) -> Iterator[tuple[str, str | None, str]]:
    """(id, title, text) of every entry, of the plain file if there are both."""
    plain = set_dir / "corpus.jsonl"
    path = plain if plain.exists() else set_dir / "corpus.jsonl.gz"
    if not path.exists():
        raise InputError(
            f"There is neither corpus.jsonl nor corpus.jsonl.gz in {set_dir}: put one there.",
            zh=f"{set_dir} 里没有 corpus.jsonl 或 corpus.jsonl.gz：请放入其中一个。",
        )
    seen: set[str] = set()
    for number, record in _records(path):
        id_ = _field(path, number, record, "id")
        if id_ in seen:
            raise _twice(path, number, id_)
        seen.add(id_)
        title = _field(path, number, record, "title") if record.get("title") else None
        yield id_, title, _field(path, number, record, "text")
    if not seen:
        raise InputError(
            f"{path} has no entry: nothing can be measured.", zh=f"{path} 是空的：无从评测。"
        )


def read_passages(path: Path) -> Iterator[tuple[str, str, str]]:
    """(id, path, text) of the judged passages of an index. Raises InputError."""
    for number, record in _records(path):
        yield (
            _field(path, number, record, "id"),
            _field(path, number, record, "path"),
            _field(path, number, record, "text"),
        )


def read_groups(path: Path) -> dict[str, dict[str, str]]:
    """Query id → passage id → its group, of passages that are nearly the same; none without a file.

    Raises InputError.
    """
    groups: dict[str, dict[str, str]] = {}
    for number, line in _lines(path) if path.exists() else ():
        columns = [column.strip() for column in line.split("\t")]
        if len(columns) != 3:
            raise _bad_line(
                path,
                number,
                f"it has {len(columns)} columns; write query, group, passage id",
                f"有 {len(columns)} 列，应为检索式编号、组、段落编号三列",
            )
        query, group, passage = columns
        groups.setdefault(query, {})[passage] = group
    return groups


def not_in_corpus(path: Path, lines: Mapping[str, int]) -> dict[str, InputError]:
    """Each judged entry with what to raise if the corpus does not have it."""
    return {
        entry: _bad_line(
            path,
            number,
            f"the entry {entry!r} is not in the corpus; add it there or drop the line",
            f"语料里没有条目“{entry}”，请补上或删去该行",
        )
        for entry, number in lines.items()
    }


def _records(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in _lines(path):
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise _bad_line(
                path,
                number,
                f"it is not JSON ({error}); correct it",
                f"不是 JSON（{error}），请改正",
            ) from error
        if not isinstance(record, dict):
            raise _bad_line(
                path,
                number,
                'it is not a JSON object; write {"id": …, "text": …}',
                '不是 JSON 对象，应写作 {"id": …, "text": …}',
            )
        yield number, record


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines that are not blank, with their numbers from 1."""
    number = 0
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            for number, raw in enumerate(file, start=1):
                line = raw.decode("utf-8-sig" if number == 1 else "utf-8").strip("\r\n")
                if line.strip():
                    yield number, line
    except FileNotFoundError as error:
        raise InputError(
            f"There is no {path}: an evaluation set needs corpus.jsonl, queries.jsonl, qrels.tsv.",
            zh=f"没有 {path}：评测集要有 corpus.jsonl、queries.jsonl、qrels.tsv 三个文件。",
        ) from error
    except UnicodeDecodeError as error:
        raise _bad_line(
            path, number, "it is not UTF-8; save the file as UTF-8", "不是 UTF-8，请另存为 UTF-8"
        ) from error
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(
            f"{path} cannot be read after line {number} ({error}): replace the file.",
            zh=f"{path} 在第 {number} 行之后读不下去（{error}）：请换一份文件。",
        ) from error


def _field(path: Path, number: int, record: Mapping[str, Any], name: str) -> str:
    """A text field; an id may be a number too."""
    value = record.get(name)
    if name == "id" and isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or (name == "id" and not value):
        raise _bad_line(
            path,
            number,
            f'the field "{name}" has no text; give it one',
            f"字段 {name} 没有文字，请补上",
        )
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise _bad_line(
            path,
            number,
            f'"{name}" holds half a character (a lone surrogate); correct it',
            f"字段 {name} 里有半个字符，请改正",
        ) from error
    return value


def _twice(path: Path, number: int, id_: str) -> InputError:
    return _bad_line(
        path,
        number,
        f"the id {id_!r} was there before; give each its own",
        f"编号“{id_}”重复，请各用一个",
    )


def _bad_line(path: Path, number: int, en: str, zh: str) -> InputError:
    return InputError(f"{path}, line {number}: {en}.", zh=f"{path} 第 {number} 行：{zh}。")
