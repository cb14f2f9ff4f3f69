"""What reading passes over for speed has nothing: all is found as without the shortcut."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.facets import topic, year
from search.facets.topic import Taxonomy
from search.facets.year import named_years
from search.reading.extract import any_of

ANYWHERE = re.compile("(?s:.)")
DATED = st.lists(
    st.sampled_from(
        [
            *"一二三十廿九〇零○元19205０年、，和至-〔〕[]号 \u3000上近约代度",
            *["世纪", "年代", "公元", "康熙", "民国", "2017", "二〇一八", "2016-07-08"],
        ]
    ),
    max_size=14,
).map("".join)
TOLD = st.lists(
    st.sampled_from(
        [word for each in Taxonomy.load().topics[:6] for word in [*each.words][::4]]
        + [*"，。；、：\n的本", "部门", "为了", "不断提升", "制定本办法", "12件"]
    ),
    max_size=16,
).map("".join)


@given(text=DATED)
def test_years_begin_where_they_may(text: str) -> None:
    found = named_years(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(year, "_MAY_NAME", re.compile(""))
        patch.setattr(year, "_MAY_BEGIN", ANYWHERE)
        assert named_years(text) == found


def test_a_century_is_read_however_far_apart_it_is_set() -> None:
    assert [each.first for each in named_years("于 20 \u3000\u3000 \u3000世纪 90 年代")] == [1990]


@given(text=TOLD)
def test_passages_are_passed_over_only_where_they_have_no_topic(text: str) -> None:
    found = Taxonomy.load().topics_of(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(topic, "_LEAST", 0.0)
        assert Taxonomy.load().topics_of(text) == found


@given(text=st.text("来來源作者1:x\n。", max_size=12))
def test_signs_and_words_are_found_as_alternatives_are(text: str) -> None:
    quick = any_of(r"\d:", "来源", "來源", "作者", "来者[12]")
    slow = re.compile(r"[\d:]|[来來]源|作者|来者[12]")
    assert (quick.search(text) is None) == (slow.search(text) is None)
