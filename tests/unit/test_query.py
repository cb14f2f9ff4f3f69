"""What a typed query means."""

from __future__ import annotations

import pytest

from search.analysis.words import Analyzer
from search.errors import QueryError
from search.query.nodes import And, Every, Literal, Near, Node, Not, Or, Query, Word
from search.query.parser import parse_query
from search.searching.wider import literally

ANALYZER = Analyzer()


def parse(text: str, *, any_term: bool = False) -> Query:
    return parse_query(text, ANALYZER, any_term=any_term)


def words(*terms: str) -> And:
    return And(tuple(Word(term) for term in terms))


@pytest.mark.parametrize("empty", ["", "  ", "\u3000\n", '""', "“”", "\x00"])
def test_nothing_asks_for_everything(empty: str) -> None:
    assert parse(empty).match == Every()
    assert parse(empty).is_empty
    assert parse(empty).words == ()


def apart(text: str, *items: str) -> Node:
    return Or((Literal(text), And(tuple(map(Literal, items)))))


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("网格化管理", Or((Literal("网格化管理"), words("网格化", "管理")))),
        ("满意度", Literal("满意度")),
        ("市", Literal("市")),
        ("1+10+N", Literal("1+10+n")),
        ("94.01%", Literal("94.01%")),
        ("QQ平台", apart("qq平台", "qq", "平台")),
        ("“网格化管理”", Literal("网格化管理")),
        ('"网格化管理"', Literal("网格化管理")),
        ("「网格化管理」", Literal("网格化管理")),
        ("＂网格化 管理＂", Literal("网格化管理")),
        ("80.38%，形成", apart("80.38%,形成", "80.38%", "形成")),
        ("《办法》", Or((Literal("《办法》"), Literal("办法")))),
        ("互联网+监管", Literal("互联网+监管")),
        ("2017年8月10日", Literal("2017年8月10日")),
        ("第48条", Literal("第48条")),
        ("“QQ平台，形成”", Literal("qq平台,形成")),
    ],
)
def test_an_item_matches_literally_or_by_all_its_words(text: str, match: Node) -> None:
    assert parse(text).match == match


def test_items_are_anded() -> None:
    assert parse("信访 市").match == And((Literal("信访"), Literal("市")))


def test_the_ideographic_space_parts_items() -> None:
    assert parse("信访\u3000市").match == parse("信访 市").match


def test_any_term_ors_words_and_keeps_phrases() -> None:
    assert parse("网格化管理 “一把手”", any_term=True).match == Or(
        (Literal("网格化管理"), Word("网格化"), Word("管理"), Literal("一把手"))
    )
    assert parse("！！", any_term=True).match == Literal("!!")


@pytest.mark.parametrize("minus", ["-", "－"])
def test_a_leading_minus_excludes(minus: str) -> None:
    assert parse(f"信访 {minus}“越级”").match == And((Literal("信访"), Not(Literal("越级"))))
    assert parse(f"{minus}信访").match == And((Every(), Not(Literal("信访"))))


@pytest.mark.parametrize(
    "text", ["2-3", "信访-越级", "-", "信访 - 越级", "信访 ——越级", "信访 — 越级", "信访 −5"]
)
def test_a_minus_elsewhere_is_text(text: str) -> None:
    def has_not(node: Node) -> bool:
        return isinstance(node, Not) or any(map(has_not, getattr(node, "children", ())))

    assert not has_not(parse(text).match)


def test_only_the_outermost_quotation_marks_are_operators() -> None:
    assert parse("“他说“好”了”").match == Literal('他说"好"了')
    assert parse('"他说“好”了"').match == Literal('他说"好"了')
    assert parse('"他说“好”、“是”了"').match == Literal('他说"好"、"是"了')
    assert parse("“他说“好”、“是”了。”").match == Literal('他说"好"、"是"了。')
    assert literally(parse("深化“平安贵池”建设").match) == Literal('深化"平安贵池"建设')


def test_an_unclosed_quotation_runs_to_the_end_and_says_so() -> None:
    query = parse("信访 “平安 建设")
    assert query.match == And((Literal("信访"), Literal("平安建设")))
    assert [notice.code for notice in query.notices] == ["quote-closed"]
    assert parse("“平安”").notices == ()


@pytest.mark.parametrize(
    "text",
    [
        '"矛盾 化解"~5',
        "“矛盾 化解”～５",
        "＂矛盾\u3000 化解＂~5",
        "「 矛盾 化解 」~05",
    ],
)
def test_two_quoted_parts_and_a_tilde_ask_for_nearness(text: str) -> None:
    assert parse(text).match == Near("矛盾", "化解", 5)
    assert parse(text).notices == ()


