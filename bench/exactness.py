"""Does a quoted phrase find exactly the passages that contain it? Against a scan of all texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from search.analysis.text import fold

from .corpus import Corpus
from .process import SystemFailedError, SystemProcess
from .worker import text_key


def phrase_exactness(
    corpus: Corpus, phrases: Sequence[str], processes: Mapping[str, SystemProcess]
) -> dict[str, Any]:
    """Recall and precision of each system over all phrases, and how many hits there are."""
    expected: list[set[str]] = [set() for _ in phrases]
    folded_phrases = [fold(phrase) for phrase in phrases]
    for document in corpus.documents():
        for passage in document.passages:
            text = fold(passage.text)
            for phrase, keys in zip(folded_phrases, expected, strict=True):
                if phrase in text:
                    keys.add(text_key(passage.text))
    result: dict[str, Any] = {"phrases": len(phrases), "hits": sum(map(len, expected))}
    for name, process in processes.items():
        try:
            answered = process.order("matches", phrases=list(phrases))["keys"]
        except SystemFailedError as error:
            result[name] = {"error": str(error).splitlines()[-1]}
            continue
        found = [set(keys) for keys in answered]
        right = sum(len(have & want) for have, want in zip(found, expected, strict=True))
        result[name] = {
            "recall": right / max(1, result["hits"]),
            "precision": right / max(1, sum(map(len, found))),
        }
    return result
