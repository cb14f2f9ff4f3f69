"""Completion and corrections from the vocabulary of a commit, read when somebody first asks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ...documents.document import UNCLASSIFIED
from ...index.engine import Asking, EngineRequest, Reader
from ...query.nodes import Literal, Query, Word
from ...query.parser import parse_query
from ...query.request import SearchRequest
from ..collection import collection_values, gazetteer
from ..results import Correction
from .completion import Completion, Suggestion, syllables
from .corrections import Spelling, correct, slips

_WORDS = 200_000
_TITLES = 100_000
"""Most words and titles that are completed, the commonest: what bounds the memory."""
_COUNTS_REMEMBERED = 8192
_READ_AS = 3
_SEVERAL = 4
"""So many places to part letters at, for more than two words to be tried."""
_TOGETHER = 8
"""So many pairs of words may stand side by side."""
_SYLLABLE = re.compile(r"(?:[zcs]h|[bpmfdtnlgkhjqxrzcsyw])?(?:[aeiouv]{1,3}(?:ng|n|r)?)")


def complete(reader: Reader, typed: str, limit: int) -> tuple[Suggestion, ...]:
    """What completes a text that is being typed, at most ``limit``.

    How good it is stands in docs/en/evaluation.md.
    """
    # With the commit, and not with what asks it: a reader that its commit holds would hold it.
    counts = reader.once("counts of completed words", dict[str, int])

    def count(word: str) -> int:
        known = counts.get(word)
        if known is None:
            query = parse_query(word, reader.analyzer)
            known = reader.search(EngineRequest(query, limit=0, facets=False)).total
            if len(counts) >= _COUNTS_REMEMBERED:
                counts.clear()
            counts[word] = known
        return known

    return completion(reader).complete(typed, limit, count)


def completion(reader: Reader) -> Completion:
    """The vocabulary of a commit; made at its first use."""
    return reader.once("completion", lambda: Completion(_entries(reader)))


def spelling(reader: Reader) -> Spelling:
    """What proposes corrections; made at its first use after a commit."""
    return reader.once("spelling", lambda: Spelling(reader.terms("pairs")))


def read_pinyin(reader: Reader, typed: str) -> tuple[str, ...]:
    """Texts of the collection that letters may be read as, likeliest first: a word, a place, a
    topic or a title, or several words side by side; each item by itself where they are apart.
    """
    complete = completion(reader)
    joined = "".join(typed.split())
    read = complete.read(joined)
    whole = _spelled(joined, read) or sorted(read, key=lambda entry: -entry.passages)
    if whole:
        return tuple(entry.text for entry in whole[:_READ_AS])
    parts = typed.split()
    if len(parts) > 1:
        each = [read_pinyin(reader, part)[:1] for part in parts]
        return (" ".join(text for (text,) in each),) if all(each) else ()
    pairs = []
    cuts = _cuts(joined)
    for cut in cuts:
        left = _spelled(joined[:cut], complete.read(joined[:cut]))
        right = _spelled(joined[cut:], complete.read(joined[cut:])) if left else []
        pairs += [
            (-min(one.passages, other.passages), one.text + other.text)
            for one in left
            for other in right
        ]
    pairs.sort()
    texts = list(dict.fromkeys(text for _, text in pairs))[:_TOGETHER]
    # Three words and more: the longest word that it begins with, and what the rest is read as.
    for cut in reversed(cuts) if len(cuts) >= _SEVERAL else ():
        left = _spelled(joined[:cut], complete.read(joined[:cut]))
        rest = read_pinyin(reader, joined[cut:])[:1] if left else ()
        if rest:
            texts.append(f"{left[0].text} {rest[0]}")
            break
    return tuple(texts)


def _spelled(typed: str, read: Sequence[Suggestion]) -> list[Suggestion]:
    """The commonest of what letters may be read as that are its whole syllables."""
    spelled = [entry for entry in read if "".join(syllables(entry.text)) == typed]
    return sorted(spelled, key=lambda entry: -entry.passages)[:_READ_AS]


def _cuts(letters: str) -> list[int]:
    """Where one syllable may end and the next begin, so that both sides are whole syllables."""
    ends = {0}
    for match_at in range(len(letters)):
        if match_at in ends:
            ends |= {
                match_at + len(syllable[0])
                for size in range(1, 7)
                if (syllable := _SYLLABLE.fullmatch(letters[match_at : match_at + size]))
            }
    return sorted(cut for cut in ends if 0 < cut < len(letters))


def corrections(
    reader: Reader, request: SearchRequest, total: int, asked: EngineRequest
) -> Asking[tuple[Correction, ...]]:
    """What may have been meant by a search that finds ``total`` passages.

    ``asked`` is what the engine was asked for it.
    """
    proposals = slips(
        request.query, total, lambda: spelling(reader), reader.analyzer, gazetteer(reader)
    )
    texts = [
        parse_query(p.text, reader.analyzer, any_term=request.any_term, limit_chars=len(p.text))
        for p in proposals
    ]
    # Two characters stand side by side by chance (确保目标 has 保目): they are to be a word.
    runs = [Query(p.run, (Word if len(p.run) == 2 else Literal)(p.run)) for p in proposals]
    counts = [found.total for found in (yield [asked.counting(query) for query in (*texts, *runs)])]
    found = correct(proposals, total, counts[: len(texts)], counts[len(texts) :])
    places = () if total or request.city else _places(reader, request.query.strip())
    return (*places, *found)


def _places(reader: Reader, name: str) -> Iterator[Correction]:
    """The places of the collection that a name may mean."""
    meant = {"/".join(p for p in place if p) for place in gazetteer(reader).resolve(name)}
    for counted in collection_values(reader)["city"]:
        path = str(counted.value)
        if path in meant or path.rsplit("/", 1)[-1] == name:
            yield Correction("place", path.rsplit("/", 1)[-1], counted.count, path)


def _entries(reader: Reader) -> Iterator[Suggestion]:
    words = [
        (count, word)
        for word, count in reader.terms("words")
        if len(word) > 1 and word.strip("0123456789.%")
    ]
    words.sort(key=lambda pair: (-pair[0], pair[1]))
    yield from (Suggestion("word", word, word, count) for count, word in words[:_WORDS])
    titles = sorted(reader.titles(), key=lambda title: -title.passages)
    for title in titles[:_TITLES]:
        yield Suggestion("title", title.title, title.document_id, title.passages)
    facets = collection_values(reader)
    for place in facets["city"]:
        if place.value is not None:
            path = str(place.value)
            yield Suggestion("place", path.rsplit("/", 1)[-1], path, place.count)
    for topic in facets["topic"]:
        if topic.value not in (None, UNCLASSIFIED):
            yield Suggestion("topic", str(topic.value), str(topic.value), topic.count)
