"""What does the keeper of the documents know better? Values fixed by path, from TOML or CSV.

A ``duansou.toml`` in a folder speaks for the files below it, later entries before earlier ones and
the nearer folder before the farther:

    [[override]]
    path = "2017/*.txt"                # or a list of patterns
    city = "广西/贵港"
    published = "2017-08-10"

A CSV file does the same for the whole index, and before any ``duansou.toml``: a column ``path`` and
one per field, an empty cell fixing nothing. In a pattern ``*`` is any part of a name, ``**`` any
folders, ``?`` one character; without a slash it is a file's name in any folder below. ``~unknown``
takes a value away. ``topics`` are those of every passage, or of the one numbered ``paragraph``.
"""

from __future__ import annotations

import csv
import io
import re
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from ..documents.document import UNCLASSIFIED, Document, Evidence, Paragraph, place_path, sha256_hex
from ..errors import InputError
from ..facets.topic import Taxonomy
from ..facets.year import publication_year
from .files import exists
from .fixed_values import FIELDS, BadValue, checked
from .metadata import source_kind
from .path_patterns import PathPattern

SIDECAR = "duansou.toml"
"""The name of the file with overrides in a folder of documents; never a document itself."""

_TABLE = re.compile(r"\s*\[\[\s*override\s*\]\]")
_KEY = re.compile(r"\s*([\"']?)([A-Za-z_]+)\1\s*=")
_NOT_FIELDS = ("path", "paragraph")


@dataclass(frozen=True, slots=True)
class OverrideFile:
    """A CSV file of overrides as the index remembers it: its name and its text."""

    name: str
    text: str

    @classmethod
    def read(cls, path: Path) -> OverrideFile:
        """The file at a path. Raises InputError where it cannot be read."""
        return cls(path.name, _text_of(path))


@dataclass(frozen=True, slots=True)
class Fix:
    """One fixed value, and the file and line that say so; ``paragraph`` is the ¶ of topics."""

    field: str
    value: Any
    file: str
    line: int
    paragraph: int | None = None


@dataclass(frozen=True, slots=True)
class _Rule:
    """The fixes for the files that a pattern matches; ``pattern`` is as it was written."""

    paths: PathPattern
    pattern: str
    fixes: tuple[Fix, ...]


class Overrides:
    """All overrides of one run. Files in folders are read when they are first asked for.

    Raises InputError, naming file, line and what is allowed, for one that cannot be used.
    """

    def __init__(self, file: OverrideFile | None, taxonomy: Taxonomy) -> None:
        self._taxonomy = taxonomy
        self._sidecars: dict[Path, tuple[_Rule, ...]] = {}
        self._known: dict[tuple[str, str], tuple[_Rule, ...]] = {}
        self._csv = tuple(_csv_rules(file, taxonomy)) if file else ()

    def of(self, keys: Iterable[tuple[str, str]]) -> tuple[Fix, ...]:
        """What is fixed for one text, found at these (root, path)."""
        chosen: dict[tuple[str, int | None], Fix] = {}
        for root, path in keys:
            for rules, name in self._in_force(root, path):
                for rule in rules:
                    if rule.paths.matches(name):
                        for fix in rule.fixes:
                            # At the end, so that it also comes before topics of other paragraphs.
                            chosen.pop((fix.field, fix.paragraph), None)
                            chosen[fix.field, fix.paragraph] = fix
        return tuple(chosen.values())

    def unused(
        self, keys: Iterable[tuple[str, str]], roots: Collection[str] = ()
    ) -> tuple[str, ...]:
        """``file, line n: pattern`` of every override that no file of these matches.

        Files in folders are asked below these ``roots`` only.
        """
        waiting = {id(rule): rule for rule in self._csv}
        for root, path in keys:
            in_force = [(self._csv, path)]
            if root in roots:
                in_force = list(self._in_force(root, path))
            for rules, name in in_force:
                for rule in rules:
                    waiting.setdefault(id(rule), rule)
                    if rule.paths.matches(name):
                        waiting[id(rule)] = replace(rule, pattern="")
        return tuple(
            f"{rule.fixes[0].file}, line {rule.fixes[0].line}: {rule.pattern}"
            for rule in waiting.values()
            if rule.pattern and rule.fixes
        )

    def _in_force(self, root: str, path: str) -> Iterator[tuple[tuple[_Rule, ...], str]]:
        """The rules of each file that speaks for a path, and what they call it, nearest last."""
        parts = path.split("/")
        for depth in range(len(parts)):
            rules = self._sidecar(root, "/".join(parts[:depth]))
            if rules:
                yield rules, "/".join(parts[depth:])
        yield self._csv, path

    def _sidecar(self, root: str, folder: str) -> tuple[_Rule, ...]:
        # Asked for every folder above every file: making paths took a third of a run that finds
        # nothing new. Two roots can share a folder, so that what was read goes by its location.
        known = self._known.get((root, folder))
        if known is None:
            known = self._known[root, folder] = self._read_sidecar(root, folder)
        return known

    def _read_sidecar(self, root: str, folder: str) -> tuple[_Rule, ...]:
        location = Path(root) / folder / SIDECAR
        if location not in self._sidecars:
            rules: tuple[_Rule, ...] = ()
            # A document in an archive may have a path that no file system allows.
            if exists(location) and location.is_file():
                shown = f"{folder}/{SIDECAR}" if folder else SIDECAR
                rules = tuple(_toml_rules(_text_of(location), shown, self._taxonomy))
            self._sidecars[location] = rules
        return self._sidecars[location]


