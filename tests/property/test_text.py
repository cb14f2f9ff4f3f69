"""Folding and the way back, on any text."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from search.analysis.text import fold, fold_with_offsets, seen_with_offsets
from written_otherwise import PIECES, parted, written

mixed = st.text(
    alphabet=st.one_of(
        st.sampled_from(
            "平安建设市 \n\t\u3000，,“”——ＡａA1１.%ÀßİǅΣ\u0301⾸𠀀㎡①\x1c\u2028\x85\u200b\ufe0f"
        ),
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
def test_offsets_rise_to_the_length(text: str) -> None:
    folded = fold_with_offsets(text)
    assert len(folded.offsets) == len(folded.text) + 1
    assert list(folded.offsets) == sorted(folded.offsets)
    assert folded.offsets[-1] == len(text)
    assert len(text) not in folded.offsets[:-1]


@given(mixed, st.data())
def test_the_original_of_a_folded_range_folds_to_it(text: str, data: st.DataObject) -> None:
    folded = fold_with_offsets(text)
    if folded.text:
        start = data.draw(st.integers(0, len(folded.text) - 1))
        end = data.draw(st.integers(start + 1, len(folded.text)))
        a, b = folded.original_range(start, end)
        assert 0 <= a < b <= len(text)
        # A range that begins or ends inside of ㎡ has all of it.
        while folded.offsets[start - 1] == folded.offsets[start] and start:
            start -= 1
        while folded.offsets[end] == folded.offsets[end - 1]:
            end += 1
        assert fold(text[a:b]) == folded.text[start:end].strip(" ")


@given(mixed, st.data())
def test_every_slice_of_a_text_occurs_in_it(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    assert fold(text[start:end]) in fold(text)


@given(mixed, st.data())
def test_what_is_seen_folds_to_the_same(text: str, data: st.DataObject) -> None:
    seen = seen_with_offsets(text)
    assert fold(seen.text) == fold(text)
    end = data.draw(st.integers(0, len(text)))
    assert seen_with_offsets(text[:end]).text in seen.text


PIECES_OF_TEXTS = st.lists(st.sampled_from(sorted(PIECES)), min_size=1, max_size=8).map(parted)


@given(PIECES_OF_TEXTS, PIECES_OF_TEXTS, st.randoms(use_true_random=False))
def test_texts_that_differ_in_writing_alone_are_one(
    one: list[str], other: list[str], chance: random.Random
) -> None:
    text, asked = written(parted([*one, ",", *other]), chance), written(other, chance)
    folded = fold_with_offsets(text.text)
    assert folded.text == text.plain
    for at, character in enumerate(folded.text):
        assert character == " " or folded.original_range(at, at + 1) == text.spans[at]
    assert fold(asked.text) in fold(text.text)
    assert (fold(asked.text) == fold(written(one, chance).text)) == ("".join(one) == asked.plain)
