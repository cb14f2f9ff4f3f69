"""Folding and the way back, on any text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from search.analysis.text import fold, fold_with_offsets

mixed = st.text(
    alphabet=st.one_of(
        st.sampled_from("平安建设市 \n\t\u3000，,“”——ＡａA1１.%ÀßİǅΣ\u0301⾸𠀀㎡\x1c\u2028\x85"),
        st.characters(),
    ),
    max_size=50,
)


@given(mixed)
def test_both_ways_of_folding_agree(text: str) -> None:
    assert fold_with_offsets(text).text == fold(text)


@given(mixed)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(mixed)
def test_offsets_rise_strictly_to_the_length(text: str) -> None:
    folded = fold_with_offsets(text)
    assert len(folded.offsets) == len(folded.text) + 1
    assert list(folded.offsets) == sorted(set(folded.offsets))
    assert folded.offsets[-1] == len(text)


@given(mixed, st.data())
def test_the_original_of_a_folded_range_folds_to_it(text: str, data: st.DataObject) -> None:
    folded = fold_with_offsets(text)
    if folded.text:
        start = data.draw(st.integers(0, len(folded.text) - 1))
        end = data.draw(st.integers(start + 1, len(folded.text)))
        a, b = folded.original_range(start, end)
        assert 0 <= a < b <= len(text)
        assert fold(text[a:b]) == folded.text[start:end]


@given(mixed, st.data())
def test_every_slice_of_a_text_without_edge_space_occurs_in_it(
    text: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    piece = text[start:end]
    if piece == piece.strip():
        assert fold(piece) in fold(text)