def digest_of(fixes: Iterable[Fix]) -> str:
    """16 hex digits that change with any fix; empty for none."""
    listed = [repr(fix) for fix in fixes]
    return sha256_hex("\n".join(listed))[:16] if listed else ""


def fixed(document: Document, fixes: Iterable[Fix]) -> Document:
    """A document with its values fixed, the evidence saying by which file and line.

    The year follows the date of publication, and the kind of source its name, where they are not
    fixed themselves. The document's id stays.
    """
    fixes = tuple(fixes)
    values = {fix.field: fix.value for fix in fixes if fix.field != "topics"}
    evidence = dict(document.evidence)
    for fix in fixes:
        if fix.field != "topics":
            evidence[fix.field] = (_evidence(fix),)
    if "published" in values and "year" not in values:
        values["year"] = publication_year(values["published"])
        evidence["year"] = evidence["published"]
    if "source" in values and "source_kind" not in values:
        values["source_kind"] = source_kind(values["source"], values.get("site", document.site))
    topics = [fix for fix in fixes if fix.field == "topics"]
    paragraphs = document.paragraphs
    if topics:
        paragraphs = tuple(_with_topics(paragraph, topics) for paragraph in paragraphs)
        evidence["topics"] = tuple(map(_evidence, topics))
    return replace(document, **values, paragraphs=paragraphs, evidence=evidence)


def _with_topics(paragraph: Paragraph, fixes: Iterable[Fix]) -> Paragraph:
    for fix in fixes:
        if paragraph.number is not None and fix.paragraph in (None, paragraph.number):
            paragraph = replace(paragraph, topics=fix.value or (UNCLASSIFIED,), topic_evidence=())
    return paragraph


def _evidence(fix: Fix) -> Evidence:
    value = fix.value
    if fix.field == "city":
        value = place_path(value)
    elif fix.field == "topics":
        value = "、".join(value) or UNCLASSIFIED
    what = FIELDS[fix.field] + (f"（第 {fix.paragraph} 段）" if fix.paragraph else "")
    said = f"{what}：{value}" if value is not None else f"{what}：未知"
    return Evidence(f"{fix.file} 第 {fix.line} 行指定 {said}", sure="override")


def _toml_rules(text: str, name: str, taxonomy: Taxonomy) -> Iterator[_Rule]:
    try:
        tables = tomllib.loads(text)
    except RecursionError as error:
        raise _bad(name, None, "it is nested too deeply", "嵌套太深") from error
    except tomllib.TOMLDecodeError as error:
        # The library's sentence ends with the line.
        raise _bad(name, None, f"it is not valid TOML: {error}", f"不是有效的 TOML：{error}") from (
            error
        )
    unknown = sorted(tables.keys() - {"override"})
    entries = tables.get("override", [])
    written = text.splitlines()
    starts = [n for n, line in enumerate(written, 1) if _TABLE.match(line)]
    whole = isinstance(entries, list) and len(entries) == len(starts)
    if unknown or not whole:
        line = _line_of(written, 1, unknown[0]) if unknown else None
        raise _bad(
            name,
            line,
            f"{unknown[0]!r} is not known; write [[override]] above each set of values"
            if unknown
            else "write [[override]] on a line of its own above each set of values",
            "每组值上面应有单独一行 [[override]]",
        )
    for table, start in zip(entries, starts, strict=True):
        lines = {key: _line_of(written, start + 1, key) or start for key in table}
        yield from _rules(table, lines, start, name, taxonomy)


