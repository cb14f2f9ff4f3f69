"""Read files of records (.jsonl, .csv, .tsv): one document per record, by a map of its fields."""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from html import unescape
from typing import IO, Any

from ...documents.document import Evidence
from ...errors import UnreadableFileError, UsageError
from ...languages.sentences import Sentence
from ..dates import recorded_date
from ..decoding import decode, lost_in
from ..extract import Extract, Guide
from ..metadata import article_address, recorded_name, unread_date

FieldMap = Mapping[str, tuple[str, ...]]
"""Field of a document → the names under which a record may hold it, likeliest first.

Where it has none of them one counts that differs in capitals and low lines: pubDate, Publish_Time.
"""

DEFAULT_FIELDS: FieldMap = {
    "title": ("title", "headline", "name", "标题", "题目", "名称"),
    "text": (
        *("text", "content", "body", "article", "paragraphs"),
        *("正文", "内容", "全文", "段落"),
    ),
    "html": ("html", "raw_html", "网页"),
    "source": ("source", "outlet", "media", "publisher", "来源", "媒体", "发布机构"),
    "published": (
        *("published", "date", "pubdate", "pubtime", "publish_time", "publish_date"),
        *("date_published", "published_at", "published_time", "release_date", "post_time"),
        *("发布时间", "发布日期", "发表时间", "发表日期", "发稿时间", "刊发时间", "刊发日期"),
        *("出版日期", "日期", "时间"),
    ),
    "author": ("author", "authors", "byline", "作者"),
    "site": ("site", "website", "网站"),
    "url": ("url", "link", "网址", "链接"),
}
_NO_TEXT = frozenset("type tag kind id key class style src href url link format".split())  # noqa: SIM905
"""What an object has that says how it is shown, or where it is, and nothing a reader reads."""
_LINE_BYTES = 10_000_000
_SAMPLE_BYTES = 1 << 20
_BAD_LINES_LIMIT = 1000
_FIELDS_LIMIT = 2_000
_HEADER_CHARS = 50_000
"""Each record is hashed together with the first line, so that its length counts for every record.
A table of statistics has some hundred columns."""
_ENTITY = re.compile(r"&(?:#[0-9]{2,6}|#x[0-9a-f]{2,5}|[a-z]{2,8});", re.IGNORECASE)
_WRITTEN = re.compile(r"\s*(?:\[\s*)?\{\s*\"[^\"]{1,40}\"\s*:")
"""How objects begin that were written as text."""
_SEPARATOR = re.compile(r"sep=(.)\s*", re.IGNORECASE)
"""What Excel writes, and reads, as the first line."""
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_LOST = "\ufffd"
_SHOWN_CHARS = 40
_MARKUP = re.compile(
    r"<(?P<tag>p|div|span|html|body|table|ul|ol|section|article|h[1-6])\b[^<>]*+>", re.IGNORECASE
)
_ESCAPED_MARKUP = re.compile(r"&lt;(?:p|br|div|span|html|body|h[1-6])\b[^<>]{0,200}&gt;", re.I)
_INLINE = re.compile(r"</?(?:em|b|i|u|strong|font|span|mark|a|sup|sub)\b[^<>]*+>", re.IGNORECASE)
_WIDE_SPACES = dict.fromkeys(map(ord, "\u2002\u2003\u2009"), " ")
"""What &ensp; &emsp; and &thinsp; stand for, which indent lines."""
_MARKUP_CHARS = 5_000
"""So much of a text says whether it is a page."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record: the number of its first line, its bytes, its values; or what is wrong with it."""

    line: int
    raw: bytes
    values: Mapping[str, Any]
    problem: Sentence | None = None


def parse_field_map(text: str) -> FieldMap:
    """``title=标题,text=正文`` as a map; fields not named keep their default names.

    Raises UsageError for anything else.
    """
    chosen: dict[str, tuple[str, ...]] = dict(DEFAULT_FIELDS)
    for item in filter(None, (each.strip() for each in text.split(","))):
        field, equals, name = (part.strip() for part in item.partition("="))
        if not equals or not name or field not in DEFAULT_FIELDS:
            raise UsageError("field-map-unreadable", item=item, fields="|".join(DEFAULT_FIELDS))
        chosen[field] = (name,)
    return chosen


def records_in(file: IO[bytes], suffix: str) -> Iterator[Record]:
    """The records of a .jsonl, .csv or .tsv file in order; a bad line is one with a ``problem``.

    Raises UnreadableFileError where the file as a whole is none of these.
    """
    bad = 0
    for record in _json_lines(file) if suffix == ".jsonl" else _csv_rows(file):
        if record.problem:
            bad += 1
            if bad > _BAD_LINES_LIMIT:
                yield Record(record.line, b"", {}, Sentence("records-too-many-bad"))
                return
        yield record


