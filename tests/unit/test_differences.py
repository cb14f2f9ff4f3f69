"""Where two texts differ: whole, in turns, and never for long."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis import differences
from search.analysis.differences import side_by_side

TEXTS = st.text("的国，。 a", max_size=40)


@pytest.mark.parametrize("steps", [0, 50, differences._STEPS])
@given(one=TEXTS, other=TEXTS)
def test_the_halves_are_the_texts_and_stretches_take_turns(
    steps: int, one: str, other: str
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(differences, "_STEPS", steps)
        pairs = side_by_side(one, other)
    assert ("".join(a for a, _ in pairs), "".join(b for _, b in pairs)) == (one, other)
    same = [a == b for a, b in pairs]
    assert all(this != following for this, following in pairwise(same))


def test_texts_that_repeat_are_compared_in_bounded_time() -> None:
    began = time.thread_time()
    side_by_side("的国" * 400, "国的国" * 260)
    assert time.thread_time() - began < 1


def test_a_change_in_a_long_text_is_found_clause_by_clause() -> None:
    clauses = [f"第{number}条规定的内容是某某，" for number in range(1000)]
    other = [*clauses]
    other[500] = "第500条规定的内容是其他，"
    found = side_by_side("".join(clauses), "".join(other))
    assert [pair for pair in found if pair[0] != pair[1]] == [("某某", "其他")]