def _line_of(written: Sequence[str], first: int, key: str) -> int | None:
    """The line of a key in the table whose contents begin at a line."""
    for number, line in enumerate(islice(written, first - 1, None), first):
        match = _KEY.match(line)
        if match and match[2] == key:
            return number
        if _TABLE.match(line):
            return None
    return None


def _csv_rules(file: OverrideFile, taxonomy: Taxonomy) -> Iterator[_Rule]:
    rows = csv.reader(io.StringIO(file.text, newline=""), strict=True)
    header: list[str] | None = None
    try:
        for row in rows:
            if not any(cell.strip() for cell in row):
                continue
            line = rows.line_num
            if header is None:
                header = [cell.strip().lower() for cell in row]
                if "path" not in header:
                    raise _bad(
                        file.name,
                        line,
                        f"there is no column path; name the columns path and any of {_known()}",
                        f"没有 path 一列；第一行应是列名：path 和 {_known()} 中的若干",
                    )
                continue
            if len(row) != len(header):
                raise _bad(
                    file.name,
                    line,
                    f"it has {len(row)} cells under {len(header)} column names; quote a cell with "
                    "a comma in it",
                    f"有 {len(row)} 格，列名却有 {len(header)} 个；格内有逗号时请加引号",
                )
            table = {
                key: cell.strip() for key, cell in zip(header, row, strict=True) if cell.strip()
            }
            yield from _rules(table, dict.fromkeys(table, line), line, file.name, taxonomy)
    except csv.Error as error:
        raise _bad(
            file.name, rows.line_num, f"it is no CSV: {error}", f"不是 CSV：{error}"
        ) from error


def _rules(
    table: Mapping[str, Any], lines: Mapping[str, int], start: int, name: str, taxonomy: Taxonomy
) -> Iterator[_Rule]:
    """The rules of one entry, one for each of its patterns."""

    def wrong(key: str, error: BadValue) -> InputError:
        return _bad(name, lines.get(key, start), error.en, error.zh)

    patterns = table.get("path")
    patterns = [patterns] if isinstance(patterns, str) else patterns
    if not isinstance(patterns, list) or not patterns or not all(_is_text(p) for p in patterns):
        raise wrong(
            "path",
            BadValue('it needs a path such as path = "2017/*.txt"', "缺 path，例如 2017/*.txt"),
        )
    paragraph: int | None = None
    fixes = []
    try:
        key = "paragraph"
        if key in table:
            paragraph = checked(key, table[key], taxonomy)
            if table.keys() - {*_NOT_FIELDS, "topics"}:
                raise BadValue(
                    "with paragraph, only topics can be fixed; write the rest in another entry",
                    "有 paragraph 时只能指定 topics，其余请另写一条",
                )
        for key in table:
            if key not in _NOT_FIELDS:
                value = checked(key, table[key], taxonomy)
                fixes.append(Fix(key, value, name, lines[key], paragraph))
    except BadValue as error:
        raise wrong(key, error) from error
    for pattern in patterns:
        yield _Rule(PathPattern(pattern), pattern, tuple(fixes))


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _known() -> str:
    return ", ".join((*FIELDS, "paragraph"))


def _text_of(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise InputError(
            f"The overrides {path} cannot be read ({error.strerror}): check the name.",
            zh=f"读不了 {path}（{error.strerror}）：请检查文件名。",
        ) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise _bad(
            path.name, line, "it is not UTF-8; save the file as UTF-8", "不是 UTF-8，请另存为 UTF-8"
        ) from error


def _bad(name: str, line: int | None, en: str, zh: str) -> InputError:
    where, where_zh = (f"{name}, line {line}", f"{name} 第 {line} 行") if line else (name, name)
    return InputError(f"{where}: {en}.", zh=f"{where_zh}：{zh}。")