def read_record(record: Record, fields: FieldMap) -> Extract:
    """The text of a record, its title in the first line; its fields count for sure.

    HTML in it is read as a page. Raises UnreadableFileError where it has no text.
    """
    values: dict[str, str] = {}
    named: dict[str, str] = {}
    faults: list[str] = []
    alike: dict[str, str] = {}
    held = _opened(record.values, (*fields["text"], *fields["html"]))
    for each in held:
        alike.setdefault(_alike(each), each)
    for field, names in fields.items():
        also = (found for name in names if (found := alike.get(_alike(name))) is not None)
        for name in (*names, *also):
            value = _text(_valued(held, name), "、" if field == "author" else "\n")
            if value:
                values[field], named[field] = value, name
                if _LOST in value:
                    faults.append(f"字段 {name} 里有字节不合编码，显示为 {_LOST}")
                break
    if b"\0" in record.raw or b"\\u0000" in record.raw:
        faults.append("有空字符（NUL），没有读进正文")
    text, page = values.pop("text", ""), values.pop("html", "")
    if not text and not page:
        # Some put what they hold into a list of objects.
        inner = [each for each in record.values.values() if isinstance(each, dict | list)]
        said = (_text(_named(each, name)) for each in inner for name in fields["text"])
        text = next(filter(None, said), "")
    if not text and not page:
        raise UnreadableFileError(
            "record-entry-without-text", names=tuple(fields["text"] + fields["html"])
        )
    values = {name: _unescaped(value) for name, value in values.items()}
    kept = {name: kept for name, value in values.items() if (kept := valid(name, value))}
    evidence = {
        name: Evidence(f"记录的字段 {named[name]}", record.line, values[name][:200])
        for name in kept
    }
    if "published" in values.keys() - kept.keys():
        unread = values["published"][:_SHOWN_CHARS]
        evidence["published"] = unread_date(named["published"], unread, record.line)
    if _ESCAPED_MARKUP.search(text[:_MARKUP_CHARS]):
        text = unescape(text)
    if page or _is_markup(text):
        from .page import read_page

        extract = read_page((page or text).encode("utf-8", "replace"), charset="utf-8")
        old = extract.guide or Guide(apart={})
        return Extract(
            extract.text,
            "utf-8",
            replace(
                old,
                fields={**old.fields, **kept},
                evidence={**old.evidence, **evidence},
                is_certain=True,
            ),
            faults=tuple(faults),
        )
    text = _unescaped(text)
    title = kept.get("title")
    if title and not text.lstrip().startswith(title):
        text = f"{title}\n{text}"
    return Extract(
        text,
        "utf-8",
        Guide(
            apart={},
            title=(1 + text[: len(text) - len(text.lstrip())].count("\n"),) if title else (),
            title_note=f"记录的字段 {named.get('title')}",
            fields=kept,
            evidence=evidence,
            is_certain=True,
        ),
        faults=tuple(faults),
    )


def _opened(values: Mapping[str, Any], texts: Iterable[str]) -> Mapping[str, Any]:
    """The values of a record with those of the object in it that has the text, where it is there:
    {"data": {"title": …, "content": …}}.
    """
    if any(_text(_valued(values, name)) for name in texts):
        return values
    objects = (each for each in values.values() if isinstance(each, dict))
    with_text = (each for each in objects if any(_text(_valued(each, name)) for name in texts))
    return {**next(with_text, {}), **values}


def _unescaped(text: str) -> str:
    """A text that is no page, in which entities and line breaks of HTML are what they stand for."""
    if not _ENTITY.search(text) and "<" not in text:
        return text
    return unescape(_INLINE.sub("", _BREAK.sub("\n", text))).translate(_WIDE_SPACES)


def _is_markup(text: str) -> bool:
    """Whether a text is a page: an element in it is closed again, or several are opened."""
    opened = list(_MARKUP.finditer(text[:_MARKUP_CHARS]))
    return len(opened) > 1 or any(f"</{found['tag']}>" in text for found in opened)


def _alike(name: str) -> str:
    return name.replace("_", "").lower()


def _valued(values: Mapping[str, Any], name: str) -> Any:
    """The value of that name; of ``data.content`` what the object ``data`` has as ``content``.

    Names may have dots themselves: the longest one that is there counts.
    """
    if name in values:
        return values[name]
    first = name
    while "." in first:
        first = first.rpartition(".")[0]
        found = _named(values.get(first), name[len(first) + 1 :])
        if found is not None:
            return found
    return None


def _named(value: Any, name: str) -> Any:
    """What an object has under a name, or each object of a list."""
    if isinstance(value, list):
        return [found for each in value if (found := _named(each, name)) is not None] or None
    return _valued(value, name) if isinstance(value, dict) else None


