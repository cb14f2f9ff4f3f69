"""What completes a text that is being typed."""

from __future__ import annotations

import time

import pytest

from search.searching.suggest.completion import Completion, Suggestion


def word(text: str, passages: int) -> Suggestion:
    return Suggestion("word", text, text, passages)


ENTRIES = (
    word("贵港", 40),
    word("规格", 90),
    word("公共", 70),
    word("西安", 3),
    word("现场", 50),
    word("效能", 60),
    word("重庆", 20),
    word("中国", 80),
    word("pm2.5治理", 2),
    Suggestion("title", "关于贵港市网格化管理的通知", "d1", 9),
    Suggestion("place", "贵港市", "广西壮族自治区/贵港市", 77),
    Suggestion("topic", "网格管理", "网格管理", 12),
)
COMPLETION = Completion(ENTRIES)


@pytest.mark.parametrize(
    "typed", ["贵", "贵港", "guigang", "gg", "g", "guig", "贵g", "贵gang", "ggang"]
)
def test_characters_pinyin_initials_and_mixtures(typed: str) -> None:
    found = [s.text for s in COMPLETION.complete(typed)]
    assert {"贵港", "贵港市"} <= set(found)


@pytest.mark.parametrize("typed", ["guigan9", "港", "gq", "贵z", "贵港x", "zhonggang"])
def test_what_does_not_begin_so_is_left_out(typed: str) -> None:
    assert "贵港" not in [s.text for s in COMPLETION.complete(typed)]


def test_whole_syllables_come_before_parts_of_them() -> None:
    # 西安 is xian to the end, 现场 begins with xian, 效能 only happens to have its letters.
    assert [s.text for s in COMPLETION.complete("xian")] == ["西安", "现场", "效能"]
    assert COMPLETION.complete("xi'an")[0].text == "西安"


def test_a_word_is_read_as_it_is_read_in_the_word() -> None:
    assert [s.text for s in COMPLETION.complete("chongq")] == ["重庆"]
    assert "重庆" not in [s.text for s in COMPLETION.complete("zhongq")]


def test_a_title_is_found_by_its_beginning_and_by_what_is_inside() -> None:
    for typed in ("关于", "gygg", "网格化", "港市"):
        assert "d1" in [s.value for s in COMPLETION.complete(typed)]


def test_only_the_last_item_is_completed() -> None:
    assert COMPLETION.complete("中国 贵g") == COMPLETION.complete("贵g")
    for nothing in ("", " ", "贵 ", '"贵', "“贵", "-贵", "贵" * 25):
        assert COMPLETION.complete(nothing) == ()


def test_what_is_not_han_is_found_as_it_is_written() -> None:
    assert [s.text for s in COMPLETION.complete("PM2.5z")] == ["pm2.5治理"]


@pytest.mark.parametrize("hostile", ["(", "[a-z", ".*", "\\", "a" * 40, "(a+)+$", "<script>", "'"])
def test_a_typed_text_is_never_a_pattern(hostile: str) -> None:
    assert COMPLETION.complete(hostile) == ()


def test_no_typed_text_is_slow() -> None:
    many = Completion([word(c * 30 + str(n), n) for c in "安钢" for n in range(500)])
    started = time.perf_counter()
    assert many.complete("an" * 12) != ()
    for typed in ("a" * 22 + "zz", "an" * 11 + "zz", "gang" * 5 + "zz", "gang" * 5 + "gazz"):
        assert many.complete(typed) == ()
    assert time.perf_counter() - started < 2


def test_other_kinds_have_their_share_and_fill_what_is_left() -> None:
    places = [Suggestion("place", f"贵{n}", f"贵{n}", n) for n in range(1, 10)]
    words = [word(f"贵词{n}", n) for n in range(1, 20)]
    found = Completion([*places, *words]).complete("贵")
    assert [s.kind for s in found] == ["place"] * 2 + ["word"] * 6
    assert [s.passages for s in found] == [9, 8, 19, 18, 17, 16, 15, 14]
    assert len(Completion([*places, word("贵词", 1)]).complete("贵")) == 8


def test_words_are_counted_as_a_search_counts_them() -> None:
    counted = COMPLETION.complete("贵港", count={"贵港": 41}.__getitem__)
    assert [s.passages for s in counted if s.kind == "word"] == [41]
