"""Readings of a text in pinyin. The only module that knows pypinyin.

Loading it takes 0.2 s, so that happens with the first text that is asked for, not with the import.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Literal as OneOf

from ...analysis.text import HAN, fold, is_han
from ...documents.declared import Count

_PIECES = re.compile(rf"[{HAN}]+|[^{HAN}]+", re.DOTALL)


@cache
def readings(character: str) -> tuple[str, ...]:
    """Every way to read one character, without tones, the commonest first; none if not Han.

    ü is written v, as it is typed.
    """
    if not is_han(character):
        return ()
    from pypinyin import Style, pinyin

    found = pinyin(character, style=Style.NORMAL, heteronym=True, errors="ignore")
    return tuple(dict.fromkeys(found[0])) if found else ()


def syllables(text: str) -> list[str]:
    """(characters,) how each character of a text is read where it stands; "" where it is not read.

    Words of several characters decide between several readings: 重庆 is chong qing.
    """
    read: list[str] = []
    for piece in _PIECES.findall(text):
        every = [readings(character) for character in piece]
        read += (found[0] if found else "" for found in every)
        if any(len(found) > 1 for found in every):
            from pypinyin import lazy_pinyin

            together = lazy_pinyin(piece, errors="default")
            # Characters without a reading would come as one.
            if len(together) == len(piece) and all(every):
                read[-len(piece) :] = together
    return read


Kind = OneOf["word", "title", "place", "topic"]

_AT_MOST: dict[Kind, int] = {"place": 2, "topic": 1, "title": 2}
"""How many of a kind while there are words enough to fill the list."""
_KINDS: tuple[Kind, ...] = ("word", "place", "topic", "title")
_TYPED_LIMIT_CHARS = 24
"""What is longer is no beginning any more. It also bounds in how many ways a line may be read: each
n or g that ends a syllable may begin the next, so 24 letters on 钢钢钢… give at most 64."""
_ENTRY_LIMIT_CHARS = 40
"""Of a title only so many characters are compared from its beginning; inside, all are."""
_LINES_TRIED = 400
"""Most fitting lines of which those that fit best are taken."""
_OPERATORS = frozenset("\"'-")
"""Folded, as every quotation mark is one of these two."""
_LETTER = re.compile(r"[a-z]")
_READ_REMEMBERED = 131_072
"""Nearly all words are those of the commit before, and to find out how they are read takes most of
the time: two seconds for 55,000. They take 15 MB."""
_INSIDE = 4
_REST_STRICT = "(?:(?<=[^a-z'][zcs]h)[a-z]*|(?<=[^a-z'][a-z])[a-z]*|)'"
"""What follows the letters of a syllable: what is left of it after its initial, else nothing."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something of the collection, and in how many passages it is.

    ``value`` is the word, the title's document id, the full path of the place, or the topic.
    """

    kind: Kind
    text: str
    value: str
    passages: Count


class Completion:
    """Completes from the entries it was made of; safe to share between threads."""

    def __init__(self, entries: Iterable[Suggestion]) -> None:
        lines: dict[tuple[Kind, str], list[tuple[str, Suggestion]]] = {}
        titles: list[tuple[str, Suggestion]] = []
        for entry in sorted(entries, key=lambda entry: (-entry.passages, entry.text)):
            line, begins = _line(entry.text)
            for begin in begins:
                lines.setdefault((entry.kind, begin), []).append((line, entry))
            if entry.kind == "title":
                titles.append((fold(entry.text).replace("\n", " "), entry))
        self._lines = {key: _Lines(found) for key, found in lines.items()}
        self._titles = _Lines(titles)

    def complete(
        self, typed: str, limit: int = 8, count: Callable[[str], int] | None = None
    ) -> tuple[Suggestion, ...]:
        """At most ``limit`` suggestions for the last item of what was typed.

        Nothing for an item with quotation marks or one that excludes: these say what they mean.
        ``count`` says in how many passages a word is found, which is not the number in which the
        analyzer cut it out; None trusts the numbers of the entries.
        """
        item = fold(typed.split()[-1]) if typed.split() else ""
        finished = typed[-1:].isspace()
        if not item or finished or len(item) > _TYPED_LIMIT_CHARS or item[0] in _OPERATORS:
            return ()
        found = {kind: self._of(kind, item, limit) for kind in _KINDS}
        shares = {kind: min(most, len(found[kind])) for kind, most in _AT_MOST.items()}
        later = sum(shares.values())
        words = found["word"][: max(limit - later, 0)]
        room = limit - len(words)
        # Each other kind has its share; what words do not need goes to those that have more.
        others: dict[Kind, list[Suggestion]] = {}
        for kind, share in shares.items():
            later -= share
            others[kind] = found[kind][: max(room - later, min(share, room))]
            room -= len(others[kind])
        taken = (*others["place"], *others["topic"], *words, *others["title"])
        return tuple(
            replace(entry, passages=count(entry.text)) if count and entry.kind == "word" else entry
            for entry in taken
        )

    def read(self, typed: str) -> tuple[Suggestion, ...]:
        """What a whole text in letters is read as, the commonest first: by whole syllables or
        initials, to its end.
        """
        item = fold(typed).strip()
        if not item or len(item) > _TYPED_LIMIT_CHARS or item[0] in _OPERATORS:
            return ()
        pattern = _pattern(item, strict=True)
        found: dict[str, Suggestion] = {}
        for kind in _KINDS:
            lines = self._lines.get((kind, item[0]), _NO_LINES)
            for tried, (whole, entry) in enumerate(lines.search(pattern)):
                if whole and any(map(is_han, entry.text)):
                    found.setdefault(entry.text, entry)
                if tried >= _LINES_TRIED:
                    break
        return tuple(sorted(found.values(), key=lambda e: (len(e.text), -e.passages)))

    def _of(self, kind: Kind, item: str, limit: int) -> list[Suggestion]:
        lines = self._lines.get((kind, item[0]), _NO_LINES)
        found: dict[str, tuple[int, Suggestion]] = {}
        for strict in (True, False):
            for tried, (whole, entry) in enumerate(lines.search(_pattern(item, strict=strict))):
                # What is typed in full comes before what only begins so.
                found.setdefault(entry.value, (_fit(strict, whole), entry))
                if tried >= _LINES_TRIED or (kind == "title" and len(found) >= limit):
                    break
            if len(found) >= limit:
                break
        ordered = [entry for _, entry in sorted(found.values(), key=lambda pair: pair[0])]
        if kind == "title" and len(ordered) < limit and len(item) > 1 and any(map(is_han, item)):
            inside = (entry for _, entry in self._titles.search(re.compile(re.escape(item))))
            for entry in inside:
                if len(ordered) >= limit:
                    break
                if entry.value not in found:
                    found[entry.value] = (_INSIDE, entry)
                    ordered.append(entry)
        return ordered[:limit]


class _Lines:
    """Lines of one text, in order, each with its entry."""

    def __init__(self, lines: Iterable[tuple[str, Suggestion]]) -> None:
        pairs = list(lines)
        self._text = "".join(f"\n{line}" for line, _ in pairs) + "\n"
        self._entries = [entry for _, entry in pairs]
        starts, at = array("q"), 0
        for line, _ in pairs:
            starts.append(at)
            at += len(line) + 1
        self._starts = starts

    def search(self, pattern: re.Pattern[str]) -> Iterator[tuple[bool, Suggestion]]:
        """(whether the pattern took the line to its end, entry) of every line in which it is."""
        for match in pattern.finditer(self._text):
            number = bisect_right(self._starts, match.start()) - 1
            yield self._text[match.end()] == "\n", self._entries[number]


_NO_LINES = _Lines(())


@lru_cache(_READ_REMEMBERED)
def _line(text: str) -> tuple[str, str]:
    """(an entry with how each of its characters is read, what may be typed first for it)."""
    folded = fold(text)[:_ENTRY_LIMIT_CHARS].replace("\n", " ")
    read = syllables(folded)
    line = "".join(f"{c}{s}'" if s else c for c, s in zip(folded, read, strict=True))
    return line, "".join(dict.fromkeys(folded[:1] + "".join(read[:1])[:1]))


def _fit(strict: bool, whole: bool) -> int:
    """How well a line fits, 0 best: by whole syllables or initials, and from end to end."""
    return (not strict) * 2 + (not whole)


def _pattern(item: str, *, strict: bool) -> re.Pattern[str]:
    """What a typed item may stand for, from the beginning of a line.

    Strictly, only a syllable that is typed in full or by its initial may be followed by another:
    xian is 现 or 西安 but not 效能.
    """
    rest = _REST_STRICT if strict else "[a-z]*'"
    parts, inside = ["\n"], False
    for character in item:
        if character == "'":
            continue
        if _LETTER.match(character):
            # The next letter of the syllable; or what is left of it, the next character, its first.
            parts.append(f"(?:{rest}[^\na-z]?)?" if inside else "[^\na-z]?")
            parts.append(character)
            inside = True
        else:
            parts.append(f"(?:{rest})?" if inside else "")
            parts.append(re.escape(character))
            parts.append("[a-z]*'" if readings(character) else "")
            inside = False
    # An entry typed in full ends with its last syllable.
    parts.append(f"(?:{rest}(?=\n))?" if inside else "")
    return re.compile("".join(parts))
