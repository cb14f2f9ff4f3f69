"""Topics: the taxonomy file, and the topics of a paragraph by it.

The file is TOML, one ``[[topic]]`` table per topic.

    [[topic]]
    name = "信访工作"                  # as shown and filtered
    parent = "矛盾纠纷化解"            # optional: the name of another topic
    words = { "信访事项" = 3, "来访" = 1.5 }
    patterns = { "信访.{0,6}[0-9]+件" = 3 }     # optional: regular expressions
    exclude = ["信访部门来人"]          # optional: phrases that say nothing on the topic

A sentence counts for a topic from weight 3 on: one telling word, or several hints together, of
which those below 1.5 only add to others. A hint counts half in the name of an office (公安部门) and
in an enumeration; every word does in a clause on purpose or outcome.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from ..documents.document import UNCLASSIFIED, TopicEvidence
from ..errors import InputError
from ..languages.sentences import Sentence
from .clues import Word, WordFinder

_KEYS = frozenset(("name", "parent", "words", "patterns", "exclude"))
_SHORTEST_WORD = 2


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic: its words and patterns with weights, and the phrases that do not count."""

    name: str
    words: Mapping[str, float]
    patterns: tuple[tuple[re.Pattern[str], float], ...] = ()
    exclude: tuple[str, ...] = ()
    parent: str | None = None


def read_topics(text: str, where: str) -> tuple[Topic, ...]:
    """The topics of a taxonomy in file order; ``where`` names it in messages.

    Raises InputError with one sentence for what cannot be used.
    """
    try:
        tables = tomllib.loads(text)
    except RecursionError as error:
        raise _bad(where, Sentence("nested-too-deeply")) from error
    except tomllib.TOMLDecodeError as error:
        raise _bad(where, Sentence("taxonomy-no-toml", error=str(error))) from error
    found = tables.get("topic")
    if not isinstance(found, list) or not found:
        raise _bad(where, Sentence("taxonomy-empty"))
    topics: list[Topic] = []
    for number, table in enumerate(found, start=1):
        topic = _topic(table, number, where)
        if topic.name in {other.name for other in topics}:
            raise _bad(where, Sentence("topic-twice", name=topic.name))
        topics.append(topic)
    names = {topic.name for topic in topics}
    for topic in topics:
        if topic.parent is not None and (topic.parent not in names or topic.parent == topic.name):
            raise _bad(
                where,
                Sentence("topic-parent-unknown", parent=topic.parent, name=topic.name),
            )
    return tuple(topics)


def _topic(table: Any, number: int, where: str) -> Topic:
    name = table.get("name") if isinstance(table, dict) else None
    if not isinstance(name, str) or not name.strip():
        raise _bad(where, Sentence("topic-without-name", number=number))
    if name in (UNCLASSIFIED, "~unknown"):
        raise _bad(where, Sentence("topic-name-taken", name=name))
    unknown = sorted(table.keys() - _KEYS)
    if unknown:
        raise _bad(
            where,
            Sentence(
                "topic-key-unknown", name=name, unknown=unknown[0], known=tuple(sorted(_KEYS))
            ),
        )
    words = _weights(table, "words", name, where)
    patterns = _weights(table, "patterns", name, where)
    if not words and not patterns:
        raise _bad(where, Sentence("topic-without-words", name=name))
    short = next((word for word in words if len(word) < _SHORTEST_WORD), None)
    if short is not None:
        raise _bad(
            where,
            Sentence("topic-word-too-short", short=short, name=name),
        )
    exclude = table.get("exclude", [])
    if not isinstance(exclude, list) or not all(
        isinstance(e, str) and len(e) >= _SHORTEST_WORD for e in exclude
    ):
        raise _bad(where, Sentence("topic-exclude-no-list", name=name))
    parent = table.get("parent")
    if parent is not None and not isinstance(parent, str):
        raise _bad(where, Sentence("topic-parent-no-name", name=name))
    return Topic(
        name=name,
        words=words,
        patterns=tuple((_compiled(p, name, where), w) for p, w in patterns.items()),
        exclude=tuple(exclude),
        parent=parent,
    )


def _weights(table: Mapping[str, Any], key: str, name: str, where: str) -> dict[str, float]:
    values = table.get(key, {})
    if not isinstance(values, dict):
        raise _bad(
            where,
            Sentence("topic-table-missing", key=key, name=name),
        )
    for word, weight in values.items():
        number = isinstance(weight, int | float) and not isinstance(weight, bool)
        if not number or not 0 < weight <= 100:
            raise _bad(
                where,
                Sentence("topic-weight-unusable", word=word, name=name, weight=weight),
            )
    return {word: float(weight) for word, weight in values.items()}


