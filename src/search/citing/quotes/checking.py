"""Judge one quotation against the collection, without ever a false "exact".

Exact: the quotation's own characters stand there, white space aside, and what is not seen.
Punctuation: only punctuation, width, letter case, compatibility forms or quotation marks differ, or
marks were left out or added. What a search finds literally is one of the two. Altered: characters
differ, and few enough that it is that text. Stitched: parts of several places. Absent: none.
Ellipses around a quotation leave out nothing of it; ellipses inside part it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cache, lru_cache

from ...analysis.differences import Change, best_window, changes, longest_change
from ...analysis.equivalence import simplified
from ...analysis.text import fold, seen_with_offsets
from ...budget import current, ensured
from ...documents.document import Passage
from ...errors import BusyError, OverBudgetError
from ...languages.sentences import Sentence
from ...searching.index import Index
from .finding import Candidate, Finder, content, is_punctuation, parts_at_ellipses
from .reports import (
    UNCHECKED,
    Arrangement,
    CheckedPart,
    CheckedQuote,
    DifferenceKind,
    Source,
    label_source,
    passage_source,
)

PIECES_LIMIT = 4
PIECE_FROM_CHARS = 6
_LEFT_OUT = 0.1
_DOCUMENTS = 3


def pieces_of(quote: str, occurs: Callable[[str], bool]) -> tuple[tuple[str, ...], float]:
    """The quotation as the longest pieces that occur, from its beginning, and how much they cover.

    At most PIECES_LIMIT, each of PIECE_FROM_CHARS characters or more; nothing where more than a
    tenth of it is in none.
    """
    size = len(content(quote).text)
    may_be_left = int(size * _LEFT_OUT)
    pieces: list[str] = []
    at = left = 0
    while at < len(quote) and left <= may_be_left and len(pieces) < PIECES_LIMIT:
        end = _longest(quote, at, occurs)
        piece = quote[at:end]
        covered = len(content(piece).text)
        if covered >= PIECE_FROM_CHARS:
            pieces.append(piece)
            at = end
        else:
            left += len(content(quote[at]).text)
            at += 1
    covered = sum(len(content(piece).text) for piece in pieces)
    return tuple(pieces), covered / size if size else 0.0


def _longest(quote: str, start: int, occurs: Callable[[str], bool]) -> int:
    """Where the longest piece from ``start`` that occurs ends; what begins one that occurs does."""
    low, high = start, min(start + PIECE_FROM_CHARS, len(quote))
    if not occurs(quote[start:high]):
        return low
    low, high = high, len(quote)
    while low < high:
        middle = (low + high + 1) // 2
        if occurs(quote[start:middle]):
            low = middle
        else:
            high = middle - 1
    return low


def arranged(
    parts: Sequence[str],
    options: Sequence[Sequence[Source]],
    elsewhere: Callable[[str, str], Sequence[Source]],
) -> tuple[tuple[Source, ...], Arrangement]:
    """One place for each part: in one document and in order, where that is possible.

    ``options`` are places known for each part, at least one; ``elsewhere`` gives those of a part in
    a document. Raises OverBudgetError where time is spent.
    """
    rarest = min(options, key=len)
    documents = list(dict.fromkeys(source.document_id for source in rarest))[:_DOCUMENTS]
    within: tuple[Source, ...] | None = None
    for document in documents:
        places = [
            [s for s in known if s.document_id == document] or list(elsewhere(part, document))
            for part, known in zip(parts, options, strict=True)
        ]
        if not all(places):
            continue
        in_order = _in_order(places)
        if in_order is None:
            # Places known are not all there are.
            places = [
                list(elsewhere(part, document)) or p for part, p in zip(parts, places, strict=True)
            ]
            in_order = _in_order(places)
        if in_order is not None:
            return in_order, "in order"
        within = within or tuple(place[0] for place in places)
    if within is not None:
        return within, "out of order"
    return tuple(known[0] for known in options), "several documents"


def _in_order(places: Sequence[Sequence[Source]]) -> tuple[Source, ...] | None:
    """The earliest place of each part after that of the part before."""
    chosen: list[Source] = []
    at = (-1, -1)
    for options in places:
        current().spend()
        later = [s for s in options if _position(s) >= at]
        if not later:
            return None
        earliest = min(later, key=_position)
        chosen.append(earliest)
        at = (earliest.paragraph or 0, earliest.end)
    return tuple(chosen)


def _position(source: Source) -> tuple[int, int]:
    # What has no number, a title above all, comes before the text.
    return source.paragraph or 0, source.start


FUZZY_FROM_CHARS = 8
"""Quotations of fewer characters are exact, differ in punctuation, or are absent: no guessing."""
SIMILAR_ENOUGH = 0.75
"""The share of a quotation's characters that needs no edit, from which on it is altered."""
QUOTE_LIMIT_CHARS = 5000
"""The longest quotation that is compared character by character."""
_COMPARED = 8
_OTHERS = 9
_STITCHED_FROM_CHARS = 6
"""A change of so many characters may be the seam of two texts."""
_PART_FROM_CHARS = 2
_COVERED = 0.9
_MOST = 0.6
"""The share of a quotation that has to stand somewhere for that to be part of it."""
_CUT = Sentence("quote-cut")


