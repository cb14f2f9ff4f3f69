"""Read a draft and take out its quotations: what stands between quotation marks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from operator import add
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from ...budget import current
from ...documents.document import sha256_hex
from ...errors import InputError, UnreadableFileError
from ...facets.topic import Taxonomy
from ...languages.sentences import Sentence
from .finding import content

if TYPE_CHECKING:
    from ...reading.reading import ReadingLimits

DRAFT_SUFFIXES = (".txt", ".md", ".docx")
"""The kinds of files that a draft may be."""

_PAIRS = {"“": "”", "「": "」", "『": "』", "﹁": "﹂", "﹃": "﹄", '"': '"', "＂": "＂"}
_OPENED_BY = {closing: mark for mark, closing in _PAIRS.items()}
_DIRECTED = [(mark, closing) for mark, closing in _PAIRS.items() if mark != closing]
_MARK = re.compile(f"[{''.join(_PAIRS)}{''.join(_OPENED_BY)}]")
_BALANCED = (0,) * (len(_DIRECTED) + 1)
_SHORTEST_CHARS = 2
_WRAPPED_LINES = 30
_MARKDOWN = re.compile(
    r"(?P<code>`+)|\*\*\*?|(?<!\w)__?(?=\S)|(?<=\S)__?(?!\w)|\[\^[^\]\n]{1,40}\]"
    r"|(?<![\w*])\*(?=\S)|(?<=\S)\*(?![\w*])"
)
_LINK = re.compile(r"!?\[(?P<text>[^\[\]\n]*+)\]\([^()\n]*+(?:\([^()\n]*+\)[^()\n]*+)?\)")
"""No bracket within another: the text of each is gone over once, however many are opened."""


@dataclass(frozen=True, slots=True)
class Quotation:
    """One quotation of a draft, and the line (from 1) on which it begins."""

    text: str
    line: int


class Revised(str):
    """The text of a draft with tracked changes, as it reads when all of them are accepted."""


@dataclass(frozen=True, slots=True)
class Draft:
    """The quotations of a draft in order; ``unclosed`` are lines with a mark that never closes.

    ``notes`` say what was checked.
    """

    quotations: tuple[Quotation, ...]
    unclosed: tuple[int, ...] = ()
    notes: tuple[Sentence, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """The quotations alone."""
        return tuple(quotation.text for quotation in self.quotations)


def quotations_of(text: str, *, is_markdown: bool = False) -> Draft:
    """What stands between quotation marks, two characters at least; inner ones belong to the outer.

    A quotation ends in its own paragraph, unless the next one begins with the same mark again, as
    is usual where several paragraphs are quoted: then each is a quotation. Raises OverBudgetError.
    """
    budget = current()
    found: list[Quotation] = []
    unclosed: list[int] = []
    paragraphs = list(_paragraphs(text.splitlines()))
    for (first, paragraph), (_, after) in pairwise([*paragraphs, (0, "")]):
        if not _MARK.search(paragraph):
            continue
        budget.spend()
        if is_markdown:
            paragraph = _without_markup(paragraph)
        follows = after.lstrip()[:1]
        ends = _closings(paragraph)
        at = done = 0
        line = first
        for at, end in ends:
            if at < done:
                continue
            line += paragraph.count("\n", done, at)
            mark, done = paragraph[at], at
            if end is not None:
                found.append(Quotation(paragraph[at + 1 : end].strip(), line))
                line += paragraph.count("\n", at, end + 1)
                done = end + 1
            elif follows == mark and mark != _PAIRS[mark]:
                found.append(Quotation(paragraph[at + 1 :].strip(), line))
                break
            else:
                unclosed.append(line)
    long_enough = []
    for quotation in found:
        budget.spend()
        if len(content(quotation.text).text) >= _SHORTEST_CHARS:
            long_enough.append(quotation)
    return Draft(tuple(long_enough), tuple(unclosed), _notes(text))


def _notes(text: str) -> tuple[Sentence, ...]:
    return (Sentence("draft-revised"),) if isinstance(text, Revised) else ()


def _closings(text: str) -> list[tuple[int, int | None]]:
    """Each mark that opens, in order, and where it is closed, marks of its kind inside counted.

    Where more are opened than closed, the first that closes is meant. Of marks that open and close
    alike each is closed by the next. One pass from the end: the time is that of the text's length.
    """
    ends: list[tuple[int, int | None]] = []
    closed: dict[str, list[int]] = {mark: [] for mark in _PAIRS}
    """The closing marks behind that nothing behind opens, the nearest last."""
    nearest: dict[str, int] = {}
    is_short: set[str] = set()
    """Kinds of which one behind is never closed."""
    for at in range(len(text) - 1, -1, -1):
        character = text[at]
        if character in _OPENED_BY:
            mark = _OPENED_BY[character]
            if mark != character:
                closed[mark].append(at)
                nearest[mark] = at
                continue
        if character not in _PAIRS:
            continue
        end: int | None
        if _PAIRS[character] == character:
            end = nearest.get(character)
            nearest[character] = at
        elif closed[character]:
            end = closed[character].pop()
        else:
            end = nearest.get(character) if character in is_short else None
            is_short.add(character)
        ends.append((at, end))
    ends.reverse()
    return ends


def _paragraphs(lines: list[str]) -> Iterator[tuple[int, str]]:
    """(number of its first line, text) of each: a line, or lines wrapped inside of marks."""
    surplus = [_surplus(line) for line in lines]
    at, budget = 0, current()
    while at < len(lines):
        end = at + 1
        opened = surplus[at]
        if _is_open(opened):
            budget.spend()
        # A wrapped line: the mark is open, and one of the next lines closes it.
        while end < min(len(lines), at + 1 + _WRAPPED_LINES) and _is_open(opened):
            if not lines[end].strip() or _begins(lines[end]):
                break
            opened = tuple(map(add, opened, surplus[end]))
            end += 1
        if _is_open(opened):
            end = at + 1
        yield at + 1, "\n".join(lines[at:end])
        at = end


def _surplus(line: str) -> tuple[int, ...]:
    """How many more marks of each kind a line opens than it closes; at last its straight marks."""
    if not _MARK.search(line):
        return _BALANCED
    return (
        *(line.count(mark) - line.count(closing) for mark, closing in _DIRECTED),
        line.count('"'),
    )


def _is_open(surplus: tuple[int, ...]) -> bool:
    if surplus is _BALANCED:
        return False
    *directed, straight = surplus
    return any(count > 0 for count in directed) or straight % 2 == 1


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
    # Most of a server's start would be the loading of what only drafts need.
    from ...reading.decoding import decode
    from ...reading.files import SourceFile, read_bytes
    from ...reading.workers import Readers

    if not path.is_file():
        raise InputError("draft-not-a-file", path=path)
    suffix = path.suffix.lower()
    if suffix not in DRAFT_SUFFIXES and suffix:
        raise InputError("draft-kind-unknown", name=path.name)
    file = SourceFile(path.parent, path.name)
    try:
        data = read_bytes(file, limits.file_mb)
        if suffix != ".docx":
            return decode(data).text
    except UnreadableFileError as error:
        raise InputError("draft-unreadable", name=path.name, reason=error) from error
    # Word files are read by a process that can be ended, like those of a collection.
    with Readers(Taxonomy.load(), limits=limits, processes=1) as readers:
        try:
            extract = readers.extract(file, sha256_hex(data))
        except UnreadableFileError as error:
            raise InputError("draft-unreadable", name=path.name, reason=error) from error
    return Revised(extract.text) if extract.has_revisions else extract.text


def draft_of_bytes(data: bytes, name: str, limits: ReadingLimits) -> str:
    """The text of a draft that was sent, kept on disk only while a Word file is read.

    Raises InputError for a file that is none, BusyError where others have their drafts read.
    """
    from ...reading.decoding import decode

    suffix = PurePosixPath(name).suffix.lower()
    if suffix not in DRAFT_SUFFIXES:
        raise InputError("sent-draft-kind-unknown")
    if suffix != ".docx":
        try:
            return decode(data).text
        except UnreadableFileError as error:
            raise InputError(
                "draft-unreadable", name=Sentence("sent-file"), reason=error
            ) from error
    # The process that reads it takes as much memory as a request may, so it does so in its turn.
    budget = current()
    memory_mb = min(limits.memory_mb or budget.memory_mb, budget.memory_mb)
    budget.require_memory(memory_mb * 1_000_000)
    with TemporaryDirectory(prefix="duansou-draft-") as folder:
        path = Path(folder) / f"draft{suffix}"
        path.write_bytes(data)
        return read_draft(path, replace(limits, memory_mb=memory_mb))