def _compiled(pattern: str, name: str, where: str) -> re.Pattern[str]:
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        raise _bad(
            where,
            Sentence("topic-pattern-no-expression", pattern=pattern, name=name, error=str(error)),
        ) from error
    if compiled.match(""):
        raise _bad(
            where,
            Sentence("topic-pattern-empty", pattern=pattern, name=name),
        )
    return compiled


def _bad(where: str, reason: Sentence) -> InputError:
    return InputError("taxonomy-unusable", where=where, reason=reason)


_THRESHOLD = 3.0
_LEAST = 0.999 * _THRESHOLD
"""No topic has less in a whole passage, but for how sums are rounded."""
_THRESHOLD_IN_A_LIST = 4.5
_TOPICS_OF_A_LIST = 4
_PLENTY = 5.0
_SHARE = 0.4
_HINTS_THROUGHOUT = 6.0
_HINT = 1.5
"""Words below this weight add to others and tell nothing by themselves, however many."""
_ASIDE = 0.5
_LISTED = 3
"""So many marks between its items make an enumeration in a clause."""
_ITEM_CHARS = 8
"""The last item of an enumeration begins within so many characters of its mark."""
_REPEATED = 1.25

# Of one class and then any number: only what begins with a class is looked for fast.
_SENTENCE_END = re.compile(r"[。！？!?；;\n][。！？!?；;\n]*")
_ANCHOR = re.compile(r"(?<!\[)\^|\$|\\[AZbB]|\(\?[=!<(]")
"""What lets a pattern match in a passage and not in the text around it."""
_CLAUSE_MARK = re.compile("[,，:：]")
_ENDING_CHARS = 24
"""A sentence's or clause's last words are looked for in so many characters."""
_NO_STATEMENT = re.compile(
    r"制定本[\u4e00-\u9fff]{1,4}[。\s]*\Z|适用本[\u4e00-\u9fff]{1,4}[。\s]*\Z"
)
_PURPOSE = re.compile(
    r"\s*(?:为了|从而|进而|以期|旨在|以便|促进|营造|助力|有力地?(?:维护|促进|推动|保障)|"
    r"有效地?(?:维护|促进)|不断(?:提升|增强|提高)|"
    r"(?:大力|全面|切实|进一步|持续)(?:提升|增强|提高|维护))|"
    r"为.+(?:提供|创造|奠定|营造|打下|贡献)|"
    r"\s*(?:提升|增强|提高)[^0-9]{0,12}(?:安全感|满意度|获得感|幸福感)[^0-9工作]{0,6}\Z"
)
_OCCASION = re.compile(r"[^以\n]*+以[^，,]+为契机")
_OUTCOME = re.compile(
    r"(?:不断|明显|持续|显著|稳步|大幅|进一步|空前)(?:提升|增强|提高|改善|夯实)了?[。\s]*\Z"
)
_PURPOSE_BEGINS = frozenset("为从进以旨促营助有不大全切持提增")
_OUTCOME_ENDS = frozenset("升强高善实了。")
_OF_AN_OFFICE = re.compile(
    r"[\u4e00-\u9fff]{0,2}?(?:部门|机关|机构|局|办公室|办(?![理案好法证事])|委员会|人员)"
)
_DIGIT = re.compile(r"[0-9]")


def _is_aside(text: str, start: int, end: int) -> bool:
    """Whether a clause says what something is for, or what came of it."""
    first = text[start]
    if (first in _PURPOSE_BEGINS or first.isspace()) and _PURPOSE.match(text, start, end):
        return True
    if text[end - 1] in _OUTCOME_ENDS or text[end - 1].isspace():
        outcome = _OUTCOME.search(text, max(start, end - _ENDING_CHARS), end)
        if outcome and not _DIGIT.search(text, start, outcome.start()):
            return True
    return text.find("为契机", start, end) >= 0 and _OCCASION.match(text, start, end) is not None