class Checker:
    """Checks quotations against one index. Safe to share between threads."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self._finder = Finder(index)

    def check_all(
        self, quotes: Iterable[str], time_ms: float | None = None
    ) -> tuple[CheckedQuote, ...]:
        """The verdict on each within the budget in force, or one of so much time for all of them.

        What is checked is checked whole; what there is no time for is unchecked. Quoted twice is
        checked once. Raises BusyError.
        """
        self._finder.begin()
        with ensured(time_ms):
            check = cache(self._within_budget)
            return tuple(check(quote) for quote in quotes)

    def check(self, quote: str) -> CheckedQuote:
        """The verdict on one quotation; unchecked where the budget in force does not reach.

        Raises BusyError.
        """
        self._finder.begin()
        return self._within_budget(quote)

    def _within_budget(self, quote: str) -> CheckedQuote:
        try:
            current().spend()
            found = self._check(quote)
        except BusyError:
            raise
        except OverBudgetError:
            return CheckedQuote(quote, "unchecked", notes=(UNCHECKED,))
        return replace(found, notes=(*found.notes, *_notes(found)))

    def _check(self, quote: str) -> CheckedQuote:
        parts = parts_at_ellipses(quote)
        if not parts:
            return CheckedQuote(quote, "absent")
        whole = self._verbatim(quote) if len(parts) > 1 else None
        if whole is None and len(parts) == 1:
            whole = self._verbatim(parts[0])
        if whole is not None:
            return replace(whole, quote=quote)
        judge = cache(self._part)
        if len(parts) > 1:
            joined = [piece for part in parts for piece in self._pieces(part, judge(part))]
            return self._of_parts(quote, joined, judge)
        if not _may_be_altered(parts[0]):
            return CheckedQuote(quote, "absent")
        similar = self._finder.similar(parts[0])
        altered = self._altered(parts[0], similar)
        if altered is not None and altered.verdict != "altered":
            return replace(altered, quote=quote)
        if altered is None or longest_change(altered.changes) >= _STITCHED_FROM_CHARS:
            pieces, covered = self._seams(parts[0], similar)
            stitched = self._of_parts(quote, pieces, judge) if pieces else None
            if (
                stitched is not None
                and stitched.verdict == "stitched"
                and covered > (altered.similarity if altered else 0)
            ):
                return replace(stitched, similarity=covered)
            altered = self._of_one_end(parts[0], similar) or altered
        if altered is not None and altered.kind == "characters" and _is_of_one_end(altered.changes):
            altered = replace(altered, kind="part")
        return replace(altered, quote=quote) if altered else CheckedQuote(quote, "absent")

    def _pieces(self, part: str, judged: CheckedQuote) -> tuple[str, ...]:
        """A part between ellipses, or what it is joined of."""
        is_found = judged.verdict in ("exact", "punctuation") or (
            judged.verdict == "altered" and longest_change(judged.changes) < _STITCHED_FROM_CHARS
        )
        if is_found or not _may_be_altered(part):
            return (part,)
        return self._seams(part, self._finder.similar(part))[0] or (part,)

    def _seams(self, text: str, similar: Sequence[Candidate]) -> tuple[tuple[str, ...], float]:
        """Several pieces that stand in what is similar to a text, else anywhere, and how much of it
        they are; none where there are none."""
        near = [fold(candidate.text) for candidate in similar]

        def literally(piece: str) -> bool:
            current().spend()
            folded = fold(piece)
            return any(folded in one for one in near)

        for occurs in (literally, _occurs_in(similar), self._finder.has) if similar else ():
            pieces, covered = pieces_of(text, occurs)
            if covered >= _COVERED and len(pieces) > 1:
                return pieces, covered
        return (), 0.0

    def _of_one_end(self, text: str, similar: Sequence[Candidate]) -> CheckedQuote | None:
        """Most of a text from its beginning, or up to its end, where the rest is of nowhere."""
        occurs = _occurs_in(similar)
        end = _longest(text, 0, occurs)
        backwards = _longest(text[::-1], 0, lambda piece: occurs(piece[::-1]))
        found = max(text[:end], text[len(text) - backwards :], key=len)
        size = len(content(text).text)
        covered = len(content(found).text)
        if covered < FUZZY_FROM_CHARS or covered < _MOST * size:
            return None
        there = self._verbatim(found)
        if there is None or there.source is None:
            return None
        return CheckedQuote(
            text,
            "altered",
            there.source,
            changes(text, there.source.wording),
            kind="part",
            similarity=covered / size,
            others=there.others,
        )

    def _verbatim(self, quote: str) -> CheckedQuote | None:
        """Exact, or but for its punctuation; None where it is neither."""
        but_for_punctuation: list[Source] = []
        seen: set[object] = set()
        for batch in self._finder.verbatim(quote):
            fresh = [c for c in batch if (key := _key(c)) not in seen and not seen.add(key)]  # type: ignore[func-returns-value]
            exact = [s for c in fresh if (s := _exactly_in(quote, c)) is not None]
            if exact:
                first, *others = exact
                # The places in passages come in the first batch, those in labels only without any.
                return CheckedQuote(
                    quote, "exact", first, similarity=1.0, others=tuple(others[:_OTHERS])
                )
            but_for_punctuation += [s for c in fresh if (s := _content_in(quote, c)) is not None]
        if not but_for_punctuation:
            return None
        first, *others = but_for_punctuation
        return _differing_in_punctuation(quote, first, others)

    def _altered(self, quote: str, similar: Sequence[Candidate]) -> CheckedQuote | None:
        """The most similar text; its verdict is better than altered where that turns out."""
        best = _most_similar(quote, similar)
        if best is None or best.kind == "script and characters":
            there = _most_similar(quote, self._finder.similar_in_scripts(quote))
            if there is not None and (best is None or there.similarity > best.similarity):
                best = there
        return best

    def _of_parts(
        self, quote: str, parts: Sequence[str], judge: Callable[[str], CheckedQuote]
    ) -> CheckedQuote:
        """Each part judged by itself, then all of them together."""
        judged = [judge(part) for part in parts]
        worst = {part.verdict for part in judged}
        if "absent" in worst:
            return CheckedQuote(
                quote,
                "absent",
                parts=tuple(CheckedPart(p.quote, p.verdict, p.source, p.changes) for p in judged),
            )
        options = [[s for s in (part.source, *part.others) if s is not None] for part in judged]
        sources, arrangement = arranged(parts, options, self._elsewhere())
        return CheckedQuote(
            quote,
            "altered" if "altered" in worst else "stitched",
            sources[0],
            similarity=min(part.similarity for part in judged),
            kind="characters" if "altered" in worst else None,
            parts=tuple(
                CheckedPart(part.quote, part.verdict, source, part.changes)
                for part, source in zip(judged, sources, strict=True)
            ),
            arrangement=arrangement,
        )

    def _part(self, part: str) -> CheckedQuote:
        found = self._verbatim(part)
        if found is None and _may_be_altered(part):
            found = self._altered(part, self._finder.similar(part))
        return found or CheckedQuote(part, "absent")

    def _elsewhere(self) -> Callable[[str, str], tuple[Source, ...]]:
        """Where in a document a part stands, exactly or but for its punctuation."""
        passages_in = cache(self._finder.passages_in)

        @cache
        def places(part: str, document_id: str) -> tuple[Source, ...]:
            candidates = passages_in(document_id)
            return tuple(s for c in candidates if (s := _content_in(part, c)) is not None)

        return places


def _is_of_one_end(found: Sequence[Change]) -> bool:
    """Whether a quotation has something else than the source only before it, or only behind it."""
    at = [i for i, change in enumerate(found) if not (change.is_same or change.is_punctuation)]
    if len(at) != 1 or longest_change([found[at[0]]]) < _PART_FROM_CHARS:
        return False
    quoted, there = (content(text).text for text in found[at[0]])
    same = [i for i, change in enumerate(found) if change.is_same]
    return len(quoted) >= len(there) and not (same and min(same) < at[0] < max(same))


def _occurs_in(candidates: Sequence[Candidate]) -> Callable[[str], bool]:
    """Whether a text stands in one of some, but for its punctuation."""
    texts = [content(candidate.text).text for candidate in candidates]

    def occurs(piece: str) -> bool:
        current().spend()
        wanted = content(piece).text
        return any(wanted in one for one in texts)

    return occurs


def _may_be_altered(quote: str) -> bool:
    return FUZZY_FROM_CHARS <= len(seen_with_offsets(quote).text) <= QUOTE_LIMIT_CHARS


def _key(candidate: Candidate) -> object:
    origin = candidate.origin
    return origin.passage_id if isinstance(origin, Passage) else origin


def _source(candidate: Candidate, start: int, end: int) -> Source:
    origin = candidate.origin
    if isinstance(origin, Passage):
        return passage_source(origin, start, end)
    return label_source(origin, start, end)


def _exactly_in(quote: str, candidate: Candidate) -> Source | None:
    current().spend()
    wanted = seen_with_offsets(quote).text
    if len(wanted) > len(candidate.text):
        return None
    there = seen_with_offsets(candidate.text)
    places = _occurrences(wanted, there.text)
    ranges = [there.original_range(at, at + len(wanted)) for at in places]
    return _source(candidate, *_least_cut(candidate.text, ranges)) if ranges else None


def _content_in(quote: str, candidate: Candidate) -> Source | None:
    current().spend()
    wanted = content(quote).text
    if not wanted:
        return None
    there = content(candidate.text)
    ranges = [
        _with_punctuation(quote, candidate.text, *there.original_range(at, at + len(wanted)))
        for at in _occurrences(wanted, there.text)
    ]
    return _source(candidate, *_least_cut(candidate.text, ranges)) if ranges else None


def _occurrences(wanted: str, text: str) -> list[int]:
    found: list[int] = []
    at = text.find(wanted)
    while at >= 0 and len(found) < 100:
        found.append(at)
        at = text.find(wanted, at + 1)
    return found


def _with_punctuation(quote: str, text: str, start: int, end: int) -> tuple[int, int]:
    """The range with as much punctuation at its ends as the quotation has."""
    quote = seen_with_offsets(quote).text
    first, last = 0, len(quote)
    while start and first < last and _are_marks(quote[first], text[start - 1]):
        first, start = first + 1, start - 1
    while end < len(text) and first < last and _are_marks(quote[last - 1], text[end]):
        last, end = last - 1, end + 1
    return start, end


def _are_marks(one: str, other: str) -> bool:
    return is_punctuation(one) and is_punctuation(other)


def _least_cut(text: str, ranges: Iterable[tuple[int, int]]) -> tuple[int, int]:
    """The first range that does not cut a number or word, else the first."""
    listed = list(ranges)
    return next((r for r in listed if not _is_cut(text, *r)), listed[0])


def _is_cut(text: str, start: int, end: int) -> bool:
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    return _continues(before[::-1], text[start]) or _continues(after, text[end - 1])


def _continues(beyond: str, edge: str) -> bool:
    """Whether a number or a word in letters goes on beyond its edge."""
    if not beyond or not (edge.isascii() and edge.isalnum()):
        return False
    if edge.isdigit() and beyond[0] in ".,，．" and beyond[1:].isdigit():
        return True
    same = str.isdigit if edge.isdigit() else str.isalpha
    return beyond[0].isascii() and same(beyond[0])


def _differing_in_punctuation(
    quote: str, source: Source, others: Sequence[Source] = ()
) -> CheckedQuote:
    found = changes(quote, source.wording)
    is_case = any(
        c.quote != c.source and c.quote.lower() == c.source.lower() for c in found if c.quote
    )
    return CheckedQuote(
        quote,
        "punctuation",
        source,
        found,
        kind="case" if is_case else "punctuation",
        similarity=1.0,
        others=tuple(others[:_OTHERS]),
    )


def _most_similar(quote: str, candidates: Sequence[Candidate]) -> CheckedQuote | None:
    wanted = _in_one_script(quote)
    grams = {wanted[at : at + 3] for at in range(len(wanted) - 2)}
    texts = {id(c): content(c.text) for c in candidates}
    plain = {key: _one_script(there.text) for key, there in texts.items()}
    likely = sorted(candidates, key=lambda c: -sum(g in plain[id(c)] for g in grams))[:_COMPARED]
    best: tuple[int, Candidate, int, int] | None = None
    for candidate in likely:
        current().spend()
        window = best_window(wanted, plain[id(candidate)])
        if window.start < window.end and (best is None or window.edits < best[0]):
            best = (window.edits, candidate, window.start, window.end)
    if best is None:
        return None
    edits, candidate, start, end = best
    candidate = _first_with(candidate, candidates)
    similarity = 1 - edits / len(wanted)
    if similarity < SIMILAR_ENOUGH:
        return None
    there = texts[id(candidate)]
    is_same = content(quote).text == there.text[start:end]
    start, end = _with_punctuation(quote, candidate.text, *there.original_range(start, end))
    source = _source(candidate, start, end)
    if is_same:
        exact = _exactly_in(quote, candidate)
        if exact is not None:
            return CheckedQuote(quote, "exact", exact, similarity=1.0)
        return _differing_in_punctuation(quote, source)
    return CheckedQuote(
        quote,
        "altered",
        source,
        changes(quote, source.wording),
        kind=_kind(quote, source.wording, edits),
        similarity=similarity,
    )


def _first_with(found: Candidate, candidates: Iterable[Candidate]) -> Candidate:
    """Of passages with the text of the one found the first, however titles and headings rank it."""
    same = [
        (origin.path, origin.document_id, origin.paragraph, candidate)
        for candidate in candidates
        if candidate.text == found.text and isinstance(origin := candidate.origin, Passage)
    ]
    return min(same, key=lambda one: one[:3])[-1] if isinstance(found.origin, Passage) else found


def _kind(quote: str, wording: str, edits: int) -> DifferenceKind:
    if edits == 0:
        return "script"
    one, other = content(quote).text, content(wording).text
    plain = best_window(one, other).edits
    return "script and characters" if plain > edits else "characters"


@lru_cache(256)
def _in_one_script(quote: str) -> str:
    return _one_script(content(quote).text)


def _one_script(text: str) -> str:
    return "".join(map(simplified, text))


def _notes(found: CheckedQuote) -> Iterable[Sentence]:
    sources = [found.source, *(part.source for part in found.parts)]
    if found.verdict in ("exact", "punctuation", "stitched") and any(
        s is not None and _is_cut(s.text, s.start, s.end) for s in sources
    ):
        yield _CUT
    trusts = [s.recognised for s in sources if s is not None and s.recognised is not None]
    if trusts:
        yield Sentence("quote-recognised", trust=min(trusts))
