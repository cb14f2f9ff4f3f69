"""Where a quotation and its source differ."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from search.analysis.differences import best_window, changes, longest_change, notation


def distance(one: str, other: str) -> int:
    """The edit distance, by the table."""
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        last, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (a != b))
    return row[-1]


@given(st.text("甲乙丙", min_size=1, max_size=7), st.text("甲乙丙丁", max_size=12))
def test_the_window_is_the_one_with_the_fewest_edits(quote: str, text: str) -> None:
    window = best_window(quote, text)
    ways = [(s, e) for s in range(len(text) + 1) for e in range(s, len(text) + 1)]
    assert window.edits == min(distance(quote, text[s:e]) for s, e in ways)
    assert distance(quote, text[window.start : window.end]) == window.edits


@given(st.text("甲乙，。", max_size=20), st.text("甲乙，。丙", max_size=20))
def test_both_texts_can_be_read_from_the_changes(quote: str, source: str) -> None:
    found = changes(quote, source)
    assert "".join(c.quote for c in found) == quote
    assert "".join(c.source for c in found) == source


def test_a_change_is_shown_among_its_neighbours() -> None:
    found = changes("全面推进网格化治理，建设平安城市", "全面推进网格化管理，建设平安城市")
    assert notation(found) == "全面推进网格化[-治-]{+管+}理，建设平安城市"
    assert longest_change(found) == 1


def test_an_exchanged_last_character_is_exchanged_not_added() -> None:
    window = best_window("全面推进甲", "要全面推进乙丙")
    assert (window.start, window.end, window.edits) == (1, 6, 1)
