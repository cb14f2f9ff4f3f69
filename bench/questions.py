"""What is asked? Questions drawn from the passages themselves, the same for every size and system.

Five classes in equal parts: a word among the 60 most frequent; two words of one passage, one of
them among the 300 most frequent; a word of at most five passages; a run of 4 to 6 characters, every
other one of which is whole words that stand in ten passages or more; a clause. They come from the
first 10,000 passages, so that each finds something at every size.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterable, Sequence

from search.analysis.text import fold, is_han_run
from search.analysis.words import Analyzer, characters, pairs

from .corpus import PLANTED, BenchDocument
from .values import CLASSES, Question

SAMPLED_PASSAGES = 10_000
_SEED = 7
_COMMON = 60
_FREQUENT = 300
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_NUMERAL = re.compile("[第零一二三四五六七八九十百千]")
_CLAUSE = re.compile(r"[\u4e00-\u9fff、]{12,40}")


def questions(documents: Sequence[BenchDocument], count: int) -> list[Question]:
    """``count`` questions, each class in turn, each with a filter by city, by years or by both."""
    analyzer = Analyzer()
    texts, frequency, per_text = _sample(documents, analyzer)
    chance = random.Random(_SEED)  # noqa: S311 (a fixed order, not a secret)
    frequent = [word for word, _ in frequency.most_common(_FREQUENT)]
    frequent_set = set(frequent)
    rare = sorted(word for word, n in frequency.items() if n <= 5) or frequent
    common_runs = sorted(_common_runs(texts, analyzer)) or frequent
    cities = [document.city for document in documents if document.city]

    asked: list[Question] = []

    def draw(kind: str) -> str:
        if kind == "common word":
            return chance.choice(frequent[:_COMMON])
        if kind == "rare word":
            return chance.choice(rare)
        while True:
            at = chance.randrange(len(texts))
            if kind == "two words":
                words = sorted(per_text[at])
                first = [w for w in words if w in frequent_set]
                if first and len(words) > 1:
                    one = chance.choice(first)
                    return f"{one} {chance.choice([w for w in words if w != one])}"
            elif kind == "phrase":
                if len(asked) // len(CLASSES) % 2:
                    return chance.choice(common_runs)
                run: str = chance.choice(_HAN.findall(texts[at]) or [""])
                length = chance.randint(4, 6)
                if len(run) >= length:
                    start = chance.randrange(len(run) - length + 1)
                    return run[start : start + length]
            else:
                clauses = _CLAUSE.findall(texts[at])
                if clauses:
                    return str(chance.choice(clauses))

    seen: set[str] = set()

    def place() -> str:
        """A province or a city, as often as documents are about it."""
        city = chance.choice(cities)
        return city if chance.random() < 0.5 else city.split("/")[0]

    while len(asked) < count:
        number = len(asked)
        kind = CLASSES[number % len(CLASSES)]
        text = draw(kind)
        for _ in range(50):
            if text not in seen:
                break
            text = draw(kind)
        seen.add(text)
        # The number of the round through the classes, so that each class gets every filter.
        way = number // len(CLASSES) % 3
        first_year = chance.randint(1995, 2015)
        asked.append(
            _question(
                text,
                kind,
                analyzer,
                city=place() if cities and way != 1 else None,
                years=(first_year, first_year + 8) if way != 0 else None,
            )
        )
    return asked


def single_words(documents: Sequence[BenchDocument], count: int) -> list[Question]:
    """Different words for first touch: a third frequent, a third rare, the rest anything."""
    analyzer = Analyzer()
    _, frequency, _ = _sample(documents, analyzer)
    ordered = [word for word, _ in frequency.most_common()]
    chance = random.Random(_SEED + 1)  # noqa: S311 (a fixed order, not a secret)
    third = count // 3
    chosen = ordered[:third]
    rest = ordered[third:]
    chosen += chance.sample(rest, min(len(rest), count - third))
    return [_question(word, "word", analyzer) for word in chosen]


def planted_questions() -> list[Question]:
    """Words with a known number of hits at every size from 100,000 passages on."""
    return [_question(word, str(hits), Analyzer()) for word, hits in PLANTED.items()]


def _question(
    text: str,
    kind: str,
    analyzer: Analyzer,
    city: str | None = None,
    years: tuple[int, int] | None = None,
) -> Question:
    folded = [fold(item) for item in text.split()]
    return Question(
        text=text,
        kind=kind,
        words=_unique(word for item in folded for word in analyzer.words(item)),
        pairs=_unique(pair for item in folded for pair in pairs(item)),
        characters=_unique(c for item in folded for c in characters(item)),
        city=city,
        years=years,
    )


def _unique(terms: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(terms))


def _common_runs(texts: Sequence[str], analyzer: Analyzer) -> set[str]:
    """Runs of whole words, 4 to 6 characters long, that stand in ten texts or more."""
    counts: Counter[str] = Counter()
    for text in texts:
        found = set()
        for run in _HAN.findall(fold(text)):
            starts = [0]
            for word in analyzer.words(run):
                starts.append(starts[-1] + len(word))
            found |= {
                run[start:end]
                for at, start in enumerate(starts)
                for end in starts[at + 2 : at + 7]
                if 4 <= end - start <= 6
            }
        counts.update(found)
    return {run for run, count in counts.items() if count >= 10 and not _NUMERAL.search(run)}


def _sample(
    documents: Sequence[BenchDocument], analyzer: Analyzer
) -> tuple[list[str], Counter[str], list[set[str]]]:
    """Texts, words by the number of texts they are in, and the words of each text."""
    texts: list[str] = []
    for document in documents:
        texts += [p.text for p in document.passages[: SAMPLED_PASSAGES - len(texts)]]
        if len(texts) >= SAMPLED_PASSAGES:
            break
    # Numerals are mostly the numbers of articles, which nobody searches for.
    per_text = [
        {
            word
            for word in analyzer.terms(fold(text))
            if len(word) > 1 and is_han_run(word) and not _NUMERAL.search(word)
        }
        for text in texts
    ]
    # A word that is segmented differently on its own would not be one word as a query.
    known: dict[str, bool] = {}
    for words in per_text:
        for word in words:
            if word not in known:
                known[word] = analyzer.words(word) == [word]
    per_text = [{word for word in words if known[word]} for words in per_text]
    return texts, Counter(word for words in per_text for word in sorted(words)), per_text
