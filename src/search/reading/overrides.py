"""Values that the keeper of the documents fixes by path, from ``duansou.toml`` or a table.

Path patterns are matched in the time of path times pattern, whatever they hold; every value is
checked against what its field may be.
"""

from __future__ import annotations

import csv
import datetime
import io
import re
import tomllib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ..documents.document import (
    UNCLASSIFIED,
    UNKNOWN_PLACE,
    WHOLE_COUNTRY,
    Document,
    Evidence,
    Paragraph,
    Place,
    place_path,
    sha256_hex,
)
from ..errors import BadValue, InputError
from ..facets.gazetteer import Gazetteer
from ..facets.topic import Taxonomy
from ..facets.year import publication_year
from ..languages.sentences import Sentence
from ..platforms import reachable
from .bylines import source_kind
from .files import exists

_TOKENS = re.compile(r"\*\*/|\*\*|\*|\?|[^*?]", re.DOTALL)
_LITERAL = re.compile(r"[^*?]+")


class PathPattern:
    """``*`` is any part of a name, ``?`` one character of it, ``**`` anything, ``**/`` any folders.

    A pattern without a slash is of the name alone, one that ends in a slash of all in a folder.
    Brackets, frequent in file names, stand for themselves.

    All places of the pattern that a path may have come to are followed at once (Thompson, CACM 11,
    1968), so that nothing is tried twice: as a regular expression ``*a*a*a…b`` would take years.
    """

    def __init__(self, pattern: str) -> None:
        pattern = pattern.strip().removeprefix("./")
        if pattern.endswith("/"):
            pattern += "**"
        if "/" not in pattern and pattern != "**":
            pattern = f"**/{pattern}"
        pattern = pattern.removeprefix("/")
        self._tokens = _TOKENS.findall(pattern)
        self._literals = sorted(_LITERAL.findall(pattern.replace("**/", "*")), key=len)[-1:]
        self._reached = [frozenset((len(self._tokens),))]
        for at in range(len(self._tokens) - 1, -1, -1):
            may_be_empty = self._tokens[at] in ("*", "**", "**/")
            beyond = self._reached[0] if may_be_empty else frozenset()
            self._reached.insert(0, beyond | {at})

    def matches(self, path: str) -> bool:
        """Whether a whole path is of this pattern."""
        if any(literal not in path for literal in self._literals):
            return False  # most paths, for most patterns
        places: set[int] = set(self._reached[0])
        for character in path:
            places = self._after(places, character)
            if not places:
                return False
        return len(self._tokens) in places

    def _after(self, places: set[int], character: str) -> set[int]:
        """Where the pattern may stand after one character more."""
        following: set[int] = set()
        for at in places:
            if at == len(self._tokens):
                continue
            sign = self._tokens[at]
            if sign == "**/":
                following.add(at)
                if character == "/":
                    following |= self._reached[at + 1]
            elif sign == "**" or (sign == "*" and character != "/"):
                following |= self._reached[at]
            elif sign == character or (sign == "?" and character != "/"):
                following |= self._reached[at + 1]
        return following


FIELDS = {
    "title": "标题",
    "eyebrow": "肩题",
    "subtitle": "副题",
    "source": "来源",
    "source_kind": "来源类型",
    "site": "网站",
    "author": "作者",
    "posted_by": "发布账号",
    "contributor": "供稿",
    "editors": "编辑",
    "published": "发布日期",
    "url": "原文地址",
    "city": "地区",
    "year": "年份",
    "topics": "主题",
}
"""The fields of a document that can be fixed, and what the evidence calls them."""

_RECOGNISE = "ocr"
_UNKNOWN = "~unknown"
_KINDS = ("newspaper", "web", "government", "regulation", "forum")
_CLOCK = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2})?)?\Z")
_NAMES_SHOWN = 40


