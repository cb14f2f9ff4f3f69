"""Which quotations are in a draft? What stands between its quotation marks, and in which files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from ..documents import sha256_hex
from ..errors import InputError, UnreadableFileError
from ..facets.topic import Taxonomy
from ..ingest import Readers, ReadingLimits, SourceFile, read_bytes
from ..ingest.decoding import decode
from .characters import content

__all__ = [
    "DRAFT_SUFFIXES",
    "Draft",
    "Quotation",
    "Revised",
    "draft_of_bytes",
    "lines_of",
    "quotations_of",
    "read_draft",
]

DRAFT_SUFFIXES = (".txt", ".md", ".docx")
"""The kinds of files that a draft may be."""

_PAIRS = {"“": "”", "「": "」", "『": "』", "﹁": "﹂", "﹃": "﹄", '"': '"', "＂": "＂"}
_SHORTEST_CHARS = 2
_WRAPPED_LINES = 30
_MARKDOWN = re.compile(
    r"(?P<code>`+)|\*\*\*?|(?<!\w)__?(?=\S)|(?<=\S)__?(?!\w)|\[\^[^\]\n]{1,40}\]"
    r"|(?<![\w*])\*(?=\S)|(?<=\S)\*(?![\w*])"
)
_LINK = re.compile(r"!?\[(?P<text>[^\]\n]*)\]\([^)\n]*\)")


@dataclass(frozen=True, slots=True)
class Quotation:
    """One quotation of a draft, and the line (from 1) on which it begins."""

    text: str
    line: int


class Revised(str):
    """The text of a draft with tracked changes, as it reads when all of them are accepted."""


_REVISED_NOTE = (
    "文稿里有修订标记：这里按接受全部修订之后的文字核对。",
    "The draft has tracked changes: it was checked as it reads with all of them accepted.",
)


@dataclass(frozen=True, slots=True)
class Draft:
    """The quotations of a draft in order; ``unclosed`` are lines with a mark that never closes.

    ``notes`` are (Chinese, English) sentences on what was checked.
    """

    quotations: tuple[Quotation, ...]
    unclosed: tuple[int, ...] = ()
    notes: tuple[tuple[str, str], ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """The quotations alone."""
        return tuple(quotation.text for quotation in self.quotations)


def quotations_of(text: str, *, is_markdown: bool = False) -> Draft:
    """What stands between quotation marks, two characters at least; inner ones belong to the outer.

    A quotation ends in its own paragraph, unless the next one begins with the same mark again, as
    is usual where several paragraphs are quoted: then each is a quotation.
    """
    found: list[Quotation] = []
    unclosed: list[int] = []
    lines = text.splitlines()
    paragraphs = list(_paragraphs(lines))
    for number, (first, paragraph) in enumerate(paragraphs):
        if is_markdown:
            paragraph = _without_markup(paragraph)
        at = 0
        while at < len(paragraph):
            mark = paragraph[at]
            if mark not in _PAIRS:
                at += 1
                continue
            line = first + paragraph.count("\n", 0, at)
            end = _closing(paragraph, at)
            if end is None:
                follows = paragraphs[number + 1][1].lstrip() if number + 1 < len(paragraphs) else ""
                if follows.startswith(mark) and mark != _PAIRS[mark]:
                    found.append(Quotation(paragraph[at + 1 :].strip(), line))
                    break
                unclosed.append(line)
                at += 1
                continue
            found.append(Quotation(paragraph[at + 1 : end].strip(), line))
            at = end + 1
    long_enough = (q for q in found if len(content(q.text).text) >= _SHORTEST_CHARS)
    return Draft(tuple(long_enough), tuple(unclosed), _notes(text))


def _notes(text: str) -> tuple[tuple[str, str], ...]:
    return (_REVISED_NOTE,) if isinstance(text, Revised) else ()


def _closing(text: str, start: int) -> int | None:
    """Where the mark at ``start`` is closed, marks of the same kind inside counted."""
    mark, closing = text[start], _PAIRS[text[start]]
    depth = 0
    for at in range(start + 1, len(text)):
        if text[at] == closing:
            if not depth:
                return at
            depth -= 1
        elif text[at] == mark:
            depth += 1
    if depth:
        # More opened than closed: the first that closes is meant.
        end = text.find(closing, start + 1)
        return end if end >= 0 else None
    return None


def _paragraphs(lines: list[str]) -> Iterator[tuple[int, str]]:
    """(number of its first line, text) of each: a line, or lines wrapped inside of marks."""
    at = 0
    while at < len(lines):
        text, first, end = lines[at], at + 1, at + 1
        # A wrapped line: the mark is open, and one of the next lines closes it.
        while end < min(len(lines), first + _WRAPPED_LINES) and _is_open(text):
            if not lines[end].strip() or _begins(lines[end]):
                break
            text += "\n" + lines[end]
            end += 1
        if _is_open(text):
            text, end = lines[at], at + 1
        yield first, text
        at = end


def _is_open(text: str) -> bool:
    opened = [mark for mark, closing in _PAIRS.items() if mark != closing]
    if any(text.count(mark) > text.count(_PAIRS[mark]) for mark in opened):
        return True
    return text.count('"') % 2 == 1


def _begins(line: str) -> bool:
    return line.lstrip()[:1] in _PAIRS and line.lstrip()[:1] != '"'


def _without_markup(text: str) -> str:
    return _MARKDOWN.sub("", _LINK.sub(lambda link: link["text"], text))


def lines_of(text: str) -> Draft:
    """Each line as one quotation; empty ones are passed over."""
    lines = enumerate(text.splitlines(), start=1)
    found = tuple(Quotation(line.strip(), n) for n, line in lines if line.strip())
    return Draft(found, notes=_notes(text))


def read_draft(path: Path, limits: ReadingLimits) -> str:
    """The text of a draft, a Revised one where it has tracked changes.

    Raises InputError for a file that is none.
    """
    if not path.is_file():
        raise InputError(
            f"{path} is not a file: name a draft (.txt, .md or .docx), or - for stdin."
        )
    suffix = path.suffix.lower()
    if suffix not in DRAFT_SUFFIXES and suffix:
        raise InputError(
            f"{path.name} is not a draft that is read: save it as .docx, .md or .txt.",
            zh=f"{path.name} 不是能读的文稿：请存为 .docx、.md 或 .txt。",
        )
    file = SourceFile(path.parent, path.name)
    try:
        data = read_bytes(file, limits.file_mb)
        if suffix != ".docx":
            return decode(data)[0]
    except UnreadableFileError as error:
        raise _unreadable(path.name, error.message) from error
    # Word files are read by a process that can be ended, like those of a collection.
    with Readers(Taxonomy.load(), limits=limits, processes=1) as readers:
        try:
            extract = readers.extract(file, sha256_hex(data))
        except UnreadableFileError as error:
            raise _unreadable(path.name, error.message) from error
    return Revised(extract.text) if extract.has_revisions else extract.text


def draft_of_bytes(data: bytes, name: str, limits: ReadingLimits) -> str:
    """The text of a draft that was sent, kept on disk only while a Word file is read.

    Raises InputError for a file that is none.
    """
    suffix = PurePosixPath(name).suffix.lower()
    if suffix not in DRAFT_SUFFIXES:
        raise InputError(
            "The file sent is not a draft that is read: send .docx, .md or .txt.",
            zh="这个文件不是能读的文稿：请选 .docx、.md 或 .txt 文件。",
        )
    if suffix != ".docx":
        try:
            return decode(data)[0]
        except UnreadableFileError as error:
            raise _unreadable("the file sent", error.message) from error
    with TemporaryDirectory(prefix="duansou-draft-") as folder:
        path = Path(folder) / f"draft{suffix}"
        path.write_bytes(data)
        return read_draft(path, limits)


def _unreadable(name: str, reason: str) -> InputError:
    return InputError(
        f"{name} cannot be read as a draft: {reason}.",
        zh="这个文件读不出文字：请确认它没有损坏、没有密码，或改存为 .txt 再试。",
    )
