"""The lines of a text, what each says by itself, and what a reader of a format knows of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from ..documents.document import Evidence, Role
from .bylines import is_personal_name

_LINE = re.compile(r"[^\r\n]*")
_MARKDOWN = re.compile(r"(#{1,6})\s+(?=\S)")
_SENTENCE_END = re.compile("[。！？!?…；;]")
_SENTENCE_MARKS = frozenset("。！？!?…；;：:，,、.")
_CLOSING = "”’」』）)】》\"'"
_NOT_WORD = re.compile(r"[\W_]+")


class Line(NamedTuple):
    """A line that is not blank: ``text`` is ``source[start:end]``, stripped of white space.

    ``number`` counts all lines of the file from 1; ``level`` is the Markdown heading level, 0 for
    none (its marks are then outside the slice); ``gap`` is the number of blank lines before it.
    """

    number: int
    start: int
    end: int
    text: str
    level: int = 0
    gap: int = 0


def split_lines(source: str, *, markdown: bool = True) -> list[Line]:
    """The lines of ``source`` that hold anything but white space.

    With ``markdown`` a line that begins with # marks is a heading.
    """
    lines: list[Line] = []
    gap = 0
    for number, (start, raw) in enumerate(_raw_lines(source), start=1):
        text = raw.strip("\ufeff \t\u3000\xa0\u200b\f\v\x1a")
        if not text or text.isspace():
            gap += 1
            continue
        if len(text) != len(raw):
            start += raw.index(text)
        level = 0
        mark = _MARKDOWN.match(text) if markdown and text[0] == "#" else None
        if mark:
            level = len(mark[1])
            start += mark.end()
            text = text[mark.end() :]
        lines.append(Line(number, start, start + len(text), text, level, gap))
        gap = 0
    return lines


def _raw_lines(source: str) -> Iterator[tuple[int, str]]:
    position = 0
    if "\r" not in source:
        for raw in source.split("\n"):
            yield position, raw
            position += len(raw) + 1
        return
    while position <= len(source):
        match = _LINE.match(source, position)
        if match is None:  # pragma: no cover - the pattern matches everywhere
            return
        yield position, match.group()
        position = match.end() + (2 if source.startswith("\r\n", match.end()) else 1)


def any_of(signs: str, *words: str) -> re.Pattern[str]:
    """What finds some signs, given as in a class of characters, and words.

    Only a pattern that begins with a class is looked for as fast as a text can be passed over.
    """
    firsts = "".join(dict.fromkeys(word[0] for word in words))
    rests = "|".join(rf"(?<={word[0]}){word[1:]}" for word in words)
    return re.compile(rf"[{signs}{firsts}](?:(?<=[{signs}])|{rests})")


def bare(text: str) -> str:
    """A text without white space, punctuation and symbols, to compare what it says."""
    return _NOT_WORD.sub("", text).lower()


def ends_sentence(text: str) -> bool:
    """Whether the last character (closing marks and white space aside) is punctuation."""
    end = len(text)
    while end and (text[end - 1] in _CLOSING or text[end - 1].isspace()):
        end -= 1
    return end > 0 and text[end - 1] in _SENTENCE_MARKS


def has_sentence_end(text: str) -> bool:
    """Whether a sentence ends anywhere in it."""
    return _SENTENCE_END.search(text) is not None


def sentence_count(text: str) -> int:
    """How many sentence ends it has."""
    return len(_SENTENCE_END.findall(text))


def is_short(text: str, limit_chars: int = 40) -> bool:
    """Whether it is short enough for a heading."""
    return len(text) <= limit_chars


@dataclass(frozen=True, slots=True)
class Guide:
    """What a format knows of the lines of its text, by line number from 1.

    ``apart`` are lines judged already: (role, kind, reason in Chinese). ``title`` are the lines of
    the title and ``title_note`` says how they were known. Lines in ``head`` may hold metadata, but
    are never body. ``levels`` are those of headings, 1 to 6; lines in ``plain`` are none, whatever
    they look like, nor are ``rows``, several cells of a table each: below the title these hold no
    metadata either, unless they are in ``head``. ``sections`` are headings of the first level that
    stand in no line, but above that one: a sheet's name. ``fields`` are values from the format's
    own metadata (tags, properties), each with its evidence: for what no line says, or, if
    ``is_certain``, for good where that evidence is certain.
    """

    apart: Mapping[int, tuple[Role, str, str]]
    title: tuple[int, ...] = ()
    title_note: str = "标题"
    head: frozenset[int] = frozenset()
    levels: Mapping[int, int] = field(default_factory=dict)
    sections: Mapping[int, str] = field(default_factory=dict)
    plain: frozenset[int] = frozenset()
    rows: frozenset[int] = frozenset()
    fields: Mapping[str, str] = field(default_factory=dict)
    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    is_certain: bool = False
    is_forum: bool = False


@dataclass(frozen=True, slots=True)
class Extract:
    """The text of a file, one line per block; ``guide`` is None for plain text.

    ``has_revisions`` says that tracked changes were in it, and that this is the text with them.
    ``faults`` are what could not be read as it was written, in Chinese, with the place.
    ``scanned`` are the numbers of pages that are pictures of text, and are not in it;
    ``recognised`` is the trust in each line that was read from a picture, by line number from 1,
    and ``recognised_pages`` are the pages of these.
    """

    text: str
    encoding: str
    guide: Guide | None = None
    has_revisions: bool = False
    faults: tuple[str, ...] = ()
    scanned: tuple[int, ...] = ()
    recognised: Mapping[int, float] = field(default_factory=dict)
    recognised_pages: tuple[int, ...] = ()


def borne_out(
    title: str, author: str, first: Iterable[str], origin: str
) -> tuple[dict[str, str], dict[str, Evidence]]:
    """Title and author of a file's own properties that its text bears out, each with its evidence.

    Properties are often those of another document that served as a template: a title counts only
    if one of the ``first`` lines is the same, an author only if it is a personal name. No date in
    them is one of publication.
    """
    fields: dict[str, str] = {}
    evidence: dict[str, Evidence] = {}
    title, author = title.strip(), author.strip()
    if len(bare(title)) >= 4 and bare(title) in map(bare, first):
        fields["title"] = title
        evidence["title"] = Evidence(f"{origin}里的标题，文中也有", None, title)
    if is_personal_name(author):
        fields["author"] = author
        evidence["author"] = Evidence(f"{origin}里的作者", None, author, "probable")
    return fields, evidence