def checked(field: str, value: Any, taxonomy: Taxonomy) -> Any:
    """The value as a document holds it; None (no topics) for ``~unknown``. Raises BadValue.

    ``field`` is one of FIELDS, or ``paragraph`` for the ¶ that topics are fixed of.
    """
    if field == "topics":
        return _topics(value, taxonomy)
    unknown = value == _UNKNOWN
    if field == "city":
        return UNKNOWN_PLACE if unknown else _city(value)
    check = _CHECKS.get(field) or (_text if field in FIELDS else None)
    if check is None:
        listed = ", ".join(FIELDS)
        raise BadValue("override-field-unknown", field=field, listed=listed)
    return None if unknown else check(field, value)


def _text(field: str, value: Any) -> str:
    text = " ".join(value.split()) if isinstance(value, str) else ""
    if not text:
        raise BadValue("override-text-missing", field=field, value=value, unknown=_UNKNOWN)
    return text


def _kind(field: str, value: Any) -> str:
    if value not in _KINDS:
        listed = ", ".join(_KINDS)
        raise BadValue("override-choice-unknown", field=field, value=value, listed=listed)
    return str(value)


def _number(field: str, value: Any) -> int:
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}", value.strip()):
        value = int(value)
    highest = 9999 if field == "year" else 999_999_999
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= highest:
        raise BadValue("override-no-number", field=field, value=value, highest=highest)
    return value


def _published(field: str, value: Any) -> str:
    if isinstance(value, datetime.datetime | datetime.date):
        value = value.isoformat()
    try:
        if not isinstance(value, str) or not _CLOCK.match(value):
            raise ValueError
        datetime.datetime.fromisoformat(value)
    except ValueError:
        raise BadValue("override-no-day", field=field, value=value) from None
    return value.replace(" ", "T")


def _url(field: str, value: Any) -> str:
    text = _text(field, value)
    try:
        parts = urlsplit(text)
        good = parts.scheme in ("http", "https") and parts.hostname and " " not in text
    except ValueError:
        good = False
    if not good:
        raise BadValue("override-no-address", field=field, text=text)
    return text


def _city(value: Any) -> Place:
    name = value.strip() if isinstance(value, str) else ""
    if name == WHOLE_COUNTRY:
        return name, None, None
    found = Gazetteer.load().resolve(name)
    if len(found) == 1:
        return found[0]
    if found:
        listed = [place_path(place) or "" for place in found]
        raise BadValue("override-city-ambiguous", name=name, listed=tuple(listed))
    raise BadValue("override-city-unknown", value=value, unknown=_UNKNOWN)


def _topics(value: Any, taxonomy: Taxonomy) -> tuple[str, ...]:
    """The topics in the order of the file; none for ~unknown."""
    names = re.split(r"[|；;、]", value) if isinstance(value, str) else value
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise BadValue("override-topics-no-list")
    names = [name.strip() for name in names if name.strip()]
    if names in ([], [_UNKNOWN], [UNCLASSIFIED]):
        return ()
    wrong = next((name for name in names if name not in taxonomy.names), None)
    if wrong is not None:
        listed = ", ".join(taxonomy.names[:_NAMES_SHOWN])
        raise BadValue("override-topic-unknown", wrong=wrong, listed=listed, unknown=_UNKNOWN)
    return tuple(dict.fromkeys(names))


_CHECKS: dict[str, Callable[[str, Any], Any]] = {
    "source_kind": _kind,
    "year": _number,
    "paragraph": _number,
    "published": _published,
    "url": _url,
}


SIDECAR = "duansou.toml"
"""The name of the file with overrides in a folder of documents; never a document itself."""

_PLACES = "places"
"""The key of the file of added places, beside the file that has it."""

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
        location = reachable(Path(root, folder, SIDECAR))
        if location not in self._sidecars:
            rules: tuple[_Rule, ...] = ()
            # A document in an archive may have a path that no file system allows.
            if exists(location) and location.is_file():
                shown = f"{folder}/{SIDECAR}" if folder else SIDECAR
                rules = tuple(_toml_rules(_text_of(location), shown, self._taxonomy))
            self._sidecars[location] = rules
        return self._sidecars[location]


