"""Evaluate corrections: how often the right one comes first, how often one where nothing was wrong.

Words and phrases of the collection are spoilt by one slip each, a third by a homophone, a third by
any other character, a third by swapping two neighbours. A slip that finds more than a few passages
by itself is not one: somebody may have meant it, so it is drawn anew. Correct queries are those of
a set and as many phrases as there are slips, however rare.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ..analysis.text import HAN, fold
from ..analysis.words import Analyzer
from ..errors import InputError
from ..searching.results import Correction
from ..searching.suggest.completion import readings
from ..searching.suggest.corrections import FINDS_LITTLE

_KINDS = ("homophone", "substitution", "swap")
_HAN_RUN = re.compile(rf"[{HAN}]+")
_FEWEST = 5
"""Passages in which a text stands that is spoilt: what is rarer nobody could guess."""
_LONGEST_CHARS = 8
_TEXTS_READ = 20_000
_DRAWS_EACH = 200

Ask = Callable[[str], tuple[int, Sequence[Correction]]]
"""What a query finds, and the corrections that are offered."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A text as it was meant and as it was typed, and what was offered first, None for nothing."""

    meant: str
    typed: str
    kind: str
    offered: str | None


@dataclass(frozen=True, slots=True)
class SlipsResult:
    """``trials`` of slips; ``alarms`` are the trials of correct queries that met a correction."""

    trials: tuple[Trial, ...]
    alarms: tuple[Trial, ...]
    correct: int
    drawn_anew: int

    @property
    def right_first(self) -> float:
        """The share of slips whose first correction is what was meant."""
        return _share(t.offered == t.meant for t in self.trials)

    @property
    def false_alarms(self) -> float:
        """The share of correct queries that met a correction."""
        return len(self.alarms) / self.correct if self.correct else 0.0

    def to_json(self) -> dict[str, Any]:
        """The answer of ``evaluate --slips --json``."""
        return {
            "right_first": round(self.right_first, 4),
            "false_alarms": round(self.false_alarms, 4),
            "slips": len(self.trials),
            "correct_queries": self.correct,
            "drawn_anew": self.drawn_anew,
            "right_first_by_kind": {
                kind: round(_share(t.offered == t.meant for t in self.trials if t.kind == kind), 4)
                for kind in dict.fromkeys(t.kind for t in self.trials)
            },
            "missed": [[t.kind, t.meant, t.typed, t.offered] for t in self._missed()],
            "alarms": [[t.kind, t.meant, t.offered] for t in self.alarms],
        }

    def _missed(self) -> list[Trial]:
        return [t for t in self.trials if t.offered != t.meant]


def evaluate_slips(
    texts: Iterable[str],
    analyzer: Analyzer,
    ask: Ask,
    queries: Iterable[str] = (),
    *,
    slips: int = 500,
    seed: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> SlipsResult:
    """Spoil ``slips`` texts drawn from ``texts``, and ask; then ask for what is correct.

    A third of the texts drawn are single words of three characters or more, the others phrases of
    whole words, 4 to 8 characters; all stand in at least 5 passages. The same seed and collection
    give the same trials. Fewer come back where the collection has too few different texts. Raises
    InputError where it has none.
    """
    rng = random.Random(seed)  # noqa: S311 - draws examples, keeps no secret
    sample = _sample(texts, rng)
    phrases = _Phrases(sample, analyzer, rng)
    if not phrases.any:
        raise InputError("slips-without-text")
    trials: list[Trial] = []
    seen: set[str] = set()
    drawn_anew = 0
    total = 2 * slips
    for _ in range(slips * _DRAWS_EACH):
        if len(trials) == slips:
            break
        kind = _KINDS[len(trials) % len(_KINDS)]
        meant = phrases.word() if len(trials) % 2 else phrases.phrase()
        if meant in seen or ask(meant)[0] < _FEWEST:
            continue
        typed = phrases.spoilt(meant, kind)
        if typed is None:
            continue
        found, offered = ask(typed)
        if found > FINDS_LITTLE:
            drawn_anew += 1
            continue
        seen.add(meant)
        trials.append(Trial(meant, typed, kind, _first(offered)))
        if progress:
            progress(len(trials), total)
    correct = [(query, "query") for query in queries]
    correct += [(phrases.phrase(), "phrase") for _ in range(slips)]
    alarms = []
    for number, (query, kind) in enumerate(correct):
        offered_first = _first(ask(query)[1])
        if offered_first is not None:
            alarms.append(Trial(query, query, kind, offered_first))
        if progress:
            progress(slips + number + 1, slips + len(correct))
    return SlipsResult(tuple(trials), tuple(alarms), len(correct), drawn_anew)


def _sample(texts: Iterable[str], rng: random.Random) -> list[str]:
    """At most so many texts, each as likely as any (Vitter 1985, algorithm R)."""
    kept: list[str] = []
    for number, text in enumerate(texts):
        if number < _TEXTS_READ:
            kept.append(text)
        else:
            place = rng.randrange(number + 1)
            if place < _TEXTS_READ:
                kept[place] = text
    return kept


class _Phrases:
    """Draws words and phrases of texts, and spoils them."""

    def __init__(self, texts: Sequence[str], analyzer: Analyzer, rng: random.Random) -> None:
        self._rng = rng
        self._runs = [
            words
            for text in texts
            for run in _HAN_RUN.findall(fold(text))
            for words in (analyzer.words(run),)
            if len(run) >= 4
        ]
        self._words = sorted({w for words in self._runs for w in words if 3 <= len(w) <= 8})
        characters = Counter(c for words in self._runs for w in words for c in w)
        self._characters = sorted(characters)
        self._sounds: dict[str, list[str]] = {}
        for character in self._characters:
            for reading in readings(character)[:1]:
                self._sounds.setdefault(reading, []).append(character)

    @property
    def any(self) -> bool:
        """Whether there is anything to draw."""
        return bool(self._runs)

    def word(self) -> str:
        """A word of three characters or more."""
        return self._rng.choice(self._words) if self._words else self.phrase()

    def phrase(self) -> str:
        """Neighbouring words, 4 to 8 characters together."""
        for _ in range(_DRAWS_EACH):
            words = self._rng.choice(self._runs)
            begin = self._rng.randrange(len(words))
            wanted = self._rng.randint(4, _LONGEST_CHARS)
            phrase = ""
            for word in words[begin:]:
                if len(phrase) + len(word) > wanted:
                    break
                phrase += word
            if len(phrase) >= 4:
                return phrase
        return "".join(self._rng.choice(self._runs))[:_LONGEST_CHARS]

    def spoilt(self, text: str, kind: str) -> str | None:
        """A text with one slip; None where it has no place for it."""
        place = self._rng.randrange(len(text) - (kind == "swap"))
        if kind == "swap":
            typed = text[:place] + text[place + 1] + text[place] + text[place + 2 :]
            return typed if typed != text else None
        others: Sequence[str] = self._characters
        if kind == "homophone":
            others = self._sounds.get((*readings(text[place]), "")[0], ())
        others = [c for c in others if c != text[place]]
        return text[:place] + self._rng.choice(others) + text[place + 1 :] if others else None


def _first(offered: Sequence[Correction]) -> str | None:
    return next((c.text for c in offered if c.kind == "query"), None)


def _share(hits: Iterable[bool]) -> float:
    values = list(hits)
    return sum(values) / len(values) if values else 0.0