class Taxonomy:
    """The topics a passage can have.

    ``source`` is the text of its file, ``digest`` names it; ``words`` are what is looked for,
    excluded phrases among them.
    """

    def __init__(self, topics: tuple[Topic, ...], source: str) -> None:
        self.topics = topics
        self.source = source
        uses = _uses(topics)
        self.words = tuple(uses)
        self._uses = tuple(uses.values())
        self._patterns = [
            (number, pattern, weight, _ANCHOR.search(pattern.pattern) is None)
            for number, topic in enumerate(topics)
            for pattern, weight in topic.patterns
        ]

    @cached_property
    def _finder(self) -> WordFinder:
        return WordFinder(self.words)

    @classmethod
    def load(cls, path: Path | None = None) -> Taxonomy:
        """The taxonomy of a TOML file; without a path the shipped one.

        Raises InputError if the file cannot be read or used.
        """
        if path is None:
            return _shipped()
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else Sentence("no-utf8-text")
            raise InputError("taxonomy-unreadable", path=path, reason=reason) from error
        return cls.parse(text, str(path))

    @classmethod
    def parse(cls, text: str, where: str) -> Taxonomy:
        """The taxonomy a text describes; ``where`` names it in messages.

        Raises InputError if it cannot be used.
        """
        return _parsed(text, where)

    @property
    def names(self) -> tuple[str, ...]:
        """The topics in file order."""
        return tuple(topic.name for topic in self.topics)

    @property
    def digest(self) -> str:
        """12 hex digits: two taxonomies with one digest give the same topics."""
        return hashlib.sha256(self.source.encode()).hexdigest()[:12]

    def topics_of(self, text: str) -> tuple[TopicEvidence, ...]:
        """The topics of a passage with the words that show them, the weightiest first."""
        return self.topics_in(text, ((0, len(text)),), self._finder.find(text))[0]

    def topics_in(
        self,
        text: str,
        passages: Sequence[tuple[int, int]],
        words: Sequence[Word],
    ) -> list[tuple[TopicEvidence, ...]]:
        """The topics of each passage, given as start and end in the text, as of it alone.

        ``words`` are those of the taxonomy that stand in the text, in order.
        """
        by_pattern = self._patterns_in(text, passages)
        found = []
        at, count = 0, len(words)
        for which, (start, end) in enumerate(passages):
            while at < count and words[at][1] < start:
                at += 1
            first = at
            while at < count and words[at][1] < end:
                at += 1
            hits = self._hits(words[first:at]) if at > first else []
            if which in by_pattern:
                hits = sorted(hits + by_pattern[which])
            found.append(self._topics(text, start, end, hits) if hits else ())
        return found

    def _patterns_in(self, text: str, passages: Sequence[tuple[int, int]]) -> dict[int, list[_Hit]]:
        """What patterns find in passages, by the number of the passage."""
        found: dict[int, list[_Hit]] = {}
        starts = [start for start, _ in passages]
        for number, pattern, weight, whole in self._patterns:
            where: Iterable[int] = range(len(passages))
            if whole:
                # Where it matches in the text, it may match in the passages there.
                spans = [match.span() for match in pattern.finditer(text)]
                where = {
                    which
                    for start, end in spans
                    for which in range(bisect_right(starts, start) - 1, bisect_left(starts, end))
                    if which >= 0
                }
            for which in where:
                start, end = passages[which]
                for match in pattern.finditer(text[start:end]):
                    first, last = match.span()
                    hit = (start + first, start + last, number, weight, match.group())
                    found.setdefault(which, []).append(hit)
        return found

    def _hits(self, words: Sequence[Word]) -> list[_Hit]:
        """The words of a passage with their weights; of overlapping ones of a topic the first."""
        hits: list[_Hit] = []
        done: dict[int, int] = {}
        uses = self._uses
        for word, start, end in words:
            for number, weight, said in uses[word]:
                if start >= done.get(number, 0):
                    done[number] = end
                    if weight:
                        hits.append((start, end, number, weight, said))
        return hits

    def _topics(
        self, text: str, start: int, end: int, hits: list[_Hit]
    ) -> tuple[TopicEvidence, ...]:
        """The topics of ``text[start:end]``, in which these words stand."""
        sums: dict[int, float] = {}
        for _, _, number, weight, _ in hits:
            sums[number] = sums.get(number, 0.0) + weight
        # Most passages touch topics in a word: no sentence of theirs counts for one.
        if max(sums.values()) < _LEAST:
            return ()
        hits = [hit for hit in hits if sums[hit[2]] >= _LEAST]
        found: dict[int, _Tally] = {}
        for weights in _weighed(text, start, end, hits):
            totals = [sum(words.values()) for words in weights.values()]
            listed = sum([total >= _THRESHOLD for total in totals]) >= _TOPICS_OF_A_LIST
            needed = _THRESHOLD_IN_A_LIST if listed else _THRESHOLD
            # What a sentence on something else merely touches is not its topic.
            needed = max(needed, min(_PLENTY, _SHARE * max(totals)))
            for (number, words), total in zip(weights.items(), totals, strict=True):
                tally = found.get(number)
                if tally is None:
                    tally = found[number] = _Tally()
                tally.weight += total
                tally.sentences += 1
                if total >= needed and _telling(words) >= _THRESHOLD:
                    tally.told.update(words)
                elif not tally.told:
                    tally.hints.update(words)
        counting = [(number, tally) for number, tally in found.items() if tally.counts]
        counting.sort(key=lambda item: (-item[1].weight, item[0]))
        return tuple(
            TopicEvidence(
                self.topics[number].name, tuple(tally.told or tally.hints), round(tally.weight, 2)
            )
            for number, tally in counting
        )


