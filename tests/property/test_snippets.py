"""Marked ranges against an oracle that looks at every position."""

from __future__ import annotations

import itertools
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from search.analysis.text import fold_with_offsets
from search.analysis.words import Analyzer
from search.query.nodes import Every, Query
from search.query.parser import parse_query
from search.searching.snippets import highlight, marked, occurrences, snippet

ANALYZER = Analyzer()
# Few characters, so that queries hit; widths, cases, spaces, quotes and characters beyond the BMP.
CHARACTERS = '平安安全感满意度马克思主义ＡaB1１+，,“”"；。 \u3000\n\t𠀀é㎡m2\u200b⽂文'
texts = st.text(alphabet=CHARACTERS, max_size=60)
literals = st.text(alphabet=CHARACTERS, min_size=1, max_size=4)
words = st.lists(st.sampled_from(["平安", "安全", "安全感", "满意", "满意度", "马克思", "主义"]))


def spans(text: str) -> st.SearchStrategy[list[tuple[int, int]]]:
    """Sorted disjoint ranges of a text that do not touch."""
    offsets = st.lists(st.integers(0, len(text)), unique=True, max_size=8).map(sorted)
    return offsets.map(lambda o: [(a, b) for a, b in zip(o[::2], o[1::2], strict=False)])


def naive(text: str, query: Query) -> set[int]:
    """The marked offsets, position by position."""
    folded = fold_with_offsets(text)
    offsets: set[int] = set()
    for literal in query.literals:
        for at in range(len(folded.text)):
            if literal and folded.text[at : at + len(literal)] == literal:
                offsets.update(range(folded.offsets[at], folded.offsets[at + len(literal) - 1] + 1))
    for token in ANALYZER.tokens(text):
        if token.term in query.highlighted_words:
            offsets.update(range(token.start_char, token.end_char))
    return offsets


@given(texts, st.lists(literals, max_size=3), words)
def test_highlights_are_the_union_that_an_oracle_finds(
    text: str, some: list[str], terms: list[str]
) -> None:
    query = Query(
        text="",
        match=Every(),
        literals=tuple(fold_with_offsets(literal).text for literal in some),
        highlighted_words=tuple(terms),
    )
    ranges = highlight(text, query, ANALYZER)
    assert {i for a, b in ranges for i in range(a, b)} == naive(text, query)
    assert all(0 <= a < b <= len(text) for a, b in ranges)
    assert all(b < c for (_, b), (c, _) in itertools.pairwise(ranges))


@given(texts, texts)
def test_occurrences_are_what_is_marked_but_for_words(text: str, typed: str) -> None:
    query = replace(parse_query(typed, ANALYZER), highlighted_words=())
    found = occurrences(text, query)
    assert list(found) == sorted(set(found))
    marks = {i for start, end in highlight(text, query, ANALYZER) for i in range(start, end)}
    assert {i for start, end in found for i in range(start, end)} == marks


@given(texts, texts)
def test_any_typed_query_gives_ranges_whose_pieces_join_to_the_text(text: str, typed: str) -> None:
    ranges = highlight(text, parse_query(typed, ANALYZER), ANALYZER)
    pieces = list(marked(text, ranges))
    assert "".join(piece for piece, _ in pieces) == text
    assert all(piece for piece, _ in pieces)
    assert [p for p, is_marked in pieces if is_marked] == [text[a:b] for a, b in ranges]


@given(st.data(), texts, st.integers(1, 40))
def test_a_snippet_is_a_slice_with_its_highlights(
    data: st.DataObject, text: str, max_chars: int
) -> None:
    ranges = data.draw(spans(text))
    cut = snippet(text, ranges, max_chars)
    assert len(cut.text) <= max_chars or cut.text == text
    assert text[cut.start : cut.start + len(cut.text)] == cut.text
    assert cut.cut_before == bool(text[: cut.start].strip())
    assert cut.cut_after == bool(text[cut.start + len(cut.text) :].strip())
    assert all(0 <= a < b <= len(cut.text) for a, b in cut.highlights)
    marked_before = {i for a, b in ranges for i in range(a, b)}
    marked_after = {i + cut.start for a, b in cut.highlights for i in range(a, b)}
    shown = set(range(cut.start, cut.start + len(cut.text)))
    assert marked_after == marked_before & shown


@given(st.data(), texts, st.integers(4, 40))
def test_a_snippet_shows_a_highlight_where_there_is_one(
    data: st.DataObject, text: str, max_chars: int
) -> None:
    ranges = [(a, b) for a, b in data.draw(spans(text)) if text[a:b].strip()]
    cut = snippet(text, ranges, max_chars)
    assert bool(cut.highlights) == bool(ranges)
    if len(text) > max_chars:
        for a, b in ranges:
            inside = cut.start <= a and b <= cut.start + len(cut.text)
            outside = b <= cut.start or a >= cut.start + len(cut.text)
            torn_by_trimming = text[a:b] != text[a:b].strip()
            assert inside or outside or b - a > max_chars or torn_by_trimming