def places_beside(folder: Path) -> Path | None:
    """The file of added places that the ``duansou.toml`` of a folder names, if it names one.

    Raises InputError where that is no file name.
    """
    sidecar = folder / SIDECAR
    if not sidecar.is_file():
        return None
    text = _text_of(sidecar)
    try:
        named = tomllib.loads(text).get(_PLACES)
    except (tomllib.TOMLDecodeError, RecursionError):
        return None  # said when the overrides are read
    if named is None:
        return None
    if not _is_text(named) or Path(named).name != named:
        line = _line_of(text.splitlines(), 1, _PLACES)
        raise _bad(SIDECAR, line, Sentence("override-places-no-name", value=named))
    return folder / str(named)


def ask_for_recognition(folders: Iterable[Path]) -> bool:
    """Whether the file in one of these folders says ``ocr = true``; one that is wrong says it when
    it is read.
    """
    for folder in folders:
        try:
            tables = tomllib.loads((folder / SIDECAR).read_text("utf-8-sig"))
        except (OSError, ValueError, RecursionError):
            continue
        if tables.get(_RECOGNISE) is True:
            return True
    return False


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
        raise _bad(name, None, Sentence("nested-too-deeply")) from error
    except tomllib.TOMLDecodeError as error:
        # The library's sentence ends with the line.
        raise _bad(name, None, Sentence("override-no-toml", error=str(error))) from error
    written = text.splitlines()
    if not isinstance(tables.pop(_RECOGNISE, False), bool):
        line = _line_of(written, 1, _RECOGNISE)
        raise _bad(name, line, Sentence("override-no-switch", name=_RECOGNISE))
    unknown = sorted(tables.keys() - {"override", _PLACES})
    entries = tables.get("override", [])
    starts = [n for n, line in enumerate(written, 1) if _TABLE.match(line)]
    if unknown:
        line = _line_of(written, 1, unknown[0])
        raise _bad(name, line, Sentence("override-table-unknown", name=unknown[0]))
    if not isinstance(entries, list) or len(entries) != len(starts):
        raise _bad(name, None, Sentence("override-table-missing"))
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
                    known = ", ".join((*FIELDS, "paragraph"))
                    reason = Sentence("override-path-column-missing", known=known)
                    raise _bad(file.name, line, reason)
                continue
            if len(row) != len(header):
                reason = Sentence("override-cells-uneven", count=len(row), expected=len(header))
                raise _bad(file.name, line, reason)
            table = {
                key: cell.strip() for key, cell in zip(header, row, strict=True) if cell.strip()
            }
            yield from _rules(table, dict.fromkeys(table, line), line, file.name, taxonomy)
    except csv.Error as error:
        reason = Sentence("override-no-csv", error=str(error))
        raise _bad(file.name, rows.line_num, reason) from error


def _rules(
    table: Mapping[str, Any], lines: Mapping[str, int], start: int, name: str, taxonomy: Taxonomy
) -> Iterator[_Rule]:
    """The rules of one entry, one for each of its patterns."""

    def wrong(key: str, error: BadValue) -> InputError:
        return _bad(name, lines.get(key, start), error.sentence)

    patterns = table.get("path")
    patterns = [patterns] if isinstance(patterns, str) else patterns
    if not isinstance(patterns, list) or not patterns or not all(_is_text(p) for p in patterns):
        raise wrong("path", BadValue("override-path-missing"))
    paragraph: int | None = None
    fixes = []
    try:
        key = "paragraph"
        if key in table:
            paragraph = checked(key, table[key], taxonomy)
            if table.keys() - {*_NOT_FIELDS, "topics"}:
                raise BadValue("override-paragraph-topics-only")
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


def _text_of(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise InputError("overrides-unreadable", path=path, reason=error.strerror) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise _bad(path.name, line, Sentence("line-no-utf8")) from error


def _bad(name: str, line: int | None, reason: Sentence) -> InputError:
    if not line:
        return InputError("overrides-wrong", name=name, reason=reason)
    return InputError("overrides-line-wrong", name=name, line=line, reason=reason)
