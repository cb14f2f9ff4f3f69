"""Which days of a text it tells of, where others say when it was published.

Below the head a day is mostly told. In the head one is that has a place beside it, as an event has,
is one of several entries, as of a chronicle or a career, or stands below a label of something else.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from . import metadata
from .acts import is_of_act
from .dates import date_in
from .headings import starts_numbered

_PLACE_CHARS = 8
_ENTRIES = 3


@dataclass(frozen=True, slots=True)
class Days:
    """The lines of a text, from ``body_start`` on its article, as far as they tell of days.

    Those in ``heads`` may hold metadata wherever they stand; ``events`` are lines below a label of
    an event, and of its day wherever they stand again.
    """

    texts: tuple[str, ...]
    body_start: int
    title: int | None
    heads: frozenset[int]
    events: frozenset[str]

    @classmethod
    def of(
        cls, texts: tuple[str, ...], body_start: int, title: int | None, heads: frozenset[int]
    ) -> Days:
        """The days that the lines of a text have."""
        below = (day for label, day in pairwise(texts) if metadata.is_event_label(label))
        return cls(texts, body_start, title, heads, frozenset(below))

    def is_told(self, i: int, fields: metadata.Fields | None) -> bool:
        """Whether a line, maybe read as fields, has a day of which the text tells.

        What stands between two numbered lines is what the text says whatever label it has.
        """
        if self.texts[i] in self.events:
            return metadata.is_date_alone(fields) or metadata.signature(self.texts[i]) is not None
        if i in self.heads or (i < self.body_start and not self._is_of_program(i)):
            return False
        if not metadata.is_date_alone(fields) and self._is_between_items(i):
            return fields is not None or metadata.has_label(self.texts[i])
        return metadata.is_day_told(self.texts[i], fields)

    def may_date(self, i: int) -> bool:
        """Whether a day that is told may be that of the text, for it stands above all of it."""
        text = self.texts[i]
        return i < self.body_start and not (_is_entry(text) or text in self.events)

    def _is_between_items(self, i: int) -> bool:
        beside = self.texts[i - 1 : i + 2 : 2]
        return i > self.body_start and len(beside) > 1 and all(map(starts_numbered, beside))

    def _is_of_program(self, i: int) -> bool:
        if i <= (self.title or 0):
            return False
        if any("地点" in text[:_PLACE_CHARS] for text in self.texts[i - 1 : i + 2]):
            return True
        beside = self.texts[max(i - 2, 0) : i + 3]
        entries = sum(_is_entry(text) and not is_of_act(text) for text in beside)
        return _is_entry(self.texts[i]) and entries >= _ENTRIES


def _is_entry(text: str) -> bool:
    """Whether a line begins with a day, a month or a year and has words apart from it."""
    dated = date_in(text, partial=True)
    return dated is not None and not dated.span[0] and text[dated.span[1] :][:1].isspace()