def _text(value: Any, between: str = "\n") -> str:
    """A value as text: a list is its items; of an object what it calls its text or name."""
    if isinstance(value, list):
        return between.join(filter(None, (_text(each, between) for each in value)))
    if isinstance(value, dict):
        names = (*DEFAULT_FIELDS["text"], "name", "title", "value", "p", "paragraph", "段落")
        known = (_text(value[name], between) for name in names if name in value)
        said = (each for name, each in value.items() if name.lower() not in _NO_TEXT)
        return next(filter(None, known), "") or _text(
            [each for each in said if isinstance(each, str | list | dict)], between
        )
    if isinstance(value, str) and _WRITTEN.match(value):
        with suppress(ValueError, RecursionError):
            return _text(json.loads(value), between)
    if isinstance(value, (str, int, float)) and not isinstance(value, bool):
        text = str(value).replace("\0", "")
        return text.encode("utf-8", "replace").decode().strip()
    return ""


def valid(field: str, value: str) -> str | None:
    """The value that a text stands for in a field of a document; None where it is none."""
    if field == "published":
        return recorded_date(value)
    if field == "url":
        return article_address(value)
    value = " ".join(value.split())[:500]
    return recorded_name(value) if field in ("source", "author") else value


def _json_lines(file: IO[bytes]) -> Iterator[Record]:
    number = 0
    encoding = "utf-8"
    while raw := file.readline(_LINE_BYTES + 1):
        number += 1
        if len(raw) > _LINE_BYTES:
            while raw and not raw.endswith(b"\n"):
                raw = file.readline(_LINE_BYTES)
            yield Record(
                number, b"", {}, Sentence("record-line-too-long", limit_mb=_LINE_BYTES / 1e6)
            )
            continue
        raw = raw.removeprefix(codecs.BOM_UTF8 if number == 1 else b"").strip()
        if not raw:
            continue
        try:
            try:
                text = raw.decode("utf-8")
            except UnicodeDecodeError:
                # The lines before say what a short one is in.
                text, encoding, _ = decode(raw, neighbours=partial(str, encoding))
            value = json.loads(text)
        except UnreadableFileError as error:
            yield Record(number, raw, {}, error.sentence)
            continue
        except (ValueError, RecursionError) as error:
            yield Record(number, raw, {}, Sentence("record-line-no-json", error=str(error)))
            continue
        if isinstance(value, dict):
            yield Record(number, raw, value)
        else:
            yield Record(number, raw, {}, Sentence("record-line-no-object"))


def _csv_rows(file: IO[bytes]) -> Iterator[Record]:
    csv.field_size_limit(_LINE_BYTES)
    sample = file.read(_SAMPLE_BYTES)
    if not sample.strip():
        raise UnreadableFileError("file-empty")
    end = sample.rfind(b"\n") + 1 if len(sample) == _SAMPLE_BYTES else len(sample)
    encoding = decode(sample[: end or len(sample)]).encoding
    file.seek(0)
    consumed: list[str] = []

    def lines() -> Iterator[str]:
        errors = lost_in(encoding)
        for line in io.TextIOWrapper(file, encoding=encoding, errors=errors, newline=""):
            if len(line) > _LINE_BYTES:
                raise UnreadableFileError("records-line-too-long", limit_mb=_LINE_BYTES / 1e6)
            consumed.append(line)
            yield line.replace("\0", "")

    source = lines()
    head = next(source, "")
    line = 2
    told = _SEPARATOR.fullmatch(head.lstrip("\ufeff"))
    if told:
        head, line = next(source, ""), 3
    delimiter = told[1] if told else max(",;\t", key=head.count)
    names = [
        name.strip().lstrip("\ufeff") for name in next(csv.reader([head], delimiter=delimiter), [])
    ]
    if len(names) > _FIELDS_LIMIT or len(head) > _HEADER_CHARS:
        raise UnreadableFileError(
            "records-too-many-fields", limit=_FIELDS_LIMIT, limit_chars=_HEADER_CHARS
        )
    if not any(names):
        raise UnreadableFileError("records-without-fields")
    header = "".join(consumed)
    consumed.clear()
    rows = csv.reader(source, delimiter=delimiter)
    while True:
        problem = None
        row: list[str] = []
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            problem = Sentence("record-line-no-csv", error=str(error))
        raw = (header + "".join(consumed)).encode("utf-8", "replace")
        first, line = line, line + len(consumed)
        consumed.clear()
        if not problem and not any(row):
            continue
        if not problem and len(row) > len(names):
            problem = Sentence("record-line-uneven", count=len(row), expected=len(names))
        values = {} if problem else dict(zip(names, row, strict=False))
        yield Record(first, raw, values, problem)