def test_nearness_among_other_items() -> None:
    assert parse('信访 "A市 第1"~0').match == And((Literal("信访"), Near("a市", "第1", 0)))
    assert parse('"矛盾 化解"~5 "信访"').match == And((Near("矛盾", "化解", 5), Literal("信访")))
    assert parse('-"矛盾 化解"~5').match == And((Every(), Not(Near("矛盾", "化解", 5))))
    assert parse('"矛盾 化解"~5 越级', any_term=True).match == Or(
        (Near("矛盾", "化解", 5), Literal("越级"))
    )


def test_both_near_texts_score_and_are_marked() -> None:
    query = parse('"矛盾 化解"~5')
    assert query.literals == ("矛盾", "化解")
    assert query.words == ("矛盾", "化解")
    assert query.pairs == ("矛盾", "化解")


@pytest.mark.parametrize(
    "text",
    ['"矛盾"~5', '"矛盾 纠纷 化解"~5', '"矛盾 化解"~', '"矛盾 化解"~五', '"矛盾 化解"~-1', '""~3'],
)
def test_a_malformed_nearness_is_text_and_says_so(text: str) -> None:
    query = parse(text)
    assert "Near" not in repr(query.match)
    assert [notice.code for notice in query.notices] == ["near-malformed"]


@pytest.mark.parametrize("text", ['"5"~"10"', "a~5", '"矛盾 化解" ~5', '"矛盾 化解"'])
def test_a_tilde_elsewhere_is_text(text: str) -> None:
    assert "Near" not in repr(parse(text).match)
    assert parse(text).notices == ()


@pytest.mark.parametrize("asked", [("", "a", 1), ("a", "", 1), ("a", "b", -1)])
def test_nearness_needs_two_texts_and_a_distance(asked: tuple[str, str, int]) -> None:
    with pytest.raises(ValueError, match="two texts"):
        Near(*asked)


def test_what_scores_and_what_is_marked() -> None:
    query = parse("网格化管理 “一把手” -越级")
    assert query.literals == ("网格化管理", "一把手")
    assert query.highlighted_words == ("网格化", "管理")
    # 网格 stands inside 网格化: its characters score already, twice.
    assert query.words == ("网格化", "管理", "一把手")
    assert query.pairs == ("网格", "格化", "化管", "管理", "一把", "把手")
    assert query.characters == tuple("网格化管理一把手")


@pytest.mark.parametrize(
    ("asked", "words", "pairs"),
    [
        ("信访为什么增加", ("信访", "增加"), ("信访", "增加")),
        ("誰是社長嗎", ("是", "社長"), ("是社", "社長")),
        ("谁", ("谁",), ()),
        ("怎么办呢", ("怎么办", "呢"), ("怎么", "么办", "办呢")),
        ("“为什么增加”", ("为什么", "增加"), ("为什", "什么", "么增", "增加")),
    ],
)
def test_words_that_only_make_a_question_do_not_score(
    asked: str, words: tuple[str, ...], pairs: tuple[str, ...]
) -> None:
    query = parse(asked, any_term=True)
    assert (query.words, query.pairs) == (words, pairs)


def test_where_any_word_will_do_words_that_ask_are_looked_for_and_marked() -> None:
    query = parse("信访为什么增加", any_term=True)
    assert query.match == Or(
        (Literal("信访为什么增加"), Word("信访"), Word("为什么"), Word("增加"))
    )
    assert query.highlighted_words == ("信访", "为什么", "增加")


@pytest.mark.parametrize(
    "text", ["信访为什么增加", "信访 为什么 增加", "为什么信访增加了吗", "信访，为什么增加"]
)
def test_words_that_only_ask_take_no_part_and_are_named(text: str) -> None:
    query = parse(text)
    (notice,) = query.notices
    assert notice.code == "asking-left-out"
    assert "为什么" in notice.said("zh")
    assert isinstance(query.match, And | Or)
    assert "为什么" not in repr(query.match.children[-1]).replace("为什么增加", "")


@pytest.mark.parametrize("text", ["为什么", "是否", "的", "“信访为什么增加”", "信访 “为什么”"])
def test_words_that_only_ask_stand_alone_and_in_quotation_marks(text: str) -> None:
    query = parse(text)
    assert query.notices == ()
    assert "为什么" not in text or "为什么" in repr(query.match)


def test_repeats_score_and_are_marked_once() -> None:
    query = parse("信访 信访")
    assert query.words == ("信访", "信访")
    assert query.literals == ("信访",)


def test_a_query_that_is_too_long_is_refused_with_both_numbers() -> None:
    assert parse_query("市" * 10_000, ANALYZER).match
    with pytest.raises(QueryError, match=r"10001 .* 10000") as refused:
        parse_query("市" * 10_001, ANALYZER)
    assert "10001" in refused.value.sentence.said("zh")