def _weighed(
    text: str, start: int, end: int, hits: Iterable[_Hit]
) -> Iterator[dict[int, dict[str, float]]]:
    """What the words of each sentence that states something weigh there, by topic.

    Only sentences and clauses of ``text[start:end]`` with words in them are looked at.
    """
    weights: dict[int, dict[str, float]] = {}
    sentence_end, clause_end, list_end = start, start - 1, start
    skipped = aside = False
    for begin, to, number, weight, word in hits:
        if begin >= sentence_end:
            if weights:
                yield weights
                weights = {}
            while begin >= sentence_end:
                sentence = list_end = sentence_end
                mark = _SENTENCE_END.search(text, sentence, end)
                sentence_end = mark.end() if mark else end
            clause_end = sentence - 1
            ending = max(sentence, sentence_end - _ENDING_CHARS)
            skipped = text.find("本", ending, sentence_end) >= 0 and bool(
                _NO_STATEMENT.search(text, ending, sentence_end)
            )
        if skipped:
            continue
        if begin >= clause_end:
            while begin >= clause_end:
                clause = clause_end + 1
                mark = _CLAUSE_MARK.search(text, clause, sentence_end)
                clause_end = mark.start() if mark else sentence_end
            aside = _is_aside(text, clause, clause_end)
            if text.count("、", clause, clause_end) >= _LISTED:
                list_end = min(text.rfind("、", clause, clause_end) + _ITEM_CHARS, clause_end)
        words = weights.get(number)
        if words is None:
            words = weights[number] = {}
        if aside or (
            weight < _THRESHOLD
            and (begin < list_end or _OF_AN_OFFICE.match(text, to, sentence_end))
        ):
            words[word] = max(words.get(word, 0.0), weight * _ASIDE)
        else:
            words[word] = max(words[word], weight * _REPEATED) if word in words else weight
    if weights:
        yield weights


def _telling(words: Mapping[str, float]) -> float:
    """What words weigh without hints that only add to others."""
    return sum([weight for weight in words.values() if weight >= _HINT])


_Hit = tuple[int, int, int, float, str]
"""Start, end, number of the topic, weight, the word."""


class _Tally:
    """What a passage has collected for one topic: words of sentences that tell it, and others."""

    __slots__ = ("hints", "sentences", "told", "weight")

    def __init__(self) -> None:
        self.told: dict[str, float] = {}
        self.hints: dict[str, float] = {}
        self.weight = 0.0
        self.sentences = 0

    @property
    def counts(self) -> bool:
        return bool(self.told) or (self.weight >= _HINTS_THROUGHOUT and self.sentences > 2)


def _uses(topics: tuple[Topic, ...]) -> dict[str, tuple[tuple[int, float, str], ...]]:
    """Each word with the topics it speaks for; an excluded phrase has weight 0."""
    uses: dict[str, list[tuple[int, float, str]]] = {}
    for number, topic in enumerate(topics):
        weights = {**topic.words, **dict.fromkeys(topic.exclude, 0.0)}
        for word, weight in weights.items():
            uses.setdefault(word, []).append((number, weight, word))
    return {word: tuple(of) for word, of in uses.items()}


@lru_cache(maxsize=2)
def _parsed(text: str, where: str) -> Taxonomy:
    """Made once for the runs that a process makes, and with it the finder of its words."""
    return Taxonomy(read_topics(text, where), text)


@cache
def _shipped() -> Taxonomy:
    text = files(__package__).joinpath("taxonomy.toml").read_text(encoding="utf-8")
    return Taxonomy.parse(text, "taxonomy.toml")
