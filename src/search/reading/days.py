"""Which days of a text it tells of, where others say when it was published.

Below the head a day is mostly told. In the head one is that has a place beside it, as an event has,
is one of several entries, as of a chronicle or a career, or stands below a label of something else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise

from . import closing, metadata
from .acts import is_of_act
from .dates import date_in, is_labelled_day
from .extract import ends_sentence
from .headings import starts_numbered

_COLON = re.compile("[:：丨｜|]")
_LAST = re.compile(r"日\s*期\s*[:：]")
_LABEL_CHARS = 8
_ENTRIES = 3
_NEAR_LINES = 6
"""On a page that its format divides, a date of publication stands so near below the title."""
_LAST_LINES = 3
"""Below a signature there may be who edited the page."""


@dataclass(frozen=True, slots=True)
class Days:
    """The lines of a text, from ``body_start`` on its article, as far as they tell of days.

    Those in ``heads`` may hold metadata wherever they stand; ``events`` are lines below a label of
    an event, and of its day wherever they stand again. ``is_divided`` is what its format divides.
    """

    texts: tuple[str, ...]
    body_start: int
    title: int | None
    heads: frozenset[int]
    is_divided: bool
    events: frozenset[str]

    @classmethod
    def of(
        cls,
        texts: tuple[str, ...],
        body_start: int,
        title: int | None,
        heads: frozenset[int],
        *,
        is_divided: bool,
    ) -> Days:
        """The days that the lines of a text have."""
        below = (
            day
            for label, day in pairwise(texts)
            if len(label) <= _LABEL_CHARS and metadata.is_event_label(label)
        )
        return cls(texts, body_start, title, heads, is_divided, frozenset(below))

    def is_told(self, i: int, fields: metadata.Fields | None) -> bool:
        """Whether a line, maybe read as fields, has a day of which the text tells.

        What stands between two numbered lines is what the text says whatever label it has.
        """
        if self._closes(i):
            return False
        if self.texts[i] in self.events:
            return _is_date_alone(fields) or closing.signature(self.texts[i]) is not None
        if fields is None and not _COLON.search(self.texts[i]):
            return False  # most lines
        if i in self.heads or (i < self.body_start and not self._is_of_program(i)):
            return False
        if not _is_date_alone(fields) and self._is_between_items(i):
            return fields is not None or metadata.has_label(self.texts[i])
        if fields is None:
            return is_labelled_day(self.texts[i])
        if not _is_date_alone(fields) or is_of_act(self.texts[i]):
            return False
        return not (
            metadata.dates_its_text(self.texts[i]) or closing.signature(self.texts[i]) is not None
        )

    def may_date(self, i: int) -> bool:
        """Whether a day that is told may be that of the text, for it stands above all of it.

        Minutes have no other day than that of the meeting; an invitation is signed.
        """
        text = self.texts[i]
        return i < self.body_start and not (_is_entry(text) or text in self.events)

    def dated(self, i: int, fields: metadata.Fields) -> metadata.Fields:
        """The fields of a line, without a date where it stands too far from the title for one."""
        far = self.title is not None and i > self.title + _NEAR_LINES
        signed = i not in self.heads and self.is_signed(i)
        return _dateless(fields) if self.is_divided and (far or signed) else fields

    def _closes(self, i: int) -> bool:
        """Whether a line is 日期：… with a day alone at the end of a text, below one that ends a
        sentence or is of who signs, and has no other label.
        """
        label = _LAST.match(self.texts[i]) if 0 < i == len(self.texts) - 1 else None
        signed = closing.signature(self.texts[i][label.end() :]) if label else None
        if signed is None or "T" in (signed.published or ""):
            return False
        above = self.texts[i - 1]
        return not _COLON.search(above[:_LABEL_CHARS]) and (
            ends_sentence(above) or closing.signs(above)
        )

    def is_signed(self, i: int) -> bool:
        """Whether a line has the day on which a text was signed: its last, or below an office."""
        if i <= self.body_start or closing.signature(self.texts[i]) is None:
            return False
        is_last = i >= len(self.texts) - _LAST_LINES
        return is_last or closing.signature(self.texts[i - 1] + self.texts[i]) is not None

    def _is_between_items(self, i: int) -> bool:
        beside = self.texts[i - 1 : i + 2 : 2]
        return i > self.body_start and len(beside) > 1 and all(map(starts_numbered, beside))

    def _is_of_program(self, i: int) -> bool:
        if i <= (self.title or 0):
            return False
        if any("地点" in text[:_LABEL_CHARS] for text in self.texts[i - 1 : i + 2]):
            return True
        beside = self.texts[max(i - 2, 0) : i + 3]
        entries = sum(_is_entry(text) and not is_of_act(text) for text in beside)
        return _is_entry(self.texts[i]) and entries >= _ENTRIES


def _dateless(fields: metadata.Fields) -> metadata.Fields:
    return replace(fields, published=None, unread=None)


def _is_date_alone(fields: metadata.Fields | None) -> bool:
    """Whether a line tells nothing but a date."""
    return fields is not None and fields != _dateless(fields) == metadata.Fields()


def _is_entry(text: str) -> bool:
    """Whether a line begins with a day, a month or a year and has words apart from it."""
    dated = date_in(text, partial=True)
    return dated is not None and not dated.span[0] and text[dated.span[1] :][:1].isspace()
