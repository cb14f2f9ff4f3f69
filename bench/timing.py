"""From many measured times to the few figures that are shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from statistics import median

from .values import Question

Spread = dict[str, float]
"""``n`` questions, ``p50`` and ``p95`` of their times in milliseconds."""


class Times:
    """Milliseconds of each question, by its number, from one or several rounds."""

    def __init__(self) -> None:
        self._rounds: dict[int, list[float]] = {}

    def add(self, numbers: Iterable[int], milliseconds: Iterable[float]) -> None:
        """The times of one pass over some questions."""
        for number, ms in zip(numbers, milliseconds, strict=True):
            self._rounds.setdefault(number, []).append(ms)

    def medians(self) -> dict[int, float]:
        """One time for each question: the median of its rounds."""
        return {number: median(times) for number, times in self._rounds.items()}


def quantile(values: Iterable[float], share: float) -> float:
    """The value below which a share of the values lie, interpolated; 0 for no values."""
    ordered = sorted(values)
    if not ordered:
        return 0.0
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def spread(values: Sequence[float]) -> Spread:
    """How many, their middle and their slow end."""
    return {
        "n": len(values),
        "p50": round(quantile(values, 0.5), 4),
        "p95": round(quantile(values, 0.95), 4),
    }


def by_class(times: Mapping[int, float], questions: Sequence[Question]) -> dict[str, Spread]:
    """The spread over all questions and over each class."""
    groups: dict[str, list[float]] = {"all": list(times.values())}
    for number, ms in times.items():
        groups.setdefault(questions[number].kind, []).append(ms)
    return {kind: spread(values) for kind, values in groups.items()}


def ratios(
    ours: Mapping[int, float], peer: Mapping[int, float], questions: Sequence[Question]
) -> dict[str, Spread]:
    """Our p50 and p95 ÷ the peer's, over the questions that both were asked."""
    shared = [number for number in ours if number in peer]
    top = by_class({number: ours[number] for number in shared}, questions)
    bottom = by_class({number: peer[number] for number in shared}, questions)
    return {
        kind: {
            "n": top[kind]["n"],
            "p50": _ratio(top[kind]["p50"], bottom[kind]["p50"]),
            "p95": _ratio(top[kind]["p95"], bottom[kind]["p95"]),
        }
        for kind in top
    }


def _ratio(above: float, below: float) -> float:
    return round(above / below, 5) if below else 0.0
